"""Two secretaries do the same at the same moment, on both engines: one is told of the other, and nothing is done twice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from cogwg.audit.models import AuditEvent
from cogwg.audit.services import SYSTEM
from cogwg.core.db import write_transaction
from cogwg.core.errors import Conflict, Invalid, NotFound
from cogwg.plan.carry_over import next_title
from cogwg.plan.draft_edits import retitle
from cogwg.plan.draft_services import edit_draft, fingerprint
from cogwg.plan.editing import reword_priority, texts_of
from cogwg.plan.history import history_gaps
from cogwg.plan.models import Priority
from cogwg.plan.queries import plan_facts
from tests.sessions import first_of
from tests.year_end.test_adoption import DECEMBER, TITLE, WORDS, adopt, create, undo
from tests.year_end.test_closing import close
from tests.year_end.test_interruption import reopen, retire

Command = Callable[[Session], Any]


def reword(session: Session) -> None:
    first = session.scalars(select(Priority).where(Priority.number == 1)).one()
    given: dict[str, Any] = {"version": 1, "reason": WORDS, "by": SYSTEM, "at": DECEMBER}
    reword_priority(session, first.id, replace(texts_of(first), title=TITLE), **given)


def rename_draft(session: Session) -> None:
    """Change the title of the draft on a page that shows the one that it was created with."""
    shown = fingerprint(next_title(plan_facts(session, 2020)))
    given: dict[str, Any] = {"find": lambda plan: plan.title, "shown": shown, "by": SYSTEM, "at": DECEMBER}
    edit_draft(session, 2021, lambda plan: retitle(plan, WORDS, ""), change={"changed": "title"}, **given)


COMMANDS: dict[str, tuple[tuple[Command, ...], Command]] = {
    "plan.adopted": ((create,), adopt),
    "plan-draft.created": ((), create),
    "priority.reworded": ((), reword),
    "plan-draft.changed": ((create,), rename_draft),
    "priority.retired": ((), retire),
    "plan.adoption-undone": ((create, adopt), undo),
    "plan.closed": ((), close),
    "plan.reopened": ((close,), reopen),
}
"""By the action in the audit log: what must have been done before, and what both do."""


@pytest.mark.parametrize("action", first_of(3, COMMANDS))
def test_second_of_two_secretaries_is_told(seeded_engine: Engine, action: str) -> None:
    before, command = COMMANDS[action]
    with Session(seeded_engine) as session, write_transaction(session):
        for earlier in before:
            earlier(session)
    ready = Barrier(2)

    def run(_number: int) -> bool:
        with Session(seeded_engine) as session:
            session.connection()
            ready.wait()
            try:
                with write_transaction(session):
                    command(session)
            except (Conflict, Invalid, NotFound):
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(run, range(2))) == [False, True]
    with Session(seeded_engine) as session:
        done = select(func.count()).select_from(AuditEvent).where(AuditEvent.action == action)
        assert session.scalar(done) == 1
        assert history_gaps(session) == []
