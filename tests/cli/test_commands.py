"""The command line: the effect of each command, and that every refusal is one sentence with exit code 2."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

import click
import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cogwg.accounts.models import AccessLink, Jurisdiction, Person, SignIn
from cogwg.accounts.services import start_session
from cogwg.audit.models import AuditEvent
from cogwg.audit.services import SYSTEM
from cogwg.briefing.files import DrawnFile
from cogwg.briefing.queries import stored_file, stored_files
from cogwg.briefing.render import LAYOUT
from cogwg.briefing.services import store_files
from cogwg.cli import COMMANDS, main
from cogwg.cli import cogwg as program
from cogwg.core.bilingual import Language
from cogwg.core.calendar import Calendar, real_now
from cogwg.core.db import Base, build_engine, write_transaction
from cogwg.core.schema import head
from cogwg.core.settings import read_settings
from cogwg.plan.models import Activity, Priority
from cogwg.server.supervisor import SharedCount
from tests.conftest import MakeDatabase
from tests.february_briefing import FROZEN_AT, create_february_briefing
from tests.large_plan import add_large_plan
from tests.sessions import ESSENTIAL, FURTHER, first_of
from tests.web_client import SECRET_KEY


@dataclass(frozen=True)
class CommandResult:
    """The exit code and output of a command."""

    code: int
    out: str
    err: str


pytestmark = pytest.mark.usefixtures("decks_drawn_once")
RunCommand = Callable[..., CommandResult]


class FakeSupervisor:
    """Stand-in for the server; it is reached only after every start-up check has passed."""

    def __init__(self, listener: FakeListener, _load_app: object, *, workers: int, **_: object) -> None:
        self.listener, self.workers, self.restarts = listener, workers, SharedCount()

    def run(self) -> None:
        assert self.workers == self.listener.workers
        print(f"serving {self.listener.host}:{self.listener.port} with {self.workers} workers")


@dataclass
class FakeListener:
    """Stand-in for the listening socket, so that tests need no free port."""

    host: str
    port: int
    workers: int

    def close(self) -> None:
        pass


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> RunCommand:
    """``run("seed", "--data", …, COGWG_…="…")``: run a command with only these settings, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str, **settings: str) -> CommandResult:
        plain = {name: value for name, value in os.environ.items() if not name.startswith("COGWG_")}
        with monkeypatch.context() as patch:
            patch.setattr(os, "environ", {**plain, **settings})
            patch.setattr(sys, "argv", ["cogwg", *arguments])
            patch.setattr("cogwg.cli.reports.is_at_terminal", lambda: True)
            patch.setattr("cogwg.cli.serving.Listener", FakeListener)
            patch.setattr("cogwg.server.supervisor.Supervisor", FakeSupervisor)
            try:
                main()
                code = 0
            except SystemExit as end:
                code = int(end.code or 0)
        output = capsys.readouterr()
        return CommandResult(code, output.out, output.err)

    return call


def check_refusal(result: CommandResult, *fragments: str) -> None:
    """Check for exit code 2 and one sentence on standard error with these fragments."""
    assert result.code == 2
    assert result.out == ""
    assert result.err.startswith("cogwg: ")
    assert result.err.count("\n") == 1
    assert "Traceback" not in result.err
    for part in fragments:
        assert part in result.err


def count_rows(url: str) -> dict[str, int]:
    engine = build_engine(url)
    with Session(engine) as session:
        counts = {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in Base.metadata.sorted_tables
        }
    engine.dispose()
    return counts


def test_init_creates_database_and_seed_fills_it_once(run: RunCommand, tmp_path: Path) -> None:
    data = tmp_path / "deep" / "folder"
    assert run("init", "--data", str(data)).code == 0
    url = f"sqlite:///{data / 'cogwg.db'}"
    assert count_rows(url)["jurisdiction"] == 0
    assert run("init", "--data", str(data)).code == 0, "a second run changes nothing"
    first = run("seed", "--data", str(data))
    assert first.code == 0
    filled = count_rows(url)
    assert (filled["priority"], filled["activity"], filled["jurisdiction"], filled["milestone"]) == (5, 21, 14, 6)
    assert run("seed", "--data", str(data), "--today", "2030-01-01").code == 0
    assert count_rows(url) == filled


def test_new_database_that_no_setting_names_is_pointed_out(run: RunCommand, tmp_path: Path) -> None:
    note = f"COGWG_DATABASE_URL and COGWG_DATA are not set, so this is a separate database, in {tmp_path}/instance."
    assert note in run("init").out
    assert note not in run("init").out, "it is not new any more"
    for number, settings in enumerate(({"COGWG_DATA": "a"}, {"COGWG_DATABASE_URL": f"sqlite:///{tmp_path}/b.db"})):
        assert "not set, so this is" not in run("init", **settings).out
        assert run("backup", f"{number}.backup", **settings).code == 0
    assert "not set, so this is" not in run("init", "--data", "c").out
    restored = run("restore", "0.backup")
    assert (restored.code, note in restored.out) == (0, True)
    assert "not set, so this is" not in run("restore", "0.backup", COGWG_DATA="a").out


def test_version_has_the_schema_and_the_installed_commit(
    run: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    plain = f"cogwg {version('cogwg')}, schema {head()}"
    assert run("--version").out == f"{plain}\n"
    (tmp_path / "cogwg-commit").write_text("0123456789ab\n")
    assert run("--version").out == f"{plain}, commit 0123456789ab\n"


@FURTHER
def test_init_stores_files_of_earlier_versions_once(run: RunCommand, make_database: MakeDatabase, engine_name: str) -> None:
    url = make_database(engine_name, "record")
    assert "Stored" not in run("init", COGWG_DATABASE_URL=url).out
    engine = build_engine(url)
    with Session(engine) as session, write_transaction(session):
        create_february_briefing(session)
    engine.dispose()
    result = run("init", COGWG_DATABASE_URL=url)
    assert result.out.splitlines()[1:2] == ["Stored 4 files for 1 finalized version."]
    before = count_rows(url)
    assert before["frozen_file"] == 4
    assert "Stored" not in run("init", COGWG_DATABASE_URL=url).out
    recorded = {name: before[name] + 1 for name in AUDIT_TABLES}
    assert count_rows(url) == before | recorded, "only the new link for the first account is recorded"


def test_briefing_export_of_frozen_version_writes_stored_file(run: RunCommand, demo_url: str, tmp_path: Path) -> None:
    engine = build_engine(demo_url)
    with Session(engine) as session, write_transaction(session):
        briefing_id = create_february_briefing(session)
        drawn = DrawnFile("xlsx", Language.FR, "x.xlsx", "a/b", b"as it was drawn", LAYOUT)
        store_files(session, briefing_id, 1, [drawn], by=SYSTEM, at=FROZEN_AT)
    out = tmp_path / "deck.xlsx"
    export = ("briefing", "export", "--meeting", "2020-02-27", "--out", str(out))
    assert run(*export, "--lang", "fr", COGWG_DATABASE_URL=demo_url).out == f"Wrote {out}: version 1 (finalized).\n"
    assert out.read_bytes() == drawn.content
    assert run(*export, COGWG_DATABASE_URL=demo_url).code == 0, "a file that is not stored is drawn and stored"
    with Session(engine) as session:
        assert [file.key for file in stored_files(session, briefing_id, 1)] == [("xlsx", "fr"), ("xlsx", "en")]
        stored = stored_file(session, briefing_id, 1, "xlsx", Language.EN)
    engine.dispose()
    assert stored is not None
    assert out.read_bytes() == stored.content
    drafted = run(*export, "--draft", COGWG_DATABASE_URL=demo_url).out
    assert drafted.startswith(f"Wrote {out}: draft of version 2; ")
    assert "slides, as of" in drafted


def test_briefing_export_of_a_very_large_plan_is_a_summary_unless_whole(run: RunCommand, demo_url: str, tmp_path: Path) -> None:
    engine = build_engine(demo_url)
    with Session(engine) as session, write_transaction(session):
        add_large_plan(session, year=2021, priorities=13, activities=12, quarters=0)
    engine.dispose()
    out = tmp_path / "deck.xlsx"
    export = ("briefing", "export", "--meeting", "2021-03-04", "--today", "2021-02-10", "--out", str(out))
    words = f"Wrote {out}: summary of a plan of 156 activities (every slide: --whole).\n"
    assert run(*export, COGWG_DATABASE_URL=demo_url).out == words
    summary = len(load_workbook(out, read_only=True).sheetnames)
    assert "slides, as of 2021-02-10" in run(*export, "--whole", COGWG_DATABASE_URL=demo_url).out
    assert summary < 30 < len(load_workbook(out, read_only=True).sheetnames)


def test_database_url_overrides_data_folder_and_default_is_instance(run: RunCommand, tmp_path: Path) -> None:
    assert run("init").code == 0
    assert (tmp_path / "instance" / "cogwg.db").is_file()
    url = f"sqlite:///{tmp_path / 'other.db'}"
    result = run("init", "--data", str(tmp_path / "ignored"), COGWG_DATABASE_URL=url)
    assert result.code == 0
    assert (tmp_path / "other.db").is_file()
    assert not (tmp_path / "ignored").exists()


def test_init_and_seed_work_on_both_engines(run: RunCommand, make_database: MakeDatabase, engine_name: str) -> None:
    url = make_database(engine_name, "empty")
    assert [run(command, COGWG_DATABASE_URL=url).code for command in ("init", "seed", "seed")] == [0, 0, 0]
    assert count_rows(url)["activity"] == 21


def test_database_password_in_refusal_is_not_printed(run: RunCommand) -> None:
    result = run("init", COGWG_DATABASE_URL="postgresql://somebody:canary@/gone?host=/nonexistent")
    check_refusal(result, "Could not connect")
    assert "canary" not in result.err


@pytest.fixture
def demo_url(make_database: MakeDatabase) -> str:
    return make_database("sqlite", "seeded")


ADD_PERSON = (
    "person",
    "add",
    "New.Person@Example.ca",
    "--name",
    "Zoé Tremblay",
    "--role",
    "lead",
    "--jurisdiction",
    "qc",
    "--lang",
    "fr",
)


def test_person_add_prints_link_and_stores_only_its_hash(run: RunCommand, demo_url: str) -> None:
    result = run(*ADD_PERSON, "--address", "https://plan.example.ca/", COGWG_DATABASE_URL=demo_url)
    assert result.code == 0
    (link,) = re.findall(r"^https://plan\.example\.ca/fr/password/[\w-]{43}$", result.out, re.MULTILINE)
    engine = build_engine(demo_url)
    with Session(engine) as session:
        added = session.scalars(select(Person).where(Person.email == "new.person@example.ca")).one()
        assert (added.name, added.lang.value, added.password_hash, added.demo) == ("Zoé Tremblay", "fr", None, False)
        (membership,) = added.memberships
        assert membership.jurisdiction is not None
        assert membership.jurisdiction.code == "qc"
        assert link.rpartition("/")[2] not in repr([vars(row) for row in session.scalars(select(AccessLink))])
        events = session.scalars(
            select(AuditEvent).where(AuditEvent.subject_kind == "person", AuditEvent.subject_id == added.id)
        ).all()
        assert [event.action for event in events] == ["person.added", "person.link"]
        assert "Tremblay" not in repr([event.after for event in events]), "the audit log holds ids, no names"
        assert "example.ca" not in repr([event.after for event in events])
    engine.dispose()


@pytest.mark.parametrize(
    ("command", "parts"),
    [("seed", ("milestones and challenges", "standing slides")), ("purge", ("expired sessions and links", "unsaved text"))],
)
def test_help_of_a_command_names_all_that_it_touches(run: RunCommand, command: str, parts: tuple[str, ...]) -> None:
    text = " ".join(run(command, "--help").out.split())
    assert all(part in text for part in parts), text


def test_person_password_replaces_earlier_link(run: RunCommand, demo_url: str) -> None:
    links = [run("person", "password", "ontario@demo.cogwg.example", COGWG_DATABASE_URL=demo_url).out for _ in range(2)]
    assert links[0] != links[1]
    assert count_rows(demo_url)["access_link"] == 1


AUDIT_TABLES = ("event", "audit_link")


def test_person_retire_ends_sessions_and_keeps_other_rows(run: RunCommand, demo_url: str) -> None:
    engine = build_engine(demo_url)
    with Session(engine) as session, write_transaction(session):
        person = session.scalars(select(Person).where(Person.email == "ontario@demo.cogwg.example")).one()
        start_session(session, person.id, now=real_now())
    before = count_rows(demo_url)
    assert run("person", "retire", "Ontario@demo.cogwg.example", COGWG_DATABASE_URL=demo_url).code == 0
    with Session(engine) as session:
        assert session.scalars(select(SignIn)).all() == []
        assert session.scalars(select(Person).where(Person.email == "ontario@demo.cogwg.example")).one().retired_at is not None
    engine.dispose()
    after = count_rows(demo_url)
    assert {name: n for name, n in after.items() if name not in ("sign_in", *AUDIT_TABLES)} == {
        name: n for name, n in before.items() if name not in ("sign_in", *AUDIT_TABLES)
    }
    check_refusal(run("person", "password", "ontario@demo.cogwg.example", COGWG_DATABASE_URL=demo_url), "deactivated")


@pytest.mark.parametrize(
    ("arguments", "parts"),
    first_of(
        13,
        [
            (("person", "password", "nobody@example.ca"), ("nobody@example.ca",)),
            (("person", "retire", "nobody@example.ca"), ("nobody@example.ca",)),
            ((*ADD_PERSON[:9], "--jurisdiction", "zz"), ("There is no jurisdiction zz. Use ab (Alberta), bc (",)),
            ((*ADD_PERSON[:7], "lead")[:7], ("--jurisdiction", "ab (Alberta), bc (")),
            (("person", "add", "a@b.ca", "--name", "A", "--role", "co-chair", "--jurisdiction", "on"), ("whole group",)),
            (("person", "add", "no-address", "--name", "A", "--role", "reader"), ("email",)),
            (("person", "add", "a..b@example.ca", "--name", "A", "--role", "reader"), ("cannot be sent",)),
            (("person", "add", "zoé@québec.ca", "--name", "A", "--role", "reader"), ("cannot be sent", "accents")),
            (("person", "add", "a@example.invalid", "--name", "A", "--role", "reader"), ("cannot be sent",)),
            (("person", "add", "a@b.ca", "--name", " ", "--role", "reader"), ("name",)),
            (("person", "add", "ontario@demo.cogwg.example", "--name", "A", "--role", "reader"), ("already",)),
            (("person", "add", "a@b.ca", "--name", "A", "--role", "reader", "--time-zone", "Mars/Olympus"), ("Mars/Olympus",)),
            (("person", "retire", "ontario@demo.cogwg.example", "--today", "tomorrow"), ("--today", "tomorrow")),
            (("seed", "--today", "2020-02-30"), ("--today", "2020-02-30")),
            (("serve", "--today", "soon"), ("--today",)),
            (("serve", "--host", "0.0.0.0"), ("COGWG_SECURE",)),
            (("demo", "--host", "0.0.0.0"), ("loopback",)),
            (("demo", "--host", "192.0.2.1"), ("loopback",)),
            (("demo", "--today", "never"), ("--today",)),
            (("briefing", "export", "--meeting", "soon", "--out", "x.xlsx"), ("--meeting",)),
            (("briefing", "export", "--meeting", "2020-02-27", "--lang", "de", "--out", "x.xlsx"), ("de",)),
            (("briefing", "export", "--meeting", "2020-02-27", "--plan", "1999", "--out", "x.xlsx"), ("1999",)),
            (("briefing", "export", "--meeting", "1999-02-27", "--out", "x.xlsx"), ("1999",)),
            (("briefing", "export", "--meeting", "2020-02-27", "--out", "/nonexistent/x.xlsx"), ("/nonexistent/x.xlsx",)),
        ],
    ),
)
def test_invalid_arguments_are_refused_and_change_nothing(
    run: RunCommand, demo_url: str, arguments: tuple[str, ...], parts: tuple[str, ...]
) -> None:
    before = count_rows(demo_url)
    check_refusal(run(*arguments, COGWG_DATABASE_URL=demo_url, COGWG_SECRET_KEY=SECRET_KEY), *parts)
    assert count_rows(demo_url) == before


@pytest.mark.parametrize(
    ("settings", "parts"),
    [
        ({"COGWG_DATABASE_URL": "nonsense"}, ("COGWG_DATABASE_URL",)),
        ({"COGWG_DATABASE_URL": "mysql://a/b"}, ("mysql",)),
        ({"COGWG_DATABASE_URL": "sqlite:////nonexistent/cogwg.db"}, ("/nonexistent/cogwg.db", "cogwg init")),
        ({"COGWG_DATABASE_URL": "postgresql://nobody@/gone?host=/nonexistent"}, ("Could not connect",)),
        ({}, ("cogwg init",)),
    ],
)
@pytest.mark.parametrize(
    "command",
    [("seed",), ("serve",), ("person", "retire", "a@b.ca"), ("briefing", "export", "--meeting", "2020-02-27", "--out", "x")],
)
def test_missing_database_is_refused(
    run: RunCommand, command: tuple[str, ...], settings: dict[str, str], parts: tuple[str, ...]
) -> None:
    check_refusal(run(*command, **settings), *parts)


def test_database_without_tables_is_refused_with_the_init_command(
    run: RunCommand, make_database: MakeDatabase, engine_name: str
) -> None:
    url = make_database(engine_name, "empty")
    if engine_name == "sqlite":
        Path(url.removeprefix("sqlite:///")).touch()
    check_refusal(run("seed", COGWG_DATABASE_URL=url), "cogwg init")


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({}, "COGWG_SECRET_KEY"),
        ({"COGWG_SECRET_KEY": "short"}, "COGWG_SECRET_KEY"),
        ({"COGWG_SECRET_KEY": "kqzwmvtx" * 4}, "COGWG_SECRET_KEY"),
        ({"COGWG_SECRET_KEY_FALLBACKS": "kqzwmvtx" * 4}, "COGWG_SECRET_KEY_FALLBACKS"),
        ({"COGWG_SECURE": "perhaps"}, "COGWG_SECURE"),
    ],
)
def test_serve_with_unusable_setting_is_refused(run: RunCommand, demo_url: str, settings: dict[str, str], named: str) -> None:
    key = {} if named == "COGWG_SECRET_KEY" else {"COGWG_SECRET_KEY": SECRET_KEY}
    check_refusal(run("serve", COGWG_DATABASE_URL=demo_url, **key, **settings), named)


def test_serve_starts_when_all_checks_pass(run: RunCommand, demo_url: str) -> None:
    result = run("serve", "--port", "8124", COGWG_DATABASE_URL=demo_url, COGWG_SECRET_KEY=SECRET_KEY)
    assert result.code == 0
    assert "serving 127.0.0.1:8124" in result.out


@pytest.mark.parametrize(("proxies", "is_mentioned"), [("0", True), ("1", False)])
def test_serve_without_proxy_says_what_it_means(run: RunCommand, demo_url: str, proxies: str, is_mentioned: bool) -> None:
    result = run("serve", COGWG_DATABASE_URL=demo_url, COGWG_SECRET_KEY=SECRET_KEY, COGWG_PROXIES=proxies)
    assert ("set COGWG_PROXIES=1; otherwise everyone shares the " in result.err) is is_mentioned


def test_serve_without_a_public_url_uses_its_own_and_says_so(run: RunCommand, demo_url: str) -> None:
    command, settings = ("serve", "--port", "8124"), {"COGWG_DATABASE_URL": demo_url, "COGWG_SECRET_KEY": SECRET_KEY}
    assert "COGWG_PUBLIC_URL is not set, so links start with http://127.0.0.1:8124." in run(*command, **settings).err
    assert "COGWG_PUBLIC_URL" not in run(*command, COGWG_PUBLIC_URL="https://plan.example.ca", **settings).err


def test_init_says_which_setting_serve_still_lacks(run: RunCommand) -> None:
    printed = run("init").out
    assert "Before you run “cogwg serve”: COGWG_SECRET_KEY is not set. Set it to what python3 -c" in printed
    assert "Before you run" not in run("init", COGWG_SECRET_KEY=SECRET_KEY).out


def test_printed_link_uses_the_public_url_and_otherwise_says_which_address(run: RunCommand, demo_url: str) -> None:
    command = ("person", "password", "ontario@demo.cogwg.example")
    printed = run(*command, COGWG_DATABASE_URL=demo_url, COGWG_PUBLIC_URL="https://plan.example.ca").out
    assert printed.startswith("https://plan.example.ca/en/password/")
    assert "COGWG_PUBLIC_URL" not in printed
    assert "so links start with http://127.0.0.1:8000." in run(*command, COGWG_DATABASE_URL=demo_url).out
    assert "COGWG_PUBLIC_URL" not in run(*command, "--address", "https://a.example.ca", COGWG_DATABASE_URL=demo_url).out


@ESSENTIAL
def test_demo_prints_address_accounts_and_password(run: RunCommand, tmp_path: Path) -> None:
    result = run("demo", "--port", "8123", COGWG_DEMO_PASSWORD="a chosen demo phrase")
    assert result.code == 0
    file = tmp_path / "instance" / "demo-2020-09-24.db"
    assert file.is_file()
    for part in (
        "http://127.0.0.1:8123/",
        "a chosen demo phrase",
        f"COGWG_DATABASE_URL=sqlite:///{file}",
        "serving 127.0.0.1:8123",
    ):
        assert part in result.out
    members = ("secretariat", "chair", "tbs", "ontario", "bc", "quebec", "saskatchewan", "alberta", "nwt", "reader")
    names = (*members, "steward", "reviewer", "network", "moderator", "moderation", "analyst")
    assert [line.strip() for line in result.out.splitlines() if "@" in line] == [f"{name}@demo.cogwg.example" for name in names]
    filled = count_rows(f"sqlite:///{file}")
    assert filled["submission"] > 20
    assert (filled["frozen_version"], filled["frozen_file"]) == (1, 4)


@FURTHER
def test_demo_day_has_its_own_database_and_deck_day_has_no_reports(run: RunCommand, tmp_path: Path) -> None:
    first, second = (run("demo", "--today", "2020-02-27", "--data", str(tmp_path)) for _ in range(2))
    assert first.code == second.code == 0
    file = tmp_path / "demo-2020-02-27.db"
    assert count_rows(f"sqlite:///{file}")["submission"] == 0
    phrases = [re.search(r"password: (\S+)", result.out) for result in (first, second)]
    assert phrases[0] is not None
    assert phrases[1] is not None
    assert phrases[0][1] != phrases[1][1], "without a chosen password each start generates one"


@FURTHER
def test_demo_reset_deletes_earlier_changes(run: RunCommand, tmp_path: Path) -> None:
    run("demo", "--data", str(tmp_path))
    url = f"sqlite:///{tmp_path / 'demo-2020-09-24.db'}"
    assert run(*ADD_PERSON, COGWG_DATABASE_URL=url).code == 0
    people = count_rows(url)["person"]
    run("demo", "--data", str(tmp_path))
    assert count_rows(url)["person"] == people, "another start keeps the changes"
    run("demo", "--data", str(tmp_path), "--reset")
    assert count_rows(url)["person"] == people - 1


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_briefing_export_writes_complete_workbook_and_no_rows(
    run: RunCommand, demo_url: str, tmp_path: Path, lang: str
) -> None:
    before = count_rows(demo_url)
    out = tmp_path / f"deck-{lang}.xlsx"
    result = run(
        "briefing", "export", "--meeting", "2020-02-27", "--lang", lang, "--out", str(out), COGWG_DATABASE_URL=demo_url
    )
    assert result.code == 0
    assert "2020-02-27" in result.out
    assert count_rows(demo_url) == before
    book = load_workbook(out)
    assert len(book.sheetnames) > 10
    texts = " ".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value)
    engine = build_engine(demo_url)
    with Session(engine) as session:
        titles = [p.title.text(lang) for p in session.scalars(select(Priority))] + [
            a.title.text(lang) for a in session.scalars(select(Activity))
        ]
        assert session.scalar(select(func.count()).select_from(Jurisdiction)) == 14
    engine.dispose()
    assert not [title for title in titles if title not in texts]
    assert ("Not yet due" if lang == "en" else "Pas encore échu") in texts


def test_briefing_export_reads_the_calendar_offset(run: RunCommand, demo_url: str, tmp_path: Path) -> None:
    offset = str(Calendar.from_day(date(2020, 2, 27)).offset.total_seconds())
    out = str(tmp_path / "deck.xlsx")
    export = ("briefing", "export", "--meeting", "2020-10-08", "--out", out)
    result = run(*export, COGWG_DATABASE_URL=demo_url, COGWG_CALENDAR_OFFSET=offset)
    assert "as of 2020-02-27" in result.out
    check_refusal(run(*export, COGWG_DATABASE_URL=demo_url, COGWG_CALENDAR_OFFSET="soon"), "COGWG_CALENDAR_OFFSET")


def test_help_lists_every_command(run: RunCommand) -> None:
    result = run("--help")
    assert result.code == 0
    assert all(command in result.out for command in ("demo", "init", "seed", "serve", "briefing", "person"))


@pytest.mark.parametrize(
    "group", ["audit", "briefing", "commitments", "mail", "person", "plan", "privacy", "sessions", "workbook"]
)
def test_help_of_a_group_shows_whole_summaries_and_no_earlier_names(run: RunCommand, group: str) -> None:
    listed = run(group, "--help").out.partition("Commands:\n")[2]
    assert listed
    assert "..." not in listed
    assert not re.search(r"^  (retire|restore) ", listed, re.MULTILINE)


def test_summary_of_each_command_begins_its_own_help() -> None:
    context = click.Context(program)
    for name, source in COMMANDS.items():
        command = program.get_command(context, name)
        assert command is not None
        assert command.name == name
        assert re.sub(r"\W+", " ", command.help or "").startswith(re.sub(r"\W+", " ", source.summary).rstrip()), name


def test_help_imports_no_command() -> None:
    """What the commands import takes several times as long as printing the help."""
    code = "import atexit, sys; from cogwg.cli import main; atexit.register(lambda: print('sqlalchemy' in sys.modules)); main()"
    result = subprocess.run([sys.executable, "-c", code, "--help"], capture_output=True, text=True, check=True)
    assert result.stdout.endswith("False\n")


@FURTHER
def test_links_in_emails_of_the_demo_have_its_port(run: RunCommand, monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[str] = []
    monkeypatch.setattr(
        "cogwg.cli.serving._run_server", lambda _listener, **_options: served.append(read_settings().public_url)
    )
    printed = run("demo", "--port", "8123").out
    assert served == ["http://127.0.0.1:8123"]
    assert "export COGWG_PUBLIC_URL=http://127.0.0.1:8123" in printed
    assert "COGWG_MAIL=console cogwg mail deliver --today 2020-09-24\n" in printed
    run("demo", "--port", "8123", COGWG_PUBLIC_URL="https://plan.example.ca")
    assert served[1:] == ["https://plan.example.ca"]
