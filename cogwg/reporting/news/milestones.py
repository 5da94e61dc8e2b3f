"""What is done with milestones. Each verb checks, changes, leaves one trace; it never commits.

``may`` says whether one may speak for one of these jurisdictions. A milestone that was withdrawn stays in the record,
out of every list and deck, until it is restored.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import bindparam, delete, insert, update
from sqlalchemy.orm import Session

from cogwg.audit.services import Actor, record_event
from cogwg.core.bilingual import EMPTY_TEXT
from cogwg.core.calendar import local_day
from cogwg.core.errors import N_, Conflict, Forbidden, Invalid, Message, NotFound
from cogwg.core.text_limits import TEXT_LIMIT
from cogwg.reporting.news.queries import LINK, MILESTONE, MilestoneNews, milestone
from cogwg.reporting.news.rules import MilestoneDraft, When, check_milestone, check_translation, translated
from cogwg.reporting.rules import LABEL_LIMIT

MayTell = Callable[[Collection[int]], bool]


def add_milestone(
    session: Session, jurisdiction_id: int, draft: MilestoneDraft, *, by: Actor, at: datetime, may: MayTell
) -> int:
    """Tell a jurisdiction's news; its id. Raises ``Forbidden`` and ``Invalid``."""
    if not may((jurisdiction_id,)):
        raise Forbidden
    happened = check_milestone(draft, local_day(at))
    told = {
        "key": new_key(at),
        "jurisdiction_id": jurisdiction_id,
        "reported_on": local_day(at),
        "version": 1,
        "changed_at": at,
        "changed_by": by.id,
        **_columns(draft, happened),
    }
    id_: int = session.execute(_TELL, told).scalar_one()
    _replace_links(session, id_, draft)
    record_event(session, "milestone.added", ("milestone", id_), by=by, at=at, after=_said(1, draft))
    return id_


def edit_milestone(
    session: Session, id_: int, draft: MilestoneDraft, *, seen: int, by: Actor, at: datetime, may: MayTell
) -> None:
    """Say it otherwise. ``seen`` is the version the form carried; another one in the record is a ``Conflict``.

    Raises ``Forbidden``, ``Invalid`` and ``NotFound`` too.
    """
    found = _told(session, id_, may)
    happened = check_milestone(draft, local_day(at))
    if found.version == seen and found.draft == draft:
        return
    _save(session, found, draft, happened, "milestone.edited", seen=seen, by=by, at=at)


def translate_milestone(
    session: Session, id_: int, text: str, *, of: str, link: int = 0, by: Actor, at: datetime, may: MayTell
) -> None:
    """Add the missing language of its sentence, or of the name of its n-th ``link``; ``of`` is what was translated.

    Raises ``Conflict`` when that was changed since, or is no longer missing; ``Forbidden``, ``Invalid``, ``NotFound``.
    """
    found = _told(session, id_, may)
    check_translation(text, LABEL_LIMIT if link else TEXT_LIMIT)
    source = EMPTY_TEXT if link > len(found.links) else found.links[link - 1].label if link else found.text
    whole = translated(source, of, text)
    if whole is None:
        raise Conflict(found)
    links = tuple(replace(one, label=whole) if n == link else one for n, one in enumerate(found.links, 1))
    draft = replace(found.draft, links=links, text=found.text if link else whole)
    _save(session, found, draft, found.happened, "milestone.translated", seen=found.version, by=by, at=at)


def withdraw_milestone(session: Session, id_: int, *, seen: int, by: Actor, at: datetime, may: MayTell) -> None:
    """Take it out of lists and decks; withdrawing it again changes nothing. Raises as editing does."""
    found = _any(session, id_, may)
    if found.withdrawn_at is None:
        _mark(session, found, at, "milestone.withdrawn", seen=seen, by=by, at=at)


def restore_milestone(session: Session, id_: int, *, by: Actor, at: datetime, may: MayTell) -> None:
    """Undo a withdrawal; restoring what stands changes nothing. Raises ``Forbidden`` and ``NotFound``."""
    found = _any(session, id_, may)
    if found.withdrawn_at is not None:
        _mark(session, found, None, "milestone.restored", seen=found.version, by=by, at=at)


def new_key(at: datetime) -> str:
    """A key that no other row has, beginning with the month it was told."""
    return f"{local_day(at):%Y-%m}-{uuid4().hex}"


_TELL = insert(MILESTONE).returning(MILESTONE.c.id)
_CHANGE = update(MILESTONE).where(MILESTONE.c.id == bindparam("of_id"), MILESTONE.c.version == bindparam("seen"))
_FORGET = delete(LINK).where(LINK.c.milestone_id == bindparam("of_id"))
_SHOW = insert(LINK)


def _any(session: Session, id_: int, may: MayTell) -> MilestoneNews:
    found = milestone(session, id_)
    if may((found.jurisdiction_id,)):
        return found
    if found.withdrawn_at is not None:
        raise NotFound(f"milestone {id_}")
    raise Forbidden


def _told(session: Session, id_: int, may: MayTell) -> MilestoneNews:
    found = _any(session, id_, may)
    if found.withdrawn_at is not None:
        raise Invalid(("", Message(N_("This milestone was withdrawn meanwhile; restore it, then save."))))
    return found


def _save(
    session: Session, found: MilestoneNews, draft: MilestoneDraft, happened: When, action: str, *, seen: int, **who: Any
) -> None:
    _change(session, found, _columns(draft, happened), seen=seen, **who)
    if draft.links != found.links:
        session.execute(_FORGET, {"of_id": found.id})
        _replace_links(session, found.id, draft)
    before, after = _said(found.version, found.draft), _said(seen + 1, draft)
    record_event(session, action, ("milestone", found.id), before=before, after=after, **who)


def _mark(session: Session, found: MilestoneNews, withdrawn_at: datetime | None, action: str, *, seen: int, **who: Any) -> None:
    _change(session, found, {"withdrawn_at": withdrawn_at}, seen=seen, **who)
    before, after = {"version": found.version}, {"version": seen + 1}
    record_event(session, action, ("milestone", found.id), before=before, after=after, **who)


def _change(session: Session, found: MilestoneNews, values: dict[str, Any], *, seen: int, by: Actor, at: datetime) -> None:
    changed = {**values, "version": seen + 1, "changed_at": at, "changed_by": by.id}
    if session.execute(_CHANGE.values(changed), {"of_id": found.id, "seen": seen}).rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(milestone(session, found.id))


def _replace_links(session: Session, id_: int, draft: MilestoneDraft) -> None:
    rows = [{"milestone_id": id_, "position": n, **link} for n, link in enumerate(_links(draft), 1)]
    if rows:
        session.execute(_SHOW, rows)


def _columns(draft: MilestoneDraft, happened: When) -> dict[str, Any]:
    return {
        "text_en": draft.text.en,
        "text_fr": draft.text.fr,
        "under_way": draft.under_way,
        "happened_on": happened.day,
        "month_only": happened.month_only,
    }


def _links(draft: MilestoneDraft) -> list[dict[str, str]]:
    return [{"url": link.url, "label_en": link.label.en, "label_fr": link.label.fr} for link in draft.links]


def _said(version: int, draft: MilestoneDraft) -> dict[str, Any]:
    """A milestone as the trace keeps it."""
    return {
        "version": version,
        "text": [draft.text.en, draft.text.fr],
        "under_way": draft.under_way,
        "happened": draft.happened,
        "links": _links(draft),
    }
