"""Save the parts of a cycle of engagement from its forms."""

from __future__ import annotations

from flask import url_for
from werkzeug.wrappers import Response

from cogwg.engagement.cycles import cycle_row, facts_of, record_cycle
from cogwg.web.http import i18n
from cogwg.web.http.flashes import flash_at, redirect_to_outcome
from cogwg.web.http.part_saving import SavedInParts

CYCLE = SavedInParts("engagement-cycle", cycle_row, facts_of, record_cycle)


def back_to_cycle(cycle: str, place: str, sentence: str) -> Response:
    """Show the cycle's page with a confirmation at the part that was saved."""
    flash_at(place, sentence)
    return redirect_to_outcome(url_for("admin.engagement_page", lang=i18n.current_language(), cycle=cycle))
