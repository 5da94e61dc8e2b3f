"""Responses that are rendered once for each state of their content. Each process caches them, both plain and compressed."""

from __future__ import annotations

import gzip
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from hashlib import sha256

from flask import request
from werkzeug.wrappers import Response

HTML = "text/html; charset=utf-8"
MAX_KEPT = 24 * 2**20
"""The maximum number of bytes of rendered responses in a process's cache. The least recently requested ones are dropped first.
"""
MAX_KEPT_EACH = 2**20
MIN_PACKED = 800
_PACKED_TYPES = ("text/", "application/json", "application/ld+json", "application/atom+xml", "application/xml")
Drawing = str | bytes


@dataclass(frozen=True, slots=True)
class Drawn:
    """The content of a response; ``packed`` is the same compressed with gzip, or None if that saves nothing."""

    body: bytes
    packed: bytes | None
    etag: str

    @property
    def size(self) -> int:
        return len(self.body) + len(self.packed or b"")


class DrawnResponses:
    """The rendered responses that a process caches, in the order of their last use."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, Drawn] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def find(self, key: Hashable) -> Drawn | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def keep(self, key: Hashable, drawn: Drawn) -> None:
        if drawn.size > MAX_KEPT_EACH:
            return
        with self._lock:
            if key in self._kept:
                self._size -= self._kept.pop(key).size
            self._kept[key] = drawn
            self._size += drawn.size
            while self._size > MAX_KEPT:
                self._size -= self._kept.popitem(last=False)[1].size


_drawn = DrawnResponses()


def drawn_response(key: Hashable, draw: Callable[[], Drawing], media_type: str = HTML) -> Response:
    """Return the response that ``draw`` renders, or the cached one with the same ``key``, with an ETag of its content.

    The key contains everything that the content depends on, except the encoding that the client accepts.
    """
    drawn = _drawn.find(key)
    if drawn is None:
        body = draw()
        drawn = _pack(body.encode() if isinstance(body, str) else body, media_type)
        _drawn.keep(key, drawn)
    packed = drawn.packed if request.accept_encodings["gzip"] else None
    response = Response(drawn.body if packed is None else packed)
    response.headers["Content-Type"] = media_type
    if packed is not None:
        response.headers["Content-Encoding"] = "gzip"
    if drawn.packed is not None:
        response.vary.add("Accept-Encoding")
    response.set_etag(drawn.etag, weak=True)  # the same for both encodings
    return response


def _pack(body: bytes, media_type: str) -> Drawn:
    packs = media_type.startswith(_PACKED_TYPES) and len(body) > MIN_PACKED
    packed = gzip.compress(body, compresslevel=6, mtime=0) if packs else None
    return Drawn(body, packed, sha256(body).hexdigest()[:32])
