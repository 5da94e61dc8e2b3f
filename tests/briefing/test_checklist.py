"""What is left to settle: each gap in words of both languages, and settled again when it is mended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cogwg.briefing.checklist import Asked, GapKind, checklist, links
from cogwg.briefing.deck import Deck, MilestonesSlide, TextSlide
from cogwg.core.bilingual import Bilingual, Language

BOTH = Bilingual("Both", "Les deux")


def asked(
    missing: int = 0,
    dead: frozenset[str] = frozenset(),
    untried: frozenset[str] = frozenset(),
    pages: Mapping[str, Mapping[Language, int]] | None = None,
) -> Asked:
    return Asked(missing, dead, untried, pages or {})


def found(deck: Deck, told: Asked | None = None) -> dict[GapKind, list[tuple[str, str]]]:
    gaps: dict[GapKind, list[tuple[str, str]]] = {}
    for gap in checklist(deck, told or asked()).gaps:
        assert gap.words.en, gap
        assert gap.words.fr, gap
        gaps.setdefault(gap.kind, []).append((gap.words.en.replace("\u00a0", " "), gap.slide))
    return gaps


def test_the_deck_of_february_says_what_it_lacks(february: Deck) -> None:
    gaps = found(february)
    assert gaps[GapKind.NOTHING_REPORTED] == [("Nothing has been reported: the slides show no status.", "glance")]
    assert gaps[GapKind.VACANCIES] == [("3 roles are vacant and 1 is to confirm.", "group")]
    assert gaps[GapKind.LINKS] == [("2 milestones without a link: Saskatchewan and Manitoba.", "milestones")]
    assert GapKind.REPORTS not in gaps


def test_reports_that_are_missing_are_counted(september: Deck) -> None:
    assert found(september, asked(1))[GapKind.REPORTS] == [("1 report is not in.", "")]
    assert found(september, asked(9))[GapKind.REPORTS] == [("9 reports are not in.", "")]
    assert GapKind.NOTHING_REPORTED not in found(september)


def test_a_text_in_one_language_is_a_gap_of_the_first_slide_that_shows_it(february: Deck) -> None:
    one = Bilingual("Only in English", "")
    slides = (TextSlide(BOTH, BOTH, BOTH, (one, one), key="text-1"), *february.slides)
    slides = (*slides, TextSlide(BOTH, BOTH, Bilingual("", "Seulement en français"), (one,), key="text-2"))
    gaps = found(replace(february, slides=slides))[GapKind.LANGUAGE]
    assert [words for words, slide in gaps if slide == "text-1"] == ["1 text has no French: Both."]
    assert [words for words, slide in gaps if slide == "text-2"] == ["1 text has no English: Both."]


def test_links_that_do_not_answer_or_were_not_tried(february: Deck) -> None:
    every = links(february)
    assert len(every) >= 5
    gaps = found(february, asked(dead=frozenset([*sorted(every)[:1], "https://not-shown.example/"]), untried=every))
    assert any(words.startswith("1 link does not answer: ") for words, _ in gaps[GapKind.LINKS])
    assert any(words.startswith(f"{len(every)} links were not tried: ") for words, _ in gaps[GapKind.LINKS])


def test_a_slide_that_runs_over_its_page_is_named(february: Deck) -> None:
    long = {"milestones": {Language.EN: 1, Language.FR: 2}, "data": {Language.EN: 3, Language.FR: 3}}
    number = 1 + [s.key for s in february.slides].index("milestones")
    gaps = found(february, asked(pages=long))[GapKind.LONG]
    assert gaps == [(f"Slide {number} runs over its page in French: 2 pages.", "milestones")]


def test_what_is_mended_is_settled(february: Deck) -> None:
    slides = tuple(
        replace(s, milestones=tuple(m for m in s.milestones if m.links)) if isinstance(s, MilestonesSlide) else s
        for s in february.slides
    )
    priorities = tuple(replace(p, vacant=0, to_confirm=0) for p in february.priorities)
    result = checklist(replace(february, slides=slides, priorities=priorities), asked())
    said = [words.en for words in result.settled]
    assert "Every link answers" in said
    assert "Every role is filled and confirmed" in said
    assert said[-1] == "No jurisdiction is named in a challenge without its agreement"
