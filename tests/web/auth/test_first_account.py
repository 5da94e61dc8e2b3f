"""The page of the link for the first account, and what the secretariat of a new database is told to do first."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from cogwg.accounts.first_account import create_setup_link
from cogwg.accounts.models import Person, SetupLink
from cogwg.core.db import write_transaction
from cogwg.reporting.models import ReportingPeriod
from cogwg.seeding.plan_2020 import seed
from tests.web.auth.test_mail_scanner import Scanner
from tests.web.auth.test_sign_in import NEW_PASSWORD, submit_sign_in
from tests.web.conftest import MakeApp
from tests.web.scriptless_user import ScriptlessUser
from tests.web_client import App, text_of

LANGS = pytest.mark.parametrize("lang", ["en", "fr"])
FIELDS = {
    "name": "D. Deschênes",
    "email": "d.deschenes@example.ca",
    "lang": "fr",
    "password": NEW_PASSWORD,
    "again": NEW_PASSWORD,
}


TUTORIAL = (
    "A tutorial takes you from here to the publication of your first quarter. Ask your technical team for it. In the program "
    "files, it is:"
)


def setup_link(app: App) -> str:
    with Session(app.engine) as session, write_transaction(session):
        return create_setup_link(session, at=app.calendar.now(), now=app.clock())


def create_account(app: App, lang: str = "en") -> ScriptlessUser:
    """Create the first account and sign in."""
    user = ScriptlessUser(app, "visitor", lang)
    user.open(f"setup/{setup_link(app)}")
    page = user.press("Create the account", fields=FIELDS)
    assert user.translate("Your account is ready. Sign in with your email address and password.") in page.text
    assert submit_sign_in(user.browser, FIELDS["email"], NEW_PASSWORD).status == 303
    return user


def steps(user: ScriptlessUser) -> dict[str, bool]:
    """Return the title of each first step on the home page, and whether it is done."""
    user.open("")
    done = user.translate("Done")
    items = next(user.page.find("main").iter("ol")).iter("li")
    return {text_of(next(e for e in item.iter("h2", "h3"))): done in text_of(item) for item in items}


@LANGS
def test_first_account_invites_and_its_list_of_steps_ticks_itself_off(make_app: MakeApp, engine_name: str, lang: str) -> None:
    app = make_app(engine_name, "bare")
    user = create_account(app, lang)
    titles = ("Add the jurisdictions", "Invite people", "Adopt a plan", "Open a quarter")
    add, invite, adopt, quarter = (user.translate(words) for words in titles)
    assert list(steps(user).items()) == [(add, False), (invite, False), (adopt, False), (quarter, False)]
    assert user.translate(TUTORIAL) in user.page.text, "the secretariat has no files of the program"
    user.follow("Invite a person")
    user.press(
        "Send the invitation",
        fields={"name": "B. Lead", "email": "b.lead@example.ca", "role": "co-chair", "lang": "en"},
    )
    assert steps(user) == {add: False, invite: True, adopt: False, quarter: False}
    with Session(app.engine) as session, write_transaction(session):
        seed(session, at=app.calendar.now())
        session.execute(update(ReportingPeriod).values(opens_on=app.calendar.today().replace(year=2021)))
    assert steps(user) == {add: True, invite: True, adopt: True, quarter: False}
    assert user.follow("Go to the quarter").status == 200
    app.execute(update(ReportingPeriod).values(opened_at=app.calendar.now()))
    assert user.translate("What to do first") not in user.open("").text


@LANGS
def test_lead_is_invited_only_after_the_jurisdiction_was_added(make_app: MakeApp, lang: str) -> None:
    user = create_account(make_app("sqlite", "bare"), lang)
    sentence = user.translate("There are no jurisdictions yet. Add one first, then its lead.")
    user.open("admin/people")
    page = user.press(
        "Send the invitation",
        fields={"name": "B. Lead", "email": "b.lead@example.ca", "role": "lead", "lang": "en"},
    )
    assert page.status == 422
    assert sentence in text_of(page.find("div", class_="error-summary"))
    user.follow("Add a jurisdiction")
    user.expect_path("admin/jurisdictions")


@LANGS
def test_first_account_tells_all_problems_at_once(make_app: MakeApp, lang: str) -> None:
    app = make_app("sqlite", "bare")
    user = ScriptlessUser(app, "visitor", lang)
    user.open(f"setup/{setup_link(app)}")
    page = user.press("Create the account", fields={"name": "", "email": "none", "password": "short", "again": "other"})
    assert page.status == 422
    assert all(page.field_error(field) for field in ("name", "email", "password", "again"))


@LANGS
def test_empty_pages_say_what_to_do_first(make_app: MakeApp, lang: str) -> None:
    user = create_account(make_app(template="bare"), lang)
    start = user.translate("Create a plan under Administration")
    assert start in user.open("plans").main_text
    assert start in user.open("readiness").main_text
    only = "No one else has an account yet. Invite people below, starting with the leads of the jurisdictions."
    assert user.translate(only) in user.open("admin/people").main_text
    visitor = ScriptlessUser(user.browser.app, "visitor", lang)
    assert start not in visitor.open("plans").main_text


@pytest.mark.parametrize("name", ["secretariat", "chair", "ontario"])
def test_list_of_steps_is_not_shown_once_all_is_done(read_only_app: App, name: str) -> None:
    assert "What to do first" not in read_only_app.client_as(name).get("/en/").text


@LANGS
@pytest.mark.parametrize(
    ("fields", "field"), [({"name": " "}, "name"), ({"email": "d.deschenes"}, "email"), ({"again": "x"}, "again")]
)
def test_refused_first_account_keeps_the_link(make_app: MakeApp, lang: str, fields: dict[str, str], field: str) -> None:
    app = make_app(template="bare")
    user = ScriptlessUser(app, "visitor", lang)
    user.open(f"setup/{setup_link(app)}")
    before = app.fingerprint()
    page = user.press("Create the account", fields={**FIELDS, **fields})
    assert page.status == 422
    assert page.field_error(field)
    assert app.fingerprint() == before
    assert user.press("Create the account", fields=FIELDS).status == 200


def test_used_expired_and_unknown_setup_links_are_gone(make_app: MakeApp) -> None:
    app = make_app(template="bare")
    token = setup_link(app)
    browser = app.anonymous_client()
    app.clock.advance(hours=24)
    assert browser.get(f"/en/setup/{token}").status == 410
    token = setup_link(app)
    form = browser.get(f"/en/setup/{token}").form().fill(**FIELDS)
    assert form.submit().status == 303
    assert form.submit().status == 410
    assert len(app.rows(Person)) == 1
    assert app.rows(SetupLink) == []


def test_setup_link_is_useless_while_there_is_an_account(app: App) -> None:
    assert setup_link(app) == ""
    app.execute(delete(SetupLink))
    assert app.anonymous_client().get("/en/setup/x").status == 410


def test_scanner_does_not_use_the_setup_link_up(make_app: MakeApp) -> None:
    app = make_app(template="bare")
    path = f"/en/setup/{setup_link(app)}"
    before = app.fingerprint()
    assert Scanner(app).scan(path) == {200}
    assert app.fingerprint() == before
