"""The person who uploads a workbook of reports, and the jurisdictions that they report for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cogwg.audit.services import Actor
from cogwg.plan.queries import PriorityFacts


@dataclass(frozen=True, slots=True)
class Uploader:
    """The person who uploads a file. ``lead_ids`` are the jurisdictions that they are a lead for.

    ``preferred_ids`` are the jurisdictions on whose behalf they prefer to report. ``is_allowed`` decides whether they may
    report on a priority, on behalf of a jurisdiction or, with None, as a lead.
    """

    person_id: int
    lead_ids: frozenset[int]
    is_allowed: Callable[[PriorityFacts, int | None], bool]
    may_accept: bool = False
    preferred_ids: tuple[int, ...] = ()

    def actor_for(self, priority: PriorityFacts) -> Actor:
        """Return the person as the author of a report: as one of its leads, or on behalf of a jurisdiction that reports on the
        priority.
        """
        return Actor("person", self.person_id, self._behalf_of(priority))

    def reports_for(self, priority: PriorityFacts) -> frozenset[int]:
        """Return the jurisdictions for which the person may report on a priority; none if they may not."""
        behalf_of = self._behalf_of(priority)
        if not self.is_allowed(priority, behalf_of):
            return frozenset()
        return self.lead_ids if behalf_of is None else frozenset({behalf_of})

    def can_report_on(self, priority: PriorityFacts) -> bool:
        """Return whether the person may report on a priority."""
        return self.is_allowed(priority, self._behalf_of(priority))

    def _behalf_of(self, priority: PriorityFacts) -> int | None:
        if priority.can_report(self.lead_ids):
            return None
        preferred = next((id_ for id_ in self.preferred_ids if priority.can_report({id_})), None)
        first = priority.first_reporting
        return preferred or (first.jurisdiction_id if first is not None else None)
