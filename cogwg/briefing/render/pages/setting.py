"""What a slide's layout may know besides its slide: the deck, the language, its own number, and who follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cogwg.briefing.deck import Deck, Slide
from cogwg.briefing.render import sentences
from cogwg.briefing.render.pages import looks
from cogwg.briefing.render.pages.looks import Look
from cogwg.briefing.render.pages.page import Box, Line, words
from cogwg.briefing.render.pages.text import Voice
from cogwg.core.bilingual import Bilingual, Language


@dataclass(frozen=True, slots=True)
class Setting:
    """A deck in one language. ``slides`` are the others, numbered, each with the name of its tab."""

    deck: Deck
    voice: Voice
    slides: tuple[tuple[int, Slide, str], ...]

    @property
    def lang(self) -> Language:
        return self.voice.lang

    def say(self, text: Bilingual) -> str:
        return self.voice.say(text)

    def box(self, look: Look, text: Bilingual, **more: Any) -> Box:
        return words(look, self.say(text), **more)

    @property
    def mark(self) -> str:
        """What no sheet of a draft, or of a deck whose reports are invented, is without."""
        return self.say(sentences.mark(self.deck))

    def marked(self, span: int) -> tuple[Line, ...]:
        """The mark as a line of its own, where the deck needs one."""
        return (Line({0: words(looks.MARK, self.mark, span=span)}, pad=3),) if self.mark else ()

    @property
    def several_years(self) -> bool:
        """Whether the deck tells of more than one plan, so that a priority's number alone does not name it."""
        return len({priority.year for priority in self.deck.priorities}) > 1

    def header(self, *heads: Bilingual | None, look: Look = looks.HEADER) -> Line:
        """A table's header: the first flush with the title, the rest indented; None is a gap between tables."""
        boxes = {}
        flush = True
        for at, head in enumerate(heads):
            if head is not None:
                boxes[at] = self.box(look if flush else look.inside(), head)
            flush = head is None
        return Line(boxes, pad=9)
