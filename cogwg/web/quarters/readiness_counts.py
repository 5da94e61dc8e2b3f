"""The counts at the top of a quarter's reporting status, each with a link that lists what it includes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from cogwg.plan.models import Confirmation
from cogwg.reporting.periods import PeriodFacts
from cogwg.reporting.readiness import Readiness, ReadinessState
from cogwg.web.quarters.readiness_grid import NO_CONTACT, TO_CONFIRM, ReadinessRow


@dataclass(frozen=True, slots=True)
class ReadinessCount:
    """A count with its label. ``url`` leads to a list of what is counted; it is empty if there is no such list.

    ``mark`` is the shape shown with a count of reports, as in ``GridCell.kind``.
    """

    label: str
    count: int
    url: str
    mark: str = ""
    note: str = ""


def filter_heading(filter_name: str) -> str:
    """Return the heading of the list that this filter shows; "" without a filter."""
    headings = {
        ReadinessState.SUBMITTED.value: _("Reports received"),
        ReadinessState.RETURNED.value: _("Reports returned"),
        ReadinessState.DRAFT.value: _("Drafts, not submitted"),
        ReadinessState.NOT_STARTED.value: _("Reports with no draft yet"),
        TO_CONFIRM: _("Jurisdictions with a role to confirm"),
        NO_CONTACT: _("Jurisdictions without a contact"),
    }
    return str(headings[filter_name]) if filter_name else ""


def report_counts(readiness: Readiness, lang: str) -> list[ReadinessCount]:
    """Return how many reports are in each state."""
    late = sum(report.late for report in readiness.all_reports)
    late_note = ngettext("%(num)s submitted late", "%(num)s submitted late", late) if late else ""

    def count(state: ReadinessState, label: str, mark: str, note: str = "") -> ReadinessCount:
        return ReadinessCount(label, readiness.count(state), filter_url(lang, readiness.period, state.value), mark, note)

    return [
        count(ReadinessState.SUBMITTED, _("Received"), "in", late_note),
        count(ReadinessState.RETURNED, _("Returned with a note"), "returned"),
        count(ReadinessState.DRAFT, _("Drafts"), "draft"),
        count(ReadinessState.NOT_STARTED, _("No draft yet"), "empty"),
    ]


def follow_up_counts(readiness: Readiness, rows: list[ReadinessRow], lang: str) -> list[ReadinessCount]:
    """Return how many roles are vacant, how many are to be confirmed, and how many jurisdictions have no contact."""
    period = readiness.period
    vacant_count, to_confirm = (
        len(readiness.plan.assignments_with(state)) for state in (Confirmation.VACANT, Confirmation.TO_CONFIRM)
    )
    without_contact = sum(row.has_no_contact for row in rows)
    vacant_url = url_for("quarters.readiness_page", lang=lang, period=period.key, _anchor="vacant") if vacant_count else ""
    return [
        ReadinessCount(ngettext("Vacant role", "Vacant roles", vacant_count), vacant_count, vacant_url),
        ReadinessCount(
            ngettext("Role to confirm", "Roles to confirm", to_confirm), to_confirm, filter_url(lang, period, TO_CONFIRM)
        ),
        ReadinessCount(_("Without a contact"), without_contact, filter_url(lang, period, NO_CONTACT)),
    ]


def filter_url(lang: str, period: PeriodFacts, filter_name: str) -> str:
    """Return the URL of the reporting status with this filter, or without one if ``filter_name`` is ""."""
    more: dict[str, Any] = {"show": filter_name, "_anchor": "reports"} if filter_name else {}
    return url_for("quarters.readiness_page", lang=lang, period=period.key, **more)
