"""The files of a frozen version: drawn from its deck, and from then on kept byte for byte as they were drawn.

Drawing takes a while, so it comes before the transaction that stores the files.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from cogwg.briefing import snapshot
from cogwg.briefing.deck import Deck
from cogwg.briefing.render import FORMATS, LAYOUT, file_name, render
from cogwg.core.bilingual import Language

AT_ONCE = 20_000_000
"""The most bytes of a file that is stored when its version is frozen; a larger one waits for its first download."""

FileKey = tuple[str, Language]
"""Which file of a version: the key of its format, and its language."""


@dataclass(frozen=True, slots=True)
class DrawnFile:
    """A deck as a file of one format in one language; ``layout`` is the ``LAYOUT`` it was drawn in."""

    format: str
    lang: Language
    name: str
    media_type: str
    content: bytes
    layout: int

    @property
    def sha256(self) -> str:
        """The hash that the record and its audit keep of the bytes."""
        return sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A stored file without its bytes."""

    format: str
    lang: Language
    name: str
    media_type: str
    layout: int
    sha256: str
    drawn_at: datetime

    @property
    def key(self) -> FileKey:
        return self.format, self.lang


def draw_file(deck: Deck, format: str, lang: Language) -> DrawnFile:
    """The deck as one file. Raises as ``render`` does."""
    name = file_name(deck, format, lang)
    return DrawnFile(format, lang, name, FORMATS[format].media_type, render(deck, format, lang), LAYOUT)


def draw_files(deck: Deck, *, without: Collection[FileKey] = ()) -> list[DrawnFile]:
    """The deck in every format and language that can be drawn here at once: soon, and not too large.

    ``without`` leaves out what is stored already. Which formats are drawn soon is decided by the length of the deck
    (``Format.soon``), so that the same deck is always treated alike.
    """
    length = len(snapshot.write(deck))
    wanted = [
        (format.key, lang)
        for format in FORMATS.values()
        if format.is_available() and length <= format.soon
        for lang in Language
        if (format.key, lang) not in without
    ]
    drawn = (draw_file(deck, *key) for key in wanted)
    return [file for file in drawn if len(file.content) <= AT_ONCE]


def other_layout(files: Iterable[StoredFile]) -> bool:
    """Whether any of these files was drawn in another layout than pages draw in now."""
    return any(file.layout != LAYOUT for file in files)
