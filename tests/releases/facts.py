"""What a kept database says, read by the product's own queries: the same from the release that made it to every later one."""

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
    """The facts by subject, as JSON holds them, and without ids, which differ between engines."""
    return {
        "rows": _rows(session),
        "submitted": _submitted(session),
        "reports": _reports(session),
        "milestones": sorted([one.text.en, one.text.fr] for one in list_milestones(session)),
        "challenges": sorted([one.theme.en, one.text.en, one.text.fr] for one in list_challenges(session)),
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
    """By the code of the activity, what was last submitted of it."""
    plan = plan_facts(session, YEAR)
    found = current_statuses(session, plan, DAY, with_texts=True)
    each = {one.activity.code: one for one in found.values()}
    return {
        code: [
            one.status.value if one.status else None,
            one.timeliness.value,
            one.submitted_at.isoformat() if one.submitted_at else None,
            [one.progress.en, one.progress.fr],
            [one.challenge.en, one.challenge.fr],
            [link.url for link in one.evidence],
        ]
        for code, one in sorted(each.items())
    }


def _reports(session: Session) -> dict[str, list[Any]]:
    """By quarter and code, the report as those who write it see it."""
    codes = {activity.id: activity.code for activity in plan_facts(session, YEAR).activities}
    found: dict[str, list[Any]] = {}
    for period in session.scalars(select(ReportingPeriod).order_by(ReportingPeriod.key)):
        for id_, one in reports_in_period(session, period.id, list(codes)).items():
            told = [one.state.value, one.version, [one.progress.en, one.progress.fr], one.returned_note, one.changed_by]
            found[f"{period.key} {codes[id_]}"] = told
    return dict(sorted(found.items()))


def _mails(session: Session) -> dict[str, list[list[Any]]]:
    """By where it stands in the outbox, each mail."""
    found = outbox(session)
    assert len(list(session.scalars(select(OutboxMessage.id)))) == sum(found.counts)
    return {
        name: sorted(
            [mail.kind, mail.address, mail.subject, mail.tries, mail.last_error, sha256(mail.text.encode()).hexdigest()]
            for mail in getattr(found, name)
        )
        for name in ("waiting", "given_up", "sent", "withdrawn")
    }


def _receipts(session: Session) -> list[list[Any]]:
    """Each receipt: when, and the code, status and progress of what was sent with it."""
    codes = {activity.id: activity.code for activity in plan_facts(session, YEAR).activities}
    events = session.scalars(select(AuditEvent).where(AuditEvent.action == "quarter.submitted").order_by(AuditEvent.id))
    return [
        [one.at.isoformat(), sorted([codes[s["activity"]], s["status"], s["progress"]] for s in (one.after or {})["sent"])]
        for one in events
    ]


def _versions(session: Session) -> list[list[Any]]:
    """Each finalized deck: its meeting, number and slides, and a hash of what is stored of it."""
    found = []
    for one in versions(session):
        wanted = select(FrozenVersion.deck).where(
            FrozenVersion.briefing_id == one.briefing_id, FrozenVersion.number == one.number
        )
        stored = session.scalars(wanted).one()
        slides = [slide.key for slide in frozen_deck(session, one.briefing_id, one.number)[1].slides]
        told = [one.meeting_on.isoformat(), one.number, one.frozen_at.isoformat(), one.override_note]
        found.append([*told, slides, sha256(stored.encode()).hexdigest()])
    assert len(found) == session.scalar(select(func.count()).select_from(FrozenVersion))
    return found


def _files(session: Session) -> list[list[Any]]:
    """Each stored file of a version: what it is, and the hash of its bytes."""
    found = []
    for one in versions(session):
        for kept in stored_files(session, one.briefing_id, one.number):
            file = stored_file(session, one.briefing_id, one.number, *kept.key)
            assert file is not None
            assert file.sha256 == kept.sha256
            told = [kept.format, kept.lang.value, kept.name, kept.media_type, kept.layout, file.sha256]
            found.append([one.meeting_on.isoformat(), one.number, *told])
    return found
