"""Encryption of secrets that the database must hold in a form that can be read again, such as those of two-step sign-in.

The key is derived from the secret key with HKDF, so that a copy of the database alone opens nothing. Fernet encrypts and
authenticates. Earlier secret keys still open what they sealed. ``cryptography`` is imported when it is first needed, because
most processes never need it.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet


class Sealer:
    """Seals texts with the newest secret key, and opens those that this key or an earlier one sealed."""

    def __init__(self, secret_key: str, fallback_keys: Sequence[str] = ()) -> None:
        self._keys = (secret_key, *fallback_keys)

    @cached_property
    def _fernets(self) -> MultiFernet:
        from cryptography.fernet import Fernet, MultiFernet

        return MultiFernet([Fernet(_derived_key(key)) for key in self._keys])

    def seal(self, text: str) -> str:
        return self._fernets.encrypt(text.encode()).decode("ascii")

    def open(self, sealed: str) -> str | None:
        """Return the sealed text, or None if it was changed or no key opens it."""
        from cryptography.fernet import InvalidToken

        try:
            return self._fernets.decrypt(sealed.encode()).decode()
        except InvalidToken:
            return None


def _derived_key(secret_key: str) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"cogwg.sealing").derive(secret_key.encode())
    return base64.urlsafe_b64encode(derived)
