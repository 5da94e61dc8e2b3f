"""What is said of one slide of a draft, as its own fragment shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import url_for

from cogwg.briefing.queries import Said
from cogwg.web.auth.access import somebody
from cogwg.web.briefings.presentation.forms import SlideCommentForm
from cogwg.web.http import i18n


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment with what its reader may do: settle it while it is open, delete it where it is theirs."""

    said: Said
    settle_url: str
    delete_url: str


@dataclass(frozen=True, slots=True)
class SlideTalk:
    """The comments on a slide, in order, and the form for one more."""

    key: str
    remarks: tuple[Remark, ...]
    form: SlideCommentForm
    url: str

    @property
    def open(self) -> int:
        return sum(remark.said.settled_at is None for remark in self.remarks)


def talk_of(briefing_id: int, key: str, said: Iterable[Said], form: SlideCommentForm | None = None) -> SlideTalk:
    """What was said of this slide, perhaps with a form that was sent wrong."""
    lang, me = i18n.current().value, somebody().person_id
    at: dict[str, Any] = {"lang": lang, "id": briefing_id}
    remarks = tuple(
        Remark(
            one,
            "" if one.settled_at else url_for("presentation.comment_settle", comment=one.id, **at),
            url_for("presentation.comment_delete", comment=one.id, **at) if one.person_id == me else "",
        )
        for one in said
        if one.slide == key
    )
    url = url_for("presentation.comment_post", slide=key, **at)
    return SlideTalk(key, remarks, form or SlideCommentForm(key, formdata=None), url)
