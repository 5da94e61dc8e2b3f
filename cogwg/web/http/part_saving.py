"""Save one part of a larger item, from a form of ``part_forms``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from flask import request
from sqlalchemy.orm import Session

from cogwg.audit.services import Actor
from cogwg.core.errors import Conflict, Invalid
from cogwg.web.http import clocks
from cogwg.web.http.database import session, write
from cogwg.web.http.part_forms import PartConflict, PartForm, PartRefusal, add_errors, fingerprint, last_change


class VersionedRow(Protocol):
    """A row with its id, and a number that rises with each change."""

    @property
    def id(self) -> int: ...

    @property
    def version(self) -> int: ...


Row = TypeVar("Row", bound=VersionedRow)
Facts = TypeVar("Facts")


@dataclass(frozen=True, slots=True)
class SavedInParts(Generic[Row, Facts]):
    """An item whose forms each save one part.

    ``kind`` is what the audit log calls it. ``row_of`` finds its row by its identifier or raises ``NotFound``; ``facts_of``
    reads the row; ``record`` stores the facts as a whole.
    """

    kind: str
    row_of: Callable[[Session, str], Row]
    facts_of: Callable[[Row], Facts]
    record: Callable[..., int]

    def save(
        self,
        form: PartForm,
        identifier: str,
        apply: Callable[[Facts], Facts],
        values_of: Callable[[Facts], Mapping[str, Any]],
        field_of: Callable[[str], str] = lambda field: field,
        still_right: Collection[Any] = (),
        *,
        by: Actor,
    ) -> PartRefusal | None:
        """Save one part; return why it was not saved, or None if it was.

        Changes that others made in other parts are kept, and are not a conflict. ``values_of`` maps the names of the form's
        fields to the values of the part, and ``field_of`` a field that a rule names to the form's field. ``still_right`` are
        the stale texts that the person confirmed. Raises ``NotFound`` if there is no such item.
        """
        if not form.validate():
            return PartRefusal(422)
        try:
            with write() as open_session:
                row = self.row_of(open_session, identifier)
                facts = self.facts_of(row)
                if fingerprint(values_of(facts)) != request.form.get(form.shown.name):
                    raise Conflict(row)
                at = clocks.now()
                self.record(open_session, apply(facts), version=row.version, still_right=still_right, by=by, at=at)
        except Invalid as refusal:
            add_errors(form, refusal, field_of)
            return PartRefusal(422)
        except Conflict:
            return self._conflict(form, identifier, values_of)
        return None

    def _conflict(self, form: PartForm, identifier: str, values_of: Callable[[Facts], Mapping[str, Any]]) -> PartRefusal:
        """Return what another person saved, and update the form so that saving it again overwrites that."""
        session().expire_all()
        row = self.row_of(session(), identifier)
        values = values_of(self.facts_of(row))
        form.shown.data = fingerprint(values)
        saved_at, saved_by = last_change(session(), self.kind, row.id)
        return PartRefusal(409, PartConflict(saved_at, saved_by, tuple(form.differences(values))))
