"""The daily command and a co-chair at the same instant: each person gets one reminder, on both engines."""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import suppress

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Person
from cogwg.audit.services import Actor
from cogwg.core.bilingual import Bilingual
from cogwg.core.db import write_transaction
from cogwg.core.errors import Invalid
from cogwg.mail.models import OutboxMessage
from cogwg.notices.reminders import remind_missing, write_reminders
from cogwg.seeding.demo import DEMO_DOMAIN
from tests.databases import REAL_NOW
from tests.notices.test_services import DAYS, SITE, instant_at, plan_and_period
from tests.sessions import first_of

DAY = "2020-09-24"
DELAY_BETWEEN = 0.4
"""Seconds in which the second writer would have written if it were not blocked."""


def remind_by_command(session: Session) -> None:
    write_reminders(session, at=instant_at(DAY), now=REAL_NOW, days=DAYS, site=SITE)


def remind_by_co_chair(session: Session) -> None:
    chair = session.scalars(select(Person.id).where(Person.email == f"chair@{DEMO_DOMAIN}")).one()
    _, period = plan_and_period(session, DAY)
    text = Bilingual("Please.", "S’il vous plaît.")
    arguments = {"at": instant_at(DAY), "now": REAL_NOW, "site": SITE}
    with suppress(Invalid):
        remind_missing(session, 2020, period, text, copy=False, by=Actor("person", chair), **arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize("first", first_of(1, ["command", "co-chair"]))
def test_reminders_from_two_writers_at_once_are_sent_once_a_person(seeded_engine: Engine, first: str) -> None:
    writers = [remind_by_command, remind_by_co_chair] if first == "command" else [remind_by_co_chair, remind_by_command]
    written, failed = threading.Event(), []

    def second() -> None:
        written.wait(5)
        try:
            with Session(seeded_engine) as session, write_transaction(session):
                writers[1](session)
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=second)
    thread.start()
    with Session(seeded_engine) as session, write_transaction(session):
        writers[0](session)
        written.set()
        thread.join(DELAY_BETWEEN)
    thread.join(10)
    assert failed == []
    with Session(seeded_engine) as session:
        counts = Counter(session.scalars(select(OutboxMessage.person_id).where(OutboxMessage.kind.in_(["reminder", "chase"]))))
    assert len(counts) > 1
    assert set(counts.values()) == {1}
