"""How the forms of a cycle are saved. If someone else changed the same part in the meantime, both versions are shown."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from cogwg.core.errors import Conflict, Invalid
from cogwg.engagement.cycles import cycle_row, facts_of, record_cycle
from cogwg.engagement.facts import CycleFacts
from cogwg.web.auth.access import actor
from cogwg.web.http import clocks, i18n
from cogwg.web.http.database import session, write
from cogwg.web.http.flashes import flash_at, redirect_to_outcome
from cogwg.web.http.part_forms import PartConflict, PartForm, PartRefusal, add_errors, fingerprint, last_change


def save_part(
    form: PartForm,
    cycle: str,
    apply: Callable[[CycleFacts], CycleFacts],
    values_of: Callable[[CycleFacts], Mapping[str, Any]],
    field_of: Callable[[str], str] = lambda field: field,
    still_right: Collection[tuple[str, str]] = (),
) -> PartRefusal | None:
    """Save one part of a cycle; return why it was not saved, or None if it was.

    Changes that others made in other parts are kept, and are not a conflict. ``values_of`` maps the names of the form's fields
    to the values of the part, and ``field_of`` a field that a rule names to the form's field. ``still_right`` are the stale
    texts that the person confirmed. Raises ``NotFound`` if there is no such cycle.
    """
    if not form.validate():
        return PartRefusal(422)
    try:
        with write() as open_session:
            stored = cycle_row(open_session, cycle)
            facts = facts_of(stored)
            if fingerprint(values_of(facts)) != request.form.get(form.shown.name):
                raise Conflict(stored)
            given: dict[str, Any] = {"still_right": still_right, "by": actor(), "at": clocks.now()}
            record_cycle(open_session, apply(facts), version=stored.version, **given)
    except Invalid as refusal:
        add_errors(form, refusal, field_of)
        return PartRefusal(422)
    except Conflict:
        return _conflict(form, cycle, values_of)
    return None


def back_to_cycle(cycle: str, place: str, sentence: str) -> Response:
    """Show the cycle's page with a confirmation at the part that was saved."""
    flash_at(place, sentence)
    return redirect_to_outcome(url_for("admin.engagement_page", lang=i18n.current_language(), cycle=cycle))


def _conflict(form: PartForm, cycle: str, values_of: Callable[[CycleFacts], Mapping[str, Any]]) -> PartRefusal:
    """Return what another person saved, and update the form so that saving it again overwrites that."""
    session().expire_all()
    stored = cycle_row(session(), cycle)
    values = values_of(facts_of(stored))
    form.shown.data = fingerprint(values)
    saved_at, saved_by = last_change(session(), "engagement-cycle", stored.id)
    return PartRefusal(409, PartConflict(saved_at, saved_by, tuple(form.differences(values))))
