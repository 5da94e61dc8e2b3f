"""The secretariat turns the year, without scripts: closes a plan, carries it over, adopts the next one, and takes it back."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cogwg.audit.models import AuditEvent
from cogwg.audit.services import Actor
from cogwg.core.bilingual import Bilingual
from cogwg.core.calendar import TORONTO
from cogwg.core.db import write_transaction
from cogwg.core.status import Status
from cogwg.mail.models import OutboxMessage
from cogwg.plan.draft_storage import draft_of_year
from cogwg.plan.history import history_gaps
from cogwg.plan.models import Activity, PlanDraft, Priority, WorkPlan
from cogwg.plan.queries import plan_facts
from cogwg.reporting.models import ReportingPeriod
from cogwg.reporting.status_override import set_override
from tests.web.conftest import MakeApp
from tests.web.scriptless_user import ScriptlessUser
from tests.web_client import App, Page, text_of
from tests.year_end.test_closing import finalize, rows

LANGS = pytest.mark.parametrize("lang", ["en", "fr"])
JANUARY = date(2021, 1, 20)
CARRY_OVER = "admin/plans/2020/carry-over"
CREATE = "Create the %(year)s draft plan"
OF_PLAN = ("work_plan", "priority", "activity", "assignment", "reporting_period", "plan_item", "plan_item_version")


@pytest.fixture
def january(make_app: MakeApp) -> App:
    """The demo's data on January 20, 2021."""
    return make_app(day=JANUARY)


def secretariat(app: App, lang: str = "en") -> ScriptlessUser:
    return ScriptlessUser(app, "secretariat", lang)


def draft(app: App, year: int = 2021) -> Any:
    with Session(app.engine) as session:
        return draft_of_year(session, year)


def activity_id(app: App, code: str) -> int:
    (activity,) = app.rows(Activity, Activity.code == code, Activity.due_year == 2020)
    return int(activity.id)


def figures(page: Page) -> list[int]:
    return [int(text_of(b)) for b in page.find_by_id("dry-run").iter("b")]


def create_draft(user: ScriptlessUser) -> Page:
    user.open(CARRY_OVER)
    return user.press(CREATE, year=2021)


def adopt(user: ScriptlessUser) -> Page:
    user.open("admin/plans/2021/adopt")
    return user.press("Adopt the plan")


def finalize_in_january(app: App) -> None:
    with Session(app.engine) as session, write_transaction(session):
        finalize(session, date(2021, 1, 15), date(2021, 1, 15))


@LANGS
def test_standard_turn_of_the_year_takes_few_steps(january: App, lang: str) -> None:
    finalize_in_january(january)
    user = secretariat(january, lang)
    user.open("admin/plans")
    user.count = 0
    user.follow("Close the plan…")
    page = user.press("Close the plan")
    assert user.translate("closed") in text_of(page.find_by_id("year-2020"))
    user.follow("Carry over to %(year)s…", year=2021)
    user.press(CREATE, year=2021)
    user.follow("Adopt the draft…")
    page = user.press("Adopt the plan")
    assert user.translate("The %(year)s plan is adopted. Everyone can read it.", year=2021) in page.main_text
    (ask,) = [f for f in page.forms if f.action.endswith("/ask")]
    user.count += 1
    page = ask.submit().follow()
    assert user.count <= 15
    emails = january.rows(OutboxMessage, OutboxMessage.kind == "roles-asked")
    assert len({email.person_id for email in emails}) == len(emails) == 6
    with Session(january.engine) as session:
        assert plan_facts(session, 2020).is_closed
        assert [p.number for p in plan_facts(session, 2021).priorities] == [1, 2, 3, 4, 5]
        assert history_gaps(session) == []
    reader = ScriptlessUser(january, "reader", lang)
    assert "2021" in reader.open("plans").h1, "the new plan is the current one"
    assert reader.open("plans/2020").status == 200


@LANGS
def test_close_page_lists_what_is_open_and_asks_why_there_is_no_final_briefing(january: App, lang: str) -> None:
    user = secretariat(january, lang)
    page = user.open("admin/plans/2020/close")
    for number in range(1, 5):
        assert user.translate("Quarter %(quarter)s is not closed", quarter=number) in page.main_text
    assert user.translate("A role in Priority %(number)s", number=4) in page.main_text
    before = january.fingerprint()
    page = user.press("Close the plan")
    assert page.status == 422
    assert page.field_error("reason")
    assert january.fingerprint() == before
    page = user.press("Close the plan", fields={"reason": "The final meeting was cancelled."})
    assert user.translate("The %(year)s plan is closed. Everyone can still read it.", year=2020) in page.main_text
    (event,) = january.rows(AuditEvent, AuditEvent.action == "plan.closed")
    assert event.after["reason"][lang == "fr"] == "The final meeting was cancelled."
    assert event.actor_id == january.person_id("secretariat")
    assert {p.closed_at is not None for p in january.rows(ReportingPeriod)} == {True}
    user.follow("Reopen the plan…")
    assert user.press("Reopen the plan").status == 422
    user.press("Reopen the plan", fields={"reason": "A late report arrived."})
    assert {p.closed_at is None for p in january.rows(ReportingPeriod)} == {True}


def test_year_that_another_person_closed_meanwhile_is_told_and_not_closed_again(january: App) -> None:
    late, early = secretariat(january), secretariat(january)
    for user in (late, early):
        user.open("admin/plans/2020/close")
    early.press("Close the plan", fields={"reason": "Agreed."})
    before = january.fingerprint()
    page = late.press("Close the plan", fields={"reason": "Agreed twice."})
    assert "The 2020 plan had already been closed." in page.main_text
    assert january.fingerprint() == before


@LANGS
def test_pages_of_a_closed_plan_say_so_and_offer_no_form(january: App, lang: str) -> None:
    chair, ontario = ScriptlessUser(january, "chair", lang), ScriptlessUser(january, "ontario", lang)
    with Session(january.engine) as session:
        roles = [a.id for p in plan_facts(session, 2020).priorities for a in p.assignments]
    places = [
        "plans/2020",
        *(f"plans/2020?view={view}" for view in ("list", "timeline", "progress")),
        "plans/2020/priorities/3",
        "plans/2020/activities/3.3",
        *(f"plans/2020/roles/{id_}" for id_ in (roles[0], roles[1], roles[6])),
        "plans/2020/quarters/2020-12",
    ]
    own = secretariat(january, lang)
    own.open("admin/plans/2020/close")
    own.press("Close the plan", fields={"reason": "Agreed."})
    for user in (chair, ontario):
        for place in places:
            page = user.open(place)
            if page.status == 403:
                assert (user, place) == (ontario, places[-1])
                continue
            (note,) = page.find_all("p", class_="closed-note")
            assert ("2020 plan was closed on" if lang == "en" else "plan de 2020 a été fermé le") in text_of(note)
            posts = [form for form in page.find("main").iter("form") if form.get("method") == "post"]
            assert posts == [], place
    assert "closed-note" not in ontario.open("my-updates").text
    assert not ontario.page.find_all("textarea"), "no report is asked for"


@LANGS
def test_reporting_status_of_a_closed_plan_offers_nothing_that_is_no_longer_possible(january: App, lang: str) -> None:
    chair = ScriptlessUser(january, "chair", lang)
    change, fill, wait = (
        chair.translate(sentence)
        for sentence in (
            "Open, close or reopen this quarter",
            "Fill this role",
            "Each person receives no more than 1 reminder every 24 hours.",
        )
    )
    text = chair.open("readiness?period=2020-12").main_text
    assert [offer in text for offer in (change, fill, wait)] == [True, True, True]
    own = secretariat(january, lang)
    own.open("admin/plans/2020/close")
    own.press("Close the plan", fields={"reason": "Agreed."})
    page = chair.open("readiness?period=2020-12")
    assert [offer in page.main_text for offer in (change, fill, wait)] == [False, False, False]
    assert page.find_all("p", class_="closed-note")
    assert chair.translate("See the role") in page.main_text


@LANGS
def test_plan_page_is_the_same_before_and_after_the_turn_but_for_the_note_that_it_is_closed(january: App, lang: str) -> None:
    closed_at = january.calendar.now()
    january.execute(update(ReportingPeriod).values(closed_at=closed_at))
    pages = [f"/{lang}/plans/2020{view}" for view in ("", "?view=list", "/priorities/2")]
    readers = [january.client_as(name) for name in ("visitor", "reader")]

    def shown() -> list[str]:
        token = re.compile(r'name="csrf_token" value="[^"]+"')
        return [token.sub("", reader.get(page).text) for page in pages for reader in readers]

    def of_2020() -> dict[str, list[Any]]:
        with Session(january.engine) as session:
            return rows(session, *OF_PLAN)

    first, stored = shown(), of_2020()
    user = secretariat(january, lang)
    create_draft(user)
    adopt(user)
    assert shown() == first
    assert all(of_2020()[name][: len(before)] == before for name, before in stored.items())
    user.open("admin/plans/2020/close")
    user.press("Close the plan", fields={"reason": "Agreed."})
    note = re.compile(r'<p class="closed-note">.*?</p>')
    assert [note.sub("", text) for text in shown()] == first
    assert all(note.search(text) for text in shown())


@LANGS
def test_dry_run_counts_without_scripts_and_writes_nothing(january: App, lang: str) -> None:
    user = secretariat(january, lang)
    page = user.open(CARRY_OVER)
    assert user.translate("These counts are from your last update. If you change a choice, update the counts.") in page.text
    start = figures(page)
    assert start[:4] == [5, 13, 0, 8]
    before = january.fingerprint()
    dropped = activity_id(january, "3.3")
    page = user.press("Update the counts", fields={f"a{dropped}-choice": "drop", f"a{dropped}-reason": "Merged into 3.2."})
    assert page.status == 200
    assert figures(page)[:4] == [5, 12, 1, 8]
    form = user.form(CREATE, year=2021)
    assert (form.values[f"a{dropped}-choice"], form.values[f"a{dropped}-reason"]) == ("drop", "Merged into 3.2.")
    assert january.fingerprint() == before


def test_dry_run_for_htmx_is_the_counts_and_a_sentence_to_read_out(january: App) -> None:
    user = secretariat(january)
    user.open(CARRY_OVER)
    form = user.form(CREATE, year=2021)
    answer = user.browser.post(f"/en/{CARRY_OVER}/dry-run", form.values, htmx=True)
    assert "<h1" not in answer.text
    assert "13 activities carried over, 0 dropped, 8 complete; 3 priorities need a lead; 9 roles to confirm" in answer.text
    assert answer.headers["Vary"].find("HX-Request") >= 0


@LANGS
def test_refused_choices_are_kept_and_named(january: App, lang: str) -> None:
    user = secretariat(january, lang)
    user.open(CARRY_OVER)
    before = january.fingerprint()
    dropped, reworded = activity_id(january, "3.3"), activity_id(january, "1.4")
    chosen = {
        f"a{dropped}-choice": "drop",
        f"a{reworded}-month": "3",
        f"a{reworded}-title_en": "Collection",
        f"a{reworded}-text_fr": "Recueillir.",
    }
    page = user.press(CREATE, fields=chosen, year=2021)
    assert page.status == 422
    (link,) = [a for a in page.find("main").iter("a") if a.get("href") == f"#a{dropped}-reason"]
    assert text_of(link) == user.translate("Explain why you are dropping this activity.")
    form = user.form(CREATE, year=2021)
    assert {name: form.values[name] for name in chosen} == chosen
    assert january.fingerprint() == before
    user.press(CREATE, fields={f"a{dropped}-reason": "Fusionnée."}, year=2021)
    stored = draft(january).plan
    carried = next(a for p in stored.priorities for a in p.activities if a.carried_from == reworded)
    assert (carried.title.en, carried.text.fr, carried.due_month) == ("Collection", "Recueillir.", 3)
    (event,) = january.rows(AuditEvent, AuditEvent.action == "plan-draft.created")
    assert event.after["dropped"] == [
        {"activity": dropped, "reason": ["Fusionnée.", ""] if lang == "en" else ["", "Fusionnée."]}
    ]


@LANGS
def test_audit_log_names_dropped_and_finished_activities_by_code(january: App, lang: str) -> None:
    user = secretariat(january, lang)
    user.open(CARRY_OVER)
    dropped, done = activity_id(january, "3.3"), activity_id(january, "3.2")
    chosen = {f"a{dropped}-choice": "drop", f"a{dropped}-reason": "Merged into 3.2.", f"a{done}-choice": "done"}
    user.press(CREATE, fields=chosen, year=2021)
    user.open("admin/audit?kind=plan-draft")
    entry = " ".join(user.page.main_text.split()).replace("\u00a0", " ")
    for words in {
        "en": ("Activities dropped Activity: 3.3; Reason: Merged into 3.2.", "marked done without a report 3.2"),
        "fr": ("Activités écartées Activité : 3.3; Raison : Merged into 3.2.", "marquées comme réalisées sans rapport 3.2"),
    }[lang]:
        assert words in entry
    assert "dropped" not in entry or lang == "en"


@LANGS
def test_dropped_activities_are_listed_with_their_reasons_after_the_carry_over(january: App, lang: str) -> None:
    user = secretariat(january, lang)
    user.open(CARRY_OVER)
    dropped = activity_id(january, "3.3")
    user.press(CREATE, fields={f"a{dropped}-choice": "drop", f"a{dropped}-reason": "Fusionnée avec 3.2."}, year=2021)
    for is_adopted in (False, True):
        if is_adopted:
            adopt(user)
        user.open("admin/plans")
        page = user.follow("What was dropped for %(year)s", year=2021)
        items = [text_of(li) for li in page.find_by_id("dropped-heading").getparent().iter("li")]
        assert len(items) == 1
        assert items[0].startswith("3.3 ")
        assert "Fusionnée avec 3.2." in items[0]
    chair = january.client_as("chair").get(f"/{lang}/admin/plans")
    assert not [a for a in chair.find_all("a") if "carry-over" in a.get("href", "")]


@LANGS
def test_carry_over_without_dropped_activities_says_so(january: App, lang: str) -> None:
    user = secretariat(january, lang)
    create_draft(user)
    user.open("admin/plans")
    page = user.follow("What was dropped for %(year)s", year=2021)
    assert user.translate("No activity was dropped.") in page.main_text


def test_plan_that_changed_meanwhile_is_told_with_the_choices_kept(january: App) -> None:
    user = secretariat(january)
    user.open(CARRY_OVER)
    dropped = activity_id(january, "3.3")
    ontario = january.client_as("ontario")
    sent = ontario.report_form("3.3", query="?period=2020-12").fill(
        status="C", progress_en="It is done.", evidence_note_en="On paper."
    )
    assert sent.submit(button_value="submit").status in (200, 303)
    chosen = {f"a{dropped}-choice": "drop", f"a{dropped}-reason": "Merged into 3.2."}
    before = january.fingerprint()
    page = user.press(CREATE, fields=chosen, year=2021)
    assert page.status == 409
    assert "changed after you opened this page" in page.alert_text
    assert january.fingerprint() == before
    form = user.form(CREATE, year=2021)
    assert {name: form.values[name] for name in chosen} == chosen
    assert user.press(CREATE, year=2021).status == 200
    assert draft(january).carried_from_id == 1


def test_second_secretary_is_told_that_there_is_a_draft(january: App) -> None:
    late, early = secretariat(january), secretariat(january)
    for user in (late, early):
        user.open(CARRY_OVER)
    early.press(CREATE, year=2021)
    before = january.fingerprint()
    page = late.press(CREATE, year=2021)
    assert page.status == 422
    assert "There is already a draft plan for 2021." in page.alert_text
    assert january.fingerprint() == before
    page = late.open(CARRY_OVER)
    assert "There is already a draft plan for 2021." in page.main_text
    assert not page.find_all("form", id="carry-over")


def test_draft_is_seen_by_its_editors_only(january: App) -> None:
    title = "Zephyr plan"
    user = secretariat(january)
    user.open("admin/plans?year=2021")
    user.press("Create the plan", fields={"title_en": title, "title_fr": title})
    assert title in user.open("admin/plans").main_text
    chair = ScriptlessUser(january, "chair", "en")
    page = chair.open("admin/plans")
    assert title in page.main_text
    assert not list(page.find("main").iter("form")), "a co-chair reads, and does not edit"
    places = ("", "plans/2021", "my-updates", "search?q=zephyr", "jurisdictions/on", "vacancies", "briefings/new")
    for name in ("ontario", "reader", "visitor"):
        other = ScriptlessUser(january, name, "en")
        assert not any(title in other.open(place).text for place in places)
        assert other.open("admin/plans").status in (200, 403)
        assert title not in other.page.text


@LANGS
def test_empty_plan_starts_as_a_draft_of_a_free_year(january: App, lang: str) -> None:
    user = secretariat(january, lang)
    user.open("admin/plans")
    before = january.fingerprint()
    page = user.press("Create the plan", fields={"year": "2020"})
    assert (page.status, bool(page.field_error("year"))) == (422, True)
    assert user.press("Create the plan", fields={"year": "soon", "title_en": "", "title_fr": ""}).status == 422
    assert january.fingerprint() == before
    user.press("Create the plan", fields={"year": "2021", "title_en": "Work plan", "title_fr": ""})
    assert draft(january).plan.title == Bilingual("Work plan", "")
    page = user.open("admin/plans/2021/adopt")
    assert user.translate("The plan has no priority yet. Add one.") in page.main_text
    assert user.press("Adopt the plan").status == 422
    assert not january.rows(WorkPlan, WorkPlan.year == 2021)


@LANGS
def test_adopt_page_says_what_is_missing_and_takes_the_day_and_the_quarters(january: App, lang: str) -> None:
    user = secretariat(january, lang)
    create_draft(user)
    user.open("admin/plans/2021/adopt")
    page = user.press("Adopt the plan", fields={"adopted_on": "2021-02-01"})
    assert (page.status, bool(page.field_error("adopted_on"))) == (422, True)
    form = user.form("Adopt the plan")
    posted = {**form.values, "adopted_on": "2020-12-10", "quarters": ["2", "4"]}
    assert form.page.client.post(form.action, posted).status == 303
    (plan,) = january.rows(WorkPlan, WorkPlan.year == 2021)
    assert plan.adopted_on == date(2020, 12, 10)
    assert [p.key for p in january.rows(ReportingPeriod, ReportingPeriod.year == 2021)] == ["2021-06", "2021-12"]


@LANGS
def test_suggested_title_of_an_empty_plan_follows_the_year(january: App, lang: str) -> None:
    user = secretariat(january, lang)
    user.open("admin/plans")
    user.press("Create the plan", fields={"year": "2030", "title_fr": "Plan du groupe"})
    assert draft(january, 2030).plan.title == Bilingual("Work plan 2030", "Plan du groupe")


def test_french_close_page_has_whole_sentences(january: App) -> None:
    page = secretariat(january, "fr").open("admin/plans/2020/close").main_text.replace("\u00a0", " ")
    assert "Le trimestre 4 n’est pas fermé" in page
    assert "Un rôle dans la priorité 4 attend" in page


@LANGS
def test_carry_over_and_adoption_agree_on_the_priorities_that_need_a_lead(january: App, lang: str) -> None:
    user = secretariat(january, lang)
    counted = figures(user.open(CARRY_OVER))[-2]
    create_draft(user)
    page = user.open("admin/plans/2021/adopt")
    sentence = "Priority %(number)s has a vacant role, so it needs another lead. You can offer the role after adoption."
    none = "Priority %(number)s has no lead yet. No one can report on its activities until a jurisdiction accepts the role."
    named = [number for number in range(1, 6) for s in (sentence, none) if user.translate(s, number=number) in page.main_text]
    assert len(named) == counted > 0
    assert user.translate("Each priority has an activity and a lead, and each text is in both languages.") not in page.main_text


@LANGS
def test_quarters_that_are_over_are_not_preselected(make_app: MakeApp, lang: str) -> None:
    app = make_app(day=date(2021, 8, 20))
    user = secretariat(app, lang)
    create_draft(user)
    page = user.open("admin/plans/2021/adopt")
    boxes = [e for e in page.find_all("input") if e.get("name") == "quarters"]
    assert [e.get("value") for e in boxes if "checked" in e.attrib] == ["3", "4"]
    assert user.translate("Quarters that are over are not selected. Select one only if members can still report on it.") in (
        page.main_text
    )


@LANGS
def test_close_and_reopen_forms_say_who_reads_the_reason(january: App, lang: str) -> None:
    user = secretariat(january, lang)
    sentence = user.translate(
        "Members can read the reason in the changes to the plan. The reason is also recorded in the audit log."
    )
    assert sentence in user.open("admin/plans/2020/close").main_text
    user.press("Close the plan", fields={"reason": "The group agreed."})
    assert sentence in user.open("admin/plans/2020/close").main_text
    assert "The group agreed." in ScriptlessUser(january, "ontario", lang).open("plans/2020/changes").main_text


def test_adoption_of_a_draft_that_changed_meanwhile_is_told(january: App) -> None:
    user = secretariat(january)
    create_draft(user)
    user.open("admin/plans/2021/adopt")
    january.execute(PlanDraft.__table__.update().values(version=2))
    before = january.fingerprint()
    page = user.press("Adopt the plan")
    assert page.status == 409
    assert "Another person changed this plan" in page.alert_text
    assert january.fingerprint() == before
    assert user.press("Adopt the plan").status == 200
    assert january.rows(WorkPlan, WorkPlan.year == 2021)


def test_plan_that_another_person_adopted_is_shown_as_adopted(january: App) -> None:
    late, early = secretariat(january), secretariat(january)
    create_draft(early)
    for user in (late, early):
        user.open("admin/plans/2021/adopt")
    early.press("Adopt the plan")
    before = january.fingerprint()
    assert "The 2021 plan had already been adopted." in late.press("Adopt the plan").main_text
    assert january.fingerprint() == before


@LANGS
def test_adoption_is_undone_until_the_plan_is_used(january: App, lang: str) -> None:
    user = secretariat(january, lang)
    create_draft(user)
    content = draft(january).plan
    adopt(user)
    user.follow("Undo the adoption…")
    page = user.press("Undo the adoption")
    assert user.translate("The adoption was undone. The %(year)s plan is a draft again.", year=2021) in page.main_text
    assert draft(january).plan == content
    assert ScriptlessUser(january, "reader", lang).open("plans/2021").status == 404
    adopt(user)
    with Session(january.engine) as session, write_transaction(session):
        priority = session.scalars(select(Priority).join(WorkPlan).where(WorkPlan.year == 2021)).first()
        assert priority is not None
        at = datetime.combine(JANUARY, time(12), TORONTO)
        note = Bilingual("Known.", "")
        set_override(session, priority.id, Status.LIMITED, note, expected_id=0, by=Actor("person", 1), at=at)
    page = user.open("admin/plans/2021/undo")
    assert user.translate("The overall status of one of its priorities was set manually.") in page.main_text
    assert not list(page.find("main").iter("form"))


def test_deleted_draft_can_be_carried_over_again(january: App) -> None:
    user = secretariat(january)
    create_draft(user)
    user.open("admin/plans/2021/undo")
    page = user.press("Delete the draft")
    assert "The 2021 draft plan was deleted." in page.main_text
    assert not january.rows(PlanDraft)
    create_draft(user)
    assert january.rows(PlanDraft)


def test_download_lists_each_activity_with_its_status_and_choice(january: App) -> None:
    user = secretariat(january)
    answer = user.browser.get(f"/en/{CARRY_OVER}.xlsx")
    heading, *rows = load_workbook(BytesIO(answer.response.get_data())).worksheets[0].iter_rows(values_only=True)
    listed = {cells["Number"]: cells for row in rows if (cells := dict(zip(heading, row, strict=True)))["Number"]}
    assert len(listed) == 21
    columns = ("Ongoing", "Last status", "In 2021 (preselected)", "Due in 2021")
    assert [listed["1.1"][column] for column in columns] == [None, "Complete", "Done", None]
    assert [listed["1.4"][column] for column in columns] == ["yes", "Limited progress", "Carry over", "December 2021"]


@LANGS
def test_adopted_plan_leads_to_its_own_vacant_roles_while_the_old_year_goes_on(january: App, lang: str) -> None:
    january.clock.advance(days=-30)
    user = secretariat(january, lang)
    create_draft(user)
    adopt(user)
    page = user.follow("All vacant roles")
    links = [a.get("href", "") for a in page.find("main").iter("a") if "/roles/" in a.get("href", "")]
    assert links
    assert all("/plans/2021/" in link for link in links)
    reader = january.client_as("reader")
    assert reader.get(f"/{lang}/vacancies?year=1999").status == 404
    assert reader.get(f"/{lang}/vacancies?year=x").status == 200
