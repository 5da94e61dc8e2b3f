"""Rules of accounts, without a database: passwords, throttling, session lifetime and preferences."""

from __future__ import annotations

import gzip
import re
import string
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files

from cogwg.accounts.models import Role
from cogwg.core.bilingual import Bilingual, Language, fold_text
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
OWN_WORD_LEAST = 3
"""Shorter parts of a name or an email address, such as initials, occur in other words by chance."""
_ENDINGS = string.digits + string.punctuation
"""What people add to a password that is refused."""


@dataclass(frozen=True, slots=True)
class ThrottleLimit:
    """The number of failures allowed in a window.

    With ``has_backoff``, each further failure doubles the wait, up to the length of the window.
    """

    failures: int
    window: timedelta
    has_backoff: bool = False


ATTEMPT_LIMIT = ThrottleLimit(5, timedelta(minutes=15), has_backoff=True)
"""One account from one network, or from one browser that signed in to it before."""
SLOWED_ATTEMPT_LIMIT = ThrottleLimit(1, timedelta(minutes=15), has_backoff=True)
"""One account from one network while ``ACCOUNT_SLOWDOWN`` or ``TOTAL_SLOWDOWN`` is exceeded."""
NETWORK_LIMIT = ThrottleLimit(20, timedelta(minutes=5))
"""All accounts from one network: four people of an office who forgot their passwords."""
ACCOUNT_SLOWDOWN = ThrottleLimit(100, timedelta(hours=1))
"""One account from everywhere: 100 failures (NIST SP 800-63B-4, 3.2.2) in an hour (OWASP ASVS 4.0, 2.2.1). Both would lock
the account then; here attempts slow down instead, which NIST also lists, so that no one can lock a person out."""
TOTAL_SLOWDOWN = ThrottleLimit(200, timedelta(minutes=5))
"""All accounts from everywhere: more failures than a group of 16 jurisdictions makes by mistake."""
FIRST_WAIT = timedelta(seconds=30)
"""NIST SP 800-63B-4, 3.2.2, has an example of waits that begin with 30 seconds."""


def wait_time(limit: ThrottleLimit, failures: int) -> timedelta | None:
    """Return how long the next attempt must wait after this many failures; None if it need not wait."""
    if failures < limit.failures:
        return None
    if not limit.has_backoff:
        return limit.window
    doubled: timedelta = FIRST_WAIT * 2 ** min(failures - limit.failures, 10)
    return min(doubled, limit.window)


def check_password(password: str, *, email: str = "", name: str = "") -> None:
    """Check that a person's new password has 15 to 128 characters and is not easy to guess. Raises ``Invalid``.

    Passwords are used exactly as typed, without composition rules (ASVS 6.2.5 and 6.2.8). A password is too easy to guess if
    it is on the list of common passwords, if it only joins a few very common words or words of this product, or if it has
    fewer than five different characters; digits around or between them make no difference. It cannot consist of the person's
    own name or email address either, nor of parts of them, in any order or backwards (NIST SP 800-63B-4, 3.1.1.2: the user
    name and derivatives of it). As NIST asks, the whole password is compared: a sentence may contain the person's name.
    """
    if len(password) < PASSWORD_LEAST:
        short = Message(N_("Use at least %(least)s characters. A sentence works well."), {"least": PASSWORD_LEAST})
        raise Invalid(("password", short))
    if len(password) > PASSWORD_MOST:
        raise Invalid(("password", Message(N_("Use at most %(most)s characters."), {"most": PASSWORD_MOST})))
    plain = comparable_password(password)
    letters = "".join(c for c in plain if c.isalpha())
    is_listed = not common_passwords().isdisjoint((plain, plain.rstrip(_ENDINGS)))
    if len(set(plain)) < 5 or is_listed or _is_joined(plain, common_words()) or _is_joined(letters, common_words()):
        raise Invalid(("password", Message(N_("This password is too easy to guess. Choose another password."))))
    if _is_joined(_letters_and_digits(password), common_words(), _own_words(email, name)):
        own = Message(N_("Your name or email address is too easy to guess as a password. Choose another password."))
        raise Invalid(("password", own))


def comparable_password(password: str) -> str:
    """Return a password as it is compared with common ones: without case and spaces."""
    return "".join(c for c in password.casefold() if not c.isspace())


@cache
def common_words() -> frozenset[str]:
    """Return the words that very common passwords are made of, and the product's own words, in lower case."""
    return frozenset(files("cogwg.accounts").joinpath("common.txt").read_text(encoding="utf-8").split())


@cache
def common_passwords() -> frozenset[str]:
    """Return the most common passwords that are long enough to be accepted; their file's licence and origin are beside it."""
    packed = files("cogwg.accounts").joinpath("common_passwords.txt.gz").read_bytes()
    return frozenset(gzip.decompress(packed).decode("utf-8").split("\n")) - {""}


def _own_words(email: str, name: str) -> frozenset[str]:
    """Return a person's name and email address with their parts, forwards and backwards, as ``_letters_and_digits``."""
    local, _, domain = email.partition("@")
    parts = [email, local, domain, name, *re.split(r"[\W_]+", email), *re.split(r"[\W_]+", name)]
    words = {word for part in parts if len(word := _letters_and_digits(part)) >= OWN_WORD_LEAST}
    return frozenset(words | {word[::-1] for word in words})


def _letters_and_digits(text: str) -> str:
    """Return a text without case, accents, spaces and punctuation."""
    return "".join(c for c in fold_text(text) if c.isalnum())


def _is_joined(plain: str, common: frozenset[str], own: frozenset[str] = frozenset()) -> bool:
    """Return whether a text consists only of any number of own words and digits, and at most a few common words."""
    least = {0: 0}
    for end in range(1, len(plain) + 1):
        ways = [least[end - 1]] if plain[end - 1].isdecimal() and end - 1 in least else []
        for cost, words in ((1, common), (0, own)):
            ways += [
                least[end - len(word)] + cost for word in words if end - len(word) in least and plain.endswith(word, 0, end)
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
    finalized: bool


def check_time_zone(chosen: str, current: str) -> None:
    """Check that the time zone is one of those offered, or the current one. Raises ``Invalid``."""
    if chosen not in TIME_ZONES and chosen != current:
        raise Invalid(("time_zone", Message(N_("Select a time zone from the list."))))


def can_get_digest(roles: Collection[Role]) -> bool:
    """Return whether one of the roles gets the digest: co-chairs and the secretariat."""
    return Role.CO_CHAIR in roles or Role.SECRETARIAT in roles


def can_get_lead_emails(roles: Collection[Role]) -> bool:
    """Return whether one of the roles gets reminders, mentions and role offers: jurisdiction leads."""
    return Role.LEAD in roles
