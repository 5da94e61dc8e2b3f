"""Imports of comments: a file is saved whole or not at all, again it changes nothing, and it is undone in one step."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Person
from cogwg.audit.models import AuditEvent
from cogwg.audit.services import Actor
from cogwg.core.bilingual import Language
from cogwg.core.errors import Invalid
from cogwg.engagement.coding import Coding, code_comments
from cogwg.engagement.importing.services import (
    CheckedComments,
    CommentsNotClaimed,
    apply_comments,
    check_comments,
    undo_comments,
)
from cogwg.engagement.models import EngagementCycle, PublicComment
from cogwg.engagement.scales import Channel, CommentLanguage, CommentState
from cogwg.engagement.themes import add_theme
from cogwg.imports.queries import UploadHead, upload_head
from cogwg.imports.rules import UploadKind
from cogwg.imports.services import UploadedFile, keep_preview
from tests.databases import REAL_NOW
from tests.engagement.analysed import FIND, add_cycle

TODAY, AT = date(2018, 6, 20), datetime(2018, 6, 20, 17, tzinfo=UTC)
HEADINGS = "phase,channel,event,language,received_on,text,name,email\r\n"
ROWS = (
    'shaping,in-person,"Halifax, March 8",en,2018-03-08,"Fewer clicks, please.",Canary Person,canary@example.ca\r\n'
    "Réviser,Courriel,,français,2018-05-08,Des mots simples.,,\r\n"
    '2,social media,,en,2018-05-09,"=SUM(1)\nTwo lines",,\r\n'
)
FILE = (HEADINGS + ROWS).encode()


@pytest.fixture
def cycle(session: Session) -> EngagementCycle:
    return add_cycle(session)


@pytest.fixture
def by(session: Session) -> Actor:
    """The analyst who imports."""
    person = Person(email="analyst@example.ca", name="An Analyst", lang=Language.EN, time_zone="America/Toronto")
    session.add(person)
    session.flush()
    return Actor("person", person.id)


def check(session: Session, cycle: EngagementCycle, data: bytes = FILE) -> CheckedComments:
    return check_comments(session, cycle, data, today=TODAY)


def upload(session: Session, cycle: EngagementCycle, by: Actor, data: bytes = FILE) -> tuple[UploadHead, CheckedComments]:
    checked = check(session, cycle, data)
    file = UploadedFile(UploadKind.COMMENTS, "comments.csv", data, checked.scope)
    id_ = keep_preview(session, file, checked.preview, checked.payload, by=by, at=AT, now=REAL_NOW)
    return upload_head(session, id_, by.id or 0), checked


def save(session: Session, cycle: EngagementCycle, by: Actor, *, publish: bool = False) -> UploadHead:
    head, checked = upload(session, cycle, by)
    given: dict[str, Any] = {"revision": head.revision, "by": by, "at": AT, "now": REAL_NOW}
    apply_comments(session, cycle, head, checked, publish=publish, **given)
    return upload_head(session, head.id, by.id or 0)


def stored(session: Session) -> list[PublicComment]:
    session.expire_all()
    return list(session.scalars(select(PublicComment).order_by(PublicComment.id)))


def test_rows_become_comments_without_the_names_and_addresses_of_the_file(
    session: Session, cycle: EngagementCycle, by: Actor
) -> None:
    head, checked = upload(session, cycle, by)
    assert checked.preview.left_out == ("name", "email")

    apply_comments(session, cycle, head, checked, publish=False, revision=1, by=by, at=AT, now=REAL_NOW)

    rows = stored(session)
    assert [(row.channel, row.lang, row.event, row.text) for row in rows] == [
        (Channel.IN_PERSON, CommentLanguage.ENGLISH, "Halifax, March 8", "Fewer clicks, please."),
        (Channel.EMAIL, CommentLanguage.FRENCH, "", "Des mots simples."),
        (Channel.SOCIAL_MEDIA, CommentLanguage.ENGLISH, "", "=SUM(1)\nTwo lines"),
    ]
    assert [row.phase_id for row in rows] == [cycle.phases[0].id, cycle.phases[1].id, cycle.phases[1].id]
    assert {(row.state, row.name, row.email) for row in rows} == {(CommentState.WAITING, "", "")}
    events = session.scalars(select(AuditEvent)).all()
    assert not any("Canary" in str(event.after) or "clicks" in str(event.after) for event in events)


def test_the_same_file_changes_nothing_the_second_time(session: Session, cycle: EngagementCycle, by: Actor) -> None:
    save(session, cycle, by)

    again = check(session, cycle)

    assert (again.to_save, again.preview.changes, again.preview.unchanged) == ((), (), 3)


def test_a_text_that_the_file_has_twice_is_two_comments(session: Session, cycle: EngagementCycle, by: Actor) -> None:
    twice = (HEADINGS + ROWS + ROWS.splitlines(keepends=True)[0]).encode()
    save(session, cycle, by)

    assert [each.text for each in check(session, cycle, twice).to_save] == ["Fewer clicks, please."]


def test_a_file_with_one_error_saves_nothing_and_names_each_cell(session: Session, cycle: EngagementCycle) -> None:
    wrong = "elsewhere,fax,,xx,tomorrow,Text,,\r\nshaping,email,,en,2018-06-21,Text,,\r\nshaping,email,,en,2018-05-01,,,\r\n"
    checked = check(session, cycle, (HEADINGS + ROWS + wrong).encode())

    places = [(each.cells[0].sheet, each.cells[0].address) for each in checked.preview.errors]
    assert places == [
        *(("phase", "5"), ("channel", "5"), ("language", "5"), ("received_on", "5")),
        *(("received_on", "6"), ("text", "7")),
    ]
    assert checked.to_save == ()


def test_a_file_without_a_needed_column_is_refused(session: Session, cycle: EngagementCycle) -> None:
    with pytest.raises(Invalid) as refused:
        check(session, cycle, b"phase,text\r\nshaping,Hello\r\n")
    assert refused.value.problems[0][1].values == {"columns": "channel, language, received_on"}


def test_a_file_is_applied_only_once_and_only_as_it_was_shown(session: Session, cycle: EngagementCycle, by: Actor) -> None:
    head, checked = upload(session, cycle, by)
    with pytest.raises(CommentsNotClaimed):
        apply_comments(session, cycle, head, checked, publish=False, revision=2, by=by, at=AT, now=REAL_NOW)
    apply_comments(session, cycle, head, checked, publish=True, revision=1, by=by, at=AT, now=REAL_NOW)
    with pytest.raises(CommentsNotClaimed):
        apply_comments(session, cycle, head, checked, publish=True, revision=1, by=by, at=AT, now=REAL_NOW)
    assert [row.state for row in stored(session)] == [CommentState.PUBLISHED] * 3


def test_an_undone_import_leaves_only_comments_on_which_people_have_worked(
    session: Session, cycle: EngagementCycle, by: Actor
) -> None:
    head = save(session, cycle, by, publish=True)
    coded, refused, untouched = stored(session)
    theme = add_theme(session, cycle, FIND, by=by, at=AT)
    code_comments(session, cycle, {coded.id: Coding(frozenset(), frozenset({theme}))}, by=by, at=AT)
    refused.state, refused.version = CommentState.WAITING, 2
    session.flush()
    left, gone = {coded.id, refused.id}, untouched.id

    assert undo_comments(session, head, by=by, at=AT) == [gone]

    assert {row.id for row in stored(session)} == left
    assert upload_head(session, head.id, by.id or 0).undone == {"removed": 1, "kept": 2}
    assert undo_comments(session, head, by=by, at=AT) is None
    assert session.scalar(select(func.count()).select_from(AuditEvent).where(AuditEvent.action == "upload.undone")) == 1
