"""The same form sent twice, by a double click or after a lost answer: it creates once, and answers as it did first."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from cogwg.accounts.models import FormToken, Jurisdiction, Person
from cogwg.audit.models import AuditEvent
from cogwg.briefing.models import Briefing, FrozenVersion, PreviewLink, RecordedDecision, SlideComment, VersionLink
from cogwg.discussion.models import Comment
from cogwg.engagement.models import EngagementCycle, EngagementTheme, PublicComment
from cogwg.mail.models import OutboxMessage
from cogwg.ogp.models import ActionPlan, Assessment, AssessorInvitation, Commitment, MilestoneOffer, OrganizationReport
from cogwg.plan.models import Activity, DueChange, DueRequest, PlanDraft
from cogwg.reporting.models import (
    Challenge,
    Milestone,
    OverallStatus,
    PeriodException,
    ReportingPeriod,
    ReportState,
    StatusReport,
    TranslationOrder,
)
from cogwg.tracker.models import Publication
from tests.ogp.sample import FACTS, stock
from tests.sessions import first_of
from tests.web.conftest import MakeApp, PopulatedApp
from tests.web.finalizing import confirmation
from tests.web_client import App, Form, Page, text_of

ACTIVITY = "/en/plans/2020/activities/3.3"
STATED = replace(FACTS, identifier="CA9960")


@dataclass(frozen=True)
class CreatingForm:
    """A form that creates something: who sends it, from which page, and the table of what it creates."""

    person: str
    page: str
    action: str
    table: type[Any]
    fields: dict[str, str]
    other: dict[str, str] | None = None
    """The fields that make another item, if a second one can be created."""
    prepare: Callable[[App], None] = lambda _app: None
    confirm: Callable[[Form], Form] = lambda form: form
    """Return the form of the page that asks for confirmation, where there is one, with its button pressed."""


def _confirm_version(form: Form) -> Form:
    asked = confirmation(form.submit())
    asked.values["answer"] = "finalize"
    return asked


def _close_summer(app: App) -> None:
    closed = app.calendar.now() - timedelta(days=1)
    app.execute(update(ReportingPeriod).where(ReportingPeriod.id == 2).values(closed_at=closed))


def _choose_ontario(app: App, form: Form) -> None:
    if any(name.endswith("jurisdiction") for name in form.values):
        (ontario,) = app.rows(Jurisdiction, Jurisdiction.code == "on")
        form.fill(jurisdiction=str(ontario.id))


def _stock_commitment(app: App) -> None:
    stock(app.engine, STATED)


FORMS = {
    "assessment": CreatingForm(
        "reviewer",
        "/en/assessments/commitments/CA0060/new",
        "/CA0060/new",
        Assessment,
        {"kind": "mid-term", "on": "2017", "completion": "limited"},
        {"completion": "substantial"},
    ),
    "milestone offer": CreatingForm(
        "organization",
        "/en/assessments/milestones/3/offer",
        "/milestones/3/offer",
        MilestoneOffer,
        {"part": "help"},
    ),
    "organization's report": CreatingForm(
        "organization",
        "/en/assessments/offers/2/report",
        "/offers/2/report",
        OrganizationReport,
        {"text_en": "Done."},
        {"text_en": "Done again."},
    ),
    "assessor invitation": CreatingForm(
        "steward",
        "/en/admin/commitments/assessors",
        "/commitments/assessors",
        AssessorInvitation,
        {"person": "14", "target": "plan:2016", "independent": "no", "assessor_en": "A network"},
        {"target": "commitment:CA0064"},
    ),
    "action plan": CreatingForm(
        "secretariat",
        "/en/admin/commitments/plans",
        "/commitments/plans",
        ActionPlan,
        {"start_year": "2040", "end_year": "2042", "title_en": "Plan", "title_fr": "Plan"},
        {"start_year": "2042", "end_year": "2044"},
    ),
    "commitment": CreatingForm(
        "secretariat",
        "/en/admin/commitments/new",
        "/commitments/new",
        Commitment,
        {"identifier": "CA9970", "cycle": "2016", "title_en": "Open data"},
        {"identifier": "CA9971"},
        prepare=_stock_commitment,
    ),
    "engagement cycle": CreatingForm(
        "secretariat",
        "/en/admin/engagement/new",
        "/admin/engagement/new",
        EngagementCycle,
        {"key": "sixth-plan", "title_en": "The sixth plan"},
        {"key": "seventh-plan"},
    ),
    "self-assessment": CreatingForm(
        "secretariat",
        "/en/admin/commitments/CA9960/self-assessment/new",
        "/self-assessment/new",
        Assessment,
        {"on": "2018", "completion": "complete"},
        {"on": "2019"},
        prepare=_stock_commitment,
    ),
    "theme": CreatingForm(
        "secretariat",
        "/en/admin/engagement/test-plan/themes/new",
        "/themes/new",
        EngagementTheme,
        {"title_en": "Budgets"},
        {"title_en": "Meetings"},
    ),
    "entered comment": CreatingForm(
        "secretariat",
        "/en/admin/engagement/test-plan/entries",
        "/test-plan/entries",
        PublicComment,
        {"text": "Sent by email."},
        {"text": "Sent by another email."},
    ),
    "publication": CreatingForm(
        "secretariat",
        "/en/admin/publications/quarters/2020-06",
        "/admin/publications/quarters/2020-06",
        Publication,
        {"override_reason": "The translation is late."},
        prepare=_close_summer,
    ),
    "milestone": CreatingForm(
        "ontario", "/en/milestones", "/milestones", Milestone, {"text_en": "Ten sets."}, {"text_en": "Eleven sets."}
    ),
    "challenge": CreatingForm(
        "ontario",
        "/en/challenges",
        "/challenges",
        Challenge,
        {"text_en": "No staff.", "new_theme": "Staff"},
        {"text_en": "No money.", "new_theme": "Money"},
    ),
    "translations": CreatingForm("ontario", "/en/translations", "/translations/send", TranslationOrder, {}),
    "comment": CreatingForm(
        "ontario", ACTIVITY, "/comments", Comment, {"text": "Who has the data? @qc"}, {"text": "Who else has the data?"}
    ),
    "slide comment": CreatingForm(
        "chair", "/en/briefings/{briefing}", "/comments/cover", SlideComment, {"text": "Too long."}, {"text": "Too short."}
    ),
    "person": CreatingForm(
        "secretariat",
        "/en/admin/people",
        "/admin/people",
        Person,
        {"name": "A. Reader", "email": "a.reader@example.ca", "role": "reader"},
        {"name": "B. Reader", "email": "b.reader@example.ca"},
    ),
    "jurisdiction": CreatingForm(
        "secretariat",
        "/en/admin/jurisdictions",
        "/admin/jurisdictions",
        Jurisdiction,
        {"code": "fcm", "name_en": "Cities", "name_fr": "Villes", "kind": "municipal"},
        {"code": "arctic", "name_en": "Arctic", "name_fr": "Arctique"},
    ),
    "empty plan": CreatingForm("secretariat", "/en/admin/plans", "/admin/plans", PlanDraft, {"title_fr": ""}, {"year": "2026"}),
    "carry-over": CreatingForm("secretariat", "/en/admin/plans/2020/carry-over", "/carry-over", PlanDraft, {}),
    **{
        f"{item} of {whose}": CreatingForm("secretariat", f"/en/admin/plans/{page}", action, AuditEvent, fields, other)
        for whose, root in (("a plan", "2020"), ("a draft plan", "2022"))
        for item, page, action, fields, other in (
            (
                "priority",
                f"{root}/priorities/new",
                "/priorities",
                {"title_en": "Open", "title_fr": "Ouvert", "short_en": "Open", "short_fr": "Ouvert"},
                {"title_en": "Opener"},
            ),
            (
                "activity",
                f"{root}/priorities/1?open=new",
                "/activities",
                {"title_en": "Open", "title_fr": "Ouvert", "month": f"{root}-12"},
                {"title_en": "Opener"},
            ),
            ("role", f"{root}/priorities/1?open=new-role", "/roles", {"role": "lead"}, {"role": "partner"}),
        )
    },
    "briefing": CreatingForm(
        "chair", "/en/briefings/new", "", Briefing, {"meeting_on": "2020-11-05"}, {"meeting_on": "2020-12-03"}
    ),
    "preview link": CreatingForm("chair", "/en/briefings/{briefing}/links", "/links", PreviewLink, {}),
    "version link": CreatingForm("chair", "/en/briefings/{frozen}/versions/1/links", "/links", VersionLink, {}),
    "decision": CreatingForm(
        "chair",
        "/en/briefings/{frozen}/versions/1/slides/glance/decision",
        "/decision",
        RecordedDecision,
        {"text_en": "Ask again in May."},
        {"text_en": "Ask again in June."},
    ),
    "version": CreatingForm(
        "chair",
        "/en/briefings/{briefing}",
        "/freeze",
        FrozenVersion,
        {"note": "The gaps are chased."},
        confirm=_confirm_version,
    ),
    "due date": CreatingForm(
        "chair",
        "/en/plans/2020/activities/5.4",
        "/due",
        DueChange,
        {"month": "2020-12", "day": "15", "reason_en": "The survey comes first."},
    ),
    "due request": CreatingForm(
        "ontario",
        "/en/plans/2020/activities/3.3",
        "/due/requests",
        DueRequest,
        {"month": "2020-12", "day": "15", "reason_en": "The survey comes first."},
    ),
    "extension": CreatingForm(
        "chair", "/en/plans/2020/quarters/2020-09", "/extend", OutboxMessage, {"reason_en": "The server was down."}
    ),
    "overall status": CreatingForm(
        "chair",
        "/en/plans/2020/priorities/3",
        "/overall",
        OverallStatus,
        {"status": "SP", "note_en": "The first set counts."},
    ),
    "reopened quarter": CreatingForm(
        "chair",
        "/en/plans/2020/quarters/2020-06",
        "/reopen",
        PeriodException,
        {"until": "2020-10-15", "reason": "The server was down."},
        {"until": "2020-10-20"},
        _close_summer,
    ),
    "reminder": CreatingForm("chair", "/en/readiness/remind", "", OutboxMessage, {}),
    "returned report": CreatingForm(
        "chair",
        "/en/plans/2020/activities/{submitted}/return?period=2020-09",
        "",
        OutboxMessage,
        {"note": "Which sets?"},
    ),
}


@pytest.fixture
def twice_app(make_app: MakeApp, files_at_first_download: None) -> PopulatedApp:
    return PopulatedApp(make_app())


def _submitted_code(app: App) -> str:
    """Return the code of an activity whose report of the third quarter is submitted."""
    report, *_ = app.rows(StatusReport, StatusReport.period_id == 3, StatusReport.state == ReportState.SUBMITTED)
    (activity,) = app.rows(Activity, Activity.id == report.activity_id)
    return str(activity.code)


def _creating_form(page: Page, action: str) -> Form:
    """Return the form that posts to this action; the filter of a list has the same action."""
    (form,) = (
        [f for f in page.forms if f.element.get("method") == "post" and f.action.endswith(action)] if action else [page.form()]
    )
    return form


def _open_form(populated: PopulatedApp, name: str) -> tuple[CreatingForm, Form]:
    case, app = FORMS[name], populated.app
    case.prepare(app)
    path = case.page.format(briefing=populated.briefing_id, frozen=populated.frozen_id, submitted=_submitted_code(app))
    form = _creating_form(app.client_as(case.person).get(path), case.action).fill(**case.fields)
    if name.endswith("of a plan"):
        form.fill(reason_en="It was agreed.")
    if name == "reopened quarter":
        _choose_ontario(app, form)
    return case, case.confirm(form)


def _made(app: App, case: CreatingForm) -> tuple[int, int, int]:
    """Return how many items, audit events and emails there are."""
    return len(app.rows(case.table)), len(app.rows(AuditEvent)), len(app.rows(OutboxMessage))


@pytest.mark.parametrize("name", first_of(6, FORMS))
def test_form_sent_twice_creates_once_and_answers_the_same(twice_app: PopulatedApp, name: str) -> None:
    app = twice_app.app
    case, form = _open_form(twice_app, name)
    before = len(app.rows(case.table))
    first = form.submit()
    assert first.status == 303, first.alert_text
    made = _made(app, case)
    assert made[0] > before
    second = form.submit()
    assert (second.status, second.headers["Location"]) == (first.status, first.headers["Location"])
    assert _made(app, case) == made


@pytest.mark.parametrize("name", first_of(2, (name for name, case in FORMS.items() if case.other)))
def test_other_words_in_a_form_that_was_sent_are_not_lost(twice_app: PopulatedApp, name: str) -> None:
    """The browser's Back button shows the form again with its old token."""
    app = twice_app.app
    case, form = _open_form(twice_app, name)
    assert form.submit().status == 303
    items = len(app.rows(case.table))
    assert form.fill(**(case.other or {})).submit().status == 303
    assert len(app.rows(case.table)) == items + 1


@pytest.mark.parametrize("name", ["comment", "slide comment"])
def test_comment_sent_twice_by_htmx_is_shown_once_with_a_fresh_form(twice_app: PopulatedApp, name: str) -> None:
    app = twice_app.app
    case, form = _open_form(twice_app, name)
    first, second = form.submit(htmx=True), form.submit(htmx=True)
    assert (first.status, second.status) == (200, 200)
    assert [page.text.count(f">{case.fields['text']}</p>") for page in (first, second)] == [1, 1]
    fresh = second.form(case.action)
    assert fresh.value("once") not in ("", form.value("once"), first.form(case.action).value("once"))
    assert fresh.fill(**case.fields).submit(htmx=True).status == 200
    assert len(app.rows(case.table, case.table.text == case.fields["text"])) == 2, "the same words again, in a new form"


def test_refused_form_creates_once_it_is_corrected(twice_app: PopulatedApp) -> None:
    app = twice_app.app
    _case, form = _open_form(twice_app, "comment")
    comments = len(app.rows(Comment))
    refused = form.fill(text="").submit()
    assert refused.status == 422
    again = refused.form("/comments")
    assert again.value("once") == form.value("once")
    assert again.fill(text="Who has the data?").submit().status == 303
    assert len(app.rows(Comment)) == comments + 1


EDITS = {
    "milestone": ("ontario", "/en/milestones/{milestone}/edit", "/edit", {"text_en": "Eleven sets."}),
    "challenge": ("ontario", "/en/challenges/{challenge}/edit", "/edit", {"text_en": "No money."}),
    "comment": ("ontario", ACTIVITY + "/comments/{comment}", "/comments/{comment}", {"text": "Another question."}),
    "partner’s note": ("nwt", "/en/plans/2020/activities/5.4", "/note", {"text_en": "We shared our list."}),
    "meeting": ("chair", "/en/briefings/{briefing}/meeting", "", {"place_en": "Ottawa"}),
    "decision": ("chair", "/en/briefings/{frozen}/versions/1/decisions/1", "", {"text_en": "Ask again in May."}),
    "next steps": ("chair", "/en/briefings/{briefing}/next-steps", "", {"step-new-en": "Count the sets."}),
    "new slide": ("chair", "/en/briefings/{briefing}/slides", "", {"title-en": "A new slide", "title-fr": "Une page"}),
}


@pytest.mark.parametrize("name", EDITS)
def test_edit_sent_twice_is_saved_once_and_is_no_conflict(twice_app: PopulatedApp, name: str) -> None:
    person, page, action, fields = EDITS[name]
    forms = twice_app.app.client_as(person).get(twice_app.path(page)).forms
    button = {"next steps": "save", "new slide": "add new"}.get(name, "")
    (form,) = [
        f
        for f in forms
        if f.element.get("method") == "post"
        and f.action.split("?")[0].endswith(twice_app.path(action or page))
        and all(any(n.endswith(field) for n in f.values) for field in fields)
    ]
    form.fill(**fields)
    first = form.submit(button_value=button)
    assert first.status == 303, first.alert_text
    made = twice_app.app.fingerprint(without=("sign_in", "throttle"))
    second = form.submit(button_value=button)
    assert (second.status, second.headers.get("Location")) == (303, first.headers["Location"])
    assert twice_app.app.fingerprint(without=("sign_in", "throttle")) == made


def _remove_next_step(populated: PopulatedApp) -> Form:
    """Return the form that undoes the removal of a next step."""
    chair = populated.app.client_as("chair")
    page = chair.get(f"/en/briefings/{populated.briefing_id}/next-steps")
    gone = {"step-0.1-en": "", "step-0.1-fr": ""}
    return _form_with_button(page, "save").fill(**gone).submit(button_value="save").follow().form("/undo")


def _add_slide(populated: PopulatedApp) -> Form:
    """Return the form of a new slide, which can delete it."""
    chair = populated.app.client_as("chair")
    place = f"/en/briefings/{populated.briefing_id}/slides"
    form = _form_with_button(chair.get(place), "add new").fill(**{"title-en": "Thanks"})
    assert form.submit(button_value="add new").status == 303
    return _form_with_button(chair.get(f"{place}/text-1"), "remove")


def _close_quarter(populated: PopulatedApp) -> Form:
    return populated.app.client_as("chair").get("/en/plans/2020/quarters/2020-06/close").form("/close")


def _open_quarter(populated: PopulatedApp) -> Form:
    return populated.app.client_as("chair").get("/en/plans/2020/quarters/2020-12").form("/open")


def _undo_closing(populated: PopulatedApp) -> Form:
    page = _close_quarter(populated).submit().follow()
    return next(form for form in page.forms if form.action.endswith("/undo"))


def _form_with_button(page: Page, button: str) -> Form:
    """Return the form in the page's main part that has this button."""
    forms = [f for f in page.forms if any(b.get("value") == button for b in f.element.iter("button"))]
    return forms[0]


def _slides(populated: PopulatedApp) -> Form:
    page = populated.app.client_as("chair").get(f"/en/briefings/{populated.briefing_id}/slides")
    return _form_with_button(page, "down glance")


def _submit_all(populated: PopulatedApp) -> Form:
    form = populated.app.client_as("ontario").get("/en/my-updates/submit").form("/submit")
    name = form.full_name("nothing")
    form.values[name] = next(e.get("value", "") for e in form.controls if e.get("name") == name)
    return form


def _submit_by_link(populated: PopulatedApp) -> Form:
    form = populated.app.anonymous_client().get(populated.path("/en/answer/{answer}")).forms[0]
    text = next(name for name in form.values if name.endswith("-text"))
    form.values |= {text: "Two more members answered.", text.replace("-text", "-status"): "SP"}
    review = form.submit(button_value="review").form("/submit")
    review.values["choice"] = "changed"
    return review


def _compute_status(populated: PopulatedApp) -> Form:
    chair = populated.app.client_as("chair")
    page = chair.get("/en/plans/2020/priorities/3").form("/overall").fill(status="LP", note_en="Late.").submit().follow()
    return page.form("/computed")


def _delete_comment(populated: PopulatedApp) -> Form:
    comment = populated.path("{comment}")
    page = populated.app.client_as("ontario").get(f"{ACTIVITY}/comments/{comment}")
    form = page.form(f"/comments/{comment}")
    form.action = f"{form.action}/delete"
    return form


def _set_back(populated: PopulatedApp) -> Form:
    """Return the form that takes the second of two extra weeks back."""
    chair, reason = populated.app.client_as("chair"), {"reason_en": "The server was down."}
    page = chair.get("/en/plans/2020/quarters/2020-09").form("/extend").fill(**reason).submit().follow()
    return page.form("/extend").fill(**reason).submit().follow().form("/set-back").fill(**reason)


PRESSES: dict[str, tuple[Callable[[PopulatedApp], Form], str]] = {
    "reports submitted": (_submit_all, ""),
    "reports submitted by link": (_submit_by_link, ""),
    "overall status computed": (_compute_status, ""),
    "comment deleted": (_delete_comment, ""),
    "slide moved up": (_slides, "up glance"),
    "slide moved down": (_slides, "down glance"),
    "slide left out": (_slides, "out glance"),
    "slide deleted": (_add_slide, "remove"),
    "change of a draft undone": (_remove_next_step, ""),
    "quarter opened": (_open_quarter, ""),
    "quarter closed": (_close_quarter, ""),
    "closing of a quarter undone": (_undo_closing, ""),
    "extra week taken back": (_set_back, ""),
}


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("name", first_of(4, PRESSES))
def test_button_pressed_twice_answers_as_already_done(twice_app: PopulatedApp, name: str, lang: str) -> None:
    """Without scripts the browser sends a double click twice."""
    open_form, button = PRESSES[name]
    form = open_form(twice_app)
    form.action = form.action.replace("/en/", f"/{lang}/")
    first = form.submit(button_value=button)
    assert first.status == 303, first.alert_text
    shown = first.follow().find_all("*", id="outcome")
    made = twice_app.app.fingerprint(without=("sign_in", "throttle"))
    second = form.submit(button_value=button)
    assert (second.status, second.headers.get("Location")) == (303, first.headers["Location"]), second.alert_text
    assert twice_app.app.fingerprint(without=("sign_in", "throttle")) == made
    assert [text_of(e) for e in second.follow().find_all("*", id="outcome")] == [text_of(e) for e in shown]


def test_token_of_another_person_creates_their_own_comment(twice_app: PopulatedApp) -> None:
    app = twice_app.app
    _case, form = _open_form(twice_app, "comment")
    comments = len(app.rows(Comment))
    assert form.submit().status == 303
    theirs = app.client_as("quebec").get(ACTIVITY).form("/comments").fill(text=form.value("text"), once=form.value("once"))
    assert theirs.submit().status == 303
    assert len(app.rows(Comment)) == comments + 2
    assert not any(form.value("once") in token.key for token in app.rows(FormToken)), "only hashes are stored"


@pytest.mark.parametrize("name", ["comment", "milestone"])
def test_form_sent_six_times_at_once_creates_once(app_per_engine: App, name: str) -> None:
    case = FORMS[name]
    form = _creating_form(app_per_engine.client_as(case.person).get(case.page), case.action).fill(**case.fields)
    before = len(app_per_engine.rows(case.table))
    browsers = [app_per_engine.client_as(case.person) for _ in range(6)]
    csrf = form.full_name("csrf_token")
    sent = [(browser, {**form.values, csrf: browser.csrf_token()}) for browser in browsers]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda pair: pair[0].post(form.action, pair[1]), sent))
    assert [answer.status for answer in answers] == [303] * 6
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert len(app_per_engine.rows(case.table)) == before + 1


def test_repeated_preview_link_still_shows_the_address_that_works(twice_app: PopulatedApp) -> None:
    app = twice_app.app
    _case, form = _open_form(twice_app, "preview link")
    form.submit()
    page = form.submit().follow()
    (address,) = [text_of(e) for e in page.find_all("textarea") if e.get("id") == "link-en"]
    assert app.anonymous_client().get(address.partition("localhost")[2]).status == 200


def test_returned_report_sent_twice_is_returned_by_one_event(twice_app: PopulatedApp) -> None:
    _case, form = _open_form(twice_app, "returned report")
    form.submit()
    assert "another person" not in form.submit().alert_text.casefold()
    assert len(twice_app.app.rows(AuditEvent, AuditEvent.action == "report.returned")) == 1
    assert [r for r in twice_app.app.rows(StatusReport) if r.returned_note == "Which sets?"]


@pytest.mark.parametrize("name", [name for name in FORMS if "comment" in name])
def test_form_sent_again_after_its_text_was_kept_creates_once(twice_app: PopulatedApp, name: str) -> None:
    """The answer is lost, the page keeps the text, and *Try again* also sends which form it kept."""
    case, form = _open_form(twice_app, name)
    assert form.submit().status == 303
    made = _made(twice_app.app, case)
    assert form.submit(extra={"autosaved": "comment:1"}).status == 303
    assert _made(twice_app.app, case) == made
