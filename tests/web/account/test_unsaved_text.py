"""Unsaved text: stored by the page's script, offered only to its author, and deleted when the form is saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction, Membership, Person, Role, SignIn, UnsavedText
from cogwg.accounts.rules import IDLE_LIMIT
from cogwg.accounts.unsaved_text import FORM_LIMIT, RETENTION
from cogwg.audit.models import AuditEvent
from cogwg.core.db import write_transaction
from cogwg.plan.models import Activity
from cogwg.reporting.models import ReportingPeriod, ReportState, StatusReport
from cogwg.web.http import unsaved_text
from tests.conventions.test_pages import check_html, fold_spaces
from tests.sessions import FURTHER, first_of
from tests.web.conftest import MakeApp, PopulatedApp
from tests.web.finalizing import confirm
from tests.web.scriptless_user import ScriptlessUser
from tests.web_client import App, Client, Form, Page, email, text_of

WORDS = "Thirteen resources — « en ligne » <b>& two</b>\nin review"
PLAIN_WORDS = "Thirteen resources — « en ligne »"
KEEP, DISCARD = "/en/account/unsaved-text", "/en/account/unsaved-text/discard"
ACTIVITY, REPORT = "/en/plans/2020/activities/3.3", "/en/plans/2020/activities/3.3/report"


@dataclass(frozen=True)
class TextForm:
    """A form with a text: who writes in it, on which page, the end of its action, and what else it needs to be saved."""

    person: str
    page: str
    action: str
    fields: dict[str, str]
    button: str = ""
    prepare: Callable[[App], None] = lambda _app: None


def _close_summer(app: App) -> None:
    closed = app.calendar.now() - timedelta(days=1)
    app.execute(update(ReportingPeriod).where(ReportingPeriod.id == 2).values(closed_at=closed))


FORMS = {
    "report": TextForm("ontario", REPORT, "/report", {"progress_en": WORDS, "status": "SP"}, "save"),
    "partner’s note": TextForm("nwt", "/en/plans/2020/activities/5.4", "/note", {"text_en": WORDS}),
    "comment": TextForm("ontario", ACTIVITY, "/comments", {"text": WORDS}),
    "own comment": TextForm("ontario", f"{ACTIVITY}/comments/{{comment}}", "", {"text": WORDS}),
    "due date": TextForm("chair", ACTIVITY, "/due", {"month": "2020-12", "day": "15", "reason_en": WORDS}),
    "milestone": TextForm("ontario", "/en/milestones", "/milestones", {"text_en": WORDS}),
    "challenge": TextForm("ontario", "/en/challenges", "/challenges", {"text_en": WORDS, "new_theme": "Staff"}),
    "edited milestone": TextForm("ontario", "/en/milestones/{milestone}/edit", "/edit", {"text_en": WORDS}),
    "edited challenge": TextForm("ontario", "/en/challenges/{challenge}/edit", "/edit", {"text_en": WORDS}),
    "translation": TextForm("ontario", "/en/translations", "/translations/", {"text": WORDS}),
    "overall status": TextForm("chair", "/en/plans/2020/priorities/3", "/overall", {"status": "SP", "note_en": WORDS}),
    "role": TextForm("chair", "/en/plans/2020/roles/{to_confirm}", "/decline", {"reason": WORDS}),
    "meeting": TextForm("chair", "/en/briefings/{briefing}/meeting", "", {"place_en": "Ottawa", "place_fr": "Ottawa"}),
    "priorities": TextForm("chair", "/en/briefings/{briefing}/priorities", "", {}, "save"),
    "next steps": TextForm("chair", "/en/briefings/{briefing}/next-steps", "", {}, "save"),
    "slide": TextForm("chair", "/en/briefings/{briefing}/slides/cover", "", {}, "save"),
    "new slide": TextForm("chair", "/en/briefings/{briefing}/slides", "", {"title-en": "One more"}, "add new"),
    "slide comment": TextForm("chair", "/en/briefings/{briefing}", "/comments/cover", {"text": WORDS}),
    "decision": TextForm("chair", "/en/briefings/{frozen}/versions/1/slides/glance/decision", "", {"text_en": WORDS}),
    "finalized version": TextForm("chair", "/en/briefings/{briefing}", "/freeze", {"note": WORDS}),
    "returned report": TextForm("chair", "/en/plans/2020/activities/{submitted}/return?period=2020-09", "", {"note": WORDS}),
    "reminder": TextForm("chair", "/en/readiness/remind", "", {"text_en": WORDS}),
    "extension": TextForm("chair", "/en/plans/2020/quarters/2020-09", "/extend", {"reason_en": WORDS}),
    "due request": TextForm("ontario", ACTIVITY, "/due/requests", {"month": "2020-12", "day": "15", "reason_en": WORDS}),
    "reopened quarter": TextForm(
        "chair",
        "/en/plans/2020/quarters/2020-06",
        "/reopen",
        {"until": "2020-10-15", "reason": WORDS},
        prepare=_close_summer,
    ),
}


@pytest.fixture
def populated_app(make_app: MakeApp, files_at_first_download: None) -> PopulatedApp:
    return PopulatedApp(make_app())


def _part(form: Form) -> Any:
    """Return the part of a form that keeps its text; None if it has none."""
    return next((e for e in form.element.iter() if e.get("data-autosave")), None)


def _open_form(populated: PopulatedApp, case: TextForm) -> Form:
    app = populated.app
    report, *_ = app.rows(StatusReport, StatusReport.period_id == 3, StatusReport.state == ReportState.SUBMITTED)
    (activity,) = app.rows(Activity, Activity.id == report.activity_id)
    path = populated.path(case.page.replace("{submitted}", str(activity.code)))
    forms = [form for form in app.client_as(case.person).get(path).forms if _part(form) is not None]
    form, *_ = [form for form in forms if case.action in form.action]
    return form


def _keep(browser: Client, form: Form, words: str = WORDS, path: str = KEEP) -> Page:
    """Send what a person typed in the first text field of a form, as the page's script does."""
    part = _part(form)
    base = part.get("data-base-field")
    field = next(e.get("name") for e in form.controls if e.tag == "textarea" or e.get("type") == "text")
    fields = {"form": part.get("data-autosave"), "base": form.values[base] if base else "", f"text:{field}": words}
    return browser.post(path, {**fields, "csrf_token": browser.csrf_token()})


def _offer(page: Page) -> str:
    return " ".join(text_of(e) for e in page.find_all("div", class_="unsaved-offer"))


def _kept(app: App) -> list[tuple[int, str]]:
    return [(row.person_id, row.form) for row in app.rows(UnsavedText)]


def _colleague(app: App) -> Client:
    """Return a browser of a second lead of Ontario."""
    with Session(app.engine) as session, write_transaction(session):
        (home,) = session.query(Jurisdiction).where(Jurisdiction.code == "on")
        lead = Person(email=email("on2"), name="T. Blondin")
        lead.memberships.append(Membership(role=Role.LEAD, jurisdiction=home))
        session.add(lead)
    return app.client_as("on2")


@pytest.mark.parametrize("name", first_of(5, FORMS))
def test_kept_text_is_offered_with_its_form_until_the_form_is_saved(populated_app: PopulatedApp, name: str) -> None:
    case, app = FORMS[name], populated_app.app
    case.prepare(app)
    form = _open_form(populated_app, case)
    browser = form.page.client
    assert _offer(form.page) == ""
    assert _keep(browser, form).status == 200
    form = _open_form(populated_app, case)
    assert text_of(form.page.tree).count("You have unsaved text from") == 1
    texts = [e.text for e in form.element.iter() if e.get("data-control") == "text"]
    assert texts == [WORDS], "letter for letter, with its line break"
    for field, value in case.fields.items():
        form.values[form.full_name(field)] = value
    if name == "reopened quarter":
        form.fill(jurisdiction=str(app.rows(Jurisdiction, Jurisdiction.code == "on")[0].id))
    saved = form.submit(button_value=case.button, extra={"autosaved": _part(form).get("data-autosave")})
    if name == "finalized version":
        assert len(_kept(app)) == 1, "the page that asks saves nothing"
        saved = confirm(saved)
    assert saved.status == 303, text_of(saved.tree)
    assert _kept(app) == []


@FURTHER
def test_every_form_that_unsaved_js_guards_keeps_its_text(populated_app: PopulatedApp) -> None:
    """``unsaved.js`` guards the forms with a text field of every page that loads it."""
    keyless = []
    for case in FORMS.values():
        case.prepare(populated_app.app)
        page = _open_form(populated_app, case).page
        assert any("autosave.js" in e.get("src", "") for e in page.find_all("script")), case.page
        texts = [f for f in page.forms if any(e.tag == "textarea" for e in f.controls) and f.element.get("method") == "post"]
        keyless += [form.action for form in texts if _part(form) is None]
        keys = [_part(form).get("data-autosave") for form in texts]
        assert len(keys) == len(set(keys)), case.page
    assert keyless == []


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "Text kept at 2\u00a0pm. Only"), ("fr", "Texte conservé à 14\u00a0h. Il n’est")]
)
def test_keeping_answers_with_the_time_in_the_persons_zone(app_per_engine: App, lang: str, words: str) -> None:
    ontario = app_per_engine.client_as("ontario")
    answer = _keep(ontario, ontario.get(REPORT).form("/report"), path=f"/{lang}/account/unsaved-text")
    assert answer.response.json is not None
    assert answer.response.json["kept"].startswith(words)
    app_per_engine.execute(update(Person).values(time_zone="America/Vancouver"))
    answer = _keep(ontario, ontario.get(REPORT).form("/report"))
    assert answer.response.json == {"kept": "Text kept at 11\u00a0am. Only you can see it."}


def test_kept_text_changes_no_report_and_writes_no_audit_event(app_per_engine: App) -> None:
    ontario = app_per_engine.client_as("ontario")
    form = ontario.get(REPORT).form("/report")
    before = app_per_engine.fingerprint(without=("sign_in", "throttle", "unsaved_text"))
    for words in (WORDS, "Other words", WORDS):
        assert _keep(ontario, form, words).status == 200
    assert _keep(ontario, form, path=DISCARD).status == 200
    assert app_per_engine.fingerprint(without=("sign_in", "throttle", "unsaved_text")) == before
    assert app_per_engine.rows(UnsavedText) == []


@pytest.mark.parametrize("person", first_of(1, ["quebec", "chair", "secretariat"]))
def test_kept_text_is_neither_shown_to_others_nor_deleted_by_them(app: App, person: str) -> None:
    ontario, colleague, other = app.client_as("ontario"), _colleague(app), app.client_as(person)
    form = ontario.get(REPORT).form("/report")
    _keep(ontario, form)
    for browser in (colleague, other):
        for place in (f"{REPORT}?for=on" if person != "quebec" else REPORT, ACTIVITY, "/en/my-updates", "/en/readiness"):
            assert "en ligne" not in browser.get(place).text
        assert _keep(browser, form, path=DISCARD).status == 200
        assert _keep(browser, form, "other words").status == 200
    saved = colleague.get(REPORT).form("/report").fill(progress_en="Saved by a colleague", status="SP")
    assert saved.submit(button_value="save", extra={"autosaved": _part(form).get("data-autosave")}).status == 303
    assert "en ligne" in _offer(ontario.get(REPORT))


def test_keeping_needs_a_session_and_a_csrf_token(app: App) -> None:
    ontario, visitor = app.client_as("ontario"), app.anonymous_client()
    form = ontario.get(REPORT).form("/report")
    assert _keep(visitor, form).status == 401
    assert ontario.post(KEEP, {"form": "comment:1", "text:text": WORDS}).status == 400
    assert app.rows(UnsavedText) == []


def test_keeping_does_not_extend_the_session(app: App) -> None:
    ontario = app.client_as("ontario")
    form = ontario.get(REPORT).form("/report")
    token = ontario.csrf_token()
    (before,) = app.rows(SignIn)
    fields = {"form": _part(form).get("data-autosave"), "text:x": WORDS, "csrf_token": token}
    for path in (KEEP, DISCARD) * 5:
        app.clock.advance(seconds=IDLE_LIMIT.total_seconds() / 10 - 1)
        assert ontario.post(path, fields).status == 200
    assert app.rows(SignIn)[0].seen_at == before.seen_at
    app.clock.advance(seconds=20)
    assert ontario.post(KEEP, fields).status == 401, "the session ended while the page went on keeping text"


def test_text_over_the_limit_is_refused_with_what_to_do(app: App) -> None:
    ontario = app.client_as("ontario")
    answer = _keep(ontario, ontario.get(REPORT).form("/report"), "x" * (FORM_LIMIT + 1))
    assert answer.status == 422
    assert answer.response.json == {"refused": "This text is too long to keep automatically. Save it now, or shorten it."}


def test_text_is_not_offered_after_a_week(app: App) -> None:
    ontario = app.client_as("ontario")
    _keep(ontario, ontario.get(REPORT).form("/report"))
    app.clock.advance(seconds=RETENTION.total_seconds() + 1)
    assert _offer(app.client_as("ontario").get(REPORT)) == ""


def test_refused_save_keeps_the_text_and_does_not_offer_it_beside_itself(app: App) -> None:
    ontario = app.client_as("ontario")
    form = ontario.get(REPORT).form("/report")
    _keep(ontario, form)
    key = _part(form).get("data-autosave")
    refused = form.fill(progress_en=WORDS, status="C").submit(button_value="submit", extra={"autosaved": key})
    assert refused.status == 422
    assert _offer(refused) == ""
    assert refused.form("/report").values["autosaved"] == key, "saving it later deletes it"
    assert [row.form for row in app.rows(UnsavedText)] == [key]


def test_newer_version_is_named_and_restored_text_leads_to_the_conflict_page(app: App) -> None:
    ontario, colleague = app.client_as("ontario"), _colleague(app)
    form = ontario.get(REPORT).form("/report")
    key = _part(form).get("data-autosave")
    _keep(ontario, form)
    assert "version" not in _offer(ontario.get(REPORT)), "nothing is saved yet"
    colleague.get(REPORT).form("/report").fill(progress_en="Saved by a colleague", status="SP").submit(button_value="save")
    page = ontario.get(REPORT)
    assert "You started this text before anything was saved. Version 1 has been saved since." in _offer(page)
    base = page.find("div", class_="unsaved-offer").get("data-base")
    restored = page.form("/report").fill(progress_en=WORDS, status="SP", version=base)
    conflict = restored.submit(button_value="save", extra={"autosaved": key})
    assert conflict.status == 409
    assert [row.form for row in app.rows(UnsavedText)] == [key], "until the merged version is saved"
    merged = conflict.form("/merge").choose_sides(progress_en="yours").submit()
    assert merged.status == 303, text_of(merged.tree)
    assert app.rows(UnsavedText) == []


def test_offer_names_the_version_that_the_text_began_from(app: App) -> None:
    ontario, colleague = app.client_as("ontario"), _colleague(app)
    colleague.get(REPORT).form("/report").fill(progress_en="First", status="SP").submit(button_value="save")
    _keep(ontario, ontario.get(REPORT).form("/report"), "Thirteen resources")
    page = ontario.get(REPORT)
    assert "You started from version 1, which is still the latest." in _offer(page)
    check_html(page, "en")
    colleague.get(REPORT).form("/report").fill(progress_en="Second", status="SP").submit(button_value="save")
    assert "You started from version 1. Version 2 has been saved since." in _offer(ontario.get(REPORT))


def test_save_without_an_answer_to_the_offer_leaves_the_offered_text(app: App) -> None:
    ontario = app.client_as("ontario")
    _keep(ontario, ontario.get(REPORT).form("/report"))
    assert ontario.get(REPORT).form("/report").fill(progress_en="Other", status="SP").submit(button_value="save").status == 303
    assert "en ligne" in _offer(ontario.get(REPORT))


def test_closed_row_of_my_updates_mentions_unsaved_text_to_scripts_only(app: App) -> None:
    ontario = app.client_as("ontario")
    _keep(ontario, ontario.get("/en/plans/2020/activities/4.3/report").form("/report"))
    ontario.get("/en/my-updates").report_form("4.3")
    notes = [e for e in ontario.get("/en/my-updates").find_all("p", class_="needs-js") if "unsaved text" in text_of(e)]
    offers = ontario.get("/en/my-updates").find_all("div", class_="unsaved-offer")
    assert len(notes) + len(offers) == 1
    assert all(offer.get("hidden") is not None for offer in offers), "without scripts nothing is offered"


def test_comment_posted_by_htmx_deletes_its_text_and_offers_nothing(app: App) -> None:
    ontario = app.client_as("ontario")
    form = ontario.get(ACTIVITY).form("/comments")
    _keep(ontario, form)
    answer = form.fill(text=WORDS).submit(htmx=True, extra={"autosaved": _part(form).get("data-autosave")})
    assert answer.status == 200
    assert _offer(answer) == ""
    assert app.rows(UnsavedText) == []


def test_save_stands_even_if_the_kept_text_cannot_be_deleted(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object) -> None:
        raise OperationalError("DELETE", {}, Exception("locked"))

    ontario = app.client_as("ontario")
    form = ontario.get(ACTIVITY).form("/comments")
    _keep(ontario, form)
    monkeypatch.setattr(unsaved_text, "discard_unsaved_text", fail)
    answer = form.fill(text=WORDS).submit(extra={"autosaved": _part(form).get("data-autosave")})
    assert answer.status == 303
    assert "en ligne" in answer.follow().main_text
    assert len(app.rows(UnsavedText)) == 1
    assert len(app.rows(AuditEvent, AuditEvent.action == "comment.written")) <= 1


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_text_of_a_closed_quarter_can_be_copied_and_discarded(app: App, lang: str) -> None:
    ontario = ScriptlessUser(app, "ontario", lang)
    _keep(ontario.browser, ontario.browser.get("/en/plans/2020/activities/4.3/report").form("/report"), PLAIN_WORDS)
    app.execute(update(ReportingPeriod).values(closed_at=app.calendar.now() - timedelta(days=1)))
    ontario.open("my-updates?period=2020-09")
    ontario.follow("Show the text", within=ontario.row("4.3"))
    check_html(ontario.page, lang)
    ontario.open("account")
    ontario.follow("Show the text")
    assert ontario.page.h1 == ontario.translate("Unsaved text")
    assert [e.text for e in ontario.page.find("main").iter("textarea")] == [PLAIN_WORDS]
    assert {"en": "Report, Quarter 3 of 2020", "fr": "Rapport, Trimestre 3 de 2020"}[lang] in fold_spaces(
        ontario.page.main_text
    )
    ontario.press("Discard my text")
    assert ontario.translate("Text discarded.") in ontario.page.main_text
    assert list(ontario.page.find("main").iter("textarea")) == []
    assert app.rows(UnsavedText) == []


def test_text_whose_translation_a_colleague_saved_is_still_listed(populated_app: PopulatedApp) -> None:
    app = populated_app.app
    ontario, colleague = app.client_as("ontario"), _colleague(app)
    form = next(
        form for form in ontario.get("/en/translations").forms if "/translations/" in form.action and _part(form) is not None
    )
    _keep(ontario, form, PLAIN_WORDS)
    (other,) = [f for f in colleague.get("/en/translations").forms if f.action == form.action]
    assert other.fill(text="By a colleague").submit().status == 303
    assert "en ligne" not in ontario.get("/en/translations").text
    assert "en ligne" in ontario.get("/en/account/unsaved-text").main_text


@FURTHER
def test_list_names_the_form_of_every_text(populated_app: PopulatedApp) -> None:
    unnamed = []
    for case in FORMS.values():
        case.prepare(populated_app.app)
        form = _open_form(populated_app, case)
        assert _keep(form.page.client, form, PLAIN_WORDS).status == 200
        page = form.page.client.get("/en/account/unsaved-text")
        check_html(page, "en")
        unnamed += [text_of(e) for e in page.find_all("h2") if text_of(e) == "Your text"]
        assert PLAIN_WORDS in page.main_text
    assert unnamed == []


@pytest.mark.parametrize("verb", ["reopen", "undo"])
def test_reopening_a_quarter_ends_the_text_of_a_reopening_that_was_refused(app: App, verb: str) -> None:
    chair, quarter = app.client_as("chair"), "/en/plans/2020/quarters/2020-06"
    assert chair.get(f"{quarter}/close").form("/close").submit().status == 303
    form = chair.get(quarter).form("/reopen")
    assert _keep(chair, form, "Their office was flooded.").status == 200
    page = chair.get(quarter)
    if verb == "reopen":
        (on,) = app.rows(Jurisdiction, Jurisdiction.code == "on")
        done = page.form("/reopen").fill(jurisdiction=str(on.id), until="2020-10-15", reason="Flooded.").submit()
    else:
        done = page.form("/undo").submit()
    assert done.status == 303
    assert app.rows(UnsavedText) == []


def test_reopening_for_another_jurisdiction_leaves_the_text_of_this_one(app: App) -> None:
    chair, quarter = app.client_as("chair"), "/en/plans/2020/quarters/2020-06"
    assert chair.get(f"{quarter}/close").form("/close").submit().status == 303
    ids = {j.code: str(j.id) for j in app.rows(Jurisdiction)}
    typed = {"form": "reopening:2020-06", "text:reason": WORDS, "list:jurisdiction": ids["sk"]}
    assert chair.post(KEEP, {**typed, "csrf_token": chair.csrf_token()}).status == 200
    form = chair.get(quarter).form("/reopen").fill(jurisdiction=ids["on"], until="2020-10-15", reason="Flooded.")
    assert form.submit().status == 303
    assert len(app.rows(UnsavedText)) == 1


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_submit_all_names_the_reports_with_unsaved_text_before_the_button(app: App, lang: str) -> None:
    ontario = ScriptlessUser(app, "ontario", lang)
    report = ontario.browser.get("/en/plans/2020/activities/4.3/report").form("/report")
    assert report.fill(progress_en="First part saved.", status="SP").submit(button_value="save").status == 303
    sentence = ontario.translate("You have unsaved text. It will not be submitted.")
    ontario.open("my-updates/submit")
    assert sentence not in ontario.page.main_text
    _keep(ontario.browser, ontario.browser.get("/en/plans/2020/activities/4.3/report").form("/report"), PLAIN_WORDS)
    _keep(ontario.browser, ontario.browser.get(REPORT).form("/report"), PLAIN_WORDS)
    ontario.open("my-updates/submit")
    check_html(ontario.page, lang)
    text = ontario.page.main_text
    assert text.index(sentence) < text.rindex(ontario.translate("Submit reports"))
    (notice,) = [e for e in ontario.page.find_all("div", class_="notice-warning") if sentence in text_of(e)]
    titles = [text_of(a) for item in notice.iter("li") for a in item.iter("a")]
    assert len(titles) == len(set(titles)) == 2
    ontario.click(next(a for item in notice.iter("li") for a in item.iter("a")))
    assert PLAIN_WORDS in _offer(ontario.page), "the link leads to the form of this row"
    ontario.open("my-updates/submit")
    ontario.press("Submit reports")
    assert "/receipts/" in ontario.page.path


@pytest.mark.parametrize(("button", "count"), [("save", 1), ("submit", 0)])
def test_submission_of_a_report_ends_the_offer_of_other_text(app: App, button: str, count: int) -> None:
    ontario = app.client_as("ontario")
    form = ontario.get(REPORT).form("/report")
    _keep(ontario, form)
    form = ontario.get(REPORT).form("/report")
    assert form.fill(progress_en="Other words.", status="SP").submit(button_value=button).status == 303
    assert len(_kept(app)) == count


@pytest.mark.parametrize(
    ("name", "has_link"), [("report", True), ("comment", True), ("reopened quarter", True), ("slide", False)]
)
def test_list_of_unsaved_text_links_to_the_form(populated_app: PopulatedApp, name: str, has_link: bool) -> None:
    case = FORMS[name]
    case.prepare(populated_app.app)
    form = _open_form(populated_app, case)
    browser = form.page.client
    _keep(browser, form)
    page = browser.get("/en/account/unsaved-text")
    links = [str(a.get("href")) for a in page.find_all("a") if text_of(a).startswith("Open the form")]
    assert bool(links) is has_link
    assert all(_offer(browser.get(link)) for link in links)
