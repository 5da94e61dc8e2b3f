"""Reset of two-step sign-in by the secretariat: it needs a reason, the person gets an email, and not for one’s own account."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import load_workbook

from cogwg.accounts.models import RecoveryCode, SecondFactor, SignIn
from cogwg.audit.models import AuditEvent
from cogwg.mail.models import OutboxMessage
from tests.web.admin.test_people import open_people, open_person
from tests.web.auth.test_sign_in import is_signed_in, submit_sign_in
from tests.web.scriptless_user import ScriptlessUser, translate
from tests.web.second_steps import stored_factor, stored_keys, with_key, with_two_steps
from tests.web_client import App, email

LANGS = pytest.mark.parametrize("lang", ["en", "fr"])
RESET = "Reset two-step sign-in"
REASON = "Le téléphone est perdu"


@LANGS
def test_reset_ends_sessions_and_tells_the_person_the_reason(app_per_engine: App, lang: str) -> None:
    app = app_per_engine
    with_two_steps(app, "ontario")
    lead = app.client_as("ontario")
    user = open_person(app, "ontario", lang)
    assert translate(lang, "Two-step sign-in: on") in user.page.main_text
    page = user.press(RESET, fields={"reason": REASON})
    assert translate(lang, "Two-step sign-in: off") in page.main_text
    assert not is_signed_in(lead)
    assert (stored_factor(app, "ontario"), app.rows(RecoveryCode)) == (None, [])
    event = app.rows(AuditEvent)[-1]
    assert (event.action, event.after, event.actor_id) == (
        "person.second-factor-reset",
        {"reason": REASON},
        app.person_id("secretariat"),
    )
    message = app.rows(OutboxMessage, OutboxMessage.address == email("ontario"))[-1]
    assert f"{REASON}." in message.text
    assert submit_sign_in(app.anonymous_client(), email("ontario")).redirect_path == "/en/my-updates"


def test_reset_of_a_person_with_a_security_key_removes_it(app: App) -> None:
    with_key(app, "ontario")
    user = open_person(app, "ontario")
    assert "Two-step sign-in: on" in user.page.main_text
    assert "Two-step sign-in: off" in user.press(RESET, fields={"reason": REASON}).main_text
    assert (stored_keys(app, "ontario"), app.rows(RecoveryCode)) == ([], [])
    assert submit_sign_in(app.anonymous_client(), email("ontario")).redirect_path == "/en/my-updates"


@LANGS
@pytest.mark.parametrize("reason", ["", "  ", "x" * 201])
def test_reset_without_a_usable_reason_changes_nothing(app: App, lang: str, reason: str) -> None:
    with_two_steps(app, "ontario")
    user = open_person(app, "ontario", lang)
    before = app.fingerprint()
    page = user.press(RESET, fields={"reason": reason})
    assert page.status == 422
    assert page.field_error("reason")
    assert app.fingerprint() == before


def test_reset_from_an_outdated_page_changes_nothing(app: App) -> None:
    with_two_steps(app, "ontario")
    user = open_person(app, "ontario")
    open_person(app, "ontario").press("Save the account", fields={"name": "N. Osei-Roy"})
    before = app.fingerprint()
    assert user.press(RESET, fields={"reason": REASON}).status == 409
    assert app.fingerprint() == before


def test_own_two_steps_are_not_reset_without_the_password(app: App) -> None:
    with_two_steps(app, "secretariat")
    user = open_person(app, "secretariat")
    assert not [form for form in user.page.forms if "second-factor" in form.action]
    before = app.fingerprint()
    fields = {"csrf_token": user.browser.csrf_token(), "version": "1", "reason": REASON}
    path = f"/en/admin/people/{app.person_id('secretariat')}/second-factor/reset"
    assert user.browser.post(path, fields).status == 422
    assert app.fingerprint() == before


def test_person_without_two_steps_offers_no_reset(app: App) -> None:
    page = open_person(app, "ontario").page
    assert "Two-step sign-in: off" in page.main_text
    assert not [form for form in page.forms if "second-factor" in form.action]


@LANGS
def test_list_and_download_say_who_has_two_steps(app: App, lang: str) -> None:
    with_two_steps(app, "ontario")
    user: ScriptlessUser = open_people(app, lang)
    (row,) = [row for row in user.page.find_all("tr") if email("ontario") in "".join(row.itertext()).replace("\u200b", "")]
    assert translate(lang, "Two-step sign-in: on") in "".join(row.itertext())
    download = user.browser.get(f"/{lang}/admin/people.xlsx")
    sheet = load_workbook(BytesIO(download.response.get_data())).worksheets[0]
    heading, *rows = sheet.iter_rows(values_only=True)
    columns = ("Email", "Two-step sign-in") if lang == "en" else ("Courriel", "Connexion en deux étapes")
    address, two_steps = map(heading.index, columns)
    states = {row[address]: row[two_steps] for row in rows}
    on, off = ("On", "Off") if lang == "en" else ("Activée", "Désactivée")
    assert (states[email("ontario")], states[email("quebec")]) == (on, off)


def test_deactivation_and_return_leave_no_factor(app: App) -> None:
    with_two_steps(app, "reader")
    user = open_person(app, "reader")
    user.follow("Deactivate the account")
    user.press("Deactivate the account")
    open_person(app, "reader").press("Reactivate the account")
    assert app.rows(SecondFactor) == []
    assert [row.person_id for row in app.rows(SignIn) if row.person_id == app.person_id("reader")] == []
