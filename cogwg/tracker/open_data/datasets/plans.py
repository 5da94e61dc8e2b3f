"""The dataset of plans."""

from __future__ import annotations

from collections.abc import Iterator

from cogwg.core.bilingual import Bilingual
from cogwg.tracker.open_data.datasets.columns import QUARTER, SAMPLE
from cogwg.tracker.open_data.datasets.rows import Row
from cogwg.tracker.open_data.fields import Dataset, Field, FieldKind, Scope


def _plans(scope: Scope) -> Iterator[Row]:
    return (Row(edition) for edition in scope.plans)


PLANS = Dataset(
    "plans",
    Bilingual("Plans", "Plans"),
    Bilingual("Work plans, one for each year", "Plans de travail, un par année"),
    (
        Field(
            "plan",
            FieldKind.INTEGER,
            Bilingual("Plan", "Plan"),
            Bilingual("Year of the work plan; identifies the row.", "Année du plan de travail; identifie la ligne."),
            lambda row: row.plan,
            required=True,
        ),
        Field(
            "title",
            FieldKind.TEXT,
            Bilingual("Title", "Titre"),
            Bilingual("Title of the plan.", "Titre du plan."),
            lambda row: row.edition.content.plan_title,
        ),
        Field(
            "link",
            FieldKind.ADDRESS,
            Bilingual("Link", "Lien"),
            Bilingual("Web address of the adopted plan, if there is one.", "Adresse Web du plan adopté, s’il y en a une."),
            lambda row: row.edition.content.plan_link,
        ),
        Field(
            "adopted_on",
            FieldKind.DAY,
            Bilingual("Adopted on", "Adopté le"),
            Bilingual("Day on which the plan was adopted.", "Jour de l’adoption du plan."),
            lambda row: row.edition.content.adopted_on,
            required=True,
        ),
        QUARTER,
        SAMPLE,
    ),
    _plans,
)
