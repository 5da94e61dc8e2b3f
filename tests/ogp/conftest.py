"""The people who assess commitments, in a database of each engine."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.ogp.assessors import People, add_people


@pytest.fixture
def people(seeded: Session) -> People:
    return add_people(seeded)
