"""Texts are sent out to a translation service in an XLIFF file, and wait there until they are translated."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from sqlalchemy import insert

from cogwg.audit.models import AuditEvent
from cogwg.plan.models import Activity
from cogwg.reporting.models import (
    Challenge,
    Milestone,
    MilestoneLink,
    ReportingPeriod,
    StatusReport,
    Submission,
    TranslationOrder,
)
from tests.conventions.test_pages import LANGS, check_html
from tests.sessions import FURTHER, first_of
from tests.web.conftest import PopulatedApp
from tests.web_client import App, Client, Page, text_of

SCHEMA = Path(__file__).parents[2] / "data" / "xliff" / "xliff-core-1.2-transitional.xsd"
REPORT = "/en/plans/2020/activities/3.3/report"
XLIFF = {"x": "urn:oasis:names:tc:xliff:document:1.2"}


@pytest.fixture
def app_with_news(app: App) -> PopulatedApp:
    return PopulatedApp(app)


def send(browser: Client, *keys: str) -> Page:
    """Send out the texts with these keys, or all; return the page that answers."""
    form = browser.get("/en/translations").form("/translations/send")
    values = {"text": list(keys), "do": "selected"} if keys else {"do": "all"}
    answer = browser.post(form.action, {**form.values, **values})
    assert answer.status == 303
    return answer.follow()


def rows(page: Page) -> set[str]:
    """Return the keys of the texts on the page."""
    ids = (e.get("id") or "" for e in page.find_all("li"))
    return {id_.removeprefix("row-") for id_ in ids if id_.startswith("row-")}


def download(page: Page) -> etree._Element:
    """Return the document of the first file on the page, which is valid XLIFF 1.2."""
    link = next(a for a in page.find("main").iter("a") if (a.get("href") or "").endswith(".xlf"))
    answer = page.client.get(link.get("href") or "")
    assert answer.headers["Content-Type"].startswith("application/x-xliff+xml")
    document = etree.fromstring(answer.response.get_data())
    schema = etree.XMLSchema(etree.parse(SCHEMA))
    assert schema.validate(document), schema.error_log
    return document


def test_selected_texts_are_sent_out_in_a_valid_file_and_wait_apart(app_with_news: PopulatedApp) -> None:
    app, news = app_with_news.app, app_with_news.news_ids
    ontario = app.client_as("ontario")
    before = rows(ontario.get("/en/translations"))
    sent = f"milestone-{news['milestone']}"
    page = send(ontario, sent)
    assert "The file with 1 text is ready." in page.main_text
    assert rows(page) == {sent}
    assert rows(ontario.get("/en/translations")) == before - {sent}
    (unit,) = download(page).xpath("//x:trans-unit", namespaces=XLIFF)
    assert (unit.get("id"), unit.get("maxwidth"), unit.getparent().getparent().get("target-language")) == (
        sent,
        "4000",
        "fr-CA",
    )
    assert unit.findtext("x:source", namespaces=XLIFF) == "Ontario’s news."
    assert unit.find("x:target", XLIFF).get("state") == "needs-translation"
    assert unit.findtext("x:note", namespaces=XLIFF) == "Milestone · Ontario"
    assert app.rows(AuditEvent)[-1].action == "translations.sent"

    assert page.form(f"/{sent}").fill(text="Des nouvelles.").submit().redirect_path.startswith("/en/translations?show=sent")
    assert rows(ontario.get("/en/translations?show=sent")) == set()
    assert sent in rows(ontario.get("/en/translations?show=done"))


def test_sent_text_that_changes_is_to_translate_again(app_with_news: PopulatedApp) -> None:
    app, id_ = app_with_news.app, app_with_news.news_ids["milestone"]
    ontario = app.client_as("ontario")
    send(ontario, f"milestone-{id_}")
    ontario.get(f"/en/milestones/{id_}/edit").form("/edit").fill(text_en="Other news.").submit()
    assert f"milestone-{id_}" in rows(ontario.get("/en/translations"))
    assert rows(ontario.get("/en/translations?show=sent")) == set()


def test_stale_text_is_sent_with_its_translation_to_review(app_with_news: PopulatedApp) -> None:
    app, id_ = app_with_news.app, app_with_news.news_ids["milestone"]
    ontario = app.client_as("ontario")
    for texts in ({"text_fr": "Des nouvelles."}, {"text_en": "Other news."}):
        ontario.get(f"/en/milestones/{id_}/edit").form("/edit").fill(**texts).submit()
    document = download(send(ontario))
    (unit,) = document.xpath(f"//x:trans-unit[@id='milestone-{id_}']", namespaces=XLIFF)
    target = unit.find("x:target", XLIFF)
    assert (target.text, target.get("state")) == ("Des nouvelles.", "needs-review-translation")
    assert "The original text changed after it was translated." in [note.text for note in unit.findall("x:note", XLIFF)]


def test_all_texts_sent_by_a_co_chair_include_reports_with_their_place(app_with_news: PopulatedApp) -> None:
    chair = app_with_news.app.client_as("chair")
    before = rows(chair.get("/en/translations"))
    page = send(chair)
    assert rows(page) == before
    assert rows(chair.get("/en/translations")) == set()
    units = download(page).xpath("//x:trans-unit[starts-with(@id, 'report-')]", namespaces=XLIFF)
    assert units
    assert all(". " in (unit.findtext("x:note", namespaces=XLIFF) or "") for unit in units)


def test_texts_that_would_not_come_back_in_one_file_are_left_for_another(
    app_with_news: PopulatedApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cogwg.reporting.news.orders.SIZE_LIMIT", 2000)
    chair = app_with_news.app.client_as("chair")
    before = rows(chair.get("/en/translations"))
    page = send(chair)
    sent, left = rows(page), rows(chair.get("/en/translations"))
    assert sent
    assert left
    assert (sent | left, sent & left) == (before, set())
    assert f"{len(left)} more text" in page.main_text.replace("\u00a0", " ")


def test_texts_of_others_are_not_sent_out(app_with_news: PopulatedApp) -> None:
    app, key = app_with_news.app, f"milestone-{app_with_news.news_ids['milestone']}"
    quebec = app.client_as("quebec")
    answer = quebec.post("/en/translations/send", {"csrf_token": quebec.csrf_token(), "do": "selected", "text": key})
    assert "Select at least one text to send for translation." in answer.follow().main_text
    assert app.rows(TranslationOrder) == []


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("show", ["", "?show=sent", "?show=done"])
def test_lists_of_translations_are_valid_html(app_with_news: PopulatedApp, lang: str, show: str) -> None:
    ontario = app_with_news.app.client_as("ontario")
    send(ontario, f"milestone-{app_with_news.news_ids['milestone']}")
    page = ontario.get(f"/{lang}/translations{show}")
    check_html(page, lang)
    current = [text_of(a) for a in page.find("nav", class_="view-switch").iter("a") if a.get("aria-current")]
    assert len(current) == 1


def returned_file(page: Page, **translations: str) -> bytes:
    """Return the first file on the page with these translations, as the service sends it back."""
    document = download(page)
    for unit in document.xpath("//x:trans-unit", namespaces=XLIFF):
        unit.find("x:target", XLIFF).text = translations.get(unit.get("id").replace("-", "_"), "")
    return bytes(etree.tostring(document, encoding="UTF-8", xml_declaration=True))


def show_file(browser: Client, data: bytes, lang: str = "en", number: int = 1) -> Page:
    """Show what this file has."""
    form = browser.get(f"/{lang}/translations/orders/{number}").form(f"/orders/{number}")
    return browser.post(form.action, {**form.values, "file": (BytesIO(data), "back.xlf")})


@pytest.mark.parametrize("lang", LANGS)
def test_file_is_shown_and_then_stored_but_for_texts_that_changed(app_with_news: PopulatedApp, lang: str) -> None:
    app, news = app_with_news.app, app_with_news.news_ids
    ontario, chair = app.client_as("ontario"), app.client_as("chair")
    data = returned_file(
        send(chair),
        **{f"milestone_{news['milestone']}": "Des nouvelles.", f"challenge_{news['challenge']}": "Un défi."},
    )
    ontario.get(f"/en/challenges/{news['challenge']}/edit").form("/edit").fill(text_en="Another challenge.").submit()
    before = app.fingerprint()
    shown = show_file(chair, data, lang)
    assert (shown.status, app.fingerprint()) == (200, before)
    check_html(shown, lang)
    text = shown.main_text.replace("\u00a0", " ")
    assert {"en": "Milestone · Ontario", "fr": "Jalon · Ontario"}[lang] in text, "also for those who did not send it out"
    for sentence in (
        ("will be saved", "the text has changed since it was sent for translation", "not in the file")
        if lang == "en"
        else ("sera enregistrée", "le texte a été modifié depuis son envoi", "absente du fichier")
    ):
        assert sentence in text
    quebec = app.client_as("quebec")
    form = shown.form("/store")
    quebec.post(form.action, {**form.values, "csrf_token": quebec.csrf_token(), "opened_by": ""})
    assert app.fingerprint() == before, "a neighbour stores nothing"
    stored = form.submit()
    assert stored.status == 303
    sentence = "1 translation is saved." if lang == "en" else "1 traduction est enregistrée."
    assert sentence in stored.follow().main_text.replace("\u00a0", " ")
    assert [m.text_fr for m in app.rows(Milestone, Milestone.id == news["milestone"])] == ["Des nouvelles."]
    assert [c.text_fr for c in app.rows(Challenge, Challenge.id == news["challenge"])] == [""]
    assert [event.action for event in app.rows(AuditEvent)[-2:]] == ["milestone.translated", "translations.received"]
    after = app.fingerprint()
    assert form.submit().status == 303
    assert app.fingerprint() == after, "stored once"


def stored_file(app_with_news: PopulatedApp, lang: str = "en") -> tuple[Client, Page]:
    """Store a file with a translation of every text, and return the co-chair's browser and the page of its outcome."""
    chair = app_with_news.app.client_as("chair")
    sent = send(chair)
    keys = [unit.get("id") for unit in download(sent).xpath("//x:trans-unit", namespaces=XLIFF)]
    data = returned_file(sent, **{key.replace("-", "_"): f"Translation of {key}" for key in keys})
    return chair, show_file(chair, data, lang).form("/store").submit().follow()


def translatable_texts(app: App) -> list[Any]:
    """Return the texts of news and of the latest submission and the report of each activity, with what is stale."""
    news = [(type(n).__name__, n.id, n.text, n.stale) for kind in (Milestone, Challenge) for n in app.rows(kind)]
    themes = [(c.id, c.theme) for c in app.rows(Challenge)]
    latest = {s.activity_id: (s.progress, s.challenge, s.evidence, s.stale) for s in app.rows(Submission)}
    reports = [(r.id, r.progress, r.challenge, r.stale, r.translated) for r in app.rows(StatusReport)]
    return [news, themes, latest, reports]


@pytest.mark.parametrize("lang", LANGS)
def test_stored_translations_are_taken_back_with_one_audit_event(app_with_news: PopulatedApp, lang: str) -> None:
    app = app_with_news.app
    before = translatable_texts(app)
    chair, page = stored_file(app_with_news, lang)
    check_html(page, lang)
    assert translatable_texts(app) != before
    events = len(app.rows(AuditEvent))
    undo = page.form("/undo")
    for name in ("ontario", "quebec"):
        other = app.client_as(name)
        assert "/undo" not in [f.action[-5:] for f in other.get(page.path).forms]
        assert other.post(undo.action, {"csrf_token": other.csrf_token()}).status == 403, "some texts are of others"
    done = undo.submit().follow()
    check_html(done, lang)
    assert {"en": "translations were undone", "fr": "traductions ont été annulées"}[lang] in done.main_text
    assert "/undo" not in [f.action[-5:] for f in done.forms]
    assert translatable_texts(app) == before
    assert [event.action for event in app.rows(AuditEvent)[events:]] == ["translations.undone"]
    unchanged = app.fingerprint()
    assert undo.submit().status == 303
    assert app.fingerprint() == unchanged, "taken back once"
    reports = [s for s in app.rows(Submission) if s.translated_at is not None]
    code = next(a.code for a in app.rows(Activity) if a.id == reports[-1].activity_id)
    history = chair.get(f"/{lang}/plans/2020/activities/{code}").main_text
    words = {
        "en": ("undid a translation of the report", "translated the report"),
        "fr": ("a annulé une traduction du rapport", "a traduit le rapport"),
    }[lang]
    assert all(sentence in history for sentence in words)


def test_text_that_changed_after_its_translation_was_stored_stays(app_with_news: PopulatedApp) -> None:
    app, news = app_with_news.app, app_with_news.news_ids
    _chair, page = stored_file(app_with_news)
    edit = app.client_as("ontario").get(f"/en/milestones/{news['milestone']}/edit").form("/edit")
    assert edit.fill(text_fr="Nos propres mots.").submit().status == 303
    done = page.form("/undo").submit().follow()
    assert "1 text was left unchanged, because it has since been edited or accepted." in done.main_text.replace("\u00a0", " ")
    assert [m.text_fr for m in app.rows(Milestone, Milestone.id == news["milestone"])] == ["Nos propres mots."]
    assert [c.text_fr for c in app.rows(Challenge, Challenge.id == news["challenge"])] == [""]


def submit_report(ontario: Client, **fields: str) -> None:
    form = ontario.get(REPORT).form("/report").fill(status="SP", progress_en="The measures are agreed.", **fields)
    assert form.submit(button_value="submit").status == 303


def report_texts(app: App) -> list[tuple[str, str]]:
    """Return the French progress of the report on 3.3, as its leads and as readers see it."""
    (activity,) = app.rows(Activity, Activity.code == "3.3")
    own = app.rows(StatusReport, StatusReport.activity_id == activity.id)
    return [(r.progress_fr, app.rows(Submission, Submission.activity_id == activity.id)[-1].progress_fr) for r in own]


def accept(ontario: Client) -> None:
    assert ontario.get("/en/my-updates").form("/report/translation").submit().status == 303


def amend(ontario: Client) -> None:
    form = ontario.get(REPORT).form("/report").fill(evidence_note_en="The link follows.")
    assert form.submit(button_value="submit").status == 303


@pytest.mark.parametrize("use", [accept, amend])
def test_translation_in_a_report_that_its_lead_accepted_or_amended_stays(
    app_with_news: PopulatedApp, use: Callable[[Client], None]
) -> None:
    app, ontario = app_with_news.app, app_with_news.app.client_as("ontario")
    submit_report(ontario)
    _chair, page = stored_file(app_with_news)
    before = report_texts(app)
    assert before[-1][0].startswith("Translation of report-")
    use(ontario)
    done = page.form("/undo").submit().follow()
    assert "since been edited or accepted" in done.main_text.replace("\u00a0", " ")
    assert report_texts(app) == before


def test_translation_copied_into_a_report_of_the_next_quarter_stays(app_with_news: PopulatedApp) -> None:
    app, ontario = app_with_news.app, app_with_news.app.client_as("ontario")
    submit_report(ontario)
    _chair, page = stored_file(app_with_news)
    (activity,) = app.rows(Activity, Activity.code == "3.3")
    stored = app.rows(Submission, Submission.activity_id == activity.id)[-1]
    reported = {r.period_id for r in app.rows(StatusReport, StatusReport.activity_id == activity.id)}
    other = next(p.id for p in app.rows(ReportingPeriod) if p.id not in reported)
    report = next(r for r in app.rows(StatusReport) if (r.activity_id, r.period_id) == (activity.id, stored.period_id))
    columns = {c.name: getattr(report, c.name) for c in StatusReport.__table__.columns if c.name != "id"}
    app.execute(insert(StatusReport.__table__).values({**columns, "period_id": other}))
    columns = {c.name: getattr(stored, c.name) for c in Submission.__table__.columns if c.name != "id"}
    app.execute(insert(Submission.__table__).values({**columns, "period_id": other}))
    before = report_texts(app)
    assert page.form("/undo").submit().status == 303
    assert report_texts(app) == before


@FURTHER
def test_texts_of_one_report_are_all_taken_back(app_with_news: PopulatedApp) -> None:
    app, ontario = app_with_news.app, app_with_news.app.client_as("ontario")
    submit_report(ontario, evidence_note_en="The link follows.")
    before = translatable_texts(app)
    _chair, page = stored_file(app_with_news)
    done = page.form("/undo").submit().follow()
    assert "accepted since" not in done.main_text
    assert translatable_texts(app) == before
    (event,) = app.rows(AuditEvent, AuditEvent.action == "translations.undone")
    newest = [s.id for s in app.rows(Submission) if s.translated_at is not None][-len(event.after["submissions"]) :]
    assert sorted(event.after["submissions"]) == newest
    history = ontario.get("/en/plans/2020/activities/3.3").main_text
    assert history.count("undid a translation of the report") == 2


@FURTHER
def test_translated_theme_and_name_of_a_link_are_taken_back(app_with_news: PopulatedApp) -> None:
    app, ontario = app_with_news.app, app_with_news.app.client_as("ontario")

    def add(path: str, **fields: str) -> None:
        (form,) = [f for f in ontario.get(path).forms if f.element.get("method") == "post" and f.action.endswith(path)]
        assert form.fill(**fields).submit().status == 303

    link = {"link1_url": "https://data.ontario.ca/sets", "link1_label_en": "The sets"}
    add("/en/milestones", text_en="Ten sets.", **link)
    add("/en/challenges", text_en="No staff.", new_theme="People")

    def names() -> tuple[str, str]:
        return app.rows(MilestoneLink)[-1].label.fr, app.rows(Challenge)[-1].theme.fr

    assert names() == ("", "")
    _chair, page = stored_file(app_with_news)
    assert all(name.startswith("Translation of ") for name in names())
    assert page.form("/undo").submit().status == 303
    assert names() == ("", "")


@FURTHER
def test_replaced_translation_comes_back_as_stale(app_with_news: PopulatedApp) -> None:
    app, news = app_with_news.app, app_with_news.news_ids
    ontario = app.client_as("ontario")
    path = f"/en/milestones/{news['milestone']}/edit"
    for texts in ({"text_en": "Ten sets.", "text_fr": "Dix jeux."}, {"text_en": "Eleven sets."}):
        assert ontario.get(path).form("/edit").fill(**texts).submit().status == 303
    before = translatable_texts(app)
    _chair, page = stored_file(app_with_news)
    assert page.form("/undo").submit().status == 303
    assert translatable_texts(app) == before
    (milestone,) = app.rows(Milestone, Milestone.id == news["milestone"])
    assert (milestone.text_fr, milestone.stale) == ("Dix jeux.", {"text": "fr"})


BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><xliff version="1.2">&b;</xliff>'


@pytest.mark.parametrize(
    ("data", "sentence"),
    first_of(
        3,
        [
            (b"", "This file is damaged or is not XLIFF."),
            (b"PK\x03\x04", "This file is damaged or is not XLIFF."),
            (b"<?xml version='1.0' encoding='no-such'?><a/>", "This file is damaged or is not XLIFF."),
            (BOMB, "This file contains a document type declaration"),
            (b"<xliff version='2.0'/>", "This file is not in XLIFF 1.2 format."),
            (b"<xliff xmlns='urn:oasis:names:tc:xliff:document:1.2' version='1.2'/>", "This file is for other texts."),
            (b" " * 500_001, "This file is larger than 500 KB."),
        ],
    ),
)
def test_file_that_is_no_answer_is_refused_with_a_sentence(app_with_news: PopulatedApp, data: bytes, sentence: str) -> None:
    app = app_with_news.app
    chair = app.client_as("chair")
    send(chair)
    before = app.fingerprint()
    refused = show_file(chair, data)
    assert refused.status == 422
    assert sentence in refused.alert_text
    assert app.fingerprint() == before


@pytest.mark.parametrize(
    ("lang", "none", "singular", "plural", "nothing"),
    [
        (
            "en",
            "No text is waiting for a reply from a translation service.",
            "1 text is in a file for the translation service and is not translated yet.",
            "2 texts are in files for the translation service and are not translated yet.",
            "There is no text for you to translate.",
        ),
        (
            "fr",
            "Aucun texte n’attend la réponse d’un service de traduction.",
            "1 texte figure dans un fichier pour le service de traduction et n’est pas encore traduit.",
            "2 textes figurent dans des fichiers pour le service de traduction et ne sont pas encore traduits.",
            "Vous n’avez aucun texte à traduire.",
        ),
    ],
)
def test_number_of_texts_sent_out_is_a_true_sentence_with_none_one_and_two(
    app_with_news: PopulatedApp, lang: str, none: str, singular: str, plural: str, nothing: str
) -> None:
    ontario = app_with_news.app.client_as("ontario")

    def sentence(show: str) -> str:
        page = ontario.get(f"/{lang}/translations?show={show}")
        return text_of(page.find_by_id("waiting")).replace("\u00a0", " ")

    assert sentence("sent") == none
    keys = [e.get("value") or "" for e in ontario.get("/en/translations").find_all("input", name="text")]
    assert len(keys) > 1
    send(ontario, keys[0])
    assert sentence("sent") == singular
    send(ontario, keys[1])
    assert sentence("sent") == plural
    if len(keys) > 2:
        send(ontario, *keys[2:])
    assert sentence("") == nothing, "what was sent out is not translated, so it is not said to be in both languages"
