"""The changes that a new edition of a commitment makes: each value with what was published before. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language
from cogwg.core.text_states import StaleTexts, left_behind
from cogwg.tracker.commitments import (
    PublishedAssessment,
    PublishedChange,
    PublishedCommitment,
    PublishedIndicator,
    Rating,
)
from cogwg.tracker.corrections import YES_NO, links_in_words

Values = dict[tuple[str, str], Bilingual]
Marks = Mapping[tuple[str, str], frozenset[str]]
"""The languages in which each text is marked as stale, by its subject and field; empty if its translation was confirmed."""


def changes_between(before: PublishedCommitment, after: PublishedCommitment, *, on: date) -> tuple[PublishedChange, ...]:
    """Return the differences between two editions. An item that was added or removed is one change, with the
    item's main text.
    """
    return differences(values_in_words(before), values_in_words(after), on=on)


def differences(old: Values, new: Values, *, on: date) -> tuple[PublishedChange, ...]:
    """Return the differences between the values of two editions, by subject and field."""
    old_subjects, new_subjects = ({subject for subject, _field in values} for values in (old, new))
    changes = []
    for subject in dict.fromkeys(subject for subject, _field in (*old, *new)):
        if subject in old_subjects and subject in new_subjects:
            names = dict.fromkeys(field for own, field in (*old, *new) if own == subject)
            values = ((name, old.get((subject, name), EMPTY_TEXT), new.get((subject, name), EMPTY_TEXT)) for name in names)
            changes += [PublishedChange(on, subject, *value) for value in values if value[1] != value[2]]
        else:
            changes.append(PublishedChange(on, subject, "", _main(old, subject), _main(new, subject)))
    return tuple(changes)


def field_marks(stale_of_subjects: Iterable[tuple[str, StaleTexts]]) -> dict[tuple[str, str], frozenset[str]]:
    """Convert the stored marks of the texts of each subject to ``Marks``. The lines of a list are one field."""
    marks: dict[tuple[str, str], frozenset[str]] = {}
    for subject, stale in stale_of_subjects:
        for name, lang in stale.items():
            key = subject, name.partition(" ")[0]
            marks[key] = marks.get(key, frozenset()) | ({lang} if lang else set())
    return marks


def stale_fields(changes: Iterable[PublishedChange], marks: Marks) -> Iterator[tuple[str, str, Language]]:
    """Yield the subject and field of each stale text, with the language: by its mark or, without a mark, by comparison.

    Without a mark, a text is stale if it changed in one language only since it was published.
    """
    for (subject, field), langs in marks.items():
        yield from ((subject, field, Language(lang)) for lang in sorted(langs))
    for change in changes:
        lang = left_behind(change.before, change.after)
        if lang is not None and (change.subject, change.field) not in marks:
            yield change.subject, change.field, lang


def values_in_words(commitment: PublishedCommitment) -> Values:
    """Return every value of a commitment in words, by subject and field as in ``PublishedChange``."""
    return dict(_values(commitment))


def _main(values: Values, subject: str) -> Bilingual:
    """Return the first value of a subject that is not empty; empty if the edition does not have the subject."""
    return next((value for (own, _field), value in values.items() if own == subject and value), EMPTY_TEXT)


def _values(commitment: PublishedCommitment) -> Iterator[tuple[tuple[str, str], Bilingual]]:
    """Yield each value in words by its subject and field. Empty values are left out, except the first value of a subject."""
    own = {
        "title": commitment.title,
        "text": commitment.text,
        "description": commitment.description,
        "result": commitment.result,
        "state": commitment.state.label,
        "starred": YES_NO[commitment.starred],
        "lead": lines_in_words(*(each.name for each in commitment.institutions if each.is_lead)),
        "support": lines_in_words(*(each.name for each in commitment.support)),
        "areas": lines_in_words(*commitment.areas),
        "done": lines_in_words(*commitment.done),
        "questions": lines_in_words(*commitment.questions),
        "enquiries": _same(commitment.enquiries),
        "source": _same(commitment.source),
        "lineage": _same(" ".join(commitment.lineage)),
        "served_by": lines_in_words(
            *(_numbered(f"{i.year}, {i.activity or i.priority}", i.title) for i in commitment.served_by)
        ),
    }
    yield from (((("", name), value)) for name, value in own.items())
    for milestone in commitment.milestones:
        subject = f"milestone {milestone.number}"
        for name in ("text", "start", "end"):
            yield (subject, name), getattr(milestone, name)
        for report in milestone.reports:
            subject = f"report {milestone.number} {report.on.isoformat()} {report.organization.text('en')}"
            yield (subject, "text"), report.text
            yield (subject, "completion"), _label(report.completion)
    for indicator in commitment.indicators:
        yield from _indicator(indicator)
    for assessment in commitment.assessments:
        yield from _assessment(assessment)


def _indicator(indicator: PublishedIndicator) -> Iterator[tuple[tuple[str, str], Bilingual]]:
    subject = f"indicator {indicator.code}"
    for name in ("text", "target", "deadline", "lead"):
        yield (subject, name), getattr(indicator, name)
    yield (subject, "milestone"), _same(indicator.milestone)
    for actual in indicator.actuals:
        subject = f"actual {indicator.code} {actual.period}"
        yield (subject, "progress"), actual.progress
        yield (subject, "number"), _numbered(actual.number, actual.unit) if actual.number else EMPTY_TEXT
        yield (subject, "status"), _label(actual.status)
        yield (subject, "nothing_to_report"), YES_NO[actual.nothing_to_report]
        yield (subject, "evidence"), actual.evidence
        yield (subject, "challenges"), actual.challenges


def _assessment(assessment: PublishedAssessment) -> Iterator[tuple[tuple[str, str], Bilingual]]:
    subject = f"assessment {assessment.key}"
    yield (subject, "completion"), _label(assessment.completion)
    yield (subject, "kind"), assessment.kind.label
    yield (subject, "assessor"), assessment.assessor
    yield (subject, "on"), _same(assessment.on)
    for finding in assessment.findings:
        yield (subject, f"completion of {finding.milestone}"), finding.completion.label
        yield (subject, f"note on {finding.milestone}"), finding.note
    for name in ("verifiable", "specificity", "impact", "carried_forward"):
        yield (subject, name), _label(getattr(assessment, name))
    yield (subject, "relevance"), lines_in_words(*(value.label for value in assessment.relevance))
    yield (subject, "openness"), lines_in_words(*(_joined(value.label, degree.label) for value, degree in assessment.openness))
    yield (subject, "text"), assessment.text
    yield (subject, "sources"), links_in_words(assessment.sources)


def _label(rating: Rating | None) -> Bilingual:
    return EMPTY_TEXT if rating is None else rating.label


def _same(text: str) -> Bilingual:
    return Bilingual(text, text)


def lines_in_words(*texts: Bilingual) -> Bilingual:
    return Bilingual("\n".join(text.text("en") for text in texts), "\n".join(text.text("fr") for text in texts))


def _numbered(number: str, text: Bilingual) -> Bilingual:
    return Bilingual(f"{number} {text.text('en')}".strip(), f"{number} {text.text('fr')}".strip())


def _joined(first: Bilingual, second: Bilingual) -> Bilingual:
    return Bilingual(f"{first.en}: {second.en}", f"{first.fr}\u00a0: {second.fr}")
