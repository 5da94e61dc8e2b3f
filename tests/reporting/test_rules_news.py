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
    MilestoneDraft,
    Move,
    When,
    check_challenge,
    check_milestone,
    check_translation,
    moved,
    moves_from,
    settled,
    translated,
    when,
)
from cogwg.reporting.rules import LABEL_LIMIT, Link
from tests.reporting.test_rules import HOSTILE

TODAY = date(2020, 9, 24)
TEXT = Bilingual("", "Une phrase, dans une seule langue.")
OPEN, MITIGATED, RESOLVED = ChallengeState
AFTER = {
    (OPEN, Move.MITIGATE): MITIGATED,
    (OPEN, Move.RESOLVE): RESOLVED,
    (OPEN, Move.REOPEN): None,
    (MITIGATED, Move.MITIGATE): None,
    (MITIGATED, Move.RESOLVE): RESOLVED,
    (MITIGATED, Move.REOPEN): OPEN,
    (RESOLVED, Move.MITIGATE): MITIGATED,
    (RESOLVED, Move.RESOLVE): None,
    (RESOLVED, Move.REOPEN): OPEN,
}


def refused(draft: MilestoneDraft | ChallengeDraft) -> set[str]:
    try:
        check_milestone(draft, TODAY) if isinstance(draft, MilestoneDraft) else check_challenge(draft)
    except Invalid as refusal:
        return {field for field, _ in refusal.problems}
    return set()


@pytest.mark.parametrize(("state", "move"), list(product(ChallengeState, Move)))
def test_every_move_from_every_state(state: ChallengeState, move: Move) -> None:
    """All nine are written out here; what leads nowhere is refused and offered to nobody."""
    after = AFTER[state, move]
    assert (move in moves_from(state)) is (after is not None)
    if after is None:
        with pytest.raises(Invalid):
            moved(state, move)
    else:
        assert moved(state, move) is after


def test_a_milestone_is_a_sentence_in_one_language_at_least() -> None:
    assert refused(MilestoneDraft(TEXT)) == set()
    assert refused(MilestoneDraft(EMPTY_TEXT)) == {"text"}
    assert refused(MilestoneDraft(Bilingual("x" * TEXT_LIMIT, "y" * TEXT_LIMIT))) == set()
    assert refused(MilestoneDraft(Bilingual("x" * (TEXT_LIMIT + 1), "y"))) == {"text_en"}


@pytest.mark.parametrize("url", HOSTILE)
def test_a_hostile_link_is_refused_where_it_stands(url: str) -> None:
    whole = Link("https://open.canada.ca/", TEXT)
    assert refused(MilestoneDraft(TEXT, (whole, Link(url)))) == {"link2_url"}


def test_links_have_an_address_fit_and_are_not_too_many() -> None:
    whole = Link("https://open.canada.ca/")
    assert refused(MilestoneDraft(TEXT, (Link("", Bilingual("A name", "")),))) == {"link1_url"}
    assert refused(MilestoneDraft(TEXT, (Link(whole.url, Bilingual("", "x" * (LABEL_LIMIT + 1))),))) == {"link1_label_fr"}
    assert refused(MilestoneDraft(TEXT, (whole,) * LINKS_LIMIT)) == set()
    assert refused(MilestoneDraft(TEXT, (whole,) * (LINKS_LIMIT + 1))) == {f"link{LINKS_LIMIT + 1}_url"}


def test_a_milestone_happened_on_a_day_or_in_a_month_or_nobody_said() -> None:
    assert when("", TODAY) == When()
    assert when("2020-09-24", TODAY) == When(date(2020, 9, 24))
    assert when("2020-09", TODAY) == When(date(2020, 9, 1), month_only=True)
    for written in ("2020-09-24", "2019-12", ""):
        assert str(when(written, TODAY)) == written
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
            when(wrong, TODAY)


def test_every_problem_of_a_milestone_is_said_at_once() -> None:
    assert refused(MilestoneDraft(EMPTY_TEXT, (Link("javascript:alert(1)"),), happened="soon")) == {
        "text",
        "link1_url",
        "happened",
    }


def test_a_challenge_has_a_theme_and_a_sentence() -> None:
    assert refused(ChallengeDraft(TEXT, TEXT)) == set()
    assert refused(ChallengeDraft()) == {"theme", "text"}
    assert refused(ChallengeDraft(Bilingual("x" * (THEME_LIMIT + 1), ""), TEXT)) == {"new_theme"}
    assert refused(ChallengeDraft(TEXT, Bilingual("", "y" * (TEXT_LIMIT + 1)))) == {"text_fr"}


def test_a_theme_typed_in_one_language_is_the_one_that_is_known_by_that_name() -> None:
    known = [Bilingual("Data", ""), Bilingual("Data", "Données"), Bilingual("", "Élan")]
    assert settled(Bilingual("data", ""), known) == Bilingual("Data", "Données")
    assert settled(Bilingual("", "DONNÉES"), known) == Bilingual("Data", "Données")
    assert settled(Bilingual("", "élan"), known) == Bilingual("", "Élan")
    assert settled(Bilingual("Other", ""), known) == Bilingual("Other", "")
    assert settled(Bilingual("Data", "Renseignements"), known) == Bilingual("Data", "Renseignements")


def test_a_translation_adds_the_missing_side_of_what_was_read_and_nothing_else() -> None:
    assert translated(Bilingual("News", ""), "News", "Nouvelles") == Bilingual("News", "Nouvelles")
    assert translated(Bilingual("", "Nouvelles"), "Nouvelles", "News") == Bilingual("News", "Nouvelles")
    for text, of in ((Bilingual("News", "N."), "News"), (EMPTY_TEXT, ""), (Bilingual("Newer", ""), "News")):
        assert translated(text, of, "Nouvelles") is None
    for wrong in ("", "x" * 61):
        with pytest.raises(Invalid):
            check_translation(wrong, 60)
