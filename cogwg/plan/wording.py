"""What the roles of a plan are called, in both languages."""

from __future__ import annotations

from cogwg.core.bilingual import Bilingual
from cogwg.plan.models import Holds

ROLES = {Holds.LEAD: Bilingual("lead", "responsable"), Holds.PARTNER: Bilingual("partner", "partenaire")}
TO_CONFIRM = Bilingual("to confirm", "à confirmer")
VACANT = Bilingual("TBD: vacant", "À déterminer\u00a0: vacant")
