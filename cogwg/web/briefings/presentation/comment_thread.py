"""What is said of one slide of a draft, as its own fragment shows it."""

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
    """A comment with what its reader may do: settle it while it is open, delete it where it is theirs."""

    comment: SlideCommentFacts
    settle_url: str
    delete_url: str


@dataclass(frozen=True, slots=True)
class SlideThread:
    """The comments on a slide, in order, and the form for one more."""

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
    """What was said of this slide, perhaps with a form that was sent wrong."""
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
