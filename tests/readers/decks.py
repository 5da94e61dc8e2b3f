"""The files that the programs read: every deck in both languages, and one with hostile texts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from cogwg.briefing.deck import Deck
from cogwg.briefing.render import render
from cogwg.core.bilingual import Language, clean_text
from tests.briefing.conftest import compose_decks, compose_october_deck
from tests.briefing.decks import deck_with_text, resized_deck
from tests.briefing.render.test_hostile_text import HOSTILE_TEXTS
from tests.databases import Databases


def decks_to_read(databases: Databases) -> dict[str, Deck]:
    """Return the decks by name."""
    decks = compose_decks(databases)
    october = compose_october_deck(databases, decks["february"])
    hostile = deck_with_text(clean_text(" ".join(HOSTILE_TEXTS)))
    return {**decks, "october": october, "hostile": hostile, "large": resized_deck(20, 9)}


def write_files(decks: Mapping[str, Deck], kind: str, folder: Path) -> list[Path]:
    """Write each deck in both languages, and return the files."""
    paths = []
    for name, deck in decks.items():
        for lang in Language:
            paths.append(folder / f"{name}-{lang.value}.{kind}")
            paths[-1].write_bytes(render(deck, kind, lang))
    return paths
