"""What people are told about the use of their information where it is requested, from the settings in force."""

from __future__ import annotations

from typing import Any

from cogwg.core.comment_retention import INFORMATION_BANK, MONTHS_KEPT
from cogwg.engagement.models import EngagementCycle
from cogwg.tracker.engagement import PublishedCycle
from cogwg.web.http import site_settings
from cogwg.web.http.i18n import current_language


def information_context(cycle: PublishedCycle | EngagementCycle) -> dict[str, Any]:
    """Return how long names and email addresses are kept, in which information bank, and whether the page has sample data."""
    return {
        "months_kept": MONTHS_KEPT,
        "information_bank": INFORMATION_BANK.text(current_language()),
        "completed_on": cycle.completed_on,
        "sample": site_settings.environment().demo or cycle.sample,
    }
