"""The previous outline of a briefing, read from the audit log, so that the last change can be undone."""

from __future__ import annotations

from sqlalchemy.orm import Session

from cogwg.audit.queries import latest_event
from cogwg.briefing.outline import Outline
from cogwg.briefing.services import OutlineChange
from cogwg.core.serialization import Serializer


def last_outline_change(session: Session, id: int) -> tuple[OutlineChange, Outline]:
    """Return the last change to a briefing's outline, and the outline before that change.

    Raises ``NotFound`` if the outline has never changed.
    """
    action, before = latest_event(session, ("briefing", id), [change.value for change in OutlineChange])
    return OutlineChange(action), Serializer().load(Outline, before)
