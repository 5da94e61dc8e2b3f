"""The settings of the site: those that the secretariat changes here, and those that the environment sets."""

from __future__ import annotations

from collections.abc import Callable

from flask import make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from cogwg.accounts.required_factor import factor_holders, set_required_factor
from cogwg.core.errors import Conflict, Invalid
from cogwg.core.settings import SITE_VARIABLES, SiteSettings
from cogwg.policy import Permission
from cogwg.site_settings.queries import stored_with_version
from cogwg.site_settings.rules import DAYS_FIELDS
from cogwg.site_settings.services import (
    SUBJECT,
    change_answer_links,
    change_host_and_contact,
    change_public_texts,
    change_reminder_days,
    change_search_engines,
)
from cogwg.web.admin import blueprint
from cogwg.web.admin.server_settings import server_settings
from cogwg.web.admin.settings_forms import (
    AnswerLinksForm,
    FactorForm,
    HostForm,
    PublicTextsForm,
    RemindersForm,
    SearchEnginesForm,
    SettingsForm,
)
from cogwg.web.auth.access import actor, current_user, requires
from cogwg.web.auth.security_key import site_of_keys
from cogwg.web.http import clocks, forms, i18n, security_log
from cogwg.web.http.audit_history import short_history
from cogwg.web.http.database import session, write
from cogwg.web.http.flashes import flash_at, redirect_to_outcome
from cogwg.web.http.forms import parse_version
from cogwg.web.http.site_settings import environment, site_settings, use_stored

Change = Callable[[Session, int], bool]


@blueprint.get("/settings")
@requires(Permission.MANAGE_SETTINGS)
def settings_page(lang: str) -> Response:
    """Show the settings in force, with the forms that change them."""
    return _render(None, 200)


@blueprint.post("/settings/host")
@requires(Permission.MANAGE_SETTINGS)
def settings_host(lang: str) -> Response:
    """Change who hosts the site and whom to contact."""
    form = HostForm(fixed=environment().fixed_in_site)

    def change(open_session: Session, version: int) -> bool:
        return change_host_and_contact(open_session, form.typed, version=version, by=actor(), at=clocks.now())

    saved = _("The host and the contact were saved. Every page shows them now.")
    return _change(form, "host", saved, change, is_fixed=not form.typed)


@blueprint.post("/settings/reminders")
@requires(Permission.MANAGE_SETTINGS)
def settings_reminders(lang: str) -> Response:
    """Change the days on which reminders are sent."""
    form = RemindersForm(fixed=environment().fixed_in_site)

    def change(open_session: Session, version: int) -> bool:
        return change_reminder_days(open_session, form.typed, version=version, by=actor(), at=clocks.now())

    saved = _("The reminder days were saved. They apply to the next reminders.")
    return _change(form, "reminders", saved, change, is_fixed=not form.typed)


@blueprint.post("/settings/public")
@requires(Permission.MANAGE_SETTINGS)
def settings_public(lang: str) -> Response:
    """Change the owner, the jurisdiction and the licence of the open data."""
    form = PublicTextsForm(fixed=environment().fixed_in_site)

    def change(open_session: Session, version: int) -> bool:
        return change_public_texts(open_session, form.typed, version=version, by=actor(), at=clocks.now())

    saved = _("The owner and the licence were saved. The public pages and the open data show them now.")
    return _change(form, "public", saved, change, is_fixed=not form.typed)


@blueprint.post("/settings/search-engines/<any(allow, refuse):choice>")
@requires(Permission.MANAGE_SETTINGS)
def settings_search_engines(lang: str, choice: str) -> Response:
    """Let search engines index the public pages, or ask them not to."""
    form, is_allowed = SearchEnginesForm(), choice == "allow"
    allowed = _("Search engines may now index the public pages.")
    refused = _("Search engines are now asked not to index this site. This can take a few weeks to take effect.")

    def change(open_session: Session, version: int) -> bool:
        return change_search_engines(open_session, is_allowed, version=version, by=actor(), at=clocks.now())

    is_fixed = "search_engines" in environment().fixed_in_site
    return _change(form, "search-engines", allowed if is_allowed else refused, change, is_fixed=is_fixed)


@blueprint.post("/settings/answer-links/<any(on, off):choice>")
@requires(Permission.MANAGE_SETTINGS)
def settings_answer_links(lang: str, choice: str) -> Response:
    """Turn the private links in reminders on or off for everyone."""
    form, is_on = AnswerLinksForm(), choice == "on"
    turned_on = _("The next reminders will have a private link.")
    turned_off = _("Private links are off. Links in reminders that were already sent no longer work.")

    def change(open_session: Session, version: int) -> bool:
        return change_answer_links(open_session, is_on, version=version, by=actor(), at=clocks.now())

    is_fixed = "answer_links" in environment().fixed_in_site
    return _change(form, "answer-links", turned_on if is_on else turned_off, change, is_fixed=is_fixed)


@blueprint.get("/settings/two-steps")
@requires(Permission.MANAGE_SETTINGS)
def settings_two_steps(lang: str) -> Response:
    """Show whom it affects if two-step sign-in becomes required, or is no longer required, and ask for confirmation."""
    if "require_second_factor" in environment().fixed_in_site:
        return redirect(url_for("admin.settings_page", lang=lang, _anchor="two-steps"), 303)
    return _render_question(FactorForm(formdata=None), 200)


@blueprint.post("/settings/two-steps/<any(require, allow):choice>")
@requires(Permission.MANAGE_SETTINGS)
def settings_require_two_steps(lang: str, choice: str) -> Response:
    """Require two-step sign-in of co-chairs and the secretariat, or no longer require it."""
    form, is_required = FactorForm(), choice == "require"
    if "require_second_factor" in environment().fixed_in_site:
        form.form_errors.append(_("This is set on the server, so it cannot be changed here."))
        return _render(form, 422)
    try:
        with write() as open_session:
            version = parse_version(form.version.data or "")
            is_changed = set_required_factor(open_session, is_required, version=version, by=actor(), at=clocks.now())
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _render_question(form, 422)
    except Conflict:
        form.form_errors.append(_changed_meanwhile())
        return _render_question(form, 409)
    required = _("Co-chairs and the secretariat must now use two-step sign-in.")
    return _saved("two-steps", required if is_required else _("Two-step sign-in is no longer required."), is_changed)


def _change(form: SettingsForm, place: str, done: str, change: Change, *, is_fixed: bool) -> Response:
    """Apply a change in one transaction, then redirect to the settings; render them again if the change is refused.

    ``is_fixed`` is whether the environment sets this setting, so that it cannot be changed here.
    """
    if is_fixed:
        form.form_errors.append(_("This is set on the server, so it cannot be changed here."))
        return _render(form, 422)
    try:
        with write() as open_session:
            is_changed = change(open_session, parse_version(form.version.data or ""))
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _render(form, 422)
    except Conflict:
        form.form_errors.append(_changed_meanwhile())
        return _render(form, 409)
    return _saved(place, done, is_changed)


def _saved(place: str, done: str, is_changed: bool) -> Response:
    if is_changed:
        security_log.log_event("settings.changed", person_id=current_user().person_id)
    flash_at(place, done if is_changed else _("Nothing was changed."))
    return redirect_to_outcome(url_for("admin.settings_page", lang=i18n.current_language()))


def _changed_meanwhile() -> str:
    return str(
        _("The settings were changed after you opened the page, so nothing was saved. Check them below, then try again.")
    )


def _render(posted: FlaskForm | None, status: int) -> Response:
    """Render the settings; ``posted`` is the form that was refused, with its errors, if any."""
    version = _read_again()
    fixed, shown = environment().fixed_in_site, _as_texts(site_settings())
    host = posted if isinstance(posted, HostForm) else HostForm(formdata=None, data=shown, fixed=fixed)
    reminders = posted if isinstance(posted, RemindersForm) else RemindersForm(formdata=None, data=shown, fixed=fixed)
    public = posted if isinstance(posted, PublicTextsForm) else PublicTextsForm(formdata=None, data=shown, fixed=fixed)
    answer_links = posted if isinstance(posted, AnswerLinksForm) else AnswerLinksForm(formdata=None)
    search_engines = posted if isinstance(posted, SearchEnginesForm) else SearchEnginesForm(formdata=None)
    for form in (host, reminders, public, answer_links, search_engines):
        form.version.data = str(version)
    page = render_template(
        "admin/settings.html",
        host=host,
        reminders=reminders,
        public=public,
        search_engines=search_engines,
        are_search_engines_allowed=site_settings().search_engines,
        answer_links=answer_links,
        has_answer_links=site_settings().answer_links,
        factor=posted if isinstance(posted, FactorForm) else None,
        shown=shown,
        defaults=_as_texts(SiteSettings()),
        fixed=fixed,
        variables=SITE_VARIABLES,
        is_conflict=status == 409,
        server=server_settings(environment()),
        **short_history(session(), *SUBJECT),
    )
    return make_response(page, status)


def _render_question(form: FactorForm, status: int) -> Response:
    form.version.data = str(_read_again())
    own_id = current_user().person_id
    holders = factor_holders(session())
    lacking = [holder for holder in holders if not holder.has_second_factor and holder.id != own_id]
    openid = environment().openid
    at_provider = {h.id for h in lacking if h.has_openid_link} if openid is not None and openid.requires_two_steps else set()
    page = render_template(
        "admin/require_two_steps.html",
        form=form,
        is_required=site_settings().require_second_factor,
        is_ready=any(holder.id == own_id and holder.has_second_factor for holder in holders),
        ready=[holder.name for holder in holders if holder.has_second_factor and holder.id != own_id],
        to_set_up=[holder.name for holder in lacking if holder.id not in at_provider],
        at_provider=[holder.name for holder in lacking if holder.id in at_provider],
        offers_keys=site_of_keys() is not None,
    )
    return make_response(page, status)


def _read_again() -> int:
    """Read the stored settings together with their version, use them for the rest of the request, and return the version."""
    stored, version = stored_with_version(session())
    use_stored(stored)
    return version


def _as_texts(settings: SiteSettings) -> dict[str, str]:
    """Return the settings that have a text field, as a form shows them."""
    names = (*HostForm.settings, *RemindersForm.settings, *PublicTextsForm.settings)
    values = {name: getattr(settings, name) for name in names}
    return {name: ", ".join(map(str, value)) if name in DAYS_FIELDS else value for name, value in values.items()}
