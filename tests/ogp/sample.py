"""A commitment with everything that can be stated, for tests."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from cogwg.audit.services import SYSTEM
from cogwg.core.bilingual import Bilingual
from cogwg.core.db import write_transaction
from cogwg.core.status import Status
from cogwg.ogp.editing import add_action_plan, record_commitment
from cogwg.ogp.facts import ActionPlanFacts, ActualFacts, CommitmentFacts, IndicatorFacts, MilestoneFacts
from cogwg.ogp.models import ActionPlan
from cogwg.ogp.scales import CommitmentState
from tests.databases import REAL_NOW

PLAN_2014 = ActionPlanFacts(2014, 2016, Bilingual("Action Plan 2.0", "Plan d’action 2.0"))
PLAN_2016 = ActionPlanFacts(2016, 2018, Bilingual("Third action plan", "Troisième plan d’action"))
NOT_SPECIFIED = Bilingual("Not specified", "Non précisé")
FACTS = CommitmentFacts(
    identifier="CA0060",
    cycle=2016,
    title=Bilingual("Engage civil society on open government", ""),
    number="19",
    state=CommitmentState.INACTIVE,
    lead=Bilingual("Treasury Board of Canada Secretariat", "Secrétariat du Conseil du Trésor du Canada"),
    support=(Bilingual("Civil society partners", "Partenaires de la société civile"),),
    areas=(Bilingual("Public participation", "Participation du public"),),
    text=Bilingual("Create ongoing mechanisms.", "Créer des mécanismes permanents."),
    milestones=(
        MilestoneFacts("19.1", Bilingual("A renewed mechanism", "Un mécanisme renouvelé"), NOT_SPECIFIED, NOT_SPECIFIED),
        MilestoneFacts("19.2", Bilingual("Targeted engagement", ""), end=Bilingual("June 2018", "Juin 2018")),
    ),
    indicators=(
        IndicatorFacts(
            "19-1",
            Bilingual("Tools created by the forum", "Outils créés par le forum"),
            milestone="19.1",
            target=Bilingual("4 by June 2018", "4 d’ici juin 2018"),
            deadline=Bilingual("June 2018", ""),
            actuals=(
                ActualFacts("2018-03", Decimal("2.5"), Bilingual("tools", "outils"), Status.LIMITED),
                ActualFacts("2018-06", progress=Bilingual("The forum gave input.", ""), status=Status.COMPLETE),
            ),
        ),
        IndicatorFacts("19-2", Bilingual("Support", ""), actuals=(ActualFacts("2018", nothing_to_report=True),)),
    ),
    done=(Bilingual("First meeting held in January 2018", ""),),
    questions=(Bilingual("Whom should we reach?", "Qui devrions-nous joindre?"),),
    enquiries="open@example.ca",
    source="https://www.opengovpartnership.org/members/canada/commitments/CA0060/",
)


def stock(engine: Engine, *commitments: CommitmentFacts) -> None:
    """Record the action plans of the sample, unless the demo has them, and these commitments."""
    with Session(engine) as session, write_transaction(session):
        for plan in (PLAN_2014, PLAN_2016):
            if session.scalar(select(ActionPlan.id).where(ActionPlan.start_year == plan.start_year)) is None:
                add_action_plan(session, plan, by=SYSTEM, at=REAL_NOW)
        for facts in commitments:
            record_commitment(session, facts, version=None, by=SYSTEM, at=REAL_NOW)
