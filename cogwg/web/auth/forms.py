"""Forms for signing in, with or without a second step, and for setting or changing a password."""

from __future__ import annotations

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, PasswordField, RadioField, SelectChoice, StringField
from wtforms.validators import InputRequired, Length

from cogwg.core.bilingual import Language
from cogwg.web.http.i18n import lazy_gettext as _


def current_password_field(**options: str) -> PasswordField:
    """Return a field for the current password of the person who makes a change. ``options`` are passed to the field."""
    return PasswordField(
        _("Current password"),
        validators=[
            InputRequired(_("Enter your current password.")),
            Length(max=1024, message=_("This password is too long. Check it and try again.")),
        ],
        render_kw={"autocomplete": "current-password"},
        **options,
    )


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
        """Add the error that the code is wrong, and clear the field, because no page may contain a code."""
        self.one_time_code.data = ""
        self.one_time_code.errors = [
            gettext("This code is incorrect or has already been used. Wait for the next code, then enter it.")
        ]


class SecondStepForm(CodeForm):
    """The answer of a security key or, typed by hand, a code from the app or a recovery code.

    ``key_answer`` is JSON that the page's script fills in. ``next`` is the path to open after signing in.
    """

    recovery_code = StringField(
        _("Recovery code"),
        description=_("One of the codes that you kept when you set up two-step sign-in. Each works once."),
        render_kw={"autocomplete": "off", "maxlength": 60, "spellcheck": "false", "autocapitalize": "none"},
    )
    key_answer = HiddenField()
    next = HiddenField()

    def is_filled(self, *, has_app: bool) -> bool:
        """Return whether the form contains an answer or a code. If not, add an error that says what to enter.

        The error depends on whether the person has the app.
        """
        is_valid = self.validate()
        if any((field.data or "").strip() for field in (self.key_answer, self.one_time_code, self.recovery_code)):
            return bool(is_valid)
        if has_app:
            self.one_time_code.errors = [gettext("Enter the code from your app, or a recovery code.")]
        else:
            self.recovery_code.errors = [gettext("Enter a recovery code.")]
        return False

    def refuse(self) -> None:
        """Add an error that says which of the answers was not accepted, and clear the fields."""
        if self.key_answer.data:
            self.form_errors.append(gettext("The security key was not accepted. Try it again, or enter a code."))
        elif self.recovery_code.data:
            self.recovery_code.errors = [
                gettext("This recovery code is incorrect or has already been used. Enter another one.")
            ]
        else:
            self.refuse_code()
        self.forget()

    def forget(self) -> None:
        self.one_time_code.data = self.recovery_code.data = self.key_answer.data = ""


class CurrentPasswordForm(FlaskForm):  # type: ignore[misc]
    """The current password, for a change that must not be possible with a stolen session alone."""

    current = current_password_field()


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

    current = current_password_field()


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
