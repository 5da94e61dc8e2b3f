"""The dataset of challenges, without the names of jurisdictions."""

from __future__ import annotations

from collections.abc import Iterator

from cogwg.core.bilingual import Bilingual
from cogwg.tracker.open_data.datasets.columns import OUTDATED, QUARTER, REPORTED_ON, SAMPLE, identifier
from cogwg.tracker.open_data.datasets.rows import Row
from cogwg.tracker.open_data.datasets.vocabulary import CHALLENGE_STATES
from cogwg.tracker.open_data.fields import Dataset, Field, FieldKind, Scope


def _challenges(scope: Scope) -> Iterator[Row]:
    if scope.newest is not None:
        yield from (Row(scope.newest, item) for item in scope.newest.content.challenges)


CHALLENGES = Dataset(
    "challenges",
    Bilingual("Challenges", "Défis"),
    Bilingual("Challenges by theme, without the names of jurisdictions", "Défis par thème, sans les noms des administrations"),
    (
        identifier(
            Bilingual("Identifier of the challenge; it never changes.", "Identifiant du défi; il ne change jamais."),
            lambda row: row.item.key,
        ),
        Field(
            "theme",
            FieldKind.TEXT,
            Bilingual("Theme", "Thème"),
            Bilingual("Subject of the challenge.", "Sujet du défi."),
            lambda row: row.item.theme,
        ),
        Field(
            "text",
            FieldKind.TEXT,
            Bilingual("Text", "Texte"),
            Bilingual("The challenge, in the group’s words.", "Le défi, dans les mots du groupe."),
            lambda row: row.item.text,
        ),
        Field(
            "state",
            FieldKind.STRING,
            Bilingual("State", "État"),
            Bilingual(
                "Open or mitigated. A resolved challenge is no longer listed.",
                "Ouvert ou atténué. Un défi réglé n’est plus dans la liste.",
            ),
            lambda row: row.item.state,
            required=True,
            codes=CHALLENGE_STATES,
        ),
        REPORTED_ON,
        Field(
            "jurisdiction_count",
            FieldKind.INTEGER,
            Bilingual("Number of jurisdictions", "Nombre d’administrations"),
            Bilingual(
                "Number of jurisdictions that face the challenge; 0 if this is not known.",
                "Nombre d’administrations qui font face au défi; 0 s’il n’est pas connu.",
            ),
            lambda row: row.item.jurisdiction_count,
            required=True,
        ),
        QUARTER,
        OUTDATED,
        SAMPLE,
    ),
    _challenges,
    main=True,
)
