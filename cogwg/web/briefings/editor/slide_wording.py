"""The deck's wording of one slide: what is stored, what was typed, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Self

from flask_babel import gettext as _

from cogwg.briefing import slides as deck_slides
from cogwg.briefing.deck import DeckState, PointsSlide, Slide, TextSlide
from cogwg.briefing.outline import Outline, SlideWording, next_free_slide_key, remove_slide, set_wording
from cogwg.briefing.overrides import changed_lines, changed_text, lines_with_override, with_override
from cogwg.briefing.rules import LINES_LIMIT as MAX_LINES
from cogwg.briefing.rules import MESSAGE_LIMIT, TITLE_LIMIT, check_points
from cogwg.briefing.source import BriefingSource
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.errors import Invalid, NotFound
from cogwg.core.text_limits import TEXT_LIMIT, grouped_number
from cogwg.web.briefings.editor.fields import BilingualForm, posted_original, posted_text
from cogwg.web.briefings.editor.merging import merge_text, merge_value
from cogwg.web.briefings.editor.step import EditorContext, LabelledText, MergedForm, bilingual_texts
from cogwg.web.http import i18n

ALL_LINES_LIMIT = 10 * TEXT_LIMIT
"""The character limit for all lines of a slide together. Each line also has its own limit."""


@dataclass(frozen=True, slots=True)
class SlideWordingForm:
    """The deck's wording of one slide. ``has_lines`` is true for slides with points or paragraphs.

    ``default_wording`` is the slide's text before any rewording. A free slide is one that the co-chairs write themselves;
    until it exists, its ``key`` is empty. With ``is_refused``, a missing title, and points dropped in one language only, are
    marked as errors.
    """

    key: str
    default_wording: SlideWording
    wording: SlideWording
    has_lines: bool
    is_refused: bool = False

    @property
    def is_free(self) -> bool:
        return not self.key or self.key.startswith("text-")

    @property
    def can_be_deleted(self) -> bool:
        return self.is_free and bool(self.key)

    @property
    def missing_title_sentences(self) -> list[str]:
        """Return a sentence for each language without a title. The slide then shows the title in the other language."""
        sentences = {Language.EN: _("The title is missing in English."), Language.FR: _("The title is missing in French.")}
        return [sentences[lang] for lang in self.wording.title.missing_languages]

    @property
    def title(self) -> BilingualForm:
        is_missing = self.is_refused and self.is_free and not self.wording.title
        problem = _("Enter a title for the slide.") if is_missing else ""
        return BilingualForm("title", _("Title"), self.wording.title, problems=problem, limit=TITLE_LIMIT, rows=1)

    @property
    def message(self) -> BilingualForm:
        return BilingualForm("message", _("Key message"), self.wording.message, limit=MESSAGE_LIMIT)

    @property
    def lines(self) -> BilingualForm | None:
        if not self.has_lines:
            return None
        text = self._joined_lines(self.wording)
        shown = Bilingual(text.en.rstrip(), text.fr.rstrip())
        problems = {lang: _lines_problem([line.exact_text(lang) for line in self.wording.lines]) for lang in Language}
        if self.is_refused and not any(problems.values()):
            problems[i18n.current_language()] = self._points_problem
        return BilingualForm("lines", self._lines_label, shown, problems=problems, limit=ALL_LINES_LIMIT, rows=6)

    @property
    def texts(self) -> Iterable[BilingualForm]:
        return filter(None, (self.title, self.message, self.lines))

    @property
    def default_texts(self) -> Mapping[str, str]:
        """Map the name of each box to its default text; empty for a free slide."""
        if self.is_free:
            return {}
        default = self.default_wording
        parts = {"title": default.title, "message": default.message, "lines": self._joined_lines(default)}
        return {f"{name}-{lang.value}": text.exact_text(lang) for name, text in parts.items() for lang in Language}

    @property
    def _lines_label(self) -> str:
        return str(_("Text") if self.is_free else _("Points"))

    def _joined_lines(self, wording: SlideWording) -> Bilingual:
        separator = "\n\n" if self.is_free else "\n"
        return Bilingual(*(separator.join(line.exact_text(lang) for line in wording.lines) for lang in Language))

    def check(self) -> None:
        """Check the numbers of points. Raises ``Invalid`` if default points were dropped in one language only."""
        if not self.is_free:
            check_points(self.wording, self.default_wording)

    @property
    def _points_problem(self) -> str:
        try:
            self.check()
        except Invalid as refusal:
            return " ".join(i18n.translate_message(message) for _field, message in refusal.problems)
        return ""

    @property
    def stored_wording(self) -> SlideWording:
        """Return the wording to store: only what differs from the default, so that the rest follows the reported data."""
        if self.is_free:
            return self.wording
        typed, default = self.wording, self.default_wording
        title, message = changed_text(typed.title, default.title), changed_text(typed.message, default.message)
        return SlideWording(self.key, title, message, changed_lines(typed.lines, default.lines))

    def apply_to(self, outline: Outline) -> Outline:
        wording = self.stored_wording if self.key else replace(self.wording, key=next_free_slide_key(outline))
        if wording == SlideWording(self.key) and not self.is_free:
            return replace(outline, words=tuple(w for w in outline.words if w.key != self.key))
        return set_wording(outline, wording)

    def labelled_texts(self) -> Mapping[str, LabelledText]:
        texts = {
            **bilingual_texts("title", _("Title"), self.wording.title),
            **bilingual_texts("message", _("Key message"), self.wording.message),
        }
        if self.has_lines:
            texts |= bilingual_texts("lines", self._lines_label, self._joined_lines(self.wording))
        return texts

    def merge(self, base: Self, stored: Self) -> MergedForm[Self]:
        """Merge the title, the message and the lines, in each language. All lines in a language are merged as one field."""
        versions = [version.wording for version in (base, stored, self)]
        texts = [[[line.exact_text(lang) for line in version.lines] for version in versions] for lang in Language]
        en, fr = (merge_value(*map(_without_empty_end, lines)) for lines in texts)
        lines = tuple(Bilingual(*pair) for pair in zip_longest(en, fr, fillvalue=""))
        title, message = (merge_text(*(getattr(version, name) for version in versions)) for name in ("title", "message"))
        form = replace(stored, wording=SlideWording(self.key, title, message, lines))
        return MergedForm(form, *(version.labelled_texts() for version in (base, stored, self, form)))


NEW_SLIDE = SlideWordingForm("", SlideWording(""), SlideWording(""), has_lines=True)
"""The empty form for a new free slide."""


def load_wording(editor: EditorContext, key: str) -> SlideWordingForm:
    """Return the stored wording of a slide. Raises ``NotFound`` for an unknown slide or the contents slide."""
    outline = editor.briefing.outline
    bare = replace(editor.source, outline=outline if key in outline.free_slide_keys else remove_slide(outline, key))
    slide = next((slide for slide in draft_slides(bare) if slide.key == key), None)
    if slide is None or key == "contents":
        raise NotFound(f"slide {key}")
    lines: tuple[Bilingual, ...] = ()
    if isinstance(slide, PointsSlide | TextSlide):
        lines = slide.points if isinstance(slide, PointsSlide) else slide.paragraphs
    default = SlideWording(key, slide.title, slide.message, lines)
    wording = _with_overrides(outline.wording_of(key), default)
    return SlideWordingForm(key, default, wording, isinstance(slide, PointsSlide | TextSlide))


def parse_wording(stored_form: SlideWordingForm) -> SlideWordingForm:
    """Return the form as it was posted.

    Except on a free slide, a box that is empty or still has the earlier default text gets the current default text.
    """
    title, message, text = (posted_text(name) for name in ("title", "message", "lines"))
    between = r"\n[ \t]*\n\s*" if stored_form.is_free else r"\n+"
    en, fr = ([line.strip() for line in re.split(between, side)] for side in (text.en, text.fr))
    lines = [pair for pair in zip_longest(en, fr, fillvalue="") if any(pair)] if stored_form.has_lines else []
    if stored_form.is_free:
        wording = SlideWording(stored_form.key, title, message, tuple(Bilingual(*pair) for pair in lines))
    else:
        title, message = (changed_text(posted_text(name), posted_original(name)) for name in ("title", "message"))
        new = changed_text(text, posted_original("lines"))
        own = tuple(Bilingual(en if new.en else "", fr if new.fr else "") for en, fr in lines)
        wording = _with_overrides(SlideWording(stored_form.key, title, message, own), stored_form.default_wording)
    return replace(stored_form, wording=wording)


def _with_overrides(wording: SlideWording, default: SlideWording) -> SlideWording:
    """Return the wording, with the default text for each part and language that it lacks."""
    return SlideWording(
        wording.key,
        with_override(wording.title, default.title),
        with_override(wording.message, default.message),
        lines_with_override(wording.lines, default.lines),
    )


def _without_empty_end(lines: list[str]) -> list[str]:
    """Return the lines without the empty ones at the end, where only the other language has lines."""
    count = max((n for n, line in enumerate(lines, 1) if line), default=0)
    return lines[:count]


def _lines_problem(lines: list[str]) -> str:
    """Return the error of a slide's lines in one language, or an empty string."""
    if max(map(len, lines), default=0) > TEXT_LIMIT:
        limit = grouped_number(TEXT_LIMIT).text(i18n.current_language())
        return str(_("Shorten the longest line. The limit is %(limit)s characters per line.", limit=limit))
    if sum(map(bool, lines)) > MAX_LINES:
        return str(_("Use at most %(limit)s lines on one slide.", limit=MAX_LINES))
    return ""


def draft_slides(source: BriefingSource) -> list[Slide]:
    """Return all slides of a draft, including those left out."""
    return deck_slides.all_slides(source, source.outline, version=1, state=DeckState.DRAFT)
