"""A stored deck is equal when it is read again, whatever its texts, and by every later release."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cogwg.briefing import snapshot
from cogwg.briefing.compare import compare, slide_changes
from cogwg.briefing.deck import (
    AsksSlide,
    ChangedSlide,
    ChangeKind,
    Deck,
    DeckAsk,
    DeckState,
    DueMove,
    PlanChange,
    PrioritySlide,
    TextSlide,
)
from cogwg.briefing.render import FORMATS, render
from cogwg.briefing.render.html import render_slides
from cogwg.core.bilingual import Bilingual, Language, clean_text
from cogwg.core.errors import UnsupportedVersion
from cogwg.core.serialization import DeserializationError
from tests.briefing.decks import FEBRUARY

KEPT_SNAPSHOT = Path(__file__).parent / "kept" / "snapshot-1.json"
"""The September deck as stored by the first schema; it must always open."""
TEXTS = st.text().map(clean_text)
BILINGUAL_TEXTS = st.builds(Bilingual, TEXTS, TEXTS)


def complete_deck(deck: Deck, text: Bilingual) -> Deck:
    """Return the deck with every kind of slide and every optional part, with this text in them."""
    change = PlanChange(ChangeKind.DUE_MOVED, 2020, 1, "1.3", text, text, text, text, text)
    shown = [
        ChangedSlide(text, text, text, FEBRUARY, (change,), key="changed"),
        AsksSlide(text, text, text, (DeckAsk(text, text, text, text),), key="asks"),
        TextSlide(text, text, text, (text, text), key="text-1"),
        *(replace(s, highlight=text, asks=(text,)) if isinstance(s, PrioritySlide) else s for s in deck.slides),
    ]
    moved = tuple(
        replace(p, activities=tuple(replace(a, moved=DueMove(text, text, FEBRUARY)) for a in p.activities))
        for p in deck.priorities
    )
    return replace(deck, slides=tuple(shown), place=text, state=DeckState.DRAFT, priorities=moved)


@pytest.mark.parametrize("name", ["february", "september", "prepared"])
def test_composed_deck_round_trip_is_equal(decks: dict[str, Deck], name: str) -> None:
    deck = decks[name]
    assert snapshot.read(snapshot.write(deck)) == deck
    assert snapshot.write(deck) == snapshot.write(snapshot.read(snapshot.write(deck)))


@settings(
    max_examples=settings.default.max_examples // 2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=BILINGUAL_TEXTS)
def test_any_text_round_trip_is_equal(september: Deck, text: Bilingual) -> None:
    deck = complete_deck(september, text)
    read_back = snapshot.read(snapshot.write(deck))
    assert read_back == deck
    assert compare(deck, read_back) == ()
    assert slide_changes(deck, read_back) == ()


def test_activity_is_stored_once_however_many_slides_show_it(september: Deck) -> None:
    stored = json.loads(snapshot.write(september))
    assert len(stored["activities"]) == len(september.rows)


def test_deck_of_the_first_schema_still_opens(september: Deck) -> None:
    deck = snapshot.read(KEPT_SNAPSHOT.read_text(encoding="utf-8"))
    assert {s.key for s in deck.slides} == {s.key for s in september.slides} - {"summary", "timeline", "sources"}
    assert [state.code for _, state in deck.rows] == [state.code for _, state in september.rows]


def test_deck_of_the_first_schema_is_drawn_in_todays_layout() -> None:
    deck = snapshot.read(KEPT_SNAPSHOT.read_text(encoding="utf-8"))
    for lang in Language:
        assert [slide.key for slide in render_slides(deck, lang)] == [slide.key for slide in deck.slides]
        assert all(render(deck, key, lang) for key, own in FORMATS.items() if own.is_available())


def test_older_schema_is_upgraded_step_by_step(september: Deck, monkeypatch: pytest.MonkeyPatch) -> None:
    def renamed(stored: dict[str, Any]) -> dict[str, Any]:
        stored["deck"]["as_of"] = stored["deck"].pop("day")
        return stored

    stored = json.loads(snapshot.write(september))
    stored["deck"]["day"] = stored["deck"].pop("as_of")
    monkeypatch.setattr(snapshot, "SCHEMA", snapshot.SCHEMA + 1)
    monkeypatch.setattr(snapshot, "_UPGRADES", {snapshot.SCHEMA - 1: renamed})
    assert snapshot.read(json.dumps(stored)) == september


def test_newer_schema_is_refused(september: Deck) -> None:
    stored = json.loads(snapshot.write(september)) | {"schema": snapshot.SCHEMA + 1}
    with pytest.raises(UnsupportedVersion, match="newer software"):
        snapshot.read(json.dumps(stored))


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"schema": 1}', '{"schema": 1, "deck": {}, "activities": []}'])
def test_invalid_snapshot_is_refused(text: str) -> None:
    with pytest.raises((DeserializationError, KeyError)):
        snapshot.read(text)
