"""What the group told by a day, as a deck may tell it: its members by kind, milestones, and challenges that still stand.

One statement whatever the size, for readers who need all of it (a briefing). Knows nothing of decks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import CompoundSelect, Date, Integer, String, and_, bindparam, literal, null, select, union_all
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction, Kind
from cogwg.audit.models import Event
from cogwg.core.bilingual import Bilingual
from cogwg.core.db import Instant, send, table
from cogwg.reporting.models import Challenge, ChallengeJurisdiction, ChallengeState, Milestone, MilestoneLink
from cogwg.reporting.queries import ChallengeFacts, MilestoneFacts
from cogwg.reporting.rules import Link

_MEMBER, _CHALLENGE = "member", "challenge"


@dataclass(frozen=True, slots=True)
class Told:
    """The group's jurisdictions, counted by kind; its milestones in the order they were told; its challenges in that of
    their source, without those that are resolved. What was withdrawn is in neither.

    ``told_at`` is the instant, by the trace, of each milestone that did not come with the record.
    """

    kinds: Mapping[Kind, int]
    milestones: tuple[MilestoneFacts, ...]
    challenges: tuple[ChallengeFacts, ...]
    told_at: Mapping[int, datetime]


def told(session: Session, *, by: date) -> Told:
    """What the group told by the end of a day; one statement."""
    kinds: dict[str, Kind] = {}
    news: dict[int, tuple[Any, list[Link]]] = {}
    held: dict[int, tuple[Any, list[Any]]] = {}
    for row in send(session, _statement(), {"by": by}).all():
        if row.told == _CHALLENGE:
            raisers = held.setdefault(row.id, (row, []))[1]
            if row.jurisdiction is not None:
                raisers.append(row)
            continue
        kinds[row.jurisdiction] = Kind(row.code)
        if row.id is not None:
            links = news.setdefault(row.id, (row, []))[1]
            if row.url is not None:
                links.append(Link(row.url, Bilingual(row.label_en, row.label_fr)))
    return Told(
        Counter(kinds.values()),
        tuple(_milestone(row, tuple(links)) for row, links in news.values()),
        tuple(_challenge(row, raisers) for row, raisers in held.values()),
        {id_: row.at for id_, (row, _links) in news.items() if row.at is not None},
    )


def _milestone(row: Any, links: tuple[Link, ...]) -> MilestoneFacts:
    name, text = Bilingual(row.name_en, row.name_fr), Bilingual(row.text_en, row.text_fr)
    return MilestoneFacts(row.id, name, row.jurisdiction, text, bool(row.yes), row.on, links)


def _challenge(row: Any, raisers: list[Any]) -> ChallengeFacts:
    """``label`` is the theme here, ``code`` the state, and ``yes`` says that the jurisdiction may be named."""
    named = tuple(Bilingual(one.name_en, one.name_fr) for one in raisers if one.yes)
    theme, text = Bilingual(row.label_en, row.label_fr), Bilingual(row.text_en, row.text_fr)
    return ChallengeFacts(row.id, theme, text, ChallengeState(row.code), row.on, len(raisers), named)


@cache
def _statement() -> CompoundSelect[*tuple[Any, ...]]:
    """A row for each source of a milestone, for each jurisdiction without one, and for each that meets a challenge."""
    jurisdiction, milestone, link = map(table, (Jurisdiction, Milestone, MilestoneLink))
    challenge, raised, event = map(table, (Challenge, ChallengeJurisdiction, Event))
    no_number, by = null().cast(Integer), bindparam("by", type_=Date())
    who = [jurisdiction.c.code.label("jurisdiction"), jurisdiction.c.name_en, jurisdiction.c.name_fr]
    of_milestone = and_(event.c.subject_kind == "milestone", event.c.subject_id == milestone.c.id)
    own = and_(milestone.c.jurisdiction_id == jurisdiction.c.id, milestone.c.withdrawn_at.is_(None))
    members = select(
        literal(_MEMBER).label("told"),
        no_number.label("rank"),
        milestone.c.id.label("id"),
        link.c.position.label("place"),
        *who,
        jurisdiction.c.kind.cast(String).label("code"),
        milestone.c.text_en,
        milestone.c.text_fr,
        milestone.c.under_way.label("yes"),
        milestone.c.reported_on.label("on"),
        link.c.url,
        link.c.label_en,
        link.c.label_fr,
        event.c.at,
    ).select_from(
        jurisdiction.outerjoin(milestone, and_(own, milestone.c.reported_on <= by))
        .outerjoin(link, link.c.milestone_id == milestone.c.id)
        .outerjoin(event, and_(of_milestone, event.c.action == "milestone.added"))
    )
    challenges = (
        select(
            literal(_CHALLENGE),
            challenge.c.position,
            challenge.c.id,
            no_number,
            *who,
            challenge.c.state.cast(String),
            challenge.c.text_en,
            challenge.c.text_fr,
            raised.c.may_be_named,
            challenge.c.reported_on,
            null().cast(String),
            challenge.c.theme_en,
            challenge.c.theme_fr,
            null().cast(Instant()),
        )
        .select_from(
            challenge.outerjoin(raised, raised.c.challenge_id == challenge.c.id).outerjoin(
                jurisdiction, jurisdiction.c.id == raised.c.jurisdiction_id
            )
        )
        .where(challenge.c.state != ChallengeState.RESOLVED, challenge.c.withdrawn_at.is_(None), challenge.c.reported_on <= by)
    )
    return union_all(members, challenges).order_by("told", "rank", "id", "place", "jurisdiction")
