"""Commitments for tests of what is published: CA0060 with the facts of its page, and others around it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.status import Status
from cogwg.ogp.models import (
    ActionPlan,
    Assessment,
    AssessmentFinding,
    Commitment,
    CommitmentLink,
    CommitmentMilestone,
    Indicator,
    IndicatorActual,
)
from cogwg.ogp.scales import (
    AssessmentKind,
    CarriedForward,
    CommitmentState,
    Completion,
    OgpValue,
    Openness,
    Verifiable,
)
from cogwg.plan.models import Activity, Priority

RECORDED = datetime(2020, 9, 1, 15, tzinfo=UTC)
SECRETARIAT = Bilingual("Treasury Board of Canada Secretariat", "Secrétariat du Conseil du Trésor du Canada")
MID_TERM = Bilingual("Canada Mid-Term Report 2016-2018", "")
END_OF_TERM = Bilingual("Canada End-Term Report 2016-2018", "")
ORGANIZATION = Bilingual("Open Council (sample)", "Conseil ouvert (exemple)")


def action_plan(session: Session, year: int) -> ActionPlan:
    """Return the action plan that starts in this year; add it if there is none."""
    plan = session.scalars(select(ActionPlan).where(ActionPlan.start_year == year)).one_or_none()
    if plan is None:
        title = Bilingual(f"Canada Action Plan {year}-{year + 2}", f"Plan d’action du Canada {year}-{year + 2}")
        plan = ActionPlan(start_year=year, end_year=year + 2, title=title)
        session.add(plan)
        session.flush()
    return plan


def add_commitment(session: Session, identifier: str, title: Bilingual, *, year: int = 2016, **values: object) -> Commitment:
    """Add a commitment with a title, an area and nothing else unless it is given."""
    stored = session.scalars(select(Commitment).where(Commitment.identifier == identifier)).one_or_none()
    if stored is not None:
        raise AssertionError(f"{identifier} exists")
    commitment = Commitment(
        plan_id=action_plan(session, year).id,
        identifier=identifier,
        position=int(identifier[2:]),
        title=title,
        **{
            "state": CommitmentState.INACTIVE,
            "areas": [["Capacity Building", "Renforcement des capacités"]],
            "support": [],
            "done": [],
            "questions": [],
            "changed_at": RECORDED,
            **values,
        },
    )
    for name in ("text", "description", "result", "lead"):
        if name not in values:
            setattr(commitment, name, EMPTY_TEXT)
    session.add(commitment)
    session.flush()
    return commitment


def assess(
    session: Session,
    commitment: Commitment,
    kind: AssessmentKind,
    on: str,
    whole: Completion | None,
    *,
    findings: tuple[Completion, ...] = (),
    assessor: Bilingual = SECRETARIAT,
    text: Bilingual = EMPTY_TEXT,
    **values: object,
) -> Assessment:
    """Add an assessment, with a finding for each milestone."""
    assessment = Assessment(
        commitment_id=commitment.id,
        kind=kind,
        assessor=assessor,
        on=on,
        completion=whole,
        text=text,
        **{"relevance": [], "openness": {}, "sources": [], "recorded_at": RECORDED, **values},
    )
    session.add(assessment)
    session.flush()
    for milestone, completion in zip(commitment.milestones, findings, strict=False):
        finding = AssessmentFinding(
            assessment_id=assessment.id, milestone_id=milestone.id, completion=completion, note=EMPTY_TEXT
        )
        session.add(finding)
    session.flush()
    session.expire(commitment)
    return assessment


def add_ca0060(session: Session) -> Commitment:
    """Add CA0060, served by priority 5 and activity 5.2, on which civil society differs at milestone 19.2."""
    commitment = add_commitment(
        session,
        "CA0060",
        Bilingual("Engage Civil Society on Open Government", "Mobiliser la société civile"),
        number="19",
        text=Bilingual("The Government of Canada will create ongoing mechanisms.", "Le gouvernement créera des mécanismes."),
        description=Bilingual("A permanent forum for dialogue.", "Un forum permanent de dialogue."),
        result=Bilingual("A formal way for regular two-way conversation.", "Un moyen officiel de dialoguer régulièrement."),
        lead=SECRETARIAT,
        support=[["Civil society partners", "Partenaires de la société civile"]],
        areas=[["Public Participation", "Participation du public"]],
        done=[["First in-person meeting held in January 2018", "Première rencontre en personne en janvier 2018"]],
        questions=[["What themes require more collaboration?", "Quels thèmes demandent plus de collaboration?"]],
        enquiries="open@example.ca",
        source="https://www.opengovpartnership.org/members/canada/commitments/CA0060/",
    )
    unknown = Bilingual("Not specified", "Non précisé")
    for position, text in enumerate(
        (
            Bilingual("Develop and maintain a renewed mechanism.", "Élaborer et maintenir un nouveau mécanisme."),
            Bilingual("Undertake targeted engagement activities.", "Entreprendre des activités ciblées."),
        ),
        1,
    ):
        session.add(
            CommitmentMilestone(
                commitment_id=commitment.id, number=f"19.{position}", position=position, text=text, start=unknown, end=unknown
            )
        )
    for position, (text, target) in enumerate(
        (
            (
                Bilingual("Collaborative initiatives of the forum", "Initiatives conjointes du forum"),
                Bilingual("4 by June 2018", "4 d’ici juin 2018"),
            ),
            (Bilingual("Civil society supports the events", "La société civile appuie les activités"), EMPTY_TEXT),
        ),
        1,
    ):
        indicator = Indicator(
            commitment_id=commitment.id,
            code=f"19-{position}",
            position=position,
            text=text,
            target=target,
            deadline=EMPTY_TEXT,
            lead=EMPTY_TEXT,
        )
        session.add(indicator)
        session.flush()
        empty = dict.fromkeys(("unit", "progress", "evidence", "challenges"), EMPTY_TEXT)
        if position == 2:
            for year, share in ((2016, 8), (2018, 20)):
                unit = Bilingual("%", "%")
                session.add(
                    IndicatorActual(
                        indicator_id=indicator.id, period=str(year), number=Decimal(share), **{**empty, "unit": unit}
                    )
                )
        else:
            progress = Bilingual("The forum gave input to the 4th plan.", "Le forum a contribué au 4e plan.")
            values = {**empty, "progress": progress}
            session.add(IndicatorActual(indicator_id=indicator.id, period="2018", status=Status.COMPLETE, **values))
    session.flush()
    session.expire(commitment)
    complete, substantial = Completion.COMPLETE, Completion.SUBSTANTIAL
    assess(
        session,
        commitment,
        AssessmentKind.MID_TERM,
        "2017",
        substantial,
        findings=(substantial, substantial),
        assessor=MID_TERM,
        verifiable=Verifiable.YES,
        relevance=[OgpValue.PARTICIPATION.value],
    )
    assess(session, commitment, AssessmentKind.SELF, "2018-06", complete, findings=(complete, complete))
    assess(
        session,
        commitment,
        AssessmentKind.END_OF_TERM,
        "2018-09",
        complete,
        findings=(complete, complete),
        assessor=END_OF_TERM,
        openness={OgpValue.PARTICIPATION.value: Openness.MAJOR.value},
        carried_forward=CarriedForward.UNCLEAR,
        sources=[["https://example.ca/report", "End-of-term report", "Rapport de fin de mandat"]],
    )
    assess(
        session,
        commitment,
        AssessmentKind.CIVIL_SOCIETY,
        "2018-10",
        None,
        findings=(complete, Completion.LIMITED),
        assessor=ORGANIZATION,
        sample=True,
        text=Bilingual("Only those already engaged were reached.", "Seules les personnes déjà mobilisées ont été jointes."),
    )
    priority = session.scalars(select(Priority).where(Priority.number == 5)).first()
    activity = session.scalars(select(Activity).where(Activity.code == "5.2")).first()
    if priority is not None and activity is not None:
        session.add(CommitmentLink(commitment_id=commitment.id, priority_id=priority.id))
        session.add(CommitmentLink(commitment_id=commitment.id, activity_id=activity.id))
    session.flush()
    session.expire(commitment)
    return commitment


def add_others(session: Session) -> None:
    """Add a commitment without French, one that continues it, and one that the reviewer sees otherwise."""
    earlier = add_commitment(session, "CA0041", Bilingual("Consulting Canadians", ""), year=2014, starred=True)
    later = add_commitment(
        session, "CA0073", Bilingual("Open Government Community", "Communauté"), year=2018, number="10", follows_id=earlier.id
    )
    later.state = CommitmentState.ACTIVE
    assess(session, later, AssessmentKind.SELF, "2019-06", Completion.SUBSTANTIAL)
    disputed = add_commitment(session, "CA0058", Bilingual("Extractives Act", "Loi sur le secteur extractif"), lead=SECRETARIAT)
    assess(session, disputed, AssessmentKind.SELF, "2018-06", Completion.COMPLETE)
    assess(session, disputed, AssessmentKind.END_OF_TERM, "2018-09-15", Completion.LIMITED, assessor=END_OF_TERM)
