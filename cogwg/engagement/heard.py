"""The contents of "What we heard": how people took part, and the methods and limits that analysts state.

The report itself is built, finalized and published by the package ``tracker``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cogwg.audit.services import Actor, record_event
from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import Conflict, Invalid, Message
from cogwg.core.stale_columns import confirm_texts
from cogwg.core.text_limits import bilingual_length_problems
from cogwg.engagement.models import CommentTheme, EngagementCycle, EngagementPhase, EngagementTheme, HeardVersion, PublicComment
from cogwg.engagement.scales import Channel, CommentLanguage, CommentState, RefusalReason
from cogwg.engagement.themes import NOTHING_CHANGED

UNDECIDED = (CommentState.WAITING, CommentState.HELD, CommentState.SECOND)
REFUSED = (CommentState.REFUSED, CommentState.APPEALED)
"""The states that count as refused, here and in the public counts: an appealed comment is refused until the appeal is
granted."""


@dataclass(frozen=True, slots=True)
class Tally:
    """The number of comments that have the same phase, channel, language, state and reason for refusal (or None)."""

    phase: str
    channel: Channel
    lang: CommentLanguage
    state: CommentState
    reason: RefusalReason | None
    count: int


@dataclass(frozen=True, slots=True)
class Participation:
    """How people took part in a cycle. Comments that their authors withdrew are not counted."""

    tallies: tuple[Tally, ...]
    meetings: int

    @property
    def received(self) -> int:
        return self._count(CommentState)

    @property
    def published(self) -> int:
        return self._count((CommentState.PUBLISHED,))

    @property
    def duplicates(self) -> int:
        return self._count((CommentState.DUPLICATE,))

    @property
    def refused(self) -> int:
        return self._count(REFUSED)

    @property
    def undecided(self) -> int:
        """How many comments are still waiting for a moderator's decision."""
        return self._count(UNDECIDED)

    @property
    def reasons(self) -> Counter[RefusalReason]:
        """How many comments were refused for each reason."""
        counts: Counter[RefusalReason] = Counter()
        for each in self.tallies:
            if each.state in REFUSED and each.reason is not None:
                counts[each.reason] += each.count
        return counts

    def _count(self, states: Iterable[CommentState]) -> int:
        wanted = set(states)
        return sum(each.count for each in self.tallies if each.state in wanted)


def participation(session: Session, cycle: EngagementCycle) -> Participation:
    """Return how people took part in a cycle, in two SQL statements."""
    own = (EngagementPhase.cycle_id == cycle.id, PublicComment.state != CommentState.WITHDRAWN)
    kinds = (EngagementPhase.key, PublicComment.channel, PublicComment.lang, PublicComment.state, PublicComment.reason)
    tallied = select(*kinds, func.count()).select_from(PublicComment).join(EngagementPhase).where(*own).group_by(*kinds)
    meetings = (
        select(func.count(func.distinct(PublicComment.event))).join(EngagementPhase).where(*own, PublicComment.event != "")
    )
    tallies = tuple(Tally(*row) for row in session.execute(tallied))
    return Participation(tallies, session.scalar(meetings) or 0)


@dataclass(frozen=True, slots=True)
class StatedMethods:
    """How comments were analysed, and what the report cannot say, as entered in a form.

    ``shown`` is what ``methods_fingerprint`` returned when the form was shown. ``still_right`` are the names of the texts
    ("methods", "limits") that were stale and whose translation was confirmed.
    """

    methods: Bilingual
    limits: Bilingual
    shown: str
    still_right: tuple[str, ...] = ()

    @property
    def is_changed(self) -> bool:
        """Whether the texts differ from those that the form showed, or the translation of a stale one was confirmed."""
        return methods_fingerprint(self) != self.shown or bool(self.still_right)


def comments_by_theme(session: Session, cycle: EngagementCycle) -> dict[int, list[int]]:
    """Map the id of each theme to the sorted ids of its published comments."""
    rows = session.execute(
        select(CommentTheme.theme_id, CommentTheme.comment_id)
        .join(EngagementTheme)
        .join(PublicComment, PublicComment.id == CommentTheme.comment_id)
        .where(EngagementTheme.cycle_id == cycle.id, PublicComment.state == CommentState.PUBLISHED)
        .order_by(CommentTheme.theme_id, CommentTheme.comment_id)
    )
    comments: dict[int, list[int]] = {}
    for theme, comment in rows:
        comments.setdefault(theme, []).append(comment)
    return comments


def has_samples(session: Session, cycle: EngagementCycle) -> bool:
    """Return whether a cycle, or one of its comments, is fictional."""
    asked = select(PublicComment.id).join(EngagementPhase).where(EngagementPhase.cycle_id == cycle.id, PublicComment.sample)
    return cycle.sample or session.scalar(asked.limit(1)) is not None


def heard_versions(session: Session, cycle: EngagementCycle) -> list[HeardVersion]:
    """Return the finalized versions of a cycle's report, the newest first."""
    return list(
        session.scalars(select(HeardVersion).where(HeardVersion.cycle_id == cycle.id).order_by(HeardVersion.number.desc()))
    )


def state_methods(session: Session, cycle: EngagementCycle, stated: StatedMethods, *, by: Actor, at: datetime) -> int:
    """Store how comments were analysed, and what the report cannot say; return the id of the audit event.

    Raises ``Conflict`` if the texts were changed since the form was shown, and ``Invalid`` if a text is too long, or if
    nothing would change.
    """
    session.refresh(cycle, with_for_update=True)
    if methods_fingerprint(cycle) != stated.shown:
        raise Conflict(cycle)
    methods, limits = stated.methods, stated.limits
    problems = [
        *bilingual_length_problems("methods", methods),
        *bilingual_length_problems("limits", limits),
    ]
    if problems:
        raise Invalid(*problems)
    is_changed = (methods, limits) != (cycle.methods, cycle.limits)
    before = {"methods": _pair(cycle.methods), "limits": _pair(cycle.limits)}
    cycle.methods, cycle.limits = methods, limits
    confirmed = confirm_texts(session, cycle, stated.still_right)
    if not is_changed and not confirmed:
        raise Invalid(("", Message(NOTHING_CHANGED)))
    session.flush()
    target, named = ("engagement-cycle", cycle.id), {"still_right": confirmed} if confirmed else {}
    if not is_changed:
        return record_event(session, "engagement-cycle.confirmed", target, by=by, at=at, after=named)
    after = {"methods": _pair(methods), "limits": _pair(limits), **named}
    return record_event(session, "engagement-cycle.methods-stated", target, by=by, at=at, before=before, after=after)


def methods_fingerprint(texts: EngagementCycle | StatedMethods) -> str:
    """Return a fingerprint that changes whenever the methods or limits do."""
    return sha256(repr((texts.methods, texts.limits)).encode()).hexdigest()[:20]


def _pair(text: Bilingual) -> list[str]:
    return [text.en, text.fr]
