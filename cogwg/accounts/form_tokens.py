"""Forms that change the data only once, even if they are sent again after a double click, a reload or a lost response.

Each form has a random token. The id of what the form created is stored under the form's key, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cogwg.accounts.models import FormToken

TOKEN_LIFETIME = timedelta(days=7)
"""How long a submitted form is remembered, because a browser can restore a page and its form days later. Unsaved text is
stored equally long."""


def make_once(session: Session, key: str, kind: str, make: Callable[[], int], *, now: datetime) -> int:
    """Call ``make`` and return the id of what it creates. If the same form was sent before, only return the id created then.

    ``kind`` is the kind of item, as in the audit log. If the same form is sent twice at the same time on PostgreSQL, the
    second waits here until the first transaction ends. If ``make`` raises an exception, the caller rolls back its transaction,
    so the form can be sent again.
    """
    made_id = made_by_form(session, key)
    if made_id is not None:
        return made_id
    try:
        with session.begin_nested():
            session.execute(insert(FormToken).values(key=key, made_kind=kind, made_id=None, used_at=now))
    except IntegrityError:
        made_id = made_by_form(session, key)
        if made_id is None:
            raise
        return made_id
    made_id = make()
    session.execute(update(FormToken).where(FormToken.key == key).values(made_id=made_id))
    return made_id


def made_by_form(session: Session, key: str) -> int | None:
    """Return the id of what this form created, or None if it has not been submitted."""
    return session.scalar(select(FormToken.made_id).where(FormToken.key == key))


def purge_form_tokens(session: Session, *, now: datetime) -> int:
    """Delete the tokens of forms submitted more than ``TOKEN_LIFETIME`` ago; return how many."""
    result = session.execute(delete(FormToken).where(FormToken.used_at < now - TOKEN_LIFETIME))
    return result.rowcount if isinstance(result, CursorResult) else 0
