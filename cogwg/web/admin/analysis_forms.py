"""The forms of analysts: a theme, a comment from another channel, the methods of a report, and its publication."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, ClassVar

from flask_wtf import FlaskForm
from wtforms import BooleanField, FileField, HiddenField, RadioField, SelectField, StringField, TextAreaField

from cogwg.core.bilingual import Bilingual, clean_line, clean_text
from cogwg.core.text_limits import TEXT_LIMIT
from cogwg.engagement.comment_rules import COMMENT_LIMIT, clean_comment
from cogwg.engagement.entering import EVENT_LIMIT, EnteredComment
from cogwg.engagement.heard import StatedMethods
from cogwg.engagement.models import EngagementCycle
from cogwg.engagement.scales import LANGUAGE_LABELS, Channel, CommentLanguage, Disposition
from cogwg.engagement.themes import ACTIVITY, COMMITMENT, TITLE_LIMIT, ThemeFacts
from cogwg.web.http import forms
from cogwg.web.http.date_fields import DayField
from cogwg.web.http.i18n import current_language
from cogwg.web.http.i18n import lazy_gettext as _
from cogwg.web.http.single_use import SingleUseForm
from cogwg.web.http.still_right import StillRightField

_LINE = {"maxlength": TITLE_LIMIT, "autocomplete": "off"}
_TEXT = {"rows": 3, "maxlength": TEXT_LIMIT}
_CODES = {"maxlength": 400, "autocomplete": "off", "spellcheck": "false"}
NOT_DECIDED = ""


class ThemeForm(SingleUseForm):
    """What is stated about a theme. ``version`` is the version of the theme that the form showed."""

    version = HiddenField("")
    title_en = StringField(_("Theme (English)"), render_kw=_LINE)
    title_fr = StringField(_("Theme (French)"), render_kw=_LINE)
    heard_en = TextAreaField(_("What was heard (English)"), render_kw=_TEXT)
    heard_fr = TextAreaField(_("What was heard (French)"), render_kw=_TEXT)
    disposition = RadioField(_("What came of it"))
    response_en = TextAreaField(_("Why (English)"), render_kw=_TEXT)
    response_fr = TextAreaField(_("Why (French)"), render_kw=_TEXT)
    commitments = StringField(_("Commitments"), render_kw=_CODES)
    activities = StringField(_("Activities"), render_kw=_CODES)
    still_right = StillRightField()
    ignored: ClassVar[tuple[str, ...]] = ("csrf_token", "once", "version", "still_right")

    def offer(self) -> None:
        """Fill in the choices, in the page's language."""
        lang = current_language()
        self.disposition.choices = [
            *((each.value, each.label.text(lang)) for each in Disposition),
            (NOT_DECIDED, _("Not decided yet")),
        ]

    @property
    def facts(self) -> ThemeFacts:
        chosen = self.disposition.data or NOT_DECIDED
        return ThemeFacts(
            Bilingual(clean_line(self.title_en.data), clean_line(self.title_fr.data)),
            Bilingual(clean_text(self.heard_en.data), clean_text(self.heard_fr.data)),
            Disposition(chosen) if chosen in list(Disposition) else None,
            Bilingual(clean_text(self.response_en.data), clean_text(self.response_fr.data)),
            (
                *((COMMITMENT, key.upper()) for key in _codes(self.commitments.data)),
                *((ACTIVITY, key) for key in _codes(self.activities.data)),
            ),
        )

    def differences(self, stored: Mapping[str, Any]) -> list[tuple[str, str, str, str]]:
        """Return the label, the stored value, the typed one and the language of each field in which they differ."""
        shown = []
        labels = dict(self.disposition.choices or [])
        for name, field in self._fields.items():
            if name in self.ignored:
                continue
            theirs, yours = stored.get(name, ""), clean_text(field.data or "")
            if theirs == yours:
                continue
            if name == "disposition":
                theirs, yours = str(labels.get(theirs, "")), str(labels.get(yours, ""))
            shown.append((str(field.label.text), theirs, yours, name[-2:] if name.endswith(("_en", "_fr")) else ""))
        return shown


def theme_fields(facts: ThemeFacts) -> dict[str, str]:
    """Map the names of the form's fields to what is stated about a theme."""
    return {
        "title_en": facts.title.en,
        "title_fr": facts.title.fr,
        "heard_en": facts.heard.en,
        "heard_fr": facts.heard.fr,
        "disposition": facts.disposition.value if facts.disposition else NOT_DECIDED,
        "response_en": facts.response.en,
        "response_fr": facts.response.fr,
        "commitments": ", ".join(key for kind, key in facts.links if kind == COMMITMENT),
        "activities": ", ".join(key for kind, key in facts.links if kind == ACTIVITY),
    }


class MergeThemesForm(FlaskForm):  # type: ignore[misc]
    """The theme into which to move the comments of this one. ``version`` is the version of this theme that the form showed."""

    version = HiddenField("")
    into = SelectField(_("Merge into"), validate_choice=False)

    def offer(self, themes: Iterable[tuple[int, str]]) -> None:
        self.into.choices = [("", _("Choose a theme")), *((str(id_), title) for id_, title in themes)]

    @property
    def posted_into(self) -> int:
        return forms.parse_number(self.into.data or "") or 0


class ShownVersionForm(FlaskForm):  # type: ignore[misc]
    """A button, with the version that the page showed."""

    version = HiddenField("")


class EntryForm(SingleUseForm):
    """A comment that was received through a channel other than the form on the site."""

    phase = SelectField(_("Phase"))
    channel = SelectField(_("How the comment was received"))
    event = StringField(_("Meeting or event, if there was one"), render_kw={"maxlength": EVENT_LIMIT, "autocomplete": "off"})
    language = SelectField(_("Language of the comment"))
    received_on = DayField(_("Day on which the comment was received"))
    text = TextAreaField(_("Comment"), render_kw={"rows": 6, "maxlength": COMMENT_LIMIT})
    publish = RadioField(_("After you save"))

    def offer(self, cycle: EngagementCycle) -> None:
        """Fill in the choices, in the page's language."""
        lang = current_language()
        self.phase.choices = [(each.key, each.title.text(lang)) for each in cycle.phases]
        self.channel.choices = [(each.value, each.label.text(lang)) for each in Channel if each is not Channel.ONLINE]
        self.channel.choices.append((Channel.ONLINE.value, Channel.ONLINE.label.text(lang)))
        self.language.choices = language_choices()
        self.publish.choices = publish_choices()

    def entered(self, today: date) -> EnteredComment:
        """Return the comment. If no day was entered, the comment was received today."""
        return EnteredComment(
            phase=self.phase.data or "",
            channel=Channel(self.channel.data),
            lang=CommentLanguage(self.language.data),
            text=clean_comment(self.text.data),
            received_on=self.received_on.data or today,
            event=clean_line(self.event.data),
        )


def language_choices() -> list[tuple[str, Any]]:
    """Return the form options for the language of a comment, labelled in the page's language."""
    lang = current_language()
    return [(each.value, LANGUAGE_LABELS[each].text(lang)) for each in CommentLanguage]


def publish_choices() -> list[tuple[str, Any]]:
    """Return the form options for comments that are entered or imported: send to moderation, or publish."""
    return [("no", _("Send to moderation")), ("yes", _("Publish: the comment was moderated where it was received"))]


class ImportCommentsForm(FlaskForm):  # type: ignore[misc]
    """The form to upload a file of comments."""

    file = FileField(_("File (.csv)"), render_kw={"accept": ".csv,text/csv"})


class SaveCommentsForm(FlaskForm):  # type: ignore[misc]
    """The form to save what a preview shows. ``revision`` is the revision of the preview."""

    revision = HiddenField("")
    publish = RadioField(_("After you save"), default="no", validate_choice=False)

    def offer(self) -> None:
        self.publish.choices = [
            ("no", _("Send the comments to moderation")),
            ("yes", _("Publish the comments: they have already been moderated")),
        ]

    @property
    def posted_revision(self) -> int:
        return forms.parse_version(str(self.revision.data or ""))


class FinalizeForm(FlaskForm):  # type: ignore[misc]
    """How comments were analysed, the limits of the report, and the confirmation to finalize it although it is unfinished.

    One button saves the texts, and another finalizes the report with them. ``shown`` identifies the state of the texts that
    the form showed, and ``previewed`` the state of the preview.
    """

    shown = HiddenField("")
    previewed = HiddenField("")
    methods_en = TextAreaField(_("How this was done (English)"), render_kw=_TEXT)
    methods_fr = TextAreaField(_("How this was done (French)"), render_kw=_TEXT)
    limits_en = TextAreaField(_("Limits (English)"), render_kw=_TEXT)
    limits_fr = TextAreaField(_("Limits (French)"), render_kw=_TEXT)
    still_right = StillRightField()
    anyway = BooleanField(_("Finalize the report anyway"))

    def offer(self, cycle: EngagementCycle) -> None:
        """Offer a checkbox beside each of the two texts if it is stale."""
        self.still_right.offer({name: lang for name, lang in (cycle.stale or {}).items() if name in ("methods", "limits")})

    @property
    def stated(self) -> StatedMethods:
        shown, still_right = self.shown.data or "", tuple(self.still_right.confirmed)
        return StatedMethods(self._text("methods"), self._text("limits"), shown, still_right)

    def _text(self, name: str) -> Bilingual:
        return Bilingual(clean_text(self[f"{name}_en"].data), clean_text(self[f"{name}_fr"].data))


class PublishHeardForm(FlaskForm):  # type: ignore[misc]
    """The number of the version to publish, and the reasons."""

    number = HiddenField("")
    reason_en = TextAreaField(_("Reason for the change (English)"), render_kw=_TEXT)
    reason_fr = TextAreaField(_("Reason for the change (French)"), render_kw=_TEXT)
    override_reason = TextAreaField(_("Reason for publishing without these texts"), render_kw=_TEXT)

    @property
    def override_text(self) -> str:
        return clean_text(self.override_reason.data)

    @property
    def reason(self) -> Bilingual:
        return Bilingual(clean_text(self.reason_en.data), clean_text(self.reason_fr.data))


def _codes(text: str | None) -> list[str]:
    """Return the codes in a field, without duplicates. They are separated by commas, semicolons or spaces."""
    return list(dict.fromkeys((text or "").replace(",", " ").replace(";", " ").split()))
