"""The hash chain of the audit log: the hash of each link, witnesses, and the verdict on a chain. Nothing here reads a database.

A link's hash covers its position, the hash of the link before it, the version of the algorithm, and the event as it is read
back from the database, in the canonical bytes of RFC 8785. Algorithm 1 hashes the texts of an event as they are; the upgrade
that introduced the chain used it for the events that existed. Algorithm 2 replaces each text by a digest with a random salt
of its own. A text can then be erased: a marker with its digest takes its place, its salt is deleted, and the hash stays.

A witness is a copy of the head outside the database: its position, its time, and the first 16 characters of its hash.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from typing import Any

import rfc8785

from cogwg.core.bilingual import Bilingual

GENESIS = "0" * 64
"""The hash before the first link."""
UNSALTED, SALTED = 1, 2
"""The versions of the algorithm. A version is never changed, because the links that it wrote are verified by it."""
ERASED = "erased"
"""The key of the marker that takes the place of an erased text; its value is the text's digest."""
RE_ANCHORED = "audit.re-anchored"
"""The action of the event by which the secretariat declares that a backup was restored."""
SHOWN = 16
"""The number of characters of a hash that a witness has."""
_DIGEST = re.compile(r"[0-9a-f]{64}")
_MAX_INTEGER = 2**53 - 1
"""The largest integer of RFC 8785, which has only the numbers of JavaScript."""


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
    """The head of the chain at one time, as a receipt or a finalized deck shows it.

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
    """Return the witnesses in a text, each once, in the order of their positions."""
    witnesses = set()
    for position, at, start in _WITNESS.findall(text):
        try:
            witnesses.add(Witness(int(position), datetime.fromisoformat(at), start))
        except ValueError:  # a date such as February 30
            continue
    return sorted(witnesses, key=lambda witness: (witness.position, witness.at, witness.start))


def new_salts(event: ChainedEvent) -> dict[str, str]:
    """Return a new salt for each text of the event, by the text's JSON pointer."""
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
    """Return the digest of a text with its salt, which stands for the text in algorithm 2."""
    return hashlib.sha256(bytes.fromhex(salt) + text.encode("utf-8", "surrogatepass")).hexdigest()


def _canonical(value: Any, pointer: str, replace: Callable[[str, str], Any], salts: Mapping[str, str] | None = None) -> Any:
    """Return a JSON value with each text replaced, and with what RFC 8785 cannot write in another form.

    Different values have different forms. With ``salts``, the marker of an erased text gives the digest that the text had.
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
    """Return the digest in the marker of an erased text, or "" for another object. A text of this name has a salt."""
    if value.keys() != {ERASED} or f"{pointer}/{ERASED}" in salts:
        return ""
    digest = value[ERASED]
    return digest if isinstance(digest, str) and _DIGEST.fullmatch(digest) else ""


def _is_encodable(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _plain_text(text: str) -> Any:
    """Return a text as it is. RFC 8785 cannot write one with half of a surrogate pair, so this has another form."""
    return text if _is_encodable(text) else {"": ["text", json.dumps(text)]}


class FaultKind(Enum):
    """What is wrong at a position of the chain, in words; ``%(position)s`` and the others are filled in."""

    NO_HEAD = Bilingual(
        "The audit log has no head, so nothing can be recorded.",
        "Le journal d’audit n’a pas de tête; rien ne peut y être inscrit.",
    )
    MISSING = Bilingual("Position %(position)s is missing.", "La position %(position)s manque.")
    DETACHED = Bilingual(
        "Position %(position)s does not continue the position before it.",
        "La position %(position)s ne suit pas celle qui la précède.",
    )
    EVENT_DELETED = Bilingual(
        "The event at position %(position)s was deleted.", "L’événement à la position %(position)s a été supprimé."
    )
    CHANGED = Bilingual(
        "The event at position %(position)s, or its link, was changed after it was recorded.",
        "L’événement à la position %(position)s, ou son lien, a été modifié après son inscription.",
    )
    UNKNOWN_ALGORITHM = Bilingual(
        "Position %(position)s was written in a way that this version of cogwg does not know.",
        "La position %(position)s a été écrite d’une façon que cette version de cogwg ne connaît pas.",
    )
    HEAD_DIFFERS = Bilingual(
        "The head is not the last position: it names position %(position)s, and the last one is %(last)s.",
        "La tête n’est pas la dernière position\u00a0: elle nomme la position %(position)s, et la dernière est %(last)s.",
    )
    HEAD_CHANGED = Bilingual(
        "The head at position %(position)s has another hash or time than the last position.",
        "La tête à la position %(position)s n’a pas la même empreinte ou la même heure que la dernière position.",
    )
    UNLINKED = Bilingual(
        "Event %(event)s is in the audit log but has no position.",
        "L’événement %(event)s est dans le journal d’audit, mais n’a pas de position.",
    )
    WITNESS_BEYOND = Bilingual(
        "A witness names position %(position)s, but the audit log ends at position %(last)s. Events were removed, or a backup "
        "was restored.",
        "Un témoin nomme la position %(position)s, mais le journal d’audit se termine à la position %(last)s. Des événements "
        "ont été retirés, ou une sauvegarde a été restaurée.",
    )
    WITNESS_DIFFERS = Bilingual(
        "Position %(position)s is not what a witness of %(at)s says. The audit log was rewritten at this position or before "
        "it.",
        "La position %(position)s n’est pas ce qu’en dit un témoin du %(at)s. Le journal d’audit a été réécrit à cette "
        "position ou avant elle.",
    )


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong. ``position`` is 0 for an event that has no position and for a missing head."""

    kind: FaultKind
    position: int = 0
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def words(self) -> Bilingual:
        values = {"position": self.position, **self.values}
        return Bilingual(self.kind.value.en % values, self.kind.value.fr % values)


@dataclass(frozen=True, slots=True)
class ReAnchor:
    """An event by which the secretariat declared that a backup was restored.

    Positions after ``restored_position`` that a witness has from before ``at`` belong to what was lost with the restore.
    """

    position: int
    at: datetime
    restored_position: int
    reason: str
    person_id: int | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of the chain found. There is no single word for it, because a chain alone proves little.

    ``count`` is the number of positions that were checked. ``anchors`` are the declared restores of a backup, ``matching`` the
    witnesses that the log agrees with, and ``explained`` those of events that were lost with a restore. ``fault`` is the first
    one by position; ``faults`` their number.
    """

    count: int
    head: Head | None
    unsalted: int = 0
    erased: int = 0
    anchors: tuple[ReAnchor, ...] = ()
    matching: tuple[Witness, ...] = ()
    explained: tuple[tuple[Witness, ReAnchor], ...] = ()
    fault: Fault | None = None
    faults: int = 0

    @property
    def newest_witness(self) -> Witness | None:
        """The newest witness that the log agrees with: nothing up to its position can have been changed."""
        return self.matching[-1] if self.matching else None


class ChainCheck:
    """A check that is given the links one after the other, and keeps only what it needs for its verdict."""

    def __init__(self, witnesses: Iterable[Witness] = ()) -> None:
        self._witnesses = sorted(witnesses, key=lambda witness: witness.position)
        self._at_position: dict[int, tuple[str, datetime | None]] = {w.position: ("", None) for w in self._witnesses}
        self._last: tuple[int, str, datetime | None] = (0, GENESIS, None)
        self._count = self._unsalted = self._erased = self._faults = 0
        self._first: Fault | None = None
        self._anchors: list[ReAnchor] = []

    def add(self, link: Link, event: ChainedEvent | None) -> None:
        """Check the next link by position, with its event, or None if there is no such event."""
        self._check_place(link.position, link.previous)
        self._check_content(link, event)
        self._unsalted += link.algorithm == UNSALTED
        self._move_to(link.position, link.hash, event.at if event else None)

    def add_unreadable(self, position: int, previous: str, hash_: str) -> None:
        """Note that the next link, or its event, has a value that cannot be read, and so was changed."""
        self._check_place(position, previous)
        self._note(Fault(FaultKind.CHANGED, position))
        self._move_to(position, hash_, None)

    def _check_place(self, position: int, previous: str) -> None:
        last, hash_, _at = self._last
        if position != last + 1:
            self._note(Fault(FaultKind.MISSING, last + 1))
        elif previous != hash_:
            self._note(Fault(FaultKind.DETACHED, position))

    def _move_to(self, position: int, hash_: str, at: datetime | None) -> None:
        self._count += 1
        self._last = (position, hash_, at)
        if position in self._at_position:
            self._at_position[position] = (hash_, at)

    def _check_content(self, link: Link, event: ChainedEvent | None) -> None:
        if event is None:
            self._note(Fault(FaultKind.EVENT_DELETED, link.position))
        elif link.algorithm not in (UNSALTED, SALTED):
            self._note(Fault(FaultKind.UNKNOWN_ALGORITHM, link.position))
        else:
            try:
                is_same = link_hash(link.position, link.previous, link.algorithm, event, link.salts) == link.hash
            except (
                ValueError,
                KeyError,
                TypeError,
                AttributeError,
                RecursionError,
            ):  # a text without its salt, or another's type
                is_same = False
            if not is_same:
                self._note(Fault(FaultKind.CHANGED, link.position))
                return
            if link.algorithm == SALTED:
                self._erased += _count_erased(event, link.salts)
            if event.action == RE_ANCHORED:
                self._anchors.append(_re_anchor(link.position, event))

    def finish(self, head: Head | None, unlinked: Iterable[int] = ()) -> Verdict:
        """Return the verdict, given the stored head and the ids of events without a link."""
        last, hash_, at = self._last
        if head is None:
            self._note(Fault(FaultKind.NO_HEAD))
        elif head.position != last:
            self._note(Fault(FaultKind.HEAD_DIFFERS, head.position, {"last": last}))
        elif head.hash != hash_ or (at is not None and head.at != at):
            self._note(Fault(FaultKind.HEAD_CHANGED, head.position))
        for event_id in unlinked:
            self._note(Fault(FaultKind.UNLINKED, 0, {"event": event_id}))
        matching, explained = self._compare_witnesses()
        return Verdict(
            self._count,
            head,
            self._unsalted,
            self._erased,
            tuple(self._anchors),
            tuple(matching),
            tuple(explained),
            self._first,
            self._faults,
        )

    def _compare_witnesses(self) -> tuple[list[Witness], list[tuple[Witness, ReAnchor]]]:
        matching, explained = [], []
        for witness in self._witnesses:
            hash_, at = self._at_position[witness.position]
            if hash_.startswith(witness.start) and hash_ and (at is None or at.replace(microsecond=0) == witness.at):
                matching.append(witness)
                continue
            restores = (each for each in self._anchors if each.restored_position < witness.position and witness.at <= each.at)
            anchor = next(restores, None)
            if anchor is not None:
                explained.append((witness, anchor))
            elif witness.position > self._last[0]:
                self._note(Fault(FaultKind.WITNESS_BEYOND, witness.position, {"last": self._last[0]}))
            else:
                when = f"{witness.at:%Y-%m-%d %H:%M:%S} UTC"
                self._note(Fault(FaultKind.WITNESS_DIFFERS, witness.position, {"at": when}))
        return matching, explained

    def _note(self, fault: Fault) -> None:
        """Count a fault, and keep it if its position is the first. Links come in order, so what follows them is compared."""
        self._faults += 1
        if self._first is None or (fault.position and fault.position < self._first.position):
            self._first = fault


def _re_anchor(position: int, event: ChainedEvent) -> ReAnchor:
    return ReAnchor(position, event.at, event.before["position"], event.after["reason"], event.actor_id)


def _count_erased(event: ChainedEvent, salts: Mapping[str, str]) -> int:
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
