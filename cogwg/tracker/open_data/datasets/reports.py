"""The dataset of reports."""

from __future__ import annotations

from cogwg.core.bilingual import Bilingual
from cogwg.tracker.open_data.datasets.columns import OUTDATED, OWN_SAMPLE, PLAN, QUARTER, identifier
from cogwg.tracker.open_data.datasets.rows import reports_of
from cogwg.tracker.open_data.datasets.vocabulary import STATUSES
from cogwg.tracker.open_data.fields import Dataset, Field, FieldKind

REPORTS = Dataset(
    "reports",
    Bilingual("Reports", "Rapports"),
    Bilingual("Each published report of each quarter", "Chaque rapport publié de chaque trimestre"),
    (
        identifier(
            Bilingual(
                "Quarter and code of the activity, such as 2020-06-5.4.",
                "Trimestre et code de l’activité, par exemple 2020-06-5.4.",
            ),
            lambda row: f"{row.quarter}-{row.item.activity}",
        ),
        PLAN,
        QUARTER,
        Field(
            "activity",
            FieldKind.STRING,
            Bilingual("Activity", "Activité"),
            Bilingual("Code of the activity in its plan.", "Code de l’activité dans son plan."),
            lambda row: row.item.activity,
            required=True,
        ),
        Field(
            "activity_id",
            FieldKind.STRING,
            Bilingual("Identifier of the activity", "Identifiant de l’activité"),
            Bilingual(
                "Identifier of the activity in the dataset activities.",
                "Identifiant de l’activité dans le jeu de données activities.",
            ),
            lambda row: f"{row.plan}-{row.item.activity}",
            required=True,
        ),
        Field(
            "jurisdictions",
            FieldKind.CODES,
            Bilingual("Jurisdictions", "Administrations"),
            Bilingual(
                "Codes of the jurisdictions that report on the activity.",
                "Codes des administrations qui rendent compte de l’activité.",
            ),
            lambda row: row.item.jurisdictions,
        ),
        Field(
            "status",
            FieldKind.STRING,
            Bilingual("Status", "État"),
            Bilingual("Status of the activity.", "État de l’activité."),
            lambda row: row.item.status.value,
            required=True,
            codes=STATUSES,
        ),
        Field(
            "previous_status",
            FieldKind.STRING,
            Bilingual("Previous status", "État précédent"),
            Bilingual(
                "Status of the activity before the quarter; empty if there was no report.",
                "État de l’activité avant le trimestre; vide s’il n’y avait aucun rapport.",
            ),
            lambda row: row.item.previous_status.value if row.item.previous_status is not None else None,
            codes=STATUSES,
        ),
        Field(
            "submitted_on",
            FieldKind.DAY,
            Bilingual("Submitted on", "Soumis le"),
            Bilingual("Day on which the report was submitted.", "Jour où le rapport a été soumis."),
            lambda row: row.item.submitted_on,
            required=True,
        ),
        Field(
            "completed_on",
            FieldKind.DAY,
            Bilingual("Completed on", "Réalisée le"),
            Bilingual("Day on which the status Complete was submitted.", "Jour où l’état Réalisé a été soumis."),
            lambda row: row.item.completed_on,
        ),
        Field(
            "late",
            FieldKind.BOOLEAN,
            Bilingual("Late", "Remis en retard"),
            Bilingual(
                "True if the report was submitted after the day on which reports for the quarter were due.",
                "Vrai si le rapport a été soumis après le jour où les rapports du trimestre étaient attendus.",
            ),
            lambda row: row.item.late,
            required=True,
        ),
        Field(
            "nothing_to_report",
            FieldKind.BOOLEAN,
            Bilingual("Nothing to report", "Rien à signaler"),
            Bilingual("True if the jurisdiction had nothing to report.", "Vrai si l’administration n’avait rien à signaler."),
            lambda row: row.item.nothing_to_report,
            required=True,
        ),
        Field(
            "progress",
            FieldKind.TEXT,
            Bilingual("Progress", "Avancement"),
            Bilingual("What was done.", "Ce qui a été fait."),
            lambda row: row.item.progress,
        ),
        Field(
            "challenge",
            FieldKind.TEXT,
            Bilingual("Challenge", "Défi"),
            Bilingual("What causes a delay.", "Ce qui cause un retard."),
            lambda row: row.item.challenge,
        ),
        Field(
            "evidence_note",
            FieldKind.TEXT,
            Bilingual("Note on evidence", "Note sur les preuves"),
            Bilingual(
                "Why there is no link. Links are in the dataset links.",
                "Pourquoi il n’y a pas de lien. Les liens sont dans le jeu de données links.",
            ),
            lambda row: row.item.evidence_note,
        ),
        Field(
            "next_step",
            FieldKind.TEXT,
            Bilingual("Next step", "Prochaine étape"),
            Bilingual("What comes next.", "Ce qui vient ensuite."),
            lambda row: row.item.next_step,
        ),
        OUTDATED,
        OWN_SAMPLE,
    ),
    reports_of,
    main=True,
)
