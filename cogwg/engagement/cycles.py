"""Commands that record engagement cycles with their phases, and queries of them.

Each command checks its input, makes the change, records one audit event with the changed values, and flushes; none commits.
``version`` is the version that the form showed. If the cycle was changed since, the command raises ``Conflict`` with the cycle
as it is stored, and changes nothing. A phase is identified by its key.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session, selectinload

from cogwg.audit.services import Actor, record_event
from cogwg.core.bilingual import Bilingual
from cogwg.core.calendar import local_day
from cogwg.core.errors import N_, Conflict, Invalid, Message, NotFound
from cogwg.core.stale_columns import HasStaleColumn, confirm_texts
from cogwg.core.text_states import StalePairs
from cogwg.engagement.facts import CycleFacts, DocumentFacts, PhaseFacts, check_cycle, phase_part
from cogwg.engagement.models import EngagementCycle, EngagementPhase, EngagementTheme, HeardVersion, LegalHold, PublicComment
from cogwg.engagement.scales import Channel
from cogwg.ogp.models import ActionPlan

NOTHING_CHANGED = N_("Nothing was changed. Change something, then save.")
_PHASE_TEXTS = ("title", "when", "about", "asked", "result", "participants", "rationale")
_PHASE_PLAIN = ("result_link", "takes_comments", "most_per_network", "publishable", "report_expected", "going_forward")
_PHASE_LISTS = ("subjects", "departments")
_PHASE_DAYS = ("starts_on", "ends_on")
_WITH_PHASES = (selectinload(EngagementCycle.phases),)


def cycle_rows(session: Session) -> Sequence[EngagementCycle]:
    """Return all cycles with their phases, the most recently recorded first."""
    return session.scalars(select(EngagementCycle).options(*_WITH_PHASES).order_by(EngagementCycle.id.desc())).all()


def cycle_row(session: Session, key: str) -> EngagementCycle:
    """Return the cycle with this key. Raises ``NotFound`` if there is none."""
    row = session.scalar(select(EngagementCycle).where(EngagementCycle.key == key).options(*_WITH_PHASES))
    if row is None:
        raise NotFound(f"engagement cycle {key}")
    return row


def phase_row(session: Session, cycle: str, phase: str) -> EngagementPhase:
    """Return the phase with this key of the cycle with this key. Raises ``NotFound`` if there is none."""
    own = select(EngagementPhase).join(EngagementCycle)
    row = session.scalar(own.where(EngagementCycle.key == cycle, EngagementPhase.key == phase))
    if row is None:
        raise NotFound(f"engagement phase {cycle}/{phase}")
    return row


def comment_counts(session: Session) -> dict[int, int]:
    """Map the id of each phase to the number of its comments, in any state. Phases without comments are left out."""
    rows = session.execute(select(PublicComment.phase_id, func.count()).group_by(PublicComment.phase_id))
    return {row[0]: row[1] for row in rows}


def record_cycle(
    session: Session,
    facts: CycleFacts,
    *,
    version: int | None,
    still_right: Collection[tuple[str, str]] = (),
    by: Actor,
    at: datetime,
    sample: bool = False,
) -> int:
    """Add a cycle (``version`` is None), or replace all values of the cycle with this key; return the id of the audit event.

    ``still_right`` are the stale texts and lists whose translation was confirmed, each as its part and its name; the part is
    "" for the cycle itself, or ``phase_part``. ``sample`` marks a cycle that is added as fictional. Raises ``NotFound``,
    ``Conflict``, and ``Invalid`` for invalid values, if nothing would change, or if a phase that has comments would be
    removed.
    """
    check_cycle(facts)
    stored = session.scalar(select(EngagementCycle).where(EngagementCycle.key == facts.key).with_for_update())
    if version is None:
        if stored is not None:
            sentence = N_("There is already a cycle “%(key)s”. Enter another word for the web address, or edit that cycle.")
            raise Invalid(("key", Message(sentence, {"key": facts.key})))
        return _add(session, facts, sample=sample, by=by, at=at)
    if stored is None:
        raise NotFound(f"engagement cycle {facts.key}")
    session.refresh(stored)
    if stored.version != version:
        raise Conflict(stored)
    return _change(session, stored, facts, still_right, by=by, at=at)


def complete_cycle(session: Session, key: str, on: date, *, version: int, by: Actor, at: datetime) -> int:
    """Record the day on which a cycle was completed, which starts the retention period; return the id of the audit event.

    Raises ``NotFound``, ``Conflict``, and ``Invalid`` for a day in the future or before the cycle began, or if nothing would
    change.
    """
    stored = _locked(session, key, version)
    first = min((phase.starts_on for phase in stored.phases), default=on)
    if on > local_day(at):
        raise Invalid(("completed_on", Message(N_("Enter today’s date or an earlier date."))))
    if on < first:
        raise Invalid(("completed_on", Message(N_("This date is before the start of the first phase. Enter another date."))))
    if stored.completed_on == on:
        raise Invalid(("", Message(NOTHING_CHANGED)))
    return _set_completed(session, stored, on, by=by, at=at)


def reopen_cycle(session: Session, key: str, *, version: int, by: Actor, at: datetime) -> int:
    """Reopen a cycle that was completed; return the id of the audit event.

    Raises ``NotFound``, ``Conflict``, and ``Invalid`` if it is not completed.
    """
    stored = _locked(session, key, version)
    if stored.completed_on is None:
        raise Invalid(("", Message(NOTHING_CHANGED)))
    return _set_completed(session, stored, None, by=by, at=at)


def remove_cycle(session: Session, key: str, *, version: int, by: Actor, at: datetime) -> int:
    """Remove a cycle that was recorded by mistake; return the id of the audit event, which keeps the removed values.

    Raises ``NotFound``, ``Conflict``, and ``Invalid`` if it has comments, themes, holds or a version of "What we heard".
    """
    stored = _locked(session, key, version)
    phases = [phase.id for phase in stored.phases]
    relied_on = (
        exists().where(PublicComment.phase_id.in_(phases)),
        exists().where(LegalHold.phase_id.in_(phases)),
        exists().where(EngagementTheme.cycle_id == stored.id),
        exists().where(HeardVersion.cycle_id == stored.id),
    )
    if session.scalar(select(or_(*relied_on))):
        sentence = N_("This cycle has comments or themes, so it cannot be removed. You can withdraw its public page.")
        raise Invalid(("", Message(sentence)))
    before, id_ = facts_values(facts_of(stored)), stored.id
    session.delete(stored)
    session.flush()
    return record_event(session, "engagement-cycle.removed", ("engagement-cycle", id_), by=by, at=at, before=before)


def facts_of(cycle: EngagementCycle) -> CycleFacts:
    """Return the stored values of a cycle."""
    session = Session.object_session(cycle)
    plan = session.get(ActionPlan, cycle.plan_id) if session is not None and cycle.plan_id is not None else None
    return CycleFacts(
        key=cycle.key,
        title=cycle.title,
        summary=cycle.summary,
        throughout=_lines(cycle.throughout),
        plan=plan.start_year if plan is not None else None,
        phases=tuple(_phase_facts(phase) for phase in cycle.phases),
        stale=_stale(cycle),
    )


def facts_values(facts: CycleFacts) -> dict[str, Any]:
    """Return the values of a cycle as an audit event stores them, with its phases by key."""
    return {
        "key": facts.key,
        "title": _pair(facts.title),
        "summary": _pair(facts.summary),
        "throughout": [_pair(line) for line in facts.throughout],
        "cycle": facts.plan,
        "phases": {phase.key: _phase_values(phase, place) for place, phase in enumerate(facts.phases, 1)},
    }


def _add(session: Session, facts: CycleFacts, *, sample: bool, by: Actor, at: datetime) -> int:
    cycle = EngagementCycle(key=facts.key, sample=sample)
    _apply(session, cycle, facts, at)
    session.add(cycle)
    session.flush()
    after = {**facts_values(facts), **({"demo": True} if sample else {})}
    return record_event(session, "engagement-cycle.added", ("engagement-cycle", cycle.id), by=by, at=at, after=after)


def _change(
    session: Session,
    stored: EngagementCycle,
    facts: CycleFacts,
    still_right: Collection[tuple[str, str]],
    *,
    by: Actor,
    at: datetime,
) -> int:
    before, after = _differing(facts_values(facts_of(stored)), facts_values(facts))
    subject = ("engagement-cycle", stored.id)
    if not before and not after:
        if not (confirmed := _confirm(session, stored, still_right)):
            raise Invalid(("", Message(NOTHING_CHANGED)))
        session.flush()
        return record_event(session, "engagement-cycle.confirmed", subject, by=by, at=at, after={"still_right": confirmed})
    _check_removed_phases(session, stored, facts)
    _apply(session, stored, facts, at)
    stored.version += 1
    if confirmed := _confirm(session, stored, still_right):
        after["still_right"] = confirmed
    session.flush()
    return record_event(session, "engagement-cycle.changed", subject, by=by, at=at, before=before, after=after)


def _confirm(session: Session, stored: EngagementCycle, still_right: Collection[tuple[str, str]]) -> list[str]:
    """Mark these texts as current; return the name and the part of each that was stale, as the audit event stores them."""
    parts: dict[str, HasStaleColumn] = {"": stored, **{phase_part(phase.key): phase for phase in stored.phases}}
    confirmed = []
    for part, row in parts.items():
        names = [name for own, name in still_right if own == part]
        confirmed += [f"{name} {part}".strip() for name in confirm_texts(session, row, names)]
    return confirmed


def _stale(row: HasStaleColumn) -> StalePairs:
    return tuple((row.stale or {}).items())


def _locked(session: Session, key: str, version: int) -> EngagementCycle:
    stored = session.scalar(select(EngagementCycle).where(EngagementCycle.key == key).with_for_update())
    if stored is None:
        raise NotFound(f"engagement cycle {key}")
    session.refresh(stored)
    if stored.version != version:
        raise Conflict(stored)
    return stored


def _set_completed(session: Session, stored: EngagementCycle, on: date | None, *, by: Actor, at: datetime) -> int:
    before = {"completed_on": _day(stored.completed_on)}
    stored.completed_on, stored.changed_at = on, at
    stored.version += 1
    session.flush()
    subject, after = ("engagement-cycle", stored.id), {"completed_on": _day(on)}
    if on is None:
        return record_event(session, "engagement-cycle.reopened", subject, by=by, at=at, before=before, after=after)
    return record_event(session, "engagement-cycle.completed", subject, by=by, at=at, before=before, after=after)


def _check_removed_phases(session: Session, stored: EngagementCycle, facts: CycleFacts) -> None:
    """Raise ``Invalid`` if a phase that has comments or a legal hold would be removed."""
    keys = {phase.key for phase in facts.phases}
    removed = {phase.id: phase for phase in stored.phases if phase.key not in keys}
    if not removed:
        return
    comments = select(PublicComment.phase_id).where(PublicComment.phase_id.in_(removed))
    holds = select(LegalHold.phase_id).where(LegalHold.phase_id.in_(removed))
    if (id_ := session.scalar(comments.union(holds).limit(1))) is not None:
        sentence = N_(
            "The phase “%(phase)s” has comments, so it cannot be removed. You can end it, or say that it is not going forward."
        )
        raise Invalid(("phases", Message(sentence, {"phase": removed[id_].title})))


def _apply(session: Session, cycle: EngagementCycle, facts: CycleFacts, at: datetime) -> None:
    plan = None
    if facts.plan is not None:
        plan = session.scalar(select(ActionPlan).where(ActionPlan.start_year == facts.plan))
        if plan is None:
            raise Invalid(("plan", Message(N_("Choose an action plan."))))
    cycle.plan_id = plan.id if plan is not None else None
    cycle.title, cycle.summary, cycle.changed_at = facts.title, facts.summary, at
    cycle.throughout = [_pair(line) for line in facts.throughout]
    own = {phase.key: phase for phase in cycle.phases}
    cycle.phases = [_phase(own.get(phase.key), phase, place) for place, phase in enumerate(facts.phases, 1)]


def _phase(row: EngagementPhase | None, facts: PhaseFacts, place: int) -> EngagementPhase:
    row = row or EngagementPhase(key=facts.key)
    row.position = place
    for name in (*_PHASE_TEXTS, *_PHASE_PLAIN, *_PHASE_DAYS):
        setattr(row, name, getattr(facts, name))
    for name in _PHASE_LISTS:
        setattr(row, name, [_pair(line) for line in getattr(facts, name)])
    row.channels = [channel.value for channel in facts.channels]
    row.documents = [[each.url, *_pair(each.label)] for each in facts.documents]
    return row


def _phase_facts(row: EngagementPhase) -> PhaseFacts:
    lists: dict[str, Any] = {name: _lines(getattr(row, name)) for name in _PHASE_LISTS}
    return PhaseFacts(
        key=row.key,
        **{name: getattr(row, name) for name in (*_PHASE_TEXTS, *_PHASE_PLAIN, *_PHASE_DAYS)},
        **lists,
        channels=tuple(Channel(channel) for channel in row.channels),
        documents=tuple(DocumentFacts(url, Bilingual(en, fr)) for url, en, fr in row.documents),
        stale=_stale(row),
    )


def _phase_values(facts: PhaseFacts, place: int) -> dict[str, Any]:
    return {
        **{name: _pair(getattr(facts, name)) for name in _PHASE_TEXTS},
        **{name: getattr(facts, name) for name in _PHASE_PLAIN},
        **{name: _day(getattr(facts, name)) for name in _PHASE_DAYS},
        **{name: [_pair(line) for line in getattr(facts, name)] for name in _PHASE_LISTS},
        "channels": [channel.value for channel in facts.channels],
        "documents": [[each.url, *_pair(each.label)] for each in facts.documents],
        "place": place,
    }


def _differing(before: dict[str, Any], after: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the values that differ, before and after the change. Of the phases, only those that differ are included."""
    first: dict[str, Any] = {}
    second: dict[str, Any] = {}
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        if isinstance(old, dict) and isinstance(new, dict):
            own = _differing(old, new)
            first |= {name: own[0]} if own[0] else {}
            second |= {name: own[1]} if own[1] else {}
            continue
        first |= {name: old} if name in before else {}
        second |= {name: new} if name in after else {}
    return first, second


def _lines(stored: list[list[str]]) -> tuple[Bilingual, ...]:
    return tuple(Bilingual(*pair) for pair in stored)


def _pair(text: Bilingual) -> list[str]:
    return [text.en, text.fr]


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None
