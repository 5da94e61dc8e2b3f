"""What an author can change through the private link: edit, withdraw, correct what is kept about them, and appeal."""

from __future__ import annotations

from collections.abc import Callable

from flask import make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from cogwg.accounts.tokens import hash_token
from cogwg.core.errors import Conflict, Invalid
from cogwg.engagement.commenting import (
    appeal_refusal,
    can_appeal,
    can_edit,
    can_withdraw,
    correct_author,
    edit_comment,
    is_held,
    own_comment,
    withdraw_comment,
)
from cogwg.engagement.models import PublicComment
from cogwg.tracker.publishing_comments import copy_comment
from cogwg.web.engagement import blueprint
from cogwg.web.engagement.forms import AppealForm, CommentTextForm, OwnInformationForm, StampedForm, WithdrawalForm
from cogwg.web.engagement.private_page import by_private_link, private_context
from cogwg.web.engagement.stamps import sent_stamp
from cogwg.web.http import clocks
from cogwg.web.http.database import session, write
from cogwg.web.http.forms import add_errors, posted_version
from cogwg.web.http.i18n import gettext as _

Change = Callable[[Session], PublicComment]


@blueprint.route("/comments/private/<token>/edit", methods=["GET", "POST"])
@by_private_link
def private_edit(lang: str, token: str, own: PublicComment) -> Response:
    """Edit the text of a comment on which no moderator has decided."""
    if request.method != "POST":
        form = CommentTextForm(formdata=None, data={"text": own.text, "version": str(own.version)})
        return _render("edit", token, own, form) if can_edit(own) else _back(lang, token)
    form = CommentTextForm()

    def change(open_session: Session) -> PublicComment:
        text, version = form.text.data or "", posted_version(form.version)
        return edit_comment(open_session, hash_token(token), text, version=version, at=clocks.now())

    return _save("edit", lang, token, own, form, change)


@blueprint.route("/comments/private/<token>/withdraw", methods=["GET", "POST"])
@by_private_link
def private_withdraw(lang: str, token: str, own: PublicComment) -> Response:
    """Show what a withdrawal deletes; on POST, withdraw the comment."""
    if request.method != "POST":
        return _render("withdraw", token, own, WithdrawalForm(formdata=None)) if can_withdraw(own) else _back(lang, token)

    def change(open_session: Session) -> PublicComment:
        return withdraw_comment(open_session, hash_token(token), at=clocks.now())

    return _save("withdraw", lang, token, own, WithdrawalForm(), change)


@blueprint.route("/comments/private/<token>/information", methods=["GET", "POST"])
@by_private_link
def private_information(lang: str, token: str, own: PublicComment) -> Response:
    """Correct the name and email address that are kept about an author, or delete them."""
    if request.method != "POST":
        return _render("information", token, own, OwnInformationForm.of_comment(own))
    form = OwnInformationForm()
    is_removal = request.form.get("do") == "remove"

    def change(open_session: Session) -> PublicComment:
        name, email = ("", "") if is_removal else (form.name.data or "", form.email.data or "")
        version = posted_version(form.version)
        return correct_author(open_session, hash_token(token), name, email, version=version, at=clocks.now())

    return _save("information", lang, token, own, form, change)


@blueprint.route("/comments/private/<token>/appeal", methods=["GET", "POST"])
@by_private_link
def private_appeal(lang: str, token: str, own: PublicComment) -> Response:
    """Appeal a refusal to another moderator. This is possible once."""
    if request.method != "POST":
        return _render("appeal", token, own, AppealForm(formdata=None)) if can_appeal(own) else _back(lang, token)
    form = AppealForm()

    def change(open_session: Session) -> PublicComment:
        return appeal_refusal(open_session, hash_token(token), form.appeal.data or "", at=clocks.now())

    return _save("appeal", lang, token, own, form, change)


def _save(page: str, lang: str, token: str, own: PublicComment, form: StampedForm, change: Change) -> Response:
    """Apply a change and update the comment's published copy in one transaction, then redirect to the private page.

    If the change is refused, show the form again.
    """
    if sent_stamp().problem is not None:
        form.renew_stamp()
        form.form_errors.append(_("Nothing was saved, because this page was open for too long. Check it, then try again."))
        return _render(page, token, own, form, 400)
    try:
        with write() as open_session:
            changed = change(open_session)
            copy_comment(open_session, changed.id)
    except Invalid as refusal:
        add_errors(form, refusal)
        return _render(page, token, own, form, 422)
    except Conflict:
        return _conflict(page, token, form)
    return _back(lang, token, done=page)


def _conflict(page: str, token: str, form: StampedForm) -> Response:
    """Answer 409 with the form, which has what was typed and shows beside it what is stored now."""
    session().expire_all()
    own = own_comment(session(), hash_token(token))
    form.version.data = str(own.version)
    form.form_errors.append(_("Your comment has changed since you opened this page. Check what is saved now, then save again."))
    return _render(page, token, own, form, 409, shows_stored=True)


def _back(lang: str, token: str, done: str = "") -> Response:
    return redirect(url_for("engagement.private", lang=lang, token=token, done=done or None), 303)


def _render(
    page: str, token: str, own: PublicComment, form: StampedForm, status: int = 200, *, shows_stored: bool = False
) -> Response:
    if status in (200, 409):
        form.renew_stamp()
    context = private_context(token, own)
    drawn = render_template(
        f"engagement/{page}.html", form=form, shows_stored=shows_stored, is_held=is_held(session(), own), **context
    )
    return make_response(drawn, status)
