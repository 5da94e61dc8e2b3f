"""The datasets. Each has a module that declares its fields once, and is registered here.

``columns`` has the fields that several datasets share, ``vocabulary`` the codes, and ``rows`` the sources of rows.
"""

from __future__ import annotations

from datetime import date

from cogwg.tracker.open_data.datasets.activities import ACTIVITIES
from cogwg.tracker.open_data.datasets.assessments import ASSESSMENTS
from cogwg.tracker.open_data.datasets.briefing_files import BRIEFING_FILES
from cogwg.tracker.open_data.datasets.challenges import CHALLENGES
from cogwg.tracker.open_data.datasets.comments import COMMENTS
from cogwg.tracker.open_data.datasets.commitment_milestones import COMMITMENT_MILESTONES
from cogwg.tracker.open_data.datasets.commitments import COMMITMENTS
from cogwg.tracker.open_data.datasets.consultations import CONSULTATIONS
from cogwg.tracker.open_data.datasets.corrections import CORRECTIONS
from cogwg.tracker.open_data.datasets.due_date_changes import DUE_DATE_CHANGES
from cogwg.tracker.open_data.datasets.indicators import INDICATORS
from cogwg.tracker.open_data.datasets.jurisdictions import JURISDICTIONS
from cogwg.tracker.open_data.datasets.links import LINKS
from cogwg.tracker.open_data.datasets.milestones import MILESTONES
from cogwg.tracker.open_data.datasets.plans import PLANS
from cogwg.tracker.open_data.datasets.priorities import PRIORITIES
from cogwg.tracker.open_data.datasets.priority_points import POINTS_OF_PRIORITIES
from cogwg.tracker.open_data.datasets.publications import PUBLICATION_LIST
from cogwg.tracker.open_data.datasets.quarters import QUARTERS
from cogwg.tracker.open_data.datasets.reports import REPORTS
from cogwg.tracker.open_data.datasets.roles import ROLES_IN_PRIORITIES
from cogwg.tracker.open_data.fields import Dataset, Scope

DATASETS = (
    PRIORITIES,
    ACTIVITIES,
    REPORTS,
    MILESTONES,
    CHALLENGES,
    COMMITMENTS,
    ASSESSMENTS,
    COMMITMENT_MILESTONES,
    INDICATORS,
    CONSULTATIONS,
    COMMENTS,
    PLANS,
    QUARTERS,
    JURISDICTIONS,
    POINTS_OF_PRIORITIES,
    ROLES_IN_PRIORITIES,
    DUE_DATE_CHANGES,
    LINKS,
    CORRECTIONS,
    PUBLICATION_LIST,
    BRIEFING_FILES,
)
"""All datasets: first those that most people need, then those that complete them."""
BY_NAME = {dataset.name: dataset for dataset in DATASETS}


def datasets_of(scope: Scope) -> tuple[Dataset, ...]:
    """Return the datasets of a scope; a scope of one edition has only the datasets with ``of_editions``."""
    return tuple(dataset for dataset in DATASETS if dataset.of_editions or scope.record is not None)


def day_of(scope: Scope) -> date:
    """Return the day of the data: that of the latest publication or withdrawal or, for a scope of one edition, of
    the edition.
    """
    days: list[date] = [edition.visible_on for edition in scope.quarters]
    if scope.record is not None:
        days += [edition.visible_on for edition in scope.record.commitment_editions]
        days += [edition.visible_on for edition in scope.record.engagement_editions]
        days += [briefing.visible_on for briefing in scope.record.briefings]
        days += [notice.withdrawn_on for notice in scope.record.withdrawals]
    return max(days, default=date(1970, 1, 1))
