"""Rules of the plan, without a database: due dates, who can report or add notes, and the states of a role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from cogwg.core import dates
from cogwg.core.bilingual import Bilingual
from cogwg.core.calendar import last_of_month
from cogwg.core.errors import N_, Invalid, Message
from cogwg.core.text_limits import bilingual_length_problems
from cogwg.plan.models import AssignmentRole, Confirmation

DUE_WORDING_LIMIT = 60


@lru_cache(maxsize=1024)
def due_on(year: int, month: int, day: int | None) -> date:
    """Return the due day: the exact day if there is one, or else the last day of the due month."""
    return date(year, month, day) if day else last_of_month(year, month)


def can_report(role: AssignmentRole, confirmation: Confirmation) -> bool:
    """Return whether an assignment with this role and state lets its jurisdiction report on the priority."""
    return confirmation is Confirmation.CONFIRMED and role is not AssignmentRole.PARTNER


def can_contribute(role: AssignmentRole, confirmation: Confirmation) -> bool:
    """Return whether an assignment with this role and state lets its jurisdiction add notes to the priority's reports."""
    return confirmation is Confirmation.CONFIRMED and role is AssignmentRole.PARTNER


class RoleEvent(StrEnum):
    """An event that changes a role. The group offers the role, and a jurisdiction accepts or declines it.

    The group can withdraw an offer, end a role, or offer it to another jurisdiction. A jurisdiction can request a vacant role
    and withdraw its request. The secretariat can add a role to the plan, state whether it is that of a lead or a partner, and
    remove it while it is vacant.
    """

    OFFER = "offered"
    ACCEPT = "accepted"
    DECLINE = "declined"
    WITHDRAW_OFFER = "offer-withdrawn"
    END = "ended"
    HAND_OVER = "handed-over"
    REQUEST = "requested"
    WITHDRAW_REQUEST = "request-withdrawn"
    ADD = "added"
    STATE = "stated"
    REMOVE = "removed"


ROLE_TRANSITIONS: Mapping[tuple[Confirmation, RoleEvent], Confirmation] = {
    (Confirmation.VACANT, RoleEvent.OFFER): Confirmation.TO_CONFIRM,
    (Confirmation.TO_CONFIRM, RoleEvent.ACCEPT): Confirmation.CONFIRMED,
    (Confirmation.TO_CONFIRM, RoleEvent.DECLINE): Confirmation.VACANT,
    (Confirmation.TO_CONFIRM, RoleEvent.WITHDRAW_OFFER): Confirmation.VACANT,
    (Confirmation.CONFIRMED, RoleEvent.END): Confirmation.VACANT,
    (Confirmation.CONFIRMED, RoleEvent.HAND_OVER): Confirmation.TO_CONFIRM,
    (Confirmation.VACANT, RoleEvent.REQUEST): Confirmation.VACANT,
    (Confirmation.VACANT, RoleEvent.WITHDRAW_REQUEST): Confirmation.VACANT,
    (Confirmation.VACANT, RoleEvent.STATE): Confirmation.VACANT,
    (Confirmation.TO_CONFIRM, RoleEvent.STATE): Confirmation.TO_CONFIRM,
    (Confirmation.CONFIRMED, RoleEvent.STATE): Confirmation.CONFIRMED,
    (Confirmation.VACANT, RoleEvent.REMOVE): Confirmation.VACANT,
}
"""All allowed transitions, from a state and an event to the next state."""


def next_confirmation(state: Confirmation, event: RoleEvent) -> Confirmation:
    """Return the next state of a role. Raises ``Invalid``, with a message about the current state, if there is no such
    transition.
    """
    if (state, event) in ROLE_TRANSITIONS:
        return ROLE_TRANSITIONS[state, event]
    sentences = {
        Confirmation.CONFIRMED: N_("This role has already been accepted."),
        Confirmation.TO_CONFIRM: N_("This role has already been offered and is waiting for an answer."),
        Confirmation.VACANT: N_("This role is now vacant."),
    }
    raise Invalid(("", Message(sentences[state])))


@dataclass(frozen=True, slots=True)
class DueDate:
    """A due date: a month, optionally with the exact day. Its ``key`` looks like 2020-09 or 2020-09-15."""

    year: int
    month: int
    day: int | None = None

    @property
    def key(self) -> str:
        return f"{self.year}-{self.month:02}" + (f"-{self.day:02}" if self.day else "")

    @property
    def text(self) -> Bilingual:
        """Return the date in words: "September 2020", or the full date if it has a day."""
        if self.day is None:
            return dates.month_of_year(self.year, self.month)
        return dates.day(date(self.year, self.month, self.day))

    def is_before(self, today: date) -> bool:
        """Return whether the date has passed; a due date without a day passes at the end of its month."""
        last = last_of_month(self.year, self.month)
        return (last if self.day is None else last.replace(day=self.day)) < today

    @classmethod
    def from_key(cls, key: str) -> DueDate:
        """Return the due date that has this key."""
        year, month, *day = (int(part) for part in key.split("-"))
        return cls(year, month, day[0] if day else None)


def check_reason(reason: Bilingual, missing_message: str) -> None:
    """Check that a reason is given in at least one language, and is not too long. Raises ``Invalid`` with all problems."""
    problems = list(bilingual_length_problems("reason", reason))
    if not reason:
        problems.append(("reason", Message(missing_message)))
    if problems:
        raise Invalid(*problems)


def check_role_stated(role: AssignmentRole | None) -> None:
    """Raise ``Invalid`` unless the role is that of a lead or a partner."""
    if role not in (AssignmentRole.LEAD, AssignmentRole.PARTNER):
        raise Invalid(("role", Message(N_("Choose “Lead” or “Partner”."))))


def check_not_past(new: DueDate, today: date) -> None:
    """Raise ``Invalid`` if the due date has passed."""
    if new.is_before(today):
        sentence = N_("This date has passed. Choose %(today)s or later.")
        raise Invalid(("month", Message(sentence, {"today": dates.day(today)})))


def check_due(due: DueDate) -> None:
    """Raise ``Invalid`` if the due date has a day that its month does not have."""
    if problems := _day_problems(due):
        raise Invalid(*problems)


def _day_problems(due: DueDate) -> list[tuple[str, Message]]:
    last = last_of_month(due.year, due.month).day
    if due.day is None or 1 <= due.day <= last:
        return []
    return [("day", Message(N_("Enter a day from 1 to %(last)s, or leave it empty."), {"last": last}))]


_MISSING_DUE_REASON = N_("Explain why you are moving the due date. The history will show the reason.")


def check_due_change(
    current: DueDate, new: DueDate, reason: Bilingual, words: Bilingual, missing_reason: str = _MISSING_DUE_REASON
) -> None:
    """Check that the new due date is valid and not the current one, that a reason is given, and that no text is too long.

    Raises ``Invalid`` with all problems; ``missing_reason`` is the message for a missing reason.
    """
    problems = _day_problems(new)
    if not problems and new == current:
        problems.append(("month", Message(N_("This is already the due date. Choose another month or day."))))
    if not reason:
        problems.append(("reason", Message(missing_reason)))
    problems += bilingual_length_problems("reason", reason)
    problems += bilingual_length_problems("words", words, DUE_WORDING_LIMIT)
    if problems:
        raise Invalid(*problems)
