"""The command that sends an email when an account is linked to the organization's OpenID Connect provider, or the link is
removed.

``site`` is the base URL of the product, without a trailing slash.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from cogwg.accounts.models import Person
from cogwg.audit.services import Actor
from cogwg.core.bilingual import Bilingual
from cogwg.mail.services import enqueue
from cogwg.notices import phrases
from cogwg.notices.body import ActionLink, Paragraph, Recipient, compose_email
from cogwg.notices.rules import NoticeKind

_LINKED = Bilingual("you can sign in with {provider}", "vous pouvez vous connecter avec {provider}")
_UNLINKED = Bilingual("the link to {provider} was removed", "le lien avec {provider} a été supprimé")
_WAS_LINKED = Bilingual(
    "Someone signed in to your account with {provider} for the first time on {at}. From now on, that account at "
    "{provider} can be used to sign in to your account here.",
    "Une personne s’est connectée à votre compte avec {provider} pour la première fois le {at}. Désormais, ce compte "
    "chez {provider} permet de se connecter à votre compte ici.",
)
_WAS_UNLINKED = Bilingual(
    "The link between your account and {provider} was removed on {at}. You can still sign in with your password.",
    "Le lien entre votre compte et {provider} a été supprimé le {at}. Vous pouvez encore vous connecter avec votre mot "
    "de passe.",
)
_WAS_UNLINKED_WITHOUT_PASSWORD = Bilingual(
    "The link between your account and {provider} was removed on {at}. You will get a new invitation in another email. "
    "Use it to set a password or to link your account again.",
    "Le lien entre votre compte et {provider} a été supprimé le {at}. Vous recevrez une nouvelle invitation dans un "
    "autre courriel. Utilisez-la pour choisir un mot de passe ou pour lier de nouveau votre compte.",
)
_NOT_YOU = Bilingual(
    "If this was not you, contact the secretariat right away.",
    "Si ce n’était pas vous, communiquez tout de suite avec le secrétariat.",
)
_BY_THE_SECRETARIAT = Bilingual(
    "The secretariat did this. If you do not know why, contact the secretariat.",
    "Le secrétariat l’a fait. Si vous ne savez pas pourquoi, communiquez avec le secrétariat.",
)


def notify_openid_change(
    session: Session,
    person_id: int,
    provider: Bilingual,
    *,
    is_linked: bool,
    by: Actor,
    at: datetime,
    now: datetime,
    site: str,
) -> None:
    """Notify a person that their account was linked to the provider, or that the link was removed."""
    person = session.get_one(Person, person_id)
    recipient = Recipient(person.id, person.name, person.email, person.lang, time_zone=person.time_zone)
    subject, sentence = (_LINKED, _WAS_LINKED) if is_linked else (_UNLINKED, _WAS_UNLINKED)
    if not is_linked and person.password_hash is None:
        sentence = _WAS_UNLINKED_WITHOUT_PASSWORD
    change = "openid-linked" if is_linked else "openid-unlinked"
    email = compose_email(
        recipient,
        f"{NoticeKind.SECURITY}:{person.id}:{change}:{now.isoformat()}",
        NoticeKind.SECURITY,
        phrases.fill(subject, provider=provider),
        Paragraph(phrases.fill(sentence, provider=provider, at=phrases.moment(at, recipient.time_zone))),
        Paragraph(_BY_THE_SECRETARIAT if not is_linked and by.id != person_id else _NOT_YOU),
        ActionLink(f"{site}/{recipient.lang.value}/account", Bilingual("Open your account", "Ouvrir votre compte")),
        site=site,
    )
    enqueue(session, email, by=by, at=at, now=now)
