"""Decks as files. A format is one entry of ``FORMATS``: its module sees the deck and nothing of the record."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cogwg.briefing.deck import Deck
from cogwg.core.bilingual import Language
from cogwg.core.sheets import slug


def _xlsx(deck: Deck, lang: Language) -> bytes:
    from cogwg.briefing.render.xlsx import write

    return write(deck, lang)


FORMATS: Mapping[str, Callable[[Deck, Language], bytes]] = {"xlsx": _xlsx}


def render(deck: Deck, format: str, lang: Language) -> bytes:
    """The deck as a file of this format in one language; the same deck gives the same bytes."""
    return FORMATS[format](deck, lang)


def file_name(deck: Deck, format: str, lang: Language) -> str:
    """The name to save it under: joint-councils-2020-02-27-en.xlsx, conseils-mixtes-2020-02-27-fr.xlsx."""
    audience = slug(deck.audience.text(lang)) or "briefing"
    return f"{audience}-{deck.meeting_on.isoformat()}-{lang.value}.{format}"
