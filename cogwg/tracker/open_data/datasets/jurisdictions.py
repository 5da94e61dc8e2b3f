"""The dataset of jurisdictions."""

from __future__ import annotations

from collections.abc import Iterator

from cogwg.core.bilingual import Bilingual
from cogwg.tracker.open_data.datasets.columns import SAMPLE
from cogwg.tracker.open_data.datasets.rows import Row
from cogwg.tracker.open_data.fields import Dataset, Field, FieldKind, Scope


def _jurisdictions(scope: Scope) -> Iterator[Row]:
    if scope.newest is not None:
        yield from (Row(scope.newest, item) for item in scope.newest.content.jurisdictions)


JURISDICTIONS = Dataset(
    "jurisdictions",
    Bilingual("Jurisdictions", "Administrations"),
    Bilingual("Codes and names", "Codes et noms"),
    (
        Field(
            "code",
            FieldKind.STRING,
            Bilingual("Code", "Code"),
            Bilingual(
                "Code of the jurisdiction, such as on; identifies the row.",
                "Code de l’administration, par exemple on; identifie la ligne.",
            ),
            lambda row: row.item.code,
            required=True,
        ),
        Field(
            "name", FieldKind.TEXT, Bilingual("Name", "Nom"), Bilingual("Full name.", "Nom complet."), lambda row: row.item.name
        ),
        Field(
            "short_name",
            FieldKind.TEXT,
            Bilingual("Short name", "Nom abrégé"),
            Bilingual("Name where space is limited.", "Nom quand la place est limitée."),
            lambda row: row.item.short,
        ),
        SAMPLE,
    ),
    _jurisdictions,
)
