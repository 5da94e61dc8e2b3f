"""The web layer: one package with a blueprint for each area.

A view parses the request, calls services of the layers below, and renders the response.
"""

from __future__ import annotations

from flask import Flask
from flask_babel import Babel
from flask_wtf import CSRFProtect


def register(app: Flask) -> None:
    """Register what every request needs, and the pages of every area.

    Raises ``ConfigurationError`` if a view does not declare who may use it.
    """
    from cogwg.web import (
        account,
        activities,
        admin,
        auth,
        briefings,
        engagement,
        jurisdictions,
        news,
        ogp,
        plan,
        public,
        quarters,
        reporting,
        search,
        site,
        workbook,
    )
    from cogwg.web.auth import access, expired_forms, openid_state, session
    from cogwg.web.briefings import editor, presentation
    from cogwg.web.http import (
        access_log,
        converters,
        errors,
        filters,
        flashes,
        forms,
        headers,
        history,
        i18n,
        mail_context,
        neighbouring_forms,
        opened_by,
        past_day,
        proxy_check,
        public_addresses,
        published_sentences,
        rate_limits,
        record_paths,
        security_log,
        single_use,
        site_settings,
        status_counts,
        unsaved_text,
    )
    from cogwg.web.ogp import importing
    from cogwg.web.site import layout

    access_log.init(app)
    record_paths.init(app)
    proxy_check.init(app)
    Babel(app, locale_selector=lambda: i18n.current_language().value)
    i18n.init(app)
    session.init(app)
    openid_state.init(app)
    app.before_request(session.load_person)
    converters.init(app)
    security_log.init(app)
    rate_limits.init(app)
    CSRFProtect(app)
    areas = (site, auth, account, admin, plan, activities, jurisdictions, reporting, quarters, news, search, workbook, public)
    for area in (*areas, engagement, ogp, importing, briefings, editor, presentation):
        app.register_blueprint(area.blueprint)
    filters.init(app)
    flashes.init(app)
    forms.init(app)
    status_counts.init(app)
    public_addresses.init(app)
    published_sentences.init(app)
    history.init(app)
    mail_context.init(app)
    past_day.init(app)
    single_use.init(app)
    site_settings.init(app)
    opened_by.init(app)
    neighbouring_forms.init(app)
    layout.init(app)
    unsaved_text.init(app)
    headers.init(app)
    errors.init(app)
    expired_forms.init(app)
    access.refuse_undeclared(app)
