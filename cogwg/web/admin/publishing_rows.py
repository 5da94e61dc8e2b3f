"""What the preview of a quarter lists: texts that are missing or outdated in a language, and what a correction changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for

from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.errors import N_
from cogwg.core.text_states import TextState
from cogwg.tracker.copying import TextGap
from cogwg.tracker.values import Correction, PublishedQuarter, SubjectKind
from cogwg.web.http import i18n
from cogwg.web.http.i18n import gettext as _

FIELD_NAMES = {
    "": N_("Whole item"),
    "status": N_("Status"),
    "nothing_to_report": N_("Nothing to report"),
    "progress": N_("Progress"),
    "challenge": N_("Challenge"),
    "evidence_note": N_("Why there is no link"),
    "next_step": N_("Next step"),
    "evidence": N_("Links"),
    "links": N_("Links"),
    "text": N_("Text"),
    "theme": N_("Theme"),
    "under_way": N_("Under way"),
    "happened_on": N_("Date"),
    "title": N_("Title"),
    "issue": N_("Issue"),
    "outcome": N_("Expected outcome"),
    "short": N_("Short title"),
    "consequences": N_("Consequence"),
    "results": N_("Expected result"),
    "due_words": N_("Due date as worded in the plan"),
    "label": N_("Label of a link"),
}
"""The label of each field. In some gaps and corrections, a number or a web address follows the field's name; it is left out.
"""


@dataclass(frozen=True, slots=True)
class GapRow:
    """A text that is missing or outdated in a language, in words. ``url`` is the page where it can be completed."""

    subject: Bilingual
    field: str
    problem: str
    url: str


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """A value that a correction changes, in words."""

    subject: Bilingual
    field: str
    before: Bilingual
    after: Bilingual


def gap_rows(gaps: Iterable[TextGap], content: PublishedQuarter) -> list[GapRow]:
    """Return a row for each text that is missing or outdated."""
    names = _names(content)
    return [
        GapRow(
            names[gap.kind, gap.subject],
            field_name(gap.field),
            problem_in_words(gap.lang, gap.state),
            _place(gap, content.year),
        )
        for gap in gaps
    ]


def correction_rows(
    corrections: Iterable[Correction], before: PublishedQuarter | None, after: PublishedQuarter
) -> list[CorrectionRow]:
    """Return a row for each value that a correction changes.

    An item that the correction removes has the name under which it was published.
    """
    names = {**(_names(before) if before is not None else {}), **_names(after)}
    return [CorrectionRow(names[c.kind, c.subject], field_name(c.field), c.before, c.after) for c in corrections]


def field_name(field: str) -> str:
    return _(FIELD_NAMES[field.partition(":")[0].split(" ")[0]])


def _names(content: PublishedQuarter) -> dict[tuple[SubjectKind | None, str], Bilingual]:
    """Map the kind and key of each item of a quarter to the item's name."""
    names: dict[tuple[SubjectKind | None, str], Bilingual] = {}
    for priority in content.priorities:
        names[None, str(priority.number)] = _numbered(str(priority.number), priority.title)
        for activity in priority.activities:
            names[None, activity.code] = names[SubjectKind.REPORT, activity.code] = _numbered(activity.code, activity.title)
    jurisdictions = {each.code: each.short for each in content.jurisdictions}
    for milestone in content.milestones:
        names[SubjectKind.MILESTONE, milestone.key] = _joined(jurisdictions[milestone.jurisdiction], milestone.text)
    for challenge in content.challenges:
        names[SubjectKind.CHALLENGE, challenge.key] = _joined(challenge.theme, challenge.text)
    return names


def _numbered(number: str, title: Bilingual) -> Bilingual:
    return Bilingual(f"{number} {title.text('en')}", f"{number} {title.text('fr')}")


def _joined(first: Bilingual, text: Bilingual) -> Bilingual:
    return Bilingual(f"{first.text('en')}: {text.text('en')}", f"{first.text('fr')}\u00a0: {text.text('fr')}")


def problem_in_words(lang: Language, state: TextState) -> str:
    """Return what is wrong with a text: one language is missing, or older than the other one."""
    if state is TextState.MISSING:
        return _("French missing") if lang is Language.FR else _("English missing")
    return _("French to update") if lang is Language.FR else _("English to update")


def _place(gap: TextGap, year: int) -> str:
    """Return the URL of the page on which a text can be completed."""
    lang = i18n.current_language().value
    if gap.kind is not None:
        return url_for("news.translation_list", lang=lang)
    return url_for("admin.plan_priority", lang=lang, year=year, number=int(gap.subject.partition(".")[0]))
