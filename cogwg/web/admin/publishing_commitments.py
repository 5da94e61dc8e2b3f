"""The pages on which commitments are chosen, previewed and published."""

from __future__ import annotations

from dataclasses import dataclass

from flask import make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from cogwg.core.errors import Conflict, Invalid
from cogwg.policy import Permission
from cogwg.tracker.commitment_changes import values_in_words
from cogwg.tracker.copying_commitments import recorded_commitments
from cogwg.tracker.models import PublicationKind
from cogwg.tracker.overview import NEVER_PUBLISHED, publication_states
from cogwg.tracker.publishing_commitments import CommitmentPreview, preview_commitments, publish_commitments
from cogwg.web.admin import blueprint
from cogwg.web.admin.publishing_forms import PublishCommitmentsForm
from cogwg.web.admin.publishing_rows import problem_in_words
from cogwg.web.auth.access import actor, requires
from cogwg.web.http import clocks, forms, i18n
from cogwg.web.http.commitment_fields import changed_field, changed_subject, field_name, subject_name
from cogwg.web.http.database import session, write
from cogwg.web.http.flashes import flash_at, redirect_to_outcome

OUTCOME = "commitments"
"""The id of the element on the page that shows the outcome of a publication."""


@dataclass(frozen=True, slots=True)
class GapInWords:
    """A text of a commitment that is missing or outdated in a language."""

    text: str
    problem: str


@blueprint.get("/publications/commitments")
@requires(Permission.PUBLISH)
def publication_commitments(lang: str) -> str:
    """List all commitments: those not yet public, those that have changed since they were published, and the unchanged ones."""
    now = clocks.now()
    states = publication_states(session(), now)
    preview = preview_commitments(session(), recorded_commitments(session()), at=now)
    return render_template(
        "admin/publications/commitments.html",
        commitments=[
            (each, states.get((PublicationKind.COMMITMENT, each.identifier), NEVER_PUBLISHED)) for each in preview.commitments
        ],
        news=preview.news,
    )


@blueprint.get("/publications/commitments/preview")
@requires(Permission.PUBLISH)
def publication_commitments_preview(lang: str) -> Response:
    """Show exactly what would become public about the chosen commitments, what blocks it, and the form to publish them."""
    form = PublishCommitmentsForm(formdata=None)
    form.chosen.data = " ".join(request.args.getlist("chosen"))
    return _render(form, 200)


@blueprint.post("/publications/commitments/preview")
@requires(Permission.PUBLISH)
def publication_commitments_publish(lang: str) -> Response:
    """Publish the chosen commitments at once."""
    form = PublishCommitmentsForm()
    try:
        with write() as open_session:
            published = publish_commitments(
                open_session,
                form.identifiers,
                override_reason=form.override_text,
                reason=form.reason,
                shown=form.shown.data or "",
                by=actor(),
                at=clocks.now(),
            )
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _render(form, 422)
    except Conflict as conflict:
        if not conflict.subject.news:
            return _done(_("These commitments were already published."))
        form.form_errors.append(
            _("The content of this page has changed, so nothing was published. Read the preview again, then try again.")
        )
        return _render(form, 409)
    return _done(ngettext("%(num)s commitment is public.", "%(num)s commitments are public.", len(published)))


def _done(sentence: str) -> Response:
    flash_at(OUTCOME, sentence)
    return redirect_to_outcome(url_for("admin.publication_commitments", lang=i18n.current_language()))


def _render(form: PublishCommitmentsForm, status: int) -> Response:
    identifiers = form.identifiers
    preview = preview_commitments(session(), identifiers, at=clocks.now())
    form.shown.data = preview.shown
    page = render_template(
        "admin/publications/preview_commitments.html",
        form=form,
        preview=preview,
        chosen=identifiers,
        gaps_of=_gaps,
        values_in_words=values_in_words,
        changed_subject=changed_subject,
        changed_field=changed_field,
        field_name=field_name,
        subject_name=subject_name,
    )
    return make_response(page, status)


def _gaps(preview: CommitmentPreview) -> list[GapInWords]:
    content = preview.copy.content
    return [
        GapInWords(
            ", ".join(filter(None, (subject_name(gap.subject, content), field_name(gap.field)))),
            problem_in_words(gap.lang, gap.state),
        )
        for gap in preview.copy.gaps
    ]
