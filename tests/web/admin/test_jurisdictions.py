"""The secretariat adds and renames jurisdictions and sets their contacts, without scripts and in both languages."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import load_workbook

from cogwg.accounts.models import EarlierName, Jurisdiction
from cogwg.audit.models import AuditEvent
from tests.web.conftest import PopulatedApp
from tests.web.scriptless_user import ScriptlessUser
from tests.web_client import App, Page, text_of

LANGS = pytest.mark.parametrize("lang", ["en", "fr"])
FCM = {
    "code": "fcm",
    "name_en": "Federation of Canadian Municipalities",
    "name_fr": "Fédération canadienne des municipalités",
    "short_en": "FCM",
    "short_fr": "FCM",
    "kind": "municipal",
}
NEW_NAMES = {"name_en": "Denendeh", "name_fr": "Dénendeh", "short_en": "Denendeh", "short_fr": "Dénendeh"}
OLD_NAMES = {"en": "Northwest Territories", "fr": "Territoires du Nord-Ouest"}
OFFICE = {"contact_name": "Open government office", "contact_email": "open@example.ca"}


def open_page(app: App, path: str = "", lang: str = "en", name: str = "secretariat") -> ScriptlessUser:
    user = ScriptlessUser(app, name, lang)
    user.open(f"admin/jurisdictions{path}")
    return user


def row_texts(page: Page, code: str) -> list[str]:
    (link,) = [a for a in page.find_all("a") if a.get("href", "").endswith(f"/admin/jurisdictions/{code}")]
    return [text_of(cell) for cell in next(link.iterancestors("tr"))]


@LANGS
def test_added_organization_can_be_given_a_lead(app_per_engine: App, lang: str) -> None:
    user = open_page(app_per_engine, lang=lang)
    page = user.press("Add the jurisdiction", fields=FCM)
    assert FCM[f"name_{lang}"] in text_of(page.find_by_id("add"))
    assert row_texts(page, "fcm")[0] == FCM[f"name_{lang}"] + "fcm"
    user.open("admin/people")
    (added,) = app_per_engine.rows(Jurisdiction, Jurisdiction.code == "fcm")
    invited = {"name": "B. Roy", "email": "b.roy@example.ca", "role": "lead", "jurisdiction": str(added.id), "lang": lang}
    user.press("Send the invitation", fields=invited)
    page = user.open("admin/jurisdictions")
    assert row_texts(page, "fcm")[3].endswith("1")
    assert "B. Roy" in user.open("admin/jurisdictions/fcm").main_text


@LANGS
def test_refused_jurisdiction_keeps_what_was_typed_and_names_each_field(app: App, lang: str) -> None:
    user = open_page(app, lang=lang)
    before = app.fingerprint()
    page = user.press("Add the jurisdiction", fields={**FCM, "code": "on", "name_en": "Ontario", "short_fr": "T.N.-O."})
    assert page.status == 422
    problems = [span.get("id") for span in page.find_all("span", class_="error")]
    assert sorted(problems) == ["code-error", "name_en-error", "short_fr-error"]
    assert user.form("Add the jurisdiction").value("name_fr") == FCM["name_fr"]
    assert app.fingerprint() == before


@LANGS
def test_renamed_jurisdiction_has_its_new_name_everywhere_and_its_earlier_name_with_the_day(
    app_per_engine: App, lang: str
) -> None:
    app = app_per_engine
    reader = ScriptlessUser(app, "ontario", lang)
    places = ("plans/2020", "plans/2020/priorities/5", "jurisdictions", "jurisdictions/nt", "my-updates")
    old = OLD_NAMES[lang]
    assert any(old in reader.open(place).main_text for place in places)
    user = open_page(app, "/nt", lang)
    page = user.press("Save the names", fields=NEW_NAMES)
    assert user.translate("The names were saved. Pages and new briefings show them now.") in page.main_text
    earlier = user.translate("Earlier names")
    assert earlier in page.main_text
    for place in places:
        text = reader.open(place).main_text
        assert (old in text) == (place == "jurisdictions/nt"), place
    assert NEW_NAMES[f"name_{lang}"] in reader.open("plans/2020/priorities/5").main_text
    assert earlier in reader.open("jurisdictions/nt").main_text
    (event,) = app.rows(AuditEvent, AuditEvent.action == "jurisdiction.renamed")
    assert event.actor_id == app.person_id("secretariat")
    (row,) = app.rows(EarlierName)
    assert row.held_until == app.calendar.today()


@LANGS
def test_new_name_asks_what_becomes_of_the_short_name(app: App, lang: str) -> None:
    user = open_page(app, "/nt", lang)
    before = app.fingerprint()
    page = user.press("Save the names", fields={"name_en": "Denendeh", "name_fr": "Dénendeh"})
    assert page.status == 422
    assert page.field_error("short_en")
    assert app.fingerprint() == before
    user.press("Save the names", fields={"short_en": "", "keep_short": "y"})
    (row,) = app.rows(Jurisdiction, Jurisdiction.code == "nt")
    assert (row.name_en, row.short_en, row.short_fr) == ("Denendeh", "Denendeh", "T.N.-O.")


@pytest.mark.parametrize(("lang", "fields"), [("en", ["name_en", "name_fr"]), ("fr", ["name_fr", "name_en"])])
def test_names_in_the_language_of_the_page_come_first(app: App, lang: str, fields: list[str]) -> None:
    for path in ("", "/nt"):
        page = open_page(app, path, lang).page
        names = [field.get("name") for field in page.find("main").iter("input")]
        assert [name for name in names if name in fields] == fields


@LANGS
def test_rename_changes_the_name_in_drafts_but_not_in_finalized_versions(app: App, lang: str) -> None:
    populated = PopulatedApp(app)
    reader = ScriptlessUser(app, "chair", lang)
    version = populated.path("briefings/{frozen}/versions/1")
    places = [f"{version}{end}" for end in ("", "/present", "/print")]
    files = [f"/{lang}/{version}/deck.{kind}" for kind in ("xlsx", "pptx")]

    def shown() -> list[object]:
        answers = [reader.browser.get(file) for file in files]
        assert [answer.status for answer in answers] == [200, 200]
        drawn = [answer.response.get_data() for answer in answers]
        return [*(reader.open(place).main_text for place in places), *drawn]

    before = shown()
    open_page(app, "/nt", lang).press("Save the names", fields=NEW_NAMES)
    assert shown() == before
    draft = reader.open(populated.path("briefings/{briefing}/present")).main_text
    assert NEW_NAMES[f"name_{lang}"] in draft
    assert OLD_NAMES[lang] not in draft


@LANGS
def test_contact_is_shown_to_members_and_not_to_readers_and_can_be_removed(app: App, lang: str) -> None:
    user = open_page(app, "/nt", lang)
    page = user.press("Save the contact", fields=OFFICE)
    assert user.translate("The contact was saved.") in page.main_text
    assert OFFICE["contact_name"] in row_texts(user.open("admin/jurisdictions"), "nt")[2]
    assert f"mailto:{OFFICE['contact_email']}" in app.client_as("ontario").get(f"/{lang}/jurisdictions/nt").text
    assert OFFICE["contact_name"] not in app.client_as("reader").get(f"/{lang}/jurisdictions/nt").text
    user.open("admin/jurisdictions/nt")
    page = user.press("Save the contact", fields={"contact_name": "", "contact_email": ""})
    assert user.translate("This jurisdiction has no contact now.") in page.main_text
    assert OFFICE["contact_name"] not in user.open("admin/jurisdictions").main_text


@LANGS
def test_rename_after_another_change_is_refused_with_what_is_stored_and_what_was_typed(app: App, lang: str) -> None:
    late, early = open_page(app, "/nt", lang), open_page(app, "/nt", lang)
    early.press("Save the contact", fields=OFFICE)
    before = app.fingerprint()
    page = late.press("Save the names", fields=NEW_NAMES)
    assert page.status == 409
    assert late.form("Save the names").value("name_en") == NEW_NAMES["name_en"], "what was typed is still there"
    assert OFFICE["contact_name"] in text_of(page.find_by_id("names"))
    assert app.fingerprint() == before
    assert late.press("Save the names").status == 200
    assert app.rows(Jurisdiction, Jurisdiction.code == "nt")[0].name_en == NEW_NAMES["name_en"]


def test_saving_the_same_names_says_that_nothing_was_changed(app: App) -> None:
    user = open_page(app, "/nt")
    before = app.fingerprint()
    assert "Nothing was changed." in user.press("Save the names").main_text
    assert app.fingerprint() == before


def test_download_has_the_names_in_both_languages_and_the_counts(app: App) -> None:
    download = open_page(app).browser.get("/fr/admin/jurisdictions.xlsx")
    heading, *rows = load_workbook(BytesIO(download.response.get_data())).worksheets[0].iter_rows(values_only=True)
    (ontario,) = [cells for row in rows if (cells := dict(zip(heading, row, strict=True)))["Code"] == "on"]
    names = ("Nom (anglais)", "Nom (français)", "Nom abrégé (anglais)", "Nom abrégé (français)")
    assert {ontario[column] for column in names} == {"Ontario"}
    assert (ontario["Responsables"], ontario["Suppléances"]) == (1, 0)


@LANGS
def test_tabs_lead_between_the_pages_of_the_administration(app: App, lang: str) -> None:
    user = ScriptlessUser(app, "secretariat", lang)
    names = ("people", "jurisdictions", "plans", "publications", "commitments", "engagement", "comments", "analysis")
    others = ("comment-authors", "sessions", "outbox", "settings", "audit")
    paths = ["admin", *(f"admin/{name}" for name in (*names, *others))]
    for path in paths:
        page = user.open(path)
        tabs = page.find_all("nav", class_="subnav")[0]  # comments have others below
        links = [(a.get("href"), a.get("aria-current")) for a in tabs.iter("a")]
        assert links == [(f"/{lang}/{each}", "page" if each == path else None) for each in paths]
