"""The command that publishes an engagement cycle, and the preview of what it would publish."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from cogwg.audit.services import Actor, record_event
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.calendar import local_day
from cogwg.core.errors import N_, Conflict, Invalid, Message
from cogwg.core.text_states import TextState
from cogwg.tracker.commitment_changes import stale_fields
from cogwg.tracker.copying_engagement import CycleCopy, CycleGap, copy_cycle
from cogwg.tracker.editions import editions_of, next_edition, public_editions
from cogwg.tracker.engagement import PublishedCycle
from cogwg.tracker.engagement_changes import changes_of_cycle
from cogwg.tracker.models import Publication, PublicationKind
from cogwg.tracker.publication_rules import EditionPreview, add_changed_edition, override_problems, reason_problems
from cogwg.tracker.storing import digest, dump, load_cycle


@dataclass(frozen=True, slots=True)
class CyclePreview(EditionPreview[CycleCopy, PublishedCycle]):
    """What exactly would become public about a cycle. ``shown`` is a hash of the preview, which publishing requires."""

    @property
    def shown(self) -> str:
        return digest(f"{self.edition} {self.is_new} {dump(self.copy.content)}")


def preview_cycle(session: Session, key: str, *, at: datetime) -> CyclePreview:
    """Return what would become public about a cycle. Raises ``NotFound`` if there is no such cycle."""
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

    ``override_reason`` is the reason for publishing although texts are missing or outdated in a language. ``reason`` is the
    public reason, in both languages, for changing what was public. ``shown`` is the hash from the preview; None publishes
    without a preview.

    Raises ``NotFound`` if there is no such cycle, ``Invalid`` if it has no phases, a required reason is missing or too long,
    or nothing has changed, and ``Conflict`` with a new preview if the record has changed since the preview.
    """
    editions = editions_of(session, PublicationKind.CYCLE, key, lock=True)
    preview = _preview(session, key, editions, at)
    if shown is not None and shown != preview.shown:
        raise Conflict(preview)
    _check(preview, override_reason, reason)
    publication, after = add_changed_edition(
        session,
        PublicationKind.CYCLE,
        preview.copy.content.year,
        key,
        preview,
        override_reason=override_reason,
        reason=reason,
        by=by,
        at=at,
    )
    action = "engagement-cycle.published" if preview.is_new else "engagement-cycle.published-again"
    record_event(session, action, ("publication", publication.id), by=by, at=at, after=after)
    return publication.id


def _preview(session: Session, key: str, editions: list[Publication], at: datetime) -> CyclePreview:
    copy, public = copy_cycle(session, key), public_editions(editions, at)
    before = load_cycle(public[-1].content) if public else None
    changes = () if before is None else changes_of_cycle(before, copy.content, on=local_day(at))
    outdated = (CycleGap(*each, TextState.STALE) for each in stale_fields(changes, copy.marks))
    copy = replace(copy, gaps=(*copy.gaps, *outdated))
    return CyclePreview(copy, next_edition(editions), before, changes)


def _check(preview: CyclePreview, override_reason: str, reason: Bilingual) -> None:
    problems: list[tuple[str, Message]] = []
    if not preview.copy.content.phases:
        problems.append(("", Message(N_("Add at least one phase before you publish this cycle."))))
    if not preview.has_news:
        problems.append(("", Message(N_("Nothing has changed since this cycle was published."))))
    problems += override_problems(override_reason, has_gaps=bool(preview.copy.gaps))
    if preview.needs_reason:
        problems += reason_problems(reason)
    if problems:
        raise Invalid(*problems)
