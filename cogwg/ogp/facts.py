"""What a steward or an import states about a commitment, as frozen values, and the rules for these values. This module needs
no database.

In a value that was read, ``stale`` lists its texts that are stale in a language. It is not stored when the value is recorded.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from cogwg.core.addresses import is_mail_address
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.errors import N_, Invalid, Message
from cogwg.core.status import Status
from cogwg.core.text_limits import TEXT_LIMIT, bilingual_length_problems, length_problems
from cogwg.core.text_states import StalePairs
from cogwg.core.web_addresses import address_problem
from cogwg.ogp.scales import CommitmentState
from cogwg.ogp.stated_dates import last_day

TITLE_LIMIT, NAME_LIMIT, STATED_LIMIT, DEADLINE_LIMIT, INDICATOR_LEAD_LIMIT, UNIT_LIMIT = 300, 200, 100, 200, 300, 60
NUMBER_LIMIT, CODE_LIMIT = 10, 20
"""The most characters that the columns can store."""
LIST_LIMIT = 200
"""The most milestones, indicators or lines of a commitment, and the most results of an indicator."""
_IDENTIFIER = re.compile(r"[A-Z0-9](?:[A-Za-z0-9.-]{0,18}[A-Za-z0-9])?")
_CODE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,18}[A-Za-z0-9])?")
_PERIOD = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?", re.ASCII)
_LARGEST_NUMBER = Decimal(10) ** 14
Problems = Iterator[tuple[str, Message]]


@dataclass(frozen=True, slots=True)
class ActionPlanFacts:
    """An action plan of Canada, from ``start_year`` (its cycle) to ``end_year``."""

    start_year: int
    end_year: int
    title: Bilingual


@dataclass(frozen=True, slots=True)
class MilestoneFacts:
    """A milestone with its start and end in the source's words.

    ``end_on`` is the last day that ``end`` can mean. If it is None when the milestone is recorded, it is read from ``end``.
    """

    number: str
    text: Bilingual = EMPTY_TEXT
    start: Bilingual = EMPTY_TEXT
    end: Bilingual = EMPTY_TEXT
    end_on: date | None = None
    stale: StalePairs = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class ActualFacts:
    """The result of an indicator for a period. ``period`` is YYYY, YYYY-MM or YYYY-MM-DD."""

    period: str
    number: Decimal | None = None
    unit: Bilingual = EMPTY_TEXT
    status: Status | None = None
    nothing_to_report: bool = False
    progress: Bilingual = EMPTY_TEXT
    evidence: Bilingual = EMPTY_TEXT
    challenges: Bilingual = EMPTY_TEXT
    stale: StalePairs = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class IndicatorFacts:
    """An indicator.

    ``milestone`` is the number of its milestone, or "". If ``due_on`` is None when the indicator is recorded, it is read from
    ``deadline``.
    """

    code: str
    text: Bilingual = EMPTY_TEXT
    milestone: str = ""
    target: Bilingual = EMPTY_TEXT
    deadline: Bilingual = EMPTY_TEXT
    due_on: date | None = None
    lead: Bilingual = EMPTY_TEXT
    actuals: tuple[ActualFacts, ...] = ()
    stale: StalePairs = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class CommitmentFacts:
    """All stored values of a commitment, except its assessments.

    ``cycle`` is the first year of its action plan. ``follows`` is the identifier of the commitment of an earlier plan that it
    continues, or "". ``priorities`` and ``activities`` are the ids of those that contribute to it.
    """

    identifier: str
    cycle: int
    title: Bilingual
    number: str = ""
    state: CommitmentState = CommitmentState.ACTIVE
    starred: bool = False
    lead: Bilingual = EMPTY_TEXT
    support: tuple[Bilingual, ...] = ()
    areas: tuple[Bilingual, ...] = ()
    text: Bilingual = EMPTY_TEXT
    description: Bilingual = EMPTY_TEXT
    result: Bilingual = EMPTY_TEXT
    milestones: tuple[MilestoneFacts, ...] = ()
    indicators: tuple[IndicatorFacts, ...] = ()
    done: tuple[Bilingual, ...] = ()
    questions: tuple[Bilingual, ...] = ()
    enquiries: str = ""
    source: str = ""
    follows: str = ""
    priorities: tuple[int, ...] = ()
    activities: tuple[int, ...] = ()
    stale: StalePairs = field(default=(), compare=False)


PartText = tuple[str, str]
"""A text or a list of texts of a commitment, as its part ("" for the commitment itself) and its name."""


def milestone_part(number: str) -> str:
    """Return the key of a milestone within its commitment, such as "milestone 2"."""
    return f"milestone {number}"


def indicator_part(code: str) -> str:
    """Return the key of an indicator within its commitment, such as "indicator 1"."""
    return f"indicator {code}"


def actual_part(code: str, period: str) -> str:
    """Return the key of an indicator's result within the commitment, such as "actual 1 2020"."""
    return f"actual {code} {period}"


def period_problem(period: str) -> Message | None:
    """Return why a period is refused, or None if it is a year, a month (YYYY-MM) or a day (YYYY-MM-DD)."""
    if _PERIOD.fullmatch(period):
        try:
            date.fromisoformat(period + "0000-01-01"[len(period) :])
        except ValueError:
            pass
        else:
            return None
    return Message(N_("Enter a year, a month or a day, such as 2018, 2018-06 or 2018-06-30."))


def check_commitment(facts: CommitmentFacts) -> None:
    """Check the values, as far as this needs no database.

    Raises ``Invalid`` with all problems, each with its field, such as ``milestones-0-number``. The field of a text ends in the
    language, such as ``title_en`` or ``milestones-0-text_fr``.
    """
    problems = [*_own_problems(facts), *_milestone_problems(facts.milestones), *_indicator_problems(facts)]
    if problems:
        raise Invalid(*problems)


def check_action_plan(facts: ActionPlanFacts) -> None:
    """Check an action plan. Raises ``Invalid`` with all problems."""
    problems: list[tuple[str, Message]] = []
    if not 2000 <= facts.start_year <= 2100:
        problems.append(("start_year", Message(N_("Enter a year from 2000 to 2100."))))
    elif not facts.start_year <= facts.end_year <= facts.start_year + 10:
        sentence = N_("Enter the year in which the plan ends: at most 10 years after it starts.")
        problems.append(("end_year", Message(sentence)))
    if not facts.title.en:
        problems.append(("title_en", Message(N_("Enter this text in English."))))
    if not facts.title.fr:
        problems.append(("title_fr", Message(N_("Enter this text in French."))))
    problems += bilingual_length_problems("title", facts.title, NAME_LIMIT)
    if problems:
        raise Invalid(*problems)


def _own_problems(facts: CommitmentFacts) -> Problems:
    if not _IDENTIFIER.fullmatch(facts.identifier):
        sentence = N_(
            "Enter an identifier of at most 20 characters, such as CA0060. Use only letters without accents, digits, hyphens "
            "and dots."
        )
        yield "identifier", Message(sentence)
    if not facts.title:
        yield "title_en", Message(N_("Enter the title, in English or French."))
    yield from length_problems("number", facts.number, NUMBER_LIMIT)
    yield from bilingual_length_problems("title", facts.title, TITLE_LIMIT)
    yield from bilingual_length_problems("lead", facts.lead, NAME_LIMIT)
    for name in ("text", "description", "result"):
        yield from bilingual_length_problems(name, getattr(facts, name))
    for name in ("support", "areas", "done", "questions"):
        yield from _list_problems(name, getattr(facts, name))
    if facts.enquiries and not is_mail_address(facts.enquiries):
        yield "enquiries", Message(N_("Enter an email address, such as name@example.ca."))
    if facts.source and (problem := address_problem(facts.source)):
        yield "source", problem
    if facts.follows == facts.identifier:
        yield "follows", Message(N_("A commitment cannot continue itself. Choose one of an earlier plan."))


def _list_problems(name: str, lines: tuple[Bilingual, ...]) -> Problems:
    if len(lines) > LIST_LIMIT:
        yield name, _too_many()
    for lang in ("en", "fr"):
        yield from length_problems(f"{name}_{lang}", "\n".join(line.exact_text(lang) for line in lines), TEXT_LIMIT)
    if any(not line for line in lines):
        yield f"{name}_en", Message(N_("Remove the empty lines."))


def _too_many() -> Message:
    return Message(N_("Enter at most %(limit)s items."), {"limit": LIST_LIMIT})


def _repeated(values: Iterable[str]) -> set[str]:
    return {value for value, count in Counter(values).items() if count > 1}


def _code_problems(field: str, code: str, repeated: set[str]) -> Problems:
    if not _CODE.fullmatch(code):
        yield (
            field,
            Message(
                N_("Enter a number or code of at most 20 characters, such as 19.1. Use only letters, digits, hyphens and dots.")
            ),
        )
    elif code in repeated:
        yield field, Message(N_("%(number)s is used twice. Give each its own number."), {"number": code})


def _milestone_problems(milestones: Sequence[MilestoneFacts]) -> Problems:
    if len(milestones) > LIST_LIMIT:
        yield "milestones", _too_many()
    repeated = _repeated(each.number for each in milestones)
    for i, each in enumerate(milestones):
        field = f"milestones-{i}"
        yield from _code_problems(f"{field}-number", each.number, repeated)
        yield from bilingual_length_problems(f"{field}-text", each.text)
        yield from bilingual_length_problems(f"{field}-start", each.start, STATED_LIMIT)
        yield from bilingual_length_problems(f"{field}-end", each.end, STATED_LIMIT)


def _indicator_problems(facts: CommitmentFacts) -> Problems:
    if len(facts.indicators) > LIST_LIMIT:
        yield "indicators", _too_many()
    numbers = {each.number for each in facts.milestones}
    repeated = _repeated(each.code for each in facts.indicators)
    for i, each in enumerate(facts.indicators):
        field = f"indicators-{i}"
        yield from _code_problems(f"{field}-code", each.code, repeated)
        if each.milestone and each.milestone not in numbers:
            sentence = N_("This commitment has no milestone %(number)s. Choose one of its milestones, or none.")
            yield f"{field}-milestone", Message(sentence, {"number": each.milestone})
        yield from bilingual_length_problems(f"{field}-text", each.text)
        yield from bilingual_length_problems(f"{field}-target", each.target)
        yield from bilingual_length_problems(f"{field}-deadline", each.deadline, DEADLINE_LIMIT)
        yield from bilingual_length_problems(f"{field}-lead", each.lead, INDICATOR_LEAD_LIMIT)
        yield from _actual_problems(field, each.actuals)


def _actual_problems(indicator: str, actuals: Sequence[ActualFacts]) -> Problems:
    if len(actuals) > LIST_LIMIT:
        yield f"{indicator}-actuals", _too_many()
    repeated = _repeated(each.period for each in actuals)
    for i, each in enumerate(actuals):
        field = f"{indicator}-actuals-{i}"
        if problem := period_problem(each.period):
            yield f"{field}-period", problem
        elif each.period in repeated:
            sentence = N_("There are two results for %(period)s. Enter one for each period.")
            yield f"{field}-period", Message(sentence, {"period": each.period})
        if each.number is not None and not _fits(each.number):
            yield f"{field}-number", Message(N_("Enter a number with at most 14 digits and 4 decimals."))
        if each.nothing_to_report and (each.progress or each.number is not None):
            sentence = N_("Enter a result or select “Nothing to report”, not both. Remove one of them.")
            yield f"{field}-nothing_to_report", Message(sentence)
        yield from bilingual_length_problems(f"{field}-unit", each.unit, UNIT_LIMIT)
        for name in ("progress", "evidence", "challenges"):
            yield from bilingual_length_problems(f"{field}-{name}", getattr(each, name), ACTUAL_LIMIT)


ACTUAL_LIMIT = 20_000
"""The most characters of a text of a result. It is higher than the usual limit, because the federal tracker's texts are longer
than those entered here."""


def _fits(number: Decimal) -> bool:
    return number.is_finite() and abs(number) < _LARGEST_NUMBER and number == round(number, 4)


def stated_last_day(stated: Bilingual, given: date | None = None) -> date | None:
    """Return the given day or, if it is None, the last day that a stated date can mean in either language; None if it names no
    date.
    """
    return given or last_day(stated.en) or last_day(stated.fr)
