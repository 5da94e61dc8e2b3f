"""An analyst codes comments, takes in those of other channels, and publishes the report; a reader walks it to a comment."""

from __future__ import annotations

from playwright.sync_api import expect
from sqlalchemy.orm import Session

from cogwg.core.db import write_transaction
from cogwg.engagement.models import PublicComment
from cogwg.tracker.publishing_engagement import publish_cycle
from tests.e2e.conftest import OpenBrowser
from tests.e2e.site import Site
from tests.e2e.test_every_page import check_page
from tests.engagement.analysed import GIVEN
from tests.engagement.importing.test_comments import FILE
from tests.web.analysis.conftest import CYCLE, stock

REPORT = f"engagement/{CYCLE}/what-we-heard"


def test_comments_become_a_report_that_anyone_can_walk(site: Site, open_browser: OpenBrowser, lang: str, js: bool) -> None:
    stock(site.app)
    with Session(site.app.engine) as session, write_transaction(session):
        publish_cycle(session, CYCLE, shown=None, override_reason="The summary comes later.", **GIVEN)
    analyst = open_browser(site, lang, js=js).use_session_of("reader").expect_statuses(422)
    page, main, problems = analyst.page, analyst.page.get_by_role("main"), []

    def press(words: str) -> None:
        main.get_by_role("button", name=analyst.translate(words), exact=True).click()

    def go(words: str) -> None:
        main.locator(".subnav").get_by_role("link", name=analyst.translate(words), exact=True).click()

    def check(name: str) -> None:
        problems.extend(check_page(analyst, name) if js else [])

    analyst.open("")
    page.locator(".site-nav").get_by_role("link", name=analyst.translate("Analysis"), exact=True).click()
    check("cycles to analyse")
    main.locator(f"a[href='/{lang}/admin/engagement/{CYCLE}/themes']").click()
    main.get_by_role("link", name=analyst.translate("Add a theme"), exact=True).click()
    press("Add the theme")
    expect(main.get_by_role("alert")).to_be_focused()
    check("new theme, incomplete")
    page.fill("#title_en", "Kind words")
    page.fill("#title_fr", "Mots aimables")
    page.locator("label[for='disposition-0']").click()
    press("Add the theme")
    expect(main.get_by_role("status")).to_be_focused()
    check("themes")
    thanks = next(each.id for each in site.app.rows(PublicComment) if each.text == "Thank you.")
    go("Coding")
    page.locator(f"#comment-{thanks}").get_by_label("Kind words" if lang == "en" else "Mots aimables").check()
    press("Save this page")
    expect(main.get_by_role("status")).to_be_focused()
    check("coding")
    go("Other comments")
    page.fill("#text", "Come to the North.")
    page.select_option("#channel", "in-person")
    page.fill("#event", "Iqaluit")
    page.fill("#received_on", "2018-03-08")
    page.locator("label[for='publish-1']").click()
    press("Save the comment")
    expect(main.get_by_role("status")).to_be_focused()
    check("other comments")
    go("Import")
    page.set_input_files("#file", {"name": "comments.csv", "mimeType": "text/csv", "buffer": FILE})
    press("Check the file")
    expect(main.locator("h1")).to_have_text(analyst.translate("Check your file"))
    check("preview of a file")
    main.locator("form[action$='/save'] button").click()
    check("receipt of a file")
    analyst.open(f"admin/engagement/{CYCLE}/heard")
    check("what we heard")
    main.locator("button[formaction$='/finalize']").click()
    # Imported comments are in no theme yet.
    expect(main.get_by_role("alert")).to_be_focused()
    check("what we heard, unfinished")
    main.locator("[name='anyway']").check()
    main.locator("button[formaction$='/finalize']").click()
    expect(main.get_by_role("status")).to_be_focused()
    press("Publish report and dataset")
    expect(main.get_by_role("status")).to_be_focused()

    reader = open_browser(site, lang, js=js)
    reader.open(REPORT)
    public = reader.page.get_by_role("main")
    problems += check_page(reader, "report") if js else []
    public.locator(f"a[href='/{lang}/{REPORT}/3']").click()
    problems += check_page(reader, "theme") if js else []
    public.locator(f"a[href='/{lang}/comments/{thanks}']").click()
    expect(public).to_contain_text("Thank you.")
    expect(public).to_contain_text("Kind words" if lang == "en" else "Mots aimables")
    assert reader.page.context.cookies() == []
    assert problems == []
