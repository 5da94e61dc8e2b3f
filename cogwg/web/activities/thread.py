"""The discussion as a page shows it: the comments, a form for a new one, and links to edit one's own."""

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
    """A comment; ``edit_url`` is empty for everyone but its author."""

    comment: CommentFacts
    edit_url: str


@dataclass(frozen=True, slots=True)
class CommentThread:
    """A discussion for one reader. ``form`` is None for those who may only read."""

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
    """Return the discussion of the activity with these URL values (lang, year, code), with the rejected form if any."""
    writes = has_permission(who.roles, Permission.DISCUSS)
    if form is None and writes:
        form = CommentForm(None, mention_choices(jurisdictions), formdata=None)
    turns = tuple(CommentRow(c, _edit_url(who, url_values, c) if writes else "") for c in comments)
    return CommentThread(turns, form, url_for("activities.comment_post", **url_values))


def mention_choices(jurisdictions: Sequence[NamedJurisdiction]) -> list[tuple[int, str]]:
    """Return the jurisdictions that can be mentioned, sorted by name."""
    lang = i18n.current_language()
    return sorted(((j.id, j.name.text(lang)) for j in jurisdictions), key=lambda choice: sort_key(choice[1]))


def _edit_url(who: SignedInPerson, url_values: dict[str, Any], comment: CommentFacts) -> str:
    if comment.is_deleted or comment.person_id != who.person_id:
        return ""
    return url_for("activities.comment_edit", id=comment.id, **url_values)
