"""How pages show a report and an activity's history: the sentences of its entries, and the marks for missing languages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from flask import Flask
from markupsafe import Markup

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language, LocalizedText
from cogwg.core.status import Status
from cogwg.core.text_states import NO_STALE_TEXTS, StaleTexts, language_to_translate
from cogwg.reporting.models import ReportSource
from cogwg.reporting.rules import PROGRESS, LabelledLink, label_texts
from cogwg.reporting.timeline import SubmissionFacts, TimelineEntry
from cogwg.web.http import i18n
from cogwg.web.http.filters import after_of, moved_from, moved_to, person_name
from cogwg.web.http.i18n import translate as _


def init(app: Flask) -> None:
    app.jinja_env.globals.update(marked_texts=marked_texts, marked_text=marked_text, status_change=status_change)


class HasTexts(Protocol):
    """Any object with a report's texts, whatever the state of the report."""

    @property
    def progress(self) -> Bilingual: ...
    @property
    def challenge(self) -> Bilingual: ...
    @property
    def evidence_note(self) -> Bilingual: ...
    @property
    def next_step(self) -> Bilingual: ...
    @property
    def evidence(self) -> Sequence[LabelledLink]: ...


@runtime_checkable
class HasStaleTexts(Protocol):
    """A report that has its stale texts marked; copies in audit events, receipts and forms have no such marks."""

    @property
    def stale(self) -> StaleTexts: ...


class HasStatusChange(Protocol):
    """The status before a submission, the submitted status, and the status that it amends."""

    @property
    def before(self) -> Status | None: ...
    @property
    def after(self) -> Status: ...
    @property
    def amends(self) -> Status | None: ...


@dataclass(frozen=True, slots=True)
class LanguageMark:
    """The mark for a missing language, and the parts of the report in which it is missing, if there are several.

    The mark for a stale text is about that text only.
    """

    words: Markup
    parts: tuple[Markup, ...] = ()


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A text with the marks that follow it. If the text is the label of a link, ``url`` is the URL of the link."""

    text: Bilingual
    marks: tuple[LanguageMark, ...] = ()
    url: str = ""


@dataclass(frozen=True, slots=True)
class ReportTexts:
    """The texts of a report. A report has one mark for each missing language, after the first text in which it is missing.

    Each stale text has a mark of its own.
    """

    progress: MarkedText
    challenge: MarkedText
    evidence: tuple[MarkedText, ...]
    evidence_note: MarkedText
    next_step: MarkedText


@dataclass(frozen=True, slots=True)
class StatusLine:
    """The status of a submission, the status before it if that was different, and notes on both."""

    before: Status | None
    after: Status
    notes: tuple[Markup, ...]


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """An entry of a history as a page shows it: a submission has ``change`` and ``texts``, any other a ``sentence``.

    ``jurisdictions`` is empty if ``person`` acted on behalf of another jurisdiction. ``earlier_wording`` is the wording of
    the activity before it was reworded or, for a submission, when it was written.
    """

    at: datetime
    person: Markup | str
    behalf_of: Bilingual
    jurisdictions: Bilingual
    also_for: Bilingual
    sentence: Markup | str
    change: StatusLine | None
    texts: ReportTexts | None
    text: MarkedText
    earlier_wording: tuple[LocalizedText, ...] = ()

    @property
    def is_submission(self) -> bool:
        return self.change is not None


def marked_text(text: Bilingual) -> MarkedText:
    """Return a text with a mark for each language in which it is missing."""
    return _marked(text, (), ())


def marked_texts(report: HasTexts) -> ReportTexts:
    """Return the texts of a report with their marks."""
    link_label = _("Name of a link in a report")
    parts = [
        (Markup.escape(PROGRESS.text(i18n.current_language())), report.progress),
        (_("Challenge"), report.challenge),
        (_("Next step"), report.next_step),
        *((link_label, link.label) for link in report.evidence),
        (_("Why there is no link"), report.evidence_note),
    ]
    names = ["progress", "challenge", "next_step", *label_texts(report.evidence), "evidence_note"]
    stale = report.stale if isinstance(report, HasStaleTexts) else NO_STALE_TEXTS
    texts = [text for _label, text in parts]
    named = enumerate(zip(names, texts, strict=True))
    marked = [_marked(text, texts[:place], parts, stale.get(name)) for place, (name, text) in named]
    progress, challenge, next_step, *labels, note = marked
    evidence = (MarkedText(label.text, label.marks, link.url) for label, link in zip(labels, report.evidence, strict=True))
    return ReportTexts(progress, challenge, tuple(evidence), note, next_step)


def _marked(
    text: Bilingual, before: Sequence[Bilingual], parts: Sequence[tuple[Markup, Bilingual]], stale: str | None = None
) -> MarkedText:
    """Return a text with a mark for each language in which it is missing.

    There is no mark for a language in which a text in ``before`` is missing too. A text that is stale in a language has a mark
    for that language.
    """
    if (lang := language_to_translate(text, stale)) is not None and not text.missing_languages:
        return MarkedText(text, (LanguageMark(_("French to update") if lang is Language.FR else _("English to update")),))
    marked = {lang for earlier in before for lang in earlier.missing_languages}
    return MarkedText(text, tuple(_mark(lang, parts) for lang in text.missing_languages if lang not in marked))


def _mark(lang: Language, parts: Iterable[tuple[Markup, Bilingual]]) -> LanguageMark:
    words = _("French missing") if lang is Language.FR else _("English missing")
    names = tuple(dict.fromkeys(label for label, text in parts if lang in text.missing_languages))
    return LanguageMark(words, names if len(names) > 1 else ())


def status_change(report: HasStatusChange, further_notes: Iterable[Markup] = ()) -> StatusLine:
    """Return the status of a submission with the status before it, and notes on whether it changed or amends another."""
    is_changed = report.before is not None and report.before is not report.after
    notes = []
    if report.before is not None and not is_changed and report.amends in (None, report.after):
        notes.append(_("status unchanged"))
    if report.amends is not None and report.amends is not report.after:
        notes.append(_("amended, was “%(status)s”", status=report.amends.label.text(i18n.current_language())))
    elif report.amends is not None:
        notes.append(_("amended"))
    return StatusLine(report.before if is_changed else None, report.after, (*notes, *further_notes))


def history_rows(entries: Iterable[TimelineEntry]) -> list[HistoryRow]:
    """Return the entries of a history as a page shows them."""
    return [_history_row(entry) for entry in entries]


def _history_row(entry: TimelineEntry) -> HistoryRow:
    report = entry.report
    is_submission = entry.kind == "submitted" and report is not None
    return HistoryRow(
        at=entry.at,
        person=person_name(entry.person or _("A former member")),
        behalf_of=entry.behalf_of,
        jurisdictions=EMPTY_TEXT if entry.behalf_of else entry.jurisdictions,
        also_for=entry.also_for,
        sentence="" if is_submission else _sentence(entry),
        change=status_change(report, _notes(report)) if is_submission and report is not None else None,
        texts=marked_texts(report) if report is not None else None,
        text=marked_text(EMPTY_TEXT if report is not None else entry.text),
        earlier_wording=entry.rewording.earlier_texts(i18n.current_language()) if entry.rewording is not None else (),
    )


def _notes(report: SubmissionFacts) -> list[Markup]:
    notes = {
        _("nothing to report"): report.nothing_to_report,
        _("submitted late"): report.late,
        _("sample data"): report.sample,
        _("through a link in an email"): report.source is ReportSource.LINK,
    }
    return [note for note, applies in notes.items() if applies]


def _sentence(entry: TimelineEntry) -> Markup:
    """Return what the person in an entry did, as a sentence."""
    if entry.kind == "translated":
        return _("translated the report")
    if entry.kind == "untranslated":
        return _("undid a translation of the report")
    if entry.kind == "returned":
        return _("returned the report")
    if entry.previous_due is not None and entry.new_due is not None:
        return _due_sentence(entry, was=moved_from(entry.previous_due), now=moved_to(entry.new_due))
    if entry.kind in ("added", "reworded", "retired", "restored"):
        return _plan_sentence(entry.kind)
    who = after_of(entry.note_jurisdiction)
    return _("edited the note from %(who)s", who=who) if entry.is_replacement else _("added a note from %(who)s", who=who)


def _plan_sentence(kind: str) -> Markup:
    return {
        "added": _("added the activity to the plan"),
        "reworded": _("reworded the activity"),
        "retired": _("retired the activity"),
        "restored": _("restored the activity to the plan"),
    }[kind]


def _due_sentence(entry: TimelineEntry, **dates: str) -> Markup:
    kind = entry.kind
    if kind == "accepted":
        who = after_of(entry.note_jurisdiction)
        return _("accepted the request from %(who)s to move the due date %(was)s %(now)s", who=who, **dates)
    if kind == "asked":
        return _("asked to move the due date %(was)s %(now)s", **dates)
    if kind == "refused":
        return _("declined to move the due date %(was)s %(now)s", **dates)
    if kind == "withdrawn":
        return _("withdrew the request to move the due date %(was)s %(now)s", **dates)
    return _("moved the due date %(was)s %(now)s", **dates)
