"""The pages on which an engagement cycle is previewed, published, and withdrawn."""

from __future__ import annotations

from dataclasses import dataclass

from flask import make_response, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.core.errors import Conflict, Invalid, NotFound
from cogwg.policy import Permission
from cogwg.tracker.engagement_changes import cycle_in_words
from cogwg.tracker.models import PublicationKind
from cogwg.tracker.overview import publication_state
from cogwg.tracker.publishing_engagement import CyclePreview, preview_cycle, publish_cycle
from cogwg.tracker.services import withdraw_publication
from cogwg.web.admin import blueprint
from cogwg.web.admin.engagement_forms import PublishCycleForm
from cogwg.web.admin.engagement_saving import back_to_cycle
from cogwg.web.admin.publishing_forms import WithdrawForm
from cogwg.web.admin.publishing_rows import problem_in_words
from cogwg.web.auth.access import actor, requires
from cogwg.web.http import clocks, forms
from cogwg.web.http.cycle_fields import changed_phase, cycle_field_name, phase_name
from cogwg.web.http.database import session, write

OUTCOME = "publication"
"""The id of the element on the cycle's page that shows the outcome of a publication."""


@dataclass(frozen=True, slots=True)
class CycleGapInWords:
    """A text of a cycle that is missing or outdated in a language."""

    text: str
    problem: str


@blueprint.get("/engagement/<cycle>/publish")
@requires(Permission.RECORD_ENGAGEMENT)
def engagement_publish_preview(lang: str, cycle: str) -> Response:
    """Show exactly what would become public about a cycle, what blocks it, and the form that publishes it."""
    return _render(cycle, PublishCycleForm(formdata=None), 200)


@blueprint.post("/engagement/<cycle>/publish")
@requires(Permission.RECORD_ENGAGEMENT)
def engagement_publish(lang: str, cycle: str) -> Response:
    """Publish a cycle at once."""
    form = PublishCycleForm()
    try:
        with write() as open_session:
            publish_cycle(
                open_session,
                cycle,
                override_reason=form.override_text,
                reason=form.reason,
                shown=form.shown.data or "",
                by=actor(),
                at=clocks.now(),
            )
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _render(cycle, form, 422)
    except Conflict as conflict:
        preview = conflict.subject
        if isinstance(preview, CyclePreview) and not preview.has_news:
            return back_to_cycle(cycle, OUTCOME, _("The cycle was already published."))
        form.form_errors.append(
            _("The content of this page has changed, so nothing was published. Read the preview again, then try again.")
        )
        return _render(cycle, form, 409)
    return back_to_cycle(cycle, OUTCOME, _("The cycle is public."))


@blueprint.get("/engagement/<cycle>/withdraw")
@requires(Permission.RECORD_ENGAGEMENT)
def engagement_confirm_withdrawal(lang: str, cycle: str) -> Response:
    """Explain what the withdrawal of a cycle means, and ask for the public reason."""
    return _render_withdrawal(cycle, WithdrawForm(formdata=None), 200)


@blueprint.post("/engagement/<cycle>/withdraw")
@requires(Permission.RECORD_ENGAGEMENT)
def engagement_withdraw(lang: str, cycle: str) -> Response:
    """Withdraw every edition of a cycle; only a notice with the reason stays public."""
    form, done = WithdrawForm(), _("Withdrawn. Only the notice with your reason is still public.")
    try:
        with write() as open_session:
            withdraw_publication(open_session, PublicationKind.CYCLE, cycle, reason=form.reason, by=actor(), at=clocks.now())
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _render_withdrawal(cycle, form, 422)
    except NotFound:
        if publication_state(session(), PublicationKind.CYCLE, cycle, clocks.now()).withdrawn is None:
            raise
        done = _("The publication had already been withdrawn.")
    return back_to_cycle(cycle, OUTCOME, done)


def _render(cycle: str, form: PublishCycleForm, status: int) -> Response:
    preview = preview_cycle(session(), cycle, at=clocks.now())
    form.shown.data = preview.shown
    page = render_template(
        "admin/engagement/publish.html",
        form=form,
        preview=preview,
        cycle=preview.copy.content,
        gaps=_gaps(preview),
        values=cycle_in_words(preview.copy.content),
        changed_phase=changed_phase,
        phase_name=phase_name,
        field_name=cycle_field_name,
    )
    return make_response(page, status)


def _gaps(preview: CyclePreview) -> list[CycleGapInWords]:
    content = preview.copy.content
    return [
        CycleGapInWords(
            ", ".join(filter(None, (phase_name(gap.phase, content), cycle_field_name(gap.field)))),
            problem_in_words(gap.lang, gap.state),
        )
        for gap in preview.copy.gaps
    ]


def _render_withdrawal(cycle: str, form: WithdrawForm, status: int) -> Response:
    state = publication_state(session(), PublicationKind.CYCLE, cycle, clocks.now())
    if state.public is None:
        raise NotFound(f"public edition of {cycle}")
    preview = preview_cycle(session(), cycle, at=clocks.now())
    content = preview.published or preview.copy.content
    return make_response(render_template("admin/engagement/withdraw.html", cycle=content, form=form), status)
