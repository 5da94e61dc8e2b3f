"""What news must say, when it happened, and every move of a challenge, decided without a database."""

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
from tests.reporting.test_rules import HOSTILE

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
def test_every_move_from_every_state(state: ChallengeState, move: ChallengeMove) -> None:
    """All nine are written out here; what leads nowhere is refused and offered to nobody."""
    after = STATE_AFTER[state, move]
    assert (move in possible_moves(state)) is (after is not None)
    if after is None:
        with pytest.raises(Invalid):
            next_challenge_state(state, move)
    else:
        assert next_challenge_state(state, move) is after


def test_a_milestone_is_a_sentence_in_one_language_at_least() -> None:
    assert invalid_fields(MilestoneDraft(TEXT)) == set()
    assert invalid_fields(MilestoneDraft(EMPTY_TEXT)) == {"text"}
    assert invalid_fields(MilestoneDraft(Bilingual("x" * TEXT_LIMIT, "y" * TEXT_LIMIT))) == set()
    assert invalid_fields(MilestoneDraft(Bilingual("x" * (TEXT_LIMIT + 1), "y"))) == {"text_en"}


@pytest.mark.parametrize("url", HOSTILE)
def test_a_hostile_link_is_refused_where_it_stands(url: str) -> None:
    whole = LabelledLink("https://open.canada.ca/", TEXT)
    assert invalid_fields(MilestoneDraft(TEXT, (whole, LabelledLink(url)))) == {"link2_url"}


def test_links_have_an_address_fit_and_are_not_too_many() -> None:
    whole = LabelledLink("https://open.canada.ca/")
    assert invalid_fields(MilestoneDraft(TEXT, (LabelledLink("", Bilingual("A name", "")),))) == {"link1_url"}
    assert invalid_fields(MilestoneDraft(TEXT, (LabelledLink(whole.url, Bilingual("", "x" * (LABEL_LIMIT + 1))),))) == {
        "link1_label_fr"
    }
    assert invalid_fields(MilestoneDraft(TEXT, (whole,) * LINKS_LIMIT)) == set()
    assert invalid_fields(MilestoneDraft(TEXT, (whole,) * (LINKS_LIMIT + 1))) == {f"link{LINKS_LIMIT + 1}_url"}


def test_a_milestone_happened_on_a_day_or_in_a_month_or_nobody_said() -> None:
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
        "٢٠٢٠-٠٩",
        "x",
        "2020",
    ):
        with pytest.raises(Invalid):
            parse_day_or_month(wrong, TODAY)


def test_every_problem_of_a_milestone_is_said_at_once() -> None:
    assert invalid_fields(MilestoneDraft(EMPTY_TEXT, (LabelledLink("javascript:alert(1)"),), happened="soon")) == {
        "text",
        "link1_url",
        "happened",
    }


def test_a_challenge_has_a_theme_and_a_sentence() -> None:
    assert invalid_fields(ChallengeDraft(TEXT, TEXT)) == set()
    assert invalid_fields(ChallengeDraft()) == {"theme", "text"}
    assert invalid_fields(ChallengeDraft(Bilingual("x" * (THEME_LIMIT + 1), ""), TEXT)) == {"new_theme"}
    assert invalid_fields(ChallengeDraft(TEXT, Bilingual("", "y" * (TEXT_LIMIT + 1)))) == {"text_fr"}


def test_a_theme_typed_in_one_language_is_the_one_that_is_known_by_that_name() -> None:
    known = [Bilingual("Data", ""), Bilingual("Data", "Données"), Bilingual("", "Élan")]
    assert match_known_theme(Bilingual("data", ""), known) == Bilingual("Data", "Données")
    assert match_known_theme(Bilingual("", "DONNÉES"), known) == Bilingual("Data", "Données")
    assert match_known_theme(Bilingual("", "élan"), known) == Bilingual("", "Élan")
    assert match_known_theme(Bilingual("Other", ""), known) == Bilingual("Other", "")
    assert match_known_theme(Bilingual("Data", "Renseignements"), known) == Bilingual("Data", "Renseignements")


def test_a_translation_adds_the_missing_side_of_what_was_read_and_nothing_else() -> None:
    assert add_translation(Bilingual("News", ""), "News", "Nouvelles") == Bilingual("News", "Nouvelles")
    assert add_translation(Bilingual("", "Nouvelles"), "Nouvelles", "News") == Bilingual("News", "Nouvelles")
    for text, of in ((Bilingual("News", "N."), "News"), (EMPTY_TEXT, ""), (Bilingual("Newer", ""), "News")):
        assert add_translation(text, of, "Nouvelles") is None
    for wrong in ("", "x" * 61):
        with pytest.raises(Invalid):
            check_translation(wrong, 60)
