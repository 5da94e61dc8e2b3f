"""Permanent redirects from former URLs of pages."""

from __future__ import annotations

from flask import redirect, url_for
from werkzeug.wrappers import Response

from cogwg.web.auth.access import public
from cogwg.web.site import blueprint


@blueprint.get("/<any(en, fr):lang>/outbox")
@public
def moved_outbox(lang: str) -> Response:
    """Redirect to the outbox, which is now in the administration."""
    return redirect(url_for("admin.outbox_page", lang=lang), 301)


@blueprint.get("/<any(en, fr):lang>/outbox/<int:id>")
@public
def moved_message(lang: str, id: int) -> Response:
    """Redirect to the page of an email in the outbox."""
    return redirect(url_for("admin.message_page", lang=lang, id=id), 301)
