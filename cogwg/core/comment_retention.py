"""How long the personal information about the authors of comments from the public is kept, and in which information bank.

The privacy page shows these values, and so do pages that ask for a name or an email address.
"""

from __future__ import annotations

from datetime import date

from cogwg.core.bilingual import Bilingual
from cogwg.core.calendar import last_of_month

MONTHS_KEPT = 18
"""How many months after the completion of an engagement cycle the information is kept."""
INFORMATION_BANK = Bilingual("PSU 914", "POU 914")
"""The number of the Government of Canada's standard personal information bank for public communications."""


def identifiers_end_on(completed_on: date) -> date:
    """Return the first day on which the authors' personal information is no longer kept.

    It is ``MONTHS_KEPT`` months after the completion, on the same day of the month or, in a shorter month, on its last day:
    for a cycle completed on August 31, on the last day of February.
    """
    months = completed_on.year * 12 + completed_on.month - 1 + MONTHS_KEPT
    last = last_of_month(months // 12, months % 12 + 1)
    return min(last, last.replace(day=min(completed_on.day, last.day)))
