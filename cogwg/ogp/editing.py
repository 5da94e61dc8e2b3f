"""Commands that record OGP commitments and action plans.

Each command checks its input, makes the change, records one audit event with the changed values, and flushes; none commits.
``version`` is the version that the form or import showed. If the commitment was changed since, the command raises ``Conflict``
with the commitment as it is stored, and changes nothing. Milestones are identified by number, indicators by code, and results
(actuals) by period.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from cogwg.audit.services import Actor, record_event
from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import N_, Conflict, Invalid, Message, NotFound
from cogwg.core.stale_columns import HasStaleColumn
from cogwg.core.text_states import StalePairs
from cogwg.ogp.facts import (
    ActionPlanFacts,
    ActualFacts,
    CommitmentFacts,
    IndicatorFacts,
    MilestoneFacts,
    PartText,
    check_action_plan,
    check_commitment,
    stated_last_day,
)
from cogwg.ogp.models import (
    ActionPlan,
    Assessment,
    AssessmentFinding,
    AssessorInvitation,
    Commitment,
    CommitmentLink,
    CommitmentMilestone,
    Indicator,
    IndicatorActual,
    MilestoneOffer,
)
from cogwg.ogp.stale_texts import confirm_parts
from cogwg.plan.models import Activity, Priority

NOTHING_CHANGED = N_("Nothing was changed. Change something, then save.")
_TEXTS = ("title", "text", "description", "result", "lead")
_PLAIN = ("identifier", "number", "starred", "enquiries", "source", "state")
_LISTS = ("support", "areas", "done", "questions")


def add_action_plan(session: Session, facts: ActionPlanFacts, *, by: Actor, at: datetime) -> int:
    """Add an action plan of Canada; return the id of the audit event.

    Raises ``Invalid`` for invalid values, or if another plan starts in the same year.
    """
    check_action_plan(facts)
    if session.scalar(select(ActionPlan.id).where(ActionPlan.start_year == facts.start_year)) is not None:
        raise Invalid(("start_year", Message(N_("There is already an action plan that starts in this year."))))
    plan = ActionPlan(start_year=facts.start_year, end_year=facts.end_year, title=facts.title)
    session.add(plan)
    session.flush()
    after = {"start_year": facts.start_year, "end_year": facts.end_year, "title": _pair(facts.title)}
    return record_event(session, "action-plan.added", ("action-plan", plan.id), by=by, at=at, after=after)


def record_commitment(
    session: Session,
    facts: CommitmentFacts,
    *,
    version: int | None,
    still_right: Collection[PartText] = (),
    by: Actor,
    at: datetime,
) -> int:
    """Add a commitment (``version`` is None), or change the one with this identifier; return the id of the audit event.

    ``still_right`` are stale texts and lists whose translation was confirmed. Raises ``NotFound``, ``Conflict``, and
    ``Invalid`` for invalid values, or if nothing would change.
    """
    check_commitment(facts)
    stored = session.scalar(
        select(Commitment).where(func.lower(Commitment.identifier) == facts.identifier.lower()).with_for_update()
    )
    if version is None:
        if stored is not None:
            sentence = N_("Commitment %(identifier)s already exists. Enter another identifier, or edit that commitment.")
            raise Invalid(("identifier", Message(sentence, {"identifier": stored.identifier})))
        return _add(session, facts, by=by, at=at)
    if stored is None or stored.identifier != facts.identifier:
        raise NotFound("commitment")
    session.refresh(stored)
    if stored.version != version:
        raise Conflict(stored)
    return _change(session, stored, facts, still_right, by=by, at=at)


def remove_commitment(session: Session, identifier: str, *, version: int, by: Actor, at: datetime) -> int:
    """Remove a commitment that was recorded by mistake; return the id of the audit event, which keeps the removed values.

    Raises ``NotFound``, ``Conflict``, and ``Invalid`` if it has assessments, invitations or offers, or if another commitment
    continues it.
    """
    stored = session.scalar(select(Commitment).where(Commitment.identifier == identifier).with_for_update())
    if stored is None:
        raise NotFound("commitment")
    session.refresh(stored)
    if stored.version != version:
        raise Conflict(stored)
    relied_on = (
        select(Assessment.id).where(Assessment.commitment_id == stored.id),
        select(AssessorInvitation.id).where(AssessorInvitation.commitment_id == stored.id),
        select(Commitment.id).where(Commitment.follows_id == stored.id),
        select(MilestoneOffer.id).join(CommitmentMilestone).where(CommitmentMilestone.commitment_id == stored.id),
    )
    if any(session.scalar(query.limit(1)) is not None for query in relied_on):
        sentence = N_(
            "This commitment cannot be removed, because it has assessments, invitations or offers, or because another "
            "commitment continues it. If the government withdrew it, set its state to “Withdrawn”."
        )
        raise Invalid(("", Message(sentence)))
    before, id_ = facts_values(facts_of(stored)), stored.id
    session.delete(stored)
    session.flush()
    return record_event(session, "commitment.removed", ("commitment", id_), by=by, at=at, before=before)


def facts_of(commitment: Commitment) -> CommitmentFacts:
    """Return the stored values of a commitment."""
    session = Session.object_session(commitment)
    follows = session.get(Commitment, commitment.follows_id) if session and commitment.follows_id is not None else None
    lists: dict[str, Any] = {name: tuple(Bilingual(*pair) for pair in getattr(commitment, name)) for name in _LISTS}
    return CommitmentFacts(
        cycle=commitment.plan.start_year,
        **{name: getattr(commitment, name) for name in (*_TEXTS, *_PLAIN)},
        **lists,
        milestones=tuple(
            MilestoneFacts(each.number, each.text, each.start, each.end, each.end_on, _stale(each))
            for each in commitment.milestones
        ),
        indicators=tuple(_indicator_facts(each) for each in commitment.indicators),
        follows=follows.identifier if follows else "",
        priorities=_sorted_ids(link.priority_id for link in commitment.served_by),
        activities=_sorted_ids(link.activity_id for link in commitment.served_by),
        stale=_stale(commitment),
    )


def _stale(row: HasStaleColumn) -> StalePairs:
    return tuple((row.stale or {}).items())


def facts_values(facts: CommitmentFacts) -> dict[str, Any]:
    """Return the values of a commitment as an audit event stores them: milestones by number, indicators by code, and results
    by period.
    """
    return {
        **{name: _pair(getattr(facts, name)) for name in _TEXTS},
        **{name: getattr(facts, name) for name in _PLAIN if name != "source"},
        "source_page": facts.source,
        **{name: [_pair(line) for line in getattr(facts, name)] for name in _LISTS},
        "cycle": facts.cycle,
        "follows": facts.follows,
        "priorities": list(_sorted_ids(facts.priorities)),
        "activities": list(_sorted_ids(facts.activities)),
        "milestones": {each.number: _milestone_values(each, place) for place, each in enumerate(facts.milestones, 1)},
        "indicators": {each.code: _indicator_values(each, place) for place, each in enumerate(facts.indicators, 1)},
    }


def changed_values(before: CommitmentFacts, after: CommitmentFacts) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the values that differ, before and after the change. Both are empty if recording ``after`` would change
    nothing.
    """
    return _differing(facts_values(before), facts_values(after))


def _add(session: Session, facts: CommitmentFacts, *, by: Actor, at: datetime) -> int:
    plan, follows = _checked_parents(session, facts, None)
    _check_links(session, facts)
    highest = session.scalar(select(func.max(Commitment.position)).where(Commitment.plan_id == plan.id)) or 0
    commitment = Commitment(position=highest + 1)
    _apply(commitment, facts, plan, follows, at)
    session.add(commitment)
    session.flush()
    after = facts_values(facts)
    return record_event(session, "commitment.added", ("commitment", commitment.id), by=by, at=at, after=after)


def _change(
    session: Session,
    stored: Commitment,
    facts: CommitmentFacts,
    still_right: Collection[PartText],
    *,
    by: Actor,
    at: datetime,
) -> int:
    before, after = changed_values(facts_of(stored), facts)
    subject = ("commitment", stored.id)
    if not before and not after:
        if not (confirmed := confirm_parts(session, stored, still_right)):
            raise Invalid(("", Message(NOTHING_CHANGED)))
        session.flush()
        return record_event(session, "commitment.confirmed", subject, by=by, at=at, after={"still_right": confirmed})
    plan, follows = _checked_parents(session, facts, stored)
    _check_links(session, facts)
    _check_removed_milestones(session, stored, facts)
    _apply(stored, facts, plan, follows, at)
    stored.version += 1
    if confirmed := confirm_parts(session, stored, still_right):
        after["still_right"] = confirmed
    session.flush()
    return record_event(session, "commitment.changed", subject, by=by, at=at, before=before, after=after)


def _checked_parents(
    session: Session, facts: CommitmentFacts, stored: Commitment | None
) -> tuple[ActionPlan, Commitment | None]:
    """Return the action plan, locked, and the commitment that this one continues (or None).

    Raises ``Invalid`` if the plan does not exist, or if a commitment would continue one that is not of an earlier plan.
    """
    plan = session.scalar(select(ActionPlan).where(ActionPlan.start_year == facts.cycle).with_for_update())
    if plan is None:
        raise Invalid(("cycle", Message(N_("Choose an action plan."))))
    follows = session.scalar(select(Commitment).where(Commitment.identifier == facts.follows)) if facts.follows else None
    if facts.follows and (follows is None or follows.plan.start_year >= facts.cycle):
        raise Invalid(("follows", Message(N_("Choose a commitment of an earlier action plan."))))
    if stored is not None:
        later = select(Commitment.id).join(ActionPlan).where(Commitment.follows_id == stored.id)
        if session.scalar(later.where(ActionPlan.start_year <= facts.cycle).limit(1)) is not None:
            sentence = N_(
                "A commitment of this plan or an earlier one continues this commitment. Choose an earlier action plan."
            )
            raise Invalid(("cycle", Message(sentence)))
    return plan, follows


def _check_links(session: Session, facts: CommitmentFacts) -> None:
    for field, kind, ids in (("priorities", Priority, facts.priorities), ("activities", Activity, facts.activities)):
        count = session.scalar(select(func.count()).select_from(kind).where(kind.id.in_(set(ids)))) if ids else 0
        if count != len(set(ids)):
            raise Invalid((field, Message(N_("One of your choices is not in the plan. Choose from the list."))))


def _check_removed_milestones(session: Session, stored: Commitment, facts: CommitmentFacts) -> None:
    """Raise ``Invalid`` if a milestone would be removed that has assessments or offers."""
    numbers_now = {each.number for each in facts.milestones}
    removed = {each.id: each.number for each in stored.milestones if each.number not in numbers_now}
    if not removed:
        return
    referring = or_(
        CommitmentMilestone.id.in_(select(AssessmentFinding.milestone_id)),
        CommitmentMilestone.id.in_(select(MilestoneOffer.milestone_id)),
    )
    numbers = select(CommitmentMilestone.number).where(CommitmentMilestone.id.in_(removed), referring)
    if number := session.scalar(numbers.order_by(CommitmentMilestone.position).limit(1)):
        sentence = N_("Milestone %(number)s has assessments or offers, so it cannot be renumbered or removed.")
        raise Invalid(("milestones", Message(sentence, {"number": number})))


def _apply(commitment: Commitment, facts: CommitmentFacts, plan: ActionPlan, follows: Commitment | None, at: datetime) -> None:
    for name in (*_TEXTS, *_PLAIN):
        setattr(commitment, name, getattr(facts, name))
    for name in _LISTS:
        setattr(commitment, name, [_pair(line) for line in getattr(facts, name)])
    commitment.plan = plan
    commitment.follows_id = follows.id if follows else None
    commitment.changed_at = at
    own = {each.number: each for each in commitment.milestones}
    milestones = []
    for place, each in enumerate(facts.milestones, 1):
        row = own.get(each.number) or CommitmentMilestone(number=each.number)
        row.position, row.text, row.start, row.end = place, each.text, each.start, each.end
        row.end_on = stated_last_day(each.end, each.end_on)
        milestones.append(row)
    commitment.milestones = milestones
    commitment.indicators = _indicators(commitment, facts.indicators)
    links = {(link.priority_id, link.activity_id): link for link in commitment.served_by}
    wanted = [(id_, None) for id_ in _sorted_ids(facts.priorities)] + [(None, id_) for id_ in _sorted_ids(facts.activities)]
    commitment.served_by = [
        links.get((priority, activity)) or CommitmentLink(priority_id=priority, activity_id=activity)
        for priority, activity in wanted
    ]


def _indicators(commitment: Commitment, facts: Iterable[IndicatorFacts]) -> list[Indicator]:
    own = {each.code: each for each in commitment.indicators}
    indicators = []
    for place, each in enumerate(facts, 1):
        row = own.get(each.code) or Indicator(code=each.code)
        row.position, row.milestone = place, each.milestone
        row.text, row.target, row.deadline, row.lead = each.text, each.target, each.deadline, each.lead
        row.due_on = stated_last_day(each.deadline, each.due_on)
        stored = {actual.period: actual for actual in row.actuals}
        row.actuals = [_actual(stored.get(actual.period), actual) for actual in each.actuals]
        indicators.append(row)
    return indicators


_ACTUAL_TEXTS = ("unit", "progress", "evidence", "challenges")
_ACTUAL_PLAIN = ("number", "status", "nothing_to_report")


def _actual(row: IndicatorActual | None, facts: ActualFacts) -> IndicatorActual:
    row = row or IndicatorActual(period=facts.period)
    for name in (*_ACTUAL_TEXTS, *_ACTUAL_PLAIN):
        setattr(row, name, getattr(facts, name))
    return row


def _indicator_facts(row: Indicator) -> IndicatorFacts:
    actuals = sorted(row.actuals, key=lambda each: each.period)
    return IndicatorFacts(
        code=row.code,
        **{name: getattr(row, name) for name in ("text", "milestone", "target", "deadline", "due_on", "lead")},
        actuals=tuple(
            ActualFacts(
                each.period, **{name: getattr(each, name) for name in (*_ACTUAL_TEXTS, *_ACTUAL_PLAIN)}, stale=_stale(each)
            )
            for each in actuals
        ),
        stale=_stale(row),
    )


def _milestone_values(facts: MilestoneFacts, place: int) -> dict[str, Any]:
    end_on = stated_last_day(facts.end, facts.end_on)
    texts = {name: _pair(getattr(facts, name)) for name in ("text", "start", "end")}
    return {**texts, "end_on": end_on.isoformat() if end_on else None, "place": place}


def _indicator_values(facts: IndicatorFacts, place: int) -> dict[str, Any]:
    due_on = stated_last_day(facts.deadline, facts.due_on)
    return {
        **{name: _pair(getattr(facts, name)) for name in ("text", "target", "deadline", "lead")},
        "milestone": facts.milestone,
        "due_on": due_on.isoformat() if due_on else None,
        "place": place,
        "actuals": {each.period: _actual_values(each) for each in facts.actuals},
    }


def _actual_values(facts: ActualFacts) -> dict[str, Any]:
    number = None if facts.number is None else f"{facts.number.normalize():f}"
    texts = {name: _pair(getattr(facts, name)) for name in _ACTUAL_TEXTS}
    return {**texts, "number": number, "status": facts.status, "nothing_to_report": facts.nothing_to_report}


def _differing(before: dict[str, Any], after: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the entries of two dictionaries that differ. Nested dictionaries are compared in the same way."""
    was: dict[str, Any] = {}
    now: dict[str, Any] = {}
    for key in {**before, **after}:
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        if isinstance(old, dict) and isinstance(new, dict):
            old, new = _differing(old, new)
        if key in before:
            was[key] = old
        if key in after:
            now[key] = new
    return was, now


def _pair(text: Bilingual) -> list[str]:
    return [text.en, text.fr]


def _sorted_ids(ids: Iterable[int | None]) -> tuple[int, ...]:
    return tuple(sorted({id_ for id_ in ids if id_ is not None}))
