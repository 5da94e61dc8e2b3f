"""A lead gets the federal tracker's template back with what was submitted, and nothing that is a draft."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.audit.services import SYSTEM
from cogwg.core.db import write_transaction
from cogwg.ogp.editing import facts_of, record_commitment
from cogwg.ogp.importing.reading import read_commitments
from cogwg.ogp.importing.services import check_file, save_commitments
from cogwg.ogp.models import Commitment
from cogwg.plan.models import Priority
from tests.databases import DECK_DAY, DECK_NOON
from tests.ogp.importing.files import NAP6_COLUMNS, csv_of, nap6_rows
from tests.web_client import App, Client, Page
from tests.workbook.federal_templates import template

PAGE = "/en/workbook/federal-tracker"


def serve(app: App, number: int) -> None:
    """Let a priority serve a commitment of the federal tracker."""
    with Session(app.engine) as session, write_transaction(session):
        checked = check_file(session, read_commitments(csv_of(nap6_rows(8)[:18], NAP6_COLUMNS)), today=DECK_DAY)
        save_commitments(session, checked, by=SYSTEM, at=DECK_NOON)
        row = session.scalars(select(Commitment).where(Commitment.identifier == "2025-C01")).one()
        priority = session.scalars(select(Priority.id).where(Priority.number == number)).one()
        facts = replace(facts_of(row), priorities=(priority,))
        record_commitment(session, facts, version=row.version, by=SYSTEM, at=DECK_NOON)


def fill(client: Client, data: bytes, period: str = "2020-06", priority: str = "3") -> Page:
    form = client.get(PAGE).form(PAGE)
    form.values |= {"period": period, "priority": priority}
    return form.submit(extra={"file": (BytesIO(data), "nap6.xlsx")})


def test_submitted_reports_are_filled_into_the_template(app: App) -> None:
    serve(app, 3)
    answer = fill(app.client_as("ontario"), template())

    assert answer.status == 200
    assert answer.response.headers["Content-Disposition"].endswith("federal-tracker-2020-06-3.xlsx")
    sheet = load_workbook(BytesIO(answer.response.get_data()))["nap6"]
    filled = [sheet.cell(6, column).value for column in range(3, 14)]
    assert filled[:4] == ["2020-06", "C01", "C01.1", "C01.1.1"]
    assert filled[4] in {"NS", "LP", "SP", "C"}
    assert filled[5]
    assert sheet["C7"].value is None


def test_a_priority_that_serves_nothing_and_a_quarter_without_reports_say_so(app: App) -> None:
    ontario = app.client_as("ontario")
    assert "There is nothing to fill in" in fill(ontario, template()).alert_text
    serve(app, 3)
    assert "There is nothing to fill in" in fill(ontario, template(), priority="1").alert_text
    assert "There is nothing to fill in" in fill(ontario, template(), period="2020-12").alert_text


def test_a_file_that_is_no_template_is_refused(app: App) -> None:
    serve(app, 3)
    ontario = app.client_as("ontario")
    refused = fill(ontario, template(layout="v2"))
    assert (refused.status, "No sheet of this workbook is the federal tracker’s template" in refused.alert_text) == (422, True)
    large = fill(ontario, b"PK\x03\x04" + b"x" * (6 * 1024 * 1024))
    assert (large.status, "This template is too large." in large.alert_text) == (413, True)
