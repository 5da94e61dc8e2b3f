"""A quarter's reporting status as a file, filtered as its page is and for the same people."""

from __future__ import annotations

from werkzeug.wrappers import Response

from cogwg.policy import Permission
from cogwg.web.auth.access import requires
from cogwg.web.http import clocks
from cogwg.web.http.downloads import saved
from cogwg.web.http.rate_limits import limited
from cogwg.web.quarters import blueprint, readiness_grid
from cogwg.web.quarters.readiness import look, showing
from cogwg.web.quarters.tables import readiness_table


@blueprint.get("/readiness.<any(csv, xlsx):kind>")
@requires(Permission.MANAGE_PERIODS)
@limited
def readiness_download(lang: str, kind: str) -> Response:
    """Who has reported in the quarter of the address, else in the one at hand."""
    looked, today = look(), clocks.today()
    rows = readiness_grid.rows(looked.ready, looked.contacts, today)
    return saved(readiness_table(looked.ready, rows, showing(), today), kind)
