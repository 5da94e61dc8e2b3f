"""Search in briefings on both engines: the meeting, and the texts of the latest finalized version's slides."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from cogwg.audit.services import SYSTEM
from cogwg.briefing.search import search_briefings
from cogwg.briefing.services import create_briefing
from cogwg.core.bilingual import Bilingual
from cogwg.core.search import ResultRange, parse_query
from tests.databases import DECK_DAY, DECK_NOON, DEMO_DAY
from tests.february_briefing import create_february_briefing


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("CONSEILS mixtes", [0, 1]),
        ("2020-09-24", [0]),
        ("litteratie gouvernement", [1]),
        ("open government literacy", [1]),
        ("PrioritySlide", []),
        ("due_words", []),
        ('","', []),
    ],
)
def test_texts_of_slides_match_and_names_of_fields_do_not(seeded: Session, typed: str, numbers: list[int]) -> None:
    create_february_briefing(seeded, SYSTEM)
    audience = Bilingual("Joint Councils", "Conseils mixtes")
    create_briefing(seeded, year=2020, meeting_on=DEMO_DAY, audience=audience, by=SYSTEM, at=DECK_NOON)
    part = ResultRange(5)
    every = search_briefings(seeded, parse_query(typed), part, frozen_only=False)
    finalized = search_briefings(seeded, parse_query(typed), part, frozen_only=True)
    assert [match.number for match in every.rows] == numbers
    assert [match.meeting_on for match in finalized.rows] == [DECK_DAY for number in numbers if number]
