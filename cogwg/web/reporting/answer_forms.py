"""The forms of the answer page: the questions about one activity, and the choices that a person makes before any change."""

from __future__ import annotations

import re
from dataclasses import replace

from flask import request
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import HiddenField, RadioField, SelectChoice, StringField, TextAreaField

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language, LocalizedText, clean_text
from cogwg.core.status import Status
from cogwg.core.text_language import guess_language
from cogwg.core.text_limits import TEXT_LIMIT
from cogwg.core.web_addresses import complete_address
from cogwg.plan.lookups import activity_titles
from cogwg.reporting.answer_links import reported_texts
from cogwg.reporting.merge import merge_texts
from cogwg.reporting.rules import LabelledLink, ReportDraft
from cogwg.web.http import i18n
from cogwg.web.http.forms import ADDRESS_ATTRIBUTES, posted_version
from cogwg.web.http.i18n import lazy_gettext as _
from cogwg.web.reporting.worklist_row import UpdateRow

_LONG = {"rows": 2, "maxlength": TEXT_LIMIT}
FORM_FIELDS = {
    "status": "status",
    "progress": "text",
    "nothing_to_report": "text",
    "challenge": "challenge",
    "evidence_note": "evidence_note",
}
"""The form's field that shows the problems of each field of the rules. Problems with links are shown at the link."""


class AnswerRowForm(FlaskForm):  # type: ignore[misc]
    """What a person answers about one activity. At first, nothing is selected, and the texts are those of the report so far.

    ``base`` is the report that the row was filled from, empty without one. ``conflict`` is set after another person saved the
    report in the meantime; ``keep`` is then a choice. ``shown_in`` is the language of the page on which the texts were shown,
    which typed texts keep if the page's language changes. ``is_set_aside`` is whether only the challenge counts, because the
    person reports no change. The page's form has the CSRF token, so each row needs none.
    """

    class Meta:
        csrf = False

    status = RadioField(_("Status this quarter"), validate_choice=False)
    text = TextAreaField(_("What has changed?"), render_kw=_LONG)
    challenge = TextAreaField(_("Challenge: what is causing the delay?"), render_kw=_LONG)
    evidence_url = StringField(_("Link to the evidence"), render_kw=ADDRESS_ATTRIBUTES)
    evidence_note = TextAreaField(_("If there is no link, explain why"), render_kw=_LONG)
    keep = RadioField(_("Which version do you want to keep?"), validate_choice=False)
    conflict = HiddenField("")
    version = HiddenField("")
    shown_in = HiddenField("")

    def __init__(self, row: UpdateRow, base: ReportDraft, *, is_posted: bool, is_set_aside: bool = False) -> None:
        """Build the form of a row, with what was typed if the request has this row, else with the texts of ``base``."""
        self.row, self.base, self.is_set_aside = row, base, is_set_aside
        prefix = row_prefix(row)
        self.is_posted = is_posted and is_row_posted(row)
        lang = i18n.current_language()
        posted_lang = request.form.get(f"{prefix}shown_in") if self.is_posted else None
        self.text_lang = Language(posted_lang) if posted_lang in tuple(Language) else lang
        data = {**self._shown_texts(), "version": str(row.version), "shown_in": lang.value}
        super().__init__(formdata=request.form if self.is_posted else None, prefix=prefix, data=data)
        self.status.choices = [(status.value, status.label.text(lang)) for status in Status]
        self.keep.choices = [
            SelectChoice("theirs", _("Keep their version")),
            SelectChoice("yours", _("Keep mine")),
            SelectChoice("both", _("Keep both texts, with my status")),
        ]

    @property
    def posted_version(self) -> int:
        """Return the version that the row was filled from; an invalid value conflicts with every version."""
        return posted_version(self.version)

    @property
    def is_outdated(self) -> bool:
        """Whether another version of the report was saved since the row was filled."""
        return self.is_posted and self.posted_version != self.row.version

    @property
    def last_challenge(self) -> Bilingual:
        return self.row.last_report.challenge if self.row.last_report is not None else EMPTY_TEXT

    @property
    def shown_text(self) -> LocalizedText:
        return self.base.progress.localized(self.text_lang)

    @property
    def shown_challenge(self) -> LocalizedText:
        """Return the challenge of the report so far or, without one, that of the last report, to confirm or change."""
        return (self.base.challenge or self.last_challenge).localized(self.text_lang)

    @property
    def is_challenge_copied(self) -> bool:
        return bool(self.last_challenge) and not self.base.challenge

    @property
    def shown_note(self) -> LocalizedText:
        return self.base.evidence_note.localized(self.text_lang)

    @property
    def shown_link(self) -> str:
        return self.base.evidence[0].url if self.base.evidence else ""

    def _shown_texts(self) -> dict[str, str]:
        return {
            "text": self.shown_text.text,
            "challenge": self.shown_challenge.text,
            "evidence_url": self.shown_link,
            "evidence_note": self.shown_note.text,
        }

    def lang_of(self, name: str) -> str:
        """Return the code of the language of a field's text if it is shown unchanged from the report, else ""."""
        shown = {"text": self.shown_text, "challenge": self.shown_challenge, "evidence_note": self.shown_note}[name]
        is_shown = bool(shown.text) and self._fields[name].data == shown.text
        return shown.lang.value if is_shown and shown.lang is not i18n.current_language() else ""

    @property
    def typed_over(self) -> dict[str, str]:
        """Map each field's full name to what the field contained before the person typed or chose something in it."""
        if not self.is_posted:
            return {}
        shown = {**self._shown_texts(), "status": "", "keep": ""}
        fields = ((self._fields[name], text) for name, text in shown.items())
        return {field.name: text for field, text in fields if clean_text(field.data) != text}

    def follow_page_language(self) -> None:
        """Show the texts in the language of the page, if that changed since and the person typed in none of them."""
        lang = i18n.current_language()
        texts = self._shown_texts()
        if lang is self.text_lang or any(self._fields[name].name in self.typed_over for name in texts):
            return
        self.text_lang = lang
        self.shown_in.data = lang.value
        for name, shown in self._shown_texts().items():
            self._fields[name].data = shown

    def rebase(self, stored: ReportDraft) -> None:
        """Base the row on the stored report.

        Fields that the person did not change get the stored values; in the others, the person chooses what to keep.
        """
        before = self._shown_texts()
        self.base = stored
        for name, shown in self._shown_texts().items():
            field = self._fields[name]
            if clean_text(field.data) == before[name]:
                field.data = shown
        self.version.data, self.conflict.data, self.keep.data = str(self.row.version), "1", None

    def name_own_version(self) -> None:
        """Adapt the labels of the choice to a version that the same person saved."""
        self.keep.choices = [
            SelectChoice("theirs", _("Keep the saved version")),
            SelectChoice("yours", _("Keep what is on this page")),
            *self.keep.choices[2:],
        ]

    @property
    def _selected_status(self) -> Status | None:
        return Status(self.status.data) if self.status.data in {s.value for s in Status} else None

    @property
    def chosen_status(self) -> Status | None:
        return None if self.is_set_aside else self._selected_status

    @property
    def has_news(self) -> bool:
        """Whether the person filled in more than a challenge or the report's current status, even if that is set aside."""
        changes = (
            self._selected_status not in (None, self.base.status or self.row.current_status.status),
            clean_text(self.text.data) != self.shown_text.text,
            clean_text(self.evidence_note.data) != self.shown_note.text,
            complete_address(self.evidence_url.data) != self.shown_link,
        )
        return self.is_posted and self.keep.data != "theirs" and any(changes)

    @property
    def is_answered(self) -> bool:
        """Whether the person chose or changed something that counts, and does not keep another person's version."""
        changes = (
            self.has_news and not self.is_set_aside,
            self.chosen_status is not None,
            clean_text(self.challenge.data) != self.shown_challenge.text,
        )
        return self.is_posted and self.keep.data != "theirs" and any(changes)

    @property
    def lacks_choice(self) -> bool:
        """Whether the person still has to choose which version to keep."""
        return bool(self.conflict.data) and self.keep.data not in ("theirs", "yours", "both")

    def draft(self) -> ReportDraft:
        """Return the report that this row asks for: as answered or, if the row was not filled in, as it is stored."""
        if not self.is_answered:
            return self._untouched_draft()
        base, current = self.base, self.row.current_status.status
        progress = self._changed(base.progress, self.shown_text, self._counted(self.text, self.shown_text.text))
        if self.keep.data == "both" and progress != base.progress:
            merged = {lang: merge_texts(base.progress.exact_text(lang), progress.exact_text(lang)) for lang in Language}
            progress = Bilingual(merged[Language.EN], merged[Language.FR])
        status = self.chosen_status or base.status
        is_same = not progress and self.chosen_status in (None, current)
        if is_same and base.status is None:
            status = current
        return ReportDraft(
            status=status,
            progress=progress,
            challenge=self._answered_challenge(),
            evidence_note=self._changed(
                base.evidence_note, self.shown_note, self._counted(self.evidence_note, self.shown_note.text)
            ),
            evidence=self._answered_links(),
            nothing_to_report=not progress and (base.nothing_to_report or is_same),
            next_step=base.next_step,
        )

    def repeats(self, stored: ReportDraft) -> bool:
        """Return whether the answers are the same as the stored report.

        A copied challenge is compared in both languages, a typed one in one.
        """
        is_same_challenge = clean_text(self.challenge.data) in {stored.challenge.exact_text(lang) for lang in Language}
        draft = self.draft()
        return (replace(draft, challenge=stored.challenge) if is_same_challenge else draft) == stored

    def _untouched_draft(self) -> ReportDraft:
        """Return the report as it is stored, with the challenge that the page shows: that of the last report if it has none."""
        status = self.row.current_status.status
        stored = self.base if self.row.report is not None else ReportDraft(status, nothing_to_report=True)
        return replace(stored, challenge=stored.challenge or self.last_challenge)

    def _answered_challenge(self) -> Bilingual:
        """Return the challenge as the page shows it; a challenge that was copied and not changed is reported again."""
        typed, shown = clean_text(self.challenge.data), self.shown_challenge
        if typed != shown.text or not self.is_challenge_copied:
            return self._changed(self.base.challenge, shown if self.base.challenge else LocalizedText("", shown.lang), typed)
        return self.last_challenge

    def _answered_links(self) -> tuple[LabelledLink, ...]:
        url, links = complete_address(self._counted(self.evidence_url, self.shown_link)), self.base.evidence
        if url == self.shown_link:
            return links
        return (LabelledLink(url), *links[1:]) if url else links[1:]

    def _counted(self, field: StringField, shown: str) -> str:
        """Return what was typed in a field or, if the answers are set aside, what the field contained before."""
        return shown if self.is_set_aside else field.data or ""

    def _changed(self, before: Bilingual, shown: LocalizedText, typed: str | None) -> Bilingual:
        """Return the text with what was typed, in the language in which the text was shown.

        If no text was shown, the language is guessed. An unchanged text is returned as it was before.
        """
        text = clean_text(typed)
        if text == shown.text:
            return before
        if not text:
            return EMPTY_TEXT
        lang = shown.lang if shown.text else guess_language(text, self.text_lang)
        return replace(before, **{lang.value: text})


def row_prefix(row: UpdateRow) -> str:
    return f"r{row.current_status.activity.id}-"


def is_row_posted(row: UpdateRow) -> bool:
    """Return whether the posted form has this row."""
    return f"{row_prefix(row)}version" in request.form


def typed_texts(session: Session, period_id: int) -> list[tuple[str, str]]:
    """Return the texts that were typed in the rows of the posted form, each with its activity and field.

    They are shown on a page without the form. Texts that are in a report on the activity are left out, because the form showed
    them.
    """
    fields = [(match, text) for name, text in request.form.items(multi=True) if (match := _TEXT_FIELD.fullmatch(name))]
    ids = {int(match["activity"]) for match, _text in fields}
    titles, stored = activity_titles(session, ids), reported_texts(session, period_id, ids)
    labels = {"text": AnswerRowForm.text, "challenge": AnswerRowForm.challenge, "evidence_url": AnswerRowForm.evidence_url}
    typed = []
    for match, text in fields:
        activity_id = int(match["activity"])
        if activity_id in titles and clean_text(text) and clean_text(text) not in stored[activity_id]:
            label = labels.get(match["field"], AnswerRowForm.evidence_note).args[0]
            typed.append((f"{titles[activity_id][0]} – {label}", text))
    return typed


_TEXT_FIELD = re.compile(r"r(?P<activity>[0-9]{1,9})-(?P<field>text|challenge|evidence_url|evidence_note)", re.ASCII)
