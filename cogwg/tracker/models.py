"""Tables of what is published. Triggers refuse every change to a publication except its withdrawal."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, composite, mapped_column

from cogwg.core.bilingual import Bilingual
from cogwg.core.db import Base, enum_column


class PublicationKind(StrEnum):
    """The kind of a publication: a quarter, a version of a briefing, a commitment, an engagement cycle, or "What we heard"."""

    QUARTER = "quarter"
    BRIEFING = "briefing"
    COMMITMENT = "commitment"
    CYCLE = "cycle"
    HEARD = "heard"


class Publication(Base):
    """A published copy of an item of this ``kind``, public from ``visible_at`` until it is withdrawn.

    ``key`` is the quarter (YYYY-MM), the day of the briefing's meeting, the commitment's identifier, or the key of the
    engagement cycle, also for "What we heard". ``edition`` numbers the copies with this kind and key: a correction is the next
    edition. ``content`` is JSON as ``storing`` wrote it, ``sha256`` its hash, and ``witness`` the head of the audit chain just
    before. ``override_reason`` is the reason why it was published although texts were missing or outdated in a language, in
    the language in which it was written. The reason for a ``withdrawal`` is public.
    """

    __tablename__ = "publication"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[PublicationKind] = mapped_column(enum_column(PublicationKind, "kind"))
    year: Mapped[int]
    key: Mapped[str] = mapped_column(String(40))
    edition: Mapped[int]
    published_at: Mapped[datetime]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    visible_at: Mapped[datetime]
    content: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    witness: Mapped[str] = mapped_column(String(60))
    override_reason: Mapped[str | None] = mapped_column(Text)
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    withdrawal_en: Mapped[str | None] = mapped_column(Text)
    withdrawal_fr: Mapped[str | None] = mapped_column(Text)
    withdrawal: Mapped[Bilingual | None] = composite("withdrawal_en", "withdrawal_fr")

    __table_args__ = (
        UniqueConstraint("kind", "key", "edition"),
        CheckConstraint("edition > 0", name="edition_positive"),
        CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawal_en IS NULL) AND (withdrawn_at IS NULL) = (withdrawal_fr IS NULL)",
            name="withdrawal_has_a_reason",
        ),
    )


class PublicationFile(Base):
    """A file of a published briefing, byte for byte. Never updated or deleted (enforced by triggers)."""

    __tablename__ = "publication_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)

    __table_args__ = (UniqueConstraint("publication_id", "name"),)


class PublishedComment(Base):
    """A comment from the public as readers see it: with its masks, in the language in which it was written.

    Unlike a publication, it can change: it is removed when its author withdraws it or a moderator returns it to moderation,
    and ``name`` is emptied when its retention period ends. ``id`` is the id of the comment, and part of its URL. ``revision``
    is the revision of its phase's counts when it was last copied.
    """

    __tablename__ = "published_comment"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    cycle: Mapped[str] = mapped_column(String(40), index=True)
    phase: Mapped[str] = mapped_column(String(40))
    about: Mapped[str] = mapped_column(String(20))
    about_key: Mapped[str] = mapped_column(String(60), default="")
    channel: Mapped[str] = mapped_column(String(20))
    event: Mapped[str] = mapped_column(String(200), default="")
    lang: Mapped[str] = mapped_column(String(4))
    text: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(String(100), default="")
    received_on: Mapped[date]
    published_at: Mapped[datetime]
    duplicates: Mapped[int] = mapped_column(default=0)
    sample: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int] = mapped_column(index=True)


class PublishedCount(Base):
    """The numbers of comments of a phase that were received, and of each decision about them.

    ``refused`` maps each reason to the number of comments refused for it. ``revision`` increases with each change to a comment
    that is or was public, so that pages rendered earlier can be recognized as outdated. For this, the row is kept even if all
    comments are removed.
    """

    __tablename__ = "published_count"

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle: Mapped[str] = mapped_column(String(40))
    phase: Mapped[str] = mapped_column(String(40))
    received: Mapped[int] = mapped_column(default=0)
    published: Mapped[int] = mapped_column(default=0)
    duplicates: Mapped[int] = mapped_column(default=0)
    withdrawn: Mapped[int] = mapped_column(default=0)
    refused: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    revision: Mapped[int] = mapped_column(default=0)

    __table_args__ = (UniqueConstraint("cycle", "phase"),)
