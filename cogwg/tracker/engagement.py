"""What is public about engagement, as frozen values. This module does not use the record that the values were copied from.

Codes are stored as in the record, together with their labels, so that the pages and data of a publication do not depend on the
labels in this release.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.engagement.scales import CHANNEL_LABELS as CHANNELS
from cogwg.engagement.scales import REASON_LABELS as REASONS
from cogwg.engagement.scales import PhaseState, RegistryState, phase_state
from cogwg.tracker.commitments import PublishedChange, Rating
from cogwg.tracker.values import PublishedLink

CHANNEL_LABELS = {channel.value: label for channel, label in CHANNELS.items()}
"""The label of each channel, by code."""
REASON_LABELS = {reason.value: label for reason, label in REASONS.items()}
"""The label of each reason for refusing a comment, by code."""


@dataclass(frozen=True, slots=True)
class PublishedPhase:
    """A phase of a cycle. ``key`` never changes.

    ``starts_on`` and ``ends_on`` are its first and last day (``ends_on`` is None if it has no end date), and ``when`` is its
    dates in the source's words. ``completed_on`` is the day on which its cycle was completed, if it was. ``about`` describes
    the phase, ``asked`` is what the public is asked, and ``result`` the result, with ``result_link``. ``takes_comments`` says
    whether its form accepts comments while it is open. ``publishable`` to ``rationale`` are the other fields of the
    consultations registry.
    """

    key: str
    position: int
    title: Bilingual
    starts_on: date
    ends_on: date | None = None
    completed_on: date | None = None
    when: Bilingual = EMPTY_TEXT
    about: Bilingual = EMPTY_TEXT
    asked: Bilingual = EMPTY_TEXT
    result: Bilingual = EMPTY_TEXT
    result_link: str = ""
    channels: tuple[Rating, ...] = ()
    documents: tuple[PublishedLink, ...] = ()
    takes_comments: bool = False
    publishable: bool = True
    report_expected: bool = True
    going_forward: bool = True
    participants: Bilingual = EMPTY_TEXT
    subjects: tuple[Bilingual, ...] = ()
    departments: tuple[Bilingual, ...] = ()
    rationale: Bilingual = EMPTY_TEXT

    def state_on(self, today: date) -> PhaseState:
        """Return whether the phase is planned, open or closed on a day."""
        return phase_state(self.starts_on, self.ends_on, today, self.completed_on)

    def accepts_comments(self, today: date) -> bool:
        """Return whether the phase's form accepts comments on a day."""
        return self.takes_comments and self.going_forward and self.state_on(today) is PhaseState.OPEN

    def registry_state(self, today: date, *, reported: bool) -> RegistryState:
        """Return the phase's status in the consultations registry; ``reported`` is whether "What we heard" of its cycle is
        public.
        """
        if not self.going_forward:
            return RegistryState.NOT_GOING_FORWARD
        state = self.state_on(today)
        if state is not PhaseState.CLOSED:
            return RegistryState.PLANNED if state is PhaseState.PLANNED else RegistryState.OPEN
        if not self.report_expected:
            return RegistryState.NO_REPORT_EXPECTED
        return RegistryState.REPORT_AVAILABLE if reported else RegistryState.ANALYZING


@dataclass(frozen=True, slots=True)
class PublishedCycle:
    """An engagement cycle with its phases in order. ``throughout`` describes what continues during all phases.

    ``plan`` is the first year of the action plan that it leads to, None if there is none. ``sample`` is True if the cycle is
    invented. ``published_on`` is the day of the first edition. ``changes`` are those of this and earlier editions, the oldest
    first; their subject is the phase's key, or empty for the cycle itself.
    """

    key: str
    title: Bilingual
    summary: Bilingual = EMPTY_TEXT
    throughout: tuple[Bilingual, ...] = ()
    phases: tuple[PublishedPhase, ...] = ()
    plan: int | None = None
    plan_title: Bilingual = EMPTY_TEXT
    completed_on: date | None = None
    sample: bool = False
    published_on: date | None = None
    changes: tuple[PublishedChange, ...] = ()

    @property
    def starts_on(self) -> date:
        """The first day of the cycle's first phase."""
        return min((phase.starts_on for phase in self.phases), default=date.min)

    @property
    def year(self) -> int:
        """The year in which the cycle began."""
        return self.starts_on.year

    def phase(self, key: str) -> PublishedPhase | None:
        """Return the phase with this key, or None."""
        return next((phase for phase in self.phases if phase.key == key), None)

    def planned(self, today: date) -> tuple[PublishedPhase, ...]:
        """Return the phases that have not started by a day and are going forward."""
        return tuple(each for each in self.phases if each.going_forward and each.state_on(today) is PhaseState.PLANNED)

    def commentable(self, today: date) -> tuple[PublishedPhase, ...]:
        """Return the phases whose forms accept comments on a day."""
        return tuple(phase for phase in self.phases if phase.accepts_comments(today))


@dataclass(frozen=True, slots=True)
class HeardShare:
    """The number of comments received through a channel, in a language or in a phase, and the number with each outcome.

    ``code`` is the code of the channel or language, or the key of the phase. Comments that are waiting or were withdrawn are
    counted only in ``received``.
    """

    code: str
    label: Bilingual
    received: int = 0
    published: int = 0
    duplicates: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class HeardRefusals:
    """The number of comments that were refused for a reason."""

    reason: Rating
    count: int


@dataclass(frozen=True, slots=True)
class ThemeLink:
    """A commitment or activity that takes up a theme. ``key`` is the identifier of the commitment, or the year and the
    code of the activity, such as "2020/5.2".
    """

    kind: str
    key: str


@dataclass(frozen=True, slots=True)
class PublishedTheme:
    """A theme of "What we heard", with its disposition. ``comments`` are the ids of its published comments."""

    number: int
    title: Bilingual
    heard: Bilingual = EMPTY_TEXT
    disposition: Rating | None = None
    response: Bilingual = EMPTY_TEXT
    links: tuple[ThemeLink, ...] = ()
    comments: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PublishedHeard:
    """A finalized version of "What we heard" of a cycle; ``number`` is the number of the version.

    Counts are as of ``finalized_on``. ``meetings`` is the number of events at which comments were received. ``comments`` are
    the ids of all comments that were published then, which are the ones in the dataset. ``themes`` begin with the theme that
    has the most comments. ``correction`` is the reason why a later edition replaces what was public. ``sample`` is True if
    comments are invented.
    """

    cycle: str
    cycle_title: Bilingual
    number: int
    finalized_on: date
    received: int = 0
    published: int = 0
    duplicates: int = 0
    refused: int = 0
    by_channel: tuple[HeardShare, ...] = ()
    by_language: tuple[HeardShare, ...] = ()
    by_phase: tuple[HeardShare, ...] = ()
    refusals: tuple[HeardRefusals, ...] = ()
    themes: tuple[PublishedTheme, ...] = ()
    methods: Bilingual = EMPTY_TEXT
    limits: Bilingual = EMPTY_TEXT
    sample: bool = False
    meetings: int = 0
    comments: tuple[int, ...] = ()
    correction: Bilingual = EMPTY_TEXT

    def theme(self, number: int) -> PublishedTheme | None:
        """Return the theme with this number, or None."""
        return next((theme for theme in self.themes if theme.number == number), None)

    def themes_of(self, comment: int) -> tuple[PublishedTheme, ...]:
        """Return the themes into which a comment was coded."""
        return tuple(theme for theme in self.themes if comment in theme.comments)

    def themes_linked(self, kind: str, key: str) -> tuple[PublishedTheme, ...]:
        """Return the themes that a commitment or an activity takes up."""
        return tuple(theme for theme in self.themes if ThemeLink(kind, key) in theme.links)
