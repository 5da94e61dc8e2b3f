"""The dataset of assessments: for each assessment, a row about the commitment as a whole and a row for each milestone that it
assesses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from cogwg.core.bilingual import Bilingual
from cogwg.tracker.commitments import Disagreement, PublishedAssessment
from cogwg.tracker.open_data.datasets.columns import OWN_SAMPLE, identifier
from cogwg.tracker.open_data.datasets.commitment_rows import (
    COMMITMENT,
    CommitmentRow,
    code,
    commitments_of,
    difference_of,
    lines,
)
from cogwg.tracker.open_data.datasets.vocabulary import (
    ASSESSMENT_KINDS,
    CARRIED_FORWARD,
    COMPLETIONS,
    IMPACTS,
    SPECIFICITIES,
    VERIFIABLE,
)
from cogwg.tracker.open_data.fields import Dataset, Field, FieldKind, Scope, Value


def _assessments(scope: Scope) -> Iterator[CommitmentRow]:
    for row in commitments_of(scope):
        for assessment in row.commitment.assessments:
            yield CommitmentRow(row.edition, assessment)
            yield from (CommitmentRow(row.edition, assessment, finding) for finding in assessment.findings)


def _milestone(row: CommitmentRow) -> str:
    return "" if row.part is None else str(row.part.milestone)


def _difference(row: CommitmentRow) -> Disagreement | None:
    return difference_of(row.commitment, row.item, _milestone(row))


def _of_whole(
    name: str,
    title: Bilingual,
    description: Bilingual,
    value: Callable[[PublishedAssessment], Value],
    kind: FieldKind = FieldKind.STRING,
    codes: tuple[tuple[str, Bilingual], ...] = (),
) -> Field:
    """Return a field that has a value only in the row about the commitment as a whole."""
    return Field(name, kind, title, description, lambda row: value(row.item) if row.part is None else None, codes=codes)


ASSESSMENTS = Dataset(
    "assessments",
    Bilingual("Assessments", "Évaluations"),
    Bilingual(
        "What the government, the independent reviewer and civil society say about commitments, and where their "
        "assessments differ",
        "Ce que le gouvernement, l’évaluateur indépendant et la société civile disent des engagements, et leurs désaccords",
    ),
    (
        identifier(
            Bilingual(
                "Assessment, such as CA0060-3; for a milestone, assessment and milestone, such as CA0060-3-19.1.",
                "Évaluation, par exemple CA0060-3; pour un jalon, évaluation et jalon, par exemple CA0060-3-19.1.",
            ),
            lambda row: row.item.key if row.part is None else f"{row.item.key}-{row.part.milestone}",
        ),
        Field(
            "assessment",
            FieldKind.STRING,
            Bilingual("Assessment", "Évaluation"),
            Bilingual("Key of the assessment; it never changes.", "Clé de l’évaluation; elle ne change jamais."),
            lambda row: row.item.key,
            required=True,
        ),
        COMMITMENT,
        Field(
            "milestone",
            FieldKind.STRING,
            Bilingual("Milestone", "Jalon"),
            Bilingual(
                "Number of the milestone; empty for the commitment as a whole.",
                "Numéro du jalon; vide pour l’engagement dans son ensemble.",
            ),
            _milestone,
        ),
        Field(
            "kind",
            FieldKind.STRING,
            Bilingual("Type", "Type"),
            Bilingual(
                "Type of assessment: who assesses, and at which point of the action plan.",
                "Type d’évaluation\u00a0: qui évalue, et à quel moment du plan d’action.",
            ),
            lambda row: row.item.kind.code,
            required=True,
            codes=ASSESSMENT_KINDS,
        ),
        Field(
            "assessor",
            FieldKind.TEXT,
            Bilingual("Assessor", "Évaluateur"),
            Bilingual("Institution, report or organization.", "Institution, rapport ou organisation."),
            lambda row: row.item.assessor,
        ),
        Field(
            "assessed_on",
            FieldKind.STRING,
            Bilingual("Date", "Date"),
            Bilingual("Year, month or day of the assessment.", "Année, mois ou jour de l’évaluation."),
            lambda row: row.item.on,
            required=True,
        ),
        Field(
            "completion",
            FieldKind.STRING,
            Bilingual("Completion", "Achèvement"),
            Bilingual("How complete the commitment or the milestone is.", "Degré d’achèvement de l’engagement ou du jalon."),
            lambda row: code(row.item.completion if row.part is None else row.part.completion),
            codes=COMPLETIONS,
        ),
        Field(
            "differs",
            FieldKind.BOOLEAN,
            Bilingual("Differs", "Désaccord"),
            Bilingual(
                "True if this is the assessor’s latest assessment and it differs from the government’s latest assessment.",
                "Vrai si c’est la dernière évaluation de l’évaluateur et qu’elle diffère de la dernière du gouvernement.",
            ),
            lambda row: _difference(row) is not None,
            required=True,
        ),
        Field(
            "differs_since",
            FieldKind.STRING,
            Bilingual("Differs since", "Désaccord depuis"),
            Bilingual("Year, month or day when this difference began.", "Année, mois ou jour où ce désaccord a commencé."),
            lambda row: difference.since if (difference := _difference(row)) is not None else None,
        ),
        Field(
            "note",
            FieldKind.TEXT,
            Bilingual("Note", "Note"),
            Bilingual(
                "What the assessment says about the milestone, in one line.", "Ce que l’évaluation dit du jalon, en une ligne."
            ),
            lambda row: None if row.part is None else row.part.note,
        ),
        _of_whole(
            "verifiable",
            Bilingual("Verifiable", "Vérifiable"),
            Bilingual("Whether the commitment can be verified.", "Indique si l’engagement peut être vérifié."),
            lambda item: code(item.verifiable),
            codes=VERIFIABLE,
        ),
        _of_whole(
            "specificity",
            Bilingual("Specificity", "Précision"),
            Bilingual(
                "How specific the commitment is. Older reports rate this instead of whether the commitment can be verified.",
                "Degré de précision de l’engagement. Des rapports plus anciens l’indiquent au lieu du caractère vérifiable.",
            ),
            lambda item: code(item.specificity),
            codes=SPECIFICITIES,
        ),
        _of_whole(
            "impact",
            Bilingual("Potential impact", "Effet potentiel"),
            Bilingual("Potential impact of the commitment.", "Effet potentiel de l’engagement."),
            lambda item: code(item.impact),
            codes=IMPACTS,
        ),
        _of_whole(
            "carried_forward",
            Bilingual("Carried forward", "Reconduit"),
            Bilingual(
                "Whether the next action plan continues the commitment.",
                "Indique si le prochain plan d’action poursuit l’engagement.",
            ),
            lambda item: code(item.carried_forward),
            codes=CARRIED_FORWARD,
        ),
        _of_whole(
            "relevance",
            Bilingual("Relevance", "Pertinence"),
            Bilingual(
                "Codes of the OGP values to which the commitment is relevant, such as civic-participation.",
                "Codes des valeurs du PGO pour lesquelles l’engagement est pertinent, par exemple civic-participation.",
            ),
            lambda item: tuple(value.code for value in item.relevance),
            FieldKind.CODES,
        ),
        _of_whole(
            "openness",
            Bilingual("Did it open government?", "A-t-il rendu le gouvernement plus ouvert?"),
            Bilingual(
                "Codes of the OGP values, each with how much the commitment opened government, such as "
                "civic-participation:major.",
                "Codes des valeurs du PGO, chacun avec la mesure dans laquelle l’engagement a rendu le gouvernement plus "
                "ouvert, par exemple civic-participation:major.",
            ),
            lambda item: tuple(f"{value.code}:{degree.code}" for value, degree in item.openness),
            FieldKind.CODES,
        ),
        _of_whole(
            "text",
            Bilingual("Text", "Texte"),
            Bilingual("What the assessment says.", "Ce que dit l’évaluation."),
            lambda item: item.text,
            FieldKind.TEXT,
        ),
        _of_whole(
            "sources",
            Bilingual("Sources", "Sources"),
            Bilingual("Web addresses of the sources.", "Adresses Web des sources."),
            lambda item: tuple(link.url for link in item.sources),
            FieldKind.CODES,
        ),
        _of_whole(
            "source_labels",
            Bilingual("Labels of the sources", "Libellés des sources"),
            Bilingual("Names of the sources, one per line.", "Noms des sources, un par ligne."),
            lambda item: lines(link.label for link in item.sources),
            FieldKind.TEXT,
        ),
        OWN_SAMPLE,
    ),
    _assessments,
    of_editions=False,
    main=True,
)
