"""Tables of engagement with the public.

Lists are stored as JSON, with bilingual texts in them as ``[english, french]`` pairs. Only ``public_comment`` has personal
information: the name, the email address, the text as it was sent, and the hash of the link.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ColumnElement, ForeignKey, String, Text, UniqueConstraint, literal_column
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.db import Base, enum_column
from cogwg.core.stale_columns import HasStaleColumn
from cogwg.engagement.scales import (
    Channel,
    CommentLanguage,
    CommentState,
    Disposition,
    PhaseState,
    RefusalReason,
    Subject,
    phase_state,
)

_ONE: ColumnElement[int] = literal_column("1")


class EngagementCycle(HasStaleColumn, Base):
    """A cycle of phases in which a plan is made with the public.

    ``key``, such as "fourth-plan", is part of URLs and never changes. ``throughout`` is what happens in all phases.
    ``completed_on`` starts the 18 months after which names and addresses are deleted; it is None until then. ``methods`` and
    ``limits`` are the draft of these two texts of "What we heard". ``plan_id`` is the id of the action plan that the cycle
    leads to, or None.
    """

    __tablename__ = "engagement_cycle"
    bilingual_lists = ("throughout",)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("action_plan.id"), index=True)
    title_en: Mapped[str] = mapped_column(String(200))
    title_fr: Mapped[str] = mapped_column(String(200))
    summary_en: Mapped[str] = mapped_column(Text, default="")
    summary_fr: Mapped[str] = mapped_column(Text, default="")
    throughout: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    methods_en: Mapped[str] = mapped_column(Text, default="")
    methods_fr: Mapped[str] = mapped_column(Text, default="")
    limits_en: Mapped[str] = mapped_column(Text, default="")
    limits_fr: Mapped[str] = mapped_column(Text, default="")
    completed_on: Mapped[date | None]
    sample: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1, server_default=_ONE)
    title: Mapped[Bilingual] = composite("title_en", "title_fr")
    summary: Mapped[Bilingual] = composite("summary_en", "summary_fr")
    methods: Mapped[Bilingual] = composite("methods_en", "methods_fr")
    limits: Mapped[Bilingual] = composite("limits_en", "limits_fr")

    phases: Mapped[list[EngagementPhase]] = relationship(
        back_populates="cycle", order_by="EngagementPhase.position", cascade="all, delete-orphan"
    )
    themes: Mapped[list[EngagementTheme]] = relationship(
        back_populates="cycle", order_by="EngagementTheme.position", cascade="all, delete-orphan"
    )


class EngagementPhase(HasStaleColumn, Base):
    """A phase of a cycle. Phases may overlap; one without ``ends_on`` has no end date.

    ``key`` is part of URLs and never changes. ``when`` is the dates in the source's words. ``asked`` is what the public is
    asked, ``about`` what the phase does, and ``result`` its result, with ``result_link``. Each of ``documents`` is ``[url,
    english label, french label]``. ``takes_comments`` is whether its form accepts comments from ``starts_on`` to ``ends_on``,
    both included; ``most_per_network`` is how many it accepts from one network in a day. The other fields are for the federal
    consultations registry.
    """

    __tablename__ = "engagement_phase"
    bilingual_lists = ("subjects", "departments")

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("engagement_cycle.id"))
    key: Mapped[str] = mapped_column(String(40))
    position: Mapped[int]
    title_en: Mapped[str] = mapped_column(String(200))
    title_fr: Mapped[str] = mapped_column(String(200))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    when_en: Mapped[str] = mapped_column(String(200), default="")
    when_fr: Mapped[str] = mapped_column(String(200), default="")
    about_en: Mapped[str] = mapped_column(Text, default="")
    about_fr: Mapped[str] = mapped_column(Text, default="")
    asked_en: Mapped[str] = mapped_column(Text, default="")
    asked_fr: Mapped[str] = mapped_column(Text, default="")
    result_en: Mapped[str] = mapped_column(Text, default="")
    result_fr: Mapped[str] = mapped_column(Text, default="")
    result_link: Mapped[str] = mapped_column(String(2000), default="")
    channels: Mapped[list[str]] = mapped_column(JSON, default=list)
    documents: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    takes_comments: Mapped[bool] = mapped_column(default=False)
    most_per_network: Mapped[int] = mapped_column(default=20)
    publishable: Mapped[bool] = mapped_column(default=True)
    report_expected: Mapped[bool] = mapped_column(default=True)
    going_forward: Mapped[bool] = mapped_column(default=True)
    participants_en: Mapped[str] = mapped_column(Text, default="")
    participants_fr: Mapped[str] = mapped_column(Text, default="")
    subjects: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    departments: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    rationale_en: Mapped[str] = mapped_column(Text, default="")
    rationale_fr: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1, server_default=_ONE)
    title: Mapped[Bilingual] = composite("title_en", "title_fr")
    when: Mapped[Bilingual] = composite("when_en", "when_fr")
    about: Mapped[Bilingual] = composite("about_en", "about_fr")
    asked: Mapped[Bilingual] = composite("asked_en", "asked_fr")
    result: Mapped[Bilingual] = composite("result_en", "result_fr")
    participants: Mapped[Bilingual] = composite("participants_en", "participants_fr")
    rationale: Mapped[Bilingual] = composite("rationale_en", "rationale_fr")

    cycle: Mapped[EngagementCycle] = relationship(back_populates="phases")

    def state_on(self, today: date) -> PhaseState:
        """Return whether the phase is planned, open or closed on a day."""
        return phase_state(self.starts_on, self.ends_on, today, self.cycle.completed_on)

    def accepts_comments(self, today: date) -> bool:
        """Return whether the phase's form accepts comments on a day."""
        return self.takes_comments and self.going_forward and self.state_on(today) is PhaseState.OPEN

    __table_args__ = (
        UniqueConstraint("cycle_id", "key"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="dates_in_order"),
        CheckConstraint("most_per_network > 0", name="limit_positive"),
    )


class PublicComment(Base):
    """A comment from a member of the public, or one from another channel that an analyst entered.

    ``about`` is the kind of its subject, and ``about_key`` identifies the subject: a commitment by its identifier, a milestone
    or a question by the commitment's identifier, "/" and its number, a priority as "2020/5"; it is empty for the phase.
    ``text`` is the text as it was sent. ``masks`` are the parts that readers do not see, as ``[start, end, kind]``. ``name``
    is published with the comment, and the outcome is sent to ``email``; both are empty if not given. ``link_hash`` is the
    SHA-256 of the private link's secret. ``stamp`` is the hash of the form's random stamp, so that a form that is sent twice
    is stored once. ``note`` is the moderator's note to the author, and ``appeal`` the author's text to the moderators.
    ``event`` is the name of the meeting at which a comment from another channel was made. ``identifiers_removed_at`` is when
    the author's personal information was deleted. ``version`` counts the changes.
    """

    __tablename__ = "public_comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    phase_id: Mapped[int] = mapped_column(ForeignKey("engagement_phase.id"), index=True)
    about: Mapped[Subject] = mapped_column(enum_column(Subject, "about"))
    about_key: Mapped[str] = mapped_column(String(60), default="")
    channel: Mapped[Channel] = mapped_column(enum_column(Channel, "channel"))
    event: Mapped[str] = mapped_column(String(200), default="")
    lang: Mapped[CommentLanguage] = mapped_column(enum_column(CommentLanguage, "lang"))
    page_lang: Mapped[Language] = mapped_column(enum_column(Language, "page_lang"))
    text: Mapped[str] = mapped_column(Text)
    masks: Mapped[list[list[int | str]]] = mapped_column(JSON, default=list)
    name: Mapped[str] = mapped_column(String(100), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    link_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    stamp: Mapped[str | None] = mapped_column(String(64), unique=True)
    received_at: Mapped[datetime]
    state: Mapped[CommentState] = mapped_column(enum_column(CommentState, "state"), index=True)
    reason: Mapped[RefusalReason | None] = mapped_column(enum_column(RefusalReason, "reason"))
    note: Mapped[str] = mapped_column(Text, default="")
    duplicate_of_id: Mapped[int | None] = mapped_column(ForeignKey("public_comment.id"), index=True)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    second_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    appeal: Mapped[str] = mapped_column(Text, default="")
    appealed_at: Mapped[datetime | None]
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    upload_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"), index=True)
    sample: Mapped[bool] = mapped_column(default=False)
    identifiers_removed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1, server_default=_ONE)

    themes: Mapped[list[CommentTheme]] = relationship(cascade="all, delete-orphan")

    __table_args__ = (CheckConstraint("duplicate_of_id IS NULL OR duplicate_of_id <> id", name="not_its_own_duplicate"),)


class EngagementTheme(HasStaleColumn, Base):
    """A theme of a cycle's comments, with its disposition.

    ``heard`` is what was heard on the theme, ``response`` what was decided and why. Each of ``links`` is ``[kind, key]``: a
    commitment by its identifier, or an activity as "2020/5.2".
    """

    __tablename__ = "engagement_theme"

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("engagement_cycle.id"), index=True)
    position: Mapped[int]
    title_en: Mapped[str] = mapped_column(String(200), default="")
    title_fr: Mapped[str] = mapped_column(String(200), default="")
    heard_en: Mapped[str] = mapped_column(Text, default="")
    heard_fr: Mapped[str] = mapped_column(Text, default="")
    disposition: Mapped[Disposition | None] = mapped_column(enum_column(Disposition, "disposition"))
    response_en: Mapped[str] = mapped_column(Text, default="")
    response_fr: Mapped[str] = mapped_column(Text, default="")
    links: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    version: Mapped[int] = mapped_column(default=1, server_default=_ONE)
    title: Mapped[Bilingual] = composite("title_en", "title_fr")
    heard: Mapped[Bilingual] = composite("heard_en", "heard_fr")
    response: Mapped[Bilingual] = composite("response_en", "response_fr")

    cycle: Mapped[EngagementCycle] = relationship(back_populates="themes")


class CommentTheme(Base):
    """A row for each theme that a comment was coded into, with who did this and when."""

    __tablename__ = "comment_theme"

    comment_id: Mapped[int] = mapped_column(ForeignKey("public_comment.id"), primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("engagement_theme.id"), primary_key=True, index=True)
    coded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    coded_at: Mapped[datetime]


class HeardVersion(Base):
    """A finalized version of a cycle's "What we heard", as JSON, without names and email addresses. It is never updated or
    deleted.
    """

    __tablename__ = "heard_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("engagement_cycle.id"), index=True)
    number: Mapped[int]
    content: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    finalized_at: Mapped[datetime]
    finalized_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    __table_args__ = (UniqueConstraint("cycle_id", "number"),)


class LegalHold(Base):
    """An order to keep personal information about the authors of a phase's comments, or of one comment, longer than usual.

    It is in force until ``released_at``. ``reason`` says who ordered it, without naming the author.
    """

    __tablename__ = "legal_hold"

    id: Mapped[int] = mapped_column(primary_key=True)
    phase_id: Mapped[int | None] = mapped_column(ForeignKey("engagement_phase.id"), index=True)
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("public_comment.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    placed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    placed_at: Mapped[datetime]
    released_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    released_at: Mapped[datetime | None]

    __table_args__ = (CheckConstraint("(phase_id IS NULL) <> (comment_id IS NULL)", name="holds_one"),)
