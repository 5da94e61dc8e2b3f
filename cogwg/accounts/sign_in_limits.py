"""Limits on sign-in attempts. They slow down guessing but lock no one out: otherwise, a stranger could lock a person out by
failing on purpose.

- Attempts are counted for an account and a network together: failures on another network do not lock the person out.
- Attempts from a browser that signed in to the account before are counted separately. Failures elsewhere do not slow them
  down. This is OWASP's "Slow Down Online Guessing Attacks with Device Cookies".
- If an account, or all accounts together, have many failures from everywhere, each network has to wait after its first failure
  with an account. Failures elsewhere never delay a network's first attempt.
- A network with many failures has to wait before it can try any account.

The client has to wait, not the server: it refuses at once, states how long to wait, and never sleeps in a request. On SQLite,
a worker answers one request at a time, so a sleeping request would hold up the others. Sleeping would not slow down a stranger
who opens more connections either.

An attempt is reserved, in a transaction of its own, before the password is checked. If it were counted only after it failed,
many attempts sent at once could all be checked before the first is counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cogwg.accounts.models import Throttle
from cogwg.accounts.rules import (
    ACCOUNT_SLOWDOWN,
    ATTEMPT_LIMIT,
    LINK_EMAIL_LIMIT,
    NETWORK_LIMIT,
    SLOWED_ATTEMPT_LIMIT,
    TOTAL_SLOWDOWN,
    ThrottleLimit,
    wait_time,
)
from cogwg.accounts.tokens import hash_token
from cogwg.core.bilingual import clean_text
from cogwg.core.networks import network_of

TOTAL_KEY = "everybody"


def account_hash(email: str) -> str:
    """Return the hash under which attempts on an account are counted, whether or not the account exists.

    Every spelling that finds the account has the same hash.
    """
    return hash_token(clean_text(email).lower())[:40]


@dataclass(frozen=True, slots=True)
class SignInAttempt:
    """An attempt to sign in: the account's hash, the client's IP address, and the browser's id if it has signed in to this
    account before, or "".
    """

    account: str
    address: str
    device: str = ""

    @property
    def of_second_step(self) -> SignInAttempt:
        """The attempt at the second step of the same sign-in.

        It has a counter of its own, because the correct password has already cleared the counter of passwords.
        """
        device = hash_token(f"second step:{self.device}")[:40] if self.device else ""
        return replace(self, account=hash_token(f"second step:{self.account}")[:40], device=device)

    @property
    def own_key(self) -> str:
        """The key of the counter for this client and account; a successful sign-in clears the counter."""
        return f"device:{self.device}" if self.device else f"pair:{self.account}:{network_of(self.address)}"

    @property
    def limits(self) -> Mapping[str, ThrottleLimit]:
        """The limit of each counter for this attempt, in the order in which counters are locked, so that two workers cannot
        deadlock.
        """
        if self.device:
            return {self.own_key: ATTEMPT_LIMIT}
        return {**self.slowdowns, f"network:{network_of(self.address)}": NETWORK_LIMIT, self.own_key: ATTEMPT_LIMIT}

    @property
    def slowdowns(self) -> Mapping[str, ThrottleLimit]:
        """The limits of the counters that never refuse an attempt, but make the waits begin after the first failure."""
        return {} if self.device else {f"account:{self.account}": ACCOUNT_SLOWDOWN, TOTAL_KEY: TOTAL_SLOWDOWN}


def link_request(email: str, address: str) -> SignInAttempt:
    """Return the attempt that counts a request for a password link.

    It is counted for its network and in the total like a failed sign-in. For the account it has a counter of its own, so that
    a person whose sign-ins failed too often can ask for a link at once.
    """
    return SignInAttempt(hash_token(f"link:{account_hash(email)}")[:40], address)


def count_link_email(session: Session, email: str, *, now: datetime) -> bool:
    """Count an email with a password link to an account; return False, without counting, if ``LINK_EMAIL_LIMIT`` is reached.

    The address is counted whether or not the account exists.
    """
    counter = _locked_counter(session, f"link:{account_hash(email)}", LINK_EMAIL_LIMIT, now)
    if counter.failures >= LINK_EMAIL_LIMIT.failures:
        return False
    counter.failures += 1
    session.flush()
    return True


def remaining_wait(session: Session, attempt: SignInAttempt, *, now: datetime) -> timedelta | None:
    """Return how long this attempt must wait, or None if it can be reserved.

    This only reads from the database, so that refusing an attempt costs little.
    """
    untils = session.scalars(select(Throttle.until).where(Throttle.key.in_(list(attempt.limits)), Throttle.until > now))
    return max((until - now for until in untils if until is not None), default=None)


def reserve_attempt(session: Session, attempt: SignInAttempt, *, now: datetime) -> timedelta | None:
    """Count an attempt as failed and return None; if it must wait, count nothing and return how long it must wait.

    If the password is correct, ``clear_success`` takes the attempt out of the counters again.
    """
    counters = {key: _locked_counter(session, key, limit, now) for key, limit in attempt.limits.items()}
    waits = [counter.until - now for counter in counters.values() if counter.until is not None and counter.until > now]
    if waits:
        return max(waits)
    is_slowed = any(counters[key].failures >= limit.failures for key, limit in attempt.slowdowns.items())
    for key, counter in counters.items():
        counter.failures += 1
        if key not in attempt.slowdowns:
            limit = SLOWED_ATTEMPT_LIMIT if is_slowed and key == attempt.own_key else attempt.limits[key]
            pause = wait_time(limit, counter.failures)
            counter.until = now + pause if pause else None
    session.flush()
    return None


def clear_success(session: Session, attempt: SignInAttempt) -> None:
    """Clear the client's counter for the account after a correct password, and take this attempt out of the other counters.

    The earlier failures in the other counters stay, so that a stranger cannot clear them by signing in to an account of their
    own.
    """
    for key, limit in attempt.limits.items():
        if key != attempt.own_key:
            own = update(Throttle).where(Throttle.key == key, Throttle.failures > 0)
            session.execute(own.values(failures=Throttle.failures - 1))
            session.execute(update(Throttle).where(Throttle.key == key, Throttle.failures < limit.failures).values(until=None))
    session.execute(delete(Throttle).where(Throttle.key == attempt.own_key))


def _locked_counter(session: Session, key: str, limit: ThrottleLimit, now: datetime) -> Throttle:
    """Return the counter, locked for this transaction; create it if it does not exist.

    When its window and any wait are over, a counter starts again at zero.
    """
    counter = session.get(Throttle, key, with_for_update=True)
    if counter is None:
        try:
            with session.begin_nested():
                counter = Throttle(key=key, failures=0, since=now)
                session.add(counter)
        except IntegrityError:
            counter = session.get_one(Throttle, key, with_for_update=True)
    if counter.since + limit.window <= now and (counter.until is None or counter.until <= now):
        counter.failures, counter.since, counter.until = 0, now, None
    return counter
