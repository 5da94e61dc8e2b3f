"""Tables of briefings: outlines, frozen versions with their files and decisions, secret links, comments, link checks and
standing slides.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String, Text, UniqueConstraint, literal_column
from sqlalchemy.orm import Mapped, composite, mapped_column

from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.db import Base, enum_column
from cogwg.discussion.models import CommentColumns


class Briefing(Base):
    """A briefing on one plan, for one meeting. Its deck is composed as of the meeting day or today, whichever is earlier.

    If the briefing also announces the next plan, that plan is ``next_plan_id``. ``outline`` is what the co-chairs chose and
    wrote (see ``briefing.outline``), and ``outline_version`` is used to detect conflicting changes.
    """

    __tablename__ = "briefing"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("work_plan.id"), index=True)
    next_plan_id: Mapped[int | None] = mapped_column(ForeignKey("work_plan.id"))
    meeting_on: Mapped[date] = mapped_column(unique=True)
    audience_en: Mapped[str] = mapped_column(String(120))
    audience_fr: Mapped[str] = mapped_column(String(120))
    place_en: Mapped[str] = mapped_column(String(120), default="")
    place_fr: Mapped[str] = mapped_column(String(120), default="")
    outline: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    outline_version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime | None]
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    audience: Mapped[Bilingual] = composite("audience_en", "audience_fr")
    place: Mapped[Bilingual] = composite("place_en", "place_fr")


class FrozenVersion(Base):
    """A deck as it was shown, with who froze it and when. Never updated or deleted (enforced by triggers).

    ``deck`` is the JSON text that ``snapshot`` wrote. ``gaps`` are the checklist's sentences about what was not settled, and
    ``override_note`` the reason why the deck was frozen anyway, in the language ``override_lang`` (None if unknown).
    """

    __tablename__ = "frozen_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    briefing_id: Mapped[int] = mapped_column(ForeignKey("briefing.id"))
    number: Mapped[int]
    schema: Mapped[int]
    deck: Mapped[str] = mapped_column(Text)
    gaps: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    override_note: Mapped[str | None] = mapped_column(Text)
    override_lang: Mapped[str | None] = mapped_column(String(2))
    frozen_at: Mapped[datetime]
    frozen_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    __table_args__ = (
        UniqueConstraint("briefing_id", "number"),
        CheckConstraint("number > 0", name="number_positive"),
    )


class FrozenFile(Base):
    """A frozen version as a file, byte for byte as it was rendered. Never updated or deleted (enforced by triggers).

    ``layout`` is the ``LAYOUT`` of the renderers at that time. The bytes are loaded only for a download.
    """

    __tablename__ = "frozen_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("frozen_version.id"))
    format: Mapped[str] = mapped_column(String(20))
    lang: Mapped[Language] = mapped_column(enum_column(Language, "lang"))
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(120))
    layout: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    sha256: Mapped[str] = mapped_column(String(64))
    drawn_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("version_id", "format", "lang"),)


class PreviewLink(Base):
    """A secret link to a draft. Until it is revoked, anyone who has it can read the draft; freezing the draft also revokes it.
    Only the hash of its token is stored.

    ``recipient`` is a co-chair's note that says who the link is for; empty if there is none.
    """

    __tablename__ = "preview_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    briefing_id: Mapped[int] = mapped_column(ForeignKey("briefing.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    revoked_at: Mapped[datetime | None]
    recipient: Mapped[str] = mapped_column(String(80), default="", server_default=literal_column("''"))


class VersionLink(Base):
    """A secret link to a frozen version. Until the link expires or is revoked, anyone who has it can read the version.

    Only the hash of its token is stored. ``recipient`` is as in ``PreviewLink``.
    """

    __tablename__ = "version_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("frozen_version.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    recipient: Mapped[str] = mapped_column(String(80), default="", server_default=literal_column("''"))


class SlideComment(CommentColumns, Base):
    """A comment on a slide of a draft, open until it is settled."""

    __tablename__ = "slide_comment"

    briefing_id: Mapped[int] = mapped_column(ForeignKey("briefing.id"), index=True)
    slide: Mapped[str] = mapped_column(String(40))
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class RecordedDecision(Base):
    """A revision of a decision that was made on a slide of a frozen version. Never updated or deleted (enforced by triggers).

    ``number`` numbers the decisions of the version, and ``revision`` the revisions of the decision; the highest revision
    applies.
    """

    __tablename__ = "decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("frozen_version.id"))
    number: Mapped[int]
    revision: Mapped[int]
    slide: Mapped[str] = mapped_column(String(40))
    text_en: Mapped[str] = mapped_column(Text)
    text_fr: Mapped[str] = mapped_column(Text)
    who_en: Mapped[str] = mapped_column(String(120))
    who_fr: Mapped[str] = mapped_column(String(120))
    by_on: Mapped[date | None]
    is_withdrawn: Mapped[bool] = mapped_column(default=False)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    text: Mapped[Bilingual] = composite("text_en", "text_fr")
    who: Mapped[Bilingual] = composite("who_en", "who_fr")

    __table_args__ = (
        UniqueConstraint("version_id", "number", "revision"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("revision > 0", name="revision_positive"),
        CheckConstraint("text_en <> '' OR text_fr <> ''", name="has_text"),
    )


class LinkCheck(Base):
    """The last check of a URL. ``answers`` is True if the URL was reachable; ``said`` is the result code."""

    __tablename__ = "link_check"

    url: Mapped[str] = mapped_column(String(2000), primary_key=True)
    checked_at: Mapped[datetime]
    answers: Mapped[bool]
    said: Mapped[str] = mapped_column(String(120))


class StandingSlide(Base):
    """A slide whose texts stay the same from one briefing to the next (purpose, why it matters, next steps …).

    The shape of ``content`` depends on the slide; each text in it is an ``[english, french]`` pair.
    """

    __tablename__ = "standing_slide"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
