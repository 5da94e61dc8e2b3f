"""The palette and the named styles of the deck. Every pair of ink and fill reaches 4.5:1; words say what colour says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from cogwg.briefing.deck import ActivityState
from cogwg.core.scale import Status, Timeliness

INK, NAVY, GREY, RULE = "1B2733", "26374A", "4A5663", "B8C2CC"
LINK, RED, WHITE, AMBER, PALE = "1F4E8C", "A3260F", "FFFFFF", "F5B335", "EEF1F5"
COMPLETE, SUBSTANTIAL, LIMITED, NOT_DUE, SILENT = "74AADC", "BAD7F0", "E6F0FA", "F3F5F7", "FCEFC9"
FACE = "Arial"

Weight = Literal["", "thin", "medium", "thick"]


@dataclass(frozen=True, slots=True)
class Look:
    """A named style: type, colours, alignment, and the rule below it."""

    name: str
    size: float = 12
    bold: bool = False
    ink: str = INK
    fill: str = ""
    across: Literal["left", "center", "right"] = "left"
    up: Literal["top", "center", "bottom"] = "center"
    indent: int = 0
    rule: Weight = ""
    rule_ink: str = RULE
    framed: bool = False
    underlined: bool = False
    shown: str = "General"

    @cache  # noqa: B019 – looks are few and live as long as the program
    def inside(self) -> Look:
        """The same in a column that is not the first: indented by one gutter."""
        return replace(self, name=f"{self.name}, indented", indent=1)

    def tighter(self, size: float) -> Look:
        """Body text in a smaller size, for a page that would otherwise run over by a row."""
        return replace(self, name=f"{self.name}, {size:g} pt", size=size) if 11 <= self.size <= 12 else self

    def ruled(self) -> Look:
        """The same with a rule below it."""
        return replace(self, name=f"{self.name}, ruled", rule="thin")


COVER_TITLE = Look("Cover title", 40, True, WHITE, NAVY, up="bottom", indent=2)
COVER_TITLE_LONG = replace(COVER_TITLE, name="Cover title, long", size=26)
COVER_FOOT = Look("Cover foot", 10, fill=NAVY)
COVER_RULE = Look("Cover rule", 10, fill=AMBER)
COVER_REPORT = Look("Cover report", 28, True, NAVY, up="bottom", indent=2)
COVER_LINE = Look("Cover line", 14, up="bottom", indent=2)
COVER_DATE = Look("Cover date", 14, True, NAVY, up="bottom", indent=2)
COVER_SMALL = Look("Cover small print", 10, ink=GREY, up="bottom", indent=2)
TITLE = Look("Slide title", 26, True, NAVY, rule="thick", rule_ink=NAVY)
TITLE_LONG = replace(TITLE, name="Slide title, long", size=22)
DIVIDER_TITLE = Look("Divider title", 40, True, NAVY, PALE, up="bottom", indent=2)
DIVIDER_FOOT = Look("Divider foot", 10, fill=PALE, rule="thick", rule_ink=NAVY)
DIVIDER_TITLE_LONG = replace(DIVIDER_TITLE, name="Divider title, long", size=26)
MESSAGE = Look("Message", 15)
MARK = Look("Draft or sample", 10, True, RED, across="right")
HEADING = Look("Heading", 13, True, NAVY, up="bottom")
HEADER = Look("Table header", 11, True, NAVY, up="bottom", rule="medium", rule_ink=NAVY)
BODY = Look("Body", rule="thin")
LABEL = Look("Label", bold=True, ink=NAVY, rule="thin")
URGENT = Look("To decide", bold=True, ink=RED, rule="thin")
NUMERAL = Look("Numeral", 28, True, NAVY, rule="thin")
POINT = Look("Point", 18, rule="thin")
POINT_SIDE = Look("Point aside", 14, rule="thin")
STEP = Look("Step", 16, True, NAVY)
STEP_NUMBER = Look("Step number", 14, True, NAVY)
DASH = Look("Dash", 14, ink=GREY, across="center", up="top")
CHILD = Look("Part of a step", 14, up="top")
PARAGRAPH_LARGE = Look("Paragraph, large", 18, up="top")
PARAGRAPH = Look("Paragraph", 14, up="top")
PAIR_LABEL = Look("Pair label", 11, True, GREY, up="top")
PAIR_TEXT = Look("Pair text", up="top")
PAIR_STRONG = Look("Pair text, strong", 12, True, NAVY, up="top")
LINKED = Look("Link", ink=LINK, rule="thin", underlined=True)
LINKED_BIG = replace(LINKED, name="Link, large", size=14)
LINKED_SMALL = replace(LINKED, name="Link, small", size=10)
LINKED_FREE = replace(LINKED, name="Link, without rule", rule="")
NOTE = Look("Note", 10, ink=GREY)
COUNT = Look("Count", across="center", rule="thin")
TOTAL = Look("Total", bold=True, ink=NAVY, across="center", rule="thin")
TOTAL_LABEL = Look("Total label", bold=True, ink=NAVY, rule="thin")
NO_ACTIVITY = Look("No activity", across="center", ink=GREY, framed=True)
PRIORITY = Look("Priority", 11, True, NAVY, rule="thin")
PRIORITY_AGAIN = Look("Priority, again", 10, ink=GREY, rule="thin")
DATA_TEXT = Look("Data", 10, rule="thin", up="top")
DATA_DATE = replace(DATA_TEXT, name="Data, date", shown="yyyy\\-mm\\-dd")
DATA_LINK = replace(LINKED_SMALL, name="Data, link", up="top")
DATA_HEADER = replace(HEADER, name="Data header", size=10)
BLANK = Look("Blank")

_STATE = Look("State", 10, indent=1, framed=True)
OVERDUE = replace(_STATE, name="Overdue", ink=WHITE, fill=RED)
NOT_YET_DUE = replace(_STATE, name="Not yet due", ink=GREY, fill=NOT_DUE)
NO_REPORT = replace(_STATE, name="No report", fill=SILENT)
STATES = {
    Status.COMPLETE: replace(_STATE, name="Complete", fill=COMPLETE),
    Status.SUBSTANTIAL: replace(_STATE, name="Substantial progress", fill=SUBSTANTIAL),
    Status.LIMITED: replace(_STATE, name="Limited progress", fill=LIMITED),
    Status.NOT_STARTED: replace(_STATE, name="Not started", fill=WHITE),
}


def of_state(state: ActivityState) -> Look:
    """The look of a status cell: overdue before all, then the status, then whether a report was to be expected."""
    if state.timeliness is Timeliness.OVERDUE:
        return OVERDUE
    if state.status is not None:
        return STATES[state.status]
    return NO_REPORT if state.silent else NOT_YET_DUE


def of_series(series: Status | Timeliness | None) -> Look:
    """The look of a counted column's head, which is also the chart's legend."""
    own = NO_REPORT if series is None else NOT_YET_DUE if isinstance(series, Timeliness) else STATES[series]
    return replace(own, name=f"{own.name}, header", size=11, bold=True, across="center", indent=0)
