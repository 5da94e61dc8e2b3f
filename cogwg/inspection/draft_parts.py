"""The parts of draft plans in words, for audit events, which refer to them by their keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy.orm import Session

from cogwg.core.bilingual import Bilingual
from cogwg.plan.draft_storage import all_drafts
from cogwg.plan.drafts import DraftPlan

VACANT = Bilingual("vacant role", "rôle vacant")


def parts_of_drafts(session: Session) -> dict[int, Mapping[int, Bilingual]]:
    """Map the id of each stored draft to a mapping of its parts' keys to the parts in words, in one SQL statement.

    Parts that were removed are left out. Parts have their current numbers.
    """
    return {draft.id: dict(_parts(draft.plan)) for draft in all_drafts(session)}


def _parts(plan: DraftPlan) -> Iterator[tuple[int, Bilingual]]:
    for number, priority in enumerate(plan.priorities, 1):
        yield priority.key, _named(f"{number}.", priority.title)
        for place, activity in enumerate(priority.activities, 1):
            yield activity.key, _named(f"{number}.{place}", activity.title)
        for role in priority.assignments:
            who = role.assignee or VACANT
            yield (
                role.key,
                Bilingual(f"{who.text('en')}, priority {number}", f"{who.text('fr')}, priorité {number}"),
            )


def _named(number: str, title: Bilingual) -> Bilingual:
    return Bilingual(f"{number} {title.text('en')}", f"{number} {title.text('fr')}")
