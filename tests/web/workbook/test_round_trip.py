"""A lead downloads a workbook, fills it in, sees what it would change, saves it once, and undoes it."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cogwg.audit.models import AuditEvent
from cogwg.core.status import Status
from cogwg.imports.models import Upload
from cogwg.mail.models import OutboxMessage
from cogwg.plan.models import Activity
from cogwg.reporting.models import ReportingPeriod, StatusReport
from cogwg.workbook.layout import CODES_ROW, FIRST_ROW, REPORTS_SHEET
from tests.databases import REAL_NOW
from tests.web.workbook.filled import download, fill, preview, save, upload
from tests.web_client import App, Client

PROGRESS = "Results from two members are compiled."
SHARED = "4.3"
"""An activity that Ontario and British Columbia report on together, without a report in this quarter."""


def report(app: App, code: str) -> StatusReport | None:
    (activity,) = app.rows(Activity, Activity.code == code)
    rows: list[StatusReport] = app.rows(StatusReport, StatusReport.activity_id == activity.id, StatusReport.period_id == 3)
    return rows[0] if rows else None


def own_code(app: App, client: Client) -> str:
    """Return the code of an activity in the workbook of this person that has no report in this quarter."""
    sheet = load_workbook(BytesIO(download(client)))[REPORTS_SHEET]
    codes = [str(sheet.cell(row, 1).value) for row in range(FIRST_ROW, sheet.max_row + 1) if sheet.cell(row, 1).value]
    return next(code for code in codes if report(app, code) is None)


def shown(client: Client, path: str) -> str:
    page = client.get(path)
    assert page.status == 200, path
    return page.main_text


def workbook_codes(client: Client) -> str:
    """Return the codes in the workbook of this person, each with a space after it."""
    sheet = load_workbook(BytesIO(download(client)))[REPORTS_SHEET]
    return "".join(f"{sheet.cell(row, 1).value} " for row in range(FIRST_ROW, sheet.max_row + 1))


def test_unedited_workbook_changes_nothing(app: App, ontario: Client) -> None:
    page = upload(ontario, download(ontario)).follow()
    assert "The workbook has no changes" in page.main_text
    assert "Nothing is saved yet." in page.main_text
    assert not page.find_all("button", class_="primary")


def test_workbook_is_previewed_then_saved_then_undone(app: App, ontario: Client) -> None:
    code = own_code(app, ontario)
    before = app.fingerprint(without=("sign_in", "throttle", "upload", "event", "audit_link", "chain_head"))
    page = preview(ontario, {(code, "status"): "Limited progress – Progrès limité", (code, "progress_en"): PROGRESS})
    assert "Nothing is saved yet." in page.main_text
    assert "1 report can be saved but not submitted yet" in page.main_text
    assert PROGRESS in page.main_text
    assert app.fingerprint(without=("sign_in", "throttle", "upload", "event", "audit_link", "chain_head")) == before
    events = len(app.rows(AuditEvent))
    saved = save(page).follow()
    assert saved.h1 == "1 draft saved, not submitted yet"
    stored = report(app, code)
    assert stored is not None
    assert (stored.status, stored.progress_en) == (Status.LIMITED, PROGRESS)
    assert [event.action for event in app.rows(AuditEvent)[events:]] == ["report.saved", "upload.applied"]
    (mail,) = app.rows(OutboxMessage, OutboxMessage.kind == "receipt", OutboxMessage.person_id == app.person_id("ontario"))
    assert "1 draft saved, not submitted (" in mail.subject
    assert "Limited progress, draft" in mail.text
    undone = saved.form("/undo").submit().follow()
    assert undone.h1 == "This upload was undone"
    assert app.rows(AuditEvent)[-1].action == "upload.undone"


def test_undo_of_a_report_that_did_not_exist_leaves_no_draft(app: App, ontario: Client) -> None:
    code, chair = own_code(app, ontario), app.client_as("chair")
    pages = [(ontario, "/en/my-updates"), (ontario, "/en/my-updates/submit"), (chair, "/en/readiness")]
    before = [shown(client, path) for client, path in pages]
    cells = {(code, "status"): "Limited progress", (code, "progress_en"): PROGRESS}
    saved = save(upload(ontario, fill(download(ontario), cells)).follow()).follow()
    assert [shown(client, path) for client, path in pages] != before
    saved.form("/undo").submit().follow()
    assert [shown(client, path) for client, path in pages] == before


def test_last_report_of_a_corrected_report_is_that_of_the_quarter_before(app: App, ontario: Client) -> None:
    def last_reports() -> dict[str, str]:
        sheet = load_workbook(BytesIO(download(ontario)))[REPORTS_SHEET]
        columns = {cell.value: cell.column for cell in sheet[CODES_ROW]}
        rows = range(FIRST_ROW, sheet.max_row + 1)
        return {str(sheet.cell(row, columns["code"]).value): str(sheet.cell(row, columns["previous"]).value) for row in rows}

    before = last_reports()["3.2"].partition("\n")[0]
    assert before.startswith("Limited progress")
    for status in ("SP", "LP", "SP"):
        ontario.report_form("3.2").fill(status=status, progress_en=f"Now {status}.").submit(button_value="submit")
    assert last_reports()["3.2"] == before


def test_receipt_says_what_was_submitted_since_and_offers_only_what_works(app: App, ontario: Client) -> None:
    others = next(each for each in workbook_codes(ontario).split() if each != SHARED and report(app, each) is None)
    more = {(SHARED, "status"): "Limited progress", (SHARED, "challenge_en"): "Staff is short."}
    receipt = save(preview(ontario, {(SHARED, "progress_en"): PROGRESS, (others, "progress_en"): PROGRESS, **more})).follow()
    page_url = receipt.path
    ontario.report_form(SHARED).submit(button_value="submit")
    page = ontario.get(page_url)
    assert page.h1 == "1 draft saved, not submitted yet; 1 report saved, submitted since"
    assert "submitted since" in page.main_text
    assert "Undo this upload" in page.main_text
    ontario.report_form(others).fill(status="LP", challenge_en="Staff is short.").submit(button_value="submit")
    page = ontario.get(page_url)
    assert page.h1 == "2 reports saved, submitted since"
    for label in ("Review and submit", "Undo this upload", "cannot be submitted yet", "before you submit"):
        assert label not in page.main_text
    assert "Go to my updates" in page.main_text


def test_receipt_of_a_closed_quarter_offers_no_undo(app: App, ontario: Client) -> None:
    receipt = save(preview(ontario, {(SHARED, "progress_en"): PROGRESS})).follow()
    app.execute(update(ReportingPeriod).where(ReportingPeriod.id == 3).values(closed_at=REAL_NOW))
    page = ontario.get(receipt.path)
    assert "This quarter is closed." in page.main_text
    for label in ("Review and submit", "Undo this upload"):
        assert label not in page.main_text


def test_undone_receipt_says_it_once_and_promises_no_email(app: App, ontario: Client) -> None:
    receipt = save(preview(ontario, {(SHARED, "progress_en"): PROGRESS})).follow()
    page = receipt.form("/undo").submit().follow()
    assert page.main_text.count("1 report is as it was before.") == 1
    assert "You will also receive" not in page.main_text


def test_form_of_a_draft_conflicts_after_the_upload_was_undone(app: App, ontario: Client) -> None:
    saved = save(preview(ontario, {(SHARED, "status"): "Limited progress", (SHARED, "progress_en"): PROGRESS})).follow()
    form = app.client_as("bc").report_form(SHARED).fill(progress_en="Three members answered.")
    saved.form("/undo").submit()
    refused = form.submit(button_value="save")
    assert refused.status == 409
    assert "Three members answered." in refused.main_text


def test_workbook_of_a_draft_can_be_uploaded_after_the_upload_was_undone(app: App, ontario: Client) -> None:
    saved = save(preview(ontario, {(SHARED, "status"): "Limited progress", (SHARED, "progress_en"): PROGRESS})).follow()
    workbook = download(ontario)
    saved.form("/undo").submit()
    page = upload(ontario, fill(workbook, {(SHARED, "next_step_en"): "Publish."})).follow()
    assert not page.find_all("span", class_="problem-mark is-error"), page.main_text
    save(page)
    stored = report(app, SHARED)
    assert stored is not None
    assert (stored.status, stored.progress_en, stored.next_step_en, stored.version) == (None, "", "Publish.", 3)


def test_missing_challenge_says_that_one_language_is_enough(ontario: Client) -> None:
    page = preview(ontario, {(SHARED, "status"): "Limited progress", (SHARED, "progress_en"): PROGRESS})
    assert "Describe the challenge." in page.main_text
    assert "One language is enough." in page.main_text


def test_save_button_pressed_twice_saves_once(app: App, ontario: Client) -> None:
    code = own_code(app, ontario)
    form = preview(ontario, {(code, "progress_en"): PROGRESS}).form("/save")
    first, second = form.submit(), form.submit()
    assert first.redirect_path == second.redirect_path
    stored = report(app, code)
    assert stored is not None
    assert stored.version == 1
    assert len(app.rows(AuditEvent, AuditEvent.action == "upload.applied")) == 1


def test_neighbour_sees_and_saves_nothing_of_an_upload(app: App, ontario: Client) -> None:
    code = own_code(app, ontario)
    page = preview(ontario, {(code, "progress_en"): PROGRESS})
    (stored,) = app.rows(Upload)
    quebec = app.client_as("quebec")
    path = f"/en/workbook/uploads/{stored.id}"
    for refused in (
        quebec.get(path),
        quebec.get(f"{path}/marked.xlsx"),
        page.form("/save").submit(client=quebec, extra={"csrf_token": quebec.csrf_token()}),
        quebec.post(f"{path}/undo", {"csrf_token": quebec.csrf_token()}),
    ):
        assert refused.status == 404
    assert report(app, code) is None


def test_workbook_of_others_is_refused_by_their_name(app: App, ontario: Client) -> None:
    code = own_code(app, ontario)
    data = fill(download(ontario), {(code, "progress_en"): PROGRESS})
    page = upload(app.client_as("quebec"), data).follow()
    assert "Download your own workbook. This one is for Ontario." in page.main_text
    assert "has no changes" not in page.main_text
    assert "Download your workbook with these cells marked" not in page.main_text
    assert not page.find_all("button", class_="primary")
    page = upload(app.client_as("quebec"), download(ontario)).follow()
    assert "Download your own workbook. This one is for Ontario." in page.main_text


def test_unchanged_workbook_of_others_is_named_as_theirs(app: App, ontario: Client) -> None:
    page = upload(ontario, download(app.client_as("bc"))).follow()
    assert "Check that this is your workbook. It is for British Columbia." in page.main_text
    assert "Check that" not in upload(app.client_as("chair"), download(app.client_as("bc"))).follow().main_text
    assert "Download your workbook with these cells marked" not in page.main_text


def test_row_of_others_in_my_workbook_is_refused_by_its_code(app: App, ontario: Client) -> None:
    code = own_code(app, ontario)
    others = next(a.code for a in app.rows(Activity) if f"{a.code} " not in workbook_codes(ontario))
    page = preview(ontario, {(code, "code"): others, (code, "progress_en"): PROGRESS})
    assert "You cannot report on this activity." in page.main_text
    assert f"Report {others}" in page.main_text


def test_quarter_that_a_later_report_replaced_can_no_longer_be_corrected(app: App, ontario: Client) -> None:
    data = ontario.get("/en/workbook/reports.xlsx?period=2020-06").response.get_data()
    page = upload(ontario, fill(data, {("4.3", "progress_en"): PROGRESS})).follow()
    assert "This workbook is for Quarter 2 of 2020. Quarter 3 of 2020 is open now." in page.main_text
    more = {"status": "LP", "progress_en": PROGRESS, "challenge_en": "Staff is short."}
    ontario.report_form("4.3").fill(**more).submit(button_value="submit")
    refused = save(page)
    assert refused.status == 409
    assert "The report for Quarter 2 can no longer be corrected" in refused.main_text
    assert not refused.find_all("button", class_="primary")


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_reader_and_visitor_cannot_reach_the_workbook(app: App, lang: str) -> None:
    assert app.client_as("visitor").get(f"/{lang}/workbook").status in (302, 303)
    assert app.client_as("reader").get(f"/{lang}/workbook").status == 403


def test_file_that_is_no_workbook_is_refused_with_its_reason(app: App, ontario: Client) -> None:
    page = upload(ontario, b"a,b\n1,2\n", "reports.csv").follow()
    assert page.h1 == "Your workbook was not read"
    assert ".xlsx" in page.main_text
    with Session(app.engine) as session:
        assert session.scalars(select(Upload.content)).all() == [None]


def test_workbook_without_its_hidden_sheet_is_compared_with_the_open_quarter(app: App, ontario: Client) -> None:
    code = own_code(app, ontario)
    book = load_workbook(BytesIO(fill(download(ontario), {(code, "progress_en"): PROGRESS})))
    del book["_cogwg"]
    data = BytesIO()
    book.save(data)
    page = upload(ontario, data.getvalue()).follow()
    assert "The hidden sheet of your workbook is missing" in page.main_text
    assert PROGRESS in page.main_text
    save(page)
    assert report(app, code) is not None


def test_missing_file_is_named(ontario: Client) -> None:
    page = ontario.get("/en/workbook").form("/en/workbook").submit()
    assert page.status == 422
    assert "Choose the workbook that you filled in." in page.alert_text


def test_guide_says_for_whom_the_workbook_is_and_that_it_must_be_submitted_on_the_site(ontario: Client) -> None:
    sheet = load_workbook(BytesIO(download(ontario))).worksheets[0]
    words = " ".join(str(cell.value) for row in sheet for cell in row if cell.value)
    assert "For: Ontario" in words
    assert "5. On the site, select “Review and submit”." in words
    assert "Due September\u00a030, 5\u00a0pm (Eastern time)." in words
    assert "5. Sur le site, sélectionnez" in words


def test_receipt_promises_no_email_while_none_can_be_sent(app: App, ontario: Client) -> None:
    receipt = save(preview(ontario, {(own_code(app, ontario), "progress_en"): PROGRESS})).follow()
    assert "Emails are not sent yet, because this site has no email server." in receipt.main_text
