"""The data files of the current state of the record. Each process caches those that it last made, until something changes."""

from __future__ import annotations

import threading
from datetime import date

from cogwg.tracker.open_data.bundle import Bundle
from cogwg.tracker.open_data.publisher import Publisher
from cogwg.tracker.published import PublicRecord
from cogwg.web.http import site_settings

_kept: dict[tuple[str, date, Publisher], Bundle] = {}
_lock = threading.Lock()


def publisher() -> Publisher:
    """Return the publisher named in the settings of the site."""
    return Publisher.from_settings(site_settings.site_settings(), site_settings.environment().public_url)


def bundle(record: PublicRecord) -> Bundle:
    """Return the files of this state of the record."""
    own = publisher()
    key = record.revision, record.on, own
    with _lock:
        if key not in _kept:
            _kept.clear()
            _kept[key] = Bundle(record, own)
        return _kept[key]
