"""Store files of versions that were frozen without them: one file when it is requested, or all that are missing.

This module opens its own transactions, because files must be rendered before the transaction that stores them begins.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from cogwg.audit.services import SYSTEM, Actor
from cogwg.briefing.deck import Deck
from cogwg.briefing.files import DrawnFile, draw_file, draw_files
from cogwg.briefing.queries import frozen_deck, stored_file, stored_files, versions
from cogwg.briefing.render import FORMATS
from cogwg.briefing.services import store_files
from cogwg.core.bilingual import Language
from cogwg.core.db import write_transaction
from cogwg.core.errors import NotFound, UnsupportedVersion
from cogwg.core.progress import note_progress
from cogwg.core.serialization import DeserializationError


@dataclass(frozen=True, slots=True)
class Stored:
    """The number of files that were stored, and the number of versions they belong to."""

    files: int = 0
    versions: int = 0


def file_of(
    session: Session,
    briefing_id: int,
    number: int,
    format: str,
    lang: Language,
    *,
    by: Actor,
    at: datetime,
    draw: Callable[[Deck, str, Language], DrawnFile] = draw_file,
) -> DrawnFile:
    """Return a file of a frozen version; render and store it first if it is not stored yet.

    ``draw`` renders the file; no transaction is open while it does. If two people request the file first at the same time,
    both get the same stored content. Raises ``NotFound`` if there is no such version or format, ``ConfigurationError`` if the
    format's library is not installed, and ``UnsupportedVersion`` if this release cannot read the version.
    """
    stored = stored_file(session, briefing_id, number, format, lang)
    if stored is not None:
        return stored
    _version, deck = frozen_deck(session, briefing_id, number)
    if format not in FORMATS:
        raise NotFound(f"format {format}")
    session.rollback()
    drawn = draw(deck, format, lang)
    with write_transaction(session):
        store_files(session, briefing_id, number, [drawn], by=by, at=at)
        return stored_file(session, briefing_id, number, format, lang) or drawn


def store_earlier(engine: Engine, *, at: datetime) -> Stored:
    """Render and store the missing files of every frozen version, one version at a time.

    If it is run again, it stores nothing more. Versions that this release cannot read and files that ``draw_files`` leaves out
    are skipped.
    """
    with Session(engine) as session:
        known = [(version.briefing_id, version.number) for version in reversed(versions(session))]
    stored = []
    for number, version in enumerate(known):
        note_progress("Drawing the files of finalized versions", number, len(known))
        stored.append(_store(engine, *version, at))
    return Stored(sum(stored), sum(1 for files in stored if files))


def _store(engine: Engine, briefing_id: int, number: int, at: datetime) -> int:
    """Store the missing files of a version; return how many were stored."""
    with Session(engine) as session:
        stored_keys = {file.key for file in stored_files(session, briefing_id, number)}
        if stored_keys >= {(format.key, lang) for format in FORMATS.values() if format.is_available() for lang in Language}:
            return 0
        try:
            _version, deck = frozen_deck(session, briefing_id, number)
        except (UnsupportedVersion, DeserializationError):
            return 0
        session.rollback()
        drawn = draw_files(deck, without=stored_keys)
        if not drawn:
            return 0
        with write_transaction(session):
            return store_files(session, briefing_id, number, drawn, by=SYSTEM, at=at)
