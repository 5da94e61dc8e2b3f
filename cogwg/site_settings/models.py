"""The table for the settings that the secretariat changes in the site."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, String, text
from sqlalchemy.orm import Mapped, mapped_column

from cogwg.core.db import Base


class StoredSettings(Base):
    """The settings that the secretariat changed, in a single row; a setting that they did not change is NULL.

    The columns have the names of the fields of ``SiteSettings``. Days are numbers separated by commas. ``version`` counts the
    changes.
    """

    __tablename__ = "site_settings"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    hosted_by_en: Mapped[str | None] = mapped_column(String(120))
    hosted_by_fr: Mapped[str | None] = mapped_column(String(120))
    contact: Mapped[str | None] = mapped_column(String(254))
    remind_days: Mapped[str | None] = mapped_column(String(40))
    remind_after: Mapped[str | None] = mapped_column(String(40))
    require_second_factor: Mapped[bool | None]
    answer_links: Mapped[bool | None]
    owner_en: Mapped[str | None] = mapped_column(String(120))
    owner_fr: Mapped[str | None] = mapped_column(String(120))
    jurisdiction_en: Mapped[str | None] = mapped_column(String(120))
    jurisdiction_fr: Mapped[str | None] = mapped_column(String(120))
    licence_en: Mapped[str | None] = mapped_column(String(120))
    licence_fr: Mapped[str | None] = mapped_column(String(120))
    licence_url_en: Mapped[str | None] = mapped_column(String(254))
    licence_url_fr: Mapped[str | None] = mapped_column(String(254))
    licence_id: Mapped[str | None] = mapped_column(String(60))
    search_engines: Mapped[bool | None]

    __table_args__ = (CheckConstraint("id = 1", name="single"),)
