"""Read a ``pg_dump`` archive without a server, as the SQL script that ``pg_restore`` prints.

Reading the script to its end shows what the tables hold, and that the archive is complete.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import IO, cast

from cogwg.audit.models import AuditEvent
from cogwg.backup.contents import REVISION_TABLE, Contents
from cogwg.core.errors import ConfigurationError

MAGIC = b"PGDMP"
_COPY = re.compile(rb"COPY (?:\w+|\"[^\"]+\")\.\"?(\w+)\"? \((.*)\) FROM stdin;\n")
_END_OF_ROWS = b"\\.\n"
Part = tuple[bytes, Iterator[bytes] | None]
"""A part of the script: some SQL and None, or a COPY statement and its rows, which must be read before the next part."""


@contextmanager
def archive_script(archive: Path) -> Iterator[Iterator[Part]]:
    """Provide the parts of the script that creates the archive's tables in the schema ``public``.

    The block must read all of them. At its end, this raises ``ConfigurationError`` if the archive is incomplete.
    """
    program = client_program("pg_restore")
    options = ("--schema=public", "--no-owner", "--no-privileges", "--file=-")
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(  # noqa: S603
            [program, *options, str(archive)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors
        )
        output = cast(IO[bytes], process.stdout)
        try:
            yield _parts(output)
        except BaseException:
            process.kill()
            raise
        finally:
            output.close()
            code = process.wait()
        if code:
            errors.seek(0)
            raise ConfigurationError(f"{archive} is not a complete backup: {reason(errors.read(), code)}.")


def client_program(name: str) -> str:
    """Return the path of one of PostgreSQL's client programs. Raises ``ConfigurationError`` if it is not installed."""
    path = shutil.which(name)
    if path is None:
        raise ConfigurationError(
            f"{name} is not installed. Install PostgreSQL’s client programs (postgresql-client on Debian)."
        )
    return path


def reason(errors: bytes, code: int) -> str:
    """Return why a client program failed: the first line on its standard error or, if there is none, its exit code."""
    lines = errors.decode(errors="replace").strip().splitlines()
    first = re.sub(r"^\w+: (error: )?", "", lines[0]).rstrip(".") if lines else ""
    return first or (f"signal {-code} ended it" if code < 0 else f"exit code {code}")


def _parts(lines: Iterator[bytes]) -> Iterator[Part]:
    """Yield the parts of a script, without the settings for ``psql`` at its beginning."""
    first = next((line for line in lines if line.startswith((b"CREATE ", b"COPY "))), None)
    sql: list[bytes] = []
    for line in chain([first] if first is not None else (), lines):
        if _COPY.fullmatch(line):
            yield b"".join(sql), None
            sql = []
            yield line, iter(lambda: next(lines, _END_OF_ROWS), _END_OF_ROWS)
        elif not line.startswith((b"\\restrict ", b"\\unrestrict ")):
            sql.append(line)
    yield b"".join(sql), None


def read_archive(archive: Path) -> Contents:
    """Read an archive to its end and return its contents. Raises ``ConfigurationError`` if it is not a complete backup."""
    rows: dict[str, int] = {}
    revision, latest_id, latest_at = "", 0, None
    with archive_script(archive) as parts:
        for statement, copied in parts:
            copy = _COPY.fullmatch(statement)
            if copy is None or copied is None:
                continue
            name = copy[1].decode()
            columns = [column.strip('" ') for column in copy[2].decode().split(",")]
            rows[name] = 0
            for row in copied:
                rows[name] += 1
                if name == REVISION_TABLE:
                    revision = row.decode().strip()
                elif name == AuditEvent.__tablename__:
                    values = row.split(b"\t")
                    latest_id = max(latest_id, int(values[columns.index("id")]))
                    at = datetime.fromisoformat(values[columns.index("at")].decode())
                    latest_at = max(latest_at or at, at)
    if not revision or rows.pop(REVISION_TABLE) != 1:
        raise ConfigurationError(f"{archive} is not a backup of cogwg.")
    return Contents(revision, rows, latest_id, latest_at)


def is_blank(sql: bytes) -> bool:
    """Return whether some SQL consists only of comments and empty lines."""
    return all(not line.strip() or line.startswith(b"--") for line in sql.splitlines())
