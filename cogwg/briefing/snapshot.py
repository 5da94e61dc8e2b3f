"""Convert a deck to JSON text and back, so that a briefing is stored as it was shown.

The text includes its schema number. A deck in an older schema is upgraded step by step when it is read; for a newer schema, an
exception with a message is raised. Adding a field with a default does not require a new schema. Renaming a field or changing
its meaning does, with a step in ``_UPGRADES``. Each activity is stored once, however many slides show it.
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
    "This version was finalized with newer software (data format %(schema)s; this site reads formats up to %(known)s). "
    "Nothing is lost. Ask the secretariat to update the software, then open the version again."
)
_UPGRADES: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""The functions that upgrade stored data from each schema to the next, by the number of the older schema."""


def write(deck: Deck) -> str:
    """Return the deck as JSON text; equal decks give equal texts."""
    plain = Serializer(pooled=ActivityState)
    content = plain.dump(deck)
    stored = {"schema": SCHEMA, "deck": content, "activities": plain.pool}
    return json.dumps(stored, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def read(text: str) -> Deck:
    """Return the deck from JSON text written by this release or an earlier one.

    Raises ``UnsupportedVersion`` if the schema is of a later release, and ``DeserializationError`` if the text is not a
    snapshot.
    """
    try:
        stored = json.loads(text)
        schema = stored["schema"]
    except (ValueError, KeyError, TypeError) as error:
        raise DeserializationError(str(error)) from error
    if schema > SCHEMA:
        values = {"schema": schema, "known": SCHEMA}
        raise UnsupportedVersion(Message(_TOO_NEW, values))
    for step in range(schema, SCHEMA):
        stored = _UPGRADES[step](stored)
    return Serializer(pooled=ActivityState, pool=stored["activities"]).load(Deck, stored["deck"])
