"""How many comments were sent from one network today, by phase. Each process keeps the counts in its memory and nowhere else.

A network is kept as a hash with a random salt that is replaced each day, so that it cannot be identified afterwards. With
two workers, on one machine or on two, up to twice as many comments are accepted.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from collections import Counter
from datetime import date

from cogwg.core.networks import network_of


class NetworkCounts:
    """The counts of one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._day: date | None = None
        self._salt = b""
        self._counts: Counter[bytes] = Counter()

    def take(self, phase_id: int, address: str, most: int, today: date) -> bool:
        """Count a comment from an IP address's network, and return True; over the limit, count nothing and return False."""
        with self._lock:
            key = self._key(phase_id, address, today)
            if self._counts[key] >= most:
                return False
            self._counts[key] += 1
            return True

    def give_back(self, phase_id: int, address: str, today: date) -> None:
        """Undo one count, because no comment was stored."""
        with self._lock:
            key = self._key(phase_id, address, today)
            self._counts[key] = max(0, self._counts[key] - 1)

    def _key(self, phase_id: int, address: str, today: date) -> bytes:
        if today != self._day:
            self._day, self._salt = today, secrets.token_bytes(32)
            self._counts.clear()
        return hmac.digest(self._salt, f"{phase_id} {network_of(address)}".encode(), hashlib.sha256)
