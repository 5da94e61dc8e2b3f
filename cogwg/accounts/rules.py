"""Rules for passwords, sign-in limits, session lifetime and preferences. These rules need no database."""

from __future__ import annotations

import gzip
import re
import string
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files

from cogwg.accounts.models import JURISDICTION_ROLES, Role
from cogwg.core import guessable
from cogwg.core.bilingual import Bilingual, Language, fold_text
from cogwg.core.errors import N_, Invalid, Message

PASSWORD_LEAST, PASSWORD_MOST = 15, 128
SESSION_LIFETIME = timedelta(hours=12)
IDLE_LIMIT = timedelta(hours=2)
PRIVILEGED_IDLE_LIMIT = timedelta(minutes=30)
SESSION_TOUCH_INTERVAL = timedelta(minutes=5)
INVITATION_LIFETIME, RESET_LIFETIME, PRINTED_LIFETIME = timedelta(days=7), timedelta(hours=1), timedelta(hours=24)
"""How long a link to set a password works: in an email with an invitation, in an email for a forgotten password, and printed
by a command."""
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
"""A password that consists only of this many common words and parts of keyboard rows, or fewer, is too easy to guess."""
OWN_WORD_LEAST = 3
"""The fewest letters of a part of a name or email address that is compared. Shorter parts, such as initials, occur in other
words by chance."""
_ENDINGS = string.digits + string.punctuation
"""Characters that people add to a password that was refused."""


@dataclass(frozen=True, slots=True)
class ThrottleLimit:
    """A limit that applies once there are ``failures`` failed attempts within ``window``.

    The wait is then as long as the window. With ``has_backoff``, the first wait is ``FIRST_WAIT``, and each further failure
    doubles it, up to the length of the window.
    """

    failures: int
    window: timedelta
    has_backoff: bool = False


ATTEMPT_LIMIT = ThrottleLimit(5, timedelta(minutes=15), has_backoff=True)
"""For attempts on one account from one network, or from one browser that signed in to the account before."""
SLOWED_ATTEMPT_LIMIT = ThrottleLimit(1, timedelta(minutes=15), has_backoff=True)
"""For attempts on one account from one network while ``ACCOUNT_SLOWDOWN`` or ``TOTAL_SLOWDOWN`` is exceeded."""
NETWORK_LIMIT = ThrottleLimit(20, timedelta(minutes=5))
"""For attempts on all accounts from one network: enough for four people in one office who forgot their passwords."""
ACCOUNT_SLOWDOWN = ThrottleLimit(100, timedelta(hours=1))
"""For attempts on one account from everywhere: 100 failures (NIST SP 800-63B-4, 3.2.2) in an hour (OWASP ASVS 4.0, 2.2.1).
Both standards lock the account then. Here, attempts are slowed down instead, which NIST also lists, so that no one can lock a
person out."""
TOTAL_SLOWDOWN = ThrottleLimit(200, timedelta(minutes=5))
"""For attempts on all accounts from everywhere: more failures than a group of 16 jurisdictions makes by mistake."""
LINK_EMAIL_LIMIT = ThrottleLimit(5, timedelta(hours=1))
"""For emails with a link for a forgotten password to one account, from everywhere. The last link works for ``RESET_LIFETIME``,
so a stranger who uses up the limit does not keep the person out."""
FIRST_WAIT = timedelta(seconds=30)
"""The first wait. In an example of NIST SP 800-63B-4, 3.2.2, waits begin at 30 seconds."""


def wait_time(limit: ThrottleLimit, failures: int) -> timedelta | None:
    """Return how long the next attempt must wait after this many failures; None if it need not wait."""
    if failures < limit.failures:
        return None
    if not limit.has_backoff:
        return limit.window
    doubled: timedelta = FIRST_WAIT * 2 ** min(failures - limit.failures, 10)
    return min(doubled, limit.window)


def check_password(password: str, *, email: str = "", name: str = "") -> None:
    """Check that a person's new password has 15 to 128 characters and is not easy to guess. Raises ``Invalid`` otherwise.

    Passwords are used exactly as typed, without composition rules (ASVS 6.2.5 and 6.2.8). A password is too easy to guess if:

    - it is on the list of common passwords;
    - it consists only of a few very common words, words of this product or parts of keyboard rows;
    - it consists only of the person's name or email address, or of parts of them, in any order or backwards, and of a few such
      words;
    - it repeats a few characters, or has fewer than five different characters.

    Digits and punctuation between words make no difference, nor do look-alike characters such as "@" for "a". NIST SP
    800-63B-4, 3.1.1.2, lists such passwords: dictionary words, repetitive or sequential characters, and the names of the
    service and of the user, with their derivatives. As NIST asks, the whole password is compared: a sentence may contain the
    person's name.
    """
    if len(password) < PASSWORD_LEAST:
        short = Message(N_("Use at least %(least)s characters. A sentence works well."), {"least": PASSWORD_LEAST})
        raise Invalid(("password", short))
    if len(password) > PASSWORD_MOST:
        raise Invalid(("password", Message(N_("Use at most %(most)s characters."), {"most": PASSWORD_MOST})))
    plain = comparable_password(password)
    texts = {plain, _letters_and_digits(password), "".join(c for c in plain if c.isalpha())}
    words = guessable.common_words() | guessable.keyboard_runs()
    easy = Message(N_("This password is too easy to guess. Use a sentence that only you would think of."))
    if len(set(plain)) < 5 or _is_listed(plain) or any(_is_joined(text, words) for text in texts):
        raise Invalid(("password", easy))
    if any(_is_joined(text, words | _initials(name), _own_words(email, name)) for text in texts):
        own = N_("This password is too similar to your name or email address. Use a sentence that only you would think of.")
        raise Invalid(("password", Message(own)))
    if guessable.is_repetitive(plain):
        raise Invalid(("password", easy))


def comparable_password(password: str) -> str:
    """Return a password as it is compared with common ones: in lower case and without spaces."""
    return "".join(c for c in password.casefold() if not c.isspace())


@cache
def common_passwords() -> frozenset[str]:
    """Return the most common passwords that are long enough to be accepted.

    The file ``common_passwords.LICENSE.txt`` states their origin and licence.
    """
    packed = files("cogwg.accounts").joinpath("common_passwords.txt.gz").read_bytes()
    return frozenset(gzip.decompress(packed).decode("utf-8").split("\n")) - {""}


@cache
def _folded_common_passwords() -> frozenset[str]:
    return frozenset(map(guessable.fold_look_alikes, common_passwords()))


def _is_listed(plain: str) -> bool:
    """Return whether a password is a common one, with or without the digits and punctuation that people add at the end."""
    return not _folded_common_passwords().isdisjoint(map(guessable.fold_look_alikes, (plain, plain.rstrip(_ENDINGS))))


def _initials(name: str) -> frozenset[str]:
    """Return the parts of a name that are too short for ``_own_words``."""
    return frozenset(part for part in map(_letters_and_digits, re.split(r"[\W_]+", name)) if 0 < len(part) < OWN_WORD_LEAST)


def _own_words(email: str, name: str) -> frozenset[str]:
    """Return a person's name, email address and the parts of both, forwards and backwards, with only letters and digits.

    Parts shorter than ``OWN_WORD_LEAST`` are left out.
    """
    local, _, domain = email.partition("@")
    parts = [email, local, domain, name, *re.split(r"[\W_]+", email), *re.split(r"[\W_]+", name)]
    words = {word for part in parts if len(word := _letters_and_digits(part)) >= OWN_WORD_LEAST}
    return frozenset(words | {word[::-1] for word in words})


def _letters_and_digits(text: str) -> str:
    """Return a text in lower case, without accents, spaces and punctuation."""
    return "".join(c for c in fold_text(text) if c.isalnum())


def _is_joined(text: str, words: frozenset[str], own: frozenset[str] = frozenset()) -> bool:
    """Return whether a text consists only of at most ``MAX_COMMON_WORDS`` of ``words`` and any number of words in ``own``.

    Digits and punctuation between the words make no difference.
    """
    joined = guessable.least_joined_words(text, words, free_words=own)
    return bool(text) and joined is not None and joined <= MAX_COMMON_WORDS


@dataclass(frozen=True, slots=True)
class SessionEnd:
    """The time when a session ends if it is not used before then. If ``is_final``, use no longer extends the session."""

    at: datetime
    is_final: bool


def session_end(started_at: datetime, seen_at: datetime, roles: Collection[Role]) -> SessionEnd:
    """Return when a session ends: after 2 hours without activity, and in any case after 12 hours.

    The session of a co-chair or the secretariat, who can change more than their own reports, ends after 30 minutes without
    activity.
    """
    privileged = Role.CO_CHAIR in roles or Role.SECRETARIAT in roles
    idle_end = seen_at + (PRIVILEGED_IDLE_LIMIT if privileged else IDLE_LIMIT)
    last_end = started_at + SESSION_LIFETIME
    return SessionEnd(min(idle_end, last_end), is_final=last_end <= idle_end)


def is_session_alive(started_at: datetime, seen_at: datetime, roles: Collection[Role], now: datetime) -> bool:
    """Return whether a session has not ended yet."""
    return now < session_end(started_at, seen_at, roles).at


FACTOR_ROLES = (Role.CO_CHAIR, Role.SECRETARIAT)
"""The roles that need two-step sign-in if the settings require it."""


def requires_second_factor(roles: Collection[Role]) -> bool:
    """Return whether people with these roles need two-step sign-in if the settings require it."""
    return any(role in FACTOR_ROLES for role in roles)


@dataclass(frozen=True, slots=True)
class Preferences:
    """A person's preferences: the language and time zone of their emails, and the kinds of email they get.

    ``answer_links`` is whether reminders have a private link with which the person reports without signing in.
    """

    lang: Language
    time_zone: str
    reminders: bool
    digest: bool
    mentions: bool
    finalized: bool
    answer_links: bool


def check_time_zone(chosen: str, current: str) -> None:
    """Check that the time zone is one of those offered, or the current one. Raises ``Invalid`` otherwise."""
    if chosen not in TIME_ZONES and chosen != current:
        raise Invalid(("time_zone", Message(N_("Select a time zone from the list."))))


def can_get_digest(roles: Collection[Role]) -> bool:
    """Return whether a person with these roles can get the digest, which is for co-chairs and the secretariat."""
    return Role.CO_CHAIR in roles or Role.SECRETARIAT in roles


def can_get_briefing_emails(roles: Collection[Role]) -> bool:
    """Return whether a person with these roles can get emails about finalized briefings: all but assessors."""
    return any(role is not Role.ASSESSOR for role in roles)


def can_get_lead_emails(roles: Collection[Role]) -> bool:
    """Return whether a person with these roles can get reminders, mentions and role offers: leads and deputies."""
    return any(role in JURISDICTION_ROLES for role in roles)
