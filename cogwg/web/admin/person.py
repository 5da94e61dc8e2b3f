"""The page of a person: their account, roles and links, with the forms that change them."""

from __future__ import annotations

from collections.abc import Callable

from flask import make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from cogwg.accounts import people
from cogwg.accounts.directory import ListedPerson, listed_person
from cogwg.accounts.models import Person
from cogwg.accounts.openid_links import link_of
from cogwg.accounts.queries import jurisdiction_with_id, jurisdictions
from cogwg.accounts.services import sign_out_everywhere
from cogwg.accounts.wording import GROUP_ROLE_LABELS
from cogwg.core.errors import N_, Conflict, Invalid, Message, NotFound
from cogwg.notices.accounts import (
    notify_address_changed,
    notify_roles_changed,
    revoke_link,
    send_invitation,
    send_password_link,
)
from cogwg.policy import Permission
from cogwg.reporting.answer_links import revoke_answer_links
from cogwg.web.admin import blueprint
from cogwg.web.admin.forms import AddRoleForm, EditPersonForm, MoveRoleForm, PersonalDataForm, ResetFactorForm, VersionForm
from cogwg.web.admin.people import other_account
from cogwg.web.auth.access import actor, current_user, requires
from cogwg.web.http import clocks, forms, i18n, security_log
from cogwg.web.http.audit_history import short_history
from cogwg.web.http.database import session, write
from cogwg.web.http.flashes import flash_at, redirect_to_outcome
from cogwg.web.http.forms import parse_version
from cogwg.web.http.mail_context import mail_context, mail_settings, with_delivery, with_mail_note

Change = Callable[[Session, Person], None]


@blueprint.get("/people/<int:id>")
@requires(Permission.MANAGE_PEOPLE)
def person_page(lang: str, id: int) -> Response:
    """Show a person's account with the forms that change it."""
    return render_person(id, None, 200)


@blueprint.post("/people/<int:id>")
@requires(Permission.MANAGE_PEOPLE)
def person_edit(lang: str, id: int) -> Response:
    """Correct a person's name, email address and language.

    A new email address ends their sessions; both addresses get an email.
    """
    form = EditPersonForm()

    def change(open_session: Session, person: Person) -> None:
        old_address = person.email
        is_moved = people.change_person(
            open_session,
            person,
            email=form.email.data or "",
            name=form.name.data or "",
            lang=form.chosen_lang,
            version=parse_version(form.version.data or ""),
            by=actor(),
            at=clocks.now(),
        )
        if is_moved:
            notify_address_changed(open_session, person, old_address, by=actor(), **mail_context())

    return perform(id, form, "account", _("The account was changed."), change)


@blueprint.post("/people/<int:id>/roles")
@requires(Permission.MANAGE_PEOPLE)
def person_role_add(lang: str, id: int) -> Response:
    """Give a person another role. They sign in again, and get an email."""
    form = AddRoleForm()

    def change(open_session: Session, person: Person) -> None:
        people.add_role(
            open_session,
            person,
            form.chosen_role,
            jurisdiction_with_id(open_session, form.jurisdiction_id),
            version=parse_version(form.version.data or ""),
            by=actor(),
            at=clocks.now(),
        )
        notify_roles_changed(open_session, person, by=actor(), **mail_context())

    return perform(
        id,
        form,
        "roles",
        with_mail_note(_("The role was added. The person will receive an email and must sign in again.")),
        change,
    )


@blueprint.post("/people/<int:id>/roles/<int:role_id>/move")
@requires(Permission.MANAGE_PEOPLE)
def person_role_move(lang: str, id: int, role_id: int) -> Response:
    """Move a lead's or deputy's role to another jurisdiction. They sign in again, and get an email."""
    form = MoveRoleForm(prefix=move_prefix(role_id))

    def change(open_session: Session, person: Person) -> None:
        jurisdiction = jurisdiction_with_id(open_session, form.jurisdiction_id)
        if jurisdiction is None:
            raise Invalid(("jurisdiction", Message(N_("Choose the new jurisdiction."))))
        version = parse_version(form.version.data or "")
        people.move_role(open_session, person, role_id, jurisdiction, version=version, by=actor(), at=clocks.now())
        notify_roles_changed(open_session, person, by=actor(), **mail_context())

    return perform(
        id,
        form,
        "roles",
        with_mail_note(_("The role was moved. The person will receive an email and must sign in again.")),
        change,
    )


@blueprint.post("/people/<int:id>/roles/<int:role_id>/end")
@requires(Permission.MANAGE_PEOPLE)
def person_role_end(lang: str, id: int, role_id: int) -> Response:
    """Take a role from a person. They sign in again, and get an email."""
    form = VersionForm()

    def change(open_session: Session, person: Person) -> None:
        version = parse_version(form.version.data or "")
        people.end_role(open_session, person, role_id, version=version, by=actor(), at=clocks.now())
        notify_roles_changed(open_session, person, by=actor(), **mail_context())

    return perform(
        id,
        form,
        "roles",
        with_mail_note(_("The role was ended. The person will receive an email and must sign in again.")),
        change,
    )


@blueprint.post("/people/<int:id>/link")
@requires(Permission.MANAGE_PEOPLE)
def person_link(lang: str, id: int) -> Response:
    """Email a person a new invitation or, once they have accepted it, a link to set a password. Earlier links stop working."""

    def change(open_session: Session, person: Person) -> None:
        if person.password_hash is None and link_of(open_session, person.id) is None:
            send_invitation(open_session, person, current_user().name, by=actor(), **mail_context())
        else:
            send_password_link(open_session, person, by=actor(), **mail_context())

    done = with_delivery(_("A new link is ready; earlier links no longer work."))
    return perform(id, VersionForm(), "sign-in", done, change)


@blueprint.post("/people/<int:id>/link/revoke")
@requires(Permission.MANAGE_PEOPLE)
def person_link_revoke(lang: str, id: int) -> Response:
    """Revoke a person's invitation or link to set a new password."""

    def change(open_session: Session, person: Person) -> None:
        context = mail_context()
        revoke_link(open_session, person, by=actor(), at=context["at"], now=context["now"])

    return perform(id, VersionForm(), "sign-in", _("The link was revoked. It no longer works."), change)


@blueprint.post("/people/<int:id>/answer-links/revoke")
@requires(Permission.MANAGE_PEOPLE)
def person_answer_links_revoke(lang: str, id: int) -> Response:
    """Revoke the private links in the reminders that a person has received, for example after one was forwarded."""

    def change(open_session: Session, person: Person) -> None:
        revoke_answer_links(open_session, person.id, by=actor(), at=clocks.now())

    done = _("The private links in this person’s reminders no longer work. The next reminder has a new one.")
    return perform(id, VersionForm(), "sign-in", done, change)


@blueprint.post("/people/<int:id>/sign-out")
@requires(Permission.MANAGE_PEOPLE)
def person_sign_out(lang: str, id: int) -> Response:
    """End all sessions of a person, and go back to the list of sessions or to the person's page."""
    with write() as open_session:
        person = load_person(open_session, id)
        sign_out_everywhere(open_session, person.id, by=actor(), at=clocks.now())
        name = person.name
    security_log.log_event("sessions.ended", person_id=current_user().person_id)
    if request.form.get("page") == "sessions":
        flash_at("sessions", _("%(name)s is signed out everywhere.", name=name))
        return redirect_to_outcome(url_for("admin.session_list", lang=lang))
    flash_at("sign-in", _("The person is signed out everywhere."))
    return redirect_to_outcome(url_for("admin.person_page", lang=lang, id=id))


def changed_meanwhile() -> str:
    """Return the sentence for a form that shows an outdated version of an account."""
    return str(_("This account was changed after you opened the page, so nothing was saved. Check it below, then try again."))


def load_person(open_session: Session, id_: int) -> Person:
    person = open_session.get(Person, id_)
    if person is None:
        raise NotFound(f"person {id_}")
    return person


def move_prefix(role_id: int) -> str:
    """Return the prefix of the fields that move a role, because a page has a form for each role."""
    return f"move-{role_id}-"


def perform(id_: int, form: FlaskForm, place: str, done: str, change: Change) -> Response:
    """Apply a change in one transaction, then redirect to the person's page; render it again if the change is refused."""
    try:
        with write() as open_session:
            change(open_session, load_person(open_session, id_))
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return render_person(id_, form, 422)
    except Conflict:
        form.form_errors.append(changed_meanwhile())
        return render_person(id_, form, 409)
    security_log.log_event("person.changed", person_id=current_user().person_id)
    flash_at(place, done)
    return redirect_to_outcome(url_for("admin.person_page", lang=i18n.current_language(), id=id_))


def render_person(id_: int, posted: FlaskForm | None, status: int, *, new_link: str = "") -> Response:
    """Render a person's page; ``posted`` is the form that was refused, if any, and ``new_link`` an invitation to show once."""
    lang, person = i18n.current_language(), _listed(id_)
    known = jurisdictions(session(), lang)
    edit = posted if isinstance(posted, EditPersonForm) else EditPersonForm(formdata=None, data=_account_values(person))
    add = posted if isinstance(posted, AddRoleForm) else AddRoleForm(formdata=None)
    add.fill_choices(known)
    movable = [role for role in person.roles if role.held.jurisdiction_id is not None]
    moves = {role.id: _move_form(role.id, posted) for role in movable}
    reset = posted if isinstance(posted, ResetFactorForm) else ResetFactorForm(formdata=None)
    edit.version.data = add.version.data = reset.version.data = str(person.version)
    for role in movable:
        move = moves[role.id]
        move.version.data = str(person.version)
        move.fill_choices(known, [other.held.jurisdiction_id for other in movable if other.held.role is role.held.role])
    page = render_template(
        "admin/person.html",
        member=person,
        is_self=person.id == current_user().person_id,
        edit=edit,
        add=add,
        moves=moves,
        reset=reset,
        data_request=posted if isinstance(posted, PersonalDataForm) else PersonalDataForm(formdata=None),
        button=VersionForm(formdata=None, data={"version": person.version}),
        problems=posted,
        role_labels=GROUP_ROLE_LABELS,
        has_jurisdictions=bool(known),
        other_account=other_account(edit.email, id_),
        has_no_mail_server=not mail_settings().method,
        new_link=new_link,
        now=clocks.real_now(),
        **short_history(session(), "person", id_),
    )
    return make_response(page, status)


def _listed(id_: int) -> ListedPerson:
    person = listed_person(session(), id_, now=clocks.real_now())
    if person is None:
        raise NotFound(f"person {id_}")
    return person


def _account_values(person: ListedPerson) -> dict[str, str]:
    return {"name": person.name, "email": person.email, "lang": person.lang.value}


def _move_form(role_id: int, posted: FlaskForm | None) -> MoveRoleForm:
    prefix = move_prefix(role_id)
    if isinstance(posted, MoveRoleForm) and posted._prefix == prefix:
        return posted
    return MoveRoleForm(formdata=None, prefix=prefix)
