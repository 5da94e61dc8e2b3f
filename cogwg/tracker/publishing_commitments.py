"""The secretariat's command that publishes commitments, and the preview of what it would publish."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.audit.services import Actor, record_event
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.calendar import local_day
from cogwg.core.errors import N_, Conflict, Invalid, Message, NotFound
from cogwg.core.text_states import TextState
from cogwg.tracker.commitment_changes import changes_between, stale_fields
from cogwg.tracker.commitments import PublishedCommitment
from cogwg.tracker.copying_commitments import CommitmentCopy, CommitmentGap, copy_commitments
from cogwg.tracker.editions import REPLACED, next_edition, public_editions, waiting_editions, withdraw_edition
from cogwg.tracker.models import Publication, PublicationKind
from cogwg.tracker.publication_rules import EditionPreview, add_changed_edition, override_problems, reason_problems
from cogwg.tracker.storing import digest, dump, load_commitment


@dataclass(frozen=True, slots=True)
class CommitmentPreview(EditionPreview[CommitmentCopy, PublishedCommitment]):
    """What exactly would become public about a commitment."""

    @property
    def identifier(self) -> str:
        return self.copy.content.identifier


@dataclass(frozen=True, slots=True)
class CommitmentsPreview:
    """What would become public about several commitments.

    ``shown`` is a hash of the preview, which publishing requires.
    """

    commitments: tuple[CommitmentPreview, ...]
    shown: str

    @property
    def news(self) -> tuple[CommitmentPreview, ...]:
        """The commitments whose publication would change what is public."""
        return tuple(each for each in self.commitments if each.has_news)

    @property
    def gap_count(self) -> int:
        """The number of texts that are missing or outdated in a language, in the commitments of ``news``."""
        return sum(len(each.copy.gaps) for each in self.news)

    @property
    def needs_reason(self) -> bool:
        return any(each.needs_reason for each in self.news)


def preview_commitments(session: Session, identifiers: Collection[str], *, at: datetime) -> CommitmentsPreview:
    """Return what would become public about commitments, in the order of their identifiers.

    Raises ``NotFound`` if there is no commitment with one of the identifiers.
    """
    return _preview(session, identifiers, _editions(session), at=at)


def publish_commitments(
    session: Session,
    identifiers: Collection[str],
    *,
    override_reason: str = "",
    reason: Bilingual = EMPTY_TEXT,
    shown: str | None,
    by: Actor,
    at: datetime,
) -> list[int]:
    """Publish commitments as they are now, at once; return the ids of the publications.

    Commitments that have not changed since they were published are skipped. ``override_reason`` is the reason for publishing
    although texts are missing or outdated in a language. ``reason`` is the public reason, in both languages, for changing what
    was public. ``shown`` is the hash from the preview; None publishes without a preview. Records one audit event for each
    commitment.

    Raises ``NotFound`` if there is no such commitment, ``Invalid`` if a required reason is missing or too long, or nothing has
    changed, and ``Conflict`` with a new preview if the record has changed since the preview.
    """
    editions = _editions(session, lock=identifiers)
    preview = _preview(session, identifiers, editions, at=at)
    if shown is not None and shown != preview.shown:
        raise Conflict(preview)
    _check(preview, override_reason, reason)
    return [
        _publish(session, each, editions.get(each.identifier, []), override_reason, reason, by=by, at=at)
        for each in preview.news
    ]


def _publish(
    session: Session,
    preview: CommitmentPreview,
    editions: list[Publication],
    override_reason: str,
    reason: Bilingual,
    *,
    by: Actor,
    at: datetime,
) -> int:
    content = preview.copy.content
    for row in waiting_editions(editions, at):
        withdraw_edition(row, REPLACED, by=by, at=at)
    publication, after = add_changed_edition(
        session,
        PublicationKind.COMMITMENT,
        content.cycle,
        content.identifier,
        preview,
        override_reason=override_reason,
        reason=reason,
        by=by,
        at=at,
    )
    action = "commitment.published" if preview.is_new else "commitment.published-again"
    record_event(session, action, ("publication", publication.id), by=by, at=at, after=after)
    return publication.id


def _editions(session: Session, lock: Collection[str] = ()) -> dict[str, list[Publication]]:
    """Return all editions of commitments by identifier, in order, including withdrawn ones.

    The editions of the commitments in ``lock`` are locked first.
    """
    if lock:
        keys = Publication.key.in_(lock)
        session.execute(select(Publication.id).where(Publication.kind == PublicationKind.COMMITMENT, keys).with_for_update())
    editions: dict[str, list[Publication]] = {}
    asked = select(Publication).where(Publication.kind == PublicationKind.COMMITMENT)
    for row in session.scalars(asked.order_by(Publication.key, Publication.edition)):
        editions.setdefault(row.key, []).append(row)
    return editions


def _preview(
    session: Session, identifiers: Collection[str], editions: dict[str, list[Publication]], *, at: datetime
) -> CommitmentsPreview:
    public = {key: own[-1] for key, rows in editions.items() if (own := public_editions(rows, at))}
    copies = copy_commitments(session, identifiers, {*public, *identifiers})
    if missing := sorted(set(identifiers) - copies.keys()):
        raise NotFound(f"commitment {missing[0]}")
    previews = []
    for identifier, copy in sorted(copies.items()):
        before = load_commitment(public[identifier].content) if identifier in public else None
        changes = () if before is None else changes_between(before, copy.content, on=local_day(at))
        outdated = (CommitmentGap(*each, TextState.STALE) for each in stale_fields(changes, copy.marks))
        copy = replace(copy, gaps=(*copy.gaps, *outdated))
        previews.append(CommitmentPreview(copy, next_edition(editions.get(identifier, [])), before, changes))
    shown = digest("".join(f"{each.edition} {each.is_new} {dump(each.copy.content)}" for each in previews))
    return CommitmentsPreview(tuple(previews), shown)


def _check(preview: CommitmentsPreview, override_reason: str, reason: Bilingual) -> None:
    problems: list[tuple[str, Message]] = []
    if not preview.news:
        problems.append(("commitments", Message(N_("Nothing has changed since these commitments were published."))))
    problems += override_problems(override_reason, has_gaps=preview.gap_count > 0)
    if preview.needs_reason:
        problems += reason_problems(reason)
    if problems:
        raise Invalid(*problems)
