"""The checklist: each gap has a sentence in both languages, and is settled once it is fixed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from cogwg.briefing.checklist import ChecklistInput, GapKind, checklist
from cogwg.briefing.deck import Deck, MilestonesSlide, TextSlide
from cogwg.briefing.deck_links import LastCheck, LinkResult, deck_links, last_check, result_in_words
from cogwg.briefing.gap_sources import GapPlace, GapSource, StaleText
from cogwg.core.bilingual import Bilingual, Language

BOTH = Bilingual("Both", "Les deux")
AT = datetime(2020, 9, 24, 18, 5, tzinfo=UTC)


def checks_done(
    missing: int = 0,
    tried: Mapping[str, LinkResult] | None = None,
    pages: Mapping[str, Mapping[Language, int]] | None = None,
) -> ChecklistInput:
    return ChecklistInput(missing, tried or {}, pages or {})


def all_links_tried(deck: Deck, **failures: str) -> dict[str, LinkResult]:
    """Return results for all links of the deck: they answer, except those named by their index (``n0="404"``)."""
    return {
        url: LinkResult(f"n{n}" not in failures, failures.get(f"n{n}", "200"), AT, "L. Gagné")
        for n, url in enumerate(deck_links(deck))
    }


def gaps_by_kind(deck: Deck, done: ChecklistInput | None = None) -> dict[GapKind, list[tuple[str, GapSource]]]:
    gaps: dict[GapKind, list[tuple[str, GapSource]]] = {}
    for gap in checklist(deck, done or checks_done()).gaps:
        assert gap.sentence.en, gap
        assert gap.sentence.fr, gap
        gaps.setdefault(gap.kind, []).append((gap.sentence.en.replace("\u00a0", " "), gap.source))
    return gaps


def test_roles_to_confirm_are_named_when_none_is_vacant(february: Deck) -> None:
    sure = tuple(replace(priority, vacant=0) for priority in february.priorities)
    deck = replace(february, priorities=sure)
    assert gaps_by_kind(deck)[GapKind.VACANCIES][0][0] == "1 role is to be confirmed."


def test_text_that_one_language_left_behind_is_listed_once_with_the_place_to_update_it(february: Deck) -> None:
    milestones = next(slide for slide in february.slides if isinstance(slide, MilestonesSlide))
    stale = {
        milestones.milestones[0].text: StaleText(Language.FR),
        Bilingual("On no slide", "Sur aucune diapositive"): StaleText(Language.EN),
    }
    gaps = gaps_by_kind(february, replace(checks_done(), stale_texts=stale))
    ((sentence, source),) = gaps[GapKind.STALE]
    assert sentence.startswith("1 text to update in French, because the English changed later: ")
    assert source == GapSource(GapPlace.TRANSLATIONS, "milestones")


def test_february_deck_lists_its_gaps(february: Deck) -> None:
    gaps = gaps_by_kind(february)
    assert gaps[GapKind.NOTHING_REPORTED] == [
        ("No reports have been submitted, so the slides show no status.", GapSource(GapPlace.REPORTING_STATUS, "glance"))
    ]
    assert gaps[GapKind.VACANCIES] == [("3 roles are vacant and 1 is to be confirmed.", GapSource(GapPlace.ROLES, "group"))]
    assert gaps[GapKind.MISSING_LINKS] == [
        ("2 milestones without a link: Saskatchewan and Manitoba.", GapSource(GapPlace.MILESTONES, "milestones"))
    ]
    assert GapKind.REPORTS not in gaps


def test_missing_reports_are_counted(september: Deck) -> None:
    source = GapSource(GapPlace.REPORTING_STATUS)
    assert gaps_by_kind(september, checks_done(1))[GapKind.REPORTS] == [("1 report has not been received.", source)]
    assert gaps_by_kind(september, checks_done(9))[GapKind.REPORTS] == [("9 reports have not been received.", source)]
    assert GapKind.NOTHING_REPORTED not in gaps_by_kind(september)


def test_untranslated_text_is_a_gap_of_the_first_slide_that_shows_it(february: Deck) -> None:
    english_only = Bilingual("Only in English", "")
    slides = (TextSlide(BOTH, BOTH, BOTH, (english_only, english_only), key="text-1"), *february.slides)
    slides = (*slides, TextSlide(BOTH, BOTH, Bilingual("", "Seulement en français"), (english_only,), key="text-2"))
    gaps = gaps_by_kind(replace(february, slides=slides))[GapKind.LANGUAGE]
    assert [words for words, source in gaps if source.slide == "text-1"] == ["1 text is missing in French: Both."]
    assert [words for words, source in gaps if source.slide == "text-2"] == ["1 text is missing in English: Both."]


def test_broken_and_untried_links_are_gaps_with_their_addresses(february: Deck) -> None:
    urls = list(deck_links(february))
    assert len(urls) >= 5
    links = gaps_by_kind(february)[GapKind.LINKS]
    assert any(words.startswith(f"{len(urls)} links have not been checked: ") for words, _ in links)
    results = {urls[0]: LinkResult(False, "404", AT, ""), "https://not-shown.example/": LinkResult(False, "404", AT, "")}
    results |= {urls[1]: LinkResult(True, "200", AT, "")}
    broken, untried = (gap for gap in checklist(february, checks_done(tried=results)).gaps if gap.addresses)
    assert broken.sentence.en.replace("\u00a0", " ") == f"1 link could not be opened: {urls[0]}"
    assert untried.summary.en.replace("\u00a0", " ") == f"{len(urls) - 2} links have not been checked"
    assert [link.url for link in untried.addresses] == urls[2:], "all of them, in the order of the deck"
    assert not any(link.result for link in untried.addresses)


def test_broken_link_gap_has_the_result_and_slides_and_last_check(february: Deck) -> None:
    results = all_links_tried(february, n0="404", n1="timeout")
    (gap,) = (gap for gap in checklist(february, checks_done(tried=results)).gaps if gap.addresses)
    slides = [slide.key for slide in february.slides]
    first, second = gap.addresses
    assert (first.result.en, second.result.fr) == ("not found (404)", "a mis trop de temps à répondre")
    assert all(slides[place.number - 1] == place.key for place in first.places + second.places)
    assert first.places
    assert last_check(results) == LastCheck(AT, "L. Gagné", len(results), len(results) - 2)
    later = results | {first.url: LinkResult(True, "200", AT + timedelta(hours=1), "")}
    assert last_check(later) == LastCheck(AT + timedelta(hours=1), "", len(results), len(results) - 1)
    assert last_check({}) is None


def test_link_results_are_described_in_both_languages() -> None:
    codes = (
        "302",
        "401",
        "403",
        "404",
        "410",
        "418",
        "429",
        "500",
        "503",
        "private",
        "refused",
        "timeout",
        "unknown",
        "silent",
    )
    for code in (*codes, "insecure"):
        words = result_in_words(code)
        assert words.en != words.fr, code
        assert not code.isdigit() or f"({code})" in words.en
    assert result_in_words("something else") == Bilingual("something else", "something else")


def test_overlong_slide_is_named_with_language_and_pages(february: Deck) -> None:
    long = {"milestones": {Language.EN: 1, Language.FR: 2}, "data": {Language.EN: 3, Language.FR: 3}}
    number = 1 + [s.key for s in february.slides].index("milestones")
    gaps = gaps_by_kind(february, checks_done(pages=long))[GapKind.LONG_SLIDES]
    assert gaps == [(f"Slide {number} takes up 2 pages in French instead of one.", GapSource(GapPlace.NEWS, "milestones"))]
    both = {"milestones": {Language.EN: 2, Language.FR: 2}}
    [gap] = [gap for gap in checklist(february, checks_done(pages=both)).gaps if gap.kind is GapKind.LONG_SLIDES]
    assert gap.sentence.fr == f"La diapositive {number} occupe 2\u00a0pages en anglais et en français au lieu d’une."


def test_fixed_gaps_are_listed_as_settled(february: Deck) -> None:
    slides = tuple(
        replace(s, milestones=tuple(m for m in s.milestones if m.links)) if isinstance(s, MilestonesSlide) else s
        for s in february.slides
    )
    priorities = tuple(replace(p, vacant=0, to_confirm=0) for p in february.priorities)
    fixed = replace(february, slides=slides, priorities=priorities)
    result = checklist(fixed, checks_done(tried=all_links_tried(fixed)))
    sentences = [words.en for words in result.settled]
    assert "Every link works" in sentences
    assert "Every role is filled and confirmed" in sentences
    assert sentences[-1] == "No jurisdiction is named in a challenge without its agreement"
