"""Commands on challenges. Each checks the request, makes the change and records one audit event; it never commits.

The jurisdictions that share a challenge may each add its missing language. Only the jurisdiction that raised it, the
co-chairs and the secretariat may edit it, change its state or withdraw it: sharing it doesn't give the right to edit. A
jurisdiction is named outside the group only if it agreed to be.
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
from cogwg.reporting.news.milestones import NewsPermission, new_key
from cogwg.reporting.news.queries import CHALLENGE, RAISED, ChallengeNews, challenge, jurisdictions_sharing_theme, themes
from cogwg.reporting.news.rules import (
    THEME_LIMIT,
    ChallengeDraft,
    ChallengeMove,
    add_translation,
    check_challenge,
    check_translation,
    match_known_theme,
    next_challenge_state,
)


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
    check_challenge(draft)
    draft = ChallengeDraft(match_known_theme(draft.theme, themes(session)), draft.text)
    told = {
        "key": new_key(at),
        "position": (session.scalar(select(func.max(CHALLENGE.c.position))) or 0) + 1,
        "state": ChallengeState.OPEN,
        "reported_on": local_day(at),
        "version": 1,
        "changed_at": at,
        "changed_by": by.id,
        **_draft_columns(draft),
    }
    id_: int = session.execute(_INSERT_CHALLENGE, told).scalar_one()
    session.execute(_INSERT_RAISER, {"challenge_id": id_, "jurisdiction_id": jurisdiction_id, "may_be_named": may_be_named})
    after = {**_audit_data(1, draft), "jurisdiction": jurisdiction_id, "may_be_named": may_be_named}
    record_event(session, "challenge.added", ("challenge", id_), by=by, at=at, after=after)
    return id_


def edit_challenge(
    session: Session,
    id_: int,
    draft: ChallengeDraft,
    *,
    expected_version: int,
    by: Actor,
    at: datetime,
    is_allowed: NewsPermission,
) -> None:
    """Edit a challenge; saving it unchanged writes nothing.

    ``expected_version`` is the version the form was filled from; raises ``Conflict`` if the stored version differs,
    ``Forbidden``, ``Invalid`` and ``NotFound``.
    """
    found = _stored_challenge_to_edit(session, id_, is_allowed)
    check_challenge(draft)
    draft = ChallengeDraft(match_known_theme(draft.theme, themes(session)), draft.text)
    if found.version == expected_version and found.draft == draft:
        return
    _save_draft(session, found, draft, "challenge.edited", expected_version=expected_version, by=by, at=at)


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
    """Change a challenge's state: open, mitigated or resolved. Raises as ``edit_challenge`` does."""
    found = _stored_challenge_to_edit(session, id_, is_allowed)
    if found.version != expected_version:
        raise Conflict(found)
    state = next_challenge_state(found.state, move)
    _update_challenge(session, found, {"state": state}, expected_version=expected_version, by=by, at=at)
    before, after = (
        {"version": v, "state": s.value} for v, s in ((expected_version, found.state), (expected_version + 1, state))
    )
    record_event(session, f"challenge.{state.value}", ("challenge", id_), by=by, at=at, before=before, after=after)


def translate_challenge(
    session: Session, id_: int, text: str, *, source_text: str, by: Actor, at: datetime, is_allowed: NewsPermission
) -> None:
    """Add the missing language of a challenge's text; ``source_text`` is the text that was translated.

    Allowed to every jurisdiction that shares it. Raises ``Conflict`` when the text was changed or translated since;
    ``Forbidden``, ``Invalid``, ``NotFound``.
    """
    found = challenge(session, id_)
    _check_allowed(found, found.jurisdiction_ids, is_allowed)
    _check_not_withdrawn(found)
    check_translation(text, TEXT_LIMIT)
    whole = add_translation(found.text, source_text, text)
    if whole is None:
        raise Conflict(found)
    _save_draft(
        session, found, ChallengeDraft(found.theme, whole), "challenge.translated", expected_version=found.version, by=by, at=at
    )


def translate_theme(
    session: Session, id_: int, text: str, *, source_text: str, by: Actor, at: datetime, is_allowed: NewsPermission
) -> None:
    """Add the missing language of a challenge's theme, on every challenge with that theme, as one audit event.

    Allowed to every jurisdiction that shares one of them. Raises as ``translate_challenge`` does.
    """
    found = _challenge_to_share(session, id_)
    if not is_allowed(tuple(jurisdiction for jurisdiction, _name in jurisdictions_sharing_theme(session, found.theme))):
        raise Forbidden
    check_translation(text, THEME_LIMIT)
    whole = add_translation(found.theme, source_text, text)
    if whole is None:
        raise Conflict(found)
    alike = and_(CHALLENGE.c.theme_en == found.theme.en, CHALLENGE.c.theme_fr == found.theme.fr)
    changed = {"theme_en": whole.en, "theme_fr": whole.fr, "changed_at": at, "changed_by": by.id}
    done = session.execute(update(CHALLENGE).where(alike).values(changed | {"version": CHALLENGE.c.version + 1}))
    if done.rowcount == 0:  # type: ignore[attr-defined]
        raise Conflict(challenge(session, id_))
    before, after = ({"theme": [theme.en, theme.fr]} for theme in (found.theme, whole))
    record_event(session, "theme.translated", ("challenge", id_), by=by, at=at, before=before, after=after)


def share_challenge(
    session: Session,
    id_: int,
    jurisdiction_id: int,
    *,
    may_be_named: bool = False,
    by: Actor,
    at: datetime,
    is_allowed: NewsPermission,
) -> None:
    """Record that a jurisdiction shares this challenge, or change whether it may be named; repeating it changes nothing.

    Raises ``Forbidden``, ``NotFound``, and ``Invalid`` for a withdrawn challenge.
    """
    if not is_allowed((jurisdiction_id,)):
        raise Forbidden
    found = _challenge_to_share(session, id_)
    before = next((r.may_be_named for r in found.raised_by if r.jurisdiction_id == jurisdiction_id), None)
    if before is may_be_named:
        return
    said = {"challenge_id": id_, "jurisdiction_id": jurisdiction_id, "may_be_named": may_be_named}
    if before is None:
        # Two requests at the same moment both insert: the savepoint keeps the transaction usable on PostgreSQL.
        try:
            with session.begin_nested():
                session.execute(_INSERT_RAISER, said)
        except IntegrityError:
            session.execute(_UPDATE_MAY_BE_NAMED, {"of_id": id_, "whose": jurisdiction_id, "may_be_named": may_be_named})
    else:
        session.execute(_UPDATE_MAY_BE_NAMED, {"of_id": id_, "whose": jurisdiction_id, "may_be_named": may_be_named})
    earlier = None if before is None else {"jurisdiction": jurisdiction_id, "may_be_named": before}
    after = {"jurisdiction": jurisdiction_id, "may_be_named": may_be_named}
    record_event(session, "challenge.shared", ("challenge", id_), by=by, at=at, before=earlier, after=after)


def unshare_challenge(
    session: Session, id_: int, jurisdiction_id: int, *, by: Actor, at: datetime, is_allowed: NewsPermission
) -> None:
    """Record that a jurisdiction no longer shares this challenge; repeating it changes nothing.

    Raises as ``share_challenge`` does.
    """
    if not is_allowed((jurisdiction_id,)):
        raise Forbidden
    found = _challenge_to_share(session, id_)
    said = next((r for r in found.raised_by if r.jurisdiction_id == jurisdiction_id), None)
    if said is None:
        return
    session.execute(_DELETE_RAISER, {"of_id": id_, "whose": jurisdiction_id})
    before = {"jurisdiction": jurisdiction_id, "may_be_named": said.may_be_named}
    record_event(session, "challenge.unshared", ("challenge", id_), by=by, at=at, before=before)


def withdraw_challenge(
    session: Session, id_: int, *, expected_version: int, by: Actor, at: datetime, is_allowed: NewsPermission
) -> None:
    """Remove a challenge from lists and decks; withdrawing it again changes nothing.

    Raises ``Invalid`` unless the user may act for every jurisdiction that shares it. Otherwise raises as ``edit_challenge``
    does.
    """
    found = _challenge_to_edit(session, id_, is_allowed)
    if found.withdrawn_at is not None:
        return
    if not all(is_allowed((one,)) for one in found.jurisdiction_ids):
        raise Invalid(
            (
                "",
                Message(
                    N_(
                        "Other jurisdictions also face this challenge, so you cannot withdraw it. Remove your own "
                        "jurisdiction from it instead."
                    )
                ),
            )
        )
    _set_withdrawn(session, found, at, "challenge.withdrawn", expected_version=expected_version, by=by, at=at)


def restore_challenge(session: Session, id_: int, *, by: Actor, at: datetime, is_allowed: NewsPermission) -> None:
    """Restore a withdrawn challenge; one that is not withdrawn stays as it is. Raises ``Forbidden`` and ``NotFound``."""
    found = _challenge_to_edit(session, id_, is_allowed)
    if found.withdrawn_at is not None:
        _set_withdrawn(session, found, None, "challenge.restored", expected_version=found.version, by=by, at=at)


_INSERT_CHALLENGE = insert(CHALLENGE).returning(CHALLENGE.c.id)
_UPDATE_CHALLENGE = update(CHALLENGE).where(
    CHALLENGE.c.id == bindparam("of_id"), CHALLENGE.c.version == bindparam("expected_version")
)
_INSERT_RAISER = insert(RAISED)
_OF_JURISDICTION = and_(RAISED.c.challenge_id == bindparam("of_id"), RAISED.c.jurisdiction_id == bindparam("whose"))
_UPDATE_MAY_BE_NAMED = update(RAISED).where(_OF_JURISDICTION)
_DELETE_RAISER = delete(RAISED).where(_OF_JURISDICTION)


def _challenge_to_edit(session: Session, id_: int, is_allowed: NewsPermission) -> ChallengeNews:
    """Return a challenge, or raise ``Forbidden`` (``NotFound`` once it is withdrawn) unless the user may edit it."""
    found = challenge(session, id_)
    _check_allowed(found, found.editing_jurisdiction_ids, is_allowed)
    return found


def _stored_challenge_to_edit(session: Session, id_: int, is_allowed: NewsPermission) -> ChallengeNews:
    found = _challenge_to_edit(session, id_, is_allowed)
    _check_not_withdrawn(found)
    return found


def _check_allowed(stored: ChallengeNews, jurisdiction_ids: Collection[int], is_allowed: NewsPermission) -> None:
    if is_allowed(jurisdiction_ids):
        return
    if stored.withdrawn_at is not None:
        raise NotFound(f"challenge {stored.id}")
    raise Forbidden


def _check_not_withdrawn(stored: ChallengeNews) -> None:
    if stored.withdrawn_at is not None:
        raise Invalid(("", Message(N_("This challenge was withdrawn while you were editing it. Restore it, then save."))))


def _challenge_to_share(session: Session, id_: int) -> ChallengeNews:
    """Return a challenge. Raises ``Invalid`` if it is withdrawn, as it can't be shared any more."""
    found = challenge(session, id_)
    if found.withdrawn_at is not None:
        raise Invalid(("", Message(N_("This challenge has been withdrawn and can no longer be changed."))))
    return found


def _save_draft(
    session: Session, stored: ChallengeNews, draft: ChallengeDraft, action: str, *, expected_version: int, **authorship: Any
) -> None:
    _update_challenge(session, stored, _draft_columns(draft), expected_version=expected_version, **authorship)
    before, after = _audit_data(stored.version, stored.draft), _audit_data(expected_version + 1, draft)
    record_event(session, action, ("challenge", stored.id), before=before, after=after, **authorship)


def _set_withdrawn(
    session: Session,
    stored: ChallengeNews,
    withdrawn_at: datetime | None,
    action: str,
    *,
    expected_version: int,
    **authorship: Any,
) -> None:
    _update_challenge(session, stored, {"withdrawn_at": withdrawn_at}, expected_version=expected_version, **authorship)
    before, after = {"version": stored.version}, {"version": expected_version + 1}
    record_event(session, action, ("challenge", stored.id), before=before, after=after, **authorship)


def _update_challenge(
    session: Session, stored: ChallengeNews, values: dict[str, Any], *, expected_version: int, by: Actor, at: datetime
) -> None:
    changed = {**values, "version": expected_version + 1, "changed_at": at, "changed_by": by.id}
    row = {"of_id": stored.id, "expected_version": expected_version}
    if session.execute(_UPDATE_CHALLENGE.values(changed), row).rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(challenge(session, stored.id))


def _draft_columns(draft: ChallengeDraft) -> dict[str, str]:
    return {
        "theme_en": draft.theme.en,
        "theme_fr": draft.theme.fr,
        "text_en": draft.text.en,
        "text_fr": draft.text.fr,
    }


def _audit_data(version: int, draft: ChallengeDraft) -> dict[str, Any]:
    """Return a challenge as the audit log stores it."""
    theme, text = draft.theme, draft.text
    return {"version": version, "theme": [theme.en, theme.fr], "text": [text.en, text.fr]}
