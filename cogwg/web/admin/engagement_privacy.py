"""The data that are kept about the authors of a cycle's comments, for how long, and the legal holds that keep them longer."""

from __future__ import annotations

from flask import make_response, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.core.comment_retention import INFORMATION_BANK, MONTHS_KEPT, identifiers_end_on
from cogwg.core.errors import Invalid
from cogwg.engagement.cycles import cycle_row
from cogwg.engagement.holds import holds_of, place_hold, release_hold
from cogwg.engagement.identifiers import KeptIdentifiers, kept_identifiers
from cogwg.policy import Permission, has_permission
from cogwg.web.admin import blueprint
from cogwg.web.admin.comment_privacy_forms import PlaceHoldForm, ReleaseHoldForm
from cogwg.web.auth.access import actor, current_user, requires
from cogwg.web.http import clocks, forms
from cogwg.web.http.database import session, write
from cogwg.web.http.flashes import flash_at, redirect_to_outcome
from cogwg.web.http.i18n import current_language


@blueprint.get("/engagement/<cycle>/privacy")
@requires(Permission.RECORD_ENGAGEMENT)
def engagement_privacy(lang: str, cycle: str) -> Response:
    """Show how many names, email addresses and other identifiers are kept for each phase, until when, and the legal holds."""
    return _render(cycle, 200)


@blueprint.post("/engagement/<cycle>/privacy/holds")
@requires(Permission.RECORD_ENGAGEMENT)
def engagement_hold_place(lang: str, cycle: str) -> Response:
    """Place a legal hold on a phase or a comment."""
    form = PlaceHoldForm()
    try:
        with write() as open_session:
            cycle_row(open_session, cycle)
            place_hold(
                open_session,
                cycle,
                phase_key=form.phase.data or "",
                comment_id=form.comment_id,
                reason=form.reason.data or "",
                by=actor(),
                at=clocks.now(),
            )
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _render(cycle, 422, form)
    flash_at("holds", _("The hold is placed. What it covers is kept until the hold is released."))
    return redirect_to_outcome(url_for("admin.engagement_privacy", lang=lang, cycle=cycle))


@blueprint.post("/engagement/<cycle>/privacy/holds/<int:id>/release")
@requires(Permission.RECORD_ENGAGEMENT)
def engagement_hold_release(lang: str, cycle: str, id: int) -> Response:
    """Release a legal hold. The next purge deletes what should no longer be kept."""
    form = ReleaseHoldForm(prefix=_prefix(id))
    try:
        with write() as open_session:
            is_new = release_hold(open_session, cycle, id, reason=form.reason.data or "", by=actor(), at=clocks.now())
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _render(cycle, 422, release=form)
    released = _("The hold is released. Data that must no longer be kept will be deleted tonight.")
    flash_at("holds", released if is_new else _("This hold was already released."))
    return redirect_to_outcome(url_for("admin.engagement_privacy", lang=lang, cycle=cycle))


def _prefix(hold_id: int) -> str:
    return f"hold{hold_id}-"


def _render(key: str, status: int, form: PlaceHoldForm | None = None, release: ReleaseHoldForm | None = None) -> Response:
    cycle = cycle_row(session(), key)
    counts = kept_identifiers(session(), cycle.id)
    form = form or PlaceHoldForm(formdata=None)
    form.fill_choices(cycle.phases)
    holds = holds_of(session(), cycle.id)
    releases = {each.id: ReleaseHoldForm(formdata=None, prefix=_prefix(each.id)) for each in holds if not each.released_at}
    if release is not None:
        releases.update({id_: release for id_ in releases if release._prefix == _prefix(id_)})
    page = render_template(
        "admin/engagement_privacy.html",
        cycle=cycle,
        ends_on=identifiers_end_on(cycle.completed_on) if cycle.completed_on else None,
        today=clocks.today(),
        months=MONTHS_KEPT,
        bank=INFORMATION_BANK.text(current_language()),
        kept=[(phase, counts.get(phase.id, KeptIdentifiers(phase.id, 0, 0, 0, 0, 0, 0))) for phase in cycle.phases],
        holds=holds,
        form=form,
        releases=releases,
        may_find_authors=has_permission(current_user().roles, Permission.MANAGE_PEOPLE),
    )
    return make_response(page, status)
