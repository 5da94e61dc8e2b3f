"""The slides of a briefing in order: moved, left out, put back, reworded, and free slides added."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import zip_longest

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.briefing import slides as deck_slides
from cogwg.briefing.compose import offered_slide_keys
from cogwg.briefing.deck import PointsSlide, Slide, TextSlide
from cogwg.briefing.outline import (
    FRONT_SLIDES,
    Outline,
    SlideWording,
    move_slide,
    next_free_slide_key,
    remove_slide,
    set_slide_shown,
    set_wording,
)
from cogwg.briefing.overrides import changed_lines, changed_text, lines_with_override, with_override
from cogwg.briefing.rules import LINES_LIMIT as MAX_LINES
from cogwg.briefing.rules import MESSAGE_LIMIT, TITLE_LIMIT, check_points
from cogwg.briefing.services import OutlineChange
from cogwg.briefing.source import BriefingSource
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.errors import Conflict, Invalid, NotFound
from cogwg.core.text_limits import TEXT_LIMIT
from cogwg.policy import Permission
from cogwg.web.auth.access import requires
from cogwg.web.briefings.editor import blueprint
from cogwg.web.briefings.editor.fields import TextBox, element_id, posted_original, posted_text, pressed_button, text_boxes
from cogwg.web.briefings.editor.step import (
    EditorContext,
    LabelledText,
    bilingual_texts,
    edit_conflict,
    field_errors,
    flash_removed,
    focus_target,
    language_labels,
    load_context,
    render_step,
    revise,
)
from cogwg.web.http import i18n

ALL_LINES_LIMIT = 10 * TEXT_LIMIT
"""The limit for all lines of a slide together; each has a limit of its own."""


@dataclass(frozen=True, slots=True)
class SlideRow:
    """A slide in the list: its number in the deck, None where it is left out, and where it can be moved."""

    key: str
    title: Bilingual
    number: int | None
    is_fixed: bool
    can_move_up: bool
    can_move_down: bool
    focused_button: str

    @property
    def id(self) -> str:
        return element_id(self.key)


@dataclass(frozen=True, slots=True)
class SlideWordingForm:
    """The deck's wording of one slide; ``has_lines`` is true for slides with points or paragraphs.

    ``default_wording`` is the slide's text unless reworded. A free slide that does not exist yet has an empty ``key``.
    ``title_problem`` and ``lines_problem`` are the errors of the title and of the number of points.
    """

    key: str
    default_wording: SlideWording
    wording: SlideWording
    has_lines: bool
    title_problem: str = ""
    lines_problem: str = ""

    @property
    def is_free(self) -> bool:
        return not self.key or self.key.startswith("text-")

    @property
    def missing_title_sentences(self) -> list[str]:
        """Return a sentence for each language in which the title is missing; the other language is shown instead."""
        said = {Language.EN: _("The title is missing in English."), Language.FR: _("The title is missing in French.")}
        return [said[lang] for lang in self.wording.title.missing_languages]

    @property
    def separator(self) -> str:
        return "\n\n" if self.is_free else "\n"

    @property
    def title_boxes(self) -> tuple[TextBox, TextBox]:
        return text_boxes(
            "title", language_labels(_("Title")), self.wording.title, limit=TITLE_LIMIT, rows=1, problems=self.title_problem
        )

    @property
    def message_boxes(self) -> tuple[TextBox, TextBox]:
        return text_boxes("message", language_labels(_("Key message")), self.wording.message, limit=MESSAGE_LIMIT)

    @property
    def line_boxes(self) -> tuple[TextBox, TextBox] | None:
        if not self.has_lines:
            return None
        label = _("Text") if self.is_free else _("Points")
        told = Bilingual(
            *(self.separator.join(line.exact_text(lang) for line in self.wording.lines).rstrip() for lang in Language)
        )
        wrong = {lang: _lines_problem([line.exact_text(lang) for line in self.wording.lines]) for lang in Language}
        if not any(wrong.values()):
            wrong[i18n.current_language()] = self.lines_problem
        return text_boxes("lines", language_labels(label), told, limit=ALL_LINES_LIMIT, rows=6, problems=wrong)

    @property
    def default_texts(self) -> Mapping[str, str]:
        """Return the default text of each box of a slide that is not free, by the name of the box."""
        if self.is_free:
            return {}
        lines = Bilingual(
            *(self.separator.join(line.exact_text(lang) for line in self.default_wording.lines) for lang in Language)
        )
        parts = {"title": self.default_wording.title, "message": self.default_wording.message, "lines": lines}
        return {f"{name}-{lang.value}": text.exact_text(lang) for name, text in parts.items() for lang in Language}

    @property
    def text_boxes(self) -> Iterable[TextBox]:
        return [*self.title_boxes, *self.message_boxes, *(self.line_boxes or ())]

    @property
    def stored_wording(self) -> SlideWording:
        """Return the wording to store: only what differs from the default, so that the rest follows the reported data."""
        if self.is_free:
            return self.wording
        said, usual = self.wording, self.default_wording
        title, message = changed_text(said.title, usual.title), changed_text(said.message, usual.message)
        return SlideWording(self.key, title, message, changed_lines(said.lines, usual.lines))

    def apply_to(self, outline: Outline) -> Outline:
        words = self.stored_wording if self.key else replace(self.wording, key=next_free_slide_key(outline))
        if words == SlideWording(self.key) and not self.is_free:
            return replace(outline, words=tuple(w for w in outline.words if w.key != self.key))
        return set_wording(outline, words)

    def labelled_texts(self) -> Mapping[str, LabelledText]:
        found = {
            **bilingual_texts("title", _("Title"), self.wording.title),
            **bilingual_texts("message", _("Key message"), self.wording.message),
        }
        for n, line in enumerate(self.wording.lines, 1):
            found |= bilingual_texts(f"line-{n}", _("Line %(number)s", number=n), line)
        return found


@blueprint.route("/briefings/<int:id>/slides", methods=["GET", "POST"])
@requires(Permission.PREPARE_BRIEFINGS)
def slides(lang: str, id: int) -> Response:
    """List all slides in order, including those left out; each button makes one change."""
    desk = load_context(id)
    verb, key = pressed_button()
    if request.method == "GET":
        return _render_list(desk, 200)
    if verb == "add":
        return _add_slide(lang, desk)
    keys = offered_slide_keys(desk.material)
    if key not in keys:
        raise NotFound(f"slide {key}")
    changes = {
        "up": lambda outline: move_slide(outline, keys, key, -1),
        "down": lambda outline: move_slide(outline, keys, key, 1),
        "out": lambda outline: set_slide_shown(outline, keys, key, is_shown=False),
        "back": lambda outline: set_slide_shown(outline, keys, key, is_shown=True),
    }
    if verb not in changes:
        raise NotFound(f"verb {verb}")
    try:
        revise(id, changes[verb], OutlineChange.ARRANGED)
    except Conflict:
        desk = load_context(id)
        return _render_list(desk, 409, conflict=edit_conflict(desk, {}, {}))
    return redirect(url_for("editor.slides", lang=lang, id=id, at=f"{verb} {key}"), 303)


@blueprint.route("/briefings/<int:id>/slides/<key>", methods=["GET", "POST"])
@requires(Permission.PREPARE_BRIEFINGS)
def slide(lang: str, id: int, key: str) -> Response:
    """Edit the deck's wording of one slide."""
    desk = load_context(id)
    stored = _load_form(desk, key)
    if request.method == "GET":
        return _render_slide(desk, stored, 200)
    verb, _key = pressed_button()
    if verb == "remove" and stored.is_free:
        return _remove_slide(lang, desk, stored)
    sheet = _parse_form(stored)
    try:
        if not sheet.is_free:
            check_points(sheet.wording, sheet.default_wording)
        revise(id, sheet.apply_to, OutlineChange.WORDED)
    except Invalid as refusal:
        sheet = _with_problems(sheet)
        return _render_slide(desk, sheet, 422, problems=field_errors(sheet.text_boxes, refusal))
    except Conflict:
        desk = load_context(id)
        try:
            clash = edit_conflict(desk, _load_form(desk, key).labelled_texts(), sheet.labelled_texts())
        except NotFound:
            return _slide_removed_response(desk, sheet)
        return _render_slide(desk, sheet, 409, conflict=clash)
    flash(" ".join([_("Slide text saved."), *sheet.missing_title_sentences]))
    return redirect(url_for("editor.slides", lang=lang, id=id, at=f"edit {key}"), 303)


def _add_slide(lang: str, editor: EditorContext) -> Response:
    sheet = _parse_form(SlideWordingForm("", SlideWording(""), SlideWording(""), has_lines=True))
    key = next_free_slide_key(editor.briefing.outline)
    try:
        revise(editor.briefing.id, sheet.apply_to, OutlineChange.WORDED)
    except Invalid as refusal:
        sheet = _with_problems(sheet)
        return _render_list(editor, 422, new_slide=sheet, problems=field_errors(sheet.text_boxes, refusal))
    except Conflict:
        editor = load_context(editor.briefing.id)
        return _render_list(editor, 409, new_slide=sheet, conflict=edit_conflict(editor, {}, {}))
    flash(_("Slide added. It appears before the annex until you move it."))
    return redirect(url_for("editor.slides", lang=lang, id=editor.briefing.id, at=f"edit {key}"), 303)


def _slide_removed_response(editor: EditorContext, form: SlideWordingForm) -> Response:
    """Return the list of slides when the free slide was removed meanwhile, with what was typed in the form for a new one."""
    fresh = replace(form, key="", wording=replace(form.wording, key=""))
    return _render_list(editor, 409, new_slide=fresh, conflict=edit_conflict(editor, {}, {}))


def _remove_slide(lang: str, editor: EditorContext, stored_form: SlideWordingForm) -> Response:
    try:
        revise(editor.briefing.id, lambda outline: remove_slide(outline, stored_form.key), OutlineChange.WORDED)
    except Conflict:
        editor = load_context(editor.briefing.id)
        return _render_slide(editor, _load_form(editor, stored_form.key), 409, conflict=edit_conflict(editor, {}, {}))
    flash_removed(lang, editor.briefing.id, [stored_form.wording.title])
    return redirect(url_for("editor.slides", lang=lang, id=editor.briefing.id), 303)


def _load_form(editor: EditorContext, key: str) -> SlideWordingForm:
    """Return the stored wording of a slide. Raises ``NotFound`` when the briefing has no such slide."""
    outline = editor.briefing.outline
    bare = replace(editor.material, outline=outline if key in outline.free_slide_keys else remove_slide(outline, key))
    usual = next((slide for slide in _all_slides(bare) if slide.key == key), None)
    if usual is None or key == "contents":
        raise NotFound(f"slide {key}")
    said = SlideWording(key, usual.title, usual.message, _lines(usual))
    own = outline.wording_of(key)
    now = SlideWording(
        key,
        with_override(own.title, said.title),
        with_override(own.message, said.message),
        lines_with_override(own.lines, said.lines),
    )
    return SlideWordingForm(key, said, now, isinstance(usual, PointsSlide | TextSlide))


def _lines(slide: Slide) -> tuple[Bilingual, ...]:
    if isinstance(slide, PointsSlide):
        return slide.points
    return slide.paragraphs if isinstance(slide, TextSlide) else ()


def _parse_form(stored_form: SlideWordingForm) -> SlideWordingForm:
    told = posted_text("lines")
    between = r"\n[ \t]*\n\s*" if stored_form.is_free else r"\n+"
    en, fr = ([line.strip() for line in re.split(between, text)] for text in (told.en, told.fr))
    lines = tuple(Bilingual(*pair) for pair in zip_longest(en, fr, fillvalue="") if any(pair))
    wording = SlideWording(
        stored_form.key, posted_text("title"), posted_text("message"), lines if stored_form.has_lines else ()
    )
    if not stored_form.is_free:
        wording = _with_defaults(wording, stored_form.default_wording, told)
    return replace(stored_form, wording=wording)


def _with_defaults(wording: SlideWording, default_wording: SlideWording, lines: Bilingual) -> SlideWording:
    """Return the wording with the current default for each box that was emptied, or left as the page showed it."""
    new = changed_text(lines, posted_original("lines"))
    own = tuple(Bilingual(line.en if new.en else "", line.fr if new.fr else "") for line in wording.lines)
    return SlideWording(
        wording.key,
        with_override(changed_text(wording.title, posted_original("title")), default_wording.title),
        with_override(changed_text(wording.message, posted_original("message")), default_wording.message),
        lines_with_override(own, default_wording.lines),
    )


def _lines_problem(lines: list[str]) -> str:
    """Return the error of a slide's lines in one language, or an empty string."""
    if max(map(len, lines), default=0) > TEXT_LIMIT:
        return str(_("Shorten the longest of these. The limit is %(limit)s characters.", limit=TEXT_LIMIT))
    if sum(map(bool, lines)) > MAX_LINES:
        return str(_("Use at most %(limit)s lines on one slide.", limit=MAX_LINES))
    return ""


def _with_problems(form: SlideWordingForm) -> SlideWordingForm:
    """Return the form with its errors other than those of length."""
    if form.is_free:
        return form if form.wording.title else replace(form, title_problem=_("Enter a title for the slide."))
    try:
        check_points(form.wording, form.default_wording)
    except Invalid as refusal:
        return replace(form, lines_problem=" ".join(i18n.translate_message(message) for _field, message in refusal.problems))
    return form


def _render_slide(editor: EditorContext, form: SlideWordingForm, status: int, **context: object) -> Response:
    return render_step(editor, "slides", "briefings/editor/slide.html", status, step_form=form, **context)


def _render_list(editor: EditorContext, status: int, new_slide: SlideWordingForm | None = None, **context: object) -> Response:
    free = new_slide or SlideWordingForm("", SlideWording(""), SlideWording(""), has_lines=True)
    opened = new_slide is not None
    return render_step(
        editor, "slides", "briefings/editor/slides.html", status, rows=_rows(editor), new_slide=free, is_open=opened, **context
    )


def _rows(editor: EditorContext) -> list[SlideRow]:
    outline = editor.briefing.outline
    there = {slide.key: deck_slides.apply_wording(slide, outline) for slide in _all_slides(editor.material)}
    keys = offered_slide_keys(editor.material)
    loose = [key for key in keys if key not in FRONT_SLIDES]
    verb, at = focus_target()
    rows, number = [], 0
    for key in keys:
        shown = outline.is_shown(key)
        number += shown
        up, down = key in loose[1:], key in loose[:-1]
        here = verb if key == at else ""
        if here in ("up", "down") and not (up if here == "up" else down):
            here = "down" if here == "up" else "up"
        rows.append(SlideRow(key, there[key].title, number if shown else None, key in FRONT_SLIDES, up, down, here))
    return rows


def _all_slides(material: BriefingSource) -> list[Slide]:
    return deck_slides.all_slides(material, material.outline, version=1, draft=True)
