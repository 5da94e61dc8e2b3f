"""Publishing commitments: what is copied, what blocks it, what a later edition changes, and what a withdrawal leaves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Person
from cogwg.audit.models import AuditEvent
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language
from cogwg.core.errors import Conflict, Invalid, NotFound
from cogwg.core.text_states import TextState
from cogwg.ogp.editing import facts_of, record_commitment
from cogwg.ogp.models import (
    Assessment,
    Commitment,
    CommitmentMilestone,
    MilestoneOffer,
    OfferPart,
    OfferState,
    OrganizationReport,
)
from cogwg.ogp.scales import AssessmentKind, Completion
from cogwg.tracker.commitments import PublishedAssessment, PublishedCommitment, Rating
from cogwg.tracker.copying_commitments import CommitmentGap
from cogwg.tracker.models import Publication, PublicationKind
from cogwg.tracker.published import public_record, whole_record
from cogwg.tracker.publishing_commitments import preview_commitments, publish_commitments
from cogwg.tracker.services import withdraw_publication
from cogwg.tracker.storing import digest, dump, load_commitment
from tests.tracker.conftest import BY
from tests.tracker.ogp import RECORDED, add_ca0060, add_others, assess

NOW = datetime(2020, 9, 24, 18, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=30)
REASON = Bilingual("The report was misread.", "Le rapport avait été mal lu.")


@pytest.fixture
def recorded(published: Session) -> Session:
    """The demo with commitments that are recorded and not published."""
    add_ca0060(published)
    add_others(published)
    return published


def publish(session: Session, *identifiers: str, at: datetime = NOW, **values: object) -> list[int]:
    given = {"shown": None, "override_reason": "The translation is late.", **values}
    return publish_commitments(session, identifiers, by=BY, at=at, **given)  # type: ignore[arg-type]


def content(session: Session, identifier: str = "CA0060", at: datetime = NOW) -> PublishedCommitment:
    return whole_record(session, at).commitment(identifier).content


def test_published_commitment_has_every_fact_of_its_page(recorded: Session) -> None:
    publish(recorded, "CA0060")
    shown = content(recorded)
    assert (shown.cycle, shown.cycle_end, shown.number, shown.state.code) == (2016, 2018, "19", "inactive")
    assert [(each.name.en, each.is_lead) for each in shown.institutions] == [
        ("Treasury Board of Canada Secretariat", True),
        ("Civil society partners", False),
    ]
    assert [(m.number, m.start.en, m.end.fr, m.end_on) for m in shown.milestones] == [
        ("19.1", "Not specified", "Non précisé", None),
        ("19.2", "Not specified", "Non précisé", None),
    ]
    assert [(i.target.en, i.latest.number if i.latest else "") for i in shown.indicators] == [
        ("4 by June 2018", ""),
        ("", "20"),
    ]
    assert [(a.kind.code, a.on, a.completion.code if a.completion else None) for a in shown.assessments] == [
        ("mid-term", "2017", "substantial"),
        ("self", "2018-06", "complete"),
        ("end-of-term", "2018-09", "complete"),
        ("civil-society", "2018-10", None),
    ]
    assert [(v.code, d.label.en) for v, d in shown.assessments[2].openness] == [("civic-participation", "Major")]
    assert [(item.year, item.priority, item.activity) for item in shown.served_by] == [(2020, 5, ""), (2020, 5, "5.2")]
    assert (shown.enquiries, shown.done[0].en[:5], len(shown.questions)) == ("open@example.ca", "First", 1)
    assert (shown.published_on, shown.sample) == (date(2020, 9, 24), True)


def test_difference_is_dated_from_when_it_began_and_lasts(recorded: Session) -> None:
    publish(recorded, "CA0060", "CA0058")
    (own,) = content(recorded).differences
    assert (own.milestone, own.says.code, own.government_says.code, own.since) == ("19.2", "limited", "complete", "2018-10")
    (other,) = content(recorded, "CA0058").differences
    assert (other.milestone, other.assessment.kind.code, other.since) == ("", "end-of-term", "2018-09-15")


def rated(kind: str, on: str, code: str) -> PublishedAssessment:
    label = Bilingual(kind, kind)
    return PublishedAssessment(f"{kind}-{on}", Rating(kind, label), EMPTY_TEXT, on, Rating(code, Bilingual(code, code)))


@pytest.mark.parametrize(
    ("ratings", "since"),
    [
        (["mid-term 2017 substantial", "self 2018 complete", "end-of-term 2018 complete"], None),
        (["self 2016 complete", "mid-term 2017 limited", "end-of-term 2018 limited"], "2017"),
        (["self 2016 complete", "mid-term 2017 limited", "self 2018 limited", "end-of-term 2019 substantial"], "2019"),
        (["mid-term 2017 limited"], None),
        (["self 2016 complete", "civil-society 2017 limited", "self 2018 substantial"], "2017"),
    ],
)
def test_difference_lasts_while_either_says_something_else(ratings: list[str], since: str | None) -> None:
    assessments = tuple(rated(*each.split()) for each in ratings)
    label = Bilingual("x", "x")
    commitment = PublishedCommitment(
        "CA1", 2016, 2018, label, "", label, Rating("active", label), starred=False, assessments=assessments
    )
    assert [each.since for each in commitment.differences] == ([since] if since else [])


def test_stored_copy_is_read_back_and_its_hash_is_that_of_its_text(recorded: Session) -> None:
    publish(recorded, "CA0060", "CA0041")
    for edition in whole_record(recorded, NOW).commitments:
        assert dump(edition.content) == edition.text
        assert digest(edition.text) == edition.sha256
        assert load_commitment(edition.text) == edition.content


def test_pages_of_the_plan_read_no_commitments(recorded: Session) -> None:
    publish(recorded, "CA0060")
    assert public_record(recorded, NOW).commitment_editions == ()
    assert public_record(recorded, NOW).revision == whole_record(recorded, NOW).revision
    assert [edition.content.key for edition in whole_record(recorded, NOW).quarters] == ["2020-03", "2020-06"]


def test_text_in_one_language_blocks_publication_until_a_reason_is_given(recorded: Session) -> None:
    preview = preview_commitments(recorded, ["CA0041"], at=NOW)
    assert [(gap.field, gap.lang) for gap in preview.commitments[0].copy.gaps] == [("title", Language.FR)]
    with pytest.raises(Invalid) as refused:
        publish(recorded, "CA0041", override_reason=" ")
    assert [field for field, _message in refused.value.problems] == ["override_reason"]
    publish(recorded, "CA0041")
    event = recorded.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event is not None
    assert event.action == "commitment.published"
    assert "The translation is late." in str(event.after)
    stored = recorded.scalars(select(Publication).where(Publication.key == "CA0041")).one()
    assert stored.override_reason == "The translation is late."
    assert "translation is late" not in stored.content, "the reason is not public"


def test_text_changed_in_one_language_since_it_was_public_blocks_publication_until_a_reason_is_given(recorded: Session) -> None:
    publish(recorded, "CA0060")
    commitment = recorded.scalars(select(Commitment).where(Commitment.identifier == "CA0060")).one()
    commitment.title = Bilingual(f"{commitment.title.en} again", commitment.title.fr)
    recorded.flush()
    gaps = preview_commitments(recorded, ["CA0060"], at=LATER).commitments[0].copy.gaps
    assert CommitmentGap("", "title", Language.FR, TextState.STALE) in gaps
    with pytest.raises(Invalid) as refused:
        publish(recorded, "CA0060", at=LATER, override_reason=" ", reason=REASON)
    assert "override_reason" in [field for field, _message in refused.value.problems]
    publish(recorded, "CA0060", at=LATER, reason=REASON)
    gaps = preview_commitments(recorded, ["CA0060"], at=LATER).commitments[0].copy.gaps
    assert CommitmentGap("", "title", Language.FR, TextState.STALE) in gaps, "it is still marked"
    record_commitment(recorded, facts_of(commitment), version=commitment.version, still_right=[("", "title")], by=BY, at=LATER)
    gaps = preview_commitments(recorded, ["CA0060"], at=LATER).commitments[0].copy.gaps
    assert [gap for gap in gaps if gap.state is TextState.STALE] == []


def test_text_that_was_marked_before_its_first_publication_blocks_it_and_one_changed_before_marks_is_compared(
    recorded: Session,
) -> None:
    commitment = recorded.scalars(select(Commitment).where(Commitment.identifier == "CA0060")).one()
    commitment.stale = {"text": "fr"}
    commitment.milestones[0].stale = {"text": "en"}
    recorded.flush()
    gaps = preview_commitments(recorded, ["CA0060"], at=NOW).commitments[0].copy.gaps
    stale = {(gap.subject, gap.field, gap.lang) for gap in gaps if gap.state is TextState.STALE}
    assert stale == {("", "text", Language.FR), ("milestone 19.1", "text", Language.EN)}
    publish(recorded, "CA0060")
    commitment.text = replace(commitment.text, en="Create some.")
    recorded.flush()
    commitment.stale = None
    recorded.flush()
    gaps = preview_commitments(recorded, ["CA0060"], at=LATER).commitments[0].copy.gaps
    assert CommitmentGap("", "text", Language.FR, TextState.STALE) in gaps


def test_lineage_names_only_what_is_public(recorded: Session) -> None:
    publish(recorded, "CA0073")
    assert content(recorded, "CA0073").lineage == ()
    publish(recorded, "CA0041", "CA0073", at=LATER)
    assert content(recorded, "CA0073", LATER).lineage == ("CA0041",)


def test_later_edition_that_only_adds_needs_no_reason(recorded: Session) -> None:
    publish(recorded, "CA0060")
    commitment = recorded.scalars(select(Commitment).where(Commitment.identifier == "CA0060")).one()
    assess(recorded, commitment, AssessmentKind.SELF, "2020-09", Completion.SUBSTANTIAL)
    publish(recorded, "CA0060", at=LATER)
    (change,) = content(recorded, at=LATER).changes
    assert (change.on, change.is_addition, change.after.en, change.reason) == (
        date(2020, 10, 24),
        True,
        "Substantial",
        EMPTY_TEXT,
    )
    assert {d.since for d in content(recorded, at=LATER).differences if not d.milestone} == {"2020-09"}


def test_change_of_what_was_public_needs_a_public_reason_and_shows_both(recorded: Session) -> None:
    publish(recorded, "CA0058")
    review = recorded.scalars(select(Assessment).where(Assessment.on == "2018-09-15")).one()
    review.completion = Completion.SUBSTANTIAL
    recorded.flush()
    with pytest.raises(Invalid) as refused:
        publish(recorded, "CA0058", at=LATER, reason=replace(REASON, fr=""))
    assert [field for field, _message in refused.value.problems] == ["reason_fr"]
    publish(recorded, "CA0058", at=LATER, reason=REASON)
    (change,) = content(recorded, "CA0058", LATER).changes
    assert (change.before.en, change.after.en, change.reason) == ("Limited", "Substantial", REASON)
    first, second = whole_record(recorded, LATER).editions_of_commitment("CA0058")
    assert (first.content.changes, first.changes, second.changes) == ((), (), (change,))
    assert second.content.published_on == date(2020, 9, 24)


def test_nothing_is_published_twice_or_over_a_newer_record(recorded: Session) -> None:
    shown = preview_commitments(recorded, ["CA0060"], at=NOW).shown
    commitment = recorded.scalars(select(Commitment).where(Commitment.identifier == "CA0060")).one()
    commitment.title_fr = "Mobiliser"
    recorded.flush()
    with pytest.raises(Conflict):
        publish(recorded, "CA0060", shown=shown)
    publish(recorded, "CA0060")
    with pytest.raises(Invalid):
        publish(recorded, "CA0060", at=LATER)
    assert len(publish(recorded, "CA0058", "CA0060", at=LATER)) == 1, "what has not changed stays as it is"
    with pytest.raises(NotFound):
        publish(recorded, "CA9999")


def test_withdrawal_leaves_a_notice_and_ends_when_published_again(recorded: Session) -> None:
    publish(recorded, "CA0060")
    withdraw_publication(recorded, PublicationKind.COMMITMENT, "CA0060", reason=REASON, by=BY, at=LATER)
    record = whole_record(recorded, LATER)
    assert record.commitments == ()
    assert [(n.kind, n.key, n.reason) for n in record.withdrawals] == [(PublicationKind.COMMITMENT, "CA0060", REASON)]
    publish(recorded, "CA0060", at=LATER)
    assert whole_record(recorded, LATER).withdrawals == ()
    assert content(recorded, at=LATER).changes == ()


def test_only_accepted_organizations_report_beside_the_institution(recorded: Session) -> None:
    milestone = recorded.scalars(select(CommitmentMilestone).where(CommitmentMilestone.number == "19.1")).one()
    person = recorded.scalars(select(Person.id)).first()
    for state in (OfferState.ACCEPTED, OfferState.OFFERED):
        name = Bilingual(f"Group {state.value}", f"Groupe {state.value}")
        offer = MilestoneOffer(
            milestone_id=milestone.id,
            organization=name,
            part=OfferPart.HELP,
            message="CANARY message",
            state=state,
            offered_by=person,
            offered_at=RECORDED,
            answer="CANARY answer",
        )
        recorded.add(offer)
        recorded.flush()
        report = OrganizationReport(
            offer_id=offer.id, text=Bilingual("We met.", "Nous nous sommes rencontrés."), reported_by=person, reported_at=NOW
        )
        recorded.add(report)
    recorded.flush()
    publish(recorded, "CA0060")
    (report,) = content(recorded).milestones[0].reports
    assert (report.organization.en, report.leads, report.text.en) == ("Group accepted", False, "We met.")
    assert "CANARY" not in whole_record(recorded, NOW).commitment("CA0060").text
