"""Metrics for monitoring and alerts, in the Prometheus text format.

None is about an individual person. All are collected at each scrape, in a constant number of SQL statements.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from cogwg.accounts.overview import people_signed_in
from cogwg.audit.models import AuditEvent
from cogwg.audit.verification import last_verdict
from cogwg.backup.queries import last_backup
from cogwg.core.calendar import Calendar
from cogwg.mail.queries import oldest_waiting_at, waiting_and_failed_counts
from cogwg.reporting.dashboards import report_counts
from cogwg.reporting.models import ReportingPeriod
from cogwg.reporting.open_periods import periods_with_missing_counts
from cogwg.reporting.periods import current_period

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SQLITE_ENDINGS = ("", "-wal")


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric: its name, its meaning in a sentence, its value and labels, and its Prometheus type (``kind``)."""

    name: str
    meaning: str
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)
    kind: str = "gauge"


def text_format(metrics: Iterable[Metric]) -> str:
    """Return the metrics in the Prometheus text format, version 0.0.4."""
    lines = []
    for metric in metrics:
        labels = ",".join(f'{name}="{_escaped(value)}"' for name, value in metric.labels.items())
        lines += [
            f"# HELP {metric.name} {metric.meaning}",
            f"# TYPE {metric.name} {metric.kind}",
            f"{metric.name}{{{labels}}} {metric.value:.15g}" if labels else f"{metric.name} {metric.value:.15g}",
        ]
    return "\n".join(lines) + "\n"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def read_metrics(
    session: Session, calendar: Calendar, *, database: Path | None, folder: Path, restarts: int | None
) -> Iterator[Metric]:
    """Yield the metrics. Those that have no value are left out, such as the age of the last backup if there is none.

    ``database`` is the file of an SQLite database (None for PostgreSQL), ``folder`` is a folder on the disk whose free space
    is measured, and ``restarts`` is how many workers were replaced (None if this is not known).
    """
    yield Metric("cogwg_build_info", "The version of the product.", 1, {"version": version("cogwg")})
    revision = session.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    yield Metric("cogwg_schema_info", "The revision of the database's schema.", 1, {"revision": revision})
    now = calendar.now()
    yield from _record_metrics(session, now)
    yield from _outbox_metrics(session, now)
    yield from _report_metrics(session, calendar)
    sessions = sum(len(person.sessions) for person in people_signed_in(session, now=calendar.clock()))
    yield Metric("cogwg_sessions", "Sessions of people who are signed in.", sessions)
    if restarts is not None:
        yield Metric("cogwg_worker_restarts_total", "Workers that died and were replaced.", restarts, kind="counter")
    yield from _space_metrics(session, database, folder)


def _record_metrics(session: Session, now: datetime) -> Iterator[Metric]:
    events = session.scalar(select(func.count()).select_from(AuditEvent)) or 0
    yield Metric("cogwg_audit_events", "Events in the audit log.", events)
    if (backup := last_backup(session)) is not None and not backup.is_gone:
        yield Metric("cogwg_backup_age_seconds", "Time since the last backup.", _age(backup.at, now))
    if (verdict := last_verdict(session)) is not None:
        yield Metric("cogwg_chain_check_age_seconds", "Time since the audit log was last verified.", _age(verdict.at, now))
        yield Metric("cogwg_chain_faults", "Faults in the audit log that the last verification found.", verdict.faults)


def _outbox_metrics(session: Session, now: datetime) -> Iterator[Metric]:
    waiting, failed = waiting_and_failed_counts(session)
    yield Metric("cogwg_outbox_waiting", "Emails that are waiting to be sent.", waiting)
    yield Metric("cogwg_outbox_failed", "Emails that could not be sent and are not tried again.", failed)
    if (oldest := oldest_waiting_at(session)) is not None:
        yield Metric("cogwg_outbox_oldest_seconds", "Age of the oldest email that is waiting.", _age(oldest, now))


def _report_metrics(session: Session, calendar: Calendar) -> Iterator[Metric]:
    """Yield how many reports of the open quarter are expected, received and missing."""
    quarters = periods_with_missing_counts(session, calendar.now(), calendar.today())
    period = current_period([quarter.period for quarter in quarters])
    if period is None:
        return
    plan_id = session.scalars(select(ReportingPeriod.plan_id).where(ReportingPeriod.id == period.id)).one()
    counts = report_counts(session, plan_id, period.id).values()
    missing = next(quarter.missing for quarter in quarters if quarter.period == period)
    quarter = {"quarter": period.key}
    yield Metric("cogwg_reports_expected", "Reports that are expected for the quarter.", sum(e for _, e in counts), quarter)
    yield Metric("cogwg_reports_received", "Reports that were submitted for the quarter.", sum(r for r, _ in counts), quarter)
    yield Metric("cogwg_reports_missing", "Reports that leads can still submit.", missing, quarter)


def _space_metrics(session: Session, database: Path | None, folder: Path) -> Iterator[Metric]:
    with suppress(OSError):
        yield Metric("cogwg_database_bytes", "Size of the database.", _database_size(session, database))
    with suppress(OSError):
        yield Metric("cogwg_disk_free_bytes", "Free space in the data folder.", shutil.disk_usage(folder).free)


def _database_size(session: Session, database: Path | None) -> int:
    if database is None:
        size: int = session.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
        return size
    parts = (database.with_name(f"{database.name}{ending}") for ending in _SQLITE_ENDINGS)
    return sum(part.stat().st_size for part in parts if part.exists())


def _age(at: datetime, now: datetime) -> float:
    return round((now - at).total_seconds())
