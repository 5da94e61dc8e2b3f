"""Bringing a database to the schema of this code, and refusing to start on another one.

The revisions stand in the ``migrations`` folder; they know the tables, this room knows only where they stand.
"""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from cogwg.core.errors import ConfigurationError
from cogwg.core.paths import resource_folder


def alembic_config(engine: Engine | None = None) -> Config:
    """Alembic's settings without an ini file; the engine reaches ``env.py`` through them."""
    config = Config()
    config.set_main_option("script_location", str(resource_folder("migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["engine"] = engine
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database to a revision, the latest unless told; all of it or nothing.

    Raises ``Unusable`` for a database that a newer version made.
    """
    try:
        command.upgrade(alembic_config(engine), revision)
    except CommandError:
        raise ConfigurationError(
            "The database was made by a newer version of cogwg; run that one, or use another database."
        ) from None


def downgrade(engine: Engine, revision: str) -> None:
    """Take the database back to an earlier revision ("base" for none); what later tables held is lost."""
    command.downgrade(alembic_config(engine), revision)


def current_revision(engine: Engine) -> str | None:
    """The revision the database says it is at, or None for a database without one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_at_head(engine: Engine) -> bool:
    """Whether the database has exactly the schema of this code."""
    return current_revision(engine) == ScriptDirectory.from_config(alembic_config()).get_current_head()


def require_current_schema(engine: Engine) -> None:
    """Start-up check: raises ``Unusable``, naming the command to run, unless the database is at head."""
    scripts = ScriptDirectory.from_config(alembic_config())
    try:
        found = current_revision(engine)
    except DBAPIError as error:
        raise ConfigurationError(f"The database cannot be read: {str(error.orig).splitlines()[0]}") from None
    if found == scripts.get_current_head():
        return
    if found is None:
        raise ConfigurationError("The database has no tables yet; run “cogwg init” to make them.")
    if found in {script.revision for script in scripts.walk_revisions()}:
        raise ConfigurationError(f"The database is at the older revision {found}; run “cogwg init” to bring it up to date.")
    raise ConfigurationError(
        f"The database is at revision {found}, newer than this version of cogwg; "
        "install the version that made it, then run its “cogwg init”."
    )
