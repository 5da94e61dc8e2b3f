"""How the choices of a briefing were before they were changed last: the trace keeps it, so that a change can be undone."""

from __future__ import annotations

from sqlalchemy.orm import Session

from cogwg.audit.queries import latest_event
from cogwg.briefing.outline import Outline
from cogwg.briefing.services import OutlineChange
from cogwg.core.serialization import Serializer


def last_outline_change(session: Session, id: int) -> tuple[OutlineChange, Outline]:
    """What was done last to the choices of a briefing, and how they were before. Raises ``NotFound``."""
    action, before = latest_event(session, ("briefing", id), [deed.value for deed in OutlineChange])
    return OutlineChange(action), Serializer().load(Outline, before)
