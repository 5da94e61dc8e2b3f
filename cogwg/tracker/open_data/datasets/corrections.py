"""The dataset of corrections."""

from __future__ import annotations

from collections.abc import Iterator

from cogwg.core.bilingual import Bilingual
from cogwg.tracker.open_data.datasets.columns import QUARTER, SAMPLE, identifier
from cogwg.tracker.open_data.datasets.rows import Row
from cogwg.tracker.open_data.datasets.vocabulary import SUBJECTS
from cogwg.tracker.open_data.fields import Dataset, Field, FieldKind, Scope


def _corrections(scope: Scope) -> Iterator[Row]:
    for edition in scope.quarters:
        yield from (Row(edition, item, None, n) for n, item in enumerate(edition.content.corrections, 1))


CORRECTIONS = Dataset(
    "corrections",
    Bilingual("Corrections", "Corrections"),
    Bilingual("What was changed after it was published, and why", "Ce qui a été changé après la publication, et pourquoi"),
    (
        identifier(
            Bilingual(
                "Quarter and number of the correction, such as 2020-06-correction-1.",
                "Trimestre et numéro de la correction, par exemple 2020-06-correction-1.",
            ),
            lambda row: f"{row.quarter}-correction-{row.number}",
        ),
        QUARTER,
        Field(
            "corrected_on",
            FieldKind.DAY,
            Bilingual("Corrected on", "Corrigé le"),
            Bilingual("Day of the correction.", "Jour de la correction."),
            lambda row: row.item.on,
            required=True,
        ),
        Field(
            "kind",
            FieldKind.STRING,
            Bilingual("Type", "Type"),
            Bilingual("Type of item that was corrected.", "Type d’élément corrigé."),
            lambda row: row.item.kind.value,
            required=True,
            codes=SUBJECTS,
        ),
        Field(
            "subject",
            FieldKind.STRING,
            Bilingual("Subject", "Sujet"),
            Bilingual(
                "Code of the activity, or identifier of the milestone or challenge.",
                "Code de l’activité ou identifiant du jalon ou du défi.",
            ),
            lambda row: row.item.subject,
            required=True,
        ),
        Field(
            "field",
            FieldKind.STRING,
            Bilingual("Field", "Champ"),
            Bilingual(
                "Name of the corrected field; empty if the whole item was added or removed.",
                "Nom du champ corrigé; vide si l’élément entier a été ajouté ou retiré.",
            ),
            lambda row: row.item.field,
        ),
        Field(
            "before",
            FieldKind.TEXT,
            Bilingual("Before", "Avant"),
            Bilingual("What was published first.", "Ce qui a été publié d’abord."),
            lambda row: row.item.before,
        ),
        Field(
            "after",
            FieldKind.TEXT,
            Bilingual("After", "Après"),
            Bilingual("What is published now.", "Ce qui est publié maintenant."),
            lambda row: row.item.after,
        ),
        Field(
            "reason",
            FieldKind.TEXT,
            Bilingual("Reason", "Motif"),
            Bilingual("Reason for the correction.", "Motif de la correction."),
            lambda row: row.item.reason,
        ),
        SAMPLE,
    ),
    _corrections,
)
