"""The command that edits a draft plan. Two people can edit different items at once. If both edit the same item, the second
save raises ``Conflict``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from cogwg.audit.services import Actor
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.errors import Conflict
from cogwg.core.serialization import Serializer
from cogwg.plan.draft_storage import change_draft, draft_of_year
from cogwg.plan.drafts import DraftPlan


def fingerprint(item: Any) -> str:
    """Return a short hash of an item of a draft with its parts; it changes when they do. A form sends it back."""
    return sha256(json.dumps(Serializer().dump(item), ensure_ascii=False).encode()).hexdigest()[:16]


def edit_draft(
    session: Session,
    year: int,
    edit: Callable[[DraftPlan], DraftPlan],
    *,
    find: Callable[[DraftPlan], Any] | None = None,
    shown: str = "",
    change: dict[str, Any],
    by: Actor,
    at: datetime,
) -> DraftPlan:
    """Apply an edit to the draft of a year, and return the draft.

    ``change`` is added to the audit event, with the title of a removed item, which the draft no longer contains.

    ``find`` returns the edited item from the draft, and ``shown`` is its fingerprint as the page showed it. Raises
    ``NotFound`` if there is no such draft or item, ``Conflict`` with the stored draft if the item was changed since, and
    ``Invalid`` if the edit is not valid or the draft was adopted.
    """
    stored = draft_of_year(session, year)
    if find is not None and fingerprint(find(stored.plan)) != shown:
        raise Conflict(stored)
    plan = edit(stored.plan)
    if "removed" in change and (title := _title(stored.plan, change["removed"])):
        change = {**change, "title": [title.en, title.fr]}
    change_draft(session, plan, version=stored.version, change=change, by=by, at=at)
    return plan


def _title(plan: DraftPlan, key: int) -> Bilingual:
    """Return the title of a priority or activity of a draft, or the name of the jurisdiction that has a role; empty for a
    vacant role.
    """
    for priority in plan.priorities:
        if priority.key == key:
            return priority.title
        for activity in priority.activities:
            if activity.key == key:
                return activity.title
        for role in priority.assignments:
            if role.key == key:
                return role.assignee
    return EMPTY_TEXT
