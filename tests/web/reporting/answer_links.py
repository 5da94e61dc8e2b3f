"""Private links as reminders carry them, for tests of the pages that they open."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Membership
from cogwg.accounts.tokens import hash_token, new_token
from cogwg.audit.services import SYSTEM
from cogwg.core.db import write_transaction
from cogwg.reporting.answer_links import NewAnswerLink, create_answer_links
from cogwg.reporting.models import ReportingPeriod
from tests.web_client import App


def make_link(app: App, name: str = "ontario", key: str = "2020-09") -> str:
    """Create a link for this person's jurisdiction and this quarter; return its token."""
    token = new_token()
    with Session(app.engine) as session, write_transaction(session):
        add_answer_link(session, token, app.person_id(name), key, at=app.calendar.now(), now=app.clock())
    return token


def add_answer_link(session: Session, token: str, person_id: int, key: str = "2020-09", *, at: datetime, now: datetime) -> None:
    """Create a link with this token for the first jurisdiction that the person reports for."""
    held = select(Membership.jurisdiction_id).where(Membership.person_id == person_id, Membership.jurisdiction_id.is_not(None))
    period = select(ReportingPeriod.id).where(ReportingPeriod.key == key)
    new = NewAnswerLink(hash_token(token), person_id, session.scalars(held).first() or 0)
    create_answer_links(session, session.scalars(period).one(), [new], by=SYSTEM, at=at, now=now)
