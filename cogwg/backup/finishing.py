"""The last part of a restore: the changes to the restored database before it is used, in one transaction."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from cogwg.accounts.services import end_all_sessions, revoke_all_links
from cogwg.audit.services import SYSTEM, record_event
from cogwg.backup.contents import DATABASE, Contents
from cogwg.backup.removals import Removal, RemovalKind, stored_removals
from cogwg.privacy.comment_purge import purge_again, remove_authors_again, withdraw_again
from cogwg.privacy.expiry import delete_expired
from cogwg.privacy.removal import remove_again
from cogwg.reporting.answer_links import revoke_all_answer_links

SUBJECT = (DATABASE, 0)
"""The subject of the events of backups and restores."""


@dataclass(frozen=True, slots=True)
class RestoreOutcome:
    """The numbers of sessions that ended, of links that were revoked (``private_links`` are those in reminders), of removals
    of people's names that were repeated, and of comments from the public that were cleared, either again or because their
    retention period is over.
    """

    sessions: int
    links: int
    private_links: int
    removals: int
    comments: int


def finish_restore(
    session: Session, contents: Contents, removals: Collection[Removal], *, at: datetime, now: datetime
) -> RestoreOutcome:
    """End all sessions, revoke all links, repeat the removals of names and the clearing of comments, delete expired data, and
    record the restore.
    """
    persons = sorted(each for each in removals if each.kind is RemovalKind.PERSON)
    unknown = set(removals) - stored_removals(session.connection())
    purged, authors, withdrawn = (
        [(each.at, each.id) for each in unknown if each.kind is kind]
        for kind in (RemovalKind.COMMENT, RemovalKind.AUTHOR, RemovalKind.WITHDRAWN)
    )
    again = purge_again(session, purged, by=SYSTEM, at=at).comments
    again += withdraw_again(session, withdrawn, by=SYSTEM, at=at)
    again += remove_authors_again(session, authors, by=SYSTEM, at=at)
    outcome = RestoreOutcome(
        sessions=end_all_sessions(session, by=SYSTEM, at=at),
        links=revoke_all_links(session, by=SYSTEM, at=at),
        private_links=revoke_all_answer_links(session, by=SYSTEM, at=at),
        removals=sum(remove_again(session, each.id, each.at, by=SYSTEM, at=at) for each in persons),
        comments=again + delete_expired(session, by=SYSTEM, at=at, now=now).comments,
    )
    after = {"revision": contents.revision, "events": contents.events, **asdict(outcome)}
    record_event(session, "database.restored", SUBJECT, by=SYSTEM, at=at, after=after)
    return outcome
