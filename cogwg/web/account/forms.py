"""The forms for a person's own preferences, name, email address and two-step sign-in."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
)
from wtforms.validators import InputRequired, Length

from cogwg.accounts.models import Role
from cogwg.accounts.rules import TIME_ZONES, Preferences, can_get_briefing_emails, can_get_digest, can_get_lead_emails
from cogwg.accounts.security_keys import NAME_LIMIT
from cogwg.core.bilingual import Language
from cogwg.web.auth.forms import CurrentPasswordForm, current_password_field
from cogwg.web.http.i18n import lazy_gettext as _


class AccountForm(FlaskForm):  # type: ignore[misc]
    """The email language, the time zone, and which emails to receive."""

    lang = SelectField(_("Email language"), validate_choice=False)
    time_zone = SelectField(_("Time zone"), description=_("Used to show times in emails and on pages."), validate_choice=False)
    wants_reminders = BooleanField(
        _("Reminders about missing reports"),
        description=_("Sent before, on and after the due date, and when a co-chair sends a reminder."),
    )
    wants_answer_links = BooleanField(
        _("A private link in my reminders"),
        description=_(
            "With this link, you can report from the email without signing in. Anyone who has the email can use the link, "
            "so do not forward it."
        ),
    )
    wants_digest = BooleanField(
        _("Summary of who has reported"),
        description=_(
            "Sent once a week after the due date, as long as a report is missing. For co-chairs and the secretariat."
        ),
    )
    wants_mentions = BooleanField(
        _("Comments that mention my jurisdiction, and roles offered to it"),
        description=_("The email contains the comment or the role, and a link to answer."),
    )

    wants_finalized = BooleanField(
        _("Finalized briefings"),
        description=_("Sent when a version of a briefing is finalized, with a link to it."),
    )

    def __init__(self, preferences: Preferences, *, roles: Collection[Role], lang: str) -> None:
        """Fill in the form from ``preferences``, unless it was posted. Offer only the emails that these roles can get."""
        super().__init__(
            data={
                "lang": preferences.lang.value,
                "time_zone": preferences.time_zone,
                "wants_reminders": preferences.reminders,
                "wants_digest": preferences.digest,
                "wants_mentions": preferences.mentions,
                "wants_finalized": preferences.finalized,
                "wants_answer_links": preferences.answer_links,
            }
        )
        self.lang.choices = [("en", "English"), ("fr", "Français")]
        current_zone = {} if preferences.time_zone in TIME_ZONES else {preferences.time_zone: preferences.time_zone}
        self.time_zone.choices = [*current_zone.items(), *((zone, words.text(lang)) for zone, words in TIME_ZONES.items())]
        if not can_get_lead_emails(roles):
            del self.wants_reminders, self.wants_mentions, self.wants_answer_links
        if not can_get_digest(roles):
            del self.wants_digest
        if not can_get_briefing_emails(roles):
            del self.wants_finalized

    def preferences(self) -> Preferences:
        """Return what the person chose. An unknown language becomes English, and emails that were not offered are off."""
        return Preferences(
            lang=Language(self.lang.data) if self.lang.data in ("en", "fr") else Language.EN,
            time_zone=self.time_zone.data or "",
            reminders=self._is_checked("wants_reminders"),
            digest=self._is_checked("wants_digest"),
            mentions=self._is_checked("wants_mentions"),
            finalized=self._is_checked("wants_finalized"),
            answer_links=self._is_checked("wants_answer_links"),
        )

    def _is_checked(self, name: str) -> bool:
        return name in self and bool(self[name].data)


class NameForm(FlaskForm):  # type: ignore[misc]
    """A person's own name."""

    name = StringField(_("Name"), render_kw={"maxlength": 120, "autocomplete": "name"})


class EmailForm(FlaskForm):  # type: ignore[misc]
    """A new email address, with the current password."""

    email = EmailField(
        _("New email address"),
        validators=[
            InputRequired(_("Enter your new email address.")),
            Length(max=254, message=_("This email address is too long. Check it and try again.")),
        ],
        render_kw={"autocomplete": "email", "spellcheck": "false", "autocapitalize": "none"},
    )
    current = current_password_field()


class ConfirmEmailForm(FlaskForm):  # type: ignore[misc]
    """The choice whether to use the new email address.

    Nothing is preselected, so that a program that sends the form decides nothing.
    """

    choice = RadioField(
        _("Your choice"),
        choices=(
            SelectChoice("new", _("Use the new email address")),
            SelectChoice("old", _("Keep my current email address")),
        ),
        validate_choice=False,
    )


class BeginForm(CurrentPasswordForm):
    """The current password, to begin the set-up of an authenticator app."""


class NewCodesForm(CurrentPasswordForm):
    """The current password, to create new recovery codes."""

    current = current_password_field(id="codes-current")


class RemoveAppForm(CurrentPasswordForm):
    """The current password, to remove the authenticator app."""

    current = current_password_field(id="app-current")


class NewKeyForm(CurrentPasswordForm):
    """The name of a new security key and the current password, before the key is connected."""

    name = StringField(
        _("Name of the key"),
        description=_("A name that you will recognize in your list, for example “Blue key” or “Office computer”."),
        id="key-name",
        render_kw={"maxlength": NAME_LIMIT, "autocomplete": "off"},
    )
    current = current_password_field(id="key-current")


class KeyAnswerForm(FlaskForm):  # type: ignore[misc]
    """The answer of a new security key, as JSON that the page's script fills in."""

    key_answer = HiddenField()


class RemoveKeyForm(CurrentPasswordForm):
    """The current password, to remove the security key with this id."""

    def __init__(self, key_id: int, **options: Any) -> None:
        super().__init__(**options)
        self.key_id = key_id
        self.current.id = f"key-{key_id}-current"
