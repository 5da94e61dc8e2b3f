"""The data that the product stores about a person, in sections, each with how to correct it. This module only reads."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from cogwg.accounts.models import (
    AccessLink,
    AddressChange,
    Jurisdiction,
    Membership,
    OpenIDLink,
    Person,
    SecondFactor,
    SecurityKey,
    SignIn,
)
from cogwg.accounts.names import name_by_language
from cogwg.accounts.rules import can_get_briefing_emails, can_get_digest, can_get_lead_emails
from cogwg.accounts.unsaved_text import ControlKind, unsaved_texts
from cogwg.accounts.wording import GROUP_ROLE_LABELS
from cogwg.audit.models import AuditEvent
from cogwg.briefing.models import SlideComment
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.tables import YES, Cell, Column, Table
from cogwg.discussion.models import Comment
from cogwg.mail.models import OutboxMessage
from cogwg.mail.rules import without_secrets
from cogwg.ogp.models import (
    ActionPlan,
    Assessment,
    AssessorInvitation,
    Commitment,
    CommitmentMilestone,
    MilestoneOffer,
    OrganizationReport,
)
from cogwg.plan.models import Activity
from cogwg.privacy.records import RECORDS
from cogwg.privacy.wording import CORRECTIONS, NO, SUBJECT_LABELS, TITLES, AuthorSectionKey, SectionKey
from cogwg.reporting.models import ReportingPeriod, Submission

Rows = Sequence[tuple[Cell, ...]]
_WHEN, _TEXT = Column(Bilingual("When", "Quand"), 20), Column(Bilingual("Text", "Texte"), 80)
_ITEM, _VALUE = Column(Bilingual("Item", "Élément"), 36), Column(Bilingual("Value", "Valeur"), 44)
_HAS_PASSWORD = Bilingual("Has a password, stored as a hash", "A un mot de passe, conservé sous forme de condensé")
_DIGEST = Bilingual("Summary of who has reported", "Résumé des administrations qui ont fait rapport")
_REMINDERS = Bilingual("Reminders about missing reports", "Rappels sur les rapports manquants")
_ANSWER_LINKS = Bilingual("Private link in reminders", "Lien privé dans les rappels")
_MENTIONS = Bilingual("Comments and roles offered", "Commentaires et rôles proposés")
_FINALIZED = Bilingual("Finalized briefings", "Présentations finalisées")
_LANGUAGES = {"en": Bilingual("English", "Anglais"), "fr": Bilingual("French", "Français")}


@dataclass(frozen=True, slots=True)
class DataSection:
    """Data of one kind as a table, with how the person can correct or delete it. A page shows only the first ``shown``
    columns; a file has all of them.
    """

    key: SectionKey | AuthorSectionKey
    table: Table
    shown: int
    correction: Bilingual


def load_sections(
    session: Session, person: Person, *, with_unsaved_text: bool, today: date, now: datetime
) -> tuple[DataSection, ...]:
    """Return everything that is stored about a person. Without ``with_unsaved_text``, the words of their unsaved text, which
    only they may see, are left out.
    """
    own = AuditEvent.actor_kind == "person", AuditEvent.actor_id == person.id
    about = AuditEvent.subject_kind == "person", AuditEvent.subject_id == person.id
    return tuple(
        DataSection(key, Table(TITLES[key], columns, tuple(rows), today), shown or len(columns), CORRECTIONS[key])
        for key, columns, rows, shown in (
            (SectionKey.ACCOUNT, (_ITEM, _VALUE), _account_rows(session, person), 0),
            (SectionKey.PREFERENCES, (_ITEM, _VALUE), _preference_rows(person), 0),
            (SectionKey.ROLES, _ROLE_COLUMNS, _role_rows(session, person.id), 0),
            (SectionKey.SECURITY_KEYS, _KEY_COLUMNS, _key_rows(session, person.id), 0),
            (SectionKey.SESSIONS, _SESSION_COLUMNS, _session_rows(session, person.id), 0),
            (SectionKey.LINKS, _LINK_COLUMNS, _link_rows(session, person.id), 0),
            (SectionKey.EMAILS, _EMAIL_COLUMNS, _email_rows(session, person.id), 4),
            (SectionKey.COMMENTS, _COMMENT_COLUMNS, _comment_rows(session, person.id), 0),
            (SectionKey.UNSAVED_TEXT, _UNSAVED_COLUMNS, _unsaved_rows(session, person.id, with_unsaved_text, now), 0),
            (SectionKey.REPORTS, _REPORT_COLUMNS, _report_rows(session, person.id), 5),
            (SectionKey.ASSESSMENTS, _ASSESSMENT_COLUMNS, _assessment_rows(session, person.id), 4),
            (SectionKey.RECORDS, _RECORD_COLUMNS, _record_rows(session, person.id), 0),
            (SectionKey.EVENTS_ABOUT, _EVENT_COLUMNS, _event_rows(session, person.id, *about), 5),
            (SectionKey.EVENTS_BY, _EVENT_COLUMNS, _event_rows(session, person.id, *own), 5),
        )
    )


def _account_rows(session: Session, person: Person) -> Rows:
    factor = session.get(SecondFactor, person.id)
    new_address = session.scalar(select(AddressChange.email).where(AddressChange.person_id == person.id))
    return (
        (Bilingual("Account number", "Numéro du compte"), person.id),
        (Bilingual("Name", "Nom"), name_by_language(person.name)),
        (Bilingual("Email address", "Adresse courriel"), person.email),
        (Bilingual("New email address, not confirmed", "Nouvelle adresse courriel, non confirmée"), new_address),
        (_HAS_PASSWORD, _yes(person.password_hash)),
        (Bilingual("Authenticator app, its key encrypted", "Application d’authentification, clé chiffrée"), _yes(factor)),
        (Bilingual("Last signed in", "Dernière connexion"), person.signed_in_at),
        (Bilingual("Deactivated", "Désactivé"), person.retired_at),
        *_openid_rows(session, person.id),
    )


def _openid_rows(session: Session, person_id: int) -> Rows:
    link = session.get(OpenIDLink, person_id)
    if link is None:
        return ()
    return (
        (Bilingual("Sign-in provider", "Fournisseur de connexion"), link.issuer),
        (Bilingual("Account number at the provider", "Numéro du compte chez le fournisseur"), link.subject),
        (Bilingual("Linked to the provider since", "Lié au fournisseur depuis"), link.linked_at),
    )


def _preference_rows(person: Person) -> Rows:
    roles = {membership.role for membership in person.memberships}
    return (
        (Bilingual("Language of emails", "Langue des courriels"), _LANGUAGES[person.lang.value]),
        (Bilingual("Time zone", "Fuseau horaire"), person.time_zone),
        (_for_roles(_REMINDERS, can_get_lead_emails(roles)), _yes(person.wants_reminders)),
        (_for_roles(_ANSWER_LINKS, can_get_lead_emails(roles)), _yes(person.wants_answer_links)),
        (_for_roles(_DIGEST, can_get_digest(roles)), _yes(person.wants_digest)),
        (_for_roles(_MENTIONS, can_get_lead_emails(roles)), _yes(person.wants_mentions)),
        (_for_roles(_FINALIZED, can_get_briefing_emails(roles)), _yes(person.wants_finalized)),
        (Bilingual("Has a calendar and feed URL", "A une adresse de calendrier et de fil"), _yes(person.feed_hash)),
    )


_ROLE_COLUMNS = (
    Column(Bilingual("Role", "Rôle"), 20),
    Column(Bilingual("Reports for", "Fait rapport pour"), 36),
)


def _role_rows(session: Session, person_id: int) -> Rows:
    roles = (
        select(Membership.role, Jurisdiction.name_en, Jurisdiction.name_fr)
        .outerjoin(Jurisdiction, Jurisdiction.id == Membership.jurisdiction_id)
        .where(Membership.person_id == person_id)
        .order_by(Membership.id)
    )
    return [(GROUP_ROLE_LABELS[r.role], Bilingual(r.name_en or "", r.name_fr or "")) for r in session.execute(roles)]


_KEY_COLUMNS = (
    Column(Bilingual("Name", "Nom"), 36),
    Column(Bilingual("Added", "Ajout"), 20),
    Column(Bilingual("Last used", "Dernière utilisation"), 20),
)


def _key_rows(session: Session, person_id: int) -> Rows:
    """Return the person's security keys, without their ids, which say nothing about the person."""
    keys = (
        select(SecurityKey.name, SecurityKey.added_at, SecurityKey.used_at)
        .where(SecurityKey.person_id == person_id)
        .order_by(SecurityKey.id)
    )
    return [tuple(row) for row in session.execute(keys)]


_SESSION_COLUMNS = (
    Column(Bilingual("Started", "Début"), 20),
    Column(Bilingual("Last used", "Dernière utilisation"), 20),
    Column(Bilingual("Browser", "Navigateur"), 24),
    Column(Bilingual("Signed in with two steps at a provider", "Connexion en deux étapes chez un fournisseur"), 24),
)


def _session_rows(session: Session, person_id: int) -> Rows:
    columns = SignIn.started_at, SignIn.seen_at, SignIn.browser, SignIn.is_strong
    sessions = session.execute(select(*columns).where(SignIn.person_id == person_id).order_by(SignIn.id))
    return [(*row[:-1], _yes(row.is_strong)) for row in sessions]


_LINK_COLUMNS = (
    Column(Bilingual("Expires", "Expiration"), 20),
    Column(Bilingual("Used", "Utilisation"), 20),
)


def _link_rows(session: Session, person_id: int) -> Rows:
    links = select(AccessLink.expires_at, AccessLink.used_at).where(AccessLink.person_id == person_id).order_by(AccessLink.id)
    return [tuple(row) for row in session.execute(links)]


_EMAIL_COLUMNS = (
    Column(Bilingual("Written", "Rédaction"), 20),
    Column(Bilingual("Sent", "Envoi"), 20),
    Column(Bilingual("To", "À"), 36),
    Column(Bilingual("Subject", "Objet"), 50),
    _TEXT,
)


def _email_rows(session: Session, person_id: int) -> Rows:
    columns = (OutboxMessage.made_at, OutboxMessage.sent_at, OutboxMessage.address, OutboxMessage.subject, OutboxMessage.text)
    received = select(*columns).where(OutboxMessage.person_id == person_id).order_by(OutboxMessage.id)
    return [(*row[:4], without_secrets(row.text)) for row in session.execute(received)]


_COMMENT_COLUMNS = (
    _WHEN,
    Column(Bilingual("About", "Sujet"), 16),
    Column(Bilingual("Deleted", "Suppression"), 20),
    _TEXT,
)


def _comment_rows(session: Session, person_id: int) -> Rows:
    on_activities = (
        select(Comment.written_at, Activity.code, Comment.deleted_at, Comment.text, Comment.lang)
        .join(Activity, Activity.id == Comment.activity_id)
        .where(Comment.person_id == person_id)
        .order_by(Comment.id)
    )
    on_slides = (
        select(SlideComment.written_at, SlideComment.slide, SlideComment.deleted_at, SlideComment.text, SlideComment.lang)
        .where(SlideComment.person_id == person_id)
        .order_by(SlideComment.id)
    )
    rows = (row for statement in (on_activities, on_slides) for row in session.execute(statement))
    return [(*row[:3], replace(EMPTY_TEXT, **{row.lang.value: row.text})) for row in rows]


_UNSAVED_COLUMNS = (_WHEN, Column(Bilingual("Form", "Formulaire"), 30), _TEXT)
_HIDDEN_TEXT = Bilingual("Only the person can see it.", "Seule la personne peut le voir.")


def _unsaved_rows(session: Session, person_id: int, with_text: bool, now: datetime) -> Rows:
    return [
        (
            form.kept_at,
            key,
            "\n".join(c.value for c in form.controls if c.kind is ControlKind.TEXT) if with_text else _HIDDEN_TEXT,
        )
        for key, form in unsaved_texts(session, person_id, now=now).items()
    ]


_REPORT_COLUMNS = (
    Column(Bilingual("Submitted", "Soumission"), 20),
    Column(Bilingual("Quarter ending", "Trimestre finissant"), 12),
    Column(Bilingual("Activity", "Activité"), 10),
    Column(Bilingual("Title", "Titre"), 50),
    Column(Bilingual("Status", "État"), 22),
    Column(Bilingual("Translated by this person", "Traduit par cette personne"), 14),
    Column(Bilingual("Progress", "Progrès"), 80),
    Column(Bilingual("Challenge", "Défi"), 60),
    Column(Bilingual("Next step", "Prochaine étape"), 40),
)


def _report_rows(session: Session, person_id: int) -> Rows:
    reports = (
        select(Submission, ReportingPeriod.key, Activity.code, Activity.title_en, Activity.title_fr)
        .join(ReportingPeriod, ReportingPeriod.id == Submission.period_id)
        .join(Activity, Activity.id == Submission.activity_id)
        .where(or_(Submission.submitted_by == person_id, Submission.translated_by == person_id))
        .order_by(Submission.id)
    )
    return [
        (
            report.submitted_at,
            key,
            code,
            Bilingual(title_en, title_fr),
            report.status.label,
            YES if report.translated_by == person_id else None,
            report.progress or EMPTY_TEXT,
            report.challenge or EMPTY_TEXT,
            report.next_step or EMPTY_TEXT,
        )
        for report, key, code, title_en, title_fr in session.execute(reports)
    ]


_ASSESSMENT_COLUMNS = (
    _WHEN,
    Column(Bilingual("Record", "Inscription"), 30),
    Column(Bilingual("Commitment", "Engagement"), 14),
    Column(Bilingual("Ended or answered", "Fin ou réponse"), 20),
    _TEXT,
)
_INVITATION = Bilingual("Invitation to assess", "Invitation à évaluer")
_OFFER = Bilingual("Offer to lead or help with a milestone", "Proposition de diriger un jalon ou d’y contribuer")
_OFFER_REPORT = Bilingual("Report from an organization", "Rapport d’une organisation")


def _assessment_rows(session: Session, person_id: int) -> Rows:
    """Return the person's invitations to assess, their assessments, and the offers and reports of their organization.

    An invitation for a whole action plan names the plan's first year instead of a commitment.
    """
    invitations = (
        select(AssessorInvitation, Commitment.identifier, ActionPlan.start_year)
        .outerjoin(Commitment, Commitment.id == AssessorInvitation.commitment_id)
        .outerjoin(ActionPlan, ActionPlan.id == AssessorInvitation.plan_id)
        .where(AssessorInvitation.person_id == person_id)
        .order_by(AssessorInvitation.id)
    )
    assessments = (
        select(Assessment, Commitment.identifier)
        .join(Commitment, Commitment.id == Assessment.commitment_id)
        .where(Assessment.recorded_by == person_id)
        .order_by(Assessment.id)
    )
    of_milestone = (CommitmentMilestone, CommitmentMilestone.id == MilestoneOffer.milestone_id)
    of_commitment = (Commitment, Commitment.id == CommitmentMilestone.commitment_id)
    offers = (
        select(MilestoneOffer, Commitment.identifier)
        .join(*of_milestone)
        .join(*of_commitment)
        .where(MilestoneOffer.offered_by == person_id)
        .order_by(MilestoneOffer.id)
    )
    reports = (
        select(OrganizationReport, Commitment.identifier)
        .join(MilestoneOffer, MilestoneOffer.id == OrganizationReport.offer_id)
        .join(*of_milestone)
        .join(*of_commitment)
        .where(OrganizationReport.reported_by == person_id)
        .order_by(OrganizationReport.id)
    )
    return [
        *(
            (each.invited_at, _INVITATION, identifier or str(year), each.ended_at, each.assessor)
            for each, identifier, year in session.execute(invitations)
        ),
        *(
            (each.recorded_at, each.kind.label, identifier, None, each.text)
            for each, identifier in session.execute(assessments)
        ),
        *(
            (each.offered_at, _OFFER, identifier, each.answered_at, each.message)
            for each, identifier in session.execute(offers)
        ),
        *((each.reported_at, _OFFER_REPORT, identifier, None, each.text) for each, identifier in session.execute(reports)),
    ]


_RECORD_COLUMNS = (
    Column(Bilingual("Record", "Inscription"), 50),
    Column(Bilingual("How many", "Nombre"), 12),
)


def _record_rows(session: Session, person_id: int) -> Rows:
    """Return how many records of each kind contain the id of the person, in one SQL statement."""
    labels = [label for label, _column in RECORDS]
    counts = [_count(number, column, person_id) for number, (_label, column) in enumerate(RECORDS)]
    counted = session.execute(union_all(*counts).order_by("number"))
    return [(labels[row.number], row.total) for row in counted if row.total]


def _count(number: int, column: InstrumentedAttribute[Any], person_id: int) -> Select[int, int]:
    return select(literal(number).label("number"), func.count().label("total")).where(column == person_id)


_EVENT_COLUMNS = (
    _WHEN,
    Column(Bilingual("About", "Sujet"), 24),
    Column(Bilingual("Number", "Numéro"), 10),
    Column(Bilingual("Action (code)", "Action (code)"), 30),
    Column(Bilingual("By", "Par"), 20),
    Column(Bilingual("Before", "Avant"), 60),
    Column(Bilingual("After", "Après"), 60),
)
_BY_PERSON = Bilingual("this person", "cette personne")
_BY_OTHER = Bilingual("another person", "une autre personne")
_BY_PRODUCT = Bilingual("the system", "le système")


def _event_rows(session: Session, person_id: int, *criteria: ColumnElement[bool]) -> Rows:
    """Return audit events, latest first. Other people are not named."""
    return [
        (
            event.at,
            SUBJECT_LABELS.get(event.subject_kind, event.subject_kind),
            event.subject_id,
            event.action,
            _actor(event, person_id),
            _json(event.before),
            _json(event.after),
        )
        for event in session.scalars(select(AuditEvent).where(*criteria).order_by(AuditEvent.id.desc()))
    ]


def _actor(event: AuditEvent, person_id: int) -> Bilingual:
    if event.actor_kind != "person":
        return _BY_PRODUCT
    return _BY_PERSON if event.actor_id == person_id else _BY_OTHER


def _json(values: dict[str, object] | None) -> str:
    return json.dumps(values, ensure_ascii=False) if values else ""


def _for_roles(label: Bilingual, can_get: bool) -> Bilingual:
    """Return the label of a kind of email, with a note if people with this person's roles do not get such emails."""
    return label if can_get else Bilingual(f"{label.en} (not sent to this role)", f"{label.fr} (pas envoyé à ce rôle)")


def _yes(value: object) -> Bilingual:
    return YES if value else NO
