"""Signing in with an OpenID Connect provider, a process that the test starts: whose account opens, and whose never does."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import pytest
from sqlalchemy import delete, update

from cogwg.accounts import openid_requests
from cogwg.accounts.models import AccessLink, OpenIDLink, Person, SignIn
from cogwg.audit.models import AuditEvent
from cogwg.mail.models import OutboxMessage
from cogwg.web.http.rate_limits import MAX_OPENID_REQUESTS
from cogwg.web.http.slots import ENVIRON_KEY
from tests.databases import PASSWORD
from tests.sessions import first_of
from tests.soft_key import SoftKey
from tests.web.auth.test_second_step import enter_code
from tests.web.auth.test_security_key_sign_in import use_key
from tests.web.auth.test_sign_in import create_password_link, deactivate, is_signed_in, submit_sign_in
from tests.web.briefings.test_slots import CountingSlot
from tests.web.http.test_security_log import log_records
from tests.web.openid import (
    NAME,
    ROOT,
    MakeOpenIDApp,
    OpenIDUser,
    Provider,
    begin,
    make_openid_app,
    openid_app,
    provider,
    provider_process,
)
from tests.web.scriptless_user import ScriptlessUser, translate
from tests.web.second_steps import with_key, with_two_steps
from tests.web_client import PERSONAS, App, Client, Page, email

__all__ = ["make_openid_app", "openid_app", "provider", "provider_process"]
LANGS = pytest.mark.parametrize("lang", ["en", "fr"])
ENGINES = pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
NO_ACCOUNT = "There is no active account for %(email)s. To get one, contact %(contact)s."
UNAVAILABLE = "You cannot sign in with %(name)s right now. Sign in with your password, or try again in a few minutes."
UNPROVEN = "The answer from %(name)s could not be verified. Try again, or sign in with your password."
EXPIRED = "The sign-in with %(name)s has expired, or was started in another browser or tab. Start it again."
NOT_VERIFIED = "%(name)s has not verified your email address. Ask its support team to verify it, or sign in with your password."


def people(**about: dict[str, Any]) -> dict[str, Any]:
    return {"people": about}


def invite(app: App, name: str = "ontario") -> str:
    """Make a person one who has not accepted their invitation yet; return the token of its link."""
    app.execute(update(Person).where(Person.email == email(name)).values(password_hash=None))
    return create_password_link(app, name)


def linked_ids(app: App) -> list[int]:
    return [link.person_id for link in app.rows(OpenIDLink)]


def signed_in_ids(app: App) -> list[int]:
    return [row.person_id for row in app.rows(SignIn)]


def translated(lang: str, sentence: str, **values: str) -> str:
    return translate(lang, sentence, **{"name": NAME.text(lang), "contact": "help@cogwg.example", **values})


def check_refused(app: App, browser: Client, answer: Page, before: str, sentence: str, lang: str = "en") -> None:
    """Check that the sign-in page says why, offers the password, and that nothing was written."""
    assert (answer.status, answer.redirect_path.partition("?")[0]) == (303, f"/{lang}/sign-in")
    page = answer.follow()
    assert translated(lang, sentence, email=email("ontario")) in page.alert_text
    assert page.form(f"/{lang}/sign-in").value("email") == ""
    assert app.fingerprint() == before
    assert signed_in_ids(app) == []
    assert not is_signed_in(browser)


@ENGINES
@LANGS
def test_invited_person_is_let_in_linked_and_told_without_a_password(
    make_openid_app: MakeOpenIDApp, provider_process: Provider, kind: str, lang: str
) -> None:
    app = make_openid_app(kind)
    token, person_id = invite(app), app.person_id("ontario")
    user = OpenIDUser(app, provider_process, "ontario", lang)
    user.open("vacancies")
    user.expect_path(f"sign-in?next=/{lang}/vacancies")
    user.sign_in()
    user.expect_path("vacancies")
    (link,) = app.rows(OpenIDLink)
    assert (link.person_id, link.issuer, link.subject) == (person_id, provider_process.issuer, "ontario")
    assert app.anonymous_client().get(f"/{lang}/password/{token}").status == 410, "the invitation is used up"
    event = app.rows(AuditEvent)[-1]
    assert (event.action, event.subject_id, event.actor_id) == ("person.openid-linked", person_id, person_id)
    assert event.after == {"issuer": provider_process.issuer, "invitation": "accepted"}
    message = app.rows(OutboxMessage)[-1]
    assert message.address == email("ontario")
    assert NAME.en in message.subject + message.text or NAME.fr in message.subject + message.text
    page = user.open("account")
    assert NAME.text(lang) in page.main_text
    assert (
        user.translate("Before you can remove the link, you must set a password. We will email you the instructions.")
        in page.main_text
    )
    assert user.page.find_all("form", action=f"/{lang}/account/openid/unlink") == []


@LANGS
def test_active_person_is_linked_once_and_opens_the_requested_page(openid_app: App, provider: Provider, lang: str) -> None:
    answer = provider.sign_in(openid_app.anonymous_client(), "ontario", lang, f"?next=/{lang}/jurisdictions%3Fq=a")
    assert (answer.status, answer.redirect_path) == (303, f"/{lang}/jurisdictions?q=a")
    assert openid_app.rows(AuditEvent)[-1].after == {"issuer": provider.issuer}
    before = len(openid_app.rows(AuditEvent)), len(openid_app.rows(OutboxMessage))
    browser = openid_app.anonymous_client()
    assert provider.sign_in(browser, "ontario", lang).redirect_path == f"/{lang}/my-updates"
    assert (len(openid_app.rows(AuditEvent)), len(openid_app.rows(OutboxMessage))) == before
    assert is_signed_in(browser)


def test_address_is_compared_without_its_case(openid_app: App, provider: Provider) -> None:
    provider.control(**people(ontario={"email": email("ontario").upper()}))
    assert provider.sign_in(openid_app.anonymous_client(), "ontario").redirect_path == "/en/my-updates"
    assert linked_ids(openid_app) == [openid_app.person_id("ontario")]


def test_look_alike_letter_in_the_address_opens_no_account(openid_app: App, provider: Provider) -> None:
    """The lower case of the Kelvin sign is the letter k."""
    openid_app.execute(update(Person).where(Person.email == email("ontario")).values(email="kim@demo.cogwg.example"))
    provider.control(**people(ontario={"email": "\N{KELVIN SIGN}im@demo.cogwg.example"}))
    before, browser = openid_app.fingerprint(), openid_app.anonymous_client()
    check_refused(openid_app, browser, provider.sign_in(browser, "ontario"), before, NOT_VERIFIED)


@ENGINES
def test_linked_person_keeps_the_account_and_gets_no_other_when_addresses_change_at_the_provider(
    make_openid_app: MakeOpenIDApp, provider_process: Provider, kind: str
) -> None:
    """Ontario's address passes to a new colleague, and Ontario gets that of Quebec."""
    app, provider = make_openid_app(kind), provider_process
    ontario, quebec = app.person_id("ontario"), app.person_id("quebec")
    provider.sign_in(app.anonymous_client(), "ontario")
    provider.control(**people(ontario={"email": email("quebec")}, colleague={"email": email("ontario")}))
    app.execute(delete(SignIn))
    provider.sign_in(app.anonymous_client(), "ontario")
    assert signed_in_ids(app) == [ontario]
    app.execute(delete(SignIn))
    before, browser = app.fingerprint(), app.anonymous_client()
    sentence = "The account for %(email)s is linked to another sign-in with %(name)s. Contact %(contact)s."
    check_refused(app, browser, provider.sign_in(browser, "colleague"), before, sentence)
    assert quebec not in linked_ids(app)


def test_address_corrected_here_keeps_the_link(openid_app: App, provider: Provider) -> None:
    provider.sign_in(openid_app.anonymous_client(), "ontario")
    openid_app.execute(update(Person).where(Person.email == email("ontario")).values(email="new@example.ca"))
    browser = openid_app.anonymous_client()
    assert provider.sign_in(browser, "ontario").redirect_path == "/en/my-updates"
    assert is_signed_in(browser)


def expire_invitation(app: App) -> None:
    invite(app)
    app.clock.advance(days=8)


def revoke_invitation(app: App) -> None:
    invite(app)
    app.execute(delete(AccessLink))


def link_and_deactivate(app: App) -> None:
    deactivate(app, "ontario")
    issuer = app.flask.extensions["cogwg.settings"].openid.issuer
    values = {"person_id": app.person_id("ontario"), "issuer": issuer, "subject": "ontario", "linked_at": app.clock()}
    app.execute(OpenIDLink.__table__.insert().values(**values))


def leave_unchanged(_app: App) -> None:
    pass


REFUSED = {
    "unknown address": (leave_unchanged, {"email": "nobody@nowhere.example"}, NO_ACCOUNT),
    "address not verified": (leave_unchanged, {"email": email("ontario"), "email_verified": False}, NOT_VERIFIED),
    "no address": (leave_unchanged, {}, NOT_VERIFIED),
    "deactivated": (lambda app: deactivate(app, "ontario"), {"email": email("ontario")}, NO_ACCOUNT),
    "deactivated after it was linked": (link_and_deactivate, {"email": email("ontario")}, NO_ACCOUNT),
    "invitation expired": (expire_invitation, {"email": email("ontario")}, NO_ACCOUNT),
    "invitation revoked": (revoke_invitation, {"email": email("ontario")}, NO_ACCOUNT),
}


@LANGS
@pytest.mark.parametrize("case", REFUSED)
def test_person_without_an_active_account_is_refused_and_nothing_is_written(
    openid_app: App, provider: Provider, lang: str, case: str
) -> None:
    change, about, sentence = REFUSED[case]
    change(openid_app)
    provider.prepare(openid_app)
    provider.control(**people(ontario=about))
    before, browser = openid_app.fingerprint(), openid_app.anonymous_client()
    answer = provider.sign_in(browser, "ontario", lang)
    assert answer.redirect_path == f"/{lang}/sign-in"
    page = answer.follow()
    assert translated(lang, sentence, email=about.get("email", "")) in page.alert_text
    assert browser.get(f"/{lang}/sign-in").alert_text == "", "the page says it once"
    assert openid_app.fingerprint() == before
    assert not is_signed_in(browser)


@pytest.mark.parametrize(
    "fault",
    first_of(
        9,
        [
            "wrong nonce",
            "no nonce",
            "wrong audience",
            "audience of another party",
            "wrong issuer",
            "another key",
            "expired",
            "unsigned",
            "signed with the client secret",
            "from the future",
            "no subject",
            "another access token",
            "address of another",
        ],
    ),
)
def test_answer_that_proves_nothing_is_refused_and_nothing_is_written(
    openid_app: App, provider: Provider, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    provider.control(fault=fault)
    before, browser = openid_app.fingerprint(), openid_app.anonymous_client()
    with caplog.at_level(logging.INFO):
        answer = provider.sign_in(browser, "ontario", query="?next=/en/vacancies")
    check_refused(openid_app, browser, answer, before, UNPROVEN)
    assert answer.redirect_path == "/en/sign-in?next=/en/vacancies"
    assert [record["event"] for record in log_records(caplog)] == ["openid.unproven"]


def test_address_verified_as_text_is_not_verified(openid_app: App, provider: Provider) -> None:
    provider.control(fault="verified as text")
    before, browser = openid_app.fingerprint(), openid_app.anonymous_client()
    check_refused(openid_app, browser, provider.sign_in(browser, "ontario"), before, NOT_VERIFIED)


@pytest.mark.parametrize("fault", ["address elsewhere", "secret in the form"])
def test_provider_with_other_customs_signs_in(openid_app: App, provider: Provider, fault: str) -> None:
    """Providers may give the address apart from the ID token, or want the secret in the form."""
    provider.control(fault=fault)
    assert provider.sign_in(openid_app.anonymous_client(), "ontario").redirect_path == "/en/my-updates"


def test_same_answer_twice_is_refused_the_second_time(openid_app: App, provider: Provider) -> None:
    provider.control(fault="codes work twice")
    browser = openid_app.anonymous_client()
    path = provider.choose(begin(browser), "ontario")
    assert browser.get(path).redirect_path == "/en/my-updates"
    browser.post("/en/sign-out", {"csrf_token": browser.csrf_token()})
    before = openid_app.fingerprint()
    check_refused(openid_app, browser, browser.get(path), before, EXPIRED)


def copy_of(app: App, browser: Client) -> Client:
    """Return a browser with a copy of another's session cookie."""
    cookie = browser.flask_client.get_cookie("session")
    assert cookie is not None
    copied = app.anonymous_client()
    copied.flask_client.set_cookie("session", cookie.value)
    return copied


def test_copied_cookie_does_not_make_an_answer_work_twice(openid_app: App, provider: Provider) -> None:
    provider.control(fault="codes work twice")
    browser = openid_app.anonymous_client()
    path = provider.choose(begin(browser), "ontario")
    copied = copy_of(openid_app, browser)
    assert browser.get(path).redirect_path == "/en/my-updates"
    openid_app.execute(delete(SignIn))
    before = openid_app.fingerprint()
    check_refused(openid_app, copied, copied.get(path), before, EXPIRED)


def test_answer_for_another_browser_is_refused_and_keeps_the_sign_in_that_waits(openid_app: App, provider: Provider) -> None:
    """Otherwise, a stranger could sign a person in to the stranger's account."""
    stranger, browser = openid_app.anonymous_client(), openid_app.anonymous_client()
    foreign, before = provider.choose(begin(stranger), "quebec"), openid_app.fingerprint()
    check_refused(openid_app, browser, browser.get(foreign), before, EXPIRED)
    own = provider.choose(begin(browser), "ontario")
    check_refused(openid_app, browser, browser.get(foreign), before, EXPIRED)
    assert browser.get(own).redirect_path == "/en/my-updates"
    assert signed_in_ids(openid_app) == [openid_app.person_id("ontario")]


def test_code_of_another_sign_in_with_the_own_state_is_refused(openid_app: App, provider: Provider) -> None:
    """The provider compares the code with the verifier (PKCE)."""
    stranger, browser = openid_app.anonymous_client(), openid_app.anonymous_client()
    foreign = provider.choose(begin(stranger), "quebec")
    own, before = provider.choose(begin(browser), "ontario"), openid_app.fingerprint()
    code = foreign.partition("code=")[2].partition("&")[0]
    mixed = own.replace(own.partition("code=")[2].partition("&")[0], code)
    check_refused(openid_app, browser, browser.get(mixed), before, UNPROVEN)


def test_answer_after_ten_minutes_is_refused(openid_app: App, provider: Provider) -> None:
    browser = openid_app.anonymous_client()
    path, before = provider.choose(begin(browser), "ontario"), openid_app.fingerprint()
    openid_app.clock.advance(minutes=10, seconds=1)
    check_refused(openid_app, browser, browser.get(path), before, EXPIRED)


@pytest.mark.parametrize("query", ["", "?code=x", "?state=&code=x", "?state=%C3%A9&code=x", "?state=x&state=y"])
def test_answer_that_nobody_asked_for_is_refused(openid_app: App, query: str) -> None:
    before, browser = openid_app.fingerprint(), openid_app.anonymous_client()
    check_refused(openid_app, browser, browser.get(f"/en/sign-in/openid/answer{query}"), before, EXPIRED)


@pytest.mark.parametrize("change", ["&iss=https://another.example.ca", "&code=", "&error=server_error"])
def test_answer_of_another_issuer_or_without_a_code_is_refused(openid_app: App, provider: Provider, change: str) -> None:
    browser = openid_app.anonymous_client()
    path, before = provider.choose(begin(browser), "ontario"), openid_app.fingerprint()
    path = f"{path}{change}" if "iss" in change else f"{path.partition('?')[0]}?{path.partition('&')[2]}{change}"
    check_refused(openid_app, browser, browser.get(path), before, UNPROVEN)


@LANGS
def test_person_who_cancels_at_the_provider_can_use_the_password(openid_app: App, provider: Provider, lang: str) -> None:
    user, before = OpenIDUser(openid_app, provider, "", lang), openid_app.fingerprint()
    user.open("vacancies")
    user.sign_in()
    user.expect_path(f"sign-in?next=/{lang}/vacancies")
    sentence = "Sign-in with %(name)s was not completed. Try again, or sign in with your password."
    assert translated(lang, sentence) in user.page.alert_text
    assert openid_app.fingerprint() == before
    password_form = user.page.find("form", class_="narrow")
    user.press("Sign in", within=password_form, fields={"email": email("ontario"), "password": PASSWORD})
    user.expect_path("vacancies")


BROKEN = [
    "failing token",
    "rubbish from token",
    "rubbish from keys",
    "no keys",
    "failing discovery",
    "rubbish from discovery",
    "another issuer",
    "keys without https",
    "no addresses",
    "list from discovery",
    "list from token",
    "redirecting discovery",
    "redirecting keys",
    "failing keys",
    "huge keys",
    "huge token",
    "odd keys",
]


@LANGS
@pytest.mark.parametrize("fault", first_of(6, BROKEN))
def test_provider_that_answers_rubbish_leaves_the_password(
    openid_app: App, provider: Provider, lang: str, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    provider.control(fault=fault)
    before = openid_app.fingerprint()
    user = OpenIDUser(openid_app, provider, "ontario", lang)
    user.open("sign-in")
    with caplog.at_level(logging.INFO):
        user.sign_in()
    user.expect_path("sign-in")
    assert translated(lang, UNAVAILABLE) in user.page.alert_text
    assert openid_app.fingerprint() == before
    assert [record["event"] for record in log_records(caplog)] == ["openid.unavailable"]
    assert [r for r in caplog.records if r.name == "cogwg.openid"], "the log says why"
    assert submit_sign_in(user.browser, email("ontario"), lang=lang).redirect_path == f"/{lang}/my-updates"


@pytest.mark.parametrize("fault", first_of(2, ["slow token", "trickling discovery", "slow discovery", "trickling keys"]))
def test_slow_provider_is_waited_for_only_so_long(
    openid_app: App, provider: Provider, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, browser, path = openid_app.fingerprint(), openid_app.anonymous_client(), "/en/sign-in/openid"
    if fault.endswith(("token", "keys")):
        path = provider.choose(begin(browser), "ontario")
    monkeypatch.setattr(openid_requests, "TIMEOUT_SECONDS", 0.5)
    provider.control(fault=fault)
    page = browser.get(path)
    check_refused(openid_app, browser, page, before, UNAVAILABLE)


def test_provider_that_is_down_leaves_the_password(make_openid_app: MakeOpenIDApp) -> None:
    app = make_openid_app(openid={"issuer": "http://127.0.0.1:9"})
    before, browser = app.fingerprint(), app.anonymous_client()
    check_refused(app, browser, browser.get("/en/sign-in/openid"), before, UNAVAILABLE)


def test_wrong_client_secret_is_a_fault_of_the_site(make_openid_app: MakeOpenIDApp, provider_process: Provider) -> None:
    app = make_openid_app(openid={"client_secret": "another"})
    before, browser = app.fingerprint(), app.anonymous_client()
    check_refused(app, browser, provider_process.sign_in(browser, "ontario"), before, UNAVAILABLE)


def test_person_is_told_the_secretariat_where_no_contact_is_set(
    make_openid_app: MakeOpenIDApp, provider_process: Provider
) -> None:
    app = make_openid_app(contact="")
    provider_process.control(**people(nobody={"email": "nobody@nowhere.example"}))
    page = provider_process.sign_in(app.anonymous_client(), "nobody").follow()
    assert "contact the secretariat of the working group." in page.alert_text


@LANGS
def test_person_with_two_steps_is_asked_for_the_code_and_linked_after_it(
    openid_app: App, provider: Provider, lang: str
) -> None:
    authenticator = with_two_steps(openid_app, "ontario")
    browser, emails = openid_app.anonymous_client(), len(openid_app.rows(OutboxMessage))
    answer = provider.sign_in(browser, "ontario", lang, f"?next=/{lang}/vacancies")
    assert answer.redirect_path == f"/{lang}/sign-in/code?next=/{lang}/vacancies"
    assert (signed_in_ids(openid_app), linked_ids(openid_app)) == ([], [])
    wrong = enter_code(answer.follow(), authenticator.wrong_code)
    assert (wrong.status, linked_ids(openid_app), len(openid_app.rows(OutboxMessage))) == (422, [], emails)
    assert enter_code(wrong, authenticator.code()).redirect_path == f"/{lang}/vacancies"
    assert is_signed_in(browser)
    assert linked_ids(openid_app) == [openid_app.person_id("ontario")]
    assert len(openid_app.rows(OutboxMessage)) == emails + 1


def test_code_after_a_password_links_nobody(openid_app: App, provider: Provider) -> None:
    """Also if a sign-in at the provider waited for the code in this browser before."""
    authenticator = with_two_steps(openid_app, "ontario")
    browser = openid_app.anonymous_client()
    provider.sign_in(browser, "ontario")
    page = submit_sign_in(browser, email("ontario")).follow()
    assert enter_code(page, authenticator.code()).status == 303
    assert linked_ids(openid_app) == []


def test_account_that_was_deactivated_before_the_code_stays_closed(openid_app: App, provider: Provider) -> None:
    authenticator = with_two_steps(openid_app, "ontario")
    browser = openid_app.anonymous_client()
    page = provider.sign_in(browser, "ontario").follow()
    deactivate(openid_app, "ontario")
    assert enter_code(page, authenticator.code()).status == 422
    assert not is_signed_in(browser)


def test_person_linked_to_another_before_the_code_is_refused(openid_app: App, provider: Provider) -> None:
    authenticator = with_two_steps(openid_app, "ontario")
    browser = openid_app.anonymous_client()
    page = provider.sign_in(browser, "ontario").follow()
    values = {"person_id": openid_app.person_id("ontario"), "issuer": provider.issuer, "subject": "another"}
    openid_app.execute(OpenIDLink.__table__.insert().values(linked_at=openid_app.clock(), **values))
    answer = enter_code(page, authenticator.code())
    assert "is linked to another sign-in" in answer.follow().alert_text
    assert not is_signed_in(browser)


def test_security_key_of_a_person_is_asked_for_after_the_provider(openid_app: App, provider: Provider) -> None:
    key, _codes = with_key(openid_app, "ontario")
    browser = openid_app.anonymous_client()
    page = provider.sign_in(browser, "ontario").follow()
    assert not is_signed_in(browser)
    page = use_key(page, SoftKey(id=key.id))
    assert page.status == 422
    assert (is_signed_in(browser), linked_ids(openid_app)) == (False, [])
    assert use_key(page, key).redirect_path == "/en/my-updates"
    assert (is_signed_in(browser), linked_ids(openid_app)) == (True, [openid_app.person_id("ontario")])


def test_provider_that_requires_two_steps_replaces_the_code(make_openid_app: MakeOpenIDApp, provider_process: Provider) -> None:
    app = make_openid_app(openid={"requires_two_steps": True})
    with_two_steps(app, "ontario")
    browser = app.anonymous_client()
    assert provider_process.sign_in(browser, "ontario").redirect_path == "/en/my-updates"
    assert submit_sign_in(app.anonymous_client(), email("ontario")).redirect_path == "/en/sign-in/code"


@pytest.mark.parametrize("is_strong", [True, False])
def test_required_second_step_is_met_only_at_a_provider_that_requires_two_steps(
    make_openid_app: MakeOpenIDApp, provider_process: Provider, is_strong: bool
) -> None:
    app = make_openid_app(require_second_factor=True, openid={"requires_two_steps": is_strong})
    browser = app.anonymous_client()
    answer = provider_process.sign_in(browser, "chair")
    assert answer.redirect_path == ("/en/" if is_strong else "/en/account/two-steps")
    assert (browser.get("/en/readiness").status == 200) is is_strong
    with_password = app.anonymous_client()
    assert submit_sign_in(with_password, email("chair")).redirect_path == "/en/account/two-steps"


def test_person_without_a_password_who_needs_two_steps_is_told_to_set_one(
    make_openid_app: MakeOpenIDApp, provider_process: Provider
) -> None:
    app = make_openid_app(require_second_factor=True)
    invite(app, "chair")
    user = OpenIDUser(app, provider_process, "chair", "en")
    user.open("sign-in")
    user.sign_in()
    user.expect_path("account/two-steps")
    assert "You do not have a password yet" in user.page.main_text
    user.follow("Set a password")
    user.expect_path("sign-in/forgotten")


def test_person_signs_in_over_the_session_of_another_person(openid_app: App, provider: Provider) -> None:
    browser = openid_app.anonymous_client()
    path = provider.choose(begin(browser), "quebec")
    assert submit_sign_in(browser, email("ontario")).status == 303
    assert browser.get(path).redirect_path.startswith("/en/sign-in"), "signing in ended the sign-in that waited"
    assert signed_in_ids(openid_app) == [openid_app.person_id("ontario")]
    assert browser.get("/en/sign-in/openid?next=/en/vacancies").redirect_path == "/en/vacancies"


@LANGS
def test_typed_text_is_given_back_to_its_author_after_signing_in_from_another_tab(
    openid_app: App, provider: Provider, lang: str
) -> None:
    user = ScriptlessUser(openid_app, "ontario", lang)
    user.open("milestones")
    openid_app.execute(delete(SignIn))
    form = next(form for form in user.page.forms if "text_en" in " ".join(form.values))
    asked = form.fill(text_en="Ten new data sets.").submit()
    assert asked.status == 401
    early = asked.form("/sign-in/text").submit()
    assert (early.status, early.alert_text != "") == (422, True)
    (link,) = [a for a in early.tree.iter("a") if "/sign-in/openid" in a.get("href", "")]
    assert link.get("target") == "_blank"
    url = user.browser.get(link.get("href", "")).headers["Location"]
    arrived = provider.answer(user.browser, provider.choose(url, "ontario")).follow()
    assert translate(lang, "You are signed in. Go back to the other tab to get your text.") in arrived.text
    shown = early.form("/sign-in/text").submit()
    assert (shown.status, shown.h1) == (200, translate(lang, "Your text is still here"))
    assert "Ten new data sets." in shown.main_text


def test_typed_text_is_not_given_to_another_person(openid_app: App, provider: Provider) -> None:
    user = ScriptlessUser(openid_app, "ontario", "en")
    user.open("milestones")
    openid_app.execute(delete(SignIn))
    form = next(form for form in user.page.forms if "text_en" in " ".join(form.values))
    asked = form.fill(text_en="Ten new data sets.").submit()
    url = user.browser.get("/en/sign-in/openid?beside=text").headers["Location"]
    provider.answer(user.browser, provider.choose(url, "quebec"))
    shown = asked.form("/sign-in/text").submit()
    assert "Ten new data sets." not in shown.text
    assert shown.status == 303


def test_waiting_for_the_provider_gives_the_slot_back_outside_any_transaction(openid_app: App, provider: Provider) -> None:
    slot, browser = CountingSlot(), openid_app.anonymous_client()
    browser.environ = cast(dict[str, Any], {ENVIRON_KEY: slot})
    path = provider.choose(begin(browser), "ontario")
    assert slot.releases == 1
    assert browser.get(path).redirect_path == "/en/my-updates"
    assert slot.releases == 2


def test_provider_is_asked_for_its_addresses_once_and_for_its_keys_each_time(openid_app: App, provider: Provider) -> None:
    provider.control()
    for name in ("ontario", "quebec"):
        provider.sign_in(openid_app.anonymous_client(), name)
    asked = provider.control()
    assert asked.count("/.well-known/openid-configuration") == 1
    assert asked.count("/keys") == 2


def test_sign_ins_of_a_network_are_limited(openid_app: App, caplog: pytest.LogCaptureFixture) -> None:
    browser = openid_app.anonymous_client(REMOTE_ADDR="192.0.2.7")
    statuses = [browser.get("/en/sign-in/openid/answer").status for _ in range(MAX_OPENID_REQUESTS + 1)]
    assert statuses == [303] * MAX_OPENID_REQUESTS + [429]
    page = browser.get("/fr/sign-in/openid")
    assert (page.status, int(page.headers["Retry-After"]) > 0) == (429, True)
    assert "Il y a eu trop de connexions" in page.main_text
    assert openid_app.anonymous_client(REMOTE_ADDR="192.0.2.8").get("/en/sign-in/openid").status == 303


def test_two_accounts_of_the_provider_with_one_address_are_not_both_linked(
    make_openid_app: MakeOpenIDApp, provider_process: Provider, postgresql: None
) -> None:
    app, provider = make_openid_app("postgresql"), provider_process
    provider.control(**people(one={"email": email("ontario")}, two={"email": email("ontario")}))
    browsers = {name: app.anonymous_client() for name in ("one", "two")}
    paths = {name: provider.choose(begin(browser), name) for name, browser in browsers.items()}
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda name: browsers[name].get(paths[name]).redirect_path, browsers))
    assert sorted(answers) == ["/en/my-updates", "/en/sign-in"]
    assert len(app.rows(OpenIDLink)) == 1


def test_log_names_the_person_and_holds_no_secret(
    openid_app: App, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    browser = openid_app.anonymous_client()
    url = begin(browser)
    path = provider.choose(url, "ontario")
    with caplog.at_level(logging.INFO):
        browser.get(path)
        provider.control(**people(nobody={"email": "nobody@nowhere.example"}))
        provider.sign_in(openid_app.anonymous_client(), "nobody")
    records = log_records(caplog)
    assert [record["event"] for record in records] == ["openid.linked", "sign-in.ok", "openid.refused"]
    assert [record.get("person") for record in records[:2]] == [openid_app.person_id("ontario")] * 2
    assert records[2]["account"]
    code = path.partition("code=")[2].partition("&")[0]
    for canary in (code, email("ontario"), "nobody@nowhere.example", "for+tests"):
        assert canary not in json.dumps(records) + caplog.text


@LANGS
def test_site_without_a_provider_shows_nothing_of_it(app: App, lang: str) -> None:
    browser = app.anonymous_client()
    assert "openid" not in browser.get(f"/{lang}/sign-in").text
    assert "openid" not in app.client_as("ontario").get(f"/{lang}/account").text
    for path in ("sign-in/openid", "sign-in/openid/answer?state=x&code=y"):
        assert browser.get(f"/{lang}/{path}").status == 404
    ontario = app.client_as("ontario")
    assert ontario.post(f"/{lang}/account/openid/unlink", {"csrf_token": ontario.csrf_token()}).status == 404


@pytest.mark.parametrize("name", PERSONAS)
def test_routes_of_the_provider_for_each_persona_change_nothing_but_the_own_link(
    openid_app: App, provider: Provider, name: str
) -> None:
    provider.sign_in(openid_app.anonymous_client(), "ontario")
    openid_app.execute(delete(SignIn))
    browser, before = openid_app.client_as(name), openid_app.fingerprint()
    begun = browser.get("/en/sign-in/openid?next=/en/vacancies")
    assert begun.status == 303
    assert begun.headers["Location"].startswith(provider.issuer if name == "visitor" else "/en/vacancies")
    assert browser.get("/en/sign-in/openid/answer?state=x&code=y").redirect_path == "/en/sign-in"
    assert openid_app.fingerprint() == before
    answer = browser.post("/en/account/openid/unlink", {"csrf_token": browser.csrf_token()})
    assert answer.status == (401 if name == "visitor" else 303)
    assert linked_ids(openid_app) == ([] if name == "ontario" else [openid_app.person_id("ontario")])
    assert (openid_app.fingerprint() == before) is (name != "ontario")


@LANGS
def test_invitation_offers_the_provider_and_a_link_for_a_password_does_not(
    openid_app: App, provider: Provider, lang: str
) -> None:
    token = invite(openid_app)
    user = OpenIDUser(openid_app, provider, "ontario", lang)
    user.open(f"password/{token}")
    user.sign_in()
    user.expect_path("my-updates")
    later = create_password_link(openid_app)
    assert "openid" not in openid_app.anonymous_client().get(f"/{lang}/password/{later}").text
    assert (
        "openid" not in openid_app.anonymous_client().get(f"/{lang}/password/{create_password_link(openid_app, 'quebec')}").text
    )


def test_libraries_of_the_provider_are_loaded_at_the_first_sign_in(openid_app: App, provider: Provider) -> None:
    """They take 14 MiB in each worker."""
    code = f"""
import sys
from cogwg.core.bilingual import Bilingual
from cogwg.core.openid_settings import OpenIDSettings
from tests.web_client import App
openid = OpenIDSettings({provider.issuer!r}, "cogwg", "a secret", Bilingual("Maple", "Érable"))
browser = App({openid_app.url!r}, extra_settings={{"openid": openid}}).anonymous_client()
assert browser.get("/en/sign-in").status == 200
print(*sorted({{"authlib", "joserfc", "httpx"}} & set(sys.modules)))
assert browser.get("/en/sign-in/openid").status == 303
print(*sorted({{"authlib", "httpx"}} & set(sys.modules)))
"""
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout == "\nauthlib httpx\n"
