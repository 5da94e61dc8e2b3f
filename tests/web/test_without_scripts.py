"""User journeys without JavaScript, in both languages; the main ones run in Chromium too."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction, Membership, Person, Role, SignIn
from cogwg.audit.services import Actor
from cogwg.core.db import write_transaction
from cogwg.core.status import Status
from cogwg.plan.models import Assignment, Confirmation
from cogwg.reporting.models import StatusReport, Submission
from tests.databases import PASSWORD
from tests.february_briefing import create_february_briefing
from tests.sessions import FURTHER
from tests.web.scriptless_user import ScriptlessUser, classed, translate
from tests.web_client import App, Page, email, text_of

MOST_TO_COMPOSE, MOST_TO_REPORT = 25, 20
LINK = "https://data.ontario.ca/sign-in"
TEXT = {"en": "Two portals share one sign-in.", "fr": "Deux portails partagent une seule ouverture de session."}
OTHER = {"en": "fr", "fr": "en"}
DECK = {
    "en": ("Work plan", "Open Data User Stories", "Two user stories are on the open government portal.", "Name a lead"),
    "fr": ("Plan de travail", "Récits d’utilisation des données ouvertes", "Deux récits d’utilisation", "Nommez une personne"),
}


@pytest.fixture(params=["en", "fr"])
def lang(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def with_text(page: Page, tag: str, class_: str, text: str) -> Any:
    """Return the only element of this class that contains this text."""
    (element,) = [e for e in page.find_all(tag, class_=class_) if text in text_of(e)]
    return element


@pytest.mark.usefixtures("files_at_first_download")
@FURTHER
def test_briefing_from_creation_to_frozen_version_and_both_downloads(app: App, lang: str) -> None:
    with Session(app.engine) as session, write_transaction(session):
        create_february_briefing(session, Actor("person", app.person_id("secretariat")))
    chair = ScriptlessUser(app, "chair", lang)
    chair.open("readiness")
    chair.follow("Briefings")
    chair.follow("Create a briefing")
    chair.press("Create the briefing", fields={"meeting_on": "2020-10-08"})
    assert next(text_of(h) for h in chair.page.find_all("h2")) == chair.translate("What changed")
    chair.press("Save and continue", fields={"tick-forward:2020:1.1": False})
    assert "16" in text_of(next(e for e in chair.page.find("main").iter() if "notice" in e.get("class", "").split()))
    (earlier,) = chair.page.find_all("details", class_="spaced")
    box = next(e for e in earlier.iter("input") if e.get("type") == "checkbox")
    chair.count += 1
    chair.press("Save and continue", fields={box.get("name"): True})
    first = chair.page.find_by_id("priority-1")
    line = [b for b in first.iter("button") if text_of(b).startswith(chair.translate("Use this sentence"))][1]
    chair.count += 2
    form = chair.form("Save and continue")
    chair._show(form.submit(extra={line.get("name"): line.get("value")}))
    assert chair.page.find_by_id(f"highlight-1-{lang}").get("autofocus") is not None
    assert text_of(chair.page.find_by_id("highlight-1-en")) == "Two user stories are on the open government portal."
    asks = {"en": "Name a lead for each forum.", "fr": "Nommez une personne responsable de chaque forum."}
    names = {chair.page.find_by_id(f"ask-2-1-{code}").get("name"): text for code, text in asks.items()}
    chair.press("Save and continue", fields=names)
    done = chair.page.find_by_id("state-1-done")
    chair.press("Save and continue", fields={done.get("name"): done.get("value")})
    word = {"en": "matters", "fr": "importance"}[lang]
    before = _place_of(chair, word)
    up = chair.page.find_by_id("up-why")
    chair.press(text_of(up), within=up.getparent())
    assert chair.page.find_by_id("up-why").get("autofocus") is not None
    assert _place_of(chair, word) == before - 1
    chair.press("Continue to the preview")
    assert chair.translate("Before you finalize") in [text_of(h) for h in chair.page.find_all("h2")]
    note = {"note": "The reports that are missing are excused."}
    chair.press("Finalize version %(number)s", fields=note, number=1)
    chair.press("Finalize version %(number)s", number=1)
    assert re.search(r"/briefings/\d+/versions/1$", chair.page.path)
    shown = chair.page
    for code, label in {"en": "Download in English (%(format)s)", "fr": "Download in French (%(format)s)"}.items():
        chair.page = shown
        file = chair.follow(label, format="Excel")
        assert f"2020-10-08-v1-{code}.xlsx" in file.headers["Content-Disposition"]
        book = load_workbook(BytesIO(file.response.get_data()))
        cells = [str(c.value) for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None]
        assert all(any(part in text for text in cells) for part in DECK[code])
    assert chair.count <= MOST_TO_COMPOSE


def _place_of(user: ScriptlessUser, word: str) -> int:
    """Return the place of the slide with this word in the order of slides that the page shows."""
    slides = [text_of(slide) for slide in user.page.find("*", class_="slide-order")]
    return next(place for place, text in enumerate(slides) if word in text)


def test_milestone_and_challenge_are_added_shared_and_translated(app: App, lang: str) -> None:
    other = OTHER[lang]
    held = {"en": "The catalogue has no owner.", "fr": "Le catalogue est sans responsable."}
    theme = {"en": "Ownership", "fr": "Responsabilité"}
    lead = ScriptlessUser(app, "ontario", lang)
    lead.open("milestones")
    lead.press("Add the milestone", fields={f"new-text_{lang}": TEXT[lang], "new-link1_url": LINK})
    lead.open("milestones")
    row = with_text(lead.page, "li", "news", TEXT[lang])
    assert LINK in [a.get("href") for a in row.iter("a")]
    assert lead.translate("French missing" if other == "fr" else "English missing") in text_of(row)
    lead.open("challenges")
    (label,) = [e for e in lead.page.find_all("label") if text_of(e) == lead.translate("Do not name the jurisdiction")]
    assert lead.page.find_by_id(label.get("for", "")).get("checked") is not None
    lead.press("Add the challenge", fields={f"new-text_{lang}": held[lang], "new-new_theme": theme[lang]})
    unnamed = f"Ontario ({lead.translate('not named in briefings')})"
    assert unnamed in text_of(with_text(lead.page, "li", "news", held[lang]))

    neighbour = ScriptlessUser(app, "quebec", lang)
    neighbour.open("challenges")
    neighbour.press("We face this too", within=with_text(neighbour.page, "li", "news", held[lang]))
    shared = text_of(with_text(neighbour.page, "li", "news", held[lang]))
    assert unnamed in shared
    assert {"en": "Quebec", "fr": "Québec"}[lang] in shared

    lead.open("translations")
    for left, text in ((2, TEXT[other]), (1, held[other]), (0, theme[other])):
        (worklist,) = [e for e in lead.page.find_all("ul") if "data-worklist" in e.attrib and not _is_of_reports(e)]
        box = next(worklist.iter("textarea"))
        button = next(b for b in next(box.iterancestors("form")).iter("button"))
        lead.press(text_of(button), within=button.getparent(), fields={box.get("name"): text})
        (worklist,) = [e for e in lead.page.find_all("ul") if "data-worklist" in e.attrib and not _is_of_reports(e)] or [None]
        assert len(list(worklist.iter("textarea")) if worklist is not None else []) == left
    lead.open(f"/{other}/challenges")
    assert any(text_of(h).startswith(theme[other]) for level in ("h2", "h3") for h in lead.page.find_all(level))
    assert with_text(lead.page, "li", "news", held[other]) is not None


def _is_of_reports(worklist: Any) -> bool:
    """Whether this list of texts to translate is that of reports."""
    return bool(worklist.getparent().get("aria-labelledby") == "reports")


def test_withdrawn_milestone_is_restored(app: App, lang: str) -> None:
    lead = ScriptlessUser(app, "ontario", lang)
    lead.open("milestones")
    mine = [
        e
        for e in lead.page.find_all("li", class_="news")
        if any(lead.translate("Withdraw") in text_of(b) for b in e.iter("button"))
    ]
    row = mine[0]
    text = text_of(classed(row, "*", "user-text")[0])
    lead.press("Withdraw", within=row)
    row = with_text(lead.page, "li", "news", text)
    assert row.get("class") == "news is-withdrawn"
    lead.press("Restore", within=row)
    assert with_text(lead.page, "li", "news", text).get("class") == "news"


def test_partner_note_is_shown_to_the_lead(app: App, lang: str) -> None:
    partner = ScriptlessUser(app, "nwt", lang)
    partner.open("my-updates")
    (link,) = [a for a in partner.page.find("main").iter("a") if a.get("href", "").endswith("/activities/5.4#notes")]
    partner.click(link)
    partner.press("Save the note", fields={f"text_{lang}": TEXT[lang]})
    assert partner.translate("Note saved. The leads see it beside their report.") in partner.page.main_text
    lead = ScriptlessUser(app, "saskatchewan", lang)
    lead.open("plans/2020/activities/5.4")
    assert TEXT[lang] in text_of(lead.page.find_by_id("notes"))
    assert TEXT[lang] in text_of(next(lead.page.find_by_id("history").iter("li")))


def test_role_offer_link_leads_through_sign_in_to_acceptance(app: App, lang: str) -> None:
    with Session(app.engine) as session, write_transaction(session):
        asked = session.scalars(select(Assignment).where(Assignment.confirmation == Confirmation.TO_CONFIRM)).one()
        known = session.scalars(select(Person.password_hash).where(Person.email == email("ontario"))).one()
        home = session.scalars(select(Jurisdiction).where(Jurisdiction.code == "ns")).one()
        person = Person(email=email("ns"), name="C. MacNeil", password_hash=known)
        person.memberships.append(Membership(role=Role.LEAD, jurisdiction=home))
        session.add(person)
        place = f"plans/2020/roles/{asked.id}"
    lead = ScriptlessUser(app, "visitor", lang)
    lead.open(place)
    lead.press("Sign in", within=lead.page.find("main"), fields={"email": email("ns"), "password": PASSWORD})
    lead.expect_path(place)
    lead.press("Accept the role")
    assert lead.translate("Role accepted. Thank you.") in lead.page.main_text
    assert lead.translate("Accept the role") not in [text_of(b) for b in lead.page.find_all("button")]
    lead.open("plans/2020/activities/4.3/report")
    assert list(lead.row("4.3").iter("form"))


def test_comments_are_added_mention_a_jurisdiction_and_are_deleted(app: App, lang: str) -> None:
    quebec, alberta = (ScriptlessUser(app, name, lang) for name in ("quebec", "alberta"))
    quebec.open("plans/2020/activities/5.4")
    thread = quebec.page.find_by_id("discussion")
    (label,) = [e for e in thread.iter("label") if text_of(e) == "Alberta"]
    box = quebec.page.find_by_id(label.get("for"))
    form = quebec.form("Add the comment", within=thread)
    form.fill(text="Who can share it?")
    form.values[box.get("name")] = box.get("value")
    quebec._show(form.submit())
    first = quebec.page.find_by_id("comment-1")
    assert "Who can share it?" in text_of(first)
    assert "Alberta" in [text_of(a) for a in first.iter("a")]
    assert [text_of(e) for e in quebec.page.find_by_id("discussion").iter("textarea")] == [""]
    alberta.open("plans/2020/activities/5.4")
    alberta.press("Add the comment", within=alberta.page.find_by_id("discussion"), fields={"text": "We send it."})
    assert "We send it." in text_of(alberta.page.find_by_id("comment-2"))
    alberta.follow("Edit or delete", within=alberta.page.find_by_id("comment-2"))
    alberta.press("Delete the comment")
    assert alberta.translate("Deleted by its author.") in text_of(alberta.page.find_by_id("comment-2"))


def _draft(chair: ScriptlessUser) -> str:
    """A new briefing for a meeting today; its address without the language."""
    chair.open("briefings/new")
    audience = {f"audience_{code}": text for code, text in (("en", "Joint Councils"), ("fr", "Conseils mixtes"))}
    chair.press("Create the briefing", fields={"meeting_on": "2020-09-24", **audience})
    match = re.search(r"briefings/\d+", chair.page.path)
    assert match is not None
    return match[0]


@pytest.mark.usefixtures("files_at_first_download")
@FURTHER
def test_preview_link_shows_slides_until_revoked_or_frozen(app: App, lang: str) -> None:
    chair, visitor = ScriptlessUser(app, "chair", lang), ScriptlessUser(app, "visitor", lang)
    place = _draft(chair)

    def link() -> str:
        chair.open(f"{place}/links")
        chair.press("Create a preview link")
        return text_of(chair.page.find_by_id(f"link-{lang}")).removeprefix("http://localhost")

    there = re.sub(r"^https?://[^/]+", "", link())
    visitor.open(there)
    assert visitor.page.status == 200
    slides = [e.get("id") for e in visitor.page.find_all("*") if str(e.get("id", "")).startswith("slide-")]
    (toc,) = [e for e in visitor.page.find_all("nav") if e.get("aria-label") == visitor.translate("Slides in this deck")]
    assert {a.get("href", "").removeprefix("#") for a in toc.iter("a")} <= set(slides)
    assert len(list(toc.iter("a"))) > 6
    chair.press("Revoke")
    assert visitor.open(there).status == 404
    there = re.sub(r"^https?://[^/]+", "", link())
    assert visitor.open(there).status == 200
    chair.open(place)
    chair.press("Finalize version %(number)s", fields={"note": "As it is."}, number=1)
    chair.press("Finalize version %(number)s", number=1)
    assert visitor.open(there).status == 410
    assert visitor.page.h1 == visitor.translate("This briefing is now finalized")


@FURTHER
def test_slide_comment_is_added_resolved_and_deleted(app: App, lang: str) -> None:
    chair, secretariat = ScriptlessUser(app, "chair", lang), ScriptlessUser(app, "secretariat", lang)
    place = _draft(chair)
    chair.open(place)
    chair.press("Add the comment", within=chair.page.find_by_id("talk-glance"), fields={"text": "Who checked it?"})
    chair.open(place)
    assert [text_of(e) for e in classed(chair.page.find_by_id("talk-glance"), "*", "user-text")] == ["Who checked it?"]
    assert "1" in text_of(chair.page.find_by_id("open-glance"))
    secretariat.open(place)
    thread = secretariat.page.find_by_id("talk-glance")
    assert secretariat.translate("Delete") not in [text_of(b) for b in thread.iter("button")]
    secretariat.press("Resolve", within=thread)
    secretariat.open(place)
    assert len(classed(secretariat.page.find_by_id("talk-glance"), "*", "is-settled")) == 1
    assert text_of(secretariat.page.find_by_id("open-glance")) == ""
    chair.open(place)
    chair.press("Delete", within=chair.page.find_by_id("talk-glance"))
    chair.open(place)
    assert classed(chair.page.find_by_id("talk-glance"), "*", "user-text") == []


@pytest.fixture
def evening(make_app: Any) -> App:
    """An app on the last day of the third quarter, without reports for it."""
    app: App = make_app("sqlite", "summer", date(2020, 9, 30))
    return app


def test_six_activities_are_reported_in_twenty_interactions(evening: App, lang: str) -> None:
    lead = ScriptlessUser(evening, "visitor", lang)
    lead.open("my-updates?period=2020-09")
    lead.press("Sign in", within=lead.page.find("main"), fields={"email": email("tbs"), "password": PASSWORD})
    assert lead.page.h1 == lead.translate("My updates")
    rows = [e.get("id") for e in lead.page.find_all("article") if e.get("data-stage")]
    assert len(rows) == 6
    lead.count = 0
    for id_ in rows:
        row = lead.page.find_by_id(id_)
        (box,) = [e for e in row.iter("textarea") if e.get("name", "").endswith(f"-progress_{lang}")]
        status = {e.get("value"): e for e in row.iter("input") if e.get("name", "").endswith("-status")}
        name = box.get("name").replace(f"progress_{lang}", "status")
        if not [e for kind in ("due", "overdue") for e in classed(row, "*", f"timeliness-{kind}")]:
            has_status = any(e.get("checked") is not None for e in status.values())
            fields = {name.replace("-status", "-nothing_to_report"): "y"}
            if not has_status:
                fields[name] = Status.NOT_STARTED.value
            lead.press("Save draft and continue", within=row, fields=fields)
        else:
            fields = {box.get("name"): TEXT[lang]}
            if status[Status.SUBSTANTIAL.value].get("checked") is None:
                fields[name] = Status.SUBSTANTIAL.value
            lead.press("Save draft and continue", within=row, fields=fields)
        assert lead.page.find_by_id(id_).get("data-stage") == "ready"
    lead.follow("Submit all")
    lead.press("Submit reports", within=lead.page.find("main"))
    assert lead.page.h1 == lead.translate("Receipt")
    assert TEXT[lang] in lead.page.main_text
    assert lead.count <= MOST_TO_REPORT
    assert len(evening.rows(Submission, Submission.period_id == 3)) == 6


def test_missing_reports_are_listed_and_sent_as_nothing_to_report(evening: App, lang: str) -> None:
    lead = ScriptlessUser(evening, "ontario", lang)
    lead.open("my-updates")
    lead.follow("Submit all")
    boxes = [e for item in lead.page.find("main").iter("li") for e in item.iter("input") if e.get("type") == "checkbox"]
    assert len(boxes) == 3
    form = lead.form("Submit reports", within=lead.page.find("main"))
    for box in boxes:
        assert box.get("name") == boxes[0].get("name")
    form.values[boxes[0].get("name")] = [box.get("value") for box in boxes]  # type: ignore[assignment]
    lead._show(form.submit())
    assert lead.page.h1 == lead.translate("Receipt")
    (sent,) = [e for e in lead.page.find("main") if e.tag == "ul" and "item-list" in e.get("class", "").split()]
    assert len(list(sent)) == 3
    assert lead.translate("No draft yet") in lead.page.main_text
    lead.open("my-updates")
    assert [e.get("data-stage") for e in lead.page.find_all("article")].count("in") == 3


def test_returned_report_is_edited_and_submitted_again(evening: App, lang: str) -> None:
    lead, chair = ScriptlessUser(evening, "ontario", lang), ScriptlessUser(evening, "chair", lang)
    lead.open("my-updates")
    lead.open_row("4.3")
    lead.press("Save and submit", within=lead.row("4.3"), fields={f"progress_{lang}": TEXT[lang]})
    assert classed(lead.row("4.3"), "*", "update-saved")
    chair.open("plans/2020/activities/4.3/return?period=2020-09")
    chair.press("Return the report for changes", fields={"note": "Say how many took part."})
    lead.open("my-updates")
    assert "Say how many took part." in text_of(lead.row("4.3"))
    lead.open_row("4.3")
    assert "Say how many took part." in text_of(lead.row("4.3"))
    lead.press("Save and submit", within=lead.row("4.3"), fields={f"progress_{lang}": f"{TEXT[lang]} (21)"})
    assert "(21)" in text_of(classed(lead.row("4.3"), "*", "update-saved")[0])
    assert "Say how many took part." not in text_of(lead.row("4.3"))


def test_reporting_status_and_reminder_reach_those_missing(app: App, lang: str) -> None:
    chair = ScriptlessUser(app, "chair", lang)
    chair.open("plans/2020")
    chair.follow("Reporting status")
    chair.expect_path("readiness")
    assert "10" in text_of(chair.page.find("p", class_="lede"))
    assert chair.translate("%(num)s of %(total)s received", num=0, total=3) in text_of(chair.page.find_by_id("row-on"))
    chair.follow("No draft yet")
    assert "3.3" in text_of(chair.page.find_by_id("reports"))
    assert not chair.page.find_all("*", id="row-sk")
    chair.follow("Show all jurisdictions")
    assert chair.page.find_by_id("row-sk") is not None
    (remind,) = [a for a in chair.page.find("main").iter("a") if {"button", "primary"} <= set(a.get("class", "").split())]
    chair.click(remind)
    assert "N. Osei" in text_of(chair.page.find_all("ul", class_="recipient-list")[0])
    (send,) = [b for b in chair.page.find("main").iter("button") if "primary" in b.get("class", "").split()]
    chair.press(text_of(send), within=send.getparent(), fields={"text_en": "Please report.", "text_fr": "À vos rapports."})
    assert "N. Osei" in chair.page.main_text
    chair.follow("No reminders to send. Why?")
    assert chair.translate("There are no reminders to send.") in chair.page.main_text


def test_reminder_link_opens_the_quarter_after_sign_in(app: App, lang: str) -> None:
    lead = ScriptlessUser(app, "visitor", lang)
    lead.open("my-updates?period=2020-09")
    lead.press("Sign in", within=lead.page.find("main"), fields={"email": email("ontario"), "password": PASSWORD})
    lead.expect_path("my-updates?period=2020-09")
    assert len(lead.page.find_all("article", class_="update")) == 5


def test_typed_text_survives_sign_in_after_session_expiry(app: App, lang: str) -> None:
    def written() -> list[int]:
        return [len(app.rows(kind, getattr(kind, f"progress_{lang}") == TEXT[lang])) for kind in (StatusReport, Submission)]

    lead = ScriptlessUser(app, "ontario", lang)
    lead.open("my-updates")
    lead.open_row("4.3")
    row = lead.row("4.3")
    app.execute(delete(SignIn))
    typed = {f"progress_{lang}": TEXT[lang], "status": Status.SUBSTANTIAL.value}
    lead.press("Save and submit", within=row, fields=typed)
    assert lead.page.status == 401
    lead.press("Sign in", within=lead.page.find("main"), fields={"email": email("ontario"), "password": PASSWORD})
    assert lead.page.h1 == lead.translate("Your text is still here")
    assert TEXT[lang] in lead.page.main_text
    assert written() == [0, 0], "nothing is saved before the person submits it"
    lead.press("Send my text")
    assert TEXT[lang] in text_of(classed(lead.row("4.3"), "*", "update-saved")[0])
    assert written() == [1, 1]


def test_plan_list_is_filtered_and_downloaded(read_only_app: App, lang: str) -> None:
    reader = ScriptlessUser(read_only_app, "reader", lang)
    reader.open("plans/2020")
    (views,) = [e for e in reader.page.find_all("nav") if e.get("aria-label") == reader.translate("Views of the plan")]
    reader.follow("List", within=views)

    def rows() -> list[Any]:
        return [e for e in reader.page.find("table").iter("tr") if e.getparent().tag == "tbody"]

    assert len(rows()) == 21
    reader.press("Filter", fields={"timeliness": "overdue"})
    assert {"en": "2 of 21", "fr": "2 sur 21"}[lang] in text_of(reader.page.find("p", class_="lede"))
    assert [{"en": "Overdue", "fr": "En retard"}[lang] in text_of(row) for row in rows()] == [True, True]
    filtered = reader.page
    for kind in ("Excel", "CSV"):
        reader.page = filtered
        file = reader.follow(kind)
        assert f"-{lang}.{ {'Excel': 'xlsx', 'CSV': 'csv'}[kind] }" in file.headers["Content-Disposition"]
    reader.page = filtered
    reader.follow("Timeline")
    assert "timeliness=overdue" in reader.page.path
    (wide,) = [e for e in reader.page.find_all("svg", class_="drawing") if "drawing-wide" in e.get("class").split()]
    assert len(list(wide.iter("a"))) == 2 + 2


def test_feed_links_are_created_and_revoked(app: App, lang: str) -> None:
    lead = ScriptlessUser(app, "ontario", lang)
    lead.open("plans/2020")
    lead.follow("N. Osei")
    lead.press("Create links")
    label = lead.translate("Calendar of due dates (.ics)")
    (named,) = [e for e in lead.page.find_all("label") if text_of(e) == label]
    address = re.sub(r"^https?://[^/]+", "", text_of(lead.page.find_by_id(named.get("for", ""))))
    assert lead.browser.get(address).text.startswith("BEGIN:VCALENDAR")
    lead.press("Revoke the links")
    assert lead.translate("You have no links yet.") in lead.page.main_text
    assert lead.browser.get(address).status == 404


ONE_FORM = (
    "Save one form before you use another one. "
    "What you typed in the others is not kept, because JavaScript is off in this browser."
)


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize(
    ("name", "place", "is_said"),
    [
        ("secretariat", "admin/people", True),
        ("secretariat", "admin/people/{quebec}", True),
        ("secretariat", "admin/settings", True),
        ("secretariat", "admin/jurisdictions/mb", True),
        ("ontario", "account", True),
        ("ontario", "translations", True),
        ("ontario", "milestones", True),
        ("chair", "plans/2020/activities/3.3", True),
        ("reader", "milestones", False),
        ("ontario", "account/email", False),
        ("visitor", "sign-in", False),
    ],
)
def test_pages_with_several_forms_say_that_only_one_is_saved(
    read_only_app: App, lang: str, name: str, place: str, is_said: bool
) -> None:
    path = place.format(quebec=read_only_app.person_id("quebec"))
    page = read_only_app.client_as(name).get(f"/{lang}/{path}")
    notes = [" ".join("".join(note.itertext()).split()) for note in page.find("main").iter("noscript")]
    assert notes.count(translate(lang, ONE_FORM)) == is_said
