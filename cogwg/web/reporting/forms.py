"""Forms of quarterly reporting: one for the report of an activity, and one to submit all reports of a quarter."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, SelectChoice, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.core import Field

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, clean_line, clean_text
from cogwg.core.status import Status
from cogwg.core.text_limits import TEXT_LIMIT
from cogwg.core.web_addresses import complete_address
from cogwg.reporting.rules import NEXT_STEP_LIMIT, LabelledLink, ReportDraft
from cogwg.web.http import i18n
from cogwg.web.http.forms import ADDRESS_ATTRIBUTES, completion_sentence, is_used, parse_number, posted_version
from cogwg.web.http.i18n import lazy_gettext as _
from cogwg.web.http.single_use import SingleUseForm

_LONG = {"rows": 2, "maxlength": TEXT_LIMIT}
_ONE_LINE = {"maxlength": NEXT_STEP_LIMIT}


def form_field_names(lang: str) -> dict[str, str]:
    """Map the fields of the rules to the form fields that show their errors: for a text, the one in the page's language."""
    return {
        "progress": f"progress_{lang}",
        "challenge": f"challenge_{lang}",
        "evidence": "evidence_url",
        "next_step": f"next_step_{lang}",
        "nothing_to_report": "keep",
    }


def _status_code(value: Any) -> str | None:
    return str(value) if value and value != "None" else None


class UpdateForm(FlaskForm):  # type: ignore[misc]
    """The form for an activity's report. It only parses the fields; the rules of the reporting package check them."""

    status = RadioField(_("Status this quarter"), coerce=_status_code, validate_choice=False)
    nothing_to_report = BooleanField(_("Nothing to report this quarter"))
    keep = RadioField(
        _("Which one do you want to keep?"),
        choices=[SelectChoice("text", _("My text")), SelectChoice("mark", _("“Nothing to report”"))],
        coerce=_status_code,
        validate_choice=False,
    )
    progress_en = TextAreaField(_("Progress (English)"), render_kw={**_LONG, "lang": "en"})
    progress_fr = TextAreaField(_("Progress (French)"), render_kw={**_LONG, "lang": "fr"})
    challenge_en = TextAreaField(_("Challenge (English)"), render_kw={**_LONG, "lang": "en"})
    challenge_fr = TextAreaField(_("Challenge (French)"), render_kw={**_LONG, "lang": "fr"})
    evidence_url = StringField(
        _("Link to the evidence"),
        description=_("A full web address, such as https://open.canada.ca"),
        render_kw=ADDRESS_ATTRIBUTES,
    )
    evidence_label_en = StringField(_("Link name (English)"), render_kw={"lang": "en"})
    evidence_label_fr = StringField(_("Link name (French)"), render_kw={"lang": "fr"})
    evidence_note_en = TextAreaField(_("If there is no link, explain why (English)"), render_kw={**_LONG, "lang": "en"})
    evidence_note_fr = TextAreaField(_("If there is no link, explain why (French)"), render_kw={**_LONG, "lang": "fr"})
    next_step_en = StringField(_("Next step (English)"), render_kw={**_ONE_LINE, "lang": "en"})
    next_step_fr = StringField(_("Next step (French)"), render_kw={**_ONE_LINE, "lang": "fr"})
    do = StringField("")
    more_links = HiddenField("")
    version = HiddenField("")

    def __init__(self, activity_id: int, draft: ReportDraft | None = None, version: int = 0, **kwargs: Any) -> None:
        """Build this activity's form, filled in from the draft unless the request contains the form.

        The "Nothing to report" button of a row without a form sends "nothing" and the code of the status to report.
        """
        super().__init__(prefix=f"r{activity_id}-", data=_data(draft, version) if draft else {"version": version}, **kwargs)
        button, _space, status = (self.do.data or "").partition(" ")
        if status:
            self.do.data, self.status.data = button, _status_code(status)
        lang = i18n.current_language()
        self.status.choices = [(status.value, status.label.text(lang)) for status in Status]

    @property
    def keeps_draft(self) -> bool:
        """Whether the pressed button saves a draft; any other way of sending the form submits the report."""
        return self.do.data in ("save", "nothing")

    def is_filled(self, fields: Iterable[Field]) -> bool:
        """Return whether one of these fields has a value or an error."""
        return is_used(*fields)

    def tick_mark(self) -> None:
        """Select the checkbox "Nothing to report", because a form sent with the button of that name has it cleared."""
        self.nothing_to_report.data = True

    @property
    def posted_version(self) -> int:
        """Return the version that this form was filled from; an invalid value conflicts with every version."""
        return posted_version(self.version)

    @property
    def further_links(self) -> tuple[LabelledLink, ...]:
        """Return the links after the first, which a hidden field keeps unchanged. If it cannot be parsed, there are none."""
        try:
            links = json.loads(self.more_links.data or "[]")
            return tuple(LabelledLink(clean_text(url), Bilingual(clean_text(en), clean_text(fr))) for url, en, fr in links)
        except (ValueError, TypeError, AttributeError, RecursionError):
            return ()

    @property
    def completion(self) -> str:
        """Return a sentence that says how the typed link was completed; empty if it was stored as typed."""
        return completion_sentence([self.evidence_url.data])

    def draft(self) -> ReportDraft:
        """Return the report as entered. If it has a text and "Nothing to report", ``keep`` says which of them to keep.

        "text" clears "Nothing to report", "mark" clears the text, anything else keeps both. A text alone is never cleared.
        """
        url = complete_address(self.evidence_url.data)
        label = Bilingual(clean_line(self.evidence_label_en.data), clean_line(self.evidence_label_fr.data))
        links = (LabelledLink(url, label), *self.further_links) if url else self.further_links
        known = {s.value for s in Status}
        has_mark = bool(self.nothing_to_report.data) or self.do.data == "nothing"
        return ReportDraft(
            status=Status(self.status.data) if self.status.data in known else None,
            progress=EMPTY_TEXT if has_mark and self.keep.data == "mark" else self._bilingual("progress"),
            challenge=self._bilingual("challenge"),
            evidence_note=self._bilingual("evidence_note"),
            evidence=links,
            nothing_to_report=has_mark and self.keep.data != "text",
            next_step=Bilingual(clean_line(self.next_step_en.data), clean_line(self.next_step_fr.data)),
        )

    def _bilingual(self, name: str) -> Bilingual:
        en: Field = getattr(self, f"{name}_en")
        fr: Field = getattr(self, f"{name}_fr")
        return Bilingual(clean_text(en.data), clean_text(fr.data))


def _data(draft: ReportDraft, version: int) -> dict[str, Any]:
    first = draft.evidence[0] if draft.evidence else LabelledLink("")
    return {
        "status": draft.status.value if draft.status else None,
        "nothing_to_report": draft.nothing_to_report,
        "progress_en": draft.progress.en,
        "progress_fr": draft.progress.fr,
        "challenge_en": draft.challenge.en,
        "challenge_fr": draft.challenge.fr,
        "evidence_url": first.url,
        "evidence_label_en": first.label.en,
        "evidence_label_fr": first.label.fr,
        "evidence_note_en": draft.evidence_note.en,
        "evidence_note_fr": draft.evidence_note.fr,
        "next_step_en": draft.next_step.en,
        "next_step_fr": draft.next_step.fr,
        "more_links": json.dumps([[link.url, link.label.en, link.label.fr] for link in draft.evidence[1:]]),
        "version": version,
    }


class SubmitAllForm(SingleUseForm):
    """The form that submits a quarter's reports: the versions that were shown, and the activities with nothing to report."""

    seen = HiddenField("")
    nothing = SelectMultipleField(_("Submit as “Nothing to report”"), validate_choice=False)

    @property
    def posted_versions(self) -> dict[str, int]:
        """Map the activity code of each ready report to the version that the page showed. Invalid versions are left out."""
        pairs = (part.rpartition(":") for part in str(self.seen.data or "").split())
        return {code: version for code, _colon, text in pairs if (version := parse_number(text)) is not None}

    @property
    def nothing_to_report_codes(self) -> frozenset[str]:
        """Return the codes of the activities to be submitted as "nothing to report"; one checkbox may stand for several."""
        return frozenset(code for codes in self.nothing.data or () for code in codes.split())
