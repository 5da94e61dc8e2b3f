"""Publishing a quarter: what is copied and what never is, what blocks it, embargoes and withdrawals."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from cogwg.accounts.models import Person
from cogwg.audit.models import AuditEvent
from cogwg.audit.queries import newest_witness
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.db import write_transaction
from cogwg.core.errors import Conflict, Invalid, NotFound
from cogwg.core.status import Status, Timeliness
from cogwg.discussion.services import write_comment
from cogwg.plan.queries import plan_facts
from cogwg.plan.rules import DueDate
from cogwg.plan.services import move_due_date
from cogwg.reporting.models import Milestone, ReportingPeriod
from cogwg.reporting.news.kinds import MILESTONES
from cogwg.reporting.news.rules import ChallengeDraft, MilestoneDraft
from cogwg.reporting.news.services import add_challenge, add_milestone, withdraw_news
from cogwg.reporting.partner_notes import save_note
from cogwg.reporting.period_services import close_period, return_report
from cogwg.reporting.rules import LabelledLink, ReportDraft
from cogwg.reporting.services import find_report, save_draft
from cogwg.reporting.status_override import set_override
from cogwg.tracker.copying import TextGap
from cogwg.tracker.models import Publication, PublicationKind
from cogwg.tracker.published import public_record, public_revision, public_state
from cogwg.tracker.services import cancel_embargo, preview_quarter, publish_quarter, withdraw_publication
from cogwg.tracker.values import SubjectKind
from tests.tracker.conftest import BY, reopen, report_target, submit

NOW = datetime(2020, 9, 24, 18, 0, tzinfo=UTC)
OCTOBER = datetime(2020, 10, 26, 18, 0, tzinfo=UTC)
REASON = Bilingual("A typing error.", "Une faute de frappe.")
LEAKED = Bilingual("It names a person.", "Une personne y est nommée.")


def close(session: Session, key: str, at: datetime) -> None:
    close_period(session, session.scalars(select(ReportingPeriod.id).where(ReportingPeriod.key == key)).one(), by=BY, at=at)


def contents(session: Session) -> dict[tuple[str, int], str]:
    rows = session.execute(select(Publication.key, Publication.edition, Publication.content))
    return {(row.key, row.edition): row.content for row in rows}


def publish_september(session: Session, **values: object) -> int:
    close(session, "2020-09", OCTOBER - timedelta(days=1))
    given = {"override_reason": "The translation is late.", "shown": None, "by": BY, "at": OCTOBER, **values}
    return publish_quarter(session, "2020-09", **given)  # type: ignore[arg-type]


def test_published_quarter_has_plan_reports_and_statuses_as_of_its_day(published: Session) -> None:
    record = public_record(published, NOW)
    assert [edition.content.key for edition in record.quarters] == ["2020-03", "2020-06"]
    latest = record.latest(2020)
    assert latest is not None
    content = latest.content
    assert content.published_on == date(2020, 7, 31)
    statuses = {activity.code: activity.status for activity in content.activities}
    assert (statuses["1.1"], statuses["1.2"]) == (Status.COMPLETE, Status.SUBSTANTIAL)
    overdue = [a.code for a in content.activities if content.timeliness(a) is Timeliness.OVERDUE]
    assert overdue == ["1.2", "2.2", "3.2", "5.2"]
    assert all(report.activity in statuses for report in content.reports)
    assert content.sample, "invented reports carry their mark"


def test_copy_has_reports_moves_milestones_and_challenges_up_to_its_quarter_only(published: Session) -> None:
    """Reports, milestones and challenges of September are not in June's copy, nor later moves of a due date."""
    activity = report_target(published, "5.4", "2020-09").activity
    due = DueDate(activity.due_year, activity.due_month, activity.due_day)
    reason = Bilingual("The data comes later.", "Les données arrivent plus tard.")
    words = Bilingual("", "")
    move_due_date(published, activity.id, DueDate(2020, 12), reason=reason, words=words, expected_due=due, by=BY, at=NOW)
    link = LabelledLink("https://example.ca/news", Bilingual("Portal", "Portail"))
    news = MilestoneDraft(Bilingual("A September milestone", "Un jalon de septembre"), (link,))
    add_milestone(published, 1, news, by=BY, at=NOW, is_allowed=lambda _ids: True)
    challenge = ChallengeDraft(
        Bilingual("Legal", "Aspects juridiques"), Bilingual("A September challenge", "Un défi de septembre")
    )
    add_challenge(published, 2, challenge, by=BY, at=NOW, is_allowed=lambda _ids: True)
    publish_september(published)
    june, september = (public_record(published, OCTOBER).quarter(key).content for key in ("2020-06", "2020-09"))
    (move,) = next(a for a in september.activities if a.code == "5.4").moves
    assert (move.on, move.after.month, move.reason) == (date(2020, 9, 24), 12, reason)
    assert not any(a.moves for a in june.activities)
    assert {report.activity for report in september.reports} - {report.activity for report in june.reports} >= {"1.3", "5.4"}
    assert september.milestones[-1].links[0].url == "https://example.ca/news"
    assert (september.challenges[-1].theme.fr, september.challenges[-1].jurisdiction_count) == ("Aspects juridiques", 1)
    assert len(september.milestones) == len(june.milestones) + 1
    assert len(september.challenges) == len(june.challenges) + 1
    statuses = {activity.code: (activity.status, activity.reported_in) for activity in september.activities}
    assert statuses["1.1"] == (Status.COMPLETE, "2020-03"), "the last report up to the quarter"


def test_nothing_unpublished_is_in_a_copy(published: Session) -> None:
    """A draft, a note, a comment, a return, an override, a withdrawn milestone, names: none is in what is published."""
    secretariat = published.scalars(select(Person.id).order_by(Person.id)).first()
    draft = ReportDraft(status=Status.SUBSTANTIAL, progress=Bilingual("CANARY draft", "CANARI ébauche"))
    target = report_target(published, "3.3", "2020-09")
    save_draft(published, target, draft, expected_version=0, by=BY, at=NOW, is_allowed=lambda _priority: True)
    stored = find_report(published, report_target(published, "1.3", "2020-09"))
    assert stored is not None
    return_report(published, stored.id, note="CANARY return", expected_version=stored.version, by=BY, at=NOW)
    returned = find_report(published, report_target(published, "1.3", "2020-09"))
    assert returned is not None
    save_draft(
        published,
        report_target(published, "1.3", "2020-09"),
        draft,
        expected_version=returned.version,
        by=BY,
        at=NOW,
        is_allowed=lambda _priority: True,
    )
    plan = plan_facts(published, 2020)
    territories = next(r.jurisdiction_id for p in plan.priorities for r in p.assignments if r.jurisdiction_code == "nt")
    save_note(
        published,
        plan,
        next(a for a in plan.activities if a.code == "5.4"),
        period_key="2020-09",
        jurisdiction_id=territories or 0,
        text=Bilingual("CANARY note", "CANARI note"),
        expected_version=0,
        by=BY,
        at=NOW,
        is_allowed=lambda _priority, _jurisdiction: True,
    )
    by = type(BY)("person", secretariat)
    write_comment(published, target.activity.id, "CANARY comment", lang=Language.EN, mentions=(), by=by, at=NOW)
    set_override(
        published, plan.priorities[0].id, Status.LIMITED, Bilingual("CANARY status", "CANARI"), expected_id=0, by=BY, at=NOW
    )
    withdrawn = add_milestone(
        published, 1, MilestoneDraft(Bilingual("CANARY milestone", "CANARI")), by=BY, at=NOW, is_allowed=lambda _ids: True
    )
    version = published.get_one(Milestone, withdrawn).version
    withdraw_news(published, MILESTONES, withdrawn, expected_version=version, by=BY, at=NOW, is_allowed=lambda _ids: True)
    publish_september(published, override_reason="CANARY override")
    reopen(published, "2020-09", "ca", at=OCTOBER)
    texts = "".join(contents(published).values())
    assert "Two jurisdictions use a form to collect stories." in texts, "what was submitted is there"
    for canary in ("CANARY", "CANARI", "A mistake."):
        assert canary not in texts
    for person in published.scalars(select(Person)):
        assert person.name not in texts
        assert person.email not in texts
    challenges = public_record(published, OCTOBER).quarter("2020-09").content.challenges
    assert all(not hasattr(challenge, "jurisdictions") for challenge in challenges), "a count, no names"


def test_later_quarter_is_not_public_before_it_is_published(published: Session) -> None:
    close(published, "2020-09", OCTOBER)
    texts = "".join(contents(published).values())
    assert "Two user stories are on the open government portal." not in texts
    with pytest.raises(NotFound):
        public_record(published, OCTOBER).quarter("2020-09")


def test_quarter_that_is_not_closed_is_not_published(seeded: Session) -> None:
    with pytest.raises(Invalid) as refusal:
        publish_quarter(seeded, "2020-09", override_reason="The translation is late.", shown=None, by=BY, at=NOW)
    assert [field for field, _ in refusal.value.problems] == ["quarter"]
    with pytest.raises(NotFound):
        publish_quarter(seeded, "2020-12-31", shown=None, by=BY, at=NOW)
    assert seeded.scalar(select(Publication.id)) is None


def test_text_missing_in_a_language_blocks_unless_a_reason_is_recorded(published: Session) -> None:
    close(published, "2020-09", OCTOBER)
    preview = preview_quarter(published, "2020-09", visible_on=None, at=OCTOBER)
    assert [(gap.kind, gap.subject, gap.field, gap.lang) for gap in preview.copy.gaps] == [
        (SubjectKind.REPORT, "5.4", "progress", Language.EN)
    ]
    for reason in ("", " \n"):
        with pytest.raises(Invalid) as refusal:
            publish_quarter(published, "2020-09", override_reason=reason, shown=None, by=BY, at=OCTOBER)
        assert [field for field, _ in refusal.value.problems] == ["override_reason"]
    id_ = publish_quarter(published, "2020-09", override_reason="It comes later.", shown=None, by=BY, at=OCTOBER)
    assert published.get_one(Publication, id_).override_reason == "It comes later."
    event = published.scalars(select(AuditEvent).where(AuditEvent.action == "quarter.published").order_by(AuditEvent.id)).all()
    assert (event[-1].subject_id, event[-1].after["gaps"], event[-1].after["override"]) == (id_, 1, "It comes later.")


def test_outdated_and_missing_texts_of_the_plan_block_too(published: Session) -> None:
    published.execute(text("UPDATE activity SET text_fr = '' WHERE code = '2.3'"))
    published.execute(text("UPDATE milestone SET stale = '{\"text\": \"fr\"}' WHERE key = '2020-02-yt-portal'"))
    gaps = preview_quarter(published, "2020-09", visible_on=None, at=OCTOBER).copy.gaps
    assert {(gap.kind, gap.subject, gap.field, gap.lang.value, gap.state.value) for gap in gaps} >= {
        (None, "2.3", "text", "fr", "missing"),
        (SubjectKind.MILESTONE, "2020-02-yt-portal", "text", "fr", "stale"),
    }
    assert isinstance(gaps[0], TextGap)


def test_publication_keeps_its_hash_and_the_head_of_the_chain(published_engine: Engine) -> None:
    with Session(published_engine) as session:
        for row in session.scalars(select(Publication)):
            assert row.sha256 == sha256(row.content.encode()).hexdigest()
        with write_transaction(session):
            close(session, "2020-09", OCTOBER)
        witness = newest_witness(session)
        with write_transaction(session):
            id_ = publish_quarter(session, "2020-09", override_reason="Late.", shown=None, by=BY, at=OCTOBER)
        assert session.get_one(Publication, id_).witness == witness != ""


def test_quarter_under_embargo_is_public_from_its_day_only(published: Session) -> None:
    before = public_state(published, OCTOBER).revision
    publish_september(published, visible_on=date(2020, 11, 2))
    eve = datetime(2020, 11, 2, 4, 59, 59, tzinfo=UTC)  # in Toronto, the clocks went back on November 1
    assert public_state(published, eve).revision == before
    assert [edition.content.key for edition in public_record(published, eve).quarters] == ["2020-03", "2020-06"]
    edition = public_record(published, eve + timedelta(seconds=1)).quarter("2020-09")
    assert (edition.visible_on, edition.content.published_on) == (date(2020, 11, 2), date(2020, 11, 2))


@pytest.mark.parametrize("day", [date(2020, 10, 25), date(2021, 11, 1)])
def test_embargo_ends_within_a_year_and_not_in_the_past(published: Session, day: date) -> None:
    with pytest.raises(Invalid) as refusal:
        publish_september(published, visible_on=day)
    assert [field for field, _ in refusal.value.problems] == ["visible_on"]


def test_publication_cancelled_under_embargo_leaves_no_notice(published: Session) -> None:
    publish_september(published, visible_on=date(2020, 11, 2))
    cancel_embargo(published, PublicationKind.QUARTER, "2020-09", by=BY, at=OCTOBER)
    later = datetime(2020, 12, 1, tzinfo=UTC)
    record = public_record(published, later)
    assert (len(record.quarters), record.withdrawals) == (2, ())
    with pytest.raises(NotFound):
        cancel_embargo(published, PublicationKind.QUARTER, "2020-09", by=BY, at=OCTOBER)
    with pytest.raises(NotFound):
        cancel_embargo(published, PublicationKind.QUARTER, "2020-06", by=BY, at=OCTOBER)
    assert [edition.content.key for edition in record.quarters] == ["2020-03", "2020-06"], "what is public is not cancelled"


def test_quarter_published_again_during_its_embargo_is_not_a_correction(published: Session) -> None:
    publish_september(published, visible_on=date(2020, 11, 2))
    reopen(published, "2020-09", "sk", at=OCTOBER)
    draft = ReportDraft(status=Status.SUBSTANTIAL, progress=Bilingual("Three methods.", "Trois méthodes."))
    submit(published, "5.4", "2020-09", draft, at=OCTOBER)
    preview = preview_quarter(published, "2020-09", visible_on=None, at=OCTOBER)
    assert (preview.is_correction, preview.waiting is not None, preview.copy.gaps) == (False, True, ())
    publish_quarter(published, "2020-09", visible_on=date(2020, 11, 3), shown=preview.shown, by=BY, at=OCTOBER)
    record = public_record(published, datetime(2020, 11, 3, 12, tzinfo=UTC))
    edition = record.quarter("2020-09")
    assert (edition.edition, edition.content.corrections, edition.is_correction) == (2, (), False)
    assert [e.edition for e in record.editions if e.content.key == "2020-09"] == [2], "the first one never became public"
    assert record.withdrawals == ()


def test_withdrawn_quarter_is_gone_but_its_notice_stays_until_it_is_published_again(published: Session) -> None:
    before = contents(published)
    withdraw_publication(published, PublicationKind.QUARTER, "2020-06", reason=LEAKED, by=BY, at=NOW)
    record = public_record(published, NOW)
    assert [edition.content.key for edition in record.quarters] == ["2020-03"]
    (notice,) = record.withdrawals
    assert (notice.key, notice.reason, notice.visible_on, notice.withdrawn_on) == (
        "2020-06",
        LEAKED,
        date(2020, 7, 31),
        date(2020, 9, 24),
    )
    event = published.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one()
    assert (event.action, event.after["reason"]) == ("publication.withdrawn", [LEAKED.en, LEAKED.fr])
    with pytest.raises(NotFound):
        withdraw_publication(published, PublicationKind.QUARTER, "2020-06", reason=LEAKED, by=BY, at=NOW)
    preview = preview_quarter(published, "2020-06", visible_on=None, at=NOW)
    assert (preview.edition, preview.is_correction) == (2, False)
    publish_quarter(published, "2020-06", override_reason="Late.", shown=preview.shown, by=BY, at=NOW)
    record = public_record(published, NOW)
    assert (record.quarter("2020-06").edition, record.withdrawals) == (2, ())
    assert record.quarter("2020-06").content.published_on == date(2020, 9, 24)
    with pytest.raises(NotFound):
        record.quarter("2020-06", 1)
    assert contents(published)["2020-06", 1] == before["2020-06", 1]


@pytest.mark.parametrize("reason", [Bilingual("", ""), Bilingual("A reason.", ""), Bilingual(" ", "Une raison.")])
def test_withdrawal_needs_its_public_reason_in_both_languages(published: Session, reason: Bilingual) -> None:
    with pytest.raises(Invalid) as refusal:
        withdraw_publication(published, PublicationKind.QUARTER, "2020-06", reason=reason, by=BY, at=NOW)
    empty = {f"reason_{lang.value}" for lang in Language if not reason.exact_text(lang).strip()}
    assert {field for field, _ in refusal.value.problems} == empty
    assert len(public_record(published, NOW).quarters) == 2


def test_record_that_changed_since_the_preview_is_a_conflict_and_nothing_is_published(published: Session) -> None:
    close(published, "2020-09", OCTOBER)
    preview = preview_quarter(published, "2020-09", visible_on=None, at=OCTOBER)
    reopen(published, "2020-09", "sk", at=OCTOBER)
    draft = ReportDraft(status=Status.SUBSTANTIAL, progress=Bilingual("Three methods.", "Trois méthodes."))
    submit(published, "5.4", "2020-09", draft, at=OCTOBER)
    with pytest.raises(Conflict) as conflict:
        publish_quarter(published, "2020-09", override_reason="Late.", shown=preview.shown, by=BY, at=OCTOBER)
    newer = conflict.value.subject
    assert newer.copy.gaps == ()
    publish_quarter(published, "2020-09", shown=newer.shown, by=BY, at=OCTOBER)
    assert len(public_record(published, OCTOBER).quarters) == 3


def test_preview_of_another_publication_is_a_conflict(published: Session) -> None:
    """Two people saw the same preview: the second one is told, and makes no correction by accident."""
    close(published, "2020-09", OCTOBER)
    preview = preview_quarter(published, "2020-09", visible_on=None, at=OCTOBER)
    publish_quarter(published, "2020-09", override_reason="Late.", shown=preview.shown, by=BY, at=OCTOBER)
    with pytest.raises(Conflict):
        publish_quarter(published, "2020-09", override_reason="Late.", shown=preview.shown, by=BY, at=OCTOBER)


def test_two_people_publish_at_once_one_quarter_is_published(published_engine: Engine) -> None:
    with Session(published_engine) as session, write_transaction(session):
        close(session, "2020-09", OCTOBER)
    outcomes: list[str] = []
    barrier = Barrier(2)

    def publish() -> None:
        with Session(published_engine) as session:
            barrier.wait()
            try:
                with write_transaction(session):
                    publish_quarter(session, "2020-09", override_reason="Late.", shown=None, by=BY, at=OCTOBER)
                outcomes.append("published")
            except (Conflict, Invalid) as error:
                outcomes.append(type(error).__name__)

    threads = [Thread(target=publish) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes)[1] == "published"
    assert sorted(outcomes)[0] in ("Conflict", "Invalid")
    with Session(published_engine) as session:
        assert session.scalars(select(Publication.edition).where(Publication.key == "2020-09")).all() == [1]


def test_database_refuses_every_change_of_what_is_published(published_engine: Engine) -> None:
    changes = (
        "UPDATE publication SET content = '{}'",
        "UPDATE publication SET visible_at = withdrawn_at",
        "UPDATE publication SET override_reason = NULL",
        "DELETE FROM publication",
    )
    for change in changes:
        with published_engine.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
            connection.execute(text(change))
    with Session(published_engine) as session, write_transaction(session):
        withdraw_publication(session, PublicationKind.QUARTER, "2020-06", reason=LEAKED, by=BY, at=NOW)
    undo = "UPDATE publication SET withdrawn_at = NULL, withdrawal_en = NULL, withdrawal_fr = NULL WHERE key = '2020-06'"
    with published_engine.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
        connection.execute(text(undo))


def test_revision_changes_exactly_when_what_is_public_changes(published: Session) -> None:
    looks = [(public_state(published, NOW), public_revision(published, NOW))]

    def look(at: datetime) -> None:
        state, revision = public_state(published, at), public_revision(published, at)
        assert (state == looks[-1][0]) == (revision == looks[-1][1])
        looks.append((state, revision))

    look(NOW)
    publish_september(published, visible_on=date(2020, 11, 2))
    look(OCTOBER)
    look(OCTOBER + timedelta(days=8))
    withdraw_publication(published, PublicationKind.QUARTER, "2020-06", reason=LEAKED, by=BY, at=OCTOBER + timedelta(days=9))
    look(OCTOBER + timedelta(days=9))
    look(OCTOBER + timedelta(days=10))
    look(NOW - timedelta(days=3000))
    assert len({revision for _, revision in looks}) == 4
