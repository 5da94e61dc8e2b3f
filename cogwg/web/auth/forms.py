"""Forms for signing in, with or without a second step, and for setting or changing a password."""

from __future__ import annotations

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, PasswordField, RadioField, SelectChoice, StringField
from wtforms.validators import InputRequired, Length

from cogwg.core.bilingual import Language
from cogwg.web.http.i18n import lazy_gettext as _


class EmailAddressForm(FlaskForm):  # type: ignore[misc]
    """The email address of an account."""

    email = EmailField(
        _("Email address"),
        validators=[
            InputRequired(_("Enter your email address.")),
            Length(max=254, message=_("This email address is too long. Check it and try again.")),
        ],
        render_kw={"autocomplete": "username", "spellcheck": "false", "autocapitalize": "none"},
    )


class SignInForm(EmailAddressForm):
    """An email address, and a password that is used exactly as typed. ``next`` is the path to open after signing in."""

    password = PasswordField(
        _("Password"),
        validators=[
            InputRequired(_("Enter your password.")),
            Length(max=1024, message=_("This password is too long. Check it and try again.")),
        ],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


class CodeForm(FlaskForm):  # type: ignore[misc]
    """The code that an authenticator app shows."""

    one_time_code = StringField(
        _("Code from your app"),
        description=_("6 digits. The app shows a new code every 30 seconds."),
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": 20, "spellcheck": "false"},
    )

    def refuse_code(self) -> None:
        """Say that the code is wrong, and forget it, because no page contains a code."""
        self.one_time_code.data = ""
        self.one_time_code.errors = [gettext("This code is incorrect or was used. Wait for the next code, then enter it.")]


class SecondStepForm(CodeForm):
    """The code of the app or, without the app, a recovery code. ``next`` is the path to open after signing in."""

    recovery_code = StringField(
        _("Recovery code"),
        description=_("One of the codes that you kept when you set up two-step sign-in. Each works once."),
        render_kw={"autocomplete": "off", "maxlength": 60, "spellcheck": "false", "autocapitalize": "none"},
    )
    next = HiddenField()

    def is_filled(self) -> bool:
        """Whether there is a code; if not, say what to enter."""
        is_valid = self.validate()
        if not (self.one_time_code.data or "").strip() and not (self.recovery_code.data or "").strip():
            self.one_time_code.errors = [gettext("Enter the code from your app, or a recovery code.")]
            return False
        return bool(is_valid)

    def refuse_code(self) -> None:
        if not self.recovery_code.data:
            super().refuse_code()
        else:
            self.recovery_code.errors = [gettext("This recovery code is incorrect or was used. Enter another one.")]
        self.forget_codes()

    def forget_codes(self) -> None:
        self.one_time_code.data = self.recovery_code.data = ""


class CurrentPasswordForm(FlaskForm):  # type: ignore[misc]
    """The current password, for a change that a stolen session must not make."""

    current = PasswordField(
        _("Current password"),
        validators=[
            InputRequired(_("Enter your current password.")),
            Length(max=1024, message=_("This password is too long. Check it and try again.")),
        ],
        render_kw={"autocomplete": "current-password"},
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
