"""The command that makes two-step sign-in required for co-chairs and the secretariat, and the list of these people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Membership, OpenIDLink, Person, SecondFactor, SecurityKey
from cogwg.accounts.rules import FACTOR_ROLES
from cogwg.audit.services import Actor
from cogwg.core.bilingual import sort_key
from cogwg.core.errors import N_, Invalid, Message
from cogwg.site_settings.services import store_settings


@dataclass(frozen=True, slots=True)
class FactorHolder:
    """A person whose role can require two-step sign-in, and whether they have set it up, with an app or a security key.

    ``has_openid_link`` is whether they can sign in at the provider.
    """

    id: int
    name: str
    has_second_factor: bool
    has_openid_link: bool


def factor_holders(session: Session) -> list[FactorHolder]:
    """Return the co-chairs and the secretariat who are not deactivated, sorted by name, in one SQL statement."""
    has_role = exists().where(Membership.person_id == Person.id, Membership.role.in_(FACTOR_ROLES))
    columns = (_has_factor(Person.id).label("is_on"), exists().where(OpenIDLink.person_id == Person.id).label("is_linked"))
    rows = session.execute(select(Person.id, Person.name, *columns).where(has_role, Person.retired_at.is_(None)))
    holders = (FactorHolder(row.id, row.name, bool(row.is_on), bool(row.is_linked)) for row in rows)
    return sorted(holders, key=lambda holder: sort_key(holder.name))


def _has_factor(person_id: Any) -> ColumnElement[bool]:
    app = exists().where(SecondFactor.person_id == person_id, SecondFactor.confirmed_at.is_not(None))
    return or_(app, exists().where(SecurityKey.person_id == person_id))


def set_required_factor(session: Session, is_required: bool, *, version: int, by: Actor, at: datetime) -> bool:
    """Turn the requirement of two-step sign-in for co-chairs and the secretariat on or off; return whether anything changed.

    Raises ``Invalid`` if the person who turns it on has not set up two-step sign-in, and would be locked out; and ``Conflict``
    if the settings were changed since ``version``.
    """
    if is_required:
        if by.id is not None:
            session.get(SecondFactor, by.id, with_for_update=True)
        if by.id is None or not session.scalar(select(_has_factor(by.id))):
            raise Invalid(("", Message(N_("Set up your own two-step sign-in first. You would be locked out without it."))))
    values = {"require_second_factor": is_required or None}
    return store_settings(session, "settings.second-factor-changed", values, version=version, by=by, at=at)
