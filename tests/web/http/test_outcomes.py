"""After a full-page post the address points to the outcome message, which stands where the change is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import update

from cogwg.discussion.models import Comment
from cogwg.plan.models import WorkPlan
from tests.web.conftest import MakeApp, PopulatedApp
from tests.web_client import Form, Page, text_of

ACTIVITY = "/en/plans/2020/activities/3.3"


@dataclass(frozen=True)
class ChangingForm:
    """A form that changes a part of a page: who sends it, from which page, and a part of the id of what it changes."""

    person: str
    page: str
    action: str
    place: str
    fields: dict[str, str]
    prepare: Callable[[PopulatedApp], object] = lambda _populated: None


def _comment(populated: PopulatedApp) -> Page:
    page = populated.app.client_as("ontario").get(ACTIVITY)
    return _posting_form(page, "/comments").fill(text="Who has the data?").submit()


def _add_link(populated: PopulatedApp) -> None:
    populated.app.execute(update(WorkPlan).values(link="https://open.canada.ca/plan"))


def _create_feed_links(populated: PopulatedApp) -> Page:
    return populated.app.client_as("ontario").get("/en/account").form("/account/feed").submit()


FORMS = {
    "milestone added": ChangingForm("ontario", "/en/milestones", "/milestones", "milestone-", {"text_en": "Ten sets."}),
    "challenge added": ChangingForm(
        "ontario", "/en/challenges", "/challenges", "challenge-", {"text_en": "No staff.", "new_theme": "Staff"}
    ),
    "milestone edited": ChangingForm(
        "ontario", "/en/milestones/{milestone}/edit", "/edit", "milestone-", {"text_en": "Ten sets."}
    ),
    "challenge shared": ChangingForm("quebec", "/en/challenges", "/us-too", "challenge-", {}),
    "comment added": ChangingForm("ontario", ACTIVITY, "/comments", "comment-", {"text": "Who has the data?"}),
    "comment edited": ChangingForm(
        "ontario", ACTIVITY + "/comments/{comment}", "/comments/{comment}", "comment-", {"text": "Who has it?"}, _comment
    ),
    "comment deleted": ChangingForm(
        "ontario", ACTIVITY + "/comments/{comment}", "/comments/{comment}/delete", "comment-", {}, _comment
    ),
    "note saved": ChangingForm("nwt", "/en/plans/2020/activities/5.4", "/note", "notes", {"text_en": "We help."}),
    "due date moved": ChangingForm(
        "chair", "/en/plans/2020/activities/5.4", "/due", "history", {"month": "2020-12", "day": "15", "reason_en": "Later."}
    ),
    "feed links created": ChangingForm("ontario", "/en/account", "/account/feed", "feed", {}),
    "feed links revoked": ChangingForm("ontario", "/en/account", "/account/feed/revoke", "feed", {}, _create_feed_links),
    "slide comment added": ChangingForm(
        "chair", "/en/briefings/{briefing}", "/comments/cover", "talk-cover", {"text": "Too long."}
    ),
    "decision recorded": ChangingForm(
        "chair",
        "/en/briefings/{frozen}/versions/1/slides/glance/decision",
        "/decision",
        "decisions-glance",
        {"text_en": "Ask again in May."},
    ),
    "links checked": ChangingForm("chair", "/en/briefings/{briefing}", "/check-links", "check-links", {}, _add_link),
}


def _posting_form(page: Page, action: str) -> Form:
    """Return the first form that posts to this action, or that has a button that does."""
    for form in (form for form in page.forms if form.element.get("method") == "post"):
        actions = [form.action, *(button.get("formaction", "") for button in form.element.iter("button"))]
        matching = [a for a in actions if a.partition("?")[0].endswith(action)]
        if matching:
            form.action = matching[0]
            return form
    raise LookupError(action)


@pytest.fixture
def populated(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> PopulatedApp:
    monkeypatch.setattr("cogwg.briefing.link_requests.check_links", lambda urls, **_: dict.fromkeys(urls, (True, "200")))
    return PopulatedApp(make_app())


@pytest.mark.parametrize("name", FORMS)
def test_address_after_a_change_points_to_its_outcome_beside_it(populated: PopulatedApp, name: str) -> None:
    case, app = FORMS[name], populated.app
    case.prepare(populated)
    comment_ids = [row.id for row in app.rows(Comment)]
    values = {
        "briefing": populated.briefing_id,
        "frozen": populated.frozen_id,
        "milestone": populated.news_ids["milestone"],
        "comment": comment_ids[-1] if comment_ids else 0,
    }
    page = app.client_as(case.person).get(case.page.format(**values))
    answer = _posting_form(page, case.action.format(**values)).fill(**case.fields).submit()
    assert answer.status == 303, answer.alert_text
    assert urlsplit(answer.headers["Location"]).fragment == "outcome"
    outcome = answer.follow().find_by_id("outcome")
    assert outcome.get("tabindex") == "-1"
    assert text_of(outcome)
    assert any(id_.startswith(case.place) for id_ in _ids_around(outcome)), _ids_around(outcome)


def test_outcome_of_a_part_that_the_page_lacks_stands_at_its_top(populated: PopulatedApp) -> None:
    ontario = populated.app.client_as("ontario")
    form = _posting_form(ontario.get("/en/milestones"), "/milestones").fill(text_en="Ten sets.")
    assert form.submit().status == 303
    page = ontario.get("/en/plans/2020")
    assert [id_ for id_ in _ids_around(page.find_by_id("outcome")) if id_] == ["main"]
    assert not ontario.get("/en/milestones").find_all("*", id="outcome"), "it is shown once"


def test_fragment_for_htmx_leaves_the_outcome_to_the_next_page(populated: PopulatedApp) -> None:
    ontario = populated.app.client_as("ontario")
    answer = _posting_form(ontario.get("/en/milestones"), "/milestones").fill(text_en="Ten sets.").submit()
    id_ = answer.redirect_path.partition("at=")[2]
    assert not ontario.get(f"/en/milestones/{id_}", htmx=True).find_all("*", id="outcome")
    assert answer.follow().find_by_id("outcome") is not None


def _ids_around(element: Any) -> list[str]:
    return [parent.get("id", "") for parent in element.iterancestors()]
