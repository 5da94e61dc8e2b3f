"""The dataset of published quarters."""

from __future__ import annotations

from collections.abc import Iterator

from cogwg.core.bilingual import Bilingual
from cogwg.tracker.open_data.datasets.columns import PLAN, SAMPLE, hash_fields
from cogwg.tracker.open_data.datasets.rows import Row
from cogwg.tracker.open_data.fields import Dataset, Field, FieldKind, Scope


def _quarters(scope: Scope) -> Iterator[Row]:
    return (Row(edition) for edition in scope.quarters)


def quarter_title(key: str) -> Bilingual:
    """Return the title of a quarter from its key, such as "Quarter 2 of 2020"."""
    number = int(key[5:]) // 3
    return Bilingual(f"Quarter {number} of {key[:4]}", f"Trimestre {number} de {key[:4]}")


QUARTERS = Dataset(
    "quarters",
    Bilingual("Quarters", "Trimestres"),
    Bilingual("Published quarters, each with its latest version", "Trimestres publiés, chacun avec sa dernière version"),
    (
        Field(
            "quarter",
            FieldKind.STRING,
            Bilingual("Quarter", "Trimestre"),
            Bilingual(
                "Year and last month of the quarter, such as 2020-06; identifies the row.",
                "Année et dernier mois du trimestre, par exemple 2020-06; identifie la ligne.",
            ),
            lambda row: row.quarter,
            required=True,
        ),
        PLAN,
        Field(
            "version",
            FieldKind.INTEGER,
            Bilingual("Version", "Version"),
            Bilingual(
                "Number of the version: 1 for the first one; a correction is the next one.",
                "Numéro de la version\u00a0: 1 pour la première; une correction est la suivante.",
            ),
            lambda row: row.edition.edition,
            required=True,
        ),
        Field(
            "version_at",
            FieldKind.TIME,
            Bilingual("Version published", "Version publiée"),
            Bilingual(
                "Time at which this version became public, in UTC.", "Moment où cette version est devenue publique, en UTC."
            ),
            lambda row: row.edition.visible_at,
            required=True,
        ),
        Field(
            "published_on",
            FieldKind.DAY,
            Bilingual("First published on", "Première publication le"),
            Bilingual(
                "Day on which the first version became public. Activities are due or overdue as of this day.",
                "Jour où la première version est devenue publique. L’échéance des activités est évaluée ce jour-là.",
            ),
            lambda row: row.edition.content.published_on,
            required=True,
        ),
        Field(
            "due_on",
            FieldKind.DAY,
            Bilingual("Reports due on", "Rapports attendus le"),
            Bilingual("Day on which reports for the quarter were due.", "Jour où les rapports du trimestre étaient attendus."),
            lambda row: row.edition.content.due_on,
            required=True,
        ),
        *hash_fields(lambda row: row.edition),
        SAMPLE,
    ),
    _quarters,
)
