"""What a slide's layout may know besides its slide: the deck, the language, its own number, and who follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cogwg.briefing.deck import Deck, Slide
from cogwg.briefing.render import wording
from cogwg.briefing.render.xlsx import looks
from cogwg.briefing.render.xlsx.looks import Look
from cogwg.briefing.render.xlsx.page import Box, Line, words
from cogwg.briefing.render.xlsx.text import Voice
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

    def sample(self, span: int) -> Box | None:
        """The mark of a deck whose reports are invented, which no sheet is without."""
        return self.box(looks.SAMPLE, wording.SAMPLE, span=span) if self.deck.sample else None

    def header(self, *heads: Bilingual | None, look: Look = looks.HEADER) -> Line:
        """A table's header: the first flush with the title, the rest indented; None is a gap between tables."""
        boxes = {}
        flush = True
        for at, head in enumerate(heads):
            if head is not None:
                boxes[at] = self.box(look if flush else look.inside(), head)
            flush = head is None
        return Line(boxes, pad=9)
