"""Milestones, challenges and translations as forms: parsed and shaped here, judged below the door."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from flask import request
from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField

from cogwg.core.bilingual import Bilingual, clean_text
from cogwg.core.text_limits import TEXT_LIMIT
from cogwg.reporting.news.rules import LINKS_LIMIT, THEME_LIMIT, ChallengeDraft, MilestoneDraft
from cogwg.reporting.rules import LABEL_LIMIT, URL_LIMIT, LabelledLink
from cogwg.web.http import i18n
from cogwg.web.http.forms import posted_version
from cogwg.web.http.i18n import lazy_gettext as _

_LONG = {"rows": 2, "maxlength": TEXT_LIMIT}
_ADDRESS = {"maxlength": URL_LIMIT, "inputmode": "url", "spellcheck": "false", "autocapitalize": "none"}
Options = Sequence[tuple[str, str]]


class VersionedForm(FlaskForm):  # type: ignore[misc]
    """A form that carries the version it was filled from."""

    version = HiddenField("")

    @property
    def posted_version(self) -> int:
        """That version; anything that is no version conflicts with every one."""
        return posted_version(self.version)

    def bilingual(self, name: str) -> Bilingual:
        """What was typed in both languages under this name."""
        return Bilingual(clean_text(self._fields[f"{name}_en"].data), clean_text(self._fields[f"{name}_fr"].data))


class MilestoneForm(VersionedForm):
    """What a jurisdiction achieved: a sentence first, the rest if there is any. See ``milestone_form`` for its links."""

    text_en = TextAreaField(_("What was achieved, in English"), render_kw=_LONG)
    text_fr = TextAreaField(_("What was achieved, in French"), render_kw=_LONG)
    jurisdiction = SelectField(_("Jurisdiction"), validate_choice=False)
    under_way = RadioField(_("How far it is"), validate_choice=False)
    happened = StringField(
        _("When it happened"),
        description=_("A month such as 2020-09 or a day such as 2020-09-24, if you know it."),
        render_kw={"maxlength": 10, "autocomplete": "off"},
    )
    slots: int

    @property
    def link_fields(self) -> list[tuple[Any, Any, Any]]:
        """The fields of each link: its address, its name in English and in French."""
        return [tuple(self._fields[name] for name in _link_fields(n)) for n in range(1, self.slots + 1)]

    def draft(self) -> MilestoneDraft:
        """What the person said; a link of which nothing was typed is none."""
        told = (
            LabelledLink(clean_text(url.data), Bilingual(clean_text(en.data), clean_text(fr.data)))
            for url, en, fr in self.link_fields
        )
        return MilestoneDraft(
            text=self.bilingual("text"),
            links=tuple(link for link in told if link.url or link.label),
            under_way=self.under_way.data == "under-way",
            happened=clean_text(self.happened.data),
        )


def milestone_form(
    prefix: str,
    draft: MilestoneDraft | None = None,
    version: int = 0,
    *,
    jurisdictions: Options = (),
    chosen_code: str = "",
    **kwargs: Any,
) -> MilestoneForm:
    """A form with a place for each link and for one more; ``whose`` are the jurisdictions to choose from, if more than one."""
    posted = sum(f"{prefix}link{n}_url" in request.form for n in range(1, LINKS_LIMIT + 2))
    slots = len(draft.links) + 1 if draft is not None else posted or 1
    fields: dict[str, Any] = {"slots": slots}
    for n in range(1, slots + 1):
        url, en, fr = _link_fields(n)
        fields[url] = StringField(gettext("Link %(number)s", number=n) if slots > 1 else _("Link"), render_kw=_ADDRESS)
        fields[en] = StringField(_("Name of the link, in English"), render_kw={"maxlength": LABEL_LIMIT})
        fields[fr] = StringField(_("Name of the link, in French"), render_kw={"maxlength": LABEL_LIMIT})
    start = draft or MilestoneDraft(Bilingual("", ""))
    data: dict[str, Any] = {
        **_bilingual_data("text", start.text),
        "under_way": "under-way" if start.under_way else "done",
        "happened": start.happened,
        "version": version,
        "jurisdiction": chosen_code,
    }
    for n, link in enumerate(start.links, 1):
        data |= dict(zip(_link_fields(n), (link.url, link.label.en, link.label.fr), strict=True))
    form: MilestoneForm = type("MilestoneForm", (MilestoneForm,), fields)(prefix=prefix, data=data, **kwargs)
    form.under_way.choices = [("done", gettext("Done")), ("under-way", gettext("Under way"))]
    _offer_jurisdictions(form, jurisdictions)
    return form


class ChallengeForm(VersionedForm):
    """What holds a jurisdiction back: a sentence, its theme, and whether the deck may name who said it."""

    text_en = TextAreaField(_("What holds you back, in English"), render_kw=_LONG)
    text_fr = TextAreaField(_("What holds you back, in French"), render_kw=_LONG)
    theme = SelectField(_("Theme"), validate_choice=False)
    new_theme = StringField(_("Or a new theme"), render_kw={"maxlength": THEME_LIMIT, "autocomplete": "off"})
    jurisdiction = SelectField(_("Jurisdiction"), validate_choice=False)
    naming = RadioField(_("In the deck"), validate_choice=False)

    def __init__(
        self,
        prefix: str,
        draft: ChallengeDraft | None = None,
        version: int = 0,
        *,
        themes: Iterable[Bilingual] = (),
        jurisdictions: Options = (),
        chosen_code: str = "",
        **kwargs: Any,
    ) -> None:
        start = draft or ChallengeDraft()
        data = {
            **_bilingual_data("text", start.text),
            "theme": _encode_theme(start.theme) if start.theme else "",
            "naming": "unnamed",
            "version": version,
            "jurisdiction": chosen_code,
        }
        super().__init__(prefix=prefix, data=data, **kwargs)
        lang = i18n.current_language()
        self.theme.choices = [("", gettext("Choose a theme")), *((_encode_theme(t), t.text(lang)) for t in themes)]
        self.naming.choices = naming_choices()
        _offer_jurisdictions(self, jurisdictions)

    def draft(self) -> ChallengeDraft:
        """What the person said: a theme typed in the page's language goes before one that is chosen."""
        new = clean_text(self.new_theme.data)
        here = i18n.current_language()
        typed_theme = Bilingual(new, "") if here == "en" else Bilingual("", new)
        return ChallengeDraft(typed_theme if new else _decode_theme(self.theme.data), self.bilingual("text"))

    @property
    def may_be_named(self) -> bool:
        return bool(self.naming.data == "named")


class ShareForm(FlaskForm):  # type: ignore[misc]
    """A jurisdiction says "us too", or whether the deck may name it; what is not said is "do not name us"."""

    jurisdiction = SelectField(_("Jurisdiction"), validate_choice=False)
    naming = RadioField(_("In the deck"), validate_choice=False)

    def __init__(
        self, prefix: str, *, jurisdictions: Options = (), chosen_code: str = "", may_be_named: bool = False, **kwargs: Any
    ) -> None:
        data = {"jurisdiction": chosen_code, "naming": "named" if may_be_named else "unnamed"}
        super().__init__(prefix=prefix, data=data, **kwargs)
        self.naming.choices = naming_choices()
        _offer_jurisdictions(self, jurisdictions)

    @property
    def may_be_named(self) -> bool:
        return bool(self.naming.data == "named")


class ActionForm(VersionedForm):
    """A button: nothing is typed, but what it acts on is at a version."""

    move = HiddenField("")


class TranslationForm(FlaskForm):  # type: ignore[misc]
    """The missing language of one text; the text it is a translation of goes along."""

    text = TextAreaField(_("Translation"), render_kw=_LONG)
    source = HiddenField("")

    def __init__(self, *, focused: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if focused:
            self.text.render_kw = {**_LONG, "autofocus": True}

    @property
    def source_text(self) -> str:
        """What was translated, as the record writes it."""
        return clean_text(self.source.data)


class NewsFilterForm(FlaskForm):  # type: ignore[misc]
    """Which news to show; it is sent by GET and changes nothing."""

    class Meta:
        csrf = False

    jurisdiction = SelectField(_("Jurisdiction"), validate_choice=False)

    def __init__(self, jurisdictions: Options, chosen_code: str, **kwargs: Any) -> None:
        super().__init__(formdata=None, data={"jurisdiction": chosen_code}, **kwargs)
        self.jurisdiction.choices = [("", gettext("All jurisdictions")), *jurisdictions]


def naming_choices() -> list[tuple[str, str]]:
    return [("unnamed", gettext("Do not name us")), ("named", gettext("You may name us"))]


def _link_fields(n: int) -> tuple[str, str, str]:
    return f"link{n}_url", f"link{n}_label_en", f"link{n}_label_fr"


def _bilingual_data(name: str, text: Bilingual) -> dict[str, str]:
    return {f"{name}_en": text.en, f"{name}_fr": text.fr}


def _offer_jurisdictions(form: FlaskForm, jurisdictions: Options) -> None:
    """Offer the choice of a jurisdiction only where there is one."""
    if jurisdictions:
        form.jurisdiction.choices = [("", gettext("Choose a jurisdiction")), *jurisdictions]
    else:
        del form.jurisdiction


def _encode_theme(theme: Bilingual) -> str:
    return json.dumps([theme.en, theme.fr], ensure_ascii=False)


def _decode_theme(value: str | None) -> Bilingual:
    """A theme that was chosen; what cannot be read is none."""
    try:
        en, fr = json.loads(value or "")
        return Bilingual(clean_text(en), clean_text(fr))
    except (ValueError, TypeError, AttributeError, RecursionError):
        return Bilingual("", "")
