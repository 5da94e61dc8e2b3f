"""Two people change one report: the second sees both texts, and no text is lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from cogwg.audit.models import AuditEvent
from cogwg.audit.services import Actor
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.db import build_engine, write_transaction
from cogwg.core.errors import Conflict
from cogwg.core.status import Status
from cogwg.plan.queries import plan_facts
from cogwg.reporting.models import ReportingPeriod, ReportState, StatusReport, Submission
from cogwg.reporting.rules import ReportDraft
from cogwg.reporting.services import ReportTarget, submit_report
from tests.databases import ENGINES, demo_calendar
from tests.sessions import FURTHER
from tests.web.conftest import MakeApp
from tests.web.reporting.test_updates import activity_id
from tests.web_client import App, Client, Form, Page, text_of

REPORT_PATH = "/{lang}/plans/2020/activities/5.4/report"


@pytest.fixture
def two_leads(app_per_engine: App) -> tuple[Client, Client]:
    """Return browsers of Alberta and Saskatchewan, who share the report of 5.4."""
    return app_per_engine.client_as("alberta"), app_per_engine.client_as("saskatchewan")


def open_form(browser: Client, lang: str = "en") -> Form:
    return browser.get(REPORT_PATH.format(lang=lang)).form("5.4/report")


def stored_report(app: App) -> StatusReport:
    with Session(app.engine) as session:
        report = session.scalars(
            select(StatusReport)
            .join(ReportingPeriod, ReportingPeriod.id == StatusReport.period_id)
            .where(StatusReport.activity_id == report_target(session).activity.id, ReportingPeriod.key == "2020-09")
        ).one()
        _ = report.evidence
        session.expunge_all()
        return report


def report_target(session: Session, code: str = "5.4") -> ReportTarget:
    plan = plan_facts(session, 2020, code=code)
    (priority,) = plan.priorities
    period = session.scalars(
        select(ReportingPeriod.id).where(ReportingPeriod.plan_id == plan.id, ReportingPeriod.key == "2020-09")
    )
    return ReportTarget(priority, next(a for a in priority.activities if a.code == code), period.one())


THEIR_FIELDS = {"status": "LP", "progress_en": "Two methods are compared. Alberta tests the first."}
OWN_FIELDS = {
    "status": "SP",
    "progress_en": "Two methods are compared. Saskatchewan tests the second.",
    "challenge_en": "No one has time.",
}


def cause_conflict(two_leads: tuple[Client, Client], lang: str = "en", *, htmx: bool = False) -> Page:
    """Open the form in both browsers; save for Alberta, then for Saskatchewan."""
    first, second = open_form(two_leads[0], lang), open_form(two_leads[1], lang)
    assert first.fill(**THEIR_FIELDS, evidence_url="https://ab.example/").submit().status == 303
    return second.fill(**OWN_FIELDS, evidence_url="https://sk.example/").submit(htmx=htmx)


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("htmx", [False, True])
def test_report_conflict_shows_both_texts_and_who_changed_it(
    app_per_engine: App, two_leads: tuple[Client, Client], lang: str, htmx: bool
) -> None:
    page = cause_conflict(two_leads, lang, htmx=htmx)
    assert page.status == 409
    assert "HX-Request" in page.headers["Vary"]
    article = text_of(page.find("article"))
    assert "D. Okafor" in article
    assert "Alberta" in article
    assert ("at noon" if lang == "en" else "à 12\u00a0h") in article, "in the reader's time zone: it is noon in Regina"
    for text in ("Alberta tests the first.", "Saskatchewan tests the second.", "No one has time.", "ab.example", "sk.example"):
        assert text in article
    assert [e.tag for e in page.find("body")] == ["article"] if htmx else page.h1
    marked = {text_of(e) for e in page.find_all("mark")}
    assert {"Alberta", "Saskatchewan"} <= {w for m in marked for w in m.split()}
    assert "Two methods" not in " ".join(marked), "equal text is not marked"
    assert stored_report(app_per_engine).progress_en == THEIR_FIELDS["progress_en"], "nothing was overwritten"


def merge_form(page: Page) -> Form:
    return page.form("report/merge")


@pytest.mark.parametrize("htmx", [False, True])
def test_merge_keep_theirs_leaves_the_report(app_per_engine: App, two_leads: tuple[Client, Client], htmx: bool) -> None:
    form = merge_form(cause_conflict(two_leads))
    form.choose_sides(status="theirs", progress_en="theirs", challenge_en="theirs", evidence="theirs")
    assert form.submit(htmx=htmx).status == (200 if htmx else 303)
    report = stored_report(app_per_engine)
    assert (report.progress_en, report.challenge_en, report.status) == (THEIR_FIELDS["progress_en"], "", Status.LIMITED)
    assert [e.url for e in report.evidence] == ["https://ab.example/"]


def open_forms_of_unreported(app: App) -> tuple[Form, Form]:
    """Return the form of 4.3, which has no report, in browsers of Ontario and British Columbia."""
    first, other = (app.client_as(name).report_form("4.3") for name in ("ontario", "bc"))
    return first, other


@pytest.mark.parametrize("htmx", [False, True])
def test_draft_conflict_is_merged_as_a_draft(app: App, htmx: bool) -> None:
    first, second = open_forms_of_unreported(app)
    assert first.fill(**THEIR_FIELDS).submit(button_value="save").status == 303
    page = second.fill(**OWN_FIELDS).submit(button_value="save", htmx=htmx)
    assert page.status == 409
    assert "Save this version as a draft" in text_of(page.find("article"))
    form = merge_form(page).choose_sides(progress_en="yours", challenge_en="yours")
    assert form.submit(htmx=htmx).status == (200 if htmx else 303)
    latest = max(app.rows(StatusReport), key=lambda report: report.changed_at)
    assert (latest.state, latest.progress_en) == (ReportState.DRAFT, OWN_FIELDS["progress_en"])


def test_draft_conflict_with_a_submission_is_merged_as_submitted(app: App) -> None:
    first, second = open_forms_of_unreported(app)
    assert first.fill(**THEIR_FIELDS, challenge_en="Much.").submit().status == 303
    page = second.fill(**OWN_FIELDS).submit(button_value="save")
    assert page.status == 409
    assert "Save and submit this version" in text_of(page.find("article"))
    assert "as a draft" not in text_of(page.find("article"))


@pytest.mark.parametrize("htmx", [False, True])
def test_identical_concurrent_reports_are_no_conflict(
    app_per_engine: App, two_leads: tuple[Client, Client], htmx: bool
) -> None:
    first, second = open_form(two_leads[0]), open_form(two_leads[1])
    assert first.fill(**OWN_FIELDS).submit().status == 303
    assert second.fill(**OWN_FIELDS).submit(htmx=htmx).status == (200 if htmx else 303)
    assert stored_report(app_per_engine).version == 2, "it was saved once since the demo's report"


def test_merge_keep_yours_replaces_the_report_and_history_has_both(
    app_per_engine: App, two_leads: tuple[Client, Client]
) -> None:
    form = merge_form(cause_conflict(two_leads)).choose_sides(
        status="yours", progress_en="yours", challenge_en="yours", evidence="yours"
    )
    assert form.submit().status == 303
    report = stored_report(app_per_engine)
    assert (report.progress_en, report.challenge_en, report.status) == (
        OWN_FIELDS["progress_en"],
        OWN_FIELDS["challenge_en"],
        Status.SUBSTANTIAL,
    )
    assert [e.url for e in report.evidence] == ["https://sk.example/"]
    history = two_leads[0].get("/en/plans/2020/activities/5.4").main_text
    assert "Alberta tests the first." in history
    assert "Saskatchewan tests the second." in history


def test_merge_keep_both_joins_the_texts_and_can_be_edited(app_per_engine: App, two_leads: tuple[Client, Client]) -> None:
    form = merge_form(cause_conflict(two_leads))
    joined = form.values["both-progress_en"]
    assert joined == "Two methods are compared. Alberta tests the first. Saskatchewan tests the second."
    assert form.values["choose-progress_en"] == "both", "both texts are kept by default"
    form.choose_sides(status="yours", challenge_en="yours", evidence="both").values["both-progress_en"] = (
        joined + " Both in October."
    )
    assert form.submit().status == 303
    report = stored_report(app_per_engine)
    assert report.progress_en == joined + " Both in October."
    assert {e.url for e in report.evidence} == {"https://ab.example/", "https://sk.example/"}


@pytest.mark.parametrize("htmx", [False, True])
def test_third_version_during_a_merge_is_a_conflict_that_keeps_the_text(
    app_per_engine: App, two_leads: tuple[Client, Client], htmx: bool
) -> None:
    form = merge_form(cause_conflict(two_leads)).choose_sides(status="yours", challenge_en="yours")
    form.values["both-progress_en"] = "Written on the conflict screen."
    assert open_form(two_leads[0]).fill(progress_en="A third version.").submit().status == 303
    page = form.submit(htmx=htmx)
    assert page.status == 409
    for text in ("A third version.", "Written on the conflict screen.", "No one has time.", "sk.example"):
        assert text in text_of(page.find("article"))
    again = merge_form(page).choose_sides(status="yours", progress_en="yours", challenge_en="yours")
    assert again.submit().status == 303
    assert stored_report(app_per_engine).progress_en == "Written on the conflict screen."


def test_invalid_merge_is_refused_and_kept_in_the_form(app_per_engine: App, two_leads: tuple[Client, Client]) -> None:
    form = merge_form(cause_conflict(two_leads)).choose_sides(status="yours", challenge_en="yours")
    form.values["both-progress_en"] = "x" * 4001
    page = form.submit()
    assert page.status == 422
    assert page.form("5.4/report").value("progress_en") == "x" * 4001
    assert "at most 4,000 characters (1 too many)" in page.field_error("progress_en")
    assert page.form("5.4/report").fill(progress_en="Shorter.").submit().status == 303


def test_merge_without_status_choice_keeps_theirs(app_per_engine: App, two_leads: tuple[Client, Client]) -> None:
    first, second = open_form(two_leads[0]), open_form(two_leads[1])
    assert first.fill(status="C", evidence_url="https://ab.example/").submit().status == 303
    page = second.fill(status="SP", progress_en="Saskatchewan tests the second.").submit()
    assert merge_form(page).submit().status == 303
    assert stored_report(app_per_engine).status is Status.COMPLETE


@pytest.mark.parametrize("each", ENGINES)
def test_concurrent_first_reports_are_merged_into_a_single_report(make_app: object, each: str) -> None:
    """Both forms have no report yet; the second gets a conflict with the first, not an error."""
    app: App = make_app(each)  # type: ignore[operator]
    ontario, chair = app.client_as("ontario"), app.client_as("chair")
    mine = ontario.report_form("3.3").fill(status="SP", progress_en="Ontario’s words.")
    behalf = chair.get("/en/my-updates?for=on").report_form("3.3")
    behalf.fill(status="LP", progress_en="What they wrote.", challenge_en="A challenge.")
    assert (mine.value("version"), behalf.value("version")) == ("0", "0")
    assert mine.submit().status == 303
    page = behalf.submit()
    assert page.status == 409
    form = page.form("report/merge").choose_sides(challenge_en="yours")
    assert form.action.endswith("merge?for=on&period=2020-09")
    assert form.submit().redirect_path == "/en/my-updates?for=on"
    (report,) = app.rows(StatusReport, StatusReport.progress_en == "Ontario’s words. What they wrote.")
    assert (report.version, report.status, report.behalf_of is not None) == (2, Status.SUBSTANTIAL, True)


def test_merge_of_anothers_report_is_forbidden(app_per_engine: App, two_leads: tuple[Client, Client]) -> None:
    form = merge_form(cause_conflict(two_leads)).choose_sides(status="yours")
    ontario = app_per_engine.client_as("ontario")
    form.values["csrf_token"] = ontario.csrf_token()
    before = app_per_engine.fingerprint()
    assert form.submit(client=ontario).status == 403
    assert app_per_engine.fingerprint() == before


@pytest.mark.parametrize(("people", "edits"), [(8, 8), pytest.param(16, 25, marks=pytest.mark.slow)])
def test_concurrent_saves_lose_no_acknowledged_edit(engine_name: str, make_database: object, people: int, edits: int) -> None:
    """Several people read and save many times: every acknowledged edit is stored, in order."""
    url: str = make_database(engine_name, "seeded")  # type: ignore[operator]
    gate = Barrier(people)

    def edit(person: int) -> list[str]:
        engine = build_engine(url)
        saved = []
        with Session(engine) as session:
            target = report_target(session, "5.4")
            gate.wait()
            for n in range(edits):
                text = f"{person}:{n}"
                if _save_draft(session, target, text):
                    saved.append(text)
        engine.dispose()
        return saved

    with ThreadPoolExecutor(people) as pool:
        acknowledged = [text for saved in pool.map(edit, range(people)) for text in saved]
    assert len(acknowledged) >= edits
    engine = build_engine(url)
    with Session(engine) as session:
        target = report_target(session, "5.4")
        submitted = session.scalars(
            select(Submission.progress_en).where(
                Submission.activity_id == target.activity.id, Submission.progress_en.contains(":")
            )
        ).all()
        report = session.scalars(
            select(StatusReport).where(
                StatusReport.activity_id == target.activity.id, StatusReport.period_id == target.period_id
            )
        ).one()
        assert sorted(submitted) == sorted(acknowledged), "each acknowledged edit was submitted once"
        assert report.version == 1 + len(acknowledged), "each version followed the one before it"
        events = session.scalars(
            select(AuditEvent)
            .where(AuditEvent.subject_kind == "report", AuditEvent.subject_id == report.id)
            .order_by(AuditEvent.id)
        ).all()
        versions = [(e.before["version"], e.after["version"]) for e in events if e.before and e.after]
        assert versions == [(n, n + 1) for n in range(1, len(acknowledged) + 1)]
    engine.dispose()


def _save_draft(session: Session, target: ReportTarget, text: str) -> bool:
    """Read the version, as a form does in its own request, then save with it; False for a conflict or a busy database."""
    shown_value = session.scalars(
        select(StatusReport.version).where(
            StatusReport.activity_id == target.activity.id, StatusReport.period_id == target.period_id
        )
    ).one()
    session.rollback()
    draft = ReportDraft(Status.SUBSTANTIAL, Bilingual(text, ""), EMPTY_TEXT, EMPTY_TEXT)
    try:
        with write_transaction(session):
            submit_report(
                session,
                target,
                draft,
                expected_version=shown_value,
                by=Actor("person", None),
                at=demo_calendar().now(),
                is_allowed=lambda _: True,
            )
    except (Conflict, OperationalError):
        session.rollback()
        return False
    return True


@pytest.mark.parametrize(("people", "edits"), [(4, 12), pytest.param(16, 400, marks=pytest.mark.slow)])
@FURTHER
def test_concurrent_editors_in_the_browser_lose_nothing_and_see_conflicts(
    engine_name: str, make_app: MakeApp, people: int, edits: int
) -> None:
    """Editors of two drafts save until so many edits are acknowledged; each conflict is a 409 with both texts."""
    app = make_app(engine_name)
    browsers = [app.client_as(("ontario", "chair")[n % 2]) for n in range(people)]
    saved: list[tuple[str, str]] = []
    shown: list[str] = []
    gate = Barrier(people)

    def edit(person: int) -> None:
        browser, code = browsers[person], ("3.3", "4.3")[person // 2 % 2]
        address = f"/en/plans/2020/activities/{code}/report{'?for=on' if person % 2 else ''}"
        form = browser.get(address, htmx=True).form("/report")
        gate.wait()
        turn = 0
        while len(saved) < edits:
            turn += 1
            text = f"Edit {person}-{turn} of {code}."
            answer = form.fill(progress_en=text).submit(button_value="save", htmx=True)
            if answer.status == 200:
                saved.append((code, text))
            elif answer.status == 409:
                both = [e.text or "" for e in answer.find_all("textarea", name="both-progress_en")]
                shown.extend(both if len(both) == 1 and text in both[0] and both[0].count("Edit ") == 2 else ["one text only"])
            else:
                assert answer.status == 503, answer.status
            form = browser.get(address, htmx=True).form("/report")

    with ThreadPoolExecutor(people) as pool:
        list(pool.map(edit, range(people)))
    assert "one text only" not in shown
    assert shown, "no conflict occurred"
    for code in ("3.3", "4.3"):
        (report,) = app.rows(StatusReport, StatusReport.activity_id == activity_id(app, code), StatusReport.period_id == 3)
        events = app.rows(
            AuditEvent,
            AuditEvent.subject_kind == "report",
            AuditEvent.subject_id == report.id,
            AuditEvent.action == "report.saved",
        )
        stored = [e.after["progress"][0] for e in events]
        assert sorted(stored) == sorted(text for of, text in saved if of == code), "each acknowledged edit is in the audit log"
        assert [e.after["version"] for e in events] == list(range(1, len(stored) + 1))
        assert (report.progress_en, report.version) == (stored[-1], len(stored))


@pytest.mark.parametrize(
    ("choices", "stored"),
    [
        ({}, (False, "Alberta tests the first.")),
        ({"nothing_to_report": "theirs"}, (False, "Alberta tests the first.")),
        ({"nothing_to_report": "yours", "progress_en": "yours", "progress_fr": "yours"}, (True, "")),
    ],
)
def test_merge_of_a_text_and_nothing_to_report_keeps_one_of_them(
    app_per_engine: App, two_leads: tuple[Client, Client], choices: dict[str, str], stored: tuple[bool, str]
) -> None:
    first, second = open_form(two_leads[0]), open_form(two_leads[1])
    first.fill(status="SP", progress_en="Alberta tests the first.").submit()
    page = second.fill(status="SP", progress_en="", progress_fr="", nothing_to_report=True).submit()
    assert "If you do not choose, the text is kept." in page.main_text
    assert merge_form(page).choose_sides(**choices).submit().status == 303
    report = stored_report(app_per_engine)
    assert (report.nothing_to_report, report.progress_en) == stored


def test_merge_that_chooses_a_text_and_nothing_to_report_asks_which_to_keep(
    app_per_engine: App, two_leads: tuple[Client, Client]
) -> None:
    first, second = open_form(two_leads[0]), open_form(two_leads[1])
    first.fill(status="SP", progress_en="Alberta tests the first.").submit()
    page = second.fill(status="SP", progress_en="", progress_fr="", nothing_to_report=True).submit()
    asked = merge_form(page).choose_sides(nothing_to_report="yours", progress_en="theirs").submit()
    assert asked.status == 422
    assert "Which one do you want to keep?" in asked.main_text
    assert not stored_report(app_per_engine).nothing_to_report
    assert asked.form("5.4/report").fill(keep="mark").submit().status == 303
    report = stored_report(app_per_engine)
    assert (report.nothing_to_report, report.progress_en) == (True, "")


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("htmx", [False, True])
def test_conflict_with_ones_own_save_in_another_tab_says_so_and_shows_both_texts(
    app_per_engine: App, two_leads: tuple[Client, Client], lang: str, htmx: bool
) -> None:
    alberta = two_leads[0]
    first, second = open_form(alberta, lang), open_form(alberta, lang)
    assert first.fill(**THEIR_FIELDS).submit().status == 303
    page = second.fill(**OWN_FIELDS).submit(htmx=htmx)
    assert page.status == 409
    article = text_of(page.find("article"))
    heading = "You saved this report in another tab" if lang == "en" else "Vous avez enregistré ce rapport dans un autre onglet"
    assert heading in (article if htmx else page.main_text)
    assert ("You saved this in another tab at" if lang == "en" else "enregistré ceci dans un autre onglet à") in article
    for text in ("Alberta tests the first.", "Saskatchewan tests the second.", "No one has time."):
        assert text in article
    for words in ("Two people", "Deux personnes", "D. Okafor", "the other person", "l’autre personne"):
        assert words not in (article if words == "D. Okafor" else page.text)
    other = open_form(two_leads[1]).fill(**OWN_FIELDS)
    assert merge_form(page).submit().status == 303
    assert "Two people edited this report" in other.submit().main_text, "for another person it stays a conflict of two"


@pytest.mark.parametrize("button", ["save", "submit"])
def test_draft_that_continues_ones_own_save_is_saved_without_a_conflict(app: App, button: str) -> None:
    ontario = app.client_as("ontario")
    fields = {"status": "SP", "progress_en": "We chose five measures."}
    form = ontario.report_form("3.3").fill(**fields)
    assert form.submit(button_value="save").status == 303
    later = {"progress_en": "We chose five measures. Two are tested.", "challenge_en": "Two have no catalogue."}
    assert form.fill(**later).submit(button_value=button).status == 303, "the form as the browser shows it after Back"
    (report,) = app.rows(StatusReport, StatusReport.activity_id == activity_id(app, "3.3"), StatusReport.period_id == 3)
    assert (report.version, report.progress_en, report.challenge_en) == (2, *later.values())


@pytest.mark.parametrize(
    "change", [{"progress_en": "We chose four measures."}, {"status": "LP"}, {"evidence_url": ""}, {"challenge_en": ""}]
)
def test_own_save_of_which_something_would_be_lost_is_a_conflict(app: App, change: dict[str, str]) -> None:
    ontario = app.client_as("ontario")
    fields = {"status": "SP", "progress_en": "We chose five measures.", "challenge_en": "Two have no catalogue."}
    form = ontario.report_form("3.3").fill(**fields, evidence_url="https://on.example/")
    assert form.submit(button_value="save").status == 303
    assert form.fill(**change).submit(button_value="save").status == 409
    (report,) = app.rows(StatusReport, StatusReport.activity_id == activity_id(app, "3.3"), StatusReport.period_id == 3)
    assert report.version == 1


def test_draft_that_continues_another_persons_save_is_a_conflict(app_per_engine: App, two_leads: tuple[Client, Client]) -> None:
    first, second = open_form(two_leads[0]), open_form(two_leads[1])
    assert first.fill(**THEIR_FIELDS).submit().status == 303
    longer = {**THEIR_FIELDS, "progress_en": f"{THEIR_FIELDS['progress_en']} It works."}
    assert second.fill(**longer).submit().status == 409


def test_draft_that_continues_ones_own_submitted_report_is_not_saved_as_a_draft(app: App) -> None:
    ontario = app.client_as("ontario")
    form = ontario.report_form("3.3").fill(status="SP", progress_en="We chose five measures.")
    assert form.submit(button_value="submit").status == 303
    assert form.fill(progress_en="We chose five measures. Two are tested.").submit(button_value="save").status == 409


CHALLENGE_OF_OTHER_TAB = "Two have no catalogue."


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize("button", ["save", "submit"])
def test_different_fields_changed_in_two_tabs_are_saved_together(app: App, htmx: bool, button: str) -> None:
    ontario = app.client_as("ontario")
    begun = ontario.report_form("3.3").fill(status="SP", progress_en="We chose five measures.", challenge_en="None is tested.")
    assert begun.submit(button_value="save").status == 303
    first, second = (ontario.get("/en/plans/2020/activities/3.3/report").form("/report") for _tab in range(2))
    assert second.fill(challenge_en=CHALLENGE_OF_OTHER_TAB).submit(button_value="save").status == 303
    answer = first.fill(progress_en="We chose six measures.").submit(button_value=button, htmx=htmx)
    assert answer.status == (200 if htmx else 303)
    assert "The report also contains what you saved in another tab." in (answer if htmx else answer.follow()).text
    (report,) = app.rows(StatusReport, StatusReport.activity_id == activity_id(app, "3.3"), StatusReport.period_id == 3)
    assert (report.progress_en, report.challenge_en) == ("We chose six measures.", CHALLENGE_OF_OTHER_TAB)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_conflict_asks_only_about_fields_that_both_changed(
    app_per_engine: App, two_leads: tuple[Client, Client], lang: str
) -> None:
    first, second = open_form(two_leads[0], lang), open_form(two_leads[1], lang)
    before = stored_report(app_per_engine)
    assert first.fill(challenge_en="Alberta’s challenge.", progress_en="Alberta’s text.").submit().status == 303
    page = second.fill(progress_en="Saskatchewan’s text.", evidence_url="https://sk.example/").submit()
    assert page.status == 409
    assert {e.get("name") for e in page.find_all("input", type="radio")} == {"choose-progress_en"}
    assert "Alberta’s challenge." in page.main_text
    assert "sk.example" in page.main_text
    assert merge_form(page).choose_sides(progress_en="yours").submit().status == 303
    report = stored_report(app_per_engine)
    assert (report.progress_en, report.challenge_en) == ("Saskatchewan’s text.", "Alberta’s challenge.")
    assert [e.url for e in report.evidence] == ["https://sk.example/"]
    assert report.status == before.status


def test_two_people_who_changed_different_fields_see_both_before_saving(
    app_per_engine: App, two_leads: tuple[Client, Client]
) -> None:
    first, second = open_form(two_leads[0]), open_form(two_leads[1])
    assert first.fill(challenge_en="Alberta’s challenge.").submit().status == 303
    page = second.fill(progress_en="Saskatchewan’s text.").submit()
    assert page.status == 409
    assert "The two versions change different fields. Check both versions, then save." in page.main_text
    assert page.find_all("input", type="radio") == []
    assert merge_form(page).submit().status == 303
    report = stored_report(app_per_engine)
    assert (report.progress_en, report.challenge_en) == ("Saskatchewan’s text.", "Alberta’s challenge.")
