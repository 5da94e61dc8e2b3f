"""The dataset of links: evidence for reports, and sources of milestones."""

from __future__ import annotations

from collections.abc import Iterator

from cogwg.core.bilingual import Bilingual
from cogwg.tracker.open_data.datasets.columns import QUARTER, SAMPLE, identifier
from cogwg.tracker.open_data.datasets.rows import Row, milestones_of, reports_of
from cogwg.tracker.open_data.datasets.vocabulary import SUBJECTS
from cogwg.tracker.open_data.fields import Dataset, Field, FieldKind, Scope
from cogwg.tracker.values import PublishedLink, SubjectKind


def _links(scope: Scope) -> Iterator[Row]:
    for row in reports_of(scope):
        links = enumerate(row.item.evidence, 1)
        yield from (Row(row.edition, link, row.item, n, SubjectKind.REPORT.value) for n, link in links)
    for row in milestones_of(scope):
        links = enumerate(row.item.links, 1)
        yield from (Row(row.edition, link, row.item, n, SubjectKind.MILESTONE.value) for n, link in links)


def _subject_id(row: Row) -> str:
    return f"{row.quarter}-{row.parent.activity}" if row.kind == SubjectKind.REPORT.value else str(row.parent.key)


def _link(row: Row) -> PublishedLink:
    link: PublishedLink = row.item
    return link


LINKS = Dataset(
    "links",
    Bilingual("Links", "Liens"),
    Bilingual("Evidence of reports, and sources of milestones", "Preuves des rapports et sources des jalons"),
    (
        identifier(
            Bilingual(
                "Report or milestone, and number of the link, such as 2020-06-5.4-link-1.",
                "Rapport ou jalon, et numéro du lien, par exemple 2020-06-5.4-link-1.",
            ),
            lambda row: f"{_subject_id(row)}-link-{row.number}",
        ),
        Field(
            "kind",
            FieldKind.STRING,
            Bilingual("Type", "Type"),
            Bilingual("Type of item that has the link.", "Type d’élément auquel le lien est rattaché."),
            lambda row: row.kind,
            required=True,
            codes=SUBJECTS[:2],
        ),
        Field(
            "subject_id",
            FieldKind.STRING,
            Bilingual("Identifier of the subject", "Identifiant du sujet"),
            Bilingual(
                "Identifier of the report or milestone in its dataset.",
                "Identifiant du rapport ou du jalon dans son jeu de données.",
            ),
            _subject_id,
            required=True,
        ),
        Field(
            "url",
            FieldKind.ADDRESS,
            Bilingual("Web address", "Adresse Web"),
            Bilingual("Web address of the link.", "Adresse Web du lien."),
            lambda row: _link(row).url,
            required=True,
        ),
        Field(
            "label",
            FieldKind.TEXT,
            Bilingual("Label", "Libellé"),
            Bilingual("What the link leads to.", "Ce vers quoi mène le lien."),
            lambda row: _link(row).label,
        ),
        QUARTER,
        Field(
            "sample",
            FieldKind.BOOLEAN,
            SAMPLE.title,
            Bilingual(
                "True if the report is invented or, for a milestone, if the quarter has invented reports.",
                "Vrai si le rapport est inventé ou, pour un jalon, si des rapports du trimestre le sont.",
            ),
            lambda row: getattr(row.parent, "sample", row.edition.content.sample),
            required=True,
        ),
    ),
    _links,
)
