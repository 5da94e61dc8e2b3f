"""The frozen briefing of February 27, 2020, the baseline of later briefings."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from cogwg.audit.services import SYSTEM, Actor
from cogwg.briefing import queries, services
from cogwg.briefing.compose import build_deck, load_briefing_source
from cogwg.core.bilingual import Bilingual
from tests.databases import DECK_DAY

FROZEN_AT = datetime(2020, 2, 27, 17, 0, tzinfo=UTC)
COUNCILS = Bilingual("Joint Councils", "Conseils mixtes")


def create_february_briefing(session: Session, by: Actor = SYSTEM) -> int:
    """Create and freeze the briefing, and return its id."""
    created = services.create_briefing(session, year=2020, meeting_on=DECK_DAY, audience=COUNCILS, by=by, at=FROZEN_AT)
    draft = queries.briefing(session, created.id)
    deck = build_deck(load_briefing_source(session, draft, DECK_DAY), meeting_on=DECK_DAY, audience=COUNCILS)
    services.freeze(session, created.id, deck, [], note="", expected_version=draft.outline_version, by=by, at=FROZEN_AT)
    return created.id
