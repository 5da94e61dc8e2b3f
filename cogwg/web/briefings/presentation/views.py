"""Slides for a meeting: a deck presented full screen or printed one slide per page, and a draft shared by a preview link."""

from __future__ import annotations

from dataclasses import dataclass

from flask import make_response, render_template
from werkzeug.wrappers import Response

from cogwg.accounts.tokens import hash_token
from cogwg.briefing import queries, shared_links
from cogwg.briefing.compose import draft_deck, load_briefing_source
from cogwg.briefing.deck import Deck
from cogwg.briefing.files import other_layout
from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import NotFound
from cogwg.policy import Permission
from cogwg.web.auth.access import public, requires
from cogwg.web.briefings.presentation import blueprint
from cogwg.web.briefings.presentation.player import player
from cogwg.web.http import clocks
from cogwg.web.http.database import session
from cogwg.web.http.headers import without_caching
from cogwg.web.http.rate_limits import limit_preview_views


@dataclass(frozen=True, slots=True)
class DeckSource:
    """The briefing that slides belong to, and the number of its frozen version, or 0 for the draft.

    ``has_other_layout`` means that a file of the version was rendered in a different layout from the one that these pages use.
    """

    id: int
    number: int
    audience: Bilingual
    has_other_layout: bool = False


@blueprint.get("/briefings/<int:id>/present")
@requires(Permission.PREPARE_BRIEFINGS)
def present(lang: str, id: int) -> str:
    """Present the draft full screen."""
    return _render_deck("briefings/presentation/present.html", *_load_draft(id))


@blueprint.get("/briefings/<int:id>/print")
@requires(Permission.PREPARE_BRIEFINGS)
def print_draft(lang: str, id: int) -> str:
    """Show the draft for printing, one slide per page, each marked as a draft."""
    return _render_deck("briefings/presentation/print.html", *_load_draft(id))


@blueprint.get("/briefings/<int:id>/versions/<int:number>/present")
@requires(Permission.READ_BRIEFINGS)
def present_version(lang: str, id: int, number: int) -> str:
    """Present a frozen version full screen."""
    return _render_deck("briefings/presentation/present.html", *_load_version(id, number))


@blueprint.get("/briefings/<int:id>/versions/<int:number>/print")
@requires(Permission.READ_BRIEFINGS)
def print_version(lang: str, id: int, number: int) -> str:
    """Show a frozen version for printing, one slide per page."""
    return _render_deck("briefings/presentation/print.html", *_load_version(id, number))


@blueprint.get("/preview/<token>")
@public
@limit_preview_views
def preview(lang: str, token: str) -> Response:
    """Show the slides of a draft to anyone with this link, until the link is revoked (404) or the draft is frozen (410).

    The page has no links to the rest of the product.
    """
    try:
        link = shared_links.preview_link(session(), hash_token(token))
    except NotFound:
        return link_not_working()
    if link.ended_by is not None:
        return without_caching(make_response(render_template("briefings/presentation/ended.html", link=link), 410))
    return without_caching(make_response(_render_deck("briefings/presentation/preview.html", *_load_draft(link.briefing_id))))


def link_not_working() -> Response:
    """Return the page (404) for a link that was revoked, has expired or never existed, without saying which."""
    return without_caching(make_response(render_template("briefings/presentation/not_working.html"), 404))


def _load_draft(id: int) -> tuple[DeckSource, Deck]:
    """Load a briefing's draft. Raises ``NotFound`` if there is no such briefing."""
    briefing = queries.briefing(session(), id)
    return DeckSource(id, 0, briefing.audience), draft_deck(briefing, load_briefing_source(session(), briefing, clocks.today()))


def _load_version(id: int, number: int) -> tuple[DeckSource, Deck]:
    """Load a frozen version. Raises ``NotFound`` if there is none."""
    frozen, deck = queries.frozen_deck(session(), id, number)
    return DeckSource(id, number, frozen.audience, other_layout(queries.stored_files(session(), id, number))), deck


def _render_deck(template: str, source: DeckSource, deck: Deck) -> str:
    is_whole = template == "briefings/presentation/print.html"
    return render_template(template, source=source, deck=deck, player=player(deck, is_whole=is_whole))
