"""The files of a frozen version: drawn once, stored, and the same bytes from then on."""

from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from cogwg.audit.models import AuditEvent
from cogwg.audit.services import SYSTEM
from cogwg.briefing import files, queries, snapshot
from cogwg.briefing.deck import Deck
from cogwg.briefing.files import DrawnFile, StoredFile, draw_files, other_layout
from cogwg.briefing.models import FrozenFile, FrozenVersion
from cogwg.briefing.queries import frozen_deck, stored_file, stored_files
from cogwg.briefing.render import FORMATS, LAYOUT, render
from cogwg.briefing.services import create_briefing, freeze, store_files
from cogwg.briefing.storing import Stored, file_of, store_earlier
from cogwg.core.bilingual import Language
from cogwg.core.db import write_transaction
from cogwg.core.errors import ConfigurationError, NotFound, UnsupportedVersion
from tests.briefing.decks import february_deck
from tests.conftest import MakeEngine
from tests.databases import DECK_DAY
from tests.february_briefing import COUNCILS, create_february_briefing
from tests.sessions import FURTHER

AT = datetime(2020, 2, 27, 17, 0, tzinfo=UTC)
ALL_FILES = [(format, lang) for format in FORMATS for lang in Language]
SMALL_FILES = [DrawnFile("xlsx", Language.EN, "a.xlsx", "a/b", b"\x00one\xff", LAYOUT)]


@pytest.fixture
def frozen_engine(engine_name: str, make_engine: MakeEngine) -> Engine:
    """An engine on the seeded data with the frozen February deck, which has no files yet."""
    engine = make_engine(engine_name, "record")
    with Session(engine) as session, write_transaction(session):
        create_february_briefing(session)
    return engine


def list_stored_files(engine: Engine) -> list[StoredFile]:
    with Session(engine) as session:
        return stored_files(session, 1, 1)


def first_download(engine: Engine, format: str = "xlsx", lang: Language = Language.EN, number: int = 1) -> DrawnFile:
    with Session(engine) as session:
        return file_of(session, 1, number, format, lang, by=SYSTEM, at=AT)


def lengthen_deck(deck: Deck, characters: int) -> Deck:
    """Return the deck with enough repeated priorities that its snapshot has more characters than this."""
    without = len(snapshot.write(replace(deck, priorities=())))
    times = 1 + characters // (len(snapshot.write(deck)) - without)
    return replace(deck, priorities=deck.priorities * times)


@FURTHER
def test_draw_files_equals_render_for_each_format_and_language() -> None:
    drawn = draw_files(february_deck())
    assert [(file.format, file.lang) for file in drawn] == ALL_FILES
    for file in drawn:
        assert file.content == render(february_deck(), file.format, file.lang)
        assert file.media_type == FORMATS[file.format].media_type
        assert file.sha256 == hashlib.sha256(file.content).hexdigest()
        assert file.layout == LAYOUT
    assert {file.name for file in drawn} == {
        f"{words}.{format}"
        for format in FORMATS
        for words in ("joint-councils-2020-02-27-v1-en", "conseils-mixtes-2020-02-27-v1-fr")
    }


def test_draw_files_skips_what_is_stored_already() -> None:
    without = set(ALL_FILES) - {("xlsx", Language.FR)}
    assert [(file.format, file.lang) for file in draw_files(february_deck(), without=without)] == [("xlsx", Language.FR)]


def test_draw_files_skips_formats_whose_library_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cogwg.briefing.render.find_spec", lambda _name: None)
    assert {file.format for file in draw_files(february_deck())} == {"xlsx"}


@FURTHER
def test_draw_files_skips_slow_formats_for_a_long_deck(september: Deck) -> None:
    deck = lengthen_deck(september, FORMATS["pptx"].soon)
    assert len(snapshot.write(deck)) <= FORMATS["xlsx"].soon
    assert {file.format for file in draw_files(deck)} == {"xlsx"}
    assert draw_files(lengthen_deck(september, FORMATS["xlsx"].soon)) == []


@FURTHER
def test_draw_files_skips_files_over_the_size_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = {file.format: len(file.content) for file in draw_files(february_deck())}
    assert sizes["xlsx"] < sizes["pptx"] < files.AT_ONCE
    monkeypatch.setattr(files, "AT_ONCE", sizes["xlsx"])
    assert "pptx" not in {file.format for file in draw_files(february_deck())}


def test_freeze_stores_files_and_audits_their_hashes(february_session: Session) -> None:
    drawn = draw_files(february_deck())
    created = create_briefing(february_session, year=2020, meeting_on=DECK_DAY, audience=COUNCILS, by=SYSTEM, at=AT)
    freeze(february_session, created.id, february_deck(), (), note="", expected_version=1, by=SYSTEM, at=AT, files=drawn)
    assert [
        (f.format, f.lang, f.name, f.media_type, f.layout, f.sha256, f.drawn_at)
        for f in stored_files(february_session, created.id, 1)
    ] == [(f.format, f.lang, f.name, f.media_type, f.layout, f.sha256, AT) for f in drawn]
    assert [stored_file(february_session, created.id, 1, *key) for key in ALL_FILES] == drawn
    event = february_session.scalars(select(AuditEvent).where(AuditEvent.action == "briefing.frozen")).one()
    assert event.after is not None
    assert event.after["files"] == [{"format": f.format, "lang": f.lang.value, "sha256": f.sha256} for f in drawn]


@pytest.mark.parametrize("change", [update(FrozenFile).values(content=b""), delete(FrozenFile)], ids=["update", "delete"])
def test_stored_file_update_or_delete_is_refused_by_the_database(frozen_engine: Engine, change: Any) -> None:
    with Session(frozen_engine) as session, write_transaction(session):
        assert store_files(session, 1, 1, SMALL_FILES, by=SYSTEM, at=AT) == 1
    with Session(frozen_engine) as session, pytest.raises(DBAPIError, match="frozen_file is append-only"):
        session.execute(change)
    assert first_download(frozen_engine) == SMALL_FILES[0]


def test_stored_file_is_not_replaced_when_stored_again(frozen_engine: Engine) -> None:
    other = [replace(SMALL_FILES[0], content=b"two"), replace(SMALL_FILES[0], lang=Language.FR)]
    with Session(frozen_engine) as session, write_transaction(session):
        assert store_files(session, 1, 1, SMALL_FILES, by=SYSTEM, at=AT) == 1
        assert store_files(session, 1, 1, other, by=SYSTEM, at=AT) == 1
        assert store_files(session, 1, 1, other, by=SYSTEM, at=AT) == 0
        query = select(AuditEvent.after).where(AuditEvent.action == "briefing.files-stored").order_by(AuditEvent.id)
        events = [after for after in session.scalars(query) if after is not None]
    assert [[file["lang"] for file in after["files"]] for after in events] == [["en"], ["fr"]]
    assert first_download(frozen_engine).content == SMALL_FILES[0].content


def test_file_of_unknown_version_is_not_stored(frozen_engine: Engine) -> None:
    with Session(frozen_engine) as session, pytest.raises(NotFound):
        store_files(session, 1, 2, SMALL_FILES, by=SYSTEM, at=AT)


def test_first_download_draws_and_stores_and_the_next_reads(frozen_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    first = first_download(frozen_engine)
    with Session(frozen_engine) as session:
        assert first.content == render(frozen_deck(session, 1, 1)[1], "xlsx", Language.EN)
    assert [file.key for file in list_stored_files(frozen_engine)] == [("xlsx", Language.EN)]
    monkeypatch.setattr(files, "render", lambda *_: b"another release draws otherwise")
    assert first_download(frozen_engine) == first


def test_concurrent_first_downloads_return_the_same_stored_bytes(
    frozen_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    both, drawings, answers = threading.Barrier(2), iter((b"one", b"two")), []

    def drawn(*_: Any) -> bytes:
        both.wait(timeout=20)
        return next(drawings)

    monkeypatch.setattr(files, "render", drawn)
    threads = [threading.Thread(target=lambda: answers.append(first_download(frozen_engine).content)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 2
    assert len(set(answers)) == 1
    assert [file.sha256 for file in list_stored_files(frozen_engine)] == [hashlib.sha256(answers[0]).hexdigest()]


def test_unknown_format_or_version_or_missing_library_is_refused(
    frozen_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cogwg.briefing.render.find_spec", lambda _name: None)
    for refusal, arguments in (
        (NotFound, {"format": "odt"}),
        (NotFound, {"number": 2}),
        (ConfigurationError, {"format": "pptx"}),
    ):
        with pytest.raises(refusal):
            first_download(frozen_engine, **arguments)
    assert list_stored_files(frozen_engine) == []


def add_later_amendment(engine: Engine) -> None:
    """Add a second version of the February briefing, with a file, as a later release would store it."""
    with Session(engine) as session, write_transaction(session):
        frozen = session.scalars(select(FrozenVersion)).one()
        later = json.dumps(json.loads(frozen.deck) | {"schema": 99})
        fields = {"briefing_id": 1, "number": 2, "schema": 99, "deck": later, "gaps": [], "frozen_at": frozen.frozen_at}
        session.add(FrozenVersion(**fields))
        session.flush()
        store_files(session, 1, 2, SMALL_FILES, by=SYSTEM, at=AT)


def test_version_of_a_later_release_is_downloaded_as_stored(frozen_engine: Engine) -> None:
    add_later_amendment(frozen_engine)
    assert first_download(frozen_engine, number=2) == SMALL_FILES[0]
    with pytest.raises(UnsupportedVersion):
        first_download(frozen_engine, lang=Language.FR, number=2)


@FURTHER
def test_store_earlier_stores_missing_files_once(frozen_engine: Engine) -> None:
    first = first_download(frozen_engine)
    add_later_amendment(frozen_engine)
    assert store_earlier(frozen_engine, at=AT) == Stored(files=3, versions=1)
    assert sorted(file.key for file in list_stored_files(frozen_engine)) == sorted(ALL_FILES)
    assert first_download(frozen_engine) == first
    assert store_earlier(frozen_engine, at=AT) == Stored()


def test_store_earlier_after_interruption_continues_with_the_next_version(
    frozen_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Session(frozen_engine) as session, write_transaction(session):
        draft = queries.briefing(session, 1)
        deck = replace(frozen_deck(session, 1, 1)[1], edition=2)
        freeze(session, 1, deck, (), note="", expected_version=draft.outline_version, by=SYSTEM, at=AT)
    drawn: list[Deck] = []

    def interrupted_render(deck: Deck, *_: Any) -> bytes:
        drawn.append(deck)
        if len(drawn) > len(ALL_FILES):
            raise KeyboardInterrupt
        return b"drawn"

    monkeypatch.setattr(files, "render", interrupted_render)
    with pytest.raises(KeyboardInterrupt):
        store_earlier(frozen_engine, at=AT)
    assert sorted(file.key for file in list_stored_files(frozen_engine)) == sorted(ALL_FILES)
    monkeypatch.setattr(files, "render", lambda *_: b"drawn later")
    assert store_earlier(frozen_engine, at=AT) == Stored(files=len(ALL_FILES), versions=1)


def test_other_layout_is_true_when_a_file_has_an_older_layout() -> None:
    arguments = (Language.EN, "a.xlsx", "a/b", LAYOUT, "", AT)
    current, older = StoredFile("xlsx", *arguments), replace(StoredFile("xlsx", *arguments), layout=LAYOUT - 1)
    assert [other_layout(files) for files in ([], [current], [current, older])] == [False, False, True]
