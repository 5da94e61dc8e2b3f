"""The database session of a request: on PostgreSQL, only what writes is in a transaction."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from cogwg.accounts.models import Person
from cogwg.discussion.models import Comment
from cogwg.web.http.database import session, write
from tests.web.conftest import MakeApp
from tests.web_client import App, Client

UNCERTAIN = "Your changes may have been saved already. Look at the page before you send them again."
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


def test_commit_without_an_answer_is_not_called_a_failure(app: App, ontario: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever reads that nothing was saved types it again; here, it may be saved."""

    def cut(self: Session) -> None:
        commit(self)
        raise OperationalError("COMMIT", None, Exception("the connection is gone"), connection_invalidated=True)

    commit = Session.commit
    form = ontario.report_form("3.3").fill(status="SP", progress_en="Saved or not.")
    monkeypatch.setattr(Session, "commit", cut)
    page = form.submit()
    assert (page.status, UNCERTAIN in page.main_text, "Nothing was saved" in page.main_text) == (503, True, False)
    assert "Saved or not." in page.text


def test_error_after_a_commit_is_not_called_a_failure(app: App, ontario: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cogwg.web.activities.discussion.respond_with_thread", lambda *_, **__: 1 / 0)
    form = ontario.get("/en/plans/2020/activities/3.3").form("3.3/comments").fill(text="Saved, but not shown.")
    page = form.submit()
    assert (page.status, UNCERTAIN in page.main_text, "Nothing was saved" in page.main_text) == (500, True, False)
    form.submit()
    assert [comment.text for comment in app.rows(Comment)] == ["Saved, but not shown."], "sent twice, saved once"
