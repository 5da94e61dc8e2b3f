"""The dataset of due dates that were moved."""

from __future__ import annotations

from collections.abc import Iterator

from cogwg.core.bilingual import Bilingual
from cogwg.tracker.open_data.datasets.columns import PLAN, QUARTER, SAMPLE, identifier, iso_due
from cogwg.tracker.open_data.datasets.rows import Row, activities_of
from cogwg.tracker.open_data.fields import Dataset, Field, FieldKind, Scope


def _moves(scope: Scope) -> Iterator[Row]:
    for row in activities_of(scope):
        yield from (Row(row.edition, move, row.item, n) for n, move in enumerate(row.item.moves, 1))


DUE_DATE_CHANGES = Dataset(
    "due-date-changes",
    Bilingual("Due-date changes", "Changements d’échéance"),
    Bilingual(
        "Due dates moved after the plan was adopted, with reasons",
        "Échéances déplacées après l’adoption du plan, avec les motifs",
    ),
    (
        identifier(
            Bilingual(
                "Activity and number of the change, such as 2020-5.4-change-1.",
                "Activité et numéro du changement, par exemple 2020-5.4-change-1.",
            ),
            lambda row: f"{row.plan}-{row.parent.code}-change-{row.number}",
        ),
        PLAN,
        Field(
            "activity_id",
            FieldKind.STRING,
            Bilingual("Identifier of the activity", "Identifiant de l’activité"),
            Bilingual(
                "Identifier of the activity in the dataset activities.",
                "Identifiant de l’activité dans le jeu de données activities.",
            ),
            lambda row: f"{row.plan}-{row.parent.code}",
            required=True,
        ),
        Field(
            "changed_on",
            FieldKind.DAY,
            Bilingual("Changed on", "Changée le"),
            Bilingual("Day of the change.", "Jour du changement."),
            lambda row: row.item.on,
            required=True,
        ),
        Field(
            "before",
            FieldKind.STRING,
            Bilingual("Before", "Avant"),
            Bilingual("Due month or day before the change.", "Mois ou jour de l’échéance avant le changement."),
            lambda row: iso_due(row.item.before),
            required=True,
        ),
        Field(
            "after",
            FieldKind.STRING,
            Bilingual("After", "Après"),
            Bilingual("Due month or day after the change.", "Mois ou jour de l’échéance après le changement."),
            lambda row: iso_due(row.item.after),
            required=True,
        ),
        Field(
            "reason",
            FieldKind.TEXT,
            Bilingual("Reason", "Motif"),
            Bilingual("Why the due date was moved.", "Raison du déplacement de l’échéance."),
            lambda row: row.item.reason,
        ),
        QUARTER,
        SAMPLE,
    ),
    _moves,
)
