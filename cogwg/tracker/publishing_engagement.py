"""The command that publishes an engagement cycle, and what it would publish.

An edition that changes or removes what was public has a public reason in both languages; one that only adds needs none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from cogwg.audit.services import Actor, record_event
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language
from cogwg.core.calendar import local_day
from cogwg.core.errors import N_, Conflict, Invalid, Message
from cogwg.core.text_limits import bilingual_length_problems, length_problems
from cogwg.core.text_states import TextState
from cogwg.tracker.commitment_changes import texts_left_behind
from cogwg.tracker.commitments import CommitmentChange
from cogwg.tracker.copying_engagement import CycleCopy, CycleGap, copy_cycle
from cogwg.tracker.editions import add_edition, editions_of, next_edition, public_editions
from cogwg.tracker.engagement import PublishedCycle
from cogwg.tracker.engagement_changes import changes_of_cycle
from cogwg.tracker.models import Publication, PublicationKind
from cogwg.tracker.storing import digest, dump, load_cycle


@dataclass(frozen=True, slots=True)
class CyclePreview:
    """Exactly what would become public of a cycle.

    ``edition`` is the number that it would have, ``published`` what is public now, and ``changes`` what differs from that.
    ``shown`` identifies what the preview showed: publishing requires it.
    """

    copy: CycleCopy
    edition: int
    published: PublishedCycle | None
    changes: tuple[CommitmentChange, ...]

    @property
    def is_new(self) -> bool:
        """Whether nothing of it is public yet."""
        return self.published is None

    @property
    def has_news(self) -> bool:
        """Whether publishing it would make a difference."""
        return self.is_new or bool(self.changes)

    @property
    def needs_reason(self) -> bool:
        """Whether it changes or removes what was public."""
        return any(not change.is_addition for change in self.changes)

    @property
    def shown(self) -> str:
        return digest(f"{self.edition} {self.is_new} {dump(self.copy.content)}")


def preview_cycle(session: Session, key: str, *, at: datetime) -> CyclePreview:
    """Return what would become public of a cycle. Raises ``NotFound``."""
    return _preview(session, key, editions_of(session, PublicationKind.CYCLE, key), at)


def publish_cycle(
    session: Session,
    key: str,
    *,
    override_reason: str = "",
    reason: Bilingual = EMPTY_TEXT,
    shown: str | None,
    by: Actor,
    at: datetime,
) -> int:
    """Publish a cycle as it is now, at once; return the id of the publication.

    ``override_reason`` says why it is published although texts are missing in a language. ``reason`` says in both languages why
    what was public is changed. ``shown`` is the preview's; None publishes without a preview. Raises ``NotFound``, ``Invalid``,
    and ``Conflict`` with a new preview if the record has changed since.
    """
    editions = editions_of(session, PublicationKind.CYCLE, key, lock=True)
    preview = _preview(session, key, editions, at)
    if shown is not None and shown != preview.shown:
        raise Conflict(preview)
    _check(preview, override_reason, reason)
    content, before = preview.copy.content, preview.published
    made = tuple(change if change.is_addition else replace(change, reason=reason) for change in preview.changes)
    content = replace(
        content,
        published_on=local_day(at) if before is None else before.published_on,
        changes=() if before is None else (*before.changes, *made),
    )
    publication = add_edition(
        session,
        PublicationKind.CYCLE,
        content.year,
        key,
        preview.edition,
        dump(content),
        visible_at=at,
        override_reason=override_reason.strip() if preview.copy.gaps else "",
        by=by,
        at=at,
    )
    after = {
        "key": key,
        "edition": publication.edition,
        "sha256": publication.sha256,
        "gaps": len(preview.copy.gaps),
        "override": publication.override_reason or "",
        "changes": len(made),
        "reason": [reason.en, reason.fr] if preview.needs_reason else None,
    }
    subject = ("publication", publication.id)
    if before is None:
        record_event(session, "engagement-cycle.published", subject, by=by, at=at, after=after)
    else:
        record_event(session, "engagement-cycle.published-again", subject, by=by, at=at, after=after)
    return publication.id


def _preview(session: Session, key: str, editions: list[Publication], at: datetime) -> CyclePreview:
    copy, public = copy_cycle(session, key), public_editions(editions, at)
    before = load_cycle(public[-1].content) if public else None
    changes = () if before is None else changes_of_cycle(before, copy.content, on=local_day(at))
    outdated = (CycleGap(*each, TextState.STALE) for each in texts_left_behind(changes))
    copy = replace(copy, gaps=(*copy.gaps, *outdated))
    return CyclePreview(copy, next_edition(editions), before, changes)


def _check(preview: CyclePreview, override_reason: str, reason: Bilingual) -> None:
    problems: list[tuple[str, Message]] = []
    if not preview.copy.content.phases:
        problems.append(("", Message(N_("Add at least one phase before you publish this cycle."))))
    if not preview.has_news:
        problems.append(("", Message(N_("Nothing has changed since this cycle was published."))))
    problems += length_problems("override_reason", override_reason)
    if preview.copy.gaps and not override_reason.strip():
        sentence = N_("Complete the texts in both languages, or say why you publish without them.")
        problems.append(("override_reason", Message(sentence)))
    if preview.needs_reason:
        problems += bilingual_length_problems("reason", reason)
        sentence = N_("Write in both languages why you change what is public. The reason is public.")
        empty = [lang for lang in Language if not reason.exact_text(lang).strip()]
        problems += [(f"reason_{lang.value}", Message(sentence)) for lang in empty]
    if problems:
        raise Invalid(*problems)
