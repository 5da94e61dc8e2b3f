"""The content of a workbook as values. ``queries`` builds them from the stored reports; ``diff`` compares them with a file."""

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

    ``due`` and ``jurisdictions`` are texts to read; ``previous_status`` and ``previous_progress`` are from the last submission
    before this quarter.
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
    """Facts for the guide: the jurisdictions that the workbook is for, when its reports are due, and the URL of the site."""

    names: tuple[Bilingual, ...] = ()
    due_at: datetime | None = None
    site: str = ""


@dataclass(frozen=True, slots=True)
class ReportsBook:
    """The workbook of the reports of a quarter.

    ``jurisdictions`` are the codes of the jurisdictions whose reports it contains, none for all of them. The workbook has the
    texts in both languages; ``lang`` only decides which language comes first.
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
    """The workbook of a whole plan. ``jurisdictions`` maps the id of each jurisdiction to its code and name, for the roles."""

    plan: DraftPlan
    jurisdictions: Mapping[int, tuple[str, Bilingual]] = field(default_factory=dict)
    written_at: datetime | None = None
    lang: Language = Language.EN
