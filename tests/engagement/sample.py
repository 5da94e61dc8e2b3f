"""A cycle with an open and a closed phase, and comments on it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from cogwg.accounts.tokens import hash_token
from cogwg.core.bilingual import Bilingual, Language
from cogwg.engagement.comment_rules import CommentDraft
from cogwg.engagement.commenting import send_comment
from cogwg.engagement.models import EngagementCycle, EngagementPhase, PublicComment

AT = datetime(2020, 8, 14, 15, 0, tzinfo=UTC)
TODAY = date(2020, 8, 14)
TEXT = "The plan should say who answers for each milestone."
CYCLE, OPEN, CLOSED, SILENT = "fifth-plan", "ideas", "priorities", "launch"


def add_cycle(session: Session, *, at: datetime = AT, most_per_network: int = 20) -> EngagementCycle:
    """Add a cycle with a phase that is open on ``TODAY``, one that was over before, and an open one without a form."""
    cycle = EngagementCycle(key=CYCLE, title_en="Creating the fifth plan", title_fr="Créer le cinquième plan", changed_at=at)
    open_from, shared = date(2020, 8, 1), {"takes_comments": True, "most_per_network": most_per_network}
    titles = (Bilingual("Ideas", "Idées"), Bilingual("Priorities", "Priorités"), Bilingual("Launch", "Lancement"))
    dates: tuple[dict[str, Any], ...] = (
        {"key": OPEN, "starts_on": open_from, "ends_on": date(2020, 10, 31), **shared},
        {"key": CLOSED, "starts_on": date(2020, 3, 1), "ends_on": date(2020, 6, 30), **shared},
        {"key": SILENT, "starts_on": open_from, "ends_on": None},
    )
    for position, (title, values) in enumerate(zip(titles, dates, strict=True), start=1):
        cycle.phases.append(EngagementPhase(position=position, title_en=title.en, title_fr=title.fr, **values))
    session.add(cycle)
    session.flush()
    return cycle


def add_comment(
    session: Session, cycle: EngagementCycle, text: str = TEXT, *, secret: str = "s", **facts: Any
) -> PublicComment:
    """Send a comment to the open phase, with the private link of this secret."""
    sent = send_comment(
        session,
        cycle.phases[0],
        CommentDraft(text, **facts),
        page_lang=Language.EN,
        stamp=hash_token(f"stamp {secret}"),
        link_hash=hash_token(secret),
        today=TODAY,
        at=AT,
    )
    return session.get_one(PublicComment, sent.id)
