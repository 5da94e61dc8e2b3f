"""Migration of a database to the schema of this code, and the start-up check of the schema.

The revisions are in the ``migrations`` folder; this module only knows where the folder is.
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
    """Return Alembic's configuration without an ini file; it passes the engine to ``env.py``."""
    config = Config()
    config.set_main_option("script_location", str(resource_folder("migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["engine"] = engine
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Upgrade the database to a revision, by default the latest, in one transaction.

    Raises ``ConfigurationError`` for a database that a newer version of the product created.
    """
    try:
        command.upgrade(alembic_config(engine), revision)
    except CommandError:
        raise ConfigurationError(
            "The database was created by a newer version of cogwg. Use that version or another database."
        ) from None


def downgrade(engine: Engine, revision: str) -> None:
    """Downgrade the database to an earlier revision ("base" for none); the data of dropped tables is lost."""
    command.downgrade(alembic_config(engine), revision)


def current_revision(engine: Engine) -> str | None:
    """Return the revision of the database, or None if it has none."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_at_head(engine: Engine) -> bool:
    """Return whether the database has exactly the schema of this code."""
    return current_revision(engine) == ScriptDirectory.from_config(alembic_config()).get_current_head()


def require_current_schema(engine: Engine) -> None:
    """Check at start-up that the database has the schema of this code.

    Raises ``ConfigurationError`` with the command to run if it does not, and if the database cannot be read.
    """
    scripts = ScriptDirectory.from_config(alembic_config())
    try:
        revision = current_revision(engine)
    except DBAPIError as error:
        raise ConfigurationError(f"Could not read the database: {str(error.orig).splitlines()[0]}") from None
    if revision == scripts.get_current_head():
        return
    if revision is None:
        raise ConfigurationError("The database has no tables yet. Run “cogwg init” to create them.")
    if revision in {script.revision for script in scripts.walk_revisions()}:
        raise ConfigurationError(f"The database is at the older revision {revision}. Run “cogwg init” to update it.")
    raise ConfigurationError(
        f"The database is at revision {revision}, which is newer than this version of cogwg. "
        "Install the version that created it, then run its “cogwg init”."
    )
