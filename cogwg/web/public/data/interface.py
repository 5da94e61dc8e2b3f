"""The read-only interface ``/v1/``: JSON with both languages in one answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from cogwg.tracker.open_data import interface
from cogwg.tracker.open_data.interface import BadQuery, NothingThere
from cogwg.tracker.open_data.openapi import openapi
from cogwg.tracker.published import PublicRecord
from cogwg.web.auth.access import public
from cogwg.web.http.problems import problem
from cogwg.web.public import blueprint
from cogwg.web.public.data.bundles import publisher
from cogwg.web.public.responses import respond

JSON = "application/json"


@blueprint.get("/v1/")
@public
def data_interface() -> Response:
    """Return the URLs of the lists."""
    return _respond(lambda record: interface.index(_without_parameters(record), publisher()))


@blueprint.get("/v1/openapi.json")
@public
def data_openapi() -> Response:
    """Return the OpenAPI description."""
    return _respond(lambda _record: openapi(publisher()))


@blueprint.get("/v1/<name>")
@public
def data_list(name: str) -> Response:
    """Return a page of a list."""
    return _respond(lambda record: interface.answer(name, _parameters(), record, publisher()))


@blueprint.get("/v1/<name>/<id_>")
@public
def data_item(name: str, id_: str) -> Response:
    """Return an item of a list."""
    return _respond(lambda record: interface.answer_item(name, id_, _parameters(), record, publisher()))


def _respond(answer: Callable[[PublicRecord], Any]) -> Response:
    """Return an answer as JSON, or 400 or 404 with a sentence that says what to change."""
    try:
        return respond(lambda record: json.dumps(answer(record), ensure_ascii=False, separators=(",", ":")), JSON)
    except BadQuery as refusal:
        return problem(400, refusal.sentence)
    except NothingThere as absence:
        return problem(404, absence.sentence)


def _parameters() -> list[tuple[str, str]]:
    return list(request.args.items(multi=True))


def _without_parameters(record: PublicRecord) -> PublicRecord:
    """Return the record. Raises ``BadQuery`` if the URL has parameters."""
    interface.check_parameters(_parameters(), ())
    return record
