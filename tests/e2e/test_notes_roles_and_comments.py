"""A partner adds a note, a lead accepts a role by its link, and two people comment and mention."""

from __future__ import annotations

from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction, Membership, Person, Role
from cogwg.core.db import write_transaction
from cogwg.plan.models import Assignment, Confirmation
from tests.databases import PASSWORD
from tests.e2e import axe
from tests.e2e.conftest import OpenBrowser
from tests.e2e.site import Site
from tests.web_client import email

NOTE = {"en": "Two youth councils tried both methods.", "fr": "Deux conseils des jeunes ont essayé les deux méthodes."}
QUESTION = {"en": "Who can share the survey?", "fr": "Qui peut transmettre le sondage ?"}
ANSWER = {"en": "We send it tomorrow.", "fr": "Nous l’envoyons demain."}


def test_partner_note_is_shown_to_the_lead(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    partner = open_browser(site, lang).use_session_of("nwt")
    page = partner.page
    partner.open("my-updates")
    page.locator('main a[href$="/activities/5.4#notes"]').click()
    partner.expect_path("plans/2020/activities/5.4#notes")
    page.locator(f'textarea[name$="-text_{lang}"]').fill(NOTE[lang])
    page.get_by_role("button", name=partner.translate("Save the note")).click()
    expect(
        page.get_by_role("status").filter(has_text=partner.translate("Note saved. The leads see it beside their report."))
    ).to_be_visible()
    lead = open_browser(site, lang).use_session_of("saskatchewan")
    lead.open("plans/2020/activities/5.4")
    expect(lead.page.locator("#notes")).to_contain_text(NOTE[lang])
    expect(lead.page.locator("#history li").first).to_contain_text(NOTE[lang])
    assert axe.find_violations(page) == []


def test_role_offer_link_leads_through_sign_in_to_acceptance(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    with Session(site.app.engine) as session, write_transaction(session):
        assignment = session.scalars(select(Assignment).where(Assignment.confirmation == Confirmation.TO_CONFIRM)).one()
        password_hash = session.scalars(select(Person.password_hash).where(Person.email == email("ontario"))).one()
        jurisdiction = session.scalars(select(Jurisdiction).where(Jurisdiction.code == "ns")).one()
        lead = Person(email=email("ns"), name="C. MacNeil", password_hash=password_hash)
        lead.memberships.append(Membership(role=Role.LEAD, jurisdiction=jurisdiction))
        session.add(lead)
        place = f"plans/2020/roles/{assignment.id}"
    visitor = open_browser(site, lang)
    page = visitor.page
    visitor.open(place)
    page.fill("#email", email("ns"))
    page.fill("#password", PASSWORD)
    page.get_by_role("main").get_by_role("button", name=visitor.translate("Sign in"), exact=True).click()
    visitor.expect_path(place)
    assert axe.find_violations(page) == []
    page.get_by_role("button", name=visitor.translate("Accept the role")).click()
    expect(page.get_by_role("status").filter(has_text=visitor.translate("Role accepted. Thank you."))).to_be_visible()
    visitor.wait_until_loaded()
    expect(page.get_by_role("button", name=visitor.translate("Accept the role"))).to_have_count(0)
    visitor.open("plans/2020/activities/4.3/report")
    expect(visitor.update_row("4.3").locator("form")).to_be_visible()


def test_comments_are_added_mention_a_jurisdiction_and_are_deleted(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    quebec, alberta = (open_browser(site, lang).use_session_of(name) for name in ("quebec", "alberta"))
    place = "plans/2020/activities/5.4"
    quebec.open(place)
    page = quebec.page
    discussion = page.locator("#discussion")
    discussion.locator("textarea").fill(QUESTION[lang])
    quebec.open_details(discussion, "Mention a jurisdiction")
    discussion.get_by_label("Alberta").check()
    discussion.get_by_role("button", name=quebec.translate("Add the comment"), exact=True).click()
    first = page.locator("#comment-1")
    expect(first).to_contain_text(QUESTION[lang])
    expect(first.get_by_role("link", name="Alberta")).to_be_visible()
    expect(page.locator("#discussion textarea")).to_have_value("")
    expect(first).to_be_focused()
    quebec.expect_path(place)
    assert axe.find_violations(page) == []
    alberta.open(place)
    alberta.page.locator("#discussion textarea").fill(ANSWER[lang])
    alberta.page.locator("#discussion").get_by_role("button", name=alberta.translate("Add the comment"), exact=True).click()
    expect(alberta.page.locator("#discussion .comment-list > li").last).to_contain_text(ANSWER[lang])
    alberta.page.locator("#comment-2").get_by_role("link", name=alberta.translate("Edit or delete")).click()
    alberta.page.get_by_role("button", name=alberta.translate("Delete the comment")).click()
    expect(alberta.page.locator("#comment-2")).to_contain_text(alberta.translate("Deleted by its author."))
