"""Rules of the outbox: what an email is, when it is tried again, and why sending failed. These rules need no database."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from cogwg.core.bilingual import Bilingual, Language

FIRST_WAIT = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=4)
MAX_TRIES = 24
LEASE = timedelta(minutes=15)
"""How long a delivery holds the emails that it claimed. If it crashes, other deliveries can claim them after this time."""
MIN_LEASE_LEFT = timedelta(minutes=4)
"""The least time that must be left of a lease when sending an email begins: enough for the server's slowest responses."""
MESSAGE_RETENTION = timedelta(days=92)
"""How long emails are stored: as long as the longest quarter, so that reminders of the current quarter can be looked up. Their
keys are not needed for longer, because reminders are sent at most 60 days before the quarter's reports are due and 67 days
after (``COGWG_REMIND_DAYS`` and ``COGWG_REMIND_AFTER``)."""
SUBJECT_LIMIT = 300
REASON_LIMIT = 300
CANCELLED_PREFIX = "withdrawn: "
"""The prefix of ``last_error`` for a cancelled email. A reason code of the package that created the email follows it."""
MAX_DROPPED_CONNECTIONS = 3
"""Once the server has dropped the connection during this many emails in a row, the rest wait for the next run."""


WITNESS_PLACE = "[audit-log-state]"
"""A placeholder in the text of an email, which is replaced by the head of the audit log when the email is delivered. The head
is not known before, because it covers the events of the transaction that creates the email."""
_SECRET_LINK = re.compile(r"(/(?:password|account/email|answer|comments/private)/)[A-Za-z0-9_-]{20,}")


def without_secrets(text: str) -> str:
    """Return the text of an email with the token of each private link replaced by an ellipsis."""
    return _SECRET_LINK.sub(r"\1…", text)


@dataclass(frozen=True, slots=True)
class OutgoingEmail:
    """An email to add to the outbox; ``key`` identifies it, so that the same email is sent only once.

    ``reply_to`` is the address for replies, or "" for the site's own. ``choice_url`` is the page where the recipient can
    choose whether to get such emails, or "" if there is no choice.
    """

    key: str
    kind: str
    person_id: int | None
    address: str
    lang: Language
    subject: str
    text: str
    html: str
    reply_to: str = ""
    choice_url: str = ""


class FailureKind(StrEnum):
    """The kind of a delivery failure; it is stored in front of the server's response."""

    DOWN = "down"
    DROPPED = "dropped"
    SETTINGS = "settings"
    CERTIFICATE = "certificate"
    NOT_ALLOWED = "not-allowed"
    INTERNAL = "internal"
    LATER = "later"
    ADDRESS = "address"
    REFUSED = "refused"

    @property
    def label(self) -> Bilingual:
        return FAILURE_LABELS[self]

    @property
    def is_final(self) -> bool:
        """Return whether the failure is permanent; if so, the email is not tried again."""
        return self in (FailureKind.ADDRESS, FailureKind.REFUSED)

    @property
    def is_ours(self) -> bool:
        """Return whether the site, its settings or its mail server is at fault; if so, the email is tried again until it is
        sent.
        """
        return self.is_server_wide or self in (FailureKind.NOT_ALLOWED, FailureKind.INTERNAL)

    @property
    def is_server_wide(self) -> bool:
        """Return whether every other email would fail in the same way."""
        return self in (FailureKind.DOWN, FailureKind.SETTINGS, FailureKind.CERTIFICATE)


FAILURE_LABELS = {
    FailureKind.DOWN: Bilingual("The email server could not be reached.", "Impossible de joindre le serveur de courriel."),
    FailureKind.DROPPED: Bilingual(
        "The email server closed the connection before this email was sent.",
        "Le serveur de courriel a fermé la connexion avant que ce courriel soit envoyé.",
    ),
    FailureKind.SETTINGS: Bilingual(
        "The email server rejected the sender address, encryption, user name or password. Check the email settings.",
        "Le serveur de courriel a rejeté l’adresse d’expédition, le chiffrement, le nom d’utilisateur ou le mot de passe. "
        "Vérifiez les paramètres de courriel.",
    ),
    FailureKind.CERTIFICATE: Bilingual(
        "This site does not trust the certificate of the email server. If your organization has its own certificate "
        "authority, set COGWG_SMTP_CA_FILE.",
        "Ce site ne fait pas confiance au certificat du serveur de courriel. Si votre organisation a sa propre autorité de "
        "certification, définissez COGWG_SMTP_CA_FILE.",
    ),
    FailureKind.NOT_ALLOWED: Bilingual(
        "The email server does not allow this site to send this email. Check the email settings.",
        "Le serveur de courriel ne permet pas à ce site d’envoyer ce courriel. Vérifiez les paramètres de courriel.",
    ),
    FailureKind.INTERNAL: Bilingual(
        "This site could not prepare this email. Contact your technical team.",
        "Ce site n’a pas pu préparer ce courriel. Communiquez avec votre équipe technique.",
    ),
    FailureKind.LATER: Bilingual(
        "The email server asked this site to try again later.",
        "Le serveur de courriel a demandé à ce site de réessayer plus tard.",
    ),
    FailureKind.ADDRESS: Bilingual(
        "The email server rejected this email address.", "Le serveur de courriel a rejeté cette adresse courriel."
    ),
    FailureKind.REFUSED: Bilingual("The email server rejected this email.", "Le serveur de courriel a rejeté ce courriel."),
}


class DeliveryError(Exception):
    """A failed delivery: the kind of failure, and the server's response."""

    def __init__(self, kind: FailureKind, detail: str = "") -> None:
        super().__init__(f"{kind.value}: {detail}")
        self.kind = kind
        self.detail = one_line(detail)

    @property
    def reason(self) -> str:
        """Return the failure as the outbox stores it."""
        return f"{self.kind.value}: {self.detail}"[:REASON_LIMIT]


def next_try(tries: int, now: datetime, kind: FailureKind) -> datetime | None:
    """Return when to retry an email after this many tries and this kind of failure; None if it will not be tried again.

    The waits double from five minutes to four hours. Unless the site is at fault, the last try is after about three days.
    """
    if kind.is_final or (tries >= MAX_TRIES and not kind.is_ours):
        return None
    wait: timedelta = FIRST_WAIT * (1 << min(tries - 1, 10))
    return now + min(wait, LONGEST_WAIT)


_SENDER_FAULT = re.compile(r"[45]\.1\.[78]\b|5\.7\.([2-9]\d|1\d\d)\b")
"""Enhanced status codes for a fault of the sender: a bad sender address (RFC 3463, 3.2); DKIM, SPF or the name of the sending
host (RFC 7372, 3); and the higher codes with which Exchange refuses a client (5.7.54, 5.7.57, 5.7.60)."""
_POLICY_AT_RECIPIENT = re.compile(r"5\.7\.(?!1[78]\b)\d+\b")
"""Enhanced status codes for security or policy (RFC 3463, 3.8) in response to a recipient, such as "relay access denied",
except 5.7.17 and 5.7.18, which are about the recipient (RFC 7293, 10)."""
_TOO_LARGE = re.compile(r"5\.3\.4\b")
AUTHENTICATION_REQUIRED, TOO_LARGE = 530, 552
"""Reply codes: authentication is required (RFC 4954, 6); and the size of the email, which MAIL FROM states, is over the limit
(RFC 1870, 6.1)."""


def failure_kind(code: int, reply: str, final: FailureKind) -> FailureKind:
    """Return the kind of failure that a server's reply means; ``final`` is the kind for a permanent failure at this step.

    Some servers reject the sender only in their reply to the recipient or the text, so the reply's enhanced status code is
    checked first.
    """
    if code == AUTHENTICATION_REQUIRED:
        return FailureKind.SETTINGS
    if final is FailureKind.SETTINGS and (code == TOO_LARGE or _TOO_LARGE.match(reply)):
        return FailureKind.REFUSED
    if _SENDER_FAULT.match(reply) or (final is FailureKind.ADDRESS and _POLICY_AT_RECIPIENT.match(reply)):
        return FailureKind.SETTINGS if final is FailureKind.SETTINGS else FailureKind.NOT_ALLOWED
    return final if code >= 500 else FailureKind.LATER


def parse_failure(reason: str) -> tuple[FailureKind | None, str]:
    """Parse a stored reason into the kind of failure (None if unknown) and the server's response."""
    code, _, detail = reason.partition(": ")
    return (FailureKind(code), detail) if code in tuple(FailureKind) else (None, reason)


def cancellation_code(reason: str) -> str:
    """Return the reason code of a cancelled email from its ``last_error``, or "" if the email was not cancelled."""
    return reason.removeprefix(CANCELLED_PREFIX) if reason.startswith(CANCELLED_PREFIX) else ""


def one_line(text: str) -> str:
    """Return the text on one line, without control characters and with single spaces, so that it is safe in a header."""
    return " ".join("".join(c if c.isprintable() or c.isspace() else " " for c in text).split())
