"""The palette and the named styles of the deck.

Every text has a contrast of at least 4.5:1 with its fill, and whatever a colour shows is also said in words.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from cogwg.briefing.deck import ActivityState, DeckStepState
from cogwg.core.status import Status, Timeliness

INK, NAVY, GREY, RULE = "1B2733", "26374A", "4A5663", "B8C2CC"
LINK, RED, WHITE, AMBER, PALE = "1F4E8C", "A3260F", "FFFFFF", "F5B335", "EEF1F5"
COMPLETE, SUBSTANTIAL, LIMITED, NOT_DUE, SILENT = "74AADC", "BAD7F0", "E6F0FA", "F3F5F7", "FCEFC9"
FONT_FACE = "Arial"

_TEXT_SIZE = 12
"""The size of the text in tables on paper, in points."""

RuleWeight = Literal["", "thin", "medium", "thick"]


@dataclass(frozen=True, slots=True)
class Style:
    """A named style of a box: font, colours, alignment, and the line below the box."""

    name: str
    size: float = 12
    bold: bool = False
    colour: str = INK
    fill: str = ""
    horizontal: Literal["left", "center", "right"] = "left"
    vertical: Literal["top", "center", "bottom"] = "center"
    indent: int = 0
    rule: RuleWeight = ""
    rule_colour: str = RULE
    is_framed: bool = False
    marked_side: Literal["", "left", "right"] = ""
    """The side of the box with a thick line, which marks how much should be complete by now."""
    is_underlined: bool = False
    number_format: str = "General"
    screen_size: float = 0
    """The text size on a screen, 0 if it is the usual one for the size on paper (see ``page_format``)."""

    def is_named_like(self, other: Style) -> bool:
        """Return whether the other style is the same one, whatever its size on a screen."""
        return self.name == other.name

    @cache  # noqa: B019 – styles are few and live as long as the program
    def indented(self) -> Style:
        """Return the style with one indent, for a column that is not the first."""
        return replace(self, name=f"{self.name}, indented", indent=1)

    def with_smaller_text(self, size: float) -> Style:
        """Return the style in this size if it is for body text (11 to 12 points), else unchanged."""
        return replace(self, name=f"{self.name}, {size:g} pt", size=size) if 11 <= self.size <= _TEXT_SIZE else self

    def with_larger_text(self, size: float) -> Style:
        """Return the style with this size on a screen if it is for the text of tables, else unchanged."""
        return replace(self, screen_size=size) if self.size == _TEXT_SIZE and not self.screen_size else self

    def with_mark(self, side: Literal["left", "right"]) -> Style:
        """Return the style with a thick line on one side."""
        return replace(self, name=f"{self.name}, marked {side}", marked_side=side)


COVER_TITLE = Style("Cover title", 40, True, WHITE, NAVY, vertical="bottom", indent=2)
COVER_TITLE_LONG = replace(COVER_TITLE, name="Cover title, long", size=26)
COVER_FOOT = Style("Cover foot", 10, fill=NAVY)
COVER_RULE = Style("Cover rule", 10, fill=AMBER)
COVER_REPORT = Style("Cover report", 28, True, NAVY, vertical="bottom", indent=2)
COVER_TWIN = Style("Cover title, other language", 16, colour=WHITE, fill=NAVY, indent=2)
COVER_LABEL = Style("Cover label", 11, colour=GREY, indent=2)
COVER_LINE = Style("Cover line", 14)
COVER_DATE = Style("Cover date", 14, True, NAVY)
COVER_SMALL = Style("Cover small print", 11)
COVER_NOTE = Style("Cover note", 11, colour=GREY, vertical="bottom", indent=2)
TOPIC = Style("Topic", 10, colour=GREY)
TITLE = Style("Slide title", 20, True, NAVY, vertical="top", rule="thick", rule_colour=NAVY, screen_size=26)
TITLE_LONG = replace(TITLE, name="Slide title, long", size=17, screen_size=22)
DIVIDER_TITLE = Style("Divider title", 40, True, NAVY, PALE, vertical="bottom", indent=2)
DIVIDER_FOOT = Style("Divider foot", 10, fill=PALE, rule="thick", rule_colour=NAVY)
DIVIDER_TITLE_LONG = replace(DIVIDER_TITLE, name="Divider title, long", size=26)
MESSAGE = Style("Message", 15)
MARK = Style("Draft or sample", 10, True, RED, horizontal="right")
VERSION_MARK = Style("Version", 10, True, GREY, horizontal="right")
HEADING = Style("Heading", 13, True, NAVY, vertical="bottom")
HEADER = Style("Table header", 11, True, NAVY, vertical="bottom", rule="medium", rule_colour=NAVY)
BODY = Style("Body", rule="thin")
LABEL = Style("Label", bold=True, colour=NAVY, rule="thin")
URGENT = Style("To decide", bold=True, colour=RED, rule="thin")
NUMERAL = Style("Numeral", 28, True, NAVY, rule="thin")
POINT = Style("Point", 18, rule="thin")
POINT_SIDE = Style("Point aside", 14, rule="thin")
PARAGRAPH_LARGE = Style("Paragraph, large", 18, vertical="top")
PARAGRAPH = Style("Paragraph", 14, vertical="top")
PAIR_LABEL = Style("Pair label", 11, True, GREY, vertical="top")
PAIR_TEXT = Style("Pair text", vertical="top", screen_size=18)
PAIR_STRONG = Style("Pair text, strong", 12, True, NAVY, vertical="top", screen_size=18)
FULL_TEXT = Style("Full text", vertical="top")
LINKED = Style("Link", colour=LINK, rule="thin", is_underlined=True)
LINKED_BIG = replace(LINKED, name="Link, large", size=14)
LINKED_SMALL = replace(LINKED, name="Link, small", size=10)
LINKED_FREE = replace(LINKED, name="Link, without rule", rule="")
NOTE = Style("Note", 10, colour=GREY)
COUNT = Style("Count", horizontal="center", rule="thin")
TOTAL = Style("Total", bold=True, colour=NAVY, horizontal="center", rule="thin")
TOTAL_LABEL = Style("Total label", bold=True, colour=NAVY, rule="thin")
NO_ACTIVITY = Style("No activity", horizontal="center", colour=GREY, is_framed=True)
PRIORITY = Style("Priority", 11, True, NAVY, rule="thin")
PRIORITY_AGAIN = Style("Priority, again", 10, colour=GREY, rule="thin")
DATA_TEXT = Style("Data", 10, rule="thin", vertical="top")
DATA_DATE = replace(DATA_TEXT, name="Data, date", number_format="yyyy\\-mm\\-dd")
DATA_LINK = replace(LINKED_SMALL, name="Data, link", vertical="top")
DATA_HEADER = replace(HEADER, name="Data header", size=10)
FIGURE_SCREEN_SIZE = 44
FIGURE = Style("Figure", 36, True, NAVY, vertical="top", screen_size=FIGURE_SCREEN_SIZE)
FIGURE_URGENT = replace(FIGURE, name="Figure, urgent", colour=RED, indent=1)
FIGURE_OVERDUE = replace(FIGURE, name="Figure, overdue", colour=WHITE, fill=RED, indent=1, vertical="center")
MOVED = Style("What moved", 12, True, NAVY, LIMITED, indent=1)
ASIDE = Style("Aside", colour=GREY, rule="thin")
POINT_DEADLINE = replace(URGENT, name="To decide, large", size=14)
POINT_ASIDE = replace(ASIDE, name="Aside, large", size=14)
TILE = Style("Milestone", fill=NOT_DUE, vertical="top", indent=1)
TILE_NEW = replace(TILE, name="Milestone, new", fill=LIMITED)
TILE_LINK = replace(LINKED_SMALL, name="Milestone, link", fill=NOT_DUE, rule="", indent=1)
TILE_NEW_LINK = replace(TILE_LINK, name="Milestone, new, link", fill=LIMITED)
TRACK_NAME = Style("Timeline, priority", bold=True, colour=NAVY, rule="thin", screen_size=14)
LATE = Style("Late", 11, colour=RED, horizontal="right", vertical="bottom", rule="thin")
NEXT_DUE = Style("Due next", 11, vertical="bottom", rule="thin", indent=2)
NEXT_HEADER = replace(HEADER, name="Table header, due next", indent=2)
LATE_HEADER = replace(HEADER, name="Table header, right", horizontal="right")
CELL_HEADER = replace(HEADER, name="Table header, centred", horizontal="center")
BLANK = Style("Blank")

_STATE_CELL = Style("State", 10, indent=1, is_framed=True)
OVERDUE = replace(_STATE_CELL, name="Overdue", colour=WHITE, fill=RED)
NOT_YET_DUE = replace(_STATE_CELL, name="Not yet due", colour=GREY, fill=NOT_DUE)
NO_REPORT = replace(_STATE_CELL, name="No report", fill=SILENT)
STATES = {
    Status.COMPLETE: replace(_STATE_CELL, name="Complete", fill=COMPLETE),
    Status.SUBSTANTIAL: replace(_STATE_CELL, name="Substantial progress", fill=SUBSTANTIAL),
    Status.LIMITED: replace(_STATE_CELL, name="Limited progress", fill=LIMITED),
    Status.NOT_STARTED: replace(_STATE_CELL, name="Not started", fill=WHITE),
}


_SEGMENT = Style("Segment", 10, horizontal="center", is_framed=True)
SEGMENT_COMPLETE = replace(_SEGMENT, name="Segment, complete", fill=COMPLETE)
SEGMENT_OVERDUE = replace(_SEGMENT, name="Segment, overdue", bold=True, colour=WHITE, fill=RED)
SEGMENT_DUE = replace(_SEGMENT, name="Segment, due", bold=True)
NO_SEGMENT = Style("No segment", 10, colour=GREY, horizontal="center", rule="thin")
SEGMENT_LATER = replace(_SEGMENT, name="Segment, to come", colour=GREY, fill=NOT_DUE)


_STEP_STATE = Style("Next step", bold=True, indent=1, is_framed=True)
STEP_STATES = {
    DeckStepState.NEW: replace(_STEP_STATE, name="Next step, new", colour=WHITE, fill=NAVY),
    DeckStepState.OPEN: replace(_STEP_STATE, name="Next step, open", is_framed=False, rule="thin"),
    DeckStepState.DONE: replace(_STEP_STATE, name="Next step, done", fill=COMPLETE),
    DeckStepState.DROPPED: replace(_STEP_STATE, name="Next step, dropped", colour=GREY, fill=NOT_DUE),
}


def of_state(state: ActivityState) -> Style:
    """Return the style of a status cell: that of overdue activities if it is overdue, else that of its status, of "no report"
    or of "not yet due".
    """
    if state.timeliness is Timeliness.OVERDUE:
        return OVERDUE
    if state.status is not None:
        return STATES[state.status]
    return NO_REPORT if state.is_silent else NOT_YET_DUE


def of_series(series: Status | Timeliness | None) -> Style:
    """Return the style of the heading of a column of counts, which is also the chart's legend."""
    if isinstance(series, Timeliness):
        style = {Timeliness.OVERDUE: OVERDUE, Timeliness.DUE: SEGMENT_DUE}.get(series, NOT_YET_DUE)
    else:
        style = NO_REPORT if series is None else STATES[series]
    return replace(style, name=f"{style.name}, header", size=11, bold=True, horizontal="center", indent=0)
