"""A cycle with comments from the public, moderators and an analyst, for tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from cogwg.accounts.models import Role
from cogwg.audit.services import Actor
from cogwg.core.bilingual import Bilingual, Language
from cogwg.engagement.models import EngagementCycle, EngagementPhase, EngagementTheme, LegalHold, PublicComment
from cogwg.engagement.scales import Channel, CommentLanguage, CommentState, Subject
from tests.ogp.assessors import AT, add_person

CYCLE, REVIEWING, DRAFTING = "test-plan", "reviewing", "drafting"


@dataclass(frozen=True)
class Moderation:
    """The ids of a cycle's phases, and of those who moderate."""

    cycle: int
    reviewing: int
    drafting: int
    moderator: Actor
    second: Actor


def add_cycle(session: Session, key: str = CYCLE) -> EngagementCycle:
    """Add a cycle with two phases that overlap."""
    cycle = EngagementCycle(key=key, title_en="Fourth plan", title_fr="Quatrième plan", changed_at=AT)
    for position, (name, title) in enumerate(((DRAFTING, ("Drafting", "Rédaction")), (REVIEWING, ("Reviewing", "Examen"))), 1):
        cycle.phases.append(
            EngagementPhase(
                key=name,
                position=position,
                title=Bilingual(*title),
                starts_on=date(2020, 9, 1),
                ends_on=date(2020, 10, 31),
                takes_comments=True,
            )
        )
    session.add(cycle)
    session.flush()
    return cycle


def add_moderation(session: Session) -> Moderation:
    """Add a cycle, and two moderators who may do nothing else."""
    cycle = add_cycle(session)
    drafting, reviewing = (phase.id for phase in cycle.phases)
    people = (Actor("person", add_person(session, name, Role.MODERATOR)) for name in ("moderating", "seconding"))
    return Moderation(cycle.id, reviewing, drafting, *people)


def add_queued_comment(session: Session) -> dict[str, int]:
    """Add a cycle with moderators, an analyst, comments, themes and a legal hold; return ids by their names in addresses."""
    moderation = add_moderation(session)
    analyst = add_person(session, "analysing", Role.ANALYST)
    hold = LegalHold(phase_id=moderation.drafting, reason="It was ordered.", placed_at=AT)
    themes = [
        EngagementTheme(cycle_id=moderation.cycle, position=position, title_en=title, title_fr=title)
        for position, title in enumerate(("Data", "Contracts"), 1)
    ]
    session.add_all([hold, *themes])
    entered = add_comment(session, moderation.drafting, "Said at a meeting.", entered_by=analyst)
    queued = add_comment(session, moderation.reviewing, "Publish contracts too.")
    return {
        "queued_comment": queued.id,
        "entered_comment": entered.id,
        "legal_hold": hold.id,
        "heard_theme": themes[0].id,
        "other_theme": themes[1].id,
    }


def add_comment(session: Session, phase_id: int, text: str, minutes: int = 0, **values: Any) -> PublicComment:
    """Add a comment that waits to be moderated, which came this many minutes after noon of the demo's day."""
    usual = {
        "about": Subject.PHASE,
        "channel": Channel.ONLINE,
        "lang": CommentLanguage.ENGLISH,
        "page_lang": Language.EN,
        "received_at": AT - timedelta(days=2) + timedelta(minutes=minutes),
        "state": CommentState.WAITING,
        "sample": True,
    }
    comment = PublicComment(phase_id=phase_id, text=text, **{**usual, **values})
    session.add(comment)
    session.flush()
    return comment
