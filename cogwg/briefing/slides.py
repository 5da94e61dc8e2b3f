"""The slides of a deck, each made from the material and what the co-chairs wrote for it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from cogwg.briefing import findings, working_group
from cogwg.briefing.deck import (
    ActivityState,
    AnnexRow,
    AnnexSlide,
    AsksSlide,
    ChangedSlide,
    ContentsSlide,
    DataSlide,
    GlanceRow,
    GlanceSlide,
    GroupSlide,
    MilestonesSlide,
    Month,
    NextStepsSlide,
    Pair,
    PointsSlide,
    PrioritySlide,
    ProgressRow,
    ProgressSlide,
    QuarterRow,
    Reference,
    Slide,
    Step,
    TextSlide,
    TitleSlide,
)
from cogwg.briefing.material import Material
from cogwg.briefing.outline import NextStep, Outline, StepState, still_open
from cogwg.briefing.overrides import lines_over, over
from cogwg.briefing.phrases import activities, count
from cogwg.briefing.working_group import pair
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.dates import NBSP, day
from cogwg.core.scale import Status, Timeliness
from cogwg.reporting.overall_status import Overall

GROUP = Bilingual("Canada Open Government Working Group", "Groupe de travail canadien sur le gouvernement ouvert")
_SERIES = (Status.COMPLETE, Status.SUBSTANTIAL, Status.LIMITED, Status.NOT_STARTED, None, Timeliness.NOT_YET_DUE)
_POINTS = {"purpose": Bilingual("Purpose", "Objet"), "why": Bilingual("Why it matters", "Importance")}


def every(material: Material, outline: Outline, *, edition: int, draft: bool) -> list[Slide]:
    """Every slide this briefing could show, in their usual order; those that would be empty are not made."""
    words, plan, told = material.standing, material.plan, material.rows
    announced = material.next or material
    states = tuple(state for row in told for state in row.states)
    cover = words.get("cover", {})
    return [
        _cover(cover, deck_group(words), material, edition, draft=draft),
        ContentsSlide(Bilingual("Contents", "Sommaire"), EMPTY_TEXT, EMPTY_TEXT, key="contents"),
        *_points(words, outline),
        _group(words.get("group", {}), material),
        _glance(plan.months, told, states),
        *_changed(material),
        _progress(material, states),
        _milestones(material),
        *_next_steps(words, outline),
        *_asks(announced.plan.year, announced.rows, outline),
        *_free(outline),
        _annex(words.get("annex", {}), announced),
        *(_priority(announced, n, outline) for n in range(len(announced.rows))),
        _data((*told, *(material.next.rows if material.next else ()))),
    ]


def deck_group(words: dict[str, dict[str, Any]]) -> Bilingual:
    return pair(words.get("cover", {}), "group") or GROUP


def _cover(content: dict[str, Any], title: Bilingual, material: Material, edition: int, *, draft: bool) -> TitleSlide:
    plan = material.plan
    n = count(len(plan.priorities), Bilingual("priority", "priorité"), Bilingual("priorities", "priorités"), spelled=True)
    m = activities(sum(1 for _ in plan.activities))
    when = day(material.as_of)
    named = Bilingual("Draft of version", "Ébauche de la version") if draft else Bilingual("Version", "Version")
    return TitleSlide(
        title=title,
        answers=EMPTY_TEXT,
        message=pair(content, "report"),
        councils=pair(content, "councils"),
        plan_line=Bilingual(f"{plan.title.en}: {n.en}, {m.en}", f"{plan.title.fr or plan.title.en}{NBSP}: {n.fr}, {m.fr}"),
        edition_line=Bilingual(
            f"{named.en}{NBSP}{edition}, as of {when.en}. Statuses as submitted by that day.",
            f"{named.fr}{NBSP}{edition}, en date du {when.fr}. États soumis au plus tard ce jour-là.",
        ),
        twin_line=Bilingual(
            f"{title.fr} – cette présentation existe aussi en français.",
            f"{title.en} – this deck is also available in English.",
        ),
        key="cover",
    )


def _points(standing: dict[str, dict[str, Any]], outline: Outline) -> list[Slide]:
    slides: list[Slide] = []
    for key, name in _POINTS.items():
        content = standing.get(key, {})
        points = lines_over(outline.worded(key).lines, [Bilingual(*point) for point in content.get("points", ())])
        if points:
            slides.append(PointsSlide(*_head(content), name, points, key=key))
    return slides


def _free(outline: Outline) -> list[Slide]:
    found = [outline.worded(key) for key in outline.free]
    return [TextSlide(w.title, w.title, w.message, w.lines, key=w.key) for w in found]


def _head(content: dict[str, Any]) -> tuple[Bilingual, Bilingual, Bilingual]:
    return pair(content, "title"), pair(content, "answers"), pair(content, "message")


def _group(content: dict[str, Any], material: Material) -> GroupSlide:
    facts = working_group.facts(content, material.kinds, material.plan)
    return GroupSlide(
        title=pair(content, "title") or GROUP,
        answers=pair(content, "answers"),
        message=Bilingual(
            "A forum where governments and municipal organizations advance open government together",
            "Un forum où les gouvernements et les organisations municipales font avancer ensemble le gouvernement ouvert",
        ),
        facts=facts,
        carriers=working_group.carriers(material.plan),
        key="group",
    )


def _glance(months: Sequence[Month], rows: tuple[GlanceRow, ...], states: Sequence[ActivityState]) -> GlanceSlide:
    return GlanceSlide(
        title=Bilingual("Work plan at a glance", "Aperçu du plan de travail"),
        answers=Bilingual("What is due when, and where it stands", "Ce qui est à rendre, à quel moment, et son état"),
        message=findings.glance(states, len(rows)),
        months=tuple(months),
        rows=rows,
        key="glance",
    )


def _changed(material: Material) -> list[Slide]:
    if material.since is None:
        return []
    since = day(material.since)
    return [
        ChangedSlide(
            title=Bilingual("What changed since the last Joint Councils", "Ce qui a changé depuis les derniers Conseils"),
            answers=Bilingual("What moved, slipped, or was decided", "Ce qui a avancé, pris du retard ou été décidé"),
            message=findings.changed(since, material.changes),
            since=material.since,
            changes=material.chosen_changes,
            key="changed",
        )
    ]


def _progress(material: Material, states: Sequence[ActivityState]) -> ProgressSlide:
    rows = material.rows
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
        quarters=_quarters(material, tuple(_SERIES[n] for n in shown)),
        key="progress",
    )


def _series(state: ActivityState) -> Status | Timeliness | None:
    """The one series an activity counts in: its status, else "not yet due" before its month and "no report" after."""
    if state.status is not None or state.silent:
        return state.status
    return Timeliness.NOT_YET_DUE


def _quarters(material: Material, series: tuple[Status | Timeliness | None, ...]) -> tuple[QuarterRow, ...]:
    """Where the plan stood at the end of each quarter so far, in the words the slide counts by; one quarter is no course."""
    if len(material.quarters) < 2:
        return ()
    return tuple(
        QuarterRow(end.label, tuple(sum(word == one for word in end.words) for one in series)) for end in material.quarters
    )


def _milestones(material: Material) -> MilestonesSlide:
    told, held_back = material.chosen_milestones, material.chosen_challenges
    return MilestonesSlide(
        title=Bilingual("Major Jurisdictional Milestones and Challenges", "Principaux jalons et défis des administrations"),
        answers=Bilingual(
            "What jurisdictions achieved and struggle with", "Ce que les administrations ont accompli et leurs défis"
        ),
        message=findings.milestones(len({m.jurisdiction for m in told}), held_back),
        milestones=told,
        challenges=held_back,
        key="milestones",
    )


def _next_steps(standing: dict[str, dict[str, Any]], outline: Outline) -> list[Slide]:
    content = standing.get("next_steps", {})
    steps = outline.steps if outline.steps is not None else standing_steps(standing)
    shown = tuple(Step(step.text, tuple(child.text for child in step.children)) for step in still_open(steps))
    return [NextStepsSlide(*_head(content), shown, key="next-steps")] if shown else []


def standing_steps(standing: dict[str, dict[str, Any]]) -> tuple[NextStep, ...]:
    """The next steps of the standing slide, for a briefing that has none of its own."""
    return tuple(
        NextStep(
            Bilingual(*step["text"]),
            StepState.OPEN,
            tuple(NextStep(Bilingual(*child)) for child in step.get("children", ())),
        )
        for step in standing.get("next_steps", {}).get("steps", ())
    )


def _asks(year: int, rows: Iterable[GlanceRow], outline: Outline) -> list[Slide]:
    asks = tuple(
        Pair(Bilingual(f"{row.number}. {row.short.en}", f"{row.number}. {row.short.text('fr')}"), ask)
        for row in rows
        for ask in outline.priority(year, row.number).asks
    )
    if not asks:
        return []
    return [
        AsksSlide(
            title=Bilingual("What we ask of the Joint Councils", "Ce que nous demandons aux Conseils mixtes"),
            answers=Bilingual("What the Councils are asked to do", "Ce qui est demandé aux Conseils"),
            message=findings.asks(len(asks)),
            asks=asks,
            key="asks",
        )
    ]


def _annex(content: dict[str, Any], material: Material) -> AnnexSlide:
    plan, rows = material.plan, material.rows
    link = plan.link or content.get("url", "")
    footnote = pair(content, "footnote")
    return AnnexSlide(
        title=pair(content, "title") or Bilingual("Annex", "Annexe"),
        answers=pair(content, "answers"),
        message=pair(content, "message"),
        rows=tuple(AnnexRow(p.number, p.title, row.carried_by) for p, row in zip(plan.priorities, rows, strict=True)),
        footnote=Reference(link, footnote) if link else None,
        key="annex",
    )


def _priority(material: Material, n: int, outline: Outline) -> PrioritySlide:
    priority, row = material.plan.priorities[n], material.rows[n]
    words = outline.priority(material.plan.year, priority.number)
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
        undecided=working_group.undecided(priority),
        activities=row.states,
        status=_overall(material.overall[n]),
        highlight=words.highlight,
        asks=words.asks,
        key=f"priority-{priority.number}",
    )


def _overall(found: Overall) -> Bilingual:
    """The overall word with its reason: "Limited progress: 3 of 4 complete; 1 overdue"."""
    if found.status is None:
        return found.reason
    word = found.status.label
    return Bilingual(f"{word.en}: {found.reason.en}", f"{word.fr}{NBSP}: {found.reason.text('fr')}")


def _data(rows: Sequence[GlanceRow]) -> DataSlide:
    return DataSlide(
        title=Bilingual("Data behind the slides", "Données des diapositives"),
        answers=Bilingual("Every row behind these slides", "Toutes les lignes derrière ces diapositives"),
        message=Bilingual(
            "One row per activity, as last reported.",
            "Une ligne par activité, d’après son dernier rapport.",
        ),
        rows=tuple((row.short, state) for row in rows for state in row.states),
        key="data",
    )


def worded(slide: Slide, outline: Outline) -> Slide:
    """The slide with the deck's own title and finding, where a co-chair wrote them."""
    words = outline.worded(slide.key)
    return replace(slide, title=over(words.title, slide.title), message=over(words.message, slide.message))
