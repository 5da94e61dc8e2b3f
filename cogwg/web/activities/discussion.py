"""The discussion of an activity: say something, change it, take it back."""

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
from cogwg.reporting.merge import both
from cogwg.reporting.partner_notes import taking_part
from cogwg.web.activities import blueprint
from cogwg.web.activities.forms import CommentForm
from cogwg.web.activities.page import At, answer, at, talk_context
from cogwg.web.activities.thread import choices
from cogwg.web.auth.access import actor, requires, somebody
from cogwg.web.http import clocks, forms, htmx
from cogwg.web.http.database import session, write
from cogwg.web.http.edit_conflict import TwoTexts, two_texts
from cogwg.web.http.mail_context import mailing


@blueprint.post("/plans/<int:year>/activities/<code>/comments")
@requires(Permission.DISCUSS)
def comment_post(lang: str, year: int, code: str) -> Response:
    """Say something of an activity."""
    here = at(lang, year, code)
    form = CommentForm(None, _choices(here))
    try:
        with write() as open_session:
            said, spoken = services.write_comment(
                open_session,
                here.activity.id,
                form.said,
                lang=form.lang,
                mentions=form.chosen,
                by=actor(),
                at=clocks.now(),
            )
            _tell_mentioned(open_session, here, said, spoken)
    except Invalid as refusal:
        forms.show(form, refusal)
        if htmx.asked():
            return htmx.answer("", "activities/_discussion.html", 422, **talk_context(here, form))
        return answer(here, 422, comment=form)
    words = _("Your comment is there.")
    if htmx.asked():
        return htmx.answer("", "activities/_discussion.html", announcement=words, latest=said.id, **talk_context(here))
    flash(words)
    return redirect(f"{here.url}#comment-{said.id}", 303)


@blueprint.route("/plans/<int:year>/activities/<code>/comments/<int:id>", methods=["GET", "POST"])
@requires(Permission.DISCUSS)
def comment_edit(lang: str, year: int, code: str, id: int) -> Response:
    """Change what one said."""
    here = at(lang, year, code)
    stored = _own(here, id)
    if request.method == "GET":
        return _form(here, stored, _filled(here, stored))
    form = CommentForm(id, _choices(here))
    try:
        with write() as open_session:
            said, spoken = services.edit_comment(
                open_session,
                here.activity.id,
                id,
                form.said,
                lang=form.lang,
                mentions=form.chosen,
                expected_version=form.seen,
                by=actor(),
                at=clocks.now(),
            )
            _tell_mentioned(open_session, here, said, spoken)
    except Invalid as refusal:
        forms.show(form, refusal)
        return _form(here, stored, form, 422)
    except Conflict as clash:
        return _clash(here, clash.subject, form)
    flash(_("Your comment is changed."))
    return redirect(f"{here.url}#comment-{id}", 303)


@blueprint.post("/plans/<int:year>/activities/<code>/comments/<int:id>/delete")
@requires(Permission.DISCUSS)
def comment_delete(lang: str, year: int, code: str, id: int) -> Response:
    """Take back what one said."""
    here = at(lang, year, code)
    _own(here, id)
    form = CommentForm(id, _choices(here))
    try:
        with write() as open_session:
            services.delete_comment(open_session, here.activity.id, id, expected_version=form.seen, by=actor(), at=clocks.now())
            erase_comment_messages(open_session, id)
    except Conflict as clash:
        return _clash(here, clash.subject, None)
    flash(_("Your comment is deleted; its place stays."))
    return redirect(f"{here.url}#comment-{id}", 303)


def _own(here: At, id: int) -> CommentFacts:
    """One's own comment. Raises ``NotFound``, and ``Forbidden`` for somebody else's."""
    found = comment(session(), here.activity.id, id)
    if found.person_id != somebody().person_id:
        raise Forbidden
    return found


def _choices(here: At) -> list[tuple[int, str]]:
    return choices(taking_part(session(), here.activity.id).jurisdictions)


def _filled(here: At, stored: CommentFacts, text: str | None = None) -> CommentForm:
    """The form of a comment as it is stored, perhaps with another text in it."""
    return CommentForm(
        stored.id,
        _choices(here),
        text=stored.text if text is None else text,
        lang=stored.lang,
        mentions=[m.id for m in stored.mentions],
        version=stored.version,
        formdata=None,
    )


def _clash(here: At, stored: CommentFacts, sent: CommentForm | None) -> Response:
    """409: it was changed in another window; both texts are there, and in the form, and nothing was written."""
    yours = sent.said if sent is not None else stored.text
    at_that = stored.edited_at or stored.written_at
    pair = two_texts(stored.person, at_that, [(_("Your comment"), stored.lang, stored.text, yours)])
    return _form(here, stored, _filled(here, stored, both(stored.text, yours)), 409, pair)


def _form(here: At, stored: CommentFacts, form: CommentForm, status: int = 200, clash: TwoTexts | None = None) -> Response:
    url = url_for("activities.comment_edit", id=stored.id, **here.address)
    page = render_template("activities/edit_comment.html", here=here, comment=stored, form=form, clash=clash, url=url)
    return make_response(page, status)


def _tell_mentioned(open_session: Session, here: At, said: CommentFacts, jurisdictions: Collection[int]) -> None:
    """Put letters to the jurisdictions that a comment newly speaks to into the outbox, in the comment's transaction."""
    told = CommentMention(said.id, here.plan.year, here.activity.code, here.activity.title, said.person, said.text)
    notify_mentioned(open_session, told, jurisdictions, by=actor(), **mailing())
