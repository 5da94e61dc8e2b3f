"""The slides of a deck, built from the briefing source and the co-chairs' wording. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from cogwg.briefing import findings, working_group
from cogwg.briefing.decided_steps import planned_steps
from cogwg.briefing.deck import (
    ActivityState,
    AnnexRow,
    AnnexSlide,
    AsksSlide,
    ChangedSlide,
    ContentsSlide,
    DataSlide,
    DeckAsk,
    DeckState,
    GlanceRow,
    GlanceSlide,
    GroupSlide,
    LateActivity,
    MilestonesSlide,
    Month,
    NextStepsSlide,
    PointsSlide,
    PrioritySlide,
    ProgressRow,
    ProgressSlide,
    QuarterRow,
    Reference,
    Slide,
    TextSlide,
    TitleSlide,
)
from cogwg.briefing.next_steps import deck_steps, open_before
from cogwg.briefing.outline import Outline
from cogwg.briefing.overrides import lines_with_override, with_override
from cogwg.briefing.phrases import activities_phrase, deadline_phrase, state_phrase
from cogwg.briefing.source import BriefingSource
from cogwg.briefing.summary import summary_slide
from cogwg.briefing.timeline import timeline_slide
from cogwg.briefing.working_group import content_text
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.dates import NBSP, count_phrase, day
from cogwg.core.group import GROUP_NAME
from cogwg.core.status import Status, Timeliness
from cogwg.reporting.overall_status import OverallAssessment

_SERIES = (Status.COMPLETE, Timeliness.OVERDUE, Timeliness.DUE, Timeliness.NOT_YET_DUE)
_QUARTER_SERIES = (
    Status.COMPLETE,
    Status.SUBSTANTIAL,
    Status.LIMITED,
    Status.NOT_STARTED,
    None,
    Timeliness.NOT_YET_DUE,
)
_POINTS_NAMES = {"purpose": Bilingual("Purpose", "Objet"), "why": Bilingual("Why it matters", "Pourquoi ce travail compte")}


def all_slides(
    briefing_source: BriefingSource,
    outline: Outline,
    *,
    version: int,
    state: DeckState,
    audience: Bilingual = EMPTY_TEXT,
    meeting_on: date | None = None,
) -> list[Slide]:
    """Build every slide that this briefing could show, except slides that would be empty; ``ordered_keys`` puts them in order.

    ``audience`` and ``meeting_on`` are needed only to show the deck, not to list its slides.
    """
    words, plan, rows = briefing_source.standing_content, briefing_source.plan, briefing_source.rows
    announced = briefing_source.announced or briefing_source
    states = tuple(state for row in rows for state in row.states)
    cover = words.get("cover", {})
    return [
        _cover_slide(cover, group_name(words), briefing_source, version, state),
        summary_slide(briefing_source, outline, audience, meeting_on),
        ContentsSlide(Bilingual("Contents", "Sommaire"), EMPTY_TEXT, EMPTY_TEXT, key="contents"),
        *_points_slides(words, outline),
        _group_slide(words.get("group", {}), briefing_source),
        *_changed_slides(briefing_source),
        _progress_slide(briefing_source, states),
        timeline_slide(plan.year, rows, briefing_source.as_of),
        _milestones_slide(briefing_source),
        *_next_steps_slides(briefing_source, outline),
        *_asks_slides(announced.plan.year, announced.rows, outline, audience, meeting_on),
        *_free_slides(outline),
        _annex_slide(words.get("annex", {}), announced),
        _glance_slide(plan.months, rows, states, briefing_source.as_of),
        *(_priority_slide(announced, n, outline) for n in range(len(announced.rows))),
        _data_slide((*rows, *(briefing_source.announced.rows if briefing_source.announced else ()))),
    ]


def group_name(standing_content: dict[str, dict[str, Any]]) -> Bilingual:
    return content_text(standing_content.get("cover", {}), "group") or GROUP_NAME


def _cover_slide(
    content: dict[str, Any], title: Bilingual, briefing_source: BriefingSource, version: int, state: DeckState
) -> TitleSlide:
    plan = briefing_source.plan
    n = count_phrase(len(plan.priorities), Bilingual("priority", "priorité"), Bilingual("priorities", "priorités"))
    m = activities_phrase(sum(1 for _ in plan.activities))
    when = day(briefing_source.as_of)
    named = state_phrase(state, version)
    return TitleSlide(
        title=title,
        answers=EMPTY_TEXT,
        message=content_text(content, "report"),
        councils=content_text(content, "councils"),
        plan_line=Bilingual(f"{plan.title.en}: {n.en}, {m.en}", f"{plan.title.fr or plan.title.en}{NBSP}: {n.fr}, {m.fr}"),
        edition_line=Bilingual(
            f"{named.en}, as of {when.en}. Statuses are those submitted by that day.",
            f"{named.fr}, en date du {when.fr}. Les états sont ceux qui ont été soumis au plus tard ce jour-là.",
        ),
        twin_line=Bilingual("Cette présentation existe aussi en français.", "This deck is also available in English."),
        twin_name=Bilingual(title.fr, title.en) if title.en != title.fr else EMPTY_TEXT,
        key="cover",
    )


def _points_slides(standing_content: dict[str, dict[str, Any]], outline: Outline) -> list[Slide]:
    slides: list[Slide] = []
    for key, name in _POINTS_NAMES.items():
        content = standing_content.get(key, {})
        points = lines_with_override(outline.wording_of(key).lines, [Bilingual(*point) for point in content.get("points", ())])
        if points:
            slides.append(PointsSlide(*_slide_texts(content), name, points, key=key))
    return slides


def _free_slides(outline: Outline) -> list[Slide]:
    wordings = [outline.wording_of(key) for key in outline.free_slide_keys]
    return [TextSlide(w.title, w.title, w.message, w.lines, key=w.key) for w in wordings]


def _slide_texts(content: dict[str, Any]) -> tuple[Bilingual, Bilingual, Bilingual]:
    return content_text(content, "title"), content_text(content, "answers"), content_text(content, "message")


def _group_slide(content: dict[str, Any], briefing_source: BriefingSource) -> GroupSlide:
    facts = working_group.facts(content, briefing_source.counts_by_kind, briefing_source.plan)
    return GroupSlide(
        title=content_text(content, "title") or GROUP_NAME,
        answers=content_text(content, "answers"),
        message=Bilingual(
            "A forum where governments and municipal organizations advance open government together",
            "Un forum où les gouvernements et les organisations municipales font avancer ensemble le gouvernement ouvert",
        ),
        facts=facts,
        carriers=working_group.carriers(briefing_source.plan),
        key="group",
    )


def _glance_slide(
    months: Sequence[Month], rows: tuple[GlanceRow, ...], states: Sequence[ActivityState], as_of: date
) -> GlanceSlide:
    return GlanceSlide(
        title=Bilingual("Work plan at a glance", "Aperçu du plan de travail"),
        answers=Bilingual("What is due when, and where each activity stands", "Les échéances, et où en sont les activités"),
        message=findings.glance(states, len(rows), as_of),
        months=tuple(months),
        rows=rows,
        key="glance",
    )


def _changed_slides(briefing_source: BriefingSource) -> list[Slide]:
    if briefing_source.since is None:
        return []
    since = day(briefing_source.since)
    return [
        ChangedSlide(
            title=Bilingual(
                "What changed since the last Joint Councils", "Ce qui a changé depuis les derniers Conseils mixtes"
            ),
            answers=Bilingual(
                "What progressed, fell behind or was decided", "Ce qui a progressé, pris du retard ou été décidé"
            ),
            message=findings.changed(since, briefing_source.changes),
            since=briefing_source.since,
            changes=briefing_source.chosen_changes,
            key="changed",
        )
    ]


def _progress_slide(briefing_source: BriefingSource, states: Sequence[ActivityState]) -> ProgressSlide:
    as_of = briefing_source.as_of
    counted = [
        (row, tuple(sum(_series_of(state) == word for state in row.states) for word in _SERIES)) for row in briefing_source.rows
    ]
    columns = [n for n in range(len(_SERIES)) if any(counts[n] for _, counts in counted)]
    rows = [
        ProgressRow(row.number, row.short, tuple(counts[n] for n in columns), _late_activities(row, as_of))
        for row, counts in counted
    ]
    ends = briefing_source.quarter_ends if len(briefing_source.quarter_ends) > 1 else ()
    quarter_series = tuple(word for word in _QUARTER_SERIES if any(word in end.statuses for end in ends))
    return ProgressSlide(
        title=Bilingual("Progress by priority", "Avancement par priorité"),
        answers=Bilingual("What is complete and what is behind", "Ce qui est réalisé et ce qui accuse du retard"),
        message=findings.progress(states, briefing_source.rows, as_of),
        series=tuple(_SERIES[n] for n in columns),
        rows=tuple(sorted(rows, key=_urgency)),
        quarters=tuple(QuarterRow(end.label, tuple(end.statuses.count(word) for word in quarter_series)) for end in ends),
        quarter_series=quarter_series,
        key="progress",
    )


def _series_of(state: ActivityState) -> Status | Timeliness:
    """Return the series that counts an activity: complete or, if it is not complete, overdue, due or not yet due."""
    return Status.COMPLETE if state.status is Status.COMPLETE else state.timeliness


def _late_activities(row: GlanceRow, as_of: date) -> tuple[LateActivity, ...]:
    late = [LateActivity(s.title or s.text, (as_of - s.due_on).days) for s in row.states if s.timeliness.is_overdue]
    return tuple(sorted(late, key=lambda activity: -activity.days))


def _urgency(row: ProgressRow) -> tuple[int, int, int]:
    """Return the sort key of a priority: most overdue activities first, then the oldest overdue activity, then the number."""
    return -len(row.late), -max((activity.days for activity in row.late), default=0), row.number


def _milestones_slide(briefing_source: BriefingSource) -> MilestonesSlide:
    milestones, challenges = briefing_source.chosen_milestones, briefing_source.chosen_challenges
    return MilestonesSlide(
        title=Bilingual("Major Jurisdictional Milestones and Challenges", "Principaux jalons et défis des administrations"),
        answers=Bilingual(
            "What jurisdictions achieved, and their challenges", "Les réalisations des administrations et leurs défis"
        ),
        message=findings.milestones(len({m.jurisdiction for m in milestones}), challenges),
        milestones=milestones,
        challenges=challenges,
        late=briefing_source.late_challenges,
        key="milestones",
    )


def _next_steps_slides(briefing_source: BriefingSource, outline: Outline) -> list[Slide]:
    words, before = briefing_source.standing_content, briefing_source.steps_before
    steps = planned_steps(outline, words, briefing_source.decided)
    shown = deck_steps(steps, before)
    if not shown:
        return []
    slide = NextStepsSlide(*_slide_texts(words.get("next_steps", {})), shown, key="next-steps")
    if before and briefing_source.since is not None:
        finding = findings.next_steps(shown, open_before(steps, before), day(briefing_source.since))
        return [replace(slide, message=finding or slide.message)]
    return [slide]


def _asks_slides(
    year: int, rows: Iterable[GlanceRow], outline: Outline, audience: Bilingual, meeting_on: date | None
) -> list[Slide]:
    asks = tuple(
        DeckAsk(
            Bilingual(f"{row.number}. {row.short.en}", f"{row.number}. {row.short.text('fr')}"),
            ask,
            terms.who or audience,
            deadline_phrase(terms.by, meeting_on),
        )
        for row in rows
        for ask, terms in outline.priority_wording(year, row.number).requests
    )
    if not asks:
        return []
    return [
        AsksSlide(
            title=Bilingual("What we ask of the Joint Councils", "Ce que nous demandons aux Conseils mixtes"),
            answers=Bilingual("What we ask of the Councils", "Ce que nous demandons aux Conseils"),
            message=findings.asks(len(asks)),
            asks=asks,
            key="asks",
        )
    ]


def _annex_slide(content: dict[str, Any], briefing_source: BriefingSource) -> AnnexSlide:
    plan, rows = briefing_source.plan, briefing_source.rows
    link = plan.link or content.get("url", "")
    footnote = content_text(content, "footnote")
    return AnnexSlide(
        title=content_text(content, "title") or Bilingual("Annex", "Annexe"),
        answers=content_text(content, "answers"),
        message=content_text(content, "message"),
        rows=tuple(AnnexRow(p.number, p.title, row.carried_by) for p, row in zip(plan.priorities, rows, strict=True)),
        footnote=Reference(link, footnote) if link else None,
        key="annex",
    )


def _priority_slide(briefing_source: BriefingSource, n: int, outline: Outline) -> PrioritySlide:
    priority, row = briefing_source.plan.priorities[n], briefing_source.rows[n]
    words = outline.priority_wording(briefing_source.plan.year, priority.number)
    title = Bilingual(f"{priority.number}. {priority.title.en}", f"{priority.number}. {priority.title.text('fr')}")
    return PrioritySlide(
        title=title,
        answers=priority.short or priority.title,
        message=findings.priority(row.number, row.states, briefing_source.as_of),
        number=priority.number,
        issue=priority.issue,
        consequences=priority.consequences,
        outcome=priority.outcome,
        results=priority.results,
        carried_by=row.carried_by,
        undecided=working_group.undecided(priority),
        activities=row.states,
        status=_overall_text(briefing_source.overall_assessments[n]),
        highlight=words.highlight,
        asks=words.asks,
        key=f"priority-{priority.number}",
    )


def _overall_text(assessment: OverallAssessment) -> Bilingual:
    """Return the overall status, if there is one, with its reason.

    For example: "Substantial progress: 3 of 4 complete; 1 without a report (overdue)".
    """
    if assessment.status is None:
        return assessment.reason
    word = assessment.status.label
    return Bilingual(f"{word.en}: {assessment.reason.en}", f"{word.fr}{NBSP}: {assessment.reason.text('fr')}")


def _data_slide(rows: Sequence[GlanceRow]) -> DataSlide:
    return DataSlide(
        title=Bilingual("Data behind the slides", "Données des diapositives"),
        answers=Bilingual("All the data used in these slides", "Toutes les données de ces diapositives"),
        message=Bilingual(
            "One row per activity, as last reported (codes: C complete, SP substantial progress, LP limited progress, "
            "NS not started)",
            f"Une ligne par activité, d’après son dernier rapport (codes{NBSP}: C réalisé, SP progrès important, "
            "LP progrès limité, NS non commencé)",
        ),
        rows=tuple((row.short, state) for row in rows for state in row.states),
        key="data",
    )


def apply_wording(slide: Slide, outline: Outline) -> Slide:
    """Return the slide with the co-chairs' overrides of its title and finding, if any."""
    words = outline.wording_of(slide.key)
    return replace(slide, title=with_override(words.title, slide.title), message=with_override(words.message, slide.message))
