"""The copy of the uploaded workbook with its problems marked can be corrected and uploaded again."""

from __future__ import annotations

from io import BytesIO

from openpyxl import load_workbook

from cogwg.workbook.layout import PROBLEMS_SHEET
from tests.web.workbook.filled import fill, preview, save, upload
from tests.web.workbook.test_round_trip import report
from tests.web_client import App, Client


def test_marked_copy_names_the_problem_and_is_uploaded_again(app: App, ontario: Client) -> None:
    page = preview(ontario, {("3.2", "status"): "Nearly done", ("3.3", "progress_en"): "Tested."})
    (link,) = [a.get("href", "") for a in page.find_all("a") if a.get("href", "").endswith("/marked.xlsx")]
    marked = ontario.get(link)
    assert marked.headers["Content-Disposition"].endswith("filename=ontario-marked.xlsx")
    data = marked.response.get_data()
    assert PROBLEMS_SHEET in load_workbook(BytesIO(data)).sheetnames
    again = upload(ontario, fill(data, {("3.2", "status"): "Limited progress – Progrès limité"})).follow()
    assert "2 reports can be saved" in again.main_text
    save(again)
    for code in ("3.2", "3.3"):
        assert report(app, code) is not None
