"""The database session of a request: on PostgreSQL, only what writes is in a transaction."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text, update

from cogwg.accounts.models import Person
from cogwg.web.http.database import session, write
from tests.web.conftest import MakeApp

TIME_OF_TRANSACTION = text("SELECT now()")


def is_in_transaction() -> bool:
    first, second = (session().execute(TIME_OF_TRANSACTION).scalar_one() for _ in range(2))
    return bool(first == second)


def test_postgresql_reads_without_a_transaction_and_writes_in_one(make_app: MakeApp, postgresql: str) -> None:
    app = make_app(postgresql)
    with app.flask.test_request_context("/en/"):
        assert not is_in_transaction()
        with write():
            assert is_in_transaction()
        assert not is_in_transaction()


def test_postgresql_keeps_nothing_of_a_write_that_fails(make_app: MakeApp, postgresql: str) -> None:
    def fail() -> None:
        with write() as open_session:
            open_session.execute(update(Person).values(name="Changed"))
            raise RuntimeError

    app = make_app(postgresql)
    with app.flask.test_request_context("/en/"):
        with pytest.raises(RuntimeError):
            fail()
        assert "Changed" not in session().scalars(select(Person.name)).all()
