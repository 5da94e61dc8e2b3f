"""The overall status of a priority and its reason, without a database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cogwg.core.status import Status, Timeliness
from cogwg.reporting.overall_status import assess_overall
from cogwg.reporting.queries import CurrentStatus
from tests.reporting.test_rules_status_counts import DONE, DUE, DUE_SOONER, LATER, NO_REPORT, OVERDUE

NS = replace(OVERDUE, status=Status.NOT_STARTED, timeliness=Timeliness.NOT_YET_DUE)
LP = replace(NS, status=Status.LIMITED)
SP = replace(NS, status=Status.SUBSTANTIAL)


@pytest.mark.parametrize(
    ("statuses", "status", "en", "fr"),
    [
        ([LATER] * 4, None, "Nothing is due yet", "Rien n’est encore échu"),
        ([], None, "Nothing is due yet", "Rien n’est encore échu"),
        (
            [NO_REPORT, NO_REPORT, LATER],
            None,
            "None of 3 complete; 2 without a report (overdue); 1 not yet due",
            "Aucune réalisée sur 3; 2 sans rapport (en retard); 1 pas encore échue",
        ),
        (
            [NO_REPORT, DUE_SOONER, LATER],
            None,
            "None of 3 complete; 2 without a report (1 overdue); 1 not yet due",
            "Aucune réalisée sur 3; 2 sans rapport (dont 1 en retard); 1 pas encore échue",
        ),
        (
            [NS, LATER, LATER],
            Status.NOT_STARTED,
            "None of 3 complete; 1 not started; 2 not yet due",
            "Aucune réalisée sur 3; 1 non commencée; 2 pas encore échues",
        ),
        (
            [LP, NS, LATER, LATER],
            Status.LIMITED,
            "None of 4 complete; 1 with limited progress; 1 not started; 2 not yet due",
            "Aucune réalisée sur 4; 1 avec des progrès limités; 1 non commencée; 2 pas encore échues",
        ),
        (
            [DONE, OVERDUE, LATER, LATER],
            Status.LIMITED,
            "1 of 4 complete; 1 with limited progress (overdue); 2 not yet due",
            "1 sur 4 réalisée; 1 avec des progrès limités (en retard); 2 pas encore échues",
        ),
        (
            [DONE, DONE, NS, LATER],
            Status.LIMITED,
            "2 of 4 complete; 1 not started; 1 not yet due",
            "2 sur 4 réalisées; 1 non commencée; 1 pas encore échue",
        ),
        (
            [DONE, SP, DUE, NS],
            Status.SUBSTANTIAL,
            "1 of 4 complete; 2 with substantial progress; 1 not started",
            "1 sur 4 réalisée; 2 avec des progrès importants; 1 non commencée",
        ),
        (
            [DONE, DONE, DONE, NO_REPORT],
            Status.SUBSTANTIAL,
            "3 of 4 complete; 1 without a report (overdue)",
            "3 sur 4 réalisées; 1 sans rapport (en retard)",
        ),
        ([DONE] * 4, Status.COMPLETE, "4 of 4 complete", "4 sur 4 réalisées"),
    ],
)
def test_overall_status_and_reason_by_activity_statuses(
    statuses: list[CurrentStatus], status: Status | None, en: str, fr: str
) -> None:
    overall = assess_overall(statuses)
    assert (overall.status, overall.reason.en, overall.reason.fr) == (status, en, fr)


def test_overdue_activity_is_in_the_reason_and_keeps_the_overall_status() -> None:
    on_time = assess_overall([DONE, DONE, DONE, LP])
    late = assess_overall([DONE, DONE, DONE, OVERDUE])
    assert on_time.status is late.status is Status.SUBSTANTIAL
    assert "overdue" in late.reason.en
