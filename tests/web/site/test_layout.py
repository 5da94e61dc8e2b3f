"""The navigation: a few links side by side, the others in a menu, and the current page marked in both."""

from __future__ import annotations

import pytest

from tests.web_client import App, Page, text_of


def nav_labels(page: Page) -> tuple[list[str], list[str]]:
    """Return the labels of the links side by side, and of those in the menu."""
    nav = next(e for e in page.find_all("nav", class_="site-nav"))
    folded = [a for d in nav.iter("details") for a in d.getparent().iter("a")]
    return [text_of(a) for a in nav.iter("a") if a not in folded], [text_of(a) for a in folded]


FOLDED_LABELS = ["Jurisdictions", "Milestones", "Challenges"]


@pytest.mark.parametrize(
    ("name", "beside", "folded"),
    [
        ("visitor", ["Plan"], []),
        ("reader", ["Home", "Plan", "Briefings", *FOLDED_LABELS], []),
        ("ontario", ["Home", "My updates", "Plan", "Briefings"], [*FOLDED_LABELS, "Translations"]),
        ("chair", ["Home", "Reporting status", "My updates", "Plan", "Briefings"], [*FOLDED_LABELS, "Translations"]),
        (
            "secretariat",
            ["Home", "Reporting status", "My updates", "Plan", "Briefings"],
            [*FOLDED_LABELS, "Translations", "Outbox"],
        ),
    ],
)
def test_navigation_entries_by_persona(read_only_app: App, name: str, beside: list[str], folded: list[str]) -> None:
    assert nav_labels(read_only_app.client_as(name).get("/en/plans/2020")) == (beside, folded)


def test_folded_navigation_entry_is_marked_when_current(read_only_app: App) -> None:
    page = read_only_app.client_as("chair").get("/en/milestones")
    nav = page.find_all("nav", class_="site-nav")[0]
    assert [text_of(e) for e in nav.iter("summary")] == ["More: Milestones"]
    assert [text_of(a) for a in nav.iter("a") if a.get("aria-current")] == ["Milestones"]
    elsewhere = read_only_app.client_as("chair").get("/en/plans/2020/quarters/2020-09").find_all("nav", class_="site-nav")[0]
    assert [text_of(e) for e in elsewhere.iter("summary")] == ["More"]
    assert [text_of(a) for a in elsewhere.iter("a") if a.get("aria-current")] == ["Reporting status"]
