"""The download of a quarter's reporting status, with the same filter and permission as its page."""

from __future__ import annotations

from werkzeug.wrappers import Response

from cogwg.policy import Permission
from cogwg.web.auth.access import requires
from cogwg.web.http import clocks
from cogwg.web.http.downloads import download_response
from cogwg.web.http.rate_limits import limit_downloads
from cogwg.web.quarters import blueprint, readiness_grid
from cogwg.web.quarters.readiness import load_readiness, requested_filter
from cogwg.web.quarters.readiness_table import readiness_table


@blueprint.get("/readiness.<any(csv, xlsx):kind>")
@requires(Permission.MANAGE_PERIODS)
@limit_downloads
def readiness_download(lang: str, kind: str) -> Response:
    """Download the reporting status of the quarter in the URL or, if it names none, of the most urgent quarter."""
    view, today = load_readiness(), clocks.today()
    rows = readiness_grid.readiness_rows(view.readiness, view.contacts, today)
    return download_response(readiness_table(view.readiness, rows, requested_filter(), today), kind)
