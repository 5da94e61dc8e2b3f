"""Storing files of versions that were frozen without them: the one that is asked for, or all that earlier releases left.

Like mail delivery this opens transactions of its own, because drawing must stand before the one that writes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from cogwg.audit.services import SYSTEM, Actor
from cogwg.briefing.files import DrawnFile, draw_file, draw_files
from cogwg.briefing.queries import frozen_deck, stored_file, stored_files, versions
from cogwg.briefing.render import FORMATS
from cogwg.briefing.services import store_files
from cogwg.core.bilingual import Language
from cogwg.core.db import write_transaction
from cogwg.core.errors import NotFound, UnsupportedVersion
from cogwg.core.serialization import DeserializationError


@dataclass(frozen=True, slots=True)
class Stored:
    """How many files were stored, of how many versions."""

    files: int = 0
    versions: int = 0


def file_of(
    session: Session, briefing_id: int, number: int, format: str, lang: Language, *, by: Actor, at: datetime
) -> DrawnFile:
    """A file of a frozen version as it is stored; one that is not yet is drawn and stored first.

    Of two who ask first at once, both get the bytes that were stored. Raises ``NotFound``, ``Unusable`` for a format whose
    library is not installed, and ``TooNew`` when a later release froze the version and did not store this file.
    """
    found = stored_file(session, briefing_id, number, format, lang)
    if found is not None:
        return found
    _version, deck = frozen_deck(session, briefing_id, number)
    if format not in FORMATS:
        raise NotFound(f"format {format}")
    session.rollback()
    drawn = draw_file(deck, format, lang)
    with write_transaction(session):
        store_files(session, briefing_id, number, [drawn], by=by, at=at)
        return stored_file(session, briefing_id, number, format, lang) or drawn


def store_earlier(engine: Engine, *, at: datetime) -> Stored:
    """Draw and store what is missing of every frozen version, one version at a time; a second run finds nothing to do.

    Left out is what cannot be drawn here or not at once (see ``draw_files``), and what this release cannot read.
    """
    with Session(engine) as session:
        known = [(version.briefing_id, version.number) for version in reversed(versions(session))]
    stored = [_store(engine, *version, at) for version in known]
    return Stored(sum(stored), sum(1 for files in stored if files))


def _store(engine: Engine, briefing_id: int, number: int, at: datetime) -> int:
    """Store what is missing of a version; how many files that were."""
    with Session(engine) as session:
        there = {file.key for file in stored_files(session, briefing_id, number)}
        if there >= {(format.key, lang) for format in FORMATS.values() if format.is_available() for lang in Language}:
            return 0
        try:
            _version, deck = frozen_deck(session, briefing_id, number)
        except (UnsupportedVersion, DeserializationError):
            return 0
        session.rollback()
        drawn = draw_files(deck, without=there)
        if not drawn:
            return 0
        with write_transaction(session):
            return store_files(session, briefing_id, number, drawn, by=SYSTEM, at=at)
