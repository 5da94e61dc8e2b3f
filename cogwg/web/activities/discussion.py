"""The discussion of an activity: write, edit and delete comments."""

from __future__ import annotations

from collections.abc import Collection

from flask import make_response, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from cogwg.core.errors import Conflict, Forbidden, Invalid
from cogwg.discussion import services
from cogwg.discussion.queries import ActivityCommentFacts, CommentFacts, comment
from cogwg.notices.event_messages import CommentMention
from cogwg.notices.services import erase_comment_messages, notify_mentioned
from cogwg.policy import Permission
from cogwg.reporting.merge import merge_texts
from cogwg.reporting.partner_notes import notes_on_activity
from cogwg.web.activities import blueprint
from cogwg.web.activities.edit_conflict import TextConflict, text_conflict
from cogwg.web.activities.forms import ActivityCommentForm
from cogwg.web.activities.page import ActivityContext, activity_context, discussion, mention_choices, respond
from cogwg.web.auth.access import actor, current_user, requires
from cogwg.web.discussion.comments import respond_with_thread
from cogwg.web.http import clocks, forms, htmx
from cogwg.web.http.database import session, write
from cogwg.web.http.flashes import flash_at, redirect_to_outcome
from cogwg.web.http.mail_context import mail_context

_FRAGMENT = "activities/_discussion.html"


@blueprint.post("/plans/<int:year>/activities/<code>/comments")
@requires(Permission.DISCUSS)
def comment_post(lang: str, year: int, code: str) -> Response:
    """Post a comment on an activity, and email the jurisdictions it mentions."""
    here = activity_context(lang, year, code)
    form = ActivityCommentForm(None, _jurisdiction_choices(here))
    try:
        with write() as open_session:
            comment_id = form.make_once(open_session, "comment", lambda: _write_comment(open_session, here, form))
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        if htmx.is_htmx_request():
            return htmx.respond("", _FRAGMENT, 422, thread=discussion(here, form))
        return respond(here, 422, comment=form)
    place = f"comment-{comment_id}"
    return respond_with_thread(_FRAGMENT, lambda: discussion(here), here.url, place, _("Comment added"), latest=comment_id)


@blueprint.route("/plans/<int:year>/activities/<code>/comments/<int:id>", methods=["GET", "POST"])
@requires(Permission.DISCUSS)
def comment_edit(lang: str, year: int, code: str, id: int) -> Response:
    """Edit the person's own comment, and email the jurisdictions it newly mentions."""
    here = activity_context(lang, year, code)
    stored = _own_comment(here, id)
    if request.method == "GET":
        return _render_form(here, stored, _filled_form(here, stored))
    form = ActivityCommentForm(id, _jurisdiction_choices(here))
    try:
        with write() as open_session:
            edited, mentioned = services.edit_comment(
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
            _notify_mentioned(open_session, here, edited, mentioned)
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _render_form(here, stored, form, 422)
    except Conflict as clash:
        return _conflict_response(here, clash.subject, form)
    flash_at(f"comment-{id}", _("Comment saved"))
    return redirect_to_outcome(here.url)


@blueprint.post("/plans/<int:year>/activities/<code>/comments/<int:id>/delete")
@requires(Permission.DISCUSS)
def comment_delete(lang: str, year: int, code: str, id: int) -> Response:
    """Delete the person's own comment."""
    here = activity_context(lang, year, code)
    form = ActivityCommentForm(id, _jurisdiction_choices(here))
    try:
        with write() as open_session:
            form.make_once(open_session, "comment", lambda: _delete_comment(open_session, here, id, form.posted_version))
    except Conflict as clash:
        return _conflict_response(here, clash.subject, None)
    flash_at(f"comment-{id}", _("Comment deleted. The discussion shows that you deleted it."))
    return redirect_to_outcome(here.url)


def _delete_comment(open_session: Session, here: ActivityContext, id: int, version: int) -> int:
    """Delete the comment, erase the emails about it, and return the comment's id."""
    services.delete_comment(open_session, here.activity.id, id, expected_version=version, by=actor(), at=clocks.now())
    erase_comment_messages(open_session, id)
    return id


def _write_comment(open_session: Session, context: ActivityContext, form: ActivityCommentForm) -> int:
    """Save the comment, queue the emails to the jurisdictions it mentions, and return the comment's id."""
    written, mentioned = services.write_comment(
        open_session,
        context.activity.id,
        form.comment_text,
        lang=form.lang,
        mentions=form.mentioned_ids,
        by=actor(),
        at=clocks.now(),
    )
    _notify_mentioned(open_session, context, written, mentioned)
    return written.id


def _own_comment(context: ActivityContext, id: int) -> ActivityCommentFacts:
    """Return the signed-in person's own comment.

    Raises ``NotFound`` if it does not exist, and ``Forbidden`` if it is another person's.
    """
    stored = comment(session(), context.activity.id, id)
    if stored.person_id != current_user().person_id:
        raise Forbidden
    return stored


def _jurisdiction_choices(context: ActivityContext) -> list[tuple[int, str]]:
    return mention_choices(notes_on_activity(session(), context.activity.id).jurisdictions)


def _filled_form(context: ActivityContext, stored: ActivityCommentFacts, text: str | None = None) -> ActivityCommentForm:
    """Return the form to edit a stored comment. It contains ``text`` if that is given, else the stored text."""
    return ActivityCommentForm(
        stored.id,
        _jurisdiction_choices(context),
        text=stored.text if text is None else text,
        lang=stored.lang,
        mentions=[m.id for m in stored.mentions],
        version=stored.version,
        formdata=None,
    )


def _conflict_response(
    context: ActivityContext, stored: ActivityCommentFacts, sent_form: ActivityCommentForm | None
) -> Response:
    """Answer 409 because the author changed the comment in another tab. Nothing is saved.

    The page compares the stored text with the submitted one, and its form contains both, merged. To delete a comment, no
    text is submitted (``sent_form`` is None), so the form contains the stored text.
    """
    yours = sent_form.comment_text if sent_form is not None else stored.text
    texts = [(_("Your comment"), stored.lang, stored.text, yours)]
    conflict = text_conflict(stored.person, stored.edited_at or stored.written_at, texts, is_own=True)
    return _render_form(context, stored, _filled_form(context, stored, merge_texts(stored.text, yours)), 409, conflict)


def _render_form(
    context: ActivityContext,
    stored: ActivityCommentFacts,
    form: ActivityCommentForm,
    status: int = 200,
    conflict: TextConflict | None = None,
) -> Response:
    url = url_for("activities.comment_edit", id=stored.id, **context.url_values)
    page = render_template(
        "activities/edit_comment.html", activity_context=context, comment=stored, form=form, conflict=conflict, url=url
    )
    return make_response(page, status)


def _notify_mentioned(
    open_session: Session, context: ActivityContext, comment: CommentFacts, jurisdictions: Collection[int]
) -> None:
    """Queue emails to the jurisdictions that the comment newly mentions, in the transaction that saves the comment."""
    activity = context.activity
    mention = CommentMention(comment.id, context.plan.year, activity.code, activity.title, comment.person, comment.text)
    notify_mentioned(open_session, mention, jurisdictions, by=actor(), **mail_context())
