"""``cogwg each``: every group gets its own settings, and one that fails does not stop the others."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from cogwg.cli.groups import Group, read_groups
from cogwg.core.db import build_engine
from cogwg.core.migration import alembic_config, downgrade
from cogwg.core.schema import current_revision, head
from tests.cli.test_commands import RunCommand, check_refusal, run
from tests.conftest import MakeDatabase
from tests.web_client import SECRET_KEY

__all__ = ["run"]
AddGroup = Callable[..., Path]


@pytest.fixture(autouse=True)
def _not_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run commands as this user, who owns the data folders: root would become their owner, and refuses to remain root."""
    monkeypatch.setattr("cogwg.cli.groups.os.geteuid", lambda: 1000)


@pytest.fixture
def groups(tmp_path: Path) -> Path:
    folder = tmp_path / "groups"
    folder.mkdir()
    return folder


@pytest.fixture
def add_group(groups: Path, tmp_path: Path, make_database: MakeDatabase) -> AddGroup:
    """``add_group(name, COGWG_…="…")``: add a group with a database and these settings, and return its data folder."""

    def add(name: str, **settings: str) -> Path:
        data = tmp_path / "data" / name
        data.mkdir(parents=True)
        own = {"COGWG_DATA": str(data), "COGWG_SECRET_KEY": SECRET_KEY, "COGWG_DATABASE_URL": make_database("sqlite")}
        (groups / name).mkdir()
        lines = "".join(f"{name}={value}\n" for name, value in {**own, **settings}.items())
        (groups / name / "cogwg.env").write_text(f"# Of this group\n\n{lines}")
        return data

    return add


def urls(groups: Path) -> dict[str, str]:
    return {group.name: group.settings["COGWG_DATABASE_URL"] for group in read_groups(groups)}


def revision(url: str) -> str | None:
    engine = build_engine(url)
    try:
        return current_revision(engine)
    finally:
        engine.dispose()


def put_back(url: str) -> None:
    """Put a database back to the schema before this one."""
    earlier = ScriptDirectory.from_config(alembic_config()).get_revision(head()).down_revision
    engine = build_engine(url)
    downgrade(engine, str(earlier))
    engine.dispose()


def test_command_runs_for_each_group_with_its_own_settings(run: RunCommand, groups: Path, add_group: AddGroup) -> None:
    for name in ("qc", "ab"):
        add_group(name, COGWG_PUBLIC_URL=f'"https://{name}.example.ca"')
    result = run("each", str(groups), "init", COGWG_PUBLIC_URL="https://elsewhere.example.ca", COGWG_DEMO="1")
    assert (result.code, result.err) == (0, "1 of 2: ab\n2 of 2: qc\n")
    names = [line.partition(": ")[0] for line in result.out.splitlines()]
    assert (names, set(names)) == (sorted(names), {"ab", "qc"})
    for name, url in urls(groups).items():
        assert f"{name}: The database is ready: {url}\n" in result.out
        assert f"{name}: https://{name}.example.ca/en/setup/" in result.out
    assert "elsewhere" not in result.out


def test_each_is_upgraded_though_one_fails_and_a_second_run_does_the_rest(
    run: RunCommand, groups: Path, add_group: AddGroup, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.db"
    add_group("ab")
    add_group("bc", COGWG_DATABASE_URL=f"sqlite:///{broken}")
    add_group("qc")
    own = urls(groups)
    whole = Path(own["ab"].removeprefix("sqlite:///")).read_bytes()
    for name in ("ab", "qc"):
        put_back(own[name])
    broken.write_bytes(b"not a database" * 100)
    result = run("each", str(groups), "init")
    assert (result.code, result.err.splitlines()[-1]) == (1, "cogwg: “init” failed for 1 of 3 groups: bc.")
    assert "bc: cogwg: " in result.out
    assert [revision(own[name]) for name in ("ab", "qc")] == [head(), head()]
    broken.write_bytes(whole)
    put_back(own["bc"])
    assert run("each", str(groups), "init").code == 0
    assert revision(own["bc"]) == head()


def test_name_of_the_group_stands_in_the_command(run: RunCommand, groups: Path, add_group: AddGroup, tmp_path: Path) -> None:
    for name in ("ab", "qc"):
        add_group(name)
    result = run("each", str(groups), "backup", "--quiet", f"{tmp_path}/{{group}}.backup")
    assert (result.code, result.out) == (0, "")
    assert {path.name for path in tmp_path.glob("*.backup")} == {"ab.backup", "qc.backup"}


def test_settings_of_the_owner_come_on_top_when_asked_for(
    run: RunCommand, groups: Path, add_group: AddGroup, make_database: MakeDatabase
) -> None:
    add_group("ab", COGWG_DATABASE_URL="sqlite:////does/not/exist.db")
    url = make_database("sqlite", "bare")
    assert run("each", str(groups), "plan", "list").code == 1
    refused = run("each", "--owner", str(groups), "plan", "list")
    assert refused.code == 1
    assert refused.out == f"ab: cogwg: Could not read {groups}/ab/owner.env: No such file or directory.\n"
    (groups / "ab" / "owner.env").write_text(f"COGWG_DATABASE_URL={url}\n")
    assert run("each", "--owner", str(groups), "plan", "list").code == 0


def test_nothing_is_done_when_groups_share_a_database_or_a_folder(
    run: RunCommand, groups: Path, add_group: AddGroup, tmp_path: Path
) -> None:
    check_refusal(run("each", str(groups), "init"), "no group")
    url = "postgresql://{}@127.0.0.1/cogwg"
    add_group("ab", COGWG_DATABASE_URL=url.format("one"))
    add_group("qc", COGWG_DATABASE_URL=url.format("two"))
    check_refusal(run("each", str(groups), "init"), "ab and qc have the same database")
    settings = (groups / "qc" / "cogwg.env").read_text()
    (groups / "qc" / "cogwg.env").write_text(settings.replace("data/qc", "data/ab").replace("/cogwg\n", "/other\n"))
    check_refusal(run("each", str(groups), "init"), "ab and qc have the same COGWG_DATA")


@pytest.mark.parametrize("command", ["serve", "demo", "each", "nothing"])
def test_command_that_does_not_end_or_exist_is_refused(
    run: RunCommand, groups: Path, add_group: AddGroup, command: str
) -> None:
    add_group("ab")
    result = run("each", str(groups), command)
    assert result.code == 2
    assert f"cannot run “{command}”" in result.err


def test_settings_are_read_as_systemd_reads_them(groups: Path, add_group: AddGroup) -> None:
    data = add_group("ab", COGWG_MAIL_FROM='"Work plan <plan@example.ca>"', COGWG_SECURE="1")
    (group,) = read_groups(groups)
    assert (group.settings["COGWG_MAIL_FROM"], group.settings["COGWG_SECURE"]) == ("Work plan <plan@example.ca>", "1")
    assert group == Group("ab", group.settings)
    assert group.folder == data


NO_FILE = "There is no {}. Put it back, or move the folder away if it is not a group's."
NO_DATA = "{} does not set COGWG_DATA, the group's own data folder."
NO_SETTING = "Line 2 of {} is not NAME=value."


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        (None, NO_FILE),
        (b"COGWG_SECURE=1\n", NO_DATA),
        (b"COGWG_DATA=/x\nexport COGWG_SECRET_KEY=secret\n", NO_SETTING),
        (b"COGWG_DATA=/\xe9\n", "{} is not encoded in UTF-8."),
    ],
    ids=["no file", "no data folder", "no setting", "not UTF-8"],
)
def test_group_without_usable_settings_fails_and_stops_no_other(
    run: RunCommand, groups: Path, add_group: AddGroup, tmp_path: Path, settings: bytes | None, problem: str
) -> None:
    for name in ("ab", "bc", "qc"):
        add_group(name)
    (groups / ".git").mkdir()
    (groups / "README").touch()
    file = groups / "bc" / "cogwg.env"
    file.unlink()
    if settings is not None:
        file.write_bytes(settings)
    result = run("each", str(groups), "backup", "--quiet", f"{tmp_path}/{{group}}.backup")
    assert result.out == f"bc: cogwg: {problem.format(file)}\n"
    assert (result.code, result.err.splitlines()[-1]) == (1, "cogwg: “backup” failed for 1 of 3 groups: bc.")
    assert {path.name for path in tmp_path.glob("*.backup")} == {"ab.backup", "qc.backup"}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_command_of_root_runs_as_the_owner_of_the_data(
    run: RunCommand, groups: Path, add_group: AddGroup, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.chown(add_group("ab"), 65534, 65533)
    monkeypatch.setattr("cogwg.cli.groups.os.geteuid", lambda: 0)
    monkeypatch.setattr("cogwg.cli.main", lambda: print(os.getuid(), os.getgid(), os.getgroups()))
    assert run("each", str(groups), "init").out == "ab: 65534 65533 []\n"


def test_command_of_root_does_not_run_as_root(
    run: RunCommand, groups: Path, add_group: AddGroup, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    data = add_group("ab")
    monkeypatch.setattr("cogwg.cli.groups.os.geteuid", lambda: 0)
    monkeypatch.setattr("cogwg.cli.groups.owner_of", lambda _folder: (0, 0))
    result = run("each", str(groups), "backup", f"{tmp_path}/{{group}}.backup")
    assert (result.code, result.err.splitlines()[-1]) == (1, "cogwg: “backup” failed for 1 of 1 groups: ab.")
    assert result.out == (
        f"ab: cogwg: COGWG_DATA, {data}, belongs to root. Make the user of the group’s server the owner of this folder and of"
        f" what is in it, for example with “chown -R cogwg-ab:cogwg-ab {data}”.\n"
    )
    assert list(tmp_path.glob("*.backup")) == []
