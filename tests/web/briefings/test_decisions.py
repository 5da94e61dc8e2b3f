"""Decisions of a meeting: recorded on the slides of a finalized version, corrected with history, and next steps after that."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import delete
from sqlalchemy.exc import DBAPIError

from cogwg.audit.models import AuditEvent
from cogwg.briefing.deck import DeckStepState, NextStepsSlide
from cogwg.briefing.models import FrozenFile, FrozenVersion, RecordedDecision
from cogwg.core.bilingual import Bilingual
from tests.conventions.test_pages import LANGS, check_html, in_language
from tests.web.briefings.test_editor import create_briefing, find_slide, press_button
from tests.web.conftest import PopulatedApp
from tests.web_client import App, Client, Page, text_of

VERSION = "/en/briefings/1/versions/1"
LEAD = Bilingual("Ontario leads priority 3.", "L’Ontario dirige la priorité 3.")
COUNCILS = Bilingual("Joint Councils", "Conseils mixtes")
FIELDS = {
    "text_en": LEAD.en,
    "text_fr": LEAD.fr,
    "who_en": COUNCILS.en,
    "who_fr": COUNCILS.fr,
    "by-written": "31 décembre 2020",
}


@pytest.fixture
def october(app: App) -> str:
    """Return the path of the briefing for October, after the finalized version of February."""
    return create_briefing(app)


def record(browser: Client, slide: str = "milestones", **fields: str) -> Page:
    form = browser.get(f"{VERSION}/slides/{slide}/decision").form("/decision")
    return form.fill(**(fields or FIELDS)).submit()


def correct(browser: Client, number: int = 1, button: str = "", **fields: str) -> Page:
    form = browser.get(f"{VERSION}/decisions/{number}").form(f"/decisions/{number}")
    return form.fill(**fields).submit(button_value=button)


def beside_slide(page: Page, slide: str = "milestones") -> str:
    return text_of(page.find_by_id(f"decisions-{slide}")).replace("\u00a0", " ")


def steps(app: App, place: str) -> list[tuple[str, DeckStepState, str, str]]:
    shown = find_slide(app, place, NextStepsSlide).steps
    return [(s.text.en, s.state, s.who.en, s.by.en.replace("\u00a0", " ")) for s in shown]


DECIDED = (LEAD.en, DeckStepState.NEW, COUNCILS.en, "December 31, 2020")


def test_decision_is_recorded_beside_its_slide_and_the_version_stays(app: App, chair: Client, october: str) -> None:
    files, deck = app.rows(FrozenFile), app.rows(FrozenVersion)[0].deck
    page = chair.get(VERSION)
    assert "Record a decision" in beside_slide(page)
    for lang in LANGS:
        check_html(chair.get(in_language(f"{VERSION}/slides/milestones/decision", lang)), lang)
    answer = record(chair)
    assert (answer.status, answer.headers["Location"]) == (303, f"{VERSION}#outcome")
    shown = beside_slide(answer.follow())
    for words in ("Decision recorded.", LEAD.en, "Joint Councils – by December 31, 2020", "Recorded by R. Campbell", "Correct"):
        assert words in shown
    assert LEAD.en not in beside_slide(chair.get(VERSION), "cover")
    french = chair.get(in_language(VERSION, "fr"))
    check_html(french, "fr")
    assert f"{LEAD.fr} Conseils mixtes – d’ici le 31 décembre 2020" in beside_slide(french)
    event = app.rows(AuditEvent)[-1]
    assert (event.action, event.subject_kind, event.subject_id) == ("briefing.decision-recorded", "briefing", 1)
    assert (event.after["slide"], event.after["text"], event.after["by"]) == ("milestones", [LEAD.en, LEAD.fr], "2020-12-31")
    assert ([f.sha256 for f in app.rows(FrozenFile)], app.rows(FrozenVersion)[0].deck) == ([f.sha256 for f in files], deck)


@pytest.mark.parametrize("name", ["ontario", "reader"])
def test_members_and_readers_see_decisions_and_cannot_record_them(app: App, chair: Client, october: str, name: str) -> None:
    record(chair)
    form = chair.get(f"{VERSION}/decisions/1").form("/decisions/1")
    browser = app.client_as(name)
    shown = beside_slide(browser.get(VERSION))
    assert (LEAD.en in shown, "Correct" in shown, "Record a decision" in shown) == (True, False, False)
    values = {**form.values, "csrf_token": browser.csrf_token(), "opened_by": "", "text_en": "Not mine."}
    for path in (f"{VERSION}/slides/cover/decision", f"{VERSION}/decisions/1"):
        assert (browser.get(path).status, browser.post(path, values).status) == (403, 403)
    assert [d.text_en for d in app.rows(RecordedDecision)] == [LEAD.en]


def test_shared_link_presentation_and_print_show_no_decision(app: App, chair: Client) -> None:
    version = f"/en/briefings/{PopulatedApp(app).frozen_id}/versions/1"
    form = chair.get(f"{version}/slides/cover/decision").form("/decision")
    assert form.fill(**FIELDS).submit().status == 303
    assert LEAD.en in chair.get(version).main_text
    for path in ("/en/shared/the-other-secret", f"{version}/print", f"{version}/present"):
        page = chair.get(path)
        assert (page.status, LEAD.en in page.text, "Record a decision" in page.text) == (200, False, False)


def test_decision_without_text_or_with_an_unclear_day_is_refused_and_kept(app: App, chair: Client, october: str) -> None:
    page = record(chair, who_en="TBS")
    assert (page.status, "Enter what was decided" in page.field_error("text_en")) == (422, True)
    assert page.form("/decision").value("who_en") == "TBS"
    page = record(chair, **{**FIELDS, "by-written": "soon"})
    assert (page.status, "Enter a date" in page.field_error("by-written")) == (422, True)
    assert page.form("/decision").value("text_en") == LEAD.en
    page = record(chair, **{**FIELDS, "who_fr": "x" * 121})
    assert (page.status, "120" in page.field_error("who_fr")) == (422, True)
    assert app.rows(RecordedDecision) == []


@pytest.mark.parametrize(
    "path",
    [f"{VERSION}/slides/nothing/decision", "/en/briefings/1/versions/9/slides/cover/decision", f"{VERSION}/decisions/9"],
)
def test_unknown_slide_version_or_decision_is_not_found(app: App, chair: Client, october: str, path: str) -> None:
    form = chair.get(f"{VERSION}/slides/cover/decision").form("/decision").fill(**FIELDS)
    assert (chair.get(path).status, chair.post(path, form.values).status) == (404, 404)
    assert app.rows(RecordedDecision) == []


def test_correction_keeps_the_history_and_the_same_again_changes_nothing(app: App, chair: Client, october: str) -> None:
    record(chair)
    form = chair.get(f"{VERSION}/decisions/1").form("/decisions/1").fill(text_en="Ontario leads priority 4.")
    for _ in range(2):
        assert form.submit().status == 303
    assert [(d.number, d.revision, d.text_en) for d in app.rows(RecordedDecision)] == [
        (1, 1, LEAD.en),
        (1, 2, "Ontario leads priority 4."),
    ]
    shown = beside_slide(chair.get(VERSION))
    assert shown.index("Ontario leads priority 4.") < shown.index("History") < shown.index(LEAD.en)
    with pytest.raises(DBAPIError, match="decision is append-only"):
        app.execute(delete(RecordedDecision.__table__))


def test_correction_of_a_changed_decision_is_a_conflict_that_shows_both(app: App, chair: Client, october: str) -> None:
    record(chair)
    stale = chair.get(f"{VERSION}/decisions/1").form("/decisions/1").fill(text_en="Mine.")
    assert correct(app.client_as("secretariat"), text_en="Theirs.").status == 303
    page = stale.submit()
    assert (page.status, "Theirs." in page.main_text) == (409, True)
    check_html(page, "en")
    assert page.form("/decisions/1").value("text_en") == "Mine."
    assert page.form("/decisions/1").submit().status == 303
    assert [d.text_en for d in app.rows(RecordedDecision)] == [LEAD.en, "Theirs.", "Mine."]


def test_withdrawn_decision_is_hidden_from_readers_and_from_the_next_briefing(app: App, chair: Client, october: str) -> None:
    record(chair)
    press_button(chair, f"{october}/next-steps", "save")
    assert DECIDED in steps(app, october)
    assert correct(chair, button="withdraw").status == 303
    assert "Withdrawn by R. Campbell" in beside_slide(chair.get(VERSION))
    assert LEAD.en not in app.client_as("reader").get(VERSION).main_text
    assert DECIDED not in steps(app, october)
    assert [e.action for e in app.rows(AuditEvent)][-1] == "briefing.decision-withdrawn"
    later = chair.get("/en/briefings/new").form().fill(meeting_on="2020-12-03").submit().redirect_path
    assert LEAD.en not in [step[0] for step in steps(app, later.removesuffix("/changes"))]
    assert correct(chair).status == 303
    assert DECIDED in steps(app, october), "correcting it restores it"


def test_decision_is_a_next_step_of_the_next_briefing_until_it_is_done(app: App, chair: Client, october: str) -> None:
    where = f"{october}/next-steps"
    press_button(chair, where, "save")
    record(chair)
    assert steps(app, october)[0] == DECIDED
    page = chair.get(where)
    assert "Decided on February\u00a027, 2020" in page.main_text
    last = len(steps(app, october)) - 1
    correct(chair, text_en="Ontario leads priority 4.", **{"by-written": "", "by": ""})
    assert steps(app, october)[0] == ("Ontario leads priority 4.", DeckStepState.NEW, COUNCILS.en, "")
    assert press_button(chair, where, "save", **{f"state-{last}": "done"}).status == 303
    correct(chair, text_en=LEAD.en)
    assert steps(app, october)[-1][:2] == (LEAD.en, DeckStepState.DONE), "a step that was not edited follows the correction"
    page = press_button(chair, where, "save", **{f"step-{last}-en": "", f"step-{last}-fr": ""})
    assert (page.status, "select “Dropped”" in page.alert_text) == (422, True)
    assert press_button(chair, where, "save", **{f"step-{last}-en": "Ontario leads."}).status == 303
    correct(chair, text_en="Ontario leads priority 5.")
    assert steps(app, october)[-1][:2] == ("Ontario leads.", DeckStepState.DONE), "an edited step stays as it is"


def test_open_decision_is_carried_over_to_later_briefings(app: App, chair: Client, october: str) -> None:
    record(chair)
    page = chair.get("/en/briefings/new").form().fill(meeting_on="2020-12-03").submit()
    later = page.redirect_path.removesuffix("/changes")
    assert [step for step in steps(app, later) if step[0] == LEAD.en] == [DECIDED]
    assert chair.get(f"{later}/next-steps").main_text.count("Decided on") == 1


def test_decision_in_one_language_is_asked_for_in_the_next_steps(app: App, chair: Client, october: str) -> None:
    record(chair, text_en=LEAD.en, who_en="", by="")
    gaps = [e for e in chair.get(october).find_all("li") if "missing in French: Some Immediate Next Steps" in text_of(e)]
    assert [a.get("href") for gap in gaps for a in gap.iter("a")] == [f"{october}/next-steps"]


def test_day_of_a_decision_may_be_picked(app: App, chair: Client, october: str) -> None:
    record(chair, text_en=LEAD.en, by="2020-11-02")
    assert [d.by_on for d in app.rows(RecordedDecision)] == [date(2020, 11, 2)]
    assert chair.get(f"{VERSION}/decisions/1").form("/decisions/1").value("by") == "2020-11-02"


def test_decisions_are_stored_alike_on_each_engine(app_per_engine: App) -> None:
    place, chair = create_briefing(app_per_engine), app_per_engine.client_as("chair")
    assert record(chair, "cover").status == 303
    assert record(chair).status == 303
    assert correct(chair, 2, text_en="Ontario leads priority 4.").status == 303
    assert correct(chair, 1, button="withdraw").status == 303
    stored = [(d.number, d.revision, d.slide, d.is_withdrawn) for d in app_per_engine.rows(RecordedDecision)]
    assert sorted(stored) == [
        *((1, 1, "cover", False), (1, 2, "cover", True)),
        *((2, 1, "milestones", False), (2, 2, "milestones", False)),
    ]
    new = [step[0] for step in steps(app_per_engine, place) if step[1] is DeckStepState.NEW]
    assert new == ["Ontario leads priority 4."]
