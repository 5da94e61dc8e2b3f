"""Emails about two-step sign-in. Each is added to the outbox in the transaction of the change that it is about.

``site`` is the base URL of the product, without a trailing slash.
"""

from __future__ import annotations

from collections.abc import Mapping
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
    """A change to a person's two-step sign-in."""

    APP_ADDED = "app-added"
    APP_REMOVED = "app-removed"
    KEY_ADDED = "key-added"
    KEY_REMOVED = "key-removed"
    CODES = "codes"
    CODE_USED = "code-used"
    RESET = "reset"


_SUBJECTS = {
    FactorChange.APP_ADDED: Bilingual("an authenticator app was added", "une application d’authentification a été ajoutée"),
    FactorChange.APP_REMOVED: Bilingual(
        "your authenticator app was removed", "votre application d’authentification a été retirée"
    ),
    FactorChange.KEY_ADDED: Bilingual("a security key was added", "une clé de sécurité a été ajoutée"),
    FactorChange.KEY_REMOVED: Bilingual("a security key was removed", "une clé de sécurité a été retirée"),
    FactorChange.CODES: Bilingual("you have new recovery codes", "vous avez de nouveaux codes de récupération"),
    FactorChange.CODE_USED: Bilingual("a recovery code was used", "un code de récupération a été utilisé"),
    FactorChange.RESET: Bilingual("two-step sign-in was reset", "la connexion en deux étapes a été réinitialisée"),
}
_SENTENCES = {
    FactorChange.APP_ADDED: Bilingual(
        "An authenticator app was added to your account on {at}. You can use its codes as the second step when you sign in.",
        "Une application d’authentification a été ajoutée à votre compte le {at}. Vous pouvez utiliser ses codes comme "
        "deuxième étape de la connexion.",
    ),
    FactorChange.APP_REMOVED: Bilingual(
        "Your authenticator app was removed from your account on {at}. Its codes no longer work.",
        "Votre application d’authentification a été retirée de votre compte le {at}. Ses codes ne fonctionnent plus.",
    ),
    FactorChange.KEY_ADDED: Bilingual(
        "The security key “{key}” was added to your account on {at}. You can use it as the second step when you sign in.",
        "La clé de sécurité « {key} » a été ajoutée à votre compte le {at}. Vous pouvez l’utiliser comme deuxième étape de la "
        "connexion.",
    ),
    FactorChange.KEY_REMOVED: Bilingual(
        "The security key “{key}” was removed from your account on {at}. It no longer works.",
        "La clé de sécurité « {key} » a été retirée de votre compte le {at}. Elle ne fonctionne plus.",
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
_NOW = {
    True: Bilingual(
        "Two-step sign-in is now on. Your password is no longer enough to sign in.",
        "La connexion en deux étapes est maintenant activée. Votre mot de passe ne suffit plus pour vous connecter.",
    ),
    False: Bilingual(
        "Two-step sign-in is now off. You need only your password to sign in.",
        "La connexion en deux étapes est maintenant désactivée. Votre mot de passe suffit pour vous connecter.",
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
    key: str = "",
    reason: str = "",
    left: int = 0,
    turned: bool | None = None,
    by: Actor,
    at: datetime,
    now: datetime,
    site: str,
) -> None:
    """Notify a person of a change to their two-step sign-in.

    ``key`` is the name of the security key, ``reason`` the reason for a reset, and ``left`` the number of unused recovery
    codes. ``turned`` is True if the change turned two-step sign-in on, False if it turned it off, and None otherwise.
    """
    person = session.get_one(Person, person_id)
    recipient = Recipient(person.id, person.name, person.email, person.lang, time_zone=person.time_zone)
    facts = {"key": key, "reason": reason if reason.endswith((".", "!", "?")) else f"{reason}.", "left": str(left)}
    email = factor_email(recipient, change, facts, turned=turned, at=at, key_token=now.isoformat(), site=site)
    enqueue(session, email, by=by, at=at, now=now)


def factor_email(
    recipient: Recipient,
    change: FactorChange,
    facts: Mapping[str, str],
    *,
    turned: bool | None,
    at: datetime,
    key_token: str,
    site: str,
) -> OutgoingEmail:
    """Return the email about a change to two-step sign-in. ``key_token`` makes the email's key unique."""
    done = phrases.fill(_SENTENCES[change], at=phrases.moment(at, recipient.time_zone), **facts)
    return compose_email(
        recipient,
        f"{NoticeKind.SECURITY}:{recipient.person_id}:{change.value}:{key_token}",
        NoticeKind.SECURITY,
        _SUBJECTS[change],
        Paragraph(done),
        *([Paragraph(_NOW[turned])] if turned is not None else []),
        Paragraph(_NOT_YOU),
        ActionLink(f"{site}/{recipient.lang.value}/account", Bilingual("Open your account", "Ouvrir votre compte")),
        site=site,
    )
