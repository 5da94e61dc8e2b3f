"""Checks for passwords and keys that are easy to guess despite their length: common words, rows of the keyboard, and
repetition.

Look-alike characters such as "@" for "a" make no difference: programs that guess passwords try them first.
"""

from __future__ import annotations

import re
import string
from collections.abc import Set
from functools import cache, lru_cache
from importlib.resources import files

from cogwg.core.bilingual import fold_text

_ROWS = (
    *("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"),
    *("azertyuiop", "qsdfghjklm", "wxcvbn", "qwertzuiop", "yxcvbnm"),
    string.ascii_lowercase,
)
"""The rows of English, French and German keyboards, and the alphabet."""
_COLUMNS = ("1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm", "qaz", "wsx", "edc", "rfv", "tgb", "yhn", "ujm")
_RUN_LEAST = 4
"""The fewest characters of a part of a row that counts. Shorter parts, such as "we", occur in ordinary words."""
_LOOK_ALIKES = str.maketrans("@4310!|l5$7+", "aaeioiiisstt")
"""Characters that people write instead of a letter."""
_PLAIN_LETTERS = str.maketrans("øłđð", "oldd")
"""Plain letters for those that Unicode does not decompose into a letter and an accent."""
_UNIT_MOST = 7
"""The longest sequence of characters whose repetition is detected, because repeating it does not make a text harder to
guess."""
_FILLERS = frozenset(string.digits + string.punctuation)
"""Characters that people add to a word to have it accepted as a password."""


@cache
def common_words() -> frozenset[str]:
    """Return the words that very common passwords are made of, and the product's own words, in lower case."""
    return frozenset(files("cogwg.core").joinpath("common_words.txt").read_text(encoding="utf-8").split())


@cache
def keyboard_runs() -> frozenset[str]:
    """Return the sequences of neighbouring keys on keyboards, and the parts of the alphabet, in both directions."""
    parts = {row[start:end] for row in _ROWS for start in range(len(row)) for end in range(start + _RUN_LEAST, len(row) + 1)}
    return frozenset(way for part in {*parts, *_COLUMNS} for way in (part, part[::-1]))


def fold_look_alikes(text: str) -> str:
    """Return a text in lower case, without accents, and with letters in place of look-alike characters; "l" becomes "i"."""
    return _plain(text).translate(_LOOK_ALIKES)


def is_repetitive(text: str) -> bool:
    """Return whether a text repeats a few characters, as a whole ("abc1abc1abc1") or one by one ("aaaabbbbcccc")."""
    if len(re.sub(r"(.)\1{2,}", r"\1", text)) <= _UNIT_MOST:
        return True
    return any(text == (text[:size] * len(text))[: len(text)] for size in range(1, _UNIT_MOST + 1))


def least_joined_words(text: str, words: Set[str], *, free_words: Set[str] = frozenset()) -> int | None:
    """Return how few of ``words`` make up a text when they are joined; None if they do not cover the whole text.

    Digits and punctuation between the words make no difference, nor do look-alike characters. The text may also contain
    ``free_words``, which are not counted.
    """
    plain = _plain(text)
    folded = plain.translate(_LOOK_ALIKES)
    costs = [(1, _by_first(frozenset(words))), (0, _by_first(frozenset(free_words)))]
    least = {0: 0}
    for start in range(len(plain)):
        if start not in least:
            continue
        steps = [(1, 0)] if plain[start] in _FILLERS else []
        steps += [
            (len(word), cost)
            for cost, by_first in costs
            for word in by_first.get(folded[start], ())
            if folded.startswith(word, start)
        ]
        for length, cost in steps:
            least[start + length] = min(least[start] + cost, least.get(start + length, len(plain)))
    return least.get(len(plain))


def _plain(text: str) -> str:
    return fold_text(text).translate(_PLAIN_LETTERS)


@lru_cache(maxsize=8)
def _by_first(words: frozenset[str]) -> dict[str, list[str]]:
    """Group the words by their first character, with letters in place of look-alike characters."""
    by_first: dict[str, list[str]] = {}
    for word in sorted({fold_look_alikes(word) for word in words} - {""}):
        by_first.setdefault(word[0], []).append(word)
    return by_first
