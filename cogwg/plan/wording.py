"""Labels of the roles of a plan and of the choices of a carry-over, in both languages."""

from __future__ import annotations

from cogwg.core.bilingual import Bilingual
from cogwg.plan.carry_over import CarryChoice
from cogwg.plan.models import AssignmentRole

ROLE_LABELS = {
    AssignmentRole.LEAD: Bilingual("lead", "responsable"),
    AssignmentRole.PARTNER: Bilingual("partner", "partenaire"),
}
TO_CONFIRM_LABEL = Bilingual("to confirm", "à confirmer")
CARRY_LABELS = {
    CarryChoice.CARRY: Bilingual("Carry", "Reporter"),
    CarryChoice.DONE: Bilingual("Done", "Terminée"),
    CarryChoice.DROP: Bilingual("Drop", "Retirer"),
}
VACANT_LABEL = Bilingual("TBD: vacant", "Rôle vacant")
