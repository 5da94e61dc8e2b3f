"""Pure functions that merge two people's changes to the contents of one form: a three-way merge, field by field.

A field that only one person changed has that person's value. If both changed it, it keeps the typed value.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Generic, TypeVar

from cogwg.core.bilingual import Bilingual, Language

T = TypeVar("T", bound=Hashable)
V = TypeVar("V")
LEAST_SIMILARITY = 0.5
"""Two texts that are at least this similar (from 0 to 1) may be one text before and after an edit."""
MAX_COMPARED = 30
"""If more texts of a list than this are unmatched, they are not compared word for word."""


def merge_value(base: V, stored: V, typed: V) -> V:
    """Return the stored value if the typed one was not changed, otherwise the typed one."""
    return stored if typed == base else typed


def merge_text(base: Bilingual, stored: Bilingual, typed: Bilingual) -> Bilingual:
    """Merge each language of a text separately."""
    return Bilingual(*(merge_value(*(text.exact_text(lang) for text in (base, stored, typed))) for lang in Language))


@dataclass(frozen=True, slots=True)
class MatchedItem(Generic[T]):
    """The three versions of an item of a list. A version that lacks the item is None."""

    base: T | None
    stored: T | None
    typed: T | None

    @property
    def is_removed(self) -> bool:
        """Whether the merged list lacks the item: one person removed it, and the other did not change it."""
        return self.base is not None and (
            (self.typed is None and self.stored in (None, self.base)) or (self.stored is None and self.typed == self.base)
        )


@dataclass(frozen=True, slots=True)
class MergedList(Generic[T]):
    """The items of a merged list, in order. ``has_two_orders`` means that both people moved items; the typed order applies."""

    slots: tuple[MatchedItem[T], ...]
    has_two_orders: bool


def merge_lists(base: Sequence[T], stored: Sequence[T], typed: Sequence[T], text_of: Callable[[T], Bilingual]) -> MergedList[T]:
    """Match the items of three versions of a list. Items are identified by their text, because a form has no ids for them."""
    stored_bases, typed_bases = (_match(base, version, text_of) for version in (stored, typed))
    stored_by_base = {at: n for n, at in stored_bases.items()}
    typed_by_base = {at: n for n, at in typed_bases.items()}
    added_stored = [n for n in range(len(stored)) if n not in stored_bases]
    added_typed = [n for n in range(len(typed)) if n not in typed_bases]
    same = _match([stored[n] for n in added_stored], [typed[n] for n in added_typed], text_of, by_words_only=True)
    twins = {added_typed[n]: added_stored[at] for n, at in same.items()}
    common = stored_by_base.keys() & typed_by_base.keys()
    stored_order, typed_order = (
        [at for at in bases.values() if at in common]
        for bases in (dict(sorted(stored_bases.items())), dict(sorted(typed_bases.items())))
    )
    moved_stored, moved_typed = (order != sorted(order) for order in (stored_order, typed_order))

    def slot(at: int) -> MatchedItem[T]:
        own, other = typed_by_base.get(at), stored_by_base.get(at)
        return MatchedItem(base[at], None if other is None else stored[other], None if own is None else typed[own])

    first, by_base = (stored_bases, stored_by_base) if moved_stored and not moved_typed else (typed_bases, typed_by_base)
    order = [first[n] for n in sorted(first)] + [at for at in range(len(base)) if at not in by_base]
    slots = [slot(at) for at in (order if moved_stored or moved_typed else range(len(base)))]
    slots += [MatchedItem(None, stored[n], None) for n in added_stored if n not in twins.values()]
    slots += [MatchedItem(None, stored[twins[n]] if n in twins else None, typed[n]) for n in added_typed]
    has_two_orders = moved_stored and moved_typed and stored_order != typed_order
    return MergedList(tuple(s for s in slots if not s.is_removed), has_two_orders)


def _match(
    base: Sequence[T], version: Sequence[T], text_of: Callable[[T], Bilingual], *, by_words_only: bool = False
) -> dict[int, int]:
    """Map the position of each item of ``version`` to its position in ``base``. Items that are not in ``base`` are left out.

    Items that are not equal are matched by the similarity of their texts, and then by their position.
    """
    numbers: dict[int, int] = {}
    free = dict.fromkeys(range(len(base)))

    def take(keys_of: Callable[[T], Iterable[Hashable]]) -> None:
        places: dict[Hashable, list[int]] = {}
        for at in free:
            for key in keys_of(base[at]):
                places.setdefault(key, []).append(at)
        for n, item in enumerate(version):
            if n not in numbers:
                matching = [at for key in keys_of(item) for at in places.get(key, ()) if at in free][:1]
                for at in matching:
                    numbers[n] = at
                    del free[at]

    take(lambda item: [item])
    take(lambda item: [(lang, words) for lang in Language if (words := text_of(item).exact_text(lang))])
    left = [n for n in range(len(version)) if n not in numbers]
    if by_words_only:
        return numbers
    if len(left) <= MAX_COMPARED and len(free) <= MAX_COMPARED:
        similar = sorted((-_similarity(text_of(base[at]), text_of(version[n])), n, at) for n in left for at in free)
        for negative, n, at in similar:
            if -negative >= LEAST_SIMILARITY and n not in numbers and at in free:
                numbers[n] = at
                del free[at]
    numbers.update({n: n for n in left if n not in numbers and n in free})
    return numbers


def _similarity(text: Bilingual, other: Bilingual) -> float:
    return max(
        SequenceMatcher(None, text.exact_text(lang).split(), other.exact_text(lang).split(), autojunk=False).ratio()
        if text.exact_text(lang) and other.exact_text(lang)
        else 0.0
        for lang in Language
    )
