"""``cogwg each`` runs a command for each group that a host serves, one after another, with the group's own settings.

Each group has a folder with its settings, as ``deploy/configure`` creates them. For each group, the command runs in a forked
process, because importing the product again for each of a hundred groups would take longer than most commands.
"""

from __future__ import annotations

import os
import re
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import click
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from cogwg.cli import reports
from cogwg.core.errors import ConfigurationError
from cogwg.core.settings import data_folder, database_url

SETTINGS, OWNER_SETTINGS = "cogwg.env", "owner.env"
NAME = "{group}"
_ENDLESS = ("demo", "each", "serve")


@dataclass(frozen=True, slots=True)
class Group:
    """A group: the name of its folder, its settings and, if they cannot be used, the reason (``problem``, otherwise "")."""

    name: str
    settings: Mapping[str, str]
    problem: str = ""

    @property
    def folder(self) -> Path:
        return data_folder(self.settings)

    @property
    def database(self) -> str:
        """What identifies the group's database, whichever user connects to it. Raises ``ConfigurationError`` for an invalid
        URL.
        """
        try:
            url = make_url(database_url(self.settings, None))
        except (ArgumentError, ValueError):
            raise ConfigurationError(f"COGWG_DATABASE_URL of the group {self.name} is not a database URL.") from None
        return f"{url.get_backend_name()} {url.host} {url.port} {url.database} {sorted(url.query.items())}"


@click.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.option("--owner", is_flag=True, help="Also use the owner.env of each group, for example to run “init” on PostgreSQL.")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def each(folder: Path, command: tuple[str, ...], owner: bool) -> None:
    """Run a COMMAND for each group of a FOLDER, one after another, such as “cogwg each /etc/cogwg/groups doctor --quiet”.

    FOLDER has a folder for each group, with its settings in cogwg.env. In COMMAND, {group} stands for the group's name. If you
    are root, COMMAND runs as the user who owns the group's data folder, which must not be root. If COMMAND fails for a group,
    or its settings are missing, the other groups are still processed. The groups that failed are named at the end, and the
    exit code is 1. If the run is interrupted, start it again.
    """
    from cogwg.cli import cogwg

    if command[0] in _ENDLESS or cogwg.get_command(click.get_current_context(), command[0]) is None:
        raise click.UsageError(f"“cogwg each” cannot run “{command[0]}”.")
    groups = read_groups(folder, with_owner=owner)
    failed = [group.name for number, group in enumerate(groups, 1) if not _run(group, command, number, len(groups))]
    if failed:
        click.echo(f"cogwg: “{command[0]}” failed for {len(failed)} of {len(groups)} groups: {', '.join(failed)}.", err=True)
        sys.exit(1)


def read_groups(folder: Path, *, with_owner: bool = False) -> list[Group]:
    """Return the groups in a folder, sorted by name: one for each folder in it that is not hidden.

    Raises ``ConfigurationError`` if there are none, or if two have the same database or data folder.
    """
    try:
        folders = sorted(path for path in folder.iterdir() if not path.name.startswith(".") and path.is_dir())
    except OSError as error:
        raise ConfigurationError(f"Could not read {folder}: {error.strerror}.") from None
    if not folders:
        raise ConfigurationError(f"There is no group in {folder}. Each needs a folder there, with {SETTINGS}.")
    groups = [_read_group(path, with_owner=with_owner) for path in folders]
    owners: dict[tuple[str, str], str] = {}
    for group in (group for group in groups if not group.problem):
        for owned in (("database", group.database), ("COGWG_DATA", str(group.folder))):
            if (other := owners.setdefault(owned, group.name)) != group.name:
                raise ConfigurationError(f"The groups {other} and {group.name} have the same {owned[0]}. Nothing was done.")
    return groups


def _read_group(folder: Path, *, with_owner: bool) -> Group:
    files = [folder / name for name in ((SETTINGS, OWNER_SETTINGS) if with_owner else (SETTINGS,))]
    try:
        if not files[0].exists():
            return Group(
                folder.name, {}, f"There is no {files[0]}. Put it back, or move the folder away if it is not a group's."
            )
        group = Group(folder.name, {name: value for file in files for name, value in _settings(file)})
        if not group.settings.get("COGWG_DATA"):
            raise ConfigurationError(f"{files[0]} does not set COGWG_DATA, the group's own data folder.")
        _ = group.database
    except OSError as error:
        return Group(folder.name, {}, f"Could not read {files[0]}: {error.strerror}.")
    except ConfigurationError as error:
        return Group(folder.name, {}, str(error))
    return group


def _settings(file: Path) -> Iterator[tuple[str, str]]:
    """Yield the name and value of each setting in a file, read as systemd and ``deploy/cogwg-run`` do.

    Raises ``ConfigurationError`` if the file cannot be read or a line is invalid.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise ConfigurationError(f"Could not read {file}: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{file} is not encoded in UTF-8.") from None
    for number, line in enumerate(lines, 1):
        name, equals, text = line.strip().partition("=")
        if not name or name.startswith(("#", ";")):
            continue
        if not equals or not name.isidentifier():
            raise ConfigurationError(f"Line {number} of {file} is not NAME=value.")
        value = _value(text.lstrip())
        if value is None:
            raise ConfigurationError(f"Line {number} of {file}: the value has an unmatched quote or a wrong backslash.")
        yield name, value


def _value(text: str) -> str | None:
    """Return the value without its quotes and backslashes, or None if these are not used correctly."""
    if re.fullmatch(r"'[^']*'", text):
        return text[1:-1]
    if re.fullmatch(r'"(?:[^"\\]|\\.)*"', text):
        return re.sub(r'\\(["$`\\])', r"\1", text[1:-1])
    if re.fullmatch(r"(?!['\"])(?:[^\\]|\\.)*", text):
        return re.sub(r"\\(.)", r"\1", text)
    return None


def _run(group: Group, command: Sequence[str], number: int, count: int) -> bool:
    """Run the command for a group, and print its output with the group's name before each line; return whether it succeeded."""
    if reports.is_at_terminal():
        click.echo(f"{number} of {count}: {group.name}", err=True)
    if group.problem:
        click.echo(f"{group.name}: cogwg: {group.problem}")
        return False
    reading, writing = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    if (process := os.fork()) == 0:
        os.close(reading)
        _run_alone(group, [word.replace(NAME, group.name) for word in command], writing)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8", errors="replace") as output:
        for line in output:
            click.echo(f"{group.name}: {line}", nl=False)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0


def _run_alone(group: Group, command: Sequence[str], output: int) -> NoReturn:
    """Run the command in this process, which was forked for this group, and exit."""
    from cogwg.cli import main

    code: object = 1
    try:
        for descriptor in (1, 2):
            os.dup2(output, descriptor)
        os.close(output)
        sys.stdout = sys.stderr = os.fdopen(1, "w", encoding="utf-8", buffering=1)
        for name in [name for name in os.environ if name.startswith("COGWG_")]:
            del os.environ[name]
        os.environ.update(group.settings)
        _become_owner(group)
        sys.argv = ["cogwg", *command]
        main()
    except SystemExit as end:
        code = end.code
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else int(code is not None))


def _become_owner(group: Group) -> None:
    """If this process runs as root, continue as the user who owns the data folder, as the server does."""
    if os.geteuid() != 0:
        return
    folder = group.folder
    try:
        user, user_group = owner_of(folder)
    except OSError as error:
        _exit_with(f"Could not find out who owns COGWG_DATA, {folder}: {error.strerror}.")
    if user == 0:
        owner = f"cogwg-{group.name}"
        _exit_with(
            f"COGWG_DATA, {folder}, belongs to root. Make the user of the group’s server the owner of this folder and of what"
            f" is in it, for example with “chown -R {owner}:{owner} {folder}”."
        )
    os.umask(0o077)
    os.setgroups([])
    os.setgid(user_group)
    os.setuid(user)
    os.environ["HOME"] = str(folder)


def owner_of(folder: Path) -> tuple[int, int]:
    """Return the ids of the user and of the group that own a folder."""
    owner = folder.stat()
    return owner.st_uid, owner.st_gid


def _exit_with(sentence: str) -> NoReturn:
    click.echo(f"cogwg: {sentence}", err=True)
    sys.exit(2)
