"""Forms for milestones, challenges, themes and translations; the rules of the reporting package check their content."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from flask import request
from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectChoice, SelectField, StringField, TextAreaField

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, clean_line, clean_text, sort_key
from cogwg.core.text_limits import TEXT_LIMIT
from cogwg.core.web_addresses import complete_address
from cogwg.reporting.news.rules import LINKS_LIMIT, THEME_LIMIT, ChallengeDraft, MilestoneDraft
from cogwg.reporting.rules import LABEL_LIMIT, LabelledLink
from cogwg.web.http import i18n
from cogwg.web.http.date_fields import PastDateField
from cogwg.web.http.forms import ADDRESS_ATTRIBUTES, completion_sentence, posted_version
from cogwg.web.http.i18n import lazy_gettext as _
from cogwg.web.http.single_use import SingleUseForm

_LONG = {"rows": 2, "maxlength": TEXT_LIMIT}
Options = Sequence[tuple[str, str]]


class VersionedForm(FlaskForm):  # type: ignore[misc]
    """A form with the version of the data that it was filled from."""

    version = HiddenField("")

    @property
    def posted_version(self) -> int:
        """Return the version that the form was filled from; an invalid value conflicts with every version."""
        return posted_version(self.version)


class NewsItemForm(VersionedForm, SingleUseForm):
    """Base of the milestone and challenge forms: a text in both languages, and a jurisdiction if there is a choice.

    ``once_more`` is set once a person was told that the same text was already added.
    """

    once_more = HiddenField("")
    ignored_fields: ClassVar[frozenset[str]] = frozenset({"once_more"})

    def __init__(
        self,
        prefix: str,
        data: dict[str, Any],
        text: Bilingual,
        version: int,
        *,
        jurisdictions: Options = (),
        chosen_code: str = "",
        **kwargs: Any,
    ) -> None:
        data |= {"text_en": text.en, "text_fr": text.fr, "version": version, "jurisdiction": chosen_code}
        super().__init__(prefix=prefix, data=data, **kwargs)
        _offer_jurisdictions(self, jurisdictions)

    @property
    def text(self) -> Bilingual:
        """Return the text in both languages, cleaned by ``clean_text``."""
        return Bilingual(clean_text(self.text_en.data), clean_text(self.text_fr.data))

    @property
    def completion(self) -> str:
        """Return a sentence that says how the date and the links were read; "" if they are stored as typed."""
        return ""


class MilestoneForm(NewsItemForm):
    """The form for a jurisdiction's milestone. A sentence is required; the date and the links are optional.

    ``milestone_form`` adds the fields for links.
    """

    text_en = TextAreaField(_("What was achieved (English)"), render_kw=_LONG)
    text_fr = TextAreaField(_("What was achieved (French)"), render_kw=_LONG)
    jurisdiction = SelectField(_("Jurisdiction"), validate_choice=False)
    under_way = RadioField(
        _("Status"), choices=[SelectChoice("done", _("Done")), SelectChoice("under-way", _("Under way"))], validate_choice=False
    )
    happened = PastDateField(_("Date (optional)"))
    slots: int

    @property
    def link_fields(self) -> list[tuple[Any, Any, Any]]:
        """Return the fields of each link: its URL, its name in English, and its name in French."""
        return [tuple(self._fields[name] for name in _link_fields(n)) for n in range(1, self.slots + 1)]

    @property
    def completion(self) -> str:
        links = completion_sentence(url.data for url, _en, _fr in self.link_fields)
        return ". ".join(filter(None, (self.happened.understood, links)))

    def draft(self) -> MilestoneDraft:
        """Return the milestone in the form, with cleaned texts and completed URLs; empty links are left out."""
        links = (
            LabelledLink(complete_address(url.data), Bilingual(clean_line(en.data), clean_line(fr.data)))
            for url, en, fr in self.link_fields
        )
        return MilestoneDraft(
            text=self.text,
            links=tuple(link for link in links if link.url or link.label),
            under_way=self.under_way.data == "under-way",
            happened=self.happened.data or "",
        )


def milestone_form(prefix: str, draft: MilestoneDraft | None = None, version: int = 0, **options: Any) -> MilestoneForm:
    """Build the form for a milestone.

    It has fields for the draft's links and for one more link or, without a draft, for the links in the request.
    """
    posted = sum(f"{prefix}link{n}_url" in request.form for n in range(1, LINKS_LIMIT + 2))
    slots = len(draft.links) + 1 if draft is not None else posted or 1
    fields: dict[str, Any] = {"slots": slots}
    for n in range(1, slots + 1):
        url, en, fr = _link_fields(n)
        fields[url] = StringField(
            gettext("Link %(number)s", number=n) if slots > 1 else _("Link"), render_kw=ADDRESS_ATTRIBUTES
        )
        fields[en] = StringField(_("Link name (English)"), render_kw={"maxlength": LABEL_LIMIT})
        fields[fr] = StringField(_("Link name (French)"), render_kw={"maxlength": LABEL_LIMIT})
    start = draft or MilestoneDraft(EMPTY_TEXT)
    data: dict[str, Any] = {"under_way": "under-way" if start.under_way else "done", "happened": start.happened}
    for n, link in enumerate(start.links, 1):
        data |= dict(zip(_link_fields(n), (link.url, link.label.en, link.label.fr), strict=True))
    form: MilestoneForm = type("MilestoneForm", (MilestoneForm,), fields)(prefix, data, start.text, version, **options)
    return form


class NamingForm(FlaskForm):  # type: ignore[misc]
    """A form with the choice of whether decks may name a jurisdiction; the default is that they may not."""

    naming = RadioField(
        _("In briefings"),
        choices=[
            SelectChoice("unnamed", _("Do not name the jurisdiction")),
            SelectChoice("named", _("The jurisdiction can be named")),
        ],
        validate_choice=False,
    )

    @property
    def may_be_named(self) -> bool:
        return bool(self.naming.data == "named")


class ChallengeForm(NewsItemForm, NamingForm):
    """The form for a jurisdiction's challenge: a sentence, its theme, and whether decks may name the jurisdiction."""

    text_en = TextAreaField(_("Challenge (English)"), render_kw=_LONG)
    text_fr = TextAreaField(_("Challenge (French)"), render_kw=_LONG)
    theme = SelectField(_("Theme"), validate_choice=False)
    new_theme = StringField(_("Or enter a new theme"), render_kw={"maxlength": THEME_LIMIT, "autocomplete": "off"})
    jurisdiction = SelectField(_("Jurisdiction"), validate_choice=False)

    def __init__(
        self, prefix: str, draft: ChallengeDraft | None, version: int, *, themes: Iterable[Bilingual], **options: Any
    ) -> None:
        start = draft or ChallengeDraft()
        data = {"theme": encode_theme(start.theme) if start.theme else "", "naming": "unnamed"}
        super().__init__(prefix, data, start.text, version, **options)
        lang = i18n.current_language()
        by_name = sorted(themes, key=lambda theme: sort_key(theme.text(lang)))
        self.theme.choices = [("", gettext("Choose a theme")), *((encode_theme(t), t.text(lang)) for t in by_name)]

    def draft(self) -> ChallengeDraft:
        """Return the challenge in the form; a new theme, which is in the page's language, overrides the chosen one."""
        new = clean_line(self.new_theme.data)
        typed_theme = Bilingual(new, "") if i18n.current_language() == "en" else Bilingual("", new)
        return ChallengeDraft(typed_theme if new else decode_theme(self.theme.data), self.text)


class ShareForm(NamingForm):
    """The form to record that a jurisdiction shares a challenge, or to change whether decks may name the jurisdiction.

    ``was`` is the choice that the page showed, empty if the jurisdiction does not share the challenge yet.
    """

    jurisdiction = SelectField(_("Jurisdiction"), validate_choice=False)
    was = HiddenField("")

    def __init__(self, prefix: str, *, jurisdictions: Options = (), may_be_named: bool | None = None, **kwargs: Any) -> None:
        data = {
            "jurisdiction": "",
            "naming": "named" if may_be_named else "unnamed",
            "was": {True: "named", False: "unnamed", None: ""}[may_be_named],
        }
        super().__init__(prefix=prefix, data=data, **kwargs)
        _offer_jurisdictions(self, jurisdictions)

    @property
    def shown_choice(self) -> bool | None:
        """Return whether decks could name the jurisdiction when the page was shown; None if it did not share the challenge."""
        return {"named": True, "unnamed": False}.get(self.was.data or "")


class ActionForm(VersionedForm):
    """A form with only a button. It sends the version of the item and, to change a challenge's state, the change (``move``)."""

    move = HiddenField("")


class TranslationForm(FlaskForm):  # type: ignore[misc]
    """The form for the translation of one text, with the source text that the page showed."""

    text = TextAreaField(_("Translation"), render_kw=_LONG)
    source = HiddenField("")

    def __init__(self, *, focused: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if focused:
            self.text.render_kw = {**_LONG, "autofocus": True}

    @property
    def source_text(self) -> str:
        """Return the text that was translated, as the page showed it."""
        return clean_text(self.source.data)


class NewsFilterForm(FlaskForm):  # type: ignore[misc]
    """The form that filters a list of news by jurisdiction, sent by GET."""

    class Meta:
        csrf = False

    jurisdiction = SelectField(_("Jurisdiction"), validate_choice=False)

    def __init__(self, jurisdictions: Options, chosen_code: str, **kwargs: Any) -> None:
        super().__init__(formdata=None, data={"jurisdiction": chosen_code}, **kwargs)
        self.jurisdiction.choices = [("", gettext("All jurisdictions")), *jurisdictions]


def _link_fields(n: int) -> tuple[str, str, str]:
    return f"link{n}_url", f"link{n}_label_en", f"link{n}_label_fr"


def _offer_jurisdictions(form: FlaskForm, jurisdictions: Options) -> None:
    """Offer these jurisdictions, or remove the field if there are none to choose from."""
    if jurisdictions:
        form.jurisdiction.choices = [("", gettext("Choose a jurisdiction")), *jurisdictions]
    else:
        del form.jurisdiction


class RenameForm(FlaskForm):  # type: ignore[misc]
    """The form to rename a theme, in both languages; ``was`` is the name that the page showed."""

    name_en = StringField(_("Name (English)"), render_kw={"maxlength": THEME_LIMIT, "autocomplete": "off"})
    name_fr = StringField(_("Name (French)"), render_kw={"maxlength": THEME_LIMIT, "autocomplete": "off"})
    was = HiddenField("")


class MergeForm(FlaskForm):  # type: ignore[misc]
    """The form to merge a theme into another; ``was`` is the theme's name that the page showed."""

    into = SelectField(_("Merge into"), validate_choice=False)
    was = HiddenField("")


def encode_theme(theme: Bilingual) -> str:
    return json.dumps([theme.en, theme.fr], ensure_ascii=False)


def decode_theme(value: str | None) -> Bilingual:
    """Return the theme that ``encode_theme`` encoded as this value, or an empty one if the value cannot be parsed."""
    try:
        en, fr = json.loads(value or "")
        return Bilingual(clean_line(en), clean_line(fr))
    except (ValueError, TypeError, AttributeError, RecursionError):
        return EMPTY_TEXT
