"""The page of an activity in the tracker: its status, why it is late, and its reports in each published quarter."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from cogwg.core.errors import NotFound
from cogwg.tracker.published import PublicRecord
from cogwg.tracker.reading import commitments_served, themes_behind
from cogwg.web.auth.access import public
from cogwg.web.public import blueprint
from cogwg.web.public.pages import draw_page
from cogwg.web.public.responses import respond
from cogwg.web.public.rows import activity_row
from cogwg.web.public.shown import require_quarter


@blueprint.get("/<any(en, fr):lang>/tracker/activities/<code>")
@public
def tracker_activity(lang: str, code: str) -> Response:
    """Show an activity as of the last published quarter, or of the quarter in the URL."""
    return respond(lambda record: _draw(record, code))


def _draw(record: PublicRecord, code: str) -> str:
    shown = require_quarter(record)
    own = next((p for p in shown.content.priorities if any(a.code == code for a in p.activities)), None)
    if own is None:
        raise NotFound(f"published activity {code}")
    codes = [activity.code for activity in shown.content.activities]
    place = codes.index(code)
    activity = shown.content.activities[place]
    row = activity_row(shown, activity)
    late_on = activity.completed_on or shown.content.published_on
    context: dict[str, Any] = {
        "priority": own,
        "activity": activity,
        "row": row,
        "days_late": (late_on - activity.due.last_day).days if row.is_late else 0,
        "quarters": row.quarters[::-1],
        "served": commitments_served(record, shown.content.year, own.number, code),
        "heard_in": themes_behind(record, "activity", f"{shown.content.year}/{code}"),
        "previous": codes[place - 1] if place else None,
        "next": codes[place + 1] if place + 1 < len(codes) else None,
    }
    return draw_page("public/activity.html", record, shown, **context)
