"""What identifies the authors of comments goes 18 months after the completion of their cycle, from everywhere it is kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from cogwg.audit.models import AuditEvent
from cogwg.audit.services import SYSTEM
from cogwg.backup.removals import Removal, RemovalKind, add_removals, read_removals, removals_file
from cogwg.core.bilingual import fold_text
from cogwg.core.comment_retention import MONTHS_KEPT, identifiers_end_on
from cogwg.core.db import build_engine, sqlite_path, write_transaction
from cogwg.engagement.holds import place_hold, release_hold
from cogwg.engagement.models import EngagementCycle, LegalHold, PublicComment
from cogwg.engagement.scales import CommentState
from cogwg.mail.models import OutboxMessage
from cogwg.privacy.comment_purge import numbers_from_words, numbers_in_words
from cogwg.tracker.models import PublishedComment
from tests.cli.test_commands import RunCommand, run
from tests.conftest import MakeDatabase
from tests.privacy.canary_comments import (
    CYCLE,
    FIRST_DAY_WITHOUT,
    LAST_KEPT_DAY,
    PHASE,
    PUBLIC_TEXT,
    SENT_AT,
    WORDS,
    add_canary_comments,
)
from tests.privacy.test_removal import places_of

__all__ = ["run"]
KEPT, GONE = str(LAST_KEPT_DAY), str(FIRST_DAY_WITHOUT)
FULL = {"public_comment", "published_comment", "letter", "upload", "unsaved_text"}


@pytest.fixture
def url(engine_name: str, make_database: MakeDatabase) -> str:
    return make_database(engine_name, "seeded")


@contextmanager
def opened(url: str) -> Iterator[Session]:
    engine = build_engine(url)
    with Session(engine) as session:
        yield session
    engine.dispose()


def add_canaries(url: str, completed_on: date | None = None) -> list[int]:
    with opened(url) as session, write_transaction(session):
        return add_canary_comments(session, completed_on) if completed_on else add_canary_comments(session)


def tables_with_canaries(url: str) -> set[str]:
    with opened(url) as session:
        return places_of(session, *WORDS)


def files_with_canaries(url: str, folder: Path) -> set[str]:
    """Return the files that hold a canary: those in a folder, and those of the tables and indexes of the database."""
    database = sqlite_path(url)
    files = {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    if database is not None:
        files |= {path.name: path.read_bytes() for path in database.parent.glob(f"{database.name}*") if path.is_file()}
    else:
        with opened(url) as session:
            session.execute(text("CHECKPOINT"))
            stored = session.execute(
                text(
                    "SELECT relname, pg_read_binary_file(pg_relation_filepath(oid)) FROM pg_class"
                    " WHERE relkind IN ('r', 'i', 't') AND pg_relation_size(oid) > 0 AND NOT relisshared"
                )
            )
            files |= {name: bytes(content) for name, content in stored}
    spellings = [word.encode() for word in WORDS]
    return {name for name, content in files.items() if any(word in content.lower() for word in spellings)}


def purge(run: RunCommand, url: str, day: str, *options: str) -> str:
    """Run the command with the folder of the test as the data folder."""
    result = run("privacy", "purge", *options, "--today", day, COGWG_DATABASE_URL=url, COGWG_DATA=str(Path.cwd()))
    assert (result.code, result.err) == (0, "")
    return result.out


@pytest.mark.parametrize(
    ("completed_on", "end"),
    [
        (date(2020, 9, 1), date(2022, 3, 1)),
        (date(2020, 8, 31), date(2022, 2, 28)),
        (date(2022, 8, 29), date(2024, 2, 29)),
        (date(2020, 6, 30), date(2021, 12, 30)),
    ],
)
def test_retention_ends_18_months_after_completion(completed_on: date, end: date) -> None:
    assert (MONTHS_KEPT, identifiers_end_on(completed_on)) == (18, end)


def test_a_day_before_retention_ends_everything_stays(run: RunCommand, url: str) -> None:
    add_canaries(url)
    assert tables_with_canaries(url) == FULL, "the canary is everywhere it can be"
    for command in ("--dry-run",), ():
        purge(run, url, KEPT, *command)
        assert tables_with_canaries(url) == FULL
    with opened(url) as session:
        assert not session.scalar(select(func.count()).where(AuditEvent.action == "comments.identifiers-purged"))


def test_on_the_day_retention_ends_the_author_is_in_no_table_and_no_file(run: RunCommand, url: str, tmp_path: Path) -> None:
    ids = add_canaries(url)
    data = {"COGWG_DATA": str(tmp_path)}
    assert files_with_canaries(url, tmp_path), "the search finds what is there"
    result = run("privacy", "purge", "--today", GONE, COGWG_DATABASE_URL=url, **data)
    assert (result.code, result.err) == (0, "")
    assert "Author data deleted from comments: 4." in result.out
    assert tables_with_canaries(url) == set()
    assert files_with_canaries(url, tmp_path) == set()
    assert run("audit", "verify", COGWG_DATABASE_URL=url).code == 0
    with opened(url) as session:
        published, *others = session.scalars(select(PublicComment).where(PublicComment.id.in_(ids)).order_by(PublicComment.id))
        assert (published.text, published.masks, published.state) == (PUBLIC_TEXT, [], CommentState.PUBLISHED)
        assert {other.text for other in others} == {""}
        assert [other.state for other in others] == [CommentState.REFUSED, CommentState.APPEALED, CommentState.WAITING]
        copy = session.get_one(PublishedComment, ids[0])
        assert (copy.text, copy.name) == (PUBLIC_TEXT, ""), "readers still see the comment"
        assert copy.revision > 0, "what was drawn with the name is known to be old"
        waiting = session.scalars(select(OutboxMessage).where(OutboxMessage.key == "test:canary-waiting")).one()
        assert (waiting.next_try_at, waiting.address) == (None, "author@retired.invalid")
        moderator = session.scalars(select(OutboxMessage).where(OutboxMessage.key == "test:to-a-moderator")).one()
        assert moderator.text == "<[adresse courriel retirée]> wrote."
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "comments.identifiers-purged")).one()
        assert numbers_from_words((event.after or {})["numbers"]) == ids
        remaining = {(each.kind, each.id) for each in read_removals(removals_file(url, tmp_path))}
        assert {(RemovalKind.COMMENT, id_) for id_ in ids} <= remaining


def test_dry_run_names_the_comments_and_changes_nothing(run: RunCommand, url: str) -> None:
    ids = add_canaries(url)
    out = purge(run, url, GONE, "--dry-run")
    assert out == f"{CYCLE}, kept until {GONE}: comments {ids[0]}-{ids[-1]}.\nNothing was changed.\n"
    assert tables_with_canaries(url) == FULL


def test_daily_purge_clears_authors_and_a_second_run_does_nothing(run: RunCommand, url: str, tmp_path: Path) -> None:
    add_canaries(url)
    data = {"COGWG_DATA": str(tmp_path)}
    result = run("purge", "--today", GONE, COGWG_DATABASE_URL=url, **data)
    assert "Author data deleted from comments: 4." in result.out
    assert (tables_with_canaries(url), files_with_canaries(url, tmp_path)) == (set(), set())
    again = run("purge", "--today", GONE, COGWG_DATABASE_URL=url, **data)
    assert (again.code, again.out, again.err) == (0, "", "")


def test_cycle_that_goes_on_is_never_purged(run: RunCommand, url: str) -> None:
    add_canaries(url)
    with opened(url) as session, write_transaction(session):
        session.execute(update(EngagementCycle).where(EngagementCycle.key == CYCLE).values(completed_on=None))
    purge(run, url, "2040-01-01")
    assert "public_comment" in tables_with_canaries(url)


@pytest.mark.parametrize("of_phase", [True, False])
def test_hold_keeps_and_its_release_purges_at_the_next_run(run: RunCommand, url: str, tmp_path: Path, of_phase: bool) -> None:
    ids = add_canaries(url)
    held = {"phase_key": PHASE} if of_phase else {"comment_id": ids[1]}
    with opened(url) as session, write_transaction(session):
        hold_id = place_hold(session, CYCLE, **held, reason="Order of a court.", by=SYSTEM, at=SENT_AT)  # type: ignore[arg-type]
    out = purge(run, url, GONE)
    assert f"On legal hold: {4 if of_phase else 1}." in out
    with opened(url) as session:
        remaining = session.scalars(select(PublicComment.id).where(PublicComment.name != "").order_by(PublicComment.id)).all()
        assert [id_ for id_ in remaining if id_ in ids] == (ids if of_phase else [ids[1]])
        session.rollback()
        with write_transaction(session):
            assert release_hold(session, CYCLE, hold_id, reason="The case is closed.", by=SYSTEM, at=SENT_AT)
            assert not release_hold(session, CYCLE, hold_id, reason="Again.", by=SYSTEM, at=SENT_AT)
    purge(run, url, GONE)
    assert (tables_with_canaries(url), files_with_canaries(url, tmp_path)) == (set(), set())
    with opened(url) as session:
        actions = session.scalars(select(AuditEvent.action).where(AuditEvent.action.startswith("legal-hold"))).all()
        assert actions == ["legal-hold.placed", "legal-hold.released"]


def test_address_that_a_later_comment_still_has_stays_in_emails(run: RunCommand, url: str) -> None:
    ids = add_canaries(url)
    with opened(url) as session, write_transaction(session):
        session.add(LegalHold(comment_id=ids[0], reason="A case.", placed_at=SENT_AT))
    purge(run, url, GONE)
    with opened(url) as session:
        waiting = session.scalars(select(OutboxMessage).where(OutboxMessage.key == "test:canary-waiting")).one()
        assert waiting.next_try_at is not None


def test_restored_older_backup_is_purged_again_whatever_it_knows(
    run: RunCommand, url: str, tmp_path: Path, make_database: MakeDatabase, engine_name: str
) -> None:
    ids = add_canaries(url)
    with opened(url) as session, write_transaction(session):
        session.execute(update(EngagementCycle).where(EngagementCycle.key == CYCLE).values(completed_on=None))
        hold_id = place_hold(session, CYCLE, phase_key=PHASE, reason="Order of a court.", by=SYSTEM, at=SENT_AT)
    backups, data = tmp_path / "backups", tmp_path / "data"
    for folder in (backups, data):
        folder.mkdir()
    assert run("backup", str(backups / "old"), "--today", "2020-09-30", COGWG_DATABASE_URL=url).code == 0
    with opened(url) as session, write_transaction(session):
        release_hold(session, CYCLE, hold_id, reason="The case is closed.", by=SYSTEM, at=SENT_AT)
        session.execute(update(EngagementCycle).where(EngagementCycle.key == CYCLE).values(completed_on=date(2020, 9, 1)))
    purge(run, url, GONE)
    assert run("backup", str(backups / "new"), "--today", GONE, COGWG_DATABASE_URL=url).code == 0
    target = make_database(engine_name, "empty")
    result = run("restore", str(backups / "old"), "--today", GONE, COGWG_DATABASE_URL=target, COGWG_DATA=str(data))
    assert (result.code, result.err) == (0, "")
    assert f"Author data deleted from comments: {len(ids)}." in result.out
    (backups / "old").unlink()
    assert (tables_with_canaries(target), files_with_canaries(target, tmp_path)) == (set(), set())


def test_comment_that_got_its_number_later_is_not_purged(
    run: RunCommand, url: str, tmp_path: Path, make_database: MakeDatabase, engine_name: str
) -> None:
    ids = add_canaries(url)
    assert run("backup", "file", COGWG_DATABASE_URL=url).code == 0
    earlier = SENT_AT - timedelta(days=1)
    add_removals(tmp_path / "cogwg.removals", {Removal(earlier, id_, RemovalKind.COMMENT) for id_ in (*ids, 9999)})
    target = make_database(engine_name, "empty")
    result = run("restore", "file", "--today", "2020-10-01", COGWG_DATABASE_URL=target)
    assert "Comments cleared" not in result.out
    assert "public_comment" in tables_with_canaries(target)


def test_what_authors_withdrew_or_removed_since_a_backup_does_not_come_back(
    run: RunCommand, url: str, tmp_path: Path, make_database: MakeDatabase, engine_name: str
) -> None:
    ids = add_canaries(url)
    assert run("backup", "file", COGWG_DATABASE_URL=url).code == 0
    later = SENT_AT + timedelta(days=1)
    changes = {Removal(later, ids[0], RemovalKind.WITHDRAWN), Removal(later, ids[3], RemovalKind.AUTHOR)}
    add_removals(tmp_path / "cogwg.removals", changes)
    target = make_database(engine_name, "empty")
    assert run("restore", "file", "--today", "2020-10-01", COGWG_DATABASE_URL=target).code == 0
    with opened(target) as session:
        withdrawn, changed = (session.get_one(PublicComment, id_) for id_ in (ids[0], ids[3]))
        assert (withdrawn.state, withdrawn.text, withdrawn.name) == (CommentState.WITHDRAWN, "", "")
        assert session.get(PublishedComment, ids[0]) is None
        assert (changed.name, changed.email, changed.state) == ("", "", CommentState.WAITING)
        assert fold_text("piafcanari") in changed.text, "its text stays to be moderated"


def test_a_removals_file_holds_people_and_comments_and_skips_unknown_lines(tmp_path: Path) -> None:
    file = tmp_path / "removals"
    removals = {Removal(SENT_AT, 7), *(Removal(SENT_AT, 7, kind) for kind in RemovalKind)}
    add_removals(file, removals)
    file.write_text(f"{file.read_text()}2020-10-01T00:00:00+00:00 something:5\n")
    assert read_removals(file) == removals


@pytest.mark.parametrize(
    ("numbers", "words"), [([], ""), ([3], "3"), ([1, 2, 3, 7, 9, 10], "1-3 7 9-10"), (list(range(1, 2001)), "1-2000")]
)
def test_numbers_in_a_row_are_stored_as_first_and_last(numbers: list[int], words: str) -> None:
    assert numbers_in_words(numbers) == words
    assert numbers_from_words(words) == numbers
