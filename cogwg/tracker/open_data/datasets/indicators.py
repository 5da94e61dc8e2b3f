"""The dataset of indicators: a row for each reported value, and one row for an indicator without reported values."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from cogwg.core.bilingual import Bilingual
from cogwg.tracker.commitments import PublishedActual
from cogwg.tracker.open_data.datasets.columns import identifier
from cogwg.tracker.open_data.datasets.commitment_rows import (
    COMMITMENT,
    COMMITMENT_SAMPLE,
    CommitmentRow,
    code,
    commitments_of,
)
from cogwg.tracker.open_data.datasets.vocabulary import STATUSES
from cogwg.tracker.open_data.fields import Dataset, Field, FieldKind, Scope, Value


def _values(scope: Scope) -> Iterator[CommitmentRow]:
    for row in commitments_of(scope):
        for indicator in row.commitment.indicators:
            yield from (CommitmentRow(row.edition, indicator, actual) for actual in indicator.actuals or (None,))


def _of_indicator(name: str, title: Bilingual, description: Bilingual, kind: FieldKind = FieldKind.TEXT) -> Field:
    required = name == "code"
    return Field(name, kind, title, description, lambda row: getattr(row.item, name), required=required)


def _of_actual(
    name: str,
    title: Bilingual,
    description: Bilingual,
    kind: FieldKind = FieldKind.TEXT,
    value: Callable[[PublishedActual], Value] | None = None,
    codes: tuple[tuple[str, Bilingual], ...] = (),
) -> Field:
    taken = value or (lambda actual: getattr(actual, name))
    return Field(name, kind, title, description, lambda row: None if row.part is None else taken(row.part), codes=codes)


INDICATORS = Dataset(
    "indicators",
    Bilingual("Indicators", "Indicateurs"),
    Bilingual(
        "Targets of commitments, and what was reported about them",
        "Les cibles des engagements, et ce qui a été rapporté à leur sujet",
    ),
    (
        identifier(
            Bilingual(
                "Commitment, indicator and period, such as CA0060-19-1-2018.",
                "Engagement, indicateur et période, par exemple CA0060-19-1-2018.",
            ),
            lambda row: "-".join(
                (row.commitment.identifier, row.item.code, *((row.part.period,) if row.part is not None else ()))
            ),
        ),
        COMMITMENT,
        _of_indicator(
            "code",
            Bilingual("Indicator", "Indicateur"),
            Bilingual("Code of the indicator.", "Code de l’indicateur."),
            FieldKind.STRING,
        ),
        _of_indicator(
            "milestone",
            Bilingual("Milestone", "Jalon"),
            Bilingual(
                "Number of the milestone that the indicator belongs to.", "Numéro du jalon auquel appartient l’indicateur."
            ),
            FieldKind.STRING,
        ),
        _of_indicator("text", Bilingual("Text", "Texte"), Bilingual("What is measured.", "Ce qui est mesuré.")),
        _of_indicator("target", Bilingual("Target", "Cible"), Bilingual("Result to be achieved.", "Résultat à atteindre.")),
        _of_indicator(
            "deadline",
            Bilingual("Deadline", "Échéance"),
            Bilingual(
                "Deadline as the source states it, such as “By fall 2027”.",
                "Échéance telle que la source l’indique, par exemple «\u00a0D’ici l’automne 2027\u00a0».",
            ),
        ),
        _of_indicator(
            "due_on",
            Bilingual("Due on", "Au plus tard le"),
            Bilingual("Last possible day of the deadline.", "Dernier jour possible de l’échéance."),
            FieldKind.DAY,
        ),
        _of_indicator(
            "lead",
            Bilingual("Lead", "Responsable"),
            Bilingual("Department that is responsible for the indicator.", "Ministère responsable de l’indicateur."),
        ),
        _of_actual(
            "period",
            Bilingual("Period", "Période"),
            Bilingual(
                "Year, month or day of the value, or of its reporting period.",
                "Année, mois ou jour de la valeur, ou de sa période de rapport.",
            ),
            FieldKind.STRING,
        ),
        _of_actual(
            "value",
            Bilingual("Value", "Valeur"),
            Bilingual("Reported number, with a decimal point.", "Nombre rapporté, avec un point décimal."),
            FieldKind.STRING,
            lambda actual: actual.number,
        ),
        _of_actual("unit", Bilingual("Unit", "Unité"), Bilingual("Unit of the value.", "Unité de la valeur.")),
        _of_actual(
            "status",
            Bilingual("Status", "État"),
            Bilingual("Reported status.", "État rapporté."),
            FieldKind.STRING,
            lambda actual: code(actual.status),
            STATUSES,
        ),
        _of_actual(
            "nothing_to_report",
            Bilingual("Nothing to report", "Rien à signaler"),
            Bilingual("True if there was nothing to report.", "Vrai s’il n’y avait rien à signaler."),
            FieldKind.BOOLEAN,
        ),
        _of_actual("progress", Bilingual("Progress", "Avancement"), Bilingual("What was reported.", "Ce qui a été rapporté.")),
        _of_actual(
            "evidence", Bilingual("Evidence", "Preuves"), Bilingual("What shows the progress.", "Ce qui montre l’avancement.")
        ),
        _of_actual(
            "challenges",
            Bilingual("Challenges", "Défis"),
            Bilingual("What delays or hinders progress.", "Ce qui retarde l’avancement ou y fait obstacle."),
        ),
        COMMITMENT_SAMPLE,
    ),
    _values,
    of_editions=False,
)
