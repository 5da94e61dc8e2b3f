"""Corrections of a published quarter: what they change and say, what they leave, and what they require."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from cogwg.audit.models import AuditEvent
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.errors import Invalid
from cogwg.core.status import STATUS_LABELS, Status
from cogwg.reporting.models import Milestone
from cogwg.reporting.news.kinds import MILESTONES
from cogwg.reporting.news.services import withdraw_news
from cogwg.reporting.rules import LabelledLink, ReportDraft
from cogwg.tracker.corrections import CHALLENGE_FIELDS, MILESTONE_FIELDS, REPORT_FIELDS
from cogwg.tracker.published import public_record
from cogwg.tracker.services import preview_quarter, publish_quarter
from cogwg.tracker.values import (
    Correction,
    PublishedChallenge,
    PublishedMilestone,
    PublishedQuarter,
    PublishedReport,
    SubjectKind,
)
from tests.tracker.conftest import BY, reopen, submit

NOW = datetime(2020, 9, 24, 18, 0, tzinfo=UTC)
TODAY = date(2020, 9, 24)
REASON = Bilingual("A typing error.", "Une faute de frappe.")
TWELVE = Bilingual("Twelve resources are on the shared site.", "Douze ressources sont sur le site partagé.")
LINK = LabelledLink("https://example.ca/resources", Bilingual("Resources", "Ressources"))


def amend(session: Session, *, at: datetime = NOW) -> None:
    """Let Ontario amend its June report on activity 4.3."""
    reopen(session, "2020-06", "on", at=at)
    draft = ReportDraft(status=Status.COMPLETE, progress=TWELVE, evidence=(LINK,))
    submit(session, "4.3", "2020-06", draft, at=at)


def correct(session: Session, **values: object) -> PublishedQuarter:
    given = {"correction_reason": REASON, "override_reason": "It comes later.", "shown": None, "by": BY, "at": NOW, **values}
    publish_quarter(session, "2020-06", **given)  # type: ignore[arg-type]
    return public_record(session, NOW).quarter("2020-06").content


def june(session: Session) -> PublishedQuarter:
    return public_record(session, NOW).quarter("2020-06").content


def test_amended_report_is_public_only_as_a_correction_with_what_was_published_before(published: Session) -> None:
    first = june(published)
    amend(published)
    assert june(published) == first, "what leads amend is not public by itself"
    preview = preview_quarter(published, "2020-06", visible_on=None, at=NOW)
    assert (preview.is_correction, preview.edition, preview.copy.gaps) == (True, 2, ())
    corrected = correct(published, shown=preview.shown)
    before = Bilingual(
        "Eleven resources are on the shared site. British Columbia is reviewing the module on open dialogue.", ""
    )
    link = Bilingual("Resources https://example.ca/resources", "Ressources https://example.ca/resources")
    about = TODAY, SubjectKind.REPORT, "4.3"
    assert corrected.corrections == (
        Correction(*about, "status", STATUS_LABELS[Status.SUBSTANTIAL], STATUS_LABELS[Status.COMPLETE], REASON),
        Correction(*about, "progress", before, TWELVE, REASON),
        Correction(*about, "evidence", EMPTY_TEXT, link, REASON),
    )
    activity = next(a for a in corrected.activities if a.code == "4.3")
    assert (activity.status, activity.completed_on) == (Status.COMPLETE, TODAY)
    assert corrected.published_on == date(2020, 7, 31), "activities are due or overdue as of the first publication"
    record = public_record(published, NOW)
    assert [e.edition for e in record.editions if e.content.key == "2020-06"] == [1, 2]
    assert record.quarter("2020-06", 1).content == first, "the first edition stays available as it was"
    assert [e.is_correction for e in record.editions] == [False, False, True]
    event = published.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one()
    assert (event.action, event.after["reason"]) == ("quarter.corrected", [REASON.en, REASON.fr])


def test_second_correction_keeps_the_first_one(published: Session) -> None:
    amend(published)
    first = correct(published).corrections
    published.execute(text("UPDATE milestone SET text_en = 'Open data portal opened' WHERE key = '2020-02-yt-portal'"))
    again = Bilingual("The portal was opened.", "Le portail a été ouvert.")
    corrected = correct(published, correction_reason=again)
    assert corrected.corrections[: len(first)] == first
    (added,) = corrected.corrections[len(first) :]
    assert (added.kind, added.subject, added.field, added.after.en) == (
        SubjectKind.MILESTONE,
        "2020-02-yt-portal",
        "text",
        "Open data portal opened",
    )


def test_withdrawn_milestone_is_removed_by_a_correction_that_says_so(published: Session) -> None:
    row = published.scalars(select(Milestone).where(Milestone.key == "2020-02-yt-portal")).one()
    withdraw_news(published, MILESTONES, row.id, expected_version=row.version, by=BY, at=NOW, is_allowed=lambda _ids: True)
    corrected = correct(published)
    (removed,) = corrected.corrections
    assert (removed.subject, removed.field, removed.before.en, removed.after) == (
        "2020-02-yt-portal",
        "",
        "Open data portal launched",
        EMPTY_TEXT,
    )
    assert "2020-02-yt-portal" not in {milestone.key for milestone in corrected.milestones}


def test_nothing_changed_is_nothing_to_correct(published: Session) -> None:
    for change in (
        "UPDATE activity SET text_en = 'Another plan', due_month = 12",
        "UPDATE jurisdiction SET name_en = name_en || ' (renamed)'",
        "UPDATE challenge SET state = 'resolved' WHERE key = '2020-02-legal'",
        "UPDATE challenge SET state = 'mitigated' WHERE key = '2020-02-momentum'",
    ):
        published.execute(text(change))
    with pytest.raises(Invalid) as refusal:
        correct(published)
    assert [field for field, _ in refusal.value.problems] == ["quarter"]
    assert len(public_record(published, NOW).editions) == 2


def test_what_became_of_the_plan_milestones_and_challenges_later_is_no_correction(published: Session) -> None:
    """A correction of June has June's plan, even if an activity was retired or a milestone reached since."""
    before = june(published)
    assert next(m for m in before.milestones if m.key == "2020-02-sk-office").under_way
    amend(published)
    for change in (
        "UPDATE activity SET retired_on = '2020-09-01', title_en = 'Reworded' WHERE code = '3.3'",
        "UPDATE milestone SET under_way = FALSE, happened_on = '2020-09-10' WHERE key = '2020-02-sk-office'",
        "UPDATE challenge SET state = 'resolved' WHERE key = '2020-02-legal'",
    ):
        published.execute(text(change))
    published.expire_all()
    corrected = correct(published)
    assert {correction.subject for correction in corrected.corrections} == {"4.3"}
    assert (corrected.milestones, corrected.challenges) == (before.milestones, before.challenges)
    assert corrected.report_on("3.3") == before.report_on("3.3")
    assert [a.title for a in corrected.activities] == [a.title for a in before.activities]


def test_milestone_that_happened_in_the_quarter_is_corrected(published: Session) -> None:
    happened = "UPDATE milestone SET under_way = FALSE, happened_on = '2020-06-10' WHERE key = '2020-02-sk-office'"
    published.execute(text(happened))
    corrected = correct(published)
    assert {correction.field for correction in corrected.corrections} == {"under_way", "happened_on"}


def test_day_of_a_milestone_is_corrected_in_place_of_its_month(published: Session) -> None:
    key = "2020-02-yt-portal"
    published.execute(text(f"UPDATE milestone SET happened_on = '2020-01-01', month_only = TRUE WHERE key = '{key}'"))
    correct(published, at=NOW - timedelta(days=1))
    published.execute(text(f"UPDATE milestone SET month_only = FALSE WHERE key = '{key}'"))
    last = correct(published).corrections[-1]
    assert (last.field, last.before.fr, last.after.en) == ("happened_on", "janvier 2020", "January\u00a01, 2020")


@pytest.mark.parametrize(
    ("item", "corrected", "others"),
    [
        (
            PublishedReport,
            REPORT_FIELDS,
            "activity jurisdictions previous_status submitted_on completed_on late sample outdated",
        ),
        (PublishedMilestone, MILESTONE_FIELDS, "key jurisdiction reported_on month_only outdated"),
        (PublishedChallenge, CHALLENGE_FIELDS, "key state reported_on jurisdiction_count outdated"),
    ],
)
def test_each_published_field_is_compared_or_stays_or_follows_another(
    item: type, corrected: tuple[str, ...], others: str
) -> None:
    """What a correction cannot change, and what changes with the status, the submission itself or the day."""
    assert {field.name for field in fields(item)} == {*corrected, *others.split()}


def test_status_from_an_earlier_quarter_is_corrected_too(published: Session) -> None:
    """Activity 1.1 was reported in March; June's copy has its status without a report of June."""
    reopen(published, "2020-03", "ca", at=NOW)
    draft = ReportDraft(status=Status.SUBSTANTIAL, progress=TWELVE, challenge=TWELVE)
    submit(published, "1.1", "2020-03", draft, at=NOW)
    corrected = correct(published)
    (correction,) = corrected.corrections
    assert (correction.subject, correction.field, correction.before, correction.after) == (
        "1.1",
        "status",
        STATUS_LABELS[Status.COMPLETE],
        STATUS_LABELS[Status.SUBSTANTIAL],
    )


@pytest.mark.parametrize("reason", [Bilingual("", ""), Bilingual("A typing error.", ""), Bilingual(" ", "Une faute.")])
def test_correction_needs_its_public_reason_in_both_languages(published: Session, reason: Bilingual) -> None:
    amend(published)
    with pytest.raises(Invalid) as refusal:
        correct(published, correction_reason=reason)
    empty = {f"correction_reason_{lang}" for lang in ("en", "fr") if not reason.exact_text(lang).strip()}
    assert {field for field, _ in refusal.value.problems} == empty
    assert len(public_record(published, NOW).editions) == 2


def test_correction_with_a_text_missing_in_a_language_needs_an_override(published: Session) -> None:
    published.execute(text("UPDATE milestone SET text_fr = '' WHERE key = '2020-02-yt-portal'"))
    with pytest.raises(Invalid) as refusal:
        correct(published, override_reason="")
    assert [field for field, _ in refusal.value.problems] == ["override_reason"]
    assert correct(published, override_reason="It is being translated.").corrections


def test_correction_under_embargo_leaves_the_public_edition_until_its_day(published: Session) -> None:
    first = june(published)
    amend(published)
    publish_quarter(published, "2020-06", visible_on=date(2020, 10, 1), correction_reason=REASON, shown=None, by=BY, at=NOW)
    assert june(published) == first
    later = public_record(published, datetime(2020, 10, 1, 4, 0, tzinfo=UTC)).quarter("2020-06")
    assert (later.edition, later.is_correction) == (2, True)
    assert {correction.on for correction in later.content.corrections} == {date(2020, 10, 1)}
    preview = preview_quarter(published, "2020-06", visible_on=None, at=NOW)
    assert len(preview.corrections) == 3, "it is compared with what is public, and replaces what waits"
    correct(published)
    record = public_record(published, datetime(2020, 11, 1, tzinfo=UTC))
    assert [e.edition for e in record.editions if e.content.key == "2020-06"] == [1, 3]
