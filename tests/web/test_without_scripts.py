"""The journeys of people whose browser runs no scripts, in both languages; those of the main job are in Chromium as well."""

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
from cogwg.core.db import write
from cogwg.core.scale import Status
from cogwg.plan.models import Assignment, Confirmation
from cogwg.reporting.models import StatusReport, Submission
from tests.databases import PASSWORD
from tests.february import freeze_february
from tests.pages import House, Page, email, words
from tests.web.walk import Walk, classed

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
    """The one element of this class that holds this text."""
    (found,) = [e for e in page.all(tag, class_=class_) if text in words(e)]
    return found


def test_a_co_chair_goes_from_a_seeded_quarter_to_a_frozen_deck_and_both_downloads(house: House, lang: str) -> None:
    with Session(house.engine) as session, write(session):
        freeze_february(session, Actor("person", house.person_id("secretariat")))
    chair = Walk(house, "chair", lang)
    chair.go("readiness")
    chair.follow("Briefings")
    chair.follow("Create a briefing")
    chair.press("Create the briefing", fields={"meeting_on": "2020-10-08"})
    assert next(words(h) for h in chair.page.all("h2")) == chair.says("What changed")
    chair.press("Save and go on", fields={"tick-forward:2020:1.1": False})
    assert "16" in words(next(e for e in chair.page.one("main").iter() if "notice" in e.get("class", "").split()))
    (earlier,) = chair.page.all("details", class_="after")
    box = next(e for e in earlier.iter("input") if e.get("type") == "checkbox")
    chair.count += 1
    chair.press("Save and go on", fields={box.get("name"): True})
    first = chair.page.id("priority-1")
    line = [b for b in first.iter("button") if words(b).startswith(chair.says("Use this line"))][1]
    chair.count += 2
    form = chair.form("Save and go on")
    chair._show(form.submit(extra={line.get("name"): line.get("value")}))
    assert chair.page.id(f"highlight-1-{lang}").get("autofocus") is not None
    assert words(chair.page.id("highlight-1-en")) == "Two user stories are on the open government portal."
    asks = {"en": "Name a lead for each forum.", "fr": "Nommez une personne responsable de chaque forum."}
    names = {chair.page.id(f"ask-2-1-{code}").get("name"): text for code, text in asks.items()}
    chair.press("Save and go on", fields=names)
    done = chair.page.id("state-1-done")
    chair.press("Save and go on", fields={done.get("name"): done.get("value")})
    up = chair.page.id("up-why")
    chair.press(words(up), within=up.getparent())
    assert chair.page.id("down-why").get("autofocus") is not None
    third = list(chair.page.one("*", class_="arranged"))[2]
    assert {"en": "matters", "fr": "importance"}[lang] in words(third)
    chair.follow("Go on to the preview")
    assert chair.says("Before you freeze") in [words(h) for h in chair.page.all("h2")]
    note = {"note": "The reports that are missing are excused."}
    chair.press("Freeze version %(number)s", fields=note, number=1)
    assert re.search(r"/briefings/\d+/versions/1$", chair.page.path)
    shown = chair.page
    for code, label in {"en": "Download in English (%(format)s)", "fr": "Download in French (%(format)s)"}.items():
        chair.page = shown
        file = chair.follow(label, format="Excel")
        assert f"2020-10-08-{code}.xlsx" in file.headers["Content-Disposition"]
        book = load_workbook(BytesIO(file.response.get_data()))
        cells = [str(c.value) for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None]
        assert all(any(part in text for text in cells) for part in DECK[code])
    assert chair.count <= MOST_TO_COMPOSE


def test_a_lead_with_news(house: House, lang: str) -> None:
    other = OTHER[lang]
    held = {"en": "The catalogue has no owner.", "fr": "Le catalogue est sans responsable."}
    theme = {"en": "Ownership", "fr": "Responsabilité"}
    lead = Walk(house, "ontario", lang)
    lead.go("milestones")
    lead.press("Add the milestone", fields={f"new-text_{lang}": TEXT[lang], "new-link1_url": LINK})
    lead.go("milestones")
    row = with_text(lead.page, "li", "news", TEXT[lang])
    assert LINK in [a.get("href") for a in row.iter("a")]
    assert lead.says("French missing" if other == "fr" else "English missing") in words(row)
    lead.go("challenges")
    (label,) = [e for e in lead.page.all("label") if words(e) == lead.says("Do not name us")]
    assert lead.page.id(label.get("for", "")).get("checked") is not None
    lead.press("Add the challenge", fields={f"new-text_{lang}": held[lang], "new-new_theme": theme[lang]})
    unnamed = f"Ontario ({lead.says('not named in the deck')})"
    assert unnamed in words(with_text(lead.page, "li", "news", held[lang]))

    neighbour = Walk(house, "quebec", lang)
    neighbour.go("challenges")
    neighbour.press("Us too", within=with_text(neighbour.page, "li", "news", held[lang]))
    shared = words(with_text(neighbour.page, "li", "news", held[lang]))
    assert unnamed in shared
    assert {"en": "Quebec", "fr": "Québec"}[lang] in shared

    lead.go("translations")
    for left, text in ((2, TEXT[other]), (1, held[other]), (0, theme[other])):
        (worklist,) = [e for e in lead.page.all("ul") if "data-worklist" in e.attrib]
        box = next(worklist.iter("textarea"))
        button = next(b for b in next(box.iterancestors("form")).iter("button"))
        lead.press(words(button), within=button.getparent(), fields={box.get("name"): text})
        (worklist,) = [e for e in lead.page.all("ul") if "data-worklist" in e.attrib] or [None]
        assert len(list(worklist.iter("textarea")) if worklist is not None else []) == left
    lead.go(f"/{other}/challenges")
    assert any(words(h).startswith(theme[other]) for level in ("h2", "h3") for h in lead.page.all(level))
    assert with_text(lead.page, "li", "news", held[other]) is not None


def test_what_was_withdrawn_by_mistake_comes_back(house: House, lang: str) -> None:
    lead = Walk(house, "ontario", lang)
    lead.go("milestones")
    mine = [e for e in lead.page.all("li", class_="news") if any(lead.says("Withdraw") in words(b) for b in e.iter("button"))]
    row = mine[0]
    text = words(classed(row, "*", "said")[0])
    lead.press("Withdraw", within=row)
    row = with_text(lead.page, "li", "news", text)
    assert row.get("class") == "news gone"
    lead.press("Undo: bring it back", within=row)
    assert with_text(lead.page, "li", "news", text).get("class") == "news"


def test_a_partner_adds_a_note_and_a_lead_reads_it(house: House, lang: str) -> None:
    partner = Walk(house, "nwt", lang)
    partner.go("my-updates")
    (link,) = [a for a in partner.page.one("main").iter("a") if a.get("href", "").endswith("/activities/5.4#notes")]
    partner.click(link)
    partner.press("Save the note", fields={f"text_{lang}": TEXT[lang]})
    assert partner.says("The note is saved. The leads see it beside their report.") in partner.page.main
    lead = Walk(house, "saskatchewan", lang)
    lead.go("plans/2020/activities/5.4")
    assert TEXT[lang] in words(lead.page.id("notes"))
    assert TEXT[lang] in words(next(lead.page.id("history").iter("li")))


def test_a_lead_signs_in_from_the_link_and_accepts_the_role(house: House, lang: str) -> None:
    with Session(house.engine) as session, write(session):
        asked = session.scalars(select(Assignment).where(Assignment.confirmation == Confirmation.TO_CONFIRM)).one()
        known = session.scalars(select(Person.password_hash).where(Person.email == email("ontario"))).one()
        home = session.scalars(select(Jurisdiction).where(Jurisdiction.code == "ns")).one()
        person = Person(email=email("ns"), name="C. MacNeil", password_hash=known)
        person.memberships.append(Membership(role=Role.LEAD, jurisdiction=home))
        session.add(person)
        place = f"plans/2020/roles/{asked.id}"
    lead = Walk(house, "visitor", lang)
    lead.go(place)
    lead.press("Sign in", within=lead.page.one("main"), fields={"email": email("ns"), "password": PASSWORD})
    lead.at(place)
    lead.press("Accept the role")
    assert lead.says("The role is accepted. Thank you.") in lead.page.main
    assert lead.says("Accept the role") not in [words(b) for b in lead.page.all("button")]
    lead.go("plans/2020/activities/4.3/report")
    assert list(lead.row("4.3").iter("form"))


def test_two_people_talk_and_one_mentions_the_other(house: House, lang: str) -> None:
    quebec, alberta = (Walk(house, name, lang) for name in ("quebec", "alberta"))
    quebec.go("plans/2020/activities/5.4")
    talk = quebec.page.id("discussion")
    (label,) = [e for e in talk.iter("label") if words(e) == "Alberta"]
    box = quebec.page.id(label.get("for"))
    form = quebec.form("Comment", within=talk)
    form.fill(text="Who can share it?")
    form.values[box.get("name")] = box.get("value")
    quebec._show(form.submit())
    first = quebec.page.id("comment-1")
    assert "Who can share it?" in words(first)
    assert "Alberta" in [words(a) for a in first.iter("a")]
    assert [words(e) for e in quebec.page.id("discussion").iter("textarea")] == [""]
    alberta.go("plans/2020/activities/5.4")
    alberta.press("Comment", within=alberta.page.id("discussion"), fields={"text": "We send it."})
    assert "We send it." in words(alberta.page.id("comment-2"))
    alberta.follow("Edit or delete", within=alberta.page.id("comment-2"))
    alberta.press("Delete it")
    assert alberta.says("Deleted by its author.") in words(alberta.page.id("comment-2"))


def _draft(chair: Walk) -> str:
    """A new briefing for a meeting today; its address without the language."""
    chair.go("briefings/new")
    audience = {f"audience_{code}": text for code, text in (("en", "Joint Councils"), ("fr", "Conseils mixtes"))}
    chair.press("Create the briefing", fields={"meeting_on": "2020-09-24", **audience})
    found = re.search(r"briefings/\d+", chair.page.path)
    assert found is not None
    return found[0]


def test_somebody_with_the_link_reads_the_slides(house: House, lang: str) -> None:
    chair, visitor = Walk(house, "chair", lang), Walk(house, "visitor", lang)
    place = _draft(chair)

    def link() -> str:
        chair.go(f"{place}/links")
        chair.press("Make a preview link")
        return str(chair.page.id(f"link-{lang}").get("value")).removeprefix("http://localhost")

    there = re.sub(r"^https?://[^/]+", "", link())
    visitor.go(there)
    assert visitor.page.status == 200
    slides = [e.get("id") for e in visitor.page.all("*") if str(e.get("id", "")).startswith("slide-")]
    (toc,) = [e for e in visitor.page.all("nav") if e.get("aria-label") == visitor.says("Slides of this deck")]
    assert {a.get("href", "").removeprefix("#") for a in toc.iter("a")} <= set(slides)
    assert len(list(toc.iter("a"))) > 6
    chair.press("Revoke")
    assert visitor.go(there).status == 404
    there = re.sub(r"^https?://[^/]+", "", link())
    assert visitor.go(there).status == 200
    chair.go(place)
    chair.press("Freeze version %(number)s", fields={"note": "As it is."}, number=1)
    assert visitor.go(there).status == 410
    assert visitor.page.h1 == visitor.says("This briefing is frozen now")


def test_two_who_prepare_it_talk_about_a_slide(house: House, lang: str) -> None:
    chair, secretariat = Walk(house, "chair", lang), Walk(house, "secretariat", lang)
    place = _draft(chair)
    chair.go(place)
    chair.press("Comment", within=chair.page.id("talk-glance"), fields={"text": "Who checked it?"})
    chair.go(place)
    assert [words(e) for e in classed(chair.page.id("talk-glance"), "*", "said")] == ["Who checked it?"]
    assert "1" in words(chair.page.id("open-glance"))
    secretariat.go(place)
    talk = secretariat.page.id("talk-glance")
    assert secretariat.says("Delete") not in [words(b) for b in talk.iter("button")]
    secretariat.press("Settle", within=talk)
    secretariat.go(place)
    assert len(classed(secretariat.page.id("talk-glance"), "*", "settled")) == 1
    assert words(secretariat.page.id("open-glance")) == ""
    chair.go(place)
    chair.press("Delete", within=chair.page.id("talk-glance"))
    chair.go(place)
    assert classed(chair.page.id("talk-glance"), "*", "said") == []


@pytest.fixture
def evening(make_house: Any) -> House:
    """The last day of the third quarter, for which no report has been made."""
    house: House = make_house("sqlite", "summer", date(2020, 9, 30))
    return house


def folded(element: Any) -> bool:
    """Whether it is inside something that is not open."""
    return any(e.tag == "details" and e.get("open") is None for e in element.iterancestors())


def test_six_activities_take_twenty_interactions(evening: House, lang: str) -> None:
    lead = Walk(evening, "visitor", lang)
    lead.go("my-updates?period=2020-09")
    lead.press("Sign in", within=lead.page.one("main"), fields={"email": email("tbs"), "password": PASSWORD})
    assert lead.page.h1 == lead.says("My updates")
    rows = [e.get("id") for e in lead.page.all("article") if e.get("data-stage")]
    assert len(rows) == 6
    lead.count = 0
    for id_ in rows:
        row = lead.page.id(id_)
        (box,) = [e for e in row.iter("textarea") if e.get("name", "").endswith(f"-progress_{lang}")]
        silent = [b for b in row.iter("button") if words(b).startswith(lead.says("Nothing to report"))]
        status = {e.get("value"): e for e in row.iter("input") if e.get("name", "").endswith("-status")}
        name = box.get("name").replace(f"progress_{lang}", "status")
        if folded(box) and not folded(silent[-1]):
            lead.press("Nothing to report", within=silent[-1].getparent())
        elif folded(box):
            lead.count += 1  # the summary is opened
            lead.press("Nothing to report", within=silent[0].getparent(), fields={name: Status.NOT_STARTED.value})
        else:
            fields = {box.get("name"): TEXT[lang]}
            due = [e for kind in ("due", "overdue") for e in classed(row, "*", kind) if "timely" in e.get("class", "").split()]
            if due and status[Status.SUBSTANTIAL.value].get("checked") is None:
                fields[name] = Status.SUBSTANTIAL.value
            lead.press("Save and next", within=row, fields=fields)
        assert lead.page.id(id_).get("data-stage") == "ready"
    lead.follow("Submit all")
    lead.press("Submit", within=lead.page.one("main"))
    assert lead.page.h1 == lead.says("Receipt")
    assert TEXT[lang] in lead.page.main
    assert lead.count <= MOST_TO_REPORT
    assert len(evening.rows(Submission, Submission.period_id == 3)) == 6


def test_what_is_missing_is_named_and_can_be_sent_as_nothing_to_report(evening: House, lang: str) -> None:
    lead = Walk(evening, "ontario", lang)
    lead.go("my-updates")
    lead.follow("Submit all")
    boxes = [e for e in lead.page.one("main").iter("input") if e.get("type") == "checkbox"]
    assert len(boxes) == 3
    form = lead.form("Submit", within=lead.page.one("main"))
    for box in boxes:
        assert box.get("name") == boxes[0].get("name")
    form.values[boxes[0].get("name")] = [box.get("value") for box in boxes]  # type: ignore[assignment]
    lead._show(form.submit())
    assert lead.page.h1 == lead.says("Receipt")
    (sent,) = [e for e in lead.page.one("main") if e.tag == "ul" and "rows" in e.get("class", "").split()]
    assert len(list(sent)) == 3
    assert lead.says("Nothing was begun") in lead.page.main
    lead.go("my-updates")
    assert [e.get("data-stage") for e in lead.page.all("article")].count("in") == 3


def test_a_co_chair_returns_a_report_and_the_lead_sends_it_again(evening: House, lang: str) -> None:
    lead, chair = Walk(evening, "ontario", lang), Walk(evening, "chair", lang)
    lead.go("my-updates")
    lead.press("Save and submit", within=lead.row("4.3"), fields={f"progress_{lang}": TEXT[lang]})
    assert classed(lead.row("4.3"), "*", "saved")
    chair.go("plans/2020/activities/4.3/return?period=2020-09")
    chair.press("Return it", fields={"note": "Say how many took part."})
    lead.go("my-updates")
    assert "Say how many took part." in words(lead.row("4.3"))
    lead.press("Save and submit", within=lead.row("4.3"), fields={f"progress_{lang}": f"{TEXT[lang]} (21)"})
    assert "(21)" in words(classed(lead.row("4.3"), "*", "saved")[0])
    assert "Say how many took part." not in words(lead.row("4.3"))


def test_a_co_chair_sees_who_has_reported_and_reminds_those_missing(house: House, lang: str) -> None:
    chair = Walk(house, "chair", lang)
    chair.go("plans/2020")
    chair.follow("Readiness")
    chair.at("readiness")
    assert "10" in words(chair.page.one("p", class_="lede"))
    assert chair.says("%(num)s of %(total)s in", num=0, total=3) in words(chair.page.id("row-on"))
    chair.follow("Not begun")
    assert "3.3" in words(chair.page.id("reports"))
    assert not chair.page.all("*", id="row-sk")
    chair.follow("Show every jurisdiction")
    assert chair.page.id("row-sk") is not None
    (remind,) = [a for a in chair.page.one("main").iter("a") if {"button", "primary"} <= set(a.get("class", "").split())]
    chair.click(remind)
    assert "N. Osei" in words(chair.page.all("ul", class_="people")[0])
    (send,) = [b for b in chair.page.one("main").iter("button") if "primary" in b.get("class", "").split()]
    chair.press(words(send), within=send.getparent(), fields={"text_en": "Please report.", "text_fr": "À vos rapports."})
    assert "N. Osei" in chair.page.main
    chair.follow("Nobody can be reminded now: see why")
    assert chair.says("There is nobody to remind now.") in chair.page.main


def test_the_link_of_a_reminder_opens_the_quarter_after_signing_in(house: House, lang: str) -> None:
    lead = Walk(house, "visitor", lang)
    lead.go("my-updates?period=2020-09")
    lead.press("Sign in", within=lead.page.one("main"), fields={"email": email("ontario"), "password": PASSWORD})
    lead.at("my-updates?period=2020-09")
    assert len(lead.page.all("article", class_="update")) == 5


def test_what_was_typed_is_there_after_signing_in_again(house: House, lang: str) -> None:
    def written() -> list[int]:
        return [len(house.rows(kind, getattr(kind, f"progress_{lang}") == TEXT[lang])) for kind in (StatusReport, Submission)]

    lead = Walk(house, "ontario", lang)
    lead.go("my-updates")
    row = lead.row("4.3")
    house.change(delete(SignIn))
    typed = {f"progress_{lang}": TEXT[lang], "status": Status.SUBSTANTIAL.value}
    lead.press("Save and submit", within=row, fields=typed)
    assert lead.page.status == 401
    lead.press("Sign in", within=lead.page.one("main"), fields={"email": email("ontario"), "password": PASSWORD})
    assert lead.page.h1 == lead.says("Your text is still here")
    assert TEXT[lang] in lead.page.main
    assert written() == [0, 0], "nothing is written before the person sends it"
    lead.press("Send what I typed")
    assert TEXT[lang] in words(classed(lead.row("4.3"), "*", "saved")[0])
    assert written() == [1, 1]


def test_a_reader_filters_the_list_and_takes_it_along(shared: House, lang: str) -> None:
    reader = Walk(shared, "reader", lang)
    reader.go("plans/2020")
    (views,) = [e for e in reader.page.all("nav") if e.get("aria-label") == reader.says("Views of the plan")]
    reader.follow("List", within=views)

    def rows() -> list[Any]:
        return [e for e in reader.page.one("table").iter("tr") if e.getparent().tag == "tbody"]

    assert len(rows()) == 21
    reader.press("Filter", fields={"timeliness": "overdue"})
    assert {"en": "2 of 21", "fr": "2 sur 21"}[lang] in words(reader.page.one("p", class_="lede"))
    assert [{"en": "Overdue", "fr": "En retard"}[lang] in words(row) for row in rows()] == [True, True]
    filtered = reader.page
    for kind in ("Excel", "CSV"):
        reader.page = filtered
        file = reader.follow(kind)
        assert f"-{lang}.{ {'Excel': 'xlsx', 'CSV': 'csv'}[kind] }" in file.headers["Content-Disposition"]
    reader.page = filtered
    reader.follow("Timeline")
    assert "timeliness=overdue" in reader.page.path
    (wide,) = [e for e in reader.page.all("svg", class_="drawing") if "wide" in e.get("class").split()]
    assert len(list(wide.iter("a"))) == 2 + 2


def test_a_person_makes_an_address_and_takes_it_back(house: House, lang: str) -> None:
    lead = Walk(house, "ontario", lang)
    lead.go("plans/2020")
    lead.follow("N. Osei")
    lead.press("Make an address")
    label = lead.says("Calendar of due dates (.ics)")
    (named,) = [e for e in lead.page.all("label") if words(e) == label]
    address = re.sub(r"^https?://[^/]+", "", str(lead.page.id(named.get("for", "")).get("value")))
    assert lead.browser.get(address).text.startswith("BEGIN:VCALENDAR")
    lead.press("Revoke the address")
    assert lead.says("You have no address yet.") in lead.page.main
    assert lead.browser.get(address).status == 404
