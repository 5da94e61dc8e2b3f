"""The public record: pages, feeds and data of what is published, the same for everyone.

It uses only publications and the settings of the site. The names of endpoints for data start with "data", those for the
tracker with "tracker".
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response


class PublicBlueprint(Blueprint):
    """A blueprint whose URLs also work with a slash at the end, because people and programs often add one."""

    def add_url_rule(self, rule: str, *args: Any, **options: Any) -> None:
        super().add_url_rule(rule, *args, **{"strict_slashes": False, **options})


blueprint = PublicBlueprint("public", __name__)


@blueprint.before_request
def redirect_from_slash() -> Response | None:
    """Redirect from a URL with a slash at the end to the same URL without it, unless the slash belongs there."""
    if not request.path.endswith("/") or request.url_rule is None or request.url_rule.rule.endswith("/"):
        return None
    query = request.query_string.decode()
    return redirect(request.path.rstrip("/") + (f"?{query}" if query else ""), 301)


from cogwg.web.public import (
    activity,
    briefings,
    comments,
    commitment,
    commitment_feeds,
    commitments,
    crawlers,
    data,
    engagement,
    feeds,
    jurisdictions,
    moderation,
    news,
    priority,
    publications,
    tracker,
    what_we_heard,
)
