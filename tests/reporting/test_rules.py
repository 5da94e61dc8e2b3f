"""When a period takes reports, and what a report must contain; without a database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.errors import Invalid
from cogwg.core.status import Status, Timeliness
from cogwg.core.text_limits import TEXT_LIMIT
from cogwg.reporting.models import PeriodState
from cogwg.reporting.periods import PeriodFacts
from cogwg.reporting.rules import LabelledLink, ReportDraft, check_submittable, check_takes_reports, period_state

OPENS = date(2020, 7, 1)
DUE = datetime(2020, 9, 30, 21, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("closed", "now", "today", "state"),
    [
        (None, datetime(2020, 7, 1, 3, 59, 59, tzinfo=UTC), date(2020, 6, 30), PeriodState.PLANNED),
        (None, datetime(2020, 7, 1, 4, 0, tzinfo=UTC), date(2020, 7, 1), PeriodState.OPEN),
        (None, DUE - SECOND, date(2020, 9, 30), PeriodState.OPEN),
        (None, DUE, date(2020, 9, 30), PeriodState.LATE),
        (None, DUE + timedelta(days=900), date(2023, 3, 1), PeriodState.LATE),
        (DUE, DUE - SECOND, date(2020, 9, 30), PeriodState.CLOSED),
        (DUE, DUE + SECOND, date(2020, 9, 30), PeriodState.CLOSED),
        (DUE, datetime(2020, 6, 1, tzinfo=UTC), date(2020, 5, 31), PeriodState.CLOSED),
    ],
)
def test_period_is_planned_open_late_or_closed_by_time(
    closed: datetime | None, now: datetime, today: date, state: PeriodState
) -> None:
    assert period_state(OPENS, DUE, None, closed, now, today) is state


@pytest.mark.parametrize("state", PeriodState)
def test_period_facts_answer_yes_to_their_own_state_only(state: PeriodState) -> None:
    period = PeriodFacts(1, "2020-09", 2020, 3, OPENS, DUE, None, state, {})
    assert [s for s in PeriodState if getattr(period, f"is_{s.value}")] == [state]


@pytest.mark.parametrize(("today", "left"), [(date(2020, 9, 28), 2), (date(2020, 9, 30), 0), (date(2020, 10, 1), -1)])
def test_days_left_are_counted_to_the_local_due_day(today: date, left: int) -> None:
    late_evening = datetime(2020, 10, 1, 3, 30, tzinfo=UTC)
    assert PeriodFacts(1, "2020-09", 2020, 3, OPENS, late_evening, None, PeriodState.OPEN, {}).days_left(today) == left


@pytest.mark.parametrize("state", PeriodState)
def test_reports_are_accepted_while_a_period_is_open_or_late(state: PeriodState) -> None:
    if state in (PeriodState.OPEN, PeriodState.LATE):
        check_takes_reports(state)
        return
    with pytest.raises(Invalid):
        check_takes_reports(state)


def invalid_fields(draft: ReportDraft, when: Timeliness) -> set[str]:
    try:
        check_submittable(draft, when)
    except Invalid as refusal:
        return {field for field, _ in refusal.problems}
    return set()


TEXT = Bilingual("", "Un texte, dans une seule langue.")
LINK = (LabelledLink("https://open.canada.ca/"),)


@pytest.mark.parametrize("when", Timeliness)
@pytest.mark.parametrize("status", [None, *Status])
def test_required_report_fields_for_every_status_and_timeliness(status: Status | None, when: Timeliness) -> None:
    """All 64 ways to fill in a report, for each status and timeliness, against the rules of the federal tracker."""
    slow = status in (Status.NOT_STARTED, Status.LIMITED) and when in (Timeliness.DUE, Timeliness.OVERDUE)
    for progress, challenge, note, links, nothing in product(
        (EMPTY_TEXT, TEXT), (EMPTY_TEXT, TEXT), (EMPTY_TEXT, TEXT), ((), LINK), (False, True)
    ):
        wanted = set()
        if status is None:
            wanted.add("status")
        if not progress and not nothing:
            wanted.add("progress")
        if progress and nothing:
            wanted.add("nothing_to_report")
        if slow and not challenge:
            wanted.add("challenge")
        if status is Status.COMPLETE and not note and not links:
            wanted.add("evidence")
        assert invalid_fields(ReportDraft(status, progress, challenge, note, links, nothing), when) == wanted


@pytest.mark.parametrize("field", ["progress", "challenge", "evidence_note"])
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_text_limit_applies_to_each_language_and_the_excess_is_stated(field: str, lang: str) -> None:
    def draft(length: int) -> ReportDraft:
        text = Bilingual("é" * length, "") if lang == "en" else Bilingual("", "é" * length)
        return ReportDraft(Status.SUBSTANTIAL, **{"progress": TEXT, field: text})  # type: ignore[arg-type]

    assert invalid_fields(draft(TEXT_LIMIT), Timeliness.DUE) == set()
    with pytest.raises(Invalid) as refusal:
        check_submittable(draft(TEXT_LIMIT + 1007), Timeliness.DUE)
    ((where, message),) = refusal.value.problems
    numbers = {"over": Bilingual("1,007", "1\u00a0007"), "limit": Bilingual("4,000", "4\u00a0000")}
    assert (where, message.values) == (f"{field}_{lang}", numbers)


def test_unacceptable_web_address_is_refused_as_evidence() -> None:
    draft = ReportDraft(Status.SUBSTANTIAL, TEXT, evidence=(LabelledLink("javascript:alert(1)"),))
    assert invalid_fields(draft, Timeliness.DUE) == {"evidence"}
