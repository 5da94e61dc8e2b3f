"""Translating submitted reports on the Translations page, and what their leads see of it."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from cogwg.audit.models import AuditEvent
from cogwg.reporting.models import ReportingPeriod, StatusReport
from tests.conventions.test_pages import LANGS, check_html
from tests.web_client import App, Client, Form, Page, text_of

URL = "/en/plans/2020/activities/3.3/report"
WORDS = "The measures are agreed."
FRENCH = "Les mesures sont convenues."


def submit(ontario: Client, **fields: str) -> None:
    """Submit Ontario’s report on 3.3."""
    form = ontario.get(URL).form("/report").fill(status="SP", **{"progress_en": WORDS, "progress_fr": "", **fields})
    answer = form.submit(button_value="submit")
    assert answer.status == 303, answer.alert_text


def report_form(page: Page, text: str = WORDS) -> Form:
    """Return the form to translate this text of a report."""
    (row,) = [e for e in page.find_all("li") if (e.get("id") or "").startswith("row-report") and text in text_of(e)]
    return page.form(f"/{(row.get('id') or '').removeprefix('row-')}")


def own_row(ontario: Client, lang: str = "en") -> str:
    """Return the text of the row of 3.3 on My updates."""
    page = ontario.get(f"/{lang}/my-updates")
    (row,) = [e for e in page.find_all("article") if any("activities/3.3" in (a.get("href") or "") for a in e.iter("a"))]
    return text_of(row).replace("\u00a0", " ")


@pytest.mark.parametrize("htmx", [False, True], ids=["page", "fragment"])
def test_report_is_translated_in_place_and_marked_until_its_lead_keeps_it(
    app: App, ontario: Client, chair: Client, htmx: bool
) -> None:
    submit(ontario)
    form = report_form(chair.get("/en/translations")).fill(text=FRENCH)
    quebec = app.client_as("quebec")
    assert quebec.post(form.action, {**form.values, "csrf_token": quebec.csrf_token(), "opened_by": ""}).status == 403
    saved = form.submit(htmx=htmx)
    assert saved.status == (200 if htmx else 303), saved.alert_text
    reader = app.client_as("reader").get("/fr/plans/2020/activities/3.3")
    assert FRENCH in reader.main_text
    assert "a traduit le rapport" in reader.main_text
    assert "Progress: French translation added by R. Campbell" in own_row(ontario)
    assert "Progrès : traduction française ajoutée par R. Campbell" in own_row(ontario, "fr")
    page = ontario.get("/en/my-updates")
    check_html(page, "en")
    confirm = page.form("/report/translation")
    assert quebec.post(confirm.action, {**confirm.values, "csrf_token": quebec.csrf_token(), "opened_by": ""}).status == 403
    answer = confirm.submit()
    assert answer.status == 303
    assert "The translation is now part of your report" in answer.follow().main_text
    assert "R. Campbell" not in own_row(ontario)
    (report,) = [r for r in app.rows(StatusReport) if r.progress_en == WORDS]
    assert (report.progress_fr, report.translated) == (FRENCH, None)
    actions = [e.action for e in app.rows(AuditEvent, AuditEvent.subject_kind == "report", AuditEvent.subject_id == report.id)]
    assert actions[-2:] == ["report.translated", "report.translation-confirmed"]


def test_lead_changes_a_translation_in_their_report(app: App, ontario: Client, chair: Client) -> None:
    submit(ontario)
    report_form(chair.get("/en/translations")).fill(text=FRENCH).submit()
    stale = ontario.get("/en/my-updates").form("/report/translation")
    form = ontario.get(URL).form("/report")
    assert form.values[next(name for name in form.values if name.endswith("progress_fr"))] == FRENCH
    submit(ontario, progress_fr="Dans nos mots.")
    assert "R. Campbell" not in own_row(ontario)
    assert "This report was changed" not in stale.submit().follow().main_text, "there is nothing left to keep"


def test_form_opened_before_a_translation_names_the_translator(app: App, ontario: Client, chair: Client) -> None:
    submit(ontario)
    form = ontario.get(URL).form("/report").fill(progress_en="Later words.")
    report_form(chair.get("/en/translations")).fill(text=FRENCH).submit()
    conflict = form.submit(button_value="submit")
    assert conflict.status == 409
    assert "R. Campbell" in conflict.main_text
    assert FRENCH in conflict.main_text


def test_own_form_opened_before_a_translation_is_a_conflict_not_an_own_change(app: App, ontario: Client, chair: Client) -> None:
    submit(ontario)
    form = ontario.get(URL).form("/report")
    report_form(chair.get("/en/translations")).fill(text=FRENCH).submit()
    refused = form.fill(progress_en=f"{WORDS} More.").submit(button_value="submit")
    assert refused.status == 409
    assert "in another tab" not in refused.main_text
    (report,) = [r for r in app.rows(StatusReport) if r.progress_en == WORDS]
    assert report.progress_fr == FRENCH


def test_report_changed_in_one_language_waits_with_its_stale_translation(app: App, ontario: Client, chair: Client) -> None:
    submit(ontario, progress_fr=FRENCH)
    submit(ontario, progress_en="Six measures.", progress_fr=FRENCH)
    assert own_row(ontario).count("French to update") == 1
    assert "Progress: the English text was changed after the French." in own_row(ontario)
    form = report_form(chair.get("/en/translations"), "Six measures.")
    assert form.value("text") == FRENCH
    assert form.submit().status == 303, "still right"
    assert "French to update" not in own_row(ontario)
    assert "Six measures." not in chair.get("/en/translations").main_text


def test_report_translation_after_a_change_is_a_conflict_and_keeps_the_text(app: App, ontario: Client, chair: Client) -> None:
    submit(ontario)
    form = report_form(chair.get("/en/translations")).fill(text=FRENCH)
    submit(ontario, progress_en="Other words.")
    page = form.submit()
    assert page.status == 409
    assert "Other words." in page.text
    assert report_form(page, "Other words.").value("text") == FRENCH


def test_closed_quarter_does_not_stop_a_translation(app: App, ontario: Client, chair: Client) -> None:
    app.execute(update(ReportingPeriod).values(closed_at=app.calendar.now()))
    page = chair.get("/en/translations")
    assert not [a for a in page.find("main").iter("a") if "/report" in (a.get("href") or "")], "no report can be changed"
    form = page.form(next(e.get("id", "").replace("row-", "/") for e in page.find_all("li") if "row-report" in e.get("id", "")))
    assert form.fill(text="Un texte.").submit().status == 303


@pytest.mark.parametrize("lang", LANGS)
def test_translations_of_reports_are_valid_html(app: App, ontario: Client, chair: Client, lang: str) -> None:
    submit(ontario, progress_fr=FRENCH)
    submit(ontario, progress_en="Six measures.", progress_fr=FRENCH)
    for browser in (ontario, chair):
        check_html(browser.get(f"/{lang}/translations"), lang)


@pytest.mark.parametrize("key", ["report-1", "report-4711-1", "report-1-99", "report-1-x"])
def test_unknown_report_text_is_not_found(app: App, chair: Client, key: str) -> None:
    assert chair.post(f"/en/translations/{key}", {"csrf_token": chair.csrf_token()}).status == 404
