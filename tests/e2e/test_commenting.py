"""A citizen without an account answers a commitment's question, comes back with the private link, and sees what came of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from cogwg.core.bilingual import Language
from cogwg.engagement.scales import CommentState, RefusalReason, Subject
from tests.databases import Databases
from tests.e2e.browser_user import BrowserUser
from tests.e2e.conftest import OpenBrowser
from tests.e2e.site import SERVED, Site
from tests.e2e.test_every_page import check_page
from tests.engagement.sample import CLOSED, CYCLE, OPEN
from tests.sessions import ESSENTIAL
from tests.web.engagement.commenting import Commenting
from tests.web.public.publishing import publish_all_commitments
from tests.web_client import App

TEXTS = {"en": "Who answers for each milestone of the plan?", "fr": "Qui est responsable de chaque jalon du plan?"}
EDITED = {"en": "Say who answers for each milestone.", "fr": "Dites qui est responsable de chaque jalon."}
FORM = f"engagement/{CYCLE}/{OPEN}/comment"


@pytest.fixture
def commenting(databases: Databases) -> Iterator[Commenting]:
    """The demo data with two published quarters, four published commitments and a phase that takes comments."""
    app = App(databases.create("sqlite", "published"), extra_settings=dict(SERVED))
    publish_all_commitments(app)
    yield Commenting(app)
    app.close()


@pytest.fixture
def site(commenting: Commenting) -> Iterator[Site]:
    with Site(commenting.app) as opened:
        yield opened


def send(citizen: BrowserUser, commenting: Commenting, text: str) -> None:
    """Write a comment in the form that is open, and send it."""
    citizen.page.get_by_label(citizen.translate("Your comment"), exact=True).fill(text)
    commenting.app.clock.advance(seconds=10)
    citizen.page.get_by_role("button", name=citizen.translate("Send your comment")).click()


@ESSENTIAL
def test_citizen_answers_a_question_and_sees_what_came_of_it(
    site: Site, commenting: Commenting, open_browser: OpenBrowser, lang: str, js: bool
) -> None:
    citizen = open_browser(site, lang, js=js).expect_statuses(422)
    page = citizen.page
    citizen.open("commitments/CA0060")
    page.get_by_role("link", name=citizen.translate("Answer in public")).first.click()
    citizen.expect_path(FORM, allow_suffix=True)
    send(citizen, commenting, "")
    expect(page.get_by_role("alert")).to_contain_text(citizen.translate("Write your comment."))
    page.get_by_label(citizen.translate("Name (optional)")).fill("Zoé Roy")
    send(citizen, commenting, TEXTS[lang])
    expect(page.get_by_role("heading", level=1)).to_have_text(citizen.translate("We have received your comment"))
    link = page.get_by_label(citizen.translate("Private link"), exact=True).input_value()
    (comment,) = commenting.comments()
    assert (comment.about, comment.about_key, comment.page_lang) == (Subject.COMMITMENT, "CA0060/1", Language(lang))

    page.get_by_role("link", name=citizen.translate("Edit your comment")).click()
    page.get_by_label(citizen.translate("Your comment"), exact=True).fill(EDITED[lang])
    page.get_by_role("button", name=citizen.translate("Save your comment")).click()
    expect(page.get_by_role("main")).to_contain_text(EDITED[lang])
    id_ = commenting.decide(CommentState.PUBLISHED)

    path = link.partition("/comments/")[2]
    citizen.open(f"comments/{path}")
    page.get_by_role("link", name=citizen.translate("Read the published comment")).click()
    citizen.expect_path(f"comments/{id_}")
    expect(page.get_by_role("main")).to_contain_text("Zoé Roy")

    citizen.open(f"comments/{path}/information")
    page.get_by_role("button", name=citizen.translate("Delete name and email address")).click()
    citizen.expect_path(f"comments/{path}", allow_suffix=True)
    citizen.open(f"comments/{id_}")
    page.reload()  # a browser shows a public page again without asking for a minute
    expect(page.get_by_role("main")).not_to_contain_text("Zoé Roy")

    citizen.open(f"comments/{path}/withdraw")
    page.get_by_role("main").get_by_role("button", name=citizen.translate("Withdraw your comment")).click()
    expect(page.get_by_role("main")).to_contain_text(citizen.translate("Withdrawn."))
    assert citizen.context.cookies() == []


def test_citizen_appeals_a_refusal(site: Site, commenting: Commenting, open_browser: OpenBrowser, lang: str, js: bool) -> None:
    citizen = open_browser(site, lang, js=js)
    page = citizen.page
    citizen.open(FORM)
    send(citizen, commenting, TEXTS[lang])
    expect(page.get_by_role("heading", level=1)).to_have_text(citizen.translate("We have received your comment"))
    commenting.decide(CommentState.REFUSED, reason=RefusalReason.OFF_TOPIC, note="Taxes.")
    page.reload()
    expect(page.get_by_role("main")).to_contain_text(RefusalReason.OFF_TOPIC.label.text(lang))
    page.get_by_role("link", name=citizen.translate("Appeal the decision")).click()
    page.get_by_label(citizen.translate("Why should your comment be published?")).fill(TEXTS[lang])
    page.get_by_role("button", name=citizen.translate("Appeal the decision")).click()
    expect(page.get_by_role("main")).to_contain_text(citizen.translate("Under appeal."))


def test_pages_pass_axe_and_fit_a_phone(site: Site, commenting: Commenting, open_browser: OpenBrowser, lang: str) -> None:
    citizen = open_browser(site, lang).expect_statuses(403, 404, 422)
    citizen.open(FORM)
    problems = check_page(citizen, FORM)
    send(citizen, commenting, "x" * 5001)
    expect(citizen.page.get_by_role("alert")).to_be_visible()
    problems += check_page(citizen, "a text that is too long")
    send(citizen, commenting, TEXTS[lang])
    citizen.page.wait_for_url("**/comments/private/**")
    link = citizen.page.url.partition(f"/{lang}/")[2].partition("?")[0]
    problems += check_page(citizen, "the receipt")
    for part in ("edit", "withdraw", "information"):
        citizen.open(f"{link}/{part}")
        problems += check_page(citizen, part)
    commenting.decide(CommentState.REFUSED, reason=RefusalReason.OTHER, note="Taxes.")
    for path in (link, f"{link}/appeal", f"{link}x", f"engagement/{CYCLE}/{CLOSED}/comment"):
        citizen.open(path)
        problems += check_page(citizen, path)
    id_ = commenting.decide(CommentState.PUBLISHED)
    for path in (f"comments/{id_}", f"engagement/{CYCLE}/comments", f"engagement/{CYCLE}/comments?q=milestone"):
        citizen.open(path)
        problems += check_page(citizen, path)
    assert problems == []


def test_form_is_read_and_reached_in_its_order(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    """What is asked comes before the fields, each with its label and hint, and the field that stays empty is nowhere."""
    citizen = open_browser(site, lang)
    citizen.open(FORM)
    main = citizen.page.get_by_role("main")
    names = ("About", "Your comment", "Name (optional)", "Email (optional)", "Send your comment")
    snapshot = main.aria_snapshot()
    places = [snapshot.index(f'"{citizen.translate(name)}"') for name in names]
    assert places == sorted(places)
    assert snapshot.index("heading") < places[0]
    assert citizen.translate("Leave this field empty") not in snapshot

    citizen.page.get_by_label(citizen.translate("About"), exact=True).focus()
    reached = []
    for _name in names:
        reached.append(citizen.page.evaluate("document.activeElement.name || document.activeElement.textContent"))
        citizen.page.keyboard.press("Tab")
    assert reached == ["about", "text", "name", "email", citizen.translate("Send your comment")]


def test_form_of_another_site_is_refused_by_the_browser_and_the_server(
    site: Site, commenting: Commenting, open_browser: OpenBrowser
) -> None:
    """The page of the other site has a stamp that it got for itself."""
    citizen = open_browser(site).expect_statuses(400)
    stamp = commenting.open_form().form("comment").value("stamp")
    commenting.app.clock.advance(seconds=10)
    target = f"{site.address}/en/{FORM}"
    form = (
        f'<form method="post" action="{target}"><input name="stamp" value="{stamp}"><input name="text" value="Forged."></form>'
    )
    citizen.page.route("http://other.example/**", lambda route: route.fulfill(body=form, content_type="text/html"))
    citizen.expect_other_site("http://other.example")
    citizen.page.goto("http://other.example/")
    with citizen.page.expect_navigation():
        citizen.page.evaluate("document.forms[0].submit()")
    assert commenting.comments() == []


def test_box_for_a_comment_has_room_and_counts_from_the_start(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    citizen = open_browser(site, lang)
    citizen.open(FORM)
    box = citizen.page.get_by_label(citizen.translate("Your comment"), exact=True)
    size = box.bounding_box()
    assert size is not None
    assert size["height"] >= 8 * 24
    box.press_sequentially("Who")
    count = box.locator("+ .characters-left")
    expect(count).to_have_text(citizen.translate("%(num)s characters left", num={"en": "4,997", "fr": "4\u00a0997"}[lang]))
    expect(count).to_have_attribute("aria-live", "off")
    box.fill("x" * 4600)
    expect(count).to_have_attribute("aria-live", "polite")
