"""An analyst enters and imports comments from other channels; names and addresses of their authors are not kept."""

from __future__ import annotations

from io import BytesIO

from sqlalchemy.orm import Session

from cogwg.core.db import write_transaction
from cogwg.engagement.masking import Mask
from cogwg.engagement.models import PublicComment
from cogwg.engagement.moderating import publish
from cogwg.engagement.scales import CommentState, MaskKind
from cogwg.tracker.models import PublishedComment
from tests.engagement.analysed import GIVEN
from tests.engagement.importing.test_comments import FILE, HEADINGS
from tests.web.analysis.conftest import CYCLE
from tests.web_client import App, Client, Page

ENTRIES, IMPORT = f"/admin/engagement/{CYCLE}/entries", f"/admin/engagement/{CYCLE}/import"


def entered(app: App) -> list[PublicComment]:
    return [each for each in app.rows(PublicComment) if each.entered_by is not None]


def enter(client: Client, publish: str, text: str = "Come to the North.") -> Page:
    form = client.get(f"/en{ENTRIES}").form(ENTRIES)
    form.values |= {"received_on": "2018-03-08", "publish": publish}
    return form.fill(text=text, channel="in-person", event="Iqaluit, March 8, 2018", language="en").submit()


def upload(client: Client, data: bytes) -> Page:
    return client.get(f"/en{IMPORT}").form(IMPORT).submit(extra={"file": (BytesIO(data), "comments.csv")})


def test_a_comment_of_a_meeting_waits_or_is_public_at_once(analysed: App) -> None:
    analyst = analysed.client_as("reader")
    assert "The comment is waiting for a moderator." in enter(analyst, "no").follow().main_text
    assert "The comment is published." in enter(analyst, "yes", "Come again.").follow().main_text

    waiting, public = entered(analysed)
    assert (waiting.state, public.state) == (CommentState.WAITING, CommentState.PUBLISHED)
    copies = {each.id: each.event for each in analysed.rows(PublishedComment)}
    assert waiting.id not in copies
    assert copies[public.id] == "Iqaluit, March 8, 2018"


def test_an_empty_comment_is_refused_and_what_was_typed_stays(analysed: App) -> None:
    page = enter(analysed.client_as("reader"), "no", "")
    assert page.status == 422
    assert page.field_error("text") == "Error: Enter the comment."
    assert page.find("input", id="event").get("value") == "Iqaluit, March 8, 2018"
    assert not entered(analysed)


def test_a_comment_entered_by_mistake_is_removed_from_the_pages_too(analysed: App) -> None:
    analyst = analysed.client_as("reader")
    enter(analyst, "yes")
    (row,) = entered(analysed)

    form = analyst.get(f"/en{ENTRIES}").form(f"/{row.id}/remove")
    names = [control.get("name") for control in form.controls]
    assert names.count("version") == 1, "a browser sends each field, and the first one counts"
    done = form.submit().follow()

    assert "The comment was removed." in done.main_text
    assert not entered(analysed)
    assert row.id not in {each.id for each in analysed.rows(PublishedComment)}


def test_what_a_moderator_masked_is_not_shown_to_analysts(analysed: App) -> None:
    analyst = analysed.client_as("reader")
    enter(analyst, "no", "Call me at 613-555-0123.")
    (row,) = entered(analysed)
    assert "613-555-0123" in analyst.get(f"/en{ENTRIES}").main_text
    with Session(analysed.engine) as session, write_transaction(session):
        publish(session, row.id, masks=[Mask(11, 23, MaskKind.PHONE)], version=row.version, **GIVEN)
    page = analyst.get(f"/en{ENTRIES}")
    assert "Call me at [phone number removed]." in page.main_text
    assert "613-555-0123" not in page.text


def test_a_file_is_checked_saved_and_undone(analysed: App) -> None:
    analyst, before = analysed.client_as("reader"), len(analysed.rows(PublishedComment))
    page = upload(analyst, FILE).follow()
    assert "Nothing is saved yet. The file would add 3 comments." in page.main_text
    assert "columns name, email" in page.main_text
    assert "canary@example.ca" not in page.text
    assert not entered(analysed)
    form = page.form("/save")
    form.values["publish"] = "yes"

    receipt = form.submit().follow()

    assert receipt.h1 == "3 comments saved"
    assert len(analysed.rows(PublishedComment)) == before + 3
    assert "Everything in this file is already saved." in upload(analyst, FILE).follow().main_text
    undone = receipt.form("/undo").submit().follow()
    assert undone.h1 == "This import was undone"
    assert not entered(analysed)
    assert len(analysed.rows(PublishedComment)) == before


def test_every_wrong_row_is_shown_and_nothing_can_be_saved(analysed: App) -> None:
    page = upload(analysed.client_as("reader"), (HEADINGS + "elsewhere,fax,,en,2018-05-08,Text,,\r\n").encode()).follow()
    assert "The file has 2 problems." in page.main_text
    assert "Row 2, column phase" in page.main_text
    assert not page.find_all("button", class_="primary")
    page.form("/save").submit()
    assert not entered(analysed)


def test_a_file_that_is_none_is_refused_with_what_to_do(analysed: App) -> None:
    analyst = analysed.client_as("reader")
    page = upload(analyst, b"\x00\x01not a table").follow()
    assert page.h1 == "Your file was not read"
    assert "Save the table as CSV" in page.main_text
    empty = analyst.get(f"/en{IMPORT}").form(IMPORT).submit(extra={"file": (BytesIO(b""), "")})
    assert (empty.status, empty.field_error("file")) == (422, "Error: Choose the file to import.")


def test_an_import_is_seen_by_the_person_who_uploaded_it_alone(analysed: App) -> None:
    path = upload(analysed.client_as("reader"), FILE).redirect_path
    assert analysed.client_as("reader").get(path).status == 200
    assert analysed.client_as("secretariat").get(path).status == 404
    assert analysed.client_as("ontario").get(path).status == 403
    for place in (ENTRIES, IMPORT):
        assert analysed.client_as("ontario").get(f"/en{place}").status == 403
