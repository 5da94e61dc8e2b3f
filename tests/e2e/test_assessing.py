"""An independent reviewer is invited and assesses a commitment; an organization offers help, is accepted, and reports."""

from __future__ import annotations

from playwright.sync_api import expect
from sqlalchemy.orm import Session

from cogwg.core.db import write_transaction
from cogwg.ogp.models import Assessment, MilestoneOffer, OrganizationReport
from tests.e2e import axe
from tests.e2e.browser_user import BrowserUser
from tests.e2e.conftest import OpenBrowser
from tests.e2e.site import Site
from tests.ogp.assessors import People, add_people

PLACE = "assessments/commitments/CA0060"


def press(user: BrowserUser, words: str) -> None:
    user.page.get_by_role("main").get_by_role("button", name=user.translate(words)).first.click()


def check(user: BrowserUser) -> None:
    """The page has no axe violations, and is no wider than a phone; axe is a script."""
    page = user.page
    if user.js:
        assert axe.find_violations(page) == []
    width = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.set_viewport_size(width or {"width": 1280, "height": 800})


def invite(steward: BrowserUser, person_id: int, kind: str, name: str) -> None:
    steward.open("admin/commitments/assessors")
    page = steward.page
    page.locator("#person").select_option(str(person_id))
    page.locator("#target").select_option("commitment:CA0060")
    page.locator(f'input[name="independent"][value="{kind}"]').check()
    page.locator("#assessor_en").fill(name)
    press(steward, "Invite the person")
    expect(page.locator("#invitations")).to_contain_text(name)


def set_up(site: Site) -> People:
    with Session(site.app.engine) as session, write_transaction(session):
        return add_people(session)


def test_invited_reviewer_assesses_and_nobody_else_sees_the_commitment(
    site: Site, open_browser: OpenBrowser, lang: str, js: bool
) -> None:
    people = set_up(site)
    steward = open_browser(site, lang, js=js).use_session_of("steward")
    invite(steward, people.reviewer, "yes", "Reporting Mechanism")
    check(steward)

    reviewer = open_browser(site, lang, js=js).expect_statuses(422).use_session_of("reviewer")
    reviewer.open("")
    check(reviewer)
    reviewer.page.get_by_role("main").get_by_role("link", name="CA0060").first.click()
    page = reviewer.page
    page.get_by_role("link", name=reviewer.translate("Record an assessment")).click()
    page.locator('input[name="kind"][value="end-of-term"]').check()
    page.locator("#completion").select_option("substantial")
    page.locator("#finding_2").select_option("limited")
    page.locator("#note_2_en").fill("The same people came")
    page.locator("#openness_participation").select_option("major")
    press(reviewer, "Record the assessment")
    expect(page.locator(".error-summary")).to_contain_text("2018-06")
    check(reviewer)
    page.locator("#on").fill("2018-06")
    press(reviewer, "Record the assessment")
    expect(page.locator("#assessments table")).to_contain_text(reviewer.translate("Differs from the government’s assessment"))
    check(reviewer)
    own, recorded = site.app.rows(Assessment, Assessment.commitment_id == people.ours)
    assert (own.completion, recorded.completion, recorded.recorded_by) == ("complete", "substantial", people.reviewer)

    stranger = open_browser(site, lang, js=js).expect_statuses(404).use_session_of("stranger")
    stranger.open(PLACE)
    expect(stranger.page.locator("main")).not_to_contain_text("Engage civil society")


def test_organization_helps_with_a_milestone_and_reports_as_itself(
    site: Site, open_browser: OpenBrowser, lang: str, js: bool
) -> None:
    people = set_up(site)
    steward = open_browser(site, lang, js=js).use_session_of("steward")
    invite(steward, people.organization, "no", "Open North")

    organization = open_browser(site, lang, js=js).use_session_of("organization")
    organization.open(f"assessments/milestones/{people.milestones[1]}/offer")
    organization.page.locator('input[name="part"][value="help"]').check()
    organization.page.locator("#message").fill("In three cities.")
    check(organization)
    press(organization, "Send the offer")
    expect(organization.page.locator("#milestones")).to_contain_text(organization.translate("Withdraw the offer"))

    steward.open("admin/commitments/assessors")
    steward.page.locator("#offers").get_by_role("link").first.click()
    steward.page.locator('input[name="accept"][value="yes"]').check()
    check(steward)
    press(steward, "Send the answer")
    (offer,) = site.app.rows(MilestoneOffer)
    assert offer.state.value == "accepted"

    organization.open(f"assessments/offers/{offer.id}/report")
    organization.page.locator("#text_en").fill("Two sessions were held.")
    check(organization)
    press(organization, "Add the report")
    expect(organization.page.locator("#milestones")).to_contain_text("Two sessions were held.")
    check(organization)
    (report,) = site.app.rows(OrganizationReport)
    assert report.reported_by == people.organization
