"""The dataset of priorities."""

from __future__ import annotations

from cogwg.core.bilingual import Bilingual
from cogwg.tracker.open_data.datasets.columns import PLAN, QUARTER, SAMPLE, identifier
from cogwg.tracker.open_data.datasets.rows import priorities_of
from cogwg.tracker.open_data.fields import Dataset, Field, FieldKind

PRIORITIES = Dataset(
    "priorities",
    Bilingual("Priorities", "Priorités"),
    Bilingual("Priorities with their issue and expected outcome", "Priorités, avec l’enjeu et le résultat visé"),
    (
        identifier(
            Bilingual("Plan and number, such as 2020-5.", "Plan et numéro, par exemple 2020-5."),
            lambda row: f"{row.plan}-{row.item.number}",
        ),
        PLAN,
        Field(
            "number",
            FieldKind.INTEGER,
            Bilingual("Number", "Numéro"),
            Bilingual("Number of the priority in its plan.", "Numéro de la priorité dans son plan."),
            lambda row: row.item.number,
            required=True,
        ),
        Field(
            "title",
            FieldKind.TEXT,
            Bilingual("Title", "Titre"),
            Bilingual("Title of the priority.", "Titre de la priorité."),
            lambda row: row.item.title,
        ),
        Field(
            "short_title",
            FieldKind.TEXT,
            Bilingual("Short title", "Titre court"),
            Bilingual("Title where space is limited.", "Titre quand la place est limitée."),
            lambda row: row.item.short,
        ),
        Field(
            "issue",
            FieldKind.TEXT,
            Bilingual("Issue", "Enjeu"),
            Bilingual("What the priority is about.", "Ce sur quoi porte la priorité."),
            lambda row: row.item.issue,
        ),
        Field(
            "outcome",
            FieldKind.TEXT,
            Bilingual("Expected outcome", "Résultat visé"),
            Bilingual("What the priority aims for.", "Ce que vise la priorité."),
            lambda row: row.item.outcome,
        ),
        QUARTER,
        SAMPLE,
    ),
    priorities_of,
    main=True,
)
