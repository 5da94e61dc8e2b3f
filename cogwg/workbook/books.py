"""What a workbook holds, as values. ``queries`` builds them from the record; ``diff`` compares them with a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language
from cogwg.core.status import Status, Timeliness
from cogwg.core.text_states import StaleTexts
from cogwg.plan.drafts import DraftPlan
from cogwg.reporting.rules import ReportDraft


@dataclass(frozen=True, slots=True)
class ReportRow:
    """An activity and its report. A report that does not exist yet has the version 0 and an empty draft.

    ``due`` and ``jurisdictions`` are words for the reader; ``previous_status`` and ``previous_progress`` are those of the last
    submission before this quarter.
    """

    code: str
    activity_id: int
    title: Bilingual
    due: Bilingual
    jurisdictions: Bilingual
    version: int
    draft: ReportDraft
    priority: Bilingual = EMPTY_TEXT
    previous_status: Status | None = None
    previous_progress: Bilingual = EMPTY_TEXT
    is_due: Timeliness = Timeliness.NOT_YET_DUE
    stale: StaleTexts = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class GuideFacts:
    """Other facts in the guide: who the workbook is for, when its reports are due, and the address of the site."""

    names: tuple[Bilingual, ...] = ()
    due_at: datetime | None = None
    site: str = ""


@dataclass(frozen=True, slots=True)
class ReportsBook:
    """The reports of a quarter; ``jurisdictions`` has the codes of those whose reports it holds, none for all of them.

    The texts of both languages are in one workbook; ``lang`` only decides which comes first.
    """

    period_key: str
    plan_year: int
    jurisdictions: tuple[str, ...]
    rows: tuple[ReportRow, ...]
    written_at: datetime
    lang: Language = Language.EN
    guide: GuideFacts = GuideFacts()


@dataclass(frozen=True, slots=True)
class PlanBook:
    """A whole plan. ``jurisdictions`` maps the id of each jurisdiction to its code and name, for the roles."""

    plan: DraftPlan
    jurisdictions: Mapping[int, tuple[str, Bilingual]] = field(default_factory=dict)
    written_at: datetime | None = None
    lang: Language = Language.EN
