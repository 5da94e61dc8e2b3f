"""What the page of an activity shows, read once a request, in a constant number of statements.

Its own door and those of the things that are done on it (a note, a moved due date, a comment) answer with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, url_for

from cogwg.accounts.queries import SignedInPerson
from cogwg.core import dates
from cogwg.discussion.queries import comments
from cogwg.plan.queries import ActivityFacts, PlanFacts, PriorityFacts, plan_facts
from cogwg.plan.rules import DueDate
from cogwg.policy import Permission, acting_for, can_contribute, can_report_on, can_see_return_note, has_permission
from cogwg.reporting.partner_notes import NamedJurisdiction, NoteFacts, TakingPart, taking_part
from cogwg.reporting.periods import PeriodFacts, current_period, periods
from cogwg.reporting.queries import Standing, standings
from cogwg.reporting.timeline import TimelineEntry, timelines
from cogwg.web.activities.forms import CommentForm, DueForm, NoteForm
from cogwg.web.activities.thread import talk
from cogwg.web.auth.access import somebody
from cogwg.web.http import clocks, htmx, i18n
from cogwg.web.http.database import session
from cogwg.web.http.edit_conflict import TwoTexts


@dataclass(frozen=True, slots=True)
class At:
    """An activity in its priority and plan, and the address of its page."""

    lang: str
    plan: PlanFacts
    priority: PriorityFacts
    activity: ActivityFacts

    @property
    def address(self) -> dict[str, Any]:
        return {"lang": self.lang, "year": self.plan.year, "code": self.activity.code}

    @property
    def url(self) -> str:
        return url_for("activities.page", **self.address)


@dataclass(frozen=True, slots=True)
class NoteDesk:
    """A partner's note that this person may write: for their own jurisdiction or on behalf of another."""

    jurisdiction: NamedJurisdiction
    url: str
    on_behalf: bool
    stored: NoteFacts | None
    form: NoteForm
    opened: bool = False
    clash: TwoTexts | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A partner's note as a page tells it, with its quarter."""

    facts: NoteFacts
    quarter: PeriodFacts


def at(lang: str, year: int, code: str) -> At:
    """The activity of this code. Raises ``NotFound``."""
    plan = plan_facts(session(), year, code=code)
    (priority,) = plan.priorities
    return At(lang, plan, priority, next(a for a in priority.activities if a.code == code))


def answer(
    here: At,
    status: int = 200,
    *,
    note: NoteDesk | None = None,
    due: DueForm | None = None,
    comment: CommentForm | None = None,
) -> Response:
    """The page, perhaps with a form that was sent and could not be taken."""
    return htmx.answer("activities/page.html", "activities/page.html", status, **_context(here, note, due, comment))


def talk_context(here: At, comment: CommentForm | None = None) -> dict[str, Any]:
    """What the discussion alone needs, for a page that swaps it."""
    group = taking_part(session(), here.activity.id).jurisdictions
    return {"talk": talk(somebody(), here.address, comments(session(), here.activity.id), group, comment)}


def due_form(here: At, **sent: Any) -> DueForm:
    """A form that offers the months of the plan's year and of the next."""
    lang = i18n.current()
    months = [
        (DueDate(year, month).key, dates.month_of_year(year, month).text(lang))
        for year in sorted({here.plan.year, here.plan.year + 1, here.activity.due_year})
        for month in range(1, 13)
    ]
    return DueForm(here.activity.due, months, **sent)


def note_desk(here: At, who: SignedInPerson, period: PeriodFacts, one: NamedJurisdiction, stored: NoteFacts | None) -> NoteDesk:
    """The form of a jurisdiction's note in this quarter."""
    place: dict[str, Any] = {"for": one.code, "period": period.key}
    form = NoteForm(one.id, stored.text if stored else None, stored.version if stored else 0, formdata=None)
    behalf = acting_for(who, one.id) is not None
    return NoteDesk(one, url_for("activities.note_save", **here.address, **place), behalf, stored, form)


def _context(here: At, note: NoteDesk | None, due: DueForm | None, comment: CommentForm | None) -> dict[str, Any]:
    who, activity, today = somebody(), here.activity, clocks.today()
    one = replace(here.priority, activities=(activity,))
    standing = standings(session(), replace(here.plan, priorities=(one,)), today, texts=True)[activity.id]
    quarters = periods(session(), here.plan.id, clocks.now(), today)
    group = taking_part(session(), activity.id)
    steers = has_permission(who.roles, Permission.MANAGE_PLAN)
    report_url = _report_url(here, who)
    history = timelines(session(), [activity.id], why_returned=can_see_return_note(who, here.priority))[activity.id]
    return {
        "plan": here.plan,
        "priority": here.priority,
        "standing": standing,
        "history": history,
        "report_url": report_url,
        "return_url": _return_url(here, who, standing, quarters, history),
        "waits": bool(history) and history[0].kind == "returned" and has_permission(who.roles, Permission.MANAGE_PERIODS),
        "notes": _notes(group, quarters),
        "note_desks": _note_desks(here, who, quarters, group, note),
        "due_form": due or (due_form(here, formdata=None) if steers else None),
        "due_url": url_for("activities.due_date_move", **here.address),
        "talk": talk(who, here.address, comments(session(), activity.id), group.jurisdictions, comment),
    }


def _notes(group: TakingPart, quarters: Sequence[PeriodFacts]) -> list[Note]:
    """What partners wrote, the latest quarter first."""
    found = {q.id: q for q in quarters}
    notes = [Note(n, found[n.period_id]) for n in group.notes if n.period_id in found]
    return sorted(notes, key=lambda n: n.quarter.key, reverse=True)


def _note_desks(
    here: At, who: SignedInPerson, quarters: list[PeriodFacts], group: TakingPart, sent: NoteDesk | None
) -> list[NoteDesk]:
    """One's own first; the form that was just sent stands in place of its own."""
    desks = []
    for j in group.jurisdictions:
        period = current_period(quarters, answers_for=[j.id])
        if period is not None and can_contribute(who, here.priority, j.id):
            desks.append(note_desk(here, who, period, j, group.note(period.id, j.id)))
    if sent is not None:
        desks = [sent, *(d for d in desks if d.jurisdiction.id != sent.jurisdiction.id)]
    return sorted(desks, key=lambda d: d.on_behalf)


def _return_url(
    here: At, who: SignedInPerson, standing: Standing, quarters: Sequence[PeriodFacts], told: Sequence[TimelineEntry]
) -> str:
    """Where a co-chair returns what was last submitted; empty where its quarter takes no more, or it is returned already."""
    quarter = next((q for q in quarters if q.id == standing.period_id and q.takes_reports), None)
    waits = bool(told) and told[0].kind == "returned"
    if quarter is None or waits or not has_permission(who.roles, Permission.MANAGE_PERIODS):
        return ""
    return url_for("quarters.report_return", **here.address, period=quarter.key)


def _report_url(here: At, who: SignedInPerson) -> str | None:
    """The form of an activity for somebody who may report on it; a co-chair's is on behalf of who carries it first."""
    if can_report_on(who, here.priority, None):
        return url_for("reporting.report", **here.address)
    first = next((a.jurisdiction_code for a in here.priority.assignments if a.can_report), None)
    if first is None or not has_permission(who.roles, Permission.REPORT_ON_BEHALF):
        return None
    behalf: dict[str, Any] = {"for": first}
    return url_for("reporting.report", **here.address, **behalf)
