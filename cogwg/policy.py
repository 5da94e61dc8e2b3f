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
    STEER_QUARTER = "steer-quarter"
    """See who has reported; open, close and reopen a quarter; return a report; remind those who are missing."""
    STEER_PLAN = "steer-plan"
    """Move a due date, set a priority's status by hand, chase vacant roles."""
    TELL_NEWS = "tell-news"
    """Add milestones and challenges: a lead for their own jurisdictions, the group's steering for any."""
    TRANSLATE = "translate"
    """Add the missing language: a lead to their own jurisdictions' texts, the group's steering to any."""
    DISCUSS = "discuss"
    """Comment on activities, and edit and delete one's own comments."""
    SEE_OUTBOX = "see-outbox"
    """See which mail waits, was sent or could not be."""


_EVERYBODY = frozenset({Permission.READ_RECORD, Permission.READ_BRIEFINGS})
_MEMBERS = _EVERYBODY | {Permission.TELL_NEWS, Permission.TRANSLATE, Permission.DISCUSS}
_STEERING = _MEMBERS | {
    Permission.REPORT_ON_BEHALF,
    Permission.PREPARE_BRIEFINGS,
    Permission.STEER_QUARTER,
    Permission.STEER_PLAN,
}
GRANTS: dict[Role, frozenset[Permission]] = {
    Role.READER: _EVERYBODY,
    Role.LEAD: _MEMBERS | {Permission.REPORT},
    Role.CO_CHAIR: _STEERING,
    Role.SECRETARIAT: _STEERING | {Permission.SEE_OUTBOX},
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


def may_see_return(who: Holder, priority: PriorityFacts) -> bool:
    """Whether this person learns why a report on a priority was sent back: who may send it again, and who steers the
    quarter."""
    return may_report_on(who, priority, None) or _may(who, Permission.STEER_QUARTER)


def may_contribute(who: Holder, priority: PriorityFacts, jurisdiction_id: int) -> bool:
    """Whether this person may add a partner's note for a jurisdiction: their own, or any on its behalf."""
    allowed = _leads_for(who, jurisdiction_id) or _may(who, Permission.REPORT_ON_BEHALF)
    return allowed and priority.may_contribute({jurisdiction_id})


def may_answer_role(who: Holder, jurisdiction_id: int) -> bool:
    """Whether this person may accept or decline a role that waits for a jurisdiction: their own, or any on its behalf."""
    return _leads_for(who, jurisdiction_id) or _may(who, Permission.STEER_PLAN)


def may_speak_for(who: Holder, permission: Permission, jurisdictions: Collection[int]) -> bool:
    """Whether this person may do this for one of these jurisdictions: a lead for their own, the steering for any or none."""
    allowed = _may(who, Permission.REPORT_ON_BEHALF) or any(_leads_for(who, one) for one in jurisdictions)
    return allowed and _may(who, permission)


def acts_for(who: Holder, jurisdiction_id: int) -> int | None:
    """The jurisdiction somebody acts on behalf of, for the trace; None where it is their own."""
    return None if _leads_for(who, jurisdiction_id) else jurisdiction_id


def _leads_for(who: Holder, jurisdiction_id: int) -> bool:
    return any(m.role is Role.LEAD and m.jurisdiction_id == jurisdiction_id for m in who.memberships)


def _may(who: Holder, permission: Permission) -> bool:
    return may({m.role for m in who.memberships}, permission)
