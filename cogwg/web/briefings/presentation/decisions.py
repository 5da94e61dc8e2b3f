"""The decisions of a meeting on the slides of a frozen version: recording, correcting and withdrawing them.

Signed-in people see them beside the slide. A link to the version shows it as it was presented, without decisions.
"""

from __future__ import annotations

from flask import make_response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.briefing import decisions, queries
from cogwg.briefing.decisions import DecisionFacts
from cogwg.briefing.render.html import slide_names
from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import Conflict, Invalid, NotFound
from cogwg.policy import Permission
from cogwg.web.auth.access import actor, requires
from cogwg.web.briefings.forms import DecisionForm
from cogwg.web.briefings.presentation import blueprint
from cogwg.web.http import clocks, i18n
from cogwg.web.http.database import session, write
from cogwg.web.http.flashes import flash_at, redirect_to_outcome
from cogwg.web.http.forms import add_errors, posted_version


@blueprint.route("/briefings/<int:id>/versions/<int:number>/slides/<slide>/decision", methods=["GET", "POST"])
@requires(Permission.RECORD_DECISIONS)
def decision_record(lang: str, id: int, number: int, slide: str) -> Response:
    """Record a decision on a slide of a version."""
    form = DecisionForm()
    if request.method == "GET":
        return _render(id, number, slide, form)
    _slide_name(id, number, slide)
    try:
        with write() as open_session:
            draft, by, at = form.draft, actor(), clocks.now()
            form.make_once(
                open_session,
                "decision",
                lambda: decisions.record_decision(open_session, id, number, slide, draft, by=by, at=at),
            )
    except Invalid as refusal:
        return _refuse(id, number, slide, form, refusal)
    return _to_slide(lang, id, number, slide, _("Decision recorded."))


@blueprint.route("/briefings/<int:id>/versions/<int:number>/decisions/<int:decision>", methods=["GET", "POST"])
@requires(Permission.RECORD_DECISIONS)
def decision_correct(lang: str, id: int, number: int, decision: int) -> Response:
    """Correct a decision on a slide of a version, or withdraw it. Its earlier revisions are kept."""
    stored = decisions.decision(session(), id, number, decision)
    if request.method == "GET":
        return _render(id, number, stored.slide, _filled_form(stored), stored)
    form, withdraws = DecisionForm(), request.form.get("do") == "withdraw"
    try:
        with write() as open_session:
            decisions.correct_decision(
                open_session,
                id,
                number,
                decision,
                stored.current.draft if withdraws else form.draft,
                expected_revision=posted_version(form.version),
                by=actor(),
                at=clocks.now(),
                is_withdrawn=withdraws,
            )
    except Invalid as refusal:
        return _refuse(id, number, stored.slide, form, refusal, stored)
    except Conflict as conflict:
        form.version.data = str(len(conflict.subject.revisions))
        return _render(id, number, stored.slide, form, conflict.subject, 409)
    done = _("Decision withdrawn.") if withdraws else _("Decision corrected.")
    return _to_slide(lang, id, number, stored.slide, done)


def _filled_form(stored: DecisionFacts) -> DecisionForm:
    draft = stored.current.draft
    texts = {"text": draft.text, "who": draft.who}
    values = {f"{name}_{lang}": text.exact_text(lang) for name, text in texts.items() for lang in ("en", "fr")}
    return DecisionForm(formdata=None, data={**values, "by": draft.by, "version": len(stored.revisions)})


def _refuse(
    id: int, number: int, slide: str, form: DecisionForm, refusal: Invalid, stored: DecisionFacts | None = None
) -> Response:
    add_errors(form, refusal, {"text": f"text_{i18n.current_language().value}"})
    return _render(id, number, slide, form, stored, 422)


def _render(
    id: int, number: int, slide: str, form: DecisionForm, stored: DecisionFacts | None = None, status: int = 200
) -> Response:
    """Render the page with the form of a decision on this slide. Raises ``NotFound`` for an unknown version or slide."""
    frozen, name = _slide_name(id, number, slide)
    page = render_template(
        "briefings/presentation/decision.html",
        frozen=frozen,
        slide=slide,
        slide_name=name,
        form=form,
        stored=stored,
        form_key=f"decision:{id}:{number}:{stored.number if stored else slide}",
        is_conflict=status == 409,
    )
    return make_response(page, status)


def _slide_name(id: int, number: int, slide: str) -> tuple[queries.FrozenVersionFacts, Bilingual]:
    frozen, deck = queries.frozen_deck(session(), id, number)
    names = slide_names(deck)
    if slide not in names:
        raise NotFound(f"slide {slide}")
    return frozen, names[slide]


def _to_slide(lang: str, id: int, number: int, slide: str, sentence: str) -> Response:
    flash_at(f"decisions-{slide}", sentence)
    return redirect_to_outcome(url_for("briefings.version_page", lang=lang, id=id, number=number))
