"""A briefing for a meeting, and the standing content that its slides share."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, composite, mapped_column

from cogwg.core.bilingual import Bilingual
from cogwg.core.db import Base


class Briefing(Base):
    """A briefing for one meeting on one plan; its deck is composed from the record as of the meeting day or today."""

    __tablename__ = "briefing"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("work_plan.id"), index=True)
    meeting_on: Mapped[date] = mapped_column(unique=True)
    audience_en: Mapped[str] = mapped_column(String(120))
    audience_fr: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    audience: Mapped[Bilingual] = composite("audience_en", "audience_fr")


class StandingSlide(Base):
    """A slide whose words stand from one briefing to the next (purpose, why it matters, next steps …).

    ``content`` is data of the slide's own kind: nested lists of ``[english, french]`` pairs, as seeded.
    """

    __tablename__ = "standing_slide"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
