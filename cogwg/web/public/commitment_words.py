"""Commitments in words: what the government says, what others say, and since when they disagree."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from markupsafe import Markup

from cogwg.core import dates
from cogwg.core.bilingual import Language
from cogwg.tracker.commitments import (
    Disagreement,
    PublishedAssessment,
    PublishedCommitment,
    PublishedFinding,
    PublishedIndicator,
)
from cogwg.web.http import i18n
from cogwg.web.http.filters import day, localized, plain
from cogwg.web.http.i18n import translate as _
from cogwg.web.http.i18n import translate_plural as ngettext

MONTHS_IN_YEAR = 12
_YEAR, _MONTH = 4, 7
"""The lengths of dates written as YYYY and as YYYY-MM."""
DONE = "complete"


def when(on: str) -> str:
    """Format a date that may be a year or a month only: 2018; June 2018; June 30, 2018."""
    if len(on) == _YEAR:
        return on
    if len(on) == _MONTH:
        return plain(dates.month_of_year(int(on[:4]), int(on[5:])))
    return day(date.fromisoformat(on))


def since(on: str) -> Markup:
    """Format the start of something that lasts: since 2018; depuis juin 2018, depuis le 30 juin 2018."""
    article = "le " if i18n.current_language() is Language.FR and len(on) > _MONTH else ""
    return _("since %(when)s", when=f"{article}{when(on)}")


def age(on: str, as_of: date) -> Markup:
    """Return how long before a day a date was: "2 years", "18 months", or "less than a month".

    If the date is only a year, return a number of years.
    """
    months = (as_of.year - int(on[:4])) * MONTHS_IN_YEAR
    if len(on) > _YEAR:
        months += as_of.month - int(on[5:7])
        if len(on) > _MONTH and as_of.day < int(on[8:10]):
            months -= 1
    if months >= MONTHS_IN_YEAR * (1 if len(on) == _YEAR else 2):
        return ngettext("%(num)s year", "%(num)s years", months // MONTHS_IN_YEAR)
    if len(on) == _YEAR:
        return _("less than a year")
    return ngettext("%(num)s month", "%(num)s months", months) if months >= 1 else _("less than a month")


def assessor(assessment: PublishedAssessment) -> Markup | str:
    """Return the assessor's name for the start of a sentence: the government, the reviewer, or the organization by its name."""
    if assessment.is_self:
        return _("The government")
    if assessment.kind.code == "civil-society":
        return localized(assessment.assessor) or _("Civil society")
    return _("The independent reviewer")


@dataclass(frozen=True, slots=True)
class SharedDifference:
    """Differences of one assessment that are the same on both sides and began on the same date.

    ``milestones`` are the numbers of the milestones, and "" for the commitment as a whole.
    """

    first: Disagreement
    milestones: tuple[str, ...]

    @property
    def notes(self) -> list[PublishedFinding]:
        """The findings of the assessment on these milestones that have a note."""
        return [each for each in self.first.assessment.findings if each.milestone in self.milestones and each.note]


def shared_differences(differences: Iterable[Disagreement]) -> list[SharedDifference]:
    """Return differences, with those that say the same about several parts of a commitment combined into one."""
    groups: dict[tuple[str, ...], list[Disagreement]] = {}
    for each in differences:
        groups.setdefault((each.assessment.key, each.says.code, each.government_says.code, each.since), []).append(each)
    return [SharedDifference(own[0], tuple(each.milestone for each in own)) for own in groups.values()]


def verdict(commitment: PublishedCommitment) -> Markup:
    """Return a few sentences on how complete a commitment is, whether the reviewer agrees, and where others disagree."""
    sentences = _whole(commitment)
    if any(each is not None and each.sample for each in (commitment.own_word, commitment.reviewers_word)):
        sentences += sample_mark()
    others = [each for each in commitment.differences if each.milestone or not _is_review(each)]
    for shared in shared_differences(others):
        sentences += " " + _difference_in_brief(shared)
    return sentences


def sample_mark() -> Markup:
    """Return the mark for invented data, to add after a sentence."""
    return Markup(' <span class="meta">({})</span>').format(_("sample data"))


def _is_review(difference: Disagreement) -> bool:
    return difference.assessment.kind.code != "civil-society"


def _whole(commitment: PublishedCommitment) -> Markup:
    own, review = commitment.own_word, commitment.reviewers_word
    own_completion, says = (None if each is None else each.completion for each in (own, review))
    if own_completion is None or own is None:
        if says is None or review is None:
            return _("Nobody has assessed the commitment as a whole yet.")
        sentence = _(
            "The independent reviewer says <b>%(what)s</b> (%(when)s).", what=localized(says.label), when=when(review.on)
        )
        return sentence + " " + _("The government has not said how complete the commitment is.")
    if says is None or review is None:
        sentence = _("The government says <b>%(what)s</b> (%(when)s).", what=localized(own_completion.label), when=when(own.on))
        return sentence + " " + _("The independent reviewer has not said how complete the commitment is.")
    if own_completion.code == says.code:
        return _("The government and the independent reviewer both say <b>%(what)s</b>.", what=localized(own_completion.label))
    start = next((each.since for each in commitment.differences if not each.milestone and _is_review(each)), review.on)
    return _(
        "The government says <b>%(own)s</b>; the independent reviewer says <b>%(other)s</b>. They have disagreed %(since)s.",
        own=localized(own_completion.label),
        other=localized(says.label),
        since=since(start),
    )


def _difference_in_brief(shared: SharedDifference) -> Markup:
    """Return a sentence about who disagrees with the government, on what and since when, but not what they say."""
    difference = shared.first
    sentence = _(
        "Difference from the government’s assessment of %(what)s: %(who)s, %(since)s.",
        what=_parts(shared.milestones),
        who=_inside(difference.assessment),
        since=since(difference.since),
    )
    return sentence + (sample_mark() if difference.sample else "")


def difference_sentence(shared: SharedDifference) -> Markup:
    """Return a sentence about what an assessor and the government say, on what, and since when they disagree."""
    difference = shared.first
    values = {
        "says": localized(difference.says.label),
        "own": localized(difference.government_says.label),
        "since": since(difference.since),
    }
    if shared.milestones == ("",):
        who = assessor(difference.assessment)
        sentence = _(
            "%(who)s: <b>%(says)s</b>; the government: <b>%(own)s</b>. They have disagreed %(since)s.", who=who, **values
        )
    else:
        sentence = _(
            "On %(what)s, %(who)s: <b>%(says)s</b>; the government: <b>%(own)s</b>. They have disagreed %(since)s.",
            what=_parts(shared.milestones),
            who=_inside(difference.assessment),
            **values,
        )
    return sentence + (sample_mark() if difference.sample else "")


def _parts(milestones: tuple[str, ...]) -> Markup:
    """Return the names of parts of a commitment for use in a sentence: the whole and milestone 19.2."""
    names = [_("milestone %(number)s", number=each) if each else _("the commitment as a whole") for each in milestones]
    if len(names) == 1:
        return names[0]
    return _("%(some)s and %(last)s", some=Markup(", ").join(names[:-1]), last=names[-1])


def _inside(assessment: PublishedAssessment) -> Markup | str:
    """Return the assessor's name for use in a sentence."""
    if assessment.kind.code == "civil-society":
        return assessor(assessment)
    return _("the independent reviewer")


def difference_in_short(shared: SharedDifference) -> Markup:
    """Return who disagrees and since when, for a table: "On milestone 19.2, Open Council: Limited, since October 2018"."""
    difference = shared.first
    values = {"says": localized(difference.says.label), "since": since(difference.since)}
    if shared.milestones == ("",):
        words = _("%(who)s: %(says)s, %(since)s", who=assessor(difference.assessment), **values)
    else:
        what, who = _parts(shared.milestones), _inside(difference.assessment)
        words = _("On %(what)s, %(who)s: %(says)s, %(since)s", what=what, who=who, **values)
    return words + (sample_mark() if difference.sample else "")


def report_name(assessment: PublishedAssessment) -> Markup:
    """Return the kind and date of an assessment by the reviewer: mid-term report, 2017."""
    kind = _("mid-term report") if assessment.kind.code == "mid-term" else _("end-of-term report")
    return _("%(kind)s, %(when)s", kind=kind, when=when(assessment.on))


def overdue_since(commitment: PublishedCommitment, indicator: PublishedIndicator, as_of: date) -> date | None:
    """Return the last day of an indicator's deadline if it has passed and the indicator is not complete, else None."""
    is_done = indicator.latest is not None and indicator.latest.status is not None and indicator.latest.status.code == "C"
    return None if is_done or _is_done(commitment, indicator.milestone) else _passed(indicator.due_on, as_of)


def milestone_overdue_since(commitment: PublishedCommitment, number: str, end_on: date | None, as_of: date) -> date | None:
    """Return the last day of a milestone if it has passed and the government does not say that it is complete, else None."""
    return None if _is_done(commitment, number) else _passed(end_on, as_of)


def _is_done(commitment: PublishedCommitment, milestone: str) -> bool:
    own = commitment.self_assessment
    completion = None if own is None else own.completion_of(milestone) or own.completion
    return completion is not None and completion.code == DONE


def _passed(last_day: date | None, as_of: date) -> date | None:
    return last_day if last_day is not None and last_day < as_of else None


def overdue_words(last_day: date, as_of: date) -> Markup:
    """Return for how long something is overdue, such as "Overdue for 2 years"."""
    return _("Overdue for %(age)s", age=age(last_day.isoformat(), as_of))


def words(as_of: date) -> dict[str, Callable[..., Any]]:
    """Return the functions that the templates of commitments call. Durations are calculated up to ``as_of``."""
    return {
        "age": partial(age, as_of=as_of),
        "assessor": assessor,
        "difference_in_short": difference_in_short,
        "difference_sentence": difference_sentence,
        "milestone_overdue_since": partial(milestone_overdue_since, as_of=as_of),
        "overdue_since": partial(overdue_since, as_of=as_of),
        "overdue_words": partial(overdue_words, as_of=as_of),
        "report_name": report_name,
        "sample_mark": sample_mark,
        "shared_differences": shared_differences,
        "since": since,
        "verdict": verdict,
        "when": when,
    }
