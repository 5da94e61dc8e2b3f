"""Freezing a draft: what is kept never changes, what is left to settle needs a note, and nobody freezes over somebody."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction
from cogwg.audit.models import Event
from cogwg.audit.services import SYSTEM, Actor
from cogwg.briefing.compose import draft_of, frozen_of, material_of
from cogwg.briefing.deck import ChangeKind
from cogwg.briefing.models import FrozenVersion, StandingSlide
from cogwg.briefing.outline import PriorityWords, noted, switched
from cogwg.briefing.queries import Shown, briefing, briefings, frozen_deck, versions
from cogwg.briefing.render import render
from cogwg.briefing.services import Deed, change_meeting, create_briefing, freeze, revise
from cogwg.core.bilingual import NOTHING, Bilingual, Language
from cogwg.core.errors import Conflict, Invalid, NotFound
from cogwg.core.scale import Status
from cogwg.plan.models import Activity
from cogwg.plan.queries import plan_facts
from cogwg.plan.rules import Due
from cogwg.plan.services import move_due
from cogwg.reporting.models import ReportingPeriod, Submission
from cogwg.reporting.news.milestones import add_milestone
from cogwg.reporting.news.rules import MilestoneDraft

BY = Actor("person", None)
AT = datetime(2020, 2, 27, 15, 0, tzinfo=UTC)
FEBRUARY, OCTOBER = date(2020, 2, 27), date(2020, 10, 8)
COUNCILS = Bilingual("Joint Councils", "Conseils mixtes")
GAP = (Bilingual("3 roles are vacant.", "3 rôles sont vacants."),)


def made(session: Session, day: date = FEBRUARY, at: datetime = AT) -> int:
    return create_briefing(session, year=2020, meeting_on=day, audience=COUNCILS, by=BY, at=at).id


def frozen(
    session: Session, id_: int, today: date = FEBRUARY, *, note: str = "The roles are chased.", at: datetime = AT
) -> int:
    found = briefing(session, id_)
    deck = frozen_of(found, material_of(session, found, today))
    return freeze(session, id_, deck, GAP, note=note, seen=found.seen, by=BY, at=at)


def test_it_is_kept_with_its_gaps_the_note_and_a_trace(record: Session) -> None:
    id_ = made(record)
    assert frozen(record, id_) == 1
    kept, deck = frozen_deck(record, id_, 1)
    assert (kept.number, kept.gaps, kept.override_note, kept.frozen_at) == (1, GAP, "The roles are chased.", AT)
    assert not deck.draft
    assert deck.edition == 1
    event = record.scalars(select(Event).order_by(Event.id.desc())).first()
    assert event is not None
    assert (event.action, event.after["number"], event.after["note"]) == ("briefing.frozen", 1, "The roles are chased.")
    assert [b.id for b in briefings(record, frozen_only=True)] == [id_]


def test_gaps_need_a_note_and_nothing_is_kept_without(record: Session) -> None:
    id_ = made(record)
    with pytest.raises(Invalid) as refused:
        frozen(record, id_, note=" \u200b ")
    assert [field for field, _ in refused.value.problems] == ["note"]
    assert versions(record, id_) == []


def test_an_amendment_is_the_next_version_and_both_stay(record: Session) -> None:
    id_ = made(record)
    frozen(record, id_)
    words = PriorityWords(1, asks=(Bilingual("Name a lead", "Nommer un responsable"),), year=2020)
    revise(record, id_, lambda o: noted(o, words), Deed.NOTED_PRIORITY, seen=briefing(record, id_).seen, by=BY, at=AT)
    assert frozen(record, id_) == 2
    first, second = frozen_deck(record, id_, 1)[1], frozen_deck(record, id_, 2)[1]
    assert "asks" not in [s.key for s in first.slides]
    assert "asks" in [s.key for s in second.slides]
    assert [v.number for v in versions(record, id_)] == [2, 1]


def test_nobody_freezes_over_a_change_or_another_freeze(record: Session) -> None:
    id_ = made(record)
    found = briefing(record, id_)
    deck = frozen_of(found, material_of(record, found, FEBRUARY))
    revise(record, id_, lambda o: switched(o, ("why",), "why", shown=False), Deed.ARRANGED, seen=found.seen, by=BY, at=AT)
    for seen in (found.seen, found.seen + 1):
        if seen != found.seen:
            frozen(record, id_)
        with pytest.raises(Conflict):
            freeze(record, id_, deck, (), note="", seen=seen, by=BY, at=AT)
    with pytest.raises(NotFound):
        freeze(record, 999, deck, (), note="", seen=1, by=BY, at=AT)


def test_a_meeting_before_the_last_frozen_one_is_refused(record: Session) -> None:
    early, late = made(record, date(2020, 2, 20)), made(record)
    frozen(record, late)
    with pytest.raises(Invalid, match="last frozen briefing"):
        made(record, date(2020, 2, 21))
    with pytest.raises(Invalid, match="last frozen briefing"):
        frozen(record, early)
    seen = briefing(record, early).seen
    with pytest.raises(Invalid, match="last frozen briefing"):
        change_meeting(
            record,
            early,
            meeting_on=date(2020, 2, 1),
            audience=COUNCILS,
            place=NOTHING,
            next_year=None,
            seen=seen,
            by=BY,
            at=AT,
        )


def test_the_next_briefing_compares_with_the_last_version_before_its_meeting(record: Session) -> None:
    first = made(record)
    frozen(record, first)
    frozen(record, first)
    following = briefing(record, made(record, OCTOBER))
    assert following.baseline == Shown(FEBRUARY, AT, frozen_deck(record, first, 2)[1])
    assert briefing(record, first).baseline is None
    material = material_of(record, following, date(2020, 9, 24))
    assert material.since == FEBRUARY
    assert "changed" in [s.key for s in draft_of(following, material).slides]


def test_what_is_told_on_the_day_of_the_freeze_but_after_it_is_news_of_the_next_briefing(record: Session) -> None:
    own = record.scalars(select(Jurisdiction.id).where(Jurisdiction.code == "on")).one()
    first = made(record)

    def tell(text: str, at: datetime) -> int:
        draft = MilestoneDraft(Bilingual(text, text))
        return add_milestone(record, own, draft, by=BY, at=at, may=lambda _ids: True)

    shown = tell("In the morning", AT - timedelta(hours=1))
    frozen(record, first)
    after = tell("In the afternoon", AT + timedelta(hours=5))
    later = tell("The day after", AT + timedelta(days=1))
    material = material_of(record, briefing(record, made(record, OCTOBER)), date(2020, 9, 24))
    assert shown in [m.id for m in material.milestones]
    assert sorted(m.id for m in material.new_milestones) == [after, later]


def test_what_is_told_after_the_meeting_and_before_a_late_freeze_is_news_too(record: Session) -> None:
    """A briefing is as of its meeting, however late it is frozen: what came between is in no deck yet."""
    own = record.scalars(select(Jurisdiction.id).where(Jurisdiction.code == "on")).one()
    first = made(record)
    draft, at = MilestoneDraft(Bilingual("Between", "Entre les deux")), AT + timedelta(days=2)
    between = add_milestone(record, own, draft, by=BY, at=at, may=lambda _ids: True)
    frozen(record, first, date(2020, 3, 5), at=AT + timedelta(days=7))
    material = material_of(record, briefing(record, made(record, OCTOBER)), date(2020, 9, 24))
    assert [m.id for m in material.new_milestones] == [between]


def test_who_reports_the_same_again_after_the_freeze_of_that_day_is_not_silent(seeded: Session) -> None:
    day, at = date(2020, 9, 24), datetime(2020, 9, 24, 15, tzinfo=UTC)
    activity = seeded.scalars(select(Activity).where(Activity.code == "3.3")).one()
    period = seeded.scalars(select(ReportingPeriod).where(ReportingPeriod.key == "2020-09")).one()
    told = {"activity_id": activity.id, "period_id": period.id, "status": Status.LIMITED, "progress_en": "Half of it."}

    def report(at: datetime, version: int) -> None:
        seeded.add(Submission(**told, report_version=version, submitted_at=at))
        seeded.flush()

    report(at - timedelta(hours=2), 1)
    id_ = made(seeded, day, at)
    frozen(seeded, id_, day, at=at)
    following = briefing(seeded, made(seeded, OCTOBER, at))

    def silent() -> list[str]:
        return [c.code for c in material_of(seeded, following, OCTOBER).changes if c.kind is ChangeKind.SILENT]

    assert "3.3" in silent()
    report(at + timedelta(hours=2), 2)
    assert "3.3" not in silent()


def test_what_was_last_shown_is_known_without_any_standing_slide(record: Session) -> None:
    first = made(record)
    frozen(record, first)
    following = made(record, OCTOBER)
    standing = briefing(record, following).standing
    record.execute(delete(StandingSlide))
    found = briefing(record, following)
    assert (bool(standing), found.standing) == (True, {})
    assert found.baseline is not None
    assert found.baseline.deck == frozen_deck(record, first, 1)[1]


def test_the_database_refuses_to_rewrite_what_was_shown(record: Session) -> None:
    frozen(record, made(record))
    record.commit()
    with pytest.raises(DBAPIError):
        record.execute(update(FrozenVersion).values(deck="{}"))
    record.rollback()


@pytest.mark.parametrize("edits", [50, pytest.param(1000, marks=pytest.mark.slow)])
def test_a_frozen_version_is_the_same_file_after_many_edits(record: Session, edits: int) -> None:
    """The record goes on: due dates move, titles change; the file of the version stays what it was."""
    id_ = made(record)
    frozen(record, id_)
    before = {lang: render(frozen_deck(record, id_, 1)[1], "xlsx", lang) for lang in Language}
    activities = list(plan_facts(record, 2020).activities)
    due = {a.id: a.due for a in activities}
    for n in range(edits):
        one = activities[n % len(activities)]
        day = Due(2020, one.due_month, 1 + n // len(activities) % 27)
        if day == due[one.id]:
            day = Due(2020, one.due_month, 28)
        told = {"reason": Bilingual(f"Edit {n}", ""), "words": NOTHING, "seen": due[one.id]}
        move_due(record, one.id, day, by=SYSTEM, at=AT + timedelta(minutes=n), **told)
        due[one.id] = day
    record.execute(update(Activity).values(title_en="Something else"))
    assert {lang: render(frozen_deck(record, id_, 1)[1], "xlsx", lang) for lang in Language} == before
