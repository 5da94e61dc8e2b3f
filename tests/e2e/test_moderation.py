"""A moderator clears thirty comments by keyboard, with and without scripts, and a second person confirms the refusals."""

from __future__ import annotations

from playwright.sync_api import expect
from sqlalchemy.orm import Session

from cogwg.core.db import write_transaction
from cogwg.engagement.models import PublicComment
from cogwg.engagement.scales import CommentState
from cogwg.tracker.publishing_comments import copy_comments
from cogwg.tracker.publishing_engagement import publish_cycle
from tests.e2e.conftest import OpenBrowser
from tests.e2e.site import Site
from tests.e2e.test_every_page import check_page
from tests.engagement.comments import CYCLE, add_comment, add_moderation

TEXTS = (
    "Publish contracts under $10,000 too, in the same file as the others.",
    "You can call our clerk at 613-555-0123 for details.",
    "Buy followers now at followers.example",
    "Publish contracts under $10,000 too, in the same file as the others!",
    "I am not sure that this is about the plan. Please look at it.",
    "The plan should say how small towns can take part. We have no staff for open data.",
)
COUNT = 30
EXPECTED = {"published": 16, "second": 4, "duplicate": 5, "held": 5}
"""Of each six, two are published as they are, one with masks; one is refused, one a duplicate, one on hold. The third of those
that are refused is published instead, after that was undone."""


def add_comments(site: Site) -> None:
    with Session(site.app.engine) as session, write_transaction(session):
        record = add_moderation(session)
        for number in range(COUNT):
            add_comment(session, record.reviewing, TEXTS[number % len(TEXTS)], number)


def states(site: Site) -> dict[str, int]:
    counts: dict[str, int] = {}
    for comment in site.app.rows(PublicComment, PublicComment.state != CommentState.WAITING):
        counts[comment.state.value] = counts.get(comment.state.value, 0) + 1
    return counts


def test_moderator_clears_thirty_comments_by_keyboard(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    add_comments(site)
    moderator = open_browser(site, lang).use_session_of("moderating")
    page = moderator.page
    moderator.open("")
    page.locator(".site-nav").get_by_role("link", name=moderator.translate("Moderation"), exact=True).click()
    moderator.expect_path("admin/comments")
    problems = check_page(moderator, "list")
    moderator.tab_to("#comment-1")
    for number in range(COUNT):
        comment = page.locator(f"#comment-{number + 1}")
        expect(comment).to_be_focused()
        kind = number % len(TEXTS)
        if kind in (0, 5):
            page.keyboard.press("p")
        elif kind == 1:
            page.keyboard.press("m")
        elif kind == 2:
            page.keyboard.press("r")
            page.keyboard.press("Space")
            page.keyboard.press("Tab")
            page.keyboard.type("puh")
            page.keyboard.press("Tab")
            page.keyboard.press("Enter")
        elif kind == 3:
            page.keyboard.press("d")
            page.keyboard.press("Enter")
        else:
            page.keyboard.press("H")  # as Caps Lock sends it
        if number == 14:
            expect(page.locator("#comment-16")).to_be_focused()
            page.keyboard.press("u")
            expect(comment).to_be_focused()
            page.keyboard.press("p")
    expect(page.locator("#queue")).to_contain_text(moderator.translate("No comments are waiting. New comments appear here."))
    moderator.expect_focus("[data-focus]")
    expect(page.locator("#status")).not_to_be_empty()
    assert states(site) == EXPECTED
    problems += check_page(moderator, "empty list")
    for tab in ("second", "held", "published", "duplicate"):
        moderator.open(f"admin/comments?tab={tab}")
        problems += check_page(moderator, tab)
    assert problems == []


def test_keys_decide_in_the_list_only_and_can_be_turned_off(site: Site, open_browser: OpenBrowser) -> None:
    add_comments(site)
    moderator = open_browser(site).use_session_of("moderating")
    page = moderator.page
    moderator.open("admin/comments")
    page.locator(".site-nav a").first.focus()
    page.keyboard.press("p")
    page.keyboard.press("j")
    expect(page.locator("#comment-1")).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator("#comment-2")).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator("#comment-1")).to_be_focused()
    page.get_by_role("button", name="Turn shortcuts off").click()
    page.locator("#comment-1").focus()
    page.keyboard.press("p")
    page.keyboard.press("j")
    expect(page.locator("#comment-1")).to_be_focused()
    page.reload()
    expect(page.get_by_role("button", name="Turn shortcuts on")).to_be_visible()
    assert states(site) == {}


def test_words_that_are_selected_are_those_to_mask(site: Site, open_browser: OpenBrowser) -> None:
    add_comments(site)
    moderator = open_browser(site).use_session_of("moderating")
    page = moderator.page
    moderator.open("admin/comments")
    page.locator("#comment-1").focus()
    page.evaluate(
        """() => { const text = document.querySelector('#comment-1-text').firstChild;
             const range = document.createRange(); const start = text.data.indexOf('contracts');
             range.setStart(text, start); range.setEnd(text, start + 9); getSelection().addRange(range); }"""
    )
    page.keyboard.press("m")
    expect(page.locator("#c1-words")).to_be_focused()
    expect(page.locator("#c1-words")).to_have_value("contracts")


def test_thirty_comments_are_cleared_without_scripts(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    add_comments(site)
    moderator = open_browser(site, lang, js=False).use_session_of("moderating")
    page = moderator.page
    moderator.open("admin/comments")
    for number in range(COUNT):
        comment = page.locator(f"#comment-{number + 1}")
        kind = number % len(TEXTS)
        if kind == 2:
            comment.locator("summary", has_text=moderator.translate("Refuse")).press("Enter")
            comment.locator('input[value="advertising"]').check()
            comment.locator('button[value="refuse"]').press("Enter")
        else:
            value = ("publish", "mask", "", "duplicate", "hold", "publish")[kind]
            if kind == 3:
                comment.locator("summary", has_text=moderator.translate("Duplicate of another comment")).press("Enter")
            comment.locator(f'button[value="{value}"]').first.press("Enter")
        moderator.expect_focus("#outcome")
    assert states(site) == {**EXPECTED, "published": 15, "second": 5}
    second = open_browser(site, lang, js=False).use_session_of("seconding")
    second.open("admin/comments?tab=second")
    for _number in range(5):
        second.page.locator('button[value="confirm"]').first.press("Enter")
        second.expect_focus("#outcome")
    assert states(site) == {"published": 15, "refused": 5, "duplicate": 5, "held": 5}


def test_everyone_reads_the_rules_and_the_counts(site: Site, open_browser: OpenBrowser, lang: str, js: bool) -> None:
    with Session(site.app.engine) as session, write_transaction(session):
        record = add_moderation(session)
        comments = [
            add_comment(session, record.reviewing, TEXTS[0], state=state)
            for state in (CommentState.PUBLISHED, CommentState.HELD)
        ]
        copy_comments(session, [comment.id for comment in comments])
        publish_cycle(session, CYCLE, shown=None, override_reason="A test.", by=record.moderator, at=site.app.calendar.now())
    reader = open_browser(site, lang, js=js)
    reader.open(f"engagement/{CYCLE}")
    reader.page.get_by_role("link", name=reader.translate("Moderation rules and counts")).click()
    reader.expect_path(f"engagement/{CYCLE}/moderation")
    expect(reader.page.get_by_role("table")).to_contain_text(reader.translate("All phases"))
    if js:
        assert check_page(reader, "moderation") == []
