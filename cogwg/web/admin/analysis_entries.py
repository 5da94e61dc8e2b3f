"""The page on which an analyst enters comments that did not come from the form, and sees those entered before."""

from __future__ import annotations

from flask import make_response, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from cogwg.core.errors import Conflict, Invalid
from cogwg.engagement.entering import enter_comment, remove_entry
from cogwg.engagement.masking import masked_text
from cogwg.engagement.models import EngagementCycle, EngagementPhase, PublicComment
from cogwg.policy import Permission
from cogwg.tracker.publishing_comments import copy_comments
from cogwg.web.admin import blueprint
from cogwg.web.admin.analysis_forms import EntryForm, ShownVersionForm
from cogwg.web.admin.analysis_parts import analysed_cycle
from cogwg.web.auth.access import actor, requires
from cogwg.web.http import clocks, forms, i18n
from cogwg.web.http.database import session, write
from cogwg.web.http.flashes import flash_at, redirect_to_outcome
from cogwg.web.http.forms import parse_version
from cogwg.web.http.pagination import PAGE_SIZE, list_page, page_offset


@blueprint.route("/engagement/<cycle>/entries", methods=["GET", "POST"])
@requires(Permission.ANALYSE_COMMENTS)
def analysis_entries(lang: str, cycle: str) -> Response:
    """List the comments that analysts entered, with the form to enter another one."""
    own, form = analysed_cycle(cycle), EntryForm()
    form.offer(own)
    if request.method == "GET":
        form.publish.data = "no"
        return _render(own, form, 200)
    if not form.validate():
        return _render(own, form, 422)
    try:
        with write() as open_session:
            form.make_once(open_session, "public-comment", lambda: _entered(open_session, own, form))
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _render(own, form, 422)
    return _done(
        cycle,
        _("The comment is published.") if form.publish.data == "yes" else _("The comment is waiting for a moderator."),
    )


@blueprint.post("/engagement/<cycle>/entries/<int:id>/remove")
@requires(Permission.ANALYSE_COMMENTS)
def analysis_entry_remove(lang: str, cycle: str, id: int) -> Response:
    """Remove a comment that was entered by mistake."""
    own, button = analysed_cycle(cycle), ShownVersionForm()
    try:
        with write() as open_session:
            remove_entry(open_session, own, id, version=parse_version(button.version.data or ""), by=actor(), at=clocks.now())
            copy_comments(open_session, [id])
    except Invalid as refusal:
        return _done(cycle, i18n.translate_message(refusal.problems[0][1]))
    except Conflict:
        return _done(cycle, _("This comment was changed after you opened the page, so it was not removed."))
    return _done(cycle, _("The comment was removed."))


def _entered(open_session: Session, own: EngagementCycle, form: EntryForm) -> int:
    publish = form.publish.data == "yes"
    id_ = enter_comment(open_session, own, form.entered(clocks.today()), publish=publish, by=actor(), at=clocks.now())
    copy_comments(open_session, [id_])
    return id_


def _done(cycle: str, sentence: str) -> Response:
    flash_at("entries", sentence)
    return redirect_to_outcome(url_for("admin.analysis_entries", lang=i18n.current_language(), cycle=cycle))


def _render(own: EngagementCycle, form: EntryForm, status: int) -> Response:
    entered = (EngagementPhase.cycle_id == own.id, PublicComment.entered_by.is_not(None))
    total = session().scalar(select(func.count(PublicComment.id)).join(EngagementPhase).where(*entered)) or 0
    start = page_offset(total)
    newest = select(PublicComment).join(EngagementPhase).where(*entered).order_by(PublicComment.id.desc())
    rows = list(session().scalars(newest.offset(start).limit(PAGE_SIZE)))
    page = render_template(
        "admin/analysis/entries.html",
        cycle=own,
        form=form,
        texts={row.id: masked_text(row) for row in rows},
        list_page=list_page(rows, start, total, "admin.analysis_entries", cycle=own.key),
        phases={phase.id: phase for phase in own.phases},
    )
    return make_response(page, status)
