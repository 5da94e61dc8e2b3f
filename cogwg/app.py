"""The factory: settings, extensions and doors, put together in one place."""

from __future__ import annotations

from flask import Flask
from flask_babel import Babel
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from cogwg.accounts.passwords import Passwords
from cogwg.core import migration, settings
from cogwg.core.db import connect, refuse_other_encodings
from cogwg.core.paths import place
from cogwg.core.settings import Settings
from cogwg.web.account.feeds import blueprint as feeds
from cogwg.web.account.views import blueprint as account
from cogwg.web.activities.discussion import blueprint as discussion
from cogwg.web.activities.views import blueprint as activity
from cogwg.web.auth import access
from cogwg.web.auth import session as signing
from cogwg.web.auth.sign_in import blueprint as accounts
from cogwg.web.briefings.editor.routes import blueprint as composer
from cogwg.web.briefings.freeze import blueprint as freezing
from cogwg.web.briefings.presentation.comments import blueprint as preview_comments
from cogwg.web.briefings.presentation.share_links import blueprint as preview_links
from cogwg.web.briefings.presentation.views import blueprint as preview
from cogwg.web.briefings.versions import blueprint as frozen
from cogwg.web.briefings.views import blueprint as briefings
from cogwg.web.http import converters as addresses
from cogwg.web.http import errors, headers
from cogwg.web.http import filters as words
from cogwg.web.http import i18n as languages
from cogwg.web.http import rate_limits as limits
from cogwg.web.http import security_log as security
from cogwg.web.http.database import db
from cogwg.web.http.jinja import Templates
from cogwg.web.jurisdictions.views import blueprint as jurisdictions
from cogwg.web.news.challenges import blueprint as challenges
from cogwg.web.news.downloads import blueprint as lists
from cogwg.web.news.milestones import blueprint as milestones
from cogwg.web.news.translations import blueprint as translations
from cogwg.web.plan.matrix import blueprint as plan
from cogwg.web.plan.priority import blueprint as priority
from cogwg.web.plan.roles import blueprint as roles
from cogwg.web.plan.views import blueprint as plan_views
from cogwg.web.quarters.outbox import blueprint as outbox
from cogwg.web.quarters.readiness import blueprint as readiness
from cogwg.web.quarters.views import blueprint as steering
from cogwg.web.reporting.submit import blueprint as reporting
from cogwg.web.site import layout
from cogwg.web.site.health import blueprint as health
from cogwg.web.site.views import blueprint as pages

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
    Babel(app, locale_selector=lambda: languages.current().value)
    languages.init(app)
    signing.init(app)
    app.before_request(signing.load_person)
    addresses.init(app)
    security.init(app)
    limits.init(app)
    CSRFProtect(app)
    of_people = (accounts, account, jurisdictions, feeds)
    of_plan = (plan, plan_views, priority, activity, discussion, roles)
    of_quarter = (reporting, steering, readiness, outbox, milestones, challenges, lists, translations)
    of_briefings = (briefings, composer, freezing, frozen, preview, preview_links, preview_comments)
    for blueprint in (health, pages, *of_people, *of_plan, *of_quarter, *of_briefings):
        app.register_blueprint(blueprint)
    words.init(app)
    layout.init(app)
    headers.init(app)
    errors.init(app)
    access.refuse_undeclared(app)
    _refuse_unready(app)
    return app


def _refuse_unready(app: Flask) -> None:
    """Start-up refuses a database that is not UTF-8 or not at the head of the migrations."""
    with app.app_context():
        refuse_other_encodings(db.engine)
        migration.refuse_old_schema(db.engine)
        db.engine.dispose()
