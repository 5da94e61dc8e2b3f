"""The discussion of an activity: write, edit and delete comments."""

from __future__ import annotations

from collections.abc import Collection

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from cogwg.core.errors import Conflict, Forbidden, Invalid
from cogwg.discussion import services
from cogwg.discussion.queries import CommentFacts, comment
from cogwg.notices.event_messages import CommentMention
from cogwg.notices.services import erase_comment_messages, notify_mentioned
from cogwg.policy import Permission
from cogwg.reporting.merge import merge_texts
from cogwg.reporting.partner_notes import notes_on_activity
from cogwg.web.activities import blueprint
from cogwg.web.activities.forms import CommentForm
from cogwg.web.activities.page import ActivityContext, activity_context, discussion_context, respond
from cogwg.web.activities.thread import mention_choices
from cogwg.web.auth.access import actor, current_user, requires
from cogwg.web.http import clocks, forms, htmx
from cogwg.web.http.database import session, write
from cogwg.web.http.edit_conflict import TextConflict, text_conflict
from cogwg.web.http.mail_context import mail_context


@blueprint.post("/plans/<int:year>/activities/<code>/comments")
@requires(Permission.DISCUSS)
def comment_post(lang: str, year: int, code: str) -> Response:
    """Post a comment on an activity."""
    here = activity_context(lang, year, code)
    form = CommentForm(None, _jurisdiction_choices(here))
    try:
        with write() as open_session:
            said, spoken = services.write_comment(
                open_session,
                here.activity.id,
                form.comment_text,
                lang=form.lang,
                mentions=form.mentioned_ids,
                by=actor(),
                at=clocks.now(),
            )
            _notify_mentioned(open_session, here, said, spoken)
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        if htmx.is_htmx_request():
            return htmx.respond("", "activities/_discussion.html", 422, **discussion_context(here, form))
        return respond(here, 422, comment=form)
    words = _("Comment added")
    if htmx.is_htmx_request():
        return htmx.respond("", "activities/_discussion.html", announcement=words, latest=said.id, **discussion_context(here))
    flash(words)
    return redirect(f"{here.url}#comment-{said.id}", 303)


@blueprint.route("/plans/<int:year>/activities/<code>/comments/<int:id>", methods=["GET", "POST"])
@requires(Permission.DISCUSS)
def comment_edit(lang: str, year: int, code: str, id: int) -> Response:
    """Edit one's own comment."""
    here = activity_context(lang, year, code)
    stored = _own_comment(here, id)
    if request.method == "GET":
        return _render_form(here, stored, _filled_form(here, stored))
    form = CommentForm(id, _jurisdiction_choices(here))
    try:
        with write() as open_session:
            said, spoken = services.edit_comment(
                open_session,
                here.activity.id,
                id,
                form.comment_text,
                lang=form.lang,
                mentions=form.mentioned_ids,
                expected_version=form.posted_version,
                by=actor(),
                at=clocks.now(),
            )
            _notify_mentioned(open_session, here, said, spoken)
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _render_form(here, stored, form, 422)
    except Conflict as clash:
        return _conflict_response(here, clash.subject, form)
    flash(_("Comment saved"))
    return redirect(f"{here.url}#comment-{id}", 303)


@blueprint.post("/plans/<int:year>/activities/<code>/comments/<int:id>/delete")
@requires(Permission.DISCUSS)
def comment_delete(lang: str, year: int, code: str, id: int) -> Response:
    """Delete one's own comment."""
    here = activity_context(lang, year, code)
    _own_comment(here, id)
    form = CommentForm(id, _jurisdiction_choices(here))
    try:
        with write() as open_session:
            services.delete_comment(
                open_session, here.activity.id, id, expected_version=form.posted_version, by=actor(), at=clocks.now()
            )
            erase_comment_messages(open_session, id)
    except Conflict as clash:
        return _conflict_response(here, clash.subject, None)
    flash(_("Comment deleted. The discussion shows that you deleted it."))
    return redirect(f"{here.url}#comment-{id}", 303)


def _own_comment(context: ActivityContext, id: int) -> CommentFacts:
    """Return the signed-in person's own comment. Raises ``NotFound``, and ``Forbidden`` for another person's."""
    found = comment(session(), context.activity.id, id)
    if found.person_id != current_user().person_id:
        raise Forbidden
    return found


def _jurisdiction_choices(context: ActivityContext) -> list[tuple[int, str]]:
    return mention_choices(notes_on_activity(session(), context.activity.id).jurisdictions)


def _filled_form(context: ActivityContext, stored: CommentFacts, text: str | None = None) -> CommentForm:
    """Return the form of a stored comment, with another text in it if one is given."""
    return CommentForm(
        stored.id,
        _jurisdiction_choices(context),
        text=stored.text if text is None else text,
        lang=stored.lang,
        mentions=[m.id for m in stored.mentions],
        version=stored.version,
        formdata=None,
    )


def _conflict_response(context: ActivityContext, stored: CommentFacts, sent_form: CommentForm | None) -> Response:
    """Answer 409 after a change in another window: both texts are shown and in the form, and nothing was saved."""
    yours = sent_form.comment_text if sent_form is not None else stored.text
    at_that = stored.edited_at or stored.written_at
    pair = text_conflict(stored.person, at_that, [(_("Your comment"), stored.lang, stored.text, yours)])
    return _render_form(context, stored, _filled_form(context, stored, merge_texts(stored.text, yours)), 409, pair)


def _render_form(
    context: ActivityContext, stored: CommentFacts, form: CommentForm, status: int = 200, conflict: TextConflict | None = None
) -> Response:
    url = url_for("activities.comment_edit", id=stored.id, **context.url_values)
    page = render_template(
        "activities/edit_comment.html", activity_context=context, comment=stored, form=form, conflict=conflict, url=url
    )
    return make_response(page, status)


def _notify_mentioned(
    open_session: Session, context: ActivityContext, comment: CommentFacts, jurisdictions: Collection[int]
) -> None:
    """Queue emails to the jurisdictions that a comment newly mentions, in the comment's transaction."""
    told = CommentMention(
        comment.id, context.plan.year, context.activity.code, context.activity.title, comment.person, comment.text
    )
    notify_mentioned(open_session, told, jurisdictions, by=actor(), **mail_context())
