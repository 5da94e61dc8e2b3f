"""A cycle with moderators, in a database of each engine."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.engagement.comments import Moderation, add_moderation


@pytest.fixture
def moderation(seeded: Session) -> Moderation:
    return add_moderation(seeded)
