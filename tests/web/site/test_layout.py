"""The way around: few places beside each other, the others folded, and where one is said in both."""

from __future__ import annotations

import pytest

from tests.pages import House, Page, words


def places(page: Page) -> tuple[list[str], list[str]]:
    """The places that stand beside each other, and those that are folded away."""
    nav = next(e for e in page.all("nav", class_="nav"))
    folded = [a for d in nav.iter("details") for a in d.iter("a")]
    return [words(a) for a in nav.iter("a") if a not in folded], [words(a) for a in folded]


RECORD = ["Jurisdictions", "Milestones", "Challenges"]


@pytest.mark.parametrize(
    ("name", "beside", "folded"),
    [
        ("visitor", ["Plan"], []),
        ("reader", ["Plan", "Briefings", *RECORD], []),
        ("ontario", ["My updates", "Plan", "Briefings"], [*RECORD, "Translations"]),
        ("chair", ["Readiness", "My updates", "Plan", "Briefings"], [*RECORD, "Translations"]),
        ("secretariat", ["Readiness", "My updates", "Plan", "Briefings"], [*RECORD, "Translations"]),
    ],
)
def test_everybody_has_their_places_in_a_short_row(shared: House, name: str, beside: list[str], folded: list[str]) -> None:
    assert places(shared.cast(name).get("/en/plans/2020")) == (beside, folded)


def test_a_folded_place_is_marked_on_the_fold_and_inside(shared: House) -> None:
    page = shared.cast("chair").get("/en/milestones")
    nav = page.all("nav", class_="nav")[0]
    assert [words(e) for e in nav.iter("summary")] == ["More: Milestones"]
    assert [words(a) for a in nav.iter("a") if a.get("aria-current")] == ["Milestones"]
    elsewhere = shared.cast("chair").get("/en/plans/2020/quarters/2020-09").all("nav", class_="nav")[0]
    assert [words(e) for e in elsewhere.iter("summary")] == ["More"]
    assert [words(a) for a in elsewhere.iter("a") if a.get("aria-current")] == ["Readiness"]
