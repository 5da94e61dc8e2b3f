"""News changed by several people at the same moment, on both engines: nothing is overwritten, nothing is stored twice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from cogwg.core.bilingual import Bilingual
from cogwg.core.db import write_transaction
from cogwg.core.errors import Conflict
from cogwg.reporting.news.challenge_services import share_challenge
from cogwg.reporting.news.kinds import MILESTONES
from cogwg.reporting.news.queries import challenge, list_milestones
from cogwg.reporting.news.rules import MilestoneDraft
from cogwg.reporting.news.services import edit_news, translate_theme
from tests.reporting.test_news import (
    QUEBEC,
    STEERING,
    THEME,
    add_ontario_challenge,
    add_ontario_milestone,
    audit_actions,
    jurisdiction_id,
)

EDITORS = 8


def run_at_once(engine: Engine, act: Callable[[Session, int], None]) -> int:
    """Run ``act`` in as many transactions as there are editors, at the same moment; return how many had no conflict."""
    ready = Barrier(EDITORS)

    def run(number: int) -> bool:
        with Session(engine) as session:
            session.connection()
            ready.wait()
            try:
                with write_transaction(session):
                    act(session, number)
            except Conflict:
                return False
            return True

    with ThreadPoolExecutor(EDITORS) as pool:
        return sum(pool.map(run, range(EDITORS)))


def test_concurrent_edits_of_one_version_store_one_of_them(seeded_engine: Engine) -> None:
    with Session(seeded_engine) as session, write_transaction(session):
        id_ = add_ontario_milestone(session)

    def edit(session: Session, number: int) -> None:
        draft = MilestoneDraft(Bilingual(f"Edit {number}.", ""))
        edit_news(session, MILESTONES, id_, draft, expected_version=1, **STEERING(session))

    assert run_at_once(seeded_engine, edit) == 1
    with Session(seeded_engine) as session:
        assert list_milestones(session)[0].version == 2
        assert audit_actions(session, "milestone", id_) == ["milestone.added", "milestone.edited"]


def test_concurrent_shares_for_one_jurisdiction_store_one_share(seeded_engine: Engine) -> None:
    with Session(seeded_engine) as session, write_transaction(session):
        id_ = add_ontario_challenge(session)

    def share(session: Session, _number: int) -> None:
        share_challenge(session, id_, jurisdiction_id(session, "qc"), **QUEBEC(session))

    assert run_at_once(seeded_engine, share) == EDITORS
    with Session(seeded_engine) as session:
        assert [raiser.code for raiser in challenge(session, id_).raised_by] == ["on", "qc"]
        assert audit_actions(session, "challenge", id_) == ["challenge.added", "challenge.shared"]


def test_concurrent_translations_of_one_theme_store_one_of_them(seeded_engine: Engine) -> None:
    with Session(seeded_engine) as session, write_transaction(session):
        ids = [add_ontario_challenge(session) for _ in range(EDITORS)]

    def translate(session: Session, number: int) -> None:
        translate_theme(session, ids[-number], f"Propriété {number}", source_text=THEME.en, **STEERING(session))

    assert run_at_once(seeded_engine, translate) == 1
    with Session(seeded_engine) as session:
        assert len({challenge(session, id_).theme for id_ in ids}) == 1
        assert {challenge(session, id_).version for id_ in ids} == {2}
