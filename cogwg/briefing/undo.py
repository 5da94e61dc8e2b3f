"""Earlier states of a briefing, read from the audit log, to undo the last change or to merge changes made at the same time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from cogwg.audit.queries import latest_event, latest_events
from cogwg.briefing.outline import CoverDetails, Outline
from cogwg.briefing.queries import OpenBriefing
from cogwg.briefing.services import FROZEN, MEETING_CHANGED, OutlineChange
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.serialization import Serializer


def last_outline_change(session: Session, id: int) -> tuple[OutlineChange, Outline]:
    """Return the last change to a briefing's outline, and the outline before that change.

    Raises ``NotFound`` if the outline was never changed.
    """
    action, before = latest_event(session, ("briefing", id), [change.value for change in OutlineChange])
    return OutlineChange(action), Serializer().load(Outline, before)


def briefing_at_version(session: Session, briefing: OpenBriefing, version: int) -> OpenBriefing | None:
    """Return a briefing with the outline and the meeting that it had at this outline version.

    Returns None if there was no such version, or if the audit log does not have enough events to restore it.
    """
    count = briefing.outline_version - version
    if version < 1 or count < 0:
        return None
    actions = [*(change.value for change in OutlineChange), MEETING_CHANGED, FROZEN]
    later = latest_events(session, ("briefing", briefing.id), actions, count)
    if len(later) < count:
        return None
    meetings, outlines = [], []
    for action, before in reversed(later):
        if action == MEETING_CHANGED:
            meetings.append(before)
        elif action != FROZEN:
            outlines.append(before)
    outline = Serializer().load(Outline, outlines[0]) if outlines else briefing.outline
    then = replace(briefing, outline=replace(outline, cover=briefing.outline.cover))
    return _with_meeting(then, meetings[0]) if meetings else then


def _with_meeting(briefing: OpenBriefing, data: dict[str, Any]) -> OpenBriefing:
    """Return the briefing with the details of the meeting from the data of an audit event."""
    texts = {
        name: Bilingual(*data[name]) if name in data else EMPTY_TEXT
        for name in ("audience", "place", "agenda_item", "classification")
    }
    return replace(
        briefing,
        meeting_on=date.fromisoformat(data["meeting_on"]),
        audience=texts["audience"],
        place=texts["place"],
        next_year=data.get("announces"),
        outline=replace(briefing.outline, cover=CoverDetails(texts["agenda_item"], texts["classification"])),
    )
