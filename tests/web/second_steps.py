"""Two-step sign-in in tests: people who have it, the codes that their app shows, and security keys in software."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pyotp
from sqlalchemy.orm import Session

from cogwg.accounts.key_ceremonies import NewKey
from cogwg.accounts.models import SecondFactor, SecurityKey
from cogwg.accounts.one_time_codes import new_recovery_codes, new_secret
from cogwg.accounts.second_factor import add_app, begin_set_up
from cogwg.accounts.security_keys import add_key
from cogwg.audit.services import Actor
from cogwg.core.db import write_transaction
from cogwg.core.sealing import Sealer
from tests.soft_key import SoftKey, encode
from tests.web_client import SECRET_KEY, App, Page


@dataclass(frozen=True)
class Authenticator:
    """A person's authenticator app and recovery codes."""

    app: App
    secret: str
    recovery_codes: tuple[str, ...] = ()

    def code(self, steps: int = 0) -> str:
        """Return the code that the app shows now, or that many steps of 30 seconds later."""
        return pyotp.TOTP(self.secret).at(self.app.clock() + timedelta(seconds=30 * steps))

    @property
    def wrong_code(self) -> str:
        shown = {self.code(steps) for steps in range(-2, 3)}
        return next(code for code in map(str, range(100000, 100009)) if code not in shown)


def with_two_steps(app: App, name: str) -> Authenticator:
    """Turn on two-step sign-in for a person, who then signs in again."""
    secret, codes = new_secret(), new_recovery_codes()
    person_id, sealed = app.person_id(name), Sealer(SECRET_KEY).seal(secret)
    by, at, now = Actor("person", person_id), app.calendar.now(), app.clock()
    with Session(app.engine) as session, write_transaction(session):
        begin_set_up(session, person_id, sealed, by=by, at=at, now=now)
        add_app(session, person_id, sealed, 1, codes, by=by, at=at, now=now)
    return Authenticator(app, secret, codes)


def stored_factor(app: App, name: str) -> SecondFactor | None:
    rows = app.rows(SecondFactor, SecondFactor.person_id == app.person_id(name))
    return rows[0] if rows else None


def new_key_of(key: SoftKey) -> NewKey:
    """Return what the database stores of a key in software."""
    return NewKey(encode(key.id), encode(key.public_key), "nfc usb", key.counter)


def with_key(app: App, name: str, key: SoftKey | None = None) -> tuple[SoftKey, tuple[str, ...]]:
    """Add a security key for a person, who then signs in again; return it with the recovery codes of a first second step."""
    key, codes, person_id = key or SoftKey(), new_recovery_codes(), app.person_id(name)
    by, at, now = Actor("person", person_id), app.calendar.now(), app.clock()
    with Session(app.engine) as session, write_transaction(session):
        is_first = add_key(session, person_id, new_key_of(key), "Blue key", codes, by=by, at=at, now=now)
    return key, codes if is_first else ()


def stored_keys(app: App, name: str) -> list[SecurityKey]:
    return app.rows(SecurityKey, SecurityKey.person_id == app.person_id(name))


def key_options(page: Page) -> str:
    """Return the options that the page's script gives to the browser."""
    (button,) = [button for button in page.find_all("button") if button.get("data-key-options")]
    return button.get("data-key-options", "")
