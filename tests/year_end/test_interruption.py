"""Commands of the turn of the year that are interrupted in the middle: each makes all of its changes or none."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event, select, update
from sqlalchemy.orm import Session

from cogwg.accounts.models import Person
from cogwg.audit.services import SYSTEM
from cogwg.core.db import Base, build_engine, write_transaction
from cogwg.plan.editing import retire_priority
from cogwg.plan.models import Priority
from cogwg.year_end.closing import reopen_year
from tests.sessions import FURTHER
from tests.year_end.test_adoption import DECEMBER, WORDS, adopt, create, undo
from tests.year_end.test_closing import close, rows

Command = Callable[[Session], Any]


def reopen(session: Session) -> None:
    reopen_year(session, 2020, reason=WORDS, by=SYSTEM, at=DECEMBER)


def retire(session: Session) -> None:
    first = session.scalars(select(Priority).where(Priority.number == 1)).one()
    retire_priority(session, first.id, version=first.version, reason=WORDS, by=SYSTEM, at=DECEMBER)


COMMANDS: dict[str, tuple[tuple[Command, ...], Command]] = {
    "carry-over": ((), create),
    "adoption": ((create,), adopt),
    "undoing": ((create, adopt), undo),
    "closing": ((), close),
    "reopening": ((close,), reopen),
    "retiring": ((), retire),
}
"""What must have been done before each command, and the command."""


class Interrupted(Exception):
    """The database stopped."""


def stop() -> None:
    raise Interrupted


@contextmanager
def interrupted_at(engine: Engine, number: int, interrupt: Callable[[], None] = stop) -> Iterator[list[str]]:
    """Interrupt before the statement with this number that changes something; the list has the statements before it."""
    sent: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE", "WITH")):
            if len(sent) == number:
                interrupt()
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", listen)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", listen)


def everything(engine: Engine) -> dict[str, list[Any]]:
    with Session(engine) as session:
        return rows(session, *Base.metadata.tables)


def prepare(engine: Engine, name: str) -> Command:
    """Do what must have been done before a command, and return the command."""
    before, command = COMMANDS[name]
    with Session(engine) as session, write_transaction(session):
        for earlier in before:
            earlier(session)
        session.execute(update(Person).values(retired_at=None))
    return command


def changing_statements(engine: Engine, command: Command) -> int:
    """Return how many statements of a command change something."""
    with interrupted_at(engine, -1) as sent, Session(engine) as session:
        command(session)
        session.rollback()
    return len(sent)


@pytest.mark.parametrize("places", [1, pytest.param(12, marks=FURTHER)])
@pytest.mark.parametrize("name", COMMANDS)
def test_interrupted_command_changes_nothing(seeded_engine: Engine, name: str, places: int) -> None:
    """Interrupt at the first and last ``places`` statements, and at some between: the history is written row by row."""
    command = prepare(seeded_engine, name)
    before = everything(seeded_engine)
    count = changing_statements(seeded_engine, command)
    for number in sorted(
        {*range(places), *range(places, count, 1 + count // places), *range(count - places, count)} & {*range(count)}
    ):
        with interrupted_at(seeded_engine, number) as sent, Session(seeded_engine) as session:
            with pytest.raises(Interrupted), write_transaction(session):
                command(session)
            assert everything(seeded_engine) == before, sent[-1:]
    with Session(seeded_engine) as session, write_transaction(session):
        command(session)
    assert everything(seeded_engine) != before


KILLED = "import sys; from tests.year_end.test_interruption import run_and_be_killed; run_and_be_killed(*sys.argv[1:])"


def run_and_be_killed(url: str, name: str, number: str) -> None:
    """Run a command in this process, which is killed before the statement with this number."""
    engine = build_engine(url)
    interrupt = lambda: signal.raise_signal(signal.SIGKILL)  # noqa: E731
    with interrupted_at(engine, int(number), interrupt), Session(engine) as session, write_transaction(session):
        COMMANDS[name][1](session)


@FURTHER
@pytest.mark.parametrize("name", ["carry-over", "adoption", "closing"])
def test_command_whose_process_is_killed_changes_nothing(seeded_engine: Engine, name: str) -> None:
    command = prepare(seeded_engine, name)
    before = everything(seeded_engine)
    last = changing_statements(seeded_engine, command) - 1
    url = seeded_engine.url.render_as_string(hide_password=False)
    killed = subprocess.run([sys.executable, "-c", KILLED, url, name, str(last)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert everything(seeded_engine) == before
    with Session(seeded_engine) as session, write_transaction(session):
        command(session)
    assert everything(seeded_engine) != before
