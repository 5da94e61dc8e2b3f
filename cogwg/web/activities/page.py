"""What an activity's page shows. The number of SQL statements does not grow with the amount of data.

The page's own view uses this module, and so do the views that save its forms: they show the page again if a form is rejected.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, url_for

from cogwg.accounts.contacts import people_to_ask
from cogwg.accounts.queries import MembershipFacts, NamedJurisdiction, SignedInPerson
from cogwg.core import dates
from cogwg.core.bilingual import LocalizedText, sort_key
from cogwg.discussion.queries import comments
from cogwg.discussion.rules import mention_names, unknown_mentions
from cogwg.notices.queries import co_chairs_by_language, leads_by_language
from cogwg.ogp.queries import served_by_activity
from cogwg.plan.due_requests import DueRequestFacts, pending_due_request
from cogwg.plan.lineage import lineage
from cogwg.plan.queries import ActivityFacts, PlanFacts, PriorityFacts, plan_facts
from cogwg.plan.rules import DueDate
from cogwg.policy import (
    Permission,
    acting_for,
    can_contribute,
    can_report_on,
    can_request_due_date,
    can_see_return_note,
    has_permission,
)
from cogwg.reporting.partner_notes import ActivityNotes, NoteFacts, notes_on_activity
from cogwg.reporting.periods import PeriodFacts, current_period, periods
from cogwg.reporting.queries import CurrentStatus, reports_in_period
from cogwg.reporting.timeline import TimelineEntry, timeline_and_status
from cogwg.web.activities.edit_conflict import TextConflict
from cogwg.web.activities.forms import ActivityCommentForm, DeclineDueForm, DueForm, DueRequestForm, NoteForm
from cogwg.web.auth.access import current_user
from cogwg.web.discussion.comments import CommentRow, CommentThread
from cogwg.web.http import clocks, htmx, i18n
from cogwg.web.http.database import session
from cogwg.web.http.history import history_rows


@dataclass(frozen=True, slots=True)
class ActivityContext:
    """An activity with its priority and plan, and the URL of the activity's page."""

    lang: str
    plan: PlanFacts
    priority: PriorityFacts
    activity: ActivityFacts

    @property
    def url_values(self) -> dict[str, Any]:
        return {"lang": self.lang, "year": self.plan.year, "code": self.activity.code}

    @property
    def url(self) -> str:
        return url_for("activities.page", **self.url_values)


@dataclass(frozen=True, slots=True)
class NoteEditor:
    """The form for a partner's note, which this person may write for their own jurisdiction or on behalf of another.

    ``is_open`` means that the form is not collapsed: the person's own jurisdiction has no note yet, or the form was rejected.
    ``form_key`` is the key under which the form's unsaved text is stored.
    """

    jurisdiction: NamedJurisdiction
    url: str
    is_on_behalf: bool
    stored: NoteFacts | None
    form: NoteForm
    is_open: bool
    form_key: str
    conflict: TextConflict | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A partner's note with its quarter."""

    facts: NoteFacts
    quarter: PeriodFacts


def activity_context(lang: str, year: int, code: str) -> ActivityContext:
    """Return the activity with this code in the plan of ``year``. Raises ``NotFound`` if there is none."""
    plan = plan_facts(session(), year, code=code)
    (priority,) = plan.priorities
    return ActivityContext(lang, plan, priority, next(a for a in priority.activities if a.code == code))


def respond(
    context: ActivityContext,
    status: int = 200,
    *,
    note: NoteEditor | None = None,
    due: DueForm | None = None,
    due_request: DueRequestForm | None = None,
    decline: DeclineDueForm | None = None,
    comment: ActivityCommentForm | None = None,
) -> Response:
    """Return the activity's page. A form that was rejected is shown as it was submitted."""
    sees_notes = can_see_return_note(current_user(), context.priority)
    history, current_status = timeline_and_status(session(), context.activity, clocks.today(), with_return_notes=sees_notes)
    values = _context(context, history, current_status, note, due, comment)
    values |= _due_request_context(context, history, due_request, decline)
    return htmx.respond("activities/page.html", "activities/page.html", status, **values)


def discussion(context: ActivityContext, comment: ActivityCommentForm | None = None) -> CommentThread:
    """Return the discussion alone, for an htmx request that replaces only this part of the page."""
    return _discussion(context, notes_on_activity(session(), context.activity.id).jurisdictions, comment)


def mention_choices(jurisdictions: Sequence[NamedJurisdiction]) -> list[tuple[int, str]]:
    """Return the jurisdictions as choices to mention: pairs of id and name, sorted by name."""
    lang = i18n.current_language()
    return sorted(((j.id, j.name.text(lang)) for j in jurisdictions), key=lambda choice: sort_key(choice[1]))


def due_form(context: ActivityContext, **sent: Any) -> DueForm:
    """Return the form to move the due date."""
    return DueForm(context.activity.due, _months(context), **sent)


def due_request_form(context: ActivityContext, **sent: Any) -> DueRequestForm:
    """Return the form to ask for another due date. It offers no month that has passed."""
    today = clocks.today()
    this_month = DueDate(today.year, today.month).key
    months = [(key, label) for key, label in _months(context) if key >= this_month]
    return DueRequestForm(context.activity.due, months, **sent)


def requesting_jurisdiction(context: ActivityContext, person: SignedInPerson) -> MembershipFacts | None:
    """Return the person's first lead role that lets them ask to move the due date, or None if they have none."""
    own = (m for m in person.lead_memberships if m.jurisdiction_id is not None)
    return next((m for m in own if can_request_due_date(person, context.priority, m.jurisdiction_id or 0)), None)


def _months(context: ActivityContext) -> list[tuple[str, str]]:
    """Return a key and a label for each month of the plan's year, the year after, the due date's year and this year."""
    lang = i18n.current_language()
    return [
        (DueDate(year, month).key, dates.month_of_year(year, month).text(lang))
        for year in sorted({context.plan.year, context.plan.year + 1, context.activity.due_year, clocks.today().year})
        for month in range(1, 13)
    ]


def note_editor(
    context: ActivityContext,
    who: SignedInPerson,
    period: PeriodFacts,
    jurisdiction: NamedJurisdiction,
    stored: NoteFacts | None,
) -> NoteEditor:
    """Return the form for a jurisdiction's note in the quarter ``period``, filled in with the stored note if there is one."""
    query: dict[str, Any] = {"for": jurisdiction.code, "period": period.key}
    url = url_for("activities.note_save", **context.url_values, **query)
    form = NoteForm(jurisdiction.id, stored.text if stored else None, stored.version if stored else 0, formdata=None)
    is_on_behalf = acting_for(who, jurisdiction.id) is not None
    key = f"note:{period.key}:{context.activity.id}:{jurisdiction.id}"
    is_open = stored is None and not is_on_behalf
    return NoteEditor(jurisdiction, url, is_on_behalf, stored, form, is_open=is_open, form_key=key)


def _context(
    context: ActivityContext,
    history: Sequence[TimelineEntry],
    current_status: CurrentStatus,
    note: NoteEditor | None,
    due: DueForm | None,
    comment: ActivityCommentForm | None,
) -> dict[str, Any]:
    who, activity, today = current_user(), context.activity, clocks.today()
    quarters = periods(session(), context.plan.id, clocks.now(), today)
    activity_notes = notes_on_activity(session(), activity.id)
    can_move = has_permission(who.roles, Permission.MANAGE_PLAN) and not context.plan.is_closed
    was_returned = any(entry.kind == "returned" for entry in history)  # so most pages need no further statement
    is_returned = was_returned and _is_returned(current_status)
    period = current_period(quarters)
    return {
        "plan": context.plan,
        "priority": context.priority,
        "current_status": current_status,
        "lineage": lineage(session(), activity.id),
        "history": history_rows(history),
        "earlier_wording": wording_of_last_report(history),
        "report_url": _report_url(context, who),
        "is_submitted": period is not None and current_status.period_id == period.id and not is_returned,
        "return_url": "" if is_returned else _return_url(context, who, current_status, quarters),
        "is_returned": is_returned and has_permission(who.roles, Permission.MANAGE_PERIODS),
        "notes": partner_notes(activity_notes, quarters),
        "note_editors": _note_editors(context, who, quarters, activity_notes, note),
        "due_form": due or (due_form(context, formdata=None) if can_move else None),
        "due_url": url_for("activities.due_date_move", **context.url_values),
        "thread": _discussion(context, activity_notes.jurisdictions, comment),
        "people_to_ask": people_to_ask(
            session(),
            {a.jurisdiction_id: a.full_name for a in context.priority.assignments if a.jurisdiction_id and a.can_report},
            reader_id=who.person_id,
            with_leads=has_permission(who.roles, Permission.SEE_CONTACTS),
        ),
        "serves": served_by_activity(session(), activity.id),
        "links_served": has_permission(who.roles, Permission.RECORD_COMMITMENTS),
    }


def wording_of_last_report(history: Sequence[TimelineEntry]) -> tuple[LocalizedText, ...]:
    """Return how the activity read when its last report was written, where that differs from today's wording."""
    last = next((entry for entry in history if entry.kind == "submitted"), None)
    rewording = last.rewording if last is not None else None
    return rewording.earlier_texts(i18n.current_language()) if rewording is not None else ()


def _due_request_context(
    context: ActivityContext,
    history: Sequence[TimelineEntry],
    form: DueRequestForm | None,
    decline: DeclineDueForm | None,
) -> dict[str, Any]:
    """Return the values that the page shows about a request to move the due date.

    While a request is unanswered, they include the form to decline it, for people who may answer. Otherwise, they include
    the form to make a request, for people who may ask.
    """
    person = current_user()
    was_asked = any(entry.kind == "asked" for entry in history)  # so most pages need no further statement
    request = pending_due_request(session(), context.activity.id) if was_asked else None
    is_open = not context.plan.is_closed
    if form is None and request is None and is_open and requesting_jurisdiction(context, person) is not None:
        form = due_request_form(context, formdata=None)
    may_answer = request is not None and is_open and has_permission(person.roles, Permission.MANAGE_PLAN)
    return {
        "due_request": request,
        "due_request_form": form,
        "due_readers": _due_readers(request if may_answer else None, form),
        "can_withdraw_due": request is not None
        and is_open
        and can_request_due_date(person, context.priority, request.jurisdiction_id),
        "decline_form": decline or (DeclineDueForm(formdata=None) if may_answer else None),
    }


def _due_readers(request: DueRequestFacts | None, form: DueRequestForm | None) -> dict[str, int]:
    """Map each language to the number of people who will get the email with the reason.

    They are the leads if there is a request to answer, and otherwise the co-chairs.
    """
    if request is not None:
        return leads_by_language(session(), [request.jurisdiction_id])
    return co_chairs_by_language(session()) if form is not None else {}


def _is_returned(current_status: CurrentStatus) -> bool:
    """Return whether the last submitted report was returned and has not been submitted again."""
    if current_status.period_id is None:
        return False
    id_ = current_status.activity.id
    report = reports_in_period(session(), current_status.period_id, [id_]).get(id_)
    return report is not None and report.is_returned


def _discussion(
    context: ActivityContext, jurisdictions: Sequence[NamedJurisdiction], form: ActivityCommentForm | None
) -> CommentThread:
    """Return the comments, with links to edit the user's own, and the comment form if the user may comment.

    In a closed plan, there is no such form, and one's own comments can only be deleted.

    A rejected form (``form``) is shown as it was submitted; otherwise the form is empty.
    """
    user = current_user()
    can_write = has_permission(user.roles, Permission.DISCUSS)
    can_add = can_write and not context.plan.is_closed
    if form is None and can_add:
        form = ActivityCommentForm(None, mention_choices(jurisdictions), formdata=None)
    names = mention_names((j.id, j.code, j.name, j.short) for j in jurisdictions)
    rows = tuple(
        CommentRow(
            comment,
            edit_url=url_for("activities.comment_edit", id=comment.id, **context.url_values),
            unknown_mentions=unknown_mentions(comment.text, names),
        )
        if can_write and comment.person_id == user.person_id and not comment.is_deleted
        else CommentRow(comment)
        for comment in comments(session(), context.activity.id)
    )
    url = url_for("activities.comment_post", **context.url_values)
    return CommentThread("discussion", rows, form, f"comment:{context.activity.id}", url)


def partner_notes(activity_notes: ActivityNotes, quarters: Sequence[PeriodFacts]) -> list[Note]:
    """Return the partners' notes with their quarters, latest quarter first."""
    by_id = {quarter.id: quarter for quarter in quarters}
    notes = [Note(note, by_id[note.period_id]) for note in activity_notes.notes if note.period_id in by_id]
    return sorted(notes, key=lambda n: n.quarter.key, reverse=True)


def _note_editors(
    context: ActivityContext,
    who: SignedInPerson,
    quarters: list[PeriodFacts],
    activity_notes: ActivityNotes,
    sent: NoteEditor | None,
) -> list[NoteEditor]:
    """Return the forms for the notes that the person may write, those of their own jurisdictions first.

    ``sent``, a form that was rejected, replaces the form for the same jurisdiction.
    """
    editors = []
    for j in activity_notes.jurisdictions:
        period = current_period(quarters, jurisdiction_ids=[j.id])
        if period is not None and can_contribute(who, context.priority, j.id):
            editors.append(note_editor(context, who, period, j, activity_notes.note(period.id, j.id)))
    if sent is not None:
        editors = [sent, *(editor for editor in editors if editor.jurisdiction.id != sent.jurisdiction.id)]
    return sorted(editors, key=lambda editor: editor.is_on_behalf)


def _return_url(
    context: ActivityContext,
    who: SignedInPerson,
    current_status: CurrentStatus,
    quarters: Sequence[PeriodFacts],
) -> str:
    """Return the URL for returning the last submitted report to its leads.

    Return "" if this person may not return reports, or if the report's quarter does not accept reports.
    """
    quarter = next((q for q in quarters if q.id == current_status.period_id and q.takes_reports), None)
    if quarter is None or not has_permission(who.roles, Permission.MANAGE_PERIODS):
        return ""
    return url_for("quarters.report_return", **context.url_values, period=quarter.key)


def _report_url(context: ActivityContext, who: SignedInPerson) -> str | None:
    """Return the URL of the report's form, or None if the person may not report or the plan is closed.

    Co-chairs and the secretariat report on behalf of the first jurisdiction that reports on the priority.
    """
    if context.plan.is_closed:
        return None
    if can_report_on(who, context.priority, None):
        return url_for("reporting.report", **context.url_values)
    first = context.priority.first_reporting
    if first is None or not has_permission(who.roles, Permission.REPORT_ON_BEHALF):
        return None
    behalf: dict[str, Any] = {"for": first.jurisdiction_code}
    return url_for("reporting.report", **context.url_values, **behalf)
