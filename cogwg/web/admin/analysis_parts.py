"""What the pages of analysts share: the cycle, its themes in words, and the list of cycles to analyse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cogwg.core.bilingual import Bilingual
from cogwg.engagement.coding import published_counts
from cogwg.engagement.cycles import cycle_row, cycle_rows
from cogwg.engagement.models import EngagementCycle, EngagementTheme
from cogwg.policy import Permission, has_permission
from cogwg.tracker.models import PublicationKind
from cogwg.tracker.overview import NEVER_PUBLISHED, publication_states
from cogwg.web.admin import blueprint
from cogwg.web.auth.access import current_user, requires
from cogwg.web.http import clocks
from cogwg.web.http.database import session


@dataclass(frozen=True, slots=True)
class AnalysedCycle:
    """The progress of the analysis of a cycle. ``uncoded`` counts the published comments that are in no theme."""

    key: str
    title: Bilingual
    themes: int
    published: int
    uncoded: int
    is_public: bool


@blueprint.get("/analysis")
@requires(Permission.ANALYSE_COMMENTS)
def analysis_list(lang: str) -> str:
    """List the cycles with the progress of the analysis of each."""
    return render_template(
        "admin/analysis/list.html",
        cycles=_analysed(session(), cycle_rows(session())),
        with_tabs=has_permission(current_user().roles, Permission.MANAGE_PEOPLE),
    )


def analysed_cycle(key: str) -> EngagementCycle:
    """Return the cycle in the URL. Raises ``NotFound`` if it does not exist."""
    return cycle_row(session(), key)


def _analysed(open_session: Session, cycles: Sequence[EngagementCycle]) -> list[AnalysedCycle]:
    themes = dict(open_session.execute(select(EngagementTheme.cycle_id, func.count()).group_by(EngagementTheme.cycle_id)).all())
    states = publication_states(open_session, clocks.now())
    counts = published_counts(open_session)
    return [
        AnalysedCycle(
            cycle.key,
            cycle.title,
            themes.get(cycle.id, 0),
            *counts.get(cycle.id, (0, 0)),
            is_public=states.get((PublicationKind.HEARD, cycle.key), NEVER_PUBLISHED).public is not None,
        )
        for cycle in cycles
    ]
