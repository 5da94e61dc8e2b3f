"""The page of the report "What we heard" of a cycle: its preview, its versions, and its publication with the dataset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import make_response, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.errors import Conflict, Invalid
from cogwg.engagement.heard import heard_versions, methods_fingerprint, state_methods
from cogwg.engagement.models import EngagementCycle, HeardVersion
from cogwg.policy import Permission
from cogwg.tracker.copying_heard import HeardGap, heard_marks
from cogwg.tracker.engagement import PublishedHeard
from cogwg.tracker.publishing_heard import (
    finalize_heard,
    incomplete_texts,
    preview_heard,
    publish_heard,
    published_number,
)
from cogwg.tracker.storing import load_heard
from cogwg.web.admin import blueprint
from cogwg.web.admin.analysis_forms import FinalizeForm, PublishHeardForm
from cogwg.web.admin.analysis_parts import analysed_cycle
from cogwg.web.admin.publishing_rows import problem_in_words
from cogwg.web.auth.access import actor, requires
from cogwg.web.http import clocks, forms, i18n
from cogwg.web.http.database import session, write
from cogwg.web.http.flashes import flash_at, redirect_to_outcome
from cogwg.web.http.forms import parse_number


@dataclass(frozen=True, slots=True)
class HeardGapView:
    """A text that is missing or outdated in one language.

    ``theme`` is the title of the theme that has the text, or None for a text of the report itself.
    """

    theme: Bilingual | None
    name: str
    problem: str


@blueprint.get("/engagement/<cycle>/heard")
@requires(Permission.ANALYSE_COMMENTS)
def analysis_heard(lang: str, cycle: str) -> Response:
    """Show the report as it would be finalized now, what is missing, its versions, and the forms for the next steps."""
    return _render(analysed_cycle(cycle), 200)


@blueprint.post("/engagement/<cycle>/heard/methods")
@requires(Permission.ANALYSE_COMMENTS)
def analysis_methods(lang: str, cycle: str) -> Response:
    """Save how comments were analysed, and the limits of the report."""
    own, form = analysed_cycle(cycle), FinalizeForm()
    form.offer(own)
    try:
        with write() as open_session:
            state_methods(open_session, own, form.stated, by=actor(), at=clocks.now())
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _render(own, 422, form=form, refused="methods")
    except Conflict:
        session().expire_all()
        form.form_errors.append(_others_texts())
        form.shown.data = methods_fingerprint(own)
        return _render(own, 409, form=form, refused="methods")
    return _done(cycle, _("The methods and limits were saved."))


@blueprint.post("/engagement/<cycle>/heard/finalize")
@requires(Permission.ANALYSE_COMMENTS)
def analysis_finalize(lang: str, cycle: str) -> Response:
    """Finalize the report as the preview shows it, with the methods and limits that were typed below it.

    A version never changes afterwards. If the report is not finalized, nothing is saved, and the texts stay in their fields.
    """
    own, form = analysed_cycle(cycle), FinalizeForm()
    form.offer(own)
    try:
        with write() as open_session:
            number = finalize_heard(
                open_session,
                own,
                shown=form.previewed.data or "",
                stated=form.stated,
                anyway=bool(form.anyway.data),
                by=actor(),
                at=clocks.now(),
            )
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _render(own, 422, form=form, refused="finalize")
    except Conflict:
        session().expire_all()
        form.form_errors.append(
            _("The content of this page has changed, so nothing was finalized. Read the page again, then try again.")
        )
        if not form.stated.is_changed:
            form.process(formdata=None, data={**_stored_texts(own), "anyway": form.anyway.data})
        elif form.shown.data != methods_fingerprint(own):
            form.form_errors.append(_others_texts())
        form.shown.data = methods_fingerprint(own)
        return _render(own, 409, form=form, refused="finalize")
    return _done(cycle, _("Version %(number)s is final. It is not public yet.", number=number))


@blueprint.post("/engagement/<cycle>/heard/publish")
@requires(Permission.ANALYSE_COMMENTS)
def analysis_publish(lang: str, cycle: str) -> Response:
    """Publish the newest version with its dataset, in one step."""
    own, form = analysed_cycle(cycle), PublishHeardForm()
    try:
        with write() as open_session:
            publish_heard(
                open_session,
                own,
                parse_number(form.number.data or "") or 0,
                override_reason=form.override_text,
                reason=form.reason,
                by=actor(),
                at=clocks.now(),
            )
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _render(own, 422, publish=form)
    except Conflict:
        session().expire_all()
        form.form_errors.append(_("Another person published a version in the meantime. Check it, then try again."))
        return _render(own, 409, publish=form)
    return _done(cycle, _("The report and its dataset are public."))


def _others_texts() -> str:
    return str(
        _("Another person saved other texts in the meantime. Yours are still here. If you save them, they replace the others.")
    )


def _done(cycle: str, sentence: str) -> Response:
    flash_at("heard", sentence)
    return redirect_to_outcome(url_for("admin.analysis_heard", lang=i18n.current_language(), cycle=cycle))


def _render(
    own: EngagementCycle,
    status: int,
    *,
    form: FinalizeForm | None = None,
    refused: str = "",
    publish: PublishHeardForm | None = None,
) -> Response:
    """Render the page; ``refused`` names the button of ``form`` whose action was refused."""
    now = clocks.now()
    preview = preview_heard(session(), own, at=now)
    versions = heard_versions(session(), own)
    public = published_number(session(), own, now)
    newest = load_heard(versions[0].content) if versions else None
    waits = newest is not None and newest.number > public
    if form is None:
        form = FinalizeForm(formdata=None, data=_stored_texts(own))
        form.offer(own)
    form.previewed.data = preview.shown
    publish = publish or PublishHeardForm(formdata=None)
    publish.number.data = str(newest.number) if newest is not None else ""
    page = render_template(
        "admin/analysis/heard.html",
        cycle=own,
        preview=preview,
        report=preview.copy.content,
        gaps=[_gap(gap, preview.copy.content) for gap in preview.copy.gaps],
        form=form,
        refused=refused,
        publish=publish,
        versions=[(each, load_heard(each.content)) for each in versions],
        public=public,
        newest=newest if waits else None,
        missing=_incomplete(own, newest, _version(versions, public)) if newest is not None and waits else 0,
    )
    return make_response(page, status)


def _incomplete(own: EngagementCycle, newest: PublishedHeard, public: PublishedHeard | None) -> int:
    return incomplete_texts(newest, public, heard_marks(own))


def _version(versions: Sequence[HeardVersion], number: int) -> PublishedHeard | None:
    return next((load_heard(each.content) for each in versions if each.number == number), None)


def _stored_texts(own: EngagementCycle) -> dict[str, str]:
    texts = {f"{name}_{lang.value}": getattr(own, name).exact_text(lang) for name in ("methods", "limits") for lang in Language}
    return {**texts, "shown": methods_fingerprint(own)}


def _gap(gap: HeardGap, content: PublishedHeard) -> HeardGapView:
    names = {
        "title": _("Title"),
        "heard": _("What was heard"),
        "response": _("Why"),
        "methods": _("How this was done"),
        "limits": _("Limits"),
    }
    theme = content.theme(gap.theme)
    return HeardGapView(theme.title if theme is not None else None, names[gap.field], problem_in_words(gap.lang, gap.state))
