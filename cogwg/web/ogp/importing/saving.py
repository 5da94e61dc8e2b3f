"""Saving what a file of commitments changes, and undoing it. Each runs in one transaction, and only once."""

from __future__ import annotations

from flask import url_for
from werkzeug.wrappers import Response

from cogwg.audit.services import Actor
from cogwg.core.errors import Conflict, Invalid, NotFound
from cogwg.imports.queries import stored_preview
from cogwg.imports.rules import Claim
from cogwg.ogp.importing.services import ImportNotClaimed, apply_commitments, undo_commitments
from cogwg.policy import Permission
from cogwg.web.auth.access import requires
from cogwg.web.http import clocks, i18n
from cogwg.web.http.database import session, write
from cogwg.web.http.flashes import redirect_to_outcome
from cogwg.web.http.forms import ButtonForm
from cogwg.web.http.uploads import keep_again
from cogwg.web.ogp.importing import blueprint
from cogwg.web.ogp.importing.forms import SaveImportForm
from cogwg.web.ogp.importing.pages import own_commitments, render_preview
from cogwg.web.ogp.importing.receiving import check_again


@blueprint.post("/<int:id>/save")
@requires(Permission.RECORD_COMMITMENTS)
def upload_apply(lang: str, id: int) -> Response:
    """Save what a file changes, all or none, and redirect to the receipt."""
    head, now, form = own_commitments(id), clocks.real_now(), SaveImportForm()
    page = url_for("commitment_imports.upload_page", lang=lang, id=id)
    if not head.is_open(now):
        return redirect_to_outcome(page)
    stored = stored_preview(session(), id, head.person_id, now)
    checked, by = check_again(head), Actor("person", head.person_id)
    if dict(stored.payload) != checked.payload:
        return render_preview(keep_again(head, checked.preview, checked.payload), status=409, is_outdated=True)
    try:
        with write() as open_session:
            apply_commitments(open_session, head, checked, revision=form.posted_revision, by=by, at=clocks.now(), now=now)
    except ImportNotClaimed as refusal:
        if refusal.claim is Claim.OUTDATED:
            return render_preview(stored, status=409, is_outdated=True)
    except Conflict:
        checked = check_again(head)
        return render_preview(keep_again(head, checked.preview, checked.payload), status=409, is_outdated=True)
    except Invalid as refusal:
        sentences = [i18n.translate_message(message) for _field, message in refusal.problems]
        return render_preview(stored, problems=sentences, status=422)
    return redirect_to_outcome(page)


@blueprint.post("/<int:id>/undo")
@requires(Permission.RECORD_COMMITMENTS)
def upload_undo(lang: str, id: int) -> Response:
    """Restore the commitments as they were before a file was saved, except those that have changed since."""
    ButtonForm()
    head = own_commitments(id)
    if head.applied_at is None:
        raise NotFound(f"saved import {id}")
    with write() as open_session:
        undo_commitments(open_session, head, by=Actor("person", head.person_id), at=clocks.now())
    return redirect_to_outcome(url_for("commitment_imports.upload_page", lang=lang, id=id))
