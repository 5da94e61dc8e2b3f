"""The codes that occur in fields, each with its meaning in both languages."""

from __future__ import annotations

from typing import Any

from cogwg.core.bilingual import Bilingual
from cogwg.core.status import STATUS_LABELS, TIMELINESS_LABELS
from cogwg.engagement import scales as engagement_scales
from cogwg.ogp import scales
from cogwg.tracker.models import PublicationKind
from cogwg.tracker.values import PublishedRole, RoleState, SubjectKind


def _codes(labels: Any) -> tuple[tuple[str, Bilingual], ...]:
    return tuple((code.value, label) for code, label in labels.items())


STATUSES = _codes(STATUS_LABELS)
TIMELINESSES = _codes(TIMELINESS_LABELS)
ROLES = (
    (PublishedRole.LEAD.value, Bilingual("Lead", "Responsable")),
    (PublishedRole.PARTNER.value, Bilingual("Partner", "Partenaire")),
    (PublishedRole.NOT_STATED.value, Bilingual("Not specified in the plan", "Non précisé dans le plan")),
)
ROLE_STATES = (
    (RoleState.CONFIRMED.value, Bilingual("Confirmed", "Confirmé")),
    (RoleState.TO_CONFIRM.value, Bilingual("To be confirmed", "À confirmer")),
    (RoleState.VACANT.value, Bilingual("Vacant", "Vacant")),
)
CHALLENGE_STATES = (("open", Bilingual("Open", "Ouvert")), ("mitigated", Bilingual("Mitigated", "Atténué")))
POINTS = (
    ("consequence", Bilingual("Consequence of not acting", "Conséquence de l’inaction")),
    ("result", Bilingual("Expected result", "Résultat attendu")),
)
SUBJECTS = (
    (SubjectKind.REPORT.value, Bilingual("Report", "Rapport")),
    (SubjectKind.MILESTONE.value, Bilingual("Milestone", "Jalon")),
    (SubjectKind.CHALLENGE.value, Bilingual("Challenge", "Défi")),
)
PUBLICATIONS = (
    (PublicationKind.QUARTER.value, Bilingual("Quarter", "Trimestre")),
    (PublicationKind.BRIEFING.value, Bilingual("Briefing", "Présentation")),
    (PublicationKind.COMMITMENT.value, Bilingual("Commitment", "Engagement")),
    (PublicationKind.CYCLE.value, Bilingual("Engagement cycle", "Cycle de participation")),
    (PublicationKind.HEARD.value, Bilingual("What we heard", "Ce que nous avons entendu")),
)
COMPLETIONS = _codes(scales.COMPLETION_LABELS)
VERIFIABLE = _codes(scales.VERIFIABLE_LABELS)
SPECIFICITIES = _codes(scales.SPECIFICITY_LABELS)
IMPACTS = _codes(scales.IMPACT_LABELS)
CARRIED_FORWARD = _codes(scales.CARRIED_FORWARD_LABELS)
ASSESSMENT_KINDS = _codes(scales.ASSESSMENT_LABELS)
COMMITMENT_STATES = _codes(scales.STATE_LABELS)
CHANNELS = _codes(engagement_scales.CHANNEL_LABELS)
COMMENT_LANGUAGES = _codes(engagement_scales.LANGUAGE_LABELS)
COMMENT_SUBJECTS = _codes(engagement_scales.SUBJECT_LABELS)
DISPOSITIONS = _codes(engagement_scales.DISPOSITION_LABELS)
REGISTRY_STATES = _codes(engagement_scales.REGISTRY_LABELS)
PUBLISHABLE = (("Y", Bilingual("Yes", "Oui")), ("N", Bilingual("No", "Non")))
