"""Assessments: only those who are invited record them, on the scales, beside all others, and correct only their own."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Membership, Person, Role
from cogwg.audit.models import AuditEvent
from cogwg.audit.services import Actor
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.errors import Conflict, Forbidden, Invalid, NotFound
from cogwg.ogp.assessing import (
    AssessmentDraft,
    FindingDraft,
    SourceDraft,
    correct_assessment,
    draft_of,
    own_assessment,
    own_assessments,
    record_assessment,
)
from cogwg.ogp.inviting import (
    InvitationDraft,
    assessors,
    end_invitation,
    invitations,
    invite_assessor,
    invited_commitments,
)
from cogwg.ogp.models import Assessment, AssessmentFinding, Commitment
from tests.ogp.assessors import AT, ORGANIZATION, REVIEWER_NAME, People, add_person

END_OF_TERM = AssessmentDraft(
    kind="end-of-term",
    on="2018-06",
    completion="complete",
    verifiable="yes",
    impact="moderate",
    carried_forward="unclear",
    relevance=("civic-participation",),
    openness=(("civic-participation", "major"),),
    text=Bilingual("The forum was launched.", "Le forum a été lancé."),
    sources=(SourceDraft("https://example.org/report", Bilingual("End-term report", "Rapport final")),),
    findings=(FindingDraft("19.1", "complete", Bilingual("Launched", "Lancé")), FindingDraft("19.2", "complete")),
)
CIVIL_SOCIETY = AssessmentDraft("civil-society", "2018-10", findings=(FindingDraft("19.2", "limited"),))


def actor(person_id: int) -> Actor:
    return Actor("person", person_id)


def record(session: Session, person_id: int, commitment_id: int, draft: AssessmentDraft) -> int:
    return record_assessment(session, commitment_id, draft, by=actor(person_id), at=AT)


def correct(session: Session, person_id: int, id_: int, draft: AssessmentDraft, version: int = 1) -> int | None:
    return correct_assessment(session, id_, draft, version=version, by=actor(person_id), at=AT)


def fields(refused: pytest.ExceptionInfo[Invalid]) -> list[str]:
    return [field for field, _ in refused.value.problems]


def latest_event(session: Session) -> AuditEvent:
    return session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one()


def test_assessment_is_recorded_whole_beside_the_others_and_under_the_invited_name(seeded: Session, people: People) -> None:
    people.invite(seeded, people.reviewer, independent=True)
    id_ = record(seeded, people.reviewer, people.ours, END_OF_TERM)
    seeded.expire_all()
    stored = seeded.get_one(Assessment, id_)
    assert draft_of(stored) == END_OF_TERM
    assert (stored.assessor, stored.recorded_by, stored.version) == (REVIEWER_NAME, people.reviewer, 1)
    kinds = [each.kind.value for each in seeded.get_one(Commitment, people.ours).assessments]
    assert kinds == ["self", "end-of-term"]
    event = latest_event(seeded)
    assert (event.action, event.subject_kind, event.subject_id) == ("assessment.recorded", "assessment", id_)
    assert event.after is not None
    assert event.after["commitment"] == "CA0060"
    assert event.after["findings"] == {"19.1": ["complete", "Launched", "Lancé"], "19.2": ["complete", "", ""]}


def test_second_assessment_of_the_same_person_stands_beside_the_first(seeded: Session, people: People) -> None:
    people.invite(seeded, people.reviewer, independent=True)
    first = record(seeded, people.reviewer, people.ours, replace(END_OF_TERM, kind="mid-term", completion="substantial"))
    second = record(seeded, people.reviewer, people.ours, END_OF_TERM)
    assert {each.id for each in own_assessments(seeded, people.reviewer)} == {first, second}
    assert seeded.get_one(Assessment, first).completion == "substantial"


def test_only_those_invited_for_the_commitment_assess_it(seeded: Session, people: People) -> None:
    people.invite(seeded, people.reviewer, independent=True)
    record(seeded, people.reviewer, people.ours, END_OF_TERM)
    total = seeded.scalar(select(func.count()).select_from(Assessment))
    for person_id, commitment_id in (
        (people.reviewer, people.other),
        (people.stranger, people.ours),
        (people.steward, people.ours),
    ):
        with pytest.raises(NotFound):
            record(seeded, person_id, commitment_id, END_OF_TERM)
    assert seeded.scalar(select(func.count()).select_from(Assessment)) == total
    assert [each.identifier for each in invited_commitments(seeded, people.reviewer)] == ["CA0060"]
    assert invited_commitments(seeded, people.stranger) == []


def test_invitation_for_a_plan_covers_its_commitments_and_no_other_plan(seeded: Session, people: People) -> None:
    people.invite(seeded, people.reviewer, independent=True, start_year=2018)
    record(seeded, people.reviewer, people.other, replace(END_OF_TERM, findings=()))
    with pytest.raises(NotFound):
        record(seeded, people.reviewer, people.ours, END_OF_TERM)
    (invitation,) = invitations(seeded)
    assert (invitation.identifier, invitation.start_year) == ("", 2018)


def test_assessor_records_no_kind_but_their_own(seeded: Session, people: People) -> None:
    people.invite(seeded, people.reviewer, independent=True)
    people.invite(seeded, people.organization, independent=False)
    record(seeded, people.organization, people.ours, CIVIL_SOCIETY)
    for person_id, kind in (
        (people.reviewer, "self"),
        (people.reviewer, "civil-society"),
        (people.organization, "self"),
        (people.organization, "end-of-term"),
    ):
        with pytest.raises(Invalid) as refused:
            record(seeded, person_id, people.ours, replace(CIVIL_SOCIETY, kind=kind))
        assert fields(refused) == ["kind"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"completion": "nearly"}, "completion"),
        ({"completion": "Complete"}, "completion"),
        ({"verifiable": "medium"}, "verifiable"),
        ({"specificity": "yes"}, "specificity"),
        ({"impact": "major"}, "impact"),
        ({"carried_forward": "maybe"}, "carried_forward"),
        ({"relevance": ("transparency",)}, "relevance"),
        ({"openness": (("transparency", "major"),)}, "openness"),
        ({"openness": (("technology", "complete"),)}, "openness_technology"),
        ({"findings": (FindingDraft("19.1", "done"),)}, "finding_19.1"),
        ({"findings": (FindingDraft("19.9", "complete"),)}, "finding_19.9"),
        ({"findings": (FindingDraft("19.1", "", Bilingual("A note", "")),)}, "finding_19.1"),
        ({"on": "June 2018"}, "on"),
        ({"on": "2018-13"}, "on"),
        ({"on": "2018-02-30"}, "on"),
        ({"on": "2030"}, "on"),
        ({"on": ""}, "on"),
        ({"sources": (SourceDraft("javascript:alert(1)"),)}, "source_1"),
        ({"sources": (SourceDraft("", Bilingual("A report", "")),)}, "source_1"),
        ({"completion": "", "text": EMPTY_TEXT, "findings": ()}, "completion"),
        ({"text": Bilingual("x" * 10_001, "")}, "text_en"),
    ],
)
def test_what_is_outside_a_scale_or_makes_no_sense_is_refused_with_its_field(
    seeded: Session, people: People, change: dict[str, object], field: str
) -> None:
    people.invite(seeded, people.reviewer, independent=True)
    with pytest.raises(Invalid) as refused:
        record(seeded, people.reviewer, people.ours, replace(END_OF_TERM, **change))  # type: ignore[arg-type]
    assert fields(refused) == [field]
    assert own_assessments(seeded, people.reviewer) == []


def test_refusal_names_the_values_of_the_scale(seeded: Session, people: People) -> None:
    people.invite(seeded, people.reviewer, independent=True)
    with pytest.raises(Invalid) as refused:
        record(seeded, people.reviewer, people.ours, replace(END_OF_TERM, impact="enormous"))
    ((_field, message),) = refused.value.problems
    assert message.in_english == (
        "“enormous” is not on this scale. Choose one of these: None; Minor; Moderate; Transformative."
    )


def test_correction_changes_only_what_was_corrected_and_keeps_the_rest(seeded: Session, people: People) -> None:
    people.invite(seeded, people.reviewer, independent=True)
    id_ = record(seeded, people.reviewer, people.ours, END_OF_TERM)
    finding = seeded.scalars(select(AssessmentFinding.id).order_by(AssessmentFinding.id)).first()
    assert correct(seeded, people.reviewer, id_, END_OF_TERM) is None
    corrected = replace(END_OF_TERM, completion="substantial", findings=END_OF_TERM.findings[:1])
    assert correct(seeded, people.reviewer, id_, corrected) is not None
    seeded.expire_all()
    stored = seeded.get_one(Assessment, id_)
    assert (draft_of(stored), stored.version) == (corrected, 2)
    assert [each.id for each in stored.findings] == [finding]
    event = latest_event(seeded)
    assert event.action == "assessment.corrected"
    assert event.before is not None
    assert event.after is not None
    assert set(event.before) == set(event.after) == {"completion", "findings"}
    assert (event.before["completion"], event.after["completion"]) == ("complete", "substantial")


def test_correction_of_an_outdated_version_overwrites_nothing(seeded: Session, people: People) -> None:
    people.invite(seeded, people.reviewer, independent=True)
    id_ = record(seeded, people.reviewer, people.ours, END_OF_TERM)
    correct(seeded, people.reviewer, id_, replace(END_OF_TERM, completion="limited"))
    with pytest.raises(Conflict):
        correct(seeded, people.reviewer, id_, replace(END_OF_TERM, completion="substantial"))
    assert seeded.get_one(Assessment, id_).completion == "limited"


def test_nobody_corrects_the_assessment_of_another_or_the_self_assessment(seeded: Session, people: People) -> None:
    people.invite(seeded, people.reviewer, independent=True)
    people.invite(seeded, people.organization, independent=False)
    mine = record(seeded, people.reviewer, people.ours, END_OF_TERM)
    own = seeded.scalars(select(Assessment.id).where(Assessment.kind == "self", Assessment.commitment_id == people.ours)).one()
    correct(seeded, people.reviewer, mine, replace(END_OF_TERM, completion="limited"))
    for person_id, id_ in (
        (people.organization, mine),
        (people.steward, mine),
        (people.reviewer, own),
        (people.organization, own),
    ):
        with pytest.raises(NotFound):
            correct(seeded, person_id, id_, replace(END_OF_TERM, completion="not-started"), version=2)
    assert (seeded.get_one(Assessment, mine).completion, seeded.get_one(Assessment, own).completion) == ("limited", "complete")


def test_ended_invitation_allows_no_assessment_and_keeps_what_was_recorded(seeded: Session, people: People) -> None:
    invitation = people.invite(seeded, people.reviewer, independent=True)
    id_ = record(seeded, people.reviewer, people.ours, END_OF_TERM)
    assert end_invitation(seeded, invitation, by=actor(people.steward), at=AT) is not None
    assert end_invitation(seeded, invitation, by=actor(people.steward), at=AT) is None
    with pytest.raises(NotFound):
        record(seeded, people.reviewer, people.ours, END_OF_TERM)
    with pytest.raises(Forbidden):
        correct(seeded, people.reviewer, id_, replace(END_OF_TERM, completion="limited"))
    assert own_assessment(seeded, id_, people.reviewer).completion == "complete"
    assert invited_commitments(seeded, people.reviewer) == []


def test_only_a_person_with_the_role_is_invited_once_for_one_thing(seeded: Session, people: People) -> None:
    people.invite(seeded, people.reviewer, independent=True)
    reader = add_person(seeded, "some-reader", Role.READER)
    left = add_person(seeded, "left", Role.ASSESSOR)
    seeded.get_one(Person, left).retired_at = AT
    seeded.flush()
    draft = InvitationDraft(people.organization, "CA0060", None, False, ORGANIZATION)
    refusals = {
        "a reader": (replace(draft, person_id=reader), ["person"]),
        "who left": (replace(draft, person_id=left), ["person"]),
        "again": (replace(draft, person_id=people.reviewer), ["person"]),
        "nothing": (replace(draft, identifier=""), ["target"]),
        "both": (replace(draft, start_year=2016), ["target"]),
        "no name": (replace(draft, assessor=EMPTY_TEXT), ["assessor_en"]),
        "long": (replace(draft, assessor=Bilingual("x" * 201, "")), ["assessor_en"]),
    }
    for refused_draft, expected in refusals.values():
        with pytest.raises(Invalid) as refused:
            invite_assessor(seeded, refused_draft, by=actor(people.steward), at=AT)
        assert fields(refused) == expected
    with pytest.raises(NotFound):
        invite_assessor(seeded, replace(draft, identifier="CA9999"), by=actor(people.steward), at=AT)
    assert len(invitations(seeded)) == 1
    assert invite_assessor(seeded, draft, by=actor(people.steward), at=AT)
    assert {id_ for id_, _name in assessors(seeded)} == {people.reviewer, people.organization, people.stranger}
    assert seeded.scalar(select(func.count()).select_from(Membership).where(Membership.role == Role.ASSESSOR)) == 4
