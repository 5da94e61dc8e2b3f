"""Commands for requests from authors of comments about their personal information: find, export, correct and remove it.

Authors have no account. The comments of an author are those with the same email address or, without an address, the one
comment whose number they give.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from cogwg.audit.models import AuditEvent
from cogwg.audit.services import Actor, record_event
from cogwg.core.bilingual import Bilingual
from cogwg.core.calendar import local_day
from cogwg.core.comment_retention import identifiers_end_on
from cogwg.core.errors import N_, Conflict, Invalid, Message, NotFound
from cogwg.core.tables import YES, Cell, Column, Table
from cogwg.engagement.comment_rules import check_author
from cogwg.engagement.commenting import is_held, mail_key
from cogwg.engagement.holds import checked_reason
from cogwg.engagement.identifiers import ClearedAuthor
from cogwg.engagement.identifiers import is_held as is_held_in_sql
from cogwg.engagement.models import EngagementCycle, EngagementPhase, PublicComment
from cogwg.mail.models import OutboxMessage
from cogwg.mail.rules import without_secrets
from cogwg.privacy.comment_purge import clear_elsewhere
from cogwg.privacy.personal_data import PersonalData
from cogwg.privacy.sections import DataSection
from cogwg.privacy.wording import NO, AuthorSectionKey
from cogwg.tracker.publishing_comments import copy_comments

_MOST_FOUND = 100
_TITLES = {
    AuthorSectionKey.COMMENTS: Bilingual("Comments", "Commentaires"),
    AuthorSectionKey.EMAILS: Bilingual("Emails", "Courriels"),
    AuthorSectionKey.EVENTS: Bilingual("Audit log", "Journal d’audit"),
}
_CORRECTIONS = {
    AuthorSectionKey.COMMENTS: Bilingual(
        "Correct or remove your name and email address with your private link, or ask the contact person for this site.",
        "Corrigez ou retirez votre nom et votre adresse courriel avec votre lien privé, ou demandez-le à la "
        "personne-ressource du site.",
    ),
    AuthorSectionKey.EMAILS: Bilingual(
        "An email cannot be corrected. It is deleted at the same time as your email address.",
        "Un courriel ne peut pas être corrigé. Il est supprimé en même temps que votre adresse courriel.",
    ),
    AuthorSectionKey.EVENTS: Bilingual(
        "The audit log cannot be changed. It does not contain the names, email addresses or comments of authors.",
        "Le journal d’audit ne peut pas être modifié. Il ne contient ni les noms, ni les adresses courriel, ni les "
        "commentaires des auteurs.",
    ),
}


@dataclass(frozen=True, slots=True)
class AuthorComment:
    """A comment with its author's personal information, the cycle and phase it was sent to, and until when the information is
    kept.

    ``kept_until`` is None until the cycle is completed. ``is_held`` is whether a legal hold keeps the information.
    """

    comment: PublicComment
    cycle_key: str
    cycle_title: Bilingual
    phase_title: Bilingual
    kept_until: date | None
    is_held: bool


def find_comments(session: Session, wanted: str) -> list[AuthorComment]:
    """Return the comments with this number or this email address, the latest first. Case does not matter. Raises ``Invalid``
    if ``wanted`` is neither.
    """
    wanted = wanted.strip().removeprefix("#")
    if "@" in wanted:
        which = func.lower(PublicComment.email) == wanted.lower()
    elif wanted.isascii() and wanted.isdecimal() and len(wanted) < 10:
        which = PublicComment.id == int(wanted)
    else:
        raise Invalid(("wanted", Message(N_("Enter the number of a comment or an email address."))))
    return _with_places(session, which)


def comment_of_author(session: Session, comment_id: int) -> AuthorComment:
    """Return a comment with its author's personal information. Raises ``NotFound`` if there is no such comment."""
    listed = _with_places(session, PublicComment.id == comment_id)
    if not listed:
        raise NotFound(f"comment {comment_id}")
    return listed[0]


def read_author_data(session: Session, comment_id: int, form: str, *, reason: str, by: Actor, at: datetime) -> PersonalData:
    """Return the data stored about the author of a comment, with their other comments, and record the export with its reason.

    Raises ``NotFound`` if there is no such comment, and ``Invalid`` for a reason that is missing, is too long or names the
    author.
    """
    asked = comment_of_author(session, comment_id)
    own = asked.comment
    reason = checked_reason(reason, own)
    listed = find_comments(session, own.email) if own.email else [asked]
    comments = [each.comment for each in listed]
    today = local_day(at)
    sections = tuple(
        DataSection(key, Table(_TITLES[key], columns, tuple(rows), today), len(columns), _CORRECTIONS[key])
        for key, columns, rows in (
            (AuthorSectionKey.COMMENTS, _COMMENT_COLUMNS, _comment_rows(listed)),
            (AuthorSectionKey.EMAILS, _EMAIL_COLUMNS, _email_rows(session, comments)),
            (AuthorSectionKey.EVENTS, _EVENT_COLUMNS, _event_rows(session, comments)),
        )
    )
    after = {"form": form, "reason": reason, "comments": len(comments)}
    record_event(session, "public-comment.author-exported", ("public-comment", comment_id), by=by, at=at, after=after)
    return PersonalData(own.name or f"#{comment_id}", today, sections)


def change_author(
    session: Session, comment_id: int, name: str, email: str, *, reason: str, version: int, by: Actor, at: datetime
) -> bool:
    """Correct the name and email address of an author on request, or remove those given as empty; return False if nothing
    changed.

    Published copies and emails are updated too. Raises ``NotFound`` if there is no such comment, ``Conflict`` if it was
    changed since ``version``, and ``Invalid`` for a name, address or reason with problems, or while a legal hold keeps the
    name and address.
    """
    comment = session.get(PublicComment, comment_id, with_for_update=True)
    if comment is None:
        raise NotFound(f"comment {comment_id}")
    checked = check_author(name, email)
    old = (comment.name, comment.email)
    if checked == old:
        return False
    reason = checked_reason(reason, comment)
    if comment.version != version:
        raise Conflict(comment)
    if is_held(session, comment):
        raise Invalid(
            (
                "",
                Message(
                    N_("Because of a legal hold, the name and email address of this author must be kept. Nothing was changed.")
                ),
            )
        )
    fields = [field for field, before, after in zip(("name", "email"), old, checked, strict=True) if before != after]
    comment.name, comment.email = checked
    comment.version += 1
    session.flush()
    clear_elsewhere(session, [ClearedAuthor(comment.id, old[0] if "name" in fields else "", old[1], None)])
    copy_comments(session, [comment.id])
    after = {"fields": fields, "reason": reason}
    record_event(session, "public-comment.author-changed", ("public-comment", comment_id), by=by, at=at, after=after)
    return True


def _with_places(session: Session, which: ColumnElement[bool]) -> list[AuthorComment]:
    """Return comments with their cycles and phases, the latest first, in one SQL statement."""
    rows = session.execute(
        select(PublicComment, EngagementPhase, EngagementCycle, is_held_in_sql().label("held"))
        .join(EngagementPhase, EngagementPhase.id == PublicComment.phase_id)
        .join(EngagementCycle, EngagementCycle.id == EngagementPhase.cycle_id)
        .where(which)
        .order_by(PublicComment.id.desc())
        .limit(_MOST_FOUND)
    )
    return [
        AuthorComment(
            row.PublicComment,
            row.EngagementCycle.key,
            row.EngagementCycle.title,
            row.EngagementPhase.title,
            identifiers_end_on(row.EngagementCycle.completed_on) if row.EngagementCycle.completed_on else None,
            bool(row.held),
        )
        for row in rows
    ]


_WHEN, _TEXT = Column(Bilingual("When", "Quand"), 20), Column(Bilingual("Text", "Texte"), 80)
_COMMENT_COLUMNS = (
    Column(Bilingual("Number", "Numéro"), 10),
    Column(Bilingual("Received", "Réception"), 20),
    Column(Bilingual("Cycle", "Cycle"), 40),
    Column(Bilingual("Phase", "Étape"), 40),
    Column(Bilingual("About", "Sujet"), 24),
    Column(Bilingual("Channel", "Mode de participation"), 20),
    Column(Bilingual("Event", "Activité"), 30),
    Column(Bilingual("Name", "Nom"), 30),
    Column(Bilingual("Email address", "Adresse courriel"), 36),
    Column(Bilingual("Has a private link, stored as a hash", "A un lien privé, conservé sous forme de condensé"), 20),
    Column(Bilingual("State", "État"), 20),
    Column(Bilingual("Reason for the refusal", "Motif du refus"), 24),
    Column(Bilingual("Text as it was sent", "Texte tel qu’envoyé"), 80),
    Column(Bilingual("Note from the moderators", "Note de la modération"), 50),
    Column(Bilingual("Appeal", "Demande de révision"), 50),
    Column(Bilingual("Kept until", "Conservé jusqu’au"), 14),
    Column(Bilingual("On legal hold", "Sous ordre de conservation"), 14),
)


def _comment_rows(listed: Sequence[AuthorComment]) -> list[tuple[Cell, ...]]:
    rows: list[tuple[Cell, ...]] = []
    for place in listed:
        comment = place.comment
        about = Bilingual(
            *(f"{label} {comment.about_key}".strip() for label in (comment.about.label.en, comment.about.label.fr))
        )
        rows.append(
            (
                *(comment.id, comment.received_at, place.cycle_title, place.phase_title, about, comment.channel.label),
                *(comment.event, comment.name, comment.email, YES if comment.link_hash else NO, comment.state.label),
                comment.reason.label if comment.reason else None,
                *(comment.text, comment.note, comment.appeal, place.kept_until, YES if place.is_held else NO),
            )
        )
    return rows


_EMAIL_COLUMNS = (
    Column(Bilingual("Written", "Rédaction"), 20),
    Column(Bilingual("Sent", "Envoi"), 20),
    Column(Bilingual("To", "À"), 36),
    Column(Bilingual("Subject", "Objet"), 50),
    _TEXT,
)


def _email_rows(session: Session, comments: Sequence[PublicComment]) -> list[tuple[Cell, ...]]:
    addresses = {comment.email.lower() for comment in comments if comment.email}
    keys = [OutboxMessage.key.startswith(mail_key(comment.id), autoescape=True) for comment in comments]
    columns = (OutboxMessage.made_at, OutboxMessage.sent_at, OutboxMessage.address, OutboxMessage.subject, OutboxMessage.text)
    to_author = OutboxMessage.person_id.is_(None), or_(func.lower(OutboxMessage.address).in_(addresses), *keys)
    rows = session.execute(select(*columns).where(*to_author).order_by(OutboxMessage.id))
    return [(*row[:4], without_secrets(row.text)) for row in rows]


_EVENT_COLUMNS = (
    _WHEN,
    Column(Bilingual("Number", "Numéro"), 10),
    Column(Bilingual("Action (code)", "Action (code)"), 36),
    Column(Bilingual("After", "Après"), 60),
)


def _event_rows(session: Session, comments: Sequence[PublicComment]) -> list[tuple[Cell, ...]]:
    ids = [comment.id for comment in comments]
    about = AuditEvent.subject_kind == "public-comment", AuditEvent.subject_id.in_(ids)
    events = session.scalars(select(AuditEvent).where(*about).order_by(AuditEvent.id.desc()))
    return [
        (event.at, event.subject_id, event.action, json.dumps(event.after, ensure_ascii=False) if event.after else "")
        for event in events
    ]
