"""The turn of the year in a browser: the standard case in few interactions, the dry run, and choices that are kept."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import Locator, expect
from sqlalchemy.orm import Session

from cogwg.core.db import write_transaction
from cogwg.mail.models import OutboxMessage
from cogwg.plan.models import Confirmation, WorkPlan
from cogwg.plan.queries import plan_facts
from tests.e2e import axe
from tests.e2e.browser_user import BrowserUser
from tests.e2e.conftest import MakeSite, OpenBrowser
from tests.e2e.interactions import InteractionCounter
from tests.e2e.site import Site
from tests.year_end.test_closing import finalize

JANUARY = date(2021, 1, 20)
CARRY_OVER = "admin/plans/2020/carry-over"


@pytest.fixture
def january_site(make_site: MakeSite) -> Site:
    """The demo in January, with a finalized briefing that covers all of 2020."""
    site = make_site(day=JANUARY)
    with Session(site.app.engine) as session, write_transaction(session):
        finalize(session, date(2021, 1, 15), date(2021, 1, 15))
    site.app.close()
    return site


def button(user: BrowserUser, words: str, **values: object) -> Locator:
    return user.page.locator("main").get_by_role("button", name=user.translate(words, **values), exact=True)


def link(user: BrowserUser, words: str, **values: object) -> Locator:
    return user.page.locator("main").get_by_role("link", name=user.translate(words, **values)).first


def row(user: BrowserUser, code: str) -> Locator:
    return user.page.locator(".carry-row").filter(has=user.page.locator(".carry-title .meta", has_text=code).first)


def test_standard_turn_of_the_year_takes_at_most_15_interactions(
    january_site: Site, open_browser: OpenBrowser, lang: str, js: bool
) -> None:
    user = open_browser(january_site, lang, js=js).use_session_of("secretariat")
    user.open("admin/plans")
    steps = InteractionCounter()
    steps.click(link(user, "Close the plan…"))
    user.expect_path("admin/plans/2020/close")
    steps.click(button(user, "Close the plan"))
    user.expect_path("admin/plans", allow_suffix=True)
    steps.click(link(user, "Carry over to %(year)s…", year=2021))
    user.expect_path(CARRY_OVER)
    dropped = row(user, "3.4")
    steps.check(dropped.locator('[value="drop"]'))
    steps.fill(dropped.locator(".carry-reason input"), "Merged into 3.2.")
    steps.click(button(user, "Create the %(year)s draft plan", year=2021))
    user.expect_path("admin/plans", allow_suffix=True)
    steps.click(link(user, "Adopt the draft…"))
    user.expect_path("admin/plans/2021/adopt")
    steps.click(button(user, "Adopt the plan"))
    user.expect_path("admin/plans/2021/adopt", allow_suffix=True)
    expect(user.page.locator("#outcome")).to_be_visible()
    steps.click(user.page.locator('form[action$="/ask"] button'))
    expect(user.page.locator('form[action$="/ask"]')).to_have_count(0)
    assert steps.count <= 15, steps.count
    app = january_site.app
    with Session(app.engine) as session:
        old, new = plan_facts(session, 2020), plan_facts(session, 2021)
    assert old.is_closed
    assert len(list(old.activities)) == 21
    assert [p.number for p in new.priorities] == [1, 2, 3, 4, 5]
    assert len(list(new.activities)) == 12
    waiting = [a for p in new.priorities for a in p.assignments if a.is_to_confirm]
    assert len(waiting) == 9
    assert len(app.rows(OutboxMessage, OutboxMessage.kind == "roles-asked")) == 6


def test_lead_answers_for_all_roles_with_the_keyboard(january_site: Site, open_browser: OpenBrowser, lang: str) -> None:
    secretariat = open_browser(january_site, lang).use_session_of("secretariat")
    secretariat.open(CARRY_OVER)
    button(secretariat, "Create the %(year)s draft plan", year=2021).click()
    secretariat.expect_path("admin/plans", allow_suffix=True)
    secretariat.open("admin/plans/2021/adopt")
    button(secretariat, "Adopt the plan").click()
    expect(secretariat.page.locator("#outcome")).to_be_visible()
    lead = open_browser(january_site, lang).use_session_of("ontario")
    lead.open("plans/2021/my-roles")
    assert axe.find_violations(lead.page) == []
    lead.tab_to('[value="accept"]')
    lead.page.keyboard.press("Space")
    lead.tab_to('[value="accept"]')
    lead.page.keyboard.press("ArrowRight")
    expect(lead.page.locator('[value="decline"]:checked')).to_have_count(1)
    lead.tab_to('input[type="text"]')
    lead.page.keyboard.type("No staff.")
    lead.page.keyboard.press("Enter")
    expect(lead.page.locator("#outcome")).to_be_visible()
    with Session(january_site.app.engine) as session:
        roles = [a for p in plan_facts(session, 2021).priorities for a in p.assignments]
    assert [a.confirmation for a in roles if a.jurisdiction_code == "on"] == [Confirmation.CONFIRMED]


def test_dry_run_follows_each_choice_and_leaves_the_focus(january_site: Site, open_browser: OpenBrowser, lang: str) -> None:
    user = open_browser(january_site, lang).use_session_of("secretariat")
    user.open(CARRY_OVER)
    dropped = row(user, "3.3")
    expect(dropped.locator(".carry-reason")).to_be_hidden()
    dropped.locator('[value="drop"]').check()
    expect(dropped.locator(".carry-reason")).to_be_visible()
    expect(dropped.locator(".carry-month")).to_be_hidden()
    expect(user.page.locator("#dry-run b").nth(2)).to_have_text("1")
    expect(user.page.locator("#status")).to_contain_text("12")
    user.expect_focus('[value="drop"]')
    assert axe.find_violations(user.page) == []
    assert january_site.app.rows(WorkPlan, WorkPlan.year == 2021) == []


def test_choices_that_were_not_sent_are_offered_again(january_site: Site, open_browser: OpenBrowser, lang: str) -> None:
    user = open_browser(january_site, lang).use_session_of("secretariat")
    user.open(CARRY_OVER)
    dropped = row(user, "3.3")
    dropped.locator('[value="drop"]').check()
    dropped.locator(".carry-reason input").fill("Merged into 3.2.")
    expect(user.page.locator(".autosave-line")).to_be_attached()
    user.open("admin/plans")
    user.open(CARRY_OVER)
    user.page.locator("[data-restore-text]").click()
    again = row(user, "3.3")
    expect(again.locator('[value="drop"]')).to_be_checked()
    expect(again.locator(".carry-reason input")).to_have_value("Merged into 3.2.")
    button(user, "Create the %(year)s draft plan", year=2021).click()
    user.expect_path("admin/plans", allow_suffix=True)
    user.open("account/unsaved-text")
    expect(user.page.locator("[data-restore-text]")).to_have_count(0)


def test_enter_in_a_field_updates_the_counts_and_creates_nothing(
    january_site: Site, open_browser: OpenBrowser, lang: str, js: bool
) -> None:
    user = open_browser(january_site, lang, js=js).use_session_of("secretariat")
    user.open(CARRY_OVER)
    dropped = row(user, "3.3")
    dropped.locator('[value="drop"]').check()
    dropped.locator(".carry-reason input").fill("Merged into 3.2.")
    dropped.locator(".carry-reason input").press("Enter")
    expect(user.page.locator("#dry-run b").nth(2)).to_have_text("1")
    expect(row(user, "3.3").locator(".carry-reason input")).to_have_value("Merged into 3.2.")
    user.open("admin/plans")
    expect(user.page.locator("#year-2021")).to_have_count(0)


def test_refused_table_names_the_activity_and_keeps_the_choices_at_320_pixels(
    january_site: Site, open_browser: OpenBrowser, lang: str
) -> None:
    user = open_browser(january_site, lang, width=320).use_session_of("secretariat").expect_statuses(422)
    user.open(CARRY_OVER)
    row(user, "3.3").locator('[value="drop"]').check()
    button(user, "Create the %(year)s draft plan", year=2021).click()
    summary = user.page.locator(".error-summary")
    expect(summary).to_contain_text(user.translate("Explain why you are dropping this activity."))
    user.expect_focus(".error-summary")
    assert axe.find_violations(user.page) == []
    assert user.page.evaluate("() => document.documentElement.scrollWidth") <= 320
    summary.locator("a").click()
    user.expect_focus(".carry-reason input")
    expect(row(user, "3.3").locator('[value="drop"]')).to_be_checked()
