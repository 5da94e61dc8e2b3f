"""Databases of the sizes that are compared: the same 25 rows to show, in a small and in a large database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction, Membership, Person, Role
from cogwg.accounts.passwords import Passwords
from cogwg.audit.services import SYSTEM
from cogwg.briefing.compose import deck_to_freeze, load_briefing_source
from cogwg.briefing.queries import briefing as open_briefing
from cogwg.briefing.services import create_briefing, freeze
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.db import build_engine, write_transaction
from cogwg.core.migration import upgrade
from cogwg.plan.models import Activity, Assignment, AssignmentRole, Confirmation, Priority
from cogwg.reporting.models import ReportingPeriod, StatusReport
from cogwg.reporting.period_services import close_period
from cogwg.seeding import seed, seed_demo_people, seed_demo_reports
from cogwg.seeding.demo import seed_demo_publications
from cogwg.tracker.services import publish_quarter
from tests.large_plan import add_large_plan
from tests.long_history import lengthen_history

YEAR = 2021
TODAY = "2021-05-20"
EMAIL = "lead@bench.cogwg.example"
CHAIR_EMAIL = "chair@bench.cogwg.example"
DEMO_READER_EMAIL = "reader@demo.cogwg.example"
PASSWORD = "a pass phrase of the bench"
ROW_COUNT = 25
OLD_YEARS = range(2011, 2020)
"""Nine years before the seeded plan of 2020; each has 10 × 50 activities and four reported quarters: 18,000 submissions."""


def create_2020_plan(folder: Path, up_to: date) -> str:
    """Create the seeded plan with the demo's reports and publications up to this day."""
    url = f"sqlite:///{folder / '2020.db'}"
    engine = build_engine(url)
    upgrade(engine)
    at = datetime(up_to.year, up_to.month, up_to.day, 18, tzinfo=UTC)
    with Session(engine) as session, write_transaction(session):
        seed(session, at=at)
        seed_demo_people(session, Passwords(cheap=True).hash(PASSWORD), at=at)
        seed_demo_reports(session, up_to=up_to)
        seed_demo_publications(session, up_to=up_to)
    engine.dispose()
    return url


def create_2020_plan_with_history(folder: Path, rounds: int) -> str:
    """Create the seeded plan with the demo's reports until June, and this many rounds of changes from July on."""
    url = f"sqlite:///{folder / f'rounds-{rounds}.db'}"
    engine = build_engine(url)
    upgrade(engine)
    adopted = datetime(2020, 2, 27, 17, tzinfo=UTC)
    with Session(engine) as session, write_transaction(session):
        seed(session, at=adopted)
        seed_demo_people(session, Passwords(cheap=True).hash(PASSWORD), at=adopted)
        seed_demo_reports(session, up_to=date(2020, 6, 30))
        lengthen_history(session, 2020, datetime(2020, 7, 1, 17, tzinfo=UTC), rounds)
    engine.dispose()
    return url


def create_five_by_five(folder: Path) -> str:
    """Create 5 priorities × 5 activities with one report each, all led by one person."""
    return _create_database(folder / "five.db", priorities=5, activities=5, jurisdictions=3)


def create_sixty_rows(folder: Path) -> str:
    """Create 12 priorities × 5 activities with one report each, all led by one person."""
    return _create_database(folder / "sixty.db", priorities=12, activities=5, jurisdictions=3)


def create_small_plan(folder: Path) -> str:
    """Create 25 activities, as many as 5 × 5, under one priority."""
    return _create_database(folder / "small.db", priorities=1, activities=ROW_COUNT, jurisdictions=3)


def create_large_plan(folder: Path) -> str:
    """Create 50 × 50 activities; the first priority keeps 25 of them, and its lead reports on no others."""
    return _create_database(folder / "large.db", priorities=50, activities=50, jurisdictions=150)


def create_five_by_five_with_old_years(folder: Path) -> str:
    """Create the same as ``create_five_by_five``, with ``OLD_YEARS`` before it."""
    return _create_database(folder / "old.db", priorities=5, activities=5, jurisdictions=3, old_years=OLD_YEARS)


def _create_database(file: Path, *, priorities: int, activities: int, jurisdictions: int, old_years: Iterable[int] = ()) -> str:
    url = f"sqlite:///{file}"
    _fill(url, priorities=priorities, activities=activities, jurisdictions=jurisdictions, old_years=old_years)
    return url


def fill_five_by_five(url: str) -> None:
    """Create the tables of an empty database, of either engine, with what ``create_five_by_five`` creates."""
    _fill(url, priorities=5, activities=5, jurisdictions=3)


def fill_published_years(url: str, old_years: Iterable[int] = ()) -> None:
    """Create what ``fill_five_by_five`` creates, with as large a plan in each old year, and publish each reported quarter."""
    _fill(url, priorities=5, activities=5, jurisdictions=3, old_years=old_years, old_size=(5, 5))
    engine = build_engine(url)
    with Session(engine) as session:
        reported = select(StatusReport.period_id).distinct()
        periods = session.scalars(select(ReportingPeriod).where(ReportingPeriod.id.in_(reported)).order_by(ReportingPeriod.key))
        for id_, key, due_at in [(period.id, period.key, period.due_at) for period in periods]:
            with write_transaction(session):
                close_period(session, id_, by=SYSTEM, at=due_at + timedelta(days=1))
                shown = {"shown": None, "override_reason": "Sample data."}
                publish_quarter(session, key, by=SYSTEM, at=due_at + timedelta(days=2), **shown)
    engine.dispose()


def _fill(
    url: str,
    *,
    priorities: int,
    activities: int,
    jurisdictions: int,
    old_years: Iterable[int] = (),
    old_size: tuple[int, int] = (10, 50),
) -> None:
    engine = build_engine(url)
    upgrade(engine)
    at = datetime(YEAR, 1, 15, 17, tzinfo=UTC)
    with Session(engine) as session, write_transaction(session):
        seed(session, at=at)
        for year in old_years:
            add_large_plan(session, year=year, priorities=old_size[0], activities=old_size[1], jurisdictions=jurisdictions)
        plan = add_large_plan(
            session, year=YEAR, priorities=priorities, activities=activities, quarters=1, jurisdictions=jurisdictions
        )
        first = session.scalars(select(Priority).where(Priority.plan_id == plan).order_by(Priority.number)).first()
        assert first is not None
        if activities > ROW_COUNT:
            _move_other_activities(session, plan, first.id)
        _add_lead(session, first.id)
        session.execute(insert(Assignment), _vacant_roles(session, plan))
        _add_briefing(session)
    engine.dispose()


def _move_other_activities(session: Session, plan: int, first: int) -> None:
    """Move all but 25 activities of the first priority to the second."""
    second = session.scalars(select(Priority.id).where(Priority.plan_id == plan, Priority.number == 2)).one()
    rest = session.scalars(select(Activity).where(Activity.priority_id == first).order_by(Activity.position).offset(ROW_COUNT))
    for activity in rest:
        activity.priority_id, activity.position = second, activity.position + 1000
    session.flush()


def _vacant_roles(session: Session, plan: int) -> list[dict[str, object]]:
    """Return a vacant role for every fifth priority of a plan."""
    fifths = select(Priority.id).where(Priority.plan_id == plan, Priority.number % 5 == 1)
    values = {"position": 9, "role": AssignmentRole.PARTNER, "confirmation": Confirmation.VACANT, "since": date(YEAR, 1, 15)}
    return [{"priority_id": id_, **values} for id_ in session.scalars(fifths)]


def _add_briefing(session: Session) -> None:
    """Add a co-chair, and a briefing after one whose version was frozen in February."""
    chair = Person(email=CHAIR_EMAIL, name="C. Chair", lang=Language.EN, time_zone="America/Toronto")
    chair.password_hash = Passwords(cheap=True).hash(PASSWORD)
    chair.memberships.append(Membership(role=Role.CO_CHAIR))
    session.add(chair)
    frozen_on, day = date(YEAR, 2, 15), date.fromisoformat(TODAY)
    values = {"audience": Bilingual("Councils", "Conseils"), "by": SYSTEM}
    at = datetime(YEAR, 2, 15, 17, tzinfo=UTC)
    made = create_briefing(session, year=YEAR, meeting_on=frozen_on, at=at, **values)
    briefing = open_briefing(session, made.id)
    deck = deck_to_freeze(briefing, load_briefing_source(session, briefing, frozen_on))
    freeze(session, made.id, deck, (), note="", expected_version=briefing.outline_version, by=SYSTEM, at=at, files=[])
    create_briefing(session, year=YEAR, meeting_on=day, at=datetime(YEAR, 5, 19, 17, tzinfo=UTC), **values)


def _add_lead(session: Session, priority: int) -> None:
    """Add a lead of a jurisdiction that carries this priority."""
    carrier = session.scalars(select(Assignment.jurisdiction_id).where(Assignment.priority_id == priority)).first()
    jurisdiction = session.get_one(Jurisdiction, carrier)
    person = Person(email=EMAIL, name="A. Person", lang=Language.EN, time_zone="America/Toronto")
    person.password_hash = Passwords(cheap=True).hash(PASSWORD)
    person.memberships.append(Membership(role=Role.LEAD, jurisdiction_id=jurisdiction.id))
    session.add(person)
