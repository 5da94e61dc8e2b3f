"""Save the parts of a commitment from the steward's forms."""

from __future__ import annotations

from flask import url_for
from werkzeug.wrappers import Response

from cogwg.ogp.editing import facts_of, record_commitment
from cogwg.ogp.queries import commitment_row
from cogwg.web.http import i18n
from cogwg.web.http.flashes import flash_at, redirect_to_outcome
from cogwg.web.http.part_saving import SavedInParts

COMMITMENT = SavedInParts("commitment", commitment_row, facts_of, record_commitment)


def back_to(identifier: str, place: str, sentence: str) -> Response:
    """Show the commitment's page with a confirmation at the part that was saved."""
    flash_at(place, sentence)
    return redirect_to_outcome(url_for("ogp.commitment_page", lang=i18n.current_language(), identifier=identifier))
