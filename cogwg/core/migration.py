"""Migration of a database to the schema of this code; ``cogwg.core.schema`` checks it at start-up.

The revisions themselves are in the ``migrations`` folder.
"""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine

from cogwg.core.errors import ConfigurationError
from cogwg.core.paths import resource_folder
from cogwg.core.progress import note_progress


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
    note_progress("Upgrading the database")
    try:
        command.upgrade(alembic_config(engine), revision)
    except CommandError:
        raise ConfigurationError(
            "The database was created by a newer version of cogwg. Use that version or another database."
        ) from None


def upgrade_connection(connection: Connection) -> None:
    """Upgrade a PostgreSQL database to the latest revision, in the transaction of this connection."""
    note_progress("Upgrading the database")
    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def downgrade(engine: Engine, revision: str) -> None:
    """Downgrade the database to an earlier revision ("base" for none); the data of dropped tables is lost."""
    command.downgrade(alembic_config(engine), revision)


def revisions() -> set[str]:
    """Return the schema revisions that this code knows."""
    return {script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions()}
