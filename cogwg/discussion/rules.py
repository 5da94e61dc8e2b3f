"""Rules for comments: which are valid, and which jurisdictions a text mentions. These rules need no database."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from cogwg.core.bilingual import Bilingual, fold_text
from cogwg.core.errors import N_, Invalid, Message
from cogwg.core.text_limits import length_problems

_AT_SIGN = re.compile(r"(?<![\w@.])@(?=[^\W\d_])")
_LONGEST_NAME = 140
_FIRST_WORD = re.compile(r"[\w'’-]+")
_WORDS = re.compile(r"\w+")  # the spaces, periods and hyphens in a name can be typed in any way
_LINE_OR_CLAUSE = re.compile(r"[\n,;:!?()@]")
_ADDRESS = re.compile(r"\w+@")


def check_comment(text: str, empty: str = N_("Enter your comment.")) -> None:
    """Check that a comment is neither empty nor too long. Raises ``Invalid``; ``empty`` is the message for an empty comment."""
    problems = list(length_problems("text", text)) if text else [("text", Message(empty))]
    if problems:
        raise Invalid(*problems)


def mention_names(jurisdictions: Iterable[tuple[int, str, Bilingual, Bilingual]]) -> dict[str, int]:
    """Map each way to mention a jurisdiction (its code, full name and short name, in both languages) to the jurisdiction's id.

    The keys are in the form that ``fold_text`` returns. ``jurisdictions`` are ids, codes, full names and short names.
    """
    return {
        fold_text(way): id_
        for id_, code, name, short in jurisdictions
        for way in (code, name.en, name.fr, short.en, short.fr)
        if way
    }


def mentioned_jurisdiction_ids(text: str, names: Mapping[str, int]) -> frozenset[int]:
    """Return the ids of the jurisdictions that a text mentions by "@" and a code or name ("@on", "@Nova Scotia").

    Case and accents are ignored. Email addresses are not mentions.
    """
    return frozenset(id_ for _word, id_ in _mentions(text, names) if id_ is not None)


def unknown_mentions(text: str, names: Mapping[str, int]) -> tuple[str, ...]:
    """Return the words after "@" that do not name a jurisdiction, in the order of the text."""
    return tuple(dict.fromkeys(word for word, id_ in _mentions(text, names) if id_ is None))


def _mentions(text: str, names: Mapping[str, int]) -> list[tuple[str, int | None]]:
    """Return the word after each "@", and the id of the jurisdiction with the longest matching name, or None if no name
    matches.
    """
    ids = {tuple(_WORDS.findall(name)): id_ for name, id_ in names.items()}
    longest_first = sorted(ids, key=len, reverse=True)
    mentions: list[tuple[str, int | None]] = []
    for sign in _AT_SIGN.finditer(text):
        rest = text[sign.end() : sign.end() + _LONGEST_NAME]
        written = tuple(_WORDS.findall(_LINE_OR_CLAUSE.split(fold_text(rest))[0]))
        name = next((name for name in longest_first if written[: len(name)] == name), None)
        word = _FIRST_WORD.match(rest)
        if word is not None and not _ADDRESS.match(rest):
            mentions.append((word.group(), ids[name] if name else None))
    return mentions
