"""A test client for people in a browser: pages parsed as HTML, forms filled as they are, and the personas.

A form is sent with the values of the page, hidden fields included; naming a field it does not have is an error of the
test. No application context is pushed around a request, because a real browser has none.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from flask import Flask
from lxml import etree
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from cogwg.accounts.models import Person, SignIn
from cogwg.accounts.services import start_session
from cogwg.app import create_app
from cogwg.core.calendar import Calendar
from cogwg.core.db import Base, build_engine, write_transaction
from cogwg.core.settings import SITE_VARIABLES, MailSettings, Settings
from cogwg.seeding.demo import DEMO_DOMAIN
from cogwg.web.http import rate_limits
from tests.databases import DEMO_DAY, REAL_NOW

PERSONAS = ("chair", "secretariat", "ontario", "quebec", "saskatchewan", "reader", "visitor")
PUBLIC_URL = "http://localhost:8000"
"""With a name, because security keys work under no IP address."""
MAIL_SERVER = MailSettings("smtp", host="mail.example.ca", sender="plan@cogwg.example")
"""An email server that no test connects to; without it, emails wait and pages say so."""
SECRET_KEY = "only-for-tests-6fJq2Zr8WnXc4LhTb9Vd"
SIGNED_IN_AT = Person.__table__.c.signed_in_at
SELECT_ALL_ROWS = {
    table.name: str(select(*(c for c in table.c if c is not SIGNED_IN_AT)).order_by(*table.primary_key))
    for table in Base.metadata.sorted_tables
}
"""The statement that reads all rows of each table, without the time at which a person last signed in. Its raw values are only
compared."""
CSRF_TOKEN_INPUT = re.compile(r'name="csrf_token"[^>]*? value="([^"]+)"')
REQUEST_SETTINGS = {*SITE_VARIABLES, "check_private_links", "demo", "mail", "public_url"}
"""The settings that each request reads; the application reads the others when it starts."""
PARSER = etree.HTMLParser(remove_comments=True)
"""A fast, lenient parser; that pages are valid HTML is tested elsewhere."""
FIRST_BREAK = re.compile(r"(<textarea\b[^>]*>)\n")
"""The first line break of a text field, which is not part of its text."""
UNCOMPARED_TABLES = ("sign_in", "throttle")


@dataclass
class Clock:
    """The real-time clock of a test; it is fixed until it is advanced."""

    now: datetime = REAL_NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)


def app_settings(url: str, calendar: Calendar, **overrides: Any) -> Settings:
    """Return the settings of an application on this machine, whose environment sets the contact and nothing else of the site.

    An override of a field of ``SiteSettings`` is set by the environment, too, unless it is empty.
    """
    given = {"contact": "help@cogwg.example", **{name: overrides.pop(name) for name in SITE_VARIABLES if name in overrides}}
    defaults: dict[str, Any] = {
        "database_url": url,
        "secret_key": SECRET_KEY,
        "fallback_keys": (),
        "calendar": calendar,
        "trusted_hosts": ("localhost",),
        "secure": False,
        "proxy_count": 0,
        "fixed_in_site": {name: value for name, value in given.items() if value not in ("", None)},
        "demo": False,
        "cheap_hashing": True,
        "public_url": PUBLIC_URL,
    }
    return Settings(**{**defaults, **overrides})


@dataclass
class App:
    """The application with a database of its own, and clients for its personas."""

    url: str
    clock: Clock = field(default_factory=Clock)
    extra_settings: dict[str, Any] = field(default_factory=dict)
    day: date = DEMO_DAY
    _fingerprints: dict[tuple[str, ...], tuple[tuple[int, ...], str]] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        self.calendar = Calendar.from_day(self.day, self.clock)

    @cached_property
    def flask(self) -> Flask:
        return create_app(self.settings)

    @property
    def settings(self) -> Settings:
        return app_settings(self.url, self.calendar, **self.extra_settings)

    def use(self, day: date, settings: dict[str, Any]) -> App:
        """Run on this day with these settings, which differ from those of the start only in ``REQUEST_SETTINGS``."""
        self.day, self.extra_settings = day, settings
        self.calendar = Calendar.from_day(day, self.clock)
        if "flask" in self.__dict__:
            self.flask.extensions |= {"cogwg.settings": self.settings, "cogwg.calendar": self.calendar}
        return self

    @cached_property
    def engine(self) -> Engine:
        """An engine of the test's own on the database."""
        return build_engine(self.url)

    @property
    def database_file(self) -> Path | None:
        """The file of an SQLite database that no connection has open, or None."""
        kind, _, path = self.url.partition(":///")
        return Path(path) if kind == "sqlite" and not Path(f"{path}-wal").exists() else None

    @property
    def request_engine(self) -> Engine:
        """The engine that requests use now; a test may replace it."""
        with self.flask.app_context():
            engine: Engine = self.flask.extensions["sqlalchemy"].engine
        return engine

    def anonymous_client(self, **environ: str) -> Client:
        """Return a client that is not signed in."""
        return Client(self, environ)

    def client_as(self, name: str) -> Client:
        """Return a client that is signed in as this persona; "visitor" is not signed in."""
        browser = self.anonymous_client()
        if name != "visitor":
            with Session(self.engine) as session, write_transaction(session):
                token = start_session(session, self.person_id(name), now=self.clock())
            with browser.flask_client.session_transaction() as cookie:
                cookie["_user_id"] = token
                cookie["typist"] = self.person_id(name)
                cookie["_fresh"] = True
        return browser

    def person_id(self, name: str) -> int:
        with Session(self.engine) as session:
            return session.scalars(select(Person.id).where(Person.email == email(name))).one()

    def rows(self, model: type[Any], *conditions: Any) -> list[Any]:
        """Return the current rows of a table."""
        with Session(self.engine) as session:
            rows = list(session.scalars(select(model).where(*conditions).order_by(*model.__table__.primary_key)))
            session.expunge_all()
            return rows

    def execute(self, statement: Any) -> None:
        """Change the database directly."""
        with Session(self.engine) as session, write_transaction(session):
            session.execute(statement)

    def count_sign_ins(self) -> int:
        return len(self.rows(SignIn))

    def fingerprint(self, *, without: tuple[str, ...] = UNCOMPARED_TABLES) -> str:
        """Return a hash of all rows, without sessions and throttle counters unless asked.

        SQLite tells a connection whether another one has changed the database since; if none has, the rows are not read again.
        """
        version = self._watcher and self._watcher.execute("PRAGMA data_version").fetchone()
        if not version or (known := self._fingerprints.get(without, ((), "")))[0] != version:
            known = self._fingerprints[without] = (version or (), self._read_fingerprint(without))
        return known[1]

    @cached_property
    def _watcher(self) -> sqlite3.Connection | None:
        """A connection that changes nothing, or None on PostgreSQL."""
        kind, _, path = self.url.partition(":///")
        return sqlite3.connect(path, isolation_level=None) if kind == "sqlite" else None

    def _read_fingerprint(self, without: tuple[str, ...]) -> str:
        with self.engine.connect() as connection:
            cursor = connection.connection.cursor()
            digest = hashlib.sha256()
            for name, statement in SELECT_ALL_ROWS.items():
                if name not in without:
                    cursor.execute(statement)
                    digest.update(repr((name, cursor.fetchall())).encode())
        return digest.hexdigest()

    def reset(self) -> App:
        """Reset the clock and the rate limits, so that the application can be used with another database."""
        self.close()
        self.clock.now = REAL_NOW
        if "flask" in self.__dict__:
            rate_limits.init(self.flask)
        return self

    def close(self) -> None:
        self._fingerprints.clear()
        if watcher := self.__dict__.pop("_watcher", None):
            watcher.close()
        self.engine.dispose()
        if "flask" in self.__dict__:
            self.request_engine.dispose()


def email(name: str) -> str:
    return f"{name}@{DEMO_DOMAIN}"


class Client:
    """A browser of one person: it keeps cookies, and follows redirects only when asked."""

    def __init__(self, app: App, environ: dict[str, str] | None = None) -> None:
        self.app = app
        self.flask_client = app.flask.test_client()
        self.environ = environ or {}

    def get(self, path: str, *, htmx: bool = False, **headers: str) -> Page:
        return self.send("GET", path, htmx=htmx, headers=headers)

    def post(self, path: str, fields: Any = None, *, htmx: bool = False, **headers: str) -> Page:
        """Post fields without a form, as an attacker could."""
        return self.send("POST", path, htmx=htmx, headers=headers, data=fields)

    def send(self, method: str, path: str, *, htmx: bool = False, headers: dict[str, str] | None = None, **rest: Any) -> Page:
        sent = {name.replace("_", "-"): value for name, value in (headers or {}).items()}
        if htmx:
            sent["HX-Request"] = "true"
        return Page(self, path, self.flask_client.open(path, method=method, headers=sent, environ_base=self.environ, **rest))

    def report_form(self, code: str, lang: str = "en", query: str = "", year: int = 2020) -> Form:
        """Return the form of an activity's report on its page."""
        return self.get(f"/{lang}/plans/{year}/activities/{code}/report{query}").form(f"/activities/{code}/report")

    def csrf_token(self) -> str:
        """Return a token of this session from a page with a form."""
        match = CSRF_TOKEN_INPUT.search(self.get("/en/accessibility").text) or CSRF_TOKEN_INPUT.search(
            self.get("/en/sign-in").text
        )
        assert match is not None
        return match[1]


class Page:
    """A response, parsed as HTML on first use."""

    def __init__(self, client: Client, path: str, response: TestResponse) -> None:
        self.client = client
        self.path = path
        self.response = response
        self.status = response.status_code
        self.headers = response.headers

    @cached_property
    def text(self) -> str:
        return self.response.get_data(as_text=True)

    @cached_property
    def tree(self) -> Element:
        """The element tree of the page."""
        parsed: Element = etree.fromstring(FIRST_BREAK.sub(r"\1", self.text.replace("\r\n", "\n")), PARSER)
        return parsed

    @property
    def redirect_path(self) -> str:
        """The path and query of a redirect."""
        parts = urlsplit(self.headers.get("Location", ""))
        return parts.path + (f"?{parts.query}" if parts.query else "")

    def follow(self) -> Page:
        assert self.status in (301, 302, 303, 308), self.status
        return self.client.get(self.redirect_path)

    def find_all(self, tag: str, **attributes: str) -> list[Element]:
        """Return the elements of this tag ("*" for any) with these attributes; ``class_`` matches one class of several."""
        return [e for e in self.tree.iter(tag) if isinstance(e.tag, str) and _matches(e, attributes)]

    def find(self, tag: str, **attributes: str) -> Element:
        elements = self.find_all(tag, **attributes)
        assert len(elements) == 1, f"{len(elements)} × {tag} {attributes} on {self.path} ({self.status})"
        return elements[0]

    def find_by_id(self, id_: str) -> Element:
        return self.find("*", id=id_)

    @property
    def h1(self) -> str:
        return text_of(self.find("h1"))

    @property
    def title(self) -> str:
        return text_of(self.find("title"))

    @property
    def main_text(self) -> str:
        return text_of(self.find("main"))

    @property
    def alert_text(self) -> str:
        return " ".join(text_of(e) for e in self.find_all("*", role="alert"))

    @property
    def forms(self) -> list[Form]:
        return [Form(self, e) for e in self.tree.iter("form")]

    def form(self, action: str = "") -> Form:
        """Return the form whose action ends like this, or by default the only form of the main element."""
        if action:
            forms = [f for f in self.forms if f.action.split("?")[0].endswith(action)]
        else:
            forms = [Form(self, e) for e in self.find("main").iter("form")]
        assert len(forms) == 1, f"{len(forms)} forms {action!r} on {self.path} ({self.status})"
        return forms[0]

    def report_form(self, code: str) -> Form:
        """Follow the link that opens this activity's row on My updates, and return its form."""
        (link,) = [
            a for a in self.tree.iter("a") if "data-open-row" in a.attrib and f"/activities/{code}/" in a.get("href", "")
        ]
        return self.client.get(link.get("href", "")).form(f"/activities/{code}/report")

    def field_error(self, name: str) -> str:
        """Return the error message of a field, or "" when it is not marked as invalid."""
        control = next(iter(self.controls_named(name)), None)
        if control is None or control.get("aria-invalid") != "true":
            return ""
        described = [self.find_by_id(id_) for id_ in control.get("aria-describedby", "").split()]
        return " ".join(text_of(e) for e in described if "error" in e.get("class", "").split())

    def controls_named(self, name: str) -> Iterator[Element]:
        for tag in ("input", "textarea", "select"):
            for e in self.tree.iter(tag):
                if name in (e.get("name"), e.get("name", "").rpartition("-")[2]):
                    yield e


class Form:
    """A form of a page: its controls, and the values that would be sent."""

    def __init__(self, page: Page, element: Element) -> None:
        self.page = page
        self.element = element
        self.action = element.get("action") or page.path
        self.htmx_action = element.get("hx-post", "")
        id_ = element.get("id")
        apart = [e for e in page.tree.iter() if e.get("form") == id_] if id_ else []
        self.controls = [
            e
            for e in (*element.iter(), *apart)
            if e.tag in ("input", "textarea", "select") and e.get("name") and e.get("form") in (None, id_)
        ]
        self.values: dict[str, str] = {}
        for e in self.controls:
            if e.get("type") in ("radio", "checkbox"):
                if e.get("checked") is not None:
                    self.values[e.get("name", "")] = e.get("value", "on")
            elif e.tag == "select":
                options = list(e.iter("option"))
                chosen = [o for o in options if o.get("selected") is not None] or options[:1]
                self.values[e.get("name", "")] = chosen[0].get("value", "") if chosen else ""
            else:
                self.values[e.get("name", "")] = ("".join(e.itertext()) if e.tag == "textarea" else e.get("value")) or ""

    def full_name(self, short: str) -> str:
        """Return the full name of a field, which may have the prefix of its activity."""
        names = {e.get("name", "") for e in self.controls}
        matches = [n for n in names if n == short or (n.endswith(f"-{short}") and not n.startswith(("choose-", "both-")))]
        assert len(matches) == 1, f"no field {short!r} in {sorted(names)}"
        return matches[0]

    def value(self, short: str) -> str:
        return self.values.get(self.full_name(short), "")

    def fill(self, **fields: str | bool | None) -> Form:
        """Set fields: True and False for checkboxes, None to omit a field."""
        for short, value in fields.items():
            name = self.full_name(short)
            controls = [e for e in self.controls if e.get("name") == name]
            if controls[0].get("type") == "radio":
                assert value is None or value in [e.get("value") for e in controls], f"{short} offers no {value!r}"
            if value is None or value is False:
                self.values.pop(name, None)
            else:
                self.values[name] = controls[0].get("value", "on") if value is True else str(value)
        return self

    def choose_sides(self, **choices: str) -> Form:
        """On the conflict page, choose theirs, yours or both for each field that differs."""
        return self.fill(**{f"choose-{name}": choice for name, choice in choices.items()})

    def submit(
        self, *, button_value: str = "", htmx: bool = False, client: Client | None = None, extra: dict[str, Any] | None = None
    ) -> Page:
        """Submit the form, with the button of value ``button_value`` if given. ``extra`` adds forged fields.

        Another ``client`` sends it as an attacker could, without the id of the person who opened it.
        """
        sender = client or self.page.client
        if client is not None:
            self.values.pop("opened_by", None)
        if button_value:
            button = next(b for b in self.element.iter("button") if b.get("value") == button_value)
            extra = {**(extra or {}), str(button.get("name")): button_value}
        assert self.element.get("method", "get").lower() == "post"
        path = self.htmx_action if htmx and self.htmx_action else self.action
        return sender.post(path, {**self.values, **(extra or {})}, htmx=htmx)


def text_of(element: Element) -> str:
    """Return the text of an element with spaces folded and no-break spaces kept."""
    return re.sub(r"[ \t\n\r\f]+", " ", "".join(element.itertext())).strip()


def _matches(element: Element, attributes: dict[str, str]) -> bool:
    for name, value in attributes.items():
        given = element.get(name.rstrip("_").replace("_", "-"))
        if given is None or (value not in given.split() if name == "class_" else given != value):
            return False
    return True
