"""The rows of the list of jurisdictions and of the page of a jurisdiction."""

from __future__ import annotations

from dataclasses import dataclass

from cogwg.accounts.models import Jurisdiction
from cogwg.accounts.past_names import NamedThen
from cogwg.core.bilingual import Bilingual
from cogwg.plan.queries import AssignmentFacts, PlanFacts, PriorityFacts
from cogwg.reporting.dashboards import SubmittedReport
from cogwg.reporting.queries import CurrentStatus


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """An activity in a jurisdiction's priority, with its current status and the last report submitted for this quarter.

    ``is_awaited`` is true if the jurisdiction still has to submit this quarter's report. ``is_returned`` is true if the report
    was returned and the reader may see that. ``days_since_report`` counts from the last report in any quarter.
    """

    current_status: CurrentStatus
    sent_report: SubmittedReport | None
    is_awaited: bool
    is_returned: bool
    days_since_report: int | None

    @property
    def has_only_earlier_report(self) -> bool:
        """Whether the last report is for an earlier quarter."""
        return self.days_since_report is not None and self.sent_report is None


@dataclass(frozen=True, slots=True)
class RoleSection:
    """A jurisdiction's role in a priority, with its activities; ``may_report`` is whether the role allows reporting."""

    priority: PriorityFacts
    assignment: AssignmentFacts
    may_report: bool
    rows: tuple[ActivityRow, ...]


@dataclass(frozen=True, slots=True)
class JurisdictionRow:
    """A jurisdiction in the list: its roles, and how many of its reports were received and are expected for this quarter."""

    jurisdiction: Jurisdiction | NamedThen
    kind: Bilingual
    roles: tuple[tuple[PriorityFacts, AssignmentFacts], ...]
    sent_count: int
    asked_count: int


def roles_by_jurisdiction(plan: PlanFacts | None) -> dict[int | None, list[tuple[PriorityFacts, AssignmentFacts]]]:
    """Map the id of each jurisdiction to its roles in a plan, with their priorities. Vacant roles have the key None."""
    roles: dict[int | None, list[tuple[PriorityFacts, AssignmentFacts]]] = {}
    for priority in plan.priorities if plan is not None else ():
        for assignment in priority.assignments:
            roles.setdefault(assignment.jurisdiction_id, []).append((priority, assignment))
    return roles
