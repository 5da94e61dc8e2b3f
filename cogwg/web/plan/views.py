"""The plan as a list, as a timeline and as its progress over time, and the download of the list.

Readers who are not signed in see the last published status of each activity, but no text of its report. Each view, and the
download, also shows a past day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import abort, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.core.calendar import Quarter
from cogwg.plan.lookups import PlanSummary, plan_summary
from cogwg.plan.queries import PlanFacts, plan_facts
from cogwg.policy import Permission, has_permission
from cogwg.reporting.past_days import quarters_begun, spans_of_day, statuses_of_day
from cogwg.reporting.periods import current_period, periods
from cogwg.reporting.queries import CurrentStatus, current_statuses
from cogwg.reporting.status_spans import status_spans
from cogwg.web.auth.access import member_or_none, public
from cogwg.web.http import clocks
from cogwg.web.http.database import session
from cogwg.web.http.downloads import download_response, download_urls
from cogwg.web.http.filters import plain
from cogwg.web.http.pagination import paginate
from cogwg.web.http.past_day import PastPage, open_past_page
from cogwg.web.http.published_statuses import PublishedStatuses, published_editions, published_statuses
from cogwg.web.http.rate_limits import limit_downloads
from cogwg.web.plan import blueprint, list_filters, timeline
from cogwg.web.plan.forms import ActivityFilterForm
from cogwg.web.plan.list_filters import ActivityLine, FilterChoices, Filters
from cogwg.web.plan.progress import SERIES_LABELS, QuarterStatusCounts, published_quarter_counts, quarter_status_counts
from cogwg.web.plan.sentences import describe_status, progress_summary, timeline_summary
from cogwg.web.plan.tables import activities_table

VIEWS = ("matrix", "list", "timeline", "progress")


@dataclass(frozen=True, slots=True)
class ActiveFilter:
    """An active filter, and the URL without it."""

    name: str
    value: str
    removal_url: str


@dataclass(frozen=True, slots=True)
class SortableHeading:
    """The heading of a sortable column; ``aria_sort`` is the value of its ``aria-sort`` attribute."""

    label: str
    url: str
    aria_sort: str


def requested_view() -> str:
    """Return the view that the URL requests. Answers 404 if there is no such view."""
    view = request.args.get("view", "") or VIEWS[0]
    if view not in VIEWS:
        abort(404)
    return view


def render_view(lang: str, year: int, view: str, past: PastPage | None = None) -> str:
    """Render the plan of ``year`` as a list, as a timeline, or as its progress over time, today or on a past day.

    The list and the timeline have pages of fifty activities.
    """
    if view == "progress":
        return _render_progress(plan_summary(session(), year)) if past is None else _render_past_progress(past, year)
    plan = _load_plan(year, past)
    offered = list_filters.filter_choices(plan, lang)
    filters = list_filters.parse_filters(request.args, offered)
    published = _published_statuses(plan, past)
    statuses = published.by_activity if published is not None else _load_statuses(plan, filters, past)
    lines = list_filters.filtered_lines(plan, statuses, filters, lang)
    if view == "timeline":
        lines.sort(key=lambda line: (line.priority.number, line.current_status.activity.due_on))
    list_page = paginate(lines, "plan.page", year=year)
    context = _common_context(plan, view, filters, past, published)
    if view == "timeline":
        day = published.day if published is not None else _day(past)
        context.update(_timeline_context(plan, list_page.rows, past, day), summary=timeline_summary(lines))
    return render_template(
        "plan/list_timeline_progress.html",
        list_page=list_page,
        form=ActivityFilterForm(filters, offered, view, lang, searches_reports=member_or_none() is not None),
        total=len(statuses),
        active_filters=_active_filters(lang, plan, view, filters, offered, past),
        unfiltered_url=_view_url(lang, plan, view, Filters(sort=filters.sort, order=filters.order), past),
        headings=_headings(lang, plan, filters, past),
        downloads=download_urls("plan.activity_download", lang=lang, year=year, **filters.query, **_day_query(past)),
        **context,
    )


@blueprint.get("/plans/<int:year>/activities.<any(csv, xlsx):kind>")
@public
@limit_downloads
def activity_download(lang: str, year: int, kind: str) -> Response:
    """Download the list, filtered and sorted as the URL requests, today or on a past day."""
    past = open_past_page()
    plan = _load_plan(year, past)
    filters = list_filters.parse_filters(request.args, list_filters.filter_choices(plan, lang))
    published = _published_statuses(plan, past)
    statuses = published.by_activity if published is not None else _load_statuses(plan, filters, past)
    lines = list_filters.filtered_lines(plan, statuses, filters, lang)
    return download_response(activities_table(plan, lines, published.day if published is not None else _day(past)), kind)


def _day(past: PastPage | None) -> date:
    return past.day if past is not None else clocks.today()


def _day_query(past: PastPage | None) -> dict[str, str]:
    return past.query if past is not None else {}


def _load_plan(year: int, past: PastPage | None) -> PlanFacts:
    return past.plan(year) if past is not None else plan_facts(session(), year)


def _published_statuses(plan: PlanFacts, past: PastPage | None) -> PublishedStatuses | None:
    """Return the published statuses for readers who are not signed in, or None for those who are."""
    if member_or_none() is not None:
        return None
    return published_statuses(plan, past.record.past if past is not None else None)


def _load_statuses(plan: PlanFacts, filters: Filters, past: PastPage | None) -> dict[int, CurrentStatus]:
    """Return each activity's status on the day for a signed-in person, with report text if they search by keywords."""
    with_texts = bool(filters.q)
    if past is not None:
        return statuses_of_day(session(), past.record, plan, with_texts=with_texts)
    return current_statuses(session(), plan, clocks.today(), with_texts=with_texts)


def _common_context(
    plan: PlanFacts | PlanSummary, view: str, filters: Filters, past: PastPage | None, published: PublishedStatuses | None
) -> dict[str, Any]:
    """Return the template variables that the list, the timeline and the progress share."""
    names = {"list": _("List"), "timeline": _("Timeline"), "progress": _("Progress")}
    return {
        **(past.context() if past is not None else {}),
        "plan": plan,
        "view": view,
        "view_name": names[view],
        "filter_query": f"&{urlencode(filters.query)}" if filters.query else "",
        "signed_in": member_or_none() is not None,
        "may_edit_plan": may_edit_plan(),
        "published": published,
    }


def _view_url(lang: str, plan: PlanFacts, view: str, filters: Filters, past: PastPage | None) -> str:
    query: dict[str, Any] = {"view": view, **filters.query, **_day_query(past)}
    return url_for("plan.page", lang=lang, year=plan.year, **query)


def _active_filters(
    lang: str, plan: PlanFacts, view: str, filters: Filters, offered: FilterChoices, past: PastPage | None
) -> list[ActiveFilter]:
    names = {
        "jurisdiction": _("Jurisdiction"),
        "status": _("Status"),
        "timeliness": _("Timeliness"),
        "due": _("Due in"),
        "q": _("Keywords (activity or report)") if member_or_none() is not None else _("Keywords"),
    }
    values = {
        name: plain(offered[name][getattr(filters, name)]) if name in offered else filters.q for name in filters.active_names
    }
    return [
        ActiveFilter(names[name], value, _view_url(lang, plan, view, filters.without(name), past))
        for name, value in values.items()
    ]


def _headings(lang: str, plan: PlanFacts, filters: Filters, past: PastPage | None) -> dict[str, SortableHeading]:
    words = {
        "title": _("Activity"),
        "plan": _("Priority"),
        "due": _("Due"),
        "status": _("Status"),
        "timeliness": _("Timeliness"),
    }
    way = "ascending" if filters.order == "asc" else "descending"
    return {
        sort: SortableHeading(
            label, _view_url(lang, plan, "list", filters.sorted_by(sort), past), way if filters.sort == sort else ""
        )
        for sort, label in words.items()
    }


def _timeline_context(plan: PlanFacts, lines: Sequence[ActivityLine], past: PastPage | None, today: date) -> dict[str, Any]:
    """Return what the timeline draws as of this day. On a past day, it marks no quarter as open."""
    period = current_period(periods(session(), plan.id, clocks.now(), clocks.today())) if past is None else None
    open_quarter = Quarter(period.year, period.quarter) if period is not None else None
    drawings = [
        timeline.draw(plan, lines, shape, today=today, open_quarter=open_quarter, describe=describe_status, titles_of=_titles)
        for shape in (timeline.WIDE_LAYOUT, timeline.NARROW_LAYOUT)
    ]
    return {"drawings": drawings, "today": today}


def _titles(line: ActivityLine) -> tuple[str, str]:
    return plain(line.priority.short or line.priority.title), plain(line.current_status.activity.title)


def _render_progress(plan: PlanSummary) -> str:
    today = clocks.today()
    quarters = periods(session(), plan.id, clocks.now(), today)
    if member_or_none() is None:
        return _progress_page(plan, published_quarter_counts(published_editions(plan.year), quarters), None)
    return _progress_page(plan, quarter_status_counts(status_spans(session(), plan.id), quarters, today), None)


def _render_past_progress(past: PastPage, year: int) -> str:
    plan = past.plan(year)
    quarters = periods(session(), plan.id, clocks.now(), clocks.today())
    if member_or_none() is None:
        editions = published_editions(year, past.record.past)
        return _progress_page(plan, published_quarter_counts(editions, quarters), past)
    begun = quarters_begun(quarters, past.day)
    return _progress_page(plan, quarter_status_counts(spans_of_day(session(), past.record, plan), begun, past.day), past)


def may_edit_plan() -> bool:
    """Return whether this person may edit plans. If so, the pages of a plan link to the plan editor."""
    person = member_or_none()
    return person is not None and has_permission(person.roles, Permission.EDIT_PLAN)


def _progress_page(plan: PlanFacts | PlanSummary, ends: list[QuarterStatusCounts], past: PastPage | None) -> str:
    return render_template(
        "plan/list_timeline_progress.html",
        quarters=ends,
        series=SERIES_LABELS,
        summary=progress_summary(ends),
        is_published=member_or_none() is None,
        **_common_context(plan, "progress", Filters(), past, None),
    )
