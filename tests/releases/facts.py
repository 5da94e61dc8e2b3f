"""The facts in a kept database, read by the product's own queries: the same in every later release."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy import func, inspect, select, text
from sqlalchemy.orm import Session

from cogwg.audit.models import AuditEvent
from cogwg.briefing.models import FrozenVersion
from cogwg.briefing.queries import frozen_deck, stored_file, stored_files, versions
from cogwg.discussion.models import Comment
from cogwg.mail.models import OutboxMessage
from cogwg.mail.queries import outbox
from cogwg.plan.queries import plan_facts
from cogwg.reporting.models import ReportingPeriod
from cogwg.reporting.news.queries import list_challenges, list_milestones
from cogwg.reporting.queries import current_statuses, reports_in_period

YEAR, DAY = 2020, date(2020, 9, 24)


def facts(session: Session) -> dict[str, Any]:
    """Return the facts by subject, as JSON values, and without ids, which differ between engines."""
    return {
        "rows": _rows(session),
        "submitted": _submitted(session),
        "reports": _reports(session),
        "milestones": sorted([m.text.en, m.text.fr] for m in list_milestones(session)),
        "challenges": sorted([c.theme.en, c.text.en, c.text.fr] for c in list_challenges(session)),
        "comments": list(session.scalars(select(Comment.text).order_by(Comment.id))),
        "mails": _mails(session),
        "receipts": _receipts(session),
        "versions": _versions(session),
        "files": _files(session),
    }


def _rows(session: Session) -> dict[str, int]:
    tables = sorted(set(inspect(session.connection()).get_table_names()) - {"alembic_version"})
    return {name: session.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one() for name in tables}


def _submitted(session: Session) -> dict[str, list[Any]]:
    """Return the latest submission by activity code."""
    plan = plan_facts(session, YEAR)
    statuses = current_statuses(session, plan, DAY, with_texts=True)
    by_code = {status.activity.code: status for status in statuses.values()}
    return {
        code: [
            status.status.value if status.status else None,
            status.timeliness.value,
            status.submitted_at.isoformat() if status.submitted_at else None,
            [status.progress.en, status.progress.fr],
            [status.challenge.en, status.challenge.fr],
            [link.url for link in status.evidence],
        ]
        for code, status in sorted(by_code.items())
    }


def _reports(session: Session) -> dict[str, list[Any]]:
    """Return the working copy of each report by quarter and activity code."""
    codes = {activity.id: activity.code for activity in plan_facts(session, YEAR).activities}
    reports: dict[str, list[Any]] = {}
    for period in session.scalars(select(ReportingPeriod).order_by(ReportingPeriod.key)):
        for id_, report in reports_in_period(session, period.id, list(codes)).items():
            values = [
                report.state.value,
                report.version,
                [report.progress.en, report.progress.fr],
                report.returned_note,
                report.changed_by,
            ]
            reports[f"{period.key} {codes[id_]}"] = values
    return dict(sorted(reports.items()))


def _mails(session: Session) -> dict[str, list[list[Any]]]:
    """Return the messages of the outbox by state; the first release called those that are cancelled withdrawn."""
    stored = outbox(session)
    assert len(list(session.scalars(select(OutboxMessage.id)))) == sum(stored.counts)
    names = {"waiting": "waiting", "given_up": "given_up", "sent": "sent", "withdrawn": "cancelled"}
    return {
        name: sorted(
            [mail.kind, mail.address, mail.subject, mail.tries, mail.last_error, sha256(mail.text.encode()).hexdigest()]
            for mail in getattr(stored, attribute)
        )
        for name, attribute in names.items()
    }


def _receipts(session: Session) -> list[list[Any]]:
    """Return the time of each receipt with the code, status and progress of each submitted report."""
    codes = {activity.id: activity.code for activity in plan_facts(session, YEAR).activities}
    events = session.scalars(select(AuditEvent).where(AuditEvent.action == "quarter.submitted").order_by(AuditEvent.id))
    return [
        [event.at.isoformat(), sorted([codes[s["activity"]], s["status"], s["progress"]] for s in (event.after or {})["sent"])]
        for event in events
    ]


def _versions(session: Session) -> list[list[Any]]:
    """Return the meeting, number and slides of each finalized deck, and the hash of its stored data."""
    rows = []
    for version in versions(session):
        query = select(FrozenVersion.deck).where(
            FrozenVersion.briefing_id == version.briefing_id, FrozenVersion.number == version.number
        )
        stored = session.scalars(query).one()
        slides = [slide.key for slide in frozen_deck(session, version.briefing_id, version.number)[1].slides]
        values = [version.meeting_on.isoformat(), version.number, version.frozen_at.isoformat(), version.override_note]
        rows.append([*values, slides, sha256(stored.encode()).hexdigest()])
    assert len(rows) == session.scalar(select(func.count()).select_from(FrozenVersion))
    return rows


def _files(session: Session) -> list[list[Any]]:
    """Return the metadata and hash of each stored file of a version."""
    rows = []
    for version in versions(session):
        for stored in stored_files(session, version.briefing_id, version.number):
            file = stored_file(session, version.briefing_id, version.number, *stored.key)
            assert file is not None
            assert file.sha256 == stored.sha256
            values = [stored.format, stored.lang.value, stored.name, stored.media_type, stored.layout, file.sha256]
            rows.append([version.meeting_on.isoformat(), version.number, *values])
    return rows
