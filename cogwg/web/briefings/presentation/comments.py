"""Comments on the slides of a draft: adding them, marking them as resolved, and deleting one's own."""

from __future__ import annotations

import re

from flask import url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.briefing import queries, services
from cogwg.core.errors import Invalid, NotFound
from cogwg.policy import Permission
from cogwg.web.auth.access import actor, requires
from cogwg.web.briefings.presentation import blueprint
from cogwg.web.briefings.presentation.comment_thread import slide_comment_form, slide_thread
from cogwg.web.discussion.comments import respond_with_thread
from cogwg.web.http import clocks, forms, htmx
from cogwg.web.http.database import session, write

_FRAGMENT = "briefings/presentation/_comment_thread.html"
_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@blueprint.post("/briefings/<int:id>/comments/<slide>")
@requires(Permission.PREPARE_BRIEFINGS)
def comment_post(lang: str, id: int, slide: str) -> Response:
    """Add a comment on a slide."""
    if not _KEY.fullmatch(slide) or len(slide) > 40:
        raise NotFound(slide)
    form = slide_comment_form(slide)
    try:
        with write() as open_session:
            by, at = actor(), clocks.now()
            form.make_once(
                open_session,
                "slide comment",
                lambda: services.add_comment(open_session, id, slide, form.comment_text, lang=form.lang, by=by, at=at),
            )
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        thread = slide_thread(id, slide, queries.comments(session(), id), form)
        briefing = queries.briefing(session(), id)
        return htmx.respond("briefings/presentation/comment.html", _FRAGMENT, 422, thread=thread, briefing=briefing)
    return _respond(lang, id, slide, _("Comment added"))


@blueprint.post("/briefings/<int:id>/comments/<int:comment>/settle")
@requires(Permission.PREPARE_BRIEFINGS)
def comment_settle(lang: str, id: int, comment: int) -> Response:
    """Mark a comment as resolved."""
    with write() as open_session:
        slide = services.settle_comment(open_session, id, comment, by=actor(), at=clocks.now())
    return _respond(lang, id, slide, _("Comment resolved."))


@blueprint.post("/briefings/<int:id>/comments/<int:comment>/delete")
@requires(Permission.PREPARE_BRIEFINGS)
def comment_delete(lang: str, id: int, comment: int) -> Response:
    """Delete the user's own comment."""
    with write() as open_session:
        slide = services.delete_comment(open_session, id, comment, by=actor(), at=clocks.now())
    return _respond(lang, id, slide, _("Comment deleted."))


def _respond(lang: str, id: int, slide: str, announcement: str) -> Response:
    """For htmx, return the slide's updated comments; otherwise redirect to the draft's page."""
    url = url_for("briefings.page", lang=lang, id=id)
    return respond_with_thread(
        _FRAGMENT, lambda: slide_thread(id, slide, queries.comments(session(), id)), url, f"talk-{slide}", announcement
    )
