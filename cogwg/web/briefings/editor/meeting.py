"""The list of briefings, creating a briefing, and changing the details of its meeting."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from flask import flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.briefing import queries, services
from cogwg.briefing.outline import CoverDetails
from cogwg.briefing.queries import BriefingFacts, FrozenVersionFacts, OpenBriefing
from cogwg.briefing.undo import briefing_at_version
from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import N_, Conflict, Invalid, Message
from cogwg.plan.lookups import latest_plan_year, plan_years
from cogwg.policy import Permission, has_permission
from cogwg.web.auth.access import actor, current_user, requires
from cogwg.web.briefings.editor import blueprint
from cogwg.web.briefings.editor.meeting_form import MeetingForm, meeting_form, scope_value
from cogwg.web.briefings.editor.merging import merge_text, merge_value
from cogwg.web.briefings.editor.step import (
    EditorContext,
    LabelledText,
    MergedForm,
    bilingual_texts,
    edit_conflict,
    load_context,
    render_step,
)
from cogwg.web.briefings.editor.steps_nav import step_url
from cogwg.web.http import clocks, forms
from cogwg.web.http.database import session, write
from cogwg.web.http.filters import day


@dataclass(frozen=True, slots=True)
class BriefingRow:
    """A briefing in the list, with its last frozen version, if any, and whether its draft has changes that are not frozen."""

    facts: BriefingFacts
    last_frozen: FrozenVersionFacts | None
    has_draft_changes: bool


@blueprint.get("/briefings")
@requires(Permission.READ_BRIEFINGS)
def index(lang: str) -> str:
    """List the briefings, latest meeting first. Users who may not prepare briefings see only those with a frozen version."""
    prepares = has_permission(current_user().roles, Permission.PREPARE_BRIEFINGS)
    briefings = queries.briefings(session(), frozen_only=not prepares)
    frozen = queries.versions(session()) if any(briefing.versions for briefing in briefings) else []
    rows = _rows(briefings, frozen, prepares=prepares)
    return render_template("briefings/editor/list.html", briefings=rows, may_create=prepares, comparable=len(frozen) > 1)


@blueprint.route("/briefings/new", methods=["GET", "POST"])
@requires(Permission.PREPARE_BRIEFINGS)
def new(lang: str) -> Response:
    """Create the briefing for a meeting.

    It starts with what is carried over from the previous briefing, such as the slide order and the open next steps.
    """
    years = plan_years(session())
    earlier = queries.briefings(session())
    form = meeting_form(years, chosen=scope_value(latest_plan_year(session(), clocks.today().year)))
    if request.method == "GET":
        form.set_bilingual("audience", earlier[0].audience if earlier else Bilingual("Joint Councils", "Conseils mixtes"))
        form.set_bilingual("classification", _usual_classification())
    elif form.validate():
        try:
            id_, compares = _create(form, years, earlier)
        except Invalid as refusal:
            forms.add_errors(form, refusal)
        else:
            flash(_with_date(_("Draft of version 1 created."), form))
            return redirect(step_url(lang, id_, "changes" if compares else ""), 303)
    last_frozen = next((briefing for briefing in earlier if briefing.versions), None)
    context = {"form": form, "last": earlier[0] if earlier else None, "baseline": last_frozen}
    return make_response(render_template("briefings/editor/new.html", **context), 200 if request.method == "GET" else 422)


@blueprint.route("/briefings/<int:id>/meeting", methods=["GET", "POST"])
@requires(Permission.PREPARE_BRIEFINGS)
def meeting(lang: str, id: int) -> Response:
    """Change the date, audience or place of a draft's meeting, or which plans the deck covers."""
    editor = load_context(id)
    years = [year for year in plan_years(session()) if year >= editor.briefing.year]
    form = meeting_form(years[:2], editor.briefing)
    if request.method == "GET":
        return _render_meeting(editor, form, 200)
    if form.validate():
        try:
            _save_meeting(editor, form)
        except Invalid as refusal:
            forms.add_errors(form, refusal)
        except Conflict:
            editor = load_context(id)
            merged = _merge(editor.briefing, form, years[:2])
            return _render_meeting(editor, merged.form, 409, conflict=edit_conflict(editor, merged))
        else:
            flash(_with_date(_("Meeting saved."), form))
            following = "changes" if request.form.get("do") == "on" else "meeting"
            return redirect(step_url(lang, id, following), 303)
    return _render_meeting(editor, form, 422)


def _merge(stored: OpenBriefing, form: MeetingForm, years: Sequence[int]) -> MergedForm[MeetingForm]:
    """Merge the typed fields with those stored since the form was filled in, field by field."""
    typed = replace(
        stored,
        meeting_on=form.meeting_on.data,
        audience=form.bilingual("audience"),
        place=form.bilingual("place"),
        next_year=stored.next_year if form.scope is None else form.plan_years[1],
        outline=replace(stored.outline, cover=form.cover),
    )
    base = briefing_at_version(session(), stored, form.posted_version)
    merged = typed if base is None else _merge_meetings(base, stored, typed)
    merged_form = meeting_form(years, merged, formdata=None)
    texts = [
        None if version is None else _labelled_texts(meeting_form(years, version, formdata=None))
        for version in (base, stored, typed)
    ]
    return MergedForm(merged_form, texts[0], texts[1] or {}, texts[2] or {}, _labelled_texts(merged_form))


def _merge_meetings(base: OpenBriefing, stored: OpenBriefing, typed: OpenBriefing) -> OpenBriefing:
    versions = (base, stored, typed)
    covers = [version.outline.cover for version in versions]
    cover = CoverDetails(
        merge_text(*(cover.agenda_item for cover in covers)), merge_text(*(cover.classification for cover in covers))
    )
    return replace(
        stored,
        meeting_on=merge_value(*(version.meeting_on for version in versions)),
        audience=merge_text(*(version.audience for version in versions)),
        place=merge_text(*(version.place for version in versions)),
        next_year=merge_value(*(version.next_year for version in versions)),
        outline=replace(stored.outline, cover=cover),
    )


def _usual_classification() -> Bilingual:
    """Return the classification of the previous briefing, or the usual one for the first briefing."""
    previous = queries.last_classification(session())
    return Bilingual("Unclassified", "Non classifié") if previous is None else previous


def _with_date(sentence: str, form: MeetingForm) -> str:
    """Return the sentence. If the date was typed in a format other than ISO, add the date as it was read."""
    return f"{sentence} {form.meeting_on.understood}".strip()


def _rows(briefings: Iterable[BriefingFacts], frozen: Iterable[FrozenVersionFacts], *, prepares: bool) -> list[BriefingRow]:
    last: dict[int, FrozenVersionFacts] = {}
    for version in frozen:
        last.setdefault(version.briefing_id, version)
    return [BriefingRow(b, last.get(b.id), prepares and _has_draft_changes(b, last.get(b.id))) for b in briefings]


def _has_draft_changes(briefing: BriefingFacts, last: FrozenVersionFacts | None) -> bool:
    """Return whether the draft was changed since its last freeze, or was never frozen."""
    return last is None or (briefing.changed_at is not None and briefing.changed_at > last.frozen_at)


def _create(form: MeetingForm, years: list[int], earlier: list[BriefingFacts]) -> tuple[int, bool]:
    """Create a briefing. Return its id, and whether an earlier briefing has a frozen version to compare with.

    Raises ``Invalid`` if no plan covers the date, or if a field of the form is not valid.
    """
    meeting_on: date = form.meeting_on.data
    year, next_year = form.plan_years
    if year is None:
        year = max((y for y in years if y <= meeting_on.year), default=None)
    if year is None or year > meeting_on.year:
        raise Invalid(("meeting_on", Message(N_("No plan covers this date. Choose a later date."))))
    with write() as open_session:

        def create() -> int:
            briefing = services.create_briefing(
                open_session,
                year=year,
                next_year=next_year,
                meeting_on=meeting_on,
                audience=form.bilingual("audience"),
                place=form.bilingual("place"),
                cover=form.cover,
                by=actor(),
                at=clocks.now(),
            )
            return briefing.id

        id_ = form.make_once(open_session, "briefing", create)
    return id_, any(b.versions and b.meeting_on < meeting_on for b in earlier)


def _save_meeting(editor: EditorContext, form: MeetingForm) -> None:
    with write() as open_session:
        services.change_meeting(
            open_session,
            editor.briefing.id,
            meeting_on=form.meeting_on.data,
            audience=form.bilingual("audience"),
            place=form.bilingual("place"),
            next_year=form.plan_years[1],
            cover=form.cover,
            expected_version=form.posted_version,
            by=actor(),
            at=clocks.now(),
        )


def _render_meeting(editor: EditorContext, form: MeetingForm, status: int, **context: object) -> Response:
    return render_step(editor, "meeting", "briefings/editor/meeting.html", status, form=form, **context)


def _labelled_texts(form: MeetingForm) -> dict[str, LabelledText]:
    meeting_on = form.meeting_on.data
    texts = {"meeting_on": LabelledText(str(form.meeting_on.label.text), day(meeting_on) if meeting_on else "")}
    texts |= bilingual_texts("audience", _("Audience"), form.bilingual("audience"))
    texts |= bilingual_texts("place", _("Place"), form.bilingual("place"))
    texts |= bilingual_texts("agenda_item", _("Agenda item"), form.bilingual("agenda_item"))
    texts |= bilingual_texts("classification", _("Classification"), form.bilingual("classification"))
    if form.scope is not None:
        chosen = dict(form.scope.choices).get(form.scope.data, "")
        texts["scope"] = LabelledText(str(form.scope.label.text), str(chosen))
    return texts
