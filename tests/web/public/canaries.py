"""Canary texts: every column of every table that can hold text gets one, so that a text that leaks is found wherever it is."""

from __future__ import annotations

import re
import sqlite3
from collections import deque
from collections.abc import Collection, Iterator, Mapping
from html import unescape
from io import BytesIO
from pathlib import Path
from urllib.parse import urljoin, urlsplit
from zipfile import ZipFile

import pytest
from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, Enum, Integer, LargeBinary, Numeric, String, Table

from cogwg.core.db import Base, Instant
from cogwg.web.http import drawn, published
from cogwg.web.public.data import bundles
from tests.web_client import PUBLIC_URL, App, Client, Page

CANARY = "canary-"
WITHOUT_TEXT = (Integer, BigInteger, Boolean, Date, Instant, Numeric)
"""The types that hold no text. A column of another type that cannot be planted fails the tests."""
PUBLIC = {
    *(f"publication.{name}" for name in ("kind", "key", "content", "sha256", "witness", "withdrawal_en", "withdrawal_fr")),
    *(f"publication_file.{name}" for name in ("name", "content")),
    *(
        f"published_comment.{name}"
        for name in ("cycle", "phase", "about", "about_key", "channel", "event", "lang", "text", "name")
    ),
    *(f"published_count.{name}" for name in ("cycle", "phase", "refused")),
    *(
        f"site_settings.{name}_{lang}"
        for name in ("hosted_by", "owner", "jurisdiction", "licence", "licence_url")
        for lang in ("en", "fr")
    ),
    *(f"site_settings.{name}" for name in ("contact", "licence_id", "remind_days", "remind_after")),
    *("audit_link.previous", "audit_link.hash", "chain_head.hash"),
}
"""What is public: copies made at publication, what the host says of itself, and the hashes of the audit chain; and days as
numbers, of which the settings are read with every page."""
PLAN_FACTS = {
    *(f"work_plan.{name}" for name in ("title_en", "title_fr", "link")),
    *(f"jurisdiction.{name}" for name in ("code", "name_en", "name_fr", "short_en", "short_fr")),
    *(f"priority.{name}_{lang}" for name in ("title", "short", "issue", "outcome") for lang in ("en", "fr")),
    *(f"priority.{name}" for name in ("consequences", "results")),
    *(f"activity.{name}_{lang}" for name in ("title", "text", "due_words") for lang in ("en", "fr")),
    *("activity.code", "assignment.assignee_en", "assignment.assignee_fr", "due_change.reason_en", "due_change.reason_fr"),
}
"""What the plan's own pages show everyone: the plan, its roles and the reasons of moved due dates."""
ADDRESSES_OF_RECORD = {"plan_item_version.content", "plan_revision.value", "plan_revision.facts_value", "reporting_period.key"}
"""What these pages read to find their content: earlier plan facts, revisions, and the names of quarters."""


def text_columns() -> dict[str, Column]:
    """Return every column that can hold text, by ``table.column``."""
    columns = {f"{table.name}.{column.name}": column for table in Base.metadata.sorted_tables for column in table.columns}
    return {name: column for name, column in columns.items() if not isinstance(column.type, WITHOUT_TEXT)}


def codes() -> set[str]:
    """Return the columns that hold one of a few codes, which the product refuses to read if they hold anything else."""
    return {name for name, column in text_columns().items() if isinstance(column.type, Enum)}


def plant_canaries(app: App, leave: Collection[str] = PUBLIC) -> set[str]:
    """Put a canary into every column that can hold text, but for those to ``leave``; return the columns that hold one.

    A table without rows gets one first, which belongs to existing rows. Checks, triggers and foreign keys are off.
    """
    app.close()
    path = Path(app.url.partition(":///")[2])
    wanted = {name: column for name, column in text_columns().items() if name not in leave}
    with sqlite3.connect(path, isolation_level=None) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{trigger}"')
        for table in Base.metadata.sorted_tables:
            if not connection.execute(f'SELECT 1 FROM "{table.name}" LIMIT 1').fetchone():
                _insert(connection, table)
        for name, column in wanted.items():
            connection.execute(f'UPDATE "{column.table.name}" SET "{column.name}" = {_canary(name, column)}')
        planted = {name for name, column in wanted.items() if _holds_canary(connection, column)}
    connection.close()
    return planted


def _canary(name: str, column: Column) -> str:
    text = f"'{CANARY}{name}-' || rowid || '@example.ca'"
    match column.type:
        case JSON():
            return f"json_quote({text})"
        case LargeBinary():
            return f"CAST({text} AS BLOB)"
        case String():
            return text
    raise AssertionError(f"{name} has a type that cannot hold a canary: {column.type!r}")


def _insert(connection: sqlite3.Connection, table: Table) -> None:
    values = {column.name: _value(connection, column) for column in table.columns}
    names, marks = ", ".join(f'"{name}"' for name in values), ", ".join("?" * len(values))
    connection.execute(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', tuple(values.values()))


def _value(connection: sqlite3.Connection, column: Column) -> object:
    """Return the value of a new row's column: the first row that it refers to, a day of the plan's year, or the least."""
    for key in column.foreign_keys:
        target = key.column
        row = connection.execute(f'SELECT min("{target.name}") FROM "{target.table.name}"').fetchone()
        return row[0] if row[0] is not None else 1
    if isinstance(column.type, Date):
        return "2020-02-27"
    if isinstance(column.type, Instant):
        return None if column.nullable else "2020-02-27 17:00:00.000000"
    if isinstance(column.type, Enum):
        return column.type.enums[0]
    if isinstance(column.type, JSON):
        return "{}"
    if isinstance(column.type, LargeBinary):
        return b"-"
    if isinstance(column.type, String):
        return "-"
    return 2020 if "year" in column.name else 1


def _holds_canary(connection: sqlite3.Connection, column: Column) -> bool:
    statement = f'SELECT 1 FROM "{column.table.name}" WHERE instr(CAST("{column.name}" AS TEXT), ?) LIMIT 1'
    return connection.execute(statement, (CANARY,)).fetchone() is not None


def forget_what_was_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the process draw everything again, which it keeps as long as what is published stays the same."""
    monkeypatch.setattr(drawn, "_drawn", drawn.DrawnResponses())
    monkeypatch.setattr(bundles, "_kept", {})
    monkeypatch.setattr(published, "_kept", {})


PLANTED = re.compile(rf"{CANARY}([a-z_]+\.[a-z_]+)".encode())
LINK = re.compile(r'(?:href|src|action)="([^"]*)"|<loc>([^<]*)</loc>')
WITH_LINKS = ("text/html", "application/xml", "application/atom+xml")


def crawl(client: Client, starts: Collection[str], within: re.Pattern[str], *, follow: bool = True) -> dict[str, Page]:
    """Return what each of these addresses answers that matches the pattern and, with ``follow``, all that they link to."""
    answers: dict[str, Page] = {}
    waiting = deque(starts)
    while waiting:
        address = waiting.popleft()
        if address in answers or not within.match(address):
            continue
        answers[address] = page = client.get(address)
        if "Location" in page.headers:
            waiting.append(page.redirect_path)
        elif follow and page.headers.get("Content-Type", "").startswith(WITH_LINKS):
            waiting.extend(_linked(address, page.text))
    return answers


def _linked(address: str, text: str) -> Iterator[str]:
    for pieces in LINK.findall(text):
        target = urlsplit(urljoin(PUBLIC_URL + address, unescape("".join(pieces))))
        if f"{target.scheme}://{target.netloc}" == PUBLIC_URL and not target.path.startswith("/static/"):
            yield target.path + (f"?{target.query}" if target.query else "")


def parts(content: bytes) -> list[bytes]:
    """Return a file and, if it is packed, everything in it, such as hidden sheets and properties."""
    if not content.startswith(b"PK"):
        return [content]
    with ZipFile(BytesIO(content)) as packed:
        return [part for name in packed.namelist() for part in (name.encode(), *parts(packed.read(name)))]


def leaks(contents: Mapping[str, bytes]) -> dict[str, list[str]]:
    """Return the columns whose canaries a content has, by its address."""
    columns = {
        address: sorted({match.decode() for part in parts(content) for match in PLANTED.findall(part)})
        for address, content in contents.items()
    }
    return {address: names for address, names in columns.items() if names}
