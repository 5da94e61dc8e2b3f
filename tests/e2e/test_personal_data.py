"""In Chromium: a person downloads what is kept about them, and the secretariat removes the name of one who left."""

from __future__ import annotations

from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import expect

from cogwg.accounts.models import Person
from cogwg.privacy.wording import TITLES
from tests.e2e.conftest import OpenBrowser
from tests.e2e.site import Site
from tests.e2e.test_every_page import check_page


def test_person_downloads_what_is_kept_about_them(site: Site, open_browser: OpenBrowser, lang: str, tmp_path: Path) -> None:
    ontario = open_browser(site, lang).use_session_of("ontario")
    ontario.open("account")
    ontario.page.get_by_role("link", name=ontario.translate("Show what is kept about me")).click()
    ontario.expect_path("account/data")
    expect(ontario.page.get_by_role("heading", level=2)).to_have_count(len(TITLES))
    with ontario.page.expect_download() as started:
        ontario.page.get_by_role("link", name="Excel").click()
    file = tmp_path / started.value.suggested_filename
    started.value.save_as(file)
    assert file.name.startswith({"en": "personal-data-", "fr": "renseignements-personnels-"}[lang])
    assert len(load_workbook(file).worksheets) == len(TITLES) + 1


def test_name_of_a_person_who_left_is_removed_after_two_pages(site: Site, open_browser: OpenBrowser, lang: str) -> None:
    id_ = site.app.person_id("nwt")
    secretariat = open_browser(site, lang).use_session_of("secretariat")
    page = secretariat.page

    def press(sentence: str) -> None:
        page.get_by_role("button", name=secretariat.translate(sentence), exact=True).click()

    secretariat.open(f"admin/people/{id_}/deactivate")
    page.locator('select[name="successor-nt"]').select_option("none")
    press("Deactivate the account")
    secretariat.open(f"admin/people/{id_}")
    page.get_by_role("link", name=secretariat.translate("Remove the name and email address")).click()
    secretariat.expect_path(f"admin/people/{id_}/remove")
    problems = check_page(secretariat, "the reason")
    page.locator('input[name="reason"]').fill("Left the group.")
    press("Continue")
    expect(page.get_by_role("heading", level=1)).to_have_text(secretariat.translate("Confirm the removal"))
    problems += check_page(secretariat, "the confirmation")
    press("Permanently remove the name and email address")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        f"Former member {id_}" if lang == "en" else f"Ancien membre {id_}"
    )
    problems += check_page(secretariat, "the removed person")
    assert problems == []
    assert site.app.rows(Person, Person.id == id_)[0].email == f"person-{id_}@retired.invalid"
