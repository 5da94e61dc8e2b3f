"""Composing a deck from the record: what was submitted by a day, in the order a Joint Councils deck has.

Reads only; knows nothing of workbooks or pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from cogwg.briefing import findings, group
from cogwg.briefing.deck import (
    ActivityState,
    AnnexRow,
    AnnexSlide,
    ContentsSlide,
    DataSlide,
    Deck,
    GlanceRow,
    GlanceSlide,
    GroupSlide,
    MilestoneRow,
    MilestonesSlide,
    NextStepsSlide,
    Pair,
    PointsSlide,
    PrioritySlide,
    ProgressRow,
    ProgressSlide,
    Reference,
    Slide,
    Step,
    TitleSlide,
)
from cogwg.briefing.group import pair
from cogwg.briefing.queries import StandingWords, standing_words
from cogwg.briefing.rules import as_of as earlier_of
from cogwg.briefing.words import activities, count
from cogwg.core.bilingual import NOTHING, Bilingual
from cogwg.core.calendar import end_of_day, local_day
from cogwg.core.dates import NBSP, day
from cogwg.core.scale import Status, Timeliness
from cogwg.plan.queries import PlanFacts, PriorityFacts, plan_facts
from cogwg.reporting.queries import (
    ChallengeFacts,
    GroupFacts,
    MilestoneFacts,
    Standing,
    challenges,
    group_facts,
    standings,
)

EDITION = 1
_SERIES = (Status.COMPLETE, Status.SUBSTANTIAL, Status.LIMITED, Status.NOT_STARTED, None, Timeliness.NOT_YET_DUE)
_GROUP = Bilingual("Canada Open Government Working Group", "Groupe de travail canadien sur le gouvernement ouvert")


def compose(
    session: Session,
    *,
    year: int,
    meeting_on: date,
    audience: Bilingual,
    today: date,
    standing: StandingWords | None = None,
) -> Deck:
    """The deck of a meeting on the plan of a year, as of the meeting day or today, whichever is earlier.

    ``standing`` comes with an open briefing and is read where there is none. Six statements whatever the size, seven
    with that one. Raises ``NotFound`` when the year has no plan.
    """
    as_of = earlier_of(meeting_on, today)
    plan = plan_facts(session, year)
    found = standings(session, plan, as_of, before=end_of_day(as_of), texts=True)
    told = group_facts(session, by=as_of)
    open_challenges = challenges(session, by=as_of)
    words = standing_words(session) if standing is None else standing
    rows = tuple(_row(priority, found) for priority in plan.priorities)
    states = tuple(state for row in rows for state in row.states)
    cover = words.get("cover", {})
    deck_group = pair(cover, "group") or _GROUP
    slides: list[Slide] = [
        _cover(cover, deck_group, plan, as_of),
        ContentsSlide(Bilingual("Contents", "Sommaire"), NOTHING, NOTHING),
        *_points(words),
        _group(words.get("group", {}), told, plan),
        _glance(plan, rows, states),
        _progress(rows, states),
        _milestones(told.milestones, open_challenges),
        *_next_steps(words),
        _annex(words.get("annex", {}), plan, rows),
        *(_priority(priority, row) for priority, row in zip(plan.priorities, rows, strict=True)),
        _data(rows),
    ]
    return Deck(
        group=deck_group,
        audience=audience,
        meeting_on=meeting_on,
        as_of=as_of,
        plan_year=plan.year,
        edition=EDITION,
        sample=plan.sample or any(state.sample for state in states),
        slides=tuple(slides),
    )


def _row(priority: PriorityFacts, found: dict[int, Standing]) -> GlanceRow:
    states = tuple(_state(priority.number, found[activity.id]) for activity in priority.activities)
    return GlanceRow(priority.number, priority.short or priority.title, group.carried_by(priority), states)


def _state(number: int, standing: Standing) -> ActivityState:
    activity = standing.activity
    return ActivityState(
        priority=number,
        code=activity.code,
        title=activity.title,
        text=activity.text or activity.title,
        month=activity.month,
        due_on=activity.due_on,
        due_words=activity.due_words,
        ongoing=activity.ongoing,
        status=standing.status,
        timeliness=standing.timeliness,
        reported_on=local_day(standing.submitted_at) if standing.submitted_at else None,
        nothing_to_report=standing.nothing_to_report,
        sample=standing.sample,
        progress=standing.progress,
        challenge=standing.challenge,
        evidence_note=standing.evidence_note,
        evidence=tuple(Reference(link.url, link.label) for link in standing.evidence),
    )


def _cover(content: dict[str, Any], title: Bilingual, plan: PlanFacts, as_of: date) -> TitleSlide:
    n = count(len(plan.priorities), Bilingual("priority", "priorité"), Bilingual("priorities", "priorités"), spelled=True)
    m = activities(sum(1 for _ in plan.activities))
    when = day(as_of)
    return TitleSlide(
        title=title,
        answers=NOTHING,
        message=pair(content, "report"),
        councils=pair(content, "councils"),
        plan_line=Bilingual(f"{plan.title.en}: {n.en}, {m.en}", f"{plan.title.fr or plan.title.en}{NBSP}: {n.fr}, {m.fr}"),
        edition_line=Bilingual(
            f"Edition {EDITION}, as of {when.en}. Statuses as submitted by that day.",
            f"Édition {EDITION}, en date du {when.fr}. États soumis au plus tard ce jour-là.",
        ),
        twin_line=Bilingual(
            f"{title.fr} – cette présentation existe aussi en français.",
            f"{title.en} – this deck is also available in English.",
        ),
    )


def _points(standing: StandingWords) -> list[Slide]:
    names = {"purpose": Bilingual("Purpose", "Objet"), "why": Bilingual("Why it matters", "Importance")}
    slides: list[Slide] = []
    for key, name in names.items():
        if content := standing.get(key):
            points = tuple(Bilingual(*point) for point in content["points"])
            slides.append(PointsSlide(*_head(content), name, points))
    return slides


def _head(content: dict[str, Any]) -> tuple[Bilingual, Bilingual, Bilingual]:
    return pair(content, "title"), pair(content, "answers"), pair(content, "message")


def _group(content: dict[str, Any], told: GroupFacts, plan: PlanFacts) -> GroupSlide:
    facts = group.facts(content, told.kinds, plan)
    return GroupSlide(
        title=pair(content, "title") or _GROUP,
        answers=pair(content, "answers"),
        message=Bilingual(
            "A forum where governments and municipal organizations advance open government together",
            "Un forum où les gouvernements et les organisations municipales font avancer ensemble le gouvernement ouvert",
        ),
        facts=facts,
        carriers=group.carriers(plan),
    )


def _glance(plan: PlanFacts, rows: tuple[GlanceRow, ...], states: Sequence[ActivityState]) -> GlanceSlide:
    return GlanceSlide(
        title=Bilingual("Work plan at a glance", "Aperçu du plan de travail"),
        answers=Bilingual("What is due when, and where it stands", "Ce qui est à rendre, à quel moment, et son état"),
        message=findings.glance(states, len(rows)),
        months=plan.months,
        rows=rows,
    )


def _progress(rows: tuple[GlanceRow, ...], states: Sequence[ActivityState]) -> ProgressSlide:
    counted = [
        ProgressRow(row.number, row.short, tuple(sum(_series(s) == word for s in row.states) for word in _SERIES))
        for row in rows
    ]
    # "No report" and "not yet due" stand for activities without a report; an empty column of them would contradict
    # the glance, where reported activities are not yet due either.
    shown = [n for n, word in enumerate(_SERIES) if isinstance(word, Status) or findings.used_series(counted, n)]
    return ProgressSlide(
        title=Bilingual("Progress by priority", "Avancement par priorité"),
        answers=Bilingual("How much is complete, and where it is stuck", "Ce qui est réalisé et ce qui n’avance pas"),
        message=findings.progress(states, rows),
        series=tuple(_SERIES[n] for n in shown),
        rows=tuple(ProgressRow(r.number, r.short, tuple(r.counts[n] for n in shown)) for r in counted),
    )


def _series(state: ActivityState) -> Status | Timeliness | None:
    """The one series an activity counts in: its status, else "not yet due" before its month and "no report" after."""
    if state.status is not None or state.silent:
        return state.status
    return Timeliness.NOT_YET_DUE


def _milestones(told: Sequence[MilestoneFacts], challenges: Sequence[ChallengeFacts]) -> MilestonesSlide:
    held_back = tuple(Pair(challenge.theme, challenge.text) for challenge in challenges)
    return MilestonesSlide(
        title=Bilingual("Major Jurisdictional Milestones and Challenges", "Principaux jalons et défis des administrations"),
        answers=Bilingual(
            "What jurisdictions achieved and struggle with", "Ce que les administrations ont accompli et leurs défis"
        ),
        message=findings.milestones(len({m.jurisdiction_code for m in told}), held_back),
        milestones=tuple(
            MilestoneRow(m.jurisdiction, m.text, tuple(Reference(link.url, link.label) for link in m.links)) for m in told
        ),
        challenges=held_back,
    )


def _next_steps(standing: StandingWords) -> list[Slide]:
    content = standing.get("next_steps")
    if not content:
        return []
    steps = tuple(
        Step(Bilingual(*step["text"]), tuple(Bilingual(*child) for child in step.get("children", ())))
        for step in content["steps"]
    )
    return [NextStepsSlide(*_head(content), steps)]


def _annex(content: dict[str, Any], plan: PlanFacts, rows: tuple[GlanceRow, ...]) -> AnnexSlide:
    link = plan.link or content.get("url", "")
    footnote = pair(content, "footnote")
    return AnnexSlide(
        title=pair(content, "title") or Bilingual("Annex", "Annexe"),
        answers=pair(content, "answers"),
        message=pair(content, "message"),
        rows=tuple(AnnexRow(p.number, p.title, row.carried_by) for p, row in zip(plan.priorities, rows, strict=True)),
        footnote=Reference(link, footnote) if link else None,
    )


def _priority(priority: PriorityFacts, row: GlanceRow) -> PrioritySlide:
    title = Bilingual(f"{priority.number}. {priority.title.en}", f"{priority.number}. {priority.title.text('fr')}")
    return PrioritySlide(
        title=title,
        answers=priority.short or priority.title,
        message=findings.priority(row.states),
        number=priority.number,
        issue=priority.issue,
        consequences=priority.consequences,
        outcome=priority.outcome,
        results=priority.results,
        carried_by=row.carried_by,
        undecided=group.undecided(priority),
        activities=row.states,
    )


def _data(rows: tuple[GlanceRow, ...]) -> DataSlide:
    return DataSlide(
        title=Bilingual("Data behind the slides", "Données des diapositives"),
        answers=Bilingual("Every row behind these slides, filterable", "Toutes les lignes des diapositives, à filtrer"),
        message=Bilingual(
            "One row per activity. Filter or sort with the buttons in the header row.",
            "Une ligne par activité. Filtrez ou triez à l’aide des boutons de la ligne d’en-tête.",
        ),
        rows=tuple((row.short, state) for row in rows for state in row.states),
    )
