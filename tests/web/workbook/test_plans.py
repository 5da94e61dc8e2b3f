"""A whole plan goes out as a workbook and comes back as a draft, which is undone as one step."""

from __future__ import annotations

from io import BytesIO

from openpyxl import load_workbook

from cogwg.plan.models import PlanDraft
from cogwg.workbook.layout import CODES_ROW, FIRST_ROW
from tests.web.workbook.filled import upload
from tests.web_client import App, Client, Page


def plan_file(client: Client, year: int) -> bytes:
    page = client.get(f"/en/workbook/plan-{year}.xlsx")
    assert page.status == 200
    return page.response.get_data()


def edited(data: bytes, old: str, new: str) -> bytes:
    """Return the workbook with each cell that holds ``old`` changed."""
    book = load_workbook(BytesIO(data))
    for sheet in book.worksheets:
        for row in sheet.iter_rows(min_row=FIRST_ROW if sheet.cell(CODES_ROW, 1).value else 1):
            for cell in row:
                if cell.value == old and sheet.sheet_state == "visible":
                    cell.value = new
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def start_draft(secretariat: Client) -> None:
    form = secretariat.get("/en/admin/plans?year=2024").form("/admin/plans")
    assert form.submit(extra={"year": "2024", "title_en": "Work plan 2024", "title_fr": "Plan 2024"}).status == 303


def saved(page: Page) -> Page:
    return page.form("/save-plan").submit().follow()


def test_draft_is_exported_edited_imported_and_undone(app: App) -> None:
    secretariat = app.client_as("secretariat")
    start_draft(secretariat)
    data = plan_file(secretariat, 2024)
    unedited = upload(secretariat, data).follow()
    assert not unedited.find_all("button", class_="primary"), "nothing to save"
    page = upload(secretariat, edited(data, "Work plan 2024", "Plan of 2024")).follow()
    assert "Nothing is saved yet." in page.main_text
    assert "Plan of 2024" in page.main_text
    (before,) = app.rows(PlanDraft, PlanDraft.year == 2024)
    receipt = saved(page)
    assert receipt.h1 == "Draft plan of 2024 saved"
    (after,) = app.rows(PlanDraft, PlanDraft.year == 2024)
    assert "Plan of 2024" in after.content
    undone = receipt.form("/undo-plan").submit().follow()
    assert undone.h1 == "This upload was undone"
    (again,) = app.rows(PlanDraft, PlanDraft.year == 2024)
    assert again.content == before.content


def test_draft_that_changed_after_the_preview_is_compared_again(app: App) -> None:
    secretariat = app.client_as("secretariat")
    start_draft(secretariat)
    data = edited(plan_file(secretariat, 2024), "Work plan 2024", "Plan of 2024")
    page, other = upload(secretariat, data).follow(), upload(secretariat, data).follow()
    saved(other)
    refused = page.form("/save-plan").submit()
    assert refused.status == 409
    assert "This draft has changed" in refused.alert_text


def test_lead_cannot_upload_a_plan_and_an_adopted_plan_is_not_replaced(app: App) -> None:
    secretariat, ontario = app.client_as("secretariat"), app.client_as("ontario")
    data = plan_file(secretariat, 2020)
    assert "Only the secretariat can upload it" in upload(ontario, data).follow().main_text
    refused = upload(secretariat, data).follow().form("/save-plan").submit()
    assert refused.status == 422
    assert "There is already a plan for 2020." in refused.alert_text
    assert app.rows(PlanDraft, PlanDraft.year == 2020) == []
