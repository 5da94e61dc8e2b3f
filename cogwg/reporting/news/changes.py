"""Functions shared by the commands on news: lock a row, check its state and version, and record a change.

``is_allowed`` decides whether the user may act for one of the given jurisdictions.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cogwg.audit.services import Actor, record_event
from cogwg.core.errors import N_, Conflict, Forbidden, Invalid, Message, NotFound
from cogwg.reporting.models import Challenge, ChallengeJurisdiction, Milestone
from cogwg.reporting.news.kinds import Draft, NewsKind, Row
from cogwg.reporting.news.queries import News

_WITHDRAWN = Message(N_("This challenge has been withdrawn and can no longer be changed."))
NewsPermission = Callable[[Collection[int]], bool]


def lock_row(session: Session, kind: NewsKind[Row, Draft], id_: int) -> Row:
    """Return the row as it is now, locked until the transaction ends. Raises ``NotFound`` if there is none with this id."""
    row = session.get(kind.model, id_, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound(f"{kind.name} {id_}")
    return row


def lock_news(
    session: Session, kind: NewsKind[Row, Draft], id_: int, is_allowed: NewsPermission, *, to_translate: bool = False
) -> tuple[Row, News]:
    """Return the locked row and the stored news, if the user may edit it or, with ``to_translate``, translate it.

    Raises ``NotFound`` if there is no such news, or if it is withdrawn and the user may not edit (or translate) it; and
    ``Forbidden`` if it is not withdrawn and the user may not do so.
    """
    row = lock_row(session, kind, id_)
    stored = kind.read(session, id_)
    if not is_allowed(stored.jurisdiction_ids if to_translate else stored.editing_jurisdiction_ids):
        raise Forbidden if stored.withdrawn_at is None else NotFound(f"{kind.name} {id_}")
    return row, stored


def check_not_withdrawn(kind: NewsKind[Row, Draft], stored: News) -> None:
    """Raise ``Invalid`` if the news is withdrawn."""
    if stored.withdrawn_at is not None:
        raise Invalid(("", kind.withdrawn_while_editing))


def check_version(stored: News, expected_version: int) -> None:
    """Raise ``Conflict`` if the stored version is not the expected one."""
    if stored.version != expected_version:
        raise Conflict(stored)


def record_change(
    session: Session,
    kind: NewsKind[Row, Draft],
    row: Row,
    verb: str,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Increment the row's version, store who changed it and when, and record the audit event with this verb."""
    version = row.version
    mark_changed(row, by, at)
    session.flush()
    before, after = {"version": version, **(before or {})}, {"version": row.version, **(after or {})}
    record_event(session, f"{kind.name}.{verb}", (kind.name, row.id), by=by, at=at, before=before, after=after)


def mark_changed(row: Milestone | Challenge, by: Actor, at: datetime) -> None:
    """Increment the row's version, and store who changed it and when."""
    row.version += 1
    row.changed_at, row.changed_by = at, by.id


def check_shareable(withdrawn_at: datetime | None) -> None:
    """Raise ``Invalid`` if the challenge is withdrawn."""
    if withdrawn_at is not None:
        raise Invalid(("", _WITHDRAWN))


def share_audit_data(share: ChallengeJurisdiction) -> dict[str, Any]:
    return {"jurisdiction": share.jurisdiction_id, "may_be_named": share.may_be_named}
