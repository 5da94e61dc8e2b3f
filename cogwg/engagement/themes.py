"""Commands on the themes of a cycle's comments, with their dispositions: add, change, merge and remove them.

Each checks its input, makes the change, records one audit event with the changed values, and flushes; none commits.
``version`` is the version that the form showed: if the theme was changed since, a command raises ``Conflict`` with the theme
as it is stored.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cogwg.audit.services import Actor, record_event
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.errors import N_, Conflict, Invalid, Message, NotFound
from cogwg.core.stale_columns import confirm_texts
from cogwg.core.text_limits import bilingual_length_problems
from cogwg.engagement.models import CommentTheme, EngagementCycle, EngagementTheme
from cogwg.engagement.scales import Disposition
from cogwg.ogp.models import Commitment
from cogwg.plan.models import Activity, Priority, WorkPlan

COMMITMENT, ACTIVITY = "commitment", "activity"
"""The kinds of items that a theme can lead to."""
TITLE_LIMIT = 200
LINK_LIMIT = 20
"""The most commitments and activities that a theme can lead to."""
NOTHING_CHANGED = N_("Nothing was changed. Change something, then save.")
_ACTIVITY_KEY = re.compile(r"(20\d\d)/(\d{1,2}\.\d{1,2})")


@dataclass(frozen=True, slots=True)
class ThemeFacts:
    """All stored values of a theme. Each of ``links`` is ``(kind, key)``: a commitment's identifier, or an activity as
    "2020/5.2".
    """

    title: Bilingual
    heard: Bilingual = EMPTY_TEXT
    disposition: Disposition | None = None
    response: Bilingual = EMPTY_TEXT
    links: tuple[tuple[str, str], ...] = ()


def facts_of(theme: EngagementTheme) -> ThemeFacts:
    """Return the stored values of a theme."""
    links = tuple((kind, key) for kind, key in theme.links)
    return ThemeFacts(theme.title, theme.heard, theme.disposition, theme.response, links)


def find_theme(session: Session, cycle: EngagementCycle, id_: int, *, lock: bool = False) -> EngagementTheme:
    """Return the theme of a cycle with this id, locked if ``lock``. Raises ``NotFound`` if there is none."""
    asked = select(EngagementTheme).where(EngagementTheme.id == id_, EngagementTheme.cycle_id == cycle.id)
    theme = session.scalar(asked.with_for_update() if lock else asked)
    if theme is None:
        raise NotFound(f"theme {id_}")
    if lock:
        session.refresh(theme)
    return theme


def add_theme(session: Session, cycle: EngagementCycle, facts: ThemeFacts, *, by: Actor, at: datetime) -> int:
    """Add a theme to a cycle; return its id. Raises ``Invalid`` for invalid values."""
    _check(session, cycle, facts)
    last = session.scalar(select(func.max(EngagementTheme.position)).where(EngagementTheme.cycle_id == cycle.id)) or 0
    theme = EngagementTheme(cycle_id=cycle.id, position=last + 1)
    _store(theme, facts)
    session.add(theme)
    session.flush()
    after = {"engagement": cycle.key, **theme_values(facts)}
    record_event(session, "engagement-theme.added", ("engagement-theme", theme.id), by=by, at=at, after=after)
    return theme.id


def change_theme(
    session: Session,
    cycle: EngagementCycle,
    id_: int,
    facts: ThemeFacts,
    *,
    version: int,
    still_right: Collection[str] = (),
    by: Actor,
    at: datetime,
) -> int:
    """Change a theme; return the id of the audit event.

    ``still_right`` are the names of stale texts whose translation was confirmed. Raises ``NotFound``, ``Conflict``, and
    ``Invalid`` for invalid values, or if nothing would change.
    """
    theme = find_theme(session, cycle, id_, lock=True)
    if theme.version != version:
        raise Conflict(theme)
    _check(session, cycle, facts, id_)
    before, after = theme_values(facts_of(theme)), theme_values(facts)
    changed = [name for name in after if before[name] != after[name]]
    if changed:
        _store(theme, facts)
        theme.version += 1
    confirmed = confirm_texts(session, theme, still_right)
    if not changed and not confirmed:
        raise Invalid(("", Message(NOTHING_CHANGED)))
    session.flush()
    subject, named = ("engagement-theme", id_), {"still_right": confirmed} if confirmed else {}
    if not changed:
        return record_event(session, "engagement-theme.confirmed", subject, by=by, at=at, after=named)
    before, after = ({name: values[name] for name in changed} for values in (before, after))
    after |= named
    return record_event(session, "engagement-theme.changed", subject, by=by, at=at, before=before, after=after)


def merge_theme(session: Session, cycle: EngagementCycle, id_: int, into: int, *, version: int, by: Actor, at: datetime) -> int:
    """Move the comments of a theme into another theme, and remove it; return how many comments were not in the other theme
    before.

    The texts of the other theme stay as they are; the audit event keeps those of the removed one. Raises ``NotFound`` if the
    cycle has no such theme, ``Conflict``, and ``Invalid`` if both are the same theme.
    """
    theme = find_theme(session, cycle, id_, lock=True)
    if theme.version != version:
        raise Conflict(theme)
    if id_ == into:
        raise Invalid(("into", Message(N_("Choose another theme."))))
    target = find_theme(session, cycle, into, lock=True)
    there = set(session.scalars(select(CommentTheme.comment_id).where(CommentTheme.theme_id == into)))
    moved = 0
    for coded in session.scalars(select(CommentTheme).where(CommentTheme.theme_id == id_)).all():
        if coded.comment_id not in there:
            session.add(
                CommentTheme(comment_id=coded.comment_id, theme_id=into, coded_by=coded.coded_by, coded_at=coded.coded_at)
            )
            moved += 1
        session.delete(coded)
    before = theme_values(facts_of(theme))
    target.version += 1
    session.flush()
    session.expire(cycle, ["themes"])
    session.delete(theme)
    session.flush()
    after = {"engagement": cycle.key, "into": into, "comments": moved}
    record_event(session, "engagement-theme.merged", ("engagement-theme", id_), by=by, at=at, before=before, after=after)
    return moved


def remove_theme(session: Session, cycle: EngagementCycle, id_: int, *, version: int, by: Actor, at: datetime) -> int:
    """Remove a theme without comments; return the id of the audit event.

    Raises ``NotFound``, ``Conflict``, and ``Invalid`` if the theme has comments.
    """
    theme = find_theme(session, cycle, id_, lock=True)
    if theme.version != version:
        raise Conflict(theme)
    if session.scalar(select(CommentTheme.comment_id).where(CommentTheme.theme_id == id_).limit(1)) is not None:
        sentence = N_("This theme has comments, so it cannot be removed. Merge it into another theme instead.")
        raise Invalid(("", Message(sentence)))
    before = theme_values(facts_of(theme))
    session.expire(cycle, ["themes"])
    session.delete(theme)
    session.flush()
    return record_event(session, "engagement-theme.removed", ("engagement-theme", id_), by=by, at=at, before=before)


def theme_values(facts: ThemeFacts) -> dict[str, Any]:
    """Return the values of a theme as the audit log stores them."""
    return {
        "title": [facts.title.en, facts.title.fr],
        "heard": [facts.heard.en, facts.heard.fr],
        "disposition": facts.disposition.value if facts.disposition else "",
        "response": [facts.response.en, facts.response.fr],
        "links": [list(link) for link in facts.links],
    }


def _store(theme: EngagementTheme, facts: ThemeFacts) -> None:
    theme.title, theme.heard, theme.response = facts.title, facts.heard, facts.response
    theme.disposition, theme.links = facts.disposition, [list(link) for link in facts.links]


def _check(session: Session, cycle: EngagementCycle, facts: ThemeFacts, id_: int | None = None) -> None:
    problems: list[tuple[str, Message]] = []
    if not facts.title:
        problems.append(("title_en", Message(N_("Enter the title of the theme, in English, in French or in both."))))
    problems += bilingual_length_problems("title", facts.title, TITLE_LIMIT)
    for name in ("heard", "response"):
        problems += bilingual_length_problems(name, getattr(facts, name))
    titles = {text for text in (facts.title.en, facts.title.fr) if text}
    others = session.scalars(
        select(EngagementTheme).where(EngagementTheme.cycle_id == cycle.id, EngagementTheme.id != (id_ or 0))
    )
    if any(titles & {other.title.en, other.title.fr} for other in others):
        sentence = N_("There is already a theme with this title. Enter another title, or merge the two themes.")
        problems.append(("title_en", Message(sentence)))
    problems += _link_problems(session, facts.links)
    if problems:
        raise Invalid(*problems)


def _link_problems(session: Session, links: Iterable[tuple[str, str]]) -> Iterator[tuple[str, Message]]:
    known = dict.fromkeys(links)
    if len(known) > LINK_LIMIT:
        yield "commitments", Message(N_("Enter at most %(limit)s commitments and activities in total."), {"limit": LINK_LIMIT})
    identifiers = [key for kind, key in known if kind == COMMITMENT]
    recorded = set(session.scalars(select(Commitment.identifier).where(Commitment.identifier.in_(identifiers))))
    for key in identifiers:
        if key not in recorded:
            yield "commitments", Message(N_("There is no commitment %(key)s. Correct the identifier."), {"key": key})
    activities = [key for kind, key in known if kind == ACTIVITY]
    there = _activities(session) if activities else set()
    for key in activities:
        if not _ACTIVITY_KEY.fullmatch(key) or key not in there:
            sentence = N_("There is no activity %(key)s. Write the year of its plan and its code, such as 2020/5.2.")
            yield "activities", Message(sentence, {"key": key})


def _activities(session: Session) -> set[str]:
    """Return the activities of all plans, in the form in which links refer to them."""
    asked = (
        select(WorkPlan.year, Activity.code)
        .join(Priority, Priority.plan_id == WorkPlan.id)
        .join(Activity, Activity.priority_id == Priority.id)
    )
    return {f"{year}/{code}" for year, code in session.execute(asked)}
