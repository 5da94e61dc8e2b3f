"""The database session of a request, from Flask-SQLAlchemy, on the engine that ``core.db`` builds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from flask import Flask, g
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import Session

from cogwg.audit.linking import has_noted_events
from cogwg.core import db as core_db


class Database(SQLAlchemy):
    """The Flask-SQLAlchemy extension, with the engine and transaction rules of ``core.db``."""

    def _make_engine(self, bind_key: str | None, options: dict[str, Any], app: Flask) -> sa.Engine:
        return core_db.read_without_transactions(core_db.build_engine(str(options["url"])))


db = Database()


def session() -> Session:
    """Return the database session of this request."""
    return db.session()


@contextmanager
def write() -> Iterator[Session]:
    """Open a write transaction for service calls. Commit it at the end of the block, or roll it back on an error."""
    with core_db.write_transaction(session()) as open_session:
        yield open_session
        is_change = has_noted_events(open_session)
    if is_change:
        g.has_saved = True


def has_saved() -> bool:
    """Return whether this request has committed a change that the audit log records."""
    return bool(g.get("has_saved"))
