"""The deck composed from the database: its slides, its facts, and what it must not contain."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar

import pytest
from sqlalchemy import Engine, insert, select, update
from sqlalchemy.orm import Session

from cogwg.briefing.deck import (
    AnnexSlide,
    AsksSlide,
    ChangedSlide,
    ContentsSlide,
    DataSlide,
    Deck,
    GlanceSlide,
    GroupSlide,
    MilestonesSlide,
    NextStepsSlide,
    PointsSlide,
    PrioritySlide,
    ProgressSlide,
    Slide,
    SourcesSlide,
    SummarySlide,
    TimelineSlide,
    TitleSlide,
)
from cogwg.briefing.render import sentences
from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import NotFound
from cogwg.core.status import Status, Timeliness
from cogwg.plan.models import Activity
from cogwg.reporting.models import Challenge, ChallengeState, Milestone, ReportingPeriod, Submission
from tests.briefing.conftest import compose_deck
from tests.databases import DECK_DAY, DEMO_DAY
from tests.large_plan import FEW, PLAN_SIZES, add_large_plan

Kind = TypeVar("Kind", bound=Slide)
Statements = Callable[[Engine], AbstractContextManager[list[str]]]


def find_slide(deck: Deck, kind: type[Kind]) -> Kind:
    return next(s for s in deck.slides if isinstance(s, kind))


def bilingual_texts(value: Any) -> list[Bilingual]:
    """Return every bilingual text within a value."""
    if isinstance(value, Bilingual):
        return [value]
    if isinstance(value, tuple):
        return [t for item in value for t in bilingual_texts(item)]
    if is_dataclass(value):
        return [t for field in fields(value) for t in bilingual_texts(getattr(value, field.name))]
    return []


def test_slides_are_in_deck_order(february: Deck) -> None:
    assert [type(s) for s in february.slides] == [
        TitleSlide,
        SummarySlide,
        ContentsSlide,
        ProgressSlide,
        TimelineSlide,
        MilestonesSlide,
        NextStepsSlide,
        AnnexSlide,
        GlanceSlide,
        *[PrioritySlide] * 5,
        PointsSlide,
        PointsSlide,
        GroupSlide,
        DataSlide,
        SourcesSlide,
    ]


def test_titles_equal_the_source(february: Deck) -> None:
    titles = [s.title.en for s in february.slides]
    for title in (
        "Purpose",
        "Open Government and why it matters",
        "Canada Open Government Working Group (COGWG)",
        "Major Jurisdictional Milestones and Challenges",
        "Some Immediate Next Steps",
        "1. Open Data User Stories",
        "2. Support and enhancement of Digital common extensions (CKAN) for open governments portals",
        "3. Publish with a purpose",
        "4. Open Government Literacy",
        "5. Inclusion, Public engagement and Dialogue",
    ):
        assert title in titles


def test_counts_equal_the_source(february: Deck) -> None:
    news, glance = find_slide(february, MilestonesSlide), find_slide(february, GlanceSlide)
    assert len(february.rows) == 21
    assert Counter(s.month for _, s in february.rows) == {
        (2020, 3): 5,
        (2020, 6): 5,
        (2020, 9): 5,
        (2020, 10): 1,
        (2020, 12): 5,
    }
    assert glance.months == ((2020, 3), (2020, 6), (2020, 9), (2020, 10), (2020, 12))
    assert len(glance.rows) == 5
    assert [(m.jurisdiction.en, len(m.links)) for m in news.milestones] == [
        ("Yukon", 1),
        ("Northwest Territories", 2),
        ("Ontario", 1),
        ("Quebec", 1),
        ("Saskatchewan", 0),
        ("Manitoba", 0),
    ]
    assert len(news.challenges) == 4
    steps = find_slide(february, NextStepsSlide).steps
    assert [len(step.children) for step in steps] == [4, 0, 0]
    assert [len(s.points) for s in february.slides if isinstance(s, PointsSlide)] == [4, 4]


def test_vacant_roles_and_roles_to_confirm_are_listed(february: Deck) -> None:
    decide = next(pair for pair in find_slide(february, GroupSlide).facts if pair.urgent)
    assert decide.text.en.replace("\u00a0", " ") == (
        "a second co-chair; 3 vacant roles (Priorities 1, 2 and 3); Nova Scotia to confirm (Priority 4)"
    )
    annex = {row.number: row.carried_by.en for row in find_slide(february, AnnexSlide).rows}
    assert annex == {
        1: "TBS; role vacant",
        2: "TBS; role vacant",
        3: "Ontario; role vacant",
        4: "Ontario, BC, NS (to confirm)",
        5: "Saskatchewan (L), Alberta (L), Northwest Territories (P)",
    }


def test_members_are_named_by_order_of_government(february: Deck) -> None:
    members = next(pair.text for pair in find_slide(february, GroupSlide).facts if pair.label.en == "Members")
    assert members.en.replace("\u00a0", " ").startswith("Federal, provincial and territorial governments, and")
    assert members.fr.replace("\u00a0", " ").startswith("Gouvernements fédéral, provinciaux et territoriaux, et")


def test_february_deck_has_nothing_late_and_no_percentages(february: Deck) -> None:
    assert not february.sample
    assert {s.timeliness for _, s in february.rows} == {Timeliness.NOT_YET_DUE}
    progress = find_slide(february, ProgressSlide)
    assert (progress.series, progress.totals) == ((Timeliness.NOT_YET_DUE,), (21,))
    all_text = " ".join(t.en + t.fr for t in bilingual_texts(february.slides)).casefold()
    assert "overdue" not in all_text
    assert "%" not in all_text
    assert find_slide(february, GlanceSlide).message.en.replace("\u00a0", " ") == (
        "21 activities in 5 priorities; nothing is due yet: the first 5 are due in March 2020"
    )


def test_september_findings_count_what_was_reported(september: Deck) -> None:
    assert september.sample
    done = sum(s.status is Status.COMPLETE for _, s in september.rows)
    late = [s.priority for _, s in september.rows if s.timeliness is Timeliness.OVERDUE]
    message = find_slide(september, GlanceSlide).message
    assert message.en.replace("\u00a0", " ") == (
        f"{done} of the {done + len(late)} activities due so far are complete; "
        f"{len(late)} are overdue (Priorities {late[0]} and {late[1]})"
    )
    assert sum(find_slide(september, ProgressSlide).totals) == 21


def test_findings_are_one_sentence_without_a_final_period(decks: dict[str, Deck]) -> None:
    """A computed finding is the title of its slide; texts that people wrote are as they are."""
    computed = (SummarySlide, GlanceSlide, ProgressSlide, MilestonesSlide, PrioritySlide, ChangedSlide, AsksSlide)
    for deck in decks.values():
        findings = [slide.message for slide in deck.slides if isinstance(slide, computed)]
        sentences = [text for finding in findings for text in (finding.en, finding.fr) if text]
        assert len(sentences) >= 18
        assert [text for text in sentences if text.endswith(".") or re.search(r"[.!?] ", text)] == []


def test_plan_texts_are_in_both_languages(february: Deck) -> None:
    assert [t for t in bilingual_texts(february.slides) if t and (not t.en or not t.fr)] == []


def test_french_texts_have_canadian_typography(february: Deck, september: Deck) -> None:
    """As on pages: a no-break space before a colon and inside guillemets, none before ; ! ?; a URL keeps its colon."""
    french_texts = [text.fr for text in bilingual_texts(february.slides) + bilingual_texts(september.slides)]
    assert len([text for text in french_texts if "\u00a0:" in text]) > 10
    assert not [text for text in french_texts if re.search(r"(?<!\u00a0):(?!//)|(?<!\u00a0)»|«(?!\u00a0)|\s[;!?]", text)]


@pytest.mark.parametrize(("meeting", "today"), [(DEMO_DAY, DECK_DAY), (DECK_DAY, DEMO_DAY)])
def test_deck_is_as_of_the_earlier_of_meeting_and_today(seeded: Session, meeting: date, today: date) -> None:
    deck = compose_deck(seeded, meeting, today=today)
    assert deck.as_of == DECK_DAY
    assert not any(s.status for _, s in deck.rows)


def test_report_of_the_same_day_counts_and_of_the_next_does_not(seeded: Session) -> None:
    days = sorted({s.reported_on for _, s in compose_deck(seeded, DEMO_DAY).rows if s.reported_on})
    last = days[-1]
    assert last in {s.reported_on for _, s in compose_deck(seeded, last).rows}
    assert last not in {s.reported_on for _, s in compose_deck(seeded, last - timedelta(days=1)).rows}


def test_late_report_counts_for_its_quarter_and_the_note_says_so(february_session: Session) -> None:
    """A late report is still the quarter's report, in every deck from the day on which it was submitted."""
    day = date(2020, 7, 10)
    period_id = february_session.scalars(select(ReportingPeriod.id).where(ReportingPeriod.key == "2020-03")).one()
    activity_id = february_session.scalars(select(Activity.id).where(Activity.code == "1.1")).one()
    values = {"report_version": 1, "status": Status.LIMITED, "submitted_at": datetime.combine(day, time(16), UTC)}
    february_session.execute(insert(Submission).values(activity_id=activity_id, period_id=period_id, **values))
    before, since = (find_slide(compose_deck(february_session, on), ProgressSlide) for on in (day - timedelta(days=1), day))
    assert Status.LIMITED not in before.series_of_quarters
    assert since.quarters[0].counts[since.series_of_quarters.index(Status.LIMITED)] == 1
    note = sentences.counting_note(day)
    assert note.en.endswith("Late reports submitted by July\u00a010, 2020 are included.")
    assert note.fr.endswith("Les rapports remis en retard jusqu’au 10\u00a0juillet 2020 sont inclus.")


def test_activity_past_its_day_without_a_report_counts_as_overdue(february_session: Session) -> None:
    deck = compose_deck(february_session, date(2020, 7, 1))
    progress = find_slide(deck, ProgressSlide)
    assert progress.totals[progress.series.index(Timeliness.OVERDUE)] == 10
    assert progress.quarters[-1].counts[progress.series_of_quarters.index(None)] == 10, "the year still says: no report"
    assert (
        find_slide(deck, GlanceSlide)
        .message.en.replace("\u00a0", " ")
        .endswith("; 10 are overdue (Priorities 1, 2, 3, 4 and 5)")
    )


def test_later_milestones_and_resolved_challenges_are_left_out(february_session: Session) -> None:
    february_session.execute(update(Milestone).where(Milestone.key == "2020-02-mb-website").values(reported_on=DEMO_DAY))
    february_session.execute(update(Challenge).where(Challenge.key == "2020-02-legal").values(state=ChallengeState.RESOLVED))
    news = find_slide(compose_deck(february_session, DECK_DAY), MilestonesSlide)
    assert len(news.milestones) == 5
    assert len(news.challenges) == 3
    assert news.message.en.replace("\u00a0", " ") == (
        "5 jurisdictions reported milestones; 3 challenges remain: resources, momentum and standards"
    )


def test_challenges_with_equal_position_keep_their_order(february_session: Session) -> None:
    before = find_slide(compose_deck(february_session, DECK_DAY), MilestonesSlide).challenges
    for key in sorted(february_session.scalars(select(Challenge.key)), reverse=True):
        february_session.execute(update(Challenge).where(Challenge.key == key).values(position=1))
    assert find_slide(compose_deck(february_session, DECK_DAY), MilestonesSlide).challenges == before


def test_year_without_a_plan_is_not_found(february_session: Session) -> None:
    with pytest.raises(NotFound):
        compose_deck(february_session, DECK_DAY, year=2031)


@pytest.mark.parametrize(("engine_name", "size"), PLAN_SIZES)
def test_compose_takes_a_constant_number_of_statements(
    engine: Engine, session: Session, statements: Statements, size: int
) -> None:
    add_large_plan(session, year=2021, priorities=FEW, activities=FEW)
    add_large_plan(session, year=2022, priorities=size, activities=size)
    session.commit()
    counts = []
    for year in (2021, 2022):
        with statements(engine) as sent:
            deck = compose_deck(session, date(year, 12, 31), year=year, standing_content={})
        counts.append(len(sent))
    assert len(deck.rows) == size**2
    assert counts == [5, 5]
    with statements(engine) as sent:
        compose_deck(session, date(2021, 12, 31), year=2021)
    assert len(sent) == 6, "without an open briefing, the standing slides take another statement"


def test_drafts_of_reports_do_not_leak(seeded: Session) -> None:
    """The deck reads submissions; a draft that was never submitted has none."""
    ids = {row.activity_id for row in seeded.query(Submission)}
    reported = [s for _, s in compose_deck(seeded, DEMO_DAY).rows if s.status]
    assert len(reported) == len(ids)
