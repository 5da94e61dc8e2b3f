"""The secret key that signs cookies and forms.

Someone who guesses the key can forge forms, and can pass off any browser as one that signed in before.
"""

from __future__ import annotations

import re
import secrets
from functools import cache
from itertools import pairwise

from cogwg.core.guessable import common_words, keyboard_runs, least_joined_words

KEY_BYTES = 32
LEAST_CHARACTERS = 32
NEW_KEY_COMMAND = 'python3 -c "import secrets; print(secrets.token_urlsafe(32))"'
LEAST_DIFFERENT = 8
"""The fewest different characters of a key. Practically every key of 32 random hexadecimal digits has 8 or more; the average
is 14."""
_PIECE = 4


def new_secret_key() -> str:
    return secrets.token_urlsafe(KEY_BYTES)


def is_easy_to_guess(key: str) -> bool:
    """Return whether a key is short or repetitive, has few different characters, or consists of common words or parts of
    keyboard rows or the alphabet.

    A random key passes, whether it is made of digits, letters or other characters: practically all sequences of four
    characters in it are different, and so are the differences between neighbouring characters.
    """
    pieces = [key[start : start + _PIECE] for start in range(len(key) - _PIECE + 1)]
    steps = {ord(second) - ord(first) for first, second in pairwise(key)}
    return (
        len(key) < LEAST_CHARACTERS
        or len(set(key)) < LEAST_DIFFERENT
        or len(steps) < LEAST_DIFFERENT
        or len(set(pieces)) * 4 < len(pieces) * 3
        or sum(map(len, _runs().findall(key.casefold()))) * 2 >= len(key)
        or bool(least_joined_words(key, common_words() | keyboard_runs()))
    )


@cache
def _runs() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(keyboard_runs(), key=len, reverse=True))))
