"""Imports of commitments: a file is saved whole or not at all, again it changes nothing, and it is undone in one step."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Person
from cogwg.audit.models import AuditEvent
from cogwg.audit.services import Actor
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.errors import Conflict
from cogwg.core.status import Status
from cogwg.core.text_states import CONFIRMED
from cogwg.imports.queries import UploadHead, upload_head
from cogwg.imports.rules import UploadKind
from cogwg.imports.services import UploadedFile, keep_preview
from cogwg.ogp.editing import facts_of, record_commitment
from cogwg.ogp.importing import lists, services
from cogwg.ogp.importing.reading import read_commitments
from cogwg.ogp.importing.services import CheckedCommitments, ImportNotClaimed, apply_commitments, check_file, undo_commitments
from cogwg.ogp.models import ActionPlan, Commitment, Indicator, IndicatorActual
from cogwg.ogp.scales import CommitmentState
from tests.databases import REAL_NOW
from tests.ogp.importing.files import LIST_COLUMNS, NAP5_COLUMNS, NAP6_COLUMNS, csv_of, list_rows, nap5_rows, nap6_rows

TODAY, AT = date(2020, 2, 27), datetime(2020, 2, 27, 17, tzinfo=UTC)
LIST = csv_of(list_rows(), LIST_COLUMNS)


@pytest.fixture
def by(session: Session) -> Actor:
    """The steward who imports."""
    person = Person(email="steward@example.ca", name="A. Steward", lang=Language.EN, time_zone="America/Toronto")
    session.add(person)
    session.flush()
    return Actor("person", person.id)


def check(session: Session, data: bytes) -> CheckedCommitments:
    return check_file(session, read_commitments(data), today=TODAY)


def upload(session: Session, data: bytes, by: Actor) -> tuple[UploadHead, CheckedCommitments]:
    """Upload a file, and return it with what it would change."""
    checked = check(session, data)
    file = UploadedFile(UploadKind.COMMITMENTS, "commitments.csv", data, checked.scope)
    id_ = keep_preview(session, file, checked.preview, checked.payload, by=by, at=AT, now=REAL_NOW)
    return upload_head(session, id_, by.id or 0), checked


def save(session: Session, data: bytes, by: Actor) -> UploadHead:
    head, checked = upload(session, data, by)
    apply_commitments(session, head, checked, revision=head.revision, by=by, at=AT, now=REAL_NOW)
    return upload_head(session, head.id, by.id or 0)


def count(session: Session, kind: Any) -> int:
    return session.scalar(select(func.count()).select_from(kind)) or 0


def commitment(session: Session, identifier: str) -> Commitment:
    return session.scalars(select(Commitment).where(Commitment.identifier == identifier)).one()


def test_the_73_commitments_are_saved_with_their_plans_and_lineage(session: Session, by: Actor) -> None:
    head = save(session, LIST, by)

    assert count(session, Commitment) == 73
    plans = session.scalars(select(ActionPlan).order_by(ActionPlan.start_year)).all()
    assert [(plan.start_year, plan.end_year) for plan in plans] == [(2012, 2014), (2014, 2016), (2016, 2018), (2018, 2020)]
    own = commitment(session, "CA0060")
    assert (own.title, own.areas, own.starred) == (
        Bilingual("Engage Civil Society on Open Government", ""),
        [["Public Participation", ""]],
        False,
    )
    assert commitment(session, "CA0055").follows_id == commitment(session, "CA0035").id
    assert len((head.outcome or {})["added"]) == 73
    events = session.scalars(select(AuditEvent.action).where(AuditEvent.action == "commitment.added")).all()
    assert len(events) == 73


@pytest.mark.parametrize(
    ("rows", "columns", "indicators", "actuals"),
    [(nap5_rows, NAP5_COLUMNS, 106, 106 * 12), (nap6_rows, NAP6_COLUMNS, 65, 65 * 9)],
    ids=["fifth plan", "sixth plan"],
)
def test_a_full_federal_file_is_saved_whole_and_again_changes_nothing(
    session: Session, by: Actor, rows: Any, columns: Any, indicators: int, actuals: int
) -> None:
    data = csv_of(rows(), columns)
    save(session, data, by)

    assert (count(session, Indicator), count(session, IndicatorActual)) == (indicators, actuals)
    again = check(session, data)
    assert (again.to_save, again.plans, again.preview.changes, again.preview.problems) == ((), (), (), ())
    assert again.preview.unchanged == len({row["commitments"] for row in rows()})


def test_what_federal_reports_say_is_stored(session: Session, by: Actor) -> None:
    save(session, csv_of(nap6_rows(), NAP6_COLUMNS), by)

    codes = Indicator.code.in_(["C01.1.1", "C02.1.1"])
    first, second = session.scalars(select(Indicator).where(codes).order_by(Indicator.code))
    assert (first.due_on, second.milestone) == (date(2027, 12, 20), "C02.1")
    assert first.actuals[0].nothing_to_report
    assert not first.actuals[0].progress
    assert second.actuals[0].progress.en.startswith("C02.1.1 in 2025-12: Work with departments")
    assert second.actuals[1].status is Status.COMPLETE
    assert second.commitment.title == Bilingual("Commitment C02", "Engagement C02")
    assert second.commitment.state is CommitmentState.ACTIVE


def test_the_list_again_changes_nothing(session: Session, by: Actor) -> None:
    save(session, LIST, by)

    again = check(session, LIST)

    assert (again.to_save, again.preview.changes, again.preview.unchanged) == ((), (), 73)


def test_a_file_changes_what_it_states_and_keeps_the_rest(session: Session, by: Actor) -> None:
    save(session, LIST, by)
    row = list_rows()[28] | {"title_fr": "Mobiliser la société civile", "title_en": "Engage Civil Society on Open Government"}
    row["policy_area_en"] = ""

    head = save(session, csv_of([row], LIST_COLUMNS), by)

    own = commitment(session, "CA0060")
    assert own.title == Bilingual("Engage Civil Society on Open Government", "Mobiliser la société civile")
    assert own.areas == [["Public Participation", ""]]
    assert (head.outcome or {})["changed"] == ["CA0060"]
    assert count(session, Commitment) == 73


def test_a_file_with_one_error_saves_nothing(session: Session, by: Actor) -> None:
    rows = list_rows()
    rows[70]["cycle"] = "soon"
    head, checked = upload(session, csv_of(rows, LIST_COLUMNS), by)

    with pytest.raises(ImportNotClaimed):
        apply_commitments(session, head, checked, revision=head.revision, by=by, at=AT, now=REAL_NOW)

    assert (count(session, Commitment), count(session, ActionPlan)) == (0, 0)


PARENTS = {
    "a parent that nobody knows": ({"follows": "CA9999"}, services.UNKNOWN_PARENT, "follows"),
    "a parent of the same plan": ({"follows": "CA0059"}, lists.BAD_FOLLOWS, "follows"),
    "a parent of a later plan": ({"follows": "CA0065"}, lists.BAD_FOLLOWS, "follows"),
    "itself as parent": ({"follows": "CA0060"}, lists.BAD_FOLLOWS, "follows"),
}


@pytest.mark.parametrize("name", PARENTS)
def test_a_parent_that_does_not_match_is_named(session: Session, name: str) -> None:
    change, sentence, column = PARENTS[name]
    rows = list_rows()
    rows[28] |= change

    problems = check(session, csv_of(rows, LIST_COLUMNS)).preview.problems

    assert (sentence, column, "30") in {(p.message.id, p.cells[0].sheet, p.cells[0].address) for p in problems}


def test_a_commitment_that_is_recorded_in_another_plan_is_named(session: Session, by: Actor) -> None:
    save(session, LIST, by)

    (problem,) = check(session, csv_of([list_rows()[28] | {"cycle": "2018"}], LIST_COLUMNS)).preview.problems

    assert (problem.message.id, problem.message.values["year"]) == (services.OTHER_CYCLE, 2016)


def test_a_commitment_that_changed_since_the_preview_is_not_overwritten(session: Session, by: Actor) -> None:
    save(session, LIST, by)
    head, checked = upload(session, csv_of([list_rows()[28] | {"title_en": "Another"}], LIST_COLUMNS), by)
    save(session, csv_of([list_rows()[28] | {"title_fr": "Autre"}], LIST_COLUMNS), by)

    with pytest.raises(Conflict):
        apply_commitments(session, head, checked, revision=head.revision, by=by, at=AT, now=REAL_NOW)

    assert commitment(session, "CA0060").title == Bilingual("Engage Civil Society on Open Government", "Autre")


def test_an_upload_is_saved_once(session: Session, by: Actor) -> None:
    head, checked = upload(session, LIST, by)
    apply_commitments(session, head, checked, revision=head.revision, by=by, at=AT, now=REAL_NOW)

    with pytest.raises(ImportNotClaimed):
        apply_commitments(session, head, checked, revision=head.revision, by=by, at=AT, now=REAL_NOW)


def test_undo_removes_what_was_added_and_brings_back_what_was_changed(session: Session, by: Actor) -> None:
    save(session, csv_of([list_rows()[28]], LIST_COLUMNS), by)
    rows = [list_rows()[28] | {"title_fr": "Autre"}, list_rows()[29]]
    head = save(session, csv_of(rows, LIST_COLUMNS), by)

    assert undo_commitments(session, head, by=by, at=AT)

    assert session.scalars(select(Commitment.identifier)).all() == ["CA0060"]
    assert commitment(session, "CA0060").title.fr == ""
    head = upload_head(session, head.id, by.id or 0)
    assert (head.undone or {}) == {"codes": ["CA0061", "CA0060"], "kept": []}
    assert not undo_commitments(session, head, by=by, at=AT)


def test_undo_of_a_federal_file_brings_back_every_number_and_text(session: Session, by: Actor) -> None:
    save(session, csv_of(nap6_rows(), NAP6_COLUMNS), by)
    rows = nap6_rows()
    rows[9]["progress_en"] = "Other words"
    head = save(session, csv_of(rows, NAP6_COLUMNS), by)

    undo_commitments(session, head, by=by, at=AT)

    assert not check(session, csv_of(nap6_rows(), NAP6_COLUMNS)).to_save


def test_undo_keeps_what_changed_since_and_says_so(session: Session, by: Actor) -> None:
    head = save(session, csv_of(list_rows()[28:30], LIST_COLUMNS), by)
    save(session, csv_of([list_rows()[28] | {"title_fr": "Autre"}], LIST_COLUMNS), by)

    undo_commitments(session, head, by=by, at=AT)

    assert commitment(session, "CA0060").title.fr == "Autre"
    assert (upload_head(session, head.id, by.id or 0).undone or {}) == {"codes": ["CA0061"], "kept": ["CA0060"]}


def test_undo_of_a_file_brings_the_marks_of_stale_texts_back(session: Session, by: Actor) -> None:
    both = list_rows()[28] | {"title_en": "One", "title_fr": "Un"}
    for row in (both, both | {"title_en": "Two"}):
        save(session, csv_of([row], LIST_COLUMNS), by)
    assert commitment(session, "CA0060").stale == {"title": "fr"}
    head = save(session, csv_of([both | {"title_en": "Two", "title_fr": "Deux"}], LIST_COLUMNS), by)
    assert commitment(session, "CA0060").stale is None
    undo_commitments(session, head, by=by, at=AT)
    assert commitment(session, "CA0060").stale == {"title": "fr"}

    head = save(session, csv_of([list_rows()[29] | {"title_fr": "Un"}], LIST_COLUMNS), by)
    head = save(session, csv_of([list_rows()[29] | {"title_en": "Other", "title_fr": "Un"}], LIST_COLUMNS), by)
    undo_commitments(session, head, by=by, at=AT)
    assert commitment(session, list_rows()[29]["identifier"]).stale is None, "its French is as old as its English again"


def test_undo_of_a_file_keeps_what_was_confirmed_since_unless_it_changes_it_back(session: Session, by: Actor) -> None:
    columns = (*LIST_COLUMNS, "text_en", "text_fr")
    both = list_rows()[28] | {"title_en": "One", "title_fr": "Un", "text_en": "Engage.", "text_fr": "Mobiliser."}
    stated = both | {"title_en": "Two"}
    for row in (both, stated):
        save(session, csv_of([row], columns), by)
    head = save(session, csv_of([stated | {"text_en": "Ask."}], columns), by)
    own = commitment(session, "CA0060")
    assert own.stale == {"title": "fr", "text": "fr"}
    confirmed = [("", "title"), ("", "text")]
    record_commitment(session, facts_of(own), version=own.version, still_right=confirmed, by=by, at=AT)
    undo_commitments(session, head, by=by, at=AT)
    own = commitment(session, "CA0060")
    assert own.text == Bilingual("Engage.", "Mobiliser.")
    assert own.stale == {"title": CONFIRMED}
