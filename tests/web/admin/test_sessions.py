"""The secretariat sees who is signed in, and ends sessions; in both languages, without scripts."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from cogwg.accounts.models import SignIn
from cogwg.accounts.services import start_session
from cogwg.audit.models import AuditEvent
from cogwg.core.db import write_transaction
from cogwg.mail.models import OutboxMessage
from tests.web.auth.test_sign_in import is_signed_in
from tests.web.scriptless_user import ScriptlessUser
from tests.web_client import App, Page, text_of

LANGS = pytest.mark.parametrize("lang", ["en", "fr"])


def open_sessions(app: App, lang: str = "en") -> ScriptlessUser:
    user = ScriptlessUser(app, "secretariat", lang)
    user.open("admin/sessions")
    return user


def item(page: Page, name: str) -> object:
    (element,) = [li for li in page.find("ul", class_="session-list") if name in text_of(li)]
    return element


def add_session(app: App, name: str, browser: str) -> int:
    with Session(app.engine) as session, write_transaction(session):
        start_session(session, app.person_id(name), now=app.clock(), browser=browser)
    return app.rows(SignIn)[-1].id


@LANGS
def test_list_shows_who_is_signed_in_with_browser_and_role(app_per_engine: App, lang: str) -> None:
    app = app_per_engine
    app.client_as("ontario")
    add_session(app, "ontario", "Firefox, Windows")
    user = open_sessions(app, lang)
    text = text_of(item(user.page, "N. Osei"))
    assert {"en": "Lead, Ontario", "fr": "Responsable, Ontario"}[lang] in text
    assert "Firefox, Windows" in text
    assert user.translate("Unknown browser") in text
    own = text_of(item(user.page, "L. Moreau"))
    assert user.translate("this session") in own
    assert user.translate("End this session") not in own, "one’s own session is ended by signing out"


@LANGS
def test_ended_session_is_out_at_once_and_the_other_continues(app_per_engine: App, lang: str) -> None:
    app = app_per_engine
    other, ended = app.client_as("ontario"), app.client_as("ontario")
    ended_id = app.rows(SignIn)[-1].id
    app.execute(update(SignIn).where(SignIn.id == ended_id).values(browser="Edge, Windows"))
    user = open_sessions(app, lang)
    (row,) = [li for li in item(user.page, "N. Osei").iter("li") if "Edge, Windows" in text_of(li) and li.find(".//li") is None]
    page = user.press("End this session", within=row)
    assert user.translate("The session was ended.") in page.main_text
    assert (is_signed_in(other), is_signed_in(ended)) == (True, False)
    (event,) = app.rows(AuditEvent, AuditEvent.action == "person.signed-out")
    assert (event.actor_id, event.subject_id, event.after) == (
        app.person_id("secretariat"),
        app.person_id("ontario"),
        {"sessions": 1},
    )
    assert app.rows(OutboxMessage) == [], "nobody is told by email"


@LANGS
def test_all_sessions_of_a_person_are_ended_together_from_the_list(app: App, lang: str) -> None:
    browsers = [app.client_as("ontario") for _ in range(2)]
    colleague = app.client_as("quebec")
    user = open_sessions(app, lang)
    page = user.press("End all sessions")
    assert user.translate("%(name)s is signed out everywhere.", name="N. Osei") in page.main_text
    user.expect_path("admin/sessions")
    assert "N. Osei" not in text_of(page.find("ul", class_="session-list"))
    assert [is_signed_in(browser) for browser in (*browsers, colleague)] == [False, False, True]


def test_session_that_ended_meanwhile_says_so_and_records_nothing(app: App) -> None:
    gone = add_session(app, "ontario", "")
    user = open_sessions(app)
    form = user.form("End this session")
    app.execute(SignIn.__table__.delete().where(SignIn.id == gone))
    assert "This session had already ended." in form.submit().follow().main_text
    assert app.rows(AuditEvent, AuditEvent.action == "person.signed-out") == []


def test_own_session_that_is_ended_signs_out(app: App) -> None:
    user = open_sessions(app)
    own = app.rows(SignIn)[-1].id
    answer = user.browser.post(f"/en/admin/sessions/{own}/end", {"csrf_token": user.browser.csrf_token()})
    assert answer.redirect_path == "/en/sign-in"
    assert not is_signed_in(user.browser)


def test_session_past_its_time_is_not_listed(app: App) -> None:
    app.client_as("ontario")
    app.clock.advance(hours=3)
    assert "N. Osei" not in open_sessions(app).page.main_text


def test_co_chair_and_lead_can_neither_see_nor_end_sessions(app: App) -> None:
    session_id = add_session(app, "quebec", "")
    for name in ("chair", "ontario"):
        browser = app.client_as(name)
        assert browser.get("/en/admin/sessions").status == 403
        token = {"csrf_token": browser.csrf_token()}
        assert browser.post(f"/en/admin/sessions/{session_id}/end", token).status == 403
    assert len(app.rows(SignIn, SignIn.id == session_id)) == 1
