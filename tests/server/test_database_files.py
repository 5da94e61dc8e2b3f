"""SQLite's files: one after an ordered end, readable by their owner only, and copied while the server runs."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from cogwg.core.secret_key import new_secret_key
from tests.server.process import PROGRAM, TIMEOUT_SECONDS, ServerProcess, environment, run_command
from tests.server.test_demo_server import PASSWORD, can_sign_in

NAME = "demo-2020-09-24.db"
WITHOUT_RIGHTS = ("setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override") if os.geteuid() == 0 else ()
"""Before a command: it may not write files that are read-only, not even as root."""


def count_sessions(file: Path) -> int:
    """Return the number of sessions in a copy of the database's one file."""
    copy = file.with_name("copied.db")
    copy.write_bytes(file.read_bytes())
    with closing(sqlite3.connect(copy)) as connection:
        (number,) = connection.execute("SELECT count(*) FROM sign_in").fetchone()
    copy.unlink()
    return int(number)


def modes(folder: Path) -> dict[str, str]:
    return {file.name: oct(stat.S_IMODE(file.stat().st_mode)) for file in folder.iterdir()}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_stopped_server_leaves_one_file_with_the_latest_changes(tmp_path: Path, number: signal.Signals) -> None:
    folder = tmp_path / "instance"
    with ServerProcess("demo", cwd=tmp_path, COGWG_DEMO_PASSWORD=PASSWORD) as served:
        for _ in range(3):
            assert can_sign_in(served.port, PASSWORD)
        served.send_signal(number)
        served.wait()
    assert {file.name for file in folder.iterdir()} == {NAME, f"{NAME}.sessions"}
    assert count_sessions(folder / NAME) == 3


def test_stop_with_another_reader_says_that_changes_are_in_a_second_file(tmp_path: Path) -> None:
    file = tmp_path / "instance" / NAME
    with ServerProcess("demo", cwd=tmp_path, COGWG_DEMO_PASSWORD=PASSWORD) as served:
        with closing(sqlite3.connect(file, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM sign_in").fetchone()
            assert can_sign_in(served.port, PASSWORD)
            assert served.terminate() == 0
        assert "Another program has the database open" in served.output


def test_commands_leave_one_file(tmp_path: Path) -> None:
    folder = tmp_path / "instance"
    for command in (
        ("init",),
        ("seed",),
        ("person", "add", "a@example.ca", "--name", "A", "--role", "secretariat", "--address", "http://localhost"),
        ("remind", "--dry-run"),
        ("mail", "deliver"),
        ("briefing", "export", "--meeting", "2020-02-27", "--lang", "fr", "--out", str(tmp_path / "deck.xlsx")),
    ):
        done = run_command(*command, cwd=tmp_path, COGWG_MAIL=f"file:{tmp_path / 'mail'}")
        assert done.returncode == 0, done.stderr
        assert [file.name for file in folder.iterdir()] == ["cogwg.db"], command


def test_files_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "instance"
    with ServerProcess("demo", cwd=tmp_path, COGWG_DEMO_PASSWORD=PASSWORD) as served:
        assert can_sign_in(served.port, PASSWORD)
        assert modes(folder) == {NAME: "0o600", f"{NAME}-wal": "0o600", f"{NAME}-shm": "0o600"}
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    (folder / NAME).chmod(0o644)
    with ServerProcess("demo", cwd=tmp_path):
        assert modes(folder)[NAME] == "0o600"


@pytest.mark.parametrize("folder_mode", [0o755, 0o555])
def test_read_only_file_is_named_with_what_to_do_and_nothing_starts(tmp_path: Path, folder_mode: int) -> None:
    file = tmp_path / "instance" / "cogwg.db"
    key = {"COGWG_SECRET_KEY": new_secret_key()}
    assert run_command("init", cwd=tmp_path, **key).returncode == 0
    file.chmod(0o444)
    file.parent.chmod(folder_mode)
    for command in ("doctor", "serve", "init"):
        done = subprocess.run(
            [*WITHOUT_RIGHTS, PROGRAM, command],
            cwd=tmp_path,
            env=environment(COGWG_PUBLIC_URL="http://127.0.0.1:8000", **key),
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
        output = done.stdout + done.stderr
        assert done.returncode == 2, output
        assert str(file) in output
        assert "Make the user that runs cogwg the owner of the database’s file and of its folder." in output
        assert "is ready" not in output
        assert "Traceback" not in output
    file.parent.chmod(0o755)
