"""The settings in force on the site: those of the environment, else those that the secretariat set, else the defaults.

Each request reads them again, so every worker knows a change at once. For a signed-in person, the statement that finds the
session also reads them; a page for a visitor reads them only if it shows them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask, current_app, g
from sqlalchemy.exc import SQLAlchemyError

from cogwg.core.settings import Settings, SiteSettings
from cogwg.site_settings.queries import stored_in_site
from cogwg.web.http import i18n
from cogwg.web.http.database import session


def init(app: Flask) -> None:
    app.jinja_env.globals.update(
        hosted_by=hosted_by,
        site_contact=site_contact,
        is_factor_required=is_factor_required,
        search_engines_allowed=search_engines_allowed,
    )


def site_settings() -> SiteSettings:
    """Return the settings in force. If the database does not respond, the settings stored in it count as not set."""
    if "stored_settings" not in g:
        try:
            use_stored(stored_in_site(session()))
        except SQLAlchemyError:
            use_stored({})
    return environment().in_site(g.stored_settings)


def environment() -> Settings:
    """Return the settings of the environment."""
    settings: Settings = current_app.extensions["cogwg.settings"]
    return settings


def use_stored(stored: Mapping[str, Any]) -> None:
    """Use these stored settings for the rest of this request."""
    g.stored_settings = stored


def hosted_by() -> str:
    """Return who hosts this site, in the page's language."""
    return site_settings().hosted_by.text(i18n.current_language())


def site_contact() -> str:
    """Return the group's contact, which is an email address, another text, or empty."""
    return site_settings().contact


def search_engines_allowed() -> bool:
    """Return whether search engines may index the public pages."""
    return site_settings().search_engines


def is_factor_required() -> bool:
    """Return whether co-chairs and the secretariat must set up two-step sign-in."""
    return site_settings().require_second_factor
