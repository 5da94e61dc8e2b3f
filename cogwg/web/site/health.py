"""Health checks: whether the process is running, and whether it is ready. They reveal nothing else."""

from __future__ import annotations

from flask import Response
from sqlalchemy.exc import SQLAlchemyError

from cogwg.core import migration
from cogwg.web.auth.access import public
from cogwg.web.http.database import db
from cogwg.web.site import blueprint


@blueprint.get("/healthz")
@public
def healthz() -> Response:
    """Answer that the process is running; the database is not used."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
@public
def readyz() -> Response:
    """Answer whether the database responds and has the schema of this version."""
    try:
        ready = migration.is_at_head(db.engine)
    except SQLAlchemyError:
        ready = False
    return Response("ready\n" if ready else "not ready\n", 200 if ready else 503, mimetype="text/plain")
