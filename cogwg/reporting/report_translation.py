"""Commands on the translation of submitted reports. Each records one audit event; none commits.

A submission never changes, so a translation is stored as another submission: a copy that also has the other language. The
translation is also stored in the report that the leads share, marked as the translator's until a lead changes or confirms it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from cogwg.audit.services import Actor, record_event
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.db import execute_core, table
from cogwg.core.errors import Conflict, Forbidden, NotFound
from cogwg.core.text_states import without_stale
from cogwg.plan.closing import check_plan_is_open
from cogwg.plan.models import Activity
from cogwg.plan.queries import PriorityFacts
from cogwg.reporting.models import Evidence, StatusReport, Submission
from cogwg.reporting.news.received import StoredTranslation, TranslatedReport
from cogwg.reporting.news.rules import add_translation, check_translation, clean_translation
from cogwg.reporting.queries import ReportFacts, reports_in_period, submitted_texts
from cogwg.reporting.rules import LABEL_PREFIX, ReportDraft, report_text_limit
from cogwg.reporting.services import ReportPermission, ReportTarget, find_report, report_audit_data

_REPORT, _SUBMISSION, _EVIDENCE, _ACTIVITY = map(table, (StatusReport, Submission, Evidence, Activity))
_INSERT_SUBMISSION = insert(_SUBMISSION).returning(_SUBMISSION.c.id)
_LATEST = (
    select(*_SUBMISSION.c)
    .join(_ACTIVITY, _ACTIVITY.c.id == _SUBMISSION.c.activity_id)
    .where(_SUBMISSION.c.activity_id == bindparam("activity"), _ACTIVITY.c.priority_id == bindparam("priority"))
    .where(_ACTIVITY.c.retired_on.is_(None))
    .order_by(_SUBMISSION.c.id.desc())
    .limit(1)
)


def translate_report(
    session: Session,
    priority: PriorityFacts,
    activity_id: int,
    name: str,
    text: str,
    *,
    source_text: str,
    is_own: bool,
    by: Actor,
    at: datetime,
    is_allowed: ReportPermission,
) -> None:
    """Add the missing translation of a submitted text, or replace the stale one; ``source_text`` is the text that was
    translated.

    ``is_own`` is true if the user is a lead of the report; otherwise, the text is marked as the translator's. The quarter may
    be closed, because a translation reports nothing new; the plan may not. Raises ``Forbidden`` if the user may not translate
    the report, ``NotFound`` if there is no submission, ``Invalid`` if the plan is closed or the translation is empty or too
    long, and ``Conflict`` with the report if the text was changed or translated in the meantime.
    """
    if not is_allowed(priority):
        raise Forbidden
    check_plan_is_open(session, priority_id=priority.id)
    limit = report_text_limit(name)
    text = clean_translation(text, limit)
    check_translation(text, limit)
    period_id = _latest_submission(session, priority, activity_id).period_id
    stored = _lock_report(session, activity_id, period_id)
    submitted = _latest_submission(session, priority, activity_id)
    source = submitted_texts(submitted).get(name)
    translated = add_translation(source, source_text, text, (submitted.stale or {}).get(name)) if source else None
    if source is None or translated is None or submitted.period_id != period_id:
        raise Conflict(stored)
    version, draft = stored.version, stored.draft
    if draft.texts.get(name) == source:
        version, draft = version + 1, _with_text(draft, name, translated)
        mark = {"lang": (Language.EN if source.fr == source_text else Language.FR).value, "by": by.id, "at": at.isoformat()}
        _store_in_report(session, stored, name, translated, None if is_own else mark, by=by, at=at)
    copy = {**submitted._mapping, **_columns(submitted, name, translated), "stale": without_stale(submitted.stale, name)}
    copy |= {"report_version": version, "translated_by": by.id, "translated_at": at}
    del copy["id"]
    id_ = execute_core(session, _INSERT_SUBMISSION, copy).scalar_one()
    before = report_audit_data(stored.draft, stored.state, stored.version)
    translation = {"submission": id_, "name": name, "text": [translated.en, translated.fr]}
    after = report_audit_data(draft, stored.state, version) | translation
    record_event(session, "report.translated", ("report", stored.id), by=by, at=at, before=before, after=after)


def revert_report_translation(
    session: Session,
    priority: PriorityFacts,
    activity_id: int,
    name: str,
    stored: StoredTranslation,
    *,
    by: Actor,
    at: datetime,
    is_allowed: ReportPermission,
) -> int | None:
    """Undo the translation of a submitted text, and return the id of the new submission, which has the text as it was before.

    If the text has changed since, change nothing and return None. The caller must first compare the report with
    ``stored.report``, and must record the audit event. Raises ``Forbidden`` if the user may not translate the report,
    ``NotFound`` if there is no submission, and ``Invalid`` if the plan is closed.
    """
    if not is_allowed(priority):
        raise Forbidden
    check_plan_is_open(session, priority_id=priority.id)
    period_id = _latest_submission(session, priority, activity_id).period_id
    report = _lock_report(session, activity_id, period_id)
    submitted = _latest_submission(session, priority, activity_id)
    source = submitted_texts(submitted).get(name)
    text = stored.revert(source, (submitted.stale or {}).get(name)) if source else None
    if source is None or text is None or submitted.period_id != period_id:
        return None
    version, stale = report.version, stored.stale_before(submitted.stale, name)
    if report.draft.texts.get(name) == source:
        version += 1
        _store_text(session, report, name, text, {"stale": stored.stale_before(report.stale, name)})
    copy = {**submitted._mapping, **_columns(submitted, name, text), "stale": stale}
    copy |= {"report_version": version, "translated_by": by.id, "translated_at": at}
    del copy["id"]
    id_: int = execute_core(session, _INSERT_SUBMISSION, copy).scalar_one()
    return id_


def translated_report(session: Session, priority: PriorityFacts, activity_id: int, name: str) -> TranslatedReport:
    """Return the quarter and version of the latest submitted report on an activity, and the translator's mark on this text.

    The report is locked until the transaction ends. Raises ``NotFound`` if nothing was submitted on the activity.
    """
    period_id = _latest_submission(session, priority, activity_id).period_id
    report = _lock_report(session, activity_id, period_id)
    return TranslatedReport(period_id, report.version, report.translated.get(name))


def confirm_translation(
    session: Session, target: ReportTarget, *, expected_version: int, by: Actor, at: datetime, is_allowed: ReportPermission
) -> None:
    """Accept a translator's texts in a report as the leads' own. If the report has none, nothing changes.

    ``expected_version`` is the version that was shown. Raises ``Forbidden`` if the user may not report on the priority,
    ``NotFound`` if there is no such report, ``Invalid`` if the plan is closed, and ``Conflict`` if the report has changed
    since.
    """
    if not is_allowed(target.priority):
        raise Forbidden
    check_plan_is_open(session, priority_id=target.priority.id)
    report = find_report(session, target)
    if report is None:
        raise NotFound("report")
    stored = _lock_report(session, target.activity.id, target.period_id)
    if not stored.translated:
        return
    if stored.version != expected_version:
        raise Conflict(stored)
    session.execute(update(_REPORT).where(_REPORT.c.id == stored.id).values(translated=None))
    before = {"version": stored.version, "translated": dict(stored.translated)}
    record_event(session, "report.translation-confirmed", ("report", stored.id), by=by, at=at, before=before)


def _latest_submission(session: Session, priority: PriorityFacts, activity_id: int) -> Any:
    """Return the latest submission on this activity of the priority. Raises ``NotFound`` if there is none."""
    row = execute_core(session, _LATEST, {"activity": activity_id, "priority": priority.id}).one_or_none()
    if row is None:
        raise NotFound(f"submission on activity {activity_id}")
    return row


def _lock_report(session: Session, activity_id: int, period_id: int) -> ReportFacts:
    """Return the leads' report as it is now, locked until the transaction ends. Raises ``NotFound`` if there is none."""
    own = _REPORT.c.activity_id == activity_id, _REPORT.c.period_id == period_id
    session.execute(select(_REPORT.c.id).where(*own).with_for_update())
    stored = reports_in_period(session, period_id, [activity_id]).get(activity_id)
    if stored is None:
        raise NotFound(f"report on activity {activity_id}")
    return stored


def _with_text(draft: ReportDraft, name: str, text: Bilingual) -> ReportDraft:
    if not name.startswith(LABEL_PREFIX):
        changed: dict[str, Any] = {name: text}
        return replace(draft, **changed)
    url = name.removeprefix(LABEL_PREFIX)
    return replace(draft, evidence=tuple(replace(e, label=text) if e.url == url else e for e in draft.evidence))


def _columns(submitted: Any, name: str, text: Bilingual) -> dict[str, Any]:
    """Return the columns of a submission that change when it gets this text, with their new values."""
    if not name.startswith(LABEL_PREFIX):
        return {f"{name}_en": text.en, f"{name}_fr": text.fr}
    label = {"label_en": text.en, "label_fr": text.fr}
    url = name.removeprefix(LABEL_PREFIX)
    return {"evidence": [link | label if link["url"] == url else link for link in submitted.evidence]}


def _store_in_report(
    session: Session, stored: ReportFacts, name: str, text: Bilingual, mark: dict[str, Any] | None, *, by: Actor, at: datetime
) -> None:
    """Store the translation in the leads' report as its next version. ``mark`` is None if a lead of the report wrote it."""
    values: dict[str, Any] = {"stale": without_stale(stored.stale, name)}
    if mark is None:
        values |= {"changed_at": at, "changed_by": by.id, "behalf_of": by.behalf_of}
    _store_text(session, stored, name, text, values, mark)


def _store_text(
    session: Session,
    stored: ReportFacts,
    name: str,
    text: Bilingual,
    columns: dict[str, Any],
    mark: dict[str, Any] | None = None,
) -> None:
    """Store a text in the leads' report as its next version, with these columns and the translator's mark, if any."""
    others = {other: value for other, value in stored.translated.items() if other != name}
    values = columns | {
        "version": stored.version + 1,
        "translated": others | ({name: mark} if mark is not None else {}) or None,
    }
    if name.startswith(LABEL_PREFIX):
        own = _EVIDENCE.c.report_id == stored.id, _EVIDENCE.c.url == name.removeprefix(LABEL_PREFIX)
        session.execute(update(_EVIDENCE).where(*own).values(label_en=text.en, label_fr=text.fr))
    else:
        values |= {f"{name}_en": text.en, f"{name}_fr": text.fr}
    session.execute(update(_REPORT).where(_REPORT.c.id == stored.id).values(values))
