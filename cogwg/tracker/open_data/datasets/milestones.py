"""The dataset of milestones."""

from __future__ import annotations

from cogwg.core.bilingual import Bilingual
from cogwg.tracker.open_data.datasets.columns import OUTDATED, QUARTER, REPORTED_ON, SAMPLE, identifier
from cogwg.tracker.open_data.datasets.rows import milestones_of
from cogwg.tracker.open_data.fields import Dataset, Field, FieldKind

MILESTONES = Dataset(
    "milestones",
    Bilingual("Milestones", "Jalons"),
    Bilingual("What jurisdictions achieved", "Ce que les administrations ont réalisé"),
    (
        identifier(
            Bilingual("Identifier of the milestone; it never changes.", "Identifiant du jalon; il ne change jamais."),
            lambda row: row.item.key,
        ),
        Field(
            "jurisdiction",
            FieldKind.STRING,
            Bilingual("Jurisdiction", "Administration"),
            Bilingual("Code of the jurisdiction.", "Code de l’administration."),
            lambda row: row.item.jurisdiction,
            required=True,
        ),
        Field(
            "text",
            FieldKind.TEXT,
            Bilingual("Text", "Texte"),
            Bilingual("What was achieved.", "Ce qui a été réalisé."),
            lambda row: row.item.text,
        ),
        Field(
            "under_way",
            FieldKind.BOOLEAN,
            Bilingual("Under way", "En cours"),
            Bilingual("True if the milestone is not done yet.", "Vrai si le jalon n’est pas encore réalisé."),
            lambda row: row.item.under_way,
            required=True,
        ),
        REPORTED_ON,
        Field(
            "happened_on",
            FieldKind.DAY,
            Bilingual("Date", "Date"),
            Bilingual(
                "Date of the milestone, if the jurisdiction gives one.", "Date du jalon, si l’administration en donne une."
            ),
            lambda row: row.item.happened_on,
        ),
        Field(
            "month_only",
            FieldKind.BOOLEAN,
            Bilingual("Month only", "Mois seulement"),
            Bilingual("True if only the month of the date is known.", "Vrai si seul le mois de la date est connu."),
            lambda row: row.item.month_only,
            required=True,
        ),
        QUARTER,
        OUTDATED,
        SAMPLE,
    ),
    milestones_of,
    main=True,
)
