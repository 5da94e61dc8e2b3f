"""What is public at the time of a request. Each process caches the record that it last read until something changes.

Pages of the public record show nothing else; the home page and the plan take the statuses that visitors see from here.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import datetime

from flask import g, request
from sqlalchemy.orm import Session

from cogwg.tracker.published import NOTHING_PUBLIC, PublicRecord, PublicState, public_record, public_revision, whole_record
from cogwg.web.http import clocks, site_settings
from cogwg.web.http.database import session

_kept: dict[Hashable, PublicRecord] = {}
_kept_whole: dict[Hashable, PublicRecord] = {}
"""The records that were read last, by revision and day.

``_kept`` is without commitments and engagement, ``_kept_whole`` with them.
"""


def revision() -> str:
    """Return a value that changes whenever what is public changes; it is read once for each request, in one statement."""
    if "public_revision" not in g:
        g.public_revision = public_revision(session(), clocks.now())
    current: str = g.public_revision
    return current


def record() -> PublicRecord:
    """Return what is public now except commitments and engagement, which pages of the plan do not need."""
    return _read(_kept, public_record)


def everything() -> PublicRecord:
    """Return everything that is public now, with commitments and engagement."""
    return _read(_kept_whole, whole_record)


def _read(
    records: dict[Hashable, PublicRecord], read: Callable[[Session, datetime, PublicState | None], PublicRecord]
) -> PublicRecord:
    key = revision(), clocks.today()
    known = records.get(key)
    if known is None:
        known = read(session(), clocks.now(), None if revision() else NOTHING_PUBLIC)
        records.clear()
        records[key] = known
    return known


def record_key() -> Hashable:
    """Return what a page of the public record depends on: the record, the URL, the day and the settings."""
    environment = site_settings.environment()
    settings = site_settings.site_settings()
    return revision(), request.full_path, clocks.today(), settings, environment.demo, environment.public_url
