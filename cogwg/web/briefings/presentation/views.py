"""Slides for a meeting: a deck presented on a whole screen, printed a slide a page, and a draft that was shared by its link."""

from __future__ import annotations

from dataclasses import dataclass

from flask import make_response, render_template
from werkzeug.wrappers import Response

from cogwg.accounts.tokens import hash_token
from cogwg.briefing import queries
from cogwg.briefing.compose import draft_deck, load_briefing_source
from cogwg.briefing.deck import Deck
from cogwg.briefing.files import other_layout
from cogwg.core.bilingual import Bilingual
from cogwg.policy import Permission
from cogwg.web.auth.access import public, requires
from cogwg.web.briefings.presentation import blueprint
from cogwg.web.briefings.presentation.player import player
from cogwg.web.http import clocks
from cogwg.web.http.database import session
from cogwg.web.http.rate_limits import limit_shared_views


@dataclass(frozen=True, slots=True)
class DeckSource:
    """Whose slides these are: a briefing, its frozen version or 0 for the draft; ``other_layout`` says that its files were
    drawn in another layout than these pages."""

    id: int
    number: int
    audience: Bilingual
    has_other_layout: bool = False


@blueprint.get("/briefings/<int:id>/present")
@requires(Permission.PREPARE_BRIEFINGS)
def present(lang: str, id: int) -> str:
    """The draft on a whole screen."""
    return _render_deck("briefings/presentation/present.html", *_load_draft(id))


@blueprint.get("/briefings/<int:id>/print")
@requires(Permission.PREPARE_BRIEFINGS)
def print_draft(lang: str, id: int) -> str:
    """The draft to print, a slide a page, marked as a draft on each."""
    return _render_deck("briefings/presentation/print.html", *_load_draft(id))


@blueprint.get("/briefings/<int:id>/versions/<int:number>/present")
@requires(Permission.READ_BRIEFINGS)
def present_version(lang: str, id: int, number: int) -> str:
    """A frozen version on a whole screen."""
    return _render_deck("briefings/presentation/present.html", *_load_version(id, number))


@blueprint.get("/briefings/<int:id>/versions/<int:number>/print")
@requires(Permission.READ_BRIEFINGS)
def print_version(lang: str, id: int, number: int) -> str:
    """A frozen version to print, a slide a page."""
    return _render_deck("briefings/presentation/print.html", *_load_version(id, number))


@blueprint.get("/preview/<token>")
@public
@limit_shared_views
def shared(lang: str, token: str) -> Response:
    """The slides of a draft for whoever has this address, until it is revoked or the draft is frozen; they lead nowhere
    else."""
    link = queries.preview_link(session(), hash_token(token))
    if link.ended_by is not None:
        return _without_caching(make_response(render_template("briefings/presentation/ended.html", link=link), 410))
    return _without_caching(make_response(_render_deck("briefings/presentation/shared.html", *_load_draft(link.briefing_id))))


def _without_caching(response: Response) -> Response:
    """For whoever has the address alone: kept nowhere, found by no search engine, told to no other site."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def _load_draft(id: int) -> tuple[DeckSource, Deck]:
    """A briefing's draft. Raises ``NotFound``."""
    briefing = queries.briefing(session(), id)
    return DeckSource(id, 0, briefing.audience), draft_deck(briefing, load_briefing_source(session(), briefing, clocks.today()))


def _load_version(id: int, number: int) -> tuple[DeckSource, Deck]:
    """A frozen version. Raises ``NotFound``."""
    frozen, deck = queries.frozen_deck(session(), id, number)
    return DeckSource(id, number, frozen.audience, other_layout(queries.stored_files(session(), id, number))), deck


def _render_deck(template: str, source: DeckSource, deck: Deck) -> str:
    return render_template(template, source=source, deck=deck, player=player(deck))
