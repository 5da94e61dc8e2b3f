"""The outbox table: emails that are waiting, were sent, or could not be sent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, literal_column
from sqlalchemy.orm import Mapped, mapped_column

from cogwg.core.bilingual import Language
from cogwg.core.db import Base, enum_column


class OutboxMessage(Base):
    """An email in the outbox. ``key`` identifies the recipient and the reason for the email, so that it is never added twice.

    ``made_at`` follows the product's calendar; ``next_try_at``, ``claimed_until`` and ``sent_at`` follow the system clock. A
    sent email has ``sent_at``, and a waiting email ``next_try_at``. An email that failed permanently or was cancelled has
    neither; its ``last_error`` shows which. For ``reply_to`` and ``choice_url``, see ``OutgoingEmail``.
    """

    __tablename__ = "letter"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(160), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    address: Mapped[str] = mapped_column(String(254))
    lang: Mapped[Language] = mapped_column(enum_column(Language, "lang"))
    subject: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    reply_to: Mapped[str] = mapped_column(String(254), default="", server_default=literal_column("''"))
    choice_url: Mapped[str] = mapped_column(String(300), default="", server_default=literal_column("''"))
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    tries: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(String(300), default="")
    next_try_at: Mapped[datetime | None]
    claimed_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_letter_waiting", "next_try_at"),)
