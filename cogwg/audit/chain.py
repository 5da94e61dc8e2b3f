"""The hash chain of the audit log: the hash of each link, and witnesses. This module does not use the database.

A link's hash covers its position, the hash of the link before it, the version of the algorithm, and the event as it is read
back from the database, in the canonical bytes of RFC 8785. Algorithm 1 hashes the texts of an event as they are; the upgrade
that introduced the chain used it for the events that existed at that time. Algorithm 2 replaces each text by its digest,
computed with a random salt for that text. A text can therefore be erased without changing the hash: a marker with its digest
takes its place, and its salt is deleted.

A witness is a copy of the head outside the database: its position, its time, and the first 16 characters of its hash.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import rfc8785

GENESIS = "0" * 64
"""The hash before the first link."""
UNSALTED, SALTED = 1, 2
"""The versions of the algorithm. A version is never changed, because the links that it wrote are verified with it."""
ERASED = "erased"
"""The key of the marker that takes the place of an erased text; its value is the text's digest."""
RE_ANCHORED = "audit.re-anchored"
"""The action of the event by which the secretariat declares that a backup was restored."""
SHOWN = 16
"""The number of characters of the hash that a witness contains."""
_DIGEST = re.compile(r"[0-9a-f]{64}")
_MAX_INTEGER = 2**53 - 1
"""The largest integer that RFC 8785 can write, because its numbers are those of JavaScript."""


@dataclass(frozen=True, slots=True)
class ChainedEvent:
    """An audit event as it is read back from the database."""

    id: int
    at: datetime
    action: str
    actor_kind: str
    actor_id: int | None
    behalf_of: int | None
    subject_kind: str
    subject_id: int
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the chain; see ``AuditLink``."""

    position: int
    event_id: int
    previous: str
    hash: str
    algorithm: int
    salts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Witness:
    """A copy of the head of the chain, as a receipt or a finalized deck shows it. ``start`` is the start of its hash.

    Its text has no spaces, so that it stays on one line in an email and in one cell of a workbook.
    """

    position: int
    at: datetime
    start: str

    def __str__(self) -> str:
        return f"{self.position}/{self.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}/{self.start}"


@dataclass(frozen=True, slots=True)
class Head:
    """The head of the chain: the position and hash of the last link, and the time of its event."""

    position: int
    hash: str
    at: datetime

    @property
    def witness(self) -> Witness:
        return Witness(self.position, self.at.replace(microsecond=0), self.hash[:SHOWN])


_WITNESS = re.compile(
    rf"(?<![\w/])([1-9]\d{{0,11}})/(\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\dZ)/([0-9a-f]{{{SHOWN}}})(?![\w/])", re.ASCII
)


def find_witnesses(text: str) -> list[Witness]:
    """Return the witnesses in a text without repetitions, sorted by position."""
    witnesses = set()
    for position, at, start in _WITNESS.findall(text):
        try:
            witnesses.add(Witness(int(position), datetime.fromisoformat(at), start))
        except ValueError:  # a date such as February 30
            continue
    return sorted(witnesses, key=lambda witness: (witness.position, witness.at, witness.start))


def new_salts(event: ChainedEvent) -> dict[str, str]:
    """Map the JSON pointer of each text of the event to a new salt."""
    pointers: list[str] = []

    def note(pointer: str, _text: str) -> None:
        pointers.append(pointer)

    _canonical(event.before, "/before", note)
    _canonical(event.after, "/after", note)
    return {pointer: secrets.token_hex(16) for pointer in pointers}


def link_hash(position: int, previous: str, algorithm: int, event: ChainedEvent, salts: Mapping[str, str]) -> str:
    """Return the hash of a link.

    Raises ``ValueError`` for an unknown algorithm and for a salt without a text, and ``KeyError`` for a text without its salt.
    """
    if algorithm not in (UNSALTED, SALTED):
        raise ValueError(f"algorithm {algorithm}")
    salted: list[str] = []

    def digest(pointer: str, text: str) -> dict[str, str]:
        salted.append(pointer)
        return {"text": text_digest(salts[pointer], text)}

    values = {
        name: _canonical(value, f"/{name}", digest, salts)
        if algorithm == SALTED
        else _canonical(value, f"/{name}", lambda _pointer, text: _plain_text(text))
        for name, value in (("before", event.before), ("after", event.after))
    }
    if len(salted) != len(salts):
        raise ValueError("a salt without a text")
    content: Any = {
        "position": position,
        "previous": previous,
        "algorithm": algorithm,
        "event": {
            "id": event.id,
            "at": event.at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds"),
            "action": _plain_text(event.action),
            "actor": [_plain_text(event.actor_kind), event.actor_id],
            "behalf_of": event.behalf_of,
            "subject": [_plain_text(event.subject_kind), event.subject_id],
            **values,
        },
    }
    return hashlib.sha256(rfc8785.dumps(content)).hexdigest()


def text_digest(salt: str, text: str) -> str:
    """Return the digest of a text and its salt. Algorithm 2 hashes it instead of the text."""
    return hashlib.sha256(bytes.fromhex(salt) + text.encode("utf-8", "surrogatepass")).hexdigest()


def _canonical(value: Any, pointer: str, replace: Callable[[str, str], Any], salts: Mapping[str, str] | None = None) -> Any:
    """Return a JSON value in which ``replace`` has replaced each text, and other forms stand for values that RFC 8785 cannot
    write.

    Different values have different forms. ``replace`` gets the JSON pointer of a text and the text. With ``salts``, the marker
    of an erased text becomes the digest that the text had.
    """
    match value:
        case str():
            return replace(pointer, value)
        case None | bool():
            return value
        case int():
            return value if -_MAX_INTEGER <= value <= _MAX_INTEGER else {"": ["integer", str(value)]}
        case float():
            return value if math.isfinite(value) else {"": ["number", str(value)]}
        case list():
            return [_canonical(each, f"{pointer}/{n}", replace, salts) for n, each in enumerate(value)]
        case dict():
            if salts is not None and (digest := _erased_digest(value, pointer, salts)):
                return {"text": digest}
            members = {
                key: _canonical(each, f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}", replace, salts)
                for key, each in value.items()
            }
            if all(key and _is_encodable(key) for key in members):
                return members
            return {"": ["object", *([json.dumps(key), members[key]] for key in sorted(members))]}
    raise ValueError(f"not a JSON value: {type(value).__name__}")


def _erased_digest(value: dict[str, Any], pointer: str, salts: Mapping[str, str]) -> str:
    """Return the digest in the marker of an erased text, or "" for any other object. An object with a text under the marker's
    key is not a marker if that text has a salt.
    """
    if value.keys() != {ERASED} or f"{pointer}/{ERASED}" in salts:
        return ""
    digest = value[ERASED]
    return digest if isinstance(digest, str) and _DIGEST.fullmatch(digest) else ""


def _is_encodable(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _plain_text(text: str) -> Any:
    """Return a text unchanged or, if it has half of a surrogate pair, which RFC 8785 cannot write, in another form."""
    return text if _is_encodable(text) else {"": ["text", json.dumps(text)]}


def count_erased(event: ChainedEvent, salts: Mapping[str, str]) -> int:
    """Return the number of texts of an event that were erased."""
    return sum(_count_markers(getattr(event, name), f"/{name}", salts) for name in ("before", "after"))


def _count_markers(value: Any, pointer: str, salts: Mapping[str, str]) -> int:
    if isinstance(value, list):
        return sum(_count_markers(each, f"{pointer}/{n}", salts) for n, each in enumerate(value))
    if not isinstance(value, dict):
        return 0
    if _erased_digest(value, pointer, salts):
        return 1
    return sum(
        _count_markers(each, f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}", salts) for key, each in value.items()
    )
