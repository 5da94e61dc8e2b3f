"""The reports that leads have yet to submit, in the same order on both engines."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction
from cogwg.core.db import write_transaction
from cogwg.plan.models import Activity
from cogwg.reporting.models import ReportingPeriod, ReportState, StatusReport
from cogwg.reporting.unfinished import unfinished_reports

NOW = datetime(2020, 9, 24, 16, tzinfo=UTC)


def test_returned_reports_come_before_drafts_each_in_their_order(seeded: Session) -> None:
    of_quarter = select(StatusReport.id, Activity.code).join(Activity).join(ReportingPeriod)
    started = seeded.execute(of_quarter.where(ReportingPeriod.key == "2020-09").order_by(StatusReport.id).limit(4)).all()
    draft, returned_last, next_draft, returned_first = started
    with write_transaction(seeded):
        for report in started:
            seeded.execute(update(StatusReport).where(StatusReport.id == report.id).values(state=ReportState.DRAFT))
        for day, report in ((21, returned_first), (22, returned_last)):
            back = {"state": ReportState.RETURNED, "returned_at": NOW.replace(day=day), "returned_note": "Say more."}
            seeded.execute(update(StatusReport).where(StatusReport.id == report.id).values(**back))
    everyone = seeded.scalars(select(Jurisdiction.id)).all()
    listed = [report.code for report in unfinished_reports(seeded, everyone, NOW)]
    codes = {report.code for report in started}
    in_order = [returned_first, returned_last, draft, next_draft]
    assert [code for code in listed if code in codes] == [report.code for report in in_order]
