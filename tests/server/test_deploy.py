"""The files in ``deploy/``: each is accepted by the program that reads it, and they agree with the product."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from cogwg.cli.groups import read_groups
from cogwg.core.settings import read_settings
from tests.conventions.test_documents import unknown
from tests.server.containerfile import CONTAINERFILE, instructions
from tests.web_client import SECRET_KEY

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
SCHEMA = Path(__file__).with_name("compose_spec") / "compose-spec.json"
SCRIPTS = ["cogwg-run", "configure", "install", "drills/restore", "drills/upgrade"]
KNOWN_SETTINGS = set(re.findall(r"COGWG_\w+", (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")))
MOST_EXPOSED = 20
"""Of 100 in the measure of ``systemd-analyze security``; what is left is mostly that the server uses the network."""


def settings_of(text: str) -> dict[str, str]:
    """Return the settings in a file as systemd reads it: a value may be in double quotes."""
    return {name: value.strip('"') for name, value in re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE)}


@pytest.fixture
def env_file() -> str:
    return (DEPLOY / "cogwg.env").read_text(encoding="utf-8")


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``systemd-analyze``, which needs no running systemd."""
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("needs systemd-analyze; apt-get install systemd")
    return subprocess.run([program, *arguments], capture_output=True, text=True, check=False)


def test_systemd_accepts_the_unit_and_finds_it_well_protected(tmp_path: Path) -> None:
    text = (DEPLOY / "systemd/cogwg.service").read_text(encoding="utf-8")
    assert text.count("ExecStart=/opt/cogwg/bin/cogwg serve\n") == 1
    unit = tmp_path / "cogwg.service"
    unit.write_text(text.replace("/opt/cogwg/bin/cogwg", "/bin/true"), encoding="utf-8")
    verified = analyze("verify", str(unit))
    assert (verified.returncode, verified.stderr) == (0, "")
    measured = analyze("security", "--offline=true", f"--threshold={MOST_EXPOSED}", str(unit))
    assert measured.returncode == 0, measured.stdout
    unit.write_text(text.replace("ProtectHome=", "ProtectHouse="), encoding="utf-8")
    assert "ProtectHouse" in analyze("verify", str(unit)).stderr, "a mistake would be found"


def cogwg_run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``cogwg-run`` with the settings in this folder; what it would run is printed, with the environment before it."""
    (folder / "runuser").write_text('#!/bin/sh\nenv --null\nprintf %s "$*"\n')
    (folder / "runuser").chmod(0o755)
    env = {"PATH": f"{folder}:{os.environ['PATH']}", "COGWG_ETC": str(folder)}
    return subprocess.run([str(DEPLOY / "cogwg-run"), *arguments], env=env, capture_output=True, text=True, check=False)


def settings_given(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    """Return the environment that ``cogwg-run`` gave to what it ran."""
    assert (done.returncode, done.stderr) == (0, "")
    return dict(pair.split("=", 1) for pair in done.stdout.split("\0")[:-1])


def test_env_file_is_read_alike_by_all(env_file: str, tmp_path: Path) -> None:
    settings = settings_of(env_file)
    shutil.copy(DEPLOY / "cogwg.env", tmp_path)
    assert settings.items() <= settings_given(cogwg_run(tmp_path, "doctor")).items()
    assert set(settings) <= KNOWN_SETTINGS
    chosen = read_settings({**settings, "COGWG_SECRET_KEY": SECRET_KEY})
    assert (chosen.secure, chosen.proxy_count, chosen.mail.method) == (True, 1, "smtp")


VALUES = {
    "pa$$word": "pa$$word",
    "pa$word1 ": "pa$word1",
    "ab;touch RAN": "ab;touch RAN",
    "ab&touch RAN": "ab&touch RAN",
    "$(touch RAN)`touch RAN`": "$(touch RAN)`touch RAN`",
    "  é * ~ #x = y": "é * ~ #x = y",
    'Plan <plan@example.ca> "x"': 'Plan <plan@example.ca> "x"',
    "'a b $c \\ \"'": 'a b $c \\ "',
    '"a \'b\' \\" \\$c \\\\ \\d"': "a 'b' \" $c \\ \\d",
    "a\\b\\\\c": "ab\\c",
    "": "",
    '""': "",
}
"""What can stand in a settings file, and what systemd reads there."""


def test_settings_are_read_as_systemd_does_and_never_run(tmp_path: Path) -> None:
    lines = "".join(f"X{number}={text}\n" for number, text in enumerate(VALUES))
    folder = tmp_path / "groups" / "bc"
    folder.mkdir(parents=True)
    (folder / "cogwg.env").write_text(
        f"# a comment\n\n ; another\n  COGWG_DATA={tmp_path}/data\n{lines}LAST=1", encoding="utf-8"
    )
    expected = {**{f"X{number}": value for number, value in enumerate(VALUES.values())}, "LAST": "1"}
    assert expected.items() <= settings_given(cogwg_run(tmp_path, "--group", "bc", "doctor")).items()
    (group,) = read_groups(tmp_path / "groups")
    assert expected.items() <= group.settings.items()
    assert not list(Path("/").glob("RAN"))


@pytest.mark.parametrize("line", ["no equals sign", "1X=1", "X Y=1", "X='a'b'", 'X="a"b"', 'X="a', "X='", 'X="a\\"', "X=a\\"])
def test_settings_that_nobody_reads_alike_are_refused(line: str, tmp_path: Path) -> None:
    folder = tmp_path / "groups" / "bc"
    folder.mkdir(parents=True)
    (folder / "cogwg.env").write_text(f"COGWG_DATA=/data\n{line}\n")
    done = cogwg_run(tmp_path, "--group", "bc", "doctor")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"cogwg-run: Line 2 of {folder}/cogwg.env")
    (group,) = read_groups(tmp_path / "groups")
    assert group.problem.startswith(f"Line 2 of {folder}/cogwg.env")


def test_cogwg_run_says_in_a_sentence_what_it_lacks(tmp_path: Path) -> None:
    def refused(*arguments: str) -> str:
        done = cogwg_run(tmp_path, *arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert re.fullmatch(r"cogwg-run: .+\.\n", done.stderr)
        return done.stderr

    assert f"There is no {tmp_path}/cogwg.env." in refused("doctor")
    assert "Name a group" in refused("--group")
    assert "Name a group" in refused("--group", "../bc")
    assert f"There is no group bc in {tmp_path}/groups." in refused("--group", "bc", "doctor")
    (tmp_path / "cogwg.env").write_text("COGWG_SECURE=1\n")
    assert "does not set COGWG_DATA" in refused("doctor")
    assert f"There is no {tmp_path}/owner.env." in refused("--owner", "init")


@pytest.mark.parametrize("name", SCRIPTS)
def test_script_is_executable_and_of_plain_sh(name: str) -> None:
    script = DEPLOY / name
    assert script.read_text(encoding="utf-8").startswith("#!/bin/sh\n")
    assert script.stat().st_mode & 0o111 == 0o111
    subprocess.run(["sh", "-n", str(script)], check=True)


def configure(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Make the settings in this folder, with stand-ins for what needs root, a group and PostgreSQL."""
    programs = folder / "programs"
    programs.mkdir(exist_ok=True)
    psql = f'cat >>{folder}/sql; echo "$OWNER_PASSWORD $APP_PASSWORD" >>{folder}/passwords'
    no_user = '[ "$2" != cogwg-nobody ]'
    for name, text in (
        ("chgrp", f'echo "$1" >>{folder}/groups'),
        ("runuser", psql),
        ("getent", no_user),
        ("psql", f'echo "$PGUSER $*" >>{folder}/psql; {psql}'),
    ):
        (programs / name).write_text(f"#!/bin/sh\n{text}\n")
        (programs / name).chmod(0o755)
    env = {"PATH": f"{programs}:{os.environ['PATH']}", "COGWG_ETC": str(folder / "etc"), **more}
    return subprocess.run([str(DEPLOY / "configure"), *arguments], env=env, capture_output=True, text=True, check=False)


def test_configure_makes_the_settings_once_and_gives_the_roles_their_passwords_each_time(tmp_path: Path) -> None:
    done = configure(tmp_path, "site.example.ca", "smtp.example.ca")
    assert (done.returncode, done.stderr) == (0, "")
    files = {path.name: path.read_text() for path in (tmp_path / "etc").iterdir()}
    assert files.keys() == {"cogwg.env", "owner.env"}
    modes = {name: stat.S_IMODE((tmp_path / "etc" / name).stat().st_mode) for name in files}
    assert modes == {"cogwg.env": 0o640, "owner.env": 0o600}
    settings = settings_of(files["cogwg.env"])
    chosen = read_settings(settings)
    assert (chosen.public_url, chosen.trusted_hosts, chosen.mail.host) == (
        "https://site.example.ca",
        ("site.example.ca",),
        "smtp.example.ca",
    )
    again = configure(tmp_path, "other.example.ca", "smtp.example.ca")
    assert again.returncode == 0
    assert "cogwg.env exists and stays as it is." in again.stdout
    assert {path.name: path.read_text() for path in (tmp_path / "etc").iterdir()} == files
    first, second = (tmp_path / "passwords").read_text().splitlines()
    owner, app = first.split()
    assert first == second
    assert settings["COGWG_DATABASE_URL"] == f"postgresql://cogwg_app:{app}@127.0.0.1/cogwg"
    assert files["owner.env"] == f"COGWG_DATABASE_URL=postgresql://cogwg_owner:{owner}@127.0.0.1/cogwg\n"
    assert owner != app


def test_configure_keeps_groups_apart(tmp_path: Path) -> None:
    for group, port in (("ab", "8001"), ("qc", "8002")):
        done = configure(tmp_path, f"{group}.example.ca", "smtp.example.ca", GROUP=group, PORT=port)
        assert (done.returncode, done.stderr) == (0, "")
    ab, qc = read_groups(tmp_path / "etc" / "groups", with_owner=True)
    assert not set(ab.settings.values()) & set(qc.settings.values()) - {"1", "smtp.example.ca", ab.settings["COGWG_MAIL_FROM"]}
    assert (ab.name, str(ab.folder), ab.settings["COGWG_PORT"]) == ("ab", "/var/lib/cogwg/ab", "8001")
    assert [group.settings["COGWG_WORKERS"] for group in (ab, qc)] == ["1", "1"]
    assert re.fullmatch(r"postgresql://cogwg_ab_owner:[0-9a-f]{48}@127\.0\.0\.1/cogwg_ab", ab.settings["COGWG_DATABASE_URL"])
    assert (tmp_path / "groups").read_text() == "cogwg-ab\ncogwg-qc\n"
    script = (DEPLOY / "postgresql" / "roles.sql").read_text(encoding="utf-8")
    assert (tmp_path / "sql").read_text() == script.replace("cogwg", "cogwg_ab") + script.replace("cogwg", "cogwg_qc")
    assert configure(tmp_path, "x.example.ca", "smtp.example.ca", GROUP="../x").returncode == 2
    assert configure(tmp_path, "x.example.ca", "smtp.example.ca", GROUP="x", PORT="no").returncode == 2


def test_configure_makes_the_database_where_postgresql_is(tmp_path: Path) -> None:
    names, folder = ("site.example.ca", "smtp.example.ca"), tmp_path / "etc"

    def addresses() -> list[str]:
        files = [(folder / name).read_text() for name in ("cogwg.env", "owner.env")]
        shutil.rmtree(folder)
        return [re.sub(":[0-9a-f]{48}@", ":…@", settings_of(file)["COGWG_DATABASE_URL"]) for file in files]

    assert configure(tmp_path, *names, PGPORT="5433").returncode == 0
    assert addresses() == [f"postgresql://cogwg_{role}:…@127.0.0.1:5433/cogwg" for role in ("app", "owner")]
    assert not (tmp_path / "psql").exists(), "it runs as the user postgres"
    elsewhere = {"PGHOST": "db.example.ca", "PGUSER": "admin", "PGSSLMODE": "verify-full", "PGSSLROOTCERT": "/etc/ssl/ca.pem"}
    done = configure(tmp_path, *names, **elsewhere)
    assert (done.returncode, done.stderr) == (0, "")
    assert configure(tmp_path, *names, **elsewhere).returncode == 0, "it finds the passwords in the addresses"
    options = "sslmode=verify-full&sslrootcert=/etc/ssl/ca.pem"
    assert addresses() == [f"postgresql://cogwg_{role}:…@db.example.ca/cogwg?{options}" for role in ("app", "owner")]
    assert (tmp_path / "psql").read_text().splitlines()[0].startswith("admin --quiet ")
    for wrong in ({"PGHOST": "/run/postgresql"}, {"PGHOST": "a@b"}, {"PGPORT": "5432 "}):
        assert configure(tmp_path, *names, **wrong).returncode == 2
    assert not folder.exists()


def test_configure_mixes_no_groups_with_a_single_site(tmp_path: Path) -> None:
    names = ("site.example.ca", "smtp.example.ca", "sqlite")
    refused = configure(tmp_path, *names, GROUP="nobody")
    assert (refused.returncode, "There is no user cogwg-nobody yet." in refused.stderr) == (2, True)
    assert not (tmp_path / "etc").exists()
    for first, second in (({}, {"GROUP": "ab"}), ({"GROUP": "ab"}, {})):
        assert configure(tmp_path, *names, **first).returncode == 0
        refused = configure(tmp_path, *names, **second)
        assert (refused.returncode, "a single site or groups" in refused.stderr) == (2, True)
        shutil.rmtree(tmp_path / "etc")


def test_configure_for_sqlite_makes_no_roles(tmp_path: Path) -> None:
    assert configure(tmp_path, "site.example.ca", "smtp.example.ca", "sqlite").returncode == 0
    settings = settings_of((tmp_path / "etc" / "cogwg.env").read_text())
    assert settings["COGWG_DATABASE_URL"] == "sqlite:////var/lib/cogwg/cogwg.db"
    assert (tmp_path / "etc" / "owner.env").read_text() == "\n"
    assert not (tmp_path / "passwords").exists()


def test_configure_refuses_what_it_cannot_use(tmp_path: Path) -> None:
    for arguments in ((), ("site.example.ca",), ("https://site.example.ca", "smtp.example.ca"), ("a.ca", "b.ca", "mysql")):
        done = configure(tmp_path, *arguments)
        assert done.returncode == 2, arguments
        assert done.stderr
    assert not (tmp_path / "etc").exists()
    assert configure(tmp_path, "site.example.ca", "smtp.example.ca").returncode == 0
    owner = tmp_path / "etc" / "owner.env"
    owner.write_text("COGWG_DATABASE_URL=postgresql://cogwg_owner:of%20mine@127.0.0.1/cogwg\n")
    refused = configure(tmp_path, "site.example.ca", "smtp.example.ca")
    assert refused.returncode == 2
    assert "Set the passwords of your roles yourself." in refused.stderr
    assert "of%20mine" in owner.read_text()


def test_install_that_fails_leaves_nothing(tmp_path: Path) -> None:
    for name in ("pip", "python3"):
        (tmp_path / name).write_text('#!/bin/sh\n[ "$1" != -m ] || mkdir "$3"\n')
        (tmp_path / name).chmod(0o755)
    env = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run(
        [str(DEPLOY / "install"), str(tmp_path / "new")], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "takes one to two minutes.\n1 of 3: downloading the packages" in done.stdout
    assert done.stderr.endswith(f"Not installed. {tmp_path}/new was removed, so you can run this again.\n")
    assert not (tmp_path / "new").exists()


def test_cron_file_has_a_user_and_an_existing_command_on_each_line() -> None:
    lines = [line for line in (DEPLOY / "cron/cogwg").read_text(encoding="utf-8").splitlines() if re.match(r"[\d*]", line)]
    ran = []
    for line in lines:
        *times, user, command = line.split(maxsplit=6)
        assert len(times) == 5
        assert all(re.fullmatch(r"\*(/\d+)?|\d+", time) for time in times), line
        assert user in ("cogwg", "root")
        assert not re.search(r"(?<!\\)%", command), "cron ends a command at %"
        command = command.replace("cogwg-run --owner", "cogwg-run")
        if (drill := re.match(r"cogwg-run /usr/local/src/cogwg/(\S+)", command)) is not None:
            assert (ROOT / drill[1]).exists()
        for arguments in re.findall(r"\bcogwg-run ([a-z][^>)]*)", command):
            assert unknown(f"cogwg {arguments}") == []
        ran.append(command)
    for each in ("mail deliver", "remind", "purge", "doctor --quiet", "audit verify", "backup "):
        assert sum(f"cogwg-run {each}" in command for command in ran) == 1, each


@pytest.fixture
def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return read


def test_compose_file_follows_the_specification(compose: dict[str, Any]) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    assert [error.message for error in validator.iter_errors(compose)] == []
    compose["services"]["server"]["port"] = 80
    assert list(validator.iter_errors(compose)), "a mistake would be found"


def test_compose_file_agrees_with_the_image_and_the_other_files(compose: dict[str, Any], env_file: str) -> None:
    image = dict(instructions(CONTAINERFILE.read_text(encoding="utf-8")))
    services = compose["services"]
    for service in services.values():
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            assert source in compose["volumes"] or source.startswith("/") or (DEPLOY / source).is_file(), source
    assert f"data:{image['VOLUME']}" in services["server"]["volumes"]
    roles = (DEPLOY / "postgresql/roles.sql").read_text(encoding="utf-8")
    passwords = set(re.findall(r"^\\getenv \w+ (\w+)$", roles, re.MULTILINE))
    assert passwords <= set(services["database"]["environment"])
    for name, role in (("server", "cogwg_app"), ("owner", "cogwg_owner")):
        assert services[name]["environment"]["COGWG_DATABASE_URL"].startswith(f"postgresql://{role}:")
        assert f"CREATE ROLE {role} LOGIN" in roles
        assert set(services[name]["environment"]) <= KNOWN_SETTINGS
        assert services[name]["env_file"] == "cogwg.env"
    assert services["nginx"]["network_mode"] == "service:server"
    nginx = (DEPLOY / "nginx/cogwg.conf").read_text(encoding="utf-8")
    assert f"server 127.0.0.1:{image['EXPOSE']};" in nginx
    certificates = set(re.findall(r"ssl_certificate(?:_key)? (\S+);", nginx))
    assert certificates < {volume.split(":")[1] for volume in services["nginx"]["volumes"]}
    assert "postgresql-client" in CONTAINERFILE.read_text(encoding="utf-8"), "cogwg backup needs pg_dump"


def several_groups(start: str) -> str:
    """Return the command on the page about several groups that begins so, with its continuation lines."""
    page = (ROOT / "docs" / "how-to" / "host-several-groups.md").read_text(encoding="utf-8")
    (command,) = re.findall(rf"^ *({re.escape(start)}(?:.*\\\n)*.*)$", page, re.MULTILINE)
    return str(command)


def test_unit_of_each_group_is_made_from_the_unit_of_one(tmp_path: Path) -> None:
    command = several_groups("sed -e 's#^").partition(">")[0]
    made = subprocess.run(["sh", "-euc", command], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    settings = dict(line.split("=", 1) for line in made.splitlines() if re.match(r"\w+=", line))
    assert (settings["User"], settings["Group"]) == ("cogwg-%i", "cogwg-%i")
    assert settings["EnvironmentFile"] == "/etc/cogwg/groups/%i/cogwg.env"
    assert (settings["StateDirectory"], settings["WorkingDirectory"]) == ("cogwg/%i", "/var/lib/cogwg/%i")
    unit = tmp_path / "cogwg@.service"
    unit.write_text(made.replace("/opt/cogwg/bin/cogwg", "/bin/true"), encoding="utf-8")
    verified = analyze("verify", str(tmp_path / "cogwg@bc.service"))
    assert (verified.returncode, verified.stderr) == (0, "")


def test_cron_runs_each_job_for_all_groups() -> None:
    command = several_groups('sed -e "s/^MAILTO').partition(">")[0]
    env = {**os.environ, "ADMINISTRATOR": "someone@example.ca"}
    made = subprocess.run(["sh", "-euc", command], cwd=ROOT, env=env, capture_output=True, text=True, check=True).stdout
    jobs = [line.split(maxsplit=6)[5:] for line in made.splitlines() if re.match(r"[\d*]", line)]
    own = [line for line in (DEPLOY / "cron" / "cogwg").read_text(encoding="utf-8").splitlines() if re.match(r"[\d*]", line)]
    assert (len(jobs), {user for user, _ in jobs}) == (len(own) - 1, {"root"})
    assert [command for _, command in jobs if not re.match("/opt/cogwg/bin/cogwg each /etc/cogwg/groups |find ", command)] == []
    assert any("/var/backups/cogwg/{group}/cogwg-" in command for _, command in jobs)
    assert "restored as a test" not in made, "a comment goes with its job"


def test_cogwg_run_uses_the_settings_of_the_group(tmp_path: Path) -> None:
    for folder in ("", "groups/bc/"):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / folder / "cogwg.env").write_text(f"COGWG_DATA=/data/{folder}\nCOGWG_DATABASE_URL=app\n")
        (tmp_path / folder / "owner.env").write_text("COGWG_DATABASE_URL=owner\n")

    def ran(*arguments: str) -> str:
        done = cogwg_run(tmp_path, *arguments)
        given = settings_given(done)
        return f"{given['COGWG_DATA']} {given['COGWG_DATABASE_URL']} {given['HOME']}: {done.stdout.rpartition(chr(0))[2]}"

    assert ran("person", "list") == "/data/ app /data/: -u cogwg -- /opt/cogwg/bin/cogwg person list"
    assert ran("--owner", "init") == "/data/ owner /data/: -u cogwg -- /opt/cogwg/bin/cogwg init"
    of_group = "/data/groups/bc/ {} /data/groups/bc/: -u cogwg-bc -- {}"
    assert ran("--group", "bc", "doctor") == of_group.format("app", "/opt/cogwg/bin/cogwg doctor")
    assert ran("--group", "bc", "--owner", "/opt/cogwg-2/bin/cogwg", "init") == of_group.format(
        "owner", "/opt/cogwg-2/bin/cogwg init"
    )
