"""Commands on milestones and challenges: each checks the request, makes the change and records one audit event; none commits.

``is_allowed`` decides whether the user may act for one of the given jurisdictions. News that is withdrawn stays in the
database but is left out of lists and decks until it is restored.

Every jurisdiction that shares a challenge may translate it. Only the jurisdiction that raised it, the co-chairs and the
secretariat may edit it, change its state or withdraw it. A jurisdiction is named outside the group only if it agreed to be.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, cast
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cogwg.audit.services import Actor, record_event
from cogwg.core.bilingual import Bilingual
from cogwg.core.calendar import local_day
from cogwg.core.errors import N_, Conflict, Forbidden, Invalid, Message
from cogwg.core.text_limits import TEXT_LIMIT
from cogwg.core.text_states import stale_after, without_stale
from cogwg.reporting.models import Challenge, ChallengeJurisdiction, ChallengeState, Milestone
from cogwg.reporting.news.changes import (
    NewsPermission,
    check_not_withdrawn,
    check_shareable,
    check_version,
    lock_news,
    mark_changed,
    record_change,
    share_audit_data,
)
from cogwg.reporting.news.kinds import CHALLENGES, MILESTONES, Draft, NewsKind, Row
from cogwg.reporting.news.queries import News, challenge, jurisdictions_sharing_theme
from cogwg.reporting.news.rules import (
    THEME_LIMIT,
    ChallengeDraft,
    MilestoneDraft,
    add_translation,
    check_translation,
    clean_translation,
)
from cogwg.reporting.rules import LABEL_LIMIT, LABEL_PREFIX


def add_milestone(
    session: Session, jurisdiction_id: int | None, draft: MilestoneDraft, *, by: Actor, at: datetime, is_allowed: NewsPermission
) -> int:
    """Add a jurisdiction's milestone and return its id.

    Raises ``Forbidden`` if the user may not act for the jurisdiction, and ``Invalid`` if no jurisdiction is given or the draft
    is not valid.
    """
    if jurisdiction_id is None:
        raise _missing_jurisdiction(session, MILESTONES, draft, at)
    if not is_allowed((jurisdiction_id,)):
        raise Forbidden
    return _add(session, MILESTONES, Milestone(jurisdiction_id=jurisdiction_id), draft, {}, by=by, at=at)


def add_challenge(
    session: Session,
    jurisdiction_id: int | None,
    draft: ChallengeDraft,
    *,
    may_be_named: bool = False,
    by: Actor,
    at: datetime,
    is_allowed: NewsPermission,
) -> int:
    """Add a jurisdiction's challenge and return its id.

    Raises ``Forbidden`` if the user may not act for the jurisdiction, and ``Invalid`` if no jurisdiction is given or the draft
    is not valid.
    """
    if jurisdiction_id is None:
        raise _missing_jurisdiction(session, CHALLENGES, draft, at)
    if not is_allowed((jurisdiction_id,)):
        raise Forbidden
    share = ChallengeJurisdiction(jurisdiction_id=jurisdiction_id, may_be_named=may_be_named)
    position = (session.scalar(select(func.max(Challenge.position))) or 0) + 1
    row = Challenge(position=position, state=ChallengeState.OPEN, raised_by=[share])
    return _add(session, CHALLENGES, row, draft, share_audit_data(share), by=by, at=at)


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
    """Edit a milestone or challenge. If the draft equals what is stored, nothing is written, whatever the version.

    ``expected_version`` is the version that the form showed. Raises ``Conflict`` if a different version is stored, ``Invalid``
    if the draft is not valid or the news is withdrawn, and ``Forbidden`` and ``NotFound`` as ``lock_news`` does.
    """
    row, stored = lock_news(session, kind, id_, is_allowed)
    check_not_withdrawn(kind, stored)
    draft = kind.check(session, draft, local_day(at))
    if stored.draft != draft:
        check_version(stored, expected_version)
        kind.fill(row, draft, local_day(at))
        row.stale = stale_after(stored.draft.texts, draft.texts, row.stale)
        record_change(session, kind, row, "edited", kind.audit_data(stored.draft), kind.audit_data(draft), by=by, at=at)


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
    """Withdraw a milestone or challenge from lists and decks. Withdrawing it again changes nothing.

    Raises ``Conflict`` if the stored version is not ``expected_version``, ``Invalid`` unless the user may act for every
    jurisdiction that shares the challenge, and ``Forbidden`` and ``NotFound`` as ``lock_news`` does.
    """
    row, stored = lock_news(session, kind, id_, is_allowed)
    if stored.withdrawn_at is not None:
        return
    if not all(is_allowed((jurisdiction_id,)) for jurisdiction_id in stored.jurisdiction_ids):
        raise Invalid(("", _SHARED_WITH_OTHERS))
    check_version(stored, expected_version)
    row.withdrawn_at = at
    record_change(session, kind, row, "withdrawn", by=by, at=at)


def restore_news(
    session: Session, kind: NewsKind[Row, Draft], id_: int, *, by: Actor, at: datetime, is_allowed: NewsPermission
) -> None:
    """Restore withdrawn news; change nothing if it is not withdrawn.

    Raises ``Forbidden`` and ``NotFound`` as ``lock_news`` does.
    """
    row, stored = lock_news(session, kind, id_, is_allowed)
    if stored.withdrawn_at is not None:
        row.withdrawn_at = None
        record_change(session, kind, row, "restored", by=by, at=at)


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
    """Add the missing translation of a milestone's or challenge's text, or replace the stale one.

    ``source_text`` is the text that was translated. To confirm a stale translation that is still correct, pass it as ``text``.

    Every jurisdiction that shares the news may translate it. Raises ``Invalid`` if the translation is empty or too long or the
    news is withdrawn, ``Conflict`` if the text was changed or translated in the meantime, and ``Forbidden`` and ``NotFound``
    as ``lock_news`` does.
    """
    row, stored = lock_news(session, kind, id_, is_allowed, to_translate=True)
    check_not_withdrawn(kind, stored)
    row.text = _translated(stored, "text", source_text, text, TEXT_LIMIT)
    row.stale = without_stale(row.stale, "text")
    draft = replace(stored.draft, text=row.text)
    record_change(session, kind, row, "translated", kind.audit_data(stored.draft), kind.audit_data(draft), by=by, at=at)


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
    """Add the missing translation of the label of a milestone's link, or replace the stale one; ``link_number`` counts from 1.

    Raises the same errors as ``translate_news``.
    """
    row, stored = lock_news(session, MILESTONES, id_, is_allowed, to_translate=True)
    check_not_withdrawn(MILESTONES, stored)
    draft = cast(MilestoneDraft, stored.draft)
    if link_number > len(draft.links):
        raise Conflict(stored)
    name = f"{LABEL_PREFIX}{draft.links[link_number - 1].url}"
    label = _translated(stored, name, source_text, text, LABEL_LIMIT)
    row.links[link_number - 1].label = label
    row.stale = without_stale(row.stale, name)
    links = tuple(replace(link, label=label) if n == link_number else link for n, link in enumerate(draft.links, 1))
    before, after = map(MILESTONES.audit_data, (draft, replace(draft, links=links)))
    record_change(session, MILESTONES, row, "translated", before, after, by=by, at=at)


def translate_theme(
    session: Session, id_: int, text: str, *, source_text: str, by: Actor, at: datetime, is_allowed: NewsPermission
) -> None:
    """Add the missing translation of a theme, or replace the stale one, in every challenge with that theme.

    Records one audit event. Every jurisdiction that shares one of these challenges may translate the theme. Raises the same
    errors as ``translate_news``.
    """
    stored = challenge(session, id_)
    check_shareable(stored.withdrawn_at)
    if not is_allowed(tuple(jurisdiction_id for jurisdiction_id, _name in jurisdictions_sharing_theme(session, stored.theme))):
        raise Forbidden
    theme = _translated(stored, "theme", source_text, text, THEME_LIMIT)
    # Rows are locked in the order of their ids, so that two simultaneous translations cannot deadlock.
    same_theme = select(Challenge).where(Challenge.theme == stored.theme).order_by(Challenge.id).with_for_update()
    rows = session.scalars(same_theme.execution_options(populate_existing=True)).all()
    if not rows:
        raise Conflict(challenge(session, id_))
    for row in rows:
        row.theme = theme
        row.stale = without_stale(row.stale, "theme")
        mark_changed(row, by, at)
    session.flush()
    before, after = ({"theme": [text.en, text.fr]} for text in (stored.theme, theme))
    record_event(session, "theme.translated", ("challenge", id_), by=by, at=at, before=before, after=after)


def new_key(at: datetime) -> str:
    """Return a unique key that begins with the month of ``at``, such as "2020-09-…"."""
    return f"{local_day(at):%Y-%m}-{uuid4().hex}"


_SHARED_WITH_OTHERS = Message(
    N_(
        "Other jurisdictions also face this challenge, so you cannot withdraw it. "
        "Remove your own jurisdiction from the challenge instead."
    )
)


def _missing_jurisdiction(session: Session, kind: NewsKind[Row, Draft], draft: Draft, at: datetime) -> Invalid:
    """Return the ``Invalid`` for news without a jurisdiction; it also has all problems of the draft."""
    problems = [("jurisdiction", Message(N_("Choose a jurisdiction.")))]
    try:
        kind.check(session, draft, local_day(at))
    except Invalid as refusal:
        problems += refusal.problems
    return Invalid(*problems)


def _add(
    session: Session, kind: NewsKind[Row, Draft], row: Row, draft: Draft, audited: dict[str, Any], *, by: Actor, at: datetime
) -> int:
    """Check the draft, store it in a new row, and return the row's id. ``audited`` is added to the audit event."""
    draft = kind.check(session, draft, local_day(at))
    kind.fill(row, draft, local_day(at))
    row.key, row.reported_on, row.version = new_key(at), local_day(at), 1
    row.changed_at, row.changed_by = at, by.id
    session.add(row)
    session.flush()
    after = {"version": 1, **kind.audit_data(draft), **audited}
    record_event(session, f"{kind.name}.added", (kind.name, row.id), by=by, at=at, after=after)
    return row.id


def _translated(stored: News, name: str, source_text: str, translation: str, limit: int) -> Bilingual:
    """Return the text ``name`` with its translation.

    Raises ``Invalid`` if the translation is empty or too long, and ``Conflict`` if the text has changed in the meantime.
    """
    translation = clean_translation(translation, limit)
    check_translation(translation, limit)
    translated = add_translation(stored.draft.texts[name], source_text, translation, stored.stale.get(name))
    if translated is None:
        raise Conflict(stored)
    return translated
