"""Commands on the themes of challenges: rename a theme, and merge one into another. Finalized decks keep the names that they
show.

A theme has no row of its own: it is a text that several challenges share, and it is identified by the id of one of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.audit.services import Actor, record_event
from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import N_, Invalid, Message
from cogwg.core.text_states import without_stale
from cogwg.reporting.models import Challenge
from cogwg.reporting.news.changes import mark_changed
from cogwg.reporting.news.queries import challenge, themes
from cogwg.reporting.news.rules import check_theme_name

_CHANGED = Message(N_("This theme was changed while the page was open. The page now shows the current name. Try again."))


def rename_theme(session: Session, id_: int, name: Bilingual, *, expected_theme: Bilingual, by: Actor, at: datetime) -> int:
    """Rename the theme of this challenge in every challenge with that theme; return the number of changed challenges.

    Raises ``NotFound`` if there is no such challenge, and ``Invalid`` if the theme is no longer ``expected_theme``, if the new
    name is empty or too long, or if another theme already has that name (the two can be merged).
    """
    check_theme_name(name, [theme for theme in themes(session) if theme != expected_theme])
    return _change_theme(session, id_, name, "theme.renamed", expected_theme=expected_theme, by=by, at=at)


def merge_theme(session: Session, id_: int, into_id: int, *, expected_theme: Bilingual, by: Actor, at: datetime) -> int:
    """Merge the theme of this challenge into that of the challenge ``into_id``, in every challenge with this theme.

    Return the number of changed challenges. Raises ``NotFound`` if there is no such challenge, and ``Invalid`` if the theme is
    no longer ``expected_theme``.
    """
    target = challenge(session, into_id).theme
    return _change_theme(session, id_, target, "theme.merged", expected_theme=expected_theme, by=by, at=at)


def _change_theme(
    session: Session, id_: int, theme: Bilingual, action: str, *, expected_theme: Bilingual, by: Actor, at: datetime
) -> int:
    rows = _locked_rows(session, expected_theme)
    if challenge(session, id_).theme != expected_theme or not rows:
        raise Invalid(("", _CHANGED))
    if theme == expected_theme:
        return 0
    for row in rows:
        row.theme = theme
        row.stale = without_stale(row.stale, "theme")
        mark_changed(row, by, at)
    session.flush()
    before, after = ({"theme": [text.en, text.fr]} for text in (expected_theme, theme))
    ids = {"challenges": [row.id for row in rows]}
    record_event(session, action, ("challenge", id_), by=by, at=at, before=before, after={**after, **ids})
    return len(rows)


def _locked_rows(session: Session, theme: Bilingual) -> list[Challenge]:
    """Return the challenges with this theme, including withdrawn ones.

    They are locked in the order of their ids, because a fixed order avoids deadlocks.
    """
    same_theme = select(Challenge).where(Challenge.theme == theme).order_by(Challenge.id).with_for_update()
    rows: Iterable[Challenge] = session.scalars(same_theme.execution_options(populate_existing=True))
    return list(rows)
