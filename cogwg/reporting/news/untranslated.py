"""Texts that lack a language: news and themes, which can be translated directly, and submitted reports."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.db import table
from cogwg.core.errors import NotFound
from cogwg.plan.models import Activity
from cogwg.reporting.models import ReportingPeriod, Submission
from cogwg.reporting.news.queries import (
    CHALLENGE,
    JURISDICTION,
    LINK,
    MILESTONE,
    RAISED,
    challenge,
    jurisdictions_sharing_theme,
    milestone,
)
from cogwg.reporting.queries import evidence_links

NamedJurisdictions = tuple[tuple[int, Bilingual], ...]
SUBMISSION, PERIOD, ACTIVITY = map(table, (Submission, ReportingPeriod, Activity))


@dataclass(frozen=True, slots=True)
class UntranslatedText:
    """A text, usually in one language: ``kind`` is "milestone", "link", "challenge" or "theme".

    ``id`` is the id of the milestone or challenge; ``link`` is the number of the link, from 1, or 0 for the other kinds;
    ``jurisdictions`` are those that share it (id and name), if any.
    """

    kind: str
    id: int
    link: int
    text: Bilingual
    jurisdictions: NamedJurisdictions

    @property
    def key(self) -> str:
        """The text's key in a URL."""
        return f"{self.kind}-{self.id}-{self.link}" if self.link else f"{self.kind}-{self.id}"

    @property
    def missing(self) -> Language:
        """The missing language. Raises ``IndexError`` if none is missing."""
        return self.text.missing_languages[0]

    @property
    def source(self) -> str:
        """The text to translate."""
        return self.text.exact_text(self.missing.other)

    @property
    def jurisdiction_ids(self) -> tuple[int, ...]:
        return tuple(id_ for id_, _name in self.jurisdictions)


@dataclass(frozen=True, slots=True)
class UntranslatedReport:
    """The texts that lack one language in an activity's latest submission; ``period_key`` is the key of its quarter."""

    activity_id: int
    period_key: str
    missing: Language
    texts: tuple[Bilingual, ...]


def untranslated_news(session: Session) -> list[UntranslatedText]:
    """Return the texts of news that lack a language, in two SQL statements; withdrawn news is left out.

    Milestones with their links come first, then challenges with their themes.
    """
    return [*_milestones(session), *_challenges(session)]


def news_text(session: Session, kind: str, id_: int, link: int) -> UntranslatedText:
    """Return one text of a milestone or challenge, whether or not it lacks a language. Raises ``NotFound``."""
    if kind in ("milestone", "link"):
        news = milestone(session, id_)
        if link > len(news.links):
            raise NotFound(f"link {link} of milestone {id_}")
        text = news.links[link - 1].label if link else news.text
        return UntranslatedText(kind, id_, link, text, ((news.jurisdiction_id, news.jurisdiction),))
    shared = challenge(session, id_)
    if kind == "theme":
        return UntranslatedText(kind, id_, 0, shared.theme, jurisdictions_sharing_theme(session, shared.theme))
    return UntranslatedText(kind, id_, 0, shared.text, tuple((r.jurisdiction_id, r.name) for r in shared.raised_by))


def untranslated_reports(session: Session, priority_ids: Collection[int]) -> list[UntranslatedReport]:
    """Return the texts that lack a language in the latest submissions on these priorities' activities (one SQL statement).

    A submission is listed once for each language that some of its texts lack.
    """
    reports = []
    for row in session.execute(_REPORTS, {"priorities": list(priority_ids)}):
        texts = _texts(row)
        for lang in Language:
            lacking = tuple(text for text in texts if lang in text.missing_languages)
            if lacking:
                reports.append(UntranslatedReport(row.activity_id, row.key, lang, lacking))
    return reports


def _lacks_a_language(where: FromClause, name: str) -> ColumnElement[bool]:
    en, fr = where.c[f"{name}_en"], where.c[f"{name}_fr"]
    return or_(and_(en == "", fr != ""), and_(en != "", fr == ""))


_NAMES = (JURISDICTION.c.name_en, JURISDICTION.c.name_fr)
_MILESTONES = (
    select(
        *(MILESTONE.c[name] for name in ("id", "text_en", "text_fr", "jurisdiction_id")),
        *(LINK.c[name] for name in ("position", "label_en", "label_fr")),
        *_NAMES,
    )
    .select_from(
        MILESTONE.join(JURISDICTION, JURISDICTION.c.id == MILESTONE.c.jurisdiction_id).outerjoin(
            LINK, and_(LINK.c.milestone_id == MILESTONE.c.id, _lacks_a_language(LINK, "label"))
        )
    )
    .where(MILESTONE.c.withdrawn_at.is_(None), or_(_lacks_a_language(MILESTONE, "text"), LINK.c.id.is_not(None)))
    .order_by(MILESTONE.c.id, LINK.c.position)
)
_CHALLENGES = (
    select(
        *(CHALLENGE.c[name] for name in ("id", "theme_en", "theme_fr", "text_en", "text_fr")),
        RAISED.c.jurisdiction_id,
        *_NAMES,
    )
    .select_from(
        CHALLENGE.outerjoin(RAISED, RAISED.c.challenge_id == CHALLENGE.c.id).outerjoin(
            JURISDICTION, JURISDICTION.c.id == RAISED.c.jurisdiction_id
        )
    )
    .where(CHALLENGE.c.withdrawn_at.is_(None), or_(_lacks_a_language(CHALLENGE, "text"), _lacks_a_language(CHALLENGE, "theme")))
    .order_by(CHALLENGE.c.id, JURISDICTION.c.code)
)
_LATEST_SUBMISSION_IDS = (
    select(func.max(SUBMISSION.c.id))
    .join(ACTIVITY, ACTIVITY.c.id == SUBMISSION.c.activity_id)
    .where(ACTIVITY.c.priority_id.in_(bindparam("priorities", expanding=True)))
    .group_by(SUBMISSION.c.activity_id)
)
_TEXT_NAMES = ("progress", "challenge", "evidence_note")
_REPORTS = (
    select(
        *(SUBMISSION.c[name] for name in ("activity_id", "evidence")),
        *(SUBMISSION.c[f"{name}_{lang}"] for name in _TEXT_NAMES for lang in ("en", "fr")),
        PERIOD.c.key,
    )
    .join(PERIOD, PERIOD.c.id == SUBMISSION.c.period_id)
    .where(SUBMISSION.c.id.in_(_LATEST_SUBMISSION_IDS))
    .order_by(SUBMISSION.c.activity_id)
)


def _milestones(session: Session) -> Iterator[UntranslatedText]:
    listed_ids = set()
    for row in session.execute(_MILESTONES):
        whose = ((row.jurisdiction_id, Bilingual(row.name_en, row.name_fr)),)
        text = Bilingual(row.text_en, row.text_fr)
        if text.missing_languages and row.id not in listed_ids:
            yield UntranslatedText("milestone", row.id, 0, text, whose)
        listed_ids.add(row.id)
        if row.position is not None:
            yield UntranslatedText("link", row.id, row.position, Bilingual(row.label_en, row.label_fr), whose)


def _challenges(session: Session) -> Iterator[UntranslatedText]:
    """Yield the texts and themes that lack a language, each with all jurisdictions that share it.

    A theme is yielded once, after the first challenge that has it.
    """
    rows_by_id: dict[int, tuple[Any, list[tuple[int, Bilingual]]]] = {}
    for row in session.execute(_CHALLENGES):
        shared = rows_by_id.setdefault(row.id, (row, []))[1]
        if row.jurisdiction_id is not None:
            shared.append((row.jurisdiction_id, Bilingual(row.name_en, row.name_fr)))
    themes: set[Bilingual] = set()
    for row, shared in rows_by_id.values():
        text, theme = Bilingual(row.text_en, row.text_fr), Bilingual(row.theme_en, row.theme_fr)
        if text.missing_languages:
            yield UntranslatedText("challenge", row.id, 0, text, tuple(shared))
        if theme.missing_languages and theme not in themes:
            themes.add(theme)
            alike = [names for r, names in rows_by_id.values() if (r.theme_en, r.theme_fr) == (theme.en, theme.fr)]
            sharing = dict(jurisdiction for names in alike for jurisdiction in names)
            yield UntranslatedText("theme", row.id, 0, theme, tuple(sharing.items()))


def _texts(row: Any) -> list[Bilingual]:
    texts = [Bilingual(getattr(row, f"{name}_en"), getattr(row, f"{name}_fr")) for name in _TEXT_NAMES]
    return [*texts, *(link.label for link in evidence_links(row.evidence))]
