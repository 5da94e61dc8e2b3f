"""How the steward's forms are saved. If someone else changed the same part in the meantime, both versions are shown."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from cogwg.core.errors import Conflict, Invalid
from cogwg.ogp.editing import facts_of, record_commitment
from cogwg.ogp.facts import CommitmentFacts, PartText
from cogwg.ogp.queries import commitment_row
from cogwg.web.auth.access import actor
from cogwg.web.http import clocks, i18n
from cogwg.web.http.database import session, write
from cogwg.web.http.flashes import flash_at, redirect_to_outcome
from cogwg.web.http.part_forms import PartConflict, PartForm, PartRefusal, add_errors, fingerprint, last_change


def save_part(
    form: PartForm,
    identifier: str,
    apply: Callable[[CommitmentFacts], CommitmentFacts],
    values_of: Callable[[CommitmentFacts], Mapping[str, Any]],
    field_of: Callable[[str], str] = lambda field: field,
    still_right: Collection[PartText] = (),
) -> PartRefusal | None:
    """Save one part of a commitment; return why it was not saved, or None if it was.

    Changes that others made in other parts are kept, and are not a conflict. ``values_of`` maps the names of the form's fields
    to the values of the part, and ``field_of`` a field that a rule names to the form's field. ``still_right`` are the stale
    texts that the person confirmed. Raises ``NotFound`` if there is no such commitment.
    """
    try:
        with write() as open_session:
            stored = commitment_row(open_session, identifier)
            facts = facts_of(stored)
            if fingerprint(values_of(facts)) != request.form.get(form.shown.name):
                raise Conflict(stored)
            given: dict[str, Any] = {"still_right": still_right, "by": actor(), "at": clocks.now()}
            record_commitment(open_session, apply(facts), version=stored.version, **given)
    except Invalid as refusal:
        add_errors(form, refusal, field_of)
        return PartRefusal(422)
    except Conflict:
        return conflict_of(form, identifier, values_of)
    return None


def conflict_of(form: PartForm, identifier: str, values_of: Callable[[CommitmentFacts], Mapping[str, Any]]) -> PartRefusal:
    """Return what another person saved, and update the form so that saving it again overwrites that."""
    session().expire_all()
    stored = commitment_row(session(), identifier)
    values = values_of(facts_of(stored))
    form.shown.data = fingerprint(values)
    saved_at, saved_by = last_change(session(), "commitment", stored.id)
    return PartRefusal(409, PartConflict(saved_at, saved_by, tuple(form.differences(values))))


def back_to(identifier: str, place: str, sentence: str) -> Response:
    """Show the commitment's page with a confirmation at the part that was saved."""
    flash_at(place, sentence)
    return redirect_to_outcome(url_for("ogp.commitment_page", lang=i18n.current_language(), identifier=identifier))
