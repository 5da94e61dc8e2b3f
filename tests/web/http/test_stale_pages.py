"""Forms without a version: what each does from a page that is out of date (docs/reference/saves.md)."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction, Membership, Person, Role
from cogwg.audit.models import AuditEvent
from cogwg.briefing.models import SlideComment
from cogwg.core.db import write_transaction
from cogwg.mail.models import OutboxMessage
from cogwg.reporting.models import ChallengeJurisdiction, Milestone
from tests.web.conftest import MakeApp, PopulatedApp
from tests.web_client import App, Client, Form, Page, email, text_of


@pytest.fixture
def stale_app(make_app: MakeApp) -> PopulatedApp:
    return PopulatedApp(make_app())


def _second_lead(app: App, code: str) -> Client:
    """Return a browser of a second lead of this jurisdiction."""
    with Session(app.engine) as session, write_transaction(session):
        (home,) = session.query(Jurisdiction).where(Jurisdiction.code == code)
        lead = Person(email=email(f"{code}2"), name="T. Blondin")
        lead.memberships.append(Membership(role=Role.LEAD, jurisdiction=home))
        session.add(lead)
    return app.client_as(f"{code}2")


def _shares(app: App, challenge_id: int) -> dict[str, bool]:
    codes = {j.id: j.code for j in app.rows(Jurisdiction)}
    rows = app.rows(ChallengeJurisdiction, ChallengeJurisdiction.challenge_id == challenge_id)
    return {codes[row.jurisdiction_id]: row.may_be_named for row in rows}


def _naming_form(client: Client, id_: int, code: str) -> Form:
    (form,) = [f for f in client.get(f"/en/challenges/{id_}/standing").forms if f.action.endswith(f"/us-too?for={code}")]
    return form


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("htmx", [False, True], ids=["page", "fragment"])
def test_stale_page_does_not_name_a_jurisdiction_whose_colleague_chose_otherwise(
    stale_app: PopulatedApp, htmx: bool, lang: str
) -> None:
    app, id_ = stale_app.app, stale_app.news_ids["challenge"]
    ontario, colleague = app.client_as("ontario"), _second_lead(app, "on")
    assert _naming_form(ontario, id_, "on").fill(naming="named").submit().status == 303
    (stale,) = [f for f in ontario.get(f"/{lang}/challenges/{id_}/standing").forms if f.action.endswith("/us-too?for=on")]
    assert stale.value("naming") == "named"
    assert _naming_form(colleague, id_, "on").fill(naming="unnamed").submit().status == 303
    assert _naming_form(colleague, id_, "on").fill(naming="named").submit().status == 303
    assert stale.fill(naming="named").submit(htmx=htmx).status in (200, 303), "what is stored already is no conflict"
    assert _naming_form(colleague, id_, "on").fill(naming="unnamed").submit().status == 303
    before = app.fingerprint()
    answer = stale.fill(naming="named").submit(htmx=htmx)
    assert answer.status == 422
    assert {"en": "choice was changed while", "fr": "a été modifié pendant que"}[lang] in answer.alert_text
    assert app.fingerprint() == before
    assert _shares(app, id_)["on"] is False
    (again,) = [f for f in answer.forms if f.action.endswith("/us-too?for=on")]
    assert again.value("naming") == "unnamed", "the stored choice is shown"
    assert again.fill(naming="named").submit(htmx=htmx).status in (200, 303)
    assert _shares(app, id_)["on"] is True


def test_stale_choice_does_not_bring_back_a_jurisdiction_that_was_taken_back(stale_app: PopulatedApp) -> None:
    app, id_ = stale_app.app, stale_app.news_ids["challenge"]
    quebec = app.client_as("quebec")
    quebec.get("/en/challenges").form(f"/{id_}/us-too").submit()
    stale = _naming_form(quebec, id_, "qc").fill(naming="named")
    taking = quebec.get(f"/en/challenges/{id_}/standing").form("/take-back")
    assert taking.submit().status == 303
    assert stale.submit().status == 422
    assert taking.submit().status == 303, "taking back again changes nothing"
    assert "qc" not in _shares(app, id_)
    assert len(app.rows(AuditEvent, AuditEvent.action == "challenge.unshared")) == 1


def test_us_too_from_a_stale_page_keeps_the_choice_of_a_faster_colleague(stale_app: PopulatedApp) -> None:
    app, id_ = stale_app.app, stale_app.news_ids["challenge"]
    quebec, colleague = app.client_as("quebec"), _second_lead(app, "qc")
    stale = colleague.get("/en/challenges").form(f"/{id_}/us-too")
    quebec.get("/en/challenges").form(f"/{id_}/us-too").submit()
    assert _naming_form(quebec, id_, "qc").fill(naming="named").submit().status == 303
    assert stale.submit().status == 303
    assert _shares(app, id_)["qc"] is True
    assert len(app.rows(AuditEvent, AuditEvent.action == "challenge.shared")) == 2


def test_restore_from_a_stale_page_changes_nothing_more(stale_app: PopulatedApp) -> None:
    app, id_ = stale_app.app, stale_app.news_ids["gone"]
    (restore,) = [f for f in app.client_as("ontario").get("/en/milestones").forms if f.action.endswith(f"/{id_}/restore")]
    assert [restore.submit().status for _ in range(2)] == [303, 303]
    (milestone,) = app.rows(Milestone, Milestone.id == id_)
    assert (milestone.withdrawn_at, milestone.version) == (None, 3)


@pytest.mark.parametrize("verb", ["settle", "delete"])
@pytest.mark.parametrize("htmx", [False, True], ids=["page", "fragment"])
def test_slide_comment_settled_or_deleted_again_answers_as_before(stale_app: PopulatedApp, verb: str, htmx: bool) -> None:
    app, chair = stale_app.app, stale_app.app.client_as("chair")
    (form,) = [f for f in chair.get(f"/en/briefings/{stale_app.briefing_id}").forms if f.action.endswith(f"/{verb}")]
    first = form.submit(htmx=htmx)
    events = len(app.rows(AuditEvent))
    second = form.submit(htmx=htmx)
    assert second.status == first.status == (200 if htmx else 303)
    assert len(app.rows(AuditEvent)) == events
    (comment,) = app.rows(SlideComment)
    assert (comment.deleted_at is not None, comment.settled_at is not None) == (verb == "delete", verb == "settle")


def test_slide_comment_deleted_by_its_author_is_not_found_by_others(stale_app: PopulatedApp) -> None:
    app = stale_app.app
    (form,) = [
        f for f in app.client_as("chair").get(f"/en/briefings/{stale_app.briefing_id}").forms if f.action.endswith("/delete")
    ]
    assert form.submit().status == 303
    secretariat = app.client_as("secretariat")
    assert secretariat.post(form.action, {"csrf_token": secretariat.csrf_token()}).status == 404
    settle = form.action.replace("/delete", "/settle")
    assert secretariat.post(settle, {"csrf_token": secretariat.csrf_token()}).status == 404


def test_email_choices_of_the_last_save_win_and_the_audit_log_has_both(stale_app: PopulatedApp) -> None:
    app, ontario = stale_app.app, stale_app.app.client_as("ontario")
    stale = ontario.get("/en/account").form("/account").fill(wants_mentions=False)
    assert ontario.get("/en/account").form("/account").fill(wants_reminders=False).submit().status == 303
    assert stale.submit().status == 303
    person = app.rows(Person, Person.email == email("ontario"))[0]
    assert (person.wants_reminders, person.wants_mentions) == (True, False)
    first, second = app.rows(AuditEvent, AuditEvent.action == "person.wishes")
    assert first.after == second.before
    assert [stale.submit().status, len(app.rows(AuditEvent, AuditEvent.action == "person.wishes"))] == [303, 2]


def test_feed_links_created_twice_show_the_one_that_works(stale_app: PopulatedApp) -> None:
    ontario = stale_app.app.client_as("ontario")
    form = ontario.get("/en/account").form("/account/feed")

    def address(page: Page) -> str:
        return text_of(page.find_by_id("feed-calendar")).partition("localhost")[2]

    first = address(form.submit().follow())
    second = address(form.submit().follow())
    visitor = stale_app.app.anonymous_client()
    assert [visitor.get(path).status for path in (first, second)] == [404, 200]
    revoke = ontario.get("/en/account").form("/account/feed/revoke")
    assert [revoke.submit().status for _ in range(2)] == [303, 303]
    assert visitor.get(second).status == 404
    assert len(stale_app.app.rows(AuditEvent, AuditEvent.action == "person.feed_revoked")) == 1


def test_reminder_from_a_stale_page_reminds_only_who_still_lacks_a_report(stale_app: PopulatedApp) -> None:
    app = stale_app.app
    chair, secretariat = app.client_as("chair"), app.client_as("secretariat")
    stale, other = (client.get("/en/readiness/remind").form() for client in (chair, secretariat))
    assert other.submit().status == 303
    messages = len(app.rows(OutboxMessage))
    assert stale.submit().status == 422, "everyone was reminded within 24 hours"
    assert len(app.rows(OutboxMessage)) == messages
    assert len(app.rows(AuditEvent, AuditEvent.action == "quarter.reminded")) == 1
