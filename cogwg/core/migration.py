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

from cogwg.core.errors import Unusable
from cogwg.core.paths import place


def settings(engine: Engine | None = None) -> Config:
    """Alembic's settings without an ini file; the engine reaches ``env.py`` through them."""
    config = Config()
    config.set_main_option("script_location", str(place("migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["engine"] = engine
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database to a revision, the latest unless told; all of it or nothing.

    Raises ``Unusable`` for a database that a newer version made.
    """
    try:
        command.upgrade(settings(engine), revision)
    except CommandError:
        raise Unusable("The database was made by a newer version of cogwg; run that one, or use another database.") from None


def downgrade(engine: Engine, revision: str) -> None:
    """Take the database back to an earlier revision ("base" for none); what later tables held is lost."""
    command.downgrade(settings(engine), revision)


def current(engine: Engine) -> str | None:
    """The revision the database says it is at, or None for a database without one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def at_head(engine: Engine) -> bool:
    """Whether the database has exactly the schema of this code."""
    return current(engine) == ScriptDirectory.from_config(settings()).get_current_head()


def refuse_old_schema(engine: Engine) -> None:
    """Start-up check: raises ``Unusable``, naming the command to run, unless the database is at head."""
    scripts = ScriptDirectory.from_config(settings())
    try:
        found = current(engine)
    except DBAPIError as error:
        raise Unusable(f"The database cannot be read: {str(error.orig).splitlines()[0]}") from None
    if found == scripts.get_current_head():
        return
    if found is None:
        raise Unusable("The database has no tables yet; run “cogwg init” to make them.")
    if found in {script.revision for script in scripts.walk_revisions()}:
        raise Unusable(f"The database is at the older revision {found}; run “cogwg init” to bring it up to date.")
    raise Unusable(
        f"The database is at revision {found}, newer than this version of cogwg; "
        "install the version that made it, then run its “cogwg init”."
    )
