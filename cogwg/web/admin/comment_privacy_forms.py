"""The forms about the data kept about the authors of comments: legal holds, and requests from authors."""

from __future__ import annotations

from collections.abc import Iterable

from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, SearchField, SelectChoice, SelectField, StringField

from cogwg.core.addresses import ADDRESS_LIMIT
from cogwg.core.errors import N_, Invalid, Message
from cogwg.engagement.comment_rules import NAME_LIMIT
from cogwg.engagement.holds import REASON_LIMIT
from cogwg.engagement.models import EngagementPhase
from cogwg.web.http.forms import parse_number
from cogwg.web.http.i18n import current_language, gettext
from cogwg.web.http.i18n import lazy_gettext as _

_REASON = {"maxlength": REASON_LIMIT, "autocomplete": "off"}


class PlaceHoldForm(FlaskForm):  # type: ignore[misc]
    """A legal hold on a phase, or on the comment with a number."""

    phase = SelectField(_("What to keep"), validate_choice=False)
    comment = StringField(
        _("Number of the comment"),
        description=_("Only for a hold on one comment. The number is in the web address of the comment’s page."),
        render_kw={"inputmode": "numeric", "autocomplete": "off", "size": 8},
    )
    reason = StringField(
        _("Reason"),
        description=_(
            "Enter who ordered the hold, and the file number. Leave out the author’s name, because the audit log keeps "
            "the reason."
        ),
        render_kw=_REASON,
    )

    def fill_choices(self, phases: Iterable[EngagementPhase]) -> None:
        lang = current_language()
        self.phase.choices = [
            SelectChoice("", gettext("One comment")),
            *(SelectChoice(phase.key, phase.title.text(lang)) for phase in phases),
        ]

    @property
    def comment_id(self) -> int | None:
        """Return the number of the comment, or None if a phase is chosen. Raises ``Invalid`` if there is neither."""
        if self.phase.data:
            return None
        number = parse_number((self.comment.data or "").strip().removeprefix("#"))
        if number is None:
            raise Invalid(("comment", Message(N_("Choose a phase, or enter the number of a comment."))))
        return number


class ReleaseHoldForm(FlaskForm):  # type: ignore[misc]
    """The reason to release a legal hold."""

    reason = StringField(_("Reason for the release"), render_kw=_REASON)


class FindAuthorForm(FlaskForm):  # type: ignore[misc]
    """The number of a comment, or the email address of its author. It is sent by POST, so that no email address is in a URL."""

    wanted = SearchField(_("Number of a comment, or email address"), render_kw={"autocomplete": "off", "spellcheck": "false"})


class AuthorForm(FlaskForm):  # type: ignore[misc]
    """A correction of the name and email address of a comment's author, with the version that the page showed."""

    name = StringField(_("Name"), render_kw={"maxlength": NAME_LIMIT, "autocomplete": "off"})
    email = EmailField(
        _("Email address"),
        render_kw={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none", "data-limit": ADDRESS_LIMIT},
    )
    reason = StringField(
        _("Reason"),
        description=_(
            "For example: the author asked for this by telephone. Leave out their name, because the audit log keeps the reason."
        ),
        render_kw=_REASON,
    )
    version = HiddenField()


class AuthorDataForm(FlaskForm):  # type: ignore[misc]
    """The reason to download what is kept about the author of a comment."""

    reason = StringField(
        _("Reason"),
        id="data-reason",
        description=_(
            "For example: the author asked for this by telephone. Leave out their name, because the audit log keeps the reason."
        ),
        render_kw=_REASON,
    )
