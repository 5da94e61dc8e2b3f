"""Two-step sign-in in tests: a person who has it, and the codes that their app shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pyotp
from sqlalchemy.orm import Session

from cogwg.accounts.models import SecondFactor
from cogwg.accounts.one_time_codes import new_recovery_codes, new_secret
from cogwg.accounts.second_factor import begin_set_up, turn_on
from cogwg.audit.services import Actor
from cogwg.core.db import write_transaction
from cogwg.core.sealing import Sealer
from tests.web_client import SECRET_KEY, App


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
        turn_on(session, person_id, sealed, 1, codes, by=by, at=at, now=now)
    return Authenticator(app, secret, codes)


def stored_factor(app: App, name: str) -> SecondFactor | None:
    rows = app.rows(SecondFactor, SecondFactor.person_id == app.person_id(name))
    return rows[0] if rows else None
