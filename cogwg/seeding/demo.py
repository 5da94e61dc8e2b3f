"""The demo's data: people, sample reports and news, and the briefing for the February meeting.

Samples are added by the same services as real data.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import partial
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction, Membership, Person, Role
from cogwg.audit.services import SYSTEM, Actor, record_event
from cogwg.briefing.checklist import ChecklistInput, checklist
from cogwg.briefing.compose import deck_to_freeze, load_briefing_source
from cogwg.briefing.models import Briefing
from cogwg.briefing.queries import briefing
from cogwg.briefing.services import create_briefing, freeze
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language
from cogwg.core.calendar import TORONTO
from cogwg.core.status import Status
from cogwg.ogp.inviting import InvitationDraft, invite_assessor
from cogwg.plan.queries import PlanFacts, plan_facts
from cogwg.policy import can_report_on
from cogwg.reporting.models import Milestone, ReportingPeriod, StatusReport, Submission
from cogwg.reporting.news.rules import MilestoneDraft
from cogwg.reporting.news.services import add_milestone
from cogwg.reporting.period_services import close_period
from cogwg.reporting.rules import LabelledLink, ReportDraft
from cogwg.reporting.services import ReportTarget, submit_report
from cogwg.seeding.plan_2020 import read_seed_file
from cogwg.tracker.copying_commitments import recorded_commitments
from cogwg.tracker.models import Publication, PublicationKind
from cogwg.tracker.publishing_commitments import publish_commitments
from cogwg.tracker.services import publish_quarter

DEMO_DOMAIN = "demo.cogwg.example"


def seed_demo_people(session: Session, password_hash: str, *, at: datetime) -> list[Person]:
    """Add the demo's missing people and set this password for all of them; return them in the order of the file."""
    return [person for person, _, _ in add_demo_people(session, "person", password_hash, at)]


def seed_demo_commitment_people(session: Session, password_hash: str, *, at: datetime) -> list[Person]:
    """Do the same as ``seed_demo_people`` for the commitment steward and the assessors. New assessors are invited by the
    demo's secretariat, which must already exist.
    """
    people = add_demo_people(session, "commitment_person", password_hash, at)
    for person, entry, is_new in people:
        if is_new and person.memberships[0].role is Role.ASSESSOR:
            _invite(session, person, entry, at)
    return [person for person, _, _ in people]


def add_demo_people(session: Session, name: str, password_hash: str, at: datetime) -> list[tuple[Person, dict[str, Any], bool]]:
    """Add the missing people of this list; return all of them, each with their entry and whether they were added."""
    ids = {j.code: j.id for j in session.scalars(select(Jurisdiction))}
    existing = {p.email: p for p in session.scalars(select(Person).where(Person.demo))}
    people = []
    for entry in read_seed_file("demo.toml")[name]:
        email = f"{entry['name_at']}@{DEMO_DOMAIN}"
        person = existing.get(email) or _add_demo_person(session, email, entry, ids, at)
        person.password_hash = password_hash
        people.append((person, entry, email not in existing))
    session.flush()
    return people


def _invite(session: Session, person: Person, data: dict[str, Any], at: datetime) -> None:
    draft = InvitationDraft(
        person.id, data.get("commitment", ""), data.get("plan"), data["independent"], Bilingual(*data["assessor"])
    )
    invite_assessor(session, draft, by=demo_actor(session, "secretariat"), at=at)


def _add_demo_person(session: Session, email: str, data: dict[str, Any], ids: dict[str, int], at: datetime) -> Person:
    code = data.get("jurisdiction")
    person = Person(email=email, name=data["name"], lang=Language(data["lang"]), time_zone=data["time_zone"], demo=True)
    person.memberships.append(Membership(role=Role(data["role"]), jurisdiction_id=ids[code] if code else None))
    session.add(person)
    session.flush()
    record_event(
        session,
        "person.added",
        ("person", person.id),
        by=SYSTEM,
        at=at,
        after={"role": data["role"], "jurisdiction": code, "demo": True},
    )
    return person


def seed_demo_reports(session: Session, *, up_to: date) -> int:
    """Submit the sample reports dated on or before ``up_to``, each at its own date and time; return the number added.

    A sample is left out if the quarter already has a report on the activity, or if the activity has a later report, so that no
    sample is inserted before existing reports.
    """
    data = read_seed_file("demo.toml")
    plan = plan_facts(session, data["plan"])
    where = {a.code: (p, a) for p in plan.priorities for a in p.activities}
    periods = {p.key: p.id for p in session.scalars(select(ReportingPeriod).where(ReportingPeriod.plan_id == plan.id))}
    people = {p.email: p for p in session.scalars(select(Person).where(Person.demo))}
    ids = {j.code: j.id for j in session.scalars(select(Jurisdiction))}
    reported, latest = _existing_reports(session, plan)
    added = 0
    for report in sorted(data["report"], key=lambda r: (r["on"], r["activity"])):
        at = report["on"].replace(tzinfo=TORONTO).astimezone(UTC)
        priority, activity = where[report["activity"]]
        period_id = periods[report["period"]]
        if report["on"].date() > up_to or (activity.id, period_id) in reported or latest.get(activity.id, at) > at:
            continue
        person = people[f"{report['by']}@{DEMO_DOMAIN}"]
        behalf = ids[report["behalf_of"]] if "behalf_of" in report else None
        submit_report(
            session,
            ReportTarget(priority, activity, period_id),
            _report_draft(report),
            expected_version=0,
            by=Actor("person", person.id, behalf),
            at=at,
            is_allowed=partial(can_report_on, person, behalf_of=behalf),
            sample=True,
        )
        added += 1
    return added


def _existing_reports(session: Session, plan: PlanFacts) -> tuple[set[tuple[int, int]], dict[int, datetime]]:
    activities = [a.id for a in plan.activities]
    reported = session.execute(
        select(StatusReport.activity_id, StatusReport.period_id).where(StatusReport.activity_id.in_(activities))
    )
    latest = session.execute(
        select(Submission.activity_id, func.max(Submission.submitted_at))
        .where(Submission.activity_id.in_(activities))
        .group_by(Submission.activity_id)
    )
    return {(a, p) for a, p in reported}, {row[0]: row[1] for row in latest}


def _report_draft(data: dict[str, Any]) -> ReportDraft:
    return ReportDraft(
        status=Status(data["status"]),
        progress=_bilingual(data, "progress"),
        challenge=_bilingual(data, "challenge"),
        evidence_note=_bilingual(data, "evidence_note"),
        evidence=tuple(LabelledLink(e["url"], Bilingual(*e["label"])) for e in data.get("evidence", ())),
        nothing_to_report=data.get("nothing_to_report", False),
        next_step=_bilingual(data, "next_step"),
    )


def _bilingual(data: dict[str, Any], name: str) -> Bilingual:
    return Bilingual(*data[name]) if name in data else EMPTY_TEXT


def seed_demo_briefing(session: Session, *, today: date) -> None:
    """Add the briefing for the February meeting, finalized on the day of the meeting.

    Do nothing until that day is over, or if the briefing already exists.
    """
    entry = read_seed_file("demo.toml")["briefing"]
    meeting: date = entry["meeting_on"]
    if today <= meeting or session.scalar(select(Briefing.id).where(Briefing.meeting_on == meeting)) is not None:
        return
    by, at = demo_actor(session, entry["made_by"]), datetime.combine(meeting, time(9), TORONTO).astimezone(UTC)
    audience, place = _bilingual(entry, "audience"), _bilingual(entry, "place")
    made = create_briefing(session, year=meeting.year, meeting_on=meeting, audience=audience, place=place, by=by, at=at)
    draft = briefing(session, made.id)
    deck = deck_to_freeze(draft, load_briefing_source(session, draft, meeting))
    gaps = [gap.sentence for gap in checklist(deck, ChecklistInput(0, {}, {})).gaps]
    freeze(session, made.id, deck, gaps, note=entry["note"], expected_version=draft.outline_version, by=by, at=at)


def seed_demo_news(session: Session, *, up_to: date) -> None:
    """Add the sample milestones dated on or before ``up_to``, except those that exist already."""
    ids = {j.code: j.id for j in session.scalars(select(Jurisdiction))}
    existing = set(session.scalars(select(Milestone.text_en)))
    for entry in read_seed_file("demo.toml")["milestone"]:
        at = entry["on"].replace(tzinfo=TORONTO).astimezone(UTC)
        text = _bilingual(entry, "text")
        if entry["on"].date() <= up_to and text.en not in existing:
            links = (LabelledLink(entry["url"], _bilingual(entry, "label")),) if "url" in entry else ()
            by = demo_actor(session, entry["told_by"])
            jurisdiction_id = ids[entry["jurisdiction"]]
            add_milestone(session, jurisdiction_id, MilestoneDraft(text, links), by=by, at=at, is_allowed=lambda _ids: True)


def seed_demo_publications(session: Session, *, up_to: date) -> None:
    """Close and publish the quarters that were published on or before ``up_to``, except those that are published already."""
    published = set(session.scalars(select(Publication.key)))
    for entry in read_seed_file("demo.toml")["publication"]:
        key, by = entry["quarter"], demo_actor(session, entry["by"])
        closed, at = (entry[name].replace(tzinfo=TORONTO).astimezone(UTC) for name in ("closed", "published"))
        if entry["published"].date() > up_to or key in published:
            continue
        period = session.scalars(select(ReportingPeriod).where(ReportingPeriod.key == key)).one()
        if period.closed_at is None:
            close_period(session, period.id, by=by, at=closed)
        publish_quarter(session, key, override_reason=entry.get("override", ""), shown=None, by=by, at=at)


def seed_demo_commitment_publications(session: Session, *, up_to: date) -> None:
    """Publish the recorded commitments, except those already published, if ``up_to`` is on or after the day on which the demo
    publishes them.
    """
    entry = read_seed_file("demo.toml")["published_commitments"]
    published = set(session.scalars(select(Publication.key).where(Publication.kind == PublicationKind.COMMITMENT)))
    new = [identifier for identifier in recorded_commitments(session) if identifier not in published]
    if not new or entry["published"].date() > up_to:
        return
    by, at = demo_actor(session, entry["by"]), entry["published"].replace(tzinfo=TORONTO).astimezone(UTC)
    publish_commitments(session, new, override_reason=entry["override"], shown=None, by=by, at=at)


def demo_actor(session: Session, name: str) -> Actor:
    """Return the demo's person with this name before the @ of their email address, as the actor of a change."""
    return Actor("person", session.scalars(select(Person.id).where(Person.email == f"{name}@{DEMO_DOMAIN}")).one())
