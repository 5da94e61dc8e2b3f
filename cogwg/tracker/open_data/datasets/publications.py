"""The dataset of publications: every version of a quarter, briefing and withdrawal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.tracker.models import PublicationKind
from cogwg.tracker.open_data.datasets.columns import PLAN, SAMPLE, hash_fields, identifier
from cogwg.tracker.open_data.datasets.quarters import quarter_title
from cogwg.tracker.open_data.datasets.vocabulary import PUBLICATIONS
from cogwg.tracker.open_data.fields import Dataset, Field, FieldKind, Scope
from cogwg.tracker.published import BriefingEdition, QuarterEdition, WithdrawalNotice


def _publications(scope: Scope) -> Iterator[QuarterEdition | BriefingEdition | WithdrawalNotice]:
    if scope.record is not None:
        yield from scope.record.editions
        yield from scope.record.briefings
        yield from scope.record.withdrawals


def publication_id(item: QuarterEdition | BriefingEdition | WithdrawalNotice) -> str:
    """Return the stable id of a publication, such as quarter-2020-06-1, briefing-2020-09-30-2 or quarter-2020-06-withdrawn."""
    if isinstance(item, WithdrawalNotice):
        return f"{item.kind.value}-{item.key}-withdrawn"
    if isinstance(item, BriefingEdition):
        return f"briefing-{item.content.meeting_on}-{item.content.version}"
    return f"quarter-{item.content.key}-{item.edition}"


def _is_quarter(item: Any) -> bool:
    return item.kind is PublicationKind.QUARTER if isinstance(item, WithdrawalNotice) else isinstance(item, QuarterEdition)


def _briefing(item: Any, name: str) -> Any:
    return getattr(item.content, name) if isinstance(item, BriefingEdition) else None


def _title(item: Any) -> Bilingual:
    if isinstance(item, BriefingEdition):
        return item.content.title
    key = item.key if isinstance(item, WithdrawalNotice) else item.content.key
    return quarter_title(key) if _is_quarter(item) else EMPTY_TEXT


PUBLICATION_LIST = Dataset(
    "publications",
    Bilingual("Publications", "Publications"),
    Bilingual("Every version of a quarter, briefing and withdrawal", "Chaque version d’un trimestre, présentation et retrait"),
    (
        identifier(Bilingual("Such as quarter-2020-06-1.", "Par exemple quarter-2020-06-1."), publication_id),
        Field(
            "kind",
            FieldKind.STRING,
            Bilingual("Kind", "Genre"),
            Bilingual("Quarter or briefing.", "Trimestre ou présentation."),
            lambda item: PublicationKind.QUARTER.value if _is_quarter(item) else PublicationKind.BRIEFING.value,
            required=True,
            codes=PUBLICATIONS,
        ),
        Field(
            "plan",
            FieldKind.INTEGER,
            PLAN.title,
            PLAN.description,
            lambda item: item.year if isinstance(item, WithdrawalNotice) else item.content.year,
            required=True,
        ),
        Field(
            "key",
            FieldKind.STRING,
            Bilingual("Key", "Clé"),
            Bilingual(
                "The quarter (2020-06), or the day of the briefing’s meeting.",
                "Le trimestre (2020-06), ou le jour de la réunion de la présentation.",
            ),
            lambda item: (
                item.key
                if isinstance(item, WithdrawalNotice)
                else item.content.key
                if _is_quarter(item)
                else item.content.meeting_on.isoformat()
            ),
            required=True,
        ),
        Field(
            "title",
            FieldKind.TEXT,
            Bilingual("Title", "Titre"),
            Bilingual("Title of the publication.", "Titre de la publication."),
            _title,
        ),
        Field(
            "version",
            FieldKind.INTEGER,
            Bilingual("Version", "Version"),
            Bilingual(
                "Version of the quarter, or finalized version of the briefing.",
                "Version du trimestre, ou version définitive de la présentation.",
            ),
            lambda item: item.edition if _is_quarter(item) else _briefing(item, "version"),
        ),
        Field(
            "published_at",
            FieldKind.TIME,
            Bilingual("Published", "Publié"),
            Bilingual("When it became public, in UTC.", "Quand cela est devenu public, en UTC."),
            lambda item: item.visible_at,
            required=True,
        ),
        Field(
            "finalized_on",
            FieldKind.DAY,
            Bilingual("Finalized on", "Version définitive du"),
            Bilingual("Day on which the briefing was finalized.", "Jour de la version définitive de la présentation."),
            lambda item: _briefing(item, "finalized_on"),
        ),
        Field(
            "audience",
            FieldKind.TEXT,
            Bilingual("Audience", "Public"),
            Bilingual("Who the briefing is for.", "À qui s’adresse la présentation."),
            lambda item: _briefing(item, "audience"),
        ),
        Field(
            "place",
            FieldKind.TEXT,
            Bilingual("Place", "Lieu"),
            Bilingual("Where the meeting takes place.", "Où se tient la réunion."),
            lambda item: _briefing(item, "place"),
        ),
        *hash_fields(lambda item: item),
        Field(
            "withdrawn_at",
            FieldKind.TIME,
            Bilingual("Withdrawn", "Retiré"),
            Bilingual(
                "When it was withdrawn, in UTC; empty if it is public.",
                "Quand cela a été retiré, en UTC; vide si c’est public.",
            ),
            lambda item: getattr(item, "withdrawn_at", None),
        ),
        Field(
            "withdrawal_reason",
            FieldKind.TEXT,
            Bilingual("Reason of the withdrawal", "Motif du retrait"),
            Bilingual("Why it was withdrawn.", "Pourquoi cela a été retiré."),
            lambda item: getattr(item, "reason", None),
        ),
        Field(
            "sample",
            FieldKind.BOOLEAN,
            SAMPLE.title,
            Bilingual(
                "True if it has invented reports, for a demonstration.",
                "Vrai si des rapports y sont inventés, pour une démonstration.",
            ),
            lambda item: None if isinstance(item, WithdrawalNotice) else item.content.sample,
        ),
    ),
    _publications,
    of_editions=False,
)
