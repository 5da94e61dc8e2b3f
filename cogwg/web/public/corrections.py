"""Corrections in words: what was published first."""

from __future__ import annotations

from markupsafe import Markup

from cogwg.core.errors import N_
from cogwg.tracker.values import Correction
from cogwg.web.http.filters import localized
from cogwg.web.http.i18n import translate as _

MAIN_TEXTS = ("progress", "text")
"""The main text of an item. A sentence about its correction does not name the field."""
FIELD_NAMES = {
    "status": N_("Status"),
    "nothing_to_report": N_("Nothing to report"),
    "challenge": N_("Challenge"),
    "evidence_note": N_("Reason without a link"),
    "next_step": N_("Next step"),
    "evidence": N_("Links"),
    "links": N_("Links"),
    "under_way": N_("Under way"),
    "happened_on": N_("Date"),
    "theme": N_("Theme"),
    "state": N_("State"),
    **dict.fromkeys(MAIN_TEXTS, N_("Text")),
}


def correction_sentence(correction: Correction) -> Markup:
    """Return a sentence that says what was published first, or that something was added or removed."""
    before, after = correction.before, correction.after
    if not correction.field:
        return _("First published as “%(before)s”, then removed.", before=localized(before)) if before else _("Added.")
    name = _(FIELD_NAMES[correction.field])
    if not before:
        return _("%(field)s added.", field=name)
    if not after:
        return _("%(field)s removed. First published as “%(before)s”.", field=name, before=localized(before))
    if correction.field in MAIN_TEXTS:
        return _("First published as “%(before)s”.", before=localized(before))
    return _("%(field)s first published as “%(before)s”.", field=name, before=localized(before))
