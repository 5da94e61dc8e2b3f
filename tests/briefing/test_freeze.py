"""Freezing a draft: versions never change, open gaps need a note, and concurrent freezes are conflicts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction
from cogwg.audit.models import AuditEvent
from cogwg.audit.services import SYSTEM, Actor
from cogwg.briefing.compose import deck_to_freeze, draft_deck, load_briefing_source
from cogwg.briefing.deck import ChangeKind, DeckState
from cogwg.briefing.models import FrozenVersion, StandingSlide
from cogwg.briefing.outline import PriorityWording, set_priority_wording, set_slide_shown
from cogwg.briefing.queries import Baseline, briefing, briefings, frozen_deck, versions
from cogwg.briefing.render import render
from cogwg.briefing.services import OutlineChange, change_meeting, create_briefing, freeze, revise_outline
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language
from cogwg.core.errors import Conflict, Invalid, NotFound
from cogwg.core.status import Status
from cogwg.plan.models import Activity, WorkPlan
from cogwg.plan.queries import plan_facts
from cogwg.plan.rules import DueDate
from cogwg.plan.services import move_due_date
from cogwg.reporting.models import ReportingPeriod, Submission
from cogwg.reporting.news.rules import MilestoneDraft
from cogwg.reporting.news.services import add_milestone
from tests.sessions import FURTHER

BY = Actor("person", None)
AT = datetime(2020, 2, 27, 15, 0, tzinfo=UTC)
FEBRUARY, OCTOBER = date(2020, 2, 27), date(2020, 10, 8)
COUNCILS = Bilingual("Joint Councils", "Conseils mixtes")
GAPS = (Bilingual("3 roles are vacant.", "3 rôles sont vacants."),)


def create(session: Session, day: date = FEBRUARY, at: datetime = AT) -> int:
    return create_briefing(session, year=2020, meeting_on=day, audience=COUNCILS, by=BY, at=at).id


def freeze_draft(
    session: Session, id_: int, today: date = FEBRUARY, *, note: str = "The roles are chased.", at: datetime = AT
) -> int:
    draft = briefing(session, id_)
    deck = deck_to_freeze(draft, load_briefing_source(session, draft, today))
    return freeze(session, id_, deck, GAPS, note=note, expected_version=draft.outline_version, by=BY, at=at)


def test_freeze_stores_version_gaps_note_and_audit_event(february_session: Session) -> None:
    id_ = create(february_session)
    assert freeze_draft(february_session, id_) == 1
    version, deck = frozen_deck(february_session, id_, 1)
    assert (version.number, version.gaps, version.override_note, version.frozen_at) == (1, GAPS, "The roles are chased.", AT)
    assert deck.state is DeckState.VERSION
    assert deck.edition == 1
    event = february_session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event is not None
    assert (event.action, event.after["number"], event.after["note"]) == ("briefing.frozen", 1, "The roles are chased.")
    assert [b.id for b in briefings(february_session, frozen_only=True)] == [id_]


def test_freeze_with_gaps_and_no_note_is_refused(february_session: Session) -> None:
    id_ = create(february_session)
    with pytest.raises(Invalid) as refused:
        freeze_draft(february_session, id_, note=" \u200b ")
    assert [field for field, _ in refused.value.problems] == ["note"]
    assert versions(february_session, id_) == []


def test_second_freeze_adds_a_version_and_keeps_the_first(february_session: Session) -> None:
    id_ = create(february_session)
    freeze_draft(february_session, id_)
    words = PriorityWording(1, asks=(Bilingual("Name a lead", "Nommer un responsable"),), year=2020)
    revise_outline(
        february_session,
        id_,
        lambda o: set_priority_wording(o, words),
        OutlineChange.NOTED_PRIORITY,
        expected_version=briefing(february_session, id_).outline_version,
        by=BY,
        at=AT,
    )
    assert freeze_draft(february_session, id_) == 2
    first, second = frozen_deck(february_session, id_, 1)[1], frozen_deck(february_session, id_, 2)[1]
    assert "asks" not in [s.key for s in first.slides]
    assert "asks" in [s.key for s in second.slides]
    assert [v.number for v in versions(february_session, id_)] == [2, 1]


def test_freeze_over_a_change_or_another_freeze_is_a_conflict(february_session: Session) -> None:
    id_ = create(february_session)
    draft = briefing(february_session, id_)
    deck = deck_to_freeze(draft, load_briefing_source(february_session, draft, FEBRUARY))
    revise_outline(
        february_session,
        id_,
        lambda o: set_slide_shown(o, ("why",), "why", is_shown=False),
        OutlineChange.ARRANGED,
        expected_version=draft.outline_version,
        by=BY,
        at=AT,
    )
    for expected_version in (draft.outline_version, draft.outline_version + 1):
        if expected_version != draft.outline_version:
            freeze_draft(february_session, id_)
        with pytest.raises(Conflict):
            freeze(february_session, id_, deck, (), note="", expected_version=expected_version, by=BY, at=AT)
    with pytest.raises(NotFound):
        freeze(february_session, 999, deck, (), note="", expected_version=1, by=BY, at=AT)


def test_meeting_before_the_last_frozen_meeting_is_refused(february_session: Session) -> None:
    early, late = create(february_session, date(2020, 2, 20)), create(february_session)
    freeze_draft(february_session, late)
    with pytest.raises(Invalid, match="last finalized briefing"):
        create(february_session, date(2020, 2, 21))
    with pytest.raises(Invalid, match="last finalized briefing"):
        freeze_draft(february_session, early)
    version = briefing(february_session, early).outline_version
    with pytest.raises(Invalid, match="last finalized briefing"):
        change_meeting(
            february_session,
            early,
            meeting_on=date(2020, 2, 1),
            audience=COUNCILS,
            place=EMPTY_TEXT,
            next_year=None,
            expected_version=version,
            by=BY,
            at=AT,
        )


def test_audit_event_of_a_changed_meeting_has_the_announced_year_before_and_after(february_session: Session) -> None:
    next_plan = WorkPlan(year=2021, title_en="2021", title_fr="2021", link="", adopted_on=date(2020, 12, 1))
    february_session.add(next_plan)
    february_session.flush()
    id_ = create(february_session)
    for next_year in (2021, None):
        change_meeting(
            february_session,
            id_,
            meeting_on=FEBRUARY,
            audience=COUNCILS,
            place=EMPTY_TEXT,
            next_year=next_year,
            expected_version=briefing(february_session, id_).outline_version,
            by=BY,
            at=AT,
        )
    of_changes = select(AuditEvent).where(AuditEvent.action == "briefing.meeting-changed").order_by(AuditEvent.id)
    announced = [(event.before["announces"], event.after["announces"]) for event in february_session.scalars(of_changes)]
    assert announced == [(None, 2021), (2021, None)]


def test_next_briefing_compares_with_the_last_version_before_its_meeting(february_session: Session) -> None:
    first = create(february_session)
    freeze_draft(february_session, first)
    freeze_draft(february_session, first)
    following = briefing(february_session, create(february_session, OCTOBER))
    assert following.baseline == Baseline(FEBRUARY, AT, frozen_deck(february_session, first, 2)[1])
    assert briefing(february_session, first).baseline is None
    source = load_briefing_source(february_session, following, date(2020, 9, 24))
    assert source.since == FEBRUARY
    assert "changed" in [s.key for s in draft_deck(following, source).slides]


def test_milestone_added_later_on_the_freeze_day_is_new_in_the_next_briefing(february_session: Session) -> None:
    jurisdiction_id = february_session.scalars(select(Jurisdiction.id).where(Jurisdiction.code == "on")).one()
    first = create(february_session)

    def add(text: str, at: datetime) -> int:
        draft = MilestoneDraft(Bilingual(text, text))
        return add_milestone(february_session, jurisdiction_id, draft, by=BY, at=at, is_allowed=lambda _ids: True)

    shown = add("In the morning", AT - timedelta(hours=1))
    freeze_draft(february_session, first)
    after = add("In the afternoon", AT + timedelta(hours=5))
    later = add("The day after", AT + timedelta(days=1))
    source = load_briefing_source(
        february_session, briefing(february_session, create(february_session, OCTOBER)), date(2020, 9, 24)
    )
    assert shown in [m.id for m in source.milestones]
    assert sorted(m.id for m in source.new_milestones) == [after, later]


def test_milestone_between_meeting_and_late_freeze_is_new_in_the_next_briefing(february_session: Session) -> None:
    """A briefing is as of its meeting, however late it is frozen, so a milestone in between is in no deck yet."""
    jurisdiction_id = february_session.scalars(select(Jurisdiction.id).where(Jurisdiction.code == "on")).one()
    first = create(february_session)
    draft, at = MilestoneDraft(Bilingual("Between", "Entre les deux")), AT + timedelta(days=2)
    between = add_milestone(february_session, jurisdiction_id, draft, by=BY, at=at, is_allowed=lambda _ids: True)
    freeze_draft(february_session, first, date(2020, 3, 5), at=AT + timedelta(days=7))
    source = load_briefing_source(
        february_session, briefing(february_session, create(february_session, OCTOBER)), date(2020, 9, 24)
    )
    assert [m.id for m in source.new_milestones] == [between]


def test_unchanged_report_after_the_freeze_of_that_day_is_not_silent(seeded: Session) -> None:
    day, at = date(2020, 9, 24), datetime(2020, 9, 24, 15, tzinfo=UTC)
    activity = seeded.scalars(select(Activity).where(Activity.code == "3.3")).one()
    period = seeded.scalars(select(ReportingPeriod).where(ReportingPeriod.key == "2020-09")).one()
    fields = {"activity_id": activity.id, "period_id": period.id, "status": Status.LIMITED, "progress_en": "Half of it."}

    def report(at: datetime, version: int) -> None:
        seeded.add(Submission(**fields, report_version=version, submitted_at=at))
        seeded.flush()

    report(at - timedelta(hours=2), 1)
    id_ = create(seeded, day, at)
    freeze_draft(seeded, id_, day, at=at)
    following = briefing(seeded, create(seeded, OCTOBER, at))

    def silent() -> list[str]:
        return [c.code for c in load_briefing_source(seeded, following, OCTOBER).changes if c.kind is ChangeKind.SILENT]

    assert "3.3" in silent()
    report(at + timedelta(hours=2), 2)
    assert "3.3" not in silent()


def test_baseline_is_known_without_standing_slides(february_session: Session) -> None:
    first = create(february_session)
    freeze_draft(february_session, first)
    following = create(february_session, OCTOBER)
    before = briefing(february_session, following).standing_content
    february_session.execute(delete(StandingSlide))
    after = briefing(february_session, following)
    assert (bool(before), after.standing_content) == (True, {})
    assert after.baseline is not None
    assert after.baseline.deck == frozen_deck(february_session, first, 1)[1]


def test_frozen_version_update_is_refused_by_the_database(february_session: Session) -> None:
    freeze_draft(february_session, create(february_session))
    february_session.commit()
    with pytest.raises(DBAPIError):
        february_session.execute(update(FrozenVersion).values(deck="{}"))
    february_session.rollback()


@pytest.mark.parametrize("edits", [50, pytest.param(1000, marks=pytest.mark.slow)])
@FURTHER
def test_frozen_version_renders_the_same_file_after_many_edits(february_session: Session, edits: int) -> None:
    """Due dates move and titles change; the files of the version stay the same."""
    id_ = create(february_session)
    freeze_draft(february_session, id_)
    before = {lang: render(frozen_deck(february_session, id_, 1)[1], "xlsx", lang) for lang in Language}
    activities = list(plan_facts(february_session, 2020).activities)
    due = {a.id: a.due for a in activities}
    for n in range(edits):
        activity = activities[n % len(activities)]
        day = DueDate(2020, activity.due_month, 1 + n // len(activities) % 27)
        if day == due[activity.id]:
            day = DueDate(2020, activity.due_month, 28)
        arguments = {"reason": Bilingual(f"Edit {n}", ""), "words": EMPTY_TEXT, "expected_due": due[activity.id]}
        move_due_date(february_session, activity.id, day, by=SYSTEM, at=AT + timedelta(minutes=n), **arguments)
        due[activity.id] = day
    february_session.execute(update(Activity).values(title_en="Something else"))
    assert {lang: render(frozen_deck(february_session, id_, 1)[1], "xlsx", lang) for lang in Language} == before
