"""The labels of an engagement cycle's fields, for pages that show what was or would be published about it."""

from __future__ import annotations

from cogwg.core.errors import N_
from cogwg.tracker.commitments import PublishedChange
from cogwg.tracker.engagement import PublishedCycle
from cogwg.web.http import i18n
from cogwg.web.http.filters import plain

FIELD_NAMES = {
    "title": N_("Title"),
    "summary": N_("Summary"),
    "throughout": N_("In all phases"),
    "plan": N_("Action plan"),
    "completed_on": N_("Completed on"),
    "starts_on": N_("First day"),
    "ends_on": N_("Last day"),
    "when": N_("Dates as stated"),
    "about": N_("What happens"),
    "asked": N_("What is asked"),
    "result": N_("What came of it"),
    "result_link": N_("Link to what came of it"),
    "channels": N_("How to take part"),
    "documents": N_("Documents"),
    "takes_comments": N_("Accepts comments"),
    "publishable": N_("In the consultations registry"),
    "report_expected": N_("Report expected"),
    "going_forward": N_("Going forward"),
    "participants": N_("Target participants"),
    "rationale": N_("Rationale"),
    "subjects": N_("Subjects"),
    "departments": N_("Partner departments"),
}


def cycle_field_name(field: str) -> str:
    """Return the label of a field of a cycle or a phase; empty for a whole phase."""
    return i18n.gettext(FIELD_NAMES[field]) if field else ""


def phase_name(phase: str, cycle: PublishedCycle) -> str:
    """Return the label of the phase with this key, even if it was removed; empty for the cycle itself."""
    if not phase:
        return ""
    own = cycle.phase(phase)
    return i18n.gettext("Phase “%(title)s”", title=plain(own.title) if own is not None else phase)


def changed_phase(change: PublishedChange, cycle: PublishedCycle) -> str:
    """Return the label of the phase that a change is about; empty for the cycle itself."""
    return phase_name(change.subject, cycle)
