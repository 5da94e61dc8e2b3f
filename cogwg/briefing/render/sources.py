"""The list of a deck's sources, and the source of each fact on its slides. All formats have the same list.

Facts refer to entries by number. The facts on a new kind of slide need either one of the entries below, or a method here that
returns the number of their own entry. Decks of earlier releases contain fewer sources; their entries say only what the deck
contains.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from cogwg.briefing.deck import (
    ActivityState,
    AsksSlide,
    ChangedSlide,
    ChangeKind,
    ContentsSlide,
    Deck,
    DeckChallenge,
    DeckMilestone,
    DeckNextStep,
    Figure,
    GroupSlide,
    LateChallenge,
    MilestonesSlide,
    NextStepsSlide,
    PlanChange,
    PointsSlide,
    PrioritySlide,
    ProgressSlide,
    QuarterRow,
    Slide,
    SourcesSlide,
    TextSlide,
    TitleSlide,
)
from cogwg.briefing.deck_parts import iter_parts
from cogwg.briefing.deck_sources import Source, SourceKind, activity_subject, priority_subject, quarter_subject
from cogwg.briefing.render import sentences as slide_sentences
from cogwg.briefing.render import wording
from cogwg.briefing.render.source_entries import MOST_COUNTED, CountedActivities, SourceEntry
from cogwg.briefing.render.source_words import (
    QUARTER_STATEMENT,
    challenge_statement,
    decided_step_statement,
    labelled,
    milestone_statement,
    no_report_statement,
    plan_statement,
    report_statement,
    reported_step_statement,
    role_words,
    sentences,
)
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language
from cogwg.core.dates import NBSP, day
from cogwg.core.status import Status, Timeliness

NO_SOURCE = 0
"""The number that stands for no entry: the deck does not contain the source, or the text states no fact."""
CO_CHAIRS_SLIDES = (AsksSlide, NextStepsSlide, PointsSlide, TextSlide)
"""The kinds of slides whose statements were written by the co-chairs."""
_SERIES: tuple[Status | Timeliness, ...] = (Status.COMPLETE, Timeliness.OVERDUE, Timeliness.DUE, Timeliness.NOT_YET_DUE)


@dataclass(frozen=True)
class DeckSources:
    """The entries of a deck's list of sources, and the number of the entry for each fact."""

    deck: Deck
    _entries: dict[object, SourceEntry] = field(default_factory=dict)
    _keys_by_state: dict[ActivityState, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for year, states in self._states_by_year.items():
            self._add_plan(year, states)
        for key, name, subject, statement in self._other_entries():
            self._add(key, name, subject, statement)
        for key, label, counted in self._quarters():
            self._add(key, label, EMPTY_TEXT, QUARTER_STATEMENT, counted)

    @property
    def entries(self) -> tuple[SourceEntry, ...]:
        return tuple(self._entries.values())

    def entry(self, number: int) -> SourceEntry:
        """Return the entry with this number."""
        return self.entries_by_number[number]

    @cached_property
    def entries_by_number(self) -> Mapping[int, SourceEntry]:
        return {entry.number: entry for entry in self._entries.values()}

    # The source of each kind of fact.

    @property
    def plan(self) -> int:
        """The number of the entry for the plan, and for the counts of all its activities."""
        return self._number(("plan", self.deck.plan_year))

    @property
    def roles(self) -> int:
        """The number of the entry for the leads, partners and vacant roles of all priorities."""
        return self._number("roles")

    @property
    def group(self) -> int:
        """The number of the entry for the facts about the working group."""
        return self._number("group")

    @property
    def co_chairs(self) -> int:
        """The number of the entry for the texts that the co-chairs wrote, including their requests."""
        return self._number("co-chairs")

    def next_step(self, step: DeckNextStep) -> int:
        """Return the number of the entry for a next step: that of its report or decision, if it has one, else that
        of all steps.
        """
        return self._number(step) or self._number("next-steps")

    def slide(self, slide: Slide) -> int:
        """Return the number of the entry that the slide's source line names; 0 for slides without facts of their own."""
        if isinstance(slide, TitleSlide | ContentsSlide | SourcesSlide):
            return NO_SOURCE
        return self.co_chairs if isinstance(slide, CO_CHAIRS_SLIDES) else self.plan

    def slide_line(self, slide: Slide) -> Bilingual:
        """Return the source line of a slide; empty for slides without facts of their own."""
        if not self.slide(slide):
            return EMPTY_TEXT
        is_by_co_chairs = isinstance(slide, CO_CHAIRS_SLIDES)
        return slide_sentences.co_chairs_line(self.deck) if is_by_co_chairs else slide_sentences.source_line(self.deck)

    def figure(self, figure: Figure) -> int:
        """Return the number of the entry for a large number: that of the roles if it counts roles, else that of the plan."""
        return self.roles if figure.counts_roles else self.plan

    def activity(self, state: ActivityState) -> int:
        """Return the number of the entry for an activity, which names its latest report or says that there is none."""
        return self._number(self._keys_by_state.get(state))

    def priority(self, number: int) -> int:
        """Return the number of the entry for a priority of the plan, and for the counts of its activities."""
        return self._number(("priority", self.deck.plan_year, number))

    def annex_priority(self, number: int) -> int:
        """Return the number of the entry for a priority in the annex, which is about the next plan if the briefing
        announces it.
        """
        return self._number(("priority", self._annex_year, number))

    def quarter(self, row: QuarterRow) -> int:
        """Return the number of the entry for a quarter or, if its activities are not listed, of the entry for the plan."""
        return self._number(("quarter", row.label)) or self.plan

    def change(self, change: PlanChange) -> int:
        """Return the number of the entry for the activity or priority that changed; a removed one has its own entry."""
        if change.kind is ChangeKind.DROPPED:
            return self._number(("change", change.key))
        if not change.code:
            return self._number(("priority", change.year, change.priority))
        return self._number(("activity", change.year, change.code))

    def milestone(self, milestone: DeckMilestone) -> int:
        return self._number(milestone)

    def challenge(self, challenge: DeckChallenge) -> int:
        return self._number(challenge)

    def late_challenge(self, row: LateChallenge) -> int:
        """Return the number of the entry for the activity whose report has this challenge or, if it is not found,
        for the plan.
        """
        states = self._states_by_year.get(self.deck.plan_year, ())
        same = (s for s in states if (s.priority, s.due_on, s.challenge) == (row.priority, row.due_on, row.text))
        return next((self.activity(state) for state in same), self.plan)

    def decision(self, text: Bilingual) -> int:
        """Return the number of the entry for a requested decision: that of the co-chairs' texts or, if it is about roles, that
        of the roles.
        """
        return self.co_chairs if text in self._asked else self.roles

    @cached_property
    def _asked(self) -> frozenset[Bilingual]:
        by_priority = (ask for slide in self.deck.slides if isinstance(slide, PrioritySlide) for ask in slide.asks)
        listed = (ask.text for slide in self.deck.slides if isinstance(slide, AsksSlide) for ask in slide.asks)
        return frozenset((*by_priority, *listed))

    # The entries.

    def _number(self, key: object) -> int:
        entry = self._entries.get(key)
        return NO_SOURCE if entry is None else entry.number

    def _add(
        self,
        key: object,
        name: Bilingual,
        subject: Bilingual,
        statement: Bilingual,
        counted: Iterable[CountedActivities] = (),
        activity: tuple[int, str] | None = None,
    ) -> None:
        if key not in self._entries:
            self._entries[key] = SourceEntry(len(self._entries) + 1, name, subject, statement, tuple(counted), activity)

    @cached_property
    def _states_by_year(self) -> Mapping[int, Sequence[ActivityState]]:
        """The activities of each plan, from the priorities of the deck or, in a deck of an early release, from its slides."""
        if not self.deck.priorities:
            return {self.deck.plan_year: tuple(dict.fromkeys(iter_parts(self.deck.slides, ActivityState)))}
        years: dict[int, list[ActivityState]] = {self.deck.plan_year: []}
        for priority in self.deck.priorities:
            years.setdefault(priority.year, []).extend(priority.activities)
        return years

    @property
    def _annex_year(self) -> int:
        return max(self._states_by_year)

    @cached_property
    def _sources(self) -> Mapping[tuple[SourceKind, str], Sequence[Source]]:
        grouped: dict[tuple[SourceKind, str], list[Source]] = {}
        for source in self.deck.sources:
            grouped.setdefault((source.kind, source.subject), []).append(source)
        return grouped

    def _of(self, kind: SourceKind, subject: str) -> Source | None:
        return next(iter(self._sources.get((kind, subject), ())), None)

    def _add_plan(self, year: int, states: Sequence[ActivityState]) -> None:
        """Add entries for the plan, then for each of its priorities followed by its activities.

        Entries refer to later entries by number. These numbers are known in advance, because they follow the order of the
        plan.
        """
        by_priority: dict[int, list[ActivityState]] = {}
        shorts = {p.number: p.short for p in self.deck.priorities if p.year == year}
        for state in states:
            by_priority.setdefault(state.priority, []).append(state)
        for number in shorts:
            by_priority.setdefault(number, [])
        numbers: dict[int, int] = {}
        at = len(self._entries) + 2
        for own in by_priority.values():
            at += 1
            for state in own:
                numbers[id(state)] = at
                at += 1
        plan_words = Bilingual(f"Work plan {year}", f"Plan de travail {year}")
        self._add(("plan", year), plan_words, EMPTY_TEXT, plan_statement(self.deck), self._counted(states, numbers))
        for number, own in by_priority.items():
            name = Bilingual(f"{wording.PRIORITY.en} {number}", f"{wording.PRIORITY.fr} {number}")
            statement = self._priority_statement(year, number, plan_words)
            key = ("priority", year, number)
            self._add(key, name, shorts.get(number, EMPTY_TEXT), statement, self._counted(own, numbers))
            for state in own:
                activity = ("activity", year, state.code)
                unique = activity if activity not in self._entries else (*activity, len(self._entries))
                self._keys_by_state.setdefault(state, unique)
                code = Bilingual(state.code, state.code)
                statement = self._activity_statement(year, state)
                self._add(unique, code, state.title or state.text, statement, activity=(year, state.code))

    def _counted(self, states: Sequence[ActivityState], numbers: Mapping[int, int]) -> Iterator[CountedActivities]:
        """Yield the activities in each part of the bars: complete, overdue, due, and not yet due."""
        for series in _SERIES:
            own = [state for state in states if _series_of(state) is series]
            if own:
                named = own[:MOST_COUNTED]
                codes = tuple(state.code for state in named)
                label = wording.status_word(series) if isinstance(series, Status) else series.label
                yield CountedActivities(label, tuple(numbers[id(state)] for state in named), codes, len(own))

    def _activity_statement(self, year: int, state: ActivityState) -> Bilingual:
        source = self._of(SourceKind.REPORT, activity_subject(year, state.code))
        parts = [report_statement(state, source) if state.reported_on or source else no_report_statement(self.deck, state)]
        if state.moved is not None:
            parts.append(
                labelled(
                    Bilingual(
                        f"Due date moved on {day(state.moved.on).en} from {state.moved.before.text(Language.EN)}",
                        f"Échéance déplacée le {day(state.moved.on).fr}, auparavant {state.moved.before.text(Language.FR)}",
                    ),
                    state.moved.reason,
                )
            )
        return sentences(parts)

    def _priority_statement(self, year: int, number: int, plan_words: Bilingual) -> Bilingual:
        subject = priority_subject(year, number)
        parts = [plan_words]
        override = self._of(SourceKind.OVERRIDE, subject)
        if override is not None and override.on is not None:
            when = day(override.on)
            words = Bilingual(
                f"Overall status set by the co-chairs on {when.en}", f"État global défini par la coprésidence le {when.fr}"
            )
            parts.append(labelled(words, override.reason))
        parts += self._roles_words(subject)
        return sentences(parts)

    def _roles_words(self, subject: str) -> list[Bilingual]:
        """Return a sentence with the roles of a priority and since when each has been held or vacant; empty if the
        deck has none.
        """
        roles = [role_words(source) for source in self._sources.get((SourceKind.ROLE, subject), ())]
        if not roles:
            return []
        return [Bilingual(f"Roles: {'; '.join(r.en for r in roles)}", f"Rôles{NBSP}: {'; '.join(r.fr for r in roles)}")]

    def _other_entries(self) -> Iterator[tuple[object, Bilingual, Bilingual, Bilingual]]:
        """Yield the entries besides those of the plans: roles, the group, the co-chairs' texts, next steps, news, and removed
        activities.
        """
        when = day(self.deck.as_of)
        meeting = day(self.deck.meeting_on)
        yield "roles", wording.LEADS_AND_PARTNERS, EMPTY_TEXT, self._all_roles_statement()
        as_of = Bilingual(
            f"Members and roles recorded on the site by {when.en}; standing text of the co-chairs.",
            f"Membres et rôles inscrits au site au {when.fr}; texte permanent de la coprésidence.",
        )
        yield "group", wording.SLIDE_NAMES[GroupSlide], EMPTY_TEXT, as_of
        written = Bilingual(
            f"Written by the co-chairs for the meeting of {meeting.en}.",
            f"Rédigé par la coprésidence pour la réunion du {meeting.fr}.",
        )
        yield "co-chairs", Bilingual("Texts and requests", "Textes et demandes"), EMPTY_TEXT, written
        if any(isinstance(slide, NextStepsSlide) for slide in self.deck.slides):
            recorded = Bilingual(
                f"Recorded by the co-chairs, as of {when.en}; compared with those of the last meeting, if any.",
                f"Consignées par la coprésidence au {when.fr}; comparées à celles de la dernière réunion, s’il y a lieu.",
            )
            yield "next-steps", wording.SLIDE_NAMES[NextStepsSlide], EMPTY_TEXT, recorded
        for slide in self.deck.slides:
            if isinstance(slide, MilestonesSlide):
                yield from self._news(slide)
            elif isinstance(slide, NextStepsSlide):
                yield from self._steps(slide)
            elif isinstance(slide, ChangedSlide):
                yield from self._removed(slide)

    def _all_roles_statement(self) -> Bilingual:
        when = day(self.deck.as_of)
        parts = [
            Bilingual(
                f"Roles and co-chairs recorded on the site by {when.en}", f"Rôles et coprésidence inscrits au site au {when.fr}"
            )
        ]
        for priority in self.deck.priorities:
            for words in self._roles_words(priority_subject(priority.year, priority.number)):
                label = Bilingual(f"Priority{NBSP}{priority.number}", f"Priorité{NBSP}{priority.number}")
                parts.append(Bilingual(words.en.replace("Roles", label.en, 1), words.fr.replace("Rôles", label.fr, 1)))
        return sentences(parts if len(parts) <= MOST_COUNTED else parts[:1])

    def _news(self, slide: MilestonesSlide) -> Iterator[tuple[object, Bilingual, Bilingual, Bilingual]]:
        for n, milestone in enumerate(slide.milestones, 1):
            source = self._of(SourceKind.MILESTONE, str(n))
            yield milestone, wording.MILESTONE, milestone.text, milestone_statement(milestone, source)
        for n, challenge in enumerate(slide.challenges, 1):
            source = self._of(SourceKind.CHALLENGE, str(n))
            yield challenge, wording.CHALLENGE, challenge.text, challenge_statement(challenge, source)

    def _steps(self, slide: NextStepsSlide) -> Iterator[tuple[object, Bilingual, Bilingual, Bilingual]]:
        """Yield the entries for steps that were taken from a report or decided at a meeting."""
        for n, step in enumerate(slide.steps, 1):
            decided, reported = (self._of(kind, str(n)) for kind in (SourceKind.DECIDED_STEP, SourceKind.REPORTED_STEP))
            if decided is not None:
                yield step, wording.NEXT_STEP, step.text, decided_step_statement(decided)
            elif reported is not None:
                yield step, wording.NEXT_STEP, step.text, reported_step_statement(reported)

    def _removed(self, slide: ChangedSlide) -> Iterator[tuple[object, Bilingual, Bilingual, Bilingual]]:
        since = day(slide.since)
        for change in slide.changes:
            if change.kind is ChangeKind.DROPPED:
                words = Bilingual(
                    f"Removed from the work plan after {since.en}, when the last deck showed it.",
                    f"Retirée du plan de travail après le {since.fr}, date à laquelle la dernière présentation la montrait.",
                )
                yield ("change", change.key), Bilingual(change.code, change.code), change.text, words

    def _quarters(self) -> Iterator[tuple[object, Bilingual, list[CountedActivities]]]:
        slide = next((slide for slide in self.deck.slides if isinstance(slide, ProgressSlide)), None)
        codes = {state.code: self.activity(state) for state in self._states_by_year.get(self.deck.plan_year, ())}
        for quarter, row in enumerate(slide.quarters if slide else (), 1):
            counted = []
            for n, series in enumerate(slide.series_of_quarters if slide else (), 1):
                source = self._of(SourceKind.QUARTER, quarter_subject(quarter, n))
                if source is not None and source.activities:
                    named = source.activities[:MOST_COUNTED]
                    label = series.label if isinstance(series, Timeliness) else wording.status_word(series)
                    entries = tuple(codes.get(code, NO_SOURCE) for code in named)
                    counted.append(CountedActivities(label, entries, named, len(source.activities)))
            if counted:
                yield ("quarter", row.label), row.label, counted


def _series_of(state: ActivityState) -> Status | Timeliness:
    """Return the series that counts an activity, as in ``cogwg.briefing.slides``."""
    if state.status is Status.COMPLETE:
        return Status.COMPLETE
    return state.timeliness
