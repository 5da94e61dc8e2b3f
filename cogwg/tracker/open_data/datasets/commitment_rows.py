"""The sources of the rows of datasets about commitments, and the columns that these datasets share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from cogwg.core.bilingual import Bilingual
from cogwg.tracker.commitments import Disagreement, PublishedAssessment, PublishedCommitment, Rating
from cogwg.tracker.open_data.fields import Field, FieldKind, Scope
from cogwg.tracker.published_editions import CommitmentEdition

LINE = "\n"


@dataclass(frozen=True, slots=True)
class CommitmentRow:
    """The source of a row: a published commitment or, if given, one of its items, or a part of that item."""

    edition: CommitmentEdition
    item: Any = None
    part: Any = None

    @property
    def commitment(self) -> PublishedCommitment:
        return self.edition.content


def commitments_of(scope: Scope) -> Iterator[CommitmentRow]:
    """Yield the newest edition of each commitment."""
    if scope.record is not None:
        yield from (CommitmentRow(edition) for edition in scope.record.commitments)


def code(rating: Rating | None) -> str | None:
    return None if rating is None else rating.code


def lines(texts: Iterable[Bilingual]) -> Bilingual:
    """Join texts into one, with one text per line. A text that is missing in a language leaves an empty line there."""
    own = tuple(texts)
    return Bilingual(*(LINE.join(text.exact_text(lang) for text in own).rstrip(LINE) for lang in ("en", "fr")))


def difference_of(commitment: PublishedCommitment, assessment: PublishedAssessment, milestone: str) -> Disagreement | None:
    """Return the difference between an assessment and the government's latest one, on a milestone or on the whole commitment.

    Returns None if they do not differ.
    """
    own = (each for each in commitment.differences if each.milestone == milestone)
    return next((each for each in own if each.assessment.key == assessment.key), None)


COMMITMENT = Field(
    "commitment",
    FieldKind.STRING,
    Bilingual("Commitment", "Engagement"),
    Bilingual(
        "Identifier of the commitment in the dataset commitments.",
        "Identifiant de l’engagement dans le jeu de données commitments.",
    ),
    lambda row: row.commitment.identifier,
    required=True,
)
COMMITMENT_SAMPLE = Field(
    "sample",
    FieldKind.BOOLEAN,
    Bilingual("Sample data", "Données fictives"),
    Bilingual(
        "True if an assessment or a report of the commitment is invented, for a demonstration.",
        "Vrai si une évaluation ou un rapport de l’engagement est inventé, pour une démonstration.",
    ),
    lambda row: row.commitment.sample,
    required=True,
)
