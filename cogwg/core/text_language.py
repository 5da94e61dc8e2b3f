"""A guess of the language in which a text was typed, from its most common words; for a field that takes either language."""

from __future__ import annotations

import re

from cogwg.core.bilingual import Language

_WORD = re.compile(r"[^\W\d_]+")
_ENGLISH = """the of and to in is are was were be been for with on by we our from at this that has have had will not it its an
as they their more four two three five which can or but all"""
_FRENCH = """le la les des du de un une et est sont été être pour avec sur par nous notre nos dans ce cette ces que qui ne pas
il elle ils elles leur leurs au aux en plus quatre deux trois cinq ou mais se sa son ses ont avons a l d n s qu"""
_COMMON = {Language.EN: frozenset(_ENGLISH.split()), Language.FR: frozenset(_FRENCH.split())}
"""Words that are common in one language and rare in the other. Elided words, such as "l’", are listed without the
apostrophe."""
_LEAST = 2
"""How many more common words of the other language than of the expected one a text must have to count as being in the other
language."""


def guess_language(text: str, expected: Language) -> Language:
    """Return the language of a text: the expected one unless the text clearly has more words of the other."""
    words = _WORD.findall(text.casefold())
    counts = {lang: sum(word in common for word in words) for lang, common in _COMMON.items()}
    return expected.other if counts[expected.other] >= counts[expected] + _LEAST else expected
