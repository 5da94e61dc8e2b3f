"""What the secretariat does first with a new database, as a short list on its home page until all is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction, Person
from cogwg.accounts.queries import SignedInPerson
from cogwg.plan.models import WorkPlan
from cogwg.policy import Permission, has_permission
from cogwg.reporting.models import ReportingPeriod
from cogwg.web.http.mail_context import mail_settings


@dataclass(frozen=True, slots=True)
class FirstStep:
    """A step, how to do it, and the page where it is done ("" if there is none)."""

    title: str
    detail: str
    is_done: bool
    action: str = ""
    url: str = ""


def first_steps(session: Session, who: SignedInPerson, lang: str, today: date) -> list[FirstStep]:
    """Return the steps; none for other roles, or once all are done. Takes one SQL statement, or two while a step is left."""
    if not has_permission(who.roles, Permission.MANAGE_PEOPLE):
        return []
    has_begun = or_(
        ReportingPeriod.opens_on <= today, ReportingPeriod.opened_at.is_not(None), ReportingPeriod.closed_at.is_not(None)
    )
    done = session.execute(
        select(
            exists(Jurisdiction.id).select().label("jurisdictions"),
            exists().where(Person.id != who.person_id).label("people"),
            exists(WorkPlan.id).select().label("plan"),
            exists().where(has_begun).label("quarter"),
        )
    ).one()
    if all(done):
        return []
    next_period = session.execute(select(ReportingPeriod.year, ReportingPeriod.key).order_by(ReportingPeriod.key)).first()
    return [
        FirstStep(
            _("Add the jurisdictions"),
            _(
                "Each lead belongs to a jurisdiction, so add the jurisdictions first. "
                "The command “cogwg seed” adds those of the 2020 plan."
            ),
            done.jurisdictions,
            _("Add a jurisdiction"),
            url_for("admin.jurisdiction_list", lang=lang, _anchor="add"),
        ),
        FirstStep(
            _("Invite people"),
            _("Each person gets an email with a link to set a password.")
            if mail_settings().method
            else _("This site has no email server yet. Send each invitation yourself, from the person’s page."),
            done.people,
            _("Invite a person"),
            url_for("admin.people_list", lang=lang, _anchor="invite"),
        ),
        FirstStep(
            _("Adopt a plan"),
            _("Create one here, or ask your technical team to load it with the command “cogwg seed”."),
            done.plan,
            _("Go to the plans"),
            url_for("admin.plan_list", lang=lang),
        ),
        FirstStep(
            _("Open a quarter"),
            _("It opens automatically on its first day. You can open it earlier."),
            done.quarter,
            _("Go to the quarter") if next_period is not None else "",
            url_for("quarters.quarter_page", lang=lang, year=next_period.year, key=next_period.key)
            if next_period is not None
            else "",
        ),
    ]
