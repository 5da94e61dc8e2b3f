"""A form that was sent and not saved: the answer contains what was typed, to send again or to copy, and never a password."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask_wtf import FlaskForm
from sqlalchemy import delete, update
from wtforms import Form as BaseForm
from wtforms import HiddenField, PasswordField, TextAreaField
from wtforms.fields.core import UnboundField

import cogwg.web
from cogwg.accounts.models import Membership, SignIn
from cogwg.app import signing_config
from cogwg.core.db import build_engine
from cogwg.discussion.models import Comment
from cogwg.plan.models import Assignment, Confirmation
from cogwg.reporting.models import Milestone, ReportingPeriod, StatusReport
from cogwg.web.http.preserved_form import SECRET_FIELDS, PreservedForm
from tests.conventions.test_files import TEMPLATES
from tests.conventions.test_pages import check_html
from tests.databases import PASSWORD
from tests.sessions import first_of
from tests.web.scriptless_user import ScriptlessUser, translate
from tests.web_client import SECRET_KEY, App, Form, Page, app_settings, email, text_of

TEXT = {"en": "Thirteen resources are online.", "fr": "Treize ressources sont en ligne."}
NEW_KEY = "n" * 4 + "zyxwvutsrqponmlkjihgfedcba9876543210"

Break = Callable[[App, Form, pytest.MonkeyPatch], None]


def expire_token(_app: App, form: Form, _patch: pytest.MonkeyPatch) -> None:
    form.values[form.full_name("csrf_token")] = "the token of an older session"


def rotate_key(app: App, _form: Form, patch: pytest.MonkeyPatch) -> None:
    """Sign with a new key; what is signed with the old key stays valid."""
    use_new_key(app, patch, [SECRET_KEY])


def replace_key(app: App, _form: Form, patch: pytest.MonkeyPatch) -> None:
    """Sign with a new key; sessions of the old key end."""
    use_new_key(app, patch, [])


def use_new_key(app: App, patch: pytest.MonkeyPatch, fallbacks: list[str]) -> None:
    """Give the app the keys that it has after a restart with other settings."""
    settings = app_settings(app.url, app.calendar, secret_key=NEW_KEY, fallback_keys=tuple(fallbacks))
    for name, value in signing_config(settings).items():
        patch.setitem(app.flask.config, name, value)


def delete_cookie(_app: App, form: Form, _patch: pytest.MonkeyPatch) -> None:
    form.page.client.flask_client.delete_cookie("session")


def button_names() -> set[str]:
    """Return the names of the buttons in the templates, without the prefix of their form."""
    names: set[str] = set()
    for template in TEMPLATES:
        names |= set(re.findall(r'<button\b[^>]*?\sname="([^"]+)"', template.read_text(encoding="utf-8")))
    return {re.sub(r"\{\{ form\.(\w+)\.name \}\}", r"\1", name).rpartition("-")[2] for name in names}


def test_no_button_is_shown_as_text_that_a_person_typed() -> None:
    names = button_names()
    assert {"answer", "do", "move"} <= names
    sent = tuple((name, f"value of {name}") for name in sorted(names))
    assert PreservedForm("/en", sent).typed_texts == ()


def form_fields() -> set[tuple[str, type]]:
    """Return the name and kind of every field that a form of the site declares."""
    for module in pkgutil.walk_packages(cogwg.web.__path__, "cogwg.web."):
        importlib.import_module(module.name)
    forms, fields = [BaseForm], set()
    while forms:
        form = forms.pop()
        forms += form.__subclasses__()
        own = ((name, field) for name, field in vars(form).items() if isinstance(field, UnboundField))
        fields |= {(field.kwargs.get("name", name), field.field_class) for name, field in own}
    return fields


def test_text_is_kept_under_every_name_and_no_other_field_is_taken_for_it() -> None:
    fields = form_fields()
    assert len(fields) > 100
    quoted = {name for name, _ in fields if PreservedForm("/en", ((f"prefix-{name}", "some long text"),)).typed_texts}
    assert {name for name, kind in fields if issubclass(kind, TextAreaField)} - quoted == set(), "would be lost"
    hidden, shown = (
        {name for name, kind in fields if issubclass(kind, HiddenField) is is_hidden} for is_hidden in (True, False)
    )
    assert (hidden - shown - SECRET_FIELDS) & quoted == set(), "would be quoted"
    assert "still_right" not in quoted


def disconnect_database(app: App, _form: Form, patch: pytest.MonkeyPatch) -> None:
    gone = build_engine("postgresql://nobody@/gone?host=/nonexistent")
    patch.setitem(app.flask.extensions["sqlalchemy"]._app_engines[app.flask], None, gone)


def break_services(_app: App, _form: Form, patch: pytest.MonkeyPatch) -> None:
    patch.setattr("cogwg.web.http.clocks.now", lambda: 1 / 0)


def leave_group(app: App, _form: Form, _patch: pytest.MonkeyPatch) -> None:
    app.execute(delete(Membership).where(Membership.person_id == app.person_id("ontario")))


def move_activity(_app: App, form: Form, _patch: pytest.MonkeyPatch) -> None:
    """Send the form to an item that no longer exists."""
    form.action = form.action.replace("2020", "2019").replace("milestones", "milestones/4711/edit")


def append_megabyte(_app: App, form: Form, _patch: pytest.MonkeyPatch) -> None:
    form.values["padding-1"] = "x" * (1024 * 1024)


def open_comment(user: ScriptlessUser) -> Form:
    user.open("plans/2020/activities/3.3")
    return user.form("Add the comment").fill(text=TEXT[user.lang])


def open_report(user: ScriptlessUser) -> Form:
    user.open("plans/2020/activities/3.3/report")
    form = user.form("Save and submit", within=user.row("3.3"))
    return form.fill(status="SP", **{f"progress_{user.lang}": TEXT[user.lang]})


def open_milestone(user: ScriptlessUser) -> Form:
    user.open("milestones")
    return user.form("Add the milestone").fill(**{f"text_{user.lang}": TEXT[user.lang]})


def count_saved(app: App, lang: str) -> int:
    """Return how many comments, reports and milestones have the typed text."""
    return sum(
        len(app.rows(kind, column == TEXT[lang]))
        for kind, column in (
            (Comment, Comment.text),
            (StatusReport, getattr(StatusReport, f"progress_{lang}")),
            (Milestone, getattr(Milestone, f"text_{lang}")),
        )
    )


def shown_texts(page: Page) -> list[str]:
    """Return the texts of the page that can be copied and not edited."""
    return [text_of(e) for e in page.find("main").iter("textarea") if e.get("readonly") is not None]


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("open_form", first_of(1, [open_comment, open_report, open_milestone]))
@pytest.mark.parametrize(
    ("break_request", "status"),
    [(expire_token, 400), (disconnect_database, 503), (break_services, 500)],
)
def test_failed_form_can_be_sent_again_from_the_answer(
    app: App,
    lang: str,
    open_form: Callable[[ScriptlessUser], Form],
    break_request: Break,
    status: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    user = ScriptlessUser(app, "ontario", lang)
    form = open_form(user)
    break_request(app, form, monkeypatch)
    user._show(form.submit(button_value="submit" if open_form is open_report else ""))
    if status >= 500:
        monkeypatch.undo()
    assert user.page.status == status
    assert shown_texts(user.page) == [TEXT[lang]]
    check_html(Page(user.browser, user.page.path, user.page.response), lang)
    assert count_saved(app, lang) == 0
    user.press("Send my text")
    assert user.page.status == 200
    assert TEXT[lang] in user.page.main_text
    assert count_saved(app, lang) == 1


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize("open_form", [open_comment, open_report, open_milestone])
def test_form_opened_before_the_key_was_rotated_is_saved(
    app: App, open_form: Callable[[ScriptlessUser], Form], htmx: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = open_form(ScriptlessUser(app, "ontario", "en"))
    rotate_key(app, form, monkeypatch)
    answer = form.submit(htmx=htmx, button_value="submit" if open_form is open_report else "")
    assert answer.status in (200, 303)
    assert count_saved(app, "en") == 1


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("open_form", [open_comment, open_report, open_milestone])
@pytest.mark.parametrize("break_request", [delete_cookie, replace_key])
def test_text_survives_signing_in_after_the_cookie_is_gone(
    app: App,
    lang: str,
    open_form: Callable[[ScriptlessUser], Form],
    break_request: Break,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    user = ScriptlessUser(app, "ontario", lang)
    form = open_form(user)
    break_request(app, form, monkeypatch)
    user._show(form.submit(button_value="submit" if open_form is open_report else ""))
    assert user.page.status == 401
    user.press("Sign in", within=user.page.find("main"), fields={"email": email("ontario"), "password": PASSWORD})
    assert user.page.h1 == user.translate("Your text is still here")
    user.press("Send my text")
    assert TEXT[lang] in user.page.main_text
    assert count_saved(app, lang) == 1


def sign_in_again(user: ScriptlessUser, form: Form, **file: Any) -> None:
    """Send a form of the page after the session ended, then sign in."""
    user.browser.flask_client.delete_cookie("session")
    sent = {"headers": {"Referer": f"http://localhost{user.page.path}"}, "data": {**form.values, **file}}
    user._show(user.browser.send("POST", form.action, **sent))
    assert user.page.status == 401
    user.press("Sign in", within=user.page.find("main"), fields={"email": email("ontario"), "password": PASSWORD})


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_button_of_an_ended_session_is_not_sent_unseen_after_signing_in(app: App, lang: str) -> None:
    user = ScriptlessUser(app, "ontario", lang)
    user.open("milestones")
    sign_in_again(user, next(form for form in user.page.forms if form.action.endswith("/withdraw")))
    assert user.page.h1 == user.translate("Nothing was changed")
    check_html(Page(user.browser, user.page.path, user.page.response), lang)
    assert list(user.page.find("main").iter("form")) == []
    user.follow("Open the page")
    user.expect_path("milestones")


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_file_of_an_ended_session_is_asked_for_again_after_signing_in(app: App, lang: str) -> None:
    user = ScriptlessUser(app, "ontario", lang)
    user.open("workbook")
    sign_in_again(user, user.form("Check the workbook"), file=(BytesIO(b"a workbook"), "reports.xlsx"))
    assert user.page.h1 == user.translate("Choose the file again")
    assert list(user.page.find("main").iter("form")) == []
    user.follow("Open the page")
    user.expect_path("workbook")


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_choices_of_an_ended_session_can_be_sent_after_signing_in(app: App, lang: str) -> None:
    user = ScriptlessUser(app, "ontario", lang)

    def preferences() -> Form:
        return next(form for form in user.page.forms if form.element.get("data-choices") is not None)

    user.open("account")
    form = preferences()
    checked = [name for name, value in form.values.items() if value == "y"]
    form.fill(**dict.fromkeys(checked, False))
    sign_in_again(user, form)
    assert user.page.h1 == user.translate("Your choices were not sent")
    user.press("Send my choices")
    assert checked
    assert not any(name in preferences().values for name in checked)


@pytest.mark.parametrize(("chosen", "quoted"), [("both", "Theirs and mine."), ("yours", "Mine alone."), ("theirs", "")])
def test_only_the_text_that_a_person_chose_of_two_is_quoted(chosen: str, quoted: str) -> None:
    fields = {"r-progress_en": "Mine alone.", "choose-progress_en": chosen, "both-progress_en": "Theirs and mine."}
    assert "".join(PreservedForm("/en", tuple(fields.items())).typed_texts) == quoted


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_text_of_an_unknown_person_is_given_back_as_such(app: App, lang: str) -> None:
    user = ScriptlessUser(app, "ontario", lang)
    form = open_comment(user)
    del form.values["opened_by"]
    user.browser.flask_client.delete_cookie("session")
    user._show(form.submit())
    user.press("Sign in", within=user.page.find("main"), fields={"email": email("ontario"), "password": PASSWORD})
    assert user.page.h1 == user.translate("Text that was not sent")
    unknown = "This text was typed in this browser before you signed in. If it is yours, send it now."
    assert user.translate(unknown) in user.page.main_text
    user.press("Send my text")
    assert TEXT[lang] in user.page.main_text
    assert count_saved(app, lang) == 1


def end_session(app: App, _form: Form, _patch: pytest.MonkeyPatch) -> None:
    app.execute(delete(SignIn))


def sign_out(_app: App, form: Form, _patch: pytest.MonkeyPatch) -> None:
    """Sign out in another tab of the same browser."""
    browser = form.page.client
    browser.post("/en/sign-out", {"csrf_token": browser.csrf_token()})


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("break_request", [end_session, sign_out, delete_cookie, replace_key])
@pytest.mark.parametrize("person", ["ontario", "quebec"])
def test_text_is_given_back_after_signing_in_only_to_the_person_who_typed_it(
    app: App, lang: str, break_request: Break, person: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = ScriptlessUser(app, "ontario", lang)
    form = open_comment(user)
    break_request(app, form, monkeypatch)
    user._show(form.submit())
    assert user.page.status == 401
    sentence = "Your session ended before your text was saved. Sign in on this page to get it back."
    assert user.translate(f"{sentence} If you close the page, your text may be lost.") in user.page.main_text
    fields = {"email": email(person), "password": "wrong pass phrase"}
    user.press("Sign in", within=user.page.find("main"), fields=fields)
    user.press("Sign in", within=user.page.find("main"), fields={**fields, "password": PASSWORD})
    if person == "ontario":
        assert user.page.h1 == user.translate("Your text is still here")
        assert TEXT[lang] in user.page.main_text
    else:
        assert TEXT[lang] not in user.page.text
        sentence = "Another person typed text in this browser before you signed in. It was not sent, and you cannot see it."
        assert user.translate(sentence) in user.page.main_text


def test_text_with_a_forged_owner_is_given_as_that_of_an_unknown_person(app: App) -> None:
    user = ScriptlessUser(app, "ontario", "en")
    form = open_comment(user)
    app.execute(delete(SignIn))
    user._show(form.submit())
    fields = {"email": email("quebec"), "password": PASSWORD, "kept-owner": str(app.person_id("quebec"))}
    user._show(user.page.form().submit(extra=fields))
    assert "You are signed in again" not in user.page.main_text


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("open_form", [open_comment, open_report])
@pytest.mark.parametrize(("break_request", "status"), [(leave_group, 403), (move_activity, 404), (append_megabyte, 413)])
def test_refused_form_leaves_its_text_to_copy(
    app: App,
    lang: str,
    open_form: Callable[[ScriptlessUser], Form],
    break_request: Break,
    status: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    user = ScriptlessUser(app, "ontario", lang)
    form = open_form(user)
    break_request(app, form, monkeypatch)
    page = form.submit(button_value="submit" if open_form is open_report else "")
    assert page.status == status
    assert shown_texts(page)[0] == TEXT[lang]
    check_html(page, lang)
    assert user.translate("Your text is below. Copy it before you leave this page.") in page.main_text
    assert list(page.find("main").iter("form")) == [], "sending it again cannot work"
    assert count_saved(app, lang) == 0


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("break_request", [expire_token, delete_cookie, replace_key])
def test_alert_renews_the_token_of_the_forms_on_the_page(
    app: App, lang: str, break_request: Break, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = ScriptlessUser(app, "ontario", lang)
    form = open_report(user)
    break_request(app, form, monkeypatch)
    alert = form.submit(htmx=True, button_value="submit")
    is_signed_out = break_request in (delete_cookie, replace_key)
    assert alert.status == (401 if is_signed_out else 400)
    assert translate(lang, "Your text is still on this page.") in alert.alert_text
    if is_signed_out:
        user.open("sign-in")
        user.press("Sign in", within=user.page.find("main"), fields={"email": email("ontario"), "password": PASSWORD})
    (token,) = [e.get("data-csrf-token", "") for e in alert.find_all("div", role="alert")]
    form.values[form.full_name("csrf_token")] = token
    assert form.submit(htmx=True, button_value="submit").status == 200
    assert count_saved(app, lang) == 1


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_reason_for_declining_stays_when_the_role_was_accepted(app: App, lang: str) -> None:
    (role,) = app.rows(Assignment, Assignment.confirmation == Confirmation.TO_CONFIRM)
    users = [ScriptlessUser(app, "chair", lang) for _ in range(2)]
    for user in users:
        user.open(f"plans/2020/roles/{role.id}")
    users[0].press({"en": "Accept on behalf of", "fr": "Accepter au nom de"}[lang])
    decline = {"en": "Decline on behalf of", "fr": "Refuser au nom de"}[lang]
    users[1].press(decline, within=users[1].page.find("details", class_="disclosure"), fields={"reason": TEXT[lang]})
    assert users[1].page.status == 422
    assert shown_texts(users[1].page) == [TEXT[lang]]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_reminder_text_stays_when_the_quarter_was_closed(app: App, lang: str) -> None:
    chair = ScriptlessUser(app, "chair", lang)
    chair.open("readiness/remind")
    form = chair.page.form().fill(text_en=TEXT["en"], text_fr=TEXT["fr"])
    app.execute(update(ReportingPeriod).values(closed_at=app.calendar.now() - timedelta(days=1)))
    page = form.submit()
    assert page.status == 422
    assert shown_texts(page) == [TEXT["en"], TEXT["fr"]]


def test_form_saved_before_its_answer_failed_is_saved_once(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    user = ScriptlessUser(app, "ontario", "en")
    form = open_comment(user)
    with monkeypatch.context() as patch:
        patch.setattr("cogwg.web.activities.discussion.respond_with_thread", lambda *_: 1 / 0)
        user._show(form.submit())
    assert (user.page.status, count_saved(app, "en")) == (500, 1)
    user.press("Send my text")
    assert TEXT["en"] in user.page.main_text
    assert count_saved(app, "en") == 1


@pytest.mark.parametrize("headers", [{"Sec_Fetch_Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}])
def test_text_from_another_site_is_not_given_back(app: App, headers: dict[str, str]) -> None:
    ontario = app.client_as("ontario")
    page = ontario.post("/en/plans/2020/activities/3.3/comments", {"c-text": "Written by a stranger."}, **headers)
    assert page.status == 400
    assert "Written by a stranger." not in page.text
    assert list(page.find("main").iter("form")) == []


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_sign_in_during_a_wait_keeps_the_address_and_the_text(app: App, lang: str) -> None:
    user = ScriptlessUser(app, "ontario", lang)
    form = open_comment(user)
    form.page.client.flask_client.delete_cookie("session")
    user._show(form.submit())
    fields = {"email": email("ontario"), "password": "wrong pass phrase"}
    for _ in range(6):
        user.press("Sign in", within=user.page.find("main"), fields=fields)
    assert user.page.status == 429
    wait = int(user.page.headers["Retry-After"])
    assert 1 < wait <= 31
    sentence = {"en": f"Try again in {wait} seconds.", "fr": f"Réessayez dans {wait}\u00a0secondes."}[lang]
    assert sentence in user.page.alert_text
    assert user.page.form().value("email") == email("ontario")
    assert "wrong pass phrase" not in user.page.text
    for _ in range(2):
        app.clock.advance(seconds=int(user.page.headers["Retry-After"]))
        user.press("Sign in", within=user.page.find("main"), fields=fields)
        user.press("Sign in", within=user.page.find("main"), fields=fields)
    assert 119 <= int(user.page.headers["Retry-After"]) <= 121, "the wait has doubled twice"
    assert {"en": "Try again in 2 minutes.", "fr": "Réessayez dans 2\u00a0minutes."}[lang] in user.page.alert_text
    app.clock.advance(minutes=15)
    user.press("Sign in", within=user.page.find("main"), fields={"password": PASSWORD})
    user.press("Send my text")
    assert count_saved(app, lang) == 1


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize(("break_request", "status"), [(expire_token, 400), (disconnect_database, 503)])
def test_failed_sign_in_keeps_the_address_and_no_password(
    app: App, lang: str, break_request: Break, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = ScriptlessUser(app, "visitor", lang)
    user.open("sign-in")
    form = user.page.form().fill(email=email("ontario"), password=PASSWORD)
    with monkeypatch.context() as patch:
        break_request(app, form, patch)
        user._show(form.submit())
    assert user.page.status == status
    assert PASSWORD not in user.page.text
    if status == 503:
        user.press("Try again", within=user.page.find("main"))
    assert user.page.form().value("email") == email("ontario")
    assert PASSWORD not in user.page.text
    user.press("Sign in", within=user.page.find("main"), fields={"password": PASSWORD})
    assert user.page.h1 == user.translate("My updates")


def test_new_password_is_not_given_back(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = app.anonymous_client()
    token = visitor.csrf_token()
    disconnect_database(app, visitor.get("/en/sign-in").form(), monkeypatch)
    fields = {"csrf_token": token, "password": PASSWORD, "again": PASSWORD}
    for values in (fields, {**fields, "csrf_token": "old"}):
        page = visitor.post("/en/password/some-token", values)
        assert page.status in (400, 503)
        assert PASSWORD not in page.text


def all_forms(form: type[FlaskForm]) -> list[type[FlaskForm]]:
    return [form, *(each for child in form.__subclasses__() for each in all_forms(child))]


def test_every_password_field_is_secret(app: App) -> None:
    assert app.flask
    names = {
        name
        for form in all_forms(FlaskForm)
        for name in dir(form)
        if getattr(getattr(form, name), "field_class", None) is PasswordField
    }
    assert names | {"key_answer", "one_time_code", "recovery_code"} == SECRET_FIELDS
