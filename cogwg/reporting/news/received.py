"""Translations stored from a file: the record of what was stored, and the commands that undo it.

``is_allowed`` decides whether the user may act for one of the given jurisdictions. None of these commands commits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.audit.queries import latest_event
from cogwg.audit.services import Actor, record_event
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.errors import Forbidden, NotFound
from cogwg.core.text_states import StaleTexts
from cogwg.reporting.models import Challenge, TranslationOrder
from cogwg.reporting.news.changes import NewsPermission, lock_news, mark_changed
from cogwg.reporting.news.kinds import MILESTONES, Draft, NewsKind, Row
from cogwg.reporting.news.queries import challenge, jurisdictions_sharing_theme
from cogwg.reporting.news.untranslated import TranslatableText
from cogwg.reporting.rules import LABEL_PREFIX

RECEIVED, UNDONE = "translations.received", "translations.undone"


@dataclass(frozen=True, slots=True)
class TranslatedReport:
    """A report with a translation: its quarter, its version, and the translator's mark on the text (None once a lead has
    accepted it).
    """

    period_id: int
    version: int
    mark: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class StoredTranslation:
    """A translation that was stored from a file. ``replaced`` is the stale translation that it replaced, empty if there was
    none.

    ``report`` is the text's report after all translations of the file were stored; None for texts of news.
    """

    key: str
    into: Language
    source: str
    translation: str
    replaced: str
    report: TranslatedReport | None = None

    @classmethod
    def of(cls, text: TranslatableText, into: Language, translation: str) -> StoredTranslation:
        """Return the record of this translation of a text, with the stale translation that it replaces."""
        return cls(text.key, into, text.source, translation, text.text.exact_text(into))

    def revert(self, text: Bilingual, stale: str | None) -> Bilingual | None:
        """Return the text as it was before the translation, or None if the text has changed since."""
        if stale or (text.exact_text(self.into), text.exact_text(self.into.other)) != (self.translation, self.source):
            return None
        return Bilingual(self.replaced, text.fr) if self.into is Language.EN else Bilingual(text.en, self.replaced)

    def stale_before(self, stale: StaleTexts | None, name: str) -> dict[str, str] | None:
        """Return the marks of stale texts as they were before the translation; they include this text if its translation was
        stale.
        """
        return {**(stale or {}), **({name: self.into.value} if self.replaced else {})} or None


def record_received(session: Session, order_id: int, stored: Sequence[StoredTranslation], *, by: Actor, at: datetime) -> None:
    """Record that these translations of an order are stored, so that they can be undone."""
    texts = [
        [t.key, t.into.value, t.source, t.translation, t.replaced, *([astuple(t.report)] if t.report is not None else [])]
        for t in stored
    ]
    subject, after = ("translation-order", order_id), {"texts": [[t.key, t.into.value] for t in stored]}
    record_event(session, RECEIVED, subject, by=by, at=at, before={"texts": texts}, after=after)


def translations_to_undo(session: Session, order_id: int) -> list[StoredTranslation]:
    """Return the translations that were stored from the latest file of this order; empty if they were undone."""
    try:
        action, before = latest_event(session, ("translation-order", order_id), (RECEIVED, UNDONE))
    except NotFound:
        return []
    if action == UNDONE:
        return []
    return [
        StoredTranslation(key, Language(into), source, translation, replaced, *(TranslatedReport(*facts) for facts in report))
        for key, into, source, translation, replaced, *report in before["texts"]
    ]


@dataclass(frozen=True, slots=True)
class Reverted:
    """A translation that was undone. For a report, ``submission_id`` is the new submission, which has the text as it was
    before.
    """

    submission_id: int | None = None


def undo_received(
    session: Session,
    order_id: int,
    is_unchanged: Callable[[StoredTranslation], bool],
    revert: Callable[[StoredTranslation], Reverted | None],
    *,
    by: Actor,
    at: datetime,
) -> tuple[int, int]:
    """Undo the translations from the latest file of a translation order.

    Return how many were undone, and how many were kept because their text has changed since. ``is_unchanged`` is called for
    all translations before ``revert`` undoes the first one, because two may belong to the same report. ``revert`` returns None
    if the text has changed since. If the translations were already undone, nothing changes.
    """
    session.execute(select(TranslationOrder.id).where(TranslationOrder.id == order_id).with_for_update())
    stored = translations_to_undo(session, order_id)
    if not stored:
        return 0, 0
    unchanged = [t for t in reversed(stored) if is_unchanged(t)]
    reverted = [(t, done) for t in unchanged if (done := revert(t)) is not None]
    after = {
        "texts": [[t.key, t.into.value] for t, _done in reverted],
        "changed_since": len(stored) - len(reverted),
        "submissions": [done.submission_id for _t, done in reverted if done.submission_id is not None],
    }
    record_event(session, UNDONE, ("translation-order", order_id), by=by, at=at, after=after)
    return len(reverted), len(stored) - len(reverted)


def revert_news(
    session: Session,
    kind: NewsKind[Row, Draft],
    id_: int,
    stored: StoredTranslation,
    *,
    by: Actor,
    at: datetime,
    is_allowed: NewsPermission,
) -> bool:
    """Undo the translation of a milestone's or challenge's text; return whether it was undone.

    Changes nothing if the text has changed since or the news is withdrawn.
    """
    row, news = lock_news(session, kind, id_, is_allowed, to_translate=True)
    text = stored.revert(row.text, news.stale.get("text"))
    if text is None or news.withdrawn_at is not None:
        return False
    row.text, row.stale = text, stored.stale_before(row.stale, "text")
    mark_changed(row, by, at)
    session.flush()
    return True


def revert_link(
    session: Session,
    id_: int,
    stored: StoredTranslation,
    *,
    link_number: int,
    by: Actor,
    at: datetime,
    is_allowed: NewsPermission,
) -> bool:
    """Undo the translation of the label of a milestone's link; return whether it was undone.

    Changes nothing if the label has changed since or the milestone is withdrawn.
    """
    row, news = lock_news(session, MILESTONES, id_, is_allowed, to_translate=True)
    if news.withdrawn_at is not None or link_number > len(row.links):
        return False
    link = row.links[link_number - 1]
    name = f"{LABEL_PREFIX}{link.url}"
    label = stored.revert(link.label, news.stale.get(name))
    if label is None:
        return False
    link.label, row.stale = label, stored.stale_before(row.stale, name)
    mark_changed(row, by, at)
    session.flush()
    return True


def revert_theme(
    session: Session, id_: int, stored: StoredTranslation, *, by: Actor, at: datetime, is_allowed: NewsPermission
) -> bool:
    """Undo the translation of a theme in every challenge with that theme; return whether it was undone.

    Changes nothing if the theme has changed since or the challenge is withdrawn.
    """
    news = challenge(session, id_)
    if not is_allowed(tuple(jurisdiction_id for jurisdiction_id, _name in jurisdictions_sharing_theme(session, news.theme))):
        raise Forbidden
    theme = stored.revert(news.theme, news.stale.get("theme"))
    if theme is None or news.withdrawn_at is not None:
        return False
    same_theme = select(Challenge).where(Challenge.theme == news.theme).order_by(Challenge.id).with_for_update()
    for row in session.scalars(same_theme.execution_options(populate_existing=True)).all():
        row.theme, row.stale = theme, stored.stale_before(row.stale, "theme")
        mark_changed(row, by, at)
    session.flush()
    return True
