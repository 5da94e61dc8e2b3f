"""What changed between two frozen versions as a table to take along: a line for each change and for each line of a slide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from cogwg.briefing.compare import SlideChange
from cogwg.briefing.deck import Change
from cogwg.briefing.queries import Frozen
from cogwg.core.bilingual import NOTHING, Bilingual, Language
from cogwg.core.dates import NBSP, day
from cogwg.core.sheets import Cell, Column, Table

_TAB = Bilingual("Changes", "Changements")


def changes_table(
    before: Frozen, after: Frozen, changes: Iterable[Change], slides: Iterable[SlideChange], lang: Language, today: date
) -> Table:
    """These changes, then these slides as this language shows them: a line of a slide is never folded into a cell with
    others, which would be taller than a page."""
    columns = (
        Column(Bilingual("Change", "Changement"), 20),
        Column(Bilingual("Activity or priority", "Activité ou priorité"), 12),
        Column(Bilingual("Title", "Titre"), 40),
        Column(_heading(Bilingual("Before", "Avant"), before), 40),
        Column(_heading(Bilingual("After", "Après"), after), 40),
        Column(Bilingual("Reason, as reported", "Raison, telle que rapportée"), 50),
        Column(Bilingual("Source", "Source"), 28),
        Column(Bilingual("Plan", "Plan"), 8),
    )
    rows: list[tuple[Cell, ...]] = [
        (c.kind.words, c.code or str(c.priority), c.text, c.before, c.after, c.reason, c.source, c.year) for c in changes
    ]
    for slide in slides:
        rows += [(slide.kind.words, None, slide.title, *told, None, None, None) for told in _lines(slide, lang)]
    earlier, later = (f"{one.meeting_on.isoformat()} v{one.number}" for one in (before, after))
    name = Bilingual(f"Changes from {earlier} to {later}", f"Changements du {earlier} au {later}")
    return Table(name, columns, tuple(rows), today, tab=_TAB)


def _heading(noun: Bilingual, version: Frozen) -> Bilingual:
    when = day(version.meeting_on)
    return Bilingual(
        f"{noun.en}: {when.en}, version {version.number}", f"{noun.fr}{NBSP}: {when.fr}, version{NBSP}{version.number}"
    )


def _lines(slide: SlideChange, lang: Language) -> Iterator[tuple[Bilingual, Bilingual]]:
    """What went and what came; beside each other only where nobody could pair them wrongly."""
    gone, come = slide.gone(lang), slide.come(lang)
    if len(gone) <= 1 and len(come) <= 1:
        yield (gone or [NOTHING])[0], (come or [NOTHING])[0]
        return
    yield from ((text, NOTHING) for text in gone)
    yield from ((NOTHING, text) for text in come)
