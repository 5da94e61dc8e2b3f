"""Checking whether the links in a draft can be opened."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from flask import current_app, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from cogwg.accounts.exclusive import begin_exclusive, end_exclusive
from cogwg.briefing import queries, services
from cogwg.briefing.compose import draft_deck, load_briefing_source
from cogwg.briefing.deck_links import deck_links
from cogwg.core.settings import Settings
from cogwg.policy import Permission
from cogwg.web.auth.access import actor, current_user, requires
from cogwg.web.briefings import blueprint
from cogwg.web.http import clocks
from cogwg.web.http.database import session, write
from cogwg.web.http.flashes import flash_at, redirect_to_outcome
from cogwg.web.http.slots import released_slot

_ACTION = "check-links"
"""The action that a person can run only once at a time."""
_PLACE = "check-links"
"""The id of the element on the draft's page that shows the outcome: the form that starts the check."""


@blueprint.post("/briefings/<int:id>/check-links")
@requires(Permission.PREPARE_BRIEFINGS)
def check_links(lang: str, id: int) -> Response:
    """Check whether the links in the deck can be opened, and record the results.

    The check takes at most ``link_requests.CHECK_SECONDS``, so the links checked longest ago come first, and some may be left
    out. A person can run only one check at a time.
    """
    briefing = queries.briefing(session(), id)
    links = deck_links(draft_deck(briefing, load_briefing_source(session(), briefing, clocks.today())))
    checked_at = {url: result.checked_at.timestamp() for url, result in queries.link_checks(session(), links).items()}
    page_url = url_for("briefings.page", lang=lang, id=id)
    results = _check_alone(sorted(links, key=lambda url: checked_at.get(url, 0)))  # links left out last time come first
    if results is None:
        flash_at(_PLACE, _("The links are already being checked. Reload this page in a few seconds to see the result."))
        return redirect_to_outcome(page_url)
    with write() as open_session:
        services.record_link_checks(open_session, id, results, by=actor(), at=clocks.now())
    dead = sum(not is_reachable for is_reachable, _result in results.values())
    if dead:
        flash_at(
            _PLACE,
            ngettext(
                "%(num)s of %(links)s links could not be opened.",
                "%(num)s of %(links)s links could not be opened.",
                dead,
                links=len(results),
            ),
        )
    elif results:
        flash_at(_PLACE, ngettext("%(num)s link works.", "All %(num)s links work.", len(results)))
    if unchecked := len(links) - len(results):
        flash_at(
            _PLACE,
            ngettext(
                "%(num)s link was not checked, because the others took too long. Check again later.",
                "%(num)s links were not checked, because the others took too long. Check again later.",
                unchecked,
            ),
        )
    return redirect_to_outcome(page_url)


def _check_alone(links: Iterable[str]) -> dict[str, tuple[bool, str]] | None:
    """Check the links and return the results, or None if the same person is already running a check.

    No database transaction is open during the check.
    """
    from cogwg.briefing import link_requests  # imports httpx, which takes 4 MiB and is seldom needed

    at_most = timedelta(seconds=link_requests.CHECK_SECONDS + 5)  # the check, then storing its results
    person_id = current_user().person_id
    with write() as open_session:
        if not begin_exclusive(open_session, _ACTION, person_id, now=clocks.real_now(), at_most=at_most):
            return None
    settings: Settings = current_app.extensions["cogwg.settings"]
    try:
        with released_slot():
            return link_requests.check_links(
                links, is_allowed=(lambda _address: True) if settings.check_private_links else None
            )
    finally:
        with write() as open_session:
            end_exclusive(open_session, _ACTION, person_id)
