"""Commitments in words: what the government says, what others say, and since when the two differ."""

from __future__ import annotations

from datetime import date

from markupsafe import Markup

from cogwg.core import dates
from cogwg.core.bilingual import Language
from cogwg.tracker.commitments import Disagreement, PublishedAssessment, PublishedCommitment, PublishedIndicator
from cogwg.web.http import clocks, i18n
from cogwg.web.http.filters import day, localized, plain
from cogwg.web.http.i18n import translate as _
from cogwg.web.http.i18n import translate_plural as ngettext

MONTHS_IN_YEAR = 12
_YEAR, _MONTH = 4, 7
"""How long the dates YYYY and YYYY-MM are."""
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


def age(on: str) -> Markup:
    """Say how long ago a date was: "2 years", "18 months", or "less than a month". A year alone counts in years."""
    today = clocks.today()
    months = (today.year - int(on[:4])) * MONTHS_IN_YEAR
    if len(on) > _YEAR:
        months += today.month - int(on[5:7])
        if len(on) > _MONTH and today.day < int(on[8:10]):
            months -= 1
    if months >= MONTHS_IN_YEAR * (1 if len(on) == _YEAR else 2):
        return ngettext("%(num)s year", "%(num)s years", months // MONTHS_IN_YEAR)
    if len(on) == _YEAR:
        return _("less than a year")
    return ngettext("%(num)s month", "%(num)s months", months) if months >= 1 else _("less than a month")


def assessor(assessment: PublishedAssessment) -> Markup | str:
    """Return who assesses, at the start of a sentence: the government, the reviewer, or the organization by its name."""
    if assessment.is_self:
        return _("The government")
    if assessment.kind.code == "civil-society":
        return localized(assessment.assessor) or _("Civil society")
    return _("The independent reviewer")


def verdict(commitment: PublishedCommitment) -> Markup:
    """Say in a few sentences how complete a commitment is, whether the reviewer agrees, and where anybody differs."""
    sentences = _whole(commitment)
    for each in commitment.differences:
        if each.milestone or not _is_review(each):
            sentences += " " + difference_sentence(each)
    return sentences


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
        return sentence + " " + _("The government has not said how complete it is.")
    if says is None or review is None:
        sentence = _("The government says <b>%(what)s</b> (%(when)s).", what=localized(own_completion.label), when=when(own.on))
        return sentence + " " + _("The independent reviewer has not said how complete it is.")
    if own_completion.code == says.code:
        return _("The government and the independent reviewer both say <b>%(what)s</b>.", what=localized(own_completion.label))
    start = next((each.since for each in commitment.differences if not each.milestone and _is_review(each)), review.on)
    return _(
        "The government says <b>%(own)s</b>, the independent reviewer says <b>%(other)s</b>. They differ %(since)s.",
        own=localized(own_completion.label),
        other=localized(says.label),
        since=since(start),
    )


def difference_sentence(difference: Disagreement) -> Markup:
    """Say who differs from the government, on what, and since when."""
    values = {
        "who": assessor(difference.assessment),
        "says": localized(difference.says.label),
        "own": localized(difference.government_says.label),
        "since": since(difference.since),
    }
    if not difference.milestone:
        return _("%(who)s says <b>%(says)s</b> where the government says <b>%(own)s</b>, %(since)s.", **values)
    return _(
        "On milestone %(number)s, %(who)s says <b>%(says)s</b> where the government says <b>%(own)s</b>, %(since)s.",
        number=difference.milestone,
        **{**values, "who": _inside(difference.assessment)},
    )


def _inside(assessment: PublishedAssessment) -> Markup | str:
    """Return who assesses, within a sentence."""
    if assessment.kind.code == "civil-society":
        return assessor(assessment)
    return _("the independent reviewer")


def difference_in_short(difference: Disagreement) -> Markup:
    """Return who differs since when, for a table: "Milestone 19.2: Open Council says Limited, since October 2018"."""
    values = {"says": localized(difference.says.label), "since": since(difference.since)}
    if not difference.milestone:
        return _("%(who)s says %(says)s, %(since)s", who=assessor(difference.assessment), **values)
    who = _inside(difference.assessment)
    return _("Milestone %(number)s: %(who)s says %(says)s, %(since)s", number=difference.milestone, who=who, **values)


def overdue_since(commitment: PublishedCommitment, indicator: PublishedIndicator) -> date | None:
    """Return the last day of an indicator's deadline if it has passed and the indicator is not complete, else None."""
    is_done = indicator.latest is not None and indicator.latest.status is not None and indicator.latest.status.code == "C"
    return None if is_done or _is_done(commitment, indicator.milestone) else _passed(indicator.due_on)


def milestone_overdue_since(commitment: PublishedCommitment, number: str, end_on: date | None) -> date | None:
    """Return the last day of a milestone's end if it has passed and the government does not say that it is complete."""
    return None if _is_done(commitment, number) else _passed(end_on)


def _is_done(commitment: PublishedCommitment, milestone: str) -> bool:
    own = commitment.self_assessment
    completion = None if own is None else own.completion_of(milestone) or own.completion
    return completion is not None and completion.code == DONE


def _passed(last_day: date | None) -> date | None:
    return last_day if last_day is not None and last_day < clocks.today() else None


def overdue_words(last_day: date) -> Markup:
    """Say for how long something is overdue: "Overdue for 2 years"."""
    return _("Overdue for %(age)s", age=age(last_day.isoformat()))


WORDS = {
    "age": age,
    "assessor": assessor,
    "difference_in_short": difference_in_short,
    "difference_sentence": difference_sentence,
    "milestone_overdue_since": milestone_overdue_since,
    "overdue_since": overdue_since,
    "overdue_words": overdue_words,
    "since": since,
    "verdict": verdict,
    "when": when,
}
"""What the templates of commitments call."""
