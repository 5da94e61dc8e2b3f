"""Reporting in the browser: the form with and without htmx, in both languages."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from cogwg.accounts.models import Jurisdiction
from cogwg.core.web_addresses import address_problem, complete_address
from cogwg.plan.models import Activity, Assignment, Confirmation
from cogwg.reporting.models import Evidence, ReportingPeriod, StatusReport, Submission
from tests.core.test_rules_web_addresses import UNACCEPTABLE_ADDRESSES
from tests.databases import demo_calendar
from tests.sessions import first_of
from tests.web.conftest import MakeApp
from tests.web_client import PERSONAS, App, Client, Form, Page, text_of

LANGS = ("en", "fr")


def activity_id(app: App, code: str) -> int:
    (activity,) = app.rows(Activity, Activity.code == code)
    id_: int = activity.id
    return id_


def update_form(browser: Client, code: str, lang: str = "en", query: str = "") -> Form:
    """Return the form of an activity on the page that My updates links to."""
    return browser.report_form(code, lang, query)


def without_no_break_spaces(text: str) -> str:
    """Replace no-break spaces with spaces."""
    return text.replace("\u00a0", " ")


def activity_page_text(browser: Client, code: str, lang: str = "en") -> str:
    return browser.get(f"/{lang}/plans/2020/activities/{code}").main_text


@pytest.mark.parametrize("lang", LANGS)
def test_report_is_submitted_with_confirmation_and_submission_stored(app_per_engine: App, lang: str) -> None:
    ontario = app_per_engine.client_as("ontario")
    form = update_form(ontario, "3.3", lang).fill(
        status="SP",
        progress_en="We agreed on five measures.",
        progress_fr="Nous avons convenu de cinq mesures.",
        evidence_url="https://data.example.ca/mesures?q=l’été",
        evidence_label_en="The measures",
    )
    answer = form.submit()
    id_ = activity_id(app_per_engine, "3.3")
    assert (answer.status, answer.headers["Location"]) == (303, f"/{lang}/my-updates")
    page = answer.follow()
    outcome = page.find("p", class_="notice", role="status")
    assert (outcome.get("tabindex"), "autofocus" in outcome.attrib) == ("-1", True)
    receipt = text_of(outcome)
    assert receipt.startswith("Submitted: " if lang == "en" else "Mise à jour soumise")
    row = text_of(page.find_by_id(f"update-{id_}"))
    assert ("We agreed on five measures." if lang == "en" else "Nous avons convenu de cinq mesures.") in row
    text = activity_page_text(app_per_engine.client_as("reader"), "3.3", lang)
    assert ("We agreed on five measures." if lang == "en" else "Nous avons convenu de cinq mesures.") in text
    assert "N. Osei" in text
    assert "The measures" in text
    assert not ontario.get(f"/{lang}/my-updates").find_all("p", class_="notice", role="status"), "the receipt is shown once"
    (submission,) = app_per_engine.rows(Submission, Submission.activity_id == id_, Submission.period_id == 3)
    assert submission.evidence == [
        {"url": "https://data.example.ca/mesures?q=l’été", "label_en": "The measures", "label_fr": ""}
    ]
    assert (submission.previous_status.value, submission.status.value, submission.late) == ("LP", "SP", False)


@pytest.mark.parametrize("lang", LANGS)
def test_htmx_submit_returns_the_row_and_its_announcement(app_per_engine: App, lang: str) -> None:
    ontario = app_per_engine.client_as("ontario")
    id_ = activity_id(app_per_engine, "3.3")
    answer = update_form(ontario, "3.3", lang).fill(status="SP", **{f"progress_{lang}": "By htmx."}).submit(htmx=True)
    assert answer.status == 200
    assert "HX-Request" in answer.headers["Vary"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert not any(word in answer.text for word in ("<html", "<head", "<body", "<title"))
    row, region = list(answer.find("body"))
    assert (row.tag, row.get("id")) == ("article", f"update-{id_}")
    assert "By htmx." in text_of(row)
    assert (region.get("id"), region.get("hx-swap-oob")) == ("status", "innerHTML")
    assert text_of(region).startswith("Submitted: " if lang == "en" else "Mise à jour soumise")
    assert not ontario.get(f"/{lang}/my-updates").find_all("p", class_="notice", role="status"), (
        "what htmx announced is not repeated"
    )


def test_submitted_report_reopens_as_a_form_for_htmx_and_browser(app: App, ontario: Client) -> None:
    update_form(ontario, "3.3").fill(status="SP", progress_en="First words.").submit()
    address = "/en/plans/2020/activities/3.3/report"
    whole, part = ontario.get(address), ontario.get(address, htmx=True)
    for page in (whole, part):
        assert page.form("3.3/report").value("progress_en") == "First words."
        assert page.form("3.3/report").value("version") == "1"
        assert "HX-Request" in page.headers["Vary"]
    assert whole.h1 == "Correct the report"
    assert [e.get("id") for e in part.find("body")] == [f"update-{activity_id(app, '3.3')}"]
    assert part.form("3.3/report").fill(progress_en="Second words.").submit().status == 303
    assert "Second words." in activity_page_text(ontario, "3.3")
    assert "First words." in activity_page_text(ontario, "3.3"), "what was submitted stays in the history"


@pytest.mark.parametrize("lang", LANGS)
def test_my_updates_opens_only_the_first_row_that_needs_work(app: App, ontario: Client, lang: str) -> None:
    """Text typed in a form cannot vanish when another is saved, because there is no other."""

    def open_rows() -> tuple[list[str], int]:
        page = ontario.get(f"/{lang}/my-updates")
        forms = [f.action for f in page.forms if any(e.tag == "textarea" for e in f.controls)]
        return forms, len([a for a in page.find_all("a") if "data-open-row" in a.attrib])

    place = f"/{lang}/plans/2020/activities/{{}}/report?period=2020-09"
    assert open_rows() == ([place.format("3.2")], 4), "the overdue activity comes first"
    fields = {f"progress_{lang}": "Begun.", "status": "SP"}
    update_form(ontario, "3.2", lang).fill(**fields).submit(button_value="save")
    assert open_rows() == ([place.format("3.3")], 4), "a draft that is ready is text"
    for code in ("3.3", "4.3", "3.4", "4.4"):
        update_form(ontario, code, lang).fill(**fields).submit(button_value="save")
    assert open_rows() == ([], 5)


@pytest.mark.parametrize("lang", LANGS)
def test_report_page_has_one_form_and_leads_back(ontario: Client, lang: str) -> None:
    place = f"/{lang}/plans/2020/activities/4.3/report"
    page = ontario.get(place)
    assert len([f for f in page.find("main").iter("form") if f.get("id") != "nothing-to-report"]) == 1
    (cancel,) = [a for a in page.find("main").iter("a") if "data-close-row" in a.attrib]
    closed = ontario.get(cancel.get("href", ""))
    assert (closed.status, closed.redirect_path) == (303, f"/{lang}/my-updates")
    assert f"/{lang}/my-updates" in [a.get("href") for a in page.find("main").iter("a")]


def test_closed_row_reports_nothing_with_one_button(app: App, ontario: Client) -> None:
    page = ontario.get("/en/my-updates")
    row = page.find_by_id(f"update-{activity_id(app, '3.4')}")
    (button,) = row.iter("button")
    form = Form(page, page.find_by_id(button.get("form", "")))
    sent = form.values | {button.get("name", ""): button.get("value", "")}
    saved = ontario.post(button.get("hx-post", ""), sent, htmx=True)
    assert saved.status == 200
    assert saved.find("article").get("data-stage") == "ready"
    (report,) = app.rows(StatusReport, StatusReport.activity_id == activity_id(app, "3.4"), StatusReport.period_id == 3)
    assert (report.nothing_to_report, report.state.value) == (True, "draft")
    overdue = ontario.get("/en/my-updates").find_by_id(f"update-{activity_id(app, '3.3')}")
    assert not list(overdue.iter("button")), "a due activity with limited progress requires a challenge"


LONG_TEXT = "x" * 3999 + "é."
INVALID_REPORTS = [
    pytest.param("3.3", {"status": None}, "status", ("Select the status", "état"), id="no status"),
    pytest.param(
        "3.3", {"progress_{lang}": ""}, "progress_{lang}", ("Describe the progress", "Décrivez les progrès"), id="no progress"
    ),
    pytest.param(
        "3.3",
        {"progress_{lang}": " \u00a0\r\n\u200b "},
        "progress_{lang}",
        ("Describe the progress", "Décrivez les progrès"),
        id="blank progress",
    ),
    pytest.param(
        "3.2",
        {"challenge_{lang}": ""},
        "challenge_{lang}",
        (
            "this activity is overdue and its status is “Limited progress”.",
            "est en retard et son état est «\u00a0Progrès limité\u00a0».",
        ),
        id="overdue without challenge",
    ),
    pytest.param(
        "3.3",
        {"status": "NS"},
        "challenge_{lang}",
        ("this activity is due and its status is “Not started”.", "est à échéance et son état est «\u00a0Non commencé\u00a0»."),
        id="due without challenge",
    ),
    pytest.param("3.3", {"status": "C"}, "evidence_url", ("Add a link", "lien"), id="complete without evidence"),
    pytest.param(
        "3.3",
        {"progress_{lang}": LONG_TEXT},
        "progress_{lang}",
        ("at most 4,000 characters (1 too many)", "4\u00a0000"),
        id="4,001 characters",
    ),
    pytest.param(
        "3.3",
        {"evidence_note_{other}": LONG_TEXT},
        "evidence_note_{other}",
        ("at most 4,000 characters (1 too many)", "4\u00a0000"),
        id="4,001 in a fold",
    ),
    pytest.param(
        "3.3",
        {"evidence_label_{lang}": "y" * 201, "evidence_url": "https://a.example/"},
        "evidence_label_{lang}",
        ("at most 200 characters", "200"),
        id="long label",
    ),
    pytest.param(
        "3.3",
        {"next_step_{lang}": "y" * 201},
        "next_step_{lang}",
        ("at most 200 characters", "200"),
        id="long next step",
    ),
    *(
        pytest.param("3.3", {"evidence_url": url}, "evidence_url", ("web address", ""), id=f"link {url[:30]!r}")
        for url in UNACCEPTABLE_ADDRESSES
        if url.strip() == url and address_problem(complete_address(url))
    ),
]


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("data.ontario.ca/dataset/a", "https://data.ontario.ca/dataset/a"),
        ("https://x.sharepoint.com/Shared Documents/a.docx", "https://x.sharepoint.com/Shared%20Documents/a.docx"),
    ],
)
def test_evidence_link_is_completed_and_the_answer_says_so(ontario: Client, typed: str, stored: str, htmx: bool) -> None:
    form = update_form(ontario, "3.3").fill(status="SP", progress_en="Done.", evidence_url=typed)
    page = form.submit(htmx=htmx)
    assert f"Link entered: {stored}" in (page.text if htmx else page.follow().main_text)
    assert update_form(ontario, "3.3").value("evidence_url") == stored


def test_evidence_link_stored_as_typed_is_not_announced(ontario: Client) -> None:
    form = update_form(ontario, "3.3").fill(status="SP", progress_en="Done.", evidence_url="https://a.example/x")
    assert "Link entered" not in form.submit().follow().main_text


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(("code", "typed", "field", "sentences"), first_of(10, INVALID_REPORTS))
def test_invalid_report_is_refused_and_kept_in_the_form(
    read_only_app: App, code: str, typed: dict[str, Any], field: str, sentences: tuple[str, str], lang: str
) -> None:
    other = "fr" if lang == "en" else "en"
    field = field.format(lang=lang, other=other)
    good = {"status": "LP" if code == "3.2" else "SP", f"progress_{lang}": "Words that took an hour."}
    page = read_only_app.client_as("ontario").get(f"/{lang}/plans/2020/activities/{code}/report", htmx=True)
    form = page.form("/report").fill(**{**good, **{name.format(lang=lang, other=other): v for name, v in typed.items()}})
    before = read_only_app.fingerprint()
    for htmx in (False, True):
        page = form.submit(htmx=htmx)
        assert page.status == 422
        assert read_only_app.fingerprint() == before
        _check_error_shown(page, field, sentences[LANGS.index(lang)])
        stored = page.form(f"{code}/report")
        expected = {n: v.replace("\r\n", "\n") for n, v in form.values.items() if not n.endswith("csrf_token")}
        assert {n: v.replace("\r\n", "\n") for n, v in stored.values.items() if not n.endswith("csrf_token")} == expected


@pytest.mark.parametrize(
    ("lang", "hint"), [("en", "(last report: Limited progress)"), ("fr", "(dernier rapport\u00a0: Progrès limité)")]
)
def test_status_field_names_the_last_report_when_another_status_is_chosen(ontario: Client, lang: str, hint: str) -> None:
    form = update_form(ontario, "3.3", lang)
    page = form.fill(status="SP").submit()
    assert page.status == 422
    assert page.form("3.3/report").value("status") == "SP"
    for element in (form.element, page.form("3.3/report").element):
        assert hint in text_of(next(element.iter("legend")))


def _check_error_shown(page: Page, field: str, sentence: str) -> None:
    """The error is beside its field and described by it, and the summary links to it."""
    form = next(
        f
        for f in page.forms
        if f.action.split("?")[0].endswith("/report") and any(e.get("role") == "alert" for e in f.element.iter())
    )
    name = form.full_name(field)
    controls = [e for e in form.controls if e.get("name") == name]
    if field == "status":
        (described,) = [e for e in form.element.iter("fieldset") if e.get("aria-describedby")]
    else:
        (described,) = controls
        assert described.get("aria-invalid") == "true"
    error = page.find_by_id(next(i for i in described.get("aria-describedby", "").split() if i.endswith("-error")))
    assert sentence in text_of(error)
    links = [a.get("href", "") for e in form.element.iter() if e.get("role") == "alert" for a in e.iter("a")]
    assert f"#{controls[0].get('id')}" in links


def test_report_problems_are_all_listed(ontario: Client) -> None:
    page = update_form(ontario, "3.2").fill(status="NS", progress_en="", evidence_url="javascript:alert(1)").submit()
    assert [bool(page.field_error(f)) for f in ("progress_en", "challenge_en", "evidence_url")] == [True, True, True]


def test_report_in_the_other_language_is_accepted_and_marked(app: App, ontario: Client) -> None:
    update_form(ontario, "3.3").fill(status="SP", progress_fr="Nous avançons.").submit()
    row = ontario.get("/en/my-updates").find_by_id(f"update-{activity_id(app, '3.3')}")
    assert "English missing" in text_of(row)
    assert [e.get("lang") for e in row.iter() if e.text and "Nous avançons." in e.text] == ["fr"]


@pytest.mark.parametrize("begun", [False, True])
@pytest.mark.parametrize("lang", LANGS)
def test_nothing_to_report_is_one_box_in_the_form_of_a_report(ontario: Client, lang: str, begun: bool) -> None:
    if begun:
        update_form(ontario, "3.3", lang).fill(status="SP", **{f"progress_{lang}": "Text."}).submit(button_value="save")
    form = update_form(ontario, "3.3", lang)
    boxes = [e for e in form.controls if (e.get("name") or "").endswith("nothing_to_report")]
    assert [(e.tag, e.get("type")) for e in boxes] == [("input", "checkbox")]
    assert [b.get("value") for b in form.element.iter("button") if b.get("value")] == ["save", "submit"]


@pytest.mark.parametrize("lang", LANGS)
def test_nothing_to_report_requires_no_text(app: App, ontario: Client, lang: str) -> None:
    row = update_form(ontario, "3.3", lang).fill(status="SP", nothing_to_report=True).submit(button_value="save", htmx=True)
    assert ("nothing to report" if lang == "en" else "rien à signaler") in row.text
    assert update_form(ontario, "3.3", lang).submit().status == 303
    (submission,) = app.rows(Submission, Submission.activity_id == activity_id(app, "3.3"), Submission.period_id == 3)
    assert (submission.nothing_to_report, submission.status.value, submission.progress_en) == (True, "SP", "")
    assert ("nothing to report" if lang == "en" else "rien à signaler") in activity_page_text(ontario, "3.3", lang)


QUESTION = {"en": "Which one do you want to keep?", "fr": "Que voulez-vous conserver?"}
CLEARED = {"en": "“Nothing to report” was cleared", "fr": "«\u00a0Rien à signaler\u00a0» a été décoché"}


def third_quarter_report(app: App, code: str) -> StatusReport:
    (report,) = app.rows(StatusReport, StatusReport.activity_id == activity_id(app, code), StatusReport.period_id == 3)
    return report  # type: ignore[no-any-return]


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("keep", ["text", "mark"])
@pytest.mark.parametrize("button", ["save", "submit"])
def test_text_beside_nothing_to_report_is_asked_about_and_never_saved(
    app: App, ontario: Client, lang: str, htmx: bool, keep: str, button: str
) -> None:
    form = update_form(ontario, "3.3", lang).fill(status="SP", **{f"progress_{lang}": "We chose five measures."})
    page = form.fill(nothing_to_report=True).submit(button_value=button, htmx=htmx)
    assert page.status == 422
    assert QUESTION[lang] in page.text
    assert not app.rows(StatusReport, StatusReport.activity_id == activity_id(app, "3.3"), StatusReport.period_id == 3)
    asked = page.form("3.3/report")
    assert asked.value("nothing_to_report") == "y"
    assert not page.find_all("div", data_keep_which="", hidden=""), "the question is shown"
    assert asked.submit(button_value=button, htmx=htmx).status == 422, "no answer is not a choice"
    assert asked.fill(keep=keep).submit(button_value=button, htmx=htmx).status == (200 if htmx else 303)
    report = third_quarter_report(app, "3.3")
    stored = (report.nothing_to_report, report.progress.exact_text(lang))
    assert stored == ((False, "We chose five measures.") if keep == "text" else (True, ""))


@pytest.mark.parametrize("lang", LANGS)
def test_text_typed_beside_the_saved_mark_clears_it_and_says_so(app: App, ontario: Client, lang: str) -> None:
    update_form(ontario, "3.3", lang).fill(status="SP", nothing_to_report=True).submit(button_value="save")
    form = update_form(ontario, "3.3", lang)
    assert form.value("nothing_to_report") == "y"
    answer = form.fill(**{f"progress_{lang}": "We chose five measures."}).submit(button_value="save")
    assert CLEARED[lang] in text_of(answer.follow().find_by_id("outcome"))
    report = third_quarter_report(app, "3.3")
    assert (report.nothing_to_report, report.progress.exact_text(lang)) == (False, "We chose five measures.")
    ticked = update_form(ontario, "3.3", lang).fill(nothing_to_report=True).submit(button_value="save")
    assert ticked.status == 422, "ticking the mark with a saved text asks what to keep"


def test_mark_of_submit_all_beside_a_text_typed_meanwhile_submits_nothing(app: App, ontario: Client) -> None:
    page = ontario.get("/en/my-updates/submit").form("submit")
    update_form(ontario, "3.4").fill(status="SP", progress_en="Typed meanwhile.").submit(button_value="save")
    fields = {"seen": page.value("seen"), "nothing": "3.4", "csrf_token": page.value("csrf_token")}
    assert ontario.post("/en/my-updates/submit", fields).status == 409
    assert not third_quarter_report(app, "3.4").nothing_to_report


def test_complete_activity_gets_its_completion_day_and_needs_no_more_reports(app: App, ontario: Client) -> None:
    for code, timing in (("3.3", "On time"), ("3.2", "86 days late")):
        fields = {"status": "C", "progress_en": "It is published.", "evidence_note_en": "It is on paper."}
        assert update_form(ontario, code).fill(**fields).submit().status == 303
        assert timing in ontario.get("/en/plans/2020/priorities/3").main_text
    (first,) = app.rows(Submission, Submission.activity_id == activity_id(app, "3.3"), Submission.period_id == 3)
    assert first.completed_at == demo_calendar().now()
    app.clock.advance(days=10)
    late = app.client_as("ontario")
    assert late.get("/en/my-updates").status == 200
    asked = [f.action for f in late.get("/en/my-updates").forms]
    assert not [a for a in asked if a.split("?")[0].endswith(("3.3/report", "3.2/report"))], (
        "the next quarter does not require it"
    )


def test_step_back_from_complete_clears_the_completion_day(app: App, ontario: Client) -> None:
    update_form(ontario, "3.3").fill(status="C", progress_en="Done.", evidence_url="https://a.example/").submit()
    again = ontario.get("/en/plans/2020/activities/3.3/report").form("3.3/report")
    again.fill(status="SP", progress_en="Not quite.").submit()
    submissions = app.rows(Submission, Submission.activity_id == activity_id(app, "3.3"), Submission.period_id == 3)
    assert [bool(s.completed_at) for s in submissions] == [True, False]
    assert [s.previous_status.value for s in submissions] == ["LP", "C"]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("who", ["chair", "secretariat"])
def test_report_on_behalf_is_attributed(app: App, who: str, lang: str) -> None:
    steering = app.client_as(who)
    page = steering.get(f"/{lang}/my-updates")
    choices = [a for a in page.find_all("a") if (a.get("href") or "").startswith(f"/{lang}/my-updates?for=")]
    assert [text_of(a) for a in choices] == (
        ["Alberta", "British Columbia", "Canada", "Ontario", "Saskatchewan"]
        if lang == "en"
        else ["Alberta", "Canada", "Colombie-Britannique", "Ontario", "Saskatchewan"]
    )
    page = steering.get(f"/{lang}/my-updates?for=on")
    behalf = "You are reporting on behalf of Ontario" if lang == "en" else "Vous "
    assert any(text_of(notice).startswith(behalf) for notice in page.find_all("p", class_="notice-warning"))
    answer = page.report_form("3.3").fill(status="SP", **{f"progress_{lang}": "They answered by e-mail."}).submit()
    assert answer.status == 303
    assert answer.redirect_path == f"/{lang}/my-updates?for=on"
    assert ("on behalf of Ontario" if lang == "en" else "de l’Ontario") in activity_page_text(
        app.client_as("ontario"), "3.3", lang
    )
    (report,) = app.rows(StatusReport, StatusReport.activity_id == activity_id(app, "3.3"), StatusReport.period_id == 3)
    assert report.changed_by == app.person_id(who)
    (on,) = app.rows(Jurisdiction, Jurisdiction.code == "on")
    assert report.behalf_of == on.id


def test_lead_without_a_role_gets_an_explanation(app: App) -> None:
    for lang, sentence in (("en", "Your jurisdiction has no role in this year’s plan"), ("fr", "aucun rôle")):
        page = app.client_as("quebec").get(f"/{lang}/my-updates")
        assert page.status == 200
        assert sentence in page.main_text
        assert not [f for f in page.forms if "report" in f.action]
        hrefs = [a.get("href") for a in page.find("main").iter("a")]
        assert {f"/{lang}/plans/2020", f"/{lang}/jurisdictions/qc", "mailto:help@cogwg.example"} <= set(hrefs)


@pytest.mark.parametrize(("lang", "sentence"), [("en", "You do not need to report"), ("fr", "Vous n’avez pas à faire rapport")])
def test_my_updates_before_the_first_plan_explains_and_submits_nothing(make_app: MakeApp, lang: str, sentence: str) -> None:
    ontario = make_app(day=date(2019, 5, 1)).client_as("ontario")
    page = ontario.get(f"/{lang}/my-updates")
    assert (page.status, sentence in page.main_text) == (200, True)
    assert not [a for a in page.find("main").iter("a") if "/plans" in a.get("href", "")], "there is no plan to read"
    review = ontario.get(f"/{lang}/my-updates/submit")
    assert (review.status, review.form("submit").submit().status) == (200, 422)


def close_periods(app: App) -> None:
    app.execute(update(ReportingPeriod).values(closed_at=demo_calendar().now()))


@pytest.mark.parametrize("lang", LANGS)
def test_report_for_a_closed_quarter_is_refused_and_kept_in_the_form(app: App, ontario: Client, lang: str) -> None:
    form = update_form(ontario, "3.3", lang).fill(status="SP", **{f"progress_{lang}": "A minute too late."})
    close_periods(app)
    before = app.fingerprint()
    for htmx in (False, True):
        page = form.submit(htmx=htmx)
        assert page.status == 422
        assert page.form("3.3/report").value(f"progress_{lang}") == "A minute too late."
        assert ("is closed" if lang == "en" else "fermé") in page.alert_text
    assert app.fingerprint() == before
    assert ontario.get(f"/{lang}/my-updates").status == 200


@pytest.mark.parametrize("lang", LANGS)
def test_report_for_a_future_quarter_is_refused_and_kept_in_the_form(make_app: MakeApp, lang: str) -> None:
    app = make_app(day=date(2019, 12, 15))
    ontario = app.client_as("ontario")
    assert ontario.get(f"/{lang}/my-updates").status == 200
    page = ontario.get(f"/{lang}/plans/2020/activities/3.3/report")
    form = page.form("3.3/report").fill(status="SP", **{f"progress_{lang}": "Too early."})
    before = app.fingerprint()
    answer = form.submit()
    assert answer.status == 422
    assert answer.form("3.3/report").value(f"progress_{lang}") == "Too early."
    assert ("not open yet" if lang == "en" else "pas encore") in answer.alert_text
    assert app.fingerprint() == before


def test_report_after_the_due_time_is_accepted_and_marked_late(make_app: MakeApp) -> None:
    app = make_app()
    app.clock.now = datetime.fromisoformat("2026-03-09T01:30:00+00:00")  # September 30, 2020, 20:30 in Toronto
    ontario = app.client_as("ontario")
    page = ontario.get("/en/my-updates")
    assert "marked late" in page.main_text
    assert page.report_form("3.3").fill(status="SP", progress_en="In the evening.").submit().status == 303
    (submission,) = app.rows(Submission, Submission.activity_id == activity_id(app, "3.3"), Submission.period_id == 3)
    assert submission.late
    assert "submitted late" in activity_page_text(ontario, "3.3")


MIDNIGHT = datetime.fromisoformat("2026-03-09T05:00:00+00:00")
"""Return the instant at which the test calendar reaches October 1, 2020 in Toronto."""


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize("lang", LANGS)
def test_form_opened_before_midnight_is_filed_in_its_quarter(make_app: MakeApp, lang: str, htmx: bool) -> None:
    app = make_app()
    app.clock.now = MIDNIGHT - timedelta(minutes=5)
    ontario = app.client_as("ontario")
    form = update_form(ontario, "3.3", lang).fill(status="SP", **{f"progress_{lang}": "At five to twelve."})
    app.clock.now = MIDNIGHT + timedelta(minutes=5)
    assert form.submit(htmx=htmx).status == (200 if htmx else 303)
    (last, *_others) = sorted(app.rows(Submission, Submission.activity_id == activity_id(app, "3.3")), key=lambda s: -s.id)
    assert (last.period_id, last.late) == (3, True)


@pytest.mark.parametrize("lang", LANGS)
def test_late_quarter_accepts_reports_until_it_is_closed(make_app: MakeApp, lang: str) -> None:
    app = make_app()
    app.clock.now = MIDNIGHT + timedelta(hours=9)
    ontario = app.client_as("ontario")
    earlier = ontario.get(f"/{lang}/my-updates")
    lede = "to report on for Quarter 3 of 2020." if lang == "en" else "à mettre à jour pour le trimestre 3 de 2020."
    assert lede in without_no_break_spaces(earlier.main_text), "the late quarter comes first"
    (link,) = [a for a in earlier.find_all("a") if (a.get("href") or "").endswith("period=2020-12")]
    assert without_no_break_spaces(text_of(link)) == (
        "Quarter 4 of 2020 is open: 5 activities to report on"
        if lang == "en"
        else "Le trimestre 4 de 2020 est ouvert : 5 activités à mettre à jour"
    )
    page = ontario.get(str(link.get("href")))
    (back,) = [a for a in page.find_all("a") if (a.get("href") or "").endswith("period=2020-09")]
    assert without_no_break_spaces(text_of(back)) == (
        "Quarter 3 of 2020 still accepts reports: 5 activities to report on"
        if lang == "en"
        else "Le trimestre 3 de 2020 accepte encore des rapports : 5 activités à mettre à jour"
    )
    assert ("marked late" if lang == "en" else "remis en retard") in earlier.main_text
    answer = earlier.report_form("3.3").fill(status="SP", **{f"progress_{lang}": "A day too late."}).submit()
    assert answer.redirect_path.split("#")[0] == f"/{lang}/my-updates?period=2020-09", "back on the same page"
    assert "A day too late." in answer.follow().main_text
    (third,) = app.rows(Submission, Submission.activity_id == activity_id(app, "3.3"), Submission.period_id == 3)
    assert third.late


@pytest.mark.parametrize("lang", LANGS)
def test_page_of_the_next_quarter_says_that_the_one_before_was_closed(make_app: MakeApp, lang: str) -> None:
    app = make_app()
    app.clock.now = MIDNIGHT + timedelta(hours=9)
    ontario = app.client_as("ontario")
    assert not ontario.get(f"/{lang}/my-updates?period=2020-12").find_all("p", id="just-closed")
    app.execute(update(ReportingPeriod).where(ReportingPeriod.key == "2020-09").values(closed_at=app.calendar.now()))
    sentence = without_no_break_spaces(text_of(ontario.get(f"/{lang}/my-updates").find_by_id("just-closed")))
    assert sentence == (
        "Quarter 3 of 2020 was closed on October 1, 2020. To submit a missing report, ask the co-chairs to reopen the quarter."
        if lang == "en"
        else "Le trimestre 3 de 2020 a été fermé le 1er octobre 2020. "
        "Pour soumettre un rapport manquant, demandez à la coprésidence de rouvrir le trimestre."
    )


@pytest.mark.parametrize("lang", LANGS)
def test_earlier_quarter_after_a_later_report_is_refused(make_app: MakeApp, lang: str) -> None:
    app = make_app()
    app.clock.now = MIDNIGHT + timedelta(hours=9)
    ontario = app.client_as("ontario")
    form = update_form(ontario, "3.3", lang, "?period=2020-09").fill(status="LP", **{f"progress_{lang}": "Of September."})
    update_form(ontario, "3.3", lang, "?period=2020-12").fill(status="SP", **{f"progress_{lang}": "In October."}).submit()
    before = app.fingerprint()
    answer = form.submit()
    assert answer.status == 422
    assert (
        "already has a report for Quarter 4 of 2020" if lang == "en" else "a déjà un rapport pour le trimestre 4 de 2020"
    ) in without_no_break_spaces(answer.alert_text)
    assert answer.form("3.3/report").value(f"progress_{lang}") == "Of September."
    assert app.fingerprint() == before


@pytest.mark.parametrize("key", ["2020-10", "2019-09", "nonsense", "20٢0-09", "99999-09"])
def test_unknown_quarter_is_not_found(app: App, ontario: Client, key: str) -> None:
    for path in ("/en/my-updates", "/en/plans/2020/activities/3.3/report"):
        assert ontario.get(f"{path}?period={key}").status == 404


@pytest.mark.parametrize(
    ("key", "sentence"), [("2020-12", "opens on October 1"), ("2020-06", "Quarter 2 reports were due on June 30")]
)
def test_other_quarters_show_their_opening_or_due_day(app: App, ontario: Client, key: str, sentence: str) -> None:
    assert sentence in without_no_break_spaces(ontario.get(f"/en/my-updates?period={key}").main_text)


CANARY_FIELDS = {
    "progress_en": "canary-one",
    "progress_fr": "canary-two",
    "challenge_en": "canary-three",
    "challenge_fr": "canary-four",
    "evidence_url": "https://canary-five.example/",
    "evidence_label_en": "canary-six",
    "evidence_label_fr": "canary-seven",
    "evidence_note_en": "canary-eight",
    "evidence_note_fr": "canary-nine",
    "next_step_en": "canary-ten",
    "next_step_fr": "canary-eleven",
}
PUBLIC_PATHS = [
    "/",
    "/healthz",
    "/readyz",
    "/{lang}/",
    "/{lang}/accessibility",
    "/{lang}/sign-in",
    "/{lang}/plans",
    "/{lang}/plans/2020",
]
PUBLIC_PATHS += [f"/{{lang}}/plans/2020/priorities/{n}" for n in range(1, 6)] + ["/{lang}/nowhere"]


def test_visitor_sees_no_report_texts_names_or_history(app: App, ontario: Client) -> None:
    assert update_form(ontario, "3.3").fill(status="LP", **CANARY_FIELDS).submit().status == 303
    people = ("N. Osei", "R. Campbell", "S. Haddad", "A. Sandhu", "Friesen", "Okafor", "demo.cogwg.example")
    texts = ("form is with all members", "forums had no moderator", "sample.cogwg.example")
    for path in PUBLIC_PATHS:
        for lang in LANGS:
            text = app.anonymous_client().get(path.format(lang=lang)).text
            for secret in ("canary", *people, *texts):
                assert secret not in text, f"{secret} on {path}"
    for name in PERSONAS[:-1]:
        shown = app.client_as(name).get("/en/plans/2020/activities/3.3").text
        assert all(value in shown for value in CANARY_FIELDS.values() if "canary" in value and value not in _FRENCH_CANARIES), (
            name
        )
    assert "canary-two" in app.client_as("reader").get("/fr/plans/2020/activities/3.3").text


_FRENCH_CANARIES = {CANARY_FIELDS[k] for k in CANARY_FIELDS if k.endswith("_fr")}
HOSTILE_TEXT = "\"'><img src=x onerror=1><script>1</script>{{77777*7}}</textarea>&lt;b&gt;"


@pytest.mark.parametrize("lang", LANGS)
def test_hostile_text_is_escaped_on_every_page(app: App, ontario: Client, lang: str) -> None:
    fields = {name: HOSTILE_TEXT for name in CANARY_FIELDS if name != "evidence_url"}
    form = update_form(ontario, "3.3", lang).fill(status="LP", evidence_url="https://a.example/\"'><img>", **fields)
    assert form.submit().status == 303
    reader = app.client_as("reader")
    pages = [
        ontario.get(f"/{lang}/my-updates"),
        ontario.get(f"/{lang}/plans/2020/activities/3.3/report"),
        reader.get(f"/{lang}/plans/2020/activities/3.3"),
        reader.get(f"/{lang}/plans/2020/priorities/3"),
        form.fill(progress_en=f"More: {HOSTILE_TEXT}").submit(),
        ontario.get(f"/{lang}/my-updates?for={HOSTILE_TEXT}"),
        ontario.get(f"/{lang}/{HOSTILE_TEXT}?{HOSTILE_TEXT}"),
    ]
    assert pages[4].status == 409
    for page in pages:
        assert not page.find_all("img")
        assert all(e.get("src") for e in page.find_all("script"))
        assert not [name for e in page.find_all("*") for name in e.attrib if name.startswith("on")]
        assert "544439" not in page.main_text
    assert HOSTILE_TEXT in "".join(pages[2].find("main").itertext())


def test_report_text_is_cleaned(app: App, ontario: Client) -> None:
    typed = "\u200b Line one\r\n\r\nLine\x00 two\x07\ufffe: e\u0301le\u0300ve 🦫\t \u00a0"
    update_form(ontario, "3.3").fill(status="SP", progress_en=typed).submit()
    (report,) = app.rows(StatusReport, StatusReport.activity_id == activity_id(app, "3.3"), StatusReport.period_id == 3)
    assert report.progress_en == "Line one\n\nLine two: élève 🦫"


def test_second_link_is_kept_when_the_first_is_edited(app: App, ontario: Client) -> None:
    update_form(ontario, "3.3").fill(status="SP", progress_en="One.", evidence_url="https://a.example/").submit()
    (report,) = app.rows(StatusReport, StatusReport.activity_id == activity_id(app, "3.3"), StatusReport.period_id == 3)
    app.execute(
        Evidence.__table__.insert().values(report_id=report.id, position=2, url="https://b.example/", label_en="", label_fr="")
    )
    again = ontario.get("/en/plans/2020/activities/3.3/report").form("3.3/report")
    again.fill(progress_en="Two.", evidence_url="https://c.example/").submit()
    assert [e.url for e in app.rows(Evidence, Evidence.report_id == report.id)] == [
        "https://c.example/",
        "https://b.example/",
    ]


@pytest.mark.parametrize("way", ["report", "report/merge"])
@pytest.mark.parametrize("name", ["saskatchewan", "quebec", "nwt", "reader"])
def test_htmx_row_is_forbidden_to_non_reporters(app: App, ontario: Client, name: str, way: str) -> None:
    """The URL of one row has the same rules: people who do not report on it see and save nothing."""
    place = f"/en/plans/2020/activities/3.3/{way}?period=2020-09"
    form = ontario.get("/en/plans/2020/activities/3.3/report?period=2020-09", htmx=True).form("3.3/report")
    other, before = app.client_as(name), app.fingerprint()
    fields = {**form.fill(status="SP", progress_en="Not mine.").values, "csrf_token": other.csrf_token(), "opened_by": ""}
    if way == "report":
        assert other.get(place, htmx=True).status == 403
    assert other.post(place, fields, htmx=True).status == 403
    assert app.fingerprint() == before
    assert form.submit(htmx=True).status == 200
    assert app.fingerprint() != before


def test_form_sent_twice_is_saved_once(app: App, ontario: Client) -> None:
    """Double click: the second response equals the first, and nothing is saved twice."""
    form = update_form(ontario, "3.3").fill(status="SP", progress_en="Clicked twice.")
    assert [form.submit().status, form.submit().status] == [303, 303]
    assert len(app.rows(Submission, Submission.progress_en == "Clicked twice.")) == 1


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize("lang", LANGS)
def test_draft_is_saved_and_invisible_to_others(app: App, ontario: Client, lang: str, htmx: bool) -> None:
    form = update_form(ontario, "3.3", lang).fill(**{f"progress_{lang}": "Half a thought"})
    page = form.submit(htmx=htmx, button_value="save")
    page = page if htmx else page.follow()
    row = page.find_by_id(f"update-{activity_id(app, '3.3')}")
    assert ("Draft saved" if lang == "en" else "Ébauche enregistrée") in text_of(row)
    assert ("Describe the challenge" if lang == "en" else "Décrivez le défi") in text_of(row), "the row says what is missing"
    announced = page.find_by_id("status") if htmx else page.find_by_id("outcome")
    assert ("Describe the challenge" if lang == "en" else "Décrivez le défi") in text_of(announced)
    assert "data-focus-next-row" not in row.attrib, "the focus stays in the row"
    assert "Half a thought" in text_of(row)
    assert "Half a thought" not in activity_page_text(app.client_as("reader"), "3.3", lang)
    assert "Half a thought" not in app.client_as("reader").get(f"/{lang}/plans/2020/priorities/3").main_text
    (report,) = app.rows(StatusReport, StatusReport.activity_id == activity_id(app, "3.3"), StatusReport.period_id == 3)
    assert (report.state.value, report.version) == ("draft", 1)


@pytest.mark.parametrize(
    ("lang", "sentences"),
    [
        ("en", ["overdue and its status is “Not started”", "overdue and its status is “Limited progress”", "Add a link that"]),
        (
            "fr",
            ["en retard et son état est « Non commencé »", "en retard et son état est « Progrès limité »", "Ajoutez un lien"],
        ),
    ],
)
def test_form_asks_for_what_each_status_needs_and_saved_draft_links_to_the_field(
    app: App, ontario: Client, lang: str, sentences: list[str]
) -> None:
    page = ontario.get(f"/{lang}/plans/2020/activities/3.2/report")
    shown_for = page.form("3.2/report").value("status")
    requests = [p for p in page.find("main").iter("p") if p.get("data-asked-for")]
    assert [p.get("data-asked-for") for p in requests] == ["NS", "LP", "C"]
    for request, sentence in zip(requests, sentences, strict=True):
        assert sentence in without_no_break_spaces(text_of(request))
        assert ("hidden" in request.attrib) == (request.get("data-asked-for") != shown_for)
    other = activity_id(app, "3.3")
    draft = update_form(ontario, "3.3", lang).fill(status="LP", **{f"progress_{lang}": "Some."})
    saved = draft.submit(button_value="save").follow()
    named = sentences[1].partition(" and " if lang == "en" else " et ")[2]
    assert named in without_no_break_spaces(text_of(saved.find_by_id("outcome"))), "the save asks, with the status"
    for element in (saved.find_by_id(f"update-{other}"), ontario.get(f"/{lang}/my-updates/submit").find("main")):
        (link,) = [a for a in element.iter("a") if (a.get("href") or "").endswith(f"#r{other}-challenge_{lang}")]
        assert named in without_no_break_spaces(text_of(link))
        path = str(link.get("href")).partition("#")[0]
        (ontario.get(path) if path else saved).find_by_id(f"r{other}-challenge_{lang}")
    complete = update_form(ontario, "3.3", lang).fill(status="C").submit(button_value="save").follow()
    assert f"#r{other}-evidence_url" in {"#" + (a.get("href") or "").partition("#")[2] for a in complete.find("main").iter("a")}


@pytest.mark.parametrize(
    ("lang", "alone", "in_list"),
    [
        ("en", "Save draft", "Save draft and continue"),
        ("fr", "Enregistrer l’ébauche", "Enregistrer l’ébauche et continuer"),
    ],
)
def test_button_promises_to_continue_only_where_a_next_report_follows(
    ontario: Client, lang: str, alone: str, in_list: str
) -> None:
    for path, words in ((f"/{lang}/plans/2020/activities/3.3/report", alone), (f"/{lang}/my-updates", in_list)):
        buttons = [b for b in ontario.get(path).find("main").iter("button") if b.get("value") == "save"]
        assert {(b.text or "").strip() for b in buttons} == {words}


def test_activity_that_is_not_due_asks_for_no_challenge(ontario: Client) -> None:
    page = ontario.get("/en/plans/2020/activities/4.4/report")
    assert [p.get("data-asked-for") for p in page.find("main").iter("p") if p.get("data-asked-for")] == ["C"]


@pytest.mark.parametrize("lang", LANGS)
def test_submit_all_sends_ready_reports_and_keeps_a_receipt(app: App, ontario: Client, lang: str) -> None:
    challenge = {f"challenge_{lang}": "Two jurisdictions have no catalogue."}
    update_form(ontario, "3.3", lang).fill(**{f"progress_{lang}": "We chose five measures."}, **challenge).submit(
        button_value="save"
    )
    update_form(ontario, "3.2", lang).fill(**{f"progress_{lang}": "Unfinished."}).submit(button_value="save")
    page = ontario.get(f"/{lang}/my-updates/submit")
    ready, correct, missing = [text_of(ul) for ul in page.find("main").iter("ul") if "item-list" in ul.get("class", "")]
    assert "We chose five measures." in ready
    assert ("Describe the challenge" if lang == "en" else "Décrivez le défi") in correct
    silent = "Submit as “Nothing to report”" if lang == "en" else "Soumettre avec la mention «\u00a0Rien à signaler\u00a0»"
    assert missing.count(silent) == 3
    shown_value = page.form("submit").value("seen")
    answer = ontario.post(
        f"/{lang}/my-updates/submit",
        {"seen": shown_value, "nothing": "3.4", "csrf_token": page.form("submit").value("csrf_token")},
    )
    assert answer.status == 303
    receipt = answer.follow()
    assert "We chose five measures." in receipt.main_text
    assert "Two jurisdictions have no catalogue." in receipt.main_text
    assert "N. Osei" in receipt.main_text
    assert ("2 reports were submitted" if lang == "en" else "2\u00a0rapports ont été soumis") in receipt.main_text
    assert ontario.get(receipt.path).main_text == receipt.main_text, "the URL stays the same"
    assert app.client_as("saskatchewan").get(receipt.path).status == 404
    sent = app.rows(Submission, Submission.submitted_by == app.person_id("ontario"), Submission.period_id == 3)
    assert {(s.activity_id, s.nothing_to_report) for s in sent if not s.sample} == {
        (activity_id(app, "3.3"), False),
        (activity_id(app, "3.4"), True),
    }


@pytest.mark.parametrize(
    ("lang", "submitted", "lede"),
    [
        (
            "en",
            "Quarter 3 of 2020. You have submitted your 5 reports.",
            "Ontario: 5 reports for Quarter 3 of 2020 are submitted.",
        ),
        (
            "fr",
            "Trimestre 3 de 2020. Vous avez soumis vos 5 rapports.",
            "Ontario : les 5 rapports du trimestre 3 de 2020 sont soumis.",
        ),
    ],
)
def test_pages_say_that_all_reports_are_submitted(ontario: Client, lang: str, submitted: str, lede: str) -> None:
    texts = {f"progress_{lang}": "Done.", f"challenge_{lang}": "Staff."}
    for code in ("3.2", "3.3", "3.4", "4.3"):
        update_form(ontario, code, lang).fill(status="SP", **texts).submit()
    review = ontario.get(f"/{lang}/my-updates/submit")
    assert len(review.find("main").findall(".//form")) == 1
    assert lede not in without_no_break_spaces(ontario.get(f"/{lang}/my-updates").main_text)
    update_form(ontario, "4.4", lang).fill(status="SP", **texts).submit()
    review = ontario.get(f"/{lang}/my-updates/submit")
    assert without_no_break_spaces(text_of(review.find("p", class_="lede"))) == submitted
    assert review.find("main").findall(".//form") == []
    updates = ontario.get(f"/{lang}/my-updates")
    assert without_no_break_spaces(text_of(updates.find("p", class_="lede"))) == lede
    done = "All your reports are submitted" if lang == "en" else "Tous vos rapports sont soumis"
    for page in (updates, review):
        assert text_of(page.find("h1")) == done
        following = text_of(page.find("section", aria_labelledby="next-heading"))
        for word in ("Trimestre 4" if lang == "fr" else "Quarter 4", "2020", "September" if lang == "en" else "septembre"):
            assert word.lower() in without_no_break_spaces(following).lower()
    assert not updates.find_all("div", id="submit-bar"), "there is nothing left to submit"
    for words in ("Overdue", "En retard", "Due in", "Due by", "À terminer d’ici le"):
        assert words not in updates.main_text


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_required_challenge_is_not_asked_for_again_in_the_other_language(ontario: Client, lang: str) -> None:
    other, asked = {"en": ("fr", "It is required"), "fr": ("en", "obligatoire, car")}[lang]
    ontario.report_form("3.2", lang).fill(status="LP", **{f"progress_{lang}": "Begun."}).submit(button_value="save")
    path = f"/{lang}/plans/2020/activities/3.2/report"
    assert asked in without_no_break_spaces(ontario.get(path).main_text)
    ontario.report_form("3.2", lang).fill(**{f"challenge_{other}": "A delay."}).submit(button_value="save")
    assert asked not in without_no_break_spaces(ontario.get(path).main_text)


def test_correction_by_htmx_brings_the_time_of_the_last_change(ontario: Client) -> None:
    for _time in ("submission", "correction"):
        form = ontario.report_form("3.4").fill(status="SP", progress_en="All done.")
        row = form.submit(button_value="submit", htmx=True).find("article")
        assert without_no_break_spaces(row.get("data-last-change", "")).startswith("Last change: September 24, 2020")


@pytest.mark.parametrize(("lang", "due"), [("en", "Due by September 30"), ("fr", "À terminer d’ici le 30 septembre")])
def test_row_due_now_names_the_day_and_a_submitted_row_is_not_overdue(ontario: Client, app: App, lang: str, due: str) -> None:
    late = "Overdue by 86 days" if lang == "en" else "En retard de 86 jours"

    def row(code: str) -> str:
        page = ontario.get(f"/{lang}/my-updates")
        return without_no_break_spaces(text_of(page.find_by_id(f"update-{activity_id(app, code)}")))

    assert due in row("4.3")
    assert late in row("3.2")
    update_form(ontario, "3.2", lang).fill(status="SP", **{f"progress_{lang}": "Done."}).submit(button_value="save")
    assert late in row("3.2"), "a draft is not a report yet"
    update_form(ontario, "3.2", lang).submit(button_value="submit")
    assert late not in row("3.2")
    groups = [text_of(h2) for h2 in ontario.get(f"/{lang}/my-updates").find("main").iter("h2")]
    assert ("Submitted" if lang == "en" else "Soumis") in groups[-1]


def test_closed_quarter_calls_nothing_overdue(app: App, ontario: Client) -> None:
    close_periods(app)
    page = ontario.get("/en/my-updates?period=2020-09")
    assert "Not submitted" in page.main_text
    assert "Overdue" not in page.main_text


@pytest.mark.parametrize("lang", LANGS)
def test_submit_page_with_only_reports_to_correct_says_so_without_a_button(ontario: Client, lang: str) -> None:
    texts = {f"progress_{lang}": "Done.", f"challenge_{lang}": "Staff."}
    for code in ("3.2", "3.4", "4.3", "4.4"):
        update_form(ontario, code, lang).fill(status="SP", **texts).submit()
    update_form(ontario, "3.3", lang).fill(status="LP", **{f"progress_{lang}": "Some."}).submit(button_value="save")
    review = ontario.get(f"/{lang}/my-updates/submit")
    sentence = {
        "en": "You cannot submit yet. Complete the reports below first.",
        "fr": "Vous ne pouvez pas encore soumettre. Remplissez d’abord les rapports ci-dessous.",
    }[lang]
    assert sentence in review.main_text
    assert not list(review.find("main").iter("button"))
    link = next(a for a in review.find("main").iter("a") if "/3.3/report" in a.get("href", ""))
    assert {"en": "Describe the challenge", "fr": "Décrivez le défi"}[lang] in text_of(link.getparent())
    update_form(ontario, "3.3", lang).fill(status="LP", **texts).submit(button_value="save")
    ready = ontario.get(f"/{lang}/my-updates/submit")
    assert sentence not in ready.main_text
    assert ready.form("submit").submit().status == 303


@pytest.mark.parametrize("lang", LANGS)
def test_receipt_lists_what_was_not_submitted_and_why(app: App, ontario: Client, lang: str) -> None:
    """Each has a link to finish it; another person's receipt links to pages that the reader can open."""
    why = {
        "en": ("Returned with a note", "Incomplete draft", "No draft yet", "All your reports are submitted"),
        "fr": ("Renvoyé avec une note", "Ébauche incomplète", "Pas encore d’ébauche", "Tous vos rapports sont soumis"),
    }[lang]
    update_form(ontario, "4.3", lang).fill(**{f"progress_{lang}": "One.", f"challenge_{lang}": "Slow."}).submit()
    app.client_as("chair").get(f"/{lang}/plans/2020/activities/4.3/return?period=2020-09").form("/return").fill(
        note="Which?"
    ).submit()
    update_form(ontario, "3.2", lang).fill(**{f"progress_{lang}": "Unfinished."}).submit(button_value="save")
    receipt = ontario.get(f"/{lang}/my-updates/submit").form("submit")
    receipt = ontario.post(f"/{lang}/my-updates/submit", {**receipt.values, "nothing": "3.4"}).follow()
    behind = {
        a.get("href", ""): text_of(li) for li in receipt.find_all("li") for a in li.iter("a") if "/report?" in a.get("href", "")
    }
    place = f"/{lang}/plans/2020/activities/{{}}/report?period=2020-09"
    assert set(behind) == {place.format(code) for code in ("4.3", "3.2", "3.3", "4.4")}
    assert why[0] in behind[place.format("4.3")]
    assert why[1] in behind[place.format("3.2")]
    assert why[2] in behind[place.format("3.3")]
    assert ontario.get(place.format("3.3")).status == 200
    assert why[3] not in receipt.main_text
    chair = app.client_as("chair").get(receipt.path)
    assert f"/{lang}/plans/2020/activities/3.3" in [a.get("href") for a in chair.find("main").iter("a")]

    for code in ("4.3", "3.2", "3.3"):
        form = ontario.get(place.format(code)).form(f"{code}/report")
        form.fill(**{f"progress_{lang}": "Two.", f"challenge_{lang}": "Slow."}).submit()
    form = ontario.get(f"/{lang}/my-updates/submit").form("submit")
    whole = ontario.post(f"/{lang}/my-updates/submit", {**form.values, "nothing": "4.4"}).follow()
    assert why[3] in whole.main_text
    assert ontario.get(receipt.path).main_text == receipt.main_text, "an earlier receipt lists what was not submitted then"


@pytest.mark.parametrize("lang", LANGS)
def test_submit_all_conflict_sends_nothing(app: App, ontario: Client, lang: str) -> None:
    fields = {f"progress_{lang}": "First.", f"challenge_{lang}": "Something."}
    update_form(ontario, "4.3", lang).fill(**fields).submit(button_value="save")
    page = ontario.get(f"/{lang}/my-updates/submit")
    shown_value, token = page.form("submit").value("seen"), page.form("submit").value("csrf_token")
    other = app.client_as("chair")
    row = other.get(f"/{lang}/plans/2020/activities/4.3/report?for=on").form("4.3/report")
    row.fill(**{f"progress_{lang}": "Second."}).submit(button_value="save")
    before = app.fingerprint()
    again = ontario.post(f"/{lang}/my-updates/submit", {"seen": shown_value, "nothing": "3.4", "csrf_token": token})
    assert again.status == 409
    assert ("Nothing was submitted" if lang == "en" else "Rien n’a été soumis") in again.alert_text
    assert "First." in text_of(again.find_all("div", **{"class": "card yours"})[0])
    assert "Second." in text_of(again.find_all("div", **{"class": "card theirs"})[0])
    assert "R. Campbell" in again.main_text, "the page names the author of the other text"
    assert app.fingerprint() == before
    stored = again.form("4.3/report/merge")
    assert stored.values[f"both-progress_{lang}"] == "Second. First."
    assert stored.submit().status == 303
    sent = app.rows(Submission, Submission.activity_id == activity_id(app, "4.3"), Submission.period_id == 3)
    assert [getattr(submission, f"progress_{lang}") for submission in sent] == ["Second. First."], "the choice is submitted"


def test_submit_all_conflict_keep_theirs_submits_their_draft(app: App, ontario: Client) -> None:
    """A person who was submitting and keeps the other text submits that text, and the page says so."""
    update_form(ontario, "4.3").fill(progress_en="First.", challenge_en="Something.").submit(button_value="save")
    page = ontario.get("/en/my-updates/submit").form("submit")
    other = app.client_as("chair").get("/en/plans/2020/activities/4.3/report?for=on").form("4.3/report")
    other.fill(progress_en="Second.").submit(button_value="save")
    chosen = page.submit().form("4.3/report/merge").choose_sides(progress_en="theirs").submit()
    assert "Submitted:" in chosen.follow().main_text
    sent = app.rows(Submission, Submission.activity_id == activity_id(app, "4.3"), Submission.period_id == 3)
    assert [submission.progress_en for submission in sent] == ["Second."]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_one_box_submits_all_that_need_no_text_as_nothing_to_report(app: App, ontario: Client, lang: str) -> None:
    page = ontario.get(f"/{lang}/my-updates/submit")
    box, *single = page.find_all("input", name="nothing")
    codes = [e.get("value", "") for e in single]
    assert (box.get("id"), box.get("value", "").split()) == ("nothing-all", codes)
    assert len(codes) > 1
    form = page.form("submit")
    assert ontario.post(form.action, {**form.values, "nothing": box.get("value")}).status == 303
    sent = app.rows(Submission, Submission.period_id == 3, Submission.nothing_to_report.is_(True))
    assert {activity_id(app, code) for code in codes} <= {submission.activity_id for submission in sent}


def test_box_for_all_conflicts_when_one_of_them_was_begun_meanwhile(app: App, ontario: Client) -> None:
    page = ontario.get("/en/my-updates/submit")
    box, *_single = page.find_all("input", name="nothing")
    other = app.client_as("chair").get("/en/plans/2020/activities/3.4/report?for=on").form("3.4/report")
    assert other.fill(progress_en="Begun.").submit(button_value="save").status == 303
    before = app.fingerprint()
    form = page.form("submit")
    assert ontario.post(form.action, {**form.values, "nothing": box.get("value")}).status == 409
    assert app.fingerprint() == before


def test_submit_all_after_unchanged_save_asks_again_and_keeps_selections(app: App, ontario: Client) -> None:
    update_form(ontario, "4.3").fill(progress_en="First.", challenge_en="Something.").submit(button_value="save")
    page = ontario.get("/en/my-updates/submit").form("submit")
    other = app.client_as("chair").get("/en/plans/2020/activities/4.3/report?for=on").form("4.3/report")
    other.submit(button_value="save")
    before = app.fingerprint()
    again = ontario.post("/en/my-updates/submit", {**page.values, "nothing": "3.4"})
    assert again.status == 409
    assert "nothing was submitted" in again.alert_text
    assert [e.get("value") for e in again.find_all("input", name="nothing") if "checked" in e.attrib] == ["3.4"], (
        "selections are kept"
    )
    assert app.fingerprint() == before


@pytest.mark.parametrize("version", ["0", "99", "999999999"])
def test_submit_all_with_a_forged_version_is_a_conflict(app: App, ontario: Client, version: str) -> None:
    update_form(ontario, "4.3").fill(progress_en="First.", challenge_en="Something.").submit(button_value="save")
    page = ontario.get("/en/my-updates/submit").form("submit")
    before = app.fingerprint()
    again = ontario.post("/en/my-updates/submit", {**page.values, "seen": f"4.3:{version}"})
    assert again.status == 409
    assert "nothing was submitted" in again.alert_text
    assert app.fingerprint() == before


@pytest.mark.parametrize("lang", LANGS)
def test_returned_report_shows_its_note_and_is_submitted_again(app: App, ontario: Client, lang: str) -> None:
    update_form(ontario, "3.3", lang).fill(status="SP", **{f"progress_{lang}": "Five measures."}).submit()
    chair = app.client_as("chair")
    address = f"/{lang}/plans/2020/activities/3.3/return?period=2020-09"
    empty = chair.get(address).form("/return").submit()
    assert empty.status == 422
    assert empty.field_error("note")
    assert chair.get(address).form("/return").fill(note="Which five?").submit().status == 303
    assert chair.get(address).status == 303, "it is returned once"
    page = ontario.get(f"/{lang}/my-updates")
    row = page.find_by_id(f"update-{activity_id(app, '3.3')}")
    assert "Which five?" in text_of(row)
    update_form(ontario, "3.4", lang).fill(status="SP", **{f"progress_{lang}": "Done."}).submit()
    lede = {"en": "4 activities to report on", "fr": "4 activités à mettre à jour"}[lang]
    assert lede in without_no_break_spaces(ontario.get(f"/{lang}/my-updates").main_text), "without the submitted one"
    assert "Which five?" not in activity_page_text(app.client_as("reader"), "3.3", lang)
    assert page.form("3.3/report").value(f"progress_{lang}") == "Five measures."
    page.form("3.3/report").fill(**{f"progress_{lang}": "Speed, size, reuse, age, language."}).submit()
    assert "Which five?" not in ontario.get(f"/{lang}/my-updates").main_text
    assert "Speed, size, reuse, age, language." in activity_page_text(app.client_as("reader"), "3.3", lang)
    assert "Five measures." in activity_page_text(app.client_as("reader"), "3.3", lang), (
        "what was submitted first stays in the history"
    )


@pytest.mark.parametrize(
    ("lang", "write", "read"),
    [("en", "Write an update", "Open the report"), ("fr", "Rédiger une mise à jour", "Ouvrir le rapport")],
)
def test_activity_page_opens_the_report_once_it_is_submitted(
    app: App, ontario: Client, lang: str, write: str, read: str
) -> None:
    address = f"/{lang}/plans/2020/activities/3.3"

    def button() -> str:
        (link,) = [a for a in ontario.get(address).find_all("a") if a.get("href") == f"{address}/report"]
        return text_of(link)

    assert button() == write
    update_form(ontario, "3.3", lang).fill(status="SP", **{f"progress_{lang}": "Done."}).submit()
    assert button() == read
    chair = app.client_as("chair")
    chair.get(f"{address}/return?period=2020-09").form("/return").fill(note="Which?").submit()
    assert button() == write
    later = {"month": "2020-12", f"reason_{lang}": "The survey comes first."}
    assert chair.get(address).form("/due").fill(**later).submit().status == 303
    assert button() == write, "the report is still returned after another entry in the history"
    page = chair.get(address)
    assert [mark for mark in page.find("main").iter() if "report-returned" in mark.get("class", "")]
    assert not [a for a in page.find_all("a") if "/return" in a.get("href", "")]


@pytest.mark.parametrize("lang", LANGS)
def test_returned_report_of_a_complete_activity_comes_first(ontario: Client, app: App, lang: str) -> None:
    update_form(ontario, "3.3", lang).fill(
        status="C", **{f"progress_{lang}": "Done.", f"evidence_note_{lang}": "Seen."}
    ).submit()
    returned = app.client_as("chair").get(f"/{lang}/plans/2020/activities/3.3/return?period=2020-09").form("/return")
    assert returned.fill(note="Which?").submit().status == 303
    page = ontario.get(f"/{lang}/my-updates")
    groups = [e for e in page.find_all("section") if e.get("class") == "update-group"]
    assert [e.get("id") for e in groups] == ["returned", "overdue", "due", "not-yet-due"]
    heading, notice = {
        "en": ("Returned reports 1 activity", "1 report was returned. Correct it, then submit it again."),
        "fr": ("Rapports renvoyés 1 activité", "1 rapport a été renvoyé. Corrigez-le, puis soumettez-le de nouveau."),
    }[lang]
    assert without_no_break_spaces(text_of(next(groups[0].iter("h2")))) == heading
    assert page.find_by_id(f"update-{activity_id(app, '3.3')}") in list(groups[0].iter("article"))
    assert notice in [without_no_break_spaces(text_of(own)) for own in page.find_all("p", class_="notice-warning")]


@pytest.mark.parametrize("lang", LANGS)
def test_return_of_a_changed_report_is_a_conflict_and_keeps_the_note(app: App, ontario: Client, lang: str) -> None:
    update_form(ontario, "3.3", lang).fill(status="SP", **{f"progress_{lang}": "Five measures."}).submit()
    form = app.client_as("chair").get(f"/{lang}/plans/2020/activities/3.3/return?period=2020-09").form("/return")
    again = ontario.get(f"/{lang}/plans/2020/activities/3.3/report").form("3.3/report")
    again.fill(**{f"progress_{lang}": "Six measures."}).submit()
    answer = form.fill(note="Which five?").submit()
    assert answer.status == 409
    assert answer.form("/return").value("note") == "Which five?"
    before, after = (text_of(e) for e in answer.find_all("div", **{"class": "user-text", "lang": lang}))
    assert (before, after) == ("Five measures.", "Six measures."), "the lead changed it since"
    assert [text_of(e) for e in answer.find_all("mark")] == (["Five", "Six"])
    assert (
        "Return the updated report for changes" if lang == "en" else "Renvoyer le rapport mis à jour pour modification"
    ) in answer.main_text
    assert answer.form("/return").submit().status == 303, "from the new page it can be returned"


@pytest.mark.parametrize("lang", LANGS)
def test_return_of_a_returned_report_is_a_conflict(app: App, ontario: Client, lang: str) -> None:
    update_form(ontario, "3.3", lang).fill(status="SP", **{f"progress_{lang}": "Five measures."}).submit()
    address = f"/{lang}/plans/2020/activities/3.3/return?period=2020-09"
    slow, quick = (app.client_as(name).get(address).form("/return") for name in ("chair", "secretariat"))
    assert quick.fill(note="Which five?").submit().status == 303
    before = app.fingerprint()
    answer = slow.fill(note="Say which they are.").submit()
    assert answer.status == 409
    assert answer.form("/return").value("note") == "Say which they are."
    assert ("already been returned" if lang == "en" else "déjà été renvoyé") in answer.alert_text
    assert not list(answer.find("main").iter("button")), "there is nothing to return"
    assert app.fingerprint() == before


@pytest.mark.parametrize("lang", LANGS)
def test_closed_quarter_is_reopened_for_a_single_jurisdiction(app: App, lang: str) -> None:
    chair = app.client_as("chair")
    address = f"/{lang}/plans/2020/quarters/2020-06"
    assert chair.get(f"{address}/close").form("/close").submit().status == 303
    ontario, saskatchewan = app.client_as("ontario"), app.client_as("saskatchewan")
    for lead in (ontario, saskatchewan):
        assert not [a for a in lead.get(f"/{lang}/my-updates").find_all("a") if "period=2020-06" in (a.get("href") or "")]
    page = chair.get(address)
    wrong = page.form("/reopen").submit()
    assert wrong.status == 422
    assert wrong.field_error("until")
    (on,) = app.rows(Jurisdiction, Jurisdiction.code == "on")
    fields = {"jurisdiction": str(on.id), "until-written": "26 septembre", "reason": "Their office was flooded."}
    unread = page.form("/reopen").fill(**fields | {"until-written": "soon"}).submit()
    assert unread.status == 422
    assert ("Enter a date, such as" if lang == "en" else "Saisissez une date") in unread.field_error("until")
    every = page.form("/reopen").fill(**{"jurisdiction": "", "until-written": "soon", "reason": ""}).submit()
    assert all(every.field_error(name) for name in ("jurisdiction", "until", "reason")), "each field at once"
    assert len([li for (box,) in [every.find_all("div", class_="error-summary")] for li in box.iter("li")]) == 3
    reopened = page.form("/reopen").fill(**fields).submit()
    assert reopened.status == 303
    assert ("Date entered: September" if lang == "en" else "Date retenue\u00a0: 26") in reopened.follow().main_text
    assert "Ontario" in chair.get(address).main_text
    links = [a for a in ontario.get(f"/{lang}/my-updates").find_all("a") if "period=2020-06" in (a.get("href") or "")]
    (link,) = links
    wanted = ("reopened for you until September 26",) if lang == "en" else ("rouvert pour vous jusqu’au 26 septembre",)
    shown = without_no_break_spaces(ontario.get(link.get("href") or "").main_text)
    assert [words for words in wanted if words not in shown] == [], shown
    assert "Their office was flooded." in shown, "the jurisdiction sees the reason"
    behalf = without_no_break_spaces(chair.get(f"/{lang}/my-updates?for=on&period=2020-06").main_text)
    assert ("reopened for Ontario" in behalf) is (lang == "en")
    assert "Their office was flooded." in behalf
    assert "flooded" not in saskatchewan.get(f"/{lang}/my-updates?period=2020-06").main_text
    returned = chair.get(f"/{lang}/plans/2020/activities/3.2/return?period=2020-06").form("/return")
    assert returned.fill(note="Say which.").submit().status == 303, (
        "a report is returned only to people who can submit it again"
    )
    assert not [a for a in saskatchewan.get(f"/{lang}/my-updates").find_all("a") if "period=2020-06" in (a.get("href") or "")]


@pytest.mark.parametrize("lang", LANGS)
def test_close_page_lists_missing_reports_and_closing_can_be_undone(make_app: MakeApp, lang: str) -> None:
    app = make_app(day=date(2020, 10, 2))
    chair = app.client_as("chair")
    address = f"/{lang}/plans/2020/quarters/2020-09"
    page = chair.get(address)
    assert not [f for f in page.forms if f.action.endswith("/close")], (
        "the quarter cannot be closed before the page explains what that means"
    )
    asked = chair.get(f"{address}/close")
    text = without_no_break_spaces(asked.main_text)
    sentences = {
        "en": "5 reports are missing: Ontario 3, Ontario and BC 2. Once you close the quarter, no one can submit reports.",
        "fr": "Il manque 5 rapports : Ontario 3, Ontario et C.-B. 2. Une fois le trimestre fermé, plus personne ne pourra",
    }
    assert sentences[lang] in text, "jurisdictions that share a report are named together, and it counts once"
    closed = asked.form("/close").submit()
    assert closed.status == 303
    shown = closed.follow()
    undo = next(f for f in shown.forms if f.action.endswith("/undo"))
    assert ("Undo" if lang == "en" else "Annuler") in without_no_break_spaces(shown.main_text)
    assert undo.submit().status == 303
    assert [f for f in app.client_as("ontario").get(f"/{lang}/my-updates?period=2020-09").forms if "report" in f.action]
    assert chair.get(f"{address}/close").status == 200


CLOSE_PAGE_WITH_LATER_REPORTS = {
    "en": (
        "5 reports are missing: Ontario 3, Ontario and BC 2.",
        "A later quarter has a report on this activity, so this report can no longer be submitted.",
        "All required reports have been received.",
    ),
    "fr": (
        "Il manque 5 rapports : Ontario 3, Ontario et C.-B. 2.",
        "Un trimestre ultérieur a un rapport sur cette activité. Ce rapport-ci ne peut donc plus être soumis.",
        "Tous les rapports requis ont été reçus.",
    ),
}


@pytest.mark.parametrize("lang", LANGS)
def test_close_page_lists_reports_that_can_no_longer_be_submitted(make_app: MakeApp, lang: str) -> None:
    """A report for the next quarter makes the missing one impossible, but not received."""
    app = make_app(day=date(2020, 10, 2))
    ontario, chair = app.client_as("ontario"), app.client_as("chair")
    for code in ("3.2", "3.3", "3.4", "4.3", "4.4"):
        form = update_form(ontario, code, lang, "?period=2020-12")
        form.fill(status="SP", **{f"progress_{lang}": "Ahead."}).submit()
    page = chair.get(f"/{lang}/plans/2020/quarters/2020-09/close")
    text = without_no_break_spaces(page.main_text)
    missing, reason, all_received = CLOSE_PAGE_WITH_LATER_REPORTS[lang]
    assert missing in text
    assert all_received not in text
    listed = page.find("ul", class_="item-list")
    for code in ("3.2", "3.3", "3.4", "4.3", "4.4"):
        assert f"{code} " in text_of(listed)
    assert text_of(listed).count(reason) == 5
    assert not [a for a in page.find_all("a") if "/remind" in a.get("href", "")], "no one can submit them"
    assert app.client_as("ontario").get(f"/{lang}/plans/2020/quarters/2020-09/close").status == 403


@pytest.mark.parametrize("lang", LANGS)
def test_close_page_names_each_missing_report_and_its_state(make_app: MakeApp, lang: str) -> None:
    app = make_app(day=date(2020, 10, 2))
    form = update_form(app.client_as("ontario"), "3.3", lang, "?period=2020-09")
    form.fill(**{f"progress_{lang}": "Unfinished."}).submit(button_value="save")
    page = app.client_as("chair").get(f"/{lang}/plans/2020/quarters/2020-09/close")
    listed = page.find("ul", class_="item-list")
    states = {text_of(li).split()[0]: text_of(li) for li in listed.iter("li") if li.find("ul") is None}
    assert set(states) == {"3.2", "3.3", "3.4", "4.3", "4.4"}
    assert ("Draft, not submitted" if lang == "en" else "Ébauche non soumise") in states["3.3"]
    assert ("No draft yet" if lang == "en" else "Pas encore d’ébauche") in states["3.2"]
    assert [a for a in page.find_all("a") if "/remind" in a.get("href", "")]


@pytest.mark.parametrize("lang", LANGS)
def test_close_page_says_that_all_reports_are_received_when_they_are(make_app: MakeApp, lang: str) -> None:
    app = make_app(day=date(2020, 10, 2))
    ontario, texts = app.client_as("ontario"), {f"progress_{lang}": "Done.", f"challenge_{lang}": "Staff."}
    for code in ("3.2", "3.3", "3.4", "4.3", "4.4"):
        update_form(ontario, code, lang, "?period=2020-09").fill(status="SP", **texts).submit()
    page = app.client_as("chair").get(f"/{lang}/plans/2020/quarters/2020-09/close")
    assert CLOSE_PAGE_WITH_LATER_REPORTS[lang][2] in without_no_break_spaces(page.main_text)


@pytest.mark.parametrize("lang", LANGS)
def test_close_page_names_priorities_that_no_jurisdiction_reports_on(make_app: MakeApp, lang: str) -> None:
    app = make_app(day=date(2020, 10, 2))
    held = Assignment.priority_id == 3, Assignment.jurisdiction_id.is_not(None)
    app.execute(update(Assignment).where(*held).values(confirmation=Confirmation.TO_CONFIRM))
    page = app.client_as("chair").get(f"/{lang}/plans/2020/quarters/2020-09/close")
    sentence = {"en": "No jurisdiction reports on Priority 3", "fr": "Aucune administration ne fait rapport sur la priorité 3"}
    assert sentence[lang] in without_no_break_spaces(page.main_text)


def test_submit_all_with_a_draft_begun_meanwhile_is_a_conflict(app: App, ontario: Client) -> None:
    token = ontario.get("/en/my-updates/submit").form("submit").value("csrf_token")
    chair = app.client_as("chair")
    chair.report_form("4.3", query="?for=on").fill(progress_en="Begun by e-mail.").submit(button_value="save")
    before = app.fingerprint()
    answer = ontario.post("/en/my-updates/submit", {"seen": "", "nothing": "4.3", "csrf_token": token})
    assert answer.status == 409
    assert "Nothing was submitted" in answer.alert_text
    assert "Begun by e-mail." in text_of(answer.find_all("div", **{"class": "card theirs"})[-1])
    assert app.fingerprint() == before
    assert answer.form("4.3/report/merge").choose_sides(nothing_to_report="yours", progress_en="yours").submit().status == 303
    (sent,) = app.rows(Submission, Submission.activity_id == activity_id(app, "4.3"), Submission.period_id == 3)
    assert (sent.nothing_to_report, sent.progress_en) == (True, "")


def test_return_is_refused_after_a_report_for_a_later_quarter(app: App, ontario: Client) -> None:
    update_form(ontario, "3.2").fill(status="C", progress_en="Done.", evidence_note_en="On paper.").submit()
    chair = app.client_as("chair")
    form = chair.get("/en/plans/2020/activities/3.2/return?period=2020-06").form("/return").fill(note="Which?")
    before = app.fingerprint()
    answer = form.submit()
    assert answer.status == 422
    assert "already has a report for Quarter 3 of 2020" in answer.alert_text
    assert answer.form("/return").value("note") == "Which?"
    assert app.fingerprint() == before


def test_return_page_shows_the_submitted_report(app: App, ontario: Client) -> None:
    update_form(ontario, "3.2").fill(progress_en="Half a thought").submit(button_value="save")
    page = app.client_as("chair").get("/en/plans/2020/activities/3.2/return")
    assert page.status == 200
    assert "Half a thought" not in page.main_text
    assert "June 28" in without_no_break_spaces(page.main_text)


def test_evidence_links_are_limited_to_ten(app: App, ontario: Client) -> None:
    form = update_form(ontario, "3.3").fill(status="SP", progress_en="So many.", evidence_url="https://a.example/0")
    many = json.dumps([[f"https://a.example/{n}", "", ""] for n in range(1, 12)])
    before = app.fingerprint()
    answer = form.submit(extra={form.full_name("more_links"): many})
    assert answer.status == 422
    assert "10 links" in without_no_break_spaces(answer.alert_text)
    assert app.fingerprint() == before


@pytest.mark.parametrize("lang", LANGS)
def test_untranslated_report_text_is_marked(app: App, ontario: Client, lang: str) -> None:
    update_form(ontario, "3.3").fill(status="SP", progress_en="Said in English.", progress_fr="").submit()
    update_form(ontario, "4.3").fill(status="SP", progress_en="Said twice.", progress_fr="Dit deux fois.").submit()
    mark = "French missing" if lang == "en" else "Version française manquante"
    row = ontario.get(f"/{lang}/plans/2020/activities/3.3/report?as=saved&period=2020-09", htmx=True)
    assert row.text.count(mark) == 1, "beside the text, and not again beside the advice"
    reader = app.client_as("reader")

    def marked(path: str, text: str) -> list[bool]:
        texts = [text_of(e) for e in reader.get(f"/{lang}/plans/2020/{path}").find_all("p", class_="user-text")]
        return [mark in shown for shown in texts if text in shown]

    assert marked("activities/3.3", "Said in English.") == [True, True], "as the last report and in the history"
    assert set(marked("priorities/3", "Said in English.")) == {True}
    assert set(marked("activities/4.3", "Said twice." if lang == "en" else "Dit deux fois.")) == {False}


@pytest.mark.parametrize(
    ("lang", "done", "waits"),
    [
        ("en", "All your reports are submitted", "You have unsaved corrections"),
        ("fr", "Tous vos rapports sont soumis", "Vous avez des corrections non enregistrées"),
    ],
)
def test_unsaved_correction_is_shown_at_the_top_instead_of_all_submitted(
    ontario: Client, app: App, lang: str, done: str, waits: str
) -> None:
    texts = {f"progress_{lang}": "One text.", f"challenge_{lang}": "No staff."}
    for code in ("3.2", "3.3", "3.4", "4.3", "4.4"):
        update_form(ontario, code, lang).fill(status="SP", **texts).submit()
    page = ontario.get(f"/{lang}/my-updates")
    assert text_of(page.find("h1")) == done
    assert f"/{lang}/translations" in [a.get("href") for a in page.find("main").iter("a")]
    form, number = update_form(ontario, "3.3", lang), activity_id(app, "3.3")
    own = {name: form.value(name) for name in ("csrf_token", "opened_by")}
    unsaved = {"form": f"report:2020-09:{number}", f"text:r{number}-progress_{lang}": "A correction."}
    assert ontario.post(f"/{lang}/account/unsaved-text", {**own, **unsaved}, Accept="application/json").status == 200
    page = ontario.get(f"/{lang}/my-updates")
    assert text_of(page.find("h1")) != done
    assert page.main_text.index(waits) < page.main_text.index("Ontario")


@pytest.mark.parametrize(("lang", "heading"), [("en", "Correct the report"), ("fr", "Corriger le rapport")])
def test_form_of_a_submitted_report_is_headed_as_a_correction(ontario: Client, lang: str, heading: str) -> None:
    path = f"/{lang}/plans/2020/activities/3.4/report"
    assert ontario.get(path).h1 != heading
    update_form(ontario, "3.4", lang).fill(status="SP", **{f"progress_{lang}": "One."}).submit()
    assert ontario.get(path).h1 == heading


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_row_without_the_button_says_why_nothing_to_report_is_not_enough(ontario: Client, lang: str) -> None:
    page = ontario.get(f"/{lang}/my-updates")
    needless = {"en": "“Nothing to report” is not enough here.", "fr": "« Rien à signaler » ne suffit pas ici."}[lang]
    words = {"en": "Nothing to report", "fr": "Rien à signaler"}[lang]
    folded = list(page.find_all("article", class_="is-folded"))
    with_reason = [e for e in folded if needless in without_no_break_spaces(text_of(e))]
    with_button = [e for e in folded if any((b.text or "") == words for b in e.iter("button"))]
    assert with_reason, "at least one needs its challenge first"
    assert with_button, "the others need no text"
    assert {e.get("id") for e in folded} == {e.get("id") for e in (*with_reason, *with_button)}
    assert not {e.get("id") for e in with_reason} & {e.get("id") for e in with_button}
