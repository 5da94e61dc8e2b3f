"""The account page of a person who signs in with the OpenID Connect provider: the link, removing it, and a first password."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import update

from cogwg.accounts.models import OpenIDLink, Person, SignIn
from cogwg.audit.models import AuditEvent
from cogwg.mail.models import OutboxMessage
from tests.web.auth.test_forgotten_password import ask_for_link, emailed_tokens
from tests.web.auth.test_openid import LANGS, invite, linked_ids
from tests.web.auth.test_sign_in import NEW_PASSWORD, is_signed_in, set_password, submit_sign_in
from tests.web.openid import (
    NAME,
    MakeOpenIDApp,
    OpenIDUser,
    Provider,
    make_openid_app,
    openid_app,
    provider,
    provider_process,
)
from tests.web.scriptless_user import ScriptlessUser
from tests.web_client import App, Client, email

__all__ = ["make_openid_app", "openid_app", "provider", "provider_process"]


def signed_in(app: App, provider: Provider, name: str = "ontario") -> Client:
    """Return a browser in which a person signed in at the provider."""
    browser = app.anonymous_client()
    assert provider.sign_in(browser, name).status == 303
    return browser


@LANGS
def test_person_removes_the_link_and_their_other_sessions_end(openid_app: App, provider: Provider, lang: str) -> None:
    elsewhere = openid_app.client_as("ontario")
    user = OpenIDUser(openid_app, provider, "ontario", lang)
    user.open("sign-in")
    user.sign_in()
    user.open("account")
    page = user.press("Remove the link")
    assert user.translate("The link was removed. You are signed out everywhere else.") in page.main_text
    assert (
        user.translate(
            "Your account is not linked. It will be linked the first time you sign in with %(name)s, if your email "
            "address there is %(email)s.",
            name=NAME.text(lang),
            email=email("ontario"),
        )
        in page.main_text
    )
    assert linked_ids(openid_app) == []
    assert (is_signed_in(user.browser), is_signed_in(elsewhere)) == (True, False)
    event = openid_app.rows(AuditEvent)[-1]
    assert (event.action, event.subject_id, event.actor_id) == (
        "person.openid-unlinked",
        *[openid_app.person_id("ontario")] * 2,
    )
    message = openid_app.rows(OutboxMessage)[-1]
    assert (message.address, NAME.en in message.text or NAME.fr in message.text) == (email("ontario"), True)
    assert "If this was not you" in message.text
    assert provider.sign_in(openid_app.anonymous_client(), "ontario").redirect_path == "/en/my-updates", "it is linked again"


def test_removing_the_link_again_changes_nothing(openid_app: App, provider: Provider) -> None:
    browser = signed_in(openid_app, provider)
    form = browser.get("/en/account").form("/openid/unlink")
    assert form.submit().status == 303
    before = openid_app.fingerprint()
    assert "Your account is not linked." in form.submit().follow().main_text
    assert openid_app.fingerprint() == before


def test_nobody_removes_the_link_of_another(openid_app: App, provider: Provider) -> None:
    form = signed_in(openid_app, provider).get("/en/account").form("/openid/unlink")
    quebec = openid_app.client_as("quebec")
    form.values["csrf_token"] = quebec.csrf_token()
    form.submit(client=quebec)
    assert linked_ids(openid_app) == [openid_app.person_id("ontario")]


@LANGS
def test_person_without_a_password_cannot_remove_the_link_until_one_is_set(
    openid_app: App, provider: Provider, lang: str
) -> None:
    invite(openid_app)
    user = OpenIDUser(openid_app, provider, "ontario", lang)
    user.open("sign-in")
    user.sign_in()
    user.open("account")
    refused = user.browser.post(f"/{lang}/account/openid/unlink", {"csrf_token": user.browser.csrf_token()}).follow()
    assert user.translate("Set a password first. Otherwise, you could no longer sign in.") in refused.main_text
    assert linked_ids(openid_app) == [openid_app.person_id("ontario")]
    user.follow("Set a password")
    user.expect_path("sign-in/forgotten")
    user.press("Email me a link", fields={"email": email("ontario")})
    assert set_password(openid_app.anonymous_client(), emailed_tokens(openid_app)[-1]).status == 303
    assert submit_sign_in(openid_app.anonymous_client(), email("ontario"), NEW_PASSWORD).status == 303
    user.open("sign-in")
    user.sign_in()
    user.open("account")
    user.press("Remove the link")
    assert linked_ids(openid_app) == []


@LANGS
@pytest.mark.parametrize("path", ["account/password", "account/email", "account/two-steps"])
def test_form_that_asks_for_the_password_says_how_to_set_one(openid_app: App, provider: Provider, lang: str, path: str) -> None:
    invite(openid_app)
    user = OpenIDUser(openid_app, provider, "ontario", lang)
    user.open("sign-in")
    user.sign_in()
    page = user.open(path)
    assert (
        user.translate(
            "You do not have a password yet. Before you can make this change, you must set one. You will get an email "
            "with a link to do this."
        )
        in page.main_text
    )
    assert page.find_all("input", type="password") == []


def test_invited_person_who_never_signed_in_gets_no_password_link(openid_app: App) -> None:
    invite(openid_app)
    ask_for_link(openid_app.anonymous_client(), email("ontario"))
    assert emailed_tokens(openid_app) == []


@LANGS
def test_secretariat_sees_who_accepted_with_the_provider_and_sends_a_password_link(
    openid_app: App, provider: Provider, lang: str
) -> None:
    invite(openid_app)
    secretariat = ScriptlessUser(openid_app, "secretariat", lang)
    address = f"admin/people/{openid_app.person_id('ontario')}"
    assert secretariat.translate("Send a new invitation") in secretariat.open(address).main_text
    signed_in(openid_app, provider)
    page = secretariat.open(address)
    assert secretariat.translate("Signs in with %(name)s", name=NAME.text(lang)) in page.main_text
    secretariat.press("Send a password reset link")
    subject = openid_app.rows(OutboxMessage)[-1].text
    assert re.search(r"/password/\S+", subject)
    assert openid_app.rows(OutboxMessage)[-1].kind == "password-link"


@LANGS
@pytest.mark.parametrize("has_password", [True, False], ids=["password", "no password"])
def test_person_with_a_new_account_at_the_provider_is_let_in_once_the_secretariat_removed_the_link(
    openid_app: App, provider: Provider, lang: str, has_password: bool
) -> None:
    if not has_password:
        invite(openid_app)
    lead = signed_in(openid_app, provider)
    provider.control(people={"new-account": {"email": email("ontario")}})
    assert not is_signed_in(elsewhere := openid_app.anonymous_client())
    assert provider.sign_in(elsewhere, "new-account").redirect_path == "/en/sign-in"
    secretariat = ScriptlessUser(openid_app, "secretariat", lang)
    secretariat.open(f"admin/people/{openid_app.person_id('ontario')}")
    page = secretariat.press("Remove the link")
    assert secretariat.translate("The link was removed. The person gets an email, and must sign in again.") in page.main_text
    assert (linked_ids(openid_app), is_signed_in(lead)) == ([], False)
    event = next(event for event in openid_app.rows(AuditEvent)[::-1] if event.action == "person.openid-unlinked")
    assert (event.subject_id, event.actor_id) == (openid_app.person_id("ontario"), openid_app.person_id("secretariat"))
    removed = next(m for m in openid_app.rows(OutboxMessage, OutboxMessage.kind == "security")[::-1])
    assert "The secretariat did this." in removed.text, "not “if this was not you”"
    kinds = [message.kind for message in openid_app.rows(OutboxMessage, OutboxMessage.address == email("ontario"))]
    assert kinds.count("invitation") == (0 if has_password else 1)
    assert provider.sign_in(elsewhere, "new-account").redirect_path == "/en/my-updates"
    assert [link.subject for link in openid_app.rows(OpenIDLink)] == ["new-account"]


def test_secretariat_removes_a_link_once_and_not_its_own(openid_app: App, provider: Provider) -> None:
    signed_in(openid_app, provider)
    secretariat = ScriptlessUser(openid_app, "secretariat", "en")
    secretariat.open(f"admin/people/{openid_app.person_id('ontario')}")
    outdated = secretariat.page.form("/openid/unlink")
    assert outdated.submit().status == 303
    before = openid_app.fingerprint()
    assert outdated.submit().status == 409
    own = f"/en/admin/people/{openid_app.person_id('secretariat')}"
    assert "/openid/unlink" not in secretariat.browser.get(own).text
    fields = {"csrf_token": secretariat.browser.csrf_token(), "version": "1"}
    assert secretariat.browser.post(f"{own}/openid/unlink", fields).status == 422
    assert openid_app.client_as("chair").post(f"{own}/openid/unlink", fields).status in (400, 403)
    assert openid_app.fingerprint() == before


def test_link_of_an_earlier_provider_is_replaced_at_the_next_sign_in(
    make_openid_app: MakeOpenIDApp, provider_process: Provider
) -> None:
    app = make_openid_app()
    values = {"person_id": app.person_id("ontario"), "issuer": "https://earlier.example.ca", "subject": "7"}
    app.execute(OpenIDLink.__table__.insert().values(linked_at=app.clock(), **values))
    app.execute(update(Person).where(Person.email == email("ontario")).values(password_hash=None))
    browser = signed_in(app, provider_process)
    assert "/account/openid/unlink" not in browser.get("/en/account").text
    assert [(link.issuer, link.subject) for link in app.rows(OpenIDLink)] == [(provider_process.issuer, "ontario")]
    assert len(app.rows(SignIn)) == 1
