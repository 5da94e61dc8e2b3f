"""A steward imports commitments: upload, check, save, undo, with and without scripts."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from cogwg.ogp.models import Commitment
from tests.e2e.browser_user import BrowserUser
from tests.e2e.conftest import OpenBrowser
from tests.e2e.site import Site
from tests.e2e.test_every_page import check_page
from tests.ogp.importing.files import LIST_COLUMNS, NAP6_COLUMNS, csv_of, list_rows, nap6_rows


def upload(steward: BrowserUser, file: Path) -> None:
    steward.open("admin/commitments")
    steward.page.get_by_role("link", name=steward.translate("Import commitments")).click()
    steward.expect_path("admin/commitments/import")
    steward.page.locator("#upload input[type=file]").set_input_files(file)
    steward.page.get_by_role("button", name=steward.translate("Check the file")).click()
    expect(steward.page.get_by_role("heading", level=1)).to_have_text(steward.translate("Check your file"))
    steward.wait_until_loaded()


def test_a_list_is_corrected_saved_and_undone(
    site: Site, open_browser: OpenBrowser, lang: str, js: bool, tmp_path: Path
) -> None:
    steward = open_browser(site, lang, js=js).use_session_of("secretariat")
    faults: list[str] = []
    rows = list_rows()
    rows[3]["cycle"] = "soon"
    file = tmp_path / "canada.csv"
    file.write_bytes(csv_of(rows, LIST_COLUMNS))
    upload(steward, file)
    main = steward.page.locator("main")
    expect(main).to_contain_text(steward.translate("Row %(row)s, column %(column)s") % {"row": 5, "column": "cycle"})
    faults += check_page(steward, steward.page.url) if js else []

    file.write_bytes(csv_of(list_rows(), LIST_COLUMNS))
    upload(steward, file)
    expect(main).to_contain_text(steward.translate("Nothing is saved yet."))
    faults += check_page(steward, steward.page.url) if js else []
    steward.page.locator("form[action$='/save'] button.primary").click()
    expect(steward.page.locator("form[action$='/undo']")).to_be_visible()
    assert len(site.app.rows(Commitment)) == 73
    faults += check_page(steward, steward.page.url) if js else []

    steward.page.get_by_role("button", name=steward.translate("Undo this import")).click()
    expect(steward.page.get_by_role("heading", level=1)).to_have_text(steward.translate("This import was undone"))
    assert not site.app.rows(Commitment)
    assert faults == []


def test_a_federal_file_of_full_size_is_saved(
    site: Site, open_browser: OpenBrowser, lang: str, js: bool, tmp_path: Path
) -> None:
    steward = open_browser(site, lang, js=js).use_session_of("secretariat")
    faults: list[str] = []
    file = tmp_path / "nap6.csv"
    file.write_bytes(csv_of(nap6_rows(), NAP6_COLUMNS, bom=True))
    upload(steward, file)
    faults += check_page(steward, steward.page.url) if js else []
    steward.page.locator("form[action$='/save'] button.primary").click()
    expect(steward.page.locator("form[action$='/undo']")).to_be_visible()
    assert len(site.app.rows(Commitment)) == 4
    assert faults == []
