"""A mail scanner opens every link of every email and sends every form that it finds: it changes nothing and uses nothing up."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from sqlalchemy.orm import Session

from cogwg.accounts.models import AccessLink, Person, Role
from cogwg.accounts.people import add_person
from cogwg.audit.services import SYSTEM
from cogwg.core.bilingual import Language
from cogwg.core.db import write_transaction
from cogwg.mail.models import OutboxMessage
from cogwg.notices.accounts import send_invitation, send_password_link
from tests.databases import PASSWORD
from tests.sessions import FURTHER, first_of
from tests.web.auth.test_sign_in import NEW_PASSWORD, set_password, submit_sign_in
from tests.web_client import App, Client

ADDRESS = re.compile(r"https?://[^\s\"<>]+")
HALF = 500
SITE = "https://site.example"


class Scanner:
    """A scanner without a person: it fills in nothing and chooses nothing, and sends what a page already contains."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.sent_forms = 0

    def scan(self, path: str) -> set[int]:
        """Open a link and send all forms of its page with each of their buttons; return the statuses of the page."""
        browser = self.app.anonymous_client()
        statuses = {browser.send("HEAD", path).status}
        page = browser.get(path)
        statuses.add(page.status)
        for form in page.forms:
            method = form.element.get("method", "get").upper()
            buttons = {(b.get("name"), b.get("value", ""), b.get("formaction")) for b in form.element.iter("button")}
            for name, value, action in buttons or {(None, "", None)}:
                fields = {**form.values, **({name: value} if name else {})}
                sent = {"query_string": fields} if method == "GET" else {"data": fields}
                browser.send(method, action or form.action, **sent)
                self.sent_forms += 1
        return statuses | {browser.get(path).status}


def emailed_links(app: App) -> list[str]:
    """Return the path of each link in the texts and HTML of all emails, once."""
    bodies = [body for message in app.rows(OutboxMessage) for body in (message.text, message.html)]
    links = {url: None for body in bodies for url in ADDRESS.findall(body)}
    return [urlsplit(url).path for url in links]


def send_links(app: App, count: int) -> None:
    """Email this many invitations, and as many links for a forgotten password."""
    at, now = app.calendar.now(), app.clock()
    hashed = app.rows(Person, Person.password_hash.is_not(None))[0].password_hash
    with Session(app.engine) as session, write_transaction(session):
        for number in range(2 * count):
            lang = Language.FR if number % 2 else Language.EN
            person = add_person(
                session,
                email=f"person{number}@scanned.example",
                name=f"Person {number}",
                role=Role.READER,
                jurisdiction=None,
                lang=lang,
                time_zone="America/Toronto",
                by=SYSTEM,
                at=at,
            )
            if number < count:
                send_invitation(session, person, "The secretariat", by=SYSTEM, at=at, now=now, site=SITE)
            else:
                person.password_hash = hashed
                send_password_link(session, person, by=SYSTEM, at=at, now=now, site=SITE)


@FURTHER
def test_scanner_of_a_thousand_links_changes_nothing_and_uses_nothing_up(app: App) -> None:
    send_links(app, HALF)
    before = app.fingerprint()
    paths = [path for path in emailed_links(app) if "/password/" in path]
    assert len(paths) == 2 * HALF
    scanner = Scanner(app)
    assert {status for path in paths for status in scanner.scan(path)} == {200}
    assert scanner.sent_forms >= len(paths)
    assert app.fingerprint() == before
    assert all(link.used_at is None for link in app.rows(AccessLink))
    assert set_password(app.anonymous_client(), paths[0].rpartition("/")[2]).status == 303
    assert submit_sign_in(app.anonymous_client(), "person0@scanned.example", NEW_PASSWORD).status == 303
    assert submit_sign_in(app.anonymous_client(), f"person{HALF}@scanned.example", PASSWORD).status == 303, "still valid"


def test_scanner_changes_nothing_on_either_engine(app_per_engine: App) -> None:
    send_links(app_per_engine, 8)
    before = app_per_engine.fingerprint()
    scanner = Scanner(app_per_engine)
    for path in emailed_links(app_per_engine):
        scanner.scan(path)
    assert app_per_engine.fingerprint() == before


@pytest.mark.parametrize("fields", first_of(1, [{}, {"password": ""}, {"password": "", "again": ""}, {"again": NEW_PASSWORD}]))
def test_form_without_a_typed_password_keeps_the_link(app: App, fields: dict[str, str]) -> None:
    send_links(app, 1)
    path = next(path for path in emailed_links(app) if "/password/" in path)
    browser: Client = app.anonymous_client()
    before = app.fingerprint()
    token = {"csrf_token": browser.get(path).form().values["csrf_token"]}
    assert browser.post(path, {**token, **fields}).status == 422
    assert app.fingerprint() == before
    assert browser.get(path).status == 200
