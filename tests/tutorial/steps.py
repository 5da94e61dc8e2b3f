"""Read a page of the tutorial as steps. Its typography says what the reader does, in either language:

- a block ``sh`` is run, and each line of the block ``text`` after it is printed, with "…" for what differs;
- **bold** is selected: a link, a button, a choice;
- *italic* is then seen on the page;
- an address in code is opened, with "…" for what the page or the command showed last;
- a table is filled in: a field, and what to enter;
- a picture is taken.

Before the first heading of the second level, and in a quotation, nothing is done.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "docs" / "tutorial"
PAGES = {"en": FOLDER / "first-hour.md", "fr": FOLDER / "premiere-heure.md"}
"""The page of the tutorial in each language."""
SITE = "http://127.0.0.1:8000"
"""The address that the tutorial serves."""
_INLINE = re.compile(r"\*\*(?P<select>[^*]+)\*\*|(?<!\*)\*(?P<see>[^*]+)\*(?!\*)|`(?P<open>http://[^`]+)`")
_PICTURE = re.compile(r"!\[[^\]]+\]\((?P<file>[^)]+)\)")


@dataclass(frozen=True, slots=True)
class Run:
    """Run commands of a shell."""

    commands: str


@dataclass(frozen=True, slots=True)
class Printed:
    """Check a line that a command printed."""

    line: str


@dataclass(frozen=True, slots=True)
class Open:
    """Open an address."""

    address: str


@dataclass(frozen=True, slots=True)
class Select:
    """Select the link, button or choice with these words."""

    words: str


@dataclass(frozen=True, slots=True)
class See:
    """Check that the page shows these words."""

    words: str


@dataclass(frozen=True, slots=True)
class Fill:
    """Enter a value into the field with this label."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Take a picture of the page."""

    file: Path


Step = Run | Printed | Open | Select | See | Fill | Picture


@dataclass(frozen=True, slots=True)
class Placed:
    """A step, and the number of its line in the page."""

    line: int
    step: Step


def read_steps(page: Path) -> list[Placed]:
    """Return the steps of a page of the tutorial, in order."""
    lines = page.read_text(encoding="utf-8").splitlines()
    begin = next(n for n, line in enumerate(lines) if line.startswith("## "))
    return list(_steps(lines, begin, page.parent))


def _steps(lines: list[str], begin: int, folder: Path) -> Iterator[Placed]:
    fence: tuple[str, int, list[str]] | None = None
    for number, line in enumerate(lines[begin:], begin + 1):
        text = line.strip()
        if fence is not None and text == "```":
            yield from _of_block(*fence)
            fence = None
        elif fence is not None:
            fence[2].append(text)
        elif text.startswith("```"):
            fence = (text[3:], number, [])
        elif text.startswith("|"):
            is_heading = any("---" in line for line in (text, *lines[number : number + 1]))
            if not is_heading:
                label, value = (cell.strip() for cell in text.strip("|").split(" | "))
                yield Placed(number, Fill(label, value))
        elif picture := _PICTURE.match(text):
            yield Placed(number, Picture((folder / picture["file"]).resolve()))
        elif not text.startswith(("#", ">")):
            yield from (Placed(number, step) for step in _of_sentence(text))


def _of_block(language: str, number: int, lines: list[str]) -> Iterator[Placed]:
    if language == "sh":
        yield Placed(number, Run("\n".join(lines)))
    else:
        yield from (Placed(number + n, Printed(line)) for n, line in enumerate(lines, 1) if line)


def _of_sentence(text: str) -> Iterator[Step]:
    for mark in _INLINE.finditer(text):
        if mark["select"]:
            yield Select(mark["select"])
        elif mark["see"]:
            yield See(mark["see"])
        else:
            yield Open(mark["open"])
