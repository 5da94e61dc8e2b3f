"""Removing the identifiers of a person who left: a page that asks for the reason, and a second page that confirms."""

from __future__ import annotations

import logging
import os

from flask import current_app, flash, make_response, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.backup.removals import keep_removals, removals_file, stored_removals
from cogwg.core.errors import Conflict, Invalid
from cogwg.core.settings import Settings, data_folder
from cogwg.policy import Permission
from cogwg.privacy.removal import check_removal, remove_identifiers
from cogwg.web.admin import blueprint
from cogwg.web.admin.forms import RemovalForm
from cogwg.web.admin.person import changed_meanwhile, load_person
from cogwg.web.auth.access import actor, current_user, requires
from cogwg.web.http import clocks, forms, i18n, security_log
from cogwg.web.http.database import session, write
from cogwg.web.http.filters import person_name
from cogwg.web.http.flashes import redirect_to_outcome
from cogwg.web.http.forms import parse_version

log = logging.getLogger("cogwg.web")


@blueprint.get("/people/<int:id>/remove")
@requires(Permission.MANAGE_PEOPLE)
def person_removal_page(lang: str, id: int) -> Response:
    """Show what is removed and what is kept, and ask for the reason."""
    return _render(id, RemovalForm(formdata=None), 200)


@blueprint.post("/people/<int:id>/remove/confirm")
@requires(Permission.MANAGE_PEOPLE)
def person_removal_check(lang: str, id: int) -> Response:
    """Show the reason once more, with the button that removes the identifiers. Nothing is changed yet."""
    form = RemovalForm()
    try:
        check_removal(load_person(session(), id), form.reason.data or "", version=parse_version(form.version.data or ""))
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _render(id, form, 422)
    except Conflict:
        return _render_conflict(id, form)
    return _render(id, form, 200, is_checked=True)


@blueprint.post("/people/<int:id>/remove")
@requires(Permission.MANAGE_PEOPLE)
def person_removal(lang: str, id: int) -> Response:
    """Remove the identifiers of a deactivated person, such as their name and email address. This cannot be undone."""
    form = RemovalForm()
    try:
        with write() as open_session:
            person = load_person(open_session, id)
            version = parse_version(form.version.data or "")
            reason = form.reason.data or ""
            remove_identifiers(open_session, person, reason=reason, version=version, by=actor(), at=clocks.now())
            name = person_name(person.name)
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _render(id, form, 422)
    except Conflict:
        return _render_conflict(id, form)
    settings: Settings = current_app.extensions["cogwg.settings"]
    stored = stored_removals(session().connection())
    if warning := keep_removals(stored, removals_file(settings.database_url, data_folder(os.environ))):
        log.warning("%s The next cogwg backup tries again.", warning)
    security_log.log_event("identifiers.removed", person_id=current_user().person_id)
    flash(_("The name and email address were removed. The person is now called %(name)s.", name=name))
    return redirect_to_outcome(url_for("admin.person_page", lang=i18n.current_language(), id=id))


def _render_conflict(id_: int, form: RemovalForm) -> Response:
    form.form_errors.append(changed_meanwhile())
    return _render(id_, form, 409)


def _render(id_: int, form: RemovalForm, status: int, *, is_checked: bool = False) -> Response:
    person = load_person(session(), id_)
    if not is_checked:
        form.version.data = str(person.version)
    template = "admin/confirm_removal.html" if is_checked else "admin/remove.html"
    return make_response(render_template(template, member=person, form=form), status)
