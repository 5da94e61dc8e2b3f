"""The demo with a cycle of which comments were published and put into themes, and an analyst."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Membership, Person, Role
from cogwg.core.db import write_transaction
from tests.engagement.analysed import add_analysis
from tests.web_client import App, email

CYCLE = "heard-cycle"


def stock(app: App) -> None:
    """Add the cycle with its analysis, and make the reader of the demo an analyst and nothing else."""
    with Session(app.engine) as session, write_transaction(session):
        add_analysis(session, CYCLE)
        reader = session.scalars(select(Person).where(Person.email == email("reader"))).one()
        session.scalars(select(Membership).where(Membership.person_id == reader.id)).one().role = Role.ANALYST


@pytest.fixture
def analysed(app: App) -> App:
    stock(app)
    return app


@pytest.fixture
def analysed_per_engine(app_per_engine: App) -> App:
    stock(app_per_engine)
    return app_per_engine
