"""The key that signs cookies and forms. With a guessed key, forms can be forged and any browser can pass as a known one."""

from __future__ import annotations

import secrets
from itertools import pairwise

KEY_BYTES = 32
LEAST_CHARACTERS = 32
LEAST_DIFFERENT = 8
"""Of 32 random hexadecimal digits, 14 are different on average, and 8 or more in practically every key."""
_PIECE = 4


def new_secret_key() -> str:
    return secrets.token_urlsafe(KEY_BYTES)


def is_easy_to_guess(key: str) -> bool:
    """Return whether a key is short, repeats itself, runs through the alphabet, or has few different characters.

    A random key is not refused, whether it is made of hexadecimal digits, letters, or more: practically all its pieces of
    four characters are different, and so are the steps from each character to the next.
    """
    pieces = [key[start : start + _PIECE] for start in range(len(key) - _PIECE + 1)]
    steps = {ord(second) - ord(first) for first, second in pairwise(key)}
    return (
        len(key) < LEAST_CHARACTERS
        or len(set(key)) < LEAST_DIFFERENT
        or len(steps) < LEAST_DIFFERENT
        or len(set(pieces)) * 4 < len(pieces) * 3
    )
