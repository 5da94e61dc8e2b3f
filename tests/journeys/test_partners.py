"""A partner adds a note; a lead accepts a role by its link; two people talk, and one mentions the other."""

from __future__ import annotations

from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction, Membership, Person, Role
from cogwg.core.db import write
from cogwg.plan.models import Assignment, Confirmation
from tests.databases import PASSWORD
from tests.journeys import axe
from tests.journeys.conftest import Arrive
from tests.journeys.site import Site
from tests.pages import email

NOTE = {"en": "Two youth councils tried both methods.", "fr": "Deux conseils des jeunes ont essayé les deux méthodes."}
QUESTION = {"en": "Who can share the survey?", "fr": "Qui peut transmettre le sondage ?"}
ANSWER = {"en": "We send it tomorrow.", "fr": "Nous l’envoyons demain."}


def test_a_partner_adds_a_note_and_a_lead_reads_it(site: Site, arrive: Arrive, lang: str) -> None:
    partner = arrive(site, lang).enter("nwt")
    page = partner.page
    partner.go("my-updates")
    page.locator('main a[href$="/activities/5.4#notes"]').click()
    partner.at("plans/2020/activities/5.4#notes")
    page.locator(f'textarea[name$="-text_{lang}"]').fill(NOTE[lang])
    page.get_by_role("button", name=partner.says("Save the note")).click()
    expect(
        page.get_by_role("status").filter(has_text=partner.says("The note is saved. The leads see it beside their report."))
    ).to_be_visible()
    lead = arrive(site, lang).enter("saskatchewan")
    lead.go("plans/2020/activities/5.4")
    expect(lead.page.locator("#notes")).to_contain_text(NOTE[lang])
    expect(lead.page.locator("#history li").first).to_contain_text(NOTE[lang])
    assert axe.faults(page) == []


def test_a_lead_signs_in_from_the_link_and_accepts_the_role(site: Site, arrive: Arrive, lang: str) -> None:
    with Session(site.house.engine) as session, write(session):
        asked = session.scalars(select(Assignment).where(Assignment.confirmation == Confirmation.TO_CONFIRM)).one()
        known = session.scalars(select(Person.password_hash).where(Person.email == email("ontario"))).one()
        home = session.scalars(select(Jurisdiction).where(Jurisdiction.code == "ns")).one()
        lead = Person(email=email("ns"), name="C. MacNeil", password_hash=known)
        lead.memberships.append(Membership(role=Role.LEAD, jurisdiction=home))
        session.add(lead)
        place = f"plans/2020/roles/{asked.id}"
    visitor = arrive(site, lang)
    page = visitor.page
    visitor.go(place)
    page.fill("#email", email("ns"))
    page.fill("#password", PASSWORD)
    page.get_by_role("main").get_by_role("button", name=visitor.says("Sign in"), exact=True).click()
    visitor.at(place)
    assert axe.faults(page) == []
    page.get_by_role("button", name=visitor.says("Accept the role")).click()
    expect(page.get_by_role("status").filter(has_text=visitor.says("The role is accepted. Thank you."))).to_be_visible()
    visitor.loaded()
    expect(page.get_by_role("button", name=visitor.says("Accept the role"))).to_have_count(0)
    visitor.go("plans/2020/activities/4.3/report")
    expect(visitor.row("4.3").locator("form")).to_be_visible()


def test_two_people_talk_and_one_mentions_the_other(site: Site, arrive: Arrive, lang: str) -> None:
    quebec, alberta = (arrive(site, lang).enter(name) for name in ("quebec", "alberta"))
    place = "plans/2020/activities/5.4"
    quebec.go(place)
    page = quebec.page
    talk = page.locator("#discussion")
    talk.locator("textarea").fill(QUESTION[lang])
    quebec.open_fold(talk, "Mention a jurisdiction")
    talk.get_by_label("Alberta").check()
    talk.get_by_role("button", name=quebec.says("Comment"), exact=True).click()
    first = page.locator("#comment-1")
    expect(first).to_contain_text(QUESTION[lang])
    expect(first.get_by_role("link", name="Alberta")).to_be_visible()
    expect(page.locator("#discussion textarea")).to_have_value("")
    expect(first).to_be_focused()
    quebec.at(place)
    assert axe.faults(page) == []
    alberta.go(place)
    alberta.page.locator("#discussion textarea").fill(ANSWER[lang])
    alberta.page.locator("#discussion").get_by_role("button", name=alberta.says("Comment"), exact=True).click()
    expect(alberta.page.locator("#discussion .talk > li").last).to_contain_text(ANSWER[lang])
    alberta.page.locator("#comment-2").get_by_role("link", name=alberta.says("Edit or delete")).click()
    alberta.page.get_by_role("button", name=alberta.says("Delete it")).click()
    expect(alberta.page.locator("#comment-2")).to_contain_text(alberta.says("Deleted by its author."))
