"""Comments on the slides of a draft: add one, settle it, delete one's own."""

from __future__ import annotations

import re

from flask import flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.briefing import queries, services
from cogwg.core.errors import Invalid, NotFound
from cogwg.policy import Permission
from cogwg.web.auth.access import actor, requires
from cogwg.web.briefings.presentation import blueprint
from cogwg.web.briefings.presentation.comment_thread import slide_thread
from cogwg.web.briefings.presentation.forms import SlideCommentForm
from cogwg.web.http import clocks, forms, htmx
from cogwg.web.http.database import session, write

_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@blueprint.post("/briefings/<int:id>/comments/<slide>")
@requires(Permission.PREPARE_BRIEFINGS)
def comment_post(lang: str, id: int, slide: str) -> Response:
    """Add a comment on a slide."""
    if not _KEY.fullmatch(slide) or len(slide) > 40:
        raise NotFound(slide)
    form = SlideCommentForm(slide)
    try:
        with write() as open_session:
            services.add_comment(open_session, id, slide, form.comment_text, lang=form.lang, by=actor(), at=clocks.now())
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _refused_response(id, slide, form)
    return _done_response(lang, id, slide, _("Comment added"))


@blueprint.post("/briefings/<int:id>/comments/<int:comment>/settle")
@requires(Permission.PREPARE_BRIEFINGS)
def comment_settle(lang: str, id: int, comment: int) -> Response:
    """Mark a comment as settled."""
    slide = _slide_of(id, comment)
    with write() as open_session:
        services.settle_comment(open_session, id, comment, by=actor(), at=clocks.now())
    return _done_response(lang, id, slide, _("Comment resolved."))


@blueprint.post("/briefings/<int:id>/comments/<int:comment>/delete")
@requires(Permission.PREPARE_BRIEFINGS)
def comment_delete(lang: str, id: int, comment: int) -> Response:
    """Delete the user's own comment."""
    slide = _slide_of(id, comment)
    with write() as open_session:
        services.delete_comment(open_session, id, comment, by=actor(), at=clocks.now())
    return _done_response(lang, id, slide, _("Comment deleted."))


def _slide_of(id: int, comment: int) -> str:
    """Return the slide a comment is about. Raises ``NotFound``."""
    found = next((said.slide for said in queries.comments(session(), id) if said.id == comment), None)
    if found is None:
        raise NotFound("comment")
    return found


def _done_response(lang: str, id: int, slide: str, announcement: str) -> Response:
    """Return the slide's updated comments for htmx, else a redirect to the slide."""
    if htmx.is_htmx_request():
        talk = slide_thread(id, slide, queries.comments(session(), id))
        return htmx.respond("", "briefings/presentation/_comment_thread.html", thread=talk, announcement=announcement)
    flash(announcement)
    return redirect(url_for("briefings.page", lang=lang, id=id, _anchor=f"talk-{slide}"), 303)


def _refused_response(id: int, slide: str, form: SlideCommentForm) -> Response:
    """Return status 422 with what was typed: as a fragment for htmx, else as a page of its own."""
    talk = slide_thread(id, slide, queries.comments(session(), id), form)
    if htmx.is_htmx_request():
        return htmx.respond("", "briefings/presentation/_comment_thread.html", 422, thread=talk)
    briefing = queries.briefing(session(), id)
    return make_response(render_template("briefings/presentation/comment.html", briefing=briefing, thread=talk), 422)
