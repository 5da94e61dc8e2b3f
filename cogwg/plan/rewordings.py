"""Activities that were reworded after their plan was adopted: a report may have been written for an earlier wording."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.audit.models import AuditEvent
from cogwg.core.bilingual import Bilingual, Language, LocalizedText
from cogwg.core.db import execute_core, table

REWORDED = "activity.reworded"


@dataclass(frozen=True, slots=True)
class Wording:
    """The title and the text of an activity."""

    title: Bilingual
    text: Bilingual


@dataclass(frozen=True, slots=True)
class Rewording:
    """One change to an activity's wording, or several combined, from ``was`` to ``now``. ``at`` is the time of the last
    change.
    """

    at: datetime
    was: Wording
    now: Wording

    def earlier_texts(self, lang: Language | str) -> tuple[LocalizedText, ...]:
        """Return the earlier title and text if they changed: in this language or, if neither changed in it, in the
        other one.
        """
        for language in (Language(lang), Language(lang).other):
            pairs = ((self.was.title, self.now.title), (self.was.text, self.now.text))
            texts = [was.exact_text(language) for was, now in pairs if was.exact_text(language) != now.exact_text(language)]
            if written := tuple(LocalizedText(text, language) for text in texts if text):
                return written
        return ()


def rewording_from_event(at: datetime, before: Mapping[str, Any], after: Mapping[str, Any]) -> Rewording:
    """Return the rewording that an audit event recorded."""
    was, now = (Wording(Bilingual(*values["title"]), Bilingual(*values["text"])) for values in (before, after))
    return Rewording(at, was, now)


def combined(rewordings: Sequence[Rewording]) -> Rewording | None:
    """Combine successive rewordings, oldest first, into one; None if there are none, or if the wording is again what it was."""
    if not rewordings or rewordings[0].was == rewordings[-1].now:
        return None
    return replace(rewordings[-1], was=rewordings[0].was)


def rewordings_since(session: Session, since: Mapping[int, datetime | None]) -> dict[int, Rewording]:
    """Return how activities were reworded after the times in ``since``, by activity id; a time of None stands for the plan's
    adoption.

    Runs one SQL statement.
    """
    changed: dict[int, list[Rewording]] = {}
    for row in execute_core(session, _statement(since.keys())):
        rewording = rewording_from_event(row.at, row.before, row.after)
        after = since[row.subject_id]
        if after is None or rewording.at > after:
            changed.setdefault(row.subject_id, []).append(rewording)
    whole = {id_: combined(rewordings) for id_, rewordings in changed.items()}
    return {id_: rewording for id_, rewording in whole.items() if rewording is not None}


def _statement(activity_ids: Collection[int]) -> Any:
    event = table(AuditEvent)
    about = event.c.subject_kind == "activity", event.c.subject_id.in_(tuple(activity_ids))
    columns = (event.c[name] for name in ("subject_id", "at", "before", "after"))
    return select(*columns).where(*about, event.c.action == REWORDED).order_by(event.c.id)
