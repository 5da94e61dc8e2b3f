"""Commands on "What we heard": finalize a version, and publish it in one step together with the dataset of its comments.

The dataset has the comments of the finalized version as they are currently public: if an author withdraws a comment later, it
is also removed from the dataset. Neither the report nor the dataset contains names or email addresses.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cogwg.audit.services import Actor, record_event
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.calendar import local_day
from cogwg.core.errors import N_, Conflict, Invalid, Message, NotFound
from cogwg.engagement.heard import StatedMethods, state_methods
from cogwg.engagement.models import EngagementCycle, HeardVersion
from cogwg.tracker.copying_heard import HeardCopy, HeardMarks, copy_heard, heard_marks, outdated_texts
from cogwg.tracker.editions import add_edition, editions_of, next_edition, public_editions
from cogwg.tracker.engagement import PublishedHeard
from cogwg.tracker.models import PublicationKind
from cogwg.tracker.publication_rules import override_problems, reason_problems
from cogwg.tracker.storing import digest, dump, load_heard

NO_THEMES = N_("Add at least one theme: the report presents comments by theme.")
NO_DISPOSITION = N_("For each theme, say what came of it.")
UNFINISHED = N_("Select this box to finalize even though comments can still be sent or some are not moderated yet.")
NOTHING_NEW = N_("Nothing has changed since the last version.")


@dataclass(frozen=True, slots=True)
class HeardPreview:
    """What exactly would be finalized. ``last`` is the newest version, None if there is none.

    ``shown`` is a hash of the preview, which finalizing requires.
    """

    copy: HeardCopy
    last: PublishedHeard | None
    shown: str

    @property
    def has_news(self) -> bool:
        """Whether the report differs from its newest version in more than number and day."""
        return self.last is None or _undated(self.last) != _undated(self.copy.content)


def preview_heard(session: Session, cycle: EngagementCycle, *, at: datetime) -> HeardPreview:
    """Return the report as it would be finalized now."""
    newest = _newest(session, cycle)
    number = newest.number + 1 if newest is not None else 1
    copy = copy_heard(session, cycle, number=number, on=local_day(at))
    last = load_heard(newest.content) if newest is not None else None
    copy = replace(copy, gaps=(*copy.gaps, *outdated_texts(last, copy.content, heard_marks(cycle))))
    return HeardPreview(copy, last, digest(dump(_undated(copy.content)) + str(number)))


def finalize_heard(
    session: Session,
    cycle: EngagementCycle,
    *,
    shown: str | None,
    stated: StatedMethods | None = None,
    anyway: bool = True,
    by: Actor,
    at: datetime,
) -> int:
    """Finalize the report as it is now; return the number of the version, which never changes afterwards.

    ``shown`` is the hash from the preview; None finalizes without a preview. ``stated`` are the methods and limits typed on
    the page; if they were changed, they are saved first. ``anyway`` allows an unfinished report: one with comments that are
    not moderated or in no theme, or with an open phase.

    Raises ``Invalid`` if the report is unfinished without ``anyway``, has no themes, has a theme without a disposition, or has
    not changed since its newest version; and ``Conflict`` with a new preview if the record has changed since the preview.
    """
    session.scalar(select(EngagementCycle.id).where(EngagementCycle.id == cycle.id).with_for_update())
    preview = preview_heard(session, cycle, at=at)
    if shown is not None and shown != preview.shown:
        raise Conflict(preview)
    if stated is not None and stated.is_changed:
        state_methods(session, cycle, stated, by=by, at=at)
        preview = preview_heard(session, cycle, at=at)
    copy = preview.copy
    problems = []
    if not copy.content.themes:
        problems.append(("themes", Message(NO_THEMES)))
    elif copy.without_disposition:
        problems.append(("themes", Message(NO_DISPOSITION)))
    elif not preview.has_news:
        problems.append(("themes", Message(NOTHING_NEW)))
    elif copy.is_unfinished and not anyway:
        problems.append(("anyway", Message(UNFINISHED)))
    if problems:
        raise Invalid(*problems)
    text = dump(copy.content)
    version = HeardVersion(
        cycle_id=cycle.id,
        number=copy.content.number,
        content=text,
        sha256=digest(text),
        finalized_at=at,
        finalized_by=by.id,
    )
    session.add(version)
    session.flush()
    after = {
        "engagement": cycle.key,
        "number": version.number,
        "sha256": version.sha256,
        "themes": len(copy.content.themes),
        "comments": len(copy.content.comments),
        "gaps": len(copy.gaps),
    }
    record_event(session, "heard.finalized", ("heard-version", version.id), by=by, at=at, after=after)
    return version.number


def publish_heard(
    session: Session,
    cycle: EngagementCycle,
    number: int,
    *,
    override_reason: str = "",
    reason: Bilingual = EMPTY_TEXT,
    by: Actor,
    at: datetime,
) -> int:
    """Publish a finalized version with its dataset, at once and in one step; return the id of the publication.

    ``override_reason`` is the reason for publishing although texts are missing or outdated. ``reason`` is the public reason,
    in both languages, for replacing a public version. Raises ``NotFound`` if the version is not the newest, ``Conflict`` if
    another one is published at the same time, and ``Invalid`` if it is already public, or a required reason is missing or too
    long.
    """
    version = _newest(session, cycle)
    if version is None or version.number != number:
        raise NotFound(f"newest version {number}")
    content = load_heard(version.content)
    editions = editions_of(session, PublicationKind.HEARD, cycle.key, lock=True)
    public = public_editions(editions, at)
    before = load_heard(public[-1].content) if public else None
    gaps = incomplete_texts(content, before, heard_marks(cycle))
    _check(content, before, gaps, override_reason, reason)
    if public:
        content = replace(content, correction=reason)
    publication = add_edition(
        session,
        PublicationKind.HEARD,
        local_day(at).year,
        cycle.key,
        next_edition(editions),
        dump(content),
        visible_at=at,
        override_reason=override_reason.strip() if gaps else "",
        by=by,
        at=at,
    )
    after = {
        "key": cycle.key,
        "number": number,
        "edition": publication.edition,
        "sha256": publication.sha256,
        "comments": len(content.comments),
        "gaps": gaps,
        "override": publication.override_reason or "",
        "reason": [reason.en, reason.fr] if public else None,
    }
    record_event(session, "heard.published", ("publication", publication.id), by=by, at=at, after=after)
    return publication.id


def incomplete_texts(content: PublishedHeard, public: PublishedHeard | None, marks: HeardMarks) -> int:
    """Return how many texts of a report are missing or outdated in a language.

    A text is outdated if it is marked as stale or, without a mark, if it changed in one language only since the public
    version.
    """
    texts = [content.cycle_title, content.methods, content.limits]
    for theme in content.themes:
        texts += (theme.title, theme.heard, theme.response)
    return sum(len(text.missing_languages) for text in texts) + len(tuple(outdated_texts(public, content, marks)))


def published_number(session: Session, cycle: EngagementCycle, at: datetime) -> int:
    """Return the number of the version that is public; 0 if none is."""
    public = public_editions(editions_of(session, PublicationKind.HEARD, cycle.key), at)
    return load_heard(public[-1].content).number if public else 0


def _newest(session: Session, cycle: EngagementCycle) -> HeardVersion | None:
    own = select(func.max(HeardVersion.number)).where(HeardVersion.cycle_id == cycle.id).scalar_subquery()
    return session.scalar(select(HeardVersion).where(HeardVersion.cycle_id == cycle.id, HeardVersion.number == own))


def _undated(content: PublishedHeard) -> PublishedHeard:
    return replace(content, number=0, finalized_on=content.finalized_on.min)


def _check(content: PublishedHeard, public: PublishedHeard | None, gaps: int, override_reason: str, reason: Bilingual) -> None:
    problems: list[tuple[str, Message]] = []
    if public is not None and public.number == content.number:
        raise Invalid(("", Message(N_("This version is already public."))))
    problems += override_problems(override_reason, has_gaps=gaps > 0)
    if public is not None:
        problems += reason_problems(reason)
    if problems:
        raise Invalid(*problems)
