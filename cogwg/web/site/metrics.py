"""Metrics for monitoring, on request. Without ``COGWG_METRICS_TOKEN``, there are no metrics, and the URL answers 404."""

from __future__ import annotations

import hmac
import os

from flask import Response, abort, current_app, request

from cogwg.core.db import sqlite_path
from cogwg.core.settings import Settings, data_folder
from cogwg.doctor.metrics import CONTENT_TYPE, read_metrics, text_format
from cogwg.web.auth.access import public
from cogwg.web.http import clocks, security_log
from cogwg.web.http.database import session
from cogwg.web.site import blueprint


@blueprint.get("/metrics")
@public
def metrics() -> Response:
    """Return the metrics to a monitor that sends the token."""
    settings: Settings = current_app.extensions["cogwg.settings"]
    if not settings.metrics_token:
        abort(404)
    if not _sends_token(settings.metrics_token):
        security_log.log_event("metrics.refused")
        sentence = "Send the token of COGWG_METRICS_TOKEN: Authorization: Bearer TOKEN\n"
        return Response(sentence, 401, {"WWW-Authenticate": "Bearer"}, mimetype="text/plain")
    database = sqlite_path(settings.database_url)
    read_restarts = current_app.extensions.get("cogwg.worker_restarts")
    read = read_metrics(
        session(),
        clocks.calendar(),
        database=database,
        folder=data_folder(os.environ) if database is None else database.parent,
        restarts=read_restarts() if read_restarts else None,
    )
    return Response(text_format(read), content_type=CONTENT_TYPE)


def _sends_token(token: str) -> bool:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    return scheme.casefold() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode())
