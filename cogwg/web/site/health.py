"""Whether the product lives, and whether it can work; neither tells anything else."""

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
    """The process answers; the database is not asked."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
@public
def readyz() -> Response:
    """The database answers and its schema is the one this version knows."""
    try:
        ready = migration.is_at_head(db.engine)
    except SQLAlchemyError:
        ready = False
    return Response("ready\n" if ready else "not ready\n", 200 if ready else 503, mimetype="text/plain")
