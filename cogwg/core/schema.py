"""The check of a database's schema at start-up.

Alembic is not imported for this, because the import would take a third of the time that a command needs to start.
"""

from __future__ import annotations

from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from cogwg.core.db import reason_and_hint, sqlite_path
from cogwg.core.errors import ConfigurationError
from cogwg.core.paths import resource_folder


def head() -> str:
    """Return the latest schema revision of this code, from the names of the files in ``migrations/versions``, each of which
    begins with its revision.
    """
    return max(file.stem.partition("_")[0] for file in (resource_folder("migrations") / "versions").glob("*.py"))


def current_revision(engine: Engine) -> str | None:
    """Return the revision of the database, or None if it has none."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def is_at_head(engine: Engine) -> bool:
    """Return whether the database has exactly the schema of this code."""
    return current_revision(engine) == head()


def require_current_schema(engine: Engine) -> None:
    """Check at start-up that the database has the schema of this code.

    Raises ``ConfigurationError`` with what to do if it does not, and with the reason if the database cannot be read.
    """
    try:
        revision = current_revision(engine)
    except DBAPIError as error:
        path = sqlite_path(str(engine.url))
        raise ConfigurationError(f"Could not read the database{f' {path}' if path else ''}: {reason_and_hint(error)}") from None
    if revision == head():
        return
    user = "the role that owns the tables" if engine.dialect.name == "postgresql" else "the user of the server"
    init = f"Run “cogwg init” as {user} (“cogwg-run --owner init”)"
    if revision is None:
        raise ConfigurationError(f"The database has no tables yet. {init} to create them.")
    from cogwg.core.migration import revisions

    if revision in revisions():
        raise ConfigurationError(f"The database is at the older revision {revision}. {init} to update it.")
    raise ConfigurationError(
        f"The database is at revision {revision}, which is newer than this version of cogwg. "
        "Install the version that created it, then run its “cogwg init”."
    )
