"""Every fact on a slide has a source that can be reached, in each format; ``count_sources`` prints the numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from cogwg.briefing.deck import ActivityState, Deck, DueMove, PrioritySlide, SourcesSlide
from cogwg.briefing.deck_parts import iter_parts
from cogwg.briefing.deck_sources import Source, SourceKind
from cogwg.briefing.render.html import render_slides
from cogwg.briefing.render.html.draw import SlideHelpers
from cogwg.briefing.render.source_entries import SourceEntry
from cogwg.briefing.render.sources import DeckSources
from cogwg.briefing.source_list import with_sources_slide
from cogwg.core.bilingual import Bilingual, Language
from tests.briefing.count_sources import COUNTED_DECKS
from tests.briefing.decks import september_deck
from tests.briefing.fact_sources import FORMATS, drawn_facts, missing
from tests.sessions import FURTHER


def plant(monkeypatch: pytest.MonkeyPatch, name: str, number: int) -> None:
    """Let facts of a kind refer to the entry with this number."""
    monkeypatch.setattr(DeckSources, name, lambda *_: number)


def find_entry(deck: Deck, name: str) -> SourceEntry:
    return next(entry for entry in DeckSources(deck).entries if entry.name.en == name)


EVERY_DECK = [(name, lang) for name in COUNTED_DECKS for lang in Language]
FIRST_DECKS = (("prepared", Language.EN), ("prepared", Language.FR), ("february", Language.EN), ("october", Language.FR))
"""Each deck, and each language of the prepared one, which has most kinds of slides; the others are further cases."""


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    ("name", "lang"), [pytest.param(*each, marks=() if each in FIRST_DECKS else FURTHER) for each in EVERY_DECK]
)
def test_every_fact_has_a_reachable_source(decks: dict[str, Deck], name: str, format: str, lang: Language) -> None:
    facts = drawn_facts(decks[name], format, lang)
    assert len(facts) > 250
    assert missing(facts) == []


@pytest.mark.parametrize(("format", "number"), [("html", 0), ("html", 9999), ("xlsx", 0), ("pptx", 0)])
@pytest.mark.parametrize(
    ("kind", "slide"),
    [("challenge", "milestones"), ("activity", "glance"), ("annex_priority", "annex"), ("priority", "timeline")],
)
def test_fact_without_a_source_or_with_an_unknown_one_is_counted(
    monkeypatch: pytest.MonkeyPatch, february: Deck, kind: str, slide: str, number: int, format: str
) -> None:
    plant(monkeypatch, kind, number)
    slides = tuple(each for each in february.slides if each.key == slide or isinstance(each, SourcesSlide))
    facts = drawn_facts(replace(february, slides=slides), format, Language.EN, again=True)
    assert [fact for fact in missing(facts) if fact.startswith(f"{slide}:")]


def test_fact_whose_link_is_gone_is_counted(monkeypatch: pytest.MonkeyPatch, february: Deck) -> None:
    url: Callable[[SlideHelpers, int], str] = SlideHelpers.source_url
    monkeypatch.setattr(SlideHelpers, "source_url", lambda self, number: url(self, 9999 if number == 4 else number))
    assert len(missing(drawn_facts(february, "html", Language.EN))) > 3


def test_list_names_the_report_with_its_jurisdiction_version_and_day(september: Deck) -> None:
    assert find_entry(september, "5.2").statement == Bilingual(
        "Fictional report submitted by Saskatchewan on July\u00a09, 2020 (version\u00a01).",
        "Rapport fictif soumis par la\u00a0Saskatchewan le 9\u00a0juillet 2020 (version\u00a01).",
    )


def test_list_names_the_reason_of_an_override_and_of_a_moved_due_date(february: Deck) -> None:
    moved = DueMove(Bilingual("May", "mai"), Bilingual("Late data", "Données tardives"), date(2020, 2, 3))
    first = february.priorities[0]
    states = (replace(first.activities[0], moved=moved), *first.activities[1:])
    priorities = (replace(first, activities=states), *february.priorities[1:])
    override = Source(
        SourceKind.OVERRIDE, "2020:1", on=date(2020, 2, 20), reason=Bilingual("Two leads left", "Deux responsables partis")
    )
    deck = replace(february, priorities=priorities, sources=(*february.sources, override))
    entry, priority = find_entry(deck, states[0].code), find_entry(deck, "Priority 1")
    assert "No report by February\u00a027, 2020" in entry.statement.en
    assert "Due date moved on February\u00a03, 2020 from May: Late data." in entry.statement.en
    assert "Échéance déplacée le 3\u00a0février 2020, auparavant mai\u00a0: Données tardives." in entry.statement.fr
    assert "Overall status set by the co-chairs on February\u00a020, 2020: Two leads left." in priority.statement.en


def test_numbers_of_a_priority_name_the_activities_that_they_count(september: Deck) -> None:
    own = [state for state in september.priorities[1].activities if state.timeliness.is_overdue]
    entry = find_entry(september, "Priority 2")
    overdue = next(counted for counted in entry.counted if counted.label.en == "Overdue")
    assert overdue.codes == tuple(state.code for state in own)
    assert overdue.entries == tuple(DeckSources(september).activity(state) for state in own)


def test_deck_of_an_earlier_release_names_the_sources_that_it_knows() -> None:
    stored = september_deck()
    deck = with_sources_slide(replace(stored, slides=stored.slides[:-1]))
    assert [type(slide) for slide in deck.slides].count(SourcesSlide) == 1
    assert with_sources_slide(deck) is deck
    for format in FORMATS:
        assert missing(drawn_facts(deck, format, Language.FR)) == []
    assert find_entry(deck, "1.1").statement.en == "Fictional report submitted on March\u00a027, 2020."


def test_folded_list_links_to_the_page_with_all_rows(september: Deck) -> None:
    priority = september.priorities[0]
    states = tuple(replace(priority.activities[0], code=f"1.{n}") for n in range(1, 80))
    slides = tuple(s for s in september.slides if isinstance(s, PrioritySlide | SourcesSlide))
    slides = (replace(slides[0], activities=states), slides[-1])
    deck = replace(september, slides=slides, priorities=(replace(priority, activities=states),))
    html = "".join(slide.html for slide in render_slides(deck, Language.EN, "/en/all"))
    assert 'href="#source-50"' in html
    assert 'id="source-50"' in html
    assert 'href="/en/all#source-51"' in html
    assert 'id="source-51"' not in html


def test_workbook_without_the_list_has_messages_beside_its_cells(september: Deck) -> None:
    deck = replace(september, slides=tuple(s for s in september.slides if not isinstance(s, SourcesSlide)))
    assert missing(drawn_facts(deck, "xlsx", Language.EN)) == []


def test_every_activity_of_the_slides_has_an_entry_of_its_own(prepared: Deck) -> None:
    states = set(iter_parts(prepared.slides, ActivityState))
    numbers = {DeckSources(prepared).activity(state) for state in states}
    assert len(numbers) == len(states)
    assert 0 not in numbers
