"""Links that show a frozen version to people without an account: creating, listing and revoking them, and what they show."""

from __future__ import annotations

from typing import Any

from flask import make_response, render_template, url_for
from flask import session as cookie
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.accounts.tokens import hash_token
from cogwg.audit.services import SYSTEM
from cogwg.briefing import queries, shared_links
from cogwg.briefing.file_summary import file_summary
from cogwg.briefing.files import has_only_summaries
from cogwg.briefing.rules import VERSION_LINK_LIFETIME
from cogwg.core.bilingual import Language
from cogwg.core.errors import Invalid, NotFound
from cogwg.policy import Permission
from cogwg.web.auth.access import actor, public, requires
from cogwg.web.briefings.downloads import deck_downloads, stored_file_response
from cogwg.web.briefings.forms import LinkForm
from cogwg.web.briefings.presentation import blueprint
from cogwg.web.briefings.presentation.player import player
from cogwg.web.briefings.presentation.views import link_not_working
from cogwg.web.http import clocks
from cogwg.web.http.database import session, write
from cogwg.web.http.flashes import flash_at, redirect_to_outcome
from cogwg.web.http.forms import add_errors
from cogwg.web.http.headers import without_caching
from cogwg.web.http.rate_limits import limit_downloads, limit_preview_views

_SHOWN_ONCE = "version-once"
"""The session-cookie key for a new link's token, which stays in the cookie until the list of links has shown it once."""


@blueprint.get("/briefings/<int:id>/versions/<int:number>/links")
@requires(Permission.PREPARE_BRIEFINGS)
def version_link_list(lang: str, id: int, number: int) -> str:
    """List the active links to a version, each with its creator, recipient and expiry, and show a form to create one."""
    return _render_links(lang, id, number, LinkForm(formdata=None))


def _render_links(lang: str, id: int, number: int, form: LinkForm) -> str:
    frozen, _deck = queries.frozen_deck(session(), id, number)
    version, token = cookie.pop(_SHOWN_ONCE, None) or ("", "")
    codes = [lang, Language(lang).other.value] if token and version == f"{id}.{number}" else []
    values: dict[str, Any] = {"lang": lang, "id": id, "number": number}
    links = shared_links.version_links(session(), id, number, clocks.now())
    return render_template(
        "briefings/presentation/version_links.html",
        frozen=frozen,
        links=[(link, url_for("presentation.version_link_revoke", link=link.id, **values)) for link in links],
        new_urls=[(code, url_for("presentation.shared_version", lang=code, token=token, _external=True)) for code in codes],
        form=form,
        url=url_for("presentation.version_link_create", **values),
        days=VERSION_LINK_LIFETIME.days,
    )


@blueprint.post("/briefings/<int:id>/versions/<int:number>/links")
@requires(Permission.PREPARE_BRIEFINGS)
def version_link_create(lang: str, id: int, number: int) -> Response:
    """Create a link that shows the version to people who are not signed in."""
    form, by, at = LinkForm(), actor(), clocks.now()
    token, recipient = form.secret(), form.recipient.data or ""
    try:
        with write() as open_session:
            form.make_once(
                open_session,
                "version link",
                lambda: shared_links.create_version_link(
                    open_session, id, number, hash_token(token), by=by, at=at, recipient=recipient
                ),
            )
    except Invalid as refusal:
        add_errors(form, refusal)
        return make_response(_render_links(lang, id, number, form), 422)
    cookie[_SHOWN_ONCE] = (f"{id}.{number}", token)
    flash_at("links", _("Your link is ready."))
    return redirect_to_outcome(url_for("presentation.version_link_list", lang=lang, id=id, number=number))


@blueprint.post("/briefings/<int:id>/versions/<int:number>/links/<int:link>/revoke")
@requires(Permission.PREPARE_BRIEFINGS)
def version_link_revoke(lang: str, id: int, number: int, link: int) -> Response:
    """Revoke a link to a version."""
    with write() as open_session:
        shared_links.revoke_version_link(open_session, id, number, link, by=actor(), at=clocks.now())
    flash_at("links", _("The link is revoked and no longer works."))
    return redirect_to_outcome(url_for("presentation.version_link_list", lang=lang, id=id, number=number))


@blueprint.get("/shared/<token>")
@public
@limit_preview_views
def shared_version(lang: str, token: str) -> Response:
    """Show a frozen version with its files to anyone with this link, until the link expires or is revoked (404)."""
    try:
        id_, number = shared_links.version_link(session(), hash_token(token), clocks.now())
    except NotFound:
        return link_not_working()
    frozen, deck = queries.frozen_deck(session(), id_, number)
    stored_files = queries.stored_files(session(), id_, number)
    page = render_template(
        "briefings/presentation/shared.html",
        frozen=frozen,
        player=player(deck),
        as_of=deck.as_of,
        downloads=deck_downloads("presentation.shared_deck", lang, deck, [file.key for file in stored_files], token=token),
        file_summary=file_summary(deck) if has_only_summaries(deck, stored_files) else None,
    )
    return without_caching(make_response(page))


@blueprint.get("/shared/<token>/deck.<string:kind>")
@public
@limit_downloads
def shared_deck(lang: str, token: str, kind: str) -> Response:
    """Download a file of the version that this link shows, in the language of the URL."""
    try:
        id_, number = shared_links.version_link(session(), hash_token(token), clocks.now())
    except NotFound:
        return link_not_working()
    return without_caching(stored_file_response(id_, number, kind, lang, by=SYSTEM))
