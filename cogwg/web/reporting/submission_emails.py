"""The emails about a submission, queued in the same transaction: the sender's receipt, and an email to the other leads."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from cogwg.notices.event_messages import Sender
from cogwg.notices.receipt_lines import receipt_line
from cogwg.notices.services import notify_co_leads, notify_receipt
from cogwg.notices.unsent_reports import UnsentLine
from cogwg.plan.lookups import activity_titles
from cogwg.reporting.report_progress import NotSubmittedReason
from cogwg.reporting.services import Receipt
from cogwg.web.http.mail_context import mail_context
from cogwg.web.reporting.worklist import ReportContext


def queue_submission_emails(
    session: Session,
    context: ReportContext,
    receipt: Receipt,
    not_submitted: Mapping[int, NotSubmittedReason] | None = None,
    *,
    with_receipt: bool,
    is_by_link: bool = False,
) -> None:
    """Queue the receipt for the person who submitted the reports, and an email to the leads of the other jurisdictions.

    ``not_submitted`` maps the id of each activity whose report was left out to the reason; the receipt lists these activities.
    ``with_receipt`` is false for a report that is submitted alone for the first time, because five such reports would mean
    five emails. The receipt is still in the list of receipts.
    """
    if context.period is None:
        return
    lines = [receipt_line(report, report.draft.status) for report in receipt.reports if report.draft.status is not None]
    reporter, token = context.reporter, str(receipt.number)
    if with_receipt:
        path = f"my-updates/receipts/{receipt.number}"
        notify_receipt(
            session,
            context.period,
            lines,
            _unsent_lines(session, not_submitted or {}),
            token=token,
            path=path,
            by=reporter.actor,
            is_by_link=is_by_link,
            **mail_context(),
        )
    sender = Sender(reporter.person.name, reporter.jurisdiction_names, is_on_behalf=reporter.acting_for is not None)
    notify_co_leads(session, context.period, lines, sender, token=token, by=reporter.actor, **mail_context())


def _unsent_lines(session: Session, reasons: Mapping[int, NotSubmittedReason]) -> list[UnsentLine]:
    titles = activity_titles(session, reasons) if reasons else {}
    return [UnsentLine(*titles[activity_id], reason) for activity_id, reason in reasons.items()]
