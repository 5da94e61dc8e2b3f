"""Tables of comments on activities and the jurisdictions they mention, and the columns of a comment on any subject."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cogwg.core.bilingual import Language
from cogwg.core.db import Base, enum_column


class CommentColumns:
    """The columns of a comment, on an activity or a slide. ``lang`` is the language of its text.

    Deleting a comment empties ``text`` and keeps the row.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    lang: Mapped[Language] = mapped_column(enum_column(Language, "lang"))
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


class Comment(CommentColumns, Base):
    """A comment on an activity. Each change increases ``version``, so that conflicting edits are detected."""

    __tablename__ = "comment"

    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)
    edited_at: Mapped[datetime | None]

    mentions: Mapped[list[Mention]] = relationship(cascade="all, delete-orphan")


class Mention(Base):
    """A jurisdiction that a comment mentions; its leads get an email."""

    __tablename__ = "mention"

    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"), primary_key=True)
    jurisdiction_id: Mapped[int] = mapped_column(ForeignKey("jurisdiction.id"), primary_key=True)
