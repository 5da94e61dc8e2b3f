"""A co-chair, ten minutes: who has reported, and a reminder to those who have not; its mail really leaves."""

from __future__ import annotations

from playwright.sync_api import expect

from cogwg.mail.delivery import deliver
from cogwg.mail.models import Letter
from cogwg.mail.transport import transport
from cogwg.notices.moot import moot
from tests.journeys import axe
from tests.journeys.conftest import Arrive
from tests.journeys.site import Site
from tests.journeys.test_every_page import look
from tests.mail.server import MailServer

WORDS = {"en": "We present on 8 October: please report.", "fr": "La présentation a lieu le 8 octobre\u00a0: à vos rapports."}


def test_a_co_chair_sees_who_has_reported_and_reminds_those_missing(site: Site, arrive: Arrive, lang: str) -> None:
    chair = arrive(site, lang).enter("chair")
    page = chair.page
    chair.go("plans/2020")
    page.get_by_role("navigation").get_by_role("link", name=chair.says("Readiness"), exact=True).click()
    chair.at("readiness")
    expect(page.locator("p.lede")).to_contain_text("10")
    expect(page.locator("#row-on")).to_contain_text(chair.says("%(num)s of %(total)s in", num=0, total=3))
    page.get_by_role("link", name=chair.says("Not begun")).click()
    expect(page.locator("#reports")).to_contain_text("3.3")
    expect(page.locator("#row-sk")).to_have_count(0)
    page.get_by_role("link", name=chair.says("Show every jurisdiction")).click()
    expect(page.locator("#row-sk")).to_be_visible()

    page.locator("main a.button.primary").click()
    expect(page.locator("ul.people").first).to_contain_text("N. Osei")
    page.fill(f'[name="text_{lang}"]', WORDS[lang])
    page.fill('[name="text_en"]', WORDS["en"])
    page.locator("main button.primary").click()
    expect(page.get_by_role("status").filter(has_text="N. Osei")).to_be_visible()
    page.get_by_role("link", name=chair.says("Nobody can be reminded now: see why")).click()
    expect(page.get_by_role("main")).to_contain_text(chair.says("There is nobody to remind now."))
    assert axe.faults(page) == []

    with MailServer() as server:
        way, now = transport(server.settings, print), site.house.calendar.now()
        done = deliver(site.house.engine, way, site.house.clock, moot=lambda session, found: moot(session, found, at=now))
        assert done.sent == 3
        assert server.recipients == [f"{name}@demo.cogwg.example" for name in ("bc", "chair", "ontario")]
        assert all(WORDS["en"] in message.get_body(("plain",)).get_content() for message in server.inbox)  # type: ignore[union-attr]
    assert all(letter.sent_at for letter in site.house.rows(Letter))


def test_the_link_of_a_reminder_opens_the_quarter_after_signing_in(site: Site, arrive: Arrive, lang: str) -> None:
    lead = arrive(site, lang)
    page = lead.page
    lead.go("my-updates?period=2020-09")
    page.fill("#email", "ontario@demo.cogwg.example")
    page.fill("#password", "a sample pass phrase")
    page.get_by_role("button", name=lead.says("Sign in"), exact=True).click()
    lead.at("my-updates?period=2020-09")
    expect(page.locator("article.update")).to_have_count(5)


def test_the_pages_of_a_co_chair_and_the_secretariat(site: Site, arrive: Arrive, lang: str) -> None:
    secretariat = arrive(site, lang).enter("secretariat")
    secretariat.go("readiness/remind")
    found = look(secretariat, "remind")
    secretariat.page.locator("main button.primary").click()
    expect(secretariat.page.get_by_role("status").filter(has_text="N. Osei")).to_be_visible()
    for place in ("readiness?period=2020-06&show=nothing", "readiness?period=2020-12", "readiness/remind", "outbox"):
        secretariat.go(place)
        found += look(secretariat, place)
    assert found == []
