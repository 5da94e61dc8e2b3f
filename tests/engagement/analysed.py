"""A cycle with comments and themes, for tests of the analysis."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.audit.services import SYSTEM
from cogwg.core.bilingual import Bilingual, Language
from cogwg.engagement.coding import Coding, code_comments
from cogwg.engagement.models import EngagementCycle, EngagementPhase, PublicComment
from cogwg.engagement.scales import Channel, CommentLanguage, CommentState, Disposition, RefusalReason, Subject
from cogwg.engagement.themes import ThemeFacts, add_theme
from cogwg.tracker.models import PublishedComment

AT = datetime(2018, 6, 20, 17, tzinfo=UTC)
GIVEN: dict[str, Any] = {"by": SYSTEM, "at": AT}
NAME, EMAIL = "Canary Person", "canary@example.ca"
FIND = ThemeFacts(
    Bilingual("Easy to find", "Facile à trouver"),
    Bilingual("People asked for plain words.", "Des gens ont demandé des mots simples."),
    Disposition.TAKEN_UP,
    Bilingual("Became a commitment.", "Est devenu un engagement."),
)
TEN_DAYS = ThemeFacts(
    Bilingual("Answer in 10 days", "Répondre en 10 jours"),
    Bilingual("Some asked for a shorter limit.", "Certains ont demandé un délai plus court."),
    Disposition.NOT_TAKEN_UP,
    Bilingual("It needs a change of the law.", "Il faudrait modifier la loi."),
)


def add_cycle(session: Session, key: str = "fourth-plan") -> EngagementCycle:
    """Add a cycle with two phases."""
    cycle = EngagementCycle(
        key=key,
        title=Bilingual("Fourth plan", "Quatrième plan"),
        summary=Bilingual("", ""),
        methods=Bilingual("Two people read each comment.", "Deux personnes ont lu chaque commentaire."),
        limits=Bilingual("People chose to take part.", "Les gens ont choisi de participer."),
        changed_at=AT,
    )
    for position, (name, en, fr) in enumerate((("shaping", "Shaping", "Façonner"), ("reviewing", "Reviewing", "Réviser")), 1):
        cycle.phases.append(
            EngagementPhase(
                key=name,
                position=position,
                title=Bilingual(en, fr),
                starts_on=date(2017, 10, 1),
                ends_on=date(2018, 5, 31),
                takes_comments=True,
            )
        )
    session.add(cycle)
    session.flush()
    return cycle


def add_comment(
    session: Session,
    cycle: EngagementCycle,
    text: str = "Use plain words.",
    *,
    phase: int = 0,
    channel: Channel = Channel.ONLINE,
    lang: CommentLanguage = CommentLanguage.ENGLISH,
    state: CommentState = CommentState.PUBLISHED,
    reason: RefusalReason | None = None,
    event: str = "",
) -> PublicComment:
    """Add a comment of a person who gave name and address; if it is published, with its copy."""
    row = PublicComment(
        phase_id=cycle.phases[phase].id,
        about=Subject.PHASE,
        channel=channel,
        event=event,
        lang=lang,
        page_lang=Language.EN,
        text=text,
        name=NAME,
        email=EMAIL,
        received_at=AT,
        state=state,
        reason=reason,
    )
    session.add(row)
    session.flush()
    if state is CommentState.PUBLISHED:
        session.add(copy_of(row, cycle))
        session.flush()
    return row


def copy_of(row: PublicComment, cycle: EngagementCycle) -> PublishedComment:
    """Return what readers see of a comment without masks."""
    return PublishedComment(
        id=row.id,
        cycle=cycle.key,
        phase=next(phase.key for phase in cycle.phases if phase.id == row.phase_id),
        about=row.about.value,
        channel=row.channel.value,
        event=row.event,
        lang=row.lang.value,
        text=row.text,
        name=row.name,
        received_on=AT.date(),
        published_at=AT,
        revision=row.id,
    )


def add_analysis(session: Session, key: str = "fourth-plan") -> EngagementCycle:
    """Add a cycle with seven comments, five of them published and four of these in two themes."""
    cycle = add_cycle(session, key)
    first, second, third, fourth, _uncoded = (
        add_comment(session, cycle, "Use plain words."),
        add_comment(session, cycle, "Moins de clics.", lang=CommentLanguage.FRENCH, phase=1),
        add_comment(session, cycle, "Fewer clicks.", channel=Channel.IN_PERSON, event="Halifax, March 8, 2018"),
        add_comment(session, cycle, "Answer in 10 days.", channel=Channel.EMAIL),
        add_comment(session, cycle, "Thank you.", channel=Channel.IN_PERSON, event="Iqaluit, April 4, 2018"),
    )
    add_comment(session, cycle, "Buy now!", state=CommentState.REFUSED, reason=RefusalReason.ADVERTISING)
    add_comment(session, cycle, "Not read yet.", state=CommentState.WAITING)
    add_comment(session, cycle, "I changed my mind.", state=CommentState.WITHDRAWN)
    find, ten_days = (add_theme(session, cycle, facts, **GIVEN) for facts in (FIND, TEN_DAYS))
    code(session, cycle, {first.id: [find], second.id: [find], third.id: [find, ten_days], fourth.id: [ten_days]})
    session.expire_all()
    return cycle


def code(session: Session, cycle: EngagementCycle, themes: dict[int, list[int]]) -> None:
    """Put comments that are in no theme into these."""
    code_comments(session, cycle, {id_: Coding(frozenset(), frozenset(own)) for id_, own in themes.items()}, **GIVEN)


def cycle_of(session: Session, key: str = "fourth-plan") -> EngagementCycle:
    return session.scalars(select(EngagementCycle).where(EngagementCycle.key == key)).one()
