"""The scales of assessments, with their labels: those of the OGP's Independent Reporting Mechanism (IRM), 2012 to 2018."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from cogwg.core.bilingual import Bilingual
from cogwg.core.status import Status


class Completion(StrEnum):
    """How complete a commitment or milestone is. ``NO_EVIDENCE`` has no place in the order from not started to complete."""

    NO_EVIDENCE = "no-evidence"
    NOT_STARTED = "not-started"
    LIMITED = "limited"
    SUBSTANTIAL = "substantial"
    COMPLETE = "complete"

    @property
    def label(self) -> Bilingual:
        return COMPLETION_LABELS[self]


class Verifiable(StrEnum):
    """Whether a commitment is clear enough to be verified."""

    YES = "yes"
    NO = "no"

    @property
    def label(self) -> Bilingual:
        return VERIFIABLE_LABELS[self]


class Specificity(StrEnum):
    """How specific a commitment is. Older reports state this instead of ``Verifiable``."""

    NONE = "none"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def label(self) -> Bilingual:
        return SPECIFICITY_LABELS[self]


class OgpValue(StrEnum):
    """A value of the OGP. An assessment states to which values a commitment is relevant, and how much it opened government in
    each.
    """

    ACCESS = "access-to-information"
    PARTICIPATION = "civic-participation"
    ACCOUNTABILITY = "public-accountability"
    TECHNOLOGY = "technology"

    @property
    def label(self) -> Bilingual:
        return OGP_VALUE_LABELS[self]


class Impact(StrEnum):
    """The potential impact of a commitment."""

    NONE = "none"
    MINOR = "minor"
    MODERATE = "moderate"
    TRANSFORMATIVE = "transformative"

    @property
    def label(self) -> Bilingual:
        return IMPACT_LABELS[self]


class Openness(StrEnum):
    """How much a commitment opened government with regard to one value of the OGP."""

    WORSENED = "worsened"
    UNCHANGED = "did-not-change"
    MARGINAL = "marginal"
    MAJOR = "major"
    OUTSTANDING = "outstanding"

    @property
    def label(self) -> Bilingual:
        return OPENNESS_LABELS[self]


class CarriedForward(StrEnum):
    """Whether the work on a commitment continues in the next action plan."""

    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"

    @property
    def label(self) -> Bilingual:
        return CARRIED_FORWARD_LABELS[self]


class AssessmentKind(StrEnum):
    """The kind of an assessment: by the government itself, by the independent reviewer at one of two times, or by civil
    society.
    """

    SELF = "self"
    MID_TERM = "mid-term"
    END_OF_TERM = "end-of-term"
    CIVIL_SOCIETY = "civil-society"

    @property
    def label(self) -> Bilingual:
        return ASSESSMENT_LABELS[self]

    @property
    def is_self(self) -> bool:
        return self is AssessmentKind.SELF


class CommitmentState(StrEnum):
    """The state of a commitment, as the OGP's pages state it: whether its action plan is still being implemented, or whether
    it was withdrawn.
    """

    ACTIVE = "active"
    INACTIVE = "inactive"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> Bilingual:
        return STATE_LABELS[self]


COMPLETION_LABELS: Mapping[Completion, Bilingual] = {
    Completion.NO_EVIDENCE: Bilingual("No evidence available", "Aucune preuve disponible"),
    Completion.NOT_STARTED: Bilingual("Not started", "Non commencé"),
    Completion.LIMITED: Bilingual("Limited", "Progrès limité"),
    Completion.SUBSTANTIAL: Bilingual("Substantial", "Progrès important"),
    Completion.COMPLETE: Bilingual("Complete", "Réalisé"),
}
VERIFIABLE_LABELS: Mapping[Verifiable, Bilingual] = {
    Verifiable.YES: Bilingual("Yes", "Oui"),
    Verifiable.NO: Bilingual("No", "Non"),
}
SPECIFICITY_LABELS: Mapping[Specificity, Bilingual] = {
    Specificity.NONE: Bilingual("None", "Aucune"),
    Specificity.LOW: Bilingual("Low", "Faible"),
    Specificity.MEDIUM: Bilingual("Medium", "Moyenne"),
    Specificity.HIGH: Bilingual("High", "Élevée"),
}
OGP_VALUE_LABELS: Mapping[OgpValue, Bilingual] = {
    OgpValue.ACCESS: Bilingual("Access to information", "Accès à l’information"),
    OgpValue.PARTICIPATION: Bilingual("Civic participation", "Participation citoyenne"),
    OgpValue.ACCOUNTABILITY: Bilingual("Public accountability", "Reddition de comptes"),
    OgpValue.TECHNOLOGY: Bilingual(
        "Technology and innovation for openness and accountability",
        "Technologie et innovation au service de l’ouverture et de la reddition de comptes",
    ),
}
IMPACT_LABELS: Mapping[Impact, Bilingual] = {
    Impact.NONE: Bilingual("None", "Aucun"),
    Impact.MINOR: Bilingual("Minor", "Mineur"),
    Impact.MODERATE: Bilingual("Moderate", "Modéré"),
    Impact.TRANSFORMATIVE: Bilingual("Transformative", "Transformateur"),
}
OPENNESS_LABELS: Mapping[Openness, Bilingual] = {
    Openness.WORSENED: Bilingual("Worsened", "Détérioration"),
    Openness.UNCHANGED: Bilingual("Did not change", "Aucun changement"),
    Openness.MARGINAL: Bilingual("Marginal", "Effet marginal"),
    Openness.MAJOR: Bilingual("Major", "Effet majeur"),
    Openness.OUTSTANDING: Bilingual("Outstanding", "Effet exceptionnel"),
}
CARRIED_FORWARD_LABELS: Mapping[CarriedForward, Bilingual] = {
    CarriedForward.YES: Bilingual("Yes", "Oui"),
    CarriedForward.NO: Bilingual("No", "Non"),
    CarriedForward.UNCLEAR: Bilingual("Unclear", "Incertain"),
}
ASSESSMENT_LABELS: Mapping[AssessmentKind, Bilingual] = {
    AssessmentKind.SELF: Bilingual("Self-assessment", "Autoévaluation"),
    AssessmentKind.MID_TERM: Bilingual("Independent mid-term assessment", "Évaluation indépendante à mi-parcours"),
    AssessmentKind.END_OF_TERM: Bilingual("Independent end-of-term assessment", "Évaluation indépendante de fin de mandat"),
    AssessmentKind.CIVIL_SOCIETY: Bilingual("Civil society assessment", "Évaluation de la société civile"),
}
STATE_LABELS: Mapping[CommitmentState, Bilingual] = {
    CommitmentState.ACTIVE: Bilingual("Active", "Actif"),
    CommitmentState.INACTIVE: Bilingual("Inactive", "Inactif"),
    CommitmentState.WITHDRAWN: Bilingual("Withdrawn", "Retiré"),
}
COMPLETION_OF_STATUS: Mapping[Status, Completion] = {
    Status.NOT_STARTED: Completion.NOT_STARTED,
    Status.LIMITED: Completion.LIMITED,
    Status.SUBSTANTIAL: Completion.SUBSTANTIAL,
    Status.COMPLETE: Completion.COMPLETE,
}
"""Maps the federal tracker's status of an indicator to the scale of assessments."""
