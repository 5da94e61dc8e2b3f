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
class Turn:
    """One comment; ``url`` is where its author changes it, empty for anybody else."""

    comment: CommentFacts
    url: str


@dataclass(frozen=True, slots=True)
class Talk:
    """A discussion for one reader. ``form`` is None for those who only read."""

    turns: tuple[Turn, ...]
    form: CommentForm | None
    url: str


def talk(
    who: SignedInPerson,
    address: dict[str, Any],
    found: Sequence[CommentFacts],
    jurisdictions: Sequence[NamedJurisdiction],
    form: CommentForm | None = None,
) -> Talk:
    """The discussion of the activity at this address (lang, year, code), perhaps with a form that was sent wrong."""
    writes = has_permission(who.roles, Permission.DISCUSS)
    if form is None and writes:
        form = CommentForm(None, choices(jurisdictions), formdata=None)
    turns = tuple(Turn(c, _own(who, address, c) if writes else "") for c in found)
    return Talk(turns, form, url_for("activities.comment_post", **address))


def choices(jurisdictions: Sequence[NamedJurisdiction]) -> list[tuple[int, str]]:
    """The jurisdictions that can be mentioned, by name."""
    lang = i18n.current()
    return sorted(((j.id, j.name.text(lang)) for j in jurisdictions), key=lambda choice: sort_key(choice[1]))


def _own(who: SignedInPerson, address: dict[str, Any], comment: CommentFacts) -> str:
    if comment.is_deleted or comment.person_id != who.person_id:
        return ""
    return url_for("activities.comment_edit", id=comment.id, **address)
