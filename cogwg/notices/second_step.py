"""Emails about two-step sign-in, each added in the transaction of the change that it is about.

``site`` is the base URL of the product, without a trailing slash.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from cogwg.accounts.models import Person
from cogwg.audit.services import Actor
from cogwg.core.bilingual import Bilingual
from cogwg.mail.rules import OutgoingEmail
from cogwg.mail.services import enqueue
from cogwg.notices import phrases
from cogwg.notices.body import ActionLink, Paragraph, Recipient, compose_email
from cogwg.notices.rules import NoticeKind


class FactorChange(StrEnum):
    """What happened to a person's two-step sign-in."""

    ON = "on"
    OFF = "off"
    CODES = "codes"
    CODE_USED = "code-used"
    RESET = "reset"


_SUBJECTS = {
    FactorChange.ON: Bilingual("two-step sign-in is on", "la connexion en deux étapes est activée"),
    FactorChange.OFF: Bilingual("two-step sign-in is off", "la connexion en deux étapes est désactivée"),
    FactorChange.CODES: Bilingual("you have new recovery codes", "vous avez de nouveaux codes de récupération"),
    FactorChange.CODE_USED: Bilingual("a recovery code was used", "un code de récupération a été utilisé"),
    FactorChange.RESET: Bilingual("two-step sign-in was reset", "la connexion en deux étapes a été réinitialisée"),
}
_SENTENCES = {
    FactorChange.ON: Bilingual(
        "Two-step sign-in was turned on for your account on {at}. From now on, signing in asks for a code from your app.",
        "La connexion en deux étapes a été activée pour votre compte le {at}. Désormais, la connexion demande un code de votre "
        "application.",
    ),
    FactorChange.OFF: Bilingual(
        "Two-step sign-in was turned off for your account on {at}. Your password alone signs you in.",
        "La connexion en deux étapes a été désactivée pour votre compte le {at}. Votre mot de passe suffit pour vous "
        "connecter.",
    ),
    FactorChange.CODES: Bilingual(
        "New recovery codes were created for your account on {at}. The earlier ones no longer work.",
        "De nouveaux codes de récupération ont été créés pour votre compte le {at}. Les anciens ne fonctionnent plus.",
    ),
    FactorChange.CODE_USED: Bilingual(
        "A recovery code was used to sign in to your account on {at}. Unused codes left: {left}.",
        "Un code de récupération a servi à se connecter à votre compte le {at}. Codes inutilisés qui restent : {left}.",
    ),
    FactorChange.RESET: Bilingual(
        "The secretariat turned off two-step sign-in for your account on {at}, for this reason: {reason} You are signed out "
        "everywhere.",
        "Le secrétariat a désactivé la connexion en deux étapes de votre compte le {at}, pour la raison suivante : {reason} "
        "Vos sessions sont fermées.",
    ),
}
_NOT_YOU = Bilingual(
    "If you did not expect this, change your password and contact the secretariat right away.",
    "Si vous ne vous y attendiez pas, changez votre mot de passe et communiquez tout de suite avec le secrétariat.",
)


def notify_factor_change(
    session: Session,
    person_id: int,
    change: FactorChange,
    *,
    reason: str = "",
    left: int = 0,
    by: Actor,
    at: datetime,
    now: datetime,
    site: str,
) -> None:
    """Notify a person of a change of their two-step sign-in; ``reason`` is that of a reset, ``left`` counts unused codes."""
    person = session.get_one(Person, person_id)
    recipient = Recipient(person.id, person.name, person.email, person.lang, time_zone=person.time_zone)
    email = factor_email(recipient, change, reason=reason, left=left, at=at, key_token=now.isoformat(), site=site)
    enqueue(session, email, by=by, at=at, now=now)


def factor_email(
    recipient: Recipient, change: FactorChange, *, reason: str, left: int, at: datetime, key_token: str, site: str
) -> OutgoingEmail:
    """Return the email about a change of two-step sign-in; ``key_token`` makes its key unique."""
    ended_reason = reason if reason.endswith((".", "!", "?")) else f"{reason}."
    moment = phrases.moment(at, recipient.time_zone)
    done = phrases.fill(_SENTENCES[change], at=moment, reason=ended_reason, left=str(left))
    return compose_email(
        recipient,
        f"{NoticeKind.SECURITY}:{recipient.person_id}:{change.value}:{key_token}",
        NoticeKind.SECURITY,
        _SUBJECTS[change],
        Paragraph(done),
        Paragraph(_NOT_YOU),
        ActionLink(f"{site}/{recipient.lang.value}/account", Bilingual("Open your account", "Ouvrir votre compte")),
        site=site,
    )
