"""The reports of a submission as lines of the emails about it."""

from __future__ import annotations

from cogwg.accounts.queries import NamedJurisdiction
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.status import Status
from cogwg.notices.event_messages import ReceiptLine
from cogwg.reporting.rules import ReportDraft
from cogwg.reporting.services import ReceiptEntry


def receipt_line(report: ReceiptEntry, status: Status) -> ReceiptLine:
    """Return a submitted report with this status as a line of the emails about it."""
    activity, draft = report.target.activity, report.draft
    return ReceiptLine(
        code=activity.code,
        title=activity.title,
        before=report.before,
        after=status,
        nothing_to_report=draft.nothing_to_report,
        has_challenge=bool(draft.challenge),
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
