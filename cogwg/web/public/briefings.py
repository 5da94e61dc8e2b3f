"""Published briefings, and their files byte for byte."""

from __future__ import annotations

from datetime import date

from werkzeug.wrappers import Response

from cogwg.core.errors import NotFound
from cogwg.tracker.models import PublicationKind
from cogwg.tracker.published import PublicRecord, published_file
from cogwg.tracker.published_editions import BriefingEdition
from cogwg.tracker.values import PublishedFile
from cogwg.web.auth.access import public
from cogwg.web.http import clocks, published
from cogwg.web.http.database import session
from cogwg.web.public import blueprint
from cogwg.web.public.pages import draw_page
from cogwg.web.public.responses import respond
from cogwg.web.public.shown import refuse_withdrawn


@blueprint.get("/<any(en, fr):lang>/tracker/briefings")
@public
def tracker_briefings(lang: str) -> Response:
    """List the published briefings, latest meeting first."""
    return respond(lambda record: draw_page("public/briefings.html", record, None, briefings=record.briefings[::-1]))


@blueprint.get("/<any(en, fr):lang>/tracker/briefings/<day>")
@public
def tracker_briefing(lang: str, day: str) -> Response:
    """Show a published briefing with its files."""
    return respond(lambda record: draw_page("public/briefing.html", record, None, briefing=_briefing(record, day)))


@blueprint.get("/<any(en, fr):lang>/tracker/briefings/<day>/<name>")
@public
def tracker_briefing_file(lang: str, day: str, name: str) -> Response:
    """Download a file of a published briefing."""
    file = _file(_briefing(published.record(), day), name)
    return respond(lambda record: _content(_briefing(record, day), name), file.media_type, file_name=file.name)


def _briefing(record: PublicRecord, day: str) -> BriefingEdition:
    """Return the briefing of the meeting on this day.

    Raises ``NotFound`` if none is public, and ``Withdrawn`` if it was withdrawn.
    """
    try:
        key = date.fromisoformat(day).isoformat()
    except ValueError:
        raise NotFound(f"published briefing {day}") from None
    refuse_withdrawn(record, PublicationKind.BRIEFING, key)
    for briefing in record.briefings:
        if briefing.content.meeting_on.isoformat() == key:
            return briefing
    raise NotFound(f"published briefing {day}")


def _file(briefing: BriefingEdition, name: str) -> PublishedFile:
    for file in briefing.content.files:
        if file.name == name:
            return file
    raise NotFound(f"published file {name}")


def _content(briefing: BriefingEdition, name: str) -> bytes:
    return published_file(session(), briefing.id, _file(briefing, name).name, clocks.now())
