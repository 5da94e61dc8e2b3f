"""Requests from authors of comments, which the secretariat handles: it finds, downloads, corrects and removes their data."""

from __future__ import annotations

from flask import make_response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.core.comment_retention import MONTHS_KEPT
from cogwg.core.errors import Conflict, Invalid
from cogwg.policy import Permission
from cogwg.privacy.comment_authors import AuthorComment, change_author, comment_of_author, find_comments, read_author_data
from cogwg.privacy.personal_data import FILES
from cogwg.web.admin import blueprint
from cogwg.web.admin.comment_privacy_forms import AuthorDataForm, AuthorForm, FindAuthorForm
from cogwg.web.auth.access import actor, current_user, requires
from cogwg.web.http import clocks, forms, security_log
from cogwg.web.http.database import session, write
from cogwg.web.http.flashes import flash_at, redirect_to_outcome
from cogwg.web.http.forms import parse_version
from cogwg.web.http.personal_data import personal_data_response
from cogwg.web.http.rate_limits import limit_downloads


@blueprint.get("/comment-authors")
@requires(Permission.MANAGE_PEOPLE)
def author_search(lang: str) -> Response:
    """Ask for the number of a comment, or for the email address of its author."""
    return _render_search(FindAuthorForm(formdata=None), None, 200)


@blueprint.post("/comment-authors")
@requires(Permission.MANAGE_PEOPLE)
def author_find(lang: str) -> Response:
    """List the comments with this number or email address. The form is sent by POST, so that no log contains the address."""
    form = FindAuthorForm()
    try:
        return _render_search(form, find_comments(session(), form.wanted.data or ""), 200)
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _render_search(form, None, 422)


@blueprint.get("/comment-authors/<int:id>")
@requires(Permission.MANAGE_PEOPLE)
def author_page(lang: str, id: int) -> Response:
    """Show what is kept about the author of a comment, with the forms that correct and download it."""
    return _render_author(comment_of_author(session(), id), 200)


@blueprint.post("/comment-authors/<int:id>")
@requires(Permission.MANAGE_PEOPLE)
def author_change(lang: str, id: int) -> Response:
    """Correct the name and email address of a comment's author, or remove both."""
    form = AuthorForm()
    is_removal = request.form.get("do") == "remove"
    name, email = ("", "") if is_removal else (form.name.data or "", form.email.data or "")
    reason, version = form.reason.data or "", parse_version(form.version.data or "")
    try:
        with write() as open_session:
            changed = change_author(open_session, id, name, email, reason=reason, version=version, by=actor(), at=clocks.now())
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _render_author(comment_of_author(session(), id), 422, form=form)
    except Conflict:
        session().expire_all()
        author = comment_of_author(session(), id)
        form.form_errors.append(
            _("This comment was changed after you opened the page, so nothing was saved. Check what is kept, then save again.")
        )
        form.version.data = str(author.comment.version)
        return _render_author(author, 409, form=form)
    if changed and is_removal:
        security_log.log_event("identifiers.removed", person_id=current_user().person_id)
    if not changed:
        flash_at("author", _("Nothing was changed."))
    elif is_removal:
        flash_at(
            "author", _("The name and email address were removed from this page, from the published comment and from emails.")
        )
    else:
        flash_at("author", _("The name and email address were saved."))
    return redirect_to_outcome(url_for("admin.author_page", lang=lang, id=id))


@blueprint.post("/comment-authors/<int:id>/data")
@requires(Permission.MANAGE_PEOPLE)
@limit_downloads
def author_data(lang: str, id: int) -> Response:
    """Download what is kept about the author of a comment, and record the reason."""
    form, kind = AuthorDataForm(), request.form.get("do", "xlsx")
    if kind not in FILES:
        form.form_errors.append(_("Choose Excel or JSON."))
        return _render_author(comment_of_author(session(), id), 422, data_form=form)
    try:
        with write() as open_session:
            data = read_author_data(open_session, id, kind, reason=form.reason.data or "", by=actor(), at=clocks.now())
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _render_author(comment_of_author(session(), id), 422, data_form=form)
    return personal_data_response(data, kind)


def _render_search(form: FindAuthorForm, comments: list[AuthorComment] | None, status: int) -> Response:
    return make_response(render_template("admin/comment_authors.html", form=form, found=comments), status)


def _render_author(
    author: AuthorComment, status: int, *, form: AuthorForm | None = None, data_form: AuthorDataForm | None = None
) -> Response:
    comment = author.comment
    values = {"name": comment.name, "email": comment.email, "version": str(comment.version)}
    page = render_template(
        "admin/comment_author.html",
        author=author,
        comment=comment,
        months=MONTHS_KEPT,
        form=form or AuthorForm(formdata=None, data=values),
        data_form=data_form or AuthorDataForm(formdata=None),
    )
    return make_response(page, status)
