"""Commands on briefings, each with one audit event. They do not compose decks: the caller passes in a composed deck."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cogwg.audit.models import AuditEvent
from cogwg.audit.services import Actor, record_event
from cogwg.briefing import snapshot
from cogwg.briefing.decided_steps import NO_DECISIONS, with_decisions
from cogwg.briefing.deck import Deck, DeckState
from cogwg.briefing.files import DrawnFile
from cogwg.briefing.models import Briefing, FrozenFile, FrozenVersion, LinkCheck, PreviewLink, SlideComment
from cogwg.briefing.outline import NO_DETAILS, CoverDetails, Outline, carry_over, mark_saved, step_mark
from cogwg.briefing.queries import briefing as open_briefing
from cogwg.briefing.queries import find_version_id
from cogwg.briefing.rules import MEETING_DAY_TAKEN, check_freeze, check_meeting, check_outline
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language
from cogwg.core.calendar import local_day
from cogwg.core.db import table
from cogwg.core.errors import N_, Conflict, Invalid, Message, NotFound
from cogwg.core.serialization import Serializer
from cogwg.discussion.rules import check_comment
from cogwg.discussion.services import locked_comment
from cogwg.plan.models import WorkPlan


class OutlineChange(StrEnum):
    """The kinds of changes to a briefing's outline, as audit actions."""

    ARRANGED = "briefing.arranged"
    WORDED = "briefing.worded"
    CHOSE_CHANGES = "briefing.changes-chosen"
    CHOSE_NEWS = "briefing.news-chosen"
    NOTED_PRIORITY = "briefing.priority-noted"
    PLANNED_STEPS = "briefing.steps-planned"


MEETING_CHANGED, FROZEN = "briefing.meeting-changed", "briefing.frozen"
"""The other audit actions that increment the version of a draft's outline."""


def create_briefing(
    session: Session,
    *,
    year: int,
    meeting_on: date,
    audience: Bilingual,
    by: Actor,
    at: datetime,
    place: Bilingual = EMPTY_TEXT,
    next_year: int | None = None,
    cover: CoverDetails | None = None,
) -> Briefing:
    """Create a briefing on the plan of ``year`` for a meeting; with ``next_year``, it also announces the plan of that year.

    It starts with the slide order, standing texts, free texts, requests and open steps of the previous briefing and, if
    ``cover`` is None, its classification. Raises ``Invalid`` if the meeting is not valid (see ``check_meeting``), and
    ``NotFound`` if a year has no plan.
    """
    plan_id, next_id = _plan_id(session, year), None if next_year is None else _plan_id(session, next_year)
    outline = _carried_over(session, meeting_on)
    outline = outline if cover is None else replace(outline, cover=cover)
    _check_meeting_fits(session, None, meeting_on, audience, place, outline.cover, at)
    made = Briefing(
        id=_unused_id(session),
        plan_id=plan_id,
        next_plan_id=next_id,
        meeting_on=meeting_on,
        audience_en=audience.en,
        audience_fr=audience.fr,
        place_en=place.en,
        place_fr=place.fr,
        outline=Serializer().dump(outline),
        created_at=at,
        created_by=by.id,
    )
    session.add(made)
    try:
        session.flush()
    except IntegrityError as error:
        raise Invalid(("meeting_on", MEETING_DAY_TAKEN)) from error
    after = {"plan": year} | _meeting_data(meeting_on, audience, place, next_year, outline.cover)
    record_event(session, "briefing.created", ("briefing", made.id), by=by, at=at, after=after)
    return made


def change_meeting(
    session: Session,
    id: int,
    *,
    meeting_on: date,
    audience: Bilingual,
    place: Bilingual,
    next_year: int | None,
    expected_version: int,
    by: Actor,
    at: datetime,
    cover: CoverDetails | None = None,
) -> None:
    """Change the meeting of a briefing that has no frozen version yet. If nothing changes, no audit event is recorded.

    Without ``cover``, the agenda item and the classification stay the same.

    Raises the errors of ``create_briefing``, ``NotFound`` if there is no such briefing, ``Invalid`` if it has a frozen
    version, and ``Conflict`` if the draft was changed since ``expected_version``.
    """
    briefing = _locked_briefing(session, id)
    if _last_version_number(session, id) is not None:
        raise Invalid(
            ("meeting_on", Message(N_("A version of this briefing is finalized, so you can no longer change the meeting.")))
        )
    next_id = None if next_year is None else _plan_id(session, next_year)
    outline = Serializer().load(Outline, briefing.outline)
    details = outline.cover if cover is None else cover
    if (meeting_on, audience, place, next_id, details) == (
        briefing.meeting_on,
        briefing.audience,
        briefing.place,
        briefing.next_plan_id,
        outline.cover,
    ):
        return
    _check_version(briefing, expected_version)
    _check_meeting_fits(session, briefing, meeting_on, audience, place, details, at)
    announced = session.scalar(select(WorkPlan.year).where(WorkPlan.id == briefing.next_plan_id))
    before = _meeting_data(briefing.meeting_on, briefing.audience, briefing.place, announced, outline.cover)
    briefing.meeting_on, briefing.audience, briefing.place = meeting_on, audience, place
    briefing.next_plan_id = next_id
    if details != outline.cover:
        briefing.outline = Serializer().dump(replace(outline, cover=details))
    _mark_changed(briefing, by, at)
    session.flush()
    after = _meeting_data(meeting_on, audience, place, next_year, details)
    record_event(session, MEETING_CHANGED, ("briefing", id), by=by, at=at, before=before, after=after)


def delete_briefing(session: Session, id: int, *, expected_version: int, by: Actor, at: datetime) -> None:
    """Delete a briefing that has no frozen version, with the comments on its slides and its preview links.

    Raises ``NotFound`` if there is no such briefing, ``Invalid`` if it has a frozen version, and ``Conflict`` if the draft was
    changed since ``expected_version``.
    """
    briefing = _locked_briefing(session, id)
    if _last_version_number(session, id) is not None:
        raise Invalid(("", Message(N_("A version of this briefing is finalized, so the briefing can no longer be deleted."))))
    _check_version(briefing, expected_version)
    before = _meeting_data(briefing.meeting_on, briefing.audience, briefing.place, None)
    for model in (SlideComment, PreviewLink):
        gone = session.scalars(delete(model).where(model.briefing_id == id).returning(model.id)).all()
        before[model.__tablename__] = sorted(gone)
    session.delete(briefing)
    session.flush()
    record_event(session, "briefing.deleted", ("briefing", id), by=by, at=at, before=before)


def _unused_id(session: Session) -> int | None:
    """Return an id that no briefing ever had, because SQLite can reuse the id of a deleted row; None on PostgreSQL, which does
    not.

    The audit log, links and bookmarks identify a briefing by its id.
    """
    if session.get_bind().dialect.name != "sqlite":
        return None
    used = select(func.max(AuditEvent.subject_id)).where(AuditEvent.subject_kind == "briefing")
    return 1 + max(session.scalar(used) or 0, session.scalar(select(func.max(Briefing.id))) or 0)


def revise_outline(
    session: Session,
    id: int,
    change: Callable[[Outline], Outline],
    outline_change: OutlineChange,
    *,
    expected_version: int,
    by: Actor,
    at: datetime,
    step: str = "",
) -> None:
    """Change the outline of a draft. ``expected_version`` is the outline version that the page showed.

    ``step`` is the editor's step that was saved, if any. The outline marks it as saved for the version that is being prepared.

    If nothing changes, for example if the same form is sent twice, no audit event is recorded. Raises ``NotFound`` if there is
    no such briefing, ``Conflict`` if the draft was changed since ``expected_version``, and ``Invalid`` if the new outline is
    not valid (see ``check_outline``).
    """
    briefing = _locked_briefing(session, id)
    before = Serializer().load(Outline, briefing.outline)
    after = change(before)
    if step:
        after = mark_saved(after, step_mark(step, 1 + (_last_version_number(session, id) or 0)))
    if after == before and expected_version > 0:
        return
    _check_version(briefing, expected_version)
    check_outline(after)
    plain = Serializer()
    stored = plain.dump(after)
    record_event(session, outline_change.value, ("briefing", id), by=by, at=at, before=plain.dump(before), after=stored)
    briefing.outline = stored
    _mark_changed(briefing, by, at)
    session.flush()


def freeze(
    session: Session,
    id: int,
    deck: Deck,
    gaps: Iterable[Bilingual],
    *,
    note: str,
    note_lang: Language | None = None,
    expected_version: int,
    by: Actor,
    at: datetime,
    files: Iterable[DrawnFile] = (),
) -> int:
    """Store this deck as the next version of the briefing, with its rendered files, and return the version's number.

    A frozen version never changes. A file that is not among ``files`` is rendered and stored when it is first downloaded.

    Freezing also revokes the draft's preview links, so the next draft needs new ones. Their ``revoked_at`` equals the
    version's ``frozen_at``, by which ``preview_link`` finds the version.

    ``gaps`` come from the checklist; if there are any, ``note`` must give the reason for freezing the deck anyway, in
    ``note_lang``. Raises ``NotFound`` if there is no such briefing, ``Invalid`` as ``check_freeze`` does, and ``Conflict`` if
    the draft was changed or frozen since the deck was composed.
    """
    briefing = _locked_briefing(session, id)
    _check_version(briefing, expected_version)
    sentences = tuple(gaps)
    number = 1 + (_last_version_number(session, id) or 0)
    if deck.state is not DeckState.VERSION:
        raise ValueError(f"a {deck.state.value} deck cannot be frozen")
    if deck.edition != number:
        raise Conflict(briefing)
    check_freeze(deck, sentences, note, last_frozen=_last_frozen_meeting(session, except_id=id))
    version = FrozenVersion(
        briefing_id=id,
        number=number,
        schema=snapshot.SCHEMA,
        deck=snapshot.write(deck),
        gaps=[[gap.en, gap.fr] for gap in sentences],
        override_note=note if sentences else None,
        override_lang=note_lang.value if sentences and note_lang is not None else None,
        frozen_at=at,
        frozen_by=by.id,
    )
    session.add(version)
    _mark_changed(briefing, by, at)
    session.flush()
    stored = _store(session, version.id, files, at)
    working = update(PreviewLink).where(PreviewLink.briefing_id == id, PreviewLink.revoked_at.is_(None))
    ended = session.scalars(working.values(revoked_at=at).returning(PreviewLink.id)).all()
    summary = {"number": number, "gaps": [[gap.en, gap.fr] for gap in sentences], "note": note if sentences else ""}
    after = {**summary, "links_ended": sorted(ended), "files": _files_for_audit(stored)}
    record_event(session, FROZEN, ("briefing", id), by=by, at=at, after=after)
    return number


def store_files(session: Session, id: int, number: int, files: Iterable[DrawnFile], *, by: Actor, at: datetime) -> int:
    """Store files of a version that was frozen without them, and return how many were not stored before. Stored files never
    change.

    Raises ``NotFound`` if there is no such version.
    """
    version_id = find_version_id(session, id, number)
    stored = _store(session, version_id, files, at)
    if stored:
        after = {"number": number, "files": _files_for_audit(stored)}
        record_event(session, "briefing.files-stored", ("briefing", id), by=by, at=at, after=after)
    return len(stored)


def add_comment(session: Session, id: int, slide: str, text: str, *, lang: Language, by: Actor, at: datetime) -> int:
    """Add a comment to a slide of a draft and return its id.

    Raises ``NotFound`` if there is no such briefing, and ``Invalid`` if the text is missing or too long.
    """
    if session.get(Briefing, id) is None or by.id is None:
        raise NotFound(f"briefing {id}")
    check_comment(text, N_("Enter your comment on this slide."))
    made = SlideComment(briefing_id=id, slide=slide[:40], person_id=by.id, lang=lang, text=text, written_at=at)
    session.add(made)
    session.flush()
    record_event(session, "briefing.commented", ("briefing", id), by=by, at=at, after={"comment": made.id, "slide": slide})
    return made.id


def settle_comment(session: Session, id: int, comment_id: int, *, by: Actor, at: datetime) -> str:
    """Mark a comment as settled, unless it already is, and return the key of its slide.

    Raises ``NotFound`` if there is no such comment.
    """
    stored = locked_comment(session, SlideComment, comment_id, SlideComment.briefing_id == id)
    if stored.settled_at is None:
        stored.settled_at, stored.settled_by = at, by.id
        session.flush()
        record_event(session, "briefing.comment-settled", ("briefing", id), by=by, at=at, after={"comment": comment_id})
    return stored.slide


def delete_comment(session: Session, id: int, comment_id: int, *, by: Actor, at: datetime) -> str:
    """Delete the user's own comment, erase its text and return the key of its slide; deleting it again changes nothing.

    Raises ``NotFound`` if there is no such comment, and ``Forbidden`` if it is another person's.
    """
    own = select(SlideComment.slide).where(SlideComment.id == comment_id, SlideComment.briefing_id == id)
    deleted = own.where(SlideComment.person_id == by.id, SlideComment.deleted_at.is_not(None))
    if (slide := session.scalar(deleted)) is not None:
        return slide
    stored = locked_comment(session, SlideComment, comment_id, SlideComment.briefing_id == id, by)
    stored.text, stored.deleted_at = "", at
    session.flush()
    record_event(session, "briefing.comment-deleted", ("briefing", id), by=by, at=at, after={"comment": comment_id})
    return stored.slide


def record_link_checks(session: Session, id: int, results: Mapping[str, tuple[bool, str]], *, by: Actor, at: datetime) -> None:
    """Store the results of checking the links of a draft, and record who checked them.

    Raises ``NotFound`` if there is no such briefing.
    """
    if session.get(Briefing, id) is None:
        raise NotFound(f"briefing {id}")
    there = {row.url: row for row in session.scalars(select(LinkCheck).where(LinkCheck.url.in_(sorted(results))))}
    for url, (is_reachable, result) in results.items():
        row = there.get(url)
        if row is None:
            session.add(LinkCheck(url=url, checked_at=at, answers=is_reachable, said=result[:120]))
        else:
            row.checked_at, row.answers, row.said = at, is_reachable, result[:120]
    session.flush()
    after = {"links": len(results), "dead": sum(not is_reachable for is_reachable, _result in results.values())}
    record_event(session, "briefing.links-checked", ("briefing", id), by=by, at=at, after=after)


def _store(session: Session, version_id: int, files: Iterable[DrawnFile], at: datetime) -> list[DrawnFile]:
    """Store these files of a version, except those already stored; return the new ones."""
    stored = []
    for file in files:
        row = {name: getattr(file, name) for name in DrawnFile.__dataclass_fields__}
        # The unique constraint refuses a file that is already stored; the savepoint keeps the transaction usable on PostgreSQL.
        try:
            with session.begin_nested():
                session.execute(_STORE, {**row, "version_id": version_id, "sha256": file.sha256, "drawn_at": at})
        except IntegrityError:
            continue
        stored.append(file)
    return stored


_STORE = insert(table(FrozenFile))


def _files_for_audit(files: Iterable[DrawnFile]) -> list[dict[str, str]]:
    """Return the format, language and hash of each file, as the audit log stores them."""
    return [{"format": file.format, "lang": file.lang.value, "sha256": file.sha256} for file in files]


def _locked_briefing(session: Session, id: int) -> Briefing:
    locked = select(Briefing).where(Briefing.id == id).with_for_update()
    briefing = session.scalar(locked.execution_options(populate_existing=True))
    if briefing is None:
        raise NotFound(f"briefing {id}")
    return briefing


def _check_version(briefing: Briefing, expected_version: int) -> None:
    if briefing.outline_version != expected_version:
        raise Conflict(briefing)


def _mark_changed(briefing: Briefing, by: Actor, at: datetime) -> None:
    briefing.outline_version += 1
    briefing.changed_at, briefing.changed_by = at, by.id


def _plan_id(session: Session, year: int) -> int:
    plan_id = session.scalar(select(WorkPlan.id).where(WorkPlan.year == year))
    if plan_id is None:
        raise NotFound(f"plan {year}")
    return plan_id


def _check_meeting_fits(
    session: Session,
    briefing: Briefing | None,
    meeting_on: date,
    audience: Bilingual,
    place: Bilingual,
    cover: CoverDetails,
    at: datetime,
) -> None:
    own_id = None if briefing is None else briefing.id
    other = session.scalar(select(Briefing.id).where(Briefing.meeting_on == meeting_on))
    check_meeting(
        meeting_on,
        audience,
        place,
        today=local_day(at),
        is_day_taken=other is not None and other != own_id,
        last_frozen=_last_frozen_meeting(session, except_id=own_id),
        cover=cover,
    )


def _last_frozen_meeting(session: Session, *, except_id: int | None) -> date | None:
    """Return the day of the latest meeting whose briefing has a frozen version, ignoring the briefing ``except_id``."""
    frozen = select(Briefing.meeting_on).join(FrozenVersion, FrozenVersion.briefing_id == Briefing.id)
    if except_id is not None:
        frozen = frozen.where(Briefing.id != except_id)
    return session.scalar(frozen.order_by(Briefing.meeting_on.desc()).limit(1))


def _last_version_number(session: Session, id: int) -> int | None:
    versions = select(FrozenVersion.number).where(FrozenVersion.briefing_id == id)
    return session.scalar(versions.order_by(FrozenVersion.number.desc()).limit(1))


def _carried_over(session: Session, meeting_on: date) -> Outline:
    """Return the outline carried over from the last briefing before this meeting, or an empty outline if there is none."""
    earlier = select(Briefing.id).where(Briefing.meeting_on < meeting_on).order_by(Briefing.meeting_on.desc()).limit(1)
    id_ = session.scalar(earlier)
    if id_ is None:
        return Outline()
    stored = open_briefing(session, id_)
    decided = stored.baseline.decided if stored.baseline is not None else NO_DECISIONS
    return carry_over(with_decisions(stored.outline, stored.standing_content, decided))


def _meeting_data(
    meeting_on: date, audience: Bilingual, place: Bilingual, next_year: int | None, cover: CoverDetails = NO_DETAILS
) -> dict[str, object]:
    """Return the meeting as audit events store it.

    In a "briefing.meeting-changed" event of release 0.1, "announces" is the id of the announced plan instead of its year.
    """
    details = {"agenda_item": cover.agenda_item, "classification": cover.classification}
    return {
        "meeting_on": meeting_on.isoformat(),
        "audience": [audience.en, audience.fr],
        "place": [place.en, place.fr],
        "announces": next_year,
        **{name: [text.en, text.fr] for name, text in details.items() if text},
    }
