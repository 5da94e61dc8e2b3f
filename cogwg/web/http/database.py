"""Flask-SQLAlchemy binds engine and session of a request; the engine itself is made by ``core.db``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import Session

from cogwg.core import db as core_db


class Database(SQLAlchemy):
    """The extension, with the transaction rules of the ground floor."""

    def _make_engine(self, bind_key: str | None, options: dict[str, Any], app: Flask) -> sa.Engine:
        return core_db.build_engine(str(options["url"]))


db = Database()


def session() -> Session:
    """The session of this request."""
    return db.session()


@contextmanager
def write() -> Iterator[Session]:
    """A write transaction of this request, opened just before a service and committed just after it."""
    with core_db.write_transaction(session()) as open_session:
        yield open_session
