"""The overall status of a priority and its reason, without a database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cogwg.core.status import Status, Timeliness
from cogwg.reporting.overall_status import assess_overall
from cogwg.reporting.queries import CurrentStatus
from tests.reporting.test_rules_status_counts import DONE, DUE, LATER, NO_REPORT, OVERDUE

NS = replace(OVERDUE, status=Status.NOT_STARTED, timeliness=Timeliness.NOT_YET_DUE)
LP = replace(NS, status=Status.LIMITED)
SP = replace(NS, status=Status.SUBSTANTIAL)


@pytest.mark.parametrize(
    ("statuses", "status", "en", "fr"),
    [
        ([LATER] * 4, None, "Nothing is due yet", "Rien n’est encore échu"),
        ([], None, "Nothing is due yet", "Rien n’est encore échu"),
        ([NO_REPORT, NO_REPORT, LATER], None, "None of 3 complete; 2 overdue", "Aucune réalisée sur 3; 2 en retard"),
        ([NS, LATER, LATER], Status.NOT_STARTED, "None of 3 complete", "Aucune réalisée sur 3"),
        ([LP, NS, LATER, LATER], Status.LIMITED, "None of 4 complete", "Aucune réalisée sur 4"),
        (
            [DONE, OVERDUE, LATER, LATER],
            Status.LIMITED,
            "1 of 4 complete; 1 overdue",
            "1 sur 4 réalisée; 1 en retard",
        ),
        ([DONE, DONE, NS, LATER], Status.LIMITED, "2 of 4 complete", "2 sur 4 réalisées"),
        (
            [DONE, SP, DUE, NS],
            Status.SUBSTANTIAL,
            "1 of 4 complete; 2 with substantial progress",
            "1 sur 4 réalisée; 2 montrent des progrès importants",
        ),
        (
            [DONE, DONE, DONE, NO_REPORT],
            Status.SUBSTANTIAL,
            "3 of 4 complete; 1 overdue",
            "3 sur 4 réalisées; 1 en retard",
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
