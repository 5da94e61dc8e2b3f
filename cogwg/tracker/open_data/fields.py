"""Fields and datasets. A text in both languages is declared once as a field, and becomes a column for each language."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from cogwg.core.bilingual import Bilingual, Language
from cogwg.tracker.published import PublicRecord
from cogwg.tracker.published_editions import QuarterEdition

Value = Bilingual | str | int | bool | date | datetime | tuple[str, ...] | None
"""A value of a row. A ``TEXT`` is bilingual, and a list is a tuple of codes. None and an empty text give an empty cell."""
SEPARATOR = " "
"""The separator between the codes of a list, which contain no spaces."""


class FieldKind(StrEnum):
    """The type of a field's values."""

    TEXT = "text"
    """Text in both languages."""
    STRING = "string"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    DAY = "date"
    TIME = "dateTime"
    ADDRESS = "anyURI"
    CODES = "codes"
    """A list of codes."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field with its title and description. ``value`` gets the field's value from the source of a row. ``codes`` are all
    codes that can occur, with their labels.
    """

    name: str
    kind: FieldKind
    title: Bilingual
    description: Bilingual
    value: Callable[[Any], Value]
    required: bool = False
    codes: tuple[tuple[str, Bilingual], ...] = ()


@dataclass(frozen=True, slots=True)
class DataColumn:
    """A column of a file: a field or, with ``lang``, a field's text in one language."""

    name: str
    field: Field
    lang: Language | None = None

    @property
    def title(self) -> Bilingual:
        if self.lang is None:
            return self.field.title
        en, fr = ("English", "en anglais") if self.lang is Language.EN else ("French", "en français")
        return Bilingual(f"{self.field.title.en} ({en})", f"{self.field.title.fr} ({fr})")

    def cell(self, value: Value) -> str | int | bool | date | datetime | tuple[str, ...] | None:
        """Return the column's part of a field's value; None if that is empty."""
        part = value.exact_text(self.lang) if isinstance(value, Bilingual) and self.lang is not None else value
        return None if part == "" or part == () else part  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Scope:
    """The publications that rows come from: one edition of a quarter, or the newest state of everything that is public.

    ``quarters`` are editions of quarters in order, ``plans`` the latest quarter of each plan, and ``newest`` the latest
    quarter of all, None if no quarter is public. ``record`` is None for a single edition, whose files never change.
    """

    quarters: tuple[QuarterEdition, ...]
    plans: tuple[QuarterEdition, ...]
    newest: QuarterEdition | None
    record: PublicRecord | None = None

    @classmethod
    def of_edition(cls, edition: QuarterEdition) -> Scope:
        """Return the scope of a single edition: a quarter as it was published."""
        return cls((edition,), (edition,), edition)

    @classmethod
    def of_record(cls, record: PublicRecord) -> Scope:
        """Return the scope of the newest state."""
        plans = [latest for year in reversed(record.years) if (latest := record.latest(year)) is not None]
        return cls(record.quarters, tuple(plans), plans[-1] if plans else None, record)


@dataclass(frozen=True, slots=True)
class Dataset:
    """A list whose rows have stable ids. ``sources`` returns the source of each row; the first field is the row's id.

    With ``of_editions``, each published quarter has its own files of this dataset. ``main`` datasets come first on the *Data*
    page.
    """

    name: str
    title: Bilingual
    description: Bilingual
    fields: tuple[Field, ...]
    sources: Callable[[Scope], Iterator[Any]]
    of_editions: bool = True
    main: bool = False

    @property
    def key(self) -> str:
        return self.fields[0].name

    @property
    def columns(self) -> tuple[DataColumn, ...]:
        """The columns of the files, in order."""
        return tuple(
            column
            for field in self.fields
            for column in (
                (DataColumn(f"{field.name}_{lang.value}", field, lang) for lang in Language)
                if field.kind is FieldKind.TEXT
                else (DataColumn(field.name, field),)
            )
        )

    def rows(self, scope: Scope) -> tuple[tuple[Value, ...], ...]:
        """Return the rows, each with a value for each field."""
        return tuple(tuple(field.value(source) for field in self.fields) for source in self.sources(scope))


def cells(dataset: Dataset, row: tuple[Value, ...]) -> list[Any]:
    """Return a row's values in the order of the columns: a bilingual text becomes one value per language, and an empty value
    None.
    """
    by_field = dict(zip(dataset.fields, row, strict=True))
    return [column.cell(by_field[column.field]) for column in dataset.columns]
