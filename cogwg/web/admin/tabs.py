"""The links between the pages of the administration."""

from __future__ import annotations

from flask import url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _

from cogwg.policy import Permission, has_permission
from cogwg.web.admin import blueprint
from cogwg.web.auth.access import current_user
from cogwg.web.http import i18n


@blueprint.record_once
def init(state: BlueprintSetupState) -> None:
    state.app.jinja_env.globals.update(admin_tabs=admin_tabs)


def admin_tabs() -> list[tuple[str, str]]:
    """Return the label and the URL of each page of the administration that the person may open."""
    roles, lang = current_user().roles, i18n.current_language()
    tabs = (
        (_("People"), "admin.people_list", Permission.MANAGE_PEOPLE),
        (_("Jurisdictions"), "admin.jurisdiction_list", Permission.MANAGE_JURISDICTIONS),
        (_("Plans"), "admin.plan_list", Permission.MANAGE_PLAN),
        (_("Outbox"), "quarters.outbox_page", Permission.SEE_OUTBOX),
    )
    return [
        (str(label), url_for(endpoint, lang=lang)) for label, endpoint, permission in tabs if has_permission(roles, permission)
    ]
