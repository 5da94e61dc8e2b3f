"""A co-chair checks who has reported and reminds the others; the emails are delivered to a real server."""

from __future__ import annotations

from playwright.sync_api import expect

from cogwg.mail.delivery import deliver
from cogwg.mail.models import OutboxMessage
from cogwg.mail.transport import create_transport
from cogwg.notices.cancellation import cancelled_messages
from tests.e2e import axe
from tests.e2e.conftest import OpenBrowser
from tests.e2e.site import Site
from tests.e2e.test_every_page import check_page
from tests.mail.server import MailServer

REMINDER_TEXT = {
    "en": "We present on October 8: please report.",
    "fr": "La présentation a lieu le 8 octobre\u00a0: à vos rapports.",
}


def test_reporting_status_and_reminder_reach_those_missing(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    chair = open_browser(site, lang).use_session_of("chair")
    page = chair.page
    chair.open("plans/2020")
    page.get_by_role("navigation").get_by_role("link", name=chair.translate("Reporting status"), exact=True).click()
    chair.expect_path("readiness")
    expect(page.locator("p.lede")).to_contain_text("10")
    expect(page.locator("#row-on")).to_contain_text(chair.translate("%(num)s of %(total)s received", num=0, total=3))
    page.get_by_role("link", name=chair.translate("No draft yet")).click()
    expect(page.locator("#reports")).to_contain_text("3.3")
    expect(page.locator("#row-sk")).to_have_count(0)
    page.get_by_role("link", name=chair.translate("Show all jurisdictions")).click()
    expect(page.locator("#row-sk")).to_be_visible()

    page.locator("main a.button.primary").click()
    expect(page.locator("ul.recipient-list").first).to_contain_text("N. Osei")
    page.fill(f'[name="text_{lang}"]', REMINDER_TEXT[lang])
    page.fill('[name="text_en"]', REMINDER_TEXT["en"])
    page.locator("main button.primary").click()
    expect(page.get_by_role("status").filter(has_text="N. Osei")).to_be_visible()
    page.get_by_role("link", name=chair.translate("No reminders to send. Why?")).click()
    expect(page.get_by_role("main")).to_contain_text(chair.translate("There are no reminders to send."))
    assert axe.find_violations(page) == []

    with MailServer() as server:
        transport, now = create_transport(server.settings, print), site.app.calendar.now()
        result = deliver(
            site.app.engine,
            transport,
            site.app.clock,
            find_cancelled=lambda session, messages: cancelled_messages(session, messages, at=now),
        )
        assert result.sent == 3
        assert server.recipients == [f"{name}@demo.cogwg.example" for name in ("bc", "chair", "ontario")]
        assert all(REMINDER_TEXT["en"] in message.get_body(("plain",)).get_content() for message in server.inbox)  # type: ignore[union-attr]
    assert all(stored.sent_at for stored in site.app.rows(OutboxMessage))


def test_reminder_link_opens_the_quarter_after_sign_in(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    lead = open_browser(site, lang)
    page = lead.page
    lead.open("my-updates?period=2020-09")
    page.fill("#email", "ontario@demo.cogwg.example")
    page.fill("#password", "a sample pass phrase")
    page.get_by_role("button", name=lead.translate("Sign in"), exact=True).click()
    lead.expect_path("my-updates?period=2020-09")
    expect(page.locator("article.update")).to_have_count(5)


def test_co_chair_and_secretariat_pages_pass_checks(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    secretariat = open_browser(site, lang).use_session_of("secretariat")
    secretariat.open("readiness/remind")
    problems = check_page(secretariat, "remind")
    secretariat.page.locator("main button.primary").click()
    expect(secretariat.page.get_by_role("status").filter(has_text="N. Osei")).to_be_visible()
    for place in ("readiness?period=2020-06&show=nothing", "readiness?period=2020-12", "readiness/remind", "admin/outbox"):
        secretariat.open(place)
        problems += check_page(secretariat, place)
    assert problems == []
