"""Password hashing with Argon2id, which is slow and is therefore done outside transactions.

A password for an unknown account takes as much work to check as one for a known account.
"""

from __future__ import annotations

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


class Passwords:
    """A password hasher that works on at most two passwords at once, so that sign-ins cannot use up the memory.

    19 MiB and two passes are the minimum for Argon2id in OWASP's cheat sheet on password storage. ``cheap`` is for tests only.
    """

    def __init__(self, *, cheap: bool = False) -> None:
        self._hasher = PasswordHasher(time_cost=1 if cheap else 2, memory_cost=8 if cheap else 19 * 1024, parallelism=1)
        self._slots = threading.BoundedSemaphore(2)
        self._dummy_hash = self._hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        with self._slots:
            return self._hasher.hash(password)

    def verify(self, stored: str | None, password: str) -> bool:
        """Return whether the password matches the stored hash; without a hash, do the same work and return False."""
        with self._slots:
            try:
                return self._hasher.verify(stored or self._dummy_hash, password) and stored is not None
            except (VerificationError, InvalidHashError):
                return False
