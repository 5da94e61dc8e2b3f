"""The application factory: it combines the settings, extensions and views."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from cogwg import web
from cogwg.accounts.passwords import Passwords
from cogwg.core import schema, settings
from cogwg.core.db import build_engine, require_utf8, require_writable
from cogwg.core.paths import resource_folder
from cogwg.core.sealing import Sealer
from cogwg.core.settings import Settings
from cogwg.web.http.database import db
from cogwg.web.http.jinja import TemplateEnvironment
from cogwg.web.site.health import answer_under_any_host

MIB = 1024 * 1024


def create_app(chosen: Settings | None = None) -> Flask:
    """Return the application for these settings, by default those of the environment.

    Raises ``ConfigurationError`` for an invalid setting, and for a database that cannot be reached or written, is not in
    UTF-8, or does not have the schema of this version.
    """
    chosen = chosen or settings.read_settings()
    app = Flask("cogwg", static_folder=str(resource_folder("static")), template_folder=str(resource_folder("templates")))
    app.jinja_environment = TemplateEnvironment
    app.config.update(
        SQLALCHEMY_DATABASE_URI=chosen.database_url,
        **signing_config(chosen),
        SESSION_COOKIE_NAME="__Host-session" if chosen.secure else "session",
        SESSION_COOKIE_SECURE=chosen.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        TRUSTED_HOSTS=list(chosen.trusted_hosts),
        MAX_CONTENT_LENGTH=MIB,
        MAX_FORM_MEMORY_SIZE=MIB,
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_DEFAULT_LOCALE="en",
    )
    app.extensions["cogwg.settings"] = chosen
    app.extensions["cogwg.calendar"] = chosen.calendar
    app.extensions["cogwg.sealer"] = Sealer(chosen.secret_key, chosen.fallback_keys)
    app.extensions["cogwg.passwords"] = Passwords(cheap=chosen.cheap_hashing)
    app.wsgi_app = answer_under_any_host(app.wsgi_app, chosen.trusted_hosts[0].lstrip("."))  # type: ignore[method-assign, assignment]
    if chosen.proxy_count:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=chosen.proxy_count, x_proto=chosen.proxy_count, x_host=chosen.proxy_count)  # type: ignore[method-assign]
    build_engine(chosen.database_url).dispose()
    db.init_app(app)
    web.register(app)
    require_ready_database(app)
    return app


def signing_config(chosen: Settings) -> dict[str, Any]:
    """Return Flask's settings for the keys of cookies and forms: the newest key signs both, and every key is accepted."""
    return {
        "SECRET_KEY": chosen.secret_key,
        "SECRET_KEY_FALLBACKS": list(chosen.fallback_keys),
        "WTF_CSRF_SECRET_KEY": [*chosen.fallback_keys, chosen.secret_key],
    }


def require_ready_database(app: Flask) -> None:
    """Check that the database is in UTF-8, has the schema of this version and can be written; leave no connection open.

    Raises ``ConfigurationError`` if a check fails, or if the database cannot be reached.
    """
    with app.app_context():
        require_utf8(db.engine)
        schema.require_current_schema(db.engine)
        require_writable(db.engine)
        db.engine.dispose()
