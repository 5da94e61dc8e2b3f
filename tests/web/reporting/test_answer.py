"""The answer page: a lead reports with the private link of a reminder, without signing in."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction, Person, Role, UnsavedText
from cogwg.accounts.people import add_role, deactivate_person, end_role
from cogwg.audit.models import AuditEvent
from cogwg.audit.services import SYSTEM
from cogwg.core.bilingual import Language
from cogwg.core.db import write_transaction
from cogwg.core.status import Status
from cogwg.mail.models import OutboxMessage
from cogwg.reporting.models import AnswerLink, ReportingPeriod, ReportSource, Submission
from cogwg.site_settings.models import StoredSettings
from tests.web.reporting.answer_links import add_reported_activities, make_link
from tests.web.scriptless_user import translate
from tests.web_client import App, Client, Form, Page, email

LANGS = pytest.mark.parametrize("lang", ["en", "fr"])
TEXT = "Results of two more jurisdictions are compiled."


def open_link(app: App, token: str, lang: str = "en") -> Page:
    page = app.anonymous_client().get(f"/{lang}/answer/{token}")
    assert page.status == 200, page.main_text
    return page


def fields_of(page: Page, code: str, **values: str) -> dict[str, str]:
    """Return values of the fields of one activity's row, by their full names."""
    (row,) = [e for e in page.find_all("article") if f" {code} " in f" {' '.join(e.itertext())} "]
    number = row.get("id", "").partition("-")[2]
    return {f"r{number}-{name}": value for name, value in values.items()}


def fill(page: Page, rows: dict[str, dict[str, str]]) -> Form:
    """Return the form of the page with these values in the rows of these activities."""
    form = page.forms[0]
    for code, values in rows.items():
        form.values |= fields_of(page, code, **values)
    return form


CHANGE = {"status": "SP", "text": TEXT}


def review(page: Page, rows: dict[str, dict[str, str]] | None = None) -> Page:
    return fill(page, rows or {"3.3": CHANGE}).submit(button_value="review")


def submit(page: Page, choice: str) -> Page:
    form = page.form("/submit")
    form.values["choice"] = choice
    return form.submit()


def reports_by_link(app: App) -> list[Submission]:
    return app.rows(Submission, Submission.source == ReportSource.LINK)


@LANGS
def test_page_lists_what_is_asked_with_the_last_reports_and_nothing_chosen(app: App, lang: str) -> None:
    page = open_link(app, make_link(app), lang)
    assert page.h1.startswith("Ontario")
    assert len(page.find_all("article")) == 5
    assert "N. Osei" in page.main_text
    radios = list(page.find_all("input", type="radio"))
    assert radios
    assert not any(e.get("checked") is not None for e in radios)
    text = page.main_text
    assert "Several members do not have the staff" in text or lang == "fr", "the challenge of the last report"
    assert ("Limited progress" if lang == "en" else "Progrès limité") in text


def test_page_is_neither_stored_nor_indexed_and_sends_no_referrer(app: App) -> None:
    for path in (f"/en/answer/{make_link(app)}", "/en/answer/nobody-knows-this"):
        headers = app.anonymous_client().get(path).response.headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in headers["X-Robots-Tag"]


@LANGS
def test_two_changes_and_the_rest_unchanged_are_submitted_by_link_with_a_receipt(app_per_engine: App, lang: str) -> None:
    app = app_per_engine
    page = open_link(app, make_link(app), lang)
    in_french = "Deux administrations de plus ont envoyé les résultats de la recherche."
    reviewed = review(page, {"3.3": CHANGE, "3.2": {"status": "LP", "text": in_french}})
    assert reviewed.status == 200, reviewed.main_text
    assert reports_by_link(app) == [], "the review changes nothing"
    done = submit(reviewed, "all")
    assert done.status == 303, done.main_text
    receipt = done.follow()
    assert receipt.h1.startswith("5")
    assert translate(lang, "through a link in an email") in receipt.main_text
    sent = reports_by_link(app)
    assert len(sent) == 5
    assert {s.submitted_by for s in sent} == {app.person_id("ontario")}
    by_text = {s.progress_en or s.progress_fr: s for s in sent if s.progress_en or s.progress_fr}
    assert by_text[TEXT].progress_fr == "", "the text is in English, whatever the language of the page"
    french = next(s for text, s in by_text.items() if text != TEXT)
    assert french.progress_en == ""
    assert french.challenge_en.startswith("Several members"), "copied from the last report, as the page showed"
    assert [s.nothing_to_report for s in sent].count(True) == 3
    (message,) = app.rows(OutboxMessage, OutboxMessage.kind == "receipt")
    assert message.person_id == app.person_id("ontario")
    assert "They were submitted with the private link in a reminder. If you did not submit them" in message.text
    (event,) = app.rows(AuditEvent, AuditEvent.action == "quarter.submitted", AuditEvent.actor_id == app.person_id("ontario"))[
        -1:
    ]
    assert {entry["source"] for entry in event.after["sent"]} == {"link"}
    assert open_link(app, make_link(app), lang).h1 == translate(lang, "All done")


@LANGS
def test_nothing_has_changed_asks_for_what_the_rules_ask_and_then_needs_one_choice(app: App, lang: str) -> None:
    page = open_link(app, make_link(app), lang)
    refused = page.forms[0].submit(button_value="nothing")
    assert refused.status == 422
    assert "3.3" in refused.alert_text
    assert "3.2" not in refused.alert_text, "its challenge is copied from the last report"
    reviewed = review(refused, {"3.3": {"challenge": "We wait for two members."}})
    unchosen = reviewed.form("/submit").submit()
    assert unchosen.status == 422
    assert translate(lang, "Choose what to submit.") in unchosen.alert_text
    assert reports_by_link(app) == []
    done = submit(unchosen, "all")
    assert done.status == 303, done.main_text
    sent = reports_by_link(app)
    assert len(sent) == 5
    assert all(s.nothing_to_report for s in sent)
    assert sorted(s.challenge_en for s in sent)[-1] == "We wait for two members."


@LANGS
def test_nothing_has_changed_names_what_it_needs_first_and_keeps_what_was_typed(app: App, lang: str) -> None:
    page = open_link(app, make_link(app), lang)
    (first,) = [e for e in page.find_all("a") if e.get("href", "").endswith("-challenge")]
    assert "3.3" in "".join(first.itertext())
    assert first.get("href", "")[1:] in {e.get("id") for e in page.find_all("textarea")}
    reviewed = fill(page, {"3.3": {"challenge": "We wait for two members."}}).submit(button_value="nothing")
    assert reviewed.status == 200, reviewed.main_text
    assert "We wait for two members." in reviewed.main_text
    assert submit(reviewed, "all").status == 303
    sent = reports_by_link(app)
    assert len(sent) == 5
    assert all(s.nothing_to_report for s in sent)
    assert "We wait for two members." in {s.challenge_en for s in sent}


@LANGS
def test_nothing_has_changed_names_rows_that_were_filled_in_and_loses_nothing(app: App, lang: str) -> None:
    done = {"status": "C", "text": TEXT, "evidence_note": "None yet."}
    typed = {"3.3": {"challenge": "We wait."}, "4.3": done}
    answered = fill(open_link(app, make_link(app), lang), typed).submit(button_value="nothing")
    assert answered.status == 422
    assert translate(lang, "You filled in %(activities)s", activities="4.3") in answered.alert_text
    assert fields_of(answered, "4.3", **done).items() <= answered.forms[0].values.items()
    assert submit(answered.forms[0].submit(button_value="review"), "changed").status == 303
    assert TEXT in {s.progress_en for s in reports_by_link(app)}


def test_no_change_is_submitted_on_request_and_the_answers_can_be_got_back_before(app: App) -> None:
    typed = {"3.3": {"challenge": "We wait."}, "4.3": CHANGE}
    answered = fill(open_link(app, make_link(app)), typed).submit(button_value="nothing")
    reviewed = answered.forms[0].submit(button_value="no-change")
    assert reviewed.status == 200, reviewed.main_text
    assert TEXT not in reviewed.main_text
    again = reviewed.form("/submit").submit(button_value="edit")
    assert fields_of(again, "4.3", **CHANGE).items() <= again.forms[0].values.items()
    assert submit(reviewed, "all").status == 303
    sent = reports_by_link(app)
    assert [s.nothing_to_report for s in sent] == [True] * 5
    assert "We wait." in {s.challenge_en for s in sent}


def test_only_changed_reports_are_submitted_on_request_and_the_rest_is_named_as_left(app: App) -> None:
    token = make_link(app)
    done = submit(review(open_link(app, token)), "changed")
    receipt = done.follow()
    assert receipt.h1 == "1 report submitted"
    assert "4 reports were not submitted" in receipt.main_text
    assert len(reports_by_link(app)) == 1
    assert len(open_link(app, token).find_all("article")) == 4, "the link goes on for the rest"


@LANGS
def test_receipt_says_what_remains_why_and_when_it_is_due(app: App, lang: str) -> None:
    app.execute(update(Person).where(Person.email == email("ontario")).values(lang=Language(lang)))
    reviewed = review(open_link(app, make_link(app), lang), {"3.2": CHANGE})
    receipt = submit(reviewed, "all").follow()
    due = {"en": "Wednesday, September\u00a030", "fr": "mercredi 30\u00a0septembre"}[lang]
    assert translate(lang, "The challenge is not described yet") in receipt.main_text
    assert due in receipt.main_text
    (message,) = app.rows(OutboxMessage, OutboxMessage.kind == "receipt")
    subject, remains, reason = {
        "en": ("4 reports submitted, 1 still due", "1\u00a0report remains.", ": the challenge is not described yet\n"),
        "fr": (
            "4 rapports soumis, 1 toujours à remettre",
            "Il reste 1\u00a0rapport",
            "\u00a0: le défi n’est pas encore décrit\n",
        ),
    }[lang]
    assert subject in message.subject
    assert all(part in message.text for part in (remains, due, "- 3.3 ", reason)), message.text


def test_receipt_says_that_other_reports_were_left_for_later_and_late_ones_are_overdue(app: App) -> None:
    token = make_link(app)
    app.clock.advance(days=8)
    receipt = submit(review(open_link(app, token)), "changed").follow()
    assert receipt.main_text.count("Left for later") == 4
    assert "it will be marked late" in receipt.main_text
    (message,) = app.rows(OutboxMessage, OutboxMessage.kind == "receipt")
    assert message.text.count(": left for later") == 4
    assert "4\u00a0reports remain. They were due on Wednesday, September\u00a030" in message.text


@LANGS
def test_report_with_a_challenge_does_not_say_that_there_is_nothing_to_report(app: App, lang: str) -> None:
    typed = {"3.3": {"challenge": "We wait."}}
    reviewed = fill(open_link(app, make_link(app), lang), typed).submit(button_value="nothing")
    receipt = submit(reviewed, "all").follow()
    (message,) = app.rows(OutboxMessage, OutboxMessage.kind == "receipt")
    texts = [(page.main_text, translate(lang, "nothing else to report")) for page in (reviewed, receipt)]
    for text, words in [*texts, (message.text, "nothing else to report")]:
        line = next(line for line in re.split(r"\s(?=3\.\d )", text) if line.startswith("3.3 "))
        assert words in line
        assert text.count(words) == 2, "3.2 has the challenge of its last report"


@pytest.mark.parametrize(
    ("code", "values", "sentence"),
    [
        ("3.3", {"text": TEXT}, "Select the status of this activity."),
        ("3.3", {"status": "SP"}, "Describe what has changed."),
        ("3.3", {"status": "NS", "text": TEXT}, "Describe the challenge."),
        ("3.3", {"status": "C", "text": TEXT}, "Add a link that shows the activity is complete"),
        ("3.3", {"status": "SP", "text": TEXT, "evidence_url": "javascript:alert(1)"}, "Enter a full web address"),
        ("3.3", {"status": "SP", "text": "x" * 4001}, "4,000"),
    ],
)
def test_row_asks_for_what_the_rules_ask_and_keeps_what_was_typed(
    app: App, code: str, values: dict[str, str], sentence: str
) -> None:
    page = review(open_link(app, make_link(app)), {code: values})
    assert page.status == 422
    assert sentence in page.alert_text
    fields = page.forms[0].values
    assert all(fields[name] == value for name, value in fields_of(page, code, **values).items())


def test_complete_with_a_link_or_a_note_is_accepted(app: App) -> None:
    token = make_link(app)
    page = open_link(app, token)
    linked = {"status": "C", "text": TEXT, "evidence_url": "open.canada.ca/results"}
    noted = {"status": "C", "text": TEXT, "evidence_note": "The list is internal."}
    done = submit(review(page, {"3.3": linked, "3.2": noted}), "changed")
    assert done.status == 303
    sent = {tuple(link["url"] for link in s.evidence): s for s in reports_by_link(app)}
    assert sent["https://open.canada.ca/results",].status is Status.COMPLETE
    assert sent[()].evidence_note_en == "The list is internal."


def test_challenge_on_the_page_is_reported_whatever_the_status(app: App) -> None:
    token = make_link(app)
    reviewed = review(open_link(app, token), {"3.2": CHANGE})
    assert "Several members do not have the staff" in reviewed.main_text
    assert "Several members do not have the staff" in submit(reviewed, "changed").follow().main_text
    (sent,) = reports_by_link(app)
    assert (sent.status, sent.challenge_en.partition(" do")[0]) == (Status.SUBSTANTIAL, "Several members")


def test_copied_challenge_that_is_emptied_is_not_reported(app: App) -> None:
    submit(review(open_link(app, make_link(app)), {"3.2": {**CHANGE, "challenge": ""}}), "changed")
    assert [s.challenge_en for s in reports_by_link(app)] == [""]


def test_review_gives_every_answer_back_to_be_changed(app: App) -> None:
    reviewed = review(open_link(app, make_link(app)), {"3.3": {**CHANGE, "evidence_note": "None yet."}})
    again = reviewed.form("/submit").submit(button_value="edit")
    assert again.status == 200
    values = fields_of(again, "3.3", status="SP", text=TEXT, evidence_note="None yet.")
    assert all(again.forms[0].values[name] == value for name, value in values.items())


def switch_language(page: Page, rows: dict[str, dict[str, str]] | None = None) -> Page:
    """Fill in the form of the page, then press the language button, which sends it to the page in the other language."""
    (button,) = page.find_all("button", value="language")
    form = next(form for form in page.forms if form.element.get("id") == button.get("form"))
    for code, values in (rows or {}).items():
        form.values |= fields_of(page, code, **values)
    return page.client.post(button.get("formaction", ""), {**form.values, "do": "language"})


@LANGS
def test_what_was_typed_goes_along_to_the_other_language(app: App, lang: str) -> None:
    page = open_link(app, make_link(app), lang)
    before = app.fingerprint()
    typed = {"status": "SP", "text": TEXT, "evidence_note": "None yet."}
    other = switch_language(page, {"3.3": typed})
    assert (other.status, other.h1) != (page.status, page.h1)
    assert not other.find_all("*", role="alert"), "nothing was refused"
    assert fields_of(other, "3.3", **typed).items() <= other.forms[0].values.items()
    reviewed = switch_language(other.forms[0].submit(button_value="review"))
    assert reviewed.h1 == translate(lang, "Review and submit"), "the review goes on"
    assert TEXT in reviewed.main_text
    assert app.fingerprint() == before
    assert submit(reviewed, "changed").status == 303
    (sent,) = reports_by_link(app)
    assert (sent.progress_en, sent.progress_fr) == (TEXT, "")


def test_text_keeps_the_language_in_which_it_was_shown(app: App) -> None:
    lead, texts = app.client_as("ontario"), {"progress_en": "We chose five measures.", "progress_fr": "Cinq mesures."}
    lead.report_form("3.3").fill(status="SP", **texts).submit(button_value="save")
    page = switch_language(open_link(app, make_link(app)))
    assert fields_of(page, "3.3", text="Cinq mesures.").items() <= page.forms[0].values.items(), "no change: it is translated"
    back = switch_language(page, {"3.3": {"text": "Six mesures."}})
    assert fields_of(back, "3.3", text="Six mesures.").items() <= back.forms[0].values.items()
    assert submit(back.forms[0].submit(button_value="review"), "changed").status == 303
    assert [sent.progress_fr for sent in reports_by_link(app)] == ["Six mesures."]


def test_same_review_sent_twice_submits_once_and_shows_one_receipt(app_per_engine: App) -> None:
    app = app_per_engine
    form = review(open_link(app, make_link(app))).form("/submit")
    form.values["choice"] = "all"
    first, second = form.submit(), form.submit()
    assert first.status == second.status == 303
    assert first.redirect_path == second.redirect_path
    sent = [s.activity_id for s in reports_by_link(app)]
    assert sorted(sent) == sorted(set(sent)) != [], "no activity has two"


def test_expired_token_of_the_form_keeps_the_answers_and_the_next_attempt_works(app: App) -> None:
    page = open_link(app, make_link(app))
    form = fill(page, {"3.3": CHANGE})
    form.values["csrf_token"] = "old"
    again = form.submit(button_value="review")
    assert again.status == 400
    assert again.forms[0].values | fields_of(again, "3.3", status="SP", text=TEXT) == again.forms[0].values
    assert again.forms[0].submit(button_value="review").status == 200


def test_texts_in_the_other_language_are_marked(app: App) -> None:
    add_reported_activities(app, 7)
    page = open_link(app, make_link(app), "fr")
    challenges = [e for e in page.find_all("textarea") if (e.text or "").strip() == "Several members are short of staff."]
    assert {e.get("lang") for e in challenges} == {"en"}
    quotes = [e for e in page.find_all("div") if e.get("class") == "quote" and e.find(".//span[@lang='en']") is not None]
    assert quotes
    assert all("(en anglais)" in "".join(e.itertext()) for e in quotes)
    assert not any(e.get("lang") for e in open_link(app, make_link(app)).find_all("textarea"))


def test_draft_of_a_colleague_is_shown_and_its_text_can_be_continued(app: App) -> None:
    lead = app.client_as("ontario")
    lead.report_form("3.3").fill(status="SP", progress_en="We chose five measures.").submit(button_value="save")
    page = open_link(app, make_link(app))
    values = page.forms[0].values
    assert fields_of(page, "3.3", text="We chose five measures.").items() <= values.items()
    assert not fields_of(page, "3.3", status="").keys() & values.keys(), "no status is chosen, not even the draft's"
    done = submit(review(page, {"3.3": {"text": "We chose five measures. Two are tested."}}), "changed")
    assert done.status == 303, done.main_text
    (sent,) = reports_by_link(app)
    assert (sent.status, sent.progress_en) == (Status.SUBSTANTIAL, "We chose five measures. Two are tested.")


@LANGS
def test_conflict_shows_both_versions_and_submits_what_the_person_chooses(app: App, lang: str) -> None:
    page = open_link(app, make_link(app), lang)
    co_lead = app.client_as("bc")
    theirs = co_lead.report_form("4.3").fill(status="LP", progress_en="The module is on hold.", challenge_en="No staff.")
    assert theirs.submit().status == 303
    answered = review(page, {"4.3": {"status": "SP", "text": "Thirteen resources are shared."}})
    assert answered.status == 409
    assert "The module is on hold." in answered.main_text
    named = {
        "en": "4.3: A. Sandhu (British Columbia) submitted this report.",
        "fr": "4.3\u00a0: A. Sandhu (Colombie-Britannique)",
    }
    (link,) = [e for e in answered.find_all("a") if named[lang] in "".join(e.itertext())]
    assert link.get("href", "")[1:] in {e.get("id") for e in answered.find_all("input", type="radio")}
    assert fields_of(answered, "4.3", text="Thirteen resources are shared.").items() <= answered.forms[0].values.items()
    unchosen = answered.forms[0].submit(button_value="review")
    assert unchosen.status == 422
    assert translate(lang, "Choose which version to keep.") in unchosen.alert_text
    reviewed = review(unchosen, {"4.3": {"keep": "both"}})
    assert reviewed.status == 200, reviewed.main_text
    assert "A. Sandhu" in reviewed.main_text, "whose report it replaces"
    assert submit(reviewed, "changed").status == 303
    (sent,) = reports_by_link(app)
    assert sent.progress_en == "The module is on hold. Thirteen resources are shared."
    assert sent.status is Status.SUBSTANTIAL


@LANGS
def test_conflict_with_oneself_says_so(app: App, lang: str) -> None:
    token = make_link(app)
    first, second = (open_link(app, token, lang) for _ in range(2))
    assert submit(review(first), "changed").status == 303
    answered = review(second, {"3.3": {**CHANGE, "text": "Another text."}})
    assert answered.status == 409
    assert translate(lang, "You already submitted this report. Choose which version to keep.") in answered.alert_text
    assert translate(lang, "Nothing was submitted from this page") in answered.alert_text
    for sentence in ("Another person saved a report while you were answering. Nothing is lost.", "Their version:"):
        assert translate(lang, sentence) not in answered.main_text
    assert TEXT in answered.main_text, "the submitted report stands beside it"
    reviewed = review(answered, {"3.3": {"keep": "yours"}})
    replaced = (
        "This will replace the report that N. Osei submitted at"
        if lang == "en"
        else "Ce rapport remplacera celui que N. Osei a soumis à"
    )
    assert replaced in reviewed.main_text, "told before it is overwritten"
    receipt = submit(reviewed, "changed").follow()
    assert TEXT not in receipt.main_text
    assert "Another text." in receipt.main_text


def test_keeping_their_version_submits_nothing_of_it(app: App) -> None:
    page = open_link(app, make_link(app))
    app.client_as("bc").report_form("4.3").fill(status="SP", progress_en="The module is ready.").submit(button_value="save")
    mine = {"status": "LP", "text": "Thirteen resources are shared.", "challenge": "Staff."}
    answered = review(page, {"3.3": CHANGE, "4.3": mine})
    reviewed = review(answered, {"4.3": {"keep": "theirs"}})
    assert submit(reviewed, "changed").status == 303
    assert [s.progress_en for s in reports_by_link(app)] == [TEXT]


def test_report_that_changed_during_the_review_is_told_and_nothing_is_submitted(app: App) -> None:
    reviewed = review(open_link(app, make_link(app)))
    app.client_as("bc").report_form("4.3").fill(status="SP", progress_en="The module is ready.").submit()
    answered = submit(reviewed, "all")
    assert answered.status == 409
    assert "changed while you were reviewing" in answered.alert_text
    assert reports_by_link(app) == []
    assert submit(answered, "all").status == 303


def test_report_that_the_review_did_not_show_is_not_submitted_with_all(app: App) -> None:
    """An activity can be added to the plan while a person reviews; here, its fields are missing from the review."""
    add_reported_activities(app, 1)
    reviewed = review(open_link(app, make_link(app)))
    form = reviewed.form("/submit")
    shown = [name for name in form.values if name.endswith("-version")]
    unseen = shown[-1].removesuffix("version")
    form.values = {name: value for name, value in form.values.items() if not name.startswith(unseen)} | {"choice": "all"}
    answered = form.submit()
    assert answered.status == 409
    assert "changed while you were reviewing" in answered.alert_text
    assert reports_by_link(app) == []
    assert submit(answered, "all").status == 303, "now it is shown"


def test_same_change_from_two_pages_is_submitted_once(app: App) -> None:
    token = make_link(app)
    first, second, third = (open_link(app, token) for _ in range(3))
    late = review(third)
    assert submit(review(first), "changed").status == 303
    for answered in (review(second), submit(late, "changed")):
        assert answered.status == 200
        assert "You already submitted this report at 2\u00a0pm." in answered.main_text
    assert len(reports_by_link(app)) == 1


@LANGS
@pytest.mark.parametrize("reader", ["quebec", "chair", "reader"])
def test_second_person_with_the_link_reports_in_the_owners_name_and_is_told_so(app: App, reader: str, lang: str) -> None:
    token = make_link(app)
    other = app.client_as(reader)
    (name,) = [p.name for p in app.rows(Person, Person.email == email(reader))]
    signed_in = translate(lang, "You are signed in as %(reader)s. This link belongs to %(name)s.", reader=name, name="N. Osei")
    page = other.get(f"/{lang}/answer/{token}")
    reviewed = review(page)
    for shown in (page, reviewed):
        assert shown.main_text.removeprefix(shown.h1).strip().startswith(signed_in)
        assert bool(shown.find_all("a", href=f"/{lang}/my-updates")) == (reader != "reader")
        assert shown.response.headers["Cache-Control"] == "no-store"
        assert not shown.find_all("form", action=f"/{lang}/sign-out"), "it is no page of the person who is signed in"
    assert signed_in in other.get(f"/{lang}/answer/{token}/stop").main_text
    assert submit(reviewed, "changed").status == 303
    (sent,) = reports_by_link(app)
    assert sent.submitted_by == app.person_id("ontario")


def test_owner_of_the_link_is_not_warned_of_being_signed_in(app: App) -> None:
    token = make_link(app)
    for client in (app.client_as("ontario"), app.anonymous_client()):
        page = client.get(f"/en/answer/{token}")
        start = page.main_text.removeprefix(page.h1).strip()
        assert start.startswith("You are answering as N. Osei, for Ontario. Not you? Close this page.")
        assert "You are signed in as" not in page.main_text


@LANGS
def test_second_tab_shows_that_the_reports_are_submitted_with_the_receipt(app: App, lang: str) -> None:
    token = make_link(app)
    typed = {"3.3": {"challenge": "We wait."}}
    first, second = (fill(open_link(app, token, lang), typed) for _ in range(2))
    reviewed = second.submit(button_value="review")
    receipt = submit(first.submit(button_value="nothing"), "all").redirect_path
    for answered in (submit(reviewed, "all"), second.submit(button_value="nothing"), second.submit(button_value="review")):
        assert answered.status == 200, answered.main_text
        assert answered.h1 == translate(lang, "All done")
        sentence = "You already submitted these reports at" if lang == "en" else "Vous avez déjà soumis ces rapports à"
        assert sentence in answered.main_text
        assert answered.find_all("a", href=receipt)
    assert len(reports_by_link(app)) == 5


def test_all_done_says_who_submitted_each_report_and_when(app: App) -> None:
    token = make_link(app)
    app.client_as("bc").report_form("4.3").fill(status="SP", progress_en="The module is ready.").submit()
    typed = {"3.3": {"challenge": "We wait."}}
    submit(fill(open_link(app, token), typed).submit(button_value="nothing"), "all")
    page = open_link(app, token)
    assert page.h1 == "All done"
    assert "Submitted at 2\u00a0pm by N. Osei" in page.main_text
    assert "Submitted at 2\u00a0pm by A. Sandhu" in page.main_text
    assert not page.find_all("*", **{"class": "mark report-mark report-in"}), "no check mark on an activity that has not begun"


@LANGS
def test_address_of_the_review_can_be_opened(app: App, lang: str) -> None:
    token = make_link(app)
    page = app.anonymous_client().get(f"/{lang}/answer/{token}/submit")
    assert page.status == 303
    assert page.redirect_path == f"/{lang}/answer/{token}"
    assert app.anonymous_client().get(f"/{lang}/answer/{token[:-1]}/submit").status == 404


def test_form_and_review_say_whose_reports_they_are(app: App) -> None:
    page = open_link(app, make_link(app))
    reviewed = review(page)
    for shown in (page, reviewed):
        assert "You are answering as N. Osei, for Ontario. Not you? Close this page." in shown.main_text
    assert "You are submitting as N. Osei, for Ontario." in reviewed.main_text


def test_link_works_until_the_day_that_the_page_shows(app: App) -> None:
    token = make_link(app)
    page = open_link(app, token)
    assert "The link works until October\u00a024, 2020" in page.main_text
    app.clock.advance(days=29, hours=23)
    assert "The link works until October\u00a024, 2020" in open_link(app, token).main_text
    app.clock.advance(hours=1)
    assert app.anonymous_client().get(f"/en/answer/{token}").status == 410


def test_evidence_is_asked_for_once_complete_is_chosen(app: App) -> None:
    page = open_link(app, make_link(app))
    folds = [e for e in page.find_all("details") if e.get("data-opens-for") == "C"]
    assert len(folds) == 5
    assert all("required if the status is “Complete”" in "".join(e.itertext()) for e in folds)
    refused = review(page, {"3.3": {"status": "C", "text": TEXT}})
    assert [e.get("open") is not None for e in refused.find_all("details") if e.get("data-opens-for")].count(True) == 1


def test_link_signs_nobody_in(app: App) -> None:
    token, client = make_link(app), app.anonymous_client()
    client.get(f"/en/answer/{token}")
    assert client.get("/en/my-updates").status == 303
    assert client.get("/en/account").status == 303
    assert client.get(f"/en/answer/{token}/receipts/1").status == 404


def test_receipt_is_only_shown_by_a_link_of_the_same_person_and_quarter(app: App) -> None:
    token, other = make_link(app), make_link(app, "bc")
    number = submit(review(open_link(app, token)), "changed").redirect_path.rpartition("/")[2]
    client = app.anonymous_client()
    assert client.get(f"/en/answer/{token}/receipts/{number}").status == 200
    assert client.get(f"/en/answer/{other}/receipts/{number}").status == 404
    assert client.get(f"/en/answer/{token}/receipts/1").status == 404


def keep_text(page: Page, **fields: str) -> Page:
    body = {"csrf_token": page.client.csrf_token(), **fields}
    return page.client.post(f"{page.path}/text", body, Accept="application/json")


def test_typed_text_is_kept_for_the_same_person_and_deleted_once_it_is_submitted(app: App) -> None:
    token = make_link(app)
    page = open_link(app, token)
    fields = keep_text(page, **{"text:r11-text": TEXT})
    assert fields.status == 200
    assert "Text kept at" in fields.text
    assert TEXT in open_link(app, make_link(app)).text, "offered with a newer link, too"
    assert TEXT not in open_link(app, make_link(app, "bc")).text
    assert submit(review(page), "changed").status == 303
    assert app.rows(UnsavedText) == []


def test_kept_text_needs_the_token_of_the_form_and_can_be_discarded(app: App) -> None:
    page = open_link(app, make_link(app))
    assert keep_text(page, **{"text:r11-text": TEXT, "csrf_token": "other"}).status == 400
    assert app.rows(UnsavedText) == []
    keep_text(page, **{"text:r11-text": TEXT})
    page.client.post(f"{page.path}/text/discard", {"csrf_token": page.client.csrf_token()}, Accept="application/json")
    assert app.rows(UnsavedText) == []


def close_quarter(app: App) -> None:
    app.execute(update(ReportingPeriod).where(ReportingPeriod.key == "2020-09").values(closed_at=app.calendar.now()))


def revoke(app: App) -> None:
    app.execute(update(AnswerLink).values(revoked_at=app.calendar.now()))


def change_account(app: App, change: str) -> None:
    with Session(app.engine) as session, write_transaction(session):
        person = session.scalars(select(Person).where(Person.email == email("ontario"))).one()
        given: dict[str, Any] = {"version": None, "by": SYSTEM, "at": app.calendar.now()}
        if change == "deactivated":
            deactivate_person(session, person, **given)
        elif change == "role":
            quebec = session.scalars(select(Jurisdiction).where(Jurisdiction.code == "qc")).one()
            add_role(session, person, Role.DEPUTY, quebec, **given)
        else:
            add_role(session, person, Role.READER, None, **given)
            lead = next(m for m in person.memberships if m.jurisdiction_id is not None)
            end_role(session, person, lead.id, **given)


ENDS = {
    "closed": (close_quarter, "Quarter %(quarter)s of %(year)s is closed."),
    "revoked": (revoke, "This link was turned off."),
    "role changed": (
        lambda app: change_account(app, "role"),
        "Your role or your account has changed since this email was sent.",
    ),
    "role ended": (
        lambda app: change_account(app, "ended"),
        "Your role or your account has changed since this email was sent.",
    ),
    "deactivated": (
        lambda app: change_account(app, "deactivated"),
        "The account that this link was for is deactivated.",
    ),
    "30 days": (lambda app: app.clock.advance(days=30), "This link expired after 30 days."),
    "off for the person": (
        lambda app: app.execute(update(Person).where(Person.email == email("ontario")).values(wants_answer_links=False)),
        "You turned off private links in your emails.",
    ),
    "off for the site": (
        lambda app: app.execute(update(StoredSettings).values(answer_links=False)),
        "The secretariat has turned off private links in emails.",
    ),
}


@LANGS
@pytest.mark.parametrize("why", ENDS)
def test_link_that_ended_says_why_and_what_to_do_and_gives_typed_text_back(app: App, why: str, lang: str) -> None:
    end, sentence = ENDS[why]
    token = make_link(app)
    page = open_link(app, token, lang)
    form = fill(page, {"3.3": CHANGE})
    reviewed = form.submit(button_value="review").form("/submit")
    reviewed.values["choice"] = "all"
    end(app)
    before = app.fingerprint()
    expected = translate(lang, sentence, quarter=3, year=2020)
    for answer in (
        app.anonymous_client().get(f"/{lang}/answer/{token}"),
        form.submit(button_value="review"),
        reviewed.submit(),
    ):
        assert answer.status == 410
        assert expected in answer.main_text
        assert answer.response.headers["Referrer-Policy"] == "no-referrer"
    (given,) = answer.find_all("textarea")
    assert given.text.strip() == TEXT, "typed text is given back, and not the texts that the form showed"
    label = answer.find("label", **{"for": given.get("id")})
    assert "".join(label.itertext()) == f"3.3 – {translate(lang, 'What has changed?')}"
    assert app.anonymous_client().get(f"/{lang}/answer/{token}/stop").status == 410
    assert app.fingerprint() == before
    assert reports_by_link(app) == []


@LANGS
def test_person_turns_off_one_link_or_all_of_them_only_by_a_choice(app: App, lang: str) -> None:
    first, second, other = make_link(app), make_link(app), make_link(app, "bc")
    client = app.anonymous_client()

    def stop(token: str, choice: str) -> Page:
        form = client.get(f"/{lang}/answer/{token}/stop").form("/stop")
        if choice:
            form.values["choice"] = choice
        return form.submit()

    assert stop(first, "").status == 422
    assert client.get(f"/{lang}/answer/{first}").status == 200
    asked = client.get(f"/{lang}/answer/{first}/stop").main_text
    assert translate(lang, "You are answering as %(name)s, for %(who)s.").partition("%")[0] not in asked, "nothing is answered"
    stopped = stop(first, "this").follow()
    assert stopped.status == 410
    assert stopped.h1 == translate(lang, "This private link is turned off")
    assert (
        f"{translate(lang, 'You turned off this link.')} {translate(lang, 'Reports already submitted are kept.')}"
        in stopped.main_text
    )
    assert client.get(f"/{lang}/answer/{second}").status == 200
    stopped = stop(second, "all").follow()
    assert (stopped.status, stopped.h1) == (410, translate(lang, "Private links are turned off"))
    (person,) = app.rows(Person, Person.email == email("ontario"))
    assert (person.wants_answer_links, person.wants_reminders) == (False, True)
    assert client.get(f"/{lang}/answer/{other}").status == 200
    actions = [e.action for e in app.rows(AuditEvent, AuditEvent.actor_id == person.id)][-2:]
    assert actions == ["person.answer-links-revoked", "person.wishes"]


def test_lead_sees_in_history_and_receipt_that_a_report_came_by_link(app: App) -> None:
    number = submit(review(open_link(app, make_link(app))), "changed").redirect_path.rpartition("/")[2]
    lead: Client = app.client_as("ontario")
    assert "through a link in an email" in lead.get(f"/en/my-updates/receipts/{number}").main_text
    assert "through a link in an email" in lead.get("/en/plans/2020/activities/3.3").main_text
