"""Commands on milestones and challenges: each checks the request, makes the change and records one audit event; none commits.

``is_allowed`` decides whether the user may act for one of the given jurisdictions. News that is withdrawn stays in the
database but is left out of lists and decks until it is restored.

The jurisdictions that share a challenge may each add its missing language. Only the jurisdiction that raised it, the
co-chairs and the secretariat may edit it, change its state or withdraw it: sharing it doesn't give the right to edit. A
jurisdiction is named outside the group only if it agreed to be.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from typing import Any, cast
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cogwg.audit.services import Actor, record_event
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.calendar import local_day
from cogwg.core.errors import N_, Conflict, Forbidden, Invalid, Message, NotFound
from cogwg.core.text_limits import TEXT_LIMIT
from cogwg.reporting.models import Challenge, ChallengeJurisdiction, ChallengeState, Milestone
from cogwg.reporting.news.kinds import CHALLENGES, MILESTONES, Draft, NewsKind, Row
from cogwg.reporting.news.queries import News, challenge, jurisdictions_sharing_theme
from cogwg.reporting.news.rules import (
    THEME_LIMIT,
    ChallengeDraft,
    ChallengeMove,
    MilestoneDraft,
    add_translation,
    check_translation,
    next_challenge_state,
)
from cogwg.reporting.rules import LABEL_LIMIT

NewsPermission = Callable[[Collection[int]], bool]


def add_milestone(
    session: Session, jurisdiction_id: int, draft: MilestoneDraft, *, by: Actor, at: datetime, is_allowed: NewsPermission
) -> int:
    """Add a jurisdiction's milestone and return its id. Raises ``Forbidden`` and ``Invalid``."""
    if not is_allowed((jurisdiction_id,)):
        raise Forbidden
    return _add(session, MILESTONES, Milestone(jurisdiction_id=jurisdiction_id), draft, {}, by=by, at=at)


def add_challenge(
    session: Session,
    jurisdiction_id: int,
    draft: ChallengeDraft,
    *,
    may_be_named: bool = False,
    by: Actor,
    at: datetime,
    is_allowed: NewsPermission,
) -> int:
    """Add a jurisdiction's challenge and return its id. Raises ``Forbidden`` and ``Invalid``."""
    if not is_allowed((jurisdiction_id,)):
        raise Forbidden
    share = ChallengeJurisdiction(jurisdiction_id=jurisdiction_id, may_be_named=may_be_named)
    position = (session.scalar(select(func.max(Challenge.position))) or 0) + 1
    row = Challenge(position=position, state=ChallengeState.OPEN, raised_by=[share])
    return _add(session, CHALLENGES, row, draft, _share_audit_data(share), by=by, at=at)


def edit_news(
    session: Session,
    kind: NewsKind[Row, Draft],
    id_: int,
    draft: Draft,
    *,
    expected_version: int,
    by: Actor,
    at: datetime,
    is_allowed: NewsPermission,
) -> None:
    """Edit a milestone or challenge; saving what is stored already writes nothing, whatever the version.

    ``expected_version`` is the version the form was filled from; if the stored version differs, raises ``Conflict``. Also
    raises ``Forbidden``, ``Invalid`` and ``NotFound``.
    """
    row, stored = _lock_news(session, kind, id_, is_allowed)
    _check_not_withdrawn(kind, stored)
    draft = kind.check(session, draft, local_day(at))
    if stored.draft != draft:
        _check_version(stored, expected_version)
        kind.fill(row, draft, local_day(at))
        _record_change(session, kind, row, "edited", kind.audit_data(stored.draft), kind.audit_data(draft), by=by, at=at)


def withdraw_news(
    session: Session,
    kind: NewsKind[Row, Draft],
    id_: int,
    *,
    expected_version: int,
    by: Actor,
    at: datetime,
    is_allowed: NewsPermission,
) -> None:
    """Remove a milestone or challenge from lists and decks; withdrawing it again changes nothing.

    Raises ``Invalid`` unless the user may act for every jurisdiction that shares the challenge, and the same errors as
    ``edit_news``.
    """
    row, stored = _lock_news(session, kind, id_, is_allowed)
    if stored.withdrawn_at is not None:
        return
    if not all(is_allowed((jurisdiction_id,)) for jurisdiction_id in stored.jurisdiction_ids):
        raise Invalid(("", _SHARED_WITH_OTHERS))
    _check_version(stored, expected_version)
    row.withdrawn_at = at
    _record_change(session, kind, row, "withdrawn", by=by, at=at)


def restore_news(
    session: Session, kind: NewsKind[Row, Draft], id_: int, *, by: Actor, at: datetime, is_allowed: NewsPermission
) -> None:
    """Restore withdrawn news; news that is not withdrawn stays as it is. Raises ``Forbidden`` and ``NotFound``."""
    row, stored = _lock_news(session, kind, id_, is_allowed)
    if stored.withdrawn_at is not None:
        row.withdrawn_at = None
        _record_change(session, kind, row, "restored", by=by, at=at)


def translate_news(
    session: Session,
    kind: NewsKind[Row, Draft],
    id_: int,
    text: str,
    *,
    source_text: str,
    by: Actor,
    at: datetime,
    is_allowed: NewsPermission,
) -> None:
    """Add the missing language of a milestone's or challenge's text; ``source_text`` is the text that was translated.

    Every jurisdiction that shares it may do this. Raises ``Forbidden``, ``Invalid``, ``NotFound``, and ``Conflict``
    when the text was changed or translated in the meantime.
    """
    row, stored = _lock_news(session, kind, id_, is_allowed, to_translate=True)
    _check_not_withdrawn(kind, stored)
    row.text = _translated(stored, stored.text, source_text, text, TEXT_LIMIT)
    draft = replace(stored.draft, text=row.text)
    _record_change(session, kind, row, "translated", kind.audit_data(stored.draft), kind.audit_data(draft), by=by, at=at)


def translate_link(
    session: Session,
    id_: int,
    text: str,
    *,
    link_number: int,
    source_text: str,
    by: Actor,
    at: datetime,
    is_allowed: NewsPermission,
) -> None:
    """Add the missing language of a milestone link's label; ``link_number`` counts from 1.

    Raises the same errors as ``translate_news``.
    """
    row, stored = _lock_news(session, MILESTONES, id_, is_allowed, to_translate=True)
    _check_not_withdrawn(MILESTONES, stored)
    draft = cast(MilestoneDraft, stored.draft)
    label = draft.links[link_number - 1].label if link_number <= len(draft.links) else EMPTY_TEXT
    label = _translated(stored, label, source_text, text, LABEL_LIMIT)
    row.links[link_number - 1].label = label
    links = tuple(replace(link, label=label) if n == link_number else link for n, link in enumerate(draft.links, 1))
    before, after = map(MILESTONES.audit_data, (draft, replace(draft, links=links)))
    _record_change(session, MILESTONES, row, "translated", before, after, by=by, at=at)


def translate_theme(
    session: Session, id_: int, text: str, *, source_text: str, by: Actor, at: datetime, is_allowed: NewsPermission
) -> None:
    """Add the missing language of a theme to every challenge with that theme, with one audit event.

    Every jurisdiction that shares one of these challenges may do this. Raises the same errors as ``translate_news``.
    """
    stored = challenge(session, id_)
    _check_shareable(stored.withdrawn_at)
    if not is_allowed(tuple(jurisdiction_id for jurisdiction_id, _name in jurisdictions_sharing_theme(session, stored.theme))):
        raise Forbidden
    theme = _translated(stored, stored.theme, source_text, text, THEME_LIMIT)
    # Rows are locked in the order of their ids, so that two simultaneous translations cannot deadlock.
    same_theme = select(Challenge).where(Challenge.theme == stored.theme).order_by(Challenge.id).with_for_update()
    rows = session.scalars(same_theme.execution_options(populate_existing=True)).all()
    if not rows:
        raise Conflict(challenge(session, id_))
    for row in rows:
        row.theme = theme
        _mark_changed(row, by, at)
    session.flush()
    before, after = ({"theme": [text.en, text.fr]} for text in (stored.theme, theme))
    record_event(session, "theme.translated", ("challenge", id_), by=by, at=at, before=before, after=after)


def move_challenge(
    session: Session,
    id_: int,
    move: ChallengeMove,
    *,
    expected_version: int,
    by: Actor,
    at: datetime,
    is_allowed: NewsPermission,
) -> None:
    """Change a challenge's state to open, mitigated or resolved. Raises the same errors as ``edit_news``."""
    row, stored = _lock_news(session, CHALLENGES, id_, is_allowed)
    _check_not_withdrawn(CHALLENGES, stored)
    _check_version(stored, expected_version)
    before, row.state = row.state, next_challenge_state(row.state, move)
    states = {"state": before.value}, {"state": row.state.value}
    _record_change(session, CHALLENGES, row, row.state.value, *states, by=by, at=at)


def share_challenge(
    session: Session,
    id_: int,
    jurisdiction_id: int,
    *,
    may_be_named: bool = False,
    expected_choice: bool | None = None,
    by: Actor,
    at: datetime,
    is_allowed: NewsPermission,
) -> None:
    """Record that a jurisdiction shares this challenge, or change whether it may be named; repeating it changes nothing.

    ``expected_choice`` is the choice that the page showed, None if the jurisdiction did not share the challenge yet. If
    another choice has been stored since, it is kept: raises ``Invalid``, unless the user only wanted to share the challenge
    without being named. Also raises ``Forbidden``, ``NotFound``, and ``Invalid`` for a withdrawn challenge.
    """
    if not is_allowed((jurisdiction_id,)):
        raise Forbidden
    row, share = _lock_share(session, id_, jurisdiction_id)
    stored_choice = share.may_be_named if share is not None else None
    if stored_choice is may_be_named:
        return
    if stored_choice is not expected_choice:
        if expected_choice is None and not may_be_named:
            return
        raise Invalid(("", _CHOICE_CHANGED))
    before = _share_audit_data(share) if share is not None else None
    if share is None:
        share = ChallengeJurisdiction(jurisdiction_id=jurisdiction_id)
        row.raised_by.append(share)
    share.may_be_named = may_be_named
    session.flush()
    after = _share_audit_data(share)
    record_event(session, "challenge.shared", ("challenge", id_), by=by, at=at, before=before, after=after)


def unshare_challenge(
    session: Session, id_: int, jurisdiction_id: int, *, by: Actor, at: datetime, is_allowed: NewsPermission
) -> None:
    """Record that a jurisdiction no longer shares this challenge; repeating it changes nothing.

    Raises the same errors as ``share_challenge``.
    """
    if not is_allowed((jurisdiction_id,)):
        raise Forbidden
    row, share = _lock_share(session, id_, jurisdiction_id)
    if share is None:
        return
    before = _share_audit_data(share)
    row.raised_by.remove(share)
    session.flush()
    record_event(session, "challenge.unshared", ("challenge", id_), by=by, at=at, before=before)


def new_key(at: datetime) -> str:
    """Return a unique key that begins with the month of reporting."""
    return f"{local_day(at):%Y-%m}-{uuid4().hex}"


_SHARED_WITH_OTHERS = Message(
    N_(
        "Other jurisdictions also face this challenge, so you cannot withdraw it. "
        "Remove your own jurisdiction from the challenge instead."
    )
)
_CHOICE_CHANGED = Message(
    N_(
        "This jurisdiction’s choice was changed while the page was open. The page now shows the current choice. "
        "Check it, then try again."
    )
)
_WITHDRAWN = Message(N_("This challenge has been withdrawn and can no longer be changed."))


def _add(
    session: Session, kind: NewsKind[Row, Draft], row: Row, draft: Draft, audited: dict[str, Any], *, by: Actor, at: datetime
) -> int:
    """Store a new row, with the values that both kinds have, and return its id; ``audited`` is added to the audit event."""
    draft = kind.check(session, draft, local_day(at))
    kind.fill(row, draft, local_day(at))
    row.key, row.reported_on, row.version = new_key(at), local_day(at), 1
    row.changed_at, row.changed_by = at, by.id
    session.add(row)
    session.flush()
    after = {"version": 1, **kind.audit_data(draft), **audited}
    record_event(session, f"{kind.name}.added", (kind.name, row.id), by=by, at=at, after=after)
    return row.id


def _lock(session: Session, kind: NewsKind[Row, Draft], id_: int) -> Row:
    """Return the row as it is now, locked until the transaction ends. Raises ``NotFound``."""
    row = session.get(kind.model, id_, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound(f"{kind.name} {id_}")
    return row


def _lock_news(
    session: Session, kind: NewsKind[Row, Draft], id_: int, is_allowed: NewsPermission, *, to_translate: bool = False
) -> tuple[Row, News]:
    """Return the locked row and the stored news, if the user may edit it or, with ``to_translate``, translate it.

    Raises ``Forbidden``, and ``NotFound`` if the news does not exist, or is withdrawn and the user may not restore it.
    """
    row = _lock(session, kind, id_)
    stored = kind.read(session, id_)
    if not is_allowed(stored.jurisdiction_ids if to_translate else stored.editing_jurisdiction_ids):
        raise Forbidden if stored.withdrawn_at is None else NotFound(f"{kind.name} {id_}")
    return row, stored


def _lock_share(session: Session, id_: int, jurisdiction_id: int) -> tuple[Challenge, ChallengeJurisdiction | None]:
    """Lock and return the challenge's row, with the row that says the jurisdiction shares it (None if it does not).

    Raises ``NotFound``, and ``Invalid`` for a withdrawn challenge.
    """
    row = _lock(session, CHALLENGES, id_)
    _check_shareable(row.withdrawn_at)
    return row, next((share for share in row.raised_by if share.jurisdiction_id == jurisdiction_id), None)


def _check_not_withdrawn(kind: NewsKind[Row, Draft], stored: News) -> None:
    if stored.withdrawn_at is not None:
        raise Invalid(("", kind.withdrawn_while_editing))


def _check_shareable(withdrawn_at: datetime | None) -> None:
    if withdrawn_at is not None:
        raise Invalid(("", _WITHDRAWN))


def _check_version(stored: News, expected_version: int) -> None:
    if stored.version != expected_version:
        raise Conflict(stored)


def _translated(stored: News, text: Bilingual, source_text: str, translation: str, limit: int) -> Bilingual:
    """Return the text in both languages. Raises ``Invalid``, and ``Conflict`` if it has changed in the meantime."""
    check_translation(translation, limit)
    translated = add_translation(text, source_text, translation)
    if translated is None:
        raise Conflict(stored)
    return translated


def _record_change(
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
    """Store the changed row as its next version, and record the audit event with this verb."""
    version = row.version
    _mark_changed(row, by, at)
    session.flush()
    before, after = {"version": version, **(before or {})}, {"version": row.version, **(after or {})}
    record_event(session, f"{kind.name}.{verb}", (kind.name, row.id), by=by, at=at, before=before, after=after)


def _mark_changed(row: Milestone | Challenge, by: Actor, at: datetime) -> None:
    row.version += 1
    row.changed_at, row.changed_by = at, by.id


def _share_audit_data(share: ChallengeJurisdiction) -> dict[str, Any]:
    return {"jurisdiction": share.jurisdiction_id, "may_be_named": share.may_be_named}
