"""The commands that remove the name, email address and choices of a person who left. They cannot be undone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from cogwg.accounts.models import Person
from cogwg.accounts.names import former_name, name_by_language
from cogwg.accounts.retention import clear_identifiers, has_identifiers
from cogwg.audit.queries import first_event_at
from cogwg.audit.services import Actor, record_event
from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import N_, Conflict, Invalid, Message
from cogwg.core.mentions import mentions_of
from cogwg.imports.retention import clear_file_names
from cogwg.mail.services import erase_recipient, replace_in_messages
from cogwg.notices.rules import CancellationReason
from cogwg.privacy.reasons import checked_reason
from cogwg.reporting.answer_links import delete_answer_links

REMOVED_TEXT = Bilingual(
    "Removed with the person’s name and email address.", "Supprimé avec le nom et l’adresse courriel de la personne."
)
"""The text that replaces the subject and text of the emails to the person, in the language of each email."""

REPEATED = "Removed before; removed again after a backup was restored."
"""The reason that is recorded for a repeated removal."""


def check_removal(person: Person, reason: str, *, version: int | None) -> str:
    """Return the reason on one line, if the person's name and email address can be removed.

    Raises ``Conflict`` with the person if ``version`` is outdated, and ``Invalid`` if the account is active, if the name was
    already removed, or for the reason, as ``checked_reason`` does.
    """
    if version is not None and version != person.version:
        raise Conflict(person)
    if person.retired_at is None:
        raise Invalid(("", Message(N_("This account is active. Deactivate it first."))))
    if not has_identifiers(person):
        raise Invalid(("", Message(N_("The name and email address of this person have already been removed."))))
    return checked_reason(person, reason)


def remove_identifiers(
    session: Session, person: Person, *, reason: str, version: int | None = None, by: Actor, at: datetime
) -> None:
    """Replace a deactivated person's name and email address, and delete their preferences, links and unsaved text, the texts
    of emails to them, and the files that they uploaded with their names.

    What they wrote and submitted stays, under the new name. In emails to other people, the new name replaces the old one.
    Raises the errors of ``check_removal``.
    """
    _remove(session, person, check_removal(person, reason, version=version), by=by, at=at)


def remove_again(session: Session, person_id: int, removed_at: datetime, *, by: Actor, at: datetime) -> bool:
    """Repeat a removal that was made after the restored backup; return whether there was anything to remove.

    If the account was added after the removal, nothing is removed: it is another person's, to whom the restored database gave
    the same id. An account that was active when the backup was made is deactivated.
    """
    person = session.get(Person, person_id)
    if person is None or not has_identifiers(person) or _was_added_after(session, person_id, removed_at):
        return False
    person.retired_at = person.retired_at or removed_at
    _remove(session, person, REPEATED, by=by, at=at)
    return True


def _was_added_after(session: Session, person_id: int, at: datetime) -> bool:
    added_at = first_event_at(session, ("person", person_id), "person.added")
    return added_at is not None and added_at > at


def _remove(session: Session, person: Person, reason: str, *, by: Actor, at: datetime) -> None:
    mentions, name = mentions_of(person.name, person.email), name_by_language(former_name(person.id))
    texts = clear_identifiers(session, person)
    delete_answer_links(session, person.id)
    emails = erase_recipient(session, person.id, person.email, REMOVED_TEXT, CancellationReason.NO_ACCOUNT)
    clear_file_names(session, person.id)
    mentioning = replace_in_messages(session, mentions, name)
    person.version += 1
    session.flush()
    counts = {"emails": emails, "emails-to-others": mentioning, "unsaved-texts": texts}
    record_event(session, "person.identifiers-removed", ("person", person.id), by=by, at=at, after={"reason": reason, **counts})
