"""Convert published values to JSON text and back. The same values always give the same text, whose hash is published."""

from __future__ import annotations

import json
from functools import lru_cache
from hashlib import sha256
from typing import Any, cast

from cogwg.core.serialization import Serializer
from cogwg.tracker.commitments import PublishedCommitment
from cogwg.tracker.engagement import PublishedCycle, PublishedHeard
from cogwg.tracker.values import PublishedBriefing, PublishedQuarter

SCHEMA = 1
"""The version of the stored format. Fields with a default can be added without incrementing it."""
_PARSED = 64
"""The number of parsed values that are kept in a cache; other texts are parsed again."""
Stored = PublishedQuarter | PublishedBriefing | PublishedCommitment | PublishedCycle | PublishedHeard


def dump(value: Stored) -> str:
    """Return a value as JSON text with sorted names."""
    data = {"schema": SCHEMA, "value": Serializer().dump(value)}
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> str:
    """Return the SHA-256 hash of a stored text, in hexadecimal."""
    return sha256(text.encode()).hexdigest()


def load_quarter(text: str) -> PublishedQuarter:
    """Return the quarter from a stored text. Raises ``DeserializationError`` if the text is not valid."""
    return cast(PublishedQuarter, _load(PublishedQuarter, text))


def load_briefing(text: str) -> PublishedBriefing:
    """Return the briefing from a stored text. Raises ``DeserializationError`` if the text is not valid."""
    return cast(PublishedBriefing, _load(PublishedBriefing, text))


def load_commitment(text: str) -> PublishedCommitment:
    """Return the commitment from a stored text. Raises ``DeserializationError`` if the text is not valid."""
    return Serializer().load(PublishedCommitment, json.loads(text)["value"])


def load_cycle(text: str) -> PublishedCycle:
    """Return the engagement cycle from a stored text. Raises ``DeserializationError`` if the text is not valid."""
    return cast(PublishedCycle, _load(PublishedCycle, text))


def load_heard(text: str) -> PublishedHeard:
    """Return the "What we heard" from a stored text. Raises ``DeserializationError`` if the text is not valid."""
    return cast(PublishedHeard, _load(PublishedHeard, text))


@lru_cache(maxsize=_PARSED)
def _load(declared: type[Any], text: str) -> Any:
    return Serializer().load(declared, json.loads(text)["value"])
