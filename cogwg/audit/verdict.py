"""The check of the hash chain of the audit log, link by link, and its result (the verdict). This module does not use the
database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from cogwg.audit.chain import GENESIS, RE_ANCHORED, SALTED, UNSALTED, ChainedEvent, Head, Link, Witness, count_erased, link_hash
from cogwg.core.bilingual import Bilingual


class FaultKind(Enum):
    """A kind of fault in the chain, with a sentence about it whose placeholders, such as ``%(position)s``, are filled in."""

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
        "Position %(position)s was recorded in a format that this version of cogwg cannot read.",
        "La position %(position)s a été inscrite dans un format que cette version de cogwg ne peut pas lire.",
    )
    HEAD_DIFFERS = Bilingual(
        "The head does not match the last position: it points to position %(position)s, but the last position is %(last)s.",
        "La tête ne correspond pas à la dernière position\u00a0: elle renvoie à la position %(position)s, mais la dernière "
        "est %(last)s.",
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
        "A receipt, deck or other copy refers to position %(position)s, but the audit log ends at position %(last)s. Events "
        "were removed, or a backup was restored.",
        "Un accusé de réception, une présentation ou une autre copie renvoie à la position %(position)s, mais le journal "
        "d’audit se termine à la position %(last)s. Des événements ont été retirés, ou une sauvegarde a été restaurée.",
    )
    WITNESS_DIFFERS = Bilingual(
        "Position %(position)s does not match a receipt, deck or other copy of %(at)s. The audit log was rewritten at this "
        "position or an earlier one.",
        "La position %(position)s ne correspond pas à un accusé de réception, une présentation ou une autre copie du %(at)s. "
        "Le journal d’audit a été réécrit à cette position ou à une position antérieure.",
    )


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. ``position`` is 0 for a missing head, and for an event without a link. ``values`` fill the other
    placeholders.
    """

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

    If a witness is older than ``at`` and its position is after ``restored_position``, its event was lost with the restore.
    """

    position: int
    at: datetime
    restored_position: int
    reason: str
    person_id: int | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of the chain found. It is not a simple yes or no, because a chain without witnesses proves little.

    ``count`` is the number of checked positions, ``unsalted`` the number of links written with algorithm 1, and ``erased`` the
    number of erased texts. ``anchors`` are the declared restores of a backup, ``matching`` the witnesses that the log agrees
    with, and ``explained`` those whose events were lost with a restore. ``fault`` is the fault with the lowest position, or
    None; ``faults`` is the number of faults.
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
        """The newest witness that the log agrees with, or None. Nothing up to its position can have been changed without
        notice.
        """
        return self.matching[-1] if self.matching else None


class ChainCheck:
    """A check that gets the links one by one, and keeps only what it needs for its verdict."""

    def __init__(self, witnesses: Iterable[Witness] = ()) -> None:
        self._witnesses = sorted(witnesses, key=lambda witness: witness.position)
        self._at_position: dict[int, tuple[str, datetime | None]] = {w.position: ("", None) for w in self._witnesses}
        self._last: tuple[int, str, datetime | None] = (0, GENESIS, None)
        self._count = self._unsalted = self._erased = self._faults = 0
        self._first: Fault | None = None
        self._anchors: list[ReAnchor] = []

    def add(self, link: Link, event: ChainedEvent | None) -> None:
        """Check the next link, in the order of positions. ``event`` is None if the link's event does not exist."""
        self._check_place(link.position, link.previous)
        self._check_content(link, event)
        self._unsalted += link.algorithm == UNSALTED
        self._move_to(link.position, link.hash, event.at if event else None)

    def add_unreadable(self, position: int, previous: str, hash_: str) -> None:
        """Note the next link as changed, because it or its event has a value that cannot be read."""
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
            ):  # a text without its salt, or a value of the wrong type
                is_same = False
            if not is_same:
                self._note(Fault(FaultKind.CHANGED, link.position))
                return
            if link.algorithm == SALTED:
                self._erased += count_erased(event, link.salts)
            if event.action == RE_ANCHORED:
                self._anchors.append(_re_anchor(link.position, event))

    def finish(self, head: Head | None, unlinked: Iterable[int] = ()) -> Verdict:
        """Return the verdict, given the stored head (None if it is missing) and the ids of events without a link."""
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
        """Count a fault, and keep it if its position is the lowest so far. Links come in order, but faults of witnesses do
        not.
        """
        self._faults += 1
        if self._first is None or (fault.position and fault.position < self._first.position):
            self._first = fault


def _re_anchor(position: int, event: ChainedEvent) -> ReAnchor:
    return ReAnchor(position, event.at, event.before["position"], event.after["reason"], event.actor_id)
