"""The dataset of the expected results of each priority, and of the consequences of its issue."""

from __future__ import annotations

from collections.abc import Iterator

from cogwg.core.bilingual import Bilingual
from cogwg.tracker.open_data.datasets.columns import PLAN, PRIORITY, PRIORITY_ID, QUARTER, SAMPLE, identifier
from cogwg.tracker.open_data.datasets.rows import Row, priorities_of
from cogwg.tracker.open_data.datasets.vocabulary import POINTS
from cogwg.tracker.open_data.fields import Dataset, Field, FieldKind, Scope


def _points(scope: Scope) -> Iterator[Row]:
    for row in priorities_of(scope):
        for kind, texts in (("consequence", row.item.consequences), ("result", row.item.results)):
            yield from (Row(row.edition, text, row.item, n, kind) for n, text in enumerate(texts, 1))


POINTS_OF_PRIORITIES = Dataset(
    "priority-points",
    Bilingual("Results and consequences", "Résultats et conséquences"),
    Bilingual(
        "What each priority should achieve, and what happens if nothing is done",
        "Ce que chaque priorité doit permettre d’accomplir, et ce qui arrive si rien n’est fait",
    ),
    (
        identifier(
            Bilingual(
                "Priority, type and position, such as 2020-5-result-1.",
                "Priorité, type et position, par exemple 2020-5-result-1.",
            ),
            lambda row: f"{row.plan}-{row.parent.number}-{row.kind}-{row.number}",
        ),
        PLAN,
        PRIORITY,
        PRIORITY_ID,
        Field(
            "kind",
            FieldKind.STRING,
            Bilingual("Type", "Type"),
            Bilingual("Expected result, or consequence of not acting.", "Résultat attendu ou conséquence de l’inaction."),
            lambda row: row.kind,
            required=True,
            codes=POINTS,
        ),
        Field(
            "position",
            FieldKind.INTEGER,
            Bilingual("Position", "Position"),
            Bilingual("Position in the list, starting at 1.", "Position dans la liste, à partir de 1."),
            lambda row: row.number,
            required=True,
        ),
        Field(
            "text",
            FieldKind.TEXT,
            Bilingual("Text", "Texte"),
            Bilingual("Text of the plan.", "Texte du plan."),
            lambda row: row.item,
        ),
        QUARTER,
        SAMPLE,
    ),
    _points,
)
