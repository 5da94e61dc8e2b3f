"""Receipts and shared reports: what a submission says about evidence, languages, its time, and the other jurisdictions it is
for.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from cogwg.accounts.models import Person
from cogwg.audit.chain import find_witnesses
from cogwg.audit.models import AuditEvent, AuditLink
from cogwg.audit.services import SYSTEM, record_event
from cogwg.audit.verification import verify_chain
from cogwg.audit.witness_files import witnesses_of_file
from cogwg.core.bilingual import Language
from cogwg.core.db import write_transaction
from cogwg.core.settings import MailSettings
from cogwg.mail.delivery import deliver
from cogwg.mail.models import OutboxMessage
from cogwg.mail.rules import WITNESS_PLACE
from cogwg.mail.services import claim_due_messages, release
from cogwg.mail.transport import FolderTransport
from tests.web.conftest import MakeApp
from tests.web_client import MAIL_SERVER, App, Client, Page, email, text_of

LANGS = ("en", "fr")
LINK = "https://open.canada.ca/module"


def with_spaces(text: str) -> str:
    """Replace no-break spaces with spaces."""
    return text.replace("\u00a0", " ")


def save_draft(browser: Client, code: str, lang: str = "en", **fields: Any) -> None:
    texts = {f"progress_{lang}": "Agreed.", f"challenge_{lang}": "Staff."}
    form = browser.report_form(code, lang).fill(**{"status": "SP", **texts, **fields})
    assert form.submit(button_value="save").status == 303


def submit_alone(browser: Client, code: str, lang: str = "en", **fields: Any) -> Page:
    texts = {f"progress_{lang}": "Agreed.", f"challenge_{lang}": "Staff."}
    return browser.report_form(code, lang).fill(**{"status": "SP", **texts, **fields}).submit()


def submit_all(browser: Client, lang: str = "en") -> Page:
    page = browser.get(f"/{lang}/my-updates/submit").form("submit").submit()
    assert page.status == 303, page.main_text
    return page.follow()


def messages(app: App, kind: str) -> list[OutboxMessage]:
    return app.rows(OutboxMessage, OutboxMessage.kind == kind)


def row_text(page: Page, code: str) -> str:
    """Return the text of an activity's row on My updates."""
    (row,) = [e for e in page.find_all("article") if f"/activities/{code}" in "".join(a.get("href", "") for a in e.iter("a"))]
    return with_spaces(text_of(row))


def set_person(app: App, name: str, **values: Any) -> None:
    app.execute(update(Person).where(Person.email == email(name)).values(**values))


@pytest.mark.parametrize(
    ("lang", "names"), [("en", "French missing: progress, challenge"), ("fr", "Version anglaise manquante : progrès, défi")]
)
def test_one_mark_names_each_text_that_misses_a_language(ontario: Client, lang: str, names: str) -> None:
    save_draft(ontario, "3.3", lang)
    assert with_spaces(ontario.get(f"/{lang}/my-updates/submit").main_text).count(names) == 1
    receipt = submit_all(ontario, lang)
    assert with_spaces(receipt.main_text).count(names) == 1
    useful = {"en": "before the briefing is finalized", "fr": "avant que la présentation soit finalisée"}[lang]
    assert useful in with_spaces(receipt.main_text)
    links = [a.get("href") for a in receipt.find("main").iter("a")]
    assert f"/{lang}/translations" in links


@pytest.mark.parametrize("lang", LANGS)
def test_submit_page_and_receipt_list_evidence_and_missing_languages(app: App, ontario: Client, lang: str) -> None:
    label = {f"evidence_label_{lang}": "The module"}
    save_draft(ontario, "3.3", lang, status="C", evidence_url=LINK, **label)
    missing = {"en": "French missing", "fr": "Version anglaise manquante"}[lang]
    review = ontario.get(f"/{lang}/my-updates/submit")
    ready = next(ul for ul in review.find("main").iter("ul") if "item-list" in ul.get("class", ""))
    set_person(app, "ontario", lang=Language(lang))
    receipt = submit_all(ontario, lang)
    for shown in (ready, receipt.find("main")):
        assert [text_of(a) for a in shown.iter("a") if a.get("href") == LINK] == ["The module"]
        assert text_of(shown).count(missing) == 1, "once for progress, challenge and the name of the link"
    (message,) = messages(app, "receipt")
    assert LINK in message.text
    assert f'<a href="{LINK}">The module</a>' in message.html
    assert {"en": "French missing", "fr": "version anglaise manquante"}[lang] in message.text


@pytest.mark.parametrize("lang", LANGS)
def test_receipt_and_its_email_show_the_eastern_time_and_the_persons_own(app: App, ontario: Client, lang: str) -> None:
    set_person(app, "ontario", lang=Language(lang))
    save_draft(ontario, "3.3", lang)
    first = with_spaces(submit_all(ontario, lang).main_text)
    eastern = {"en": "September 24, 2020 at 2 pm (Eastern time)", "fr": "24 septembre 2020 à 14 h (heure de l’Est)"}[lang]
    own = {"en": "In your time zone:", "fr": "Dans votre fuseau horaire :"}[lang]
    assert eastern in first
    assert own not in first, "the clocks agree"

    set_person(app, "ontario", time_zone="America/Vancouver")
    save_draft(ontario, "3.4", lang)
    second = with_spaces(submit_all(ontario, lang).main_text)
    assert eastern in second
    elsewhere = {"en": f"{own} September 24, 2020 at 11 am.", "fr": f"{own} 24 septembre 2020 à 11 h."}[lang]
    assert elsewhere in second
    before, after = (with_spaces(message.text) for message in messages(app, "receipt"))
    assert {"en": "(Eastern time)", "fr": "(heure de l’Est)"}[lang] in before
    assert own not in before
    assert {"en": f"{own} Thursday, September 24 at 11 am.", "fr": f"{own} jeudi 24 septembre à 11 h."}[lang] in after


@pytest.mark.parametrize("lang", LANGS)
def test_receipts_are_listed_for_their_person_alone(app: App, ontario: Client, lang: str) -> None:
    page = ontario.get(f"/{lang}/my-updates/receipts")
    own_before = len(page.find("main").findall(".//li"))
    save_draft(ontario, "3.3", lang)
    save_draft(ontario, "3.4", lang)
    together = submit_all(ontario, lang)
    submit_alone(ontario, "3.2", lang)
    (link,) = [a for a in ontario.get(f"/{lang}/my-updates").find("main").iter("a") if "receipts" in a.get("href", "")]
    page = ontario.get(link.get("href", ""))
    rows = [with_spaces(text_of(li)) for li in page.find("main").iter("li")]
    assert len(rows) == own_before + 2, "reports that were submitted together have one receipt"
    assert "3.2 " in rows[0]
    assert {"en": "2 reports: 3.3, 3.4", "fr": "2 rapports : 3.3, 3.4"}[lang] in rows[1]
    hrefs = [a.get("href", "") for a in page.find("main").iter("a") if "/receipts/" in a.get("href", "")]
    assert hrefs[1] == together.path
    alone = ontario.get(hrefs[0])
    assert "Agreed." in alone.main_text
    assert {"en": "All your reports are submitted", "fr": "Tous vos rapports sont soumis"}[lang] not in alone.main_text
    for name in ("quebec", "saskatchewan"):
        neighbour = app.client_as(name)
        assert not set(hrefs) & {a.get("href") for a in neighbour.get(f"/{lang}/my-updates/receipts").find_all("a")}
        assert neighbour.get(hrefs[0]).status == 404
    assert app.client_as("reader").get(f"/{lang}/my-updates/receipts").status == 403


@pytest.mark.parametrize("lang", LANGS)
def test_receipt_list_without_receipts_explains_itself(app: App, lang: str) -> None:
    page = app.client_as("quebec").get(f"/{lang}/my-updates/receipts")
    assert {"en": "You have no receipts yet", "fr": "Vous n’avez encore aucun accusé de réception"}[lang] in page.main_text


def test_report_submitted_on_behalf_names_its_receipt(app: App, chair: Client) -> None:
    form = chair.report_form("3.3", query="?for=on").fill(status="SP", progress_en="Begun.")
    announced = form.submit(button_value="submit").follow().main_text
    assert "Receipt number:" in announced
    assert "Submitted:" in announced


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize("lang", LANGS)
def test_amendment_gives_a_receipt_and_its_email(app: App, ontario: Client, lang: str, htmx: bool) -> None:
    set_person(app, "ontario", lang=Language(lang))
    assert submit_alone(ontario, "3.3", lang, status="SP").redirect_path == f"/{lang}/my-updates"
    assert messages(app, "receipt") == [], "a first report that is submitted alone is in the list of receipts"
    amended = ontario.report_form("3.3", lang).fill(status="LP", **{f"progress_{lang}": "Less."}).submit(htmx=htmx)
    if htmx:
        (link,) = [a for a in amended.find_all("a") if "/receipts/" in a.get("href", "")]
        receipt = ontario.get(link.get("href", ""))
    else:
        announced = with_spaces(amended.follow().main_text)
        first = next(a for a in ontario.get(f"/{lang}/my-updates/receipts").find_all("a") if "/receipts/" in a.get("href", ""))
        receipt = ontario.get(first.get("href", ""))
        number = receipt.path.rpartition("/")[2]
        assert {"en": f"Receipt number: {number}.", "fr": f"Numéro de l’accusé de réception : {number}."}[lang] in announced
    was = {"en": "amended, was “Substantial progress”", "fr": "modifié; l’état était « Progrès important »"}[lang]
    assert was in with_spaces(receipt.main_text)
    assert "Less." in receipt.main_text
    (message,) = messages(app, "receipt")
    assert receipt.path in message.text
    assert {"en": "amended (was Substantial progress)", "fr": "modifié (auparavant\u00a0: Progrès important)"}[
        lang
    ] in message.text


@pytest.mark.parametrize("lang", LANGS)
def test_history_and_row_keep_the_status_before_the_quarter_after_an_amendment(app: App, ontario: Client, lang: str) -> None:
    submit_alone(ontario, "3.3", lang, status="SP")
    before = {"en": "Limited progress", "fr": "Progrès limité"}[lang]
    substantial = {"en": "Substantial progress", "fr": "Progrès important"}[lang]
    previously = {"en": f"previously: {before}", "fr": f"auparavant : {before}"}[lang]
    assert previously in row_text(ontario.get(f"/{lang}/my-updates"), "3.3")
    submit_alone(ontario, "3.3", lang, status="SP", **{f"progress_{lang}": "One word more."})
    submit_alone(ontario, "3.3", lang, status="C", evidence_url=LINK)
    assert previously in row_text(ontario.get(f"/{lang}/my-updates"), "3.3")
    history = ontario.get(f"/{lang}/plans/2020/activities/3.3").find_by_id("history")
    (ordered,) = history.iter("ol")
    entries = [with_spaces(text_of(li)) for li in ordered]
    quoted = {"en": f"amended, was “{substantial}”", "fr": f"modifié; l’état était « {substantial} »"}[lang]
    assert before in entries[0]
    assert quoted in entries[0]
    assert before in entries[1]
    assert {"en": "· amended", "fr": "· modifié"}[lang] in entries[1]
    assert {"en": "amended", "fr": "modifié"}[lang] not in entries[2]


@pytest.mark.parametrize("lang", LANGS)
def test_reports_submitted_again_from_another_tab_lead_to_the_receipt(app: App, ontario: Client, lang: str) -> None:
    titles = ontario.get(f"/{lang}/my-updates").find_all("span", class_="activity-number")
    for code in {text_of(title) for title in titles}:
        save_draft(ontario, code, lang)
    page = ontario.get(f"/{lang}/my-updates/submit")
    receipt = submit_all(ontario, lang)
    before = app.fingerprint()
    again = page.form("submit").submit()
    assert (again.status, again.redirect_path) == (303, receipt.path.partition("#")[0])
    sentence = {"en": "These reports were already submitted.", "fr": "Ces rapports ont déjà été soumis."}[lang]
    assert sentence in again.follow().main_text
    assert app.fingerprint() == before


SHARED = {"en": "British Columbia", "fr": "la Colombie-Britannique"}
OWN = {"en": "Ontario", "fr": "l’Ontario"}


@pytest.mark.parametrize("lang", LANGS)
def test_co_leads_submission_names_the_other_jurisdictions_everywhere(app: App, ontario: Client, lang: str) -> None:
    set_person(app, "ontario", lang=Language(lang))
    save_draft(ontario, "3.3", lang)
    save_draft(ontario, "4.3", lang)
    also = {"en": f"Also for {SHARED['en']}", "fr": f"Aussi pour {SHARED['fr']}"}[lang]
    review = ontario.get(f"/{lang}/my-updates/submit")
    ready = next(ul for ul in review.find("main").iter("ul") if "item-list" in ul.get("class", ""))
    shared, alone = (with_spaces(text_of(li)) for li in (ready[1], ready[0]))
    assert also in shared
    assert also not in alone
    assert with_spaces(review.main_text).count(also) == 2, "4.4 has no draft yet, and could be sent as nothing to report"
    assert also in row_text(ontario.get(f"/{lang}/my-updates"), "4.4")
    receipt = submit_all(ontario, lang)
    submitted = {"en": f"Also submitted for {SHARED['en']}", "fr": f"Également soumis pour {SHARED['fr']}"}[lang]
    assert with_spaces(receipt.main_text).count(submitted) == 1
    (message,) = messages(app, "receipt")
    lower = {"en": f"also for {SHARED['en']}", "fr": f"aussi pour {SHARED['fr']}"}[lang]
    first, second, *unsent = [with_spaces(line) for line in message.text.splitlines() if line.startswith("- ")]
    assert (lower not in first, lower in second) == (True, True)
    assert [line.endswith({"en": "no draft yet", "fr": "pas encore d’ébauche"}[lang]) for line in unsent] == [True] * 3, (
        "what remains"
    )
    history = ontario.get(f"/{lang}/plans/2020/activities/4.3").find_by_id("history")
    assert lower in with_spaces(text_of(history.find(".//li")))
    assert lower not in with_spaces(ontario.get(f"/{lang}/plans/2020/activities/3.3").main_text)


@pytest.mark.parametrize("lang", LANGS)
def test_other_lead_gets_an_email_and_finds_who_submitted(app_per_engine: App, lang: str) -> None:
    app = app_per_engine
    set_person(app, "bc", lang=Language(lang), time_zone="America/Vancouver")
    ontario, bc = app.client_as("ontario"), app.client_as("bc")
    save_draft(ontario, "3.3")
    save_draft(ontario, "4.3")
    assert messages(app, "co-lead") == [], "a draft is not submitted"
    submit_all(ontario)
    (message,) = messages(app, "co-lead")
    assert (message.address, message.lang) == (email("bc"), Language(lang))
    text = with_spaces(message.text)
    assert [line.split()[1] for line in text.splitlines() if line.startswith("- ")] == ["4.3"], "not what Ontario leads alone"
    assert "N. Osei (Ontario)" in text
    assert {"en": "so the report is also for British Columbia", "fr": "aussi pour la Colombie-Britannique"}[lang] in text
    assert {"en": "Thursday, September 24 at 2 pm (Eastern time)", "fr": "jeudi 24 septembre à 14 h (heure de l’Est)"}[
        lang
    ] in text
    assert f"/{lang}/my-updates?period=2020-09" in text

    row = row_text(bc.get(f"/{lang}/my-updates"), "4.3")
    sentence = {
        "en": "N. Osei (Ontario) submitted this report for you too.",
        "fr": "N. Osei (Ontario) a soumis ce rapport pour vous aussi.",
    }[lang]
    assert sentence in row
    assert {"en": "Add to this report", "fr": "Compléter ce rapport"}[lang] in row
    assert sentence[:20] not in row_text(ontario.get(f"/{lang}/my-updates"), "4.3"), "the sender needs no such sentence"

    added = bc.report_form("4.3", lang).fill(**{f"progress_{lang}": "And more."}).submit()
    assert added.status == 303
    amended = [m for m in messages(app, "co-lead") if m.address == email("ontario")]
    assert len(amended) == 1, "now Ontario's lead gets an email about the amendment"
    assert "A. Sandhu" in amended[0].text


def test_submission_without_co_leads_sends_no_email_to_others(app: App, ontario: Client) -> None:
    save_draft(ontario, "3.3")
    submit_all(ontario)
    submit_alone(ontario, "3.4")
    assert messages(app, "co-lead") == []


def test_refused_submission_queues_no_email(app: App, ontario: Client) -> None:
    save_draft(ontario, "4.3")
    page = ontario.get("/en/my-updates/submit")
    save_draft(ontario, "4.3", progress_en="Meanwhile.")
    assert page.form("submit").submit().status == 409
    assert app.rows(OutboxMessage) == []


@pytest.mark.parametrize("lang", LANGS)
def test_submission_on_behalf_names_the_jurisdiction_to_the_other_lead(app: App, lang: str) -> None:
    set_person(app, "bc", lang=Language(lang))
    chair = app.client_as("chair")
    form = chair.report_form("4.3", "en", "?for=on").fill(status="SP", progress_en="Agreed.")
    assert form.submit().status == 303
    (message,) = messages(app, "co-lead")
    assert {"en": " (on behalf of Ontario) submitted", "fr": " (au nom de l’Ontario) a soumis"}[lang] in with_spaces(
        message.text
    )


@pytest.mark.parametrize("day", [date(2020, 9, 24)])
def test_co_lead_without_an_account_is_left_out(make_app: MakeApp, day: date) -> None:
    app = make_app(day=day)
    set_person(app, "bc", retired_at=app.calendar.now())
    ontario = app.client_as("ontario")
    save_draft(ontario, "4.3")
    submit_all(ontario)
    assert messages(app, "co-lead") == []


@pytest.mark.parametrize("lang", LANGS)
def test_only_a_row_that_can_be_submitted_says_that_others_receive_an_email(make_app: MakeApp, lang: str) -> None:
    ontario = make_app(mail=MAIL_SERVER).client_as("ontario")
    note = {"en": "their leads receive an email", "fr": "les responsables visés reçoivent un courriel"}[lang]
    also = {"en": "Also for", "fr": "Aussi pour"}[lang]
    rows = {code: row_text(ontario.get(f"/{lang}/my-updates"), code) for code in ("4.3", "4.4")}
    assert [(also in text, note in text) for text in rows.values()] == [(True, False), (True, False)]
    assert note in row_text(ontario.get(f"/{lang}/plans/2020/activities/4.4/report"), "4.4")
    ontario.report_form("4.4", lang).fill(status="SP", **{f"progress_{lang}": "A draft."}).submit(button_value="save")
    rows = {code: row_text(ontario.get(f"/{lang}/my-updates"), code) for code in ("4.3", "4.4")}
    assert [note in text for text in rows.values()] == [False, True]


@pytest.mark.parametrize("lang", LANGS)
def test_receipt_email_has_a_witness_that_covers_its_submission(app: App, ontario: Client, lang: str, tmp_path: Path) -> None:
    set_person(app, "ontario", lang=Language(lang))
    save_draft(ontario, "3.3", lang)
    submit_all(ontario, lang)
    (queued,) = messages(app, "receipt")
    assert WITNESS_PLACE in queued.text
    assert WITNESS_PLACE in queued.html
    transport = FolderTransport(MailSettings("file", tmp_path, sender="plan@cogwg.example"), tmp_path)
    assert deliver(app.engine, transport, app.clock, find_cancelled=lambda _session, _messages: {}).sent > 0
    (sent,) = messages(app, "receipt")
    *_rest, line = sent.text.strip().splitlines()
    words = {"en": "Keep this email. With this proof number", "fr": "Conservez ce courriel. Avec ce numéro de preuve"}[lang]
    assert line.startswith(words)
    (witness,) = witnesses_of_file(tmp_path / f"letter-{sent.id:06}.eml")
    assert line.endswith(f" {witness}")
    assert str(witness) in sent.html
    (submitted,) = app.rows(AuditEvent, AuditEvent.action == "quarter.submitted")
    (link,) = app.rows(AuditLink, AuditLink.event_id == submitted.id)
    assert witness.position >= link.id
    with Session(app.engine) as session:
        verdict = verify_chain(session, [witness])
    assert (verdict.newest_witness, verdict.fault) == (witness, None)


def test_receipt_sent_again_keeps_its_first_witness(app: App, ontario: Client) -> None:
    save_draft(ontario, "3.3")
    submit_all(ontario)
    texts = []
    for _try in range(2):
        with Session(app.engine) as session, write_transaction(session):
            claimed = claim_due_messages(session, now=app.clock())
            texts += [message.text for message in claimed if message.kind == "receipt"]
            for message in claimed:
                release(session, message)
            record_event(session, "tried", ("plan", 1), by=SYSTEM, at=app.calendar.now())
    assert len(texts) == 2
    assert len(find_witnesses(texts[0])) == 1
    assert texts[0] == texts[1]
