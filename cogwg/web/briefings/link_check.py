"""The check of a draft's links."""

from __future__ import annotations

from flask import current_app, flash, redirect, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response

from cogwg.briefing import linkcheck, queries, services
from cogwg.briefing.compose import draft_deck, load_briefing_source
from cogwg.briefing.links import deck_links
from cogwg.core.settings import Settings
from cogwg.policy import Permission
from cogwg.web.auth.access import actor, requires
from cogwg.web.briefings import blueprint
from cogwg.web.http import clocks
from cogwg.web.http.database import session, write
from cogwg.web.http.slots import released_slot


@blueprint.post("/briefings/<int:id>/check-links")
@requires(Permission.PREPARE_BRIEFINGS)
def check_links(lang: str, id: int) -> Response:
    """Check whether every link of the deck answers; takes a few seconds."""
    briefing = queries.briefing(session(), id)
    links = deck_links(draft_deck(briefing, load_briefing_source(session(), briefing, clocks.today())))
    session().rollback()
    settings: Settings = current_app.extensions["cogwg.settings"]
    with released_slot():
        results = linkcheck.check_links(links, is_allowed=(lambda _address: True) if settings.check_private_links else None)
    with write() as open_session:
        services.record_link_checks(open_session, id, results, by=actor(), at=clocks.now())
    dead = sum(not is_reachable for is_reachable, _result in results.values())
    if dead:
        flash(
            ngettext(
                "%(num)s of %(links)s links could not be opened.",
                "%(num)s of %(links)s links could not be opened.",
                dead,
                links=len(results),
            )
        )
    else:
        flash(ngettext("%(num)s link works.", "All %(num)s links work.", len(results)))
    return redirect(url_for("briefings.page", lang=lang, id=id, _anchor="checked"), 303)
