"""Responses of the public record: rendered once for each URL and state of the record, with an ETag of their content.

They depend on the URL, the day, the settings of the site and what is public, but never on the reader.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping

from flask import request
from werkzeug.wrappers import Response

from cogwg.tracker.published import PublicRecord
from cogwg.web.http import published, site_settings
from cogwg.web.http.drawn import HTML, Drawing, drawn_response


def respond(
    draw: Callable[[PublicRecord], Drawing],
    media_type: str = HTML,
    *,
    file_name: str = "",
    headers: Mapping[str, str] | None = None,
    also: Hashable = None,
) -> Response:
    """Return the response that ``draw`` renders from the public record, or the cached one if nothing has changed since.

    With ``file_name``, browsers save it as a file. ``also`` is what the response depends on besides publications. ``draw`` may
    use the URL, the day and the settings of the site. It may raise ``NotFound`` for what is not public. A client that has the
    same content gets 304.
    """
    response = drawn_response((published.record_key(), also), lambda: draw(published.everything()), media_type)
    if not media_type.startswith("text/html"):
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if not site_settings.search_engines_allowed():
        response.headers["X-Robots-Tag"] = "noindex"
    response.headers.update(headers or {})
    if file_name:
        response.headers.set("Content-Disposition", "attachment", filename=file_name)
    return response.make_conditional(request.environ)
