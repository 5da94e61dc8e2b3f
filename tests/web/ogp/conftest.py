"""The demo with two commitments, a steward, and people who assess commitments."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy.orm import Session

from cogwg.core.db import write_transaction
from tests.ogp.assessors import People, add_people
from tests.web_client import App, Client


@dataclass
class Assessing:
    """An app with the people of ``add_people``, as browsers by name."""

    app: App
    people: People

    def client(self, name: str) -> Client:
        return self.app.client_as(name)

    def invite(self, name: str, *, independent: bool, identifier: str = "CA0060", start_year: int | None = None) -> int:
        with Session(self.app.engine) as session, write_transaction(session):
            person_id: int = getattr(self.people, name)
            return self.people.invite(session, person_id, independent=independent, identifier=identifier, start_year=start_year)


@pytest.fixture
def assessing(app: App) -> Assessing:
    with Session(app.engine) as session, write_transaction(session):
        people = add_people(session)
    return Assessing(app, people)
