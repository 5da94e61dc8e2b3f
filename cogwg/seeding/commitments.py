"""The OGP commitments of the ``seed`` folder: four action plans, 73 commitments, and the assessments of Commitment 19.

The demo adds samples: an assessment that differs from the government's, and priorities that contribute to commitments.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.audit.services import SYSTEM, record_event
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.ogp.editing import add_action_plan, facts_of, record_commitment
from cogwg.ogp.facts import ActionPlanFacts, ActualFacts, CommitmentFacts, IndicatorFacts, MilestoneFacts
from cogwg.ogp.models import ActionPlan, Assessment, AssessmentFinding, Commitment
from cogwg.ogp.scales import (
    AssessmentKind,
    CarriedForward,
    CommitmentState,
    Completion,
    Impact,
    OgpValue,
    Openness,
    Specificity,
    Verifiable,
)
from cogwg.plan.models import Priority, WorkPlan
from cogwg.seeding.plan_2020 import TomlTable, read_seed_file

_SCALES = {
    "completion": Completion,
    "verifiable": Verifiable,
    "specificity": Specificity,
    "impact": Impact,
    "carried_forward": CarriedForward,
}


def seed_commitments(session: Session, *, at: datetime) -> int:
    """Add the action plans and commitments that the database does not have, with their assessments; return how many."""
    data = read_seed_file("commitments.toml")
    years = set(session.scalars(select(ActionPlan.start_year)))
    for plan in data["plan"]:
        if plan["start"] not in years:
            own = ActionPlanFacts(plan["start"], plan["end"], Bilingual(*plan["title"]))
            add_action_plan(session, own, by=SYSTEM, at=at)
    ends = {plan["start"]: plan["end"] for plan in data["plan"]}
    existing = set(session.scalars(select(Commitment.identifier)))
    new = [each for each in data["commitment"] if each["identifier"] not in existing]
    order = {each["identifier"]: place for place, each in enumerate(data["commitment"])}
    for each in sorted(new, key=lambda entry: (entry["cycle"], order[entry["identifier"]])):
        state = CommitmentState.ACTIVE if ends[each["cycle"]] >= at.year else CommitmentState.INACTIVE
        facts = _facts(each, data["areas"], state)
        record_commitment(session, facts, version=None, by=SYSTEM, at=at)
        for assessment in each.get("assessment", ()):
            _add_assessment(session, each["identifier"], assessment, at, sample=False)
    return len(new)


def seed_demo_commitments(session: Session, *, at: datetime) -> None:
    """Add the commitments, and the demo's sample assessments and links, unless they exist."""
    if not seed_commitments(session, at=at):
        return
    data = read_seed_file("demo.toml")
    for assessment in data["assessment"]:
        _add_assessment(session, assessment["commitment"], assessment, at, sample=True)
    priorities = select(Priority).join(WorkPlan).where(WorkPlan.year == data["plan"])
    by_number = {each.number: each.id for each in session.scalars(priorities)}
    for link in data["served_commitment"]:
        stored = _commitment(session, link["commitment"])
        facts = replace(facts_of(stored), priorities=(by_number[link["priority"]],))
        record_commitment(session, facts, version=stored.version, by=SYSTEM, at=at)


def _commitment(session: Session, identifier: str) -> Commitment:
    return session.scalars(select(Commitment).where(Commitment.identifier == identifier)).one()


def _facts(data: TomlTable, areas: dict[str, str], state: CommitmentState) -> CommitmentFacts:
    return CommitmentFacts(
        identifier=data["identifier"],
        cycle=data["cycle"],
        title=Bilingual(data["title"], ""),
        number=data.get("number", ""),
        state=state,
        starred=data.get("starred", False),
        areas=(Bilingual(data["area"], areas[data["area"]]),),
        lead=_text(data, "lead"),
        text=_text(data, "text"),
        description=_text(data, "description"),
        result=_text(data, "result"),
        support=_lines(data, "support"),
        done=_lines(data, "done"),
        questions=_lines(data, "questions"),
        source=data.get("source", ""),
        follows=data.get("follows", ""),
        milestones=tuple(
            MilestoneFacts(each["number"], _text(each, "text"), _text(each, "start"), _text(each, "end"))
            for each in data.get("milestone", ())
        ),
        indicators=tuple(_indicator(each) for each in data.get("indicator", ())),
    )


def _indicator(data: TomlTable) -> IndicatorFacts:
    actuals = tuple(
        ActualFacts(
            each["period"],
            number=Decimal(each["number"]) if "number" in each else None,
            unit=_text(each, "unit"),
            progress=_text(each, "progress"),
        )
        for each in data.get("actual", ())
    )
    return IndicatorFacts(
        data["code"],
        text=_text(data, "text"),
        milestone=data.get("milestone", ""),
        target=_text(data, "target"),
        deadline=_text(data, "deadline"),
        actuals=actuals,
    )


def _add_assessment(session: Session, identifier: str, data: TomlTable, at: datetime, *, sample: bool) -> None:
    commitment = _commitment(session, identifier)
    milestones = {each.number: each.id for each in commitment.milestones}
    scales: dict[str, Any] = {name: scale(data[name]) for name, scale in _SCALES.items() if name in data}
    openness = {OgpValue(value).value: Openness(degree).value for value, degree in data.get("openness", {}).items()}
    assessment = Assessment(
        commitment=commitment,
        kind=AssessmentKind(data["kind"]),
        assessor=_text(data, "assessor"),
        on=data["on"],
        relevance=[OgpValue(value).value for value in data.get("relevance", ())],
        openness=openness,
        text=_text(data, "text"),
        sources=data.get("sources", []),
        sample=sample,
        recorded_at=at,
        findings=[
            AssessmentFinding(
                milestone_id=milestones[each["milestone"]], completion=Completion(each["completion"]), note=_text(each, "note")
            )
            for each in data.get("finding", ())
        ],
        **scales,
    )
    session.add(assessment)
    session.flush()
    stated = {name: value.value for name, value in scales.items()}
    after = {"commitment": identifier, "kind": data["kind"], "on": data["on"], "assessor": data["assessor"], **stated}
    if sample:
        after["demo"] = True
    record_event(session, "assessment.recorded", ("assessment", assessment.id), by=SYSTEM, at=at, after=after)


def _text(data: TomlTable, name: str) -> Bilingual:
    return Bilingual(*data[name]) if name in data else EMPTY_TEXT


def _lines(data: TomlTable, name: str) -> tuple[Bilingual, ...]:
    return tuple(Bilingual(*pair) for pair in data.get(name, ()))
