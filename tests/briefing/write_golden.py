"""The golden decks: the cells of workbooks as text, so that a change of wording shows in review.

``python -m tests.briefing.write_golden`` rewrites them; review the difference before committing. ``golden/layout.json``
keeps their digest with the ``LAYOUT`` that they were written with, so that they cannot change while ``LAYOUT`` stays.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from cogwg.briefing.deck import Deck
from cogwg.briefing.render import LAYOUT
from cogwg.core.bilingual import Language
from tests.briefing.conftest import compose_decks
from tests.databases import Databases
from tests.drawing import drawn_workbook

GOLDEN_FOLDER = Path(__file__).parent / "golden"
GOLDEN_DECKS = ("february", "prepared")
LAYOUT_FILE = GOLDEN_FOLDER / "layout.json"
_VISIBLE_SPACES = str.maketrans({"\u00a0": "~", "\n": "⏎"})


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="cogwg-golden-") as folder:
        databases = Databases(Path(folder))
        decks = compose_decks(databases)
        databases.leave()
    for name in GOLDEN_DECKS:
        for lang in Language:
            golden_file(name, lang).write_text(deck_text(decks[name], lang), encoding="utf-8")
            print(golden_file(name, lang))
    written, current = json.loads(LAYOUT_FILE.read_text(encoding="utf-8")), layout_and_digest()
    if written["sha256"] != current["sha256"] and written["layout"] == LAYOUT:
        sys.exit(
            f"The golden texts changed since LAYOUT became {LAYOUT}. Raise it by one in cogwg/briefing/render, then repeat."
        )
    LAYOUT_FILE.write_text(json.dumps(current, indent=2) + "\n", encoding="utf-8")


def layout_and_digest() -> dict[str, int | str]:
    """Return the current ``LAYOUT``, and the digest of the golden texts."""
    digest = sha256()
    for file in sorted(GOLDEN_FOLDER.glob("*.txt")):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return {"layout": LAYOUT, "sha256": digest.hexdigest()}


def golden_file(name: str, lang: Language) -> Path:
    return GOLDEN_FOLDER / f"{name}-{lang.value}.txt"


def deck_text(deck: Deck, lang: Language) -> str:
    """Return a line for each cell with a value, by sheet; ``~`` is a no-break space, ``⏎`` a new line."""
    book = drawn_workbook(deck, lang)
    own = book.properties
    lines = [f"{own.title} | {own.subject} | {own.creator} | {own.language} | {own.created} | {own.contentStatus}"]
    for sheet in book.worksheets:
        lines += ["", f"== {sheet.title} | {sheet.oddFooter.left.text} | {sheet.oddFooter.right.text}", *_cell_lines(sheet)]
    return "\n".join(lines).translate(str.maketrans({"\u00a0": "~"})) + "\n"


def _cell_lines(sheet: Any) -> Iterator[str]:
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value is not None:
                link = cell.hyperlink and (cell.hyperlink.target or cell.hyperlink.location)
                value = cell.value if isinstance(cell.value, str | int) else cell.value.date().isoformat()
                yield f"{cell.coordinate} {str(value).translate(_VISIBLE_SPACES)}" + (f" -> {link}" if link else "")


if __name__ == "__main__":
    main()
