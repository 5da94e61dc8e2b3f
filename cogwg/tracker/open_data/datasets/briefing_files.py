"""The dataset of the files of briefings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cogwg.core.bilingual import Bilingual
from cogwg.tracker.open_data.datasets.columns import SAMPLE, identifier
from cogwg.tracker.open_data.datasets.publications import publication_id
from cogwg.tracker.open_data.fields import Dataset, Field, FieldKind, Scope
from cogwg.tracker.published_editions import BriefingEdition


def _files(scope: Scope) -> Iterator[tuple[BriefingEdition, Any]]:
    if scope.record is not None:
        yield from ((briefing, file) for briefing in scope.record.briefings for file in briefing.content.files)


BRIEFING_FILES = Dataset(
    "briefing-files",
    Bilingual("Files of briefings", "Fichiers des présentations"),
    Bilingual("Published briefings as files, with their hashes", "Présentations publiées en fichiers, avec leurs empreintes"),
    (
        identifier(
            Bilingual("Publication and name of the file.", "Publication et nom du fichier."),
            lambda pair: f"{publication_id(pair[0])}/{pair[1].name}",
        ),
        Field(
            "publication_id",
            FieldKind.STRING,
            Bilingual("Identifier of the publication", "Identifiant de la publication"),
            Bilingual(
                "Identifier of the briefing in the dataset publications.",
                "Identifiant de la présentation dans le jeu de données publications.",
            ),
            lambda pair: publication_id(pair[0]),
            required=True,
        ),
        Field(
            "name",
            FieldKind.STRING,
            Bilingual("Name", "Nom"),
            Bilingual("Name of the file.", "Nom du fichier."),
            lambda pair: pair[1].name,
            required=True,
        ),
        Field(
            "format",
            FieldKind.STRING,
            Bilingual("Format", "Format"),
            Bilingual("Format of the file: xlsx or pptx.", "Format du fichier\u00a0: xlsx ou pptx."),
            lambda pair: pair[1].format,
            required=True,
        ),
        Field(
            "language",
            FieldKind.STRING,
            Bilingual("Language", "Langue"),
            Bilingual("Language of the file: en or fr.", "Langue du fichier\u00a0: en ou fr."),
            lambda pair: pair[1].lang,
            required=True,
        ),
        Field(
            "media_type",
            FieldKind.STRING,
            Bilingual("Media type", "Type de média"),
            Bilingual("Media type (MIME) of the file.", "Type de média (MIME) du fichier."),
            lambda pair: pair[1].media_type,
            required=True,
        ),
        Field(
            "size",
            FieldKind.INTEGER,
            Bilingual("Size", "Taille"),
            Bilingual("Size of the file, in bytes.", "Taille du fichier, en octets."),
            lambda pair: pair[1].size,
            required=True,
        ),
        Field(
            "sha256",
            FieldKind.STRING,
            Bilingual("SHA-256 hash", "Empreinte SHA-256"),
            Bilingual("SHA-256 hash of the file.", "Empreinte SHA-256 du fichier."),
            lambda pair: pair[1].sha256,
            required=True,
        ),
        Field(
            "sample",
            FieldKind.BOOLEAN,
            SAMPLE.title,
            Bilingual("True if the briefing has invented reports.", "Vrai si des rapports de la présentation sont inventés."),
            lambda pair: pair[0].content.sample,
            required=True,
        ),
    ),
    _files,
    of_editions=False,
)
