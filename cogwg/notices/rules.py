"""The schedule of reminders, the kinds of email, and the reasons for cancelling one. These rules need no database.

Each stage of the schedule lasts several days, and a person gets one email for it. Therefore, if the command did not run
yesterday, the email is sent today. The days of reminders about reports are settings: ``SiteSettings.remind_days`` and
``remind_after`` (``COGWG_REMIND_DAYS``, ``COGWG_REMIND_AFTER``, or the page of settings).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from cogwg.core.bilingual import Bilingual
from cogwg.core.calendar import local_day

DIGEST_DAYS = (-1, -8, -15, -22)
"""The days on which co-chairs and the secretariat get a digest, as days left until the due day: on the day after it, then
every week, four times in total."""
CATCH_UP_DAYS = 7
"""For how many days the last reminder can be sent, from the day set for it. After that, only co-chairs send reminders."""
ROLE_REMINDER_DAYS = (7, 21)
"""When a jurisdiction that has not answered is reminded to confirm its roles, in days after it was asked."""
REMINDER_INTERVAL = timedelta(hours=24)
"""The minimum time between two reminders to the same person."""


class NoticeKind(StrEnum):
    """The kind of an email."""

    REMINDER = "reminder"
    CO_CHAIR_REMINDER = "chase"
    REMINDER_COPY = "copy"
    DIGEST = "digest"
    RETURNED = "returned"
    RECEIPT = "receipt"
    CO_LEAD = "co-lead"
    MENTION = "mention"
    ROLE_OFFER = "role"
    ROLES_ASKED = "roles-asked"
    ROLES_REMINDER = "roles-reminder"
    ROLE_REQUEST = "role-request"
    ROLE_ENDED = "role-ended"
    EXTENDED = "extended"
    SET_BACK = "set-back"
    DUE_REQUEST = "due-request"
    DUE_ANSWER = "due-answer"
    SECURITY = "security"
    FINALIZED = "finalized"
    INVITATION = "invitation"
    PASSWORD_LINK = "password-link"  # noqa: S105
    ADDRESS = "address"
    ADDRESS_LINK = "address-link"
    ROLES = "roles"
    ASSESSOR = "assessor"
    OFFER_ANSWER = "offer-answer"
    COMMENT_OUTCOME = "public-comment"


class CancellationReason(StrEnum):
    """The reason why an email in the outbox is no longer sent."""

    NO_ACCOUNT = "left"
    CLOSED = "closed"
    NOTHING_MISSING = "nothing-missing"
    DELETED = "deleted"
    ANSWERED = "answered"
    OFFER_WITHDRAWN = "withdrawn"
    REQUEST_WITHDRAWN = "request-withdrawn"
    RESUBMITTED = "resubmitted"
    OUT_OF_DATE = "out-of-date"
    SUPERSEDED = "superseded"
    LINK_SHOWN = "link-shown"
    BY_PERSON = "by-person"
    REMINDERS_CANCELLED = "reminders-cancelled"
    ADOPTION_UNDONE = "adoption-undone"
    AUTHOR_REMOVED = "author-removed"

    @property
    def label(self) -> Bilingual:
        return CANCELLATION_LABELS[self]


CANCELLATION_LABELS = {
    CancellationReason.NO_ACCOUNT: Bilingual("This person no longer has an account.", "Cette personne n’a plus de compte."),
    CancellationReason.CLOSED: Bilingual(
        "The quarter was closed before this email was sent.", "Le trimestre a été fermé avant que ce courriel soit envoyé."
    ),
    CancellationReason.NOTHING_MISSING: Bilingual(
        "This person has no reports left to submit.", "Cette personne n’a plus de rapport à soumettre."
    ),
    CancellationReason.DELETED: Bilingual(
        "The comment was deleted before this email was sent.",
        "Le commentaire a été supprimé avant que ce courriel soit envoyé.",
    ),
    CancellationReason.OFFER_WITHDRAWN: Bilingual("The offer was withdrawn.", "La proposition a été retirée."),
    CancellationReason.ANSWERED: Bilingual(
        "An answer about this role is no longer needed.",
        "Une réponse au sujet de ce rôle n’est plus nécessaire.",
    ),
    CancellationReason.REQUEST_WITHDRAWN: Bilingual(
        "The request was withdrawn before this email was sent.", "La demande a été retirée avant que ce courriel soit envoyé."
    ),
    CancellationReason.RESUBMITTED: Bilingual(
        "The report was submitted again before this email was sent.",
        "Le rapport a été soumis de nouveau avant que ce courriel soit envoyé.",
    ),
    CancellationReason.OUT_OF_DATE: Bilingual(
        "This email was no longer accurate. A new email is sent if required.",
        "Ce courriel n’était plus exact. Un nouveau courriel est envoyé au besoin.",
    ),
    CancellationReason.BY_PERSON: Bilingual(
        "A co-chair or the secretariat cancelled this email.", "La coprésidence ou le secrétariat a annulé ce courriel."
    ),
    CancellationReason.REMINDERS_CANCELLED: Bilingual(
        "All the reminders copied in this email were cancelled.",
        "Tous les rappels dont ce courriel est une copie ont été annulés.",
    ),
    CancellationReason.ADOPTION_UNDONE: Bilingual(
        "The adoption of the plan was undone before this email was sent.",
        "L’adoption du plan a été annulée avant que ce courriel soit envoyé.",
    ),
    CancellationReason.AUTHOR_REMOVED: Bilingual(
        "The information that identified the author of the comment was deleted.",
        "Les renseignements qui identifiaient l’auteur du commentaire ont été supprimés.",
    ),
    CancellationReason.LINK_SHOWN: Bilingual(
        "A new link was shown to the secretariat, to be given to this person. The link in this email no longer works.",
        "Un nouveau lien a été affiché pour être remis à cette personne. Le lien de ce courriel ne fonctionne plus.",
    ),
    CancellationReason.SUPERSEDED: Bilingual(
        "A newer email to this person replaces this one.", "Un courriel plus récent à cette personne remplace celui-ci."
    ),
}
OPTIONAL_KINDS = (
    NoticeKind.REMINDER,
    NoticeKind.CO_CHAIR_REMINDER,
    NoticeKind.DIGEST,
    NoticeKind.MENTION,
    NoticeKind.ROLE_OFFER,
    NoticeKind.ROLES_ASKED,
    NoticeKind.ROLES_REMINDER,
    NoticeKind.FINALIZED,
)
"""The kinds that a person can choose not to receive, on the account page."""
REMINDER_KINDS = (NoticeKind.REMINDER, NoticeKind.CO_CHAIR_REMINDER)
ROLE_QUESTION_KINDS = (NoticeKind.ROLES_ASKED, NoticeKind.ROLES_REMINDER)
SCHEDULED_KINDS = (NoticeKind.REMINDER, NoticeKind.DIGEST, NoticeKind.ROLES_REMINDER)
"""The kinds that ``cogwg remind`` creates. It replaces waiting emails of these kinds that are no longer needed."""
REPLACED_BY_NEWER = {
    NoticeKind.REMINDER: "reminder",
    NoticeKind.CO_CHAIR_REMINDER: "reminder",
    NoticeKind.DIGEST: "digest",
    NoticeKind.RETURNED: "returned",
    NoticeKind.ROLE_OFFER: "role",
    NoticeKind.ROLES_ASKED: "roles",
    NoticeKind.ROLES_REMINDER: "roles",
}
"""The kinds of email of which a person needs only the newest about the same quarter, report or role. Kinds with the same value
replace each other. All other kinds, such as receipts and mentions, are not replaced."""


def reminder_stage(due_at: datetime, now: datetime, days: Sequence[int]) -> str:
    """Return the stage of the reminder that is due now, such as "before-14", "on-the-day" or "after-8"; "" if none is due.

    ``days`` lists when reminders are sent, as numbers of days left until the due day (negative after it); see
    ``SiteSettings.reminder_days``. On the due day itself, a reminder is always due until the due time.
    """
    left = (local_day(due_at) - local_day(now)).days
    if left == 0:
        return "on-the-day" if now < due_at else ""
    reached = [n for n in days if left <= n and (left > 0) == (n > 0)]
    if not reached or left <= min(days) - CATCH_UP_DAYS:
        return ""
    return f"before-{min(reached)}" if left > 0 else f"after-{-min(reached)}"


def role_reminder_stage(asked_at: datetime, now: datetime) -> int:
    """Return the stage of the reminder about roles that is due now, as a number of days after the lead was asked; 0 if none is
    due.
    """
    passed = (local_day(now) - local_day(asked_at)).days
    if passed >= max(ROLE_REMINDER_DAYS) + CATCH_UP_DAYS:
        return 0
    return max((days for days in ROLE_REMINDER_DAYS if days <= passed), default=0)


def is_out_of_date(kind: str, made_at: datetime, due_at: datetime, now: datetime) -> bool:
    """Return whether a waiting reminder or digest is no longer true because time has passed.

    It follows from the texts in ``reminder_messages``. Before the due time, an automatic reminder may say "due today", so it is
    true only on the day it was created. A co-chair's reminder says "is due", so it is true until the due time. After the due
    time, both say "was due" and stay true. A digest states how many reports were received, so it is true only on the day it was
    created.
    """
    is_same_day = local_day(made_at) == local_day(now)
    if kind == NoticeKind.DIGEST:
        return not is_same_day
    if (made_at < due_at) != (now < due_at):
        return True
    return kind == NoticeKind.REMINDER and now < due_at and not is_same_day


def is_too_soon(last: datetime | None, now: datetime) -> bool:
    """Return whether a person was reminded less than 24 hours ago."""
    return last is not None and now - last < REMINDER_INTERVAL
