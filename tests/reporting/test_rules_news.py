"""The content and date of news, and every transition of a challenge; without a database."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.errors import Invalid
from cogwg.core.text_limits import TEXT_LIMIT
from cogwg.reporting.models import ChallengeState
from cogwg.reporting.news.rules import (
    LINKS_LIMIT,
    THEME_LIMIT,
    ChallengeDraft,
    ChallengeMove,
    DayOrMonth,
    MilestoneDraft,
    add_translation,
    check_challenge,
    check_milestone,
    check_translation,
    match_known_theme,
    next_challenge_state,
    parse_day_or_month,
    possible_moves,
)
from cogwg.reporting.rules import LABEL_LIMIT, LabelledLink
from tests.core.test_rules_web_addresses import UNACCEPTABLE_ADDRESSES

TODAY = date(2020, 9, 24)
TEXT = Bilingual("", "Une phrase, dans une seule langue.")
OPEN, MITIGATED, RESOLVED = ChallengeState
STATE_AFTER = {
    (OPEN, ChallengeMove.MITIGATE): MITIGATED,
    (OPEN, ChallengeMove.RESOLVE): RESOLVED,
    (OPEN, ChallengeMove.REOPEN): None,
    (MITIGATED, ChallengeMove.MITIGATE): None,
    (MITIGATED, ChallengeMove.RESOLVE): RESOLVED,
    (MITIGATED, ChallengeMove.REOPEN): OPEN,
    (RESOLVED, ChallengeMove.MITIGATE): MITIGATED,
    (RESOLVED, ChallengeMove.RESOLVE): None,
    (RESOLVED, ChallengeMove.REOPEN): OPEN,
}


def invalid_fields(draft: MilestoneDraft | ChallengeDraft) -> set[str]:
    try:
        check_milestone(draft, TODAY) if isinstance(draft, MilestoneDraft) else check_challenge(draft)
    except Invalid as refusal:
        return {field for field, _ in refusal.problems}
    return set()


@pytest.mark.parametrize(("state", "move"), list(product(ChallengeState, ChallengeMove)))
def test_challenge_moves_from_every_state(state: ChallengeState, move: ChallengeMove) -> None:
    """All nine pairs of states; transitions that are not allowed are refused and not offered."""
    after = STATE_AFTER[state, move]
    assert (move in possible_moves(state)) is (after is not None)
    if after is None:
        with pytest.raises(Invalid):
            next_challenge_state(state, move)
    else:
        assert next_challenge_state(state, move) is after


def test_milestone_requires_text_in_at_least_a_single_language() -> None:
    assert invalid_fields(MilestoneDraft(TEXT)) == set()
    assert invalid_fields(MilestoneDraft(EMPTY_TEXT)) == {"text"}
    assert invalid_fields(MilestoneDraft(Bilingual("x" * TEXT_LIMIT, "y" * TEXT_LIMIT))) == set()
    assert invalid_fields(MilestoneDraft(Bilingual("x" * (TEXT_LIMIT + 1), "y"))) == {"text_en"}


@pytest.mark.parametrize("url", UNACCEPTABLE_ADDRESSES)
def test_unacceptable_link_is_refused_at_its_field(url: str) -> None:
    whole = LabelledLink("https://open.canada.ca/", TEXT)
    assert invalid_fields(MilestoneDraft(TEXT, (whole, LabelledLink(url)))) == {"link2_url"}


def test_links_require_an_address_and_are_limited_in_length_and_number() -> None:
    whole = LabelledLink("https://open.canada.ca/")
    assert invalid_fields(MilestoneDraft(TEXT, (LabelledLink("", Bilingual("A name", "")),))) == {"link1_url"}
    assert invalid_fields(MilestoneDraft(TEXT, (LabelledLink(whole.url, Bilingual("", "x" * (LABEL_LIMIT + 1))),))) == {
        "link1_label_fr"
    }
    assert invalid_fields(MilestoneDraft(TEXT, (whole,) * LINKS_LIMIT)) == set()
    assert invalid_fields(MilestoneDraft(TEXT, (whole,) * (LINKS_LIMIT + 1))) == {f"link{LINKS_LIMIT + 1}_url"}


def test_milestone_date_is_a_day_a_month_or_empty_and_not_in_the_future() -> None:
    assert parse_day_or_month("", TODAY) == DayOrMonth()
    assert parse_day_or_month("2020-09-24", TODAY) == DayOrMonth(date(2020, 9, 24))
    assert parse_day_or_month("2020-09", TODAY) == DayOrMonth(date(2020, 9, 1), month_only=True)
    for written in ("2020-09-24", "2019-12", ""):
        assert str(parse_day_or_month(written, TODAY)) == written
    for wrong in (
        "2020-09-25",
        "2020-10",
        "2021-01-01",
        "2020-13",
        "2020-02-30",
        "0000-01",
        "24/09/2020",
        "09/10/2020",
        "٢٠٢٠-٠٩",
        "x",
        "2020",
    ):
        with pytest.raises(Invalid):
            parse_day_or_month(wrong, TODAY)


def test_check_milestone_lists_all_problems() -> None:
    assert invalid_fields(MilestoneDraft(EMPTY_TEXT, (LabelledLink("javascript:alert(1)"),), happened="soon")) == {
        "text",
        "link1_url",
        "happened",
    }


def test_challenge_requires_a_theme_and_a_text() -> None:
    assert invalid_fields(ChallengeDraft(TEXT, TEXT)) == set()
    assert invalid_fields(ChallengeDraft()) == {"theme", "text"}
    assert invalid_fields(ChallengeDraft(Bilingual("x" * (THEME_LIMIT + 1), ""), TEXT)) == {"new_theme"}
    assert invalid_fields(ChallengeDraft(TEXT, Bilingual("", "y" * (TEXT_LIMIT + 1)))) == {"text_fr"}


def test_theme_in_a_single_language_matches_the_known_theme() -> None:
    known = [Bilingual("Data", ""), Bilingual("Data", "Données"), Bilingual("", "Élan")]
    assert match_known_theme(Bilingual("data", ""), known) == Bilingual("Data", "Données")
    assert match_known_theme(Bilingual("", "DONNÉES"), known) == Bilingual("Data", "Données")
    assert match_known_theme(Bilingual("", "élan"), known) == Bilingual("", "Élan")
    assert match_known_theme(Bilingual("Other", ""), known) == Bilingual("Other", "")
    assert match_known_theme(Bilingual("Data", "Renseignements"), known) == Bilingual("Data", "Renseignements")


def test_translation_is_added_only_to_the_unchanged_source() -> None:
    assert add_translation(Bilingual("News", ""), "News", "Nouvelles") == Bilingual("News", "Nouvelles")
    assert add_translation(Bilingual("", "Nouvelles"), "Nouvelles", "News") == Bilingual("News", "Nouvelles")
    for text, of in ((Bilingual("News", "N."), "News"), (EMPTY_TEXT, ""), (Bilingual("Newer", ""), "News")):
        assert add_translation(text, of, "Nouvelles") is None
    for wrong in ("", "x" * 61):
        with pytest.raises(Invalid):
            check_translation(wrong, 60)


@pytest.mark.parametrize(
    ("typed", "chosen"),
    [
        (Bilingual("staff's  time", ""), Bilingual("Staff’s time", "Temps du personnel")),
        (Bilingual("", "Temps\u00a0du personnel"), Bilingual("Staff’s time", "Temps du personnel")),
        (Bilingual("Staff's time", "Temps du personnel"), Bilingual("Staff’s time", "Temps du personnel")),
        (Bilingual("Staffs time", ""), Bilingual("Staffs time", "")),
    ],
)
def test_theme_that_differs_in_apostrophes_or_blanks_is_the_known_theme(typed: Bilingual, chosen: Bilingual) -> None:
    assert match_known_theme(typed, [Bilingual("Staff’s time", "Temps du personnel")]) == chosen
