"""A form open in one tab while the session ends in another: typed text is not lost, and nothing is saved."""

from __future__ import annotations

from sqlalchemy.orm import Session

from cogwg.accounts.services import start_session
from cogwg.core.db import write_transaction
from tests.databases import PASSWORD
from tests.web_client import App, text_of


def test_form_left_open_can_be_sent_after_sign_in(app: App) -> None:
    ontario = app.client_as("ontario")
    form = ontario.report_form("3.3")
    form.fill(status="SP", progress_en="Typed before the session ended.")
    ontario.post("/en/sign-out", {"csrf_token": ontario.csrf_token()})
    before = app.fingerprint()
    asked = form.submit(htmx=True)
    assert asked.status == 401
    assert asked.headers["HX-Retarget"] == "#alerts"
    assert "Your text is still on this page" in asked.alert_text
    assert app.fingerprint() == before
    with Session(app.engine) as session, write_transaction(session):
        token = start_session(session, app.person_id("ontario"), now=app.clock())
    with ontario.flask_client.session_transaction() as cookie:
        cookie["_user_id"] = token
    saved = form.submit(htmx=True)
    assert saved.status == 200
    assert "Typed before the session ended." in saved.text


def test_row_can_be_fetched_as_saved_without_opening_its_form(app: App) -> None:
    ontario = app.client_as("ontario")
    address = "/en/plans/2020/activities/4.3/report"
    ontario.report_form("4.3").fill(status="SP", progress_en="Sent once.").submit()
    assert "<textarea" not in ontario.get(f"{address}?as=saved", htmx=True).text
    assert "<textarea" in ontario.get(address, htmx=True).text


def test_typed_text_without_javascript_survives_sign_in(app: App) -> None:
    ontario = app.client_as("ontario")
    form = ontario.report_form("3.3")
    form.fill(status="SP", progress_en="Typed without JavaScript.", progress_fr="Tapé sans JavaScript.")
    ontario.post("/en/sign-out", {"csrf_token": ontario.csrf_token()})
    before = app.fingerprint()
    asked = form.submit(button_value="submit")
    assert asked.status == 401
    wrong = asked.form("/sign-in").fill(email="ontario@demo.cogwg.example", password="not the password").submit()
    assert wrong.status == 422
    back = wrong.form("/sign-in").fill(email="ontario@demo.cogwg.example", password=PASSWORD).submit()
    assert back.status == 200
    assert "Typed without JavaScript." in back.main_text
    assert "Tapé sans JavaScript." in back.main_text
    assert [text_of(e) for e in back.find_all("blockquote")] == ["Typed without JavaScript.", "Tapé sans JavaScript."]
    assert "Sign out" in back.text, "the page shows who signed in"
    assert app.fingerprint() == before, "nothing is saved before the person submits it"
    sent = back.form("/activities/3.3/report").submit()
    assert sent.status == 303
    assert "Typed without JavaScript." in sent.follow().main_text


def test_kept_form_does_not_post_to_another_site(app: App) -> None:
    visitor = app.client_as("visitor")
    form = visitor.get("/en/sign-in").form("/sign-in").fill(email="ontario@demo.cogwg.example", password=PASSWORD)
    answer = form.submit(extra={"kept-action": "https://evil.example/", "kept-field-x": "1"})
    assert answer.status == 303
    assert "evil" not in answer.text
