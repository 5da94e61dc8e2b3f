"""The dataset of publications: every version of a quarter, briefing, commitment or engagement, and every withdrawal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.tracker.models import PublicationKind
from cogwg.tracker.open_data.datasets.columns import PLAN, SAMPLE, hash_fields, identifier
from cogwg.tracker.open_data.datasets.quarters import quarter_title
from cogwg.tracker.open_data.datasets.vocabulary import PUBLICATIONS
from cogwg.tracker.open_data.fields import Dataset, Field, FieldKind, Scope
from cogwg.tracker.published_editions import (
    BriefingEdition,
    CommitmentEdition,
    CycleEdition,
    HeardEdition,
    QuarterEdition,
    WithdrawalNotice,
)

Item = QuarterEdition | BriefingEdition | CommitmentEdition | CycleEdition | HeardEdition | WithdrawalNotice


def _publications(scope: Scope) -> Iterator[Item]:
    if scope.record is not None:
        yield from scope.record.editions
        yield from scope.record.briefings
        yield from scope.record.commitment_editions
        yield from scope.record.cycle_editions
        yield from scope.record.heard_editions
        yield from scope.record.withdrawals


def publication_id(item: Item) -> str:
    """Return the stable id of a publication.

    For example: "quarter-2020-06-1", "briefing-2020-09-30-2", "commitment-CA0060-1", "cycle-fourth-plan-1" or
    "quarter-2020-06-withdrawn".
    """
    if isinstance(item, WithdrawalNotice):
        return f"{item.kind.value}-{item.key}-withdrawn"
    if isinstance(item, BriefingEdition):
        return f"briefing-{item.content.meeting_on}-{item.content.version}"
    return f"{_kind(item)}-{_key(item)}-{item.edition}"


def _kind(item: Item) -> str:
    if isinstance(item, WithdrawalNotice):
        return item.kind.value
    return _KINDS[type(item)].value


_KINDS = {
    QuarterEdition: PublicationKind.QUARTER,
    BriefingEdition: PublicationKind.BRIEFING,
    CommitmentEdition: PublicationKind.COMMITMENT,
    CycleEdition: PublicationKind.CYCLE,
    HeardEdition: PublicationKind.HEARD,
}


def _key(item: Item) -> str:
    if isinstance(item, WithdrawalNotice):
        return item.key
    if isinstance(item, BriefingEdition):
        return item.content.meeting_on.isoformat()
    if isinstance(item, HeardEdition):
        return item.content.cycle
    return item.content.identifier if isinstance(item, CommitmentEdition) else item.content.key


def _year(item: Item) -> int:
    if isinstance(item, WithdrawalNotice):
        return item.year
    if isinstance(item, CycleEdition):
        return item.content.year
    if isinstance(item, HeardEdition):
        return item.visible_on.year
    return item.content.cycle if isinstance(item, CommitmentEdition) else item.content.year


def _briefing(item: Any, name: str) -> Any:
    return getattr(item.content, name) if isinstance(item, BriefingEdition) else None


def _version(item: Item) -> int:
    return item.content.version if isinstance(item, BriefingEdition) else item.edition


def _title(item: Item) -> Bilingual:
    if isinstance(item, BriefingEdition | CommitmentEdition | CycleEdition):
        return item.content.title
    if isinstance(item, HeardEdition):
        return item.content.cycle_title
    return quarter_title(_key(item)) if _kind(item) == PublicationKind.QUARTER.value else EMPTY_TEXT


PUBLICATION_LIST = Dataset(
    "publications",
    Bilingual("Publications", "Publications"),
    Bilingual(
        "Every version of a quarter, briefing, commitment, engagement cycle or What we heard report, and every withdrawal",
        "Chaque version d’un trimestre, d’une présentation, d’un engagement, d’un cycle de participation ou d’un rapport "
        "Ce que nous avons entendu, et chaque retrait",
    ),
    (
        identifier(
            Bilingual(
                "Type, key and version of the publication, such as quarter-2020-06-1.",
                "Type, clé et version de la publication, par exemple quarter-2020-06-1.",
            ),
            publication_id,
        ),
        Field(
            "kind",
            FieldKind.STRING,
            Bilingual("Type", "Type"),
            Bilingual(
                "Quarter, briefing, commitment, engagement cycle or What we heard report.",
                "Trimestre, présentation, engagement, cycle de participation ou rapport Ce que nous avons entendu.",
            ),
            _kind,
            required=True,
            codes=PUBLICATIONS,
        ),
        Field(
            "plan",
            FieldKind.INTEGER,
            PLAN.title,
            Bilingual(
                "Year of the work plan; for a commitment, the first year of its action plan; for a cycle, the year in "
                "which it began; for a What we heard report, the year in which it was published.",
                "Année du plan de travail; pour un engagement, la première année de son plan d’action; pour un cycle, "
                "l’année de son début; pour un rapport Ce que nous avons entendu, l’année de sa publication.",
            ),
            _year,
            required=True,
        ),
        Field(
            "key",
            FieldKind.STRING,
            Bilingual("Key", "Clé"),
            Bilingual(
                "The quarter (2020-06), the date of the meeting where the briefing is presented (2020-02-27), the "
                "commitment (CA0060) or the cycle (fourth-plan).",
                "Le trimestre (2020-06), la date de la réunion où la présentation est donnée (2020-02-27), l’engagement "
                "(CA0060) ou le cycle (fourth-plan).",
            ),
            _key,
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
                "Version of the publication, or finalized version of the briefing.",
                "Version de la publication, ou version définitive de la présentation.",
            ),
            _version,
        ),
        Field(
            "published_at",
            FieldKind.TIME,
            Bilingual("Published", "Publié"),
            Bilingual(
                "Time at which the publication became public, in UTC.", "Moment où la publication est devenue publique, en UTC."
            ),
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
            Bilingual("Audience", "Auditoire"),
            Bilingual("Who the briefing is for.", "À qui s’adresse la présentation."),
            lambda item: _briefing(item, "audience"),
        ),
        Field(
            "place",
            FieldKind.TEXT,
            Bilingual("Place", "Lieu"),
            Bilingual("Where the briefing’s meeting takes place.", "Où se tient la réunion de la présentation."),
            lambda item: _briefing(item, "place"),
        ),
        *hash_fields(lambda item: item),
        Field(
            "withdrawn_at",
            FieldKind.TIME,
            Bilingual("Withdrawn", "Retiré"),
            Bilingual(
                "Time at which the publication was withdrawn, in UTC; empty if it is public.",
                "Moment où la publication a été retirée, en UTC; vide si elle est publique.",
            ),
            lambda item: getattr(item, "withdrawn_at", None),
        ),
        Field(
            "withdrawal_reason",
            FieldKind.TEXT,
            Bilingual("Reason for the withdrawal", "Motif du retrait"),
            Bilingual("Reason why the publication was withdrawn.", "Raison pour laquelle la publication a été retirée."),
            lambda item: getattr(item, "reason", None),
        ),
        Field(
            "sample",
            FieldKind.BOOLEAN,
            SAMPLE.title,
            Bilingual(
                "True if the publication has invented reports, for a demonstration.",
                "Vrai si des rapports de la publication sont inventés, pour une démonstration.",
            ),
            lambda item: None if isinstance(item, WithdrawalNotice) else item.content.sample,
        ),
    ),
    _publications,
    of_editions=False,
)
