"""``cogwg plan``: list the plans by year, and count what a carry-over would create."""

from __future__ import annotations

import os
from pathlib import Path

import click
from sqlalchemy.orm import Session

from cogwg.cli import options
from cogwg.core import settings
from cogwg.core.errors import ConfigurationError
from cogwg.core.status import Status
from cogwg.plan.carry_over import count_carried, default_choice
from cogwg.plan.queries import plan_facts
from cogwg.reporting.queries import current_statuses
from cogwg.year_end.overview import YearOverview, year_overviews


@click.group(cls=options.CommandGroup)
def plan() -> None:
    """List the plans, and count what a carry-over would create."""


@plan.command("list")
@options.data
def list_plans(data: Path | None) -> None:
    """List the plans and drafts by year, the latest first."""
    with Session(options.ready_engine(data)) as session:
        overviews = year_overviews(session)
    for overview in overviews:
        click.echo(f"{overview.year}  {_state(overview)}; {_contents(overview)}")
    if not overviews:
        click.echo("There is no plan.")


@plan.command("carry-over")
@click.argument("year", type=int)
@click.option("--dry-run", is_flag=True, help="Count what the draft would contain with the page's preselected choices.")
@options.data
@options.today
def carry_over(year: int, dry_run: bool, data: Path | None, today: str | None) -> None:
    """Count what carrying over the plan of YEAR would create. The draft itself is created on the site, on the page of the
    carry-over.
    """
    if not dry_run:
        page = f"{settings.public_url(os.environ)}/en/admin/plans/{year}/carry-over"
        raise ConfigurationError(f"Choose what to do with each activity at {page}. To see the counts here, add --dry-run.")
    calendar = options.calendar(today)
    with Session(options.ready_engine(data)) as session:
        facts = plan_facts(session, year)
        statuses = current_statuses(session, facts, calendar.today())
    complete = {id_ for id_, current in statuses.items() if current.status is Status.COMPLETE}
    choices = {each.id: default_choice(each, is_complete=each.id in complete) for each in facts.activities}
    counts = count_carried(facts, choices, complete)
    carried = (
        f"{_counted(counts.priorities, 'priority', 'priorities')}, "
        f"{_counted(counts.carried, 'activity', 'activities')} carried over, "
        f"{counts.dropped} dropped, {counts.complete} complete"
    )
    left = (
        f"{_counted(counts.vacant_priorities, 'priority needs', 'priorities need')} a lead; "
        f"{_counted(counts.roles_to_confirm, 'role', 'roles')} to confirm"
    )
    click.echo(f"{year + 1}: {carried}; {left}. Nothing was written.")


def _state(overview: YearOverview) -> str:
    if overview.is_draft:
        return "draft"
    adopted = f"adopted on {overview.adopted_on}"
    return f"{adopted}, closed on {overview.closed_on}" if overview.is_closed else adopted


def _contents(overview: YearOverview) -> str:
    priorities = _counted(overview.priorities, "priority", "priorities")
    return f"{priorities}, {_counted(overview.activities, 'activity', 'activities')}"


def _counted(number: int, singular: str, plural: str) -> str:
    return f"{number} {singular if number == 1 else plural}"
