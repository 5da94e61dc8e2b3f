"""The slides of a briefing in order: moving, leaving out, putting back and rewording them, and adding free slides.

A free slide is one that the co-chairs write themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.briefing import services
from cogwg.briefing import slides as deck_slides
from cogwg.briefing.compose import offered_slide_keys
from cogwg.briefing.outline import (
    FRONT_SLIDES,
    Outline,
    free_slide_key,
    move_slide,
    next_free_slide_number,
    place_slide,
    remove_slide,
    set_slide_shown,
)
from cogwg.briefing.services import OutlineChange
from cogwg.briefing.undo import last_outline_change
from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import Conflict, Invalid, NotFound
from cogwg.policy import Permission
from cogwg.web.auth.access import actor, requires
from cogwg.web.briefings.editor import blueprint
from cogwg.web.briefings.editor.fields import (
    MOVING_VERBS,
    RowPosition,
    flash_moved,
    focus_target,
    pressed_button,
    row_positions,
)
from cogwg.web.briefings.editor.slide_wording import NEW_SLIDE, SlideWordingForm, draft_slides, load_wording, parse_wording
from cogwg.web.briefings.editor.step import (
    EditorContext,
    MergedForm,
    base_context,
    edit_conflict,
    field_errors,
    flash_removed,
    load_context,
    posted_version,
    render_step,
    revise,
    unmerged,
)
from cogwg.web.briefings.editor.steps_nav import step_url
from cogwg.web.http import clocks
from cogwg.web.http.database import session, write
from cogwg.web.http.single_use import SingleUseForm


@dataclass(frozen=True, slots=True)
class SlideRow:
    """A slide in the list: its number in the deck (None if it is left out), and where it can be moved."""

    position: RowPosition
    title: Bilingual
    number: int | None

    @property
    def key(self) -> str:
        return self.position.key

    @property
    def is_fixed(self) -> bool:
        return self.key in FRONT_SLIDES

    @property
    def has_text(self) -> bool:
        """Whether the slide has text to edit. The contents slide has none: it only lists the others."""
        return self.key != "contents"


@blueprint.route("/briefings/<int:id>/slides", methods=["GET", "POST"])
@requires(Permission.PREPARE_BRIEFINGS)
def slides(lang: str, id: int) -> Response:
    """List all slides in order, including those left out. Each button makes one change.

    The action "to" is followed by the key of the slide to move and the key of the slide to put it before. Without the second
    key, the slide is moved to the end. The action "on" saves the step with the slides as they are.
    """
    editor = load_context(id)
    verb, key = pressed_button()
    if request.method == "GET":
        return _render_list(editor, 200)
    if verb == "add":
        return _add_slide(lang, editor)
    keys = offered_slide_keys(editor.source)
    key, _blank, before = key.partition(" ")
    if key not in keys and verb != "on":
        raise NotFound(f"slide {key}")
    changes: dict[str, Callable[[Outline], Outline]] = {
        "up": lambda outline: move_slide(outline, keys, key, -1),
        "down": lambda outline: move_slide(outline, keys, key, 1),
        "out": lambda outline: set_slide_shown(outline, keys, key, is_shown=False),
        "back": lambda outline: set_slide_shown(outline, keys, key, is_shown=True),
        "to": lambda outline: place_slide(outline, keys, key, before),
        "on": lambda outline: outline,
    }
    if verb not in changes:
        raise NotFound(f"verb {verb}")
    try:
        revise(id, changes[verb], OutlineChange.ARRANGED, version=posted_version(), once=SingleUseForm(), step="slides")
    except Conflict:
        editor = load_context(id)
        return _render_list(editor, 409, conflict=edit_conflict(editor))
    if verb == "on":
        return redirect(step_url(lang, id), 303)
    if verb in MOVING_VERBS:
        _flash_move(key, editor, load_context(id))
    return redirect(url_for("editor.slides", lang=lang, id=id, at=f"{verb} {key}"), 303)


@blueprint.route("/briefings/<int:id>/slides/<key>", methods=["GET", "POST"])
@requires(Permission.PREPARE_BRIEFINGS)
def slide(lang: str, id: int, key: str) -> Response:
    """Edit the deck's wording of one slide, or remove a free slide."""
    editor = load_context(id)
    verb, _key = pressed_button()
    try:
        stored = load_wording(editor, key)
    except NotFound:
        if verb == "remove" and SingleUseForm().made_before(session()):
            return _removed_response(lang, id, last_outline_change(session(), id)[1].wording_of(key).title)
        raise
    if request.method == "GET":
        return _render_slide(editor, stored, 200)
    if verb == "remove" and stored.is_free:
        return _remove_slide(lang, editor, stored)
    form = parse_wording(stored)
    try:
        form.check()
        revise(id, form.apply_to, OutlineChange.WORDED, version=posted_version())
    except Invalid as refusal:
        form = replace(form, is_refused=True)
        return _render_slide(editor, form, 422, problems=field_errors(form.texts, refusal))
    except Conflict:
        editor = load_context(id)
        try:
            merged = _merge_wording(editor, load_wording(editor, key), form)
        except NotFound:
            return _slide_removed_response(editor, form)
        return _render_slide(editor, merged.form, 409, conflict=edit_conflict(editor, merged))
    flash(" ".join([_("Slide text saved."), *form.missing_title_sentences]))
    return redirect(url_for("editor.slides", lang=lang, id=id, at=f"edit {key}"), 303)


def _merge_wording(editor: EditorContext, stored: SlideWordingForm, typed: SlideWordingForm) -> MergedForm[SlideWordingForm]:
    """Merge the typed wording with the one stored in the meantime, if the wording from which the form was filled is known."""
    base = base_context(editor)
    try:
        return unmerged(stored, typed) if base is None else typed.merge(load_wording(base, typed.key), stored)
    except NotFound:
        return unmerged(stored, typed)


def _add_slide(lang: str, editor: EditorContext) -> Response:
    form, id, version = parse_wording(NEW_SLIDE), editor.briefing.id, posted_version()
    once, by, at = SingleUseForm(), actor(), clocks.now()
    number = next_free_slide_number(editor.briefing.outline)
    try:
        with write() as open_session:

            def add() -> int:
                services.revise_outline(
                    open_session, id, form.apply_to, OutlineChange.WORDED, expected_version=version, by=by, at=at
                )
                return number

            number = once.make_once(open_session, "slide", add)
    except Invalid as refusal:
        form = replace(form, is_refused=True)
        return _render_list(editor, 422, new_slide=form, problems=field_errors(form.texts, refusal))
    except Conflict:
        editor = load_context(editor.briefing.id)
        return _render_list(editor, 409, new_slide=form, conflict=edit_conflict(editor))
    flash(_("Slide added. It appears before the annex until you move it."))
    return redirect(url_for("editor.slides", lang=lang, id=id, at=f"edit {free_slide_key(number)}"), 303)


def _slide_removed_response(editor: EditorContext, form: SlideWordingForm) -> Response:
    """Answer 409 because this free slide was removed in the meantime. The form for a new slide contains what was typed."""
    new_slide = replace(form, key="", wording=replace(form.wording, key=""))
    return _render_list(editor, 409, new_slide=new_slide, conflict=edit_conflict(editor))


def _remove_slide(lang: str, editor: EditorContext, stored_form: SlideWordingForm) -> Response:
    try:
        revise(
            editor.briefing.id,
            lambda outline: remove_slide(outline, stored_form.key),
            OutlineChange.WORDED,
            version=posted_version(),
            once=SingleUseForm(),
        )
    except Conflict:
        editor = load_context(editor.briefing.id)
        return _render_slide(editor, load_wording(editor, stored_form.key), 409, conflict=edit_conflict(editor))
    return _removed_response(lang, editor.briefing.id, stored_form.wording.title)


def _removed_response(lang: str, id: int, title: Bilingual) -> Response:
    flash_removed(lang, id, [title] if title else [])
    return redirect(url_for("editor.slides", lang=lang, id=id), 303)


def _render_slide(editor: EditorContext, form: SlideWordingForm, status: int, **context: object) -> Response:
    return render_step(editor, "slides", "briefings/editor/slide.html", status, step_form=form, once=SingleUseForm(), **context)


def _render_list(editor: EditorContext, status: int, new_slide: SlideWordingForm = NEW_SLIDE, **context: object) -> Response:
    opened = new_slide is not NEW_SLIDE
    return render_step(
        editor,
        "slides",
        "briefings/editor/slides.html",
        status,
        rows=_rows(editor),
        new_slide=new_slide,
        once=SingleUseForm(),
        is_open=opened,
        **context,
    )


def _rows(editor: EditorContext) -> list[SlideRow]:
    outline = editor.briefing.outline
    titles = {slide.key: deck_slides.apply_wording(slide, outline).title for slide in draft_slides(editor.source)}
    keys = offered_slide_keys(editor.source)
    lists = [[key] for key in FRONT_SLIDES] + [[key for key in keys if key not in FRONT_SLIDES]]
    verb, moved_key = focus_target()
    positions = {position.key: position for listed in lists for position in row_positions(listed, verb, moved_key)}
    numbers = _numbers(editor)
    return [SlideRow(positions[key], titles[key], numbers.get(key)) for key in keys]


def _flash_move(key: str, before: EditorContext, after: EditorContext) -> None:
    """On the next page, show the moved slide's new number, or its place in the list if the number did not change."""
    rows_before, rows_after = ({row.key: row for row in _rows(editor)} for editor in (before, after))
    old, new = rows_before[key], rows_after[key]
    if new.position.place == old.position.place:
        return
    if new.number == old.number:
        flash_moved(key, new.position.place_sentence)
    else:
        flash_moved(key, _("Slide %(was)s is now slide %(number)s", was=old.number, number=new.number))


def _numbers(editor: EditorContext) -> dict[str, int]:
    """Map the key of each slide that is in the deck to its number."""
    keys = offered_slide_keys(editor.source)
    shown = [key for key in keys if editor.briefing.outline.is_shown(key)]
    return {key: number for number, key in enumerate(shown, 1)}
