"""An upload is kept with its preview, for its person only; it is applied once and undone once, on both engines."""

from __future__ import annotations

import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Person
from cogwg.audit.models import AuditEvent
from cogwg.audit.services import Actor
from cogwg.core.bilingual import Bilingual
from cogwg.core.db import write_transaction
from cogwg.core.errors import Message, NotFound
from cogwg.imports.failed_files import delete_failed_files, keep_failed_file
from cogwg.imports.models import Upload
from cogwg.imports.previews import Cell, Change, FieldConflict, Preview, Problem, Severity
from cogwg.imports.queries import stored_preview, upload_content, upload_head, uploads_of
from cogwg.imports.retention import clear_file_names, purge_uploads
from cogwg.imports.rules import PREVIEW_LIFETIME, UPLOAD_RETENTION, Claim, UploadKind, UploadVerdict, clean_file_name
from cogwg.imports.services import (
    UploadedFile,
    begin_reading,
    claim,
    claim_undo,
    end_reading,
    keep_failure,
    keep_preview,
    keep_refusal,
    record_applied,
    replace_preview,
)
from tests.databases import DECK_NOON, REAL_NOW

FILE = UploadedFile(UploadKind.REPORTS, "C:\\Users\\me\\ontario.xlsx", b"PK content", "2020-09")
PREVIEW = Preview(
    changes=(Change("3.2", "status", Cell("Reports", "E5"), "L", "S", is_merged=True),),
    problems=(
        Problem("status", Message("Not a status: %(text)s", {"text": "Nearly"}), (Cell("Reports", "E9"),), "Nearly", ("3.4",)),
        Problem(
            "emptied",
            Message("Emptied: %(what)s", {"what": Bilingual("challenge", "défi")}),
            severity=Severity.QUESTION,
            field="challenge_en",
        ),
    ),
    conflicts=(
        FieldConflict("4.3", "progress_en", Cell("Reports", "G7"), "Eleven.", "Twelve.", "Thirteen.", "Twelve. Thirteen."),
    ),
    unchanged=14,
    left_out=("Notes",),
)


def people(session: Session) -> list[int]:
    return list(session.scalars(select(Person.id).order_by(Person.id).limit(2)))


def upload(engine: Engine, preview: Preview = PREVIEW) -> tuple[int, Actor, int]:
    """Return the id of an upload, its person, and another person."""
    with Session(engine) as session, write_transaction(session):
        own, other = people(session)
        by = Actor("person", own)
        return keep_preview(session, FILE, preview, {"rows": []}, by=by, at=DECK_NOON, now=REAL_NOW), by, other


def test_preview_is_stored_whole_and_only_for_its_person(seeded_engine: Engine) -> None:
    id_, by, other = upload(seeded_engine)
    with Session(seeded_engine) as session:
        assert stored_preview(session, id_, by.id or 0, REAL_NOW).preview == PREVIEW
        assert upload_content(session, id_, by.id or 0, REAL_NOW) == FILE.data
        head = upload_head(session, id_, by.id or 0)
        assert (head.file_name, head.size, head.scope) == ("ontario.xlsx", 10, "2020-09")
        assert (head.changes, head.problems, head.questions, head.conflicts, head.unchanged) == (1, 1, 1, 1, 14)
        assert [u.id for u in uploads_of(session, by.id or 0, [UploadKind.REPORTS])] == [id_]
        assert uploads_of(session, by.id or 0, [UploadKind.PLAN]) == []
        assert uploads_of(session, other, list(UploadKind)) == []
        with pytest.raises(NotFound):
            upload_head(session, id_, other)
        with pytest.raises(NotFound):
            stored_preview(session, id_, other, REAL_NOW)
        event = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
        assert event is not None
        assert (event.action, event.subject_kind, event.subject_id) == ("upload.checked", "upload", id_)
        assert "ontario" not in str(event.after), "the audit log holds no names"


def test_preview_expires_after_half_an_hour(seeded_engine: Engine) -> None:
    id_, by, _other = upload(seeded_engine)
    later = REAL_NOW + PREVIEW_LIFETIME
    with Session(seeded_engine) as session, write_transaction(session):
        with pytest.raises(NotFound):
            stored_preview(session, id_, by.id or 0, later)
        assert claim(session, id_, by.id or 0, 1, at=DECK_NOON, now=later) is Claim.EXPIRED
        assert purge_uploads(session, at=DECK_NOON, now=later) == (1, 0)
        assert upload_head(session, id_, by.id or 0).changes == 1, "the page stays"
        assert purge_uploads(session, at=DECK_NOON + UPLOAD_RETENTION + timedelta(days=1), now=later) == (0, 1)


def test_upload_is_claimed_by_its_person_at_its_revision_and_once(seeded_engine: Engine) -> None:
    id_, by, other = upload(seeded_engine)
    with Session(seeded_engine) as session, write_transaction(session):
        assert claim(session, id_, other, 1, at=DECK_NOON, now=REAL_NOW) is Claim.EXPIRED
        replace_preview(session, id_, PREVIEW, {"rows": [1]})
        assert claim(session, id_, by.id or 0, 1, at=DECK_NOON, now=REAL_NOW) is Claim.OUTDATED
        assert claim(session, id_, by.id or 0, 2, at=DECK_NOON, now=REAL_NOW) is Claim.CLAIMED
        record_applied(session, id_, {"rows": []}, {"reports": []}, by=by, at=DECK_NOON)
    with Session(seeded_engine) as session, write_transaction(session):
        assert claim(session, id_, by.id or 0, 2, at=DECK_NOON, now=REAL_NOW) is Claim.APPLIED
        with pytest.raises(NotFound):
            stored_preview(session, id_, by.id or 0, REAL_NOW)
        assert not claim_undo(session, id_, other, at=DECK_NOON)
        assert claim_undo(session, id_, by.id or 0, at=DECK_NOON)
        assert not claim_undo(session, id_, by.id or 0, at=DECK_NOON)


def test_upload_claimed_by_several_workers_at_once_is_claimed_once(seeded_engine: Engine) -> None:
    id_, by, _other = upload(seeded_engine)
    ready, claims = threading.Barrier(6), []

    def work() -> None:
        ready.wait()
        with Session(seeded_engine) as session, write_transaction(session):
            claims.append(claim(session, id_, by.id or 0, 1, at=DECK_NOON, now=REAL_NOW))

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claims) == [Claim.APPLIED] * 5 + [Claim.CLAIMED]


def test_two_files_are_read_at_once_and_one_of_a_person(seeded_engine: Engine) -> None:
    def begin(person_id: int, seconds: int = 0) -> int | None:
        with Session(seeded_engine) as session, write_transaction(session):
            return begin_reading(session, person_id, now=REAL_NOW + timedelta(seconds=seconds))

    assert begin(1) == 0
    assert begin(1) is None
    assert begin(2) == 1
    assert begin(3) is None
    with Session(seeded_engine) as session, write_transaction(session):
        end_reading(session, 1, 0)
    assert begin(3) == 0
    assert begin(1) is None
    assert begin(1, seconds=60) is not None, "after a crash"


def test_refused_and_failed_files_keep_their_page_without_the_file(seeded_engine: Engine) -> None:
    with Session(seeded_engine) as session, write_transaction(session):
        own, _other = people(session)
        given = {"by": Actor("person", own), "at": DECK_NOON, "now": REAL_NOW}
        refused = keep_refusal(session, FILE, Message("This is a %(what)s file.", {"what": "CSV"}), **given)
        failed = keep_failure(session, FILE, "a1b2c3d4", **given)
        assert upload_head(session, refused, own).reason == Message("This is a %(what)s file.", {"what": "CSV"})
        assert upload_head(session, refused, own).verdict is UploadVerdict.REFUSED
        assert upload_head(session, failed, own).failure_id == "a1b2c3d4"
        for id_ in (refused, failed):
            assert not upload_head(session, id_, own).is_open(REAL_NOW)
            assert session.get_one(Upload, id_).content is None


def test_removed_person_leaves_no_file_and_no_file_name(seeded_engine: Engine) -> None:
    id_, by, _other = upload(seeded_engine)
    with Session(seeded_engine) as session, write_transaction(session):
        clear_file_names(session, by.id or 0)
        session.expire_all()
        row = session.get_one(Upload, id_)
        assert (row.file_name, row.content, row.preview, row.payload) == ("", None, None, None)


def test_failed_file_is_kept_a_day_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "failed-uploads"
    id_ = keep_failed_file(folder, b"broken")
    (file,) = folder.iterdir()
    assert file.read_bytes() == b"broken"
    assert id_ in file.name
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert delete_failed_files(folder, datetime.now(UTC)) == 0
    assert delete_failed_files(folder, datetime.now(UTC) + timedelta(hours=25)) == 1
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "clean"),
    [("../../etc/passwd", "passwd"), ("C:\\a\\b.xlsx", "b.xlsx"), ("a\x00\nb.xlsx", "ab.xlsx"), ("x" * 300, "x" * 200)],
)
def test_file_name_has_no_folders_and_no_control_characters(name: str, clean: str) -> None:
    assert clean_file_name(name) == clean
