"""The page behind an author's private link: the state of their comment, what came of it, and what is kept about them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from cogwg.accounts.tokens import hash_token
from cogwg.core.errors import NotFound
from cogwg.engagement.commenting import can_appeal, can_edit, can_withdraw, own_comment, phase_of_comment
from cogwg.engagement.models import PublicComment
from cogwg.engagement.scales import CommentState
from cogwg.tracker.published_comments import comments_by_id
from cogwg.web.engagement import blueprint
from cogwg.web.engagement.information import information_context
from cogwg.web.engagement.stamps import stamped
from cogwg.web.http import published
from cogwg.web.http.comment_outcomes import outcomes_of_comment
from cogwg.web.http.comment_subjects import find_subject, subject_url
from cogwg.web.http.database import session
from cogwg.web.http.i18n import gettext as _
from cogwg.web.http.public_addresses import public_address

PrivateView = Callable[[str, str, PublicComment], Any]


def by_private_link(view: PrivateView) -> Callable[..., Any]:
    """Mark a view for anyone who has the private link of a comment.

    The view receives the comment; other links get 404. The URL is a secret, so the page is not cached or indexed, and the URL
    is not sent to other sites as the referrer. Forms of this site still send their origin.
    """

    @wraps(view)
    def guarded(lang: str, token: str) -> Response:
        try:
            own = own_comment(session(), hash_token(token))
        except NotFound:
            response = make_response(render_template("engagement/unknown_link.html"), 404)
        else:
            response = make_response(view(lang, token, own))
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "strict-origin"
        response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    return stamped(guarded)


@blueprint.get("/comments/private/<token>")
@by_private_link
def private(lang: str, token: str, own: PublicComment) -> str:
    """Show an author the state of their comment and what came of it, with what they can do."""
    record = published.everything()
    original = comments_by_id(session(), [own.duplicate_of_id]) if own.duplicate_of_id is not None else ()
    cycle = phase_of_comment(session(), own).cycle.key
    is_read = own.state in (CommentState.PUBLISHED, CommentState.DUPLICATE)
    return render_template(
        "engagement/private.html",
        **private_context(token, own),
        is_new="sent" in request.args,
        private_url=public_address(url_for("engagement.private", lang=lang, token=token)),
        subject=find_subject(record, own.about.value, own.about_key),
        subject_url=subject_url(own.about.value, own.about_key, lang),
        is_public=own.state is CommentState.PUBLISHED and bool(comments_by_id(session(), [own.id])),
        original=original[0] if original else None,
        what_came=outcomes_of_comment(record, cycle, own.duplicate_of_id or own.id) if is_read else (),
        can_edit=can_edit(own),
        can_withdraw=can_withdraw(own),
        can_appeal=can_appeal(own),
        saved=_saved(own),
    )


def _saved(own: PublicComment) -> str:
    """Return a sentence about what was just done, unless the comment's state has changed since."""
    done = request.args.get("done", "")
    if done == "edit" and can_edit(own):
        return _("Your comment was saved.")
    if done == "appeal" and own.state is CommentState.APPEALED:
        return _("We have received your appeal.")
    return _("Your information was saved.") if done == "information" else ""


def private_context(token: str, own: PublicComment) -> dict[str, Any]:
    """Return the template variables that each page of a private link needs."""
    phase = phase_of_comment(session(), own)
    return {"token": token, "comment": own, "phase": phase, "cycle": phase.cycle, **information_context(phase.cycle)}
