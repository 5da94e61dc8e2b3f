"""A person's calendar of due dates and feed of changes, for signed-in people or at a secret URL. Neither contains report text.

The secret is in the path because calendar clients cannot send it in any other way. It gives access to these two files only.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from hashlib import sha256

from flask import make_response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.accounts.queries import Subscriber, subscriber
from cogwg.core import atom, ics
from cogwg.core.bilingual import Language
from cogwg.core.calendar import TORONTO
from cogwg.core.errors import NotFound
from cogwg.core.group import GROUP_NAME
from cogwg.core.status import NO_REPORT, Status
from cogwg.plan.queries import PlanFacts, plan_facts
from cogwg.policy import Permission, has_permission
from cogwg.reporting.dashboards import StatusChange, latest_status_changes
from cogwg.reporting.periods import periods
from cogwg.reporting.queries import CurrentStatus, current_statuses
from cogwg.web.account import blueprint
from cogwg.web.auth.access import current_user, public, requires
from cogwg.web.http import clocks
from cogwg.web.http.database import session
from cogwg.web.http.filters import clock, plain


@blueprint.get("/feeds/due-dates.ics")
@requires(Permission.READ_REPORTS)
def own_due_dates(lang: str) -> Response:
    """Return the signed-in person's own calendar."""
    return _calendar(lang, [m.jurisdiction_id for m in current_user().lead_memberships if m.jurisdiction_id is not None])


@blueprint.get("/feeds/changes.atom")
@requires(Permission.READ_REPORTS)
def own_changes(lang: str) -> Response:
    """Return the feed of changes, which lists the latest submitted reports."""
    return _feed(lang)


@blueprint.get("/feeds/<token>/due-dates.ics")
@public
def due_dates(lang: str, token: str) -> Response:
    """Return the calendar of the person who created this secret URL."""
    return _calendar(lang, _subscriber_of(token).lead_jurisdiction_ids)


@blueprint.get("/feeds/<token>/changes.atom")
@public
def latest_changes(lang: str, token: str) -> Response:
    """Return the feed of changes, which is the same for every secret URL."""
    _subscriber_of(token)
    return _feed(lang)


def _subscriber_of(token: str) -> Subscriber:
    """Return the person who created this secret URL.

    Raises ``NotFound`` if the URL does not exist or was revoked, or if the person was deactivated or may no longer read
    reports.
    """
    reader = subscriber(session(), token)
    if not has_permission(reader.roles, Permission.READ_REPORTS):
        raise NotFound("feed")
    return reader


def _calendar(lang: str, jurisdiction_ids: Collection[int]) -> Response:
    today = clocks.today()
    occasions: list[ics.CalendarEvent] = []
    try:
        plan = plan_facts(session(), today.year, in_effect=True, carried_by=jurisdiction_ids)
    except NotFound:
        plan = None
    if plan is not None:
        statuses = current_statuses(session(), plan, today)
        own_statuses = [statuses[a.id] for p in plan.priorities if p.can_report(jurisdiction_ids) for a in p.activities]
        occasions = [*_quarter_events(lang, plan), *(_due_event(lang, plan, status) for status in own_statuses)]
    content = ics.calendar(_("COGWG work plan: due dates"), occasions, lang=Language(lang), stamp=clocks.now())
    return _file_response(content, "text/calendar", "due-dates.ics")


def _quarter_events(lang: str, plan: PlanFacts) -> list[ics.CalendarEvent]:
    url = url_for("reporting.my_updates", lang=lang, _external=True)
    return [
        ics.CalendarEvent(
            uid=f"plan-{plan.year}-quarter-{period.quarter}-reports@cogwg",
            on=period.due_at,
            summary=_("Quarter %(number)s reports are due", number=period.quarter),
            description=_(
                "Due at %(time)s (Eastern time). You can still report after that. Your report will be marked late.",
                time=clock(period.due_at, TORONTO),
            ),
            url=url,
        )
        for period in periods(session(), plan.id, clocks.now(), clocks.today())
    ]


def _due_event(lang: str, plan: PlanFacts, current_status: CurrentStatus) -> ics.CalendarEvent:
    activity = current_status.activity
    title = f"{activity.code} {plain(activity.title)}"
    complete = current_status.status is Status.COMPLETE
    return ics.CalendarEvent(
        uid=f"plan-{plan.year}-activity-{activity.id}-due@cogwg",
        on=activity.due_on,
        summary=_("Complete: %(title)s", title=title) if complete else _("Due: %(title)s", title=title),
        description=_(
            "Status: %(status)s", status=plain((current_status.status.label) if current_status.status else NO_REPORT)
        ),
        url=url_for("activities.page", lang=lang, year=plan.year, code=activity.code, _external=True),
    )


def _feed(lang: str) -> Response:
    changes = latest_status_changes(session())
    content = atom.feed(
        _("COGWG work plan: changes"),
        [_entry(lang, change) for change in changes],
        key="changes",
        lang=Language(lang),
        author=plain(GROUP_NAME),
        page=url_for("plan.current", lang=lang, _external=True),
        address=url_for(request.endpoint or "", **(request.view_args or {}), _external=True),
        since=clocks.now(),
    )
    return _file_response(content, "application/atom+xml", "changes.atom")


def _entry(lang: str, change: StatusChange) -> atom.Entry:
    before = plain(change.before.label if change.before is not None else NO_REPORT)
    after = plain(change.after.label)
    change_text = f"{before} → {after}" if before != after else _("%(status)s, unchanged", status=after)
    notes = [_("submitted late")] * change.late + [_("sample data")] * change.sample
    return atom.Entry(
        key=f"submission/{change.id}",
        title=_("%(title)s: %(change)s", title=f"{change.code} {plain(change.title)}", change=change_text),
        at=change.at,
        author=plain(change.jurisdiction) or plain(GROUP_NAME),
        summary=" · ".join([change_text, *notes]),
        url=url_for("activities.page", lang=lang, year=change.year, code=change.code, _external=True),
    )


def _file_response(content: bytes, media_type: str, name: str) -> Response:
    """Return the file, with headers that keep it out of shared caches and search engines.

    A client that already has the same content gets 304. The time at which the file was made does not count as content.
    """
    response = make_response(content)
    response.set_etag(sha256(_TIME_MADE.sub(b"", content)).hexdigest())
    response.headers["Content-Type"] = f"{media_type}; charset=utf-8"
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers.set("Content-Disposition", "inline", filename=name)
    return response.make_conditional(request)


_TIME_MADE = re.compile(rb"^DTSTAMP:.*$|<updated>[^<]*</updated>(?=<link)", re.MULTILINE)
"""Matches the times that do not count as content: each event's time stamp, and the feed's time of last update.

If the feed has entries, its time of last update is that of the newest entry, which is part of the content anyway.
"""
