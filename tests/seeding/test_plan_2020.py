"""The seeded data equals its source, and seeding again changes nothing."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction, OrderOfGovernment
from cogwg.accounts.queries import jurisdictions
from cogwg.audit.models import AuditEvent
from cogwg.core.bilingual import Bilingual
from cogwg.core.calendar import Quarter
from cogwg.core.db import Base, write_transaction
from cogwg.core.status import Timeliness
from cogwg.plan.models import AssignmentRole, Confirmation, Priority, WorkPlan
from cogwg.plan.queries import PlanFacts, plan_facts
from cogwg.reporting.models import ChallengeState, Milestone, ReportingPeriod
from cogwg.reporting.news.current import current_challenges, current_milestones
from cogwg.reporting.queries import current_statuses
from cogwg.seeding import seed
from cogwg.seeding.plan_2020 import read_seed_file
from tests.conftest import MakeEngine
from tests.conventions.test_messages import has_typography_fault
from tests.databases import DECK_DAY
from tests.databases import DECK_NOON as AT


@pytest.fixture
def february_session(engine_name: str, make_engine: MakeEngine) -> Iterator[Session]:
    """A session on the seeded data without the demo."""
    with Session(make_engine(engine_name, "record")) as session:
        yield session


@pytest.fixture
def plan(february_session: Session) -> PlanFacts:
    return plan_facts(february_session, 2020)


def fingerprint(engine: Engine) -> dict[str, str]:
    """Return a hash of all rows by table."""
    hashes = {}
    with engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            rows = sorted(json.dumps(list(row), default=str) for row in connection.execute(select(table)))
            hashes[table.name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return hashes


def test_priority_titles_equal_the_deck(plan: PlanFacts) -> None:
    assert [(p.number, p.title.en) for p in plan.priorities] == [
        (1, "Open Data User Stories"),
        (2, "Support and enhancement of Digital common extensions (CKAN) for open governments portals"),
        (3, "Publish with a purpose"),
        (4, "Open Government Literacy"),
        (5, "Inclusion, Public engagement and Dialogue"),
    ]


def test_twenty_one_activities_have_their_months(plan: PlanFacts) -> None:
    due = {p.number: [a.due_month for a in p.activities] for p in plan.priorities}
    assert due == {1: [3, 6, 9, 12], 2: [3, 6, 9, 12], 3: [3, 6, 9, 12], 4: [3, 6, 9, 12], 5: [3, 6, 9, 10, 12]}
    assert Counter(a.due_month for a in plan.activities) == {3: 5, 6: 5, 9: 5, 10: 1, 12: 5}
    assert plan.months == ((2020, 3), (2020, 6), (2020, 9), (2020, 10), (2020, 12))
    assert [a.code for a in plan.activities] == [
        f"{p.number}.{n}" for p in plan.priorities for n in range(1, len(p.activities) + 1)
    ]


def test_october_and_ongoing_activities_keep_their_wording(plan: PlanFacts) -> None:
    october = next(a for a in plan.activities if a.due_month == 10)
    assert (october.code, october.due_words, october.quarter) == ("5.4", Bilingual("October", "octobre"), Quarter(2020, 4))
    assert october.due_on == date(2020, 10, 31)
    ongoing = [a for a in plan.activities if a.ongoing]
    assert [a.code for a in ongoing] == ["1.4", "2.4", "4.4"]
    assert {a.due_words for a in ongoing} == {Bilingual("ongoing", "en continu")}


def test_assignments_equal_the_deck(plan: PlanFacts) -> None:
    def assignments_of(number: int) -> list[tuple[str, str, str]]:
        assignments = plan.priorities[number - 1].assignments
        return [(a.name.en, a.role.value, a.confirmation.value) for a in assignments]

    tbs = [("TBS", "not-stated", "confirmed"), ("", "not-stated", "vacant")]
    assert assignments_of(1) == assignments_of(2) == tbs
    assert assignments_of(3) == [("Ontario", "not-stated", "confirmed"), ("", "not-stated", "vacant")]
    assert assignments_of(4) == [
        ("Ontario", "not-stated", "confirmed"),
        ("BC", "not-stated", "confirmed"),
        ("NS", "not-stated", "to-confirm"),
    ]
    assert assignments_of(5) == [
        ("Saskatchewan", "lead", "confirmed"),
        ("Alberta", "lead", "confirmed"),
        ("Northwest Territories", "partner", "confirmed"),
    ]
    assert plan.priorities[0].assignments[0].name.fr == "SCT"
    assert plan.priorities[0].assignments[0].full_name == Bilingual("Canada", "Canada")


def test_three_roles_are_vacant_and_one_is_to_confirm(plan: PlanFacts) -> None:
    assert [p.number for p, _ in plan.assignments_with(Confirmation.VACANT)] == [1, 2, 3]
    assert [(p.number, a.jurisdiction_code) for p, a in plan.assignments_with(Confirmation.TO_CONFIRM)] == [(4, "ns")]


def test_can_report_by_jurisdiction(february_session: Session, plan: PlanFacts) -> None:
    ids = {j.code: j.id for j in february_session.scalars(select(Jurisdiction))}
    priorities_by_code = {code: [p.number for p in plan.priorities if p.can_report([id_])] for code, id_ in ids.items()}
    assert {code: numbers for code, numbers in priorities_by_code.items() if numbers} == {
        "ca": [1, 2],
        "on": [3, 4],
        "bc": [4],
        "sk": [5],
        "ab": [5],
    }


def test_consequences_and_results_are_as_many_as_in_the_deck(plan: PlanFacts) -> None:
    assert [(len(p.consequences), len(p.results)) for p in plan.priorities] == [(1, 2), (2, 2), (1, 2), (1, 2), (2, 0)]


def test_plan_has_its_link_and_adoption_day(plan: PlanFacts) -> None:
    assert (plan.link, plan.adopted_on, plan.sample) == ("https://gccollab.ca/file/group/304959/all", DECK_DAY, False)


def test_fourteen_governments_are_seeded(february_session: Session) -> None:
    kinds = Counter(j.kind for j in february_session.scalars(select(Jurisdiction)))
    assert kinds == {OrderOfGovernment.FEDERAL: 1, OrderOfGovernment.PROVINCIAL: 10, OrderOfGovernment.TERRITORIAL: 3}


def test_jurisdictions_sort_alike_on_both_engines_in_both_languages(february_session: Session) -> None:
    english = [j.code for j in jurisdictions(february_session, "en")]
    french = [j.code for j in jurisdictions(february_session, "fr")]
    assert english == ["ab", "bc", "ca", "mb", "nb", "nl", "nt", "ns", "nu", "on", "pe", "qc", "sk", "yt"]
    assert french == ["ab", "ca", "bc", "pe", "mb", "nb", "ns", "nu", "on", "qc", "sk", "nl", "nt", "yt"]


def test_four_quarters_are_planned(february_session: Session) -> None:
    periods = february_session.scalars(select(ReportingPeriod).order_by(ReportingPeriod.key)).all()
    assert [(p.key, p.opens_on, p.due_at) for p in periods] == [
        (q.key, q.opens_on, q.due_at) for q in (Quarter(2020, n) for n in range(1, 5))
    ]


def test_six_milestones_and_five_links_are_in_deck_order(february_session: Session) -> None:
    milestones = current_milestones(february_session)
    assert [(m.jurisdiction_code, len(m.links), m.under_way) for m in milestones] == [
        ("yt", 1, False),
        ("nt", 2, False),
        ("on", 1, False),
        ("qc", 1, False),
        ("sk", 0, True),
        ("mb", 0, False),
    ]
    assert [link.url for m in milestones for link in m.links] == [
        "https://open.yukon.ca/data/",
        "http://www.gov.nt.ca/newsroom/news/policy-shows-commitment-making-government-more-open-transparent-and-accountable",
        "https://www.eia.gov.nt.ca/en/priorities/open-government",
        "https://news.ontario.ca/mgs/en/2019/4/"
        "ontarios-government-delivers-simpler-faster-better-services-for-ontarians-with-new-digital-plan.html",
        "https://www.quebec.ca/gouv/politiques-orientations/transformation-numerique/",
    ]
    assert {m.reported_on for m in milestones} == {DECK_DAY}
    assert all(not link.label.missing_languages and link.label for m in milestones for link in m.links)


def test_four_challenges_are_open_and_name_no_jurisdiction(february_session: Session) -> None:
    challenges = current_challenges(february_session)
    assert [c.theme.en for c in challenges] == ["Resources", "Momentum", "Standards", "Legal"]
    assert {c.state for c in challenges} == {ChallengeState.OPEN}
    with february_session.get_bind().connect() as connection:
        assert not connection.execute(select(Base.metadata.tables["challenge_jurisdiction"])).all()


def test_activities_are_not_yet_due_on_the_deck_day(february_session: Session, plan: PlanFacts) -> None:
    statuses = current_statuses(february_session, plan, DECK_DAY)
    assert {s.timeliness for s in statuses.values()} == {Timeliness.NOT_YET_DUE}
    assert {s.status for s in statuses.values()} == {None}


def test_repeated_seed_changes_nothing(february_session: Session) -> None:
    engine = february_session.get_bind()
    assert isinstance(engine, Engine)
    before = fingerprint(engine)
    with write_transaction(february_session):
        assert set(counts_of(seed(february_session, at=AT))) == {0}
    assert fingerprint(engine) == before


def test_repeated_seed_keeps_peoples_changes(february_session: Session) -> None:
    with write_transaction(february_session):
        milestone = february_session.scalars(select(Milestone).where(Milestone.key == "2020-02-sk-office")).one()
        milestone.under_way = False
        priority = february_session.scalars(select(Priority).where(Priority.number == 1)).one()
        february_session.delete(priority.assignments[1])
    with write_transaction(february_session):
        seed(february_session, at=AT)
    assert not february_session.get_one(Milestone, milestone.id).under_way
    assert not plan_facts(february_session, 2020, number=1).assignments_with(Confirmation.VACANT)


def test_seeded_plan_has_a_single_audit_event(february_session: Session) -> None:
    event = february_session.scalars(select(AuditEvent)).one()
    plan = february_session.scalars(select(WorkPlan)).one()
    assert (event.action, event.subject_kind, event.subject_id, event.actor_kind) == ("plan.created", "plan", plan.id, "system")
    assert event.at == AT


def test_roles_are_stated_only_where_the_deck_states_them(plan: PlanFacts) -> None:
    stated = {p.number for p in plan.priorities for a in p.assignments if a.role is not AssignmentRole.NOT_STATED}
    assert stated == {5}


def bilingual_pairs(data: object) -> list[tuple[str, str]]:
    """Return every ``[english, french]`` pair of a seed file."""
    if isinstance(data, dict):
        return [pair for value in data.values() for pair in bilingual_pairs(value)]
    if isinstance(data, list):
        if len(data) == 2 and all(isinstance(text, str) for text in data):
            return [(data[0], data[1])]
        return [pair for value in data for pair in bilingual_pairs(value)]
    return []


SEED_FILES = (
    "jurisdictions.toml",
    "plan-2020.toml",
    "record-2020.toml",
    "demo.toml",
    "engagement.toml",
    "heard.toml",
    "conformance.toml",
)


@pytest.mark.parametrize("name", SEED_FILES)
def test_seed_files_have_french_typography(name: str) -> None:
    pairs = bilingual_pairs(read_seed_file(name))
    assert pairs
    for en, fr in pairs:
        assert not has_typography_fault(fr), fr
        assert "'" not in en, en
        assert name == "demo.toml" or (en and fr)


def counts_of(counts: object) -> list[int]:
    return [getattr(counts, field) for field in counts.__dataclass_fields__]  # type: ignore[attr-defined]
