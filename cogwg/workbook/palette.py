"""The looks and colours of a workbook's sheets. Every text has a contrast of at least 4.5:1 with its fill."""

from __future__ import annotations

from cogwg.workbook.sheets import Look

NAVY, PALE, WHITE, GREY = "26374A", "F1F3F6", "FFFFFF", "4A5663"
MISSING, WRONG, UNTRANSLATED, CHANGED = "FCE6A9", "F9CFC7", "E3EEF9", "FFF3D6"
WRONG_TEXT = "8B1E0B"

TITLE = Look(size=16, bold=True, colour=NAVY)
NOTE = Look(colour=GREY)
HEADING = Look(bold=True, colour=WHITE, fill=NAVY, is_framed=True)
GIVEN_HEADING = Look(bold=True, colour=WHITE, fill=GREY, is_framed=True)
EXAMPLE = Look(size=9, italic=True, colour=GREY, fill="FAFAFA", is_framed=True)
GIVEN = Look(size=9, colour=GREY, fill=PALE, is_framed=True)
CODE = Look(bold=True, fill=PALE, is_framed=True)
FILLED = Look(is_framed=True)
WRONG_CELL = Look(fill=WRONG, colour=WRONG_TEXT, is_framed=True)
ASKED_CELL = Look(fill=MISSING, is_framed=True)
BODY = Look(size=11)
SECTION = Look(size=12, bold=True, colour=NAVY)
LINK = Look(size=10, is_link=True, is_framed=True)
