"""Labels of roles and of the choices in a carry-over, and sentences that describe changes to a plan."""

from __future__ import annotations

from collections.abc import Mapping

from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import N_
from cogwg.plan.carry_over import CarryChoice
from cogwg.plan.models import AssignmentRole

ROLE_LABELS = {
    AssignmentRole.LEAD: Bilingual("lead", "responsable"),
    AssignmentRole.PARTNER: Bilingual("partner", "partenaire"),
}
TO_CONFIRM_LABEL = Bilingual("to confirm", "à confirmer")
CARRY_LABELS = {
    CarryChoice.CARRY: Bilingual("Carry over", "Reprendre"),
    CarryChoice.DONE: Bilingual("Done", "Réalisée"),
    CarryChoice.DROP: Bilingual("Drop", "Écarter"),
}
VACANT_LABEL = Bilingual("TBD: vacant", "Rôle vacant")

CHANGE_SENTENCES: Mapping[str, str] = {
    "plan.created": N_("recorded the plan"),
    "plan.adopted": N_("adopted the plan"),
    "plan.adoption-undone": N_("undid the adoption of the plan"),
    "plan.closed": N_("closed the plan"),
    "plan.reopened": N_("reopened the plan"),
    "plan.roles-asked": N_("asked the jurisdictions to confirm their roles"),
    "plan.roles-reminded": N_("reminded the jurisdictions to confirm their roles"),
    "priority.added": N_("added %(priority)s"),
    "priority.reworded": N_("reworded %(priority)s"),
    "priority.confirmed": N_("confirmed the translation of %(priority)s"),
    "priority.moved": N_("moved %(priority)s to another position"),
    "priority.retired": N_("retired %(priority)s from the plan"),
    "priority.restored": N_("restored %(priority)s to the plan"),
    "priority.set_by_hand": N_("set the overall status of %(priority)s manually"),
    "priority.handed_back": N_("went back to the calculated overall status of %(priority)s"),
    "activity.added": N_("added %(activity)s"),
    "activity.reworded": N_("reworded %(activity)s"),
    "activity.confirmed": N_("confirmed the translation of %(activity)s"),
    "activity.moved": N_("moved %(activity)s to another position"),
    "activity.retired": N_("retired %(activity)s from the plan"),
    "activity.restored": N_("restored %(activity)s to the plan"),
    "due.moved": N_("moved the due date of %(activity)s"),
    "due.requested": N_("asked to move the due date of %(activity)s"),
    "due.declined": N_("declined to move the due date of %(activity)s"),
    "due.withdrawn": N_("withdrew the request to move the due date of %(activity)s"),
    "role.added": N_("added a role in %(priority)s"),
    "role.stated": N_("specified whether a role in %(priority)s is that of a lead or a partner"),
    "role.removed": N_("removed a vacant role from %(priority)s"),
    "role.offered": N_("offered a role in %(priority)s"),
    "role.accepted": N_("accepted a role in %(priority)s"),
    "role.declined": N_("declined a role in %(priority)s"),
    "role.offer-withdrawn": N_("withdrew the offer of a role in %(priority)s"),
    "role.ended": N_("ended a role in %(priority)s"),
    "role.handed-over": N_("handed over a role in %(priority)s"),
    "role.requested": N_("requested a role in %(priority)s"),
    "role.request-withdrawn": N_("withdrew the request for a role in %(priority)s"),
    "jurisdiction.added": N_("added the jurisdiction"),
    "jurisdiction.renamed": N_("changed the name of the jurisdiction"),
}
"""What a person did, by the action in the audit log. The placeholder stands for an item such as "activity 3.2"."""
OTHER_CHANGE = N_("changed the plan: %(what)s")
"""What a person did, for an action that has no sentence of its own."""
