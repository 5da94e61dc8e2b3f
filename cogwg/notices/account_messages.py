"""Emails about an account: the invitation, a link for a forgotten password, and changes to the account.

``site`` is the base URL of the product, without a trailing slash. ``key_token`` makes an email's key unique.
"""

from __future__ import annotations

from datetime import datetime

from cogwg.core.bilingual import Bilingual
from cogwg.core.group import GROUP_NAME
from cogwg.mail.rules import OutgoingEmail
from cogwg.notices import phrases
from cogwg.notices.body import ActionLink, Paragraph, Recipient, compose_email
from cogwg.notices.rules import NoticeKind

_NOT_FORWARDED = Bilingual(
    "The link is only for you and works once. Do not forward it.",
    "Le lien n’est que pour vous et ne fonctionne qu’une fois. Ne le transférez pas.",
)
_NOT_YOU = Bilingual(
    "If you did not expect this, contact the secretariat right away.",
    "Si vous ne vous y attendiez pas, communiquez tout de suite avec le secrétariat.",
)


def invitation_email(
    recipient: Recipient, token: str, *, role: Bilingual, by: str, until: datetime, key_token: str, site: str
) -> OutgoingEmail:
    """Return the invitation for a person, with the link to set their password. ``role`` is the name of their role in the
    group.
    """
    opening = Bilingual(
        "{by} invites you to take part in the work plan of the {group}, as {role}. Set a password to sign in.",
        "{by} vous invite à participer au plan de travail du {group}, à titre de {role}. "
        "Choisissez un mot de passe pour vous connecter.",
    )
    end = Bilingual("The link works until {until}.", "Le lien fonctionne jusqu’au {until}.")
    return compose_email(
        recipient,
        f"{NoticeKind.INVITATION}:{recipient.person_id}:{key_token}",
        NoticeKind.INVITATION,
        Bilingual("your invitation", "votre invitation"),
        Paragraph(phrases.fill(opening, by=by, group=GROUP_NAME, role=role)),
        ActionLink(_link(recipient, token, site), Bilingual("Accept the invitation", "Accepter l’invitation")),
        Paragraph(phrases.fill(end, until=phrases.moment(until, recipient.time_zone))),
        Paragraph(_NOT_FORWARDED),
        site=site,
    )


def password_link_email(recipient: Recipient, token: str, *, until: datetime, key_token: str, site: str) -> OutgoingEmail:
    """Return the email with a link to set a new password."""
    opening = Bilingual(
        "You can set a new password with this link until {until}. Until you set a new one, your current password works.",
        "Ce lien vous permet de choisir un nouveau mot de passe jusqu’au {until}. "
        "Tant que vous n’en avez pas choisi un, votre mot de passe actuel fonctionne.",
    )
    return compose_email(
        recipient,
        f"{NoticeKind.PASSWORD_LINK}:{recipient.person_id}:{key_token}",
        NoticeKind.PASSWORD_LINK,
        Bilingual("set a new password", "choisir un nouveau mot de passe"),
        Paragraph(phrases.fill(opening, until=phrases.moment(until, recipient.time_zone))),
        ActionLink(_link(recipient, token, site), Bilingual("Set a new password", "Choisir un nouveau mot de passe")),
        Paragraph(_NOT_FORWARDED),
        Paragraph(
            Bilingual(
                "If you did not ask for this link, ignore this email. Your password has not changed.",
                "Si vous n’avez pas demandé ce lien, ne tenez pas compte de ce courriel. Votre mot de passe n’a pas changé.",
            )
        ),
        site=site,
    )


def address_email(recipient: Recipient, new_address: str, *, at: datetime, key_token: str, site: str) -> OutgoingEmail:
    """Return the email about a changed email address, which is sent to the old and the new address."""
    done = Bilingual(
        "The email address of your account was changed to {address} on {at}. Sign in with this address from now on.",
        "L’adresse courriel de votre compte est devenue {address} le {at}. Connectez-vous désormais avec cette adresse.",
    )
    subject = Bilingual("your email address was changed", "votre adresse courriel a été changée")
    return _about_address(recipient, subject, done, new_address, at=at, key_token=key_token, site=site)


def address_link_email(recipient: Recipient, token: str, *, until: datetime, key_token: str, site: str) -> OutgoingEmail:
    """Return the email to a new address with the link that confirms it."""
    opening = Bilingual(
        "You asked to use this email address for your account. Sign in and confirm it by {until}. Until you confirm it, "
        "your account keeps its current email address.",
        "Vous avez demandé d’utiliser cette adresse courriel pour votre compte. Connectez-vous et confirmez-la d’ici le "
        "{until}. Tant que vous ne l’avez pas confirmée, votre compte garde son adresse courriel actuelle.",
    )
    return compose_email(
        recipient,
        f"{NoticeKind.ADDRESS_LINK}:{recipient.person_id}:{key_token}",
        NoticeKind.ADDRESS_LINK,
        Bilingual("confirm your new email address", "confirmer votre nouvelle adresse courriel"),
        Paragraph(phrases.fill(opening, until=phrases.moment(until, recipient.time_zone))),
        ActionLink(
            f"{site}/{recipient.lang.value}/account/email/{token}",
            Bilingual("Confirm the email address", "Confirmer l’adresse courriel"),
        ),
        Paragraph(_NOT_FORWARDED),
        Paragraph(
            Bilingual(
                "If you did not ask for this change, ignore this email. Nothing has changed.",
                "Si vous n’avez pas demandé ce changement, ignorez ce courriel. Rien n’a changé.",
            )
        ),
        site=site,
    )


def address_request_email(recipient: Recipient, new_address: str, *, at: datetime, key_token: str, site: str) -> OutgoingEmail:
    """Return the email to the current address about a request to use a new one."""
    asked = Bilingual(
        "A new email address for your account, {address}, was requested on {at}. It takes effect once you confirm it.",
        "Une nouvelle adresse courriel pour votre compte, {address}, a été demandée le {at}. "
        "Elle entrera en vigueur une fois confirmée.",
    )
    subject = Bilingual("a new email address was requested", "une nouvelle adresse courriel a été demandée")
    return _about_address(recipient, subject, asked, new_address, at=at, key_token=key_token, site=site)


def roles_email(recipient: Recipient, roles: Bilingual, *, key_token: str, site: str) -> OutgoingEmail:
    """Return the email about changed roles; ``roles`` lists those that the person has now."""
    done = Bilingual(
        "Your roles in the {group} have changed. You are now {roles}. Sign in again to continue.",
        "Vos rôles au sein du {group} ont changé. Vous êtes maintenant {roles}. Connectez-vous de nouveau pour continuer.",
    )
    return compose_email(
        recipient,
        f"{NoticeKind.ROLES}:{recipient.person_id}:{key_token}",
        NoticeKind.ROLES,
        Bilingual("your roles have changed", "vos rôles ont changé"),
        Paragraph(phrases.fill(done, group=GROUP_NAME, roles=roles)),
        Paragraph(_NOT_YOU),
        ActionLink(f"{site}/{recipient.lang.value}/", Bilingual("Open the work plan", "Ouvrir le plan de travail")),
        site=site,
    )


def _about_address(
    recipient: Recipient, subject: Bilingual, sentence: Bilingual, address: str, *, at: datetime, key_token: str, site: str
) -> OutgoingEmail:
    """Return an email with a sentence about an email address, and the time."""
    return compose_email(
        recipient,
        f"{NoticeKind.ADDRESS}:{recipient.person_id}:{key_token}",
        NoticeKind.ADDRESS,
        subject,
        Paragraph(phrases.fill(sentence, address=address, at=phrases.moment(at, recipient.time_zone))),
        Paragraph(_NOT_YOU),
        site=site,
    )


def _link(recipient: Recipient, token: str, site: str) -> str:
    return f"{site}/{recipient.lang.value}/password/{token}"
