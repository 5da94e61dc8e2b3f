"""The counts of a plan and their sentence, without a database."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from itertools import combinations_with_replacement

import pytest

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language
from cogwg.core.status import Status, Timeliness
from cogwg.plan.queries import ActivityFacts
from cogwg.reporting.overall_status import assess_overall
from cogwg.reporting.queries import CurrentStatus
from cogwg.reporting.rules import LabelledLink
from cogwg.reporting.status_counts import NOTHING_DUE, StatusCounts, count_statuses

ACTIVITY = ActivityFacts(1, 1, "1.1", EMPTY_TEXT, EMPTY_TEXT, 2020, 9, None, EMPTY_TEXT, False)


def make_current_status(status: Status | None, when: Timeliness, days: int = 0) -> CurrentStatus:
    facts = dict.fromkeys(f.name for f in fields(CurrentStatus))
    return CurrentStatus(**{**facts, "activity": ACTIVITY, "status": status, "timeliness": when, "days": days})  # type: ignore[arg-type]


DONE = make_current_status(Status.COMPLETE, Timeliness.DONE_ON_TIME)
DONE_LATE = make_current_status(Status.COMPLETE, Timeliness.DONE_LATE, 3)
OVERDUE = make_current_status(Status.LIMITED, Timeliness.OVERDUE, 86)
NO_REPORT = make_current_status(None, Timeliness.OVERDUE, 177)
DUE = make_current_status(Status.SUBSTANTIAL, Timeliness.DUE, 6)
DUE_SOONER = make_current_status(None, Timeliness.DUE, 2)
LATER = make_current_status(None, Timeliness.NOT_YET_DUE)


def test_status_counts_count_each_activity_once() -> None:
    assert count_statuses([DONE, DONE_LATE, OVERDUE, NO_REPORT, DUE, DUE_SOONER, LATER]) == StatusCounts(7, 2, 2, 2, 2, 1)
    assert count_statuses([]) == StatusCounts(0, 0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("statuses", "sentence"),
    [
        ([LATER, LATER], Bilingual("Nothing is due yet", "Rien n’est encore échu")),
        (
            [DONE, OVERDUE, DUE, LATER],
            Bilingual(
                "1 of 4 complete; 1 overdue; 1 due; 1 not yet due",
                "1 sur 4 réalisée; 1 en retard; 1 à échéance; 1 pas encore échue",
            ),
        ),
        ([DONE, DONE_LATE, LATER], Bilingual("2 of 3 complete; 1 not yet due", "2 sur 3 réalisées; 1 pas encore échue")),
        (
            [NO_REPORT, LATER, LATER],
            Bilingual(
                "None of 3 complete; 1 overdue; 2 not yet due", "Aucune réalisée sur 3; 1 en retard; 2 pas encore échues"
            ),
        ),
        (
            [DUE, DUE_SOONER],
            Bilingual("None of 2 complete; 2 due", "Aucune réalisée sur 2; 2 à échéance"),
        ),
        ([DONE], Bilingual("1 of 1 complete", "1 sur 1 réalisée")),
    ],
)
def test_status_counts_sentence_is_in_both_languages(statuses: list[CurrentStatus], sentence: Bilingual) -> None:
    assert count_statuses(statuses).sentence == sentence


@pytest.mark.parametrize("lang", Language)
@pytest.mark.parametrize("sentence_of", [lambda s: count_statuses(s).sentence, lambda s: assess_overall(s).reason])
def test_numbers_in_the_words_add_up_to_the_total(
    sentence_of: Callable[[Sequence[CurrentStatus]], Bilingual], lang: Language
) -> None:
    for statuses in combinations_with_replacement([DONE, DONE_LATE, OVERDUE, NO_REPORT, DUE, DUE_SOONER, LATER], 4):
        words = sentence_of(statuses)
        if words == NOTHING_DUE:
            continue
        first, *others = words.text(lang).split("; ")
        total_and_complete = [int(n) for n in re.findall(r"\d+", first)]
        complete = total_and_complete[0] if len(total_and_complete) == 2 else 0
        total = complete + sum(int(other.split()[0]) for other in others)
        assert total_and_complete[-1] == total == len(statuses), words


@pytest.mark.parametrize("status", [None, *Status])
@pytest.mark.parametrize("when", Timeliness)
def test_status_is_shown_unless_none_is_expected_yet(status: Status | None, when: Timeliness) -> None:
    assert make_current_status(status, when).shows_status is (status is not None or when is not Timeliness.NOT_YET_DUE)


@pytest.mark.parametrize("field", ["progress", "challenge", "evidence"])
def test_current_status_has_report_texts_with_any_text_or_link(field: str) -> None:
    empty = replace(DONE, progress=EMPTY_TEXT, challenge=EMPTY_TEXT, evidence=())
    text = (LabelledLink("https://open.canada.ca/"),) if field == "evidence" else Bilingual("", "Un texte.")
    assert not empty.has_report_texts
    assert replace(empty, **{field: text}).has_report_texts
