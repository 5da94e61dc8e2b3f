"""The email to a lead about all roles in a plan that their jurisdictions have to confirm, and its reminders.

``at`` is the time on the product's calendar at which the email is created. ``now`` is the real time from which it may be sent.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from cogwg.accounts.models import Person
from cogwg.accounts.queries import Contact
from cogwg.audit.queries import first_event_at
from cogwg.audit.services import Actor, record_event
from cogwg.core import dates
from cogwg.core.bilingual import Bilingual
from cogwg.core.dates import NBSP, join_list
from cogwg.core.errors import N_, Invalid, Message
from cogwg.mail.queries import LatestMessage, latest_messages
from cogwg.mail.rules import OutgoingEmail
from cogwg.mail.services import enqueue
from cogwg.notices import phrases
from cogwg.notices.body import ActionLink, BulletList, Paragraph, Recipient, compose_email
from cogwg.notices.queries import lead_roles, lock_reminders, recipient_of
from cogwg.notices.rules import ROLE_QUESTION_KINDS, NoticeKind, is_too_soon
from cogwg.plan.closing import check_plan_is_open
from cogwg.plan.models import Confirmation
from cogwg.plan.queries import AssignmentFacts, PlanFacts, PriorityFacts
from cogwg.plan.wording import ROLE_LABELS

Question = tuple[PriorityFacts, AssignmentFacts]
"""A role that waits for an answer, with its priority."""


@dataclass(frozen=True, slots=True)
class RoleAudience:
    """The people who are asked about the roles of a plan that are waiting for an answer.

    ``asked`` are the leads who get an email now, with their roles; ``recently_asked`` the leads who got one in the last 24
    hours; and ``opted_out`` those who turned these emails off. ``without_lead`` are the jurisdictions for which no lead has an
    account. ``was_asked`` is whether anyone was asked about this plan before.
    """

    asked: tuple[tuple[Recipient, tuple[Question, ...]], ...]
    recently_asked: tuple[Recipient, ...]
    opted_out: tuple[Recipient, ...]
    without_lead: tuple[Bilingual, ...]
    was_asked: bool

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the leads who get an email."""
        return tuple(recipient.name for recipient, _questions in self.asked)


def open_questions(session: Session, plan: PlanFacts) -> list[tuple[list[Contact], tuple[Question, ...]]]:
    """Return the questions about roles in a plan that each lead can answer, after the lead's contacts (one for each
    jurisdiction).
    """
    waiting = plan.assignments_with(Confirmation.TO_CONFIRM)
    jurisdictions = {role.jurisdiction_id for _priority, role in waiting if role.jurisdiction_id is not None}
    return [
        (contacts, tuple((p, role) for p, role in waiting if role.jurisdiction_id in {c.jurisdiction_id for c in contacts}))
        for contacts in lead_roles(session, jurisdictions)
    ]


def role_audience(session: Session, plan: PlanFacts, at: datetime) -> RoleAudience:
    """Return the people who would be asked at ``at``, and those who would not, in three SQL statements."""
    waiting = plan.assignments_with(Confirmation.TO_CONFIRM)
    names = {role.jurisdiction_id: role.full_name for _priority, role in waiting if role.jurisdiction_id is not None}
    last = latest_messages(session, ROLE_QUESTION_KINDS)
    asked: list[tuple[Recipient, tuple[Question, ...]]] = []
    recent: list[Recipient] = []
    opted_out: list[Recipient] = []
    led: set[int] = set()
    for contacts, questions in open_questions(session, plan):
        led |= {contact.jurisdiction_id for contact in contacts if contact.jurisdiction_id is not None}
        to = recipient_of(contacts)
        if not contacts[0].wants_mentions:
            opted_out.append(to)
        elif is_too_soon(last.get(to.person_id, LatestMessage()).made_at, at):
            recent.append(to)
        else:
            asked.append((to, questions))
    return RoleAudience(
        tuple(asked),
        tuple(recent),
        tuple(opted_out),
        tuple(name for id_, name in names.items() if id_ not in led),
        was_asked=first_event_at(session, ("plan", plan.id), "plan.roles-asked") is not None,
    )


def ask_about_roles(session: Session, plan: PlanFacts, *, by: Actor, at: datetime, now: datetime, site: str) -> RoleAudience:
    """Email each lead with roles to confirm in this plan, except those who were asked in the last 24 hours; return who was
    asked and who was not.

    Raises ``Invalid`` if the plan is closed, or if no one can be asked now.
    """
    lock_reminders(session)
    check_plan_is_open(session, plan_id=plan.id)
    audience = role_audience(session, plan, at)
    if not audience.asked:
        raise Invalid(("", Message(_nobody_to_ask(audience))))
    after = {
        "people": [recipient.person_id for recipient, _ in audience.asked],
        "roles": sorted({role.id for _, questions in audience.asked for _, role in questions}),
    }
    event_id = record_event(session, "plan.roles-asked", ("plan", plan.id), by=by, at=at, after=after)
    sender = session.get_one(Person, by.id).name
    for to, questions in audience.asked:
        email = roles_asked_email(to, plan.id, plan.year, questions, token=event_id, by=sender, site=site)
        enqueue(session, email, by=by, at=at, now=now)
    return audience


def _nobody_to_ask(audience: RoleAudience) -> str:
    if audience.recently_asked:
        return N_(
            "Everyone who has not answered yet received an email less than 24 hours ago. "
            "Wait a day before you send another one."
        )
    if audience.opted_out or audience.without_lead:
        return N_(
            "No email can be sent: no lead in these jurisdictions has an account and accepts these emails. Contact the "
            "leads directly."
        )
    return N_("There is no role left to confirm.")


def roles_asked_email(
    recipient: Recipient, plan_id: int, year: int, questions: Collection[Question], *, token: int, by: str, site: str
) -> OutgoingEmail:
    """Return the email to a lead with the roles to confirm in a plan, and the link to the page on which they can answer all of
    them.

    ``token`` distinguishes repeated emails about the same plan.
    """
    subject = Bilingual("{count} to confirm in the {year} plan", "{count} à confirmer dans le plan de {year}")
    opening = Bilingual(
        "{by} is asking your jurisdiction ({who}) to confirm {count} in the {year} work plan:",
        f"{{by}} demande à votre administration ({{who}}) de confirmer {{count}} dans le plan de travail de {{year}}{NBSP}:",
    )
    key = f"{NoticeKind.ROLES_ASKED}:{plan_id}:{token}:{recipient.person_id}"
    return _email(recipient, key, NoticeKind.ROLES_ASKED, (subject, opening), year, questions, by=by, site=site)


def roles_reminder_email(
    recipient: Recipient, plan_id: int, year: int, questions: Collection[Question], *, asked_id: int, stage: int, site: str
) -> OutgoingEmail:
    """Return the reminder of the roles to confirm in a plan. ``asked_id`` is the id of the email that asked about them."""
    subject = Bilingual("{count} still to confirm in the {year} plan", "{count} toujours à confirmer dans le plan de {year}")
    opening = Bilingual(
        "Your jurisdiction ({who}) has not yet accepted or declined {count} in the {year} work plan:",
        f"Votre administration ({{who}}) n’a pas encore accepté ni refusé {{count}} dans le plan de travail de {{year}}{NBSP}:",
    )
    key = f"{NoticeKind.ROLES_REMINDER}:{plan_id}:{asked_id}:{recipient.person_id}:{stage}"
    return _email(recipient, key, NoticeKind.ROLES_REMINDER, (subject, opening), year, questions, by="", site=site)


def _email(
    recipient: Recipient,
    key: str,
    kind: NoticeKind,
    words: tuple[Bilingual, Bilingual],
    year: int,
    questions: Collection[Question],
    *,
    by: str,
    site: str,
) -> OutgoingEmail:
    facts = {
        "by": by,
        "who": join_list(recipient.jurisdictions),
        "year": year,
        "count": dates.count_phrase(len(questions), Bilingual("role", "rôle"), Bilingual("roles", "rôles")),
    }
    subject, opening = words
    return compose_email(
        recipient,
        key,
        kind,
        phrases.fill(subject, **facts),
        Paragraph(phrases.fill(opening, **facts)),
        BulletList(tuple((_role_name(priority), _role_remark(role)) for priority, role in questions)),
        Paragraph(_HOW_TO_ANSWER),
        ActionLink(
            f"{site}/{recipient.lang.value}/plans/{year}/my-roles",
            Bilingual("Accept or decline the roles", "Accepter ou refuser les rôles"),
        ),
        site=site,
    )


def _role_name(priority: PriorityFacts) -> Bilingual:
    number, title = priority.number, priority.title
    return Bilingual(title.en and f"Priority {number}: {title.en}", title.fr and f"Priorité {number}{NBSP}: {title.fr}")


def _role_remark(role: AssignmentFacts) -> Bilingual:
    label = ROLE_LABELS.get(role.role)
    return Bilingual(f" ({label.en})", f" ({label.fr})") if label is not None else Bilingual("", "")


_HOW_TO_ANSWER = Bilingual(
    "Sign in on the page below and answer for each role. You can answer some now and the others later. "
    "Opening the page changes nothing.",
    "Connectez-vous à la page ci-dessous et répondez pour chaque rôle. Vous pouvez répondre pour certains maintenant et pour "
    "les autres plus tard. Ouvrir la page ne change rien.",
)
