"""The frame that all pages of a draft share: the briefing, the number of changes since the last one, and the steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from cogwg.briefing.outline import Outline, step_mark
from cogwg.briefing.queries import OpenBriefing
from cogwg.briefing.source import BriefingSource
from cogwg.web.http import i18n


@dataclass(frozen=True, slots=True)
class StepLink:
    """A step of preparing a briefing. ``is_done`` means that it was saved for this version, or has nothing to choose."""

    name: str
    label: str
    url: str
    is_current: bool
    is_done: bool


PREVIEW = ""
"""The last step, which is the page of the briefing itself."""


def step_url(lang: str, id: int, step: str = PREVIEW) -> str:
    """Return the URL of a step of preparing this briefing."""
    return f"/{lang}/briefings/{id}" + (f"/{step}" if step else "")


def frame_context(briefing: OpenBriefing, source: BriefingSource, step: str) -> dict[str, Any]:
    """Return the template context of the frame. ``step`` is the current step: the last part of its URL, or ``PREVIEW``."""
    lang = i18n.current_language().value
    done = _done_steps(briefing.outline, has_changes=bool(source.changes), edition=briefing.next_number)
    steps = [
        StepLink(name, label, step_url(lang, briefing.id, name), name == step, name in done)
        for name, label in _step_labels().items()
    ]
    return {
        "briefing": briefing,
        "steps": steps,
        "changed": len(source.changes),
        "since": briefing.baseline.meeting_on if briefing.baseline is not None else None,
        "compared": briefing.baseline is not None and briefing.baseline.deck is not None,
        "as_of": source.as_of,
    }


def _step_labels() -> dict[str, str]:
    return {
        "meeting": _("Meeting"),
        "changes": _("What changed"),
        "news": _("Milestones and challenges"),
        "priorities": _("Priorities"),
        "next-steps": _("Next steps"),
        "slides": _("Slides"),
        PREVIEW: _("Preview and finalize"),
    }


def _done_steps(outline: Outline, *, has_changes: bool, edition: int) -> set[str]:
    """Return the names of the steps that were saved for this version or have nothing to choose, and of the meeting step.

    Content from an earlier version or the last briefing does not count, because the co-chairs have not reviewed it since.
    """
    done = {name for name in _step_labels() if step_mark(name, edition) in outline.saved}
    return done | {"meeting"} | (set() if has_changes else {"changes"})
