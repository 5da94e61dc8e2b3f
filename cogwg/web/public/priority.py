"""The page of a priority in the tracker: issue, outcome, leads and partners, and its activities with their reports."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from cogwg.core.errors import NotFound
from cogwg.tracker.published import PublicRecord
from cogwg.tracker.reading import commitments_served
from cogwg.web.auth.access import public
from cogwg.web.http import clocks
from cogwg.web.http.comment_subjects import open_form
from cogwg.web.public import blueprint
from cogwg.web.public.pages import draw_page
from cogwg.web.public.responses import respond
from cogwg.web.public.rows import activity_rows
from cogwg.web.public.shown import require_quarter


@blueprint.get("/<any(en, fr):lang>/tracker/priorities/<int:number>")
@public
def tracker_priority(lang: str, number: int) -> Response:
    """Show a priority as of the last published quarter, or of the quarter in the URL."""
    return respond(lambda record: _draw(record, number))


def _draw(record: PublicRecord, number: int) -> str:
    shown = require_quarter(record)
    priority = shown.content.priority(number)
    if priority is None:
        raise NotFound(f"published priority {number}")
    numbers = [each.number for each in shown.content.priorities]
    context: dict[str, Any] = {
        "priority": priority,
        "counts": shown.content.counts(priority.activities),
        "rows": activity_rows(shown, priority),
        "previous": max((n for n in numbers if n < number), default=None),
        "served": commitments_served(record, shown.content.year, number),
        "comment_on": open_form(record, clocks.today()),
        "next": min((n for n in numbers if n > number), default=None),
    }
    return draw_page("public/priority.html", record, shown, **context)
