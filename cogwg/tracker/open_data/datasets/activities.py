"""The dataset of activities."""

from __future__ import annotations

from cogwg.core.bilingual import Bilingual
from cogwg.tracker.open_data.datasets.columns import PLAN, PRIORITY, PRIORITY_ID, QUARTER, SAMPLE, identifier, iso_due
from cogwg.tracker.open_data.datasets.rows import Row, activities_of
from cogwg.tracker.open_data.datasets.vocabulary import STATUSES, TIMELINESSES
from cogwg.tracker.open_data.fields import Dataset, Field, FieldKind
from cogwg.tracker.values import PublishedRole


def _codes_of(row: Row, role: PublishedRole) -> tuple[str, ...]:
    return tuple(each.code for each in row.parent.assignments if each.role is role and each.code)


ACTIVITIES = Dataset(
    "activities",
    Bilingual("Activities", "Activités"),
    Bilingual(
        "Due months, leads and partners, last published status", "Échéances, responsables et partenaires, dernier état publié"
    ),
    (
        identifier(
            Bilingual("Plan and code, such as 2020-5.4.", "Plan et code, par exemple 2020-5.4."),
            lambda row: f"{row.plan}-{row.item.code}",
        ),
        PLAN,
        PRIORITY,
        PRIORITY_ID,
        Field(
            "code",
            FieldKind.STRING,
            Bilingual("Code", "Code"),
            Bilingual("Code of the activity in its plan, such as 5.4.", "Code de l’activité dans son plan, par exemple 5.4."),
            lambda row: row.item.code,
            required=True,
        ),
        Field(
            "title",
            FieldKind.TEXT,
            Bilingual("Title", "Titre"),
            Bilingual("Short title.", "Titre court."),
            lambda row: row.item.title,
        ),
        Field(
            "text",
            FieldKind.TEXT,
            Bilingual("Text", "Texte"),
            Bilingual("Text of the plan.", "Texte du plan."),
            lambda row: row.item.text,
        ),
        Field(
            "leads",
            FieldKind.CODES,
            Bilingual("Leads", "Responsables"),
            Bilingual(
                "Codes of the jurisdictions that lead the priority.", "Codes des administrations responsables de la priorité."
            ),
            lambda row: _codes_of(row, PublishedRole.LEAD),
        ),
        Field(
            "partners",
            FieldKind.CODES,
            Bilingual("Partners", "Partenaires"),
            Bilingual("Codes of the partner jurisdictions.", "Codes des administrations partenaires."),
            lambda row: _codes_of(row, PublishedRole.PARTNER),
        ),
        Field(
            "jurisdictions",
            FieldKind.CODES,
            Bilingual("Jurisdictions", "Administrations"),
            Bilingual(
                "Codes of all jurisdictions with a role in the priority: leads, partners, and those whose role the plan "
                "does not state.",
                "Codes de toutes les administrations qui ont un rôle dans la priorité\u00a0: responsables, partenaires et "
                "celles dont le plan ne précise pas le rôle.",
            ),
            lambda row: tuple(each.code for each in row.parent.assignments if each.code),
        ),
        Field(
            "due",
            FieldKind.STRING,
            Bilingual("Due", "Échéance"),
            Bilingual(
                "Due month (2020-06) or, if the plan has one, due day (2020-06-24).",
                "Mois de l’échéance (2020-06) ou, si le plan en fixe un, jour (2020-06-24).",
            ),
            lambda row: iso_due(row.item.due),
            required=True,
        ),
        Field(
            "due_by",
            FieldKind.DAY,
            Bilingual("Due by", "Au plus tard le"),
            Bilingual("Due day, or last day of the due month.", "Jour de l’échéance, ou dernier jour du mois de l’échéance."),
            lambda row: row.item.due.last_day,
            required=True,
        ),
        Field(
            "due_words",
            FieldKind.TEXT,
            Bilingual("Due date in the plan’s words", "Échéance selon le plan"),
            Bilingual("Due date as it is worded in the plan.", "Échéance telle qu’elle est formulée dans le plan."),
            lambda row: row.item.due_words,
        ),
        Field(
            "ongoing",
            FieldKind.BOOLEAN,
            Bilingual("Ongoing", "En continu"),
            Bilingual("True if the plan says that the activity continues.", "Vrai si le plan dit que l’activité se poursuit."),
            lambda row: row.item.ongoing,
            required=True,
        ),
        Field(
            "status",
            FieldKind.STRING,
            Bilingual("Status", "État"),
            Bilingual(
                "Status in the last report, up to and including the quarter; empty if there is no report.",
                "État selon le dernier rapport, jusqu’au trimestre inclus; vide s’il n’y a aucun rapport.",
            ),
            lambda row: row.item.status.value if row.item.status is not None else None,
            codes=STATUSES,
        ),
        Field(
            "reported_in",
            FieldKind.STRING,
            Bilingual("Last reported in", "Dernier rapport"),
            Bilingual("Quarter of the last report.", "Trimestre du dernier rapport."),
            lambda row: row.item.reported_in,
        ),
        Field(
            "completed_on",
            FieldKind.DAY,
            Bilingual("Completed on", "Réalisée le"),
            Bilingual("Day on which the status Complete was submitted.", "Jour où l’état Réalisé a été soumis."),
            lambda row: row.item.completed_on,
        ),
        Field(
            "timeliness",
            FieldKind.STRING,
            Bilingual("Timeliness", "Respect de l’échéance"),
            Bilingual(
                "Timeliness on the day on which the quarter was first published.",
                "Respect de l’échéance le jour de la première publication du trimestre.",
            ),
            lambda row: row.edition.content.timeliness(row.item).value,
            required=True,
            codes=TIMELINESSES,
        ),
        QUARTER,
        SAMPLE,
    ),
    activities_of,
    main=True,
)
