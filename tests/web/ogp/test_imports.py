"""A steward imports a file of commitments on the site: preview, save, undo; mistakes are named, nothing is half written."""

from __future__ import annotations

from io import BytesIO

import pytest

from cogwg.ogp.models import ActionPlan, Commitment
from tests.ogp.importing.files import LIST_COLUMNS, NAP6_COLUMNS, csv_of, list_rows, nap6_rows
from tests.web_client import App, Client, Page

PAGE = "/admin/commitments/import"
LIST = csv_of(list_rows(), LIST_COLUMNS)


def upload(client: Client, data: bytes, name: str = "canada.csv", lang: str = "en") -> Page:
    """Send a file with the form of the page, and return the answer."""
    form = client.get(f"/{lang}{PAGE}").form(f"/{lang}{PAGE}")
    return form.submit(extra={"file": (BytesIO(data), name)})


def test_a_list_is_checked_saved_and_undone(app: App) -> None:
    steward = app.client_as("secretariat")
    page = upload(steward, LIST).follow()
    assert page.h1 == "Check your file"
    assert "Nothing is saved yet. The file would add 73 commitments." in page.main_text
    assert "CA0010" in page.main_text
    assert not app.rows(Commitment)

    receipt = page.form("/save").submit().follow()
    assert receipt.h1 == "73 commitments saved"
    assert len(app.rows(Commitment)) == 73
    again = upload(steward, LIST).follow()
    assert "Everything in this file is already saved." in again.main_text
    assert not again.find_all("button", class_="primary")

    undone = receipt.form("/undo").submit().follow()
    assert undone.h1 == "This import was undone"
    assert not app.rows(Commitment)
    listed = steward.get(f"/en{PAGE}").main_text
    assert "saved, then undone" in listed
    assert "no changes" in listed


def test_a_federal_file_of_full_size_is_saved_in_french(app: App) -> None:
    steward = app.client_as("secretariat")
    page = upload(steward, csv_of(nap6_rows(), NAP6_COLUMNS, bom=True), "nap6.csv", "fr").follow()
    assert "Le fichier ajouterait 4 engagements." in page.main_text
    assert "Les 200 premiers sont affichés." in page.main_text
    receipt = page.form("/save").submit().follow()
    assert receipt.h1 == "4 engagements enregistrés"
    assert {plan.start_year for plan in app.rows(ActionPlan)} == {2025}


def test_every_wrong_row_is_shown_and_nothing_can_be_saved(app: App) -> None:
    steward = app.client_as("secretariat")
    rows = list_rows()
    rows[3]["cycle"], rows[9]["follows"], rows[12]["identifier"] = "soon", "CA9999", "CA0010"
    page = upload(steward, csv_of(rows, LIST_COLUMNS)).follow()
    assert "The file has 3 problems." in page.main_text
    assert "Row 5, column cycle" in page.main_text
    assert "Row 11, column follows" in page.main_text
    assert not page.find_all("button", class_="primary")
    page.form("/save").submit()
    assert not app.rows(Commitment)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"name\tamount\nA\t1\n", "neither commas nor semicolons"),
        (b"PK\x03\x04", "This is not a CSV file."),
        (b"identifier,title\nCA1,T\n", "This file lacks these columns: cycle."),
        (b'identifier,cycle,title\nCA0060,2016,"' + b"x" * 200_000, "a closing quote is missing or a cell is very long"),
    ],
    ids=["semicolons", "a workbook", "no cycle", "a quote without end"],
)
def test_a_file_that_is_no_such_table_is_refused_with_what_to_do(app: App, data: bytes, sentence: str) -> None:
    page = upload(app.client_as("secretariat"), data).follow()
    assert page.h1 == "Your file was not read"
    assert sentence in page.main_text


def test_no_file_and_a_file_that_is_too_large_are_refused_on_the_page(app: App) -> None:
    steward = app.client_as("secretariat")
    refused = steward.get(f"/en{PAGE}").form(f"/en{PAGE}").submit()
    assert (refused.status, "Choose the file to import." in refused.alert_text) == (422, True)
    large = upload(steward, b"identifier,cycle,title\n" + b"x" * (11 * 1024 * 1024))
    assert large.status == 413
    assert "up to 10 MB" in large.alert_text


def test_a_commitment_that_changed_after_the_preview_is_compared_again(app: App) -> None:
    steward = app.client_as("secretariat")
    upload(steward, LIST).follow().form("/save").submit()
    mine = upload(steward, csv_of([list_rows()[28] | {"title_en": "Mine"}], LIST_COLUMNS)).follow()
    theirs = upload(steward, csv_of([list_rows()[28] | {"title_fr": "Autre"}], LIST_COLUMNS)).follow()
    theirs.form("/save").submit()

    refused = mine.form("/save").submit()

    assert refused.status == 409
    assert "A commitment has changed since this preview." in refused.alert_text
    assert refused.form("/save").submit().follow().h1 == "1 commitment saved"
    (row,) = app.rows(Commitment, Commitment.identifier == "CA0060")
    assert (row.title_en, row.title_fr) == ("Mine", "Autre")


def test_an_import_is_its_persons_own_and_no_workbook(app: App) -> None:
    steward = app.client_as("secretariat")
    page = upload(steward, LIST)
    id_ = page.response.location.rpartition("/")[2]
    assert app.client_as("chair").get(f"/en{PAGE}/{id_}").status == 403
    assert steward.get(f"/en/workbook/uploads/{id_}").status == 404
    assert "canada.csv" not in steward.get("/en/workbook").main_text


def test_markup_in_a_file_is_text(app: App) -> None:
    rows = [list_rows()[0] | {"title_en": "<script>alert(1)</script>"}]
    page = upload(app.client_as("secretariat"), csv_of(rows, LIST_COLUMNS)).follow()
    assert "<script>alert(1)</script>" in page.main_text
    assert "<script>alert(1)" not in page.text
