"""What stands at the foot of every slide, and what its notes say."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from cogwg.briefing.deck import DataSlide, Slide
from cogwg.briefing.render import sentences
from cogwg.briefing.render.pages import fill
from cogwg.briefing.render.pages.looks import Look
from cogwg.briefing.render.pages.page import words as boxed
from cogwg.briefing.render.pages.setting import Setting
from cogwg.briefing.render.pptx import words
from cogwg.briefing.render.pptx.letters import Letters, a
from cogwg.briefing.render.pptx.master import FOOTER, FOOTER_AT, FOOTER_PX, NUMBER_AT

_NOTES = Look("Notes", 12)


@dataclass(frozen=True, slots=True)
class Foot:
    """The footer of a deck; ``data_on`` is the number of the slide with the rows behind the others."""

    setting: Setting
    data_on: int | None

    def write(self, slide: Any, letters: Letters) -> None:
        """Footer and number, as placeholders of the slide's own: what stands in a layout alone is not shown."""
        deck = self.setting.deck
        said = sentences.footer(deck, self.setting.say(deck.audience), self.setting.lang)
        for holder in slide.slide_layout.placeholders:
            place = holder.placeholder_format.idx
            if place == FOOTER_AT:
                letters.fill(_copied(slide, holder).txBody, fill.shortened(boxed(FOOTER, said), FOOTER_PX, 1))
            elif place == NUMBER_AT:
                for run in _copied(slide, holder).txBody.iter(a("rPr"), a("endParaRPr")):
                    run.set("lang", f"{letters.lang.value}-CA")

    def note(self, slide: Any, letters: Letters, of: Slide) -> None:
        """The finding again, for who speaks, and the source."""
        data_on = None if isinstance(of, DataSlide) else self.data_on
        texts = [self.setting.say(text) for text in (of.message, *words.note(self.setting.deck, data_on))]
        notes = slide.notes_slide
        own = Letters(letters.lang, notes.part, letters.target)
        own.fill(notes.notes_text_frame._txBody, boxed(_NOTES, "\n".join(text for text in texts if text)))


def _copied(slide: Any, holder: Any) -> Any:
    """A placeholder of the layout on the slide, in the layout's place and look."""
    own = deepcopy(holder._element)
    taken = max(int(number) for number in slide._element.xpath("//p:cNvPr/@id"))
    own.xpath(".//p:cNvPr")[0].set("id", str(taken + 1))
    for inherited in own.xpath("./p:spPr/* | ./p:txBody/a:lstStyle/*"):
        inherited.getparent().remove(inherited)
    slide.shapes._spTree.append(own)
    return own
