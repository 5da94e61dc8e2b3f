"""Sentences about emails say that they wait where no email server is configured."""

from __future__ import annotations

import pytest

from cogwg.accounts.models import Membership
from cogwg.core.settings import MailSettings
from tests.web.admin.test_people import jurisdiction_id, open_person
from tests.web.conftest import MakeApp
from tests.web.plan.test_roles import role_path, vacant_role
from tests.web.scriptless_user import translate
from tests.web.second_steps import with_two_steps
from tests.web_client import MAIL_SERVER, email

LANGS = pytest.mark.parametrize("lang", ["en", "fr"])
WAITS = "Emails are not sent yet, because this site has no email server."
SERVERS = pytest.mark.parametrize("mail", [MailSettings(), MAIL_SERVER], ids=["none", "server"])
PAGES = [
    ("secretariat", "admin/people/{ontario}", "When their roles change, the person gets an email and must sign in again."),
    (
        "secretariat",
        "admin/people/{ontario}",
        "If you change the email address, the person is signed out, and both addresses get an email.",
    ),
    (
        "secretariat",
        "admin/plans/2020/adopt",
        "People who do not answer get a reminder after one week, and another after three weeks.",
    ),
    ("chair", "plans/2020/quarters/2020-09", "All leads receive an email with the new due date and this reason."),
    (
        "ontario",
        "help",
        "You get a receipt, on the page and by email. "
        "Until a co-chair closes the quarter, you can change a report and submit it again.",
    ),
]


@LANGS
@SERVERS
def test_pages_say_with_the_promise_of_an_email_that_it_waits(make_app: MakeApp, mail: MailSettings, lang: str) -> None:
    app = make_app(mail=mail)
    for name, place, promise in PAGES:
        page = app.client_as(name).get(f"/{lang}/{place.format(ontario=app.person_id('ontario'))}")
        both = f"{translate(lang, promise)} {translate(lang, WAITS)}"
        assert translate(lang, promise) in page.main_text, place
        assert (both in page.main_text) is (not mail.method), place


@LANGS
@SERVERS
def test_confirmations_say_with_the_promise_of_an_email_that_it_waits(make_app: MakeApp, mail: MailSettings, lang: str) -> None:
    app = make_app(mail=mail)
    with_two_steps(app, "ontario")
    quebec = open_person(app, "quebec", lang)
    role = app.rows(Membership, Membership.person_id == app.person_id("quebec"))[0].id
    moved = quebec.press("Move the role", fields={f"move-{role}-jurisdiction": jurisdiction_id(app, "nwt")})
    reset = open_person(app, "ontario", lang).press("Reset two-step sign-in", fields={"reason": "The telephone is lost."})
    requested = app.client_as("ontario").get(role_path(vacant_role(app), lang=lang)).form("/request").submit().follow()
    promises = (
        (moved, "The role was moved. The person will receive an email and must sign in again."),
        (reset, "Two-step sign-in was reset. The person will get an email with the reason, and must sign in again."),
        (requested, "The co-chairs will receive your request by email. You can withdraw it here."),
    )
    for page, promise in promises:
        assert translate(lang, promise) in page.main_text
        assert (f"{translate(lang, promise)} {translate(lang, WAITS)}" in page.main_text) is (not mail.method)


@LANGS
@SERVERS
def test_forgotten_password_says_that_no_link_can_be_sent(make_app: MakeApp, mail: MailSettings, lang: str) -> None:
    app = make_app(mail=mail)
    page = app.anonymous_client().get(f"/{lang}/sign-in/forgotten")
    cannot = translate(lang, "This site has no email server yet, so it cannot send you a link to set a new password.")
    assert (cannot in page.main_text) is (not mail.method)
    page = page.form().fill(email=email("ontario")).submit().follow()
    none_sent = translate(lang, "No link was sent, because this site has no email server yet.")
    assert (none_sent in page.main_text) is (not mail.method)
