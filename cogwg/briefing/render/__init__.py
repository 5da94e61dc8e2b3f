"""Render decks as files. Each file format is an entry of ``FORMATS``; its module uses only the deck, never the database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec

from cogwg.briefing.deck import Deck, DeckState
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.errors import ConfigurationError
from cogwg.core.tables import slug

LAYOUT = 8
"""The version of the decks' layout, stored with each file of a frozen version.

Increment it with each change to how the same deck looks or reads, in a file or on a page. The pages of versions whose files
have a different layout then show a notice."""
_DRAFT_IN_NAMES, _STANDING_IN_NAMES = Bilingual("draft", "ebauche"), Bilingual("standing", "permanente")
_OFFICE_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True, slots=True)
class FileFormat:
    """A file format for decks. ``key`` is the file extension, and also the name of the extra that installs
    ``required_library``.

    ``soon`` is the maximum length of a deck, in characters of its snapshot, whose file is rendered while the user waits for
    the version to be frozen (about two seconds). The file of a longer deck is rendered when it is first downloaded.
    ``holds_data`` is True if the summary of a very large plan lists every activity in this format.
    """

    key: str
    name: Bilingual
    media_type: str
    write: Callable[[Deck, Language], bytes]
    soon: int
    required_library: str = ""
    holds_data: bool = False

    def is_available(self) -> bool:
        """Return whether the library that this format requires is installed."""
        return not self.required_library or find_spec(self.required_library) is not None


def _write_xlsx(deck: Deck, lang: Language) -> bytes:
    from cogwg.briefing.render.xlsx import write

    return write(deck, lang)


def _write_pptx(deck: Deck, lang: Language) -> bytes:
    from cogwg.briefing.render.pptx import write

    return write(deck, lang)


# Processor time for one file, in seconds, measured in November 2026 on a busy machine with two cores:
#   15 × 15 activities,   271,000 characters: xlsx 0.5, pptx 0.5
#   20 × 20 activities,   447,000 characters: xlsx 0.7, pptx 0.7
#   25 × 25 activities,   668,000 characters: xlsx 0.9, pptx 0.9
#   50 × 50 activities, 2,452,000 characters: xlsx 2.8, pptx 3.0
FORMATS: Mapping[str, FileFormat] = {
    file_format.key: file_format
    for file_format in (
        FileFormat(
            "xlsx",
            Bilingual("Excel", "Excel"),
            f"{_OFFICE_MEDIA_TYPE}.spreadsheetml.sheet",
            _write_xlsx,
            soon=1_000_000,
            holds_data=True,
        ),
        FileFormat(
            "pptx",
            Bilingual("PowerPoint", "PowerPoint"),
            f"{_OFFICE_MEDIA_TYPE}.presentationml.presentation",
            _write_pptx,
            soon=900_000,
            required_library="pptx",
        ),
    )
}


def render(deck: Deck, format: str, lang: Language) -> bytes:
    """Return the deck as a file of this format in one language; the same deck gives the same bytes.

    Raises ``KeyError`` for an unknown format, and ``ConfigurationError`` for a format whose library is not installed.
    """
    file_format = FORMATS[format]
    if not file_format.is_available():
        raise ConfigurationError(
            f"{file_format.name.en} files require a library that is not installed. Run: pip install 'cogwg[{file_format.key}]'"
        )
    return file_format.write(deck, lang)


def file_name(deck: Deck, format: str, lang: Language) -> str:
    """Return the name of the file, with the audience, the day of the meeting, the deck's state and the language.

    For example: joint-councils-2020-02-27-v1-en.xlsx, conseils-mixtes-2020-02-27-ebauche-v2-fr.xlsx, or
    joint-councils-2020-02-27-standing-en.xlsx. A draft and a version of the same number have different names.
    """
    audience = slug(deck.audience.text(lang)) or "briefing"
    number = f"v{deck.edition}"
    state = {
        DeckState.VERSION: number,
        DeckState.DRAFT: f"{_DRAFT_IN_NAMES.text(lang)}-{number}",
        DeckState.STANDING: _STANDING_IN_NAMES.text(lang),
    }[deck.state]
    return f"{audience}-{deck.meeting_on.isoformat()}-{state}-{lang.value}.{format}"
