"""The lists of news and of a quarter's reports to take along, filtered as their pages are and for the same people."""

from __future__ import annotations

from flask import Blueprint, request
from werkzeug.wrappers import Response

from cogwg.policy import Permission
from cogwg.reporting.news.queries import milestones_told
from cogwg.web.auth.access import requires, somebody
from cogwg.web.http import clocks
from cogwg.web.http.database import session
from cogwg.web.http.downloads import saved
from cogwg.web.http.rate_limits import limited
from cogwg.web.news import challenge_board as board
from cogwg.web.news.author import Voice
from cogwg.web.news.tables import challenges_table, milestones_table
from cogwg.web.quarters import readiness as quarter
from cogwg.web.quarters import readiness_grid as ready
from cogwg.web.quarters.tables import readiness_table

blueprint = Blueprint("lists", __name__, url_prefix="/<any(en, fr):lang>")


@blueprint.get("/milestones.<any(csv, xlsx):kind>")
@requires(Permission.READ_RECORD)
@limited
def milestones(lang: str, kind: str) -> Response:
    """What jurisdictions achieved, newest first, without what was withdrawn."""
    code = request.args.get("jurisdiction", "")
    if code:
        Voice(session(), somebody()).named(code)
    told = [m for m in milestones_told(session(), code=code) if m.withdrawn_at is None]
    return saved(milestones_table(told, clocks.today()), kind)


@blueprint.get("/challenges.<any(csv, xlsx):kind>")
@requires(Permission.READ_RECORD)
@limited
def challenges(lang: str, kind: str) -> Response:
    """What holds jurisdictions back, by theme, with who raised it and whether a deck may name them."""
    groups = board.chosen(Voice(session(), somebody()), lang).groups(lang)
    return saved(challenges_table([row.told for _theme, rows in groups for row in rows], clocks.today()), kind)


@blueprint.get("/readiness.<any(csv, xlsx):kind>")
@requires(Permission.STEER_QUARTER)
@limited
def readiness(lang: str, kind: str) -> Response:
    """Who has reported in the quarter of the address, else in the one at hand."""
    looked, today = quarter.look(), clocks.today()
    rows = ready.rows(looked.ready, looked.contacts, today)
    return saved(readiness_table(looked.ready, rows, quarter.showing(), today), kind)
