"""The labels and kinds of a report's fields, for edit conflicts and for the preview and receipt of a workbook."""

from __future__ import annotations

from cogwg.core.status import Status
from cogwg.reporting.merge import TEXT_FIELDS
from cogwg.web.http.i18n import gettext as _


def field_label(field: str) -> str:
    """Return the label of a field."""
    return {
        "status": _("Status"),
        "nothing_to_report": _("Nothing to report"),
        "progress_en": _("Progress (English)"),
        "progress_fr": _("Progress (French)"),
        "challenge_en": _("Challenge (English)"),
        "challenge_fr": _("Challenge (French)"),
        "evidence_note_en": _("Why there is no link (English)"),
        "evidence_note_fr": _("Why there is no link (French)"),
        "next_step_en": _("Next step (English)"),
        "next_step_fr": _("Next step (French)"),
        "evidence": _("Evidence"),
    }.get(field, field)


def field_lang(field: str) -> str:
    """Return the language of a text field; "" for the other fields."""
    return field[-2:] if field in TEXT_FIELDS else ""


def field_kind(field: str) -> str:
    """Return the kind of a field: "status", "flag", "links" or "text"."""
    return {"status": "status", "nothing_to_report": "flag", "evidence": "links"}.get(field, "text")


def status_of(code: str | None) -> Status | None:
    """Return the status with this code; None if there is no code."""
    return Status(code) if code else None
