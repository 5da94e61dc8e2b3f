"""The changes between two frozen versions, as a table: a row for each change to the plan, and for each changed slide line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from math import ceil
from textwrap import wrap

from cogwg.briefing.compare import SlideChange
from cogwg.briefing.deck import PlanChange
from cogwg.briefing.queries import FrozenVersionFacts
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language
from cogwg.core.dates import NBSP, day
from cogwg.core.tables import Cell, Column, Table, text_with_language_mark

_REPEATED_COLUMNS = 3
_MAX_LINES = 25
"""The maximum number of lines of text in a row. The tallest row that a spreadsheet application shows or prints has 27 lines.
"""
_SHEET_NAME = Bilingual("Changes", "Changements")


def changes_table(
    before: FrozenVersionFacts,
    after: FrozenVersionFacts,
    changes: Iterable[PlanChange],
    slides: Iterable[SlideChange],
    lang: Language,
    today: date,
) -> Table:
    """Return a table of the changes to the plan, followed by the changed lines of the slides in this language.

    The changed lines of a slide are in separate rows, because a single cell with all of them could be taller than a page.
    """
    columns = (
        Column(Bilingual("Change", "Changement"), 20),
        Column(Bilingual("Activity, priority or slide", "Activité, priorité ou diapositive"), 22),
        Column(Bilingual("Title", "Titre"), 40),
        Column(_heading(Bilingual("Before", "Avant"), before), 40),
        Column(_heading(Bilingual("After", "Après"), after), 40),
        Column(Bilingual("Reason given", "Raison donnée"), 50),
        Column(Bilingual("Source", "Source"), 28),
        Column(Bilingual("Plan", "Plan"), 8),
    )
    rows: list[tuple[Cell, ...]] = [
        (c.kind.words, c.code or str(c.priority), c.text, c.before, c.after, c.reason, c.source, c.year) for c in changes
    ]
    for slide in slides:
        what = slide.kind.words, slide.numbers, slide.title
        rows += [(*what, *lines, None, None, None) for lines in _slide_lines(slide, lang)]
    earlier, later = (f"{version.meeting_on.isoformat()} v{version.number}" for version in (before, after))
    name = Bilingual(f"Changes from {earlier} to {later}", f"Changements du {earlier} au {later}")
    return Table(
        name, columns, tuple(part for row in rows for part in _split_row(row, columns, lang)), today, sheet_title=_SHEET_NAME
    )


def _split_row(row: tuple[Cell, ...], columns: tuple[Column, ...], lang: Language) -> Iterator[tuple[Cell, ...]]:
    """Yield the row, then further rows for the text that does not fit into the tallest row.

    Each row repeats the columns that name the change.
    """
    cells = [_split_cell(cell, column.width, lang) for cell, column in zip(row, columns, strict=True)]
    yield tuple(pieces[0] for pieces in cells)
    for more in range(1, max(map(len, cells))):
        yield tuple(
            pieces[more] if more < len(pieces) else row[n] if n < _REPEATED_COLUMNS else None for n, pieces in enumerate(cells)
        )


def _split_cell(cell: Cell, width: int, lang: Language) -> list[Cell]:
    if not isinstance(cell, Bilingual) or len(text := text_with_language_mark(cell, lang)) < width:
        return [cell]
    pieces, used = [""], 0
    lines = [part for line in text.split("\n") for part in wrap(line, width * 22, break_on_hyphens=False) or [""]]
    for line in lines:
        tall = max(1, ceil(len(line) * 1.1 / width))
        if used and used + tall > _MAX_LINES:
            pieces.append(line)
            used = tall
        else:
            pieces[-1] = f"{pieces[-1]}\n{line}" if used else line
            used += tall
    return [cell] if len(pieces) == 1 else list(pieces)


def _heading(noun: Bilingual, version: FrozenVersionFacts) -> Bilingual:
    when = day(version.meeting_on)
    return Bilingual(
        f"{noun.en}: {when.en}, version {version.number}", f"{noun.fr}{NBSP}: {when.fr}, version{NBSP}{version.number}"
    )


def _slide_lines(slide: SlideChange, lang: Language) -> Iterator[tuple[Bilingual, Bilingual]]:
    """Yield the changed lines as pairs (removed, added).

    If several lines were removed or added, each is in a pair of its own, because it is not known which belong together.
    """
    gone, come = slide.removed_lines(lang), slide.added_lines(lang)
    if len(gone) <= 1 and len(come) <= 1:
        yield (gone or [EMPTY_TEXT])[0], (come or [EMPTY_TEXT])[0]
        return
    yield from ((text, EMPTY_TEXT) for text in gone)
    yield from ((EMPTY_TEXT, text) for text in come)
