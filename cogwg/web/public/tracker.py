"""The tracker: the work plan as of its last published quarter."""

from __future__ import annotations

from flask import render_template
from werkzeug.wrappers import Response

from cogwg.tracker.published import PublicRecord
from cogwg.web.auth.access import public
from cogwg.web.public import blueprint
from cogwg.web.public.responses import respond


@blueprint.get("/<any(en, fr):lang>/tracker")
@public
def tracker(lang: str) -> Response:
    """Show the latest plan as of its last published quarter."""
    return respond(_draw)


def _draw(record: PublicRecord) -> str:
    return render_template("public/tracker.html", latest=record.latest())
