"""Who may do what, on one page. *When* it may be done is the rules' business.

Views name a permission; row-level questions (whose activity?) are the functions below the table.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import Protocol

from cogwg.accounts.models import Role
from cogwg.plan.queries import PriorityFacts


class Permission(StrEnum):
    """What a role may be allowed to do."""

    READ_RECORD = "read-record"
    """Read everything submitted: report text, evidence, history, jurisdictions."""
    REPORT = "report"
    """Report for one's own jurisdictions, where the plan gives them a reporting role."""
    REPORT_ON_BEHALF = "report-on-behalf"
    """Report for any jurisdiction that answered by e-mail or telephone; recorded as such."""
    READ_BRIEFINGS = "read-briefings"
    """Read briefings and download their decks."""
    PREPARE_BRIEFINGS = "prepare-briefings"
    """Create briefings."""


_EVERYBODY = frozenset({Permission.READ_RECORD, Permission.READ_BRIEFINGS})
_STEERING = _EVERYBODY | {Permission.REPORT_ON_BEHALF, Permission.PREPARE_BRIEFINGS}
GRANTS: dict[Role, frozenset[Permission]] = {
    Role.READER: _EVERYBODY,
    Role.LEAD: _EVERYBODY | {Permission.REPORT},
    Role.CO_CHAIR: _STEERING,
    Role.SECRETARIAT: _STEERING,
}


def may(roles: Collection[Role], permission: Permission) -> bool:
    """Whether one of these roles grants the permission."""
    return any(permission in GRANTS[role] for role in roles)


class Held(Protocol):
    """A role with the jurisdiction it is held for, none where it belongs to the whole group."""

    @property
    def role(self) -> Role: ...
    @property
    def jurisdiction_id(self) -> int | None: ...


class Holder(Protocol):
    """Somebody with their roles: the person behind a request, or one of the record."""

    @property
    def memberships(self) -> Collection[Held]: ...


def may_report_on(who: Holder, priority: PriorityFacts, behalf_of: int | None) -> bool:
    """Whether this person may report on a priority's activities, for themselves or on behalf of a jurisdiction."""
    roles = {m.role for m in who.memberships}
    if behalf_of is not None:
        return may(roles, Permission.REPORT_ON_BEHALF) and priority.may_report({behalf_of})
    led = {m.jurisdiction_id for m in who.memberships if m.role is Role.LEAD and m.jurisdiction_id is not None}
    return may(roles, Permission.REPORT) and priority.may_report(led)
