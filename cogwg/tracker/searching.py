"""Full-text search in what is published: every word must occur in either language, ignoring case and accents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from cogwg.core.bilingual import Bilingual, Language, fold_text
from cogwg.tracker.commitments import PublishedCommitment
from cogwg.tracker.reading import QuarterOfActivity
from cogwg.tracker.values import PublishedActivity, PublishedChallenge, PublishedMilestone, PublishedPriority, PublishedReport

_AROUND = 70
"""The number of characters of a text that are shown before and after a word that was found."""


@dataclass(frozen=True, slots=True)
class SearchedText:
    """A text that is searched; ``quarter`` is the key of the quarter of its report, empty if the text is not from a report."""

    text: Bilingual
    quarter: str = ""


@dataclass(frozen=True, slots=True)
class FoundText:
    """An excerpt of the first text in which most of the words occur, with its language."""

    excerpt: str
    lang: Language
    quarter: str


def activity_texts(activity: PublishedActivity, quarters: Iterable[QuarterOfActivity]) -> list[SearchedText]:
    """Return the texts of an activity: first those from the plan, then those from its reports, the latest report first."""
    own = [activity.title, activity.text, activity.due_words, *(move.reason for move in activity.moves)]
    texts = [SearchedText(Bilingual(activity.code, activity.code)), *map(SearchedText, own)]
    for quarter in sorted(quarters, key=lambda q: q.edition.content.key, reverse=True):
        if quarter.report is not None:
            texts += [SearchedText(text, quarter.edition.content.key) for text in report_texts(quarter.report)]
    return texts


def report_texts(report: PublishedReport) -> list[Bilingual]:
    links = [link.label for link in report.evidence]
    return [report.progress, report.challenge, report.next_step, report.evidence_note, *links]


def priority_texts(priority: PublishedPriority) -> list[SearchedText]:
    own = [priority.title, priority.issue, priority.outcome, *priority.consequences, *priority.results]
    return [SearchedText(text) for text in own]


def milestone_texts(milestone: PublishedMilestone) -> list[SearchedText]:
    return [SearchedText(milestone.text), *(SearchedText(link.label) for link in milestone.links)]


def challenge_texts(challenge: PublishedChallenge) -> list[SearchedText]:
    return [SearchedText(challenge.text), SearchedText(challenge.theme)]


def commitment_texts(commitment: PublishedCommitment) -> list[SearchedText]:
    """Return all texts of a commitment's page: its facts first, then its parts and its assessments."""
    texts = [
        Bilingual(commitment.identifier, commitment.identifier),
        *(commitment.title, commitment.text, commitment.result, commitment.description),
        *(each.name for each in commitment.institutions),
        *(*commitment.areas, *commitment.done, *commitment.questions),
    ]
    for milestone in commitment.milestones:
        texts += [milestone.text, *(text for each in milestone.reports for text in (each.organization, each.text))]
    for indicator in commitment.indicators:
        texts += [indicator.text, indicator.target, indicator.lead]
        texts += [text for each in indicator.actuals for text in (each.progress, each.evidence, each.challenges, each.unit)]
    for assessment in commitment.assessments:
        texts += [assessment.assessor, assessment.text, *(finding.note for finding in assessment.findings)]
        texts += [link.label for link in assessment.sources]
    return [SearchedText(text) for text in texts if text]


def find(words: str, texts: Iterable[SearchedText], lang: Language) -> FoundText | None:
    """Return where the words were found; None if one of them is in none of the texts, or if there are no words."""
    wanted = _folded(words).split()
    searched = list(texts)
    everything = "\n".join(_folded(each.text.exact_text(of)) for each in searched for of in Language)
    if not wanted or not all(word in everything for word in wanted):
        return None
    best, best_lang = max(
        ((each, of) for each in searched for of in (lang, lang.other) if each.text.exact_text(of)),
        key=lambda pair: sum(word in _folded(pair[0].text.exact_text(pair[1])) for word in wanted),
    )
    return FoundText(_excerpt(best.text.exact_text(best_lang), wanted), best_lang, best.quarter)


def _excerpt(text: str, wanted: list[str]) -> str:
    """Return the part of a text around the first searched word in it, cut between words."""
    folded = _folded(text)
    at = min((folded.find(word) for word in wanted if word in folded), default=0)
    if len(text) <= 2 * _AROUND:
        return text
    start, end = max(0, at - _AROUND), min(len(text), at + _AROUND)
    if start:
        start = text.find(" ", start) + 1
    if end < len(text):
        end = max(text.rfind(" ", start, end), start + _AROUND)
    return f"{'… ' if start else ''}{text[start:end].strip()}{' …' if end < len(text) else ''}"


@lru_cache(maxsize=4096)
def _folded(text: str) -> str:
    return fold_text(text)
