"""A steward records a commitment with everything that is stated, sees what is missing, and loses nothing to a colleague."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Membership, Person, Role
from cogwg.audit.models import AuditEvent
from cogwg.core.db import write_transaction
from cogwg.core.errors import NotFound
from cogwg.ogp.editing import facts_of
from cogwg.ogp.facts import CommitmentFacts
from cogwg.ogp.models import Assessment, Commitment
from cogwg.ogp.queries import commitment_row
from cogwg.plan.models import Priority
from tests.ogp.sample import FACTS, stock
from tests.web.scriptless_user import ScriptlessUser
from tests.web_client import App, email

LANGS = pytest.mark.parametrize("lang", ["en", "fr"])
LIST = "admin/commitments"
IDENTIFIER = "CA9960"
PAGE = f"{LIST}/{IDENTIFIER}"
STATED = replace(FACTS, identifier=IDENTIFIER)


def make_steward(app: App) -> None:
    """Make the reader of the demo a steward, and nothing else."""
    with Session(app.engine) as session, write_transaction(session):
        reader = session.scalars(select(Person).where(Person.email == email("reader"))).one()
        session.scalars(select(Membership).where(Membership.person_id == reader.id)).one().role = Role.STEWARD


def facts(app: App, identifier: str = IDENTIFIER) -> CommitmentFacts:
    with Session(app.engine) as session:
        return facts_of(commitment_row(session, identifier))


def steward(app: App, lang: str = "en", place: str = LIST) -> ScriptlessUser:
    make_steward(app)
    user = ScriptlessUser(app, "reader", lang)
    user.open(place)
    return user


@LANGS
def test_a_steward_records_a_commitment_step_by_step(app_per_engine: App, lang: str) -> None:
    app = app_per_engine
    stock(app.engine)
    user = steward(app, lang)
    user.follow("Add a commitment")
    page = user.press(
        "Add the commitment",
        fields={
            "identifier": IDENTIFIER,
            "cycle": "2016",
            "title_en": "Engage civil society",
            "number": "19",
            "state": "inactive",
        },
    )
    assert user.translate("Enter the text of the commitment.") in page.main_text
    user.follow("Enter the text of the commitment.")
    lists = {"areas_en": "Open data\nParticipation", "areas_fr": "\nParticipation", "support_en": "Civil society partners"}
    user.press("Save the details", fields={"text_en": "Create mechanisms.", "lead_en": "Treasury Board", **lists})
    user.follow("Enter its milestones.")
    user.press(
        "Save the milestones",
        fields={
            "row0_number": "19.1",
            "row0_text_en": "A forum",
            "row0_end_en": "By fall 2017",
            "row0_end_fr": "D’ici l’automne 2017",
        },
    )
    user.follow("Add an indicator")
    indicator = {"code": "19-1", "milestone": "19.1", "text_en": "Tools", "target_en": "4 by June 2018"}
    result = {"row0_period": "2018-06", "row0_number": "2,5", "row0_unit_en": "tools", "row0_progress_en": "Input was given."}
    user.press("Add the indicator", fields={**indicator, **result})
    user.follow("Record the government’s own assessment.")
    page = user.press("Save the self-assessment", fields={"on": "2018", "completion": "complete", "finding0": "complete"})
    assert page.status == 200
    stated = facts(app)
    assert [(line.en, line.fr) for line in stated.areas] == [("Open data", ""), ("Participation", "Participation")]
    assert stated.milestones[0].end_on is not None
    assert str(stated.indicators[0].actuals[0].number.normalize()) == "2.5"  # type: ignore[union-attr]
    (assessment,) = app.rows(
        Assessment, Assessment.commitment_id == app.rows(Commitment, Commitment.identifier == IDENTIFIER)[0].id
    )
    assert (assessment.kind, assessment.completion) == ("self", "complete")
    assert "2,5" not in page.main_text
    assert "2.5" in page.main_text


@LANGS
def test_what_serves_a_commitment_is_said_on_both_pages(app: App, lang: str) -> None:
    stock(app.engine, STATED)
    user = steward(app, lang, f"{PAGE}/served-by")
    (priority,) = app.rows(Priority, Priority.number == 5)
    user.page.find_by_id(f"priority-{priority.id}")
    user.browser.post(f"/{lang}/{PAGE}/served-by", {**user.form("Save").values, "priority": str(priority.id)})
    page = user.open(PAGE)
    assert f"/{lang}/plans/2020/priorities/5" in [a.get("href") for a in page.find_by_id("served-by").iter("a")]
    page = user.open("plans/2020/priorities/5")
    assert f"/{lang}/{PAGE}" in [a.get("href") for a in page.find("main").iter("a")]
    assert IDENTIFIER in ScriptlessUser(app, "ontario", lang).open("plans/2020/priorities/5").main_text
    assert IDENTIFIER not in ScriptlessUser(app, "visitor", lang).open("plans/2020/priorities/5").main_text


@pytest.mark.parametrize("name", ["ontario", "chair", "reader", "assessor", "visitor"])
@pytest.mark.parametrize("place", ["", "/new", "/plans", f"/{IDENTIFIER}", f"/{IDENTIFIER}/facts", f"/{IDENTIFIER}/milestones"])
def test_only_a_steward_and_the_secretariat_see_the_pages(app: App, name: str, place: str) -> None:
    stock(app.engine, STATED)
    if name == "assessor":
        make_steward(app)
        with Session(app.engine) as session, write_transaction(session):
            session.scalars(select(Membership).where(Membership.role == Role.STEWARD)).one().role = Role.ASSESSOR
        name = "reader"
    client = app.client_as(name)
    answer = client.get(f"/en/{LIST}{place}")
    assert answer.status == (303 if name == "visitor" else 403) or answer.status == 302
    assert app.client_as("secretariat").get(f"/en/{LIST}{place}").status == 200


def test_another_person_who_saved_the_same_part_meanwhile_is_shown_and_not_overwritten(app: App) -> None:
    stock(app.engine, STATED)
    user = steward(app, place=f"{PAGE}/facts")
    other = ScriptlessUser(app, "secretariat", "en")
    other.open(f"{PAGE}/facts")
    other.press("Save the details", fields={"lead_en": "Shared Services"})
    page = user.press("Save the details", fields={"lead_en": "Statistics Canada", "title_en": "Engage people"})
    assert page.status == 409
    assert "Shared Services" in page.main_text
    assert user.form("Save the details").value("lead_en") == "Statistics Canada"
    assert facts(app).lead.en == "Shared Services"
    user.press("Save the details")
    assert (facts(app).lead.en, facts(app).title.en) == ("Statistics Canada", "Engage people")


def test_what_others_save_in_another_part_is_no_conflict(app: App) -> None:
    stock(app.engine, STATED)
    user = steward(app, place=f"{PAGE}/milestones")
    other = ScriptlessUser(app, "secretariat", "en")
    other.open(f"{PAGE}/facts")
    other.press("Save the details", fields={"lead_en": "Shared Services"})
    assert user.press("Save the milestones", fields={"row1_text_fr": "Mobilisation"}).status == 200
    assert (facts(app).lead.en, facts(app).milestones[1].text.fr) == ("Shared Services", "Mobilisation")


def test_refused_milestones_and_results_are_kept_with_the_problem_at_the_field(app: App) -> None:
    stock(app.engine, STATED)
    user = steward(app, place=f"{PAGE}/milestones")
    before = app.fingerprint()
    page = user.press("Save the milestones", fields={"row2_number": "19.1", "row2_text_en": "Again"})
    assert (page.status, bool(page.field_error("row2_number"))) == (422, True)
    user.open(f"{PAGE}/indicators/19-1")
    page = user.press("Save the indicator", fields={"row2_period": "June", "row2_number": "many"})
    assert (page.status, bool(page.field_error("row2_number"))) == (422, True)
    page = user.press("Save the indicator", fields={"row2_period": "June", "row2_number": "3"})
    assert (page.status, bool(page.field_error("row2_period"))) == (422, True)
    assert app.fingerprint() == before


def test_an_unknown_choice_is_refused(app: App) -> None:
    stock(app.engine, STATED)
    user = steward(app, place=f"{PAGE}/facts")
    form = user.form("Save the details")
    for name, value in (("state", "lost"), ("cycle", "1900"), ("follows", "CA0000")):
        page = user.browser.post(f"/en/{PAGE}/facts", {**form.values, name: value})
        assert (page.status, bool(page.field_error(name))) == (422, True)


def test_a_removed_indicator_takes_its_results_along(app: App) -> None:
    stock(app.engine, STATED)
    user = steward(app, place=f"{PAGE}/indicators/19-1")
    user.press("Remove the indicator and its results")
    assert [each.code for each in facts(app).indicators] == ["19-2"]


def test_a_self_assessment_is_corrected_and_dated(app: App) -> None:
    stock(app.engine, STATED)
    user = steward(app, place=f"{PAGE}/self-assessment/new")
    user.press("Save the self-assessment", fields={"on": "2017", "completion": "limited"})
    user.follow("Correct it")
    user.press("Save the self-assessment", fields={"completion": "substantial", "note0_en": "", "finding1": "complete"})
    (assessment,) = app.rows(Assessment, Assessment.on == "2017")
    assert (assessment.completion, assessment.version) == ("substantial", 2)
    page = user.open(f"{PAGE}/self-assessment/{assessment.id}")
    page = user.press("Save the self-assessment", fields={"on": "2999"})
    assert (page.status, bool(page.field_error("on"))) == (422, True)


def test_a_self_assessment_of_another_commitment_is_not_found(app: App) -> None:
    stock(app.engine, STATED, replace(STATED, identifier="CA9961"))
    user = steward(app, place=f"{PAGE}/self-assessment/new")
    user.press("Save the self-assessment", fields={"on": "2017", "completion": "limited"})
    (assessment,) = app.rows(Assessment, Assessment.on == "2017")
    assert user.open(f"{LIST}/CA9961/self-assessment/{assessment.id}").status == 404


def test_a_commitment_recorded_by_mistake_is_removed_unless_it_was_assessed(app: App) -> None:
    stock(app.engine, STATED, replace(STATED, identifier="CA9961"))
    user = steward(app, place=f"{PAGE}/self-assessment/new")
    user.press("Save the self-assessment", fields={"on": "2017", "completion": "limited"})
    assert user.press("Remove CA9960").status == 422
    user.open(f"{LIST}/CA9961")
    user.press("Remove CA9961")
    with pytest.raises(NotFound):
        facts(app, "CA9961")
    assert app.rows(AuditEvent, AuditEvent.action == "commitment.removed")


@LANGS
def test_the_list_finds_what_lacks_french(app: App, lang: str) -> None:
    stock(app.engine, STATED, replace(STATED, identifier="CA9961", title=FACTS.lead))
    user = steward(app, lang, f"{LIST}?lacks=french&q=CA9960")
    assert [a.get("href") for a in user.page.find("table").iter("a")] == [f"/{lang}/{PAGE}"]
    user.open(f"{LIST}?lacks=lead&q=CA9960")
    assert user.translate("No commitments match these filters.") in user.page.main_text


def test_an_action_plan_is_added_once(app: App) -> None:
    user = steward(app, place=f"{LIST}/plans")
    plan = {"start_year": "2040", "end_year": "2042", "title_en": "Plan", "title_fr": "Plan"}
    user.press("Add the action plan", fields=plan)
    page = user.press("Add the action plan", fields=plan)
    assert (page.status, bool(page.field_error("start_year"))) == (422, True)
