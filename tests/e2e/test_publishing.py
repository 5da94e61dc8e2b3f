"""The secretariat publishes a closed quarter: refused, with a reason, under embargo, corrected and withdrawn."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.core.db import write_transaction
from cogwg.core.status import Status
from cogwg.reporting.models import ReportingPeriod
from cogwg.reporting.period_services import close_period
from cogwg.reporting.rules import ReportDraft
from cogwg.tracker.published import PublicRecord, public_record
from tests.e2e.conftest import MakeSite, OpenBrowser
from tests.e2e.site import Site
from tests.e2e.test_every_page import check_page
from tests.sessions import ESSENTIAL
from tests.tracker.conftest import BY, reopen, submit
from tests.tracker.test_correcting import TWELVE

REASON = {"en": "A typing error.", "fr": "Une faute de frappe."}


@pytest.fixture
def october(make_site: MakeSite) -> Site:
    """The demo on October 26, with Quarters 1 and 2 published and Quarter 3 closed."""
    site = make_site(template="published", day=date(2020, 10, 26))
    with Session(site.app.engine) as session, write_transaction(session):
        period_id = session.scalars(select(ReportingPeriod.id).where(ReportingPeriod.key == "2020-09")).one()
        close_period(session, period_id, by=BY, at=site.app.calendar.now() - timedelta(hours=1))
    return site


def record(site: Site, *, days: int = 0) -> PublicRecord:
    with Session(site.app.engine) as session:
        return public_record(session, site.app.calendar.now() + timedelta(days=days))


def amend_june(site: Site) -> None:
    at = site.app.calendar.now()
    with Session(site.app.engine) as session, write_transaction(session):
        reopen(session, "2020-06", "on", at=at - timedelta(hours=2))
        submit(session, "4.3", "2020-06", ReportDraft(status=Status.SUBSTANTIAL, progress=TWELVE), at=at - timedelta(hours=1))


@ESSENTIAL
def test_quarter_is_published_corrected_and_withdrawn(october: Site, open_browser: OpenBrowser, lang: str, js: bool) -> None:
    user = open_browser(october, lang, js=js).use_session_of("secretariat").expect_statuses(422)
    page, main, translate = user.page, user.page.get_by_role("main"), user.translate

    def press(words: str, **values: object) -> None:
        main.get_by_role("button", name=translate(words, **values), exact=True).click()

    user.open("plans/2020/quarters/2020-09")
    main.get_by_role("link", name=translate("Publish…"), exact=True).click()
    user.expect_path("admin/publications/quarters/2020-09")
    expect(main.locator(".item-list").first).to_contain_text("5.4")
    press("Publish Quarter %(quarter)s", quarter=3)
    expect(main.get_by_role("alert")).to_be_focused()
    problems = check_page(user, "a quarter, refused") if js else []
    page.fill("#override_reason", "The translation is late.")
    page.fill("#visible_on", "2020-11-02")
    press("Publish Quarter %(quarter)s", quarter=3)
    user.expect_path("admin/publications", allow_suffix=True)
    expect(main.get_by_role("status")).to_be_focused()
    assert (len(record(october).quarters), len(record(october, days=8).quarters)) == (2, 3)
    problems += check_page(user, "publications") if js else []

    amend_june(october)
    user.open("admin/publications/quarters/2020-06")
    expect(main.locator("dl").first).to_contain_text("Eleven resources")
    for code, text in REASON.items():
        page.fill(f"#correction_reason_{code}", text)
    problems += check_page(user, "a correction") if js else []
    press("Publish the correction")
    expect(main.get_by_role("status")).to_be_focused()
    assert record(october).quarter("2020-06").edition == 2

    main.locator("#quarter-2020-06").get_by_role("link", name=translate("Withdraw…")).click()
    for code, text in REASON.items():
        page.fill(f"#reason_{code}", text)
    problems += check_page(user, "a withdrawal") if js else []
    press("Withdraw this publication")
    expect(main.locator("#quarter-2020-06")).to_contain_text(REASON[lang])
    assert [notice.key for notice in record(october).withdrawals] == ["2020-06"]
    assert problems == []
