"""Sentences about a plan's statuses over time: for each activity in the timeline, and to sum up the timeline and progress."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from cogwg.core.status import NO_REPORT, Timeliness
from cogwg.reporting.queries import CurrentStatus
from cogwg.web.http.filters import plain, timeliness_text
from cogwg.web.plan.list_filters import ActivityLine
from cogwg.web.plan.progress import QuarterStatusCounts


def describe_status(current_status: CurrentStatus) -> str:
    """Return an activity's status and timeliness in words, such as "Limited progress · Overdue by 86 days"."""
    if current_status.status is None and current_status.timeliness is Timeliness.NOT_YET_DUE:
        return timeliness_text(current_status.timeliness, current_status.days, current_status.activity.due_on)
    status = current_status.status.label if current_status.status is not None else NO_REPORT
    return (
        f"{plain(status)} · {timeliness_text(current_status.timeliness, current_status.days, current_status.activity.due_on)}"
    )


def timeline_summary(lines: list[ActivityLine]) -> str:
    """Summarize the timeline in a few sentences: what is overdue and by how much, what was done late, and what is due now."""
    by = {when: [line.current_status for line in lines if line.current_status.timeliness is when] for when in Timeliness}
    overdue, late, due = by[Timeliness.OVERDUE], by[Timeliness.DONE_LATE], by[Timeliness.DUE]
    sentences = []
    if overdue:
        days = max(s.days for s in overdue)
        longest = ngettext("%(num)s day", "%(num)s days", days)
        sentences.append(
            ngettext(
                "%(num)s activity is overdue by %(longest)s.",
                "%(num)s activities are overdue by up to %(longest)s.",
                len(overdue),
                longest=longest,
            )
        )
    elif due or by[Timeliness.NOT_YET_DUE]:
        sentences.append(_("No activities are overdue."))
    if late:
        sentences.append(ngettext("%(num)s was done late.", "%(num)s were done late.", len(late)))
    if due:
        sentences.append(ngettext("%(num)s is due this month.", "%(num)s are due this month.", len(due)))
    if lines and len(by[Timeliness.DONE_ON_TIME]) == len(lines):
        sentences.append(_("All activities were done on time."))
    return " ".join(sentences)


def progress_summary(ends: list[QuarterStatusCounts]) -> str:
    """Return the figure's caption: how many activities are complete, and how many were complete a quarter earlier."""
    if not ends:
        return str(_("The first quarter has not started yet, so there is nothing to compare."))
    last = ends[-1]
    values: dict[str, Any] = {"complete": last.complete, "total": last.total, "number": last.period.quarter}
    if last.is_in_progress:
        now = _("So far in Quarter %(number)s, %(complete)s of %(total)s activities are complete.", **values)
    else:
        now = _("At the end of Quarter %(number)s, %(complete)s of %(total)s activities were complete.", **values)
    if len(ends) == 1:
        return str(now)
    before = ends[-2]
    was = _(
        "Activities complete at the end of Quarter %(number)s: %(complete)s.",
        number=before.period.quarter,
        complete=before.complete,
    )
    return f"{now} {was}"
