"""Blank drafts: reports that were never submitted and have nothing in them.

A blank draft remains if a draft is emptied, or if the upload that created it is undone. Every page and count treats it as no
report. The row is kept so that its version continues: saving a form that was loaded from an earlier version must still cause a
conflict.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, FromClause, and_, select

from cogwg.core.db import table
from cogwg.reporting.models import Evidence, ReportState
from cogwg.reporting.rules import REPORT_TEXTS

_E = table(Evidence)


def is_blank(report: FromClause) -> ColumnElement[bool]:
    """Return ``ReportFacts.is_blank`` as an SQL condition on a report."""
    texts = (report.c[f"{name}_{lang}"] == "" for name in REPORT_TEXTS for lang in ("en", "fr"))
    evidence = select(_E.c.id).where(_E.c.report_id == report.c.id).correlate(report).exists()
    is_draft = report.c.state == ReportState.DRAFT
    return and_(is_draft, report.c.status.is_(None), ~report.c.nothing_to_report, *texts, ~evidence)
