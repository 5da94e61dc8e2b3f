"""Encryption of secrets that are stored in the database and must be readable again, such as those of two-step sign-in.

The encryption key is derived from the secret key with HKDF, so a copy of the database alone does not reveal the secrets.
Fernet encrypts and authenticates them. What an earlier secret key encrypted can still be decrypted with it. The library is
imported at the first use.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet


class Sealer:
    """Encrypts texts with the newest secret key, and decrypts texts that it or an earlier key encrypted."""

    def __init__(self, secret_key: str, fallback_keys: Sequence[str] = ()) -> None:
        self._keys = secret_key, *fallback_keys

    def seal(self, text: str) -> str:
        return self._fernets.encrypt(text.encode()).decode("ascii")

    def open(self, sealed: str) -> str | None:
        """Return the decrypted text, or None if it was changed or no key decrypts it."""
        from cryptography.fernet import InvalidToken

        try:
            return self._fernets.decrypt(sealed.encode()).decode()
        except InvalidToken:
            return None

    def is_newest(self, sealed: str) -> bool:
        """Return whether the newest key decrypts the text."""
        return Sealer(self._keys[0]).open(sealed) is not None

    @cached_property
    def _fernets(self) -> MultiFernet:
        from cryptography.fernet import Fernet, MultiFernet  # takes 7 MiB, and only two-step sign-in needs it

        return MultiFernet([Fernet(_derived_key(key)) for key in self._keys])


def _derived_key(secret_key: str) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"cogwg.sealing").derive(secret_key.encode())
    return base64.urlsafe_b64encode(derived)
