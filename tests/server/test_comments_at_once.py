"""A hundred people comment at once on a server of two workers: no comment is lost, and none is kept twice."""

from __future__ import annotations

import re
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.audit.services import SYSTEM
from cogwg.core.calendar import local_day, real_now
from cogwg.core.db import build_engine, write_transaction
from cogwg.engagement.models import PublicComment
from cogwg.tracker.models import PublishedCount
from cogwg.tracker.publishing_engagement import publish_cycle
from cogwg.web.engagement.stamps import LEAST_AGE
from tests.bench.client import HttpClient
from tests.bench.measure import SECRET_KEY
from tests.databases import Databases
from tests.engagement.sample import CYCLE, OPEN, add_cycle
from tests.server.process import ServerProcess

PEOPLE = 100
FORM = f"/en/engagement/{CYCLE}/{OPEN}/comment"
STAMP = re.compile(r'name="stamp"[^>]*value="([^"]+)"')


@pytest.fixture
def database(databases: Databases) -> str:
    """The demo data with a published phase that takes comments today."""
    url = databases.create("sqlite", "seeded")
    engine, now = build_engine(url), real_now()
    with Session(engine) as session, write_transaction(session):
        cycle = add_cycle(session, at=now, most_per_network=PEOPLE * 2)
        cycle.phases[0].starts_on, cycle.phases[0].ends_on = local_day(now), None
    with Session(engine) as session, write_transaction(session):
        publish_cycle(session, CYCLE, override_reason="Sample.", shown=None, by=SYSTEM, at=now)
    engine.dispose()
    return url


def test_a_hundred_people_comment_at_once(database: str, tmp_path: Path) -> None:
    """Each sends the form twice at the same time, as a double click does."""
    settings = {"COGWG_DATABASE_URL": database, "COGWG_SECRET_KEY": SECRET_KEY, "COGWG_WORKERS": "2"}
    answers: dict[int, list[tuple[int, str]]] = {number: [] for number in range(PEOPLE)}

    def send(number: int, port: int, stamp: str) -> None:
        fields = {"stamp": stamp, "about": "phase", "text": f"The thought of person {number}.", "website": ""}
        answer = HttpClient(port).post(FORM, fields)
        answers[number].append((answer.status, answer.location))

    with ServerProcess("serve", cwd=tmp_path, **settings) as served:
        stamps = []
        for _ in range(PEOPLE):
            match = STAMP.search(HttpClient(served.port).get(FORM).text)
            assert match is not None
            stamps.append(match[1])
        time.sleep(LEAST_AGE.total_seconds() + 1)
        people = [(number, served.port, stamp) for number, stamp in enumerate(stamps)]
        threads = [threading.Thread(target=send, args=person) for person in people for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert {status for sent in answers.values() for status, _location in sent} == {303}
    assert all(len({location for _status, location in sent}) == 1 for sent in answers.values())
    engine = build_engine(database)
    with Session(engine) as session:
        texts = list(session.scalars(select(PublicComment.text)))
        received = session.scalars(select(PublishedCount.received)).one()
    engine.dispose()
    assert sorted(texts) == sorted(f"The thought of person {number}." for number in range(PEOPLE))
    assert received == PEOPLE
