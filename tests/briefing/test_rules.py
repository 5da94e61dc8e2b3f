"""Rules of briefings, and the counts and agreement in their findings."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from cogwg.briefing.deck import ActivityState, DeckChallenge, GlanceRow, Reference
from cogwg.briefing.findings import complete, due_so_far, glance, milestones, priority, progress
from cogwg.briefing.phrases import activities_phrase, priorities_phrase
from cogwg.briefing.render.html.labels import full_squares, status_css_class
from cogwg.briefing.rules import as_of, check_meeting
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.dates import count_phrase
from cogwg.core.errors import Invalid
from cogwg.core.status import Status, Timeliness

TODAY = date(2020, 9, 24)
AUDIENCE = Bilingual("Joint Councils", "Conseils mixtes")


def state(number: int = 1, status: Status | None = None, timeliness: Timeliness = Timeliness.NOT_YET_DUE) -> ActivityState:
    text = Bilingual("Text", "Texte")
    return ActivityState(
        number, f"{number}.1", text, text, (2020, 6), date(2020, 6, 30), Bilingual("", ""), False, status, timeliness
    )


def plain(text: Bilingual) -> tuple[str, str]:
    return text.en.replace("\u00a0", " "), text.fr.replace("\u00a0", " ")


def test_briefing_is_as_of_the_earlier_day() -> None:
    assert as_of(date(2020, 2, 27), date(2020, 9, 24)) == date(2020, 2, 27)
    assert as_of(date(2020, 9, 24), date(2020, 2, 27)) == date(2020, 2, 27)


def test_check_meeting_lists_all_problems() -> None:
    check_meeting(TODAY, AUDIENCE, EMPTY_TEXT, today=TODAY, is_day_taken=False, last_frozen=None)
    with pytest.raises(Invalid) as refused:
        check_meeting(
            date(9999, 12, 31), Bilingual("", "x" * 121), EMPTY_TEXT, today=TODAY, is_day_taken=True, last_frozen=None
        )
    assert [field for field, _ in refused.value.problems] == ["meeting_on", "meeting_on", "audience_en", "audience_fr"]


@pytest.mark.parametrize(
    ("today", "meeting", "is_valid"),
    [
        (TODAY, date(2012, 1, 1), True),
        (TODAY, date(2011, 12, 31), False),
        (TODAY, date(2022, 9, 24), True),
        (TODAY, date(2022, 9, 25), False),
        (TODAY, date(9999, 12, 31), False),
        (TODAY, date(1, 1, 1), False),
        (date(2024, 2, 29), date(2026, 2, 28), True),
        (date(2024, 2, 29), date(2026, 3, 1), False),
    ],
)
def test_meeting_too_far_ahead_or_before_the_first_plans_is_refused(today: date, meeting: date, is_valid: bool) -> None:
    if is_valid:
        check_meeting(meeting, AUDIENCE, EMPTY_TEXT, today=today, is_day_taken=False, last_frozen=None)
    else:
        with pytest.raises(Invalid) as refused:
            check_meeting(meeting, AUDIENCE, EMPTY_TEXT, today=today, is_day_taken=False, last_frozen=None)
        assert [field for field, _ in refused.value.problems] == ["meeting_on"]


def test_counts_agree_with_their_nouns() -> None:
    assert plain(activities_phrase(0)) == ("0 activities", "0 activité")
    assert plain(activities_phrase(1)) == ("1 activity", "1 activité")
    assert plain(activities_phrase(2)) == ("2 activities", "2 activités")
    assert plain(count_phrase(1, Bilingual("priority", "priorité"), Bilingual("priorities", "priorités"))) == (
        "1 priority",
        "1 priorité",
    )
    assert plain(priorities_phrase([2])) == ("Priority 2", "priorité 2")
    assert plain(priorities_phrase([1, 2, 3])) == ("Priorities 1, 2 and 3", "priorités 1, 2 et 3")


def test_complete_count_agrees_in_singular_and_plural() -> None:
    before = date(2020, 5, 31)
    done, open_yet = state(status=Status.COMPLETE, timeliness=Timeliness.DONE_ON_TIME), state(status=Status.LIMITED)
    assert plain(complete([open_yet, open_yet], before))[0] == "None of the 2 activities is complete"
    assert plain(complete([open_yet], before)) == ("The activity is not complete", "L’activité n’est pas réalisée")
    assert plain(complete([done, open_yet], before)) == (
        "1 of 2 activities is complete",
        "1 activité sur 2 est réalisée",
    )
    assert plain(complete([done, done], before)) == ("2 of 2 activities are complete", "2 activités sur 2 sont réalisées")


@pytest.mark.parametrize(
    ("done", "late", "expected"),
    [
        (1, 0, ("The only activity due so far is complete", "La seule activité échue est réalisée")),
        (0, 1, ("The only activity due so far is not complete", "La seule activité échue n’est pas réalisée")),
        (2, 0, ("Both activities due so far are complete", "Les 2 activités échues sont réalisées")),
        (3, 0, ("All 3 activities due so far are complete", "Les 3 activités échues sont réalisées")),
        (0, 2, ("None of the 2 activities due so far is complete", "Aucune des 2 activités échues n’est réalisée")),
        (1, 2, ("1 of the 3 activities due so far is complete", "1 des 3 activités échues est réalisée")),
        (2, 1, ("2 of the 3 activities due so far are complete", "2 des 3 activités échues sont réalisées")),
    ],
)
def test_complete_count_is_of_the_activities_due_so_far(done: int, late: int, expected: tuple[str, str]) -> None:
    states = [
        *[state(status=Status.COMPLETE, timeliness=Timeliness.DONE_LATE)] * done,
        *[state(status=Status.LIMITED, timeliness=Timeliness.OVERDUE)] * late,
        state(timeliness=Timeliness.NOT_YET_DUE),
    ]
    assert plain(complete(states, TODAY)) == expected


def test_activities_complete_before_their_due_day_are_counted_apart() -> None:
    done = state(status=Status.COMPLETE, timeliness=Timeliness.DONE_ON_TIME)
    early = replace(done, due_on=TODAY + timedelta(days=1))
    late = state(status=Status.LIMITED, timeliness=Timeliness.OVERDUE)
    assert plain(complete([done, late, early], TODAY)) == (
        "1 of the 2 activities due so far is complete; 1 more is complete early",
        "1 des 2 activités échues est réalisée; 1 autre est réalisée en avance",
    )
    assert plain(complete([done, late, early, early], TODAY))[1].endswith("; 2 autres sont réalisées en avance")


@pytest.mark.parametrize(
    ("days_until_due", "status", "timeliness", "is_counted"),
    [
        (-1, Status.LIMITED, Timeliness.OVERDUE, True),
        (-1, None, Timeliness.OVERDUE, True),
        (-1, Status.COMPLETE, Timeliness.DONE_LATE, True),
        (0, Status.COMPLETE, Timeliness.DONE_ON_TIME, True),
        (0, Status.SUBSTANTIAL, Timeliness.DUE, False),
        (0, None, Timeliness.DUE, False),
        (1, Status.COMPLETE, Timeliness.DONE_ON_TIME, False),
        (1, None, Timeliness.NOT_YET_DUE, False),
    ],
)
def test_activity_counts_as_due_from_its_day_on_if_complete_and_after_it_if_open(
    days_until_due: int, status: Status | None, timeliness: Timeliness, is_counted: bool
) -> None:
    activity = replace(state(status=status, timeliness=timeliness), due_on=TODAY + timedelta(days=days_until_due))
    assert due_so_far([activity], TODAY) == ([activity] if is_counted else [])


def test_glance_finding_puts_overdue_before_silent() -> None:
    late = state(2, Status.LIMITED, Timeliness.OVERDUE)
    silent = state(3, None, Timeliness.DUE)
    assert plain(glance([late, silent], 2, TODAY))[0] == (
        "The only activity due so far is not complete; 1 is overdue (Priority 2)"
    )
    assert plain(glance([silent], 1, TODAY))[1].endswith("; 1 est sans rapport (priorité 3)")


def test_progress_finding_keeps_the_capital_of_a_priority_after_a_semicolon() -> None:
    late = state(2, Status.LIMITED, Timeliness.OVERDUE)
    rows = [GlanceRow(2, Bilingual("CKAN", "CKAN"), EMPTY_TEXT, (late, late))]
    assert plain(progress([late, late], rows, TODAY)) == (
        "None of the 2 activities due so far is complete; Priority 2 is furthest behind: 2 overdue",
        "Aucune des 2 activités échues n’est réalisée; la priorité 2 accuse le plus de retard : 2 en retard",
    )


def test_priority_finding_has_due_month_and_overdue_count() -> None:
    assert plain(priority(1, [state()], TODAY)) == (
        "Priority 1: 1 activity, due in June 2020; none is due yet",
        "Priorité 1 : 1 activité, à échéance en juin 2020; rien n’est encore échu",
    )
    late = state(2, Status.LIMITED, Timeliness.OVERDUE)
    assert plain(priority(2, [late, state()], TODAY)) == (
        "Priority 2: the only activity due so far is not complete; “Text” is 86 days late",
        "Priorité 2 : la seule activité échue n’est pas réalisée; « Texte » a 86 jours de retard",
    )
    older = replace(late, due_on=TODAY - timedelta(days=100))
    assert plain(priority(2, [late, older], TODAY))[0].endswith("; 2 are overdue, the oldest by 100 days")
    assert plain(priority(3, [], TODAY)) == ("Priority 3: no activity is planned", "Priorité 3 : aucune activité n’est prévue")


def test_milestones_finding_counts_in_words() -> None:
    challenge = DeckChallenge(Bilingual("Legal", "Droit"), Bilingual("Concerns", "Préoccupations"))
    assert plain(milestones(1, [challenge])) == (
        "1 jurisdiction reported milestones; 1 challenge remains: legal",
        "1 administration a signalé des jalons; 1 défi demeure : droit",
    )
    assert plain(milestones(0, []))[0] == "No new milestone was reported; no challenge is open"


def test_milestones_finding_lists_each_theme_once_in_an_available_language() -> None:
    text = Bilingual("Text", "Texte")
    themes = (Bilingual("", "Élan"), Bilingual("Data", "Données"), Bilingual("Data", "Données"))
    finding = plain(milestones(0, [DeckChallenge(theme, text) for theme in themes]))
    assert finding[0].endswith("3 challenges remain: élan and data")
    assert finding[1].endswith("3 défis demeurent : élan et données")


@pytest.mark.parametrize(
    ("status", "timeliness", "is_silent", "is_later", "css_class", "squares"),
    [
        (None, Timeliness.NOT_YET_DUE, False, True, "later", None),
        (None, Timeliness.DUE, True, False, "silent", None),
        (None, Timeliness.OVERDUE, True, False, "overdue", None),
        (Status.NOT_STARTED, Timeliness.NOT_YET_DUE, False, False, "NS", 0),
        (Status.SUBSTANTIAL, Timeliness.DUE, False, False, "SP", 2),
        (Status.LIMITED, Timeliness.OVERDUE, False, False, "overdue", 1),
        (Status.COMPLETE, Timeliness.DONE_LATE, False, False, "C", 3),
    ],
)
def test_activity_state_is_silent_once_due_and_later_before(
    status: Status | None, timeliness: Timeliness, is_silent: bool, is_later: bool, css_class: str, squares: int | None
) -> None:
    activity = state(status=status, timeliness=timeliness)
    assert (activity.is_silent, activity.is_later) == (is_silent, is_later)
    assert (status_css_class(activity), full_squares(status)) == (css_class, squares)


def test_activity_state_has_a_report_and_evidence_by_any_of_their_parts() -> None:
    text, activity = Bilingual("", "Texte"), state()
    assert (activity.has_report, activity.has_evidence) == (False, False)
    assert replace(activity, nothing_to_report=True).has_report
    assert replace(activity, progress=text).has_report
    assert replace(activity, challenge=text).has_report
    assert replace(activity, evidence_note=text).has_evidence
    assert replace(activity, evidence=(Reference("https://a.example"),)).has_evidence
