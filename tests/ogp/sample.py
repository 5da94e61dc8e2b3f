"""A commitment with everything that can be stated, for tests."""

from __future__ import annotations

from decimal import Decimal

from cogwg.core.bilingual import Bilingual
from cogwg.core.status import Status
from cogwg.ogp.facts import ActionPlanFacts, ActualFacts, CommitmentFacts, IndicatorFacts, MilestoneFacts
from cogwg.ogp.scales import CommitmentState

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
