"""Decisions about the plan, without a database: when an activity is due, and whose role lets them report."""

from __future__ import annotations

from datetime import date

from cogwg.core.calendar import last_of_month
from cogwg.plan.models import Confirmation, Holds


def due_on(year: int, month: int, day: int | None) -> date:
    """The due day: the exact one, else the last of the due month."""
    return date(year, month, day) if day else last_of_month(year, month)


def may_report(role: Holds, confirmation: Confirmation) -> bool:
    """Confirmed leads, and confirmed assignees whose role is not stated; partners add a note instead."""
    return confirmation is Confirmation.CONFIRMED and role is not Holds.PARTNER
