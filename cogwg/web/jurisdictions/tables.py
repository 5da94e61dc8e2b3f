"""Submitted reports as a table for download, with progress and challenges in both languages side by side.

Only signed-in people can download it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from cogwg.core.bilingual import Bilingual
from cogwg.core.calendar import TORONTO
from cogwg.core.status import NO_REPORT
from cogwg.core.tables import YES, Cell, Column, Table
from cogwg.plan.queries import ActivityFacts
from cogwg.reporting.dashboards import PeriodSubmission

_COLUMNS = (
    Column(Bilingual("Activity", "Activité"), 9),
    Column(Bilingual("Title", "Titre"), 36),
    Column(Bilingual("Quarter", "Trimestre"), 10),
    Column(Bilingual("Submitted", "Soumis"), 24),
    Column(Bilingual("Late", "Remis en retard"), 9),
    Column(Bilingual("On behalf of", "Au nom de"), 18),
    Column(Bilingual("Previous status", "État précédent"), 20),
    Column(Bilingual("Status", "État"), 20),
    Column(Bilingual("Nothing to report", "Rien à signaler"), 10),
    Column(Bilingual("Progress (English)", "Progrès (anglais)"), 50),
    Column(Bilingual("Progress (French)", "Progrès (français)"), 50),
    Column(Bilingual("Challenge (English)", "Défi (anglais)"), 40),
    Column(Bilingual("Challenge (French)", "Défi (français)"), 40),
    Column(Bilingual("Next step (English)", "Prochaine étape (anglais)"), 40),
    Column(Bilingual("Next step (French)", "Prochaine étape (français)"), 40),
    Column(Bilingual("Evidence", "Preuve"), 44),
    Column(Bilingual("Why there is no link", "Pourquoi il n’y a pas de lien"), 30),
)


def reports_table(
    jurisdiction_name: Bilingual,
    activities: Sequence[ActivityFacts],
    submissions: Mapping[int, Sequence[PeriodSubmission]],
    today: date,
) -> Table:
    """Return a table of all submissions on these activities, in the order of the activities, without people's names."""
    entries = [(activity, entry) for activity in activities for entry in submissions.get(activity.id, ())]
    return Table(
        name=Bilingual(f"{jurisdiction_name.en} reports", f"Rapports, {jurisdiction_name.fr}"),
        columns=_COLUMNS,
        rows=tuple(_row(activity, entry) for activity, entry in entries),
        as_of=today,
        sample=any(entry.submission.sample for _, entry in entries),
    )


def _row(activity: ActivityFacts, entry: PeriodSubmission) -> tuple[Cell, ...]:
    return (
        activity.code,
        activity.title,
        entry.period_key,
        entry.at.astimezone(TORONTO),
        YES if entry.submission.late else None,
        entry.behalf_of,
        entry.submission.before.label if entry.submission.before is not None else NO_REPORT,
        entry.submission.after.label,
        YES if entry.submission.nothing_to_report else None,
        entry.submission.progress.en,
        entry.submission.progress.fr,
        entry.submission.challenge.en,
        entry.submission.challenge.fr,
        entry.submission.next_step.en,
        entry.submission.next_step.fr,
        tuple(link.url for link in entry.submission.evidence),
        entry.submission.evidence_note,
    )
