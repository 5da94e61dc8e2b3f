"""The demo's comments from the public, which are fictional: their themes, the published report, and comments that are waiting
for a moderator.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.audit.services import Actor
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.calendar import TORONTO
from cogwg.engagement.coding import Coding, code_comments
from cogwg.engagement.cycles import cycle_row
from cogwg.engagement.entering import EnteredComment, enter_comment
from cogwg.engagement.heard import StatedMethods, methods_fingerprint, state_methods
from cogwg.engagement.masking import masks_of_words
from cogwg.engagement.models import EngagementCycle, PublicComment
from cogwg.engagement.moderating import publish
from cogwg.engagement.scales import Channel, CommentLanguage, Disposition, MaskKind
from cogwg.engagement.themes import ACTIVITY, COMMITMENT, ThemeFacts, add_theme
from cogwg.ogp.models import Commitment
from cogwg.seeding.demo import demo_actor
from cogwg.seeding.plan_2020 import TomlTable, read_seed_file
from cogwg.tracker.publishing_comments import copy_comments
from cogwg.tracker.publishing_heard import finalize_heard, publish_heard


def seed_demo_heard(session: Session, *, up_to: date) -> None:
    """Add the demo's comments, themes and report, unless they exist, if ``up_to`` is on or after the day on which the demo
    publishes the report.
    """
    data = read_seed_file("heard.toml")
    entry = data["report"]
    if entry["published"].date() > up_to or session.scalar(select(PublicComment.id).limit(1)) is not None:
        return
    by = demo_actor(session, entry["by"])
    entered, published = (entry[name].replace(tzinfo=TORONTO).astimezone(UTC) for name in ("entered", "published"))
    moderator = demo_actor(session, entry["moderator"])
    cycle = cycle_row(session, entry["cycle"])
    recorded = set(session.scalars(select(Commitment.identifier)))
    themes = {each["key"]: add_theme(session, cycle, _theme(each, recorded), by=by, at=entered) for each in data["theme"]}
    codings, ids = {}, []
    for each in data["comment"]:
        masked = each.get("phone", "")
        id_ = enter_comment(session, cycle, _comment(each), publish=not masked, by=by, at=entered)
        _mark_sample(session, id_)
        if masked:
            masks = masks_of_words(each["text"], masked, MaskKind.PHONE)
            publish(session, id_, masks=masks, version=1, by=moderator, at=entered)
        codings[id_] = Coding(frozenset(), frozenset(themes[key] for key in each["themes"]))
        ids.append(id_)
    for each in data["waiting"]:
        ids.append(
            id_ := enter_comment(session, cycle_row(session, each["cycle"]), _comment(each), publish=False, by=by, at=entered)
        )
        _mark_sample(session, id_)
    copy_comments(session, ids)
    code_comments(session, cycle, codings, by=by, at=entered)
    stated = StatedMethods(Bilingual(*entry["methods"]), Bilingual(*entry["limits"]), methods_fingerprint(cycle))
    state_methods(session, cycle, stated, by=by, at=entered)
    _publish(session, cycle, published, by)


def _publish(session: Session, cycle: EngagementCycle, at: datetime, by: Actor) -> None:
    session.expire_all()
    publish_heard(session, cycle, finalize_heard(session, cycle, shown=None, by=by, at=at), by=by, at=at)


def _theme(data: TomlTable, recorded: set[str]) -> ThemeFacts:
    """Return the values of a theme. Links to commitments that the database does not have are left out."""
    commitments = (key for key in data.get("commitments", ()) if key in recorded)
    return ThemeFacts(
        title=_text(data, "title"),
        heard=_text(data, "heard"),
        disposition=Disposition(data["disposition"]),
        response=_text(data, "response"),
        links=(*((COMMITMENT, key) for key in commitments), *((ACTIVITY, key) for key in data.get("activities", ()))),
    )


def _comment(data: TomlTable) -> EnteredComment:
    return EnteredComment(
        phase=data["phase"],
        channel=Channel(data["channel"]),
        lang=CommentLanguage(data["language"]),
        text=data["text"],
        received_on=data["day"],
        event=data.get("event", ""),
    )


def _mark_sample(session: Session, id_: int) -> None:
    session.get_one(PublicComment, id_).sample = True
    session.flush()


def _text(data: TomlTable, name: str) -> Bilingual:
    return Bilingual(*data[name]) if name in data else EMPTY_TEXT
