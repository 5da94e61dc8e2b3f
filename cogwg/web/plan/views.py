"""The plan's further views – list, timeline, progress over time – and the list to take along.

Signed out they show facts, status and timeliness in words; never a report's text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import abort, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from cogwg.core.calendar import Quarter
from cogwg.core.scale import NO_REPORT, Timeliness
from cogwg.core.tables import WRITERS
from cogwg.plan.queries import PlanFacts, plan_facts
from cogwg.reporting.dashboards import statuses_by_quarter
from cogwg.reporting.periods import current_period, periods
from cogwg.reporting.queries import Standing, standings
from cogwg.web.auth.access import person, public
from cogwg.web.http import clocks
from cogwg.web.http.database import session
from cogwg.web.http.downloads import saved
from cogwg.web.http.filters import plain
from cogwg.web.http.rate_limits import limited
from cogwg.web.plan import activity_list, blueprint, timeline
from cogwg.web.plan.activity_list import Choices, Filters, Line
from cogwg.web.plan.forms import FilterForm
from cogwg.web.plan.progress import SERIES, QuarterEnd, quarter_ends
from cogwg.web.plan.tables import activities_table

VIEWS = ("matrix", "list", "timeline", "progress")


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on, and the address without it."""

    name: str
    value: str
    remove_url: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A column that can be sorted by; ``sorted`` is what ``aria-sort`` says."""

    label: str
    url: str
    sorted: str


def chosen() -> str:
    """The view an address asks for. Raises 404 for one there is not."""
    view = request.args.get("view", "") or VIEWS[0]
    if view not in VIEWS:
        abort(404)
    return view


def show(lang: str, year: int, view: str) -> str:
    """The plan of this year as a list, a timeline, or its progress over time."""
    plan = plan_facts(session(), year)
    if view == "progress":
        return _progress(plan)
    offered = activity_list.choices(plan, lang)
    filters = activity_list.read(request.args, offered)
    found = _standings(plan, filters)
    lines = activity_list.lines(plan, found, filters, lang)
    context = _frame(plan, view, filters)
    if view == "timeline":
        context.update(_timeline(plan, lines, found))
    return render_template(
        "plan/view.html",
        form=FilterForm(filters, offered, view, lang, reports=person() is not None),
        lines=lines,
        total=len(found),
        filters_on=_chips(lang, plan, view, filters, offered),
        all_url=_url(lang, plan, view, Filters(sort=filters.sort, order=filters.order)),
        headings=_headings(lang, plan, filters),
        downloads=_downloads(lang, year, filters),
        **context,
    )


@blueprint.get("/plans/<int:year>/activities.<any(csv, xlsx):kind>")
@public
@limited
def activity_download(lang: str, year: int, kind: str) -> Response:
    """The list, as it is filtered and sorted, as a file."""
    plan = plan_facts(session(), year)
    filters = activity_list.read(request.args, activity_list.choices(plan, lang))
    lines = activity_list.lines(plan, _standings(plan, filters), filters, lang)
    return saved(activities_table(plan, lines, clocks.today()), kind)


def _standings(plan: PlanFacts, filters: Filters) -> dict[int, Standing]:
    """Where each activity stands; with the submitted words for who is signed in and searches, for nobody else."""
    return standings(session(), plan, clocks.today(), texts=bool(filters.q) and person() is not None)


def _frame(plan: PlanFacts, view: str, filters: Filters) -> dict[str, Any]:
    """What each of the views receives; filters go along from the list to the timeline and back."""
    names = {"list": _("List"), "timeline": _("Timeline"), "progress": _("Progress")}
    return {
        "plan": plan,
        "view": view,
        "view_name": names[view],
        "kept": f"&{urlencode(filters.query)}" if filters.query else "",
        "signed_in": person() is not None,
    }


def _url(lang: str, plan: PlanFacts, view: str, filters: Filters) -> str:
    told: dict[str, Any] = {"view": view, **filters.query}
    return url_for("plan.page", lang=lang, year=plan.year, **told)


def _downloads(lang: str, year: int, filters: Filters) -> dict[str, str]:
    told: dict[str, Any] = filters.query
    return {kind: url_for("plan.activity_download", lang=lang, year=year, kind=kind, **told) for kind in WRITERS}


def _chips(lang: str, plan: PlanFacts, view: str, filters: Filters, offered: Choices) -> list[Chip]:
    names = {
        "jurisdiction": _("Jurisdiction"),
        "status": _("Status"),
        "timeliness": _("Timeliness"),
        "due": _("Due in"),
        "q": _("Words in an activity or its report") if person() is not None else _("Words in an activity"),
    }
    values = {name: plain(offered[name][getattr(filters, name)]) if name in offered else filters.q for name in filters.active}
    return [Chip(names[name], value, _url(lang, plan, view, filters.without(name))) for name, value in values.items()]


def _headings(lang: str, plan: PlanFacts, filters: Filters) -> dict[str, Heading]:
    words = {
        "title": _("Activity"),
        "plan": _("Priority"),
        "due": _("Due"),
        "status": _("Status"),
        "timeliness": _("Timeliness"),
    }
    way = "ascending" if filters.order == "asc" else "descending"
    return {
        sort: Heading(label, _url(lang, plan, "list", filters.sorted_by(sort)), way if filters.sort == sort else "")
        for sort, label in words.items()
    }


def _timeline(plan: PlanFacts, lines: list[Line], found: Mapping[int, Standing]) -> dict[str, Any]:
    today = clocks.today()
    period = current_period(periods(session(), plan.id, clocks.now(), today))
    asked = Quarter(period.year, period.quarter) if period is not None else None
    in_plan = sorted(lines, key=lambda line: (line.priority.number, line.standing.activity.due_on))
    drawings = [
        timeline.draw(plan, in_plan, shape, today=today, asked=asked, say=in_words, name=_names)
        for shape in (timeline.WIDE, timeline.NARROW)
    ]
    return {"drawings": drawings, "finding": finding(in_plan), "grouped": in_plan, "today": today}


def _names(line: Line) -> tuple[str, str]:
    return plain(line.priority.short or line.priority.title), plain(line.standing.activity.title)


def in_words(standing: Standing) -> str:
    """Status and timeliness of an activity in one breath: "Limited progress · Overdue 86 days"."""
    if standing.status is None and standing.timeliness is Timeliness.NOT_YET_DUE:
        return timing(standing)
    return f"{plain(standing.status.label if standing.status is not None else NO_REPORT)} · {timing(standing)}"


def timing(standing: Standing) -> str:
    """Timeliness with its days, in the words of the matrix."""
    days = standing.days
    if standing.timeliness is Timeliness.DUE:
        return str(ngettext("Due in %(num)s day", "Due in %(num)s days", days) if days else _("Due today"))
    if standing.timeliness is Timeliness.OVERDUE:
        return str(ngettext("Overdue %(num)s day", "Overdue %(num)s days", days))
    if standing.timeliness is Timeliness.DONE_LATE:
        return str(ngettext("%(num)s day late", "%(num)s days late", days))
    return str(_("On time")) if standing.timeliness is Timeliness.DONE_ON_TIME else plain(standing.timeliness.label)


def finding(lines: list[Line]) -> str:
    """What the timeline shows, in a sentence or two: what is overdue and by how much, else what is due next."""
    by = {when: [line.standing for line in lines if line.standing.timeliness is when] for when in Timeliness}
    overdue, late, due = by[Timeliness.OVERDUE], by[Timeliness.DONE_LATE], by[Timeliness.DUE]
    said = []
    if overdue:
        days = max(s.days for s in overdue)
        longest = ngettext("%(num)s day", "%(num)s days", days)
        said.append(
            ngettext(
                "%(num)s activity is overdue, by %(longest)s.",
                "%(num)s activities are overdue, by up to %(longest)s.",
                len(overdue),
                longest=longest,
            )
        )
    elif due or by[Timeliness.NOT_YET_DUE]:
        said.append(_("Nothing is overdue."))
    if late:
        said.append(ngettext("%(num)s was done late.", "%(num)s were done late.", len(late)))
    if due:
        said.append(ngettext("%(num)s is due this month.", "%(num)s are due this month.", len(due)))
    if lines and len(by[Timeliness.DONE_ON_TIME]) == len(lines):
        said.append(_("Everything was done on time."))
    return " ".join(said)


def _progress(plan: PlanFacts) -> str:
    ends = quarter_ends(
        plan,
        periods(session(), plan.id, clocks.now(), clocks.today()),
        statuses_by_quarter(session(), plan.id),
        clocks.today(),
    )
    return render_template(
        "plan/view.html",
        ends=ends,
        series=SERIES,
        finding=grown(ends),
        **_frame(plan, "progress", Filters()),
    )


def grown(ends: list[QuarterEnd]) -> str:
    """The caption of the figure: how many are complete, and how many were a quarter before."""
    if not ends:
        return str(_("The first quarter has not begun yet, so there is nothing to compare."))
    last = ends[-1]
    told: dict[str, Any] = {"complete": last.complete, "total": last.total, "number": last.period.quarter}
    if last.so_far:
        now = _("In quarter %(number)s so far, %(complete)s of %(total)s activities are complete.", **told)
    else:
        now = _("At the end of quarter %(number)s, %(complete)s of %(total)s activities were complete.", **told)
    if len(ends) == 1:
        return str(now)
    before = ends[-2]
    was = _("At the end of quarter %(number)s it was %(complete)s.", number=before.period.quarter, complete=before.complete)
    return f"{now} {was}"
