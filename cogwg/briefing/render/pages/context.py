"""The data that a slide's layout may use besides the slide itself: the deck, the language and the other slides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cogwg.briefing.deck import Deck, Slide
from cogwg.briefing.render import sentences
from cogwg.briefing.render.pages import styles
from cogwg.briefing.render.pages.page import ContentBox, PageLine, Para, text_box
from cogwg.briefing.render.pages.page_format import PageFormat
from cogwg.briefing.render.pages.styles import Style
from cogwg.briefing.render.pages.translator import Translator
from cogwg.briefing.render.sources import DeckSources
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.dates import NBSP


@dataclass(frozen=True, slots=True)
class RenderContext:
    """A deck in one language and format. ``slides`` has each slide with its number and the name of its tab."""

    deck: Deck
    translator: Translator
    slides: tuple[tuple[int, Slide, str], ...]
    page_format: PageFormat
    sources: DeckSources

    @property
    def lang(self) -> Language:
        return self.translator.lang

    def translate(self, text: Bilingual) -> str:
        return self.translator.translate(text)

    def box(self, style: Style, text: Bilingual, **options: Any) -> ContentBox:
        return text_box(style, self.translate(text), self._other_language(text), **options)

    def para(self, text: Bilingual, size: float | None = None, **options: Any) -> Para:
        return Para(self.translate(text), size, lang=self._other_language(text), **options)

    def labelled(self, label: Bilingual | str, text: str) -> str:
        """Return a text after its label and a colon, spaced as the language requires."""
        words = label if isinstance(label, str) else self.translate(label)
        return f"{words}{NBSP if self.lang is Language.FR else ''}: {text}"

    def _other_language(self, text: Bilingual) -> Language | None:
        """Return the other language if the text exists only in that one; None if it exists in the deck's language."""
        lang = text.localized(self.lang).lang
        return None if lang is self.lang else lang

    @property
    def marks(self) -> str:
        """The mark in the band above every page on a screen: the state of the deck, and whether it has sample data."""
        return self.translate(sentences.marks_line(self.deck))

    @property
    def has_warnings(self) -> bool:
        """Whether the deck is not a version or has sample data."""
        return bool(sentences.warnings_line(self.deck))

    @property
    def page_mark(self) -> str:
        """The warning on a printed page that the deck is not a version or has sample data.

        Empty if neither is true, and on a screen, where a band shows the warning.
        """
        return "" if self.page_format.is_screen else self.translate(sentences.warnings_line(self.deck))

    def marks_lines(self, span: int) -> tuple[PageLine, ...]:
        """Return ``page_mark`` as a line of its own; no line if it is empty."""
        return (PageLine({0: text_box(styles.MARK, self.page_mark, span=span)}, padding=3),) if self.page_mark else ()

    def fits_on_one_line(self, text: str, style: Style, column_width: int) -> bool:
        """Return whether a text fits on one line of a column of the layout."""
        width = self.page_format.text_width(text, style.size, bold=style.bold)
        return "\n" not in text and width <= self.page_format.usable_width(column_width, style.indent)

    @property
    def has_several_years(self) -> bool:
        """Whether the deck covers more than one plan; if so, a priority's number alone is ambiguous."""
        return len({priority.year for priority in self.deck.priorities}) > 1

    def header(self, *heads: Bilingual | None, style: Style = styles.HEADER) -> PageLine:
        """Return a header line. The first heading of each table is not indented; None stands for the gap between two tables."""
        boxes = {}
        flush = True
        for at, head in enumerate(heads):
            if head is not None:
                boxes[at] = self.box(style if flush else style.indented(), head)
            flush = head is None
        return PageLine(boxes, padding=9)
