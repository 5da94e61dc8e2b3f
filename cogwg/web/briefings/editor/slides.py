"""The slides of a briefing in their order: moved, left out, put back, reworded, and free ones written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import zip_longest

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.briefing import slides as made
from cogwg.briefing.compose import offered
from cogwg.briefing.deck import PointsSlide, Slide, TextSlide
from cogwg.briefing.material import Material
from cogwg.briefing.outline import FRONT, Outline, Worded, moved, next_free, reworded, switched, without
from cogwg.briefing.overrides import apart, lines_apart, lines_over, over
from cogwg.briefing.rules import FINDING_LIMIT, TITLE_LIMIT, check_points
from cogwg.briefing.rules import LINES_LIMIT as MOST_LINES
from cogwg.briefing.services import Deed
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.errors import Conflict, Invalid, NotFound
from cogwg.core.text_limits import TEXT_LIMIT
from cogwg.policy import Permission
from cogwg.web.auth.access import requires
from cogwg.web.briefings.editor import blueprint
from cogwg.web.briefings.editor.fields import Box, boxes, identifier, posted, pressed, was
from cogwg.web.briefings.editor.step import (
    Desk,
    Told,
    both,
    clash_of,
    flash_removed,
    in_languages,
    landed,
    open_desk,
    revise,
    show,
    wrong,
)
from cogwg.web.http import i18n

LINES_LIMIT = 10 * TEXT_LIMIT
"""All lines of a slide together; each has a limit of its own."""


@dataclass(frozen=True, slots=True)
class SlideRow:
    """A slide in its place: its number in the deck, none where it is left out, and where it can be moved to."""

    key: str
    title: Bilingual
    number: int | None
    fixed: bool
    up: bool
    down: bool
    here: str

    @property
    def id(self) -> str:
        return identifier(self.key)


@dataclass(frozen=True, slots=True)
class WordsSheet:
    """The deck's wording of one slide; ``lines`` are its points or paragraphs, None where it has neither.

    ``usual`` is what it says unless reworded. An empty ``key`` is a free slide that is not there yet. ``refused`` is what
    is wrong with its title, ``uneven`` with the number of its points.
    """

    key: str
    usual: Worded
    words: Worded
    has_lines: bool
    refused: str = ""
    uneven: str = ""

    @property
    def free(self) -> bool:
        return not self.key or self.key.startswith("text-")

    @property
    def lacks(self) -> list[str]:
        """In which language the title is missing, if in one; the other stands in for it."""
        said = {Language.EN: _("Its title is missing in English."), Language.FR: _("Its title is missing in French.")}
        return [said[lang] for lang in self.words.title.missing_languages]

    @property
    def separator(self) -> str:
        return "\n\n" if self.free else "\n"

    @property
    def title(self) -> tuple[Box, Box]:
        return boxes("title", in_languages(_("Title")), self.words.title, limit=TITLE_LIMIT, rows=1, wrong=self.refused)

    @property
    def message(self) -> tuple[Box, Box]:
        return boxes("message", in_languages(_("Finding")), self.words.message, limit=FINDING_LIMIT)

    @property
    def lines(self) -> tuple[Box, Box] | None:
        if not self.has_lines:
            return None
        label = _("Text") if self.free else _("Points")
        told = Bilingual(
            *(self.separator.join(line.exact_text(lang) for line in self.words.lines).rstrip() for lang in Language)
        )
        wrong = {lang: _unfit([line.exact_text(lang) for line in self.words.lines]) for lang in Language}
        if not any(wrong.values()):
            wrong[i18n.current()] = self.uneven
        return boxes("lines", in_languages(label), told, limit=LINES_LIMIT, rows=6, wrong=wrong)

    @property
    def usually(self) -> Mapping[str, str]:
        """What the record says in each box of a slide that is not free, by the name of the box."""
        if self.free:
            return {}
        lines = Bilingual(*(self.separator.join(line.exact_text(lang) for line in self.usual.lines) for lang in Language))
        parts = {"title": self.usual.title, "message": self.usual.message, "lines": lines}
        return {f"{name}-{lang.value}": text.exact_text(lang) for name, text in parts.items() for lang in Language}

    @property
    def boxes(self) -> Iterable[Box]:
        return [*self.title, *self.message, *(self.lines or ())]

    @property
    def kept(self) -> Worded:
        """What is stored: what is as usual follows the record."""
        if self.free:
            return self.words
        said, usual = self.words, self.usual
        title, message = apart(said.title, usual.title), apart(said.message, usual.message)
        return Worded(self.key, title, message, lines_apart(said.lines, usual.lines))

    def applied(self, outline: Outline) -> Outline:
        words = self.kept if self.key else replace(self.words, key=next_free(outline))
        if words == Worded(self.key) and not self.free:
            return replace(outline, words=tuple(w for w in outline.words if w.key != self.key))
        return reworded(outline, words)

    def spelled(self) -> Mapping[str, Told]:
        found = {**both("title", _("Title"), self.words.title), **both("message", _("Finding"), self.words.message)}
        for n, line in enumerate(self.words.lines, 1):
            found |= both(f"line-{n}", _("Line %(number)s", number=n), line)
        return found


@blueprint.route("/briefings/<int:id>/slides", methods=["GET", "POST"])
@requires(Permission.PREPARE_BRIEFINGS)
def slides(lang: str, id: int) -> Response:
    """All slides in order, those left out too; each button changes one thing."""
    desk = open_desk(id)
    verb, key = pressed()
    if request.method == "GET":
        return _list(desk, 200)
    if verb == "add":
        return _add(lang, desk)
    keys = offered(desk.material)
    if key not in keys:
        raise NotFound(f"slide {key}")
    changes = {
        "up": lambda outline: moved(outline, keys, key, -1),
        "down": lambda outline: moved(outline, keys, key, 1),
        "out": lambda outline: switched(outline, keys, key, shown=False),
        "back": lambda outline: switched(outline, keys, key, shown=True),
    }
    if verb not in changes:
        raise NotFound(f"verb {verb}")
    try:
        revise(id, changes[verb], Deed.ARRANGED)
    except Conflict:
        desk = open_desk(id)
        return _list(desk, 409, clash=clash_of(desk, {}, {}))
    return redirect(url_for("editor.slides", lang=lang, id=id, at=f"{verb} {key}"), 303)


@blueprint.route("/briefings/<int:id>/slides/<key>", methods=["GET", "POST"])
@requires(Permission.PREPARE_BRIEFINGS)
def slide(lang: str, id: int, key: str) -> Response:
    """The deck's wording of one slide."""
    desk = open_desk(id)
    stored = _stored(desk, key)
    if request.method == "GET":
        return _words(desk, stored, 200)
    verb, _key = pressed()
    if verb == "remove" and stored.free:
        return _remove(lang, desk, stored)
    sheet = _typed(stored)
    try:
        if not sheet.free:
            check_points(sheet.words, sheet.usual)
        revise(id, sheet.applied, Deed.WORDED)
    except Invalid as refusal:
        sheet = _judged(sheet)
        return _words(desk, sheet, 422, problems=wrong(sheet.boxes, refusal))
    except Conflict:
        desk = open_desk(id)
        try:
            clash = clash_of(desk, _stored(desk, key).spelled(), sheet.spelled())
        except NotFound:
            return _gone(desk, sheet)
        return _words(desk, sheet, 409, clash=clash)
    flash(" ".join([_("Saved: the deck’s wording of this slide."), *sheet.lacks]))
    return redirect(url_for("editor.slides", lang=lang, id=id, at=f"edit {key}"), 303)


def _add(lang: str, desk: Desk) -> Response:
    sheet = _typed(WordsSheet("", Worded(""), Worded(""), has_lines=True))
    key = next_free(desk.briefing.outline)
    try:
        revise(desk.briefing.id, sheet.applied, Deed.WORDED)
    except Invalid as refusal:
        sheet = _judged(sheet)
        return _list(desk, 422, fresh=sheet, problems=wrong(sheet.boxes, refusal))
    except Conflict:
        desk = open_desk(desk.briefing.id)
        return _list(desk, 409, fresh=sheet, clash=clash_of(desk, {}, {}))
    flash(_("Added: the slide stands before the annex until you move it."))
    return redirect(url_for("editor.slides", lang=lang, id=desk.briefing.id, at=f"edit {key}"), 303)


def _gone(desk: Desk, sheet: WordsSheet) -> Response:
    """Somebody took the free slide out meanwhile: what was typed stands in the form for a new one."""
    fresh = replace(sheet, key="", words=replace(sheet.words, key=""))
    return _list(desk, 409, fresh=fresh, clash=clash_of(desk, {}, {}))


def _remove(lang: str, desk: Desk, stored: WordsSheet) -> Response:
    try:
        revise(desk.briefing.id, lambda outline: without(outline, stored.key), Deed.WORDED)
    except Conflict:
        desk = open_desk(desk.briefing.id)
        return _words(desk, _stored(desk, stored.key), 409, clash=clash_of(desk, {}, {}))
    flash_removed(lang, desk.briefing.id, [stored.words.title])
    return redirect(url_for("editor.slides", lang=lang, id=desk.briefing.id), 303)


def _stored(desk: Desk, key: str) -> WordsSheet:
    """The wording of a slide as it is stored. Raises ``NotFound`` when the briefing has no such slide."""
    outline = desk.briefing.outline
    bare = replace(desk.material, outline=outline if key in outline.free else without(outline, key))
    usual = next((slide for slide in _every(bare) if slide.key == key), None)
    if usual is None or key == "contents":
        raise NotFound(f"slide {key}")
    said = Worded(key, usual.title, usual.message, _lines(usual))
    own = outline.worded(key)
    now = Worded(key, over(own.title, said.title), over(own.message, said.message), lines_over(own.lines, said.lines))
    return WordsSheet(key, said, now, isinstance(usual, PointsSlide | TextSlide))


def _lines(slide: Slide) -> tuple[Bilingual, ...]:
    if isinstance(slide, PointsSlide):
        return slide.points
    return slide.paragraphs if isinstance(slide, TextSlide) else ()


def _typed(stored: WordsSheet) -> WordsSheet:
    told = posted("lines")
    between = r"\n[ \t]*\n\s*" if stored.free else r"\n+"
    en, fr = ([line.strip() for line in re.split(between, text)] for text in (told.en, told.fr))
    lines = tuple(Bilingual(*pair) for pair in zip_longest(en, fr, fillvalue="") if any(pair))
    words = Worded(stored.key, posted("title"), posted("message"), lines if stored.has_lines else ())
    return replace(stored, words=words if stored.free else _as_usual(words, stored.usual, told))


def _as_usual(words: Worded, usual: Worded, lines: Bilingual) -> Worded:
    """A box that was emptied, or left as the page showed it, is what the record says now."""
    new = apart(lines, was("lines"))
    own = tuple(Bilingual(line.en if new.en else "", line.fr if new.fr else "") for line in words.lines)
    return Worded(
        words.key,
        over(apart(words.title, was("title")), usual.title),
        over(apart(words.message, was("message")), usual.message),
        lines_over(own, usual.lines),
    )


def _unfit(lines: list[str]) -> str:
    """What is wrong with the lines of a slide in one language."""
    if max(map(len, lines), default=0) > TEXT_LIMIT:
        return str(_("Shorten the longest of these: %(limit)s characters fit.", limit=TEXT_LIMIT))
    if sum(map(bool, lines)) > MOST_LINES:
        return str(_("Use at most %(limit)s lines on one slide.", limit=MOST_LINES))
    return ""


def _judged(sheet: WordsSheet) -> WordsSheet:
    """The sheet with what is wrong beside its lengths."""
    if sheet.free:
        return sheet if sheet.words.title else replace(sheet, refused=_("Give the slide a title."))
    try:
        check_points(sheet.words, sheet.usual)
    except Invalid as refusal:
        return replace(sheet, uneven=" ".join(i18n.said(message) for _field, message in refusal.problems))
    return sheet


def _words(desk: Desk, sheet: WordsSheet, status: int, **context: object) -> Response:
    return show(desk, "slides", "briefings/editor/slide.html", status, sheet=sheet, **context)


def _list(desk: Desk, status: int, fresh: WordsSheet | None = None, **context: object) -> Response:
    free = fresh or WordsSheet("", Worded(""), Worded(""), has_lines=True)
    opened = fresh is not None
    return show(desk, "slides", "briefings/editor/slides.html", status, rows=_rows(desk), fresh=free, opened=opened, **context)


def _rows(desk: Desk) -> list[SlideRow]:
    outline = desk.briefing.outline
    there = {slide.key: made.worded(slide, outline) for slide in _every(desk.material)}
    keys = offered(desk.material)
    loose = [key for key in keys if key not in FRONT]
    verb, at = landed()
    rows, number = [], 0
    for key in keys:
        shown = outline.shows(key)
        number += shown
        up, down = key in loose[1:], key in loose[:-1]
        here = verb if key == at else ""
        if here in ("up", "down") and not (up if here == "up" else down):
            here = "down" if here == "up" else "up"
        rows.append(SlideRow(key, there[key].title, number if shown else None, key in FRONT, up, down, here))
    return rows


def _every(material: Material) -> list[Slide]:
    return made.every(material, material.outline, edition=1, draft=True)
