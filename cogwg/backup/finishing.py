"""Finish a restored database, in one transaction, before it is used."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from cogwg.accounts.services import end_all_sessions, revoke_all_links
from cogwg.audit.services import SYSTEM, record_event
from cogwg.backup.contents import Contents
from cogwg.backup.removals import Removal
from cogwg.privacy.expiry import delete_expired
from cogwg.privacy.removal import remove_again
from cogwg.reporting.answer_links import revoke_all_answer_links

SUBJECT = ("database", 0)
"""The subject of the events of backups and restores."""


@dataclass(frozen=True, slots=True)
class RestoreOutcome:
    """How many sessions ended, how many links were revoked (``private_links`` are those in reminders), and how many removals
    of persons were repeated.
    """

    sessions: int
    links: int
    private_links: int
    removals: int


def finish_restore(
    session: Session, contents: Contents, removals: Collection[Removal], *, at: datetime, now: datetime
) -> RestoreOutcome:
    """End all sessions, revoke all links, repeat the removals of names, delete expired data, and record the restore."""
    outcome = RestoreOutcome(
        sessions=end_all_sessions(session, by=SYSTEM, at=at),
        links=revoke_all_links(session, by=SYSTEM, at=at),
        private_links=revoke_all_answer_links(session, by=SYSTEM, at=at),
        removals=sum(remove_again(session, each.person_id, each.at, by=SYSTEM, at=at) for each in sorted(removals)),
    )
    delete_expired(session, by=SYSTEM, at=at, now=now)
    after = {"revision": contents.revision, "events": contents.events, **asdict(outcome)}
    record_event(session, "database.restored", SUBJECT, by=SYSTEM, at=at, after=after)
    return outcome
