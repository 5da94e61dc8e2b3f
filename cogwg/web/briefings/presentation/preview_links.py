"""Preview links of a draft: creating them, showing each once, listing who created them, and revoking them."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, url_for
from flask import session as cookie
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.accounts.tokens import hash_token
from cogwg.briefing import queries, shared_links
from cogwg.core.bilingual import Language
from cogwg.core.errors import Invalid
from cogwg.policy import Permission
from cogwg.web.auth.access import actor, requires
from cogwg.web.briefings.forms import LinkForm
from cogwg.web.briefings.presentation import blueprint
from cogwg.web.http import clocks
from cogwg.web.http.database import session, write
from cogwg.web.http.forms import add_errors

_SHOWN_ONCE = "preview-once"
"""The session-cookie key for a new link's token, which stays in the cookie until the list of links has shown it once."""


@blueprint.get("/briefings/<int:id>/links")
@requires(Permission.PREPARE_BRIEFINGS)
def preview_link_list(lang: str, id: int) -> str:
    """List the valid links with their creator, creation date and recipient, and show a form to create one."""
    return _render_links(lang, id, LinkForm(formdata=None))


def _render_links(lang: str, id: int, form: LinkForm) -> str:
    briefing = queries.briefing(session(), id)
    of, token = cookie.pop(_SHOWN_ONCE, None) or (0, "")
    codes = [lang, Language(lang).other.value] if token and of == id else []
    return render_template(
        "briefings/presentation/preview_links.html",
        briefing=briefing,
        links=[(link, url_for("presentation.preview_link_revoke", lang=lang, id=id, link=link.id)) for link in _links(id)],
        new_urls=[(code, url_for("presentation.preview", lang=code, token=token, _external=True)) for code in codes],
        form=form,
        url=url_for("presentation.preview_link_create", lang=lang, id=id),
    )


@blueprint.post("/briefings/<int:id>/links")
@requires(Permission.PREPARE_BRIEFINGS)
def preview_link_create(lang: str, id: int) -> Response:
    """Create a preview link, which shows the draft to people who are not signed in."""
    form, by, at = LinkForm(), actor(), clocks.now()
    token, recipient = form.secret(), form.recipient.data or ""
    try:
        with write() as open_session:
            form.make_once(
                open_session,
                "preview link",
                lambda: shared_links.create_preview_link(
                    open_session, id, hash_token(token), by=by, at=at, recipient=recipient
                ),
            )
    except Invalid as refusal:
        add_errors(form, refusal)
        return make_response(_render_links(lang, id, form), 422)
    cookie[_SHOWN_ONCE] = (id, token)
    flash(_("Your link is ready."))
    return redirect(url_for("presentation.preview_link_list", lang=lang, id=id), 303)


@blueprint.post("/briefings/<int:id>/links/<int:link>/revoke")
@requires(Permission.PREPARE_BRIEFINGS)
def preview_link_revoke(lang: str, id: int, link: int) -> Response:
    """Revoke a preview link."""
    with write() as open_session:
        shared_links.revoke_preview_link(open_session, id, link, by=actor(), at=clocks.now())
    flash(_("The preview link is revoked and no longer works."))
    return redirect(url_for("presentation.preview_link_list", lang=lang, id=id), 303)


def _links(id: int) -> list[shared_links.PreviewLinkFacts]:
    return shared_links.preview_links(session(), id)
