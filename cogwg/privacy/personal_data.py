"""The command that returns the data stored about a person, to them or to the secretariat on their behalf, and the files with
this data.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from cogwg.accounts.models import Person
from cogwg.accounts.names import name_by_language
from cogwg.audit.services import Actor, record_event
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.calendar import local_day
from cogwg.core.tables import WRITERS, Cell, Column, Table, as_workbook, text_with_language_mark
from cogwg.privacy.sections import DataSection, load_sections

FORMAT = "cogwg personal data 1"
"""The name and version of the JSON format. The version changes when programs that read the file must be changed."""
NAME = Bilingual("Personal data", "Renseignements personnels")


@dataclass(frozen=True, slots=True)
class PersonalData:
    """The data stored about a person on a day."""

    name: str
    as_of: date
    sections: tuple[DataSection, ...]

    @property
    def contents(self) -> Table:
        """The sections, with their numbers of rows and how to correct each, for the first sheet of the workbook."""
        columns = (
            Column(Bilingual("Section", "Section"), 36),
            Column(Bilingual("Rows", "Lignes"), 10),
            Column(Bilingual("How to correct it", "Comment corriger"), 100),
        )
        rows = tuple((section.table.name, len(section.table.rows), section.correction) for section in self.sections)
        return Table(NAME, columns, rows, self.as_of)


def read_personal_data(
    session: Session,
    person: Person,
    form: str,
    *,
    reason: str = "",
    with_unsaved_text: bool = True,
    by: Actor,
    at: datetime,
    now: datetime,
) -> PersonalData:
    """Return the data stored about a person, and record that it was read. ``form`` is "page" or the format of a file;
    ``reason`` is recorded if it is given.
    """
    after = {"form": form, "reason": reason} if reason else {"form": form}
    action = "person.data-shown" if form == "page" else "person.data-exported"
    record_event(session, action, ("person", person.id), by=by, at=at, after=after)
    sections = load_sections(session, person, with_unsaved_text=with_unsaved_text, today=local_day(at), now=now)
    return PersonalData(person.name, local_day(at), sections)


def as_json(data: PersonalData, lang: Language) -> bytes:
    """Return JSON with headings in this language; the keys of the sections are the same in both."""
    content = {
        "format": FORMAT,
        "language": lang.value,
        "title": NAME.text(lang),
        "person": name_by_language(data.name).text(lang),
        "as_of": data.as_of.isoformat(),
        "sections": [_json_section(section, lang) for section in data.sections],
    }
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


def as_xlsx(data: PersonalData, lang: Language) -> bytes:
    """Return a workbook: a contents sheet, then one sheet for each section."""
    return as_workbook((data.contents, *(section.table for section in data.sections)), lang)


FILES: Mapping[str, tuple[Callable[[PersonalData, Language], bytes], str]] = {
    "xlsx": (as_xlsx, WRITERS["xlsx"][1]),
    "json": (as_json, "application/json"),
}
"""The writer and the media type of each kind of file."""


def _json_section(section: DataSection, lang: Language) -> dict[str, Any]:
    headings = [column.heading.text(lang) for column in section.table.columns]
    return {
        "key": section.key.value,
        "title": section.table.name.text(lang),
        "how_to_correct": section.correction.text(lang),
        "rows": [dict(zip(headings, (_plain(cell, lang) for cell in row), strict=True)) for row in section.table.rows],
    }


def _plain(cell: Cell, lang: Language) -> Any:
    if isinstance(cell, Bilingual):
        return text_with_language_mark(cell, lang)
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    return list(cell) if isinstance(cell, tuple) else cell
