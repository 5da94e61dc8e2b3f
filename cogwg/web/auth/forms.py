"""Forms for signing in and setting a password."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, PasswordField
from wtforms.validators import InputRequired, Length

from cogwg.web.http.i18n import lazy_gettext as _


class SignInForm(FlaskForm):  # type: ignore[misc]
    """An email address and a password, kept exactly as typed; ``next`` is the URL to return to."""

    email = EmailField(
        _("E-mail address"),
        validators=[InputRequired(_("Enter your e-mail address.")), Length(max=254, message=_("This address is too long."))],
        render_kw={"autocomplete": "username", "spellcheck": "false", "autocapitalize": "none"},
    )
    password = PasswordField(
        _("Password"),
        validators=[InputRequired(_("Enter your password.")), Length(max=1024, message=_("This password is too long."))],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


class SetPasswordForm(FlaskForm):  # type: ignore[misc]
    """A new password, typed twice."""

    password = PasswordField(
        _("New password"),
        description=_("At least 15 characters; a sentence works well. Spaces and accents are kept."),
        validators=[InputRequired(_("Enter a password.")), Length(max=1024, message=_("This password is too long."))],
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _("The same password again"),
        validators=[InputRequired(_("Enter the password a second time."))],
        render_kw={"autocomplete": "new-password"},
    )
