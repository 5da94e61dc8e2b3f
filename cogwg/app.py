"""The factory: settings, extensions and doors, put together in one place."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from cogwg import web
from cogwg.accounts.passwords import Passwords
from cogwg.core import migration, settings
from cogwg.core.db import connect, refuse_other_encodings
from cogwg.core.paths import place
from cogwg.core.settings import Settings
from cogwg.web.http.database import db
from cogwg.web.http.jinja import Templates

MIB = 1024 * 1024


def create_app(chosen: Settings | None = None) -> Flask:
    """The application for these settings, by default those of the environment.

    Raises ``Unusable`` when a setting, the database's encoding or its schema cannot be worked with.
    """
    chosen = chosen or settings.read()
    app = Flask("cogwg", static_folder=str(place("static")), template_folder=str(place("templates")))
    app.jinja_environment = Templates
    app.config.update(
        SQLALCHEMY_DATABASE_URI=chosen.database_url,
        SECRET_KEY=chosen.secret_key,
        SECRET_KEY_FALLBACKS=list(chosen.old_keys),
        SESSION_COOKIE_NAME="__Host-session" if chosen.secure else "session",
        SESSION_COOKIE_SECURE=chosen.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        TRUSTED_HOSTS=list(chosen.hosts),
        MAX_CONTENT_LENGTH=MIB,
        MAX_FORM_MEMORY_SIZE=MIB,
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_DEFAULT_LOCALE="en",
    )
    app.extensions["cogwg.settings"] = chosen
    app.extensions["cogwg.calendar"] = chosen.calendar
    app.extensions["cogwg.passwords"] = Passwords(cheap=chosen.cheap_hashing)
    if chosen.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=chosen.proxies, x_proto=chosen.proxies, x_host=chosen.proxies)  # type: ignore[method-assign]
    connect(chosen.database_url).dispose()
    db.init_app(app)
    web.register(app)
    _refuse_unready(app)
    return app


def _refuse_unready(app: Flask) -> None:
    """Start-up refuses a database that is not UTF-8 or not at the head of the migrations."""
    with app.app_context():
        refuse_other_encodings(db.engine)
        migration.refuse_old_schema(db.engine)
        db.engine.dispose()
