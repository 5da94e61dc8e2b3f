"""A column that stores which texts of a row are stale. It is written automatically whenever a row is updated, so that no
command can forget it.

Two commands write the column themselves, after the session has flushed the texts: the one that confirms a translation
(``confirm_texts``), and the one that undoes a change and restores the earlier value.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from sqlalchemy import JSON, Connection, event, inspect, select
from sqlalchemy.orm import Mapped, Mapper, Session, mapped_column

from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.text_states import stale_after, stale_texts_of, with_confirmed

STALE = JSON(none_as_null=True)
"""The type of a column with the texts that are stale in a language: see ``cogwg.core.text_states``."""


class HasStaleColumn:
    """A row with bilingual texts and the column ``stale``, which names the stale ones; null if no text is stale, or if this is
    not known.

    The texts are the composite attributes of the class ``Bilingual``, and the lines of the JSON columns named in
    ``bilingual_lists``, which contain ``[english, french]`` pairs. The name of a line is that of its list with its number:
    "consequences 2".
    """

    bilingual_lists: ClassVar[tuple[str, ...]] = ()
    stale: Mapped[dict[str, str] | None] = mapped_column(STALE, sort_order=1)


def confirm_texts(session: Session, row: HasStaleColumn, fields: Collection[str]) -> list[str]:
    """Store the row's changes, then mark the texts of these fields as current; return the names of those that were stale.

    A field is a text or a list. A list is confirmed as a whole, with its lines as this change leaves them, even a line that
    the change itself makes stale.
    """
    session.flush()
    confirmed = stale_texts_of(fields, row.stale)
    row.stale = with_confirmed(row.stale, confirmed)
    return confirmed


@event.listens_for(HasStaleColumn, "before_update", propagate=True)
def _mark_stale_texts(mapper: Mapper[Any], connection: Connection, row: HasStaleColumn) -> None:
    """Write to ``stale`` which texts are stale after the changes to a row that are about to be stored."""
    texts = [composite.key for composite in mapper.composites if composite.composite_class is Bilingual]
    after = {name: getattr(row, name) for name in (*(f"{t}_{lang}" for t in texts for lang in Language), *row.bilingual_lists)}
    before = after | _before(mapper, connection, row, after)
    if before == after:
        return
    row.stale = stale_after(_texts(row, texts, before), _texts(row, texts, after), row.stale)


def _texts(row: HasStaleColumn, names: Collection[str], values: Mapping[str, Any]) -> dict[str, Bilingual | list[Bilingual]]:
    """Return the texts and the lists of a row from the values of its columns."""
    texts = {name: Bilingual(*(values[f"{name}_{lang}"] or "" for lang in Language)) for name in names}
    return texts | {name: [Bilingual(*line) for line in values[name]] for name in row.bilingual_lists}


def _before(mapper: Mapper[Any], connection: Connection, row: HasStaleColumn, names: Collection[str]) -> dict[str, Any]:
    """Return the stored values of the columns that change. They are read from the database if the row was not loaded when the
    columns were set.
    """
    histories = {name: inspect(row).attrs[name].history for name in names}
    changed = {name: history for name, history in histories.items() if history.has_changes()}
    if all(history.deleted for history in changed.values()):
        return {name: history.deleted[0] for name, history in changed.items()}
    columns = [mapper.columns[name] for name in changed]
    of_row = (column == value for column, value in zip(mapper.primary_key, mapper.primary_key_from_instance(row), strict=True))
    return dict(connection.execute(select(*columns).where(*of_row)).mappings().one())
