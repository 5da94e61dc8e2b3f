"""Milestones and challenges as files, with the filters and permissions of their pages."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from cogwg.policy import Permission
from cogwg.reporting.news.queries import list_milestones
from cogwg.web.auth.access import current_user, requires
from cogwg.web.http import clocks
from cogwg.web.http.database import session
from cogwg.web.http.downloads import download_response
from cogwg.web.http.rate_limits import limit_downloads
from cogwg.web.news import blueprint, challenge_board
from cogwg.web.news.author import Author
from cogwg.web.news.tables import challenges_table, milestones_table


@blueprint.get("/milestones.<any(csv, xlsx):kind>")
@requires(Permission.READ_REPORTS)
@limit_downloads
def milestone_download(lang: str, kind: str) -> Response:
    """Download the milestones, newest first, without the withdrawn ones."""
    code = request.args.get("jurisdiction", "")
    if code:
        Author(session(), current_user()).jurisdiction_by_code(code)
    told = [m for m in list_milestones(session(), code=code) if m.withdrawn_at is None]
    return download_response(milestones_table(told, clocks.today()), kind)


@blueprint.get("/challenges.<any(csv, xlsx):kind>")
@requires(Permission.READ_REPORTS)
@limit_downloads
def challenge_download(lang: str, kind: str) -> Response:
    """Download the challenges by theme, with who raised each and whether a deck may name them."""
    groups = challenge_board.requested_challenges(Author(session(), current_user()), lang).groups_by_theme(lang)
    return download_response(challenges_table([row.challenge for _theme, rows in groups for row in rows], clocks.today()), kind)
