"""Milestones and challenges as tables for download, with both languages of every text side by side.

Only signed-in people can download them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from cogwg.core.bilingual import Bilingual
from cogwg.core.dates import join_list, month_of_year
from cogwg.core.tables import Cell, Column, Table
from cogwg.reporting.news.queries import ChallengeNews, MilestoneNews, News
from cogwg.reporting.news.rules import CHALLENGE_STATE_LABELS, DayOrMonth

DONE, UNDER_WAY = Bilingual("Done", "Réalisé"), Bilingual("Under way", "En cours")
UNATTRIBUTED = Bilingual("not attributed", "non attribué")
_REPORTED = Column(Bilingual("Date reported", "Signalé le"), 12)
_MILESTONE_COLUMNS = (
    Column(Bilingual("Jurisdiction", "Administration"), 24),
    Column(Bilingual("Milestone (English)", "Jalon (anglais)"), 50),
    Column(Bilingual("Milestone (French)", "Jalon (français)"), 50),
    Column(Bilingual("Status", "État"), 12),
    Column(Bilingual("Date", "Date"), 16),
    _REPORTED,
    Column(Bilingual("Links", "Liens"), 44),
)
_CHALLENGE_COLUMNS = (
    Column(Bilingual("Theme", "Thème"), 24),
    Column(Bilingual("Challenge (English)", "Défi (anglais)"), 50),
    Column(Bilingual("Challenge (French)", "Défi (français)"), 50),
    Column(Bilingual("Status", "État"), 12),
    Column(Bilingual("Reported by", "Signalé par"), 34),
    Column(Bilingual("Can be named in briefings", "Peut être nommée dans les présentations"), 34),
    Column(Bilingual("Not named in briefings", "Non nommée dans les présentations"), 34),
    _REPORTED,
)


def milestones_table(milestones: Sequence[MilestoneNews], today: date, *, is_demo: bool) -> Table:
    """Return a table of these milestones, in this order; those that a demo added or changed are marked as sample data."""
    rows = tuple(_milestone_row(m) for m in milestones)
    return _marked(Table(Bilingual("Milestones", "Jalons"), _MILESTONE_COLUMNS, rows, today), milestones, is_demo=is_demo)


def challenges_table(challenges: Sequence[ChallengeNews], today: date, *, is_demo: bool) -> Table:
    """Return a table of these challenges, in this order; those that a demo added or changed are marked as sample data.

    It has the names of all jurisdictions, even those that decks may not name.
    """
    rows = tuple(_challenge_row(c) for c in challenges)
    return _marked(Table(Bilingual("Challenges", "Défis"), _CHALLENGE_COLUMNS, rows, today), challenges, is_demo=is_demo)


def _marked(table: Table, news: Sequence[News], *, is_demo: bool) -> Table:
    """In a demo, mark the rows that are sample data: those that were added, or changed since their import from the source."""
    invented = frozenset(n for n, item in enumerate(news) if item.changed_at is not None) if is_demo else frozenset()
    return replace(table, sample=True, sample_rows=invented) if invented else table


def _milestone_row(milestone: MilestoneNews) -> tuple[Cell, ...]:
    return (
        milestone.jurisdiction,
        milestone.text.en,
        milestone.text.fr,
        UNDER_WAY if milestone.under_way else DONE,
        _when(milestone.happened),
        milestone.reported_on,
        tuple(link.url for link in milestone.links),
    )


def _when(happened: DayOrMonth) -> Bilingual | date | None:
    if happened.day is None or not happened.month_only:
        return happened.day
    return month_of_year(happened.day.year, happened.day.month)


def _challenge_row(challenge: ChallengeNews) -> tuple[Cell, ...]:
    return (
        challenge.theme,
        challenge.text.en,
        challenge.text.fr,
        CHALLENGE_STATE_LABELS[challenge.state],
        join_list([r.name for r in challenge.raised_by]) if challenge.raised_by else UNATTRIBUTED,
        join_list([r.name for r in challenge.raised_by if r.may_be_named]),
        join_list([r.name for r in challenge.raised_by if not r.may_be_named]),
        challenge.reported_on,
    )
