"""Count the facts on the slides of the sample decks, and those with a source that can be reached, in each format and language.

``python -m tests.briefing.count_sources`` prints a line for each file, and the facts without a source, if any.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from cogwg.core.bilingual import Language
from tests.briefing.conftest import compose_decks
from tests.briefing.fact_sources import FORMATS, drawn_facts, missing
from tests.databases import Databases

COUNTED_DECKS = ("february", "prepared", "october")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="cogwg-sources-") as folder:
        databases = Databases(Path(folder))
        decks = compose_decks(databases)
        databases.leave()
    total = without = 0
    for name in COUNTED_DECKS:
        for format in FORMATS:
            for lang in Language:
                facts = drawn_facts(decks[name], format, lang)
                unreachable = missing(facts)
                total, without = total + len(facts), without + len(unreachable)
                print(f"{name} {format} {lang.value}: {len(facts)} facts, {len(facts) - len(unreachable)} with a source")
                print(*(f"  without a source: {fact}" for fact in unreachable), sep="\n", end="\n" if unreachable else "")
    print(f"All: {total} facts, {total - without} with a reachable source ({100 * (total - without) / total:.1f} %)")
    sys.exit(1 if without else 0)


if __name__ == "__main__":
    main()
