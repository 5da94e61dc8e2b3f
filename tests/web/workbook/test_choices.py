"""Conflicts with a choice for each field, questions, reports changed in the meantime, and acceptance by the secretariat."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import update

from cogwg.audit.models import AuditEvent
from cogwg.imports.queries import UploadHead, upload_head
from cogwg.mail.models import OutboxMessage
from cogwg.plan.models import Activity
from cogwg.reporting.models import ReportingPeriod, ReportState, StatusReport, Submission
from tests.databases import REAL_NOW
from tests.web.workbook.filled import download, fill, preview, save, upload
from tests.web.workbook.test_round_trip import report, workbook_codes
from tests.web_client import App, Client, Page

CODE = "4.3"
"""An activity that Ontario and British Columbia report on together."""
BASE, THEIRS, YOURS = "Eleven resources are shared.", "Twelve resources are shared.", "Thirteen resources are shared."
LIMITED = "Limited progress – Progrès limité"


def conflict_page(app: App, ontario: Client, **more: str) -> Page:
    """Return the preview of a workbook whose progress text another person changed after the download."""
    save(preview(ontario, {(CODE, "progress_en"): BASE, (CODE, "challenge_en"): "Staff is short.", (CODE, "status"): LIMITED}))
    data = download(ontario)
    ontario.report_form(CODE).fill(progress_en=THEIRS).submit(button_value="save")
    cells = {(CODE, "progress_en"): YOURS, **{(CODE, column): text for column, text in more.items()}}
    page = upload(ontario, fill(data, cells)).follow()
    assert page.status == 200
    return page


def test_same_workbook_corrected_and_uploaded_again_is_a_change_not_a_conflict(app: App, ontario: Client) -> None:
    data = download(ontario)
    save(upload(ontario, fill(data, {(CODE, "progress_en"): THEIRS, (CODE, "next_step_en"): "Publish."})).follow())
    corrected = {(CODE, "progress_en"): YOURS, (CODE, "next_step_en"): "Publish."}
    page = upload(ontario, fill(data, corrected)).follow()
    assert not page.find_all("fieldset", class_="difference")
    save(page)
    assert (stored(app).progress_en, stored(app).next_step_en) == (YOURS, "Publish.")
    ontario.report_form(CODE).fill(progress_en=THEIRS).submit(button_value="save")
    page = upload(ontario, fill(data, {(CODE, "progress_en"): "Fourteen."})).follow()
    assert page.find_all("fieldset", class_="difference"), "the text was changed on the site since"


def test_colleague_with_a_copy_of_my_workbook_still_gets_a_conflict(app: App, ontario: Client) -> None:
    data = download(ontario)
    save(upload(ontario, fill(data, {(CODE, "progress_en"): THEIRS})).follow())
    colleague = app.client_as("bc")
    page = upload(colleague, fill(data, {(CODE, "progress_en"): YOURS})).follow()
    assert page.find_all("fieldset", class_="difference")


def stored(app: App) -> StatusReport:
    row = report(app, CODE)
    assert row is not None
    return row


@pytest.mark.parametrize(
    ("choice", "text", "expected"),
    [
        ("theirs", "", THEIRS),
        ("yours", "", YOURS),
        ("both", "Twelve or thirteen resources are shared.", "Twelve or thirteen resources are shared."),
    ],
)
def test_conflict_shows_three_texts_and_the_choice_is_saved(
    app: App, ontario: Client, choice: str, text: str, expected: str
) -> None:
    page = conflict_page(app, ontario, next_step_en="Publish them.")
    for shown in (BASE, "Twelve", "Thirteen"):
        assert shown in page.main_text
    answers = {f"choose-{CODE}-progress_en": choice, f"both-{CODE}-progress_en": text}
    assert save(page, **answers).follow().h1 == "1 draft saved, not submitted yet"
    assert (stored(app).progress_en, stored(app).next_step_en) == (expected, "Publish them.")


def test_conflict_without_a_choice_saves_nothing_and_says_so(app: App, ontario: Client) -> None:
    form = conflict_page(app, ontario).form("/save")
    assert f"choose-{CODE}-progress_en" not in form.values, "nothing is chosen for me between two texts of mine"
    refused = form.submit()
    assert refused.status == 422
    assert "Choose which version to keep." in refused.alert_text
    assert stored(app).progress_en == THEIRS


def test_field_that_only_one_side_changed_merges_and_is_marked(app: App, ontario: Client) -> None:
    save(preview(ontario, {(CODE, "progress_en"): BASE}))
    data = download(ontario)
    ontario.report_form(CODE).fill(progress_en=THEIRS).submit(button_value="save")
    page = upload(ontario, fill(data, {(CODE, "next_step_en"): "Publish them."})).follow()
    assert "merged with their changes" in page.main_text
    save(page)
    assert (stored(app).progress_en, stored(app).next_step_en) == (THEIRS, "Publish them.")


@pytest.mark.parametrize(("answer", "expected"), [("keep", "Staff is short."), ("remove", "")])
def test_emptied_cell_asks_and_keeps_the_text_unless_told_otherwise(
    app: App, ontario: Client, answer: str, expected: str
) -> None:
    save(preview(ontario, {(CODE, "progress_en"): BASE, (CODE, "challenge_en"): "Staff is short."}))
    page = preview(ontario, {(CODE, "challenge_en"): None, (CODE, "next_step_en"): "Publish them."})
    assert page.form("/save").values["answer-0"] == "keep"
    save(page, **{"answer-0": answer})
    assert (stored(app).challenge_en, stored(app).next_step_en) == (expected, "Publish them.")


def test_conflict_does_not_hide_that_the_cell_itself_is_wrong(app: App, ontario: Client) -> None:
    page = conflict_page(app, ontario, progress_en="x" * 4001)
    assert "Shorten this text to at most" in page.main_text
    assert "Report 4.3" in page.main_text
    assert not page.find_all("button", class_="primary")


def test_choices_that_break_rules_are_named_together_with_report_and_cell(app: App, ontario: Client) -> None:
    submitted_report(app, ontario)
    cells = {(CODE, "progress_en"): None, (CODE, "challenge_en"): None, (CODE, "next_step_en"): "Publish."}
    page = preview(ontario, cells)
    refused = save(page, **{"answer-0": "remove", "answer-1": "remove"})
    assert refused.status == 422
    assert "Describe the progress" in refused.alert_text
    assert refused.alert_text.count("Report 4.3, ") == len(refused.find_all("li", class_="problem"))
    assert stored(app).progress_en == BASE


def test_report_that_changed_after_the_preview_is_shown_again_and_nothing_is_saved(app: App, ontario: Client) -> None:
    save(preview(ontario, {(CODE, "progress_en"): BASE}))
    page = preview(ontario, {(CODE, "progress_en"): YOURS, ("3.3", "progress_en"): "Tested."})
    ontario.report_form(CODE).fill(progress_en=THEIRS).submit(button_value="save")
    refused = save(page)
    assert refused.status == 409
    assert "These reports have changed since this preview" in refused.alert_text
    assert stored(app).progress_en == THEIRS
    assert report(app, "3.3") is None, "all or nothing"
    assert save(page).status == 409, "the old preview can no longer be saved"
    answered = save(refused, **{f"choose-{CODE}-progress_en": "yours"}).follow()
    assert answered.h1 == "2 drafts saved, not submitted yet"
    assert stored(app).progress_en == YOURS


def test_second_press_while_the_preview_is_compared_again_is_told_that_it_is_outdated(
    app: App, ontario: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(preview(ontario, {(CODE, "progress_en"): BASE}))
    page = preview(ontario, {(CODE, "progress_en"): YOURS})
    ontario.report_form(CODE).fill(progress_en=THEIRS).submit(button_value="save")
    first: list[Page] = []

    def read_and_lose_time(*arguments: Any) -> UploadHead:
        head = upload_head(*arguments)
        if not first:
            first.append(page)
            first[0] = save(page)
        return head

    monkeypatch.setattr("cogwg.web.workbook.saving.upload_head", read_and_lose_time)
    second = save(page)
    assert (first[0].status, second.status) == (409, 409)
    assert "These reports have changed since this preview" in second.alert_text


def test_undo_leaves_what_changed_since_and_names_it(app: App, ontario: Client) -> None:
    save(preview(ontario, {(CODE, "progress_en"): BASE}))
    receipt = save(preview(ontario, {(CODE, "progress_en"): YOURS, ("3.3", "progress_en"): "Tested."})).follow()
    ontario.report_form(CODE).fill(progress_en=THEIRS).submit(button_value="save")
    undone = receipt.form("/undo").submit().follow()
    assert "Not undone, because they have changed since: 4.3." in undone.main_text
    assert stored(app).progress_en == THEIRS
    other = report(app, "3.3")
    assert other is not None
    assert other.progress_en == ""
    events = len(app.rows(AuditEvent))
    assert receipt.form("/undo").submit().status == 303
    assert len(app.rows(AuditEvent)) == events, "a second undo changes nothing"


def test_undo_after_every_report_changed_says_that_nothing_was_undone(app: App, ontario: Client) -> None:
    receipt = save(preview(ontario, {(CODE, "progress_en"): YOURS})).follow()
    ontario.report_form(CODE).fill(progress_en=THEIRS).submit(button_value="save")
    undone = receipt.form("/undo").submit().follow()
    assert undone.h1 == "Nothing was undone"
    assert "The report has changed since. It stays as it is." in undone.main_text
    assert stored(app).progress_en == THEIRS


def submitted_report(app: App, ontario: Client) -> None:
    ontario.report_form(CODE).fill(status="LP", progress_en=BASE, challenge_en="Staff is short.").submit(button_value="submit")
    assert stored(app).state is ReportState.SUBMITTED


def test_submitted_report_is_submitted_again_and_undone_again(app: App, ontario: Client) -> None:
    submitted_report(app, ontario)
    mails = len(app.rows(OutboxMessage))
    page = preview(ontario, {(CODE, "progress_en"): YOURS})
    assert "will be submitted again" in page.main_text
    assert [button.text for button in page.find_all("button", class_="primary")] == ["Save and submit again"]
    receipt = save(page).follow()
    assert receipt.h1 == "1 report submitted again"
    assert "Review and submit" not in receipt.main_text
    assert (stored(app).state, stored(app).progress_en) == (ReportState.SUBMITTED, YOURS)
    kinds = {mail.kind for mail in app.rows(OutboxMessage)[mails:]}
    assert kinds == {"receipt", "co-lead"}, "British Columbia's leads are told"
    receipt.form("/undo").submit()
    assert stored(app).progress_en == BASE
    assert len(app.rows(Submission, Submission.activity_id == stored(app).activity_id, Submission.period_id == 3)) == 3


def test_secretariat_accepts_a_submitted_report_in_spite_of_a_rule_with_a_reason(app: App, ontario: Client) -> None:
    submitted_report(app, ontario)
    cells = {(CODE, "status"): "Complete – Réalisé"}
    page = preview(ontario, cells)
    assert "Add a link that shows the activity is complete" in page.main_text
    assert not page.find_all("input", name=f"accept-{CODE}"), "a lead cannot accept it"
    secretariat = app.client_as("secretariat")
    page = preview(secretariat, cells, query="&for=on")
    refused = save(page, **{f"accept-{CODE}": "y"})
    assert refused.status == 422
    assert "Enter the reason" in refused.alert_text
    saved = save(page, **{f"accept-{CODE}": "y", f"reason-{CODE}": "The link follows by mail."}).follow()
    assert "Accepted in spite of a rule: The link follows by mail." in saved.main_text
    assert stored(app).status is not None
    assert stored(app).status.value == "C"
    (event,) = app.rows(AuditEvent, AuditEvent.action == "upload.applied")
    assert event.after["accepted"][0]["reason"] == "The link follows by mail."
    (submitted,) = app.rows(AuditEvent, AuditEvent.action == "report.submitted", AuditEvent.actor_id == event.actor_id)
    assert submitted.after["accepted"] == "The link follows by mail."


def test_lead_cannot_accept_by_a_forged_field(app: App, ontario: Client) -> None:
    submitted_report(app, ontario)
    page = preview(ontario, {(CODE, "status"): "Complete – Réalisé", ("3.3", "progress_en"): "Tested."})
    save(page, **{f"accept-{CODE}": "y", f"reason-{CODE}": "Because."})
    assert stored(app).status is not None
    assert stored(app).status.value == "LP"
    assert report(app, "3.3") is not None


def test_permission_lost_between_preview_and_save_saves_nothing(app: App, ontario: Client) -> None:
    page = preview(ontario, {(CODE, "progress_en"): YOURS})
    app.execute(update(ReportingPeriod).where(ReportingPeriod.key == "2020-09").values(closed_at=REAL_NOW))
    refused = save(page)
    assert refused.status == 422
    assert "This quarter is closed" in refused.alert_text
    assert report(app, CODE) is None


def test_co_chair_reports_on_behalf_of_the_jurisdiction_of_the_workbook(app: App) -> None:
    chair = app.client_as("chair")
    receipt = save(preview(chair, {("3.3", "progress_en"): "By telephone."}, query="&for=on")).follow()
    assert "on behalf of Ontario" in receipt.main_text
    row = report(app, "3.3")
    assert row is not None
    assert row.behalf_of is not None


def test_preview_expires_and_says_what_to_do(app: App, ontario: Client) -> None:
    page = preview(ontario, {(CODE, "progress_en"): YOURS})
    app.clock.advance(minutes=31)
    expired = save(page).follow()
    assert expired.h1 == "This preview has expired"
    assert report(app, CODE) is None


def test_draft_that_cannot_be_submitted_yet_is_named_with_its_cells(app: App, ontario: Client) -> None:
    page = preview(ontario, {("3.2", "status"): LIMITED, ("3.2", "progress_en"): "Begun.", ("3.2", "challenge_en"): None})
    assert "1 report can be saved but not submitted yet" in page.main_text
    assert "report is ready" not in page.main_text
    assert "Describe the challenge." in page.main_text
    assert "Report 3.2" in page.main_text
    (marked,) = [href for a in page.find_all("a") if (href := a.get("href", "")).endswith("marked.xlsx")]
    book = load_workbook(BytesIO(ontario.get(marked).response.get_data()))
    sheet = book["Reports – Rapports"]
    comments = [cell.coordinate for row in sheet for cell in row if cell.comment]
    assert len(comments) == 2, "in either language"
    receipt = save(page).follow()
    assert "Report 3.2 cannot be submitted yet." in receipt.main_text
    assert "Describe the challenge." in receipt.main_text


def test_same_file_asks_no_more_after_both_texts_were_kept(app: App, ontario: Client) -> None:
    save(preview(ontario, {(CODE, "progress_en"): BASE}))
    data = download(ontario)
    app.client_as("bc").report_form(CODE).fill(progress_en=THEIRS).submit(button_value="save")
    filled = fill(data, {(CODE, "progress_en"): YOURS})
    save(upload(ontario, filled).follow(), **{f"choose-{CODE}-progress_en": "both"})
    assert stored(app).progress_en == f"{THEIRS} {YOURS}"
    again = upload(ontario, filled).follow()
    assert "The workbook has no changes" in again.main_text
    assert not again.find_all("fieldset", class_="difference")


def submit_by_hand(client: Client) -> None:
    texts = {"status": "LP", "progress_en": THEIRS, "challenge_en": "Staff is short."}
    assert client.report_form(CODE).fill(**texts).submit(button_value="submit").status == 303


def test_old_preview_is_compared_again_when_it_is_opened(app: App, ontario: Client) -> None:
    page = preview(ontario, {(CODE, "next_step_en"): "Publish."})
    assert "Saves 1 report as a draft." in page.main_text
    submit_by_hand(ontario)
    again = ontario.get(page.path)
    assert again.status == 200
    assert "Your workbook was compared again." in again.main_text
    assert f"Report {CODE} was already submitted. It will be submitted again with the changes." in again.main_text
    assert "as a draft" not in again.main_text
    assert "compared again" not in ontario.get(page.path).main_text
    assert save(again).follow().h1 == "1 report submitted again"


def test_preview_of_a_closed_quarter_offers_nothing_to_save(app: App, ontario: Client) -> None:
    page = preview(ontario, {(CODE, "progress_en"): YOURS})
    app.execute(update(ReportingPeriod).where(ReportingPeriod.id == 3).values(closed_at=REAL_NOW))
    for closed in (save(page), ontario.get(page.path)):
        assert closed.main_text.count("This quarter is closed.") == 1
        for words in ("ready to save", "can be saved", "save these reports as drafts", "Saves 1 report"):
            assert words not in closed.main_text
        assert not closed.find_all("button", class_="primary")


def test_numbers_of_a_preview_count_what_is_saved_and_what_is_mine(app: App, ontario: Client) -> None:
    submit_by_hand(ontario)
    codes = [code for code in workbook_codes(ontario).split() if code != CODE and report(app, code) is None]
    others = next(a.code for a in app.rows(Activity) if f"{a.code} " not in workbook_codes(ontario))
    wrong = {(CODE, "status"): "Complete", (CODE, "next_step_en"): "Publish.", (codes[1], "code"): others}
    page = preview(ontario, {**wrong, (codes[0], "progress_en"): THEIRS, (codes[1], "progress_en"): BASE})
    assert "1 report has problems" in page.main_text
    assert f"Report {CODE} is left out until you correct it." in page.main_text
    assert "1 change in 1 report" in page.main_text
