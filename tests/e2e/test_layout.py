"""Where things stand on the screen, in both languages: on a wide screen and on a phone of 320 pixels."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import axe
from tests.e2e.conftest import OpenBrowser
from tests.e2e.site import Site

WIDTHS = (1280, 320)
HEAD_LIMIT, PHONE = 100, 320
HEIGHT = 900
LEAST_GAP = 8
"""At least this many pixels are between a field and the label or hint below it."""

FIND_STUCK_LABELS = """limit => {
  const visible = (e) => e.checkVisibility() && e.getBoundingClientRect().height > 2 && !e.matches(".visually-hidden");
  const fields = [...document.querySelectorAll("main :is(textarea, select, input[type=text], .radio-strip, form .button)")];
  const labels = [...document.querySelectorAll("main :is(label, legend, .field-label, .hint)")];
  const found = [];
  for (const label of labels.filter((e) => visible(e) && !e.closest(".radio-strip, .checkbox-label")))
    for (const field of fields.filter(visible)) {
      const above = field.getBoundingClientRect(), below = label.getBoundingClientRect();
      const gap = below.top - above.bottom;
      if (gap > -4 && gap < limit && above.left < below.right && below.left < above.right)
        found.push(`${gap}: ${field.className || field.name}, ${label.textContent.trim().slice(0, 40)}`);
    }
  return found;
}"""
FILTER_HEIGHTS = """() => [...document.querySelectorAll(":is(.filter-bar, .inline-filter)")].map((bar) =>
  [...new Set([...bar.querySelectorAll(":is(select, input[type=text], .button)")].map((e) => e.offsetHeight))])"""
CUT_CHOICES = """() => [...document.querySelectorAll("main select")].filter((select) => {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = getComputedStyle(select).font;
  return pen.measureText(select.selectedOptions[0].textContent.trim()).width > select.clientWidth - 36;
}).map((select) => select.name)"""

BROKEN_OR_SMALL_WORDS = r"""() => {
  const walker = document.createTreeWalker(document.querySelector(".slide-viewer"), NodeFilter.SHOW_TEXT), found = [];
  const range = document.createRange();
  for (let node; (node = walker.nextNode()); ) {
    const box = node.parentElement;
    if (!box.closest(".slide-canvas") || box.closest("svg")) continue;
    const text = node.textContent.trim(), size = parseFloat(getComputedStyle(box).fontSize);
    if (text && size < 11.5 && !box.closest("thead, .language-note")) found.push(`small: ${text}`);
    for (const word of node.textContent.matchAll(/[\p{L}\p{N}]+/gu)) {
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      const lines = new Set([...range.getClientRects()].filter((r) => r.width > 0).map((r) => Math.round(r.top)));
      if (lines.size > 1) found.push(`broken: ${word[0]}`);
    }
  }
  return found;
}"""


def at_each(page: Page, widths: tuple[int, ...] = WIDTHS) -> Iterator[int]:
    """Show the page at each width, without loading it again."""
    for width in widths:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        yield width


def unfold(page: Page) -> None:
    page.evaluate("for (const fold of document.querySelectorAll('main details')) fold.open = true")


def height_of(page: Page, css: str) -> float:
    box = page.locator(css).bounding_box()
    assert box is not None
    return box["height"]


@pytest.mark.parametrize("name", ["chair", "ontario", "visitor"])
def test_head_on_a_phone_is_compact_and_opens_by_keyboard(
    read_only_site: Site, open_browser: OpenBrowser, lang: str, js: bool, name: str
) -> None:
    user = open_browser(read_only_site, lang, js=js, width=PHONE)
    if name != "visitor":
        user.use_session_of(name)
    user.open("plans/2020")
    assert height_of(user.page, ".site-header-bar") <= HEAD_LIMIT
    expect(user.page.locator(".site-header [hreflang]")).to_be_visible()
    user.tab_to(".site-menu summary")
    user.page.keyboard.press("Enter")
    if name == "visitor":
        expect(user.page.get_by_role("link", name=user.translate("Sign in"))).to_be_visible()
    else:
        expect(user.page.get_by_role("button", name=user.translate("Sign out"))).to_be_visible()
        user.tab_to(".account-nav button")
    for link in user.page.locator(".site-nav a").all():
        expect(link).to_be_visible()
        user.tab_to(f'.site-nav a[href="{link.get_attribute("href")}"]')
    assert user.page.evaluate("document.documentElement.scrollWidth") <= PHONE
    if js:
        assert axe.find_violations(user.page) == []
    if js and name != "visitor":
        user.page.keyboard.press("Escape")
        expect(user.page.locator(".site-menu summary")).to_be_focused()
        expect(user.page.locator(".site-nav")).to_be_hidden()


def test_label_keeps_its_distance_from_the_field_above(read_only_site: Site, open_browser: OpenBrowser, lang: str) -> None:
    for name, paths in (
        ("ontario", ("my-updates", "plans/2020/activities/4.3/report")),
        ("chair", ("briefings/{briefing}", "briefings/{briefing}/meeting", "briefings/{briefing}/next-steps")),
    ):
        user = open_browser(read_only_site, lang).use_session_of(name)
        for path in paths:
            user.open(read_only_site.path(path))
            for width in at_each(user.page):
                assert user.page.evaluate(FIND_STUCK_LABELS, LEAST_GAP) == [], (path, width)


def test_controls_of_a_filter_have_one_height_and_show_their_choice(
    read_only_site: Site, open_browser: OpenBrowser, lang: str
) -> None:
    chair = open_browser(read_only_site, lang).use_session_of("chair")
    for path in ("plans/2020?view=list", "plans/2020?view=timeline", "milestones", "challenges", "briefings/compare"):
        chair.open(path)
        for width in at_each(chair.page):
            assert all(len(heights) == 1 for heights in chair.page.evaluate(FILTER_HEIGHTS)), (path, width)
            assert chair.page.evaluate(CUT_CHOICES) == [], (path, width)


def test_mark_in_facts_has_the_colour_of_its_word(read_only_site: Site, open_browser: OpenBrowser) -> None:
    lead = open_browser(read_only_site).use_session_of("ontario")
    lead.open("my-updates")
    marks = lead.page.locator(".facts .mark").evaluate_all(
        "marks => marks.filter(m => m.querySelector('svg')).map(m => [getComputedStyle(m).color, "
        "getComputedStyle(m.querySelector('svg')).color])"
    )
    assert len({mark for _word, mark in marks}) > 2
    assert [word for word, _mark in marks] == [mark for _word, mark in marks]


CUT_TEXTS = """() => [...document.querySelectorAll(".drawing")].filter((e) => e.checkVisibility()).flatMap((drawing) => {
  const edge = drawing.getBoundingClientRect().right, cut = [];
  for (const text of drawing.querySelectorAll("a, .drawing-label span, text.drawing-label")) {
    const box = text.getBoundingClientRect();
    const isWhole = text.scrollWidth <= text.clientWidth + 1 && text.scrollHeight <= text.clientHeight + 1;
    if (text.textContent.includes("…") || !isWhole || box.right > edge + 1) cut.push(text.textContent.trim());
  }
  return cut;
})"""
CROSSED_LABELS = """() => [...document.querySelectorAll(".drawing")].filter((e) => e.checkVisibility()).flatMap((drawing) =>
  [...drawing.querySelectorAll(".drawing-label")].filter((label) => {
    const grounds = [label, label.firstElementChild || label].map((e) => getComputedStyle(e).backgroundColor);
    return !grounds.some((ground) => ground.startsWith("rgb("));
  }).map((label) => label.textContent))"""


def test_text_of_the_timeline_is_whole_on_a_ground_of_its_own(
    read_only_site: Site, open_browser: OpenBrowser, lang: str
) -> None:
    visitor = open_browser(read_only_site, lang)
    visitor.open("plans/2020?view=timeline")
    visitor.wait_until_loaded()
    for width in at_each(visitor.page):
        assert visitor.page.evaluate(CUT_TEXTS) == [], width
        assert visitor.page.evaluate(CROSSED_LABELS) == [], width


FIND_TOUCHING = """limit => {
  const visible = (e) => e.checkVisibility() && e.getBoundingClientRect().height > 2
    && !e.closest(".visually-hidden, .drawing, .menu-items");
  const all = (css) => [...document.querySelectorAll(`main :is(${css})`)].filter(visible);
  const words = (e) => e.textContent.trim().slice(0, 40), found = [];
  for (const text of all("p, .meta, summary, .quote > div, h2, .button, textarea"))
    for (const control of all(".button, textarea, .error-summary, .panel")) {
      if (text.contains(control) || control.contains(text)) continue;
      const a = text.getBoundingClientRect(), b = control.getBoundingClientRect();
      const gap = Math.max(b.top - a.bottom, a.top - b.bottom);
      const isBeside = a.right <= b.left || b.right <= a.left;
      if (!isBeside && gap > -4 && gap < limit) found.push(`${gap}: ${words(text)} / ${words(control)}`);
    }
  return found;
}"""
PAGES_WITH_FORMS = {
    "ontario": ["my-updates/submit", "plans/2020/activities/3.2", "plans/2020/activities/3.2/report"],
    "chair": [
        "plans/2020/quarters/2020-09",
        "plans/2020/priorities/3",
        "translations",
        "challenges",
        "account",
        "briefings/new",
        "briefings/{frozen}/versions/1/decisions/1",
        *(f"briefings/{{briefing}}/{step}" for step in ("changes", "news", "priorities", "next-steps", "slides", "links")),
    ],
    "secretariat": ["admin/outbox", "admin/outbox/1"],
}


@pytest.mark.parametrize("name", PAGES_WITH_FORMS)
@pytest.mark.parametrize(("code", "width"), [("fr", 320), ("en", 1280)])
def test_text_touches_no_button_or_field(
    read_only_site: Site, open_browser: OpenBrowser, name: str, code: str, width: int
) -> None:
    user = open_browser(read_only_site, code, width=width).use_session_of(name)
    for path in PAGES_WITH_FORMS[name]:
        answer = user.open(read_only_site.path(path))
        assert answer.status == 200, path
        assert user.page.evaluate(FIND_TOUCHING, 3) == [], path


FIND_GAPS = """box => {
  const edges = box.getBoundingClientRect(), texts = [...document.querySelectorAll("main :is(h1, h2, p, dl, label, .button)")];
  const others = texts.filter((e) => e.checkVisibility() && !box.contains(e) && !e.contains(box))
    .map((e) => e.getBoundingClientRect()).filter((e) => e.height > 2);
  return others.map((e) => Math.max(edges.top - e.bottom, e.top - edges.bottom));
}"""
"""The distances of a box from the texts and buttons of its page; negative where they overlap."""


@pytest.mark.parametrize(
    ("path", "button"),
    [("milestones", ".news-form .actions .button"), ("plans/2020/activities/3.4", 'form[action$="decline"] .actions .button')],
)
def test_box_of_errors_keeps_its_distance_from_what_is_above_and_below(
    read_only_site: Site, open_browser: OpenBrowser, lang: str, path: str, button: str
) -> None:
    chair = open_browser(read_only_site, lang).use_session_of("chair").expect_statuses(422)
    chair.open(path)
    unfold(chair.page)
    chair.page.locator(button).first.click()
    expect(chair.page.locator(".error-summary")).to_be_visible()
    for width in at_each(chair.page):
        assert min(chair.page.locator(".error-summary").evaluate(FIND_GAPS)) >= LEAST_GAP, width


def test_vacant_role_says_since_when_beside_its_date(read_only_site: Site, open_browser: OpenBrowser, lang: str) -> None:
    chair = open_browser(read_only_site, lang).use_session_of("chair")
    chair.open("vacancies")
    cells = chair.page.locator("main tbody td:nth-child(3)")
    expect(cells.filter(has_text="2020")).not_to_have_count(0)
    for width in at_each(chair.page):
        texts = cells.evaluate_all("cells => cells.map((cell) => cell.innerText)")
        assert {chair.translate("Since") in text for text in texts} == {width == PHONE}
        heights = chair.page.locator("main td .chip").evaluate_all("chips => chips.map((chip) => chip.offsetHeight)")
        assert max(heights) < 30, "its words are on one line"


def test_empty_cell_shows_no_dot(read_only_site: Site, open_browser: OpenBrowser, lang: str) -> None:
    user = open_browser(read_only_site, lang).use_session_of("chair")
    for path in ("plans/2020", "readiness", "plans/2020?view=list"):
        user.open(path)
        cells = user.page.locator("main td").evaluate_all("cells => cells.map((cell) => cell.innerText)")
        assert cells
        assert [cell for cell in cells if "·" in cell] == [], path


def test_toolbar_of_a_version_is_one_line(read_only_site: Site, open_browser: OpenBrowser, lang: str) -> None:
    chair = open_browser(read_only_site, lang).use_session_of("chair")
    chair.open(read_only_site.path("briefings/{frozen}/versions/1"))
    tops = chair.page.locator(".actions").first.evaluate(
        "bar => [...bar.children].map((item) => { const b = item.getBoundingClientRect(); return (b.top + b.bottom) / 2; })"
    )
    assert len(tops) > 3
    assert max(tops) - min(tops) < 4


def test_buttons_of_a_report_are_on_one_line(read_only_site: Site, open_browser: OpenBrowser, lang: str) -> None:
    lead = open_browser(read_only_site, lang).use_session_of("ontario")
    lead.open("my-updates")
    buttons = lead.open_update("4.3").locator(".actions .button")
    expect(buttons).to_have_count(3)
    for width in at_each(lead.page, (1280, 1199, 1100, 1024)):
        assert len(set(buttons.evaluate_all("buttons => buttons.map((button) => button.offsetTop)"))) == 1, width


COVERED = """() => {
  const at = document.activeElement, box = at.getBoundingClientRect();
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return top && (at.contains(top) || top.contains(at)) ? "" : at.outerHTML.slice(0, 100);
}"""
"""The element with the focus, if another one is painted over it."""


def test_outcome_on_a_narrow_screen_stays_and_covers_nothing(
    site: Site, open_browser: OpenBrowser, lang: str, js: bool
) -> None:
    chair = open_browser(site, lang, js=js, width=PHONE).use_session_of("chair")
    chair.page.set_viewport_size({"width": PHONE, "height": 400})
    chair.open(site.populate().path("briefings/{briefing}/next-steps"))
    chair.page.get_by_role("button", name=chair.translate("Save"), exact=True).first.click()
    outcome = chair.page.locator("#outcome")
    expect(outcome).to_be_focused()
    expect(outcome).to_be_in_viewport(ratio=1)
    for _ in range(12):
        chair.page.keyboard.press("Tab")
        assert chair.page.evaluate(COVERED) == ""
    expect(outcome).to_be_visible()
    chair.page.locator("h1").click()
    expect(outcome).to_be_visible()
    if js:
        assert axe.find_violations(chair.page) == []


def test_outcome_on_a_wide_screen_moves_nothing_and_has_the_focus(
    site: Site, open_browser: OpenBrowser, lang: str, js: bool
) -> None:
    chair = open_browser(site, lang, js=js).use_session_of("chair")
    chair.open(site.populate().path("briefings/{briefing}/next-steps"))
    parts = chair.page.locator("main h1, main h2, main textarea")
    settled = "document.readyState === 'complete' && document.fonts.ready.then(() => true)"
    assert chair.page.evaluate(settled), "the page has loaded"
    before = parts.evaluate_all("parts => parts.map((part) => part.getBoundingClientRect().top + scrollY)")
    chair.page.get_by_role("button", name=chair.translate("Save"), exact=True).first.click()
    outcome = chair.page.locator("#outcome")
    expect(outcome).to_be_focused()
    expect(outcome).to_be_in_viewport(ratio=1)
    chair.page.wait_for_load_state("load")  # the focus may come before the whole page
    assert chair.page.evaluate(settled)
    after = parts.evaluate_all("parts => parts.map((part) => part.getBoundingClientRect().top + scrollY)")
    assert after == pytest.approx(before, abs=1), "a browser may round a line of text to the next pixel"
    assert chair.page.evaluate("scrollY") == 0
    if js:
        assert axe.find_violations(chair.page) == []


SMALL_TARGETS = """() => [...document.querySelectorAll("main :is(a, button, summary)")].filter((e) => {
  if (!e.checkVisibility() || e.closest(".visually-hidden, .slide") || e.getBoundingClientRect().height >= 23.9) return false;
  return ![...e.parentElement.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.data.trim().length > 1);
}).map((e) => e.outerHTML.slice(0, 100))"""
"""Links and buttons lower than 24 pixels, except those within a sentence (WCAG 2.5.8)."""


@pytest.mark.parametrize(
    ("name", "paths"),
    [
        ("ontario", ("my-updates",)),
        ("visitor", ("plans/2020?view=list", "plans/2020?view=timeline", "jurisdictions")),
        ("chair", ("briefings/{briefing}",)),
    ],
)
def test_link_outside_of_a_sentence_is_24_pixels_high(
    read_only_site: Site, open_browser: OpenBrowser, name: str, paths: tuple[str, ...]
) -> None:
    user = open_browser(read_only_site, "fr", width=PHONE)
    if name != "visitor":
        user.use_session_of(name)
    for path in paths:
        user.open(read_only_site.path(path))
        unfold(user.page)
        assert user.page.evaluate(SMALL_TARGETS) == [], path


LOW_CONTROLS = """() => [...document.querySelectorAll("main :is(.button, summary, .download-links a, td > a, .item-actions a)")]
  .filter((e) => e.checkVisibility() && !e.closest(".visually-hidden, .slide") && e.getBoundingClientRect().height < 39.9)
  .map((e) => e.outerHTML.slice(0, 100))"""
"""Controls that stand alone and are too low for a thumb."""


@pytest.mark.parametrize(
    ("name", "paths"),
    [
        ("ontario", ("my-updates", "plans/2020/activities/3.2", "milestones")),
        ("chair", ("vacancies", *(f"briefings/{{briefing}}{part}" for part in ("", "/present", "/priorities", "/slides")))),
    ],
)
def test_control_on_a_phone_is_high_enough_for_a_thumb(
    read_only_site: Site, open_browser: OpenBrowser, name: str, paths: tuple[str, ...]
) -> None:
    user = open_browser(read_only_site, "fr", width=PHONE).use_session_of(name)
    for path in paths:
        user.open(read_only_site.path(path))
        unfold(user.page)
        assert user.page.evaluate(LOW_CONTROLS) == [], path


WIDE_LABELS = """() => [...document.querySelectorAll("main .radio-strip label")].filter((label) => {
  const text = document.createRange();
  text.selectNodeContents(label.querySelector("span"));
  return label.checkVisibility() && text.getBoundingClientRect().right > label.getBoundingClientRect().right;
}).map((label) => label.textContent)"""
LOW_CHECKBOXES = """() => [...document.querySelectorAll("main .checkbox-label")].filter((label) => {
  const text = document.createRange(), box = label.querySelector("input").getBoundingClientRect();
  text.selectNodeContents(label.querySelector("span"));
  const [line] = text.getClientRects();
  return label.checkVisibility() && Math.abs(box.top + box.height / 2 - line.top - line.height / 2) > 3;
}).map((label) => label.textContent)"""


def test_choice_on_a_phone_has_its_words_inside_and_its_box_at_their_first_line(
    read_only_site: Site, open_browser: OpenBrowser, lang: str
) -> None:
    lead = open_browser(read_only_site, lang, width=PHONE).use_session_of("ontario")
    for path in ("challenges", "my-updates", "account"):
        lead.open(path)
        unfold(lead.page)
        assert lead.page.evaluate(WIDE_LABELS) == [], path
        assert lead.page.evaluate(LOW_CHECKBOXES) == [], path


LOW_LINKS = """() => [...document.querySelectorAll("main :is(.link-list, .link-choices, .breadcrumbs, .comment-list) a")]
  .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 43.5).map((e) => e.outerHTML.slice(0, 100))"""


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("ontario", "plans/2020/activities/3.3"),
        ("chair", "plans/2020/roles/2"),
        ("reader", "jurisdictions/on"),
        ("visitor", "jurisdictions"),
    ],
)
def test_link_that_stands_alone_is_high_enough_for_a_thumb(
    read_only_site: Site, open_browser: OpenBrowser, lang: str, name: str, path: str
) -> None:
    user = open_browser(read_only_site, lang, width=PHONE, touch=True)
    if name != "visitor":
        user.use_session_of(name)
    user.open(path)
    expect(user.page.locator(".link-list a").first).to_be_visible()
    assert user.page.evaluate(LOW_LINKS) == []


def test_page_with_text_twice_as_large_fits_a_phone(read_only_site: Site, open_browser: OpenBrowser) -> None:
    user = open_browser(read_only_site, "fr", width=390)
    for path in ("plans/2020", "my-updates", "challenges"):
        if path == "my-updates":
            user.use_session_of("ontario")
        user.open(path)
        user.page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert user.page.evaluate("document.documentElement.scrollWidth") <= 390, path


def test_buttons_that_save_a_report_come_before_the_one_that_cancels(
    read_only_site: Site, open_browser: OpenBrowser, lang: str
) -> None:
    lead = open_browser(read_only_site, lang, width=PHONE).use_session_of("ontario")
    lead.open("my-updates")
    controls = lead.open_update("4.3").locator(".actions .button")
    expect(controls.first).to_have_attribute("value", "save")
    expect(controls.last).to_contain_text(lead.translate("Cancel"))
    tops = controls.evaluate_all("controls => controls.map((control) => control.offsetTop)")
    assert tops == sorted(tops)


def test_list_of_slides_is_folded_on_a_narrow_screen(
    read_only_site: Site, open_browser: OpenBrowser, lang: str, js: bool
) -> None:
    chair = open_browser(read_only_site, lang, js=js, width=800).use_session_of("chair")
    chair.open(read_only_site.path("briefings/{frozen}/versions/1"))
    entries = chair.page.locator(".slide-list a")
    expect(entries.first).to_be_hidden()
    expect(chair.page.locator(".slide").first).to_be_in_viewport()
    chair.page.locator(".slide-list summary").click()
    entries.nth(5).click()
    expect(chair.page.locator(".slide-page").nth(5).get_by_role("heading").first).to_be_in_viewport()
    if js:
        expect(entries.first).to_be_hidden()
        expect(chair.page.locator("[data-player]")).to_be_focused()


def test_words_of_slides_in_a_page_are_whole_and_large_enough(
    read_only_site: Site, open_browser: OpenBrowser, lang: str
) -> None:
    chair = open_browser(read_only_site, lang, js=False).use_session_of("chair")
    chair.open(read_only_site.path("briefings/{briefing}"))
    expect(chair.page.locator(".slide").nth(10)).to_be_visible()
    for width in at_each(chair.page, (1280, 760, PHONE)):
        assert chair.page.evaluate(BROKEN_OR_SMALL_WORDS) == [], width


def test_address_to_share_is_copied_by_its_button(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    chair = open_browser(site, lang).use_session_of("chair")
    chair.context.grant_permissions(["clipboard-read", "clipboard-write"])
    chair.open(site.populate().path("briefings/{briefing}/links"))
    chair.page.get_by_role("button", name=chair.translate("Create a preview link")).click()
    address = chair.page.locator(f"#link-{lang}")
    chair.page.locator(f'[data-copy="link-{lang}"]').click()
    expect(chair.page.locator("#status")).to_have_text(chair.translate("Link copied"))
    copied = chair.page.evaluate("navigator.clipboard.readText()")
    expect(address).to_have_value(copied)
    assert axe.find_violations(chair.page) == []


def test_title_with_the_focus_after_a_save_is_on_the_screen(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    lead = open_browser(site, lang, width=PHONE).use_session_of("ontario")
    lead.open("my-updates")
    row = lead.open_update("3.4")
    row.locator(f'textarea[name$="-progress_{lang}"]').fill("Feedback is collected.")
    row.locator('button[value="save"]').click()
    title = lead.page.locator("[data-focus]:focus")
    expect(title).to_be_visible()
    expect(lead.page.locator("article.is-open:focus-within form")).to_be_visible()
    expect(title).to_be_in_viewport(ratio=1)


def test_reason_against_nothing_to_report_leaves_the_facts_their_room(
    read_only_site: Site, open_browser: OpenBrowser, lang: str
) -> None:
    lead = open_browser(read_only_site, lang).use_session_of("ontario")
    lead.open("my-updates")
    row = lead.update_row("3.3")
    for width in at_each(lead.page):
        assert lead.page.evaluate("document.documentElement.scrollWidth") == width
        expect(row.locator(".update-choices .meta")).to_be_visible()
        facts = row.locator(".facts").bounding_box()
        assert facts is not None
        assert facts["width"] > 240
