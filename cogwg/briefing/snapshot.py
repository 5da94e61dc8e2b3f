"""A deck as JSON text and back, so that a briefing can be kept as it was shown.

The text starts with its schema. An older one is upgraded step by step when it is read; a newer one is refused with a
sentence. A field that is added to the deck with a default needs no new schema; what is renamed or changes its meaning
does, with its step in ``_UPGRADES``. Activities stand once, however many slides show them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from cogwg.briefing.deck import ActivityState, Deck
from cogwg.core.errors import N_, Message, UnsupportedVersion
from cogwg.core.serialization import DeserializationError, Serializer

SCHEMA = 1
_TOO_NEW = N_(
    "This version was frozen by a later release (its data is of schema %(schema)s, this release reads up to %(known)s). "
    "Nothing is lost: ask the secretariat to update the product, then open it again."
)
_UPGRADES: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""From a schema to the next, on the stored data."""


def write(deck: Deck) -> str:
    """The deck as JSON text; the same deck gives the same text."""
    plain = Serializer(pooled=ActivityState)
    told = plain.dump(deck)
    stored = {"schema": SCHEMA, "deck": told, "activities": plain.pool}
    return json.dumps(stored, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def read(text: str) -> Deck:
    """The deck that was written, by this release or an earlier one.

    Raises ``TooNew`` for a schema of a later release, and ``Unreadable`` for what is no snapshot.
    """
    try:
        stored = json.loads(text)
        schema = stored["schema"]
    except (ValueError, KeyError, TypeError) as error:
        raise DeserializationError(str(error)) from error
    if schema > SCHEMA:
        told = {"schema": schema, "known": SCHEMA}
        raise UnsupportedVersion(Message(_TOO_NEW, told))
    for step in range(schema, SCHEMA):
        stored = _UPGRADES[step](stored)
    return Serializer(pooled=ActivityState, pool=stored["activities"]).load(Deck, stored["deck"])
