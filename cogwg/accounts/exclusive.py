"""Actions that a person cannot run twice at the same time, even in different worker processes.

The throttle table has a row for each action that is running.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cogwg.accounts.models import Throttle


def begin_exclusive(session: Session, action: str, person_id: int, *, now: datetime, at_most: timedelta) -> bool:
    """Begin an action unless the same person is running it already; return whether it began.

    ``at_most`` is the longest time that the action can take. After a crash, the person can begin it again once that time is
    over.
    """
    key, until = _key(action, person_id), now + at_most
    ended = Throttle.key == key, or_(Throttle.until.is_(None), Throttle.until <= now)
    if session.scalar(update(Throttle).where(*ended).values(since=now, until=until).returning(Throttle.key)) is not None:
        return True
    try:
        with session.begin_nested():
            session.add(Throttle(key=key, failures=0, since=now, until=until))
    except IntegrityError:
        return False
    return True


def end_exclusive(session: Session, action: str, person_id: int) -> None:
    """End an action, so that the person can begin it again."""
    session.execute(delete(Throttle).where(Throttle.key == _key(action, person_id)))


def _key(action: str, person_id: int) -> str:
    return f"running:{action}:{person_id}"
