"""``cogwg init`` prints a link that creates the first account, as long as there is none, on both engines."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from cogwg.accounts.first_account import create_first_account, is_setup_link
from cogwg.accounts.models import Person, Role, SetupLink
from cogwg.accounts.rules import PRINTED_LIFETIME
from cogwg.core.bilingual import Language
from cogwg.core.calendar import real_now
from cogwg.core.db import build_engine, write_transaction
from cogwg.core.errors import Invalid, NotFound
from tests.cli.test_commands import RunCommand, count_rows, run
from tests.conftest import MakeDatabase

__all__ = ["run"]


@pytest.fixture
def url(engine_name: str, make_database: MakeDatabase) -> str:
    return make_database(engine_name, "empty")


def printed_token(run: RunCommand, url: str) -> str:
    result = run("init", "--address", "https://plan.example.ca/", COGWG_DATABASE_URL=url)
    link = re.search(r"^https://plan\.example\.ca/en/setup/(\S+)$", result.out, re.MULTILINE)
    assert link, result.out
    return link[1]


def create_account(session: Session, token: str, email: str = "first@example.ca", *, now: datetime | None = None) -> Person:
    return create_first_account(
        session,
        token,
        email=email,
        name="First",
        lang=Language.EN,
        time_zone="America/Toronto",
        password_hash="x",
        at=real_now(),
        now=now or real_now(),
    )


def usable(engine: Engine, token: str) -> bool:
    with Session(engine) as session:
        return is_setup_link(session, token, now=real_now())


def test_init_without_accounts_prints_a_link_and_the_newest_works(run: RunCommand, url: str) -> None:
    first, second = printed_token(run, url), printed_token(run, url)
    engine = build_engine(url)
    assert [usable(engine, token) for token in (first, second)] == [False, True]
    with Session(engine) as session:
        (link,) = session.scalars(select(SetupLink))
        assert second not in repr(vars(link))
    engine.dispose()


def test_first_account_uses_the_link_up_and_init_prints_no_other(run: RunCommand, url: str) -> None:
    token = printed_token(run, url)
    engine = build_engine(url)
    with Session(engine) as session, write_transaction(session):
        with pytest.raises(Invalid):
            create_account(session, token, "not an address")
        session.rollback()
    with Session(engine) as session, write_transaction(session):
        person = create_account(session, token)
        assert [m.role for m in person.memberships] == [Role.SECRETARIAT]
    with Session(engine) as session, write_transaction(session), pytest.raises(NotFound):
        create_account(session, token, "second@example.ca")
    before = count_rows(url)
    assert "setup" not in run("init", COGWG_DATABASE_URL=url).out
    assert count_rows(url) == before
    engine.dispose()


def test_link_ends_after_a_day_or_once_an_account_was_added_by_command(run: RunCommand, url: str) -> None:
    token = printed_token(run, url)
    engine = build_engine(url)
    with Session(engine) as session:
        assert not is_setup_link(session, token, now=real_now() + PRINTED_LIFETIME)
    run("person", "add", "a@example.ca", "--name", "A", "--role", "secretariat", COGWG_DATABASE_URL=url)
    assert not usable(engine, token)
    engine.dispose()
