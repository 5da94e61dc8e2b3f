"""Run the revisions on the engine from ``cogwg.core.migration``, in one explicit transaction, all or nothing.

On SQLite, rebuilding a table while foreign keys are enforced silently deletes its child rows by cascade. Enforcement is
therefore turned off before BEGIN, and ``foreign_key_check`` runs before COMMIT.
"""

from __future__ import annotations

from importlib import import_module
from itertools import count
from typing import Any

from alembic import context
from sqlalchemy import Connection, Engine, text

from cogwg.core.db import WRITE_OPTIONS, Base
from cogwg.core.errors import ConfigurationError
from cogwg.core.progress import note_progress

for package in (
    "accounts",
    "audit",
    "imports",
    "mail",
    "plan",
    "ogp",
    "engagement",
    "reporting",
    "discussion",
    "briefing",
    "tracker",
):
    import_module(f"cogwg.{package}.models")


def run(connection: Connection) -> None:
    """Run the requested revisions on a connection whose transaction has begun."""
    done = count(1)
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        on_version_apply=lambda **_: note_progress("Upgrading the database, revisions", next(done)),
    )
    context.run_migrations()


def on_sqlite(engine: Engine) -> None:
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys = OFF").close()
        try:
            with connection.execution_options(**WRITE_OPTIONS).begin():
                run(connection)
                orphans = connection.execute(text("PRAGMA foreign_key_check")).all()
                if orphans:
                    raise ConfigurationError(
                        f"The migration would leave {len(orphans)} rows without their parent; nothing was changed."
                    )
        finally:
            driver.execute("PRAGMA foreign_keys = ON").close()


def on_postgresql(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('cogwg.migrations'))"))
        run(connection)


if (connected := context.config.attributes.get("connection")) is not None:
    run(connected)
else:
    bound: Engine = context.config.attributes["engine"]
    (on_sqlite if bound.dialect.name == "sqlite" else on_postgresql)(bound)
