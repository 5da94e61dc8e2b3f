"""Assessors in their browser: they assess and correct what they are invited to, in both languages, and see nothing else."""

from __future__ import annotations

import pytest

from cogwg.audit.models import AuditEvent
from cogwg.mail.models import OutboxMessage
from cogwg.ogp.models import Assessment, AssessorInvitation, MilestoneOffer, OrganizationReport
from tests.web.ogp.conftest import Assessing
from tests.web_client import Form, Page

LANGS = pytest.mark.parametrize("lang", ["en", "fr"])
PLACE = "assessments/commitments/CA0060"


def fill(form: Form, **fields: str | bool) -> Form:
    return form.fill(**{"kind": "end-of-term", "on": "2018-06", "completion": "substantial", **fields})


def record(assessing: Assessing, lang: str = "en", **fields: str | bool) -> Page:
    page = assessing.client("reviewer").get(f"/{lang}/{PLACE}/new")
    return fill(page.form("/new"), **fields).submit()


@LANGS
def test_reviewer_records_an_assessment_beside_the_self_assessment(assessing: Assessing, lang: str) -> None:
    assessing.invite("reviewer", independent=True)
    answer = record(
        assessing,
        lang,
        finding_1="complete",
        finding_2="limited",
        note_2_en="The same people came",
        relevance_participation=True,
        openness_participation="major",
        text_fr="Le forum existe.",
        source_1="opengovpartnership.org/report",
    )
    assert answer.status == 303
    page = answer.follow()
    differs = {"en": "Differs from the government’s assessment", "fr": "Diffère de l’évaluation du gouvernement"}[lang]
    assert page.main_text.count(differs) == 1
    assert {"en": "June 2018", "fr": "juin 2018"}[lang] in page.main_text
    own, recorded = assessing.app.rows(Assessment, Assessment.commitment_id == assessing.people.ours)
    assert (own.completion, recorded.completion, recorded.openness) == (
        "complete",
        "substantial",
        {"civic-participation": "major"},
    )
    assert recorded.sources == [["https://opengovpartnership.org/report", "", ""]]
    assert [row.action for row in assessing.app.rows(AuditEvent, AuditEvent.subject_kind == "assessment")] == [
        "assessment.recorded"
    ]


@LANGS
def test_value_outside_its_scale_is_refused_beside_its_field_with_what_was_typed(assessing: Assessing, lang: str) -> None:
    assessing.invite("reviewer", independent=True)
    page = record(assessing, lang, impact="enormous", finding_2="done", text_en="Kept.", source_2="ftp://a.example")
    assert page.status == 422
    for name in ("impact", "finding_2", "source_2"):
        assert page.field_error(name), name
    allowed = {"en": "None; Minor; Moderate; Transformative", "fr": "Aucun; Mineur; Modéré; Transformateur"}[lang]
    assert allowed in page.field_error("impact")
    assert page.form("/new").value("text_en").strip() == "Kept."
    assert assessing.app.rows(Assessment, Assessment.kind != "self") == []


def test_form_sent_twice_records_one_assessment(assessing: Assessing) -> None:
    assessing.invite("reviewer", independent=True)
    form = fill(assessing.client("reviewer").get(f"/en/{PLACE}/new").form("/new"))
    assert [form.submit().status, form.submit().status] == [303, 303]
    assert len(assessing.app.rows(Assessment, Assessment.kind != "self")) == 1


@LANGS
def test_correction_in_two_tabs_is_a_conflict_with_both_texts(assessing: Assessing, lang: str) -> None:
    assessing.invite("reviewer", independent=True)
    record(assessing, text_en="The first words.")
    (stored,) = assessing.app.rows(Assessment, Assessment.kind != "self")
    reviewer = assessing.client("reviewer")
    first, second = (reviewer.get(f"/{lang}/assessments/{stored.id}").form(f"/assessments/{stored.id}") for _ in "12")
    assert first.fill(text_en="The saved words.").submit().status == 303
    conflict = second.fill(text_en="The typed words.").submit()
    assert conflict.status == 409
    assert "The saved words." in conflict.main_text
    assert conflict.form(f"/assessments/{stored.id}").value("text_en").strip() == "The typed words."
    assert assessing.app.rows(Assessment, Assessment.kind != "self")[0].text_en == "The saved words."
    assert conflict.form(f"/assessments/{stored.id}").submit().status == 303
    (last,) = assessing.app.rows(Assessment, Assessment.kind != "self")
    assert (last.text_en, last.version) == ("The typed words.", 3)


def test_only_the_author_opens_and_corrects_an_assessment(assessing: Assessing) -> None:
    assessing.invite("reviewer", independent=True)
    assessing.invite("organization", independent=False)
    record(assessing)
    (stored,) = assessing.app.rows(Assessment, Assessment.kind != "self")
    (own, *_rest) = assessing.app.rows(Assessment, Assessment.kind == "self")
    sent = assessing.client("reviewer").get(f"/en/assessments/{stored.id}").form(f"/assessments/{stored.id}")
    before = assessing.app.fingerprint()
    for name, id_, status in (
        ("organization", stored.id, 404),
        ("stranger", stored.id, 404),
        ("reviewer", own.id, 404),
        ("steward", stored.id, 403),
        ("chair", stored.id, 403),
        ("secretariat", stored.id, 403),
    ):
        client = assessing.client(name)
        assert client.get(f"/en/assessments/{id_}").status == status, name
        fields = {**sent.values, "completion": "not-started", "csrf_token": client.csrf_token()}
        fields.pop("opened_by", None)
        assert client.post(f"/en/assessments/{id_}", fields).status == status, name
    assert assessing.app.fingerprint() == before
    assert sent.fill(completion="limited").submit().status == 303


def test_commitment_without_an_invitation_is_not_found(assessing: Assessing) -> None:
    assessing.invite("reviewer", independent=True)
    assessing.invite("stranger", independent=False, start_year=2018)
    reviewer, stranger = assessing.client("reviewer"), assessing.client("stranger")
    for client, ours, other in ((reviewer, "CA0060", "CA0064"), (stranger, "CA0064", "CA0060")):
        for part in ("", "/new"):
            assert client.get(f"/en/assessments/commitments/{ours}{part}").status == 200
            assert client.get(f"/en/assessments/commitments/{other}{part}").status == 404
        assert other not in client.get("/en/assessments").main_text
        assert ours in client.get("/en/assessments").main_text
    first, _second = assessing.people.milestones
    assert stranger.get(f"/en/assessments/milestones/{first}/offer").status == 404
    assert reviewer.get(f"/en/assessments/milestones/{first}/offer").status == 403


def test_assessor_does_not_see_the_assessments_of_others(assessing: Assessing) -> None:
    assessing.invite("reviewer", independent=True)
    assessing.invite("organization", independent=False)
    record(assessing, text_en="Zebrafish", note_1_en="Zebrafish", finding_1="limited")
    assert "Zebrafish" in assessing.client("reviewer").get(f"/en/{PLACE}").main_text
    page = assessing.client("organization").get(f"/en/{PLACE}")
    assert "Zebrafish" not in page.text
    assert "Self-assessment" in page.main_text


@LANGS
def test_home_and_navigation_of_an_assessor_lead_to_assessments_only(assessing: Assessing, lang: str) -> None:
    assessing.invite("reviewer", independent=True)
    reviewer = assessing.client("reviewer")
    home = reviewer.get(f"/{lang}/")
    assert f"/{lang}/{PLACE}" in home.text
    assert f"/{lang}/briefings" not in home.text
    links = [link.get("href") for link in home.find("nav", class_="site-nav").iter("a")]
    plan = f"/{lang}/plans"
    public = [f"/{lang}/{page}" for page in ("tracker", "commitments", "engagement")]
    assert links == [f"/{lang}/", f"/{lang}/assessments", *public, plan, f"/{lang}/data"]
    record(assessing)
    assert f"/{lang}/{PLACE}" not in reviewer.get(f"/{lang}/").text
    member = assessing.client("reader").get(f"/{lang}/").find("nav", class_="site-nav")
    assert f"/{lang}/assessments" not in [link.get("href") for link in member.iter("a")]


def test_assessor_sees_of_the_plan_what_visitors_see(assessing: Assessing) -> None:
    assessing.invite("reviewer", independent=True)
    reviewer, visitor, reader = (assessing.client(name) for name in ("reviewer", "visitor", "reader"))
    for path in (
        "/en/plans/2020",
        "/en/plans/2020?view=list",
        "/en/plans/2020?view=timeline",
        "/en/plans/2020?view=progress",
        "/en/plans/2020/priorities/5",
        "/en/plans/2020?as-of=2020-06-30",
        "/fr/plans/2020/priorities/3",
    ):
        shown = [client.get(path).main_text for client in (reviewer, visitor, reader)]
        assert shown[0] == shown[1], path
        assert shown[0] != shown[2], path
    csv = "/en/plans/2020/activities.csv"
    assert reviewer.get(csv).text == visitor.get(csv).text != reader.get(csv).text


@LANGS
def test_ended_invitation_leaves_the_assessment_to_read(assessing: Assessing, lang: str) -> None:
    id_ = assessing.invite("reviewer", independent=True)
    record(assessing, text_en="My words.")
    (stored,) = assessing.app.rows(Assessment, Assessment.kind != "self")
    reviewer = assessing.client("reviewer")
    opened = reviewer.get(f"/{lang}/assessments/{stored.id}").form(f"/assessments/{stored.id}")
    steward = assessing.client("steward")
    page = steward.get(f"/{lang}/admin/commitments/assessors").form(f"/assessors/{id_}/end").submit().follow()
    assert page.status == 200
    assert assessing.app.rows(AssessorInvitation)[0].ended_at is not None
    assert reviewer.get(f"/{lang}/{PLACE}").status == 404
    assert opened.fill(text_en="Changed.").submit().status == 403
    read = reviewer.get(f"/{lang}/assessments/{stored.id}")
    assert "My words." in read.main_text
    assert not [form for form in read.forms if form.action.endswith(f"/assessments/{stored.id}")]


@LANGS
def test_steward_invites_a_person_and_an_email_is_written(assessing: Assessing, lang: str) -> None:
    steward = assessing.client("steward")
    form = steward.get(f"/{lang}/admin/commitments/assessors").form("/assessors")
    form.fill(person=str(assessing.people.reviewer), target="commitment:CA0060", independent="yes", assessor_en="IRM")
    assert form.submit().status == 303
    assert form.submit().status == 303
    (invitation,) = assessing.app.rows(AssessorInvitation)
    assert (invitation.person_id, invitation.commitment_id, invitation.assessor_en) == (
        assessing.people.reviewer,
        assessing.people.ours,
        "IRM",
    )
    (message,) = assessing.app.rows(OutboxMessage, OutboxMessage.kind == "assessor")
    assert message.person_id == assessing.people.reviewer
    assert "CA0060" in message.subject
    assert assessing.client("reviewer").get(f"/{lang}/{PLACE}").status == 200
    assert assessing.client("stranger").get(f"/{lang}/{PLACE}").status == 404


@LANGS
def test_invitation_without_person_or_kind_is_refused_with_what_was_typed(assessing: Assessing, lang: str) -> None:
    steward = assessing.client("steward")
    form = steward.get(f"/{lang}/admin/commitments/assessors").form("/assessors")
    refused = form.fill(assessor_en="Kept name").submit()
    assert refused.status == 422
    refused = refused.form("/assessors").fill(independent="no").submit()
    assert refused.status == 422
    assert refused.field_error("person")
    assert refused.field_error("target")
    assert refused.form("/assessors").value("assessor_en") == "Kept name"
    forged = refused.form("/assessors").fill(person=str(assessing.people.reviewer)).submit(extra={"target": "commitment:XX"})
    assert forged.status == 422
    assert assessing.app.rows(AssessorInvitation) == []


def test_only_stewards_and_the_secretariat_invite(assessing: Assessing) -> None:
    assessing.invite("reviewer", independent=True)
    for name, status in (
        ("steward", 200),
        ("secretariat", 200),
        ("chair", 403),
        ("ontario", 403),
        ("reader", 403),
        ("reviewer", 403),
    ):
        assert assessing.client(name).get("/en/admin/commitments/assessors").status == status, name


@LANGS
def test_organization_offers_is_accepted_and_reports_as_itself(assessing: Assessing, lang: str) -> None:
    assessing.invite("organization", independent=False)
    organization, steward = assessing.client("organization"), assessing.client("steward")
    _first, second = assessing.people.milestones
    page = organization.get(f"/{lang}/assessments/milestones/{second}/offer")
    refused = page.form("/offer").fill(message="In three cities.").submit()
    assert refused.status == 422
    assert refused.form("/offer").value("message").strip() == "In three cities."
    assert refused.form("/offer").fill(part="help").submit().status == 303
    (offer,) = assessing.app.rows(MilestoneOffer)
    assert f"/{lang}/admin/commitments/assessors" in steward.get(f"/{lang}/").text
    assert organization.get(f"/{lang}/assessments/offers/{offer.id}/report").status == 403
    asked = steward.get(f"/{lang}/admin/commitments/offers/{offer.id}")
    assert "In three cities." in asked.main_text
    stale = asked.form(f"/offers/{offer.id}").fill(accept="no")
    assert stale.submit().status == 422
    assert asked.form(f"/offers/{offer.id}").fill(accept="yes").submit().status == 303
    late = stale.fill(message="Too late.").submit()
    assert late.status == 409
    assert "Too late." in late.text
    (message,) = assessing.app.rows(OutboxMessage, OutboxMessage.kind == "offer-answer")
    assert message.person_id == assessing.people.organization
    report = organization.get(f"/{lang}/assessments/offers/{offer.id}/report").form("/report")
    done = report.fill(completion="limited", text_en="Two sessions were held.").submit()
    assert done.status == 303
    shown = done.follow().main_text
    assert "Two sessions were held." in shown
    assert {"en": "Open North", "fr": "Nord Ouvert"}[lang] in shown
    assert len(assessing.app.rows(OrganizationReport)) == 1
    assert assessing.app.rows(Assessment, Assessment.kind != "self") == []
    assert "Two sessions were held." in steward.get(f"/{lang}/admin/commitments/offers/{offer.id}").main_text


def test_only_the_organization_itself_sees_and_withdraws_its_offer(assessing: Assessing) -> None:
    assessing.invite("organization", independent=False)
    assessing.invite("stranger", independent=False)
    organization, stranger = assessing.client("organization"), assessing.client("stranger")
    first, _second = assessing.people.milestones
    organization.get(f"/en/assessments/milestones/{first}/offer").form("/offer").fill(part="lead").submit()
    (offer,) = assessing.app.rows(MilestoneOffer)
    withdraw = organization.get(f"/en/{PLACE}").form("/withdraw")
    assert withdraw.submit(client=stranger, extra={"csrf_token": stranger.csrf_token()}).status == 404
    assert stranger.get(f"/en/assessments/offers/{offer.id}/report").status == 404
    assert not [form for form in stranger.get(f"/en/{PLACE}").forms if form.action.endswith("/withdraw")]
    assert assessing.app.rows(MilestoneOffer)[0].state.value == "offered"
    withdraw = organization.get(f"/en/{PLACE}").form("/withdraw")
    assert withdraw.submit().status == 303
    assert assessing.app.rows(MilestoneOffer)[0].state.value == "withdrawn"
