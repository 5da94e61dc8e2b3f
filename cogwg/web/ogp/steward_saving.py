"""How the steward's forms save: a part that someone else changed meanwhile is shown beside what was typed, not overwritten."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.errors import Conflict, Invalid
from cogwg.inspection.events import latest_events
from cogwg.ogp.editing import facts_of, record_commitment
from cogwg.ogp.facts import CommitmentFacts
from cogwg.ogp.queries import commitment_row
from cogwg.web.auth.access import actor
from cogwg.web.http import clocks, forms, i18n
from cogwg.web.http.database import session, write
from cogwg.web.http.flashes import flash_at, redirect_to_outcome
from cogwg.web.ogp.steward_forms import PartForm, fingerprint


@dataclass(frozen=True, slots=True)
class PartConflict:
    """What another person saved meanwhile: when, who, and each field that differs (label, theirs, yours, language)."""

    saved_at: datetime | None
    saved_by: Bilingual
    differences: tuple[tuple[str, str, str, str], ...]


@dataclass(frozen=True, slots=True)
class PartRefusal:
    """Why nothing was saved: the status of the answer and, if someone else saved meanwhile, what they saved."""

    status: int
    conflict: PartConflict | None = None


def save_part(
    form: PartForm,
    identifier: str,
    apply: Callable[[CommitmentFacts], CommitmentFacts],
    values_of: Callable[[CommitmentFacts], Mapping[str, Any]],
    field_of: Callable[[str], str] = lambda field: field,
) -> PartRefusal | None:
    """Save one part of a commitment; return why it was refused, or None if it was saved.

    What others changed in other parts stays, and is no conflict. ``values_of`` gives the part by the names of the form's
    fields; ``field_of`` the form's field for the field of a rule. Raises ``NotFound``.
    """
    try:
        with write() as open_session:
            stored = commitment_row(open_session, identifier)
            facts = facts_of(stored)
            if fingerprint(values_of(facts)) != request.form.get(form.shown.name):
                raise Conflict(stored)
            record_commitment(open_session, apply(facts), version=stored.version, by=actor(), at=clocks.now())
    except Invalid as refusal:
        add_errors(form, refusal, field_of)
        return PartRefusal(422)
    except Conflict:
        return conflict_of(form, identifier, values_of)
    return None


def conflict_of(form: PartForm, identifier: str, values_of: Callable[[CommitmentFacts], Mapping[str, Any]]) -> PartRefusal:
    """Return what another person saved, and let the form be saved over it if the person chooses to."""
    session().expire_all()
    stored = commitment_row(session(), identifier)
    values = values_of(facts_of(stored))
    form.shown.data = fingerprint(values)
    saved_at, saved_by = last_change(session(), "commitment", stored.id)
    return PartRefusal(409, PartConflict(saved_at, saved_by, tuple(form.differences(values))))


def last_change(open_session: Session, kind: str, id_: int) -> tuple[datetime | None, Bilingual]:
    """Return when an item was last changed, and by whom."""
    events = latest_events(open_session, (kind, id_), 1)
    return (events[0].at, events[0].person) if events else (None, EMPTY_TEXT)


def add_errors(form: PartForm, refusal: Invalid, field_of: Callable[[str], str] = lambda field: field) -> None:
    """Show each problem beside its field, or at the top of the form."""
    forms.add_errors(form, refusal, {field: field_of(field) for field, _message in refusal.problems})


def back_to(identifier: str, place: str, sentence: str) -> Response:
    """Show the commitment's page with a confirmation at the part that was saved."""
    flash_at(place, sentence)
    return redirect_to_outcome(url_for("ogp.commitment_page", lang=i18n.current_language(), identifier=identifier))
