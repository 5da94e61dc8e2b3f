"""What is done with challenges. Each verb checks, changes, leaves one trace; it never commits.

A challenge is shared by the jurisdictions that meet it: each of them may add the missing language. Its words, where it
stands and its withdrawal are for who raised it and for the steering: "us too" agrees, it does not take the pen. Nobody
is named outside the group unless they said so for themselves.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cogwg.audit.services import Actor, record_event
from cogwg.core.calendar import local_day
from cogwg.core.errors import N_, Conflict, Forbidden, Invalid, Message, NotFound
from cogwg.core.text_limits import TEXT_LIMIT
from cogwg.reporting.models import ChallengeState
from cogwg.reporting.news.milestones import MayTell, new_key
from cogwg.reporting.news.queries import CHALLENGE, RAISED, ChallengeNews, challenge, sharing_theme, themes
from cogwg.reporting.news.rules import (
    THEME_LIMIT,
    ChallengeDraft,
    Move,
    check_challenge,
    check_translation,
    moved,
    settled,
    translated,
)


def add_challenge(
    session: Session,
    jurisdiction_id: int,
    draft: ChallengeDraft,
    *,
    may_be_named: bool = False,
    by: Actor,
    at: datetime,
    may: MayTell,
) -> int:
    """Tell what holds a jurisdiction back; its id. Raises ``Forbidden`` and ``Invalid``."""
    if not may((jurisdiction_id,)):
        raise Forbidden
    check_challenge(draft)
    draft = ChallengeDraft(settled(draft.theme, themes(session)), draft.text)
    told = {
        "key": new_key(at),
        "position": (session.scalar(select(func.max(CHALLENGE.c.position))) or 0) + 1,
        "state": ChallengeState.OPEN,
        "reported_on": local_day(at),
        "version": 1,
        "changed_at": at,
        "changed_by": by.id,
        **_columns(draft),
    }
    id_: int = session.execute(_TELL, told).scalar_one()
    session.execute(_RAISE, {"challenge_id": id_, "jurisdiction_id": jurisdiction_id, "may_be_named": may_be_named})
    after = {**_said(1, draft), "jurisdiction": jurisdiction_id, "may_be_named": may_be_named}
    record_event(session, "challenge.added", ("challenge", id_), by=by, at=at, after=after)
    return id_


def edit_challenge(
    session: Session, id_: int, draft: ChallengeDraft, *, seen: int, by: Actor, at: datetime, may: MayTell
) -> None:
    """Say it otherwise. ``seen`` is the version the form carried; another one in the record is a ``Conflict``.

    Raises ``Forbidden``, ``Invalid`` and ``NotFound`` too.
    """
    found = _told(session, id_, may)
    check_challenge(draft)
    draft = ChallengeDraft(settled(draft.theme, themes(session)), draft.text)
    if found.version == seen and found.draft == draft:
        return
    _save(session, found, draft, "challenge.edited", seen=seen, by=by, at=at)


def move_challenge(session: Session, id_: int, move: Move, *, seen: int, by: Actor, at: datetime, may: MayTell) -> None:
    """Say where it stands: open, mitigated, resolved. Raises as editing does."""
    found = _told(session, id_, may)
    if found.version != seen:
        raise Conflict(found)
    state = moved(found.state, move)
    _change(session, found, {"state": state}, seen=seen, by=by, at=at)
    before, after = ({"version": v, "state": s.value} for v, s in ((seen, found.state), (seen + 1, state)))
    record_event(session, f"challenge.{state.value}", ("challenge", id_), by=by, at=at, before=before, after=after)


def translate_challenge(session: Session, id_: int, text: str, *, of: str, by: Actor, at: datetime, may: MayTell) -> None:
    """Add the missing language of its sentence; ``of`` is what was translated.

    Whoever shares it may. Raises ``Conflict`` when that was changed since, or is no longer missing; ``Forbidden``,
    ``Invalid``, ``NotFound``.
    """
    found = challenge(session, id_)
    _check(found, found.jurisdiction_ids, may)
    _check_stands(found)
    check_translation(text, TEXT_LIMIT)
    whole = translated(found.text, of, text)
    if whole is None:
        raise Conflict(found)
    _save(session, found, ChallengeDraft(found.theme, whole), "challenge.translated", seen=found.version, by=by, at=at)


def translate_theme(session: Session, id_: int, text: str, *, of: str, by: Actor, at: datetime, may: MayTell) -> None:
    """Add the missing language of this challenge's theme, to every challenge that has the theme; one trace.

    Whoever shares one of these may do it. Raises as translating a challenge does.
    """
    found = _standing(session, id_)
    if not may(tuple(jurisdiction for jurisdiction, _name in sharing_theme(session, found.theme))):
        raise Forbidden
    check_translation(text, THEME_LIMIT)
    whole = translated(found.theme, of, text)
    if whole is None:
        raise Conflict(found)
    alike = and_(CHALLENGE.c.theme_en == found.theme.en, CHALLENGE.c.theme_fr == found.theme.fr)
    changed = {"theme_en": whole.en, "theme_fr": whole.fr, "changed_at": at, "changed_by": by.id}
    done = session.execute(update(CHALLENGE).where(alike).values(changed | {"version": CHALLENGE.c.version + 1}))
    if done.rowcount == 0:  # type: ignore[attr-defined]
        raise Conflict(challenge(session, id_))
    before, after = ({"theme": [theme.en, theme.fr]} for theme in (found.theme, whole))
    record_event(session, "theme.translated", ("challenge", id_), by=by, at=at, before=before, after=after)


def say_us_too(
    session: Session, id_: int, jurisdiction_id: int, *, may_be_named: bool = False, by: Actor, at: datetime, may: MayTell
) -> None:
    """A jurisdiction meets this challenge too, or says otherwise whether it may be named; the same again changes nothing.

    Raises ``Forbidden``, ``NotFound``, and ``Invalid`` for a challenge that was withdrawn.
    """
    if not may((jurisdiction_id,)):
        raise Forbidden
    found = _standing(session, id_)
    before = next((r.may_be_named for r in found.raised_by if r.jurisdiction_id == jurisdiction_id), None)
    if before is may_be_named:
        return
    said = {"challenge_id": id_, "jurisdiction_id": jurisdiction_id, "may_be_named": may_be_named}
    if before is None:
        # Said twice at the same moment: the savepoint keeps the transaction usable on PostgreSQL.
        try:
            with session.begin_nested():
                session.execute(_RAISE, said)
        except IntegrityError:
            session.execute(_NAME, {"of_id": id_, "whose": jurisdiction_id, "may_be_named": may_be_named})
    else:
        session.execute(_NAME, {"of_id": id_, "whose": jurisdiction_id, "may_be_named": may_be_named})
    earlier = None if before is None else {"jurisdiction": jurisdiction_id, "may_be_named": before}
    after = {"jurisdiction": jurisdiction_id, "may_be_named": may_be_named}
    record_event(session, "challenge.shared", ("challenge", id_), by=by, at=at, before=earlier, after=after)


def take_back_us_too(session: Session, id_: int, jurisdiction_id: int, *, by: Actor, at: datetime, may: MayTell) -> None:
    """A jurisdiction meets this challenge no longer; taking it back twice changes nothing. Raises as saying it does."""
    if not may((jurisdiction_id,)):
        raise Forbidden
    found = _standing(session, id_)
    said = next((r for r in found.raised_by if r.jurisdiction_id == jurisdiction_id), None)
    if said is None:
        return
    session.execute(_TAKE_BACK, {"of_id": id_, "whose": jurisdiction_id})
    before = {"jurisdiction": jurisdiction_id, "may_be_named": said.may_be_named}
    record_event(session, "challenge.unshared", ("challenge", id_), by=by, at=at, before=before)


def withdraw_challenge(session: Session, id_: int, *, seen: int, by: Actor, at: datetime, may: MayTell) -> None:
    """Take it out of lists and decks; withdrawing it again changes nothing.

    What others share stays for them: ``Invalid`` unless one may speak for all of them. Raises as editing does.
    """
    found = _any(session, id_, may)
    if found.withdrawn_at is not None:
        return
    if not all(may((one,)) for one in found.jurisdiction_ids):
        raise Invalid(("", Message(N_("Other jurisdictions share this challenge; take back your own part instead."))))
    _mark(session, found, at, "challenge.withdrawn", seen=seen, by=by, at=at)


def restore_challenge(session: Session, id_: int, *, by: Actor, at: datetime, may: MayTell) -> None:
    """Undo a withdrawal; restoring what stands changes nothing. Raises ``Forbidden`` and ``NotFound``."""
    found = _any(session, id_, may)
    if found.withdrawn_at is not None:
        _mark(session, found, None, "challenge.restored", seen=found.version, by=by, at=at)


_TELL = insert(CHALLENGE).returning(CHALLENGE.c.id)
_CHANGE = update(CHALLENGE).where(CHALLENGE.c.id == bindparam("of_id"), CHALLENGE.c.version == bindparam("seen"))
_RAISE = insert(RAISED)
_OWN = and_(RAISED.c.challenge_id == bindparam("of_id"), RAISED.c.jurisdiction_id == bindparam("whose"))
_NAME = update(RAISED).where(_OWN)
_TAKE_BACK = delete(RAISED).where(_OWN)


def _any(session: Session, id_: int, may: MayTell) -> ChallengeNews:
    """A challenge for those who have its pen."""
    found = challenge(session, id_)
    _check(found, found.pen, may)
    return found


def _told(session: Session, id_: int, may: MayTell) -> ChallengeNews:
    found = _any(session, id_, may)
    _check_stands(found)
    return found


def _check(found: ChallengeNews, whose: Collection[int], may: MayTell) -> None:
    if may(whose):
        return
    if found.withdrawn_at is not None:
        raise NotFound(f"challenge {found.id}")
    raise Forbidden


def _check_stands(found: ChallengeNews) -> None:
    if found.withdrawn_at is not None:
        raise Invalid(("", Message(N_("This challenge was withdrawn meanwhile; restore it, then save."))))


def _standing(session: Session, id_: int) -> ChallengeNews:
    """A challenge that others may still join."""
    found = challenge(session, id_)
    if found.withdrawn_at is not None:
        raise Invalid(("", Message(N_("This challenge was withdrawn meanwhile; nobody shares it any more."))))
    return found


def _save(session: Session, found: ChallengeNews, draft: ChallengeDraft, action: str, *, seen: int, **who: Any) -> None:
    _change(session, found, _columns(draft), seen=seen, **who)
    before, after = _said(found.version, found.draft), _said(seen + 1, draft)
    record_event(session, action, ("challenge", found.id), before=before, after=after, **who)


def _mark(session: Session, found: ChallengeNews, withdrawn_at: datetime | None, action: str, *, seen: int, **who: Any) -> None:
    _change(session, found, {"withdrawn_at": withdrawn_at}, seen=seen, **who)
    before, after = {"version": found.version}, {"version": seen + 1}
    record_event(session, action, ("challenge", found.id), before=before, after=after, **who)


def _change(session: Session, found: ChallengeNews, values: dict[str, Any], *, seen: int, by: Actor, at: datetime) -> None:
    changed = {**values, "version": seen + 1, "changed_at": at, "changed_by": by.id}
    if session.execute(_CHANGE.values(changed), {"of_id": found.id, "seen": seen}).rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(challenge(session, found.id))


def _columns(draft: ChallengeDraft) -> dict[str, str]:
    return {
        "theme_en": draft.theme.en,
        "theme_fr": draft.theme.fr,
        "text_en": draft.text.en,
        "text_fr": draft.text.fr,
    }


def _said(version: int, draft: ChallengeDraft) -> dict[str, Any]:
    """A challenge as the trace keeps it."""
    theme, text = draft.theme, draft.text
    return {"version": version, "theme": [theme.en, theme.fr], "text": [text.en, text.fr]}
