"""Labels of the roles of a plan, in both languages."""

from __future__ import annotations

from cogwg.core.bilingual import Bilingual
from cogwg.plan.models import AssignmentRole

ROLE_LABELS = {
    AssignmentRole.LEAD: Bilingual("lead", "responsable"),
    AssignmentRole.PARTNER: Bilingual("partner", "partenaire"),
}
TO_CONFIRM_LABEL = Bilingual("to confirm", "à confirmer")
VACANT_LABEL = Bilingual("TBD: vacant", "Rôle vacant")
