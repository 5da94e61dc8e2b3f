"""Milestones and challenges as tables for download, with both languages of every text side by side.

Only signed-in people can download them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from cogwg.core.bilingual import Bilingual
from cogwg.core.dates import join_list, month_of_year
from cogwg.core.tables import Cell, Column, Table
from cogwg.reporting.news.queries import ChallengeNews, MilestoneNews
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


def milestones_table(milestones: Sequence[MilestoneNews], today: date) -> Table:
    """Return a table of these milestones, in this order."""
    return Table(Bilingual("Milestones", "Jalons"), _MILESTONE_COLUMNS, tuple(_milestone_row(m) for m in milestones), today)


def challenges_table(challenges: Sequence[ChallengeNews], today: date) -> Table:
    """Return a table of these challenges, in this order, with the names of all jurisdictions, even those decks may not name."""
    return Table(Bilingual("Challenges", "Défis"), _CHALLENGE_COLUMNS, tuple(_challenge_row(c) for c in challenges), today)


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
