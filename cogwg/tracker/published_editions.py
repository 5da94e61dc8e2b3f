"""The public editions of quarters, briefings, commitments, engagement cycles and "What we heard", and notices of withdrawal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar

from cogwg.core.bilingual import Bilingual
from cogwg.core.calendar import local_day
from cogwg.tracker.commitments import PublishedChange, PublishedCommitment
from cogwg.tracker.engagement import PublishedCycle, PublishedHeard
from cogwg.tracker.models import PublicationKind
from cogwg.tracker.values import PublishedBriefing, PublishedQuarter

Content = TypeVar("Content", bound=PublishedQuarter | PublishedCommitment | PublishedCycle | PublishedHeard)
Changed = TypeVar("Changed", bound=PublishedCommitment | PublishedCycle)


@dataclass(frozen=True, slots=True)
class PublicEdition(Generic[Content]):
    """A public edition.

    ``text`` is the content as it is stored, ``sha256`` its hash, and ``witness`` the head of the audit chain just before.
    """

    id: int
    edition: int
    visible_at: datetime
    sha256: str
    witness: str
    content: Content
    text: str = ""

    @property
    def visible_on(self) -> date:
        return local_day(self.visible_at)


@dataclass(frozen=True, slots=True)
class ChangingEdition(PublicEdition[Changed]):
    """A public edition of an item whose editions list their changes."""

    @property
    def changes(self) -> tuple[PublishedChange, ...]:
        """The changes that this edition made to the previous one; empty for the first."""
        return tuple(change for change in self.content.changes if change.on == self.visible_on) if self.edition > 1 else ()


@dataclass(frozen=True, slots=True)
class QuarterEdition(PublicEdition[PublishedQuarter]):
    """A public edition of a quarter."""

    @property
    def is_correction(self) -> bool:
        return any(correction.on == self.visible_on for correction in self.content.corrections)


@dataclass(frozen=True, slots=True)
class CommitmentEdition(ChangingEdition[PublishedCommitment]):
    """A public edition of a commitment."""


@dataclass(frozen=True, slots=True)
class CycleEdition(ChangingEdition[PublishedCycle]):
    """A public edition of an engagement cycle."""


@dataclass(frozen=True, slots=True)
class HeardEdition(PublicEdition[PublishedHeard]):
    """A public edition of "What we heard"."""


@dataclass(frozen=True, slots=True)
class BriefingEdition:
    """A public finalized version of a briefing."""

    id: int
    visible_at: datetime
    sha256: str
    witness: str
    content: PublishedBriefing

    @property
    def visible_on(self) -> date:
        return local_day(self.visible_at)


@dataclass(frozen=True, slots=True)
class WithdrawalNotice:
    """The notice that remains of a withdrawn publication: what it was, when it was public, and the reason for the
    withdrawal.
    """

    id: int
    kind: PublicationKind
    year: int
    key: str
    edition: int
    visible_at: datetime
    withdrawn_at: datetime
    reason: Bilingual

    @property
    def visible_on(self) -> date:
        return local_day(self.visible_at)

    @property
    def meeting_on(self) -> date:
        """The day of the meeting, if the publication was a briefing."""
        return date.fromisoformat(self.key)

    @property
    def withdrawn_on(self) -> date:
        return local_day(self.withdrawn_at)
