"""``cogwg audit`` on both engines: what it says, its exit codes, and the way back after a restore."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from cogwg.accounts.models import Person
from cogwg.accounts.people import deactivate_person
from cogwg.audit.models import AuditEvent
from cogwg.audit.queries import newest_witness
from cogwg.audit.re_anchoring import RESTORED
from cogwg.audit.services import SYSTEM, record_event
from cogwg.audit.verification import last_verdict
from cogwg.core.calendar import real_now
from cogwg.core.db import build_engine, write_transaction
from cogwg.privacy.removal import remove_identifiers
from tests.cli.test_commands import CommandResult, RunCommand, run
from tests.conftest import MakeDatabase
from tests.databases import demo_calendar

__all__ = ["run"]
AT = demo_calendar().now()
SECRETARIAT = "secretariat@demo.cogwg.example"
REASON = "The disk failed."


@pytest.fixture
def url(engine_name: str, make_database: MakeDatabase) -> str:
    return make_database(engine_name, "seeded")


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    created = build_engine(url)
    yield created
    created.dispose()


def write_events(engine: Engine, count: int = 2, action: str = "tried") -> str:
    """Record events, and return the witness after them."""
    for n in range(count):
        with Session(engine) as session, write_transaction(session):
            record_event(session, action, ("plan", 1), by=SYSTEM, at=AT + timedelta(minutes=n), after={"text": f"T{n}"})
    with Session(engine) as session:
        return newest_witness(session)


def verify(run: RunCommand, url: str, *witnesses: str, folder: Path) -> CommandResult:
    files = []
    for n, witness in enumerate(witnesses):
        file = folder / f"kept-{n}.txt"
        file.write_text(f"Kept: {witness}\n", encoding="utf-8")
        files += ["--witness", str(file)]
    return run("audit", "verify", *files, COGWG_DATABASE_URL=url)


def test_verify_says_count_head_and_that_a_chain_alone_proves_little(
    run: RunCommand, url: str, engine: Engine, tmp_path: Path
) -> None:
    witness = write_events(engine)
    position = witness.partition("/")[0]
    result = verify(run, url, folder=tmp_path)
    assert result.code == 0
    assert f"Positions checked: {position}." in result.out
    assert f"Head: position {position}, 2020-09-24 18:01:00 UTC, {witness[-16:]}." in result.out
    assert "full rights on the database" in result.out
    assert "--witness FILE" in result.out
    assert result.out.endswith("No fault was found.\n")


def test_verify_with_witness_says_up_to_where_nothing_was_changed(
    run: RunCommand, url: str, engine: Engine, tmp_path: Path
) -> None:
    earlier = write_events(engine)
    later = write_events(engine)
    write_events(engine)
    result = verify(run, url, later, earlier, folder=tmp_path)
    assert result.code == 0
    assert f"Newest witness that agrees: {later}. Nothing up to position {later.partition('/')[0]} has changed" in result.out
    assert "full rights" not in result.out


def test_verify_records_its_result(run: RunCommand, url: str, engine: Engine, tmp_path: Path) -> None:
    witness = write_events(engine)
    with Session(engine) as session:
        assert last_verdict(session) is None
    assert verify(run, url, witness, folder=tmp_path).code == 0
    with Session(engine) as session:
        stored = last_verdict(session)
    assert stored is not None
    assert (stored.head, stored.witnesses, stored.fault, stored.faults) == (witness, 1, None, 0)
    assert abs(stored.at - real_now()) < timedelta(minutes=10)
    assert stored.count == int(witness.partition("/")[0])


def disable_triggers(engine: Engine) -> None:
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("ALTER TABLE event DISABLE TRIGGER ALL"))
        else:
            connection.execute(text("DROP TRIGGER event_refuses_update"))


def test_verify_finds_a_change_and_ends_with_code_1(run: RunCommand, url: str, engine: Engine, tmp_path: Path) -> None:
    write_events(engine, 3)
    disable_triggers(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE event SET action = 'changed' WHERE id = 2"))
    result = verify(run, url, folder=tmp_path)
    assert result.code == 1
    assert "First fault: The event at position 2, or its link, was changed after it was recorded." in result.out
    assert "No fault" not in result.out
    with Session(engine) as session:
        stored = last_verdict(session)
    assert stored is not None
    assert stored.fault is not None
    assert (stored.fault.kind.name, stored.fault.position, stored.faults) == ("CHANGED", 2, 1)
    assert stored.fault.words.fr.startswith("L’événement à la position 2")


def test_verify_without_head_ends_with_code_1_and_says_that_it_could_not_record(
    run: RunCommand, url: str, engine: Engine, tmp_path: Path
) -> None:
    write_events(engine)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM chain_head"))
    result = verify(run, url, folder=tmp_path)
    assert result.code == 1
    assert "First fault: The audit log has no head, so nothing can be recorded." in result.out
    assert "could not be recorded" in result.err
    added = run("person", "add", "a@b.ca", "--name", "A B", "--role", "reader", COGWG_DATABASE_URL=url)
    assert added.code == 2
    assert "no head" in added.err


@pytest.mark.parametrize("content", ["Nothing here.", "PK\x03\x04 not a deck"])
def test_verify_with_an_unusable_witness_ends_with_code_2(run: RunCommand, url: str, tmp_path: Path, content: str) -> None:
    file = tmp_path / "file"
    file.write_text(content, encoding="utf-8")
    result = run("audit", "verify", "--witness", str(file), COGWG_DATABASE_URL=url)
    assert (result.code, result.out) == (2, "")
    assert str(file) in result.err


def test_verify_without_database_ends_with_code_2(run: RunCommand, tmp_path: Path) -> None:
    assert run("audit", "verify", "--data", str(tmp_path)).code == 2


def test_removal_of_a_person_leaves_the_chain_whole(run: RunCommand, url: str, engine: Engine, tmp_path: Path) -> None:
    before = write_events(engine)
    with Session(engine) as session, write_transaction(session):
        person = session.scalars(select(Person).where(Person.email == "ontario@demo.cogwg.example")).one()
        deactivate_person(session, person, by=SYSTEM, at=AT)
        remove_identifiers(session, person, reason="Asked for it.", by=SYSTEM, at=AT)
    assert run("purge", COGWG_DATABASE_URL=url).code == 0
    result = verify(run, url, before, folder=tmp_path)
    assert (result.code, f"agrees: {before}" in result.out) == (0, True)


def restore(engine: Engine, witness: str, restored: bool = True) -> None:
    """Set the log back to the state of a witness, as a restored backup would, and record what ``cogwg restore`` does."""
    position = int(witness.partition("/")[0])
    with engine.begin() as connection:
        for table in ("event", "audit_link"):
            if engine.dialect.name == "postgresql":
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
            else:
                connection.execute(text(f"DROP TRIGGER {table}_refuses_delete"))
        connection.execute(
            text("DELETE FROM event WHERE id IN (SELECT event_id FROM audit_link WHERE id > :position)"), {"position": position}
        )
        connection.execute(text("DELETE FROM audit_link WHERE id > :position"), {"position": position})
        last = "SELECT {} FROM audit_link JOIN event ON event.id = event_id WHERE audit_link.id = :position"
        for column, value in (("hash", "audit_link.hash"), ("at", "event.at")):
            connection.execute(text(f"UPDATE chain_head SET {column} = ({last.format(value)})"), {"position": position})
        connection.execute(text("UPDATE chain_head SET position = :position"), {"position": position})
    if restored:
        with Session(engine) as session, write_transaction(session):
            record_event(session, "sessions.ended", ("session", 0), by=SYSTEM, at=AT + timedelta(hours=1))
            after = {"events": session.query(AuditEvent).count() - 1}
            record_event(session, RESTORED, ("database", 0), by=SYSTEM, at=AT + timedelta(hours=1), after=after)


def re_anchor(run: RunCommand, url: str, *, by: str = SECRETARIAT, reason: str = REASON) -> CommandResult:
    return run("audit", "re-anchor", "--reason", reason, "--by", by, COGWG_DATABASE_URL=url)


@pytest.mark.parametrize("by_command", [True, False])
def test_re_anchor_explains_the_witnesses_of_lost_events_and_no_others(
    run: RunCommand, url: str, engine: Engine, tmp_path: Path, by_command: bool
) -> None:
    backup = write_events(engine)
    lost = [write_events(engine, 1), write_events(engine, 5)]
    restore(engine, backup, by_command)
    before = verify(run, url, *lost, backup, folder=tmp_path) if by_command else None
    if before is not None:
        assert before.code == 1
        assert "or other copy refers to position" in before.out or "does not match a receipt" in before.out
    anchored = re_anchor(run, url)
    assert anchored.code == 0, anchored.err
    assert f"the restore of a backup that ended at position {backup.partition('/')[0]}." in anchored.out
    later = write_events(engine, 9, "later")
    result = verify(run, url, *lost, backup, folder=tmp_path)
    assert result.code == 0, result.out
    assert f"Newest witness that agrees: {backup}." in result.out
    day = re.search(r"On (\d{4}-\d\d-\d\d), (.+?) declared the restore of a backup", result.out)
    assert day is not None
    assert f"Reason: {REASON}" in result.out
    for witness in lost:
        assert f"Witness {witness} refers to events that were lost in the restore of {day[1]}." in result.out
    with Session(engine) as session:
        (event,) = session.scalars(select(AuditEvent).where(AuditEvent.action == "audit.re-anchored"))
        person = session.scalars(select(Person).where(Person.email == SECRETARIAT)).one()
        assert (event.actor_kind, event.actor_id, event.before["head"]) == ("person", person.id, backup)
        assert (event.after["reason"], day[2]) == (REASON, person.name)
    made_up = f"{backup.rpartition('/')[0]}/{'0' * 16}"
    for wrong in (made_up, f"{later.partition('/')[0]}/2099-01-01T00:00:00Z/{'0' * 16}"):
        assert verify(run, url, wrong, folder=tmp_path).code == 1, "neither what the backup has nor what came after it"


def test_backup_restored_by_command_verifies_and_is_explained(
    run: RunCommand, url: str, engine: Engine, tmp_path: Path
) -> None:
    """Also when the removal of a person is repeated, which the backup does not know."""
    backed_up = write_events(engine)
    file = tmp_path / "cogwg.backup"
    assert run("backup", str(file), COGWG_DATABASE_URL=url).code == 0
    with Session(engine) as session, write_transaction(session):
        person = session.scalars(select(Person).where(Person.email == "ontario@demo.cogwg.example")).one()
        deactivate_person(session, person, by=SYSTEM, at=AT)
        remove_identifiers(session, person, reason="Asked for it.", by=SYSTEM, at=AT)
    lost = [write_events(engine, 1), write_events(engine, 20)]
    engine.dispose()
    restored = run("restore", str(file), "--replace", "--discard-newer", COGWG_DATABASE_URL=url)
    assert restored.code == 0, restored.err
    assert verify(run, url, backed_up, folder=tmp_path).code == 0
    assert verify(run, url, lost[1], folder=tmp_path).code == 1
    anchored = re_anchor(run, url)
    assert f"ended at position {backed_up.partition('/')[0]}." in anchored.out, anchored.err
    result = verify(run, url, backed_up, *lost, folder=tmp_path)
    assert result.code == 0, result.out
    assert [f"Witness {witness} refers to events that were lost" in result.out for witness in lost] == [True, True]


@pytest.mark.parametrize("by", ["co-chair@demo.cogwg.example", "ontario@demo.cogwg.example", "nobody@demo.cogwg.example"])
def test_re_anchor_by_others_than_the_secretariat_is_refused(run: RunCommand, url: str, engine: Engine, by: str) -> None:
    result = re_anchor(run, url, by=by)
    assert result.code == 2
    assert "not the email address of an active account of the secretariat" in result.err
    with Session(engine) as session:
        assert session.query(AuditEvent).filter(AuditEvent.action == "audit.re-anchored").count() == 0


def test_re_anchor_by_a_deactivated_person_is_refused(run: RunCommand, url: str, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE person SET retired_at = :at WHERE email = :email"), {"at": AT, "email": SECRETARIAT})
    assert re_anchor(run, url).code == 2


@pytest.mark.parametrize("reason", ["", " \u200b ", "x" * 501])
def test_re_anchor_without_a_reason_is_refused(run: RunCommand, url: str, reason: str) -> None:
    result = re_anchor(run, url, reason=reason)
    assert result.code == 2
    assert "Enter a reason" in result.err


def test_re_anchor_of_a_log_with_a_fault_is_refused(run: RunCommand, url: str, engine: Engine) -> None:
    write_events(engine)
    disable_triggers(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE event SET action = 'changed' WHERE id = 2"))
    result = re_anchor(run, url)
    assert result.code == 2
    assert "a fault that the restore of a backup does not explain" in result.err
