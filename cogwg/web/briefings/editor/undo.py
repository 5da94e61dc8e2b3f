"""Undoing the last change to a draft."""

from __future__ import annotations

from flask import flash, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.briefing.services import OutlineChange
from cogwg.briefing.undo import last_outline_change
from cogwg.core.errors import Conflict
from cogwg.policy import Permission
from cogwg.web.auth.access import requires
from cogwg.web.briefings.editor import blueprint
from cogwg.web.briefings.editor.step import revise
from cogwg.web.briefings.editor.steps_nav import step_url
from cogwg.web.http.database import session
from cogwg.web.http.forms import parse_version
from cogwg.web.http.single_use import SingleUseForm

_STEP_OF_ACTION = {OutlineChange.PLANNED_STEPS: "next-steps", OutlineChange.NOTED_PRIORITY: "priorities"}
"""The step to return to after undoing an action; all other actions return to the slides."""


@blueprint.post("/briefings/<int:id>/undo")
@requires(Permission.PREPARE_BRIEFINGS)
def undo(lang: str, id: int) -> Response:
    """Restore a draft to its state before the last change, unless the draft has changed since the page offered the button."""
    version = parse_version(request.args.get("seen", ""))
    change, before = last_outline_change(session(), id)
    try:
        revise(id, lambda _now: before, change, version=version, once=SingleUseForm())
        flash(_("Your change was undone."))
    except Conflict:
        flash(_("Nothing was undone because the draft has changed since then."))
    return redirect(step_url(lang, id, _STEP_OF_ACTION.get(change, "slides")), 303)
