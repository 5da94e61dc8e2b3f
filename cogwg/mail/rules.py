"""Decisions about letters, without a database: what one is, when it is tried again, and why one did not go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from cogwg.core.bilingual import Bilingual, Language

FIRST_WAIT = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=4)
MAX_TRIES = 24
LEASE = timedelta(minutes=15)
"""How long a letter belongs to the deliverer who took it; one that died gives its letters back after that."""
MIN_LEASE_LEFT = timedelta(minutes=4)
"""What must be left of a lease to begin sending a letter: the slowest answers of a server fit in it."""
SUBJECT_LIMIT = 300
REASON_LIMIT = 300
WITHDRAWN_PREFIX = "withdrawn: "
"""What is kept of a letter that became moot while it waited begins so; a code of whoever wrote the letter follows."""
MAX_DROPPED_CONNECTIONS = 3
"""After so many letters in a row on which the server broke off, the others are left for the next run."""


@dataclass(frozen=True, slots=True)
class OutgoingEmail:
    """A letter as somebody writes it: ``key`` says what it is about, so that the same thing is told once."""

    key: str
    kind: str
    person_id: int | None
    address: str
    lang: Language
    subject: str
    text: str
    html: str


class FailureKind(StrEnum):
    """Why a letter did not go, as it is kept in front of what the server said."""

    DOWN = "down"
    DROPPED = "dropped"
    SETTINGS = "settings"
    LATER = "later"
    ADDRESS = "address"
    REFUSED = "refused"

    @property
    def label(self) -> Bilingual:
        return FAILURE_LABELS[self]

    @property
    def is_final(self) -> bool:
        """Whether trying the same letter again cannot help."""
        return self in (FailureKind.ADDRESS, FailureKind.REFUSED)

    @property
    def is_server_wide(self) -> bool:
        """Whether the next letter would meet the same trouble."""
        return self in (FailureKind.DOWN, FailureKind.SETTINGS)


FAILURE_LABELS = {
    FailureKind.DOWN: Bilingual("The mail server could not be reached.", "Le serveur de courriel était injoignable."),
    FailureKind.DROPPED: Bilingual(
        "The mail server broke off while it was given this letter.",
        "Le serveur de courriel a rompu la communication pendant l’envoi de cette lettre.",
    ),
    FailureKind.SETTINGS: Bilingual(
        "The mail server did not accept the sender, the encryption, the name or the password that are set.",
        "Le serveur de courriel n’a pas accepté l’expéditeur, le chiffrement, le nom ou le mot de passe réglés.",
    ),
    FailureKind.LATER: Bilingual(
        "The mail server asked to try again later.", "Le serveur de courriel a demandé de réessayer plus tard."
    ),
    FailureKind.ADDRESS: Bilingual(
        "The mail server does not accept this address.", "Le serveur de courriel n’accepte pas cette adresse."
    ),
    FailureKind.REFUSED: Bilingual("The mail server refused this letter.", "Le serveur de courriel a refusé cette lettre."),
}


class DeliveryError(Exception):
    """A letter did not go: what kind of trouble, and what the server said."""

    def __init__(self, kind: FailureKind, detail: str = "") -> None:
        super().__init__(f"{kind.value}: {detail}")
        self.kind = kind
        self.detail = one_line(detail)

    @property
    def reason(self) -> str:
        """The trouble as the outbox keeps it."""
        return f"{self.kind.value}: {self.detail}"[:REASON_LIMIT]


def next_try(tries: int, now: datetime) -> datetime | None:
    """When a letter that failed this many times is tried again; None when it is given up, after about three days.

    The waits double from five minutes to four hours.
    """
    if tries >= MAX_TRIES:
        return None
    wait: timedelta = FIRST_WAIT * (1 << min(tries - 1, 10))
    return now + min(wait, LONGEST_WAIT)


def parse_failure(reason: str) -> tuple[FailureKind | None, str]:
    """A kept reason as its trouble and what the server said."""
    code, _, detail = reason.partition(": ")
    return (FailureKind(code), detail) if code in tuple(FailureKind) else (None, reason)


def withdrawal_code(reason: str) -> str:
    """The code for which a letter was withdrawn, empty for one that was not."""
    return reason.removeprefix(WITHDRAWN_PREFIX) if reason.startswith(WITHDRAWN_PREFIX) else ""


def one_line(text: str) -> str:
    """Text that fits a header: no line ends and no control characters, spaces folded."""
    return " ".join("".join(c if c.isprintable() or c.isspace() else " " for c in text).split())
