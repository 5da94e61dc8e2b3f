"""Queries on briefings: outlines, frozen versions and their files, comments, link checks and standing slides."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select, true
from sqlalchemy.orm import Session, aliased

from cogwg.accounts.models import Person
from cogwg.audit.models import AuditEvent
from cogwg.briefing import snapshot
from cogwg.briefing.decided_steps import NO_DECISIONS, MeetingDecisions
from cogwg.briefing.deck import Deck
from cogwg.briefing.deck_links import LinkResult
from cogwg.briefing.files import DrawnFile, StoredFile
from cogwg.briefing.models import (
    Briefing,
    FrozenFile,
    FrozenVersion,
    LinkCheck,
    PreviewLink,
    RecordedDecision,
    SlideComment,
    StandingSlide,
)
from cogwg.briefing.outline import Decided, Outline
from cogwg.briefing.rules import as_of
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.calendar import end_of_day, local_day
from cogwg.core.errors import NotFound, UnsupportedVersion
from cogwg.core.serialization import Serializer
from cogwg.discussion.queries import CommentFacts
from cogwg.plan.models import WorkPlan

StandingContent = dict[str, dict[str, Any]]
"""The content of the standing slides, by key."""
_NEXT_PLAN = aliased(WorkPlan)
_EARLIER, _SHOWN, _SHOWN_FOR, _ANY = aliased(Briefing), aliased(FrozenVersion), aliased(Briefing), aliased(StandingSlide)
_LAST, _SAME_MEETING = aliased(FrozenVersion), aliased(FrozenVersion)


@dataclass(frozen=True, slots=True)
class BriefingFacts:
    """A stored briefing: the plan's year, the meeting and its audience. ``versions`` is the number of frozen versions.

    ``next_year`` is the year of the next plan, if the briefing also announces it. ``changed_at`` is when the briefing was last
    changed or frozen.
    """

    id: int
    year: int
    next_year: int | None
    meeting_on: date
    audience: Bilingual
    place: Bilingual
    created_at: datetime
    versions: int
    changed_at: datetime | None

    @property
    def next_number(self) -> int:
        """The version number that the draft gets when it is frozen."""
        return self.versions + 1


@dataclass(frozen=True, slots=True)
class Baseline:
    """The last frozen version for an earlier meeting: the day of that meeting, when the version was frozen, and its deck.

    ``deck`` is None if a later release froze it in a format that this release cannot read. ``decided`` are the decisions of
    the meeting, on any of its versions.
    """

    meeting_on: date
    frozen_at: datetime
    deck: Deck | None
    decided: MeetingDecisions = NO_DECISIONS

    @property
    def as_of(self) -> date:
        """The last day whose reports the deck covers."""
        return as_of(self.meeting_on, local_day(self.frozen_at)) if self.deck is None else self.deck.as_of

    @property
    def reported_until(self) -> datetime:
        """The time up to which the deck covers reports: the end of the ``as_of`` day, or the time of freezing if
        that is earlier.
        """
        return min(self.frozen_at, end_of_day(self.as_of))


@dataclass(frozen=True, slots=True)
class OpenBriefing(BriefingFacts):
    """A briefing with what its deck is composed from: its outline, the standing slides, and the baseline to compare with.

    ``outline_version`` is used to detect conflicting changes. ``changed_by`` is the person who last changed or froze the
    briefing, and ``links`` is the number of active preview links.
    """

    outline: Outline
    outline_version: int
    changed_by: str
    changed_by_id: int | None
    standing_content: StandingContent
    baseline: Baseline | None
    links: int


@dataclass(frozen=True, slots=True)
class FrozenVersionFacts:
    """A frozen version without its deck. ``gaps`` are the sentences about what was not settled when it was frozen."""

    briefing_id: int
    number: int
    frozen_at: datetime
    frozen_by: str
    gaps: tuple[Bilingual, ...]
    override_note: str
    audience: Bilingual
    meeting_on: date
    override_lang: str = ""


@dataclass(frozen=True, slots=True)
class SlideCommentFacts(CommentFacts):
    """A comment on a slide of a draft, and who settled it and when, if it is settled."""

    slide: str
    settled_at: datetime | None
    settled_by: str


def briefings(session: Session, *, frozen_only: bool = False) -> list[BriefingFacts]:
    """Return all briefings or, with ``frozen_only``, those with a frozen version, the latest meeting first, in one
    SQL statement.
    """
    wanted = _briefings_statement().order_by(Briefing.meeting_on.desc())
    facts = [BriefingFacts(*_briefing_values(row)) for row in session.execute(wanted)]
    return [briefing for briefing in facts if briefing.versions] if frozen_only else facts


@dataclass(frozen=True, slots=True)
class MeetingFacts:
    """The meeting of a briefing. ``number`` is the number of the latest frozen version, or 0 if there is none."""

    id: int
    meeting_on: date
    audience: Bilingual
    number: int


def drafts_to_finalize(session: Session) -> list[MeetingFacts]:
    """Return the briefings without a frozen version, the earliest meeting first, in one SQL statement."""
    frozen = select(FrozenVersion.briefing_id)
    columns = select(Briefing.id, Briefing.meeting_on, Briefing.audience)
    rows = session.execute(columns.where(Briefing.id.not_in(frozen)).order_by(Briefing.meeting_on))
    return [MeetingFacts(row.id, row.meeting_on, row.audience, 0) for row in rows]


def latest_finalized(session: Session) -> MeetingFacts | None:
    """Return the briefing of the latest meeting that has a frozen version, in one SQL statement; None if there is none."""
    row = session.execute(
        select(Briefing.id, Briefing.meeting_on, Briefing.audience, FrozenVersion.number)
        .join(FrozenVersion, FrozenVersion.briefing_id == Briefing.id)
        .order_by(Briefing.meeting_on.desc(), FrozenVersion.number.desc())
        .limit(1)
    ).first()
    return None if row is None else MeetingFacts(row.id, row.meeting_on, row.audience, row.number)


def briefing(session: Session, id: int) -> OpenBriefing:
    """Return a briefing with its outline, the standing slides and its baseline, in one SQL statement.

    Raises ``NotFound`` if there is no briefing with this id.
    """
    rows = session.execute(_open_briefing_statement().where(Briefing.id == id)).all()
    if not rows:
        raise NotFound(f"briefing {id}")
    row = rows[0]
    shown = next((row for row in rows if row.deck is not None), None)
    return OpenBriefing(
        *_briefing_values(row),
        outline=Serializer().load(Outline, row.outline),
        outline_version=row.outline_version,
        changed_by=row.person or "",
        changed_by_id=row.changed_by,
        standing_content={row.key: row.content for row in rows if row.key is not None},
        baseline=None if shown is None else _baseline(shown, _meeting_decisions(rows, shown.shown_on)),
        links=row.links,
    )


def _baseline(shown: Any, decided: MeetingDecisions) -> Baseline:
    return Baseline(shown.shown_on, shown.frozen_at, _deck_or_none(shown.deck), decided)


def _meeting_decisions(rows: Iterable[Any], on: date) -> MeetingDecisions:
    """Return the decisions of the baseline's meeting, each with the id of its first revision and the content of its latest."""
    series: dict[tuple[int, int], list[RecordedDecision]] = {}
    for row in rows:
        if row.RecordedDecision is not None:
            series.setdefault((row.RecordedDecision.version_id, row.RecordedDecision.number), []).append(row.RecordedDecision)
    decided = {own[0].id: own[-1] for own in series.values()}
    return MeetingDecisions(
        tuple(Decided(id_, on, d.text, d.who, d.by_on) for id_, d in decided.items() if not d.is_withdrawn),
        frozenset(id_ for id_, d in decided.items() if d.is_withdrawn),
    )


def _deck_or_none(deck: str) -> Deck | None:
    """Return a frozen deck, or None if a later release froze it in a format that this release cannot read."""
    try:
        return snapshot.read(deck)
    except UnsupportedVersion:
        return None


def _open_briefing_statement() -> Select[*tuple[Any, ...]]:
    """Select an open briefing, in one row for each standing slide. Only the first row contains the baseline's deck, which is
    large.

    The row of the last standing slide is repeated for each revision of each decision recorded on a version of the baseline's
    meeting.
    """
    last = (
        select(FrozenVersion.id)
        .join(_EARLIER, _EARLIER.id == FrozenVersion.briefing_id)
        .where(_EARLIER.meeting_on < Briefing.meeting_on)
        .order_by(_EARLIER.meeting_on.desc(), FrozenVersion.number.desc())
        .limit(1)
        .correlate(Briefing)
        .scalar_subquery()
    )
    first, final = (select(function(_ANY.key)).scalar_subquery() for function in (func.min, func.max))
    decided_on = select(_SAME_MEETING.id).where(_SAME_MEETING.briefing_id == _LAST.briefing_id)
    working = select(func.count()).where(PreviewLink.briefing_id == Briefing.id, PreviewLink.revoked_at.is_(None))
    return (
        _briefings_statement()
        .add_columns(
            Briefing.outline,
            Briefing.outline_version,
            Briefing.changed_by,
            Person.name.label("person"),
            StandingSlide.key,
            StandingSlide.content,
            _SHOWN.deck,
            _SHOWN.frozen_at,
            _SHOWN_FOR.meeting_on.label("shown_on"),
            working.scalar_subquery().label("links"),
            RecordedDecision,
        )
        .outerjoin(Person, Person.id == Briefing.changed_by)
        .outerjoin(StandingSlide, true())
        .outerjoin(_SHOWN, and_(_SHOWN.id == last, StandingSlide.key.is_not_distinct_from(first)))
        .outerjoin(_SHOWN_FOR, _SHOWN_FOR.id == _SHOWN.briefing_id)
        .outerjoin(_LAST, and_(_LAST.id == last, StandingSlide.key.is_not_distinct_from(final)))
        .outerjoin(RecordedDecision, RecordedDecision.version_id.in_(decided_on))
        .order_by(StandingSlide.key, RecordedDecision.id)
    )


def briefing_for(session: Session, meeting_on: date, year: int | None = None) -> BriefingFacts | None:
    """Return the briefing stored for the meeting on this day, or None; with ``year``, only if it is about the plan
    of that year.
    """
    wanted = _briefings_statement().where(Briefing.meeting_on == meeting_on)
    row = session.execute(wanted if year is None else wanted.where(WorkPlan.year == year)).one_or_none()
    return None if row is None else BriefingFacts(*_briefing_values(row))


def versions(session: Session, briefing_id: int | None = None) -> list[FrozenVersionFacts]:
    """Return the frozen versions of one briefing or of all briefings, the latest meeting and version first, in one
    SQL statement.
    """
    wanted = _versions_statement()
    if briefing_id is not None:
        wanted = wanted.where(Briefing.id == briefing_id)
    return [_version_facts(row) for row in session.execute(wanted)]


def frozen_deck(session: Session, briefing_id: int, number: int) -> tuple[FrozenVersionFacts, Deck]:
    """Return a frozen version with its deck, in one SQL statement.

    Raises ``NotFound`` if there is no such version, and ``UnsupportedVersion`` if a later release froze it in a format that
    this release cannot read.
    """
    wanted = _versions_statement().add_columns(FrozenVersion.deck)
    row = session.execute(wanted.where(Briefing.id == briefing_id, FrozenVersion.number == number)).one_or_none()
    if row is None:
        raise NotFound(f"version {number} of briefing {briefing_id}")
    return _version_facts(row), snapshot.read(row.deck)


def stored_files(session: Session, briefing_id: int, number: int) -> list[StoredFile]:
    """Return the stored files of a frozen version without their content, in one SQL statement."""
    columns = [getattr(FrozenFile, name) for name in StoredFile.__dataclass_fields__]
    wanted = select(*columns).where(*_of_version(briefing_id, number)).order_by(FrozenFile.id)
    return [StoredFile(*row) for row in session.execute(wanted)]


def stored_file(session: Session, briefing_id: int, number: int, format: str, lang: Language) -> DrawnFile | None:
    """Return a file of a frozen version in one SQL statement, or None if the file is not stored."""
    columns = [getattr(FrozenFile, name) for name in DrawnFile.__dataclass_fields__]
    own = (FrozenFile.format == format, FrozenFile.lang == lang)
    row = session.execute(select(*columns).where(*_of_version(briefing_id, number), *own)).one_or_none()
    return None if row is None else DrawnFile(*row)


def _of_version(briefing_id: int, number: int) -> tuple[ColumnElement[bool], ...]:
    version = (FrozenVersion.briefing_id == briefing_id, FrozenVersion.number == number)
    return FrozenFile.version_id == FrozenVersion.id, *version


def comments(session: Session, briefing_id: int) -> list[SlideCommentFacts]:
    """Return the comments on the slides of a draft, oldest first, without deleted ones, in one SQL statement."""
    settler = aliased(Person)
    rows = session.execute(
        select(SlideComment, Person.name, settler.name)
        .join(Person, Person.id == SlideComment.person_id)
        .outerjoin(settler, settler.id == SlideComment.settled_by)
        .where(SlideComment.briefing_id == briefing_id, SlideComment.deleted_at.is_(None))
        .order_by(SlideComment.id)
    )
    return [
        SlideCommentFacts(c.id, c.person_id, name, c.lang, c.text, c.written_at, c.slide, c.settled_at, by or "")
        for c, name, by in rows
    ]


def link_checks(session: Session, urls: Collection[str]) -> dict[str, LinkResult]:
    """Return the latest check of each of these URLs, in one SQL statement. URLs that were never checked are left out.

    The name of the person who checked a URL comes from the audit log.
    """
    asking = and_(
        AuditEvent.subject_kind == "briefing",
        AuditEvent.action == "briefing.links-checked",
        AuditEvent.at == LinkCheck.checked_at,
    )
    rows = session.execute(
        select(LinkCheck.url, LinkCheck.answers, LinkCheck.said, LinkCheck.checked_at, Person.name)
        .outerjoin(AuditEvent, asking)
        .outerjoin(Person, Person.id == AuditEvent.actor_id)
        .where(LinkCheck.url.in_(sorted(urls)))
    )
    return {url: LinkResult(answers, response, at, name or "") for url, answers, response, at, name in rows}


def last_classification(session: Session) -> Bilingual | None:
    """Return the classification of the briefing with the latest meeting; None if there is no briefing."""
    stored = session.scalar(select(Briefing.outline).order_by(Briefing.meeting_on.desc()).limit(1))
    return None if stored is None else Serializer().load(Outline, stored).cover.classification


def load_standing_content(session: Session) -> StandingContent:
    """Return the content of the standing slides by key, for a deck without a stored briefing."""
    return {slide.key: slide.content for slide in session.scalars(select(StandingSlide))}


def _briefings_statement() -> Select[*tuple[Any, ...]]:
    counted = select(func.count()).where(FrozenVersion.briefing_id == Briefing.id).scalar_subquery()
    return (
        select(
            Briefing.id,
            WorkPlan.year,
            _NEXT_PLAN.year.label("next_year"),
            Briefing.meeting_on,
            Briefing.audience_en,
            Briefing.audience_fr,
            Briefing.place_en,
            Briefing.place_fr,
            Briefing.created_at,
            counted.label("versions"),
            Briefing.changed_at,
        )
        .join(WorkPlan, WorkPlan.id == Briefing.plan_id)
        .outerjoin(_NEXT_PLAN, _NEXT_PLAN.id == Briefing.next_plan_id)
    )


def _briefing_values(row: Any) -> tuple[int, int, int | None, date, Bilingual, Bilingual, datetime, int, datetime | None]:
    audience, place = Bilingual(row.audience_en, row.audience_fr), Bilingual(row.place_en, row.place_fr)
    return row.id, row.year, row.next_year, row.meeting_on, audience, place, row.created_at, row.versions, row.changed_at


def _versions_statement() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Briefing.id,
            FrozenVersion.number,
            FrozenVersion.frozen_at,
            Person.name.label("person"),
            FrozenVersion.gaps,
            FrozenVersion.override_note,
            FrozenVersion.override_lang,
            Briefing.audience_en,
            Briefing.audience_fr,
            Briefing.meeting_on,
        )
        .join(Briefing, Briefing.id == FrozenVersion.briefing_id)
        .outerjoin(Person, Person.id == FrozenVersion.frozen_by)
        .order_by(Briefing.meeting_on.desc(), FrozenVersion.number.desc())
    )


def _version_facts(row: Any) -> FrozenVersionFacts:
    return FrozenVersionFacts(
        briefing_id=row.id,
        number=row.number,
        frozen_at=row.frozen_at,
        frozen_by=row.person or "",
        gaps=tuple(Bilingual(*gap) for gap in row.gaps),
        override_note=row.override_note or "",
        override_lang=row.override_lang or "",
        audience=Bilingual(row.audience_en, row.audience_fr),
        meeting_on=row.meeting_on,
    )


def find_version_id(session: Session, id: int, number: int) -> int:
    """Return the id of a frozen version. Raises ``NotFound`` if there is none."""
    wanted = select(FrozenVersion.id).where(FrozenVersion.briefing_id == id, FrozenVersion.number == number)
    version_id = session.scalar(wanted)
    if version_id is None:
        raise NotFound(f"version {number} of briefing {id}")
    return version_id
