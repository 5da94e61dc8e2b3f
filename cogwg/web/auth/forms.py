"""Forms for signing in, and for setting or changing a password."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, PasswordField, RadioField, SelectChoice, StringField
from wtforms.validators import InputRequired, Length

from cogwg.core.bilingual import Language
from cogwg.web.http.i18n import lazy_gettext as _


class SignInForm(FlaskForm):  # type: ignore[misc]
    """An email address, and a password that is used exactly as typed. ``next`` is the path to open after signing in."""

    email = EmailField(
        _("Email address"),
        validators=[
            InputRequired(_("Enter your email address.")),
            Length(max=254, message=_("This email address is too long. Check it and try again.")),
        ],
        render_kw={"autocomplete": "username", "spellcheck": "false", "autocapitalize": "none"},
    )
    password = PasswordField(
        _("Password"),
        validators=[
            InputRequired(_("Enter your password.")),
            Length(max=1024, message=_("This password is too long. Check it and try again.")),
        ],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


class ForgottenPasswordForm(FlaskForm):  # type: ignore[misc]
    """The email address of an account, to get a link to set a new password."""

    email = EmailField(
        _("Email address"),
        validators=[
            InputRequired(_("Enter your email address.")),
            Length(max=254, message=_("This email address is too long. Check it and try again.")),
        ],
        render_kw={"autocomplete": "username", "spellcheck": "false", "autocapitalize": "none"},
    )


class SetPasswordForm(FlaskForm):  # type: ignore[misc]
    """A new password, typed twice."""

    password = PasswordField(
        _("New password"),
        description=_("Use at least 15 characters. A sentence works well. You can use spaces and accents."),
        validators=[
            InputRequired(_("Enter a password.")),
            Length(max=1024, message=_("This password is too long. Check it and try again.")),
        ],
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _("Confirm new password"),
        validators=[InputRequired(_("Enter the new password again."))],
        render_kw={"autocomplete": "new-password"},
    )


class ChangePasswordForm(SetPasswordForm):
    """The current password, then a new one, typed twice."""

    current = PasswordField(
        _("Current password"),
        validators=[
            InputRequired(_("Enter your current password.")),
            Length(max=1024, message=_("This password is too long. Check it and try again.")),
        ],
        render_kw={"autocomplete": "current-password"},
    )


class SetupForm(SetPasswordForm):
    """The first account: name, email address, language and password."""

    name = StringField(_("Name"), render_kw={"maxlength": 120, "autocomplete": "name"})
    email = EmailField(
        _("Email address"), render_kw={"autocomplete": "username", "spellcheck": "false", "autocapitalize": "none"}
    )
    lang = RadioField(
        _("Language of emails"),
        choices=(SelectChoice(Language.EN.value, "English"), SelectChoice(Language.FR.value, "Français")),
        validate_choice=False,
    )

    @property
    def chosen_lang(self) -> Language:
        return Language.FR if self.lang.data == Language.FR.value else Language.EN
