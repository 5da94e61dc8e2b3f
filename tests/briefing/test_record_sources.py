"""The sources that a deck stores: reports with their versions, overrides of overall statuses, roles and news."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.briefing import snapshot
from cogwg.briefing.deck import Deck
from cogwg.briefing.deck_sources import Source, SourceKind
from cogwg.briefing.outline import Decided, NextStep
from cogwg.briefing.render.sources import DeckSources
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.status import Status
from cogwg.plan.models import Activity, Priority
from cogwg.reporting.models import OverallStatus, Submission
from tests.briefing.conftest import compose_deck
from tests.briefing.fact_sources import FORMATS, drawn_facts, missing
from tests.briefing.test_next_steps import FILL, HOST, MEET, bilingual, find_steps
from tests.briefing.test_next_steps import compose as compose_after
from tests.databases import DEMO_DAY


def find_source(deck: Deck, kind: SourceKind, subject: str) -> Source:
    return next(source for source in deck.sources if (source.kind, source.subject) == (kind, subject))


def submit_again(session: Session, code: str, at: datetime, *, is_translation: bool = False, **values: str) -> None:
    """Copy the last submission on an activity with other values, as a new version or as a translation."""
    last = session.scalars(
        select(Submission).join(Activity).where(Activity.code == code).order_by(Submission.id.desc()).limit(1)
    ).one()
    names = [column.name for column in Submission.__table__.columns if column.name != "id"]
    copy = Submission(**{name: getattr(last, name) for name in names} | values)
    if is_translation:
        copy.translated_at, copy.translated_by = at, copy.submitted_by
    else:
        copy.submitted_at = at
    session.add(copy)
    session.flush()


def test_report_has_its_jurisdiction_day_and_version(seeded: Session) -> None:
    subject = "2020:5.2"
    first = find_source(compose_deck(seeded, DEMO_DAY), SourceKind.REPORT, subject)
    assert (first.who.en, first.on, first.version) == ("Saskatchewan", date(2020, 7, 9), 1)
    submit_again(seeded, "5.2", datetime(2020, 9, 20, 16, 0, tzinfo=UTC))
    submit_again(seeded, "5.2", datetime(2020, 9, 21, 16, 0, tzinfo=UTC), is_translation=True)
    second = find_source(compose_deck(seeded, DEMO_DAY), SourceKind.REPORT, subject)
    assert (second.who.en, second.on, second.version) == ("Saskatchewan", date(2020, 9, 20), 2)


def test_override_has_its_reason_and_day(seeded: Session) -> None:
    priority_id = seeded.scalars(select(Priority.id).where(Priority.number == 3)).first()
    at = datetime(2020, 9, 22, 16, 0, tzinfo=UTC)
    seeded.add(OverallStatus(priority_id=priority_id, status=Status.LIMITED, note_en="Both leads left", note_fr="", set_at=at))
    seeded.flush()
    override = find_source(compose_deck(seeded, DEMO_DAY), SourceKind.OVERRIDE, "2020:3")
    assert (override.on, override.reason) == (date(2020, 9, 22), Bilingual("Both leads left", ""))


def test_activity_without_a_report_and_person_are_not_among_the_sources(february: Deck, september: Deck) -> None:
    assert [source for source in february.sources if source.kind is SourceKind.REPORT] == []
    assert {source.who.en for source in september.sources if source.kind is SourceKind.REPORT} <= {
        *("Canada", "Ontario", "British Columbia", "Saskatchewan", "Alberta", "Northwest Territories", "Nova Scotia"),
    }


def test_vacant_role_has_the_day_since_when_it_is_vacant(february: Deck) -> None:
    roles = [source for source in february.sources if source.kind is SourceKind.ROLE and source.subject == "2020:1"]
    assert [(role.who.en, role.on) for role in roles] == [("Canada", date(2020, 2, 27)), ("", date(2020, 2, 27))]


def test_quarter_counts_each_activity_once(september: Deck) -> None:
    quarters = [source for source in september.sources if source.kind is SourceKind.QUARTER]
    codes = sorted(state.code for priority in september.priorities for state in priority.activities)
    for quarter in ("1", "2", "3"):
        own = [code for source in quarters if source.subject.startswith(f"{quarter}:") for code in source.activities]
        assert sorted(own) == codes


def test_news_have_the_day_on_which_they_were_reported(february: Deck) -> None:
    news = [source for source in february.sources if source.kind in (SourceKind.MILESTONE, SourceKind.CHALLENGE)]
    assert len(news) > 5
    assert all(source.on is not None for source in news)


def test_step_from_a_report_or_a_decision_has_its_own_source(seeded: Session, february: Deck) -> None:
    at = datetime(2020, 9, 20, 16, 0, tzinfo=UTC)
    offered = Bilingual("Publish the results", "Publier les résultats")
    submit_again(seeded, "5.2", at, next_step_en=offered.en, next_step_fr=offered.fr)
    steps = (
        NextStep(bilingual("Publish all results"), offered=offered),
        NextStep(FILL, decision=Decided(1, date(2020, 2, 27), FILL)),
        NextStep(MEET, offered=bilingual("no longer reported")),
        NextStep(HOST),
    )
    deck = compose_after(seeded, february, steps)
    sources = DeckSources(deck)
    numbers = {step.text: sources.next_step(step) for step in find_steps(deck).steps}
    statements = {text: sources.entry(number).statement for text, number in numbers.items()}
    assert statements[bilingual("Publish all results")] == Bilingual(
        "From the report on 5.2, submitted by Saskatchewan on September\u00a020, 2020 (version\u00a02).",
        "Tirée du rapport sur 5.2, soumis par la\u00a0Saskatchewan le 20\u00a0septembre 2020 (version\u00a02).",
    )
    assert statements[FILL] == Bilingual(
        "Decided at the meeting of February\u00a027, 2020.", "Décidée à la réunion du 27\u00a0février 2020."
    )
    assert numbers[MEET] == numbers[HOST]
    assert statements[HOST].en.startswith("Recorded by the co-chairs, as of ")
    assert snapshot.read(snapshot.write(deck)) == deck
    for format in FORMATS:
        assert missing(drawn_facts(deck, format, Language.FR)) == []
