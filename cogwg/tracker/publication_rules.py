"""Rules for all publications, and for the changes that an edition makes to the previous one.

A text that is missing in a language blocks a publication unless a reason for publishing without it is given. An edition that
changes or removes what was public must have a public reason in both languages; an edition that only adds needs none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy.orm import Session

from cogwg.audit.services import Actor
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.calendar import local_day
from cogwg.core.errors import N_, Message
from cogwg.core.text_limits import bilingual_length_problems, length_problems
from cogwg.tracker.commitments import PublishedChange, PublishedCommitment
from cogwg.tracker.copying_commitments import CommitmentCopy
from cogwg.tracker.copying_engagement import CycleCopy
from cogwg.tracker.editions import add_edition
from cogwg.tracker.engagement import PublishedCycle
from cogwg.tracker.models import Publication, PublicationKind
from cogwg.tracker.storing import dump

TEXTS_MISSING = N_("Complete the texts in both languages, or explain why you are publishing without them.")
REASON_MISSING = N_("Explain in both languages why you are changing what is public. Your explanation is public.")

Copied = TypeVar("Copied", bound=CommitmentCopy | CycleCopy)
Published = TypeVar("Published", bound=PublishedCommitment | PublishedCycle)


@dataclass(frozen=True, slots=True)
class EditionPreview(Generic[Copied, Published]):
    """What exactly would become public about one item, in an edition that lists its changes.

    ``edition`` is the number that the edition would have, ``published`` what is public now (None if nothing is), and
    ``changes`` the differences.
    """

    copy: Copied
    edition: int
    published: Published | None
    changes: tuple[PublishedChange, ...]

    @property
    def is_new(self) -> bool:
        """Whether nothing about the item is public yet."""
        return self.published is None

    @property
    def has_news(self) -> bool:
        """Whether publishing it would change what is public."""
        return self.is_new or bool(self.changes)

    @property
    def needs_reason(self) -> bool:
        """Whether the edition changes or removes what is public, so that a reason is required."""
        return any(not change.is_addition for change in self.changes)


def override_problems(override_reason: str, *, has_gaps: bool) -> list[tuple[str, Message]]:
    """Return the problems with the reason for publishing although texts are missing in a language."""
    problems = list(length_problems("override_reason", override_reason))
    if has_gaps and not override_reason.strip():
        problems.append(("override_reason", Message(TEXTS_MISSING)))
    return problems


def reason_problems(reason: Bilingual, *, field: str = "reason", missing: str = REASON_MISSING) -> list[tuple[str, Message]]:
    """Return the problems with a public reason, which is required in both languages.

    ``missing`` is the message for a missing reason.
    """
    empty = [lang for lang in Language if not reason.exact_text(lang).strip()]
    return [*bilingual_length_problems(field, reason), *((f"{field}_{lang.value}", Message(missing)) for lang in empty)]


def add_changed_edition(
    session: Session,
    kind: PublicationKind,
    year: int,
    key: str,
    preview: EditionPreview[Copied, Published],
    *,
    override_reason: str,
    reason: Bilingual,
    by: Actor,
    at: datetime,
) -> tuple[Publication, dict[str, Any]]:
    """Store what a preview shows, with the changes of all editions; return the publication and the values for its
    audit event.
    """
    copy, before = preview.copy, preview.published
    made = tuple(change if change.is_addition else replace(change, reason=reason) for change in preview.changes)
    content = replace(
        copy.content,
        published_on=local_day(at) if before is None else before.published_on,
        changes=() if before is None else (*before.changes, *made),
    )
    publication = add_edition(
        session,
        kind,
        year,
        key,
        preview.edition,
        dump(content),
        visible_at=at,
        override_reason=override_reason.strip() if copy.gaps else "",
        by=by,
        at=at,
    )
    return publication, {
        "key": key,
        "edition": publication.edition,
        "sha256": publication.sha256,
        "gaps": len(copy.gaps),
        "override": publication.override_reason or "",
        "changes": len(made),
        "reason": [reason.en, reason.fr] if preview.needs_reason else None,
    }
