"""The dataset of leads and partners."""

from __future__ import annotations

from collections.abc import Iterator

from cogwg.core.bilingual import Bilingual
from cogwg.tracker.open_data.datasets.columns import PLAN, PRIORITY, PRIORITY_ID, QUARTER, SAMPLE, identifier
from cogwg.tracker.open_data.datasets.rows import Row, priorities_of
from cogwg.tracker.open_data.datasets.vocabulary import ROLE_STATES, ROLES
from cogwg.tracker.open_data.fields import Dataset, Field, FieldKind, Scope


def _roles(scope: Scope) -> Iterator[Row]:
    for row in priorities_of(scope):
        yield from (Row(row.edition, role, row.item, n) for n, role in enumerate(row.item.assignments, 1))


ROLES_IN_PRIORITIES = Dataset(
    "roles",
    Bilingual("Roles", "Rôles"),
    Bilingual(
        "Leads and partners of each priority, and vacant roles",
        "Responsables et partenaires de chaque priorité, et rôles vacants",
    ),
    (
        identifier(
            Bilingual(
                "Priority and number of the role, such as 2020-5-role-1.",
                "Priorité et numéro du rôle, par exemple 2020-5-role-1.",
            ),
            lambda row: f"{row.plan}-{row.parent.number}-role-{row.number}",
        ),
        PLAN,
        PRIORITY,
        PRIORITY_ID,
        Field(
            "jurisdiction",
            FieldKind.STRING,
            Bilingual("Jurisdiction", "Administration"),
            Bilingual(
                "Code of the jurisdiction; empty if the role is vacant.",
                "Code de l’administration; vide si le rôle est vacant.",
            ),
            lambda row: row.item.code,
        ),
        Field(
            "name",
            FieldKind.TEXT,
            Bilingual("Name in the plan", "Nom dans le plan"),
            Bilingual(
                "What the plan calls the jurisdiction or the role.", "Comment le plan appelle l’administration ou le rôle."
            ),
            lambda row: row.item.name,
        ),
        Field(
            "role",
            FieldKind.STRING,
            Bilingual("Role", "Rôle"),
            Bilingual("Lead or partner, if the plan says so.", "Responsable ou partenaire, si le plan le précise."),
            lambda row: row.item.role.value,
            required=True,
            codes=ROLES,
        ),
        Field(
            "state",
            FieldKind.STRING,
            Bilingual("State", "État"),
            Bilingual(
                "Whether the role is confirmed, to be confirmed or vacant.",
                "Indique si le rôle est confirmé, à confirmer ou vacant.",
            ),
            lambda row: row.item.state.value,
            required=True,
            codes=ROLE_STATES,
        ),
        Field(
            "since",
            FieldKind.DAY,
            Bilingual("Since", "Depuis"),
            Bilingual("Day on which this state began.", "Jour où cet état a commencé."),
            lambda row: row.item.since,
            required=True,
        ),
        QUARTER,
        SAMPLE,
    ),
    _roles,
)
