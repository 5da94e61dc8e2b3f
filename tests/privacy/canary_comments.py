"""An engagement cycle whose comments have canaries wherever data of their authors can be kept, for tests."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Person
from cogwg.accounts.unsaved_text import ControlKind, ControlState, keep_unsaved_text
from cogwg.audit.services import SYSTEM
from cogwg.core.bilingual import Language
from cogwg.core.calendar import real_now
from cogwg.engagement.models import EngagementCycle, EngagementPhase, PublicComment
from cogwg.engagement.scales import Channel, CommentLanguage, CommentState, RefusalReason, Subject
from cogwg.imports.models import Upload
from cogwg.imports.rules import UploadKind, UploadVerdict
from cogwg.mail.services import claim_due_messages, enqueue, mark_sent
from cogwg.tracker.models import PublishedComment
from tests.mail.test_outbox import make_email

SENT_AT = datetime(2020, 8, 10, 15, tzinfo=UTC)
COMPLETED_ON = date(2020, 9, 1)
LAST_KEPT_DAY, FIRST_DAY_WITHOUT = date(2022, 2, 28), date(2022, 3, 1)
CYCLE, PHASE = "canary-plan", "canary-drafting"
NAME, ADDRESS = "Zoé Piafcanari", "zoe.piafcanari@author.example"
WORDS = ("piafcanari", hashlib.sha256(b"piafcanari-link").hexdigest(), hashlib.sha256(b"piafcanari-stamp").hexdigest())
"""What must be nowhere after a purge: part of the name, of the address and of each text, and the hashes of link and stamp."""
PUBLIC_TEXT = "Publish the data every month. Ask [phone number removed] about it."


def add_cycle(session: Session, key: str = CYCLE, completed_on: date | None = COMPLETED_ON) -> EngagementPhase:
    cycle = EngagementCycle(
        key=key, title_en="A sample cycle", title_fr="Un cycle d’exemple", completed_on=completed_on, changed_at=SENT_AT
    )
    phase = EngagementPhase(
        cycle=cycle, key=PHASE, position=1, title_en="Drafting", title_fr="Rédaction", starts_on=date(2020, 8, 1), ends_on=None
    )
    session.add(cycle)
    session.flush()
    return phase


def add_comment(session: Session, phase: EngagementPhase, state: CommentState, number: int = 0) -> PublicComment:
    """Add a comment in a state, with a canary in each of its texts; a published one has a mask over that in its text."""
    text, masked = "Publish the data every month. Ask 613-555-0199 piafcanari about it.", "613-555-0199 piafcanari"
    start = text.index(masked)
    comment = PublicComment(
        phase_id=phase.id,
        about=Subject.PHASE,
        channel=Channel.ONLINE,
        lang=CommentLanguage.ENGLISH,
        page_lang=Language.EN,
        text=text,
        masks=[[start, start + len(masked), "phone"]] if state is CommentState.PUBLISHED else [],
        name=NAME,
        email=ADDRESS if number == 0 else f"{number}.{ADDRESS}",
        link_hash=WORDS[1] if number == 0 else f"{number:04}{WORDS[1]}"[:64],
        stamp=WORDS[2] if number == 0 else f"{number:04}{WORDS[2]}"[:64],
        received_at=SENT_AT,
        state=state,
        reason=RefusalReason.OTHER if state in (CommentState.REFUSED, CommentState.APPEALED) else None,
        note="Not about this phase, Ms. Piafcanari." if state is not CommentState.PUBLISHED else "",
        appeal="I, Piafcanari, ask again." if state is CommentState.APPEALED else "",
    )
    session.add(comment)
    session.flush()
    if state is CommentState.PUBLISHED:
        session.add(
            PublishedComment(
                id=comment.id,
                cycle=phase.cycle.key,
                phase=phase.key,
                about="phase",
                channel="online",
                lang="en",
                text=PUBLIC_TEXT,
                name=NAME,
                received_on=SENT_AT.date(),
                published_at=SENT_AT,
                revision=0,
            )
        )
    session.flush()
    return comment


def add_canary_comments(session: Session, completed_on: date | None = COMPLETED_ON) -> list[int]:
    """Add a cycle with a published, a refused and an appealed comment of an author, and all that other tables keep of them.

    Return the numbers of the comments.
    """
    phase = add_cycle(session, completed_on=completed_on)
    states = (CommentState.PUBLISHED, CommentState.REFUSED, CommentState.APPEALED, CommentState.WAITING)
    comments = [add_comment(session, phase, state, number) for number, state in enumerate(states)]
    now = real_now()
    person_id = session.scalars(select(Person.id)).first()
    assert person_id is not None
    upload = Upload(
        person_id=person_id,
        kind=UploadKind.COMMENTS,
        scope=CYCLE,
        file_name="From Piafcanari.csv",
        sha256="0" * 64,
        size=10,
        uploaded_at=SENT_AT,
        verdict=UploadVerdict.READ,
        expires_at=now + timedelta(days=1),
        content=b"Zo\xc3\xa9 Piafcanari",
        preview={"name": NAME},
        payload={"name": NAME},
    )
    session.add(upload)
    session.flush()
    comments[1].upload_id = upload.id
    for state in ("sent", "waiting"):
        email = make_email(
            f"canary-{state}",
            address=ADDRESS.upper(),
            subject=f"Your comment, {NAME}",
            text=f"Dear {NAME}",
            html=f"<p>{NAME}</p>",
        )
        enqueue(session, email, by=SYSTEM, at=now, now=now)
        if state == "sent":
            (message,) = [each for each in claim_due_messages(session, now=now, limit=100) if each.key == email.key]
            mark_sent(session, message, now=now)
    other = make_email("to-a-moderator", text=f"<{ADDRESS}> wrote.", html=f"<p>{ADDRESS}</p>")
    enqueue(session, other, by=SYSTEM, at=now, now=now)
    typed = [ControlState(ControlKind.TEXT, "reason", f"Write to {ADDRESS}")]
    keep_unsaved_text(session, person_id, f"moderation:{comments[0].id}", "", typed, now=now)
    session.flush()
    return [comment.id for comment in comments]
