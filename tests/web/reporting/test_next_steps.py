"""A report's next step in one line: written, kept in one line, shown wherever the report is, translated and downloaded."""

from __future__ import annotations

import pytest

from cogwg.audit.models import AuditEvent
from cogwg.reporting.models import StatusReport, Submission
from tests.web.conftest import MakeApp
from tests.web.news.test_translation_orders import XLIFF, download, rows, send
from tests.web.reporting.test_updates import LANGS, activity_id, update_form
from tests.web_client import App, Client, text_of

WORDS, FRENCH = "Publish the guide to the forms.", "Publier le guide des formulaires."
ACTIVITY = "/{lang}/plans/2020/activities/3.3"


def submit(browser: Client, lang: str = "en", **fields: str) -> None:
    form = update_form(browser, "3.3", lang).fill(**{"status": "SP", "progress_en": "It is drafted.", **fields})
    answer = form.submit(button_value="submit")
    assert answer.status == 303, answer.alert_text


@pytest.mark.parametrize("lang", LANGS)
def test_next_step_is_shown_on_the_report_its_activity_and_its_receipt(app_per_engine: App, lang: str) -> None:
    ontario = app_per_engine.client_as("ontario")
    submit(ontario, lang, next_step_en=WORDS, next_step_fr=FRENCH)
    (report,) = [r for r in app_per_engine.rows(StatusReport) if r.next_step_en]
    submitted = app_per_engine.rows(Submission, Submission.activity_id == activity_id(app_per_engine, "3.3"))[-1]
    assert {(r.next_step_en, r.next_step_fr) for r in (report, submitted)} == {(WORDS, FRENCH)}
    (event,) = app_per_engine.rows(AuditEvent, AuditEvent.action == "report.submitted", AuditEvent.actor_id.is_not(None))[-1:]
    assert event.after["next_step"] == [WORDS, FRENCH]
    own = WORDS if lang == "en" else FRENCH
    label = "Next step:" if lang == "en" else "Prochaine étape\u00a0:"
    pages = [
        ontario.get(f"/{lang}/my-updates"),
        ontario.get(f"/{lang}/my-updates/receipts/{event.id}"),
        app_per_engine.client_as("reader").get(ACTIVITY.format(lang=lang)),
    ]
    for page in pages:
        assert f"{label} {own}" in page.main_text
    assert own in update_form(ontario, "3.3", lang).values.values()


def test_draft_with_a_next_step_is_reviewed_before_it_is_submitted(app: App, ontario: Client) -> None:
    form = update_form(ontario, "3.3").fill(status="SP", progress_en="It is drafted.", next_step_en=WORDS)
    assert form.submit(button_value="save").status == 303
    assert f"Next step: {WORDS}" in ontario.get("/en/my-updates/submit").main_text
    assert WORDS not in app.client_as("reader").get(ACTIVITY.format(lang="en")).text


def test_line_breaks_of_a_next_step_are_joined(app: App, ontario: Client) -> None:
    submit(ontario, next_step_en="Publish the guide\r\nto the forms.")
    assert [r.next_step_en for r in app.rows(StatusReport) if r.next_step_en] == [WORDS]


def test_next_step_beside_nothing_to_report_is_stored(app: App, ontario: Client) -> None:
    submit(ontario, progress_en="", nothing_to_report="y", next_step_fr=FRENCH)
    assert [(r.nothing_to_report, r.next_step_fr) for r in app.rows(StatusReport) if r.next_step_fr] == [(True, FRENCH)]


def test_conflict_joins_two_next_steps_in_one_line(make_app: MakeApp) -> None:
    app = make_app()
    path = "/en/plans/2020/activities/5.4/report"
    alberta, saskatchewan = (app.client_as(name).get(path).form("5.4/report") for name in ("alberta", "saskatchewan"))
    fields = {"status": "SP", "progress_en": "Same words."}
    assert alberta.fill(**fields, next_step_en="Meet in May.").submit(button_value="submit").status == 303
    page = saskatchewan.fill(**fields, next_step_en=WORDS).submit(button_value="submit")
    assert page.status == 409
    assert "Next step (English)" in page.main_text
    merge = page.form("5.4/report/merge")
    assert merge.values["both-next_step_en"] == f"Meet in May. {WORDS}"
    merge.values["both-next_step_en"] = f"Meet in May.\n{WORDS}"
    assert merge.submit().status == 303
    assert [r.next_step_en for r in app.rows(StatusReport) if r.next_step_en] == [f"Meet in May. {WORDS}"]


def test_next_step_is_translated_on_the_page_in_one_line(app: App, ontario: Client, chair: Client) -> None:
    submit(ontario, progress_fr="C’est rédigé.", next_step_en=WORDS)
    page = chair.get("/en/translations")
    (key,) = [key for key in rows(page) if key.endswith("-14")]
    assert "Next step" in text_of(page.find_by_id(f"row-{key}"))
    too_long = page.form(f"/{key}").fill(text="x" * 201).submit()
    assert (too_long.status, "at most 200 characters" in too_long.main_text) == (422, True)
    assert page.form(f"/{key}").fill(text="Publier le guide\ndes formulaires.").submit().status == 303
    assert FRENCH in app.client_as("reader").get(ACTIVITY.format(lang="fr")).main_text
    assert "Next step: French translation added by R. Campbell" in ontario.get("/en/my-updates").main_text


def test_next_step_keeps_its_key_in_a_sent_file_when_links_are_added(app: App, ontario: Client) -> None:
    submit(ontario, progress_fr="C’est rédigé.", next_step_en=WORDS)
    (key,) = [key for key in rows(ontario.get("/en/translations")) if key.endswith("-14")]
    (unit,) = download(send(ontario, key)).xpath(f"//x:trans-unit[@id='{key}']", namespaces=XLIFF)
    assert (unit.get("maxwidth"), unit.findtext("x:source", namespaces=XLIFF)) == ("200", WORDS)
    submit(ontario, evidence_url="https://a.example/", evidence_label_en="The guide", evidence_label_fr="Le guide")
    assert rows(ontario.get("/en/translations?show=sent")) == {key}


def test_next_step_is_in_downloads_and_found_by_search(app: App, ontario: Client) -> None:
    submit(ontario, next_step_en=WORDS, next_step_fr=FRENCH)
    reader = app.client_as("reader")
    table = reader.get("/en/jurisdictions/on/reports.csv").text
    assert "Next step (English)" in table
    assert WORDS in table
    assert FRENCH in table
    assert "3.3" in reader.get("/en/search?q=guide+forms").main_text
