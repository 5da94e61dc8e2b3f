"""The command of the secretariat that publishes commitments, and what it would publish.

An edition that changes or removes what was public has a public reason in both languages; one that only adds needs none.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.audit.services import Actor, record_event
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language
from cogwg.core.calendar import local_day
from cogwg.core.errors import N_, Conflict, Invalid, Message, NotFound
from cogwg.core.text_limits import bilingual_length_problems, length_problems
from cogwg.core.text_states import TextState
from cogwg.tracker.commitment_changes import changes_between, texts_left_behind
from cogwg.tracker.commitments import CommitmentChange, PublishedCommitment
from cogwg.tracker.copying_commitments import CommitmentCopy, CommitmentGap, copy_commitments
from cogwg.tracker.editions import REPLACED, add_edition, next_edition, public_editions, waiting_editions, withdraw_edition
from cogwg.tracker.models import Publication, PublicationKind
from cogwg.tracker.storing import digest, dump, load_commitment


@dataclass(frozen=True, slots=True)
class CommitmentPreview:
    """Exactly what would become public of a commitment.

    ``edition`` is the number that it would have, ``published`` what is public now, and ``changes`` what differs from that.
    """

    copy: CommitmentCopy
    edition: int
    published: PublishedCommitment | None
    changes: tuple[CommitmentChange, ...]

    @property
    def identifier(self) -> str:
        return self.copy.content.identifier

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


@dataclass(frozen=True, slots=True)
class CommitmentsPreview:
    """What would become public of several commitments. ``shown`` identifies what the preview showed: publishing requires it."""

    commitments: tuple[CommitmentPreview, ...]
    shown: str

    @property
    def news(self) -> tuple[CommitmentPreview, ...]:
        """Those whose publication would make a difference."""
        return tuple(each for each in self.commitments if each.has_news)

    @property
    def gap_count(self) -> int:
        """How many of their texts are missing or outdated in a language."""
        return sum(len(each.copy.gaps) for each in self.news)

    @property
    def needs_reason(self) -> bool:
        return any(each.needs_reason for each in self.news)


def preview_commitments(session: Session, identifiers: Collection[str], *, at: datetime) -> CommitmentsPreview:
    """Return what would become public of commitments, in the order of their identifiers. Raises ``NotFound``."""
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

    Those in which nothing has changed since they were published are left as they are. ``override_reason`` says why they are
    published although texts are missing or outdated in a language. ``reason`` says in both languages why what was public is
    changed. ``shown`` is the preview's; None publishes without a preview. Records one event for each commitment. Raises
    ``NotFound``, ``Invalid``, and ``Conflict`` with a new preview if the record has changed since.
    """
    editions = _editions(session, lock=identifiers)
    preview = _preview(session, identifiers, editions, at=at)
    if shown is not None and shown != preview.shown:
        raise Conflict(preview)
    _check(preview, override_reason, reason)
    return [
        _publish(session, each, editions.get(each.identifier, []), override_reason.strip(), reason, by=by, at=at)
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
    content, before = preview.copy.content, preview.published
    made = tuple(change if change.is_addition else replace(change, reason=reason) for change in preview.changes)
    content = replace(
        content,
        published_on=local_day(at) if before is None else before.published_on,
        changes=() if before is None else (*before.changes, *made),
    )
    for row in waiting_editions(editions, at):
        withdraw_edition(row, REPLACED, by=by, at=at)
    publication = add_edition(
        session,
        PublicationKind.COMMITMENT,
        content.cycle,
        content.identifier,
        preview.edition,
        dump(content),
        visible_at=at,
        override_reason=override_reason if preview.copy.gaps else "",
        by=by,
        at=at,
    )
    after = {
        "key": content.identifier,
        "edition": publication.edition,
        "sha256": publication.sha256,
        "gaps": len(preview.copy.gaps),
        "override": publication.override_reason or "",
        "changes": len(made),
        "reason": [reason.en, reason.fr] if preview.needs_reason else None,
    }
    target = ("publication", publication.id)
    if before is None:
        record_event(session, "commitment.published", target, by=by, at=at, after=after)
    else:
        record_event(session, "commitment.published-again", target, by=by, at=at, after=after)
    return publication.id


def _editions(session: Session, lock: Collection[str] = ()) -> dict[str, list[Publication]]:
    """Return all editions of commitments by identifier, in order, also withdrawn ones; those of ``lock`` are locked first."""
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
        outdated = (CommitmentGap(*each, TextState.STALE) for each in texts_left_behind(changes))
        copy = replace(copy, gaps=(*copy.gaps, *outdated))
        previews.append(CommitmentPreview(copy, next_edition(editions.get(identifier, [])), before, changes))
    shown = digest("".join(f"{each.edition} {each.is_new} {dump(each.copy.content)}" for each in previews))
    return CommitmentsPreview(tuple(previews), shown)


def _check(preview: CommitmentsPreview, override_reason: str, reason: Bilingual) -> None:
    problems: list[tuple[str, Message]] = []
    if not preview.news:
        problems.append(("commitments", Message(N_("Nothing has changed since these commitments were published."))))
    problems += length_problems("override_reason", override_reason)
    if preview.gap_count and not override_reason.strip():
        sentence = N_("Complete the texts in both languages, or say why you publish without them.")
        problems.append(("override_reason", Message(sentence)))
    if preview.needs_reason:
        problems += bilingual_length_problems("reason", reason)
        sentence = N_("Write in both languages why you change what is public. The reason is public.")
        empty = [lang for lang in Language if not reason.exact_text(lang).strip()]
        problems += [(f"reason_{lang.value}", Message(sentence)) for lang in empty]
    if problems:
        raise Invalid(*problems)
