"""Commands for cron as cron runs them, without a terminal: lines of the log, and nothing when there was nothing to do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import MakeDatabase
from tests.mail.server import MailServer
from tests.server.process import run_command
from tests.sessions import FURTHER

TODAY_OPTION = ("--today", "2020-09-28")
COMMANDS = [
    pytest.param(("mail", "deliver")),
    pytest.param(("remind",), marks=FURTHER),
    pytest.param(("purge",), marks=FURTHER),
    pytest.param(("audit", "verify", "--quiet"), marks=FURTHER),
]


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("command", COMMANDS)
def test_command_for_cron_prints_nothing_when_nothing_was_to_do(
    make_database: MakeDatabase, tmp_path: Path, command: tuple[str, ...]
) -> None:
    settings = {"COGWG_DATABASE_URL": make_database("sqlite", "bare"), "COGWG_MAIL": f"file:{tmp_path}"}
    done = run_command(*command, *TODAY_OPTION, cwd=tmp_path, **settings)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@FURTHER
def test_command_for_cron_logs_what_it_did_and_what_failed(make_database: MakeDatabase, tmp_path: Path) -> None:
    with MailServer() as server:
        server.rejection_for = lambda address: "550 5.1.1 no such mailbox" if address.startswith("ontario") else ""
        settings = {
            "COGWG_DATABASE_URL": make_database("sqlite", "seeded"),
            "COGWG_SMTP_HOST": "127.0.0.1",
            "COGWG_SMTP_PORT": str(server.port),
            "COGWG_MAIL_FROM": "plan@cogwg.example",
            "COGWG_PUBLIC_URL": "https://plan.example.ca",
        }
        done = run_command("remind", *TODAY_OPTION, cwd=tmp_path, **settings)
        again = run_command("mail", "deliver", *TODAY_OPTION, cwd=tmp_path, **settings)
    assert done.stdout == ""
    logged = lines(done.stderr)
    assert [(line["level"], line["message"].split(".")[0]) for line in logged[:2]] == [
        ("info", "Added to the outbox: 2"),
        ("info", "Sent: 1"),
    ]
    assert logged[2]["level"] == "warning"
    assert "no such mailbox" in logged[2]["message"]
    assert {line["logger"] for line in logged} == {"cogwg.cli"}
    assert (again.stdout, again.stderr) == ("", "")


@FURTHER
def test_quiet_command_prints_only_what_was_not_sent(make_database: MakeDatabase, tmp_path: Path) -> None:
    with MailServer() as server:
        settings = {
            "COGWG_DATABASE_URL": make_database("sqlite", "seeded"),
            "COGWG_SMTP_HOST": "127.0.0.1",
            "COGWG_SMTP_PORT": str(server.port),
            "COGWG_MAIL_FROM": "plan@cogwg.example",
            "COGWG_PUBLIC_URL": "https://plan.example.ca",
        }
        sent = run_command("remind", "--quiet", *TODAY_OPTION, cwd=tmp_path, **settings)
        assert (sent.returncode, sent.stdout, sent.stderr, len(server.inbox)) == (0, "", "", 2)
        server.rejection_for = lambda _address: "550 5.1.1 no such mailbox"
        settings["COGWG_DATABASE_URL"] = make_database("sqlite", "seeded")
        refused = run_command("remind", "--quiet", *TODAY_OPTION, cwd=tmp_path, **settings)
    assert "no such mailbox" in refused.stderr
    assert "Added to the outbox" not in refused.stderr
