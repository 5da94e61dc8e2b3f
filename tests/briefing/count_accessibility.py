"""Print the table of docs/reference/deck-files.md: how often each accessibility rule is checked and broken."""

from __future__ import annotations

import tempfile
from itertools import chain
from pathlib import Path

from cogwg.briefing.render import render
from cogwg.core.bilingual import Language
from tests.briefing.accessibility import RULES, check_file, count
from tests.briefing.conftest import compose_decks, compose_october_deck
from tests.databases import Databases

if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="cogwg-accessibility-") as folder:
        databases = Databases(Path(folder))
        decks = compose_decks(databases)
        decks["october"] = compose_october_deck(databases, decks["february"])
        databases.leave()
    counts = {
        kind: count(
            chain.from_iterable(
                check_file(render(deck, kind, lang), kind, lang) for deck in decks.values() for lang in Language
            )
        )
        for kind in ("xlsx", "pptx")
    }
    print("| Rule | xlsx: checked | broken | pptx: checked | broken |\n|---|---:|---:|---:|---:|")
    for rule in RULES:
        cells = (str(number) for kind in counts for number in counts[kind].get(rule, ("–", "–")))
        print(f"| {rule} | {' | '.join(cells)} |")
