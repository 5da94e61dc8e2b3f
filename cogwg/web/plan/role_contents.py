"""The contents of a role's page: the role in its priority, its history, and what the current user may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for

from cogwg.accounts.contacts import PeopleToAsk, people_to_ask
from cogwg.accounts.queries import MembershipFacts, jurisdictions
from cogwg.plan.queries import AssignmentFacts, PlanFacts, PriorityFacts, plan_facts
from cogwg.plan.role_history import RoleChange, priority_number_of_role, role_changes
from cogwg.plan.role_requests import RoleRequestFacts, role_requests
from cogwg.policy import Permission, acting_for, can_answer_role, can_request_role, has_permission
from cogwg.web.auth.access import current_user
from cogwg.web.http import i18n
from cogwg.web.http.database import session
from cogwg.web.plan.forms import HandOverForm, OfferForm


@dataclass(frozen=True, slots=True)
class RolePage:
    """A role in its priority, its history, and what the current user may do (nothing in a closed plan).

    ``share_url`` is the link that a co-chair can send to a jurisdiction that has not answered yet, or "" if there is none. If
    the role is vacant, ``requests`` are the requests for it, and ``requesting`` the user's jurisdictions that could request
    it.
    """

    plan: PlanFacts
    priority: PriorityFacts
    role: AssignmentFacts
    history: list[RoleChange]
    people_to_ask: PeopleToAsk
    share_url: str
    may_answer: bool = False
    is_on_behalf: bool = False
    may_manage: bool = False
    offer: OfferForm | None = None
    hand_over: HandOverForm | None = None
    requests: tuple[RoleRequestFacts, ...] = ()
    requesting: tuple[MembershipFacts, ...] = ()

    def may_withdraw(self, request: RoleRequestFacts) -> bool:
        """Return whether the current user may withdraw this request."""
        return not self.plan.is_closed and can_request_role(current_user(), request.jurisdiction_id)

    @property
    def is_accepted(self) -> bool:
        """Whether the jurisdiction accepted the role; a role that the plan assigns was never offered."""
        return self.role.is_confirmed and any(change.is_accepted for change in self.history)

    @property
    def url_values(self) -> dict[str, Any]:
        return {"lang": i18n.current_language().value, "year": self.plan.year, "id": self.role.id}


def load_role_page(year: int, id: int) -> RolePage:
    """Return the role with what the current user may do. Raises ``NotFound`` if the year's plan has no such role."""
    plan = plan_facts(session(), year, number=priority_number_of_role(session(), year, id))
    (priority,) = plan.priorities
    role = next(a for a in priority.assignments if a.id == id)
    person = current_user()
    can_manage = has_permission(person.roles, Permission.MANAGE_PLAN) and not plan.is_closed
    requests = tuple(role_requests(session(), id)) if role.is_vacant else ()
    available = available_jurisdictions(priority) if can_manage and not role.is_to_confirm else []
    return RolePage(
        plan=plan,
        priority=priority,
        role=role,
        history=role_changes(session(), [id])[id],
        people_to_ask=people_to_ask(
            session(),
            {role.jurisdiction_id: role.full_name} if role.jurisdiction_id is not None else {},
            reader_id=person.person_id,
            with_leads=has_permission(person.roles, Permission.SEE_CONTACTS),
        ),
        share_url=url_for("plan.role_page", lang=i18n.current_language().value, year=year, id=id, _external=True)
        if can_manage and role.is_to_confirm
        else "",
        may_answer=role.is_to_confirm
        and not plan.is_closed
        and role.jurisdiction_id is not None
        and can_answer_role(person, role.jurisdiction_id),
        is_on_behalf=role.jurisdiction_id is not None and acting_for(person, role.jurisdiction_id) is not None,
        may_manage=can_manage,
        offer=_offer_form(id, available, requests) if can_manage and role.is_vacant else None,
        hand_over=HandOverForm(available, formdata=None, data={"asked": role.jurisdiction_id})
        if can_manage and role.is_confirmed
        else None,
        requests=requests,
        requesting=_requesting(person.lead_memberships, priority, requests) if role.is_vacant and not plan.is_closed else (),
    )


def _offer_form(id: int, available: list[tuple[int, str]], requests: tuple[RoleRequestFacts, ...]) -> OfferForm:
    """Return the form to offer the role, with the first jurisdiction that requested it selected."""
    chosen = str(requests[0].jurisdiction_id) if requests else ""
    return OfferForm(id, available, formdata=None, data={"jurisdiction": chosen})


def _requesting(
    memberships: tuple[MembershipFacts, ...], priority: PriorityFacts, requests: tuple[RoleRequestFacts, ...]
) -> tuple[MembershipFacts, ...]:
    """Return the memberships for jurisdictions that have no role in this priority and have not requested the vacant one."""
    others = {a.jurisdiction_id for a in priority.assignments} | {request.jurisdiction_id for request in requests}
    return tuple(m for m in memberships if m.jurisdiction_id not in others)


def available_jurisdictions(priority: PriorityFacts) -> list[tuple[int, str]]:
    """Return the jurisdictions that have no role in this priority, sorted by name."""
    lang = i18n.current_language().value
    holders = {a.jurisdiction_id for a in priority.assignments}
    return [(j.id, j.name.text(lang)) for j in jurisdictions(session(), lang) if j.id not in holders]
