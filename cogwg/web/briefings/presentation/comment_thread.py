"""The thread of comments on one slide of a draft, as pages show it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import url_for

from cogwg.briefing.queries import SlideCommentFacts
from cogwg.web.auth.access import current_user
from cogwg.web.discussion.comments import CommentForm, CommentRow, CommentThread
from cogwg.web.http import i18n


def slide_thread(
    briefing_id: int, key: str, comments: Iterable[SlideCommentFacts], form: CommentForm | None = None
) -> CommentThread:
    """Return the thread of comments on the slide with this key. ``form`` is the posted form if it has errors."""
    user_id = current_user().person_id
    url_values: dict[str, Any] = {"lang": i18n.current_language().value, "id": briefing_id}
    rows = tuple(
        CommentRow(
            comment,
            settle_url="" if comment.settled_at else url_for("presentation.comment_settle", comment=comment.id, **url_values),
            delete_url=url_for("presentation.comment_delete", comment=comment.id, **url_values)
            if comment.person_id == user_id
            else "",
        )
        for comment in comments
        if comment.slide == key
    )
    url = url_for("presentation.comment_post", slide=key, **url_values)
    return CommentThread(key, rows, form or slide_comment_form(key, formdata=None), f"slide-comment:{briefing_id}:{key}", url)


def slide_comment_form(key: str, **kwargs: Any) -> CommentForm:
    """Return the form for a new comment on the slide with this key. The key is part of the field names.

    A page has one such form for each slide.
    """
    return CommentForm(f"say-{key}-", rows=2, **kwargs)
