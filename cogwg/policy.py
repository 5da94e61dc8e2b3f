"""The permissions of each role. The rules of each package decide *when* an action is possible.

Views name a permission. The functions below the table decide whether a person may use it for one activity, role or email.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import Protocol

from cogwg.accounts.models import JURISDICTION_ROLES, Role
from cogwg.notices.rules import REMINDER_KINDS, NoticeKind
from cogwg.plan.queries import PriorityFacts
from cogwg.workbook.uploader import Uploader


class Permission(StrEnum):
    """Something that a role allows people to do."""

    USE_ACCOUNT = "use-account"
    """Use one's own account: name, email address, password, sessions, the data stored about oneself, and unsaved text."""
    READ_REPORTS = "read-reports"
    """Read everything submitted: report text, evidence, history, jurisdictions."""
    REPORT = "report"
    """Report for one's own jurisdictions, where the plan gives them a reporting role."""
    REPORT_ON_BEHALF = "report-on-behalf"
    """Report on behalf of any jurisdiction, such as one that answered by email or telephone; the audit log records this."""
    READ_BRIEFINGS = "read-briefings"
    """Read briefings and download their decks."""
    PREPARE_BRIEFINGS = "prepare-briefings"
    """Create, edit, comment on, share, finalize and delete briefings."""
    RECORD_DECISIONS = "record-decisions"
    """Record, correct and withdraw the decisions of a meeting on the slides of a finalized version."""
    MANAGE_PERIODS = "manage-periods"
    """See who has reported; open, extend, close and reopen a quarter; return a report; remind people whose reports are
    missing."""
    MANAGE_PLAN = "manage-plan"
    """Move a due date, override a priority's overall status, offer and end roles, rename and merge themes, read drafts."""
    EDIT_PLAN = "edit-plan"
    """Add, reword, reorder and retire priorities, activities and roles of a plan; write and adopt drafts; close a year."""
    POST_NEWS = "post-news"
    """Add milestones and challenges: a lead for their own jurisdictions, a co-chair or the secretariat for any."""
    TRANSLATE = "translate"
    """Add the missing language: a lead to their own jurisdictions' texts, a co-chair or the secretariat to any."""
    DISCUSS = "discuss"
    """Comment on activities, and edit and delete one's own comments."""
    PUBLISH = "publish"
    """Publish, correct and withdraw quarters and finalized briefings: see exactly what becomes public, and when."""
    RECORD_COMMITMENTS = "record-commitments"
    """Record OGP commitments, import them, invite their assessors, and answer the offers from civil society."""
    ASSESS_COMMITMENTS = "assess-commitments"
    """Assess the commitments that one was invited to assess, and offer to lead or help with a milestone."""
    RECORD_ENGAGEMENT = "record-engagement"
    """Set up engagement cycles and their phases, publish them, and place and release legal holds."""
    MODERATE_COMMENTS = "moderate-comments"
    """Publish, mask, hold and refuse comments from the public, and answer appeals."""
    ANALYSE_COMMENTS = "analyse-comments"
    """Enter and import comments, code them into themes, write dispositions, finalize and publish "What we heard"."""
    MANAGE_PEOPLE = "manage-people"
    """Invite people, change their accounts and roles, deactivate and reactivate accounts."""
    MANAGE_JURISDICTIONS = "manage-jurisdictions"
    """Add and rename jurisdictions and national municipal organizations, and set the contact of each."""
    MANAGE_SETTINGS = "manage-settings"
    """Change the settings of the site: who hosts it, whom to contact, the days on which reminders are sent, and required
    two-step sign-in."""
    READ_AUDIT_LOG = "read-audit-log"
    """Read and download the audit log: who did what, with the values before and after."""
    ACCEPT_REPORTS = "accept-reports"
    """Accept an incomplete report from a workbook, in spite of the rules, with a reason; the audit log records it."""
    SEE_OUTBOX = "see-outbox"
    """See which emails are waiting, were sent or could not be sent; read each of them, cancel it or send it now."""
    SEE_CONTACTS = "see-contacts"
    """See the names and email addresses of the leads of a jurisdiction. All signed-in people see those of the co-chairs."""


_READER_PERMISSIONS = frozenset({Permission.USE_ACCOUNT, Permission.READ_REPORTS, Permission.READ_BRIEFINGS})
_MEMBER_PERMISSIONS = _READER_PERMISSIONS | {
    Permission.POST_NEWS,
    Permission.TRANSLATE,
    Permission.DISCUSS,
    Permission.SEE_CONTACTS,
}
_COORDINATOR_PERMISSIONS = _MEMBER_PERMISSIONS | {
    Permission.REPORT_ON_BEHALF,
    Permission.PREPARE_BRIEFINGS,
    Permission.RECORD_DECISIONS,
    Permission.MANAGE_PERIODS,
    Permission.MANAGE_PLAN,
}
ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.READER: _READER_PERMISSIONS,
    Role.STEWARD: _READER_PERMISSIONS | {Permission.RECORD_COMMITMENTS, Permission.RECORD_ENGAGEMENT},
    Role.ASSESSOR: frozenset({Permission.USE_ACCOUNT, Permission.ASSESS_COMMITMENTS}),
    Role.MODERATOR: frozenset({Permission.USE_ACCOUNT, Permission.MODERATE_COMMENTS}),
    Role.ANALYST: _READER_PERMISSIONS | {Permission.ANALYSE_COMMENTS},
    Role.LEAD: _MEMBER_PERMISSIONS | {Permission.REPORT},
    Role.DEPUTY: _MEMBER_PERMISSIONS | {Permission.REPORT},
    Role.CO_CHAIR: _COORDINATOR_PERMISSIONS,
    Role.SECRETARIAT: _COORDINATOR_PERMISSIONS
    | {Permission.SEE_OUTBOX, Permission.MANAGE_PEOPLE, Permission.MANAGE_JURISDICTIONS}
    | {Permission.MANAGE_SETTINGS, Permission.EDIT_PLAN, Permission.READ_AUDIT_LOG, Permission.ACCEPT_REPORTS}
    | {Permission.PUBLISH, Permission.RECORD_COMMITMENTS, Permission.RECORD_ENGAGEMENT}
    | {Permission.MODERATE_COMMENTS, Permission.ANALYSE_COMMENTS},
}


def has_permission(roles: Collection[Role], permission: Permission) -> bool:
    """Return whether one of these roles grants the permission."""
    return any(permission in ROLE_PERMISSIONS[role] for role in roles)


def roles_with(permission: Permission) -> tuple[Role, ...]:
    """Return the roles that grant a permission."""
    return tuple(role for role in Role if permission in ROLE_PERMISSIONS[role])


class HeldRole(Protocol):
    """A person's role. Its ``jurisdiction_id`` is None for a role in the whole group."""

    @property
    def role(self) -> Role: ...
    @property
    def jurisdiction_id(self) -> int | None: ...


class RoleHolder(Protocol):
    """A person with their roles: the current user, or a ``Person`` from the database."""

    @property
    def memberships(self) -> Collection[HeldRole]: ...


def can_report_on(holder: RoleHolder, priority: PriorityFacts, behalf_of: int | None) -> bool:
    """Return whether this person may report on a priority's activities, as a lead or on behalf of ``behalf_of``."""
    roles = {m.role for m in holder.memberships}
    if behalf_of is not None:
        return has_permission(roles, Permission.REPORT_ON_BEHALF) and priority.can_report({behalf_of})
    lead_ids = {m.jurisdiction_id for m in holder.memberships if m.role in JURISDICTION_ROLES and m.jurisdiction_id is not None}
    return has_permission(roles, Permission.REPORT) and priority.can_report(lead_ids)


def uploader(holder: RoleHolder, person_id: int, preferred_ids: Iterable[int] = ()) -> Uploader:
    """Return this person as the uploader of a workbook, who may save the rows of the activities that they may report on.

    ``preferred_ids`` are the jurisdictions on whose behalf they would rather report.
    """
    leads = (m.jurisdiction_id for m in holder.memberships if m.role in JURISDICTION_ROLES)
    return Uploader(
        person_id,
        frozenset(id_ for id_ in leads if id_ is not None),
        lambda priority, behalf_of: can_report_on(holder, priority, behalf_of),
        may_accept=_has_permission(holder, Permission.ACCEPT_REPORTS),
        preferred_ids=tuple(preferred_ids),
    )


def can_translate_report(holder: RoleHolder, priority: PriorityFacts) -> bool:
    """Return whether this person may translate the reports on a priority; its leads, the co-chairs and the secretariat may."""
    may_act = _has_permission(holder, Permission.REPORT_ON_BEHALF) or can_report_on(holder, priority, None)
    return may_act and _has_permission(holder, Permission.TRANSLATE)


def can_see_return_note(holder: RoleHolder, priority: PriorityFacts) -> bool:
    """Return whether this person may read why a report on a priority was returned.

    Leads who may submit the report again may read the reason, and so may people who manage quarters.
    """
    return can_report_on(holder, priority, None) or _has_permission(holder, Permission.MANAGE_PERIODS)


def can_contribute(holder: RoleHolder, priority: PriorityFacts, jurisdiction_id: int) -> bool:
    """Return whether this person may add a partner's note on a priority, as a lead of this jurisdiction or on its behalf."""
    allowed = _leads_for(holder, jurisdiction_id) or _has_permission(holder, Permission.REPORT_ON_BEHALF)
    return allowed and priority.can_contribute({jurisdiction_id})


def can_answer_role(holder: RoleHolder, jurisdiction_id: int) -> bool:
    """Return whether this person may accept or decline a role for a jurisdiction, as one of its leads or on its behalf."""
    return _leads_for(holder, jurisdiction_id) or _has_permission(holder, Permission.MANAGE_PLAN)


def can_request_role(holder: RoleHolder, jurisdiction_id: int) -> bool:
    """Return whether this person may request a vacant role for a jurisdiction; only its leads may."""
    return _leads_for(holder, jurisdiction_id)


def can_request_due_date(holder: RoleHolder, priority: PriorityFacts, jurisdiction_id: int) -> bool:
    """Return whether this person may ask, for a jurisdiction, to move a due date of a priority.

    Only the jurisdiction's leads may, and only if the jurisdiction can report on the priority.
    """
    return _leads_for(holder, jurisdiction_id) and priority.can_report({jurisdiction_id})


def can_act_for(holder: RoleHolder, permission: Permission, jurisdictions: Collection[int]) -> bool:
    """Return whether this person may use this permission for at least one of these jurisdictions.

    Leads may use it for their own jurisdictions. Co-chairs and the secretariat may use it for any, even if ``jurisdictions`` is
    empty.
    """
    allowed = _has_permission(holder, Permission.REPORT_ON_BEHALF) or any(_leads_for(holder, id_) for id_ in jurisdictions)
    return allowed and _has_permission(holder, permission)


def acting_for(holder: RoleHolder, jurisdiction_id: int) -> int | None:
    """Return the id of the jurisdiction a person acts on behalf of, for the audit log; None if they are one of its leads."""
    return None if _leads_for(holder, jurisdiction_id) else jurisdiction_id


def can_manage_email(holder: RoleHolder, kind: str, *, is_own: bool = False) -> bool:
    """Return whether this person may read an email in the outbox, cancel it and send it now.

    The secretariat may do so with every email; co-chairs only with reminders, and with copies of reminders that are addressed
    to themselves (``is_own``).
    """
    is_reminder = kind in REMINDER_KINDS or (is_own and kind == NoticeKind.REMINDER_COPY)
    if is_reminder and _has_permission(holder, Permission.MANAGE_PERIODS):
        return True
    return _has_permission(holder, Permission.SEE_OUTBOX)


def _leads_for(holder: RoleHolder, jurisdiction_id: int) -> bool:
    return any(m.role in JURISDICTION_ROLES and m.jurisdiction_id == jurisdiction_id for m in holder.memberships)


def _has_permission(holder: RoleHolder, permission: Permission) -> bool:
    return has_permission({m.role for m in holder.memberships}, permission)
