"""Commands on milestones. Each checks the request, makes the change and records one audit event; it never commits.

``is_allowed`` says whether the user may act for one of these jurisdictions. A withdrawn milestone stays in the database but
is left out of lists and decks until it is restored.
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
from cogwg.reporting.news.rules import DayOrMonth, MilestoneDraft, add_translation, check_milestone, check_translation
from cogwg.reporting.rules import LABEL_LIMIT

NewsPermission = Callable[[Collection[int]], bool]


def add_milestone(
    session: Session, jurisdiction_id: int, draft: MilestoneDraft, *, by: Actor, at: datetime, is_allowed: NewsPermission
) -> int:
    """Add a jurisdiction's milestone and return its id. Raises ``Forbidden`` and ``Invalid``."""
    if not is_allowed((jurisdiction_id,)):
        raise Forbidden
    happened = check_milestone(draft, local_day(at))
    told = {
        "key": new_key(at),
        "jurisdiction_id": jurisdiction_id,
        "reported_on": local_day(at),
        "version": 1,
        "changed_at": at,
        "changed_by": by.id,
        **_draft_columns(draft, happened),
    }
    id_: int = session.execute(_INSERT_MILESTONE, told).scalar_one()
    _replace_links(session, id_, draft)
    record_event(session, "milestone.added", ("milestone", id_), by=by, at=at, after=_audit_data(1, draft))
    return id_


def edit_milestone(
    session: Session,
    id_: int,
    draft: MilestoneDraft,
    *,
    expected_version: int,
    by: Actor,
    at: datetime,
    is_allowed: NewsPermission,
) -> None:
    """Edit a milestone; saving it unchanged writes nothing.

    ``expected_version`` is the version the form was filled from; raises ``Conflict`` if the stored version differs,
    ``Forbidden``, ``Invalid`` and ``NotFound``.
    """
    found = _stored_milestone_to_edit(session, id_, is_allowed)
    happened = check_milestone(draft, local_day(at))
    if found.version == expected_version and found.draft == draft:
        return
    _save_draft(session, found, draft, happened, "milestone.edited", expected_version=expected_version, by=by, at=at)


def translate_milestone(
    session: Session,
    id_: int,
    text: str,
    *,
    source_text: str,
    link_number: int = 0,
    by: Actor,
    at: datetime,
    is_allowed: NewsPermission,
) -> None:
    """Add the missing language of a milestone's text, or of the label of a link; ``source_text`` is what was translated.

    ``link_number`` counts the links from one; 0 is the text itself. Raises ``Conflict`` when the source was changed or
    translated since; ``Forbidden``, ``Invalid``, ``NotFound``.
    """
    found = _stored_milestone_to_edit(session, id_, is_allowed)
    check_translation(text, LABEL_LIMIT if link_number else TEXT_LIMIT)
    source = EMPTY_TEXT if link_number > len(found.links) else found.links[link_number - 1].label if link_number else found.text
    whole = add_translation(source, source_text, text)
    if whole is None:
        raise Conflict(found)
    links = tuple(replace(one, label=whole) if n == link_number else one for n, one in enumerate(found.links, 1))
    draft = replace(found.draft, links=links, text=found.text if link_number else whole)
    _save_draft(session, found, draft, found.happened, "milestone.translated", expected_version=found.version, by=by, at=at)


def withdraw_milestone(
    session: Session, id_: int, *, expected_version: int, by: Actor, at: datetime, is_allowed: NewsPermission
) -> None:
    """Remove a milestone from lists and decks; withdrawing it again changes nothing. Raises as ``edit_milestone`` does."""
    found = _milestone_to_edit(session, id_, is_allowed)
    if found.withdrawn_at is None:
        _set_withdrawn(session, found, at, "milestone.withdrawn", expected_version=expected_version, by=by, at=at)


def restore_milestone(session: Session, id_: int, *, by: Actor, at: datetime, is_allowed: NewsPermission) -> None:
    """Restore a withdrawn milestone; one that is not withdrawn stays as it is. Raises ``Forbidden`` and ``NotFound``."""
    found = _milestone_to_edit(session, id_, is_allowed)
    if found.withdrawn_at is not None:
        _set_withdrawn(session, found, None, "milestone.restored", expected_version=found.version, by=by, at=at)


def new_key(at: datetime) -> str:
    """Return a unique key that begins with the month of reporting."""
    return f"{local_day(at):%Y-%m}-{uuid4().hex}"


_INSERT_MILESTONE = insert(MILESTONE).returning(MILESTONE.c.id)
_UPDATE_MILESTONE = update(MILESTONE).where(
    MILESTONE.c.id == bindparam("of_id"), MILESTONE.c.version == bindparam("expected_version")
)
_DELETE_LINKS = delete(LINK).where(LINK.c.milestone_id == bindparam("of_id"))
_INSERT_LINKS = insert(LINK)


def _milestone_to_edit(session: Session, id_: int, is_allowed: NewsPermission) -> MilestoneNews:
    found = milestone(session, id_)
    if is_allowed((found.jurisdiction_id,)):
        return found
    if found.withdrawn_at is not None:
        raise NotFound(f"milestone {id_}")
    raise Forbidden


def _stored_milestone_to_edit(session: Session, id_: int, is_allowed: NewsPermission) -> MilestoneNews:
    found = _milestone_to_edit(session, id_, is_allowed)
    if found.withdrawn_at is not None:
        raise Invalid(("", Message(N_("This milestone was withdrawn while you were editing it. Restore it, then save."))))
    return found


def _save_draft(
    session: Session,
    stored: MilestoneNews,
    draft: MilestoneDraft,
    happened: DayOrMonth,
    action: str,
    *,
    expected_version: int,
    **authorship: Any,
) -> None:
    _update_milestone(session, stored, _draft_columns(draft, happened), expected_version=expected_version, **authorship)
    if draft.links != stored.links:
        session.execute(_DELETE_LINKS, {"of_id": stored.id})
        _replace_links(session, stored.id, draft)
    before, after = _audit_data(stored.version, stored.draft), _audit_data(expected_version + 1, draft)
    record_event(session, action, ("milestone", stored.id), before=before, after=after, **authorship)


def _set_withdrawn(
    session: Session,
    stored: MilestoneNews,
    withdrawn_at: datetime | None,
    action: str,
    *,
    expected_version: int,
    **authorship: Any,
) -> None:
    _update_milestone(session, stored, {"withdrawn_at": withdrawn_at}, expected_version=expected_version, **authorship)
    before, after = {"version": stored.version}, {"version": expected_version + 1}
    record_event(session, action, ("milestone", stored.id), before=before, after=after, **authorship)


def _update_milestone(
    session: Session, stored: MilestoneNews, values: dict[str, Any], *, expected_version: int, by: Actor, at: datetime
) -> None:
    changed = {**values, "version": expected_version + 1, "changed_at": at, "changed_by": by.id}
    row = {"of_id": stored.id, "expected_version": expected_version}
    if session.execute(_UPDATE_MILESTONE.values(changed), row).rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(milestone(session, stored.id))


def _replace_links(session: Session, id_: int, draft: MilestoneDraft) -> None:
    rows = [{"milestone_id": id_, "position": n, **link} for n, link in enumerate(_links_data(draft), 1)]
    if rows:
        session.execute(_INSERT_LINKS, rows)


def _draft_columns(draft: MilestoneDraft, happened: DayOrMonth) -> dict[str, Any]:
    return {
        "text_en": draft.text.en,
        "text_fr": draft.text.fr,
        "under_way": draft.under_way,
        "happened_on": happened.day,
        "month_only": happened.month_only,
    }


def _links_data(draft: MilestoneDraft) -> list[dict[str, str]]:
    return [{"url": link.url, "label_en": link.label.en, "label_fr": link.label.fr} for link in draft.links]


def _audit_data(version: int, draft: MilestoneDraft) -> dict[str, Any]:
    """Return a milestone as the audit log stores it."""
    return {
        "version": version,
        "text": [draft.text.en, draft.text.fr],
        "under_way": draft.under_way,
        "happened": draft.happened,
        "links": _links_data(draft),
    }
