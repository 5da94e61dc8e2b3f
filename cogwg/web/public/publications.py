"""The list of everything that was published, corrected and withdrawn, with hashes and the heads of the audit chain."""

from __future__ import annotations

from werkzeug.wrappers import Response

from cogwg.tracker.published import PublicRecord
from cogwg.tracker.reading import corrections_made, events
from cogwg.web.auth.access import public
from cogwg.web.public import blueprint
from cogwg.web.public.pages import draw_page
from cogwg.web.public.responses import respond


@blueprint.get("/<any(en, fr):lang>/tracker/publications")
@public
def tracker_publications(lang: str) -> Response:
    """List publications, corrections and withdrawals, newest first."""
    return respond(_draw)


def _draw(record: PublicRecord) -> str:
    return draw_page("public/publications.html", record, None, events=events(record), corrections_made=corrections_made)
