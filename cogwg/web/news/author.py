"""Code shared by the pages of this area: the jurisdictions a person may act for, and the sentence about a concurrent edit."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TypedDict

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction
from cogwg.accounts.queries import SignedInPerson, jurisdictions
from cogwg.audit.services import Actor
from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import NotFound
from cogwg.policy import Permission, acting_for, can_act_for, has_permission
from cogwg.reporting.news.queries import News
from cogwg.reporting.queries import ReportFacts
from cogwg.web.auth.access import is_current_user
from cogwg.web.http import clocks
from cogwg.web.http.filters import clock, day, person_name
from cogwg.web.http.i18n import current_language


class Authorship(TypedDict):
    """The arguments that every command on news takes: who acts, when, and a function that checks the permission."""

    by: Actor
    at: datetime
    is_allowed: Callable[[Collection[int]], bool]


@dataclass(frozen=True)
class Author:
    """The person who makes this request, and the jurisdictions they may act for."""

    session: Session
    who: SignedInPerson

    @cached_property
    def all_jurisdictions(self) -> list[Jurisdiction]:
        """Return all jurisdictions, sorted by name; they are read in one SQL statement, when first needed."""
        return jurisdictions(self.session, current_language().value)

    @property
    def may_post_news(self) -> bool:
        return has_permission(self.who.roles, Permission.POST_NEWS)

    @property
    def may_report_on_behalf(self) -> bool:
        return has_permission(self.who.roles, Permission.REPORT_ON_BEHALF)

    def permission_check(self, permission: Permission = Permission.POST_NEWS) -> Callable[[Collection[int]], bool]:
        """Return a function that takes jurisdiction ids and checks whether the person has this permission for one of them."""
        return lambda ids: can_act_for(self.who, permission, ids)

    def actor(self, jurisdiction_id: int | None = None) -> Actor:
        """Return the person as the actor of an audit event, on behalf of this jurisdiction unless they are its lead."""
        behalf = acting_for(self.who, jurisdiction_id) if jurisdiction_id is not None else None
        return Actor("person", self.who.person_id, behalf)

    def authorship(self, jurisdiction_id: int | None = None, permission: Permission = Permission.POST_NEWS) -> Authorship:
        """Return the arguments for a command by the person, on behalf of this jurisdiction unless they are its lead."""
        return {"by": self.actor(jurisdiction_id), "at": clocks.now(), "is_allowed": self.permission_check(permission)}

    @property
    def led_jurisdictions(self) -> list[tuple[int, str, Bilingual]]:
        """Return the id, code and name of each jurisdiction for which the person is a lead."""
        return [(m.jurisdiction_id, m.code, m.name) for m in self.who.lead_memberships if m.jurisdiction_id is not None]

    @property
    def own_options(self) -> list[tuple[str, str]]:
        """Return the jurisdictions that the person can choose from, as form options; empty if there is no choice."""
        lang = current_language()
        if self.may_report_on_behalf:
            return self.all_options
        return (
            [(code, name.text(lang)) for _id, code, name in self.led_jurisdictions] if len(self.led_jurisdictions) > 1 else []
        )

    @property
    def all_options(self) -> list[tuple[str, str]]:
        """Return all jurisdictions as form options."""
        return [(j.code, j.name.text(current_language())) for j in self.all_jurisdictions]

    def chosen_jurisdiction_id(self, code: str | None) -> int | None:
        """Return the id of the jurisdiction with this code or, if the form offered no choice (None), of the lead's own.

        Return None if no jurisdiction was chosen. Raises ``NotFound`` for an unknown code.
        """
        if code is None and self.led_jurisdictions:
            return self.led_jurisdictions[0][0]
        return self.jurisdiction_by_code(code).id if code else None

    def jurisdiction_by_code(self, code: str) -> Jurisdiction:
        """Return the jurisdiction with this code. Raises ``NotFound`` if there is none."""
        for jurisdiction in self.all_jurisdictions:
            if jurisdiction.code == code:
                return jurisdiction
        raise NotFound(f"jurisdiction {code}")


def concurrent_edit_sentence(news: News | ReportFacts, next_step: str = "") -> str:
    """Return a sentence that says who changed the item in the meantime, and when; ``next_step`` follows it."""
    by_id, at = news.last_change if isinstance(news, ReportFacts) else (news.changed_by_id, news.changed_at)
    if is_current_user(by_id) and at is not None:
        sentence = _("You made changes in another tab on %(day)s at %(time)s.", day=day(at), time=clock(at))
        return f"{sentence} {next_step}".strip()
    name = person_name(news.changed_by if by_id == news.changed_by_id else "") or _("Another person")
    if at is None:
        sentence = _("%(name)s made changes in the meantime.", name=name)
    else:
        sentence = _("%(name)s made changes on %(day)s at %(time)s.", name=name, day=day(at), time=clock(at))
    return f"{sentence} {next_step}".strip()
