"""A browser without ``:has()``, such as Firefox 115: the focus is visible, the menu covers nothing, and no text is lost."""

from __future__ import annotations

from playwright.sync_api import Route, expect

from tests.e2e.browser_user import BrowserUser
from tests.e2e.conftest import OpenBrowser
from tests.e2e.site import Site
from tests.e2e.test_unsaved_text import FIRST, held_answers, wait_for_request

REFUSE_HAS = """for (const kind of [Element, Document, DocumentFragment])
  for (const name of ['querySelector', 'querySelectorAll', 'matches', 'closest']) {
    const usual = kind.prototype[name];
    if (usual) kind.prototype[name] = function (css) {
      if (/:has\\(/.test(css)) throw new DOMException(`${css} is not a valid selector`, 'SyntaxError');
      return usual.call(this, css);
    };
  }"""


def open_without_has(site: Site, open_browser: OpenBrowser, lang: str, width: int = 1280) -> BrowserUser:
    lead = open_browser(site, lang, width=width).use_session_of("ontario")

    def without_has(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace(":has(", ":unknown("))

    lead.context.route("**/*.css*", without_has)
    lead.context.add_init_script(REFUSE_HAS)
    return lead


def test_status_choice_shows_the_focus_without_has(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    lead = open_without_has(site, open_browser, lang)
    lead.open("my-updates")
    lead.open_update("4.3")
    lead.tab_to('[type="radio"]')
    outline = lead.page.evaluate("getComputedStyle(document.activeElement).outline")
    assert "solid 3px" in outline, outline


def test_menu_covers_no_link_beside_it_without_has(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    for width in (1280, 320):
        lead = open_without_has(site, open_browser, lang, width)
        lead.open("my-updates")
        lead.page.locator(".site-menu > summary, .site-nav summary").filter(visible=True).click()
        folded = lead.page.locator(".site-nav .more a").first
        expect(folded).to_be_visible()
        beside = lead.page.locator(".site-nav > ul > li > a").first
        for link in (beside, folded):
            link.click(trial=True)


def test_text_typed_while_another_form_is_saved_is_kept_without_has(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    lead = open_without_has(site, open_browser, lang)
    lead.open("my-updates")
    row = lead.open_update("4.3")
    field = row.locator(f'textarea[name$="-progress_{lang}"]')
    field.fill(FIRST)
    with held_answers(lead.page, "**/report*") as held:
        row.get_by_role("button", name=lead.translate("Save draft and continue")).click()
        wait_for_request(lead.page, held)
        field.press_sequentially("!")
    expect(field).to_have_value(FIRST + "!")
    expect(row.get_by_text(lead.translate("Saved. You kept typing, so save again to keep the rest."))).to_be_visible()
