"""The secretariat edits an adopted plan, without scripts and in both languages; nothing of what two people typed is lost."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cogwg.audit.models import AuditEvent
from cogwg.audit.services import SYSTEM
from cogwg.core.bilingual import EMPTY_TEXT
from cogwg.core.db import write_transaction
from cogwg.mail.models import OutboxMessage
from cogwg.notices.rules import NoticeKind
from cogwg.plan.editing import reword_priority, texts_of
from cogwg.plan.history import history_gaps
from cogwg.plan.models import Activity, Assignment, AssignmentRole, Confirmation, Priority, WorkPlan
from cogwg.plan.queries import plan_facts
from tests.sessions import FURTHER
from tests.web.reporting.test_updates import without_no_break_spaces
from tests.web.scriptless_user import ScriptlessUser
from tests.web_client import App, Page, text_of

LANGS = pytest.mark.parametrize("lang", ["en", pytest.param("fr", marks=FURTHER)])
PLAN = "admin/plans/2020"
THIRD = f"{PLAN}/priorities/3"


def editor(app: App, place: str = THIRD, lang: str = "en", name: str = "secretariat") -> ScriptlessUser:
    user = ScriptlessUser(app, name, lang)
    user.open(place)
    return user


def activity(app: App, code: str) -> Activity:
    (row,) = app.rows(Activity, Activity.code == code)
    return row


def reason(user: ScriptlessUser) -> dict[str, str]:
    return {f"reason_{user.lang}": "Two members asked."}


def choose(user: ScriptlessUser, of: str, sentence: str) -> Any:
    """Select an item of the menu of the activity or priority with this name."""
    own = [a for a in user.page.find_all("a") if text_of(a).startswith(f"{user.translate(sentence)} {of}")]
    assert len(own) == 1, [text_of(a) for a in own]
    return user.click(own[0])


@LANGS
def test_secretariat_edits_every_part_of_a_priority(app_per_engine: App, lang: str) -> None:
    app = app_per_engine
    user = editor(app, "plans/2020/priorities/3", lang)
    user.follow("Edit the plan")
    user.expect_path(THIRD)
    page = user.press("Save the wording", fields={"title_fr": "Publier avec un but", **reason(user)})
    assert user.translate("The wording was saved.") in page.main_text
    choose(user, "3.3 ", "Wording and due date")
    page = user.press(
        "Save activity %(code)s", code="3.3", fields={"title_fr": "Façon de faire", "month": "2020-10", **reason(user)}
    )
    assert user.translate("Activity %(code)s was saved.", code="3.3") in page.main_text
    assert "Façon de faire" in page.main_text
    user.follow("Add an activity")
    typed = {"title_en": "Ask the users", "title_fr": "Consulter les gens", "month": "2020-10", **reason(user)}
    page = user.press("Add the activity", fields=typed)
    assert user.translate("Activity %(code)s was added.", code="3.5") in page.main_text
    choose(user, "3.5 ", "Order")
    page = user.press("Move activity %(code)s", code="3.5", fields={"place": "1", **reason(user)})
    assert [a.code for a in shown(app).priorities[2].activities] == ["3.1", "3.2", "3.5", "3.3", "3.4"]
    choose(user, "3.1 ", "Retire…")
    page = user.press("Retire activity %(code)s", code="3.1", fields=reason(user))
    assert user.translate("Activity %(code)s was retired.", code="3.1") in page.main_text
    page = user.press("Restore")
    assert user.translate("Activity %(code)s is back in the plan.", code="3.1") in page.main_text
    assert "3.1" in [a.code for a in shown(app).priorities[2].activities]
    changes = text_of(user.page.find_by_id("changes").getparent())
    for sentence in ("Activity %(code)s restored.", "Activity %(code)s retired.", "Activity %(code)s: position changed."):
        assert user.translate(sentence, code="3.1" if "position" not in sentence else "3.5") in changes
    assert "L. Moreau" in changes
    assert "Two members asked." in changes
    with Session(app.engine) as session:
        assert history_gaps(session) == []
    public = ScriptlessUser(app, "visitor", lang).open("plans/2020/priorities/3").main_text
    assert ("Publier avec un but" if lang == "fr" else "Publish with a purpose") in public
    assert ("Consulter les gens" if lang == "fr" else "Ask the users") in public


def shown(app: App) -> Any:
    with Session(app.engine) as session:
        return plan_facts(session, 2020)


@LANGS
def test_secretariat_adds_moves_and_retires_priorities(app: App, lang: str) -> None:
    user = editor(app, PLAN, lang)
    user.follow("Add a priority")
    typed = {"title_en": "Standards", "title_fr": "Normes", "short_en": "Standards", "short_fr": "Normes"}
    page = user.press("Add the priority", fields={**typed, **reason(user)})
    assert user.translate("Priority %(number)s was added.", number=6) in page.main_text
    user.open(PLAN)
    choose(user, "6. ", "Order")
    page = user.press("Move Priority %(number)s", number=6, fields={"place": "1", **reason(user)})
    assert user.translate("Priority %(number)s was moved. Its number stays the same.", number=6) in page.main_text
    assert [p.number for p in shown(app).priorities] == [6, 1, 2, 3, 4, 5]
    choose(user, "2. ", "Retire…")
    page = user.press("Retire Priority %(number)s", number=2, fields=reason(user))
    assert user.translate("Priority %(number)s was retired.", number=2) in page.main_text
    assert [p.number for p in shown(app).priorities] == [6, 1, 3, 4, 5]
    page = user.open(PLAN)
    user.click(next(a for a in page.find_all("a") if a.get("href", "").endswith("?open=restore&of=2#opened")))
    page = user.press("Restore Priority %(number)s", number=2, fields=reason(user))
    assert user.translate("Priority %(number)s is back in the plan.", number=2) in page.main_text
    assert [p.number for p in shown(app).priorities] == [6, 1, 2, 3, 4, 5]


@LANGS
def test_secretariat_adds_states_and_removes_roles(app: App, lang: str) -> None:
    user = editor(app, lang=lang)
    user.follow("Add a lead or partner")
    yukon = next(o.get("value") for o in user.page.find_all("option") if text_of(o) == "Yukon")
    page = user.press("Add the role", fields={"role": "partner", "jurisdiction": yukon, **reason(user)})
    sentence = "The role was added and offered. It stays “to confirm” until the jurisdiction answers."
    assert user.translate(sentence) in page.main_text
    (added,) = app.rows(Assignment, Assignment.jurisdiction_id == int(yukon))
    assert (added.role, added.confirmation) == (AssignmentRole.PARTNER, Confirmation.TO_CONFIRM)
    choose(user, "Ontario", "Lead or partner")
    page = user.press("Save the role", fields={"role": "lead", **reason(user)})
    assert user.translate("The role is now specified.") in page.main_text
    vacancy = user.translate("vacant role")
    choose(user, vacancy, "Remove…")
    page = user.press("Remove the role", fields=reason(user))
    assert user.translate("The vacant role was removed.") in page.main_text
    assert [(a.role, a.is_vacant) for a in shown(app).priorities[2].assignments] == [
        (AssignmentRole.LEAD, False),
        (AssignmentRole.PARTNER, False),
    ]


def test_leads_of_a_jurisdiction_get_an_email_when_a_new_role_is_offered(app: App) -> None:
    user = editor(app)
    user.follow("Add a lead or partner")
    quebec = next(o.get("value") for o in user.page.find_all("option") if text_of(o) == "Quebec")
    user.press("Add the role", fields={"role": "lead", "jurisdiction": quebec, **reason(user)})
    (email,) = app.rows(OutboxMessage, OutboxMessage.kind == NoticeKind.ROLE_OFFER)
    assert email.person_id == app.person_id("quebec")
    (added,) = app.rows(Assignment, Assignment.jurisdiction_id == int(quebec))
    assert f"/plans/2020/roles/{added.id}" in email.text
    user.follow("Add a lead or partner")
    nobody = next(o.get("value") for o in user.page.find_all("option") if text_of(o) == "Nunavut")
    page = user.press("Add the role", fields={"role": "lead", "jurisdiction": nobody, **reason(user)})
    assert "No email was sent. Send the jurisdiction the link on the role’s page." in page.main_text


@LANGS
def test_edit_without_a_reason_is_refused_with_what_was_typed(app: App, lang: str) -> None:
    before = app.fingerprint()
    user = editor(app, lang=lang)
    page = user.press("Save the wording", fields={"title_en": "Publish well", "title_fr": ""})
    assert page.status == 422
    problems = {span.get("id") for span in page.find_all("span", class_="error")}
    assert problems == {"priority-title_fr-error", f"priority-reason_{lang}-error"}
    assert user.form("Save the wording").value("title_en") == "Publish well"
    for opened, button, typed in (
        ("change&of=3.3", "Save activity %(code)s", {"title_en": "Another"}),
        ("retire&of=3.3", "Retire activity %(code)s", {}),
        ("new", "Add the activity", {"title_en": "New", "title_fr": "Nouvelle"}),
        ("new-role", "Add the role", {"role": "lead"}),
    ):
        user.open(f"{THIRD}?open={opened}")
        page = user.press(button, code="3.3", fields=typed)
        assert page.status == 422, opened
        assert f"reason_{lang}-error" in page.text, (opened, page.main_text)
    user.open(f"{PLAN}?open=retire&of=3")
    assert user.press("Retire Priority %(number)s", number=3).status == 422
    assert app.fingerprint() == before


def post_forms(page: Page) -> list[Any]:
    return [form for form in page.find("main").iter("form") if form.get("method") == "post"]


def save_meanwhile(app: App, **typed: str) -> None:
    """Save these fields of priority 3 as another person of the secretariat would."""
    other = editor(app)
    other.press("Save the wording", fields={**typed, **reason(other)})


@LANGS
def test_two_people_reword_the_same_field_and_both_texts_are_shown(app: App, lang: str) -> None:
    user = editor(app, lang=lang)
    save_meanwhile(app, title_en="Publish with purpose", issue_en="Data is late")
    page = user.press("Save the wording", fields={"title_en": "Publish on purpose", "short_fr": "But", **reason(user)})
    assert page.status == 409
    cards = [text_of(card) for card in page.find_all("div", class_="card")]
    assert [("Publish with purpose" in card, "Publish on purpose" in card) for card in cards] == [(True, False), (False, True)]
    assert "Publish with a purpose" in page.main_text, "what both began from"
    form = user.form("Save the wording")
    assert form.value("title_en") == "Publish on purpose"
    assert form.value("short_fr") == "But"
    assert form.value("issue_en") == "Data is late", "only the other person changed it"
    assert form.value(f"reason_{lang}") == "Two members asked."
    page = user.press("Save the wording")
    assert user.translate("The wording was saved.") in page.main_text
    third = shown(app).priorities[2]
    assert (third.title.en, third.short.fr, third.issue.en) == ("Publish on purpose", "But", "Data is late")


def test_conflict_names_who_changed_the_text_and_not_who_confirmed_its_translation(app: App) -> None:
    user = editor(app)
    save_meanwhile(app, title_en="Publish with purpose")
    given: dict[str, Any] = {"reason": EMPTY_TEXT, "by": SYSTEM, "at": app.calendar.now()}
    with Session(app.engine) as session, write_transaction(session):
        third = session.scalars(select(Priority).where(Priority.number == 3)).one()
        reword_priority(session, third.id, texts_of(third), still_right=["title"], version=third.version, **given)
    page = user.press("Save the wording", fields={"title_en": "Publish on purpose", **reason(user)})
    assert page.status == 409
    assert "You saved this in another tab at" in page.main_text


def test_two_people_reword_different_fields_and_both_are_saved(app: App) -> None:
    user = editor(app)
    save_meanwhile(app, issue_en="Data is late")
    page = user.press("Save the wording", fields={"title_en": "Publish on purpose", **reason(user)})
    assert page.status == 200
    assert "Changes that another person made in the meantime were kept: Issue (English)." in page.main_text
    third = shown(app).priorities[2]
    assert (third.title.en, third.issue.en) == ("Publish on purpose", "Data is late")


def test_due_date_moved_meanwhile_is_kept_when_only_the_wording_is_saved(app: App) -> None:
    user = editor(app, f"{THIRD}?open=change&of=3.3")
    chair = app.client_as("chair").get("/en/plans/2020/activities/3.3")
    assert chair.form("/due").fill(month="2020-12", reason_en="Later.").submit().status == 303
    page = user.press("Save activity %(code)s", code="3.3", fields={"title_en": "Another title", **reason(user)})
    assert "Changes that another person made in the meantime were kept: Due month." in page.main_text
    row = activity(app, "3.3")
    assert (row.title_en, row.due_month) == ("Another title", 12)


def test_due_date_that_two_people_move_is_a_conflict(app: App) -> None:
    user = editor(app, f"{THIRD}?open=change&of=3.3")
    chair = app.client_as("chair").get("/en/plans/2020/activities/3.3")
    assert chair.form("/due").fill(month="2020-12", reason_en="Later.").submit().status == 303
    page = user.press("Save activity %(code)s", code="3.3", fields={"month": "2020-11", **reason(user)})
    assert page.status == 409
    assert "R. Campbell" in page.alert_text
    assert [text_of(card.find("p[@class='user-text']")) for card in page.find_all("div", class_="card")] == [
        "December 2020",
        "November 2020",
    ]
    assert activity(app, "3.3").due_month == 12
    page = user.press("Save activity %(code)s", code="3.3")
    assert activity(app, "3.3").due_month == 11


@LANGS
@pytest.mark.parametrize(("opened", "button"), [("change&of=3.3", "Save activity %(code)s"), ("new", "Add the activity")])
def test_due_date_in_the_past_is_asked_about_once(app: App, lang: str, opened: str, button: str) -> None:
    user = editor(app, f"{THIRD}?open={opened}", lang)
    before = app.fingerprint()
    typed = {"title_en": "Ask users", "title_fr": "Consulter", "month": "2020-03", **reason(user)}
    page = user.press(button, code="3.3", fields=typed)
    assert page.status == 422
    question = "%(due)s has passed, so the activity would be overdue at once for everyone. To use this date, save again."
    day = "March 2020" if lang == "en" else "mars 2020"
    assert without_no_break_spaces(user.translate(question, due=day)) in without_no_break_spaces(page.alert_text)
    assert app.fingerprint() == before
    assert user.press(button, code="3.3", fields={"month": "2020-02"}).status == 422, "another past date is asked about too"
    assert user.press(button, code="3.3").status == 200
    code = "3.3" if "of" in opened else "3.5"
    assert (activity(app, code).due_year, activity(app, code).due_month) == (2020, 2)


def test_co_chair_is_asked_before_a_due_date_moves_into_the_past(app: App) -> None:
    chair = ScriptlessUser(app, "chair", "en")
    chair.open("plans/2020/activities/3.3")
    page = chair.press("Move the due date", fields={"month": "2020-03", "reason_en": "It was done in March."})
    assert page.status == 422
    assert "March 2020 has passed, so the activity would be overdue at once for everyone." in page.text
    assert activity(app, "3.3").due_month != 3
    chair.press("Move the due date")
    assert activity(app, "3.3").due_month == 3


@pytest.mark.parametrize(
    ("opened", "button", "typed"),
    [
        ("priorities/3?open=retire&of=3.3", "Retire activity %(code)s", {}),
        ("priorities/3?open=remove&of={vacant}", "Remove the role", {}),
        ("priorities/3?open=state&of={vacant}", "Save the role", {"role": "lead"}),
        ("?open=retire&of=3", "Retire Priority %(number)s", {}),
        ("?open=move&of=3", "Move Priority %(number)s", {"place": "1"}),
    ],
)
def test_item_changed_meanwhile_is_shown_before_anything_is_done_to_it(
    app: App, opened: str, button: str, typed: dict[str, str]
) -> None:
    with Session(app.engine) as session:
        third = session.scalars(select(Priority.id).where(Priority.number == 3)).one()
        vacant = session.scalars(
            select(Assignment.id).where(Assignment.priority_id == third, Assignment.confirmation == Confirmation.VACANT)
        ).one()
    place = opened.format(vacant=vacant)
    user = editor(app, f"{PLAN}{'' if place.startswith('?') else '/'}{place}")
    for table in (Priority, Activity, Assignment):
        app.execute(update(table).values(version=table.version + 1))
    before = app.fingerprint()
    given = {**typed, **reason(user)}
    page = user.press(button, code="3.3", number=3, fields=given)
    assert page.status == 409
    assert "This item was changed after you opened the page, so nothing was saved." in page.alert_text
    assert app.fingerprint() == before
    assert user.press(button, code="3.3", number=3).status == 200, "the form is now based on the item as it is"
    assert app.fingerprint() != before


def test_closed_plan_has_no_forms_and_refuses_those_that_are_still_open(app: App) -> None:
    user = editor(app)
    app.execute(update(WorkPlan).values(closed_on=app.calendar.today()))
    before = app.fingerprint()
    page = user.press("Save the wording", fields={"title_en": "Publish well", **reason(user)})
    assert page.status == 422
    assert "The 2020 plan is closed and can no longer be changed." in page.text
    assert app.fingerprint() == before
    page = user.open(THIRD)
    assert "This plan was closed on September 24, 2020. It can no longer be changed." in without_no_break_spaces(page.main_text)
    assert post_forms(page) == []


def test_co_chair_reads_the_editor_and_the_lead_is_refused(app: App) -> None:
    page = editor(app, name="chair").page
    assert page.status == 200
    assert post_forms(page) == []
    assert "Publier dans un but précis" in page.main_text
    assert app.client_as("ontario").get(f"/en/{THIRD}").status == 403
    assert "Edit the plan" not in app.client_as("ontario").get("/en/plans/2020/priorities/3").main_text


def test_confirmation_links_to_the_change_with_its_reason(app: App) -> None:
    user = editor(app)
    user.press("Save the wording", fields={"title_en": "Publish well", "reason_fr": "On l’a demandé."})
    (event,) = app.rows(AuditEvent, AuditEvent.action == "priority.reworded")
    user.follow("See the change")
    assert user.page.path.endswith(f"{THIRD}#change-{event.id}")
    change = text_of(user.page.find_by_id(f"change-{event.id}"))
    assert "Wording changed: title in English." in change
    assert "On l’a demandé." in change


def test_retirement_is_undone_once_with_the_button_of_its_confirmation(app: App) -> None:
    user = editor(app, f"{THIRD}?open=retire&of=3.3")
    user.press("Retire activity %(code)s", code="3.3", fields=reason(user))
    form = user.form("Restore")
    assert form.submit().status == 303
    assert form.submit().status == 303, "the same form again changes nothing"
    assert len(app.rows(AuditEvent, AuditEvent.action == "activity.restored")) == 1
    assert activity(app, "3.3").retired_on is None


@LANGS
def test_page_has_one_form_with_a_reason_at_a_time(app: App, lang: str) -> None:
    """The button of one form cannot close another with what was typed in it."""
    user = editor(app, lang=lang)
    assert len(reasons(user)) == 1
    names = [text_of(e) for e in user.page.find("main").iter("a", "button")]
    assert names.index(user.translate("Save the wording")) < names.index(user.translate("Add an activity"))
    for opened in ("new", "new-role", "change&of=3.3", "retire&of=3.3"):
        user.open(f"{THIRD}?open={opened}")
        assert len(reasons(user)) == 1, opened
        assert user.translate("Save the wording") not in user.page.main_text
    user.follow("Change the wording")
    assert user.form("Save the wording").value("title_en") == "Publish with a purpose"


def reasons(user: ScriptlessUser) -> list[Any]:
    return [e for e in user.page.find_all("input") if e.get("name", "").endswith(f"reason_{user.lang}")]


def test_missing_item_and_retired_item_have_no_form(app: App) -> None:
    user = editor(app, f"{THIRD}?open=retire&of=3.3")
    user.press("Retire activity %(code)s", code="3.3", fields=reason(user))
    for opened in ("change&of=3.3", "change&of=9.9", "state&of=999", "bogus", "restore&of=3.2"):
        page = user.open(f"{THIRD}?open={opened}")
        assert page.status == 200
        assert page.find_all("form", class_="plan-action") == []
    browser = app.client_as("secretariat")
    token = browser.csrf_token()
    assert browser.post(f"/en/{PLAN}/activities/3.3/wording", {"csrf_token": token}).status == 404
    assert browser.get(f"/en/{PLAN}/priorities/9").status == 404


@LANGS
@pytest.mark.parametrize(
    ("opened", "button", "typed", "table"),
    [
        ("?open=change&of=3.3", "Save activity %(code)s", {"title_en": "Typed text"}, Activity),
        ("?open=retire&of=3.3", "Retire activity %(code)s", {"reason_en": "Typed text"}, Activity),
        ("", "Save the wording", {"title_en": "Typed text"}, Priority),
        ("?open=new", "Add the activity", {"title_en": "Typed text"}, Priority),
        ("?open=new-role", "Add the role", {"reason_en": "Typed text"}, Priority),
    ],
)
def test_text_for_an_item_that_was_retired_meanwhile_is_given_back(
    app: App, lang: str, opened: str, button: str, typed: dict[str, str], table: Any
) -> None:
    user = editor(app, f"{THIRD}{opened}", lang)
    other = editor(app, f"{THIRD}?open=retire&of=3.3" if table is Activity else f"{PLAN}?open=retire&of=3", lang)
    retire = "Retire activity %(code)s" if table is Activity else "Retire Priority %(number)s"
    other.press(retire, code="3.3", number=3, fields=reason(other))
    before = app.fingerprint()
    page = user.press(button, code="3.3", fields=typed)
    assert page.status == 409
    assert "Typed text" in [text_of(area) for area in page.find_all("textarea")]
    sentence = "Nothing was saved, because " + ("activity %(code)s" if table is Activity else "Priority %(number)s")
    day = "September 24, 2020" if lang == "en" else "24 septembre 2020"
    retired = user.translate(f"{sentence} was retired on %(day)s.", code="3.3", number=3, day=day)
    assert without_no_break_spaces(retired) in without_no_break_spaces(page.main_text)
    assert app.fingerprint() == before


def test_text_for_a_draft_that_was_changed_or_adopted_meanwhile_is_given_back(app: App) -> None:
    user, other = (ScriptlessUser(app, "secretariat", "en") for _ in range(2))
    user.open("admin/plans/2020/carry-over")
    user.press("Create the %(year)s draft plan", year=2021)
    for place in ("admin/plans/2021/priorities/1?open=change&of=1.1", "admin/plans/2021/priorities/1"):
        user.open(place)
        button = "Save activity %(code)s" if "open" in place else "Save the wording"
        other.open(
            "admin/plans/2021/priorities/1?open=retire&of=1.1" if "open" in place else "admin/plans/2021?open=retire&of=1"
        )
        other.press("Remove activity %(code)s" if "open" in place else "Remove Priority %(number)s", code="1.1", number=1)
        page = user.press(button, code="1.1", fields={"title_en": "Typed text"})
        assert page.status == 409
        assert "another person removed this from the plan in the meantime" in page.main_text
        assert "Typed text" in [text_of(area) for area in page.find_all("textarea")]
    user.open("admin/plans/2021/priorities/1")
    other.open("admin/plans/2021/adopt")
    other.press("Adopt the plan")
    page = user.press("Save the wording", fields={"title_en": "Typed text"})
    assert page.status == 409
    assert "the 2021 plan was adopted in the meantime" in page.main_text


def test_secretariat_of_another_tab_sees_that_they_saved_it_themselves(app: App) -> None:
    user = editor(app)
    save_meanwhile(app, title_en="Publish with purpose")
    page = user.press("Save the wording", fields={"title_en": "Publish on purpose", **reason(user)})
    assert "You saved this in another tab" in page.alert_text


def test_no_plan_is_edited_without_being_kept_in_the_history(app: App) -> None:
    """The history has what every edit of the editor changed, so that the plan of each day can be read."""
    user = editor(app)
    user.press("Save the wording", fields={"title_en": "Publish well", **reason(user)})
    user.open(f"{PLAN}?open=retire&of=3")
    user.press("Retire Priority %(number)s", number=3, fields=reason(user))
    with Session(app.engine) as session, write_transaction(session):
        assert history_gaps(session) == []
