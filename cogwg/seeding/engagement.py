"""The engagement cycles of the ``seed`` folder: the real one of the fourth action plan, and a fictional one for the demo."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Person
from cogwg.audit.services import SYSTEM
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.calendar import TORONTO
from cogwg.engagement.cycles import complete_cycle, cycle_row, record_cycle
from cogwg.engagement.facts import CycleFacts, DocumentFacts, PhaseFacts
from cogwg.engagement.models import EngagementCycle
from cogwg.engagement.scales import Channel
from cogwg.ogp.models import ActionPlan
from cogwg.seeding.demo import add_demo_people, demo_actor
from cogwg.seeding.plan_2020 import TomlTable, read_seed_file
from cogwg.tracker.models import Publication, PublicationKind
from cogwg.tracker.publishing_engagement import publish_cycle


def seed_engagement(session: Session, *, at: datetime) -> int:
    """Add the real cycles that the database does not have; return how many."""
    return _add_cycles(session, read_seed_file("engagement.toml"), at, sample=False)


def seed_demo_engagement(session: Session, *, at: datetime) -> None:
    """Add the real cycles, and the fictional one of the demo."""
    seed_engagement(session, at=at)
    _add_cycles(session, read_seed_file("demo.toml"), at, sample=True)


def seed_demo_engagement_people(session: Session, password_hash: str, *, at: datetime) -> list[Person]:
    """Add those of the demo's moderators and analyst who are missing, and set this password for all of them; return them."""
    return [person for person, _entry, _is_new in add_demo_people(session, "engagement_person", password_hash, at)]


def seed_demo_cycle_publications(session: Session, *, up_to: date) -> None:
    """Publish the recorded cycles, except those already published, if ``up_to`` is on or after the day on which the demo
    publishes them.

    The real cycle is first completed, as of the last day of its last phase.
    """
    entry = read_seed_file("demo.toml")["published_cycles"]
    if entry["published"].date() > up_to:
        return
    by, at = demo_actor(session, entry["by"]), entry["published"].replace(tzinfo=TORONTO).astimezone(UTC)
    published = set(session.scalars(select(Publication.key).where(Publication.kind == PublicationKind.CYCLE)))
    source = {cycle["key"] for cycle in read_seed_file("engagement.toml")["cycle"]}
    for key in session.scalars(select(EngagementCycle.key).order_by(EngagementCycle.id)).all():
        if key in published:
            continue
        row = cycle_row(session, key)
        if key in source and row.completed_on is None:
            complete_cycle(session, key, entry["completed_on"], version=row.version, by=by, at=at)
        publish_cycle(session, key, shown=None, by=by, at=at)


def _add_cycles(session: Session, data: TomlTable, at: datetime, *, sample: bool) -> int:
    existing = set(session.scalars(select(EngagementCycle.key)))
    plans = set(session.scalars(select(ActionPlan.start_year)))
    new = [_facts(entry, plans) for entry in data["cycle"] if entry["key"] not in existing]
    for facts in new:
        record_cycle(session, facts, version=None, by=SYSTEM, at=at, sample=sample)
    return len(new)


def _facts(data: TomlTable, plans: set[int]) -> CycleFacts:
    return CycleFacts(
        key=data["key"],
        title=_text(data, "title"),
        summary=_text(data, "summary"),
        throughout=_lines(data, "throughout"),
        plan=data["plan"] if data.get("plan") in plans else None,
        phases=tuple(_phase({**data, **phase}) for phase in data["phase"]),
    )


def _phase(data: TomlTable) -> PhaseFacts:
    """Return the values of a phase: those of its own TOML table, and those that the table of its cycle states for all
    phases.
    """
    return PhaseFacts(
        key=data["key"],
        title=_text(data, "title"),
        starts_on=data["starts_on"],
        ends_on=data.get("ends_on"),
        when=_text(data, "when"),
        about=_text(data, "about"),
        asked=_text(data, "asked"),
        channels=tuple(Channel(channel) for channel in data["channels"]),
        documents=tuple(DocumentFacts(each["url"], Bilingual(*each["label"])) for each in data.get("documents", ())),
        takes_comments=data.get("takes_comments", True),
        participants=_text(data, "participants"),
        subjects=_lines(data, "subjects"),
        departments=_lines(data, "departments"),
    )


def _text(data: TomlTable, name: str) -> Bilingual:
    return Bilingual(*data[name]) if name in data else EMPTY_TEXT


def _lines(data: TomlTable, name: str) -> tuple[Bilingual, ...]:
    return tuple(Bilingual(*pair) for pair in data.get(name, ()))
