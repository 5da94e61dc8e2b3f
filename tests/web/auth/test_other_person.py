"""A form that one person opened, sent after another person signed in in the same browser: nothing is saved as the other."""

from __future__ import annotations

import pytest

from cogwg.accounts.models import SignIn, UnsavedText
from cogwg.discussion.models import Comment
from tests.conventions.test_pages import check_html
from tests.databases import PASSWORD
from tests.web.scriptless_user import ScriptlessUser
from tests.web_client import App, Form, Page, email, text_of

TEXT = "Typed on the page that Ontario left open."
SENTENCE = "You are signed in as %(who)s. Another person opened this form, so nothing was saved."


def open_comment(user: ScriptlessUser) -> Form:
    user.open("plans/2020/activities/3.3")
    return user.form("Add the comment").fill(text=TEXT)


def sign_in_as(app: App, page: Page, name: str) -> None:
    """Sign out in another tab of the same browser, and sign in as this person."""
    browser = page.client
    browser.post("/en/sign-out", {"csrf_token": browser.csrf_token()})
    form = browser.get("/en/sign-in").form("/sign-in").fill(email=email(name), password=PASSWORD)
    assert form.submit().status == 303
    assert app.rows(SignIn)[-1].person_id == app.person_id(name)


def saved_comments(app: App) -> list[int]:
    return [comment.person_id for comment in app.rows(Comment, Comment.text == TEXT)]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_form_of_another_person_is_refused_and_its_text_stays(app: App, lang: str) -> None:
    user = ScriptlessUser(app, "ontario", lang)
    form = open_comment(user)
    sign_in_as(app, user.page, "quebec")
    before = app.fingerprint()
    page = form.submit()
    assert page.status == 409
    assert user.translate(SENTENCE, who={"en": "É. Gagnon, Quebec", "fr": "É. Gagnon, Québec"}[lang]) in page.main_text
    assert [text_of(e) for e in page.find("main").iter("textarea")] == [TEXT]
    check_html(Page(user.browser, page.path, page.response), lang)
    assert app.fingerprint() == before
    user.page = page
    fields = {"email": email("ontario"), "password": PASSWORD}
    user.press("Sign in", within=page.find("main"), fields=fields)
    assert user.page.h1 == user.translate("Your text is still here")
    user.press("Send my text")
    assert saved_comments(app) == [app.person_id("ontario")]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_text_is_given_back_to_its_author_only_after_the_refusal(app: App, lang: str) -> None:
    user = ScriptlessUser(app, "ontario", lang)
    form = open_comment(user)
    sign_in_as(app, user.page, "quebec")
    user.page = form.submit()
    user.press("Sign in", within=user.page.find("main"), fields={"email": email("saskatchewan"), "password": PASSWORD})
    assert TEXT not in user.page.text
    assert saved_comments(app) == []


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_htmx_form_of_another_person_is_refused_until_its_author_signs_in(app: App, lang: str) -> None:
    user = ScriptlessUser(app, "ontario", lang)
    form = open_comment(user)
    sign_in_as(app, user.page, "quebec")
    alert = form.submit(htmx=True)
    assert alert.status == 409
    assert alert.headers["HX-Retarget"] == "#alerts"
    assert user.translate("Your text is still on this page.") in alert.alert_text
    assert saved_comments(app) == []
    sign_in_as(app, user.page, "ontario")
    assert form.submit(htmx=True).status == 200
    assert saved_comments(app) == [app.person_id("ontario")]


def test_form_with_an_old_token_of_another_person_is_refused(app: App) -> None:
    user = ScriptlessUser(app, "ontario", "en")
    form = open_comment(user)
    form.page.client.flask_client.delete_cookie("session")
    sign_in_as(app, user.page, "quebec")
    for htmx in (False, True):
        answer = form.submit(htmx=htmx)
        assert answer.status == 409
        assert "data-csrf-token" not in answer.text
    assert saved_comments(app) == []


def test_unsaved_text_of_another_person_is_not_kept_or_discarded(app: App) -> None:
    user = ScriptlessUser(app, "ontario", "en")
    form = open_comment(user)
    own = {name: form.value(name) for name in ("csrf_token", "opened_by")}
    sent = {**own, "form": "comment:1", "text:text": TEXT}
    json = {"Accept": "application/json"}
    browser = user.browser
    assert browser.post("/en/account/unsaved-text", sent, **json).status == 200
    sign_in_as(app, user.page, "quebec")
    before = app.rows(UnsavedText)
    for path in ("/en/account/unsaved-text", "/en/account/unsaved-text/discard"):
        refused = browser.post(path, sent, **json)
        assert refused.status == 409
        assert refused.response.json == {
            "refused": "Your text was not saved because another person is now signed in on this browser. "
            "Copy it from this page."
        }
    assert [(row.person_id, row.controls) for row in app.rows(UnsavedText)] == [(row.person_id, row.controls) for row in before]


def test_unsaved_text_says_that_the_session_has_ended(app: App) -> None:
    user = ScriptlessUser(app, "ontario", "fr")
    form = open_comment(user)
    sent = {"form": "comment:1", "csrf_token": form.value("csrf_token"), "text:text": TEXT}
    user.browser.flask_client.delete_cookie("session")
    refused = user.browser.post("/fr/account/unsaved-text", sent, Accept="application/json")
    assert refused.status == 401
    assert refused.response.json is not None
    assert refused.response.json["refused"] == user.translate(
        "Your text was not saved because your session has ended. It is still on this page. Sign in from another tab."
    )
    assert refused.response.json["token"]


def test_sign_out_on_the_page_of_another_person_is_accepted(app: App) -> None:
    user = ScriptlessUser(app, "ontario", "en")
    open_comment(user)
    form = user.page.form("/sign-out")
    sign_in_as(app, user.page, "quebec")
    assert form.submit().status == 303
    assert user.open("my-updates").path.startswith("/en/sign-in")
