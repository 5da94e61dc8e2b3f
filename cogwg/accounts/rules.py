"""Rules of accounts, without a database: passwords, throttling, session lifetime and preferences."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files

from cogwg.accounts.models import Role
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.errors import N_, Invalid, Message

PASSWORD_LEAST, PASSWORD_MOST = 15, 128
SESSION_LIFETIME = timedelta(hours=12)
IDLE_LIMIT = timedelta(hours=2)
PRIVILEGED_IDLE_LIMIT = timedelta(minutes=30)
SESSION_TOUCH_INTERVAL = timedelta(minutes=5)
LINK_LIFETIME = timedelta(hours=24)
TIME_ZONES = {
    "America/St_Johns": Bilingual("Newfoundland (St. John’s)", "Terre-Neuve (St. John’s)"),
    "America/Halifax": Bilingual("Atlantic (Halifax)", "Atlantique (Halifax)"),
    "America/Toronto": Bilingual("Eastern (Toronto)", "Est (Toronto)"),
    "America/Winnipeg": Bilingual("Central (Winnipeg)", "Centre (Winnipeg)"),
    "America/Regina": Bilingual("Central, no daylight saving time (Regina)", "Centre, sans heure avancée (Regina)"),
    "America/Edmonton": Bilingual("Mountain (Edmonton)", "Rocheuses (Edmonton)"),
    "America/Yellowknife": Bilingual("Mountain (Yellowknife)", "Rocheuses (Yellowknife)"),
    "America/Whitehorse": Bilingual("Yukon, no daylight saving time (Whitehorse)", "Yukon, sans heure avancée (Whitehorse)"),
    "America/Vancouver": Bilingual("Pacific (Vancouver)", "Pacifique (Vancouver)"),
}
"""The time zones offered, from east to west."""
MAX_COMMON_WORDS = 6
"""A password that only joins this many common words, or fewer, is too easy to guess."""


@dataclass(frozen=True, slots=True)
class ThrottleLimit:
    """The number of failures allowed in a window.

    With ``has_backoff``, each further failure doubles the wait, up to the length of the window.
    """

    failures: int
    window: timedelta
    has_backoff: bool = False


ACCOUNT_LIMIT = ThrottleLimit(5, timedelta(minutes=15), has_backoff=True)
ADDRESS_LIMIT = ThrottleLimit(20, timedelta(minutes=5))
GLOBAL_LIMIT = ThrottleLimit(200, timedelta(minutes=5))
FIRST_WAIT = timedelta(seconds=30)


def wait_time(limit: ThrottleLimit, failures: int) -> timedelta | None:
    """Return how long the next attempt must wait after this many failures; None if it need not wait."""
    if failures < limit.failures:
        return None
    if not limit.has_backoff:
        return limit.window
    doubled: timedelta = FIRST_WAIT * 2 ** min(failures - limit.failures, 10)
    return min(doubled, limit.window)


def check_password(password: str) -> None:
    """Check that a password has 15 to 128 characters and is not easy to guess. Raises ``Invalid``.

    Passwords are used exactly as typed, without composition rules (ASVS 6.2.1, 6.2.4 and 6.2.9). A password is too easy to
    guess if it only joins a few very common passwords or words of this product, with or without digits, or if it has fewer
    than five different characters.
    """
    if len(password) < PASSWORD_LEAST:
        short = Message(N_("Use at least %(least)s characters. A sentence works well."), {"least": PASSWORD_LEAST})
        raise Invalid(("password", short))
    if len(password) > PASSWORD_MOST:
        raise Invalid(("password", Message(N_("Use at most %(most)s characters."), {"most": PASSWORD_MOST})))
    plain = "".join(c for c in password.casefold() if not c.isspace())
    if len(set(plain)) < 5 or _is_common(plain) or _is_common("".join(c for c in plain if c.isalpha())):
        raise Invalid(("password", Message(N_("This password is too easy to guess. Choose another password."))))


@cache
def common_passwords() -> frozenset[str]:
    """Return the most common passwords and the product's own words, in lower case."""
    return frozenset(files("cogwg.accounts").joinpath("common.txt").read_text(encoding="utf-8").split())


def _is_common(plain: str) -> bool:
    """Return whether a text consists only of a few common passwords and any number of digits."""
    least = {0: 0}
    for end in range(1, len(plain) + 1):
        ways = [least[end - 1]] if plain[end - 1].isdecimal() and end - 1 in least else []
        ways += [
            least[end - len(word)] + 1
            for word in common_passwords()
            if end - len(word) in least and plain.endswith(word, 0, end)
        ]
        if ways:
            least[end] = min(ways)
    return bool(plain) and least.get(len(plain), MAX_COMMON_WORDS + 1) <= MAX_COMMON_WORDS


@dataclass(frozen=True, slots=True)
class SessionEnd:
    """When a session ends unless it is used before; ``is_final`` if using it does not extend it any more."""

    at: datetime
    is_final: bool


def session_end(started_at: datetime, seen_at: datetime, roles: Collection[Role]) -> SessionEnd:
    """Return when a session ends: after 2 hours without activity, and in any case after 12 hours.

    For co-chairs and the secretariat, who change more than their own reports, it ends after 30 minutes without activity.
    """
    privileged = Role.CO_CHAIR in roles or Role.SECRETARIAT in roles
    idle_end = seen_at + (PRIVILEGED_IDLE_LIMIT if privileged else IDLE_LIMIT)
    last_end = started_at + SESSION_LIFETIME
    return SessionEnd(min(idle_end, last_end), is_final=last_end <= idle_end)


def is_session_alive(started_at: datetime, seen_at: datetime, roles: Collection[Role], now: datetime) -> bool:
    """Return whether a session has not ended yet."""
    return now < session_end(started_at, seen_at, roles).at


@dataclass(frozen=True, slots=True)
class Preferences:
    """A person's preferences: the language and time zone of their emails, and the kinds of email they get."""

    lang: Language
    time_zone: str
    reminders: bool
    digest: bool
    mentions: bool


def check_time_zone(chosen: str, current: str) -> None:
    """Check that the time zone is one of those offered, or the current one. Raises ``Invalid``."""
    if chosen not in TIME_ZONES and chosen != current:
        raise Invalid(("time_zone", Message(N_("Select a time zone from the list."))))


def can_get_digest(roles: Collection[Role]) -> bool:
    """Return whether one of the roles gets the digest: co-chairs and the secretariat."""
    return Role.CO_CHAIR in roles or Role.SECRETARIAT in roles
