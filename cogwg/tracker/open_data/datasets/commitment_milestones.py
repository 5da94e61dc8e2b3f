"""The dataset of the milestones of commitments."""

from __future__ import annotations

from collections.abc import Iterator

from cogwg.core.bilingual import Bilingual, Language
from cogwg.tracker.commitments import PublishedOrganizationReport
from cogwg.tracker.open_data.datasets.columns import identifier
from cogwg.tracker.open_data.datasets.commitment_rows import (
    COMMITMENT,
    COMMITMENT_SAMPLE,
    CommitmentRow,
    code,
    commitments_of,
    lines,
)
from cogwg.tracker.open_data.datasets.vocabulary import COMPLETIONS
from cogwg.tracker.open_data.fields import Dataset, Field, FieldKind, Scope


def _milestones(scope: Scope) -> Iterator[CommitmentRow]:
    for row in commitments_of(scope):
        yield from (CommitmentRow(row.edition, milestone) for milestone in row.commitment.milestones)


def _said(row: CommitmentRow, *kinds: str) -> str | None:
    """Return how complete the milestone is according to the latest assessment of these kinds that says so; None if
    none does.
    """
    own = (each for each in reversed(row.commitment.assessments) if each.kind.code in kinds)
    return next((code(completion) for each in own if (completion := each.completion_of(row.item.number)) is not None), None)


def _report(report: PublishedOrganizationReport) -> Bilingual:
    """Return a report as one line in each language: the organization, whether it leads or helps, the day, how complete the
    milestone is, and the text.
    """

    def line(lang: Language) -> str:
        part = _PARTS[report.leads].text(lang)
        completion = "" if report.completion is None else f", {report.completion.label.text(lang)}"
        colon = ":" if lang is Language.EN else "\u00a0:"
        text = " ".join(report.text.exact_text(lang).split())
        return f"{report.organization.text(lang)} ({part}), {report.on.isoformat()}{completion}{colon} {text}".strip()

    return Bilingual(line(Language.EN), line(Language.FR))


_PARTS = {True: Bilingual("leads", "responsable"), False: Bilingual("helps", "aide")}

COMMITMENT_MILESTONES = Dataset(
    "commitment-milestones",
    Bilingual("Milestones of commitments", "Jalons des engagements"),
    Bilingual("What is to be done, and by when", "Ce qu’il faut faire, et pour quand"),
    (
        identifier(
            Bilingual("Commitment and number, such as CA0060-19.1.", "Engagement et numéro, par exemple CA0060-19.1."),
            lambda row: f"{row.commitment.identifier}-{row.item.number}",
        ),
        COMMITMENT,
        Field(
            "number",
            FieldKind.STRING,
            Bilingual("Number", "Numéro"),
            Bilingual("Number of the milestone.", "Numéro du jalon."),
            lambda row: row.item.number,
            required=True,
        ),
        Field(
            "text",
            FieldKind.TEXT,
            Bilingual("Text", "Texte"),
            Bilingual("What is to be done.", "Ce qu’il faut faire."),
            lambda row: row.item.text,
        ),
        Field(
            "start",
            FieldKind.TEXT,
            Bilingual("Start", "Début"),
            Bilingual(
                "Start as the source states it, such as “Not specified”.",
                "Début tel que la source l’indique, par exemple «\u00a0Non précisé\u00a0».",
            ),
            lambda row: row.item.start,
        ),
        Field(
            "end",
            FieldKind.TEXT,
            Bilingual("End", "Fin"),
            Bilingual("End as the source states it.", "Fin telle que la source l’indique."),
            lambda row: row.item.end,
        ),
        Field(
            "end_on",
            FieldKind.DAY,
            Bilingual("Last day", "Dernier jour"),
            Bilingual("Last possible day of the end.", "Dernier jour possible de la fin."),
            lambda row: row.item.end_on,
        ),
        Field(
            "own_completion",
            FieldKind.STRING,
            Bilingual("The government says", "Selon le gouvernement"),
            Bilingual(
                "How complete the milestone is, according to the latest self-assessment.",
                "Degré d’achèvement du jalon selon la dernière autoévaluation.",
            ),
            lambda row: _said(row, "self"),
            codes=COMPLETIONS,
        ),
        Field(
            "review_completion",
            FieldKind.STRING,
            Bilingual("The independent reviewer says", "Selon l’évaluateur indépendant"),
            Bilingual(
                "How complete the milestone is, according to the reviewer’s latest assessment.",
                "Degré d’achèvement du jalon selon la dernière évaluation de l’évaluateur indépendant.",
            ),
            lambda row: _said(row, "mid-term", "end-of-term"),
            codes=COMPLETIONS,
        ),
        Field(
            "reports",
            FieldKind.TEXT,
            Bilingual("Reports from organizations", "Rapports d’organisations"),
            Bilingual(
                "Reports by civil society organizations on their part of the milestone, one per line.",
                "Rapports d’organisations de la société civile sur leur part du jalon, un par ligne.",
            ),
            lambda row: lines(map(_report, row.item.reports)),
        ),
        COMMITMENT_SAMPLE,
    ),
    _milestones,
    of_editions=False,
)
