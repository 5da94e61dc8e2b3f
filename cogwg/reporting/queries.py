"""Queries on reports and submissions. Only the people who can edit a draft can read it; everyone else sees submissions only."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from types import SimpleNamespace
from typing import Any

from sqlalchemy import ColumnElement, FromClause, ScalarSelect, Select, bindparam, func, null, select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction, Person
from cogwg.accounts.queries import lead_jurisdictions
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.calendar import local_day
from cogwg.core.db import execute_core, named_rows, table
from cogwg.core.status import Status, Timeliness, timeliness
from cogwg.core.text_states import NO_STALE_TEXTS, StaleTexts
from cogwg.plan.models import Activity
from cogwg.plan.queries import ActivityFacts, PlanFacts
from cogwg.reporting.models import Evidence, ReportState, StatusReport, Submission
from cogwg.reporting.rules import REPORT_TEXTS, LabelledLink, ReportDraft, label_texts


@dataclass(frozen=True, slots=True)
class CurrentStatus:
    """An activity as last reported: ``status`` is None for "no report", ``previous_status`` is the status before that.

    ``days`` depends on the timeliness: days until the due day if the activity is due, days since the due day if it is overdue,
    days from the due day to completion if it was done late, and otherwise 0. Texts, evidence and ``stale`` are empty unless
    the query includes them (``with_texts``, or ``with_progress`` for the progress text alone).
    """

    activity: ActivityFacts
    period_id: int | None
    status: Status | None
    previous_status: Status | None
    timeliness: Timeliness
    days: int
    submitted_at: datetime | None
    nothing_to_report: bool
    sample: bool
    progress: Bilingual
    challenge: Bilingual
    evidence_note: Bilingual
    evidence: tuple[LabelledLink, ...]
    next_step: Bilingual = EMPTY_TEXT
    stale: StaleTexts = field(default_factory=dict, hash=False)

    @property
    def shows_status(self) -> bool:
        """Whether pages show a status: there is one, or the due month has begun, so that a report is expected."""
        return self.status is not None or self.timeliness.has_begun

    @property
    def has_report_texts(self) -> bool:
        return bool(self.progress or self.challenge or self.evidence or self.next_step)


def current_statuses(
    session: Session,
    plan: PlanFacts,
    today: date,
    *,
    submitted_before: datetime | None = None,
    with_texts: bool = False,
    with_progress: bool = False,
) -> dict[int, CurrentStatus]:
    """Return the current status of each activity in the plan, by activity id, in one SQL statement.

    With ``submitted_before``, reports submitted at or after that time are left out (a briefing shows the plan as of a day).
    """
    asked: dict[str, Any] = {"priorities": [p.id for p in plan.priorities]}
    if submitted_before is not None:
        asked["before"] = submitted_before
    texts = TEXT_COLUMNS if with_texts else _PROGRESS_COLUMNS if with_progress else ()
    result = execute_core(session, _latest_statement(submitted_before is not None, texts), asked)
    rows = {row.activity_id: row for row in named_rows(result)}
    return {a.id: current_status_from_row(a, rows.get(a.id, NO_SUBMISSION), today) for a in plan.activities}


_SUBMISSION, _ACTIVITY = map(table, (Submission, Activity))
_PROGRESS_COLUMNS = ("progress_en", "progress_fr")
TEXT_COLUMNS = (
    *(*_PROGRESS_COLUMNS, "challenge_en", "challenge_fr", "evidence_note_en", "evidence_note_fr"),
    *("next_step_en", "next_step_fr", "evidence", "stale"),
)
"""The columns of a submission with its texts, and with the marks of those that are stale."""
CURRENT_STATUS_COLUMNS = (
    *("activity_id", "period_id", "status", "previous_status", "submitted_at", "completed_at", "nothing_to_report", "sample"),
    *TEXT_COLUMNS,
)
"""The columns of a submission that ``current_status_from_row`` reads."""
NO_SUBMISSION = SimpleNamespace(**dict.fromkeys(CURRENT_STATUS_COLUMNS))
"""The row that ``current_status_from_row`` reads for an activity without a submission."""


@cache
def _latest_statement(submitted_before: bool, texts: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    """Select the latest submission of each activity; the columns of texts other than ``texts`` are null.

    The statement is built once, from Core tables, because building it costs as much as running it.
    """
    columns = current_status_columns(_SUBMISSION, texts)
    in_plan = select(_ACTIVITY.c.id).where(_ACTIVITY.c.priority_id.in_(bindparam("priorities", expanding=True)))
    latest = select(func.max(_SUBMISSION.c.id)).where(_SUBMISSION.c.activity_id.in_(in_plan))
    if submitted_before:
        latest = latest.where(_SUBMISSION.c.submitted_at < bindparam("before", type_=_SUBMISSION.c.submitted_at.type))
    return select(*columns).where(_SUBMISSION.c.id.in_(latest.group_by(_SUBMISSION.c.activity_id)))


def current_status_columns(of: FromClause, texts: Collection[str] = ()) -> list[ColumnElement[Any]]:
    """Return the ``CURRENT_STATUS_COLUMNS`` of submissions; the columns of texts other than ``texts`` are null."""
    left_out = set(TEXT_COLUMNS) - set(texts)
    return [null().label(name) if name in left_out else of.c[name] for name in CURRENT_STATUS_COLUMNS]


def current_status_from_row(activity: ActivityFacts, row: Any, today: date) -> CurrentStatus:
    """Return an activity's status from the ``CURRENT_STATUS_COLUMNS`` of its latest submission, or ``NO_SUBMISSION``."""
    completed = local_day(row.completed_at) if row.completed_at is not None else None
    due_on = activity.due_on
    when = timeliness(activity.due_from, due_on, today, completed)
    return CurrentStatus(
        activity=activity,
        period_id=row.period_id,
        status=row.status,
        previous_status=row.previous_status,
        timeliness=when,
        days=days_from_due(when, due_on, today, completed),
        submitted_at=row.submitted_at,
        nothing_to_report=bool(row.nothing_to_report),
        sample=bool(row.sample),
        progress=_text(row.progress_en, row.progress_fr),
        challenge=_text(row.challenge_en, row.challenge_fr),
        evidence_note=_text(row.evidence_note_en, row.evidence_note_fr),
        evidence=evidence_links(row.evidence or ()),
        next_step=_text(row.next_step_en, row.next_step_fr),
        stale=row.stale or NO_STALE_TEXTS,
    )


def _text(en: str | None, fr: str | None) -> Bilingual:
    return Bilingual(en or "", fr or "") if en or fr else EMPTY_TEXT


def days_from_due(timeliness: Timeliness, due_on: date, today: date, completed: date | None) -> int:
    """Return the ``days`` of a ``CurrentStatus``, as described there."""
    if timeliness is Timeliness.DUE:
        return (due_on - today).days
    if timeliness is Timeliness.OVERDUE:
        return (today - due_on).days
    if timeliness is Timeliness.DONE_LATE and completed is not None:
        return (completed - due_on).days
    return 0


def evidence_links(stored: Sequence[dict[str, str]]) -> tuple[LabelledLink, ...]:
    """Return the evidence links that are stored with a submission."""
    return tuple(LabelledLink(e["url"], Bilingual(e.get("label_en", ""), e.get("label_fr", ""))) for e in stored)


def submitted_texts(row: Any) -> dict[str, Bilingual]:
    """Return the texts of a submission by name, in the order of the report, including empty ones so that each keeps its
    number.

    The next step is last, because the other texts were numbered before next steps were added to reports.
    """
    texts = {name: _text(getattr(row, f"{name}_en"), getattr(row, f"{name}_fr")) for name in REPORT_TEXTS}
    next_step = texts.pop("next_step")
    return {**texts, **label_texts(evidence_links(row.evidence or ())), "next_step": next_step}


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """The shared report on an activity in a quarter, as its leads see it.

    ``stale`` and ``translated`` are keyed by the name of the text: see ``StatusReport``. ``status_before`` is the status
    before the quarter, None if there was no report or this one was never submitted. ``changed_by_lead_of`` is the
    jurisdiction for which ``changed_by`` is a lead, empty for a co-chair or the secretariat.
    """

    id: int
    activity_id: int
    state: ReportState
    version: int
    status: Status | None
    nothing_to_report: bool
    progress: Bilingual
    challenge: Bilingual
    evidence_note: Bilingual
    evidence: tuple[LabelledLink, ...]
    returned_note: str
    changed_at: datetime
    changed_by: str
    changed_by_id: int | None
    behalf_of: Bilingual
    stale: Mapping[str, str]
    translated: Mapping[str, dict[str, Any]]
    status_before: Status | None = None
    changed_by_lead_of: Bilingual = EMPTY_TEXT
    next_step: Bilingual = EMPTY_TEXT

    @property
    def written_for(self) -> Bilingual:
        """The jurisdiction for which the report was last changed; if none was stored, the one that the person who changed it
        is a lead for.
        """
        return self.behalf_of or self.changed_by_lead_of

    @property
    def is_submitted(self) -> bool:
        return self.state is ReportState.SUBMITTED

    @property
    def is_returned(self) -> bool:
        return self.state is ReportState.RETURNED

    @property
    def is_blank(self) -> bool:
        """Whether this is a draft without any content, which counts as no report (see ``blank_drafts``)."""
        return self.state is ReportState.DRAFT and self.draft == _BLANK

    @property
    def last_change(self) -> tuple[int | None, datetime]:
        """The id of the person who last changed or translated the report (None if not known), and the time."""
        translations = ((text["by"], datetime.fromisoformat(text["at"])) for text in self.translated.values())
        return max((*translations, (self.changed_by_id, self.changed_at)), key=lambda change: change[1])

    @property
    def draft(self) -> ReportDraft:
        """The report's editable content."""
        return ReportDraft(
            self.status,
            self.progress,
            self.challenge,
            self.evidence_note,
            self.evidence,
            self.nothing_to_report,
            self.next_step,
        )


_BLANK = ReportDraft(None)


def status_before_quarter(activity_id: ColumnElement[int], period_id: ColumnElement[int]) -> ScalarSelect[Status | None]:
    """Select the status that was shown before the first submission on an activity in a quarter; amendments do not change it."""
    first = _SUBMISSION.alias()
    own = first.c.activity_id == activity_id, first.c.period_id == period_id
    return select(first.c.previous_status).where(*own).order_by(first.c.id).limit(1).scalar_subquery()


_R, _E, _P, _J = map(table, (StatusReport, Evidence, Person, Jurisdiction))
_LED, _HOME = lead_jurisdictions(), table(Jurisdiction).alias()
_REPORTS = (
    select(
        *_R.c,
        *(_E.c[name] for name in ("url", "label_en", "label_fr")),
        _P.c.name.label("person"),
        *(_J.c[name] for name in ("name_en", "name_fr")),
        *(_HOME.c[name].label(f"home_{name}") for name in ("name_en", "name_fr")),
        status_before_quarter(_R.c.activity_id, _R.c.period_id).label("status_before"),
    )
    .select_from(
        _R.outerjoin(_E, _E.c.report_id == _R.c.id)
        .outerjoin(_P, _P.c.id == _R.c.changed_by)
        .outerjoin(_J, _J.c.id == _R.c.behalf_of)
        .outerjoin(_LED, _LED.c.person_id == _R.c.changed_by)
        .outerjoin(_HOME, _HOME.c.id == _LED.c.jurisdiction_id)
    )
    .where(_R.c.period_id == bindparam("period"), _R.c.activity_id.in_(bindparam("activities", expanding=True)))
    .order_by(_R.c.id, _E.c.position)
)


def reports_in_period(
    session: Session, period_id: int, activity_ids: Collection[int], *, with_blank: bool = False
) -> dict[int, ReportFacts]:
    """Return the reports on these activities in a quarter, by activity id, in one SQL statement.

    Blank drafts are left out, because they count as no report. ``with_blank`` includes them: their version is required to
    overwrite them.
    """
    result = execute_core(session, _REPORTS, {"period": period_id, "activities": list(activity_ids)})
    rows = list(named_rows(result))
    evidence: dict[int, list[LabelledLink]] = {}
    for row in rows:
        if row.url is not None:
            evidence.setdefault(row.id, []).append(LabelledLink(row.url, Bilingual(row.label_en, row.label_fr)))
    reports = (
        ReportFacts(
            id=r.id,
            activity_id=r.activity_id,
            state=r.state,
            version=r.version,
            status=r.status,
            nothing_to_report=r.nothing_to_report,
            progress=Bilingual(r.progress_en, r.progress_fr),
            challenge=Bilingual(r.challenge_en, r.challenge_fr),
            evidence_note=Bilingual(r.evidence_note_en, r.evidence_note_fr),
            evidence=tuple(evidence.get(r.id, ())),
            returned_note=r.returned_note or "",
            changed_at=r.changed_at,
            changed_by=r.person or "",
            changed_by_id=r.changed_by,
            behalf_of=Bilingual(r.name_en or "", r.name_fr or ""),
            stale=r.stale or {},
            translated=r.translated or {},
            status_before=r.status_before,
            changed_by_lead_of=Bilingual(r.home_name_en or "", r.home_name_fr or ""),
            next_step=Bilingual(r.next_step_en, r.next_step_fr),
        )
        for r in rows
    )
    return {report.activity_id: report for report in reports if with_blank or not report.is_blank}
