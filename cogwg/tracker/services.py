"""Commands of the secretariat: publish a closed quarter or a correction of it, publish a finalized briefing, and withdraw a
publication.

Each command checks that it is possible now, writes one audit event and flushes; it never commits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.audit.services import Actor, record_event
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.calendar import end_of_day, local_day
from cogwg.core.errors import N_, Conflict, Invalid, Message, NotFound
from cogwg.plan.models import WorkPlan
from cogwg.plan.queries import plan_facts
from cogwg.reporting.models import ReportingPeriod
from cogwg.reporting.periods import PeriodFacts, periods
from cogwg.tracker.copying import QuarterCopy, copy_quarter
from cogwg.tracker.corrections import corrections_between
from cogwg.tracker.editions import (
    CANCELLED,
    REPLACED,
    add_edition,
    editions_of,
    next_edition,
    public_editions,
    waiting_editions,
    withdraw_edition,
)
from cogwg.tracker.models import Publication, PublicationFile, PublicationKind
from cogwg.tracker.publication_rules import override_problems, reason_problems
from cogwg.tracker.storing import digest, dump, load_quarter
from cogwg.tracker.values import Correction, PublishedBriefing, PublishedFile, PublishedQuarter

MAX_EMBARGO = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class QuarterPreview:
    """What exactly would become public about a quarter, with the texts that block it.

    ``edition`` is the number that the edition would have. ``corrections`` are its changes to the public edition, ``published``
    (None if there is none); they have no reason yet. ``waiting`` is the time from which an edition under embargo, which this
    one would replace, would be public; None if there is none. ``shown`` is a hash of the preview, which publishing requires.
    """

    period: PeriodFacts
    copy: QuarterCopy
    edition: int
    published: PublishedQuarter | None
    corrections: tuple[Correction, ...]
    waiting: datetime | None
    shown: str

    @property
    def is_correction(self) -> bool:
        return self.published is not None


def preview_quarter(session: Session, key: str, *, visible_on: date | None, at: datetime) -> QuarterPreview:
    """Return what would become public about a quarter on the day ``visible_on``, or now if that is None.

    Raises ``NotFound`` if there is no such quarter.
    """
    return _preview(session, key, editions_of(session, PublicationKind.QUARTER, key), visible_on=visible_on, at=at)


def _preview(
    session: Session, key: str, editions: list[Publication], *, visible_on: date | None, at: datetime
) -> QuarterPreview:
    today = local_day(at)
    of_key = (
        select(WorkPlan.year).join(ReportingPeriod, ReportingPeriod.plan_id == WorkPlan.id).where(ReportingPeriod.key == key)
    )
    year = session.scalar(of_key)
    if year is None:
        raise NotFound(f"quarter {key}")
    public, waiting = public_editions(editions, at), waiting_editions(editions, at)
    published = load_quarter(public[-1].content) if public else None
    plan = plan_facts(session, year, with_retired=published is not None)
    period = next(each for each in periods(session, plan.id, at, today) if each.key == key)
    on = visible_on if visible_on is not None and visible_on > today else today
    earlier = _quarter_before(session, year, key, at) if published is None else None
    copy = copy_quarter(session, plan, period, on=on, first=published, earlier=earlier)
    changes = () if published is None else corrections_between(published, copy.content, on=on, reason=EMPTY_TEXT)
    edition = next_edition(editions)
    shown = digest(f"{edition} {published is not None} {dump(replace(copy.content, published_on=date.min))}")
    until = max((row.visible_at for row in waiting), default=None)
    return QuarterPreview(period, copy, edition, published, changes, until, shown)


def _quarter_before(session: Session, year: int, key: str, at: datetime) -> PublishedQuarter | None:
    """Return the latest public quarter of the year before this one, or None."""
    before = Publication.kind == PublicationKind.QUARTER, Publication.year == year, Publication.key < key
    public = Publication.withdrawn_at.is_(None), Publication.visible_at <= at
    newest_first = Publication.key.desc(), Publication.edition.desc()
    content = session.scalar(select(Publication.content).where(*before, *public).order_by(*newest_first).limit(1))
    return load_quarter(content) if content is not None else None


def publish_quarter(
    session: Session,
    key: str,
    *,
    visible_on: date | None = None,
    override_reason: str = "",
    correction_reason: Bilingual = EMPTY_TEXT,
    shown: str | None,
    by: Actor,
    at: datetime,
) -> int:
    """Publish a closed quarter as it is now, or a correction of its published edition; return the id of the publication.

    It is public at once or, under embargo, from the day ``visible_on``; it replaces an edition that is still under embargo.
    ``override_reason`` is the reason for publishing although texts are missing or outdated in a language.
    ``correction_reason`` is the public reason, in both languages, for correcting a published quarter. ``shown`` is the hash
    from the preview; None publishes without a preview.

    Raises ``NotFound`` if there is no such quarter, ``Invalid`` if it cannot be published now or a required reason is missing
    or too long, and ``Conflict`` with a new preview if the record has changed since the preview.
    """
    editions = editions_of(session, PublicationKind.QUARTER, key, lock=True)
    preview = _preview(session, key, editions, visible_on=visible_on, at=at)
    if shown is not None and shown != preview.shown:
        raise Conflict(preview)
    _check_publication(preview, visible_on, override_reason, correction_reason, at)
    content, today = preview.copy.content, local_day(at)
    embargoed = visible_on is not None and visible_on > today
    visible_at = end_of_day(visible_on - timedelta(days=1)) if visible_on is not None and embargoed else at
    if preview.is_correction:
        made = tuple(replace(correction, reason=correction_reason) for correction in preview.corrections)
        content = replace(content, corrections=(*content.corrections, *made))
    replaced = waiting_editions(editions, at)
    for row in replaced:
        withdraw_edition(row, REPLACED, by=by, at=at)
    publication = add_edition(
        session,
        PublicationKind.QUARTER,
        content.year,
        key,
        preview.edition,
        dump(content),
        visible_at=visible_at,
        override_reason=override_reason.strip() if preview.copy.gaps else "",
        by=by,
        at=at,
    )
    after = {
        "key": key,
        "edition": publication.edition,
        "sha256": publication.sha256,
        "visible_at": visible_at.isoformat(),
        "gaps": len(preview.copy.gaps),
        "override": publication.override_reason or "",
        "reason": [correction_reason.en, correction_reason.fr] if preview.is_correction else None,
        "replaced": [row.edition for row in replaced],
    }
    action = "quarter.corrected" if preview.is_correction else "quarter.published"
    record_event(session, action, ("publication", publication.id), by=by, at=at, after=after)
    return publication.id


def publish_briefing(
    session: Session, briefing: PublishedBriefing, files: Iterable[tuple[PublishedFile, bytes]], *, by: Actor, at: datetime
) -> int:
    """Publish a finalized version of a briefing with these files; return the id of the publication.

    It replaces the version that was public until then. Raises ``Invalid`` if this version is already public, and ``Conflict``
    if another one is published at the same time.
    """
    key = briefing.meeting_on.isoformat()
    stored = list(files)
    text = dump(replace(briefing, files=tuple(file for file, _ in stored)))
    editions = editions_of(session, PublicationKind.BRIEFING, key, lock=True)
    public = public_editions(editions, at)
    if any(row.content == text for row in public):
        raise Invalid(("version", Message(N_("This version is already public."))))
    for row in public:
        withdraw_edition(row, REPLACED, by=by, at=at)
    edition = next_edition(editions)
    publication = add_edition(session, PublicationKind.BRIEFING, briefing.year, key, edition, text, visible_at=at, by=by, at=at)
    session.add_all(PublicationFile(publication_id=publication.id, name=file.name, content=body) for file, body in stored)
    after = {
        "key": key,
        "version": briefing.version,
        "edition": publication.edition,
        "sha256": publication.sha256,
        "files": {file.name: sha256(body).hexdigest() for file, body in stored},
    }
    record_event(session, "briefing.published", ("publication", publication.id), by=by, at=at, after=after)
    session.flush()
    return publication.id


def withdraw_publication(
    session: Session, kind: PublicationKind, key: str, *, reason: Bilingual, by: Actor, at: datetime
) -> list[int]:
    """Withdraw every edition of a publication, such as a quarter or a briefing, with a public reason in both languages.

    Return the ids of the publications. Raises ``NotFound`` if there are none, and ``Invalid`` if the reason is missing or too
    long.
    """
    problems = reason_problems(reason, missing=N_("Write the reason in both languages. It stays public."))
    if problems:
        raise Invalid(*problems)
    rows = [row for row in editions_of(session, kind, key, lock=True) if row.withdrawn_at is None]
    if not rows:
        raise NotFound(f"publication {key}")
    for row in rows:
        withdraw_edition(row, reason, by=by, at=at)
    session.flush()
    after = {"key": key, "editions": [row.edition for row in rows], "reason": [reason.en, reason.fr]}
    record_event(session, "publication.withdrawn", ("publication", rows[-1].id), by=by, at=at, after=after)
    return [row.id for row in rows]


def cancel_embargo(session: Session, kind: PublicationKind, key: str, *, by: Actor, at: datetime) -> int:
    """Cancel the edition of a quarter or a briefing that is under embargo; return its id. No notice of it becomes public.

    Raises ``NotFound`` if no edition is under embargo.
    """
    waiting = waiting_editions(editions_of(session, kind, key, lock=True), at)
    if not waiting:
        raise NotFound(f"publication {key} under embargo")
    for row in waiting:
        withdraw_edition(row, CANCELLED, by=by, at=at)
    session.flush()
    after = {"key": key, "editions": [row.edition for row in waiting]}
    record_event(session, "publication.cancelled", ("publication", waiting[-1].id), by=by, at=at, after=after)
    return waiting[-1].id


def _check_publication(
    preview: QuarterPreview, visible_on: date | None, override_reason: str, correction_reason: Bilingual, at: datetime
) -> None:
    problems: list[tuple[str, Message]] = []
    if not preview.period.is_closed:
        problems.append(("quarter", Message(N_("Close the quarter before you publish it."))))
    if visible_on is not None and not local_day(at) <= visible_on <= local_day(at) + MAX_EMBARGO:
        problems.append(("visible_on", Message(N_("Choose a day within the next year."))))
    problems += override_problems(override_reason, has_gaps=bool(preview.copy.gaps))
    if preview.is_correction:
        if not preview.corrections:
            problems.append(("quarter", Message(N_("Nothing has changed since this quarter was published."))))
        sentence = N_("Explain in both languages why you are correcting the published quarter. Your explanation is public.")
        problems += reason_problems(correction_reason, field="correction_reason", missing=sentence)
    if problems:
        raise Invalid(*problems)
