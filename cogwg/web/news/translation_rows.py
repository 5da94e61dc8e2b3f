"""A text to translate as a row of a page, and the calls to the service that translates its kind of text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from cogwg.core.bilingual import Bilingual
from cogwg.plan.queries import PriorityFacts
from cogwg.policy import Permission, can_report_on, can_translate_report
from cogwg.reporting.news.kinds import CHALLENGES, MILESTONES
from cogwg.reporting.news.received import Reverted, StoredTranslation, TranslatedReport, revert_link, revert_news, revert_theme
from cogwg.reporting.news.services import translate_link, translate_news, translate_theme
from cogwg.reporting.news.untranslated import TranslatableText
from cogwg.reporting.report_translation import revert_report_translation, translate_report, translated_report
from cogwg.reporting.rules import PROGRESS
from cogwg.web.http import clocks
from cogwg.web.http.i18n import current_language
from cogwg.web.news.author import Author
from cogwg.web.news.forms import TranslationForm


@dataclass(frozen=True)
class TranslationRow:
    """A text on the page of translations.

    The row has no form if the text needs no translation or this person may not translate it. ``yours`` is what this person
    typed, if another person translated the text first. ``report`` is the report that contains the text, if any.
    """

    translatable: TranslatableText
    url: str
    form: TranslationForm | None = None
    alert: str = ""
    yours: str = ""
    report: ReportOfText | None = None

    @property
    def label(self) -> str:
        """Return the name of the kind of text."""
        words: dict[str, str] = {
            "milestone": _("Milestone"),
            "link": _("Name of a link in a milestone"),
            "challenge": _("Challenge"),
            "theme": _("Challenge theme"),
            "progress": PROGRESS.text(current_language()),
            "evidence_note": _("Why there is no link"),
            "next_step": _("Next step"),
            "report": _("Name of a link in a report"),
        }
        return words[self.translatable.name if self.translatable.name in words else self.translatable.kind]


@dataclass(frozen=True, slots=True)
class ReportOfText:
    """A report that contains a text to translate; ``title`` is the title of its activity.

    ``url`` leads to the form to edit the report; it is empty if the person may not report on the activity, or if the quarter
    does not accept reports.
    """

    priority: PriorityFacts
    title: Bilingual
    url: str


def translate(session: Session, author: Author, row: TranslationRow, text: str, source_text: str) -> None:
    """Store a translation, with the service for this kind of text. ``source_text`` is the text that was translated."""
    translatable = row.translatable
    whose = translatable.jurisdiction_ids[0] if len(translatable.jurisdictions) == 1 else None
    if row.report is not None:
        translate_report(
            session,
            row.report.priority,
            translatable.id,
            translatable.name,
            text,
            source_text=source_text,
            is_own=can_report_on(author.who, row.report.priority, None),
            by=author.actor(whose),
            at=clocks.now(),
            is_allowed=lambda priority: can_translate_report(author.who, priority),
        )
        return
    arguments: dict[str, Any] = {**author.authorship(whose, Permission.TRANSLATE), "source_text": source_text}
    if translatable.kind == "link":
        translate_link(session, translatable.id, text, link_number=translatable.link, **arguments)
    elif translatable.kind == "theme":
        translate_theme(session, translatable.id, text, **arguments)
    elif translatable.kind == "milestone":
        translate_news(session, MILESTONES, translatable.id, text, **arguments)
    else:
        translate_news(session, CHALLENGES, translatable.id, text, **arguments)


def report_with(session: Session, row: TranslationRow) -> TranslatedReport | None:
    """Return the report that contains a text, as it is now, with its row locked; None if the text is not in a report."""
    text = row.translatable
    return translated_report(session, row.report.priority, text.id, text.name) if row.report is not None else None


def revert(session: Session, author: Author, row: TranslationRow, stored: StoredTranslation) -> Reverted | None:
    """Undo a stored translation, with the service for this kind of text; return None if the text has changed since."""
    translatable = row.translatable
    whose = translatable.jurisdiction_ids[0] if len(translatable.jurisdictions) == 1 else None
    if row.report is not None:
        submission_id = revert_report_translation(
            session,
            row.report.priority,
            translatable.id,
            translatable.name,
            stored,
            by=author.actor(whose),
            at=clocks.now(),
            is_allowed=lambda priority: can_translate_report(author.who, priority),
        )
        return Reverted(submission_id) if submission_id is not None else None
    arguments = author.authorship(whose, Permission.TRANSLATE)
    if translatable.kind == "link":
        was_reverted = revert_link(session, translatable.id, stored, link_number=translatable.link, **arguments)
    elif translatable.kind == "theme":
        was_reverted = revert_theme(session, translatable.id, stored, **arguments)
    elif translatable.kind == "milestone":
        was_reverted = revert_news(session, MILESTONES, translatable.id, stored, **arguments)
    else:
        was_reverted = revert_news(session, CHALLENGES, translatable.id, stored, **arguments)
    return Reverted() if was_reverted else None
