"""Health checks: whether the process is running, and whether it is ready. They reveal nothing else.

They and the metrics accept any Host header, because a monitor often uses the address of a machine or a container, not the name
of the site.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Response
from sqlalchemy.exc import SQLAlchemyError

from cogwg.core import schema
from cogwg.web.auth.access import public
from cogwg.web.http.database import db
from cogwg.web.site import blueprint

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MONITOR_PATHS = ("/healthz", "/readyz", "/metrics")


def answer_under_any_host(app: WSGIApplication, host: str) -> WSGIApplication:
    """Wrap the application so that it handles the requests of monitors as if they were sent to this trusted host."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") in MONITOR_PATHS:
            environ["HTTP_HOST"] = host
        return app(environ, start_response)

    return answer


@blueprint.get("/healthz")
@public
def healthz() -> Response:
    """Answer that the process is running; the database is not used."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
@public
def readyz() -> Response:
    """Answer 200 if the database responds and has the schema of this version, otherwise 503."""
    try:
        ready = schema.is_at_head(db.engine)
    except SQLAlchemyError:
        ready = False
    return Response("ready\n" if ready else "not ready\n", 200 if ready else 503, mimetype="text/plain")
