"""Publishing a finalized version of a briefing, and its row in the federal list of briefing notes."""

from __future__ import annotations

import csv
from io import StringIO

from flask import make_response, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.briefing import queries
from cogwg.briefing.deck import Deck
from cogwg.briefing.queries import FrozenVersionFacts
from cogwg.briefing.render import FORMATS
from cogwg.briefing.storing import file_of
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.calendar import local_day
from cogwg.core.errors import Conflict, Invalid
from cogwg.policy import Permission
from cogwg.tracker.services import publish_briefing
from cogwg.tracker.values import PublishedBriefing, PublishedFile
from cogwg.web.auth.access import actor, requires
from cogwg.web.briefings import blueprint
from cogwg.web.http import clocks
from cogwg.web.http.database import session, write
from cogwg.web.http.flashes import flash_at, redirect_to_outcome
from cogwg.web.http.rate_limits import limit_downloads
from cogwg.web.http.site_settings import site_settings
from cogwg.web.http.slots import released_slot

NOTE_COLUMNS = (
    *("tracking_number", "title_en", "title_fr", "originating_sector_en", "originating_sector_fr"),
    *("addressee", "date_received", "action_required"),
)
"""The columns of the federal list of the titles and numbers of briefing notes."""


@blueprint.post("/briefings/<int:id>/versions/<int:number>/publish")
@requires(Permission.PUBLISH)
def version_publish(lang: str, id: int, number: int) -> Response:
    """Make this version public with its files in both languages; it replaces the version that was public until then."""
    frozen, deck = queries.frozen_deck(session(), id, number)
    by, at, done = actor(), clocks.now(), _("This version is public.")
    with released_slot():
        files = [
            file_of(session(), id, number, kind, language, by=by, at=at)
            for kind, file_format in FORMATS.items()
            if file_format.is_available()
            for language in Language
        ]
    stored = [(PublishedFile(f.name, f.format, f.lang.value, f.media_type, f.sha256, len(f.content)), f.content) for f in files]
    try:
        with write() as open_session:
            publish_briefing(open_session, _published(frozen, deck), stored, by=by, at=at)
    except (Conflict, Invalid):
        done = _("This version is already public.")
    flash_at("publish", done)
    return redirect_to_outcome(url_for("briefings.version_page", lang=lang, id=id, number=number))


@blueprint.get("/briefings/<int:id>/versions/<int:number>/briefing-note.csv")
@requires(Permission.READ_BRIEFINGS)
@limit_downloads
def version_note(lang: str, id: int, number: int) -> Response:
    """Download this version's row in the federal list of briefing notes, as a CSV file that is the same in both languages."""
    frozen, deck = queries.frozen_deck(session(), id, number)
    sector, title = site_settings().hosted_by, _title(deck)
    asks = any(getattr(slide, "asks", ()) for slide in deck.slides)
    row = (
        *(f"COGWG-{frozen.meeting_on.isoformat()}-{number}", title.en, title.fr, sector.en, sector.fr),
        *(" / ".join(dict.fromkeys((frozen.audience.en, frozen.audience.fr))), frozen.meeting_on.isoformat()),
        "D" if asks else "I",
    )
    text = StringIO()
    csv.writer(text).writerows((NOTE_COLUMNS, row))
    response = make_response(text.getvalue().encode("utf-8-sig"))
    response.mimetype = "text/csv"
    name = f"briefing-note-{frozen.meeting_on.isoformat()}-{number}.csv"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _published(frozen: FrozenVersionFacts, deck: Deck) -> PublishedBriefing:
    return PublishedBriefing(
        year=deck.plan_year,
        meeting_on=frozen.meeting_on,
        version=frozen.number,
        finalized_on=local_day(frozen.frozen_at),
        audience=frozen.audience,
        place=deck.place,
        title=_title(deck),
        sample=deck.sample,
    )


def _title(deck: Deck) -> Bilingual:
    return Bilingual(f"Progress on the {deck.plan_year} work plan", f"Avancement du plan de travail {deck.plan_year}")
