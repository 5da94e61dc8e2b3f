"""The latest entries of the audit log about one item, for the page of that item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from cogwg.inspection.events import EventInWords, latest_events
from cogwg.web.http import i18n

SHORT_HISTORY = 3


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """An event as a page lists it. ``url`` is the URL of its subject's page, or "" if there is none."""

    event: EventInWords
    url: str


def short_history(open_session: Session, kind: str, id_: int) -> dict[str, Any]:
    """Return what a page's template needs for the short history of an item: its latest events, and the URL of the full list."""
    events = latest_events(open_session, (kind, id_), SHORT_HISTORY)
    all_url = url_for("admin.audit_page", lang=i18n.current_language(), about=f"{kind}-{id_}")
    return {"history_entries": [AuditEntry(event, "") for event in events], "history_url": all_url}
