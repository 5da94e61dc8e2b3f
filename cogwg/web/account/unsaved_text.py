"""Keeping and discarding a person's unsaved text, as the scripts of a page ask for it."""

from __future__ import annotations

from flask import Response, jsonify, make_response, request
from flask_babel import gettext as _

from cogwg.accounts.unsaved_text import ControlKind, ControlState, discard_unsaved_text, keep_unsaved_text
from cogwg.core.errors import Invalid
from cogwg.policy import Permission
from cogwg.web.account import blueprint
from cogwg.web.auth.access import current_user, requires
from cogwg.web.http import clocks, i18n
from cogwg.web.http.database import write
from cogwg.web.http.filters import clock


@blueprint.post("/account/unsaved-text")
@requires(Permission.READ_REPORTS)
def unsaved_text_keep(lang: str) -> Response:
    """Keep what the person changed in a form since it was shown; return a sentence with the time, for the form."""
    controls = [
        ControlState(ControlKind(kind), name, value)
        for field, value in request.form.items(multi=True)
        for kind, colon, name in [field.partition(":")]
        if colon and kind in tuple(ControlKind)
    ]
    form, base = request.form.get("form", ""), request.form.get("base", "")
    try:
        with write() as open_session:
            keep_unsaved_text(open_session, current_user().person_id, form, base, controls, now=clocks.real_now())
    except Invalid as refusal:
        ((_field, message),) = refusal.problems
        return make_response(jsonify(refused=i18n.translate_message(message)), 422)
    return jsonify(kept=_("Text kept at %(time)s. Only you can see it.", time=clock(clocks.now())))


@blueprint.post("/account/unsaved-text/discard")
@requires(Permission.READ_REPORTS)
def unsaved_text_discard(lang: str) -> Response:
    """Delete what was kept of a form for this person."""
    with write() as open_session:
        discard_unsaved_text(open_session, current_user().person_id, request.form.get("form", ""))
    return jsonify(kept="")
