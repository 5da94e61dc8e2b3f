"""The discussion as a page shows it: what was said, a form for what one wants to say, and one's own to change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from cogwg.accounts.queries import SignedInPerson
from cogwg.core.bilingual import sort_key
from cogwg.discussion.queries import CommentFacts
from cogwg.policy import Permission, has_permission
from cogwg.reporting.partner_notes import NamedJurisdiction
from cogwg.web.activities.forms import CommentForm
from cogwg.web.http import i18n


@dataclass(frozen=True, slots=True)
class CommentRow:
    """One comment; ``url`` is where its author changes it, empty for anybody else."""

    comment: CommentFacts
    edit_url: str


@dataclass(frozen=True, slots=True)
class CommentThread:
    """A discussion for one reader. ``form`` is None for those who only read."""

    rows: tuple[CommentRow, ...]
    form: CommentForm | None
    post_url: str


def comment_thread(
    who: SignedInPerson,
    url_values: dict[str, Any],
    comments: Sequence[CommentFacts],
    jurisdictions: Sequence[NamedJurisdiction],
    form: CommentForm | None = None,
) -> CommentThread:
    """The discussion of the activity at this address (lang, year, code), perhaps with a form that was sent wrong."""
    writes = has_permission(who.roles, Permission.DISCUSS)
    if form is None and writes:
        form = CommentForm(None, mention_choices(jurisdictions), formdata=None)
    turns = tuple(CommentRow(c, _edit_url(who, url_values, c) if writes else "") for c in comments)
    return CommentThread(turns, form, url_for("activities.comment_post", **url_values))


def mention_choices(jurisdictions: Sequence[NamedJurisdiction]) -> list[tuple[int, str]]:
    """The jurisdictions that can be mentioned, by name."""
    lang = i18n.current_language()
    return sorted(((j.id, j.name.text(lang)) for j in jurisdictions), key=lambda choice: sort_key(choice[1]))


def _edit_url(who: SignedInPerson, url_values: dict[str, Any], comment: CommentFacts) -> str:
    if comment.is_deleted or comment.person_id != who.person_id:
        return ""
    return url_for("activities.comment_edit", id=comment.id, **url_values)
