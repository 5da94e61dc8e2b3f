"""Deleting a briefing that was created by mistake, which is possible until one of its versions is frozen."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.briefing import queries, services
from cogwg.core.errors import Conflict, Invalid
from cogwg.policy import Permission
from cogwg.web.auth.access import actor, requires
from cogwg.web.briefings.editor import blueprint
from cogwg.web.http import clocks, i18n
from cogwg.web.http.database import session, write
from cogwg.web.http.filters import day
from cogwg.web.http.forms import parse_version


@blueprint.route("/briefings/<int:id>/delete", methods=["GET", "POST"])
@requires(Permission.PREPARE_BRIEFINGS)
def delete(lang: str, id: int) -> Response:
    """Ask whether to delete a briefing, and say what is deleted with it. Once confirmed, delete the briefing."""
    briefing, problem, status = queries.briefing(session(), id), "", 200
    if request.method == "POST":
        try:
            with write() as open_session:
                services.delete_briefing(
                    open_session,
                    id,
                    expected_version=parse_version(request.form.get("seen", "")),
                    by=actor(),
                    at=clocks.now(),
                )
        except Invalid as refusal:
            problem, status = " ".join(i18n.translate_message(message) for _field, message in refusal.problems), 422
        except Conflict:
            problem, status = _("The draft has changed since you opened this page. Nothing was deleted."), 409
            briefing = queries.briefing(session(), id)
        else:
            flash(_("The briefing for %(day)s is deleted.", day=day(briefing.meeting_on)))
            return redirect(url_for("editor.index", lang=lang), 303)
    comments = queries.comments(session(), id)
    page = render_template("briefings/editor/delete.html", briefing=briefing, comments=len(comments), problem=problem)
    return make_response(page, status)
