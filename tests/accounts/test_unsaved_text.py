"""Unsaved text on both engines: one row per person and form, for its author only, without an audit event, for a week."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from cogwg.accounts.models import Person, UnsavedText
from cogwg.accounts.unsaved_text import (
    FORM_LIMIT,
    FORMS_LIMIT,
    RETENTION,
    ControlKind,
    ControlState,
    discard_unsaved_text,
    keep_unsaved_text,
    purge_unsaved_texts,
    unsaved_texts,
)
from cogwg.audit.models import AuditEvent
from cogwg.core.db import write_transaction
from cogwg.core.errors import Invalid, NotFound
from tests.databases import REAL_NOW

FORM = "report:2020-09:17"
WORDS = "Treize jeux — « en ligne »\n\x00 & <b>two</b> in review"


@pytest.fixture
def people(seeded_engine: Engine) -> list[int]:
    """Two people with an account."""
    with Session(seeded_engine) as session:
        return list(session.scalars(select(Person.id).order_by(Person.id).limit(2)))


def text(value: str, name: str = "r17-progress_en") -> ControlState:
    return ControlState(ControlKind.TEXT, name, value)


def keep(engine: Engine, person_id: int, *controls: ControlState, form: str = FORM, base: str = "2", age: int = 0) -> None:
    """Store text as if it was typed this many seconds ago."""
    with Session(engine) as session, write_transaction(session):
        keep_unsaved_text(session, person_id, form, base, controls, now=REAL_NOW - timedelta(seconds=age))


def kept_words(engine: Engine, person_id: int) -> dict[str, str]:
    """Return this person's unsaved text, by form."""
    with Session(engine) as session:
        stored = unsaved_texts(session, person_id, now=REAL_NOW)
    return {form: "|".join(control.value for control in facts.controls) for form, facts in stored.items()}


def test_kept_form_is_read_back_with_its_version_and_time(seeded_engine: Engine, people: list[int]) -> None:
    controls = (text(WORDS), ControlState(ControlKind.ON, "r17-status", "SP"))
    keep(seeded_engine, people[0], *controls)
    with Session(seeded_engine) as session:
        (stored,) = unsaved_texts(session, people[0], now=REAL_NOW).values()
    assert (stored.base, stored.controls, stored.kept_at) == ("2", controls, REAL_NOW)


def test_keeping_again_replaces_the_row_of_this_person_and_form_only(seeded_engine: Engine, people: list[int]) -> None:
    keep(seeded_engine, people[0], text("first"))
    keep(seeded_engine, people[1], text("other person"))
    keep(seeded_engine, people[0], text("comment"), form="comment:17")
    keep(seeded_engine, people[0], text("second"))
    assert kept_words(seeded_engine, people[0]) == {FORM: "second", "comment:17": "comment"}
    assert kept_words(seeded_engine, people[1]) == {FORM: "other person"}


def test_keeping_and_discarding_write_no_audit_event(seeded_engine: Engine, people: list[int]) -> None:
    with Session(seeded_engine) as session:
        before = session.query(AuditEvent).count()
    keep(seeded_engine, people[0], text(WORDS))
    with Session(seeded_engine) as session, write_transaction(session):
        discard_unsaved_text(session, people[0], FORM)
        assert purge_unsaved_texts(session, now=REAL_NOW + RETENTION * 2) == 0
    with Session(seeded_engine) as session:
        assert session.query(AuditEvent).count() == before


def test_discarding_leaves_the_text_of_others(seeded_engine: Engine, people: list[int]) -> None:
    for person_id in people:
        keep(seeded_engine, person_id, text(WORDS))
    with Session(seeded_engine) as session, write_transaction(session):
        discard_unsaved_text(session, people[0], FORM)
    assert [list(kept_words(seeded_engine, person_id)) for person_id in people] == [[], [FORM]]


def test_form_kept_eight_times_at_once_is_one_row(seeded_engine: Engine, people: list[int]) -> None:
    start = Barrier(8)

    def send(number: int) -> None:
        start.wait()
        keep(seeded_engine, people[0], text(f"text {number}"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, range(8)))
    assert list(kept_words(seeded_engine, people[0])) == [FORM]


def test_version_with_a_null_character_keeps_nothing(seeded_engine: Engine, people: list[int]) -> None:
    """PostgreSQL cannot store it, which was a server error."""
    with Session(seeded_engine) as session, write_transaction(session), pytest.raises(NotFound):
        keep_unsaved_text(session, people[0], "report:2020-09:1", "1\x00", (), now=REAL_NOW)


@pytest.mark.parametrize("form", ["", "report", "report:", "Report:17", "report:1:2:3:4", "report:../17", f"report:{'7' * 61}"])
def test_form_without_a_valid_key_keeps_nothing(seeded_engine: Engine, people: list[int], form: str) -> None:
    with pytest.raises(NotFound):
        keep(seeded_engine, people[0], text("x"), form=form)
    assert kept_words(seeded_engine, people[0]) == {}


def test_text_over_the_limit_is_refused_and_what_was_kept_stays(seeded_engine: Engine, people: list[int]) -> None:
    keep(seeded_engine, people[0], text("x" * (FORM_LIMIT - 100)))
    with pytest.raises(Invalid):
        keep(seeded_engine, people[0], text("y" * FORM_LIMIT))
    assert kept_words(seeded_engine, people[0])[FORM].startswith("x")


def test_forms_over_the_limit_are_refused_and_kept_ones_can_still_change(seeded_engine: Engine, people: list[int]) -> None:
    for number in range(FORMS_LIMIT):
        keep(seeded_engine, people[0], text("x"), form=f"comment:{number}")
    with pytest.raises(Invalid):
        keep(seeded_engine, people[0], text("x"), form="comment:one-more")
    keep(seeded_engine, people[0], text("changed"), form="comment:7")
    keep(seeded_engine, people[1], text("x"))
    assert kept_words(seeded_engine, people[0])["comment:7"] == "changed"


def test_text_older_than_a_week_is_neither_offered_nor_kept(seeded_engine: Engine, people: list[int]) -> None:
    week = round(RETENTION.total_seconds())
    assert week == 7 * 24 * 3600
    keep(seeded_engine, people[0], text("old"), form="comment:1", age=week + 1)
    keep(seeded_engine, people[0], text("new"), form="comment:2", age=week)
    assert kept_words(seeded_engine, people[0]) == {"comment:2": "new"}
    with Session(seeded_engine) as session, write_transaction(session):
        assert purge_unsaved_texts(session, now=REAL_NOW) == 1
        assert session.scalars(select(UnsavedText.form)).all() == ["comment:2"]


def test_purge_deletes_text_of_retired_people_at_once(seeded_engine: Engine, people: list[int]) -> None:
    for person_id in people:
        keep(seeded_engine, person_id, text(WORDS))
    with Session(seeded_engine) as session, write_transaction(session):
        session.execute(update(Person).where(Person.id == people[0]).values(retired_at=REAL_NOW))
        assert purge_unsaved_texts(session, now=REAL_NOW) == 1
        assert session.scalars(select(UnsavedText.person_id)).all() == people[1:]
