"""The list of jurisdictions with the form that adds one, and the page of each, where it is renamed and given a contact."""

from __future__ import annotations

from collections.abc import Callable

from flask import make_response, render_template, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from cogwg.accounts.directory import ListedJurisdiction, list_jurisdictions, listed_jurisdiction
from cogwg.accounts.jurisdictions import add_jurisdiction, jurisdiction_to_change, rename_jurisdiction, set_contact
from cogwg.accounts.models import Jurisdiction
from cogwg.accounts.queries import earlier_names
from cogwg.accounts.wording import ORDER_LABELS
from cogwg.core.errors import Conflict, Invalid, NotFound
from cogwg.policy import Permission
from cogwg.web.admin import blueprint
from cogwg.web.admin.forms import AddJurisdictionForm, ContactForm, RenameJurisdictionForm
from cogwg.web.admin.tables import jurisdictions_table
from cogwg.web.auth.access import actor, requires
from cogwg.web.http import clocks, forms, i18n
from cogwg.web.http.audit_history import short_history
from cogwg.web.http.database import session, write
from cogwg.web.http.downloads import download_response, download_urls
from cogwg.web.http.flashes import flash_at, redirect_to_outcome
from cogwg.web.http.forms import parse_version
from cogwg.web.http.rate_limits import limit_downloads


@blueprint.get("/jurisdictions")
@requires(Permission.MANAGE_JURISDICTIONS)
def jurisdiction_list(lang: str) -> Response:
    """List the jurisdictions with their contacts, leads and deputies, and the form that adds one."""
    return _render_list(AddJurisdictionForm(formdata=None), 200)


@blueprint.post("/jurisdictions")
@requires(Permission.MANAGE_JURISDICTIONS)
def jurisdiction_add(lang: str) -> Response:
    """Add a jurisdiction or national municipal organization."""
    form = AddJurisdictionForm()

    def make(open_session: Session) -> int:
        return add_jurisdiction(open_session, form.draft, code=form.code.data or "", by=actor(), at=clocks.now()).id

    try:
        with write() as open_session:
            form.make_once(open_session, "jurisdiction", lambda: make(open_session))
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _render_list(form, 422)
    name = form.draft.name.text(lang).strip()
    flash_at("add", _("“%(name)s” was added. Invite its lead on the People page.", name=name))
    return redirect_to_outcome(url_for("admin.jurisdiction_list", lang=lang))


@blueprint.get("/jurisdictions.<any(csv, xlsx):kind>")
@requires(Permission.MANAGE_JURISDICTIONS)
@limit_downloads
def jurisdictions_download(lang: str, kind: str) -> Response:
    """Download the list of jurisdictions."""
    return download_response(jurisdictions_table(list_jurisdictions(session(), lang), clocks.today()), kind)


@blueprint.get("/jurisdictions/<code>")
@requires(Permission.MANAGE_JURISDICTIONS)
def jurisdiction_page(lang: str, code: str) -> Response:
    """Show a jurisdiction's names, earlier names and contact, with the forms that change them."""
    return _render_jurisdiction(code, None, 200)


@blueprint.post("/jurisdictions/<code>")
@requires(Permission.MANAGE_JURISDICTIONS)
def jurisdiction_rename(lang: str, code: str) -> Response:
    """Change a jurisdiction's names and order of government. The earlier names are kept with their last day."""
    form = RenameJurisdictionForm()

    def change(open_session: Session, jurisdiction: Jurisdiction) -> bool:
        version = parse_version(form.version.data or "")
        if version == jurisdiction.version:
            form.check_short_names(jurisdiction.name, jurisdiction.short)
        return rename_jurisdiction(open_session, jurisdiction, form.draft, version=version, by=actor(), at=clocks.now())

    return _change(code, form, "names", _("The names were saved. Pages and new briefings show them now."), change)


@blueprint.post("/jurisdictions/<code>/contact")
@requires(Permission.MANAGE_JURISDICTIONS)
def jurisdiction_contact(lang: str, code: str) -> Response:
    """Set a jurisdiction's contact, or remove it."""
    form = ContactForm()
    name, email = form.contact_name.data or "", form.contact_email.data or ""

    def change(open_session: Session, jurisdiction: Jurisdiction) -> bool:
        version = parse_version(form.version.data or "")
        return set_contact(open_session, jurisdiction, name, email, version=version, by=actor(), at=clocks.now())

    done = _("The contact was saved.") if name.strip() or email.strip() else _("This jurisdiction has no contact now.")
    return _change(code, form, "contact", done, change)


def _change(code: str, form: FlaskForm, place: str, done: str, change: Callable[[Session, Jurisdiction], bool]) -> Response:
    """Apply a change in one transaction, then redirect to the jurisdiction's page; render it again if the change is refused."""
    try:
        with write() as open_session:
            changed = change(open_session, jurisdiction_to_change(open_session, code))
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _render_jurisdiction(code, form, 422)
    except Conflict:
        form.form_errors.append(
            _("This jurisdiction was changed after you opened the page, so nothing was saved. Check it below, then try again.")
        )
        return _render_jurisdiction(code, form, 409)
    flash_at(place, done if changed else _("Nothing was changed."))
    return redirect_to_outcome(url_for("admin.jurisdiction_page", lang=i18n.current_language(), code=code))


def _render_list(form: AddJurisdictionForm, status: int) -> Response:
    lang = i18n.current_language()
    form.fill_choices()
    page = render_template(
        "admin/jurisdictions.html",
        form=form,
        listed=list_jurisdictions(session(), lang),
        order_labels=ORDER_LABELS,
        downloads=download_urls("admin.jurisdictions_download", lang=lang.value),
    )
    return make_response(page, status)


def _render_jurisdiction(code: str, posted: FlaskForm | None, status: int) -> Response:
    """Render a jurisdiction's page; ``posted`` is the form that was refused, with its errors, if any."""
    jurisdiction = listed_jurisdiction(session(), code)
    if jurisdiction is None:
        raise NotFound(f"jurisdiction {code}")
    rename = posted if isinstance(posted, RenameJurisdictionForm) else _rename_form(jurisdiction)
    rename.fill_choices()
    contact = posted if isinstance(posted, ContactForm) else _contact_form(jurisdiction)
    rename.version.data = contact.version.data = str(jurisdiction.version)
    page = render_template(
        "admin/jurisdiction.html",
        jurisdiction=jurisdiction,
        rename=rename,
        contact_form=contact,
        earlier_names=earlier_names(session(), jurisdiction.id),
        order_label=ORDER_LABELS[jurisdiction.kind],
        is_conflict=status == 409,
        **short_history(session(), "jurisdiction", jurisdiction.id),
    )
    return make_response(page, status)


def _rename_form(jurisdiction: ListedJurisdiction) -> RenameJurisdictionForm:
    stored = {
        "kind": jurisdiction.kind.value,
        "name_en": jurisdiction.name.en,
        "name_fr": jurisdiction.name.fr,
        "short_en": jurisdiction.short.en,
        "short_fr": jurisdiction.short.fr,
    }
    return RenameJurisdictionForm(formdata=None, data=stored)


def _contact_form(jurisdiction: ListedJurisdiction) -> ContactForm:
    stored = {"contact_name": jurisdiction.contact_name, "contact_email": jurisdiction.contact_email}
    return ContactForm(formdata=None, data=stored)
