"""The last day of a quarter: a lead reports on six activities in twenty interactions and gets a receipt."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import expect

from cogwg.core.status import Status
from cogwg.reporting.models import Submission
from tests.databases import PASSWORD
from tests.e2e.axe import find_violations
from tests.e2e.conftest import MakeSite, OpenBrowser
from tests.e2e.interactions import InteractionCounter
from tests.e2e.site import Site

MAX_INTERACTIONS = 20
NAMED_COUNT = 3
PROGRESS_TEXT = {"en": "The second round was held in September.", "fr": "La deuxième ronde a eu lieu en septembre."}


MAX_INTERACTIONS_WITH_SIGN_IN = 14


@pytest.fixture
def last_day_site(make_site: MakeSite) -> Site:
    """The last day of the third quarter, without reports."""
    return make_site("summer", date(2020, 9, 30))


def test_six_activities_are_reported_in_twenty_interactions(last_day_site: Site, open_browser: OpenBrowser, lang: str) -> None:
    lead = open_browser(last_day_site, lang)
    page = lead.page
    lead.open("my-updates?period=2020-09")
    lead.expect_path("sign-in", allow_suffix=True)
    page.fill("#email", "tbs@demo.cogwg.example")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name=lead.translate("Sign in"), exact=True).click()
    expect(page.locator("h1")).to_have_text(lead.translate("My updates"))
    lead.expect_path("my-updates?period=2020-09")
    rows = page.locator("article[data-stage]")
    expect(rows).to_have_count(6)
    counter = InteractionCounter()
    for number in range(6):
        row = rows.nth(number)
        text = row.locator(f'textarea[name$="-progress_{lang}"]')
        expect(text).to_be_visible()
        if not row.locator(".timeliness-due, .timeliness-overdue").count():
            if not row.locator('[type="radio"]:checked').count():
                counter.click(row.get_by_text(Status.NOT_STARTED.label.text(lang), exact=True).first)
            counter.check(row.get_by_label(lead.translate("Nothing to report this quarter")))
            counter.press(page, "Control+Enter")
        else:
            if not row.get_by_label(Status.SUBSTANTIAL.label.text(lang), exact=True).is_checked():
                counter.click(row.get_by_text(Status.SUBSTANTIAL.label.text(lang), exact=True).first)
            counter.fill(text, PROGRESS_TEXT[lang])
            counter.press(page, "Control+Enter")
        expect(rows.nth(number)).to_have_attribute("data-stage", "ready")
        lead.wait_until_loaded()
        lead.expect_focus("main *")
    expect(page.locator('#submit-bar [data-count="ready"]')).to_have_text("6")
    counter.click(page.get_by_role("link", name=lead.translate("Submit all")))
    expect(page.locator("h1")).to_have_text(lead.translate("Submit all"))
    assert find_violations(page) == []
    counter.click(page.get_by_role("button", name=lead.translate("Submit reports"), exact=True))
    expect(page.locator("h1")).to_have_text(lead.translate("Receipt"))
    expect(page.locator("main")).to_contain_text(PROGRESS_TEXT[lang])
    assert find_violations(page) == []
    print(f"six activities, {lang}: {counter.count} interactions of at most {MAX_INTERACTIONS}")
    assert counter.count <= MAX_INTERACTIONS
    assert len(last_day_site.app.rows(Submission, Submission.period_id == 3)) == 6


def test_five_activities_are_reported_in_fourteen_interactions_with_sign_in(
    last_day_site: Site, open_browser: OpenBrowser, lang: str
) -> None:
    """From the link in a reminder: sign in, then write on the 3 that are due, 2 of them with a new status."""
    lead, counter = open_browser(last_day_site, lang), InteractionCounter()
    page = lead.page
    lead.open("my-updates?period=2020-09")
    counter.fill(page.locator("#email"), "ontario@demo.cogwg.example")
    counter.fill(page.locator("#password"), PASSWORD)
    counter.click(page.get_by_role("button", name=lead.translate("Sign in"), exact=True))
    lead.expect_path("my-updates?period=2020-09")
    rows = page.locator("article[data-stage]")
    expect(rows).to_have_count(5)
    for number in range(3):
        row = rows.nth(number)
        text = row.locator(f'textarea[name$="-progress_{lang}"]')
        expect(text).to_be_visible()
        if not row.get_by_label(Status.SUBSTANTIAL.label.text(lang), exact=True).is_checked():
            counter.click(row.get_by_text(Status.SUBSTANTIAL.label.text(lang), exact=True).first)
        counter.fill(text, PROGRESS_TEXT[lang])
        counter.press(page, "Control+Enter")
        expect(rows.nth(number)).to_have_attribute("data-stage", "ready")
        lead.wait_until_loaded()
        lead.expect_focus("main *")
    counter.click(page.get_by_role("link", name=lead.translate("Submit all")))
    counter.check(page.locator("#nothing-all"))
    each = page.locator('[name="nothing"]:not(#nothing-all)')
    expect(each.nth(1)).to_be_checked()
    for box in each.all():
        expect(box).to_be_checked()
    each.first.uncheck()
    expect(page.locator("#nothing-all")).not_to_be_checked()
    each.first.check()
    expect(page.locator("#nothing-all")).to_be_checked()
    assert find_violations(page) == []
    counter.click(page.get_by_role("button", name=lead.translate("Submit reports"), exact=True))
    expect(page.locator("h1")).to_have_text(lead.translate("Receipt"))
    print(f"five activities with sign-in, {lang}: {counter.count} interactions of at most {MAX_INTERACTIONS_WITH_SIGN_IN}")
    assert counter.count <= MAX_INTERACTIONS_WITH_SIGN_IN
    assert len(last_day_site.app.rows(Submission, Submission.period_id == 3)) == 5


def test_missing_reports_are_listed_and_sent_as_nothing_to_report(
    last_day_site: Site, open_browser: OpenBrowser, lang: str
) -> None:
    lead = open_browser(last_day_site, lang).use_session_of("ontario")
    page = lead.page
    lead.open("my-updates")
    page.get_by_role("link", name=lead.translate("Submit all")).click()
    boxes = lead.expect_count(page.locator("main li").get_by_role("checkbox"), NAMED_COUNT)
    for box in boxes:
        box.check()
    page.get_by_role("button", name=lead.translate("Submit reports"), exact=True).click()
    expect(page.locator("h1")).to_have_text(lead.translate("Receipt"))
    expect(page.locator("main > ul.item-list > li")).to_have_count(NAMED_COUNT)
    behind = page.locator("main section").filter(has_text=lead.translate("No draft yet")).locator("li a")
    expect(behind).not_to_have_count(0)
    lead.open("my-updates")
    expect(page.locator('article[data-stage="in"]')).to_have_count(NAMED_COUNT)


def test_returned_report_is_edited_and_submitted_again(last_day_site: Site, open_browser: OpenBrowser, lang: str) -> None:
    lead, chair = (
        open_browser(last_day_site, lang).use_session_of("ontario"),
        open_browser(last_day_site, lang).use_session_of("chair"),
    )
    lead.open("my-updates")
    row = lead.open_update("4.3")
    row.locator(f'textarea[name$="-progress_{lang}"]').fill(PROGRESS_TEXT[lang])
    row.get_by_role("button", name=lead.translate("Save and submit")).click()
    expect(lead.update_row("4.3").locator(".update-saved")).to_be_visible()
    chair.open("plans/2020/activities/4.3/return?period=2020-09")
    assert find_violations(chair.page) == []
    chair.page.get_by_role("textbox").fill("Say how many took part.")
    chair.page.get_by_role("button", name=chair.translate("Return the report for changes")).click()
    expect(chair.page.locator("#outcome")).to_be_visible()
    lead.open("my-updates")
    expect(lead.update_row("4.3")).to_contain_text("Say how many took part.")
    row = lead.open_update("4.3")
    row.locator(f'textarea[name$="-progress_{lang}"]').fill(f"{PROGRESS_TEXT[lang]} (21)")
    row.get_by_role("button", name=lead.translate("Save and submit")).click()
    expect(lead.update_row("4.3").locator(".update-saved")).to_contain_text("(21)")
    expect(lead.update_row("4.3")).not_to_contain_text("Say how many took part.")
