"""Every text of a report is wherever a report is: see "Add a field to a report" in docs/how-to/contribute.md."""

from __future__ import annotations

from dataclasses import fields

import pytest

from cogwg.inspection.wording import FIELD_LABELS
from cogwg.reporting.merge import TEXT_FIELDS
from cogwg.reporting.models import ReportState, StatusReport, Submission
from cogwg.reporting.queries import TEXT_COLUMNS, CurrentStatus, ReportFacts
from cogwg.reporting.rules import REPORT_TEXTS, ReportDraft
from cogwg.reporting.services import report_audit_data
from cogwg.reporting.timeline import SubmissionFacts
from cogwg.tracker.archive.pages import REPORT_LABELS
from cogwg.tracker.corrections import REPORT_FIELDS
from cogwg.tracker.open_data.datasets.reports import REPORTS
from cogwg.tracker.values import PublishedReport
from cogwg.web.admin import publishing_rows
from cogwg.web.http.history import ReportTexts
from cogwg.web.public import corrections
from cogwg.web.reporting.forms import UpdateForm
from cogwg.web.reporting.receipts import ReceiptRow
from cogwg.workbook.layout import REPORT_COLUMNS


def names(of: type) -> set[str]:
    return {field.name for field in fields(of)}


def pairs(columns: set[str]) -> set[str]:
    return {name[:-3] for name in columns if name.endswith("_en") and f"{name[:-3]}_fr" in columns}


PLACES = {
    "cogwg/reporting/models.py, StatusReport": pairs(set(StatusReport.__table__.columns.keys())),
    "cogwg/reporting/models.py, Submission": pairs(set(Submission.__table__.columns.keys())),
    **{
        f"{c.__module__}, {c.__name__}": names(c)
        for c in (ReportDraft, CurrentStatus, ReportFacts, SubmissionFacts, PublishedReport, ReportTexts, ReceiptRow)
    },
    "cogwg/reporting/queries.py, TEXT_COLUMNS": pairs(set(TEXT_COLUMNS)),
    "cogwg/reporting/services.py, report_audit_data": set(report_audit_data(ReportDraft(None), ReportState.DRAFT, 1)),
    "cogwg/reporting/merge.py, TEXT_FIELDS": pairs(set(TEXT_FIELDS)),
    "cogwg/web/reporting/forms.py, UpdateForm": pairs(set(vars(UpdateForm))),
    "cogwg/workbook/layout.py, REPORT_COLUMNS": pairs({column.code for column in REPORT_COLUMNS}),
    "cogwg/tracker/corrections.py, REPORT_FIELDS": set(REPORT_FIELDS),
    "cogwg/tracker/archive/pages.py": set(REPORT_LABELS),
    "cogwg/tracker/open_data/datasets/reports.py": {field.name for field in REPORTS.fields},
    "cogwg/inspection/wording.py, FIELD_LABELS": set(FIELD_LABELS),
    "cogwg/web/admin/publishing_rows.py": set(publishing_rows.FIELD_NAMES),
    "cogwg/web/public/corrections.py": set(corrections.FIELD_NAMES),
}


@pytest.mark.parametrize("place", PLACES)
def test_place_has_every_text_of_a_report(place: str) -> None:
    assert not set(REPORT_TEXTS) - PLACES[place], (
        f"add them to {place}; then docs/how-to/contribute.md, Add a field to a report"
    )
