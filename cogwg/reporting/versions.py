"""What a report said at an earlier version: the trace keeps every one, so nobody is told only that something changed."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from cogwg.audit.queries import told_of
from cogwg.core.bilingual import Bilingual
from cogwg.core.scale import Status
from cogwg.reporting.rules import Draft, Link

_WORDED = ("report.saved", "report.submitted")


def draft_at(session: Session, report_id: int, version: int) -> Draft | None:
    """The words of a report at this version, which are those last saved up to it; None where the trace has none."""
    for told in told_of(session, ("report", report_id), _WORDED):
        if told["version"] <= version:
            return _read(told)
    return None


def _read(told: dict[str, Any]) -> Draft:
    """From what the services left in the trace."""
    return Draft(
        status=Status(told["status"]) if told["status"] is not None else None,
        progress=Bilingual(*told["progress"]),
        challenge=Bilingual(*told["challenge"]),
        evidence_note=Bilingual(*told["evidence_note"]),
        evidence=tuple(Link(one["url"], Bilingual(one["label_en"], one["label_fr"])) for one in told["evidence"]),
        nothing_to_report=told["nothing_to_report"],
    )
