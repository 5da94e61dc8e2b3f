"""Jurisdictions in the tracker: their roles, the activities of the priorities with these roles, and their milestones."""

from __future__ import annotations

from dataclasses import dataclass

from werkzeug.wrappers import Response

from cogwg.core.bilingual import Bilingual, Language, sort_key
from cogwg.core.errors import NotFound
from cogwg.tracker.published import PublicRecord
from cogwg.tracker.reading import corrections_of, roles_of
from cogwg.tracker.values import (
    PublishedActivity,
    PublishedAssignment,
    PublishedCounts,
    PublishedJurisdiction,
    PublishedPriority,
    SubjectKind,
)
from cogwg.web.auth.access import public
from cogwg.web.public import blueprint
from cogwg.web.public.filters import with_name_in_plan
from cogwg.web.public.pages import draw_page
from cogwg.web.public.responses import respond
from cogwg.web.public.rows import TrackedActivity, activity_rows
from cogwg.web.public.shown import Shown, require_quarter, shown_quarter


@dataclass(frozen=True, slots=True)
class TrackedJurisdiction:
    """A jurisdiction in the list, with its name and what the plan calls it, its priorities and the number of its milestones."""

    jurisdiction: PublishedJurisdiction
    name: Bilingual
    priorities: tuple[PublishedPriority, ...]
    counts: PublishedCounts
    milestones: int


@dataclass(frozen=True, slots=True)
class RoleRows:
    """A priority in which the jurisdiction has a role, and its activities."""

    priority: PublishedPriority
    role: PublishedAssignment
    rows: list[TrackedActivity]


@blueprint.get("/<any(en, fr):lang>/tracker/jurisdictions")
@public
def tracker_jurisdictions(lang: str) -> Response:
    """List the jurisdictions, those with a role in the plan first."""
    return respond(lambda record: _draw_list(record, Language(lang)))


@blueprint.get("/<any(en, fr):lang>/tracker/jurisdictions/<code>")
@public
def tracker_jurisdiction(lang: str, code: str) -> Response:
    """Show the roles, activities and milestones of a jurisdiction."""
    return respond(lambda record: _draw(record, code))


def _draw_list(record: PublicRecord, lang: Language) -> str:
    shown = shown_quarter(record)
    if shown is None:
        return draw_page("public/nothing.html", record, None)
    rows = [_row(shown, jurisdiction) for jurisdiction in shown.content.jurisdictions]
    rows.sort(key=lambda row: (not row.priorities, sort_key(row.jurisdiction.name.text(lang))))
    return draw_page("public/jurisdictions.html", record, shown, rows=rows)


def _row(shown: Shown, jurisdiction: PublishedJurisdiction) -> TrackedJurisdiction:
    priorities = tuple(roles_of(shown.edition, jurisdiction.code))
    milestones = sum(milestone.jurisdiction == jurisdiction.code for milestone in shown.content.milestones)
    name = with_name_in_plan(shown.content, jurisdiction)
    return TrackedJurisdiction(jurisdiction, name, priorities, shown.content.counts(_activities(priorities)), milestones)


def _activities(priorities: tuple[PublishedPriority, ...]) -> list[PublishedActivity]:
    return [activity for priority in priorities for activity in priority.activities]


def _draw(record: PublicRecord, code: str) -> str:
    shown = require_quarter(record)
    jurisdiction = shown.content.jurisdiction(code)
    if jurisdiction is None:
        raise NotFound(f"published jurisdiction {code}")
    roles = [
        RoleRows(priority, next(role for role in priority.assignments if role.code == code), activity_rows(shown, priority))
        for priority in roles_of(shown.edition, code)
    ]
    milestones = [milestone for milestone in shown.content.milestones if milestone.jurisdiction == code]
    return draw_page(
        "public/jurisdiction.html",
        record,
        shown,
        jurisdiction=jurisdiction,
        name=with_name_in_plan(shown.content, jurisdiction),
        roles=roles,
        counts=shown.content.counts(_activities(tuple(role.priority for role in roles))),
        milestones=[(each, corrections_of(shown.edition, SubjectKind.MILESTONE, each.key)) for each in milestones[::-1]],
    )
