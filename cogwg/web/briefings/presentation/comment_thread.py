"""The comments on one slide of a draft, as their fragment shows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import url_for

from cogwg.briefing.queries import SlideCommentFacts
from cogwg.web.auth.access import current_user
from cogwg.web.briefings.presentation.forms import SlideCommentForm
from cogwg.web.http import i18n


@dataclass(frozen=True, slots=True)
class SlideCommentRow:
    """A comment with the URLs of what the user may do: settle it while it is open, delete their own; empty if not."""

    comment: SlideCommentFacts
    settle_url: str
    delete_url: str


@dataclass(frozen=True, slots=True)
class SlideThread:
    """The comments on a slide, in order, and the form for another."""

    key: str
    rows: tuple[SlideCommentRow, ...]
    form: SlideCommentForm
    post_url: str

    @property
    def open_count(self) -> int:
        return sum(remark.comment.settled_at is None for remark in self.rows)


def slide_thread(
    briefing_id: int, key: str, comments: Iterable[SlideCommentFacts], form: SlideCommentForm | None = None
) -> SlideThread:
    """Return the comments on this slide, with ``form`` if it was posted with errors."""
    lang, me = i18n.current_language().value, current_user().person_id
    at: dict[str, Any] = {"lang": lang, "id": briefing_id}
    remarks = tuple(
        SlideCommentRow(
            one,
            "" if one.settled_at else url_for("presentation.comment_settle", comment=one.id, **at),
            url_for("presentation.comment_delete", comment=one.id, **at) if one.person_id == me else "",
        )
        for one in comments
        if one.slide == key
    )
    url = url_for("presentation.comment_post", slide=key, **at)
    return SlideThread(key, remarks, form or SlideCommentForm(key, formdata=None), url)
