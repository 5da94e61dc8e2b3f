"""The files of a frozen version: each is rendered once from the deck, then stored and never changed.

Rendering is slow, so it happens before the transaction that stores the files.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from cogwg.briefing import snapshot
from cogwg.briefing.deck import Deck
from cogwg.briefing.file_summary import FIRST_LAYOUT, file_summary, summarize
from cogwg.briefing.render import FORMATS, LAYOUT, file_name, render
from cogwg.briefing.source_list import with_sources_slide, without_sources_slide
from cogwg.core.bilingual import Bilingual, Language

AT_ONCE = 20_000_000
"""The maximum size, in bytes, of files stored when their version is frozen; a larger file is stored when it is first
downloaded."""

_WHOLE = Bilingual("every-slide", "toutes-diapositives")
"""The end of the name of a file that is rendered in full although its plan is very large."""

FileKey = tuple[str, Language]
"""The key of a file within a version: the key of its format and its language."""


@dataclass(frozen=True, slots=True)
class DrawnFile:
    """A deck rendered as a file in one format and language; ``layout`` is the ``LAYOUT`` of the renderers that it was rendered
    with.
    """

    format: str
    lang: Language
    name: str
    media_type: str
    content: bytes
    layout: int

    @property
    def sha256(self) -> str:
        """The SHA-256 hash of the content, in hexadecimal, as stored with the file and in the audit log."""
        return sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A stored file without its content."""

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


def draw_file(deck: Deck, format: str, lang: Language, *, whole: bool = False) -> DrawnFile:
    """Render the deck as one file. If its plan is very large, the file is a summary, or complete with ``whole``.

    A summary and the complete file have different names. For a very large plan, PowerPoint lists the sources only in its
    notes, because they would take hundreds of slides. Raises the same errors as ``render``.
    """
    name = file_name(deck, format, lang)
    deck = with_sources_slide(deck)
    if file_summary(deck) is not None:
        if whole:
            stem, _, extension = name.rpartition(".")
            name = f"{stem}-{_WHOLE.text(lang)}.{extension}"
            deck = deck if FORMATS[format].holds_data else without_sources_slide(deck)
        else:
            deck = summarize(deck, holds_data=FORMATS[format].holds_data)
    return DrawnFile(format, lang, name, FORMATS[format].media_type, render(deck, format, lang), LAYOUT)


def is_drawn_soon(deck: Deck, format: str) -> bool:
    """Whether rendering the file of the deck, or of its summary, takes at most about two seconds, judged only by the deck's
    length.
    """
    chosen = FORMATS[format]
    return len(snapshot.write(summarize(deck, holds_data=chosen.holds_data))) <= chosen.soon


def draw_files(deck: Deck, *, without: Collection[FileKey] = ()) -> list[DrawnFile]:
    """Render the deck in both languages and every available format, except files that take too long or are too large.

    ``without`` are the keys of files that are already stored. Whether a format takes too long depends only on the length of
    the deck, or of its summary (``FileFormat.soon``), so the same deck always gives the same files.
    """
    wanted = [
        (format.key, lang)
        for format in FORMATS.values()
        if format.is_available() and is_drawn_soon(deck, format.key)
        for lang in Language
        if (format.key, lang) not in without
    ]
    drawn = (draw_file(deck, *key) for key in wanted)
    return [file for file in drawn if len(file.content) <= AT_ONCE]


def has_only_summaries(deck: Deck, files: Iterable[StoredFile]) -> bool:
    """Whether all files of a version with this deck are summaries. ``files`` are the stored ones; the others are yet to be
    rendered.
    """
    return file_summary(deck) is not None and all(file.layout >= FIRST_LAYOUT for file in files)


def other_layout(files: Iterable[StoredFile]) -> bool:
    """Whether any of these files was rendered with a ``LAYOUT`` other than the current one, which is that of the pages."""
    return any(file.layout != LAYOUT for file in files)
