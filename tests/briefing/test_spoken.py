"""What a presenter can say about each slide, in the notes of its PowerPoint slide."""

from __future__ import annotations

from cogwg.briefing import deck as d
from cogwg.briefing.render.pptx.spoken import spoken_lines
from tests.briefing import decks
from tests.briefing.test_html import complete_deck

WITHOUT_SPOKEN_LINES = (
    d.TitleSlide,
    d.ContentsSlide,
    d.PointsSlide,
    d.TextSlide,
    d.GroupSlide,
    d.AnnexSlide,
    d.DataSlide,
    d.SourcesSlide,
)
"""The kinds of slide about which the notes say no more than their finding: they divide the deck, or are looked up, or the
co-chairs wrote them."""


def test_every_other_kind_of_slide_has_spoken_lines() -> None:
    lines = {type(slide).__name__: list(spoken_lines(slide)) for slide in complete_deck(decks.september_deck()).slides}
    without = {kind.__name__ for kind in d.Slide.__subclasses__() if not lines.get(kind.__name__)}
    assert without == {kind.__name__ for kind in WITHOUT_SPOKEN_LINES}
    assert all(line.en and line.fr for kind in lines.values() for line in kind)
