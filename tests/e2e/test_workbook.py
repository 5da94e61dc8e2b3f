"""A lead reports with a workbook: download, fill in, upload, decide, save, undo; with and without scripts."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from cogwg.imports.rules import SIZE_LIMIT
from tests.e2e.browser_user import BrowserUser
from tests.e2e.conftest import OpenBrowser
from tests.e2e.site import Site
from tests.e2e.test_every_page import check_page
from tests.sessions import ESSENTIAL
from tests.web.workbook.filled import Cells, fill

CODE = "4.3"
BASE, THEIRS, YOURS = "Eleven resources are shared.", "Twelve resources are shared.", "Thirteen resources are shared."


def download(lead: BrowserUser, folder: Path, cells: Cells) -> Path:
    """Download the workbook as people do, fill it in, and return the file to upload."""
    lead.open("my-updates")
    lead.page.get_by_role("link", name=lead.translate("Report with a workbook")).click()
    lead.expect_path("workbook")
    with lead.page.expect_download() as started:
        lead.page.get_by_role("button", name=lead.translate("Download the workbook")).click()
    file = folder / "ontario-q3.xlsx"
    file.write_bytes(fill(Path(started.value.path()).read_bytes(), cells))
    return file


def upload(lead: BrowserUser, file: Path) -> None:
    lead.open("workbook")
    lead.page.locator("#upload input[type=file]").set_input_files(file)
    lead.page.get_by_role("button", name=lead.translate("Check the workbook")).click()
    expect(lead.page.get_by_role("heading", level=1)).not_to_have_text(lead.translate("Report with a workbook"))
    lead.wait_until_loaded()


def save(lead: BrowserUser) -> None:
    lead.page.locator("form[action$='/save'] button.primary").click()
    expect(lead.page.get_by_role("heading", level=2, name=lead.translate("What was saved"))).to_be_visible()
    lead.wait_until_loaded()


@ESSENTIAL
def test_workbook_is_checked_decided_on_saved_and_undone(
    site: Site, open_browser: OpenBrowser, lang: str, js: bool, tmp_path: Path
) -> None:
    lead = open_browser(site, lang, js=js).use_session_of("ontario")
    upload(lead, download(lead, tmp_path, {(CODE, "progress_en"): BASE, (CODE, "challenge_en"): "Staff is short."}))
    expect(lead.page.locator("main")).to_contain_text(lead.translate("Nothing is saved yet."))
    lead.expect_focus("h1")
    save(lead)

    cells = {(CODE, "progress_en"): YOURS, (CODE, "challenge_en"): None, ("3.2", "status"): "Nearly done"}
    file = download(lead, tmp_path, {**cells, ("3.3", "progress_fr"): "Nous mettons trois mesures à l’essai."})
    site.app.client_as("ontario").report_form(CODE).fill(progress_en=THEIRS).submit(button_value="save")
    upload(lead, file)
    main = lead.page.locator("main")
    for text in (BASE, "Twelve", "Thirteen", "Nearly done", "Nous mettons trois mesures"):
        expect(main).to_contain_text(text)
    faults = check_page(lead, "preview") if js else []
    lead.page.get_by_label(lead.translate("Remove it")).check()
    lead.page.locator(f'input[name="choose-{CODE}-progress_en"][value="both"]').check()
    lead.page.locator(f'textarea[name="both-{CODE}-progress_en"]').fill("Twelve or thirteen resources are shared.")
    save(lead)
    faults += check_page(lead, "receipt") if js else []
    lead.expect_focus("h1")
    expect(main).to_contain_text("3.2")
    lead.open(f"plans/2020/activities/{CODE}/report?period=2020-09")
    expect(lead.page.locator('textarea[name$="-progress_en"]')).to_have_value("Twelve or thirteen resources are shared.")
    expect(lead.page.locator('textarea[name$="-challenge_en"]')).to_have_value("")

    lead.open("workbook")
    lead.page.get_by_role("link", name="ontario-q3.xlsx").first.click()
    lead.page.get_by_role("button", name=lead.translate("Undo this upload")).click()
    expect(lead.page.get_by_role("heading", level=1)).to_have_text(lead.translate("This upload was undone"))
    lead.open(f"plans/2020/activities/{CODE}/report?period=2020-09")
    expect(lead.page.locator('textarea[name$="-progress_en"]')).to_have_value(THEIRS)
    assert faults == []


def test_other_files_are_refused_with_what_to_do(
    site: Site, open_browser: OpenBrowser, lang: str, js: bool, tmp_path: Path
) -> None:
    lead = open_browser(site, lang, js=js).use_session_of("ontario").expect_statuses(413, 422)
    other = tmp_path / "reports.csv"
    other.write_text("a,b\n1,2\n")
    upload(lead, other)
    expect(lead.page.get_by_role("heading", level=1)).to_have_text(lead.translate("Your workbook was not read"))
    faults = check_page(lead, "refused") if js else []
    lead.open("workbook")
    other.write_bytes(b"PK" + bytes(SIZE_LIMIT))
    lead.page.locator("#upload input[type=file]").set_input_files(other)
    lead.page.get_by_role("button", name=lead.translate("Check the workbook")).click()
    expect(lead.page.get_by_role("alert")).to_contain_text("5 M")
    lead.expect_focus(".error-summary")
    faults += check_page(lead, "too large") if js else []
    assert faults == []


def test_workbook_is_uploaded_and_saved_by_keyboard(site: Site, open_browser: OpenBrowser, tmp_path: Path) -> None:
    lead = open_browser(site, "en").use_session_of("ontario")
    upload(lead, download(lead, tmp_path, {(CODE, "progress_en"): BASE}))
    lead.tab_to("form[action$='/save'] button.primary")
    lead.page.keyboard.press("Enter")
    expect(lead.page.get_by_role("heading", level=2, name="What was saved")).to_be_visible()
