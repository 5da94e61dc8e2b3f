"""Two browsers: what changes an account in one ends its session in the other at the next request."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cogwg.accounts.models import Membership
from tests.databases import PASSWORD
from tests.web.admin.test_people import sent_token
from tests.web.auth.test_access import MILESTONE_FIELDS
from tests.web.auth.test_sign_in import NEW_PASSWORD, is_signed_in, set_password
from tests.web.scriptless_user import ScriptlessUser
from tests.web_client import App, email

PERSON = "quebec"


def open_person(app: App) -> ScriptlessUser:
    user = ScriptlessUser(app, "secretariat", "en")
    user.open(f"admin/people/{app.person_id(PERSON)}")
    return user


def add_role(app: App) -> None:
    open_person(app).press("Add the role", fields={"role": "co-chair", "jurisdiction": ""})


def move_role(app: App) -> None:
    (role,) = app.rows(Membership, Membership.person_id == app.person_id(PERSON))
    (other,) = app.rows(Membership, Membership.person_id == app.person_id("nwt"))
    open_person(app).press("Move the role", fields={f"move-{role.id}-jurisdiction": str(other.jurisdiction_id)})


def change_address(app: App) -> None:
    open_person(app).press("Save the account", fields={"email": "e.gagnon@example.ca"})


def deactivate(app: App) -> None:
    user = open_person(app)
    user.follow("Deactivate the account")
    user.press("Deactivate the account", fields={"successor-qc": "none"})


def sign_out_by_the_secretariat(app: App) -> None:
    user = open_person(app)
    path = f"/en/admin/people/{app.person_id(PERSON)}/sign-out"
    assert user.browser.post(path, {"csrf_token": user.browser.csrf_token()}).status == 303


def change_own_password(app: App) -> None:
    browser = app.client_as(PERSON)
    form = browser.get("/en/account/password").form("/account/password")
    assert form.fill(current=PASSWORD, password=NEW_PASSWORD, again=NEW_PASSWORD).submit().status == 303
    assert is_signed_in(browser), "the browser in which it was changed stays signed in"


def set_password_by_link(app: App) -> None:
    user = open_person(app)
    path = f"/en/admin/people/{app.person_id(PERSON)}/link"
    assert user.browser.post(path, {"csrf_token": user.browser.csrf_token()}).status == 303
    assert set_password(app.anonymous_client(), sent_token(app, email(PERSON), "fr")).status == 303


@pytest.mark.parametrize(
    "change",
    [
        add_role,
        move_role,
        change_address,
        deactivate,
        sign_out_by_the_secretariat,
        change_own_password,
        set_password_by_link,
    ],
)
def test_change_of_an_account_ends_its_session_in_the_other_browser_at_once(app: App, change: Callable[[App], None]) -> None:
    other, colleague = app.client_as(PERSON), app.client_as("ontario")
    typed = {**MILESTONE_FIELDS, "csrf_token": other.csrf_token()}
    assert is_signed_in(other)
    change(app)
    before = app.fingerprint()
    assert not is_signed_in(other)
    assert other.post("/en/milestones", typed).status == 401
    assert app.fingerprint() == before
    assert is_signed_in(colleague)
