"""Suggest what a person may have meant: a status or a code that is close to the text of a cell."""

from __future__ import annotations

import re
from collections.abc import Collection
from difflib import get_close_matches

from cogwg.core.bilingual import fold_text
from cogwg.core.status import Status
from cogwg.workbook.cells import CellKind, FileCell
from cogwg.workbook.layout import status_words

_CODE = re.compile(r"(?:n[ºo°.]*|#|activit[yé]e?)?\s*(\d{1,3})\s*[.,·\-]\s*(\d{1,3})\.?", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-(\d\d)-(\d\d)")


def near_status(text: str) -> Status | None:
    """Return the status whose code or label is close to the text, or None."""
    words = status_words()
    plain = " ".join(fold_text(text[:60]).split())
    match = get_close_matches(plain, words, 1, 0.72)
    if match:
        return words[match[0]]
    starts = {word[: len(plain)]: status for word, status in words.items() if len(plain) >= 5 and len(word) > len(plain)}
    near_start = get_close_matches(plain, starts, 1, 0.8)
    return starts[near_start[0]] if near_start else None


def written_code(cell: FileCell | None) -> str:
    """Return the code in a cell as it is stored, such as "3.2" for "No. 3,2."; any other text is returned unchanged."""
    text = cell.text[:40].strip() if cell else ""
    match = _CODE.fullmatch(text)
    return f"{int(match[1])}.{int(match[2])}" if match else text


def near_codes(cell: FileCell, known: Collection[str]) -> list[str]:
    """Return the known codes that a cell may mean, the most likely first.

    A spreadsheet program may have converted a code to a date or a number.
    """
    text = cell.text[:40]
    guesses: list[str] = []
    if cell.kind is CellKind.DATE and (match := _DATE.match(text)):
        month, day = int(match[1]), int(match[2])
        guesses = [f"{day}.{month}", f"{month}.{day}", f"{month}.{day}0"]
    elif cell.kind is CellKind.NUMBER:
        guesses = [text, f"{text}0"]
    matches = [code for code in guesses if code in known]
    return matches or get_close_matches(written_code(cell), known, 1, 0.7)
