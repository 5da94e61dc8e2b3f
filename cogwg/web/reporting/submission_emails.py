"""The emails about a submission, queued in the same transaction: the sender's receipt, and an email to the other leads."""

from __future__ import annotations

from sqlalchemy.orm import Session

from cogwg.accounts.queries import NamedJurisdiction
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.status import Status
from cogwg.notices.event_messages import ReceiptLine, Sender
from cogwg.notices.services import notify_co_leads, notify_receipt
from cogwg.reporting.rules import ReportDraft
from cogwg.reporting.services import Receipt, ReceiptEntry
from cogwg.web.http.mail_context import mail_context
from cogwg.web.reporting.worklist import ReportContext


def queue_submission_emails(
    session: Session, context: ReportContext, receipt: Receipt, *, with_receipt: bool, is_by_link: bool = False
) -> None:
    """Queue the receipt for the person who submitted the reports, and an email to the leads of the other jurisdictions.

    ``with_receipt`` is false for a report that is submitted alone for the first time, because five such reports would mean five
    emails. The receipt is still in the list of receipts.
    """
    if context.period is None:
        return
    lines = [_receipt_line(report, report.draft.status) for report in receipt.reports if report.draft.status is not None]
    reporter, token = context.reporter, str(receipt.number)
    if with_receipt:
        path = f"my-updates/receipts/{receipt.number}"
        notify_receipt(
            session,
            context.period,
            lines,
            token=token,
            path=path,
            by=reporter.actor,
            is_by_link=is_by_link,
            **mail_context(),
        )
    sender = Sender(reporter.person.name, reporter.jurisdiction_names, is_on_behalf=reporter.acting_for is not None)
    notify_co_leads(session, context.period, lines, sender, token=token, by=reporter.actor, **mail_context())


def _receipt_line(report: ReceiptEntry, status: Status) -> ReceiptLine:
    activity, draft = report.target.activity, report.draft
    return ReceiptLine(
        code=activity.code,
        title=activity.title,
        before=report.before,
        after=status,
        nothing_to_report=draft.nothing_to_report,
        amends=report.amends,
        also_for=tuple(
            NamedJurisdiction(other.jurisdiction_id, other.jurisdiction_code, other.full_name)
            for other in report.target.also_for
            if other.jurisdiction_id is not None
        ),
        evidence=draft.evidence,
        missing_languages=_missing_languages(draft),
    )


def _missing_languages(draft: ReportDraft) -> tuple[Language, ...]:
    """Return each language in which a text of the report is missing, although the text exists in the other language."""
    texts: list[Bilingual] = [draft.progress, draft.challenge, draft.evidence_note, draft.next_step]
    texts += [link.label for link in draft.evidence]
    return tuple(lang for lang in Language if any(lang in text.missing_languages for text in texts))
