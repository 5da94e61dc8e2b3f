"""The page of a briefing, for users who prepare it and for other readers, and the files of its draft."""

from __future__ import annotations

from flask import redirect, url_for
from werkzeug.wrappers import Response

from cogwg.briefing import queries
from cogwg.briefing.compose import draft_deck, load_briefing_source
from cogwg.core.errors import NotFound
from cogwg.policy import Permission, has_permission
from cogwg.web.auth.access import current_user, requires
from cogwg.web.briefings import blueprint, draft
from cogwg.web.briefings.downloads import asks_for_whole, rendered_file_response
from cogwg.web.http import clocks
from cogwg.web.http.database import session
from cogwg.web.http.rate_limits import limit_downloads


@blueprint.get("/briefings/<int:id>")
@requires(Permission.READ_BRIEFINGS)
def page(lang: str, id: int) -> Response | str:
    """Show the draft to users who may prepare briefings. Redirect all others to the briefing's last frozen version."""
    if has_permission(current_user().roles, Permission.PREPARE_BRIEFINGS):
        return draft.render_draft(lang, id)
    versions = queries.versions(session(), id)
    if not versions:
        raise NotFound(f"briefing {id}")
    return redirect(url_for("briefings.version_page", lang=lang, id=id, number=versions[0].number), 303)


@blueprint.get("/briefings/<int:id>/deck.<string:kind>")
@requires(Permission.READ_BRIEFINGS)
@limit_downloads
def deck(lang: str, id: int, kind: str) -> Response:
    """Download the draft's deck in the language of the URL; ``?whole=1`` has every slide of a very large plan.

    Answers 404 to users who may not prepare briefings.
    """
    if not has_permission(current_user().roles, Permission.PREPARE_BRIEFINGS):
        raise NotFound(f"briefing {id}")
    briefing = queries.briefing(session(), id)
    composed = draft_deck(briefing, load_briefing_source(session(), briefing, clocks.today()))
    return rendered_file_response(composed, kind, lang, whole=asks_for_whole())
