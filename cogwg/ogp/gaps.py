"""Find what a commitment still lacks, in the order in which a steward fills it in. These functions need no database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.errors import N_
from cogwg.ogp.facts import CommitmentFacts, IndicatorFacts
from cogwg.ogp.scales import CommitmentState


class CommitmentPart(StrEnum):
    """A part of a commitment that has its own form."""

    FACTS = "facts"
    MILESTONES = "milestones"
    INDICATORS = "indicators"
    SERVED_BY = "served-by"
    SELF_ASSESSMENT = "self-assessment"


class Lack(StrEnum):
    """Something that a commitment may lack."""

    TEXT = "text"
    LEAD = "lead"
    MILESTONES = "milestones"
    INDICATORS = "indicators"
    RESULTS = "results"
    SERVED_BY = "served-by"
    SELF_ASSESSMENT = "self-assessment"
    ENGLISH = "english"
    FRENCH = "french"

    @property
    def label(self) -> str:
        return GAP_LABELS[self]


GAP_LABELS = {
    Lack.TEXT: N_("Text of the commitment"),
    Lack.LEAD: N_("Lead institution"),
    Lack.MILESTONES: N_("Milestones"),
    Lack.INDICATORS: N_("Indicators"),
    Lack.RESULTS: N_("Results of indicators"),
    Lack.SERVED_BY: N_("Contributing priorities and activities"),
    Lack.SELF_ASSESSMENT: N_("Self-assessment"),
    Lack.ENGLISH: N_("English texts"),
    Lack.FRENCH: N_("French texts"),
}


@dataclass(frozen=True, slots=True)
class MissingPart:
    """Something that is missing. ``count`` is how many texts or indicators lack it. ``code`` is the code of the first
    indicator that lacks it, or "".
    """

    kind: Lack
    section: CommitmentPart
    count: int = 1
    code: str = ""


@dataclass(frozen=True, slots=True)
class StatedText:
    """A text of a commitment, with its part and, if it belongs to an indicator, the code of the indicator."""

    section: CommitmentPart
    text: Bilingual
    code: str = ""


def gaps_of(facts: CommitmentFacts, *, has_self_assessment: bool, today: date) -> tuple[MissingPart, ...]:
    """Return what is missing, in the order in which to fill it in.

    An indicator can lack a result only if it is due, or if its deadline names no day.

    Indicators, and priorities and activities that contribute to the commitment, can be missing only while its action plan is
    being implemented, because commitments of plans that have ended often have none.
    """
    return tuple(_gaps(facts, has_self_assessment=has_self_assessment, today=today))


def _gaps(facts: CommitmentFacts, *, has_self_assessment: bool, today: date) -> Iterator[MissingPart]:
    is_active = facts.state is CommitmentState.ACTIVE
    if not facts.text:
        yield MissingPart(Lack.TEXT, CommitmentPart.FACTS)
    if not facts.lead:
        yield MissingPart(Lack.LEAD, CommitmentPart.FACTS)
    if not facts.milestones:
        yield MissingPart(Lack.MILESTONES, CommitmentPart.MILESTONES)
    if is_active and not facts.indicators:
        yield MissingPart(Lack.INDICATORS, CommitmentPart.INDICATORS)
    if late := [each for each in facts.indicators if lacks_result(each, today)]:
        yield MissingPart(Lack.RESULTS, CommitmentPart.INDICATORS, len(late), late[0].code)
    if not has_self_assessment:
        yield MissingPart(Lack.SELF_ASSESSMENT, CommitmentPart.SELF_ASSESSMENT)
    if is_active and not facts.priorities and not facts.activities:
        yield MissingPart(Lack.SERVED_BY, CommitmentPart.SERVED_BY)
    for kind, lang in ((Lack.ENGLISH, Language.EN), (Lack.FRENCH, Language.FR)):
        if missing := [each for each in stated_texts(facts) if each.text and not each.text.exact_text(lang)]:
            yield MissingPart(kind, missing[0].section, len(missing), missing[0].code)


def lacks_result(indicator: IndicatorFacts, today: date) -> bool:
    """Return whether an indicator has no result although it is due, or although its deadline names no day."""
    return not indicator.actuals and (indicator.due_on is None or indicator.due_on < today)


def stated_texts(facts: CommitmentFacts) -> Iterator[StatedText]:
    """Yield each text that should be in both languages, in the order of the page."""
    for text in (facts.title, facts.text, facts.description, facts.result, facts.lead):
        yield StatedText(CommitmentPart.FACTS, text)
    for lines in (facts.support, facts.areas, facts.done, facts.questions):
        for line in lines:
            yield StatedText(CommitmentPart.FACTS, line)
    for milestone in facts.milestones:
        for text in (milestone.text, milestone.start, milestone.end):
            yield StatedText(CommitmentPart.MILESTONES, text)
    for indicator in facts.indicators:
        for text in (indicator.text, indicator.target, indicator.deadline, indicator.lead):
            yield StatedText(CommitmentPart.INDICATORS, text, indicator.code)
        for actual in indicator.actuals:
            for text in (actual.unit, actual.progress, actual.evidence, actual.challenges):
                yield StatedText(CommitmentPart.INDICATORS, text, indicator.code)
