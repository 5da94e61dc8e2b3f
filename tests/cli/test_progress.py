"""A command that takes long says what it is doing: at a terminal, after two seconds, with counts; elsewhere nothing."""

from __future__ import annotations

import io
import sys
import threading
from collections.abc import Iterator
from inspect import unwrap

import click
import pytest
from sqlalchemy.orm import Session

from cogwg.audit.services import SYSTEM, record_event
from cogwg.audit.verification import verify_chain
from cogwg.cli import cogwg, progress
from cogwg.cli.progress import shows_progress
from cogwg.core.calendar import real_now
from cogwg.core.db import build_engine, write_transaction
from cogwg.core.progress import Step, note_progress, progress_watched_by
from tests.cli.test_commands import RunCommand, run
from tests.conftest import MakeDatabase
from tests.conventions.test_documents import commands
from tests.sessions import first_of

__all__ = ["run"]

TODAY = "2020-09-28"
SHORT = {
    ("audit", "re-anchor"): "writes one event",
    ("demo",): "shows its progress until the server starts",
    ("each",): "prints what the command says for one group after another, with the group's name",
    ("mail", "retry"): "updates one table",
    ("person", "add"): "about one person",
    ("person", "deactivate"): "about one person",
    ("person", "list"): "reads one table",
    ("person", "password"): "about one person",
    ("person", "reactivate"): "about one person",
    ("person", "reset-two-steps"): "about one person",
    ("person", "restore"): "about one person",
    ("person", "retire"): "about one person",
    ("plan", "carry-over"): "reads one plan",
    ("plan", "list"): "reads one table",
    ("serve",): "says in its log that it listens",
    ("sessions", "end"): "updates three tables",
}
"""Commands that never take two seconds, or say themselves that they run, with the reason."""
STEPS = [
    (("init",), "empty", {"Upgrading the database", "Upgrading the database, revisions: 30"}),
    (("backup", "new.backup"), "bare", {"Writing the backup", "Checking every page of the file"}),
    (("audit", "verify"), "seeded", {"Checking the audit log"}),
    (("purge",), "bare", {"Deleting data that is past its retention period"}),
    (("seed",), "bare", {"Loading the plan, milestones and slides"}),
    (("doctor",), "bare", {"Checking the database", "Checking the audit log", "Checking the publications"}),
    (("remind", "--dry-run"), "bare", {"Looking for reminders that are due"}),
    (("privacy", "purge", "--dry-run"), "bare", {"Looking for comments that are past their retention period"}),
    (
        ("publish", "2020-06", "--by", "secretariat@demo.cogwg.example", "--dry-run"),
        "seeded",
        {"Reading what would become public"},
    ),
    (("briefing", "export", "--meeting", "2020-10-08", "--out", "deck.xlsx"), "seeded", {"Rendering the deck"}),
    (("workbook", "template", "--period", "2020-09", "--out", "reports.xlsx"), "seeded", {"Writing the workbook"}),
    (("person", "export", "ontario@demo.cogwg.example", "--out", "p.json"), "seeded", {"Searching every table for the person"}),
]
"""Commands, the database they run on, and some of what they say."""


class Terminal(io.StringIO):
    """Standard error that a person reads, or that goes to a file. ``first_line`` is set once something was written."""

    def __init__(self, *, is_terminal: bool = True) -> None:
        super().__init__()
        self._is_terminal = is_terminal
        self.first_line = threading.Event()

    def isatty(self) -> bool:
        return self._is_terminal

    def write(self, text: str) -> int:
        self.first_line.set()
        return super().write(text)


def count_progress_threads() -> int:
    return sum(thread.name == "progress" for thread in threading.enumerate())


def test_long_command_writes_what_it_does_with_counts_and_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(progress, "FIRST_SECONDS", 0.01)

    @shows_progress
    def command() -> None:
        note_progress("Checking the audit log", 12_000, 40_000)
        terminal.first_line.clear()
        assert terminal.first_line.wait(60)

    monkeypatch.setattr(progress, "NEXT_SECONDS", 0.01)
    command()
    assert terminal.getvalue().splitlines()[-1] == "Checking the audit log: 12,000 of 40,000 (0 s)"
    assert count_progress_threads() == 0


@pytest.mark.parametrize(("is_terminal", "quiet", "threads"), [(True, False, 1), (True, True, 0), (False, False, 0)])
def test_progress_is_shown_at_a_terminal_and_not_if_quiet(
    monkeypatch: pytest.MonkeyPatch, is_terminal: bool, quiet: bool, threads: int
) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal(is_terminal=is_terminal))

    @shows_progress
    def command(*, quiet: bool) -> int:
        return count_progress_threads()

    assert command(quiet=quiet) == threads
    assert sys.stderr.getvalue() == "", "a short command says nothing"  # type: ignore[attr-defined]


def test_failed_command_stops_its_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())

    @shows_progress
    def command() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        command()
    assert count_progress_threads() == 0


@pytest.mark.parametrize(("command", "template", "expected"), first_of(4, STEPS))
def test_command_says_what_it_does(
    run: RunCommand, make_database: MakeDatabase, command: tuple[str, ...], template: str, expected: set[str]
) -> None:
    steps: list[Step] = []
    today = () if command == ("init",) else ("--today", TODAY)
    with progress_watched_by(steps.append):
        result = run(*command, *today, COGWG_DATABASE_URL=make_database("sqlite", template))
    assert "Traceback" not in result.err
    assert expected <= {str(step).partition(": 0 of")[0] for step in steps}


def test_check_of_the_audit_log_counts_positions(make_database: MakeDatabase) -> None:
    engine, steps = build_engine(make_database("sqlite", "bare")), list[Step]()
    with Session(engine) as session, write_transaction(session):
        for number in range(1001):
            record_event(session, "setup.link", ("accounts", number), by=SYSTEM, at=real_now())
    with Session(engine) as session, progress_watched_by(steps.append):
        verify_chain(session)
    engine.dispose()
    assert [(step.done, step.total) for step in steps] == [(0, 1001), (1000, 1001)]


def test_every_command_shows_its_progress_or_is_short() -> None:
    without = {words for words, command in _callbacks(cogwg) if not _shows_progress(command)}
    assert without == set(SHORT)


def _callbacks(group: click.Group, before: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for words, _options in commands(group, before):
        command: click.Command = group
        for word in words[len(before) :]:
            assert isinstance(command, click.Group)
            command = command.get_command(click.Context(command), word)  # type: ignore[assignment]
        yield words, command


def _shows_progress(command: click.Command) -> bool:
    """Whether one of the functions that wrap the command's own is the one that shows progress."""
    function = command.callback
    assert function is not None
    while function is not unwrap(function):
        if function.__code__ is shows_progress(unwrap).__code__:
            return True
        function = function.__wrapped__  # type: ignore[attr-defined]
    return False
