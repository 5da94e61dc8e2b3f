"""Queries of the settings that the secretariat changes in the site."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.core.db import execute_core, table
from cogwg.core.settings import SITE_VARIABLES
from cogwg.site_settings.models import StoredSettings
from cogwg.site_settings.rules import given_values

SETTINGS_TABLE = table(StoredSettings)
SETTINGS_COLUMNS = tuple(SETTINGS_TABLE.c[name] for name in SITE_VARIABLES)
"""The columns for ``given_values``. Other statements can read them together with their own columns, because the table has only
one row."""
_STORED = select(*SETTINGS_COLUMNS, SETTINGS_TABLE.c.version)


def stored_in_site(session: Session) -> dict[str, Any]:
    """Return the fields of ``SiteSettings`` that the secretariat set, with their values, in one SQL statement."""
    return stored_with_version(session)[0]


def stored_with_version(session: Session) -> tuple[dict[str, Any], int]:
    """Return the result of ``stored_in_site``, and the version of the settings for a form, in one SQL statement."""
    row = execute_core(session, _STORED).one()
    return given_values(row), row.version
