"""The dataset of commitments."""

from __future__ import annotations

from typing import Any

from cogwg.core.bilingual import Bilingual
from cogwg.tracker.commitments import PublishedAssessment, ServingItem
from cogwg.tracker.open_data.datasets.columns import hash_fields, identifier
from cogwg.tracker.open_data.datasets.commitment_rows import COMMITMENT_SAMPLE, code, commitments_of, lines
from cogwg.tracker.open_data.datasets.vocabulary import COMMITMENT_STATES, COMPLETIONS
from cogwg.tracker.open_data.fields import Dataset, Field, FieldKind


def _text(name: str, title: Bilingual, description: Bilingual) -> Field:
    return Field(name, FieldKind.TEXT, title, description, lambda row: getattr(row.commitment, name))


def _lines(name: str, title: Bilingual, description: Bilingual) -> Field:
    return Field(name, FieldKind.TEXT, title, description, lambda row: lines(getattr(row.commitment, name)))


def _year(name: str, title: Bilingual, description: Bilingual) -> Field:
    return Field(name, FieldKind.INTEGER, title, description, lambda row: getattr(row.commitment, name), required=True)


def _own(row: Any) -> PublishedAssessment | None:
    assessment: PublishedAssessment | None = row.commitment.own_word
    return assessment


def _review(row: Any) -> PublishedAssessment | None:
    assessment: PublishedAssessment | None = row.commitment.reviewers_word
    return assessment


def _served_by(item: ServingItem) -> str:
    return f"{item.year}-{item.activity or item.priority}"


COMMITMENTS = Dataset(
    "commitments",
    Bilingual("Commitments", "Engagements"),
    Bilingual(
        "OGP commitments, and how complete they are according to each assessment",
        "Les engagements du PGO, et leur degré d’achèvement selon chaque évaluation",
    ),
    (
        identifier(
            Bilingual("Identifier of the commitment, such as CA0060.", "Identifiant de l’engagement, par exemple CA0060."),
            lambda row: row.commitment.identifier,
        ),
        _year(
            "cycle",
            Bilingual("Action plan", "Plan d’action"),
            Bilingual("First year of the action plan.", "Première année du plan d’action."),
        ),
        _year(
            "cycle_end",
            Bilingual("End of the action plan", "Fin du plan d’action"),
            Bilingual("Last year of the action plan.", "Dernière année du plan d’action."),
        ),
        _text(
            "plan_title",
            Bilingual("Title of the action plan", "Titre du plan d’action"),
            Bilingual("Title of the action plan.", "Titre du plan d’action."),
        ),
        Field(
            "number",
            FieldKind.STRING,
            Bilingual("Number", "Numéro"),
            Bilingual("Number of the commitment in its plan.", "Numéro de l’engagement dans son plan."),
            lambda row: row.commitment.number,
        ),
        _text("title", Bilingual("Title", "Titre"), Bilingual("Title of the commitment.", "Titre de l’engagement.")),
        Field(
            "state",
            FieldKind.STRING,
            Bilingual("State", "État"),
            Bilingual(
                "Active while the action plan is being implemented; otherwise inactive, or withdrawn by the government.",
                "Actif pendant la mise en œuvre du plan d’action; sinon, inactif, ou retiré par le gouvernement.",
            ),
            lambda row: row.commitment.state.code,
            required=True,
            codes=COMMITMENT_STATES,
        ),
        Field(
            "starred",
            FieldKind.BOOLEAN,
            Bilingual("Starred", "Étoilé"),
            Bilingual(
                "True if the independent reviewer starred the commitment.",
                "Vrai si l’évaluateur indépendant a donné une étoile à l’engagement.",
            ),
            lambda row: row.commitment.starred,
            required=True,
        ),
        Field(
            "lead",
            FieldKind.TEXT,
            Bilingual("Lead institution", "Institution responsable"),
            Bilingual("Institution that leads the commitment.", "Institution qui dirige l’engagement."),
            lambda row: row.commitment.lead.name if row.commitment.lead is not None else None,
        ),
        Field(
            "support",
            FieldKind.TEXT,
            Bilingual("Supporting institutions", "Institutions partenaires"),
            Bilingual(
                "Institutions that support the commitment, one per line.",
                "Institutions qui participent à l’engagement, une par ligne.",
            ),
            lambda row: lines(each.name for each in row.commitment.support),
        ),
        _lines(
            "areas",
            Bilingual("Policy areas", "Domaines d’action"),
            Bilingual("Policy areas of the commitment, one per line.", "Domaines d’action de l’engagement, un par ligne."),
        ),
        _text("text", Bilingual("Commitment", "Engagement"), Bilingual("Text of the commitment.", "Texte de l’engagement.")),
        _text(
            "description",
            Bilingual("Description", "Description"),
            Bilingual(
                "Why the commitment was made, and how it is to be kept.",
                "Pourquoi l’engagement a été pris, et comment il doit être tenu.",
            ),
        ),
        _text(
            "result",
            Bilingual("Planned result", "Résultat prévu"),
            Bilingual("What the commitment is meant to achieve.", "Ce que l’engagement doit permettre d’accomplir."),
        ),
        _lines(
            "done",
            Bilingual("Other completed milestones", "Autres jalons réalisés"),
            Bilingual("Completed milestones without a number, one per line.", "Jalons réalisés sans numéro, un par ligne."),
        ),
        _lines(
            "questions",
            Bilingual("Questions to the public", "Questions au public"),
            Bilingual("Questions to the public, one per line.", "Questions au public, une par ligne."),
        ),
        Field(
            "enquiries",
            FieldKind.STRING,
            Bilingual("Enquiries", "Demandes de renseignements"),
            Bilingual("Email address for enquiries.", "Adresse courriel pour les demandes de renseignements."),
            lambda row: row.commitment.enquiries,
        ),
        Field(
            "source",
            FieldKind.ADDRESS,
            Bilingual("Source", "Source"),
            Bilingual("Web address of the source.", "Adresse Web de la source."),
            lambda row: row.commitment.source,
        ),
        Field(
            "lineage",
            FieldKind.CODES,
            Bilingual("Continues", "Suite de"),
            Bilingual(
                "Identifiers of the commitments in earlier plans that this commitment continues, the latest first.",
                "Identifiants des engagements de plans antérieurs dont cet engagement est la suite, le plus récent d’abord.",
            ),
            lambda row: row.commitment.lineage,
        ),
        Field(
            "served_by",
            FieldKind.CODES,
            Bilingual("Contributing priorities and activities", "Priorités et activités qui y contribuent"),
            Bilingual(
                "Identifiers of the work plan’s priorities and activities that contribute to the commitment, in the "
                "datasets priorities and activities.",
                "Identifiants des priorités et des activités du plan de travail qui contribuent à l’engagement, dans les "
                "jeux de données priorities et activities.",
            ),
            lambda row: tuple(map(_served_by, row.commitment.served_by)),
        ),
        Field(
            "own_completion",
            FieldKind.STRING,
            Bilingual("The government says", "Selon le gouvernement"),
            Bilingual(
                "How complete the commitment is, according to the latest self-assessment.",
                "Degré d’achèvement de l’engagement selon la dernière autoévaluation.",
            ),
            lambda row: code(own.completion) if (own := _own(row)) is not None else None,
            codes=COMPLETIONS,
        ),
        Field(
            "own_on",
            FieldKind.STRING,
            Bilingual("Date of the self-assessment", "Date de l’autoévaluation"),
            Bilingual(
                "Year, month or day of the latest self-assessment.", "Année, mois ou jour de la dernière autoévaluation."
            ),
            lambda row: own.on if (own := _own(row)) is not None else None,
        ),
        Field(
            "review_completion",
            FieldKind.STRING,
            Bilingual("The independent reviewer says", "Selon l’évaluateur indépendant"),
            Bilingual(
                "How complete the commitment is, according to the reviewer’s latest assessment.",
                "Degré d’achèvement de l’engagement selon la dernière évaluation de l’évaluateur indépendant.",
            ),
            lambda row: code(review.completion) if (review := _review(row)) is not None else None,
            codes=COMPLETIONS,
        ),
        Field(
            "review_on",
            FieldKind.STRING,
            Bilingual("Date of the review", "Date de l’évaluation indépendante"),
            Bilingual(
                "Year, month or day of the reviewer’s latest assessment.",
                "Année, mois ou jour de la dernière évaluation de l’évaluateur indépendant.",
            ),
            lambda row: review.on if (review := _review(row)) is not None else None,
        ),
        Field(
            "differs",
            FieldKind.BOOLEAN,
            Bilingual("Differs", "Désaccord"),
            Bilingual(
                "True if another assessor’s latest assessment differs from the government’s, on the commitment as a whole "
                "or on a milestone.",
                "Vrai si la dernière évaluation d’un autre évaluateur diffère de celle du gouvernement, sur l’engagement "
                "dans son ensemble ou sur un jalon.",
            ),
            lambda row: bool(row.commitment.differences),
            required=True,
        ),
        Field(
            "differs_since",
            FieldKind.STRING,
            Bilingual("Differs since", "Désaccord depuis"),
            Bilingual(
                "Year, month or day when the oldest of these differences began.",
                "Année, mois ou jour où le plus ancien de ces désaccords a commencé.",
            ),
            lambda row: min((each.since for each in row.commitment.differences), default=None),
        ),
        Field(
            "published_on",
            FieldKind.DAY,
            Bilingual("First published on", "Première publication le"),
            Bilingual("Day of the first version.", "Jour de la première version."),
            lambda row: row.commitment.published_on,
        ),
        Field(
            "version",
            FieldKind.INTEGER,
            Bilingual("Version", "Version"),
            Bilingual("Number of the newest version.", "Numéro de la version la plus récente."),
            lambda row: row.edition.edition,
            required=True,
        ),
        *hash_fields(lambda row: row.edition),
        COMMITMENT_SAMPLE,
    ),
    commitments_of,
    of_editions=False,
    main=True,
)
