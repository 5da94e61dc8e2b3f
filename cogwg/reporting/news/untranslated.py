"""Texts of news, themes and submitted reports: those that are missing or stale in one language, and those that are current in
both.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, ColumnElement, FromClause, and_, bindparam, column, func, or_, select
from sqlalchemy.orm import Session

from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.db import JsonElements, table
from cogwg.core.errors import NotFound
from cogwg.core.text_states import language_to_translate
from cogwg.plan.conditions import is_reporting_role, plan_in_effect
from cogwg.plan.models import Activity, Assignment, Priority, WorkPlan
from cogwg.plan.queries import PlanFacts, PriorityFacts
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
from cogwg.reporting.queries import submitted_texts
from cogwg.reporting.rules import LABEL_PREFIX, LINKS_LIMIT, REPORT_TEXTS

NamedJurisdictions = tuple[tuple[int, Bilingual], ...]
SUBMISSION, PERIOD, ACTIVITY, ASSIGNMENT = map(table, (Submission, ReportingPeriod, Activity, Assignment))
PRIORITY, PLAN = map(table, (Priority, WorkPlan))
NEXT_STEP_NUMBER = len(REPORT_TEXTS) + LINKS_LIMIT
"""The number of a report's next step. It comes after the highest possible number of a link, so that adding a link does not
change it."""


@dataclass(frozen=True, slots=True)
class TranslatableText:
    """A text in one or both languages. ``kind`` is "milestone", "link", "challenge", "theme" or "report".

    ``id`` is the id of the milestone, the challenge or the report's activity. ``link`` is the number of the link or of the
    report's text, counted from 1; it is 0 for the other kinds. ``jurisdictions`` are those that share the news or report on
    the activity (id and name), if any. ``stale`` is the language in which the text is stale, if any. For a text of a report,
    ``name`` is the name of the text, ``period_key`` the key of the quarter, and ``priority_id`` the id of the priority.
    """

    kind: str
    id: int
    link: int
    text: Bilingual
    jurisdictions: NamedJurisdictions
    stale: str = ""
    name: str = ""
    period_key: str = ""
    priority_id: int = 0

    @property
    def key(self) -> str:
        """The key that identifies the text in URLs, such as "milestone-12" or "link-12-1"."""
        return f"{self.kind}-{self.id}-{self.link}" if self.link else f"{self.kind}-{self.id}"

    @property
    def target(self) -> Language | None:
        """The language in which the text is missing or stale, and into which to translate it; None if it is current in both."""
        return language_to_translate(self.text, self.stale)

    def is_listed(self, *, done: bool) -> bool:
        """Whether the text needs a translation or, with ``done``, is current in both languages; False if it is empty."""
        return bool(self.text) and (self.target is None) is done

    @property
    def is_stale(self) -> bool:
        """Whether there is a translation, but the text that was translated has changed since."""
        return self.target is not None and not self.text.missing_languages

    @property
    def source(self) -> str:
        """The text to translate, in its own language; empty if no translation is needed."""
        return self.text.exact_text(self.target.other) if self.target is not None else ""

    @property
    def stale_translation(self) -> str:
        """The stale translation; empty if there is none."""
        return self.text.exact_text(self.target) if self.target is not None else ""

    @property
    def jurisdiction_ids(self) -> tuple[int, ...]:
        return tuple(id_ for id_, _name in self.jurisdictions)


def untranslated_news(session: Session) -> list[TranslatableText]:
    """Return the texts of news that are missing or stale in a language, in two SQL statements; withdrawn news is left out.

    Milestones with their links come first, then challenges with their themes.
    """
    return [*_milestones(session, done=False), *_challenges(session, done=False)]


def translated_news(session: Session) -> list[TranslatableText]:
    """Return the texts of news that are current in both languages, in the order of ``untranslated_news``.

    Runs two SQL statements.
    """
    return [*_milestones(session, done=True), *_challenges(session, done=True)]


def news_text(session: Session, kind: str, id_: int, link: int) -> TranslatableText:
    """Return one text of a milestone, challenge or theme, whether or not it needs translation.

    Raises ``NotFound`` if there is no such news or link.
    """
    if kind in ("milestone", "link"):
        news = milestone(session, id_)
        if link > len(news.links):
            raise NotFound(f"link {link} of milestone {id_}")
        name = f"{LABEL_PREFIX}{news.links[link - 1].url}" if link else "text"
        whose: NamedJurisdictions = ((news.jurisdiction_id, news.jurisdiction),)
        return TranslatableText(kind, id_, link, news.draft.texts[name], whose, news.stale.get(name, ""))
    shared = challenge(session, id_)
    if kind == "theme":
        whose = jurisdictions_sharing_theme(session, shared.theme)
        return TranslatableText(kind, id_, 0, shared.theme, whose, shared.stale.get("theme", ""))
    whose = tuple((r.jurisdiction_id, r.name) for r in shared.raised_by)
    return TranslatableText(kind, id_, 0, shared.text, whose, shared.stale.get("text", ""))


def untranslated_reports(session: Session, plan: PlanFacts, *, done: bool = False) -> list[TranslatableText]:
    """Return the texts of this plan's latest submissions that are missing or stale in a language, in one SQL statement.

    With ``done``, return the texts that are current in both languages instead.
    """
    reporting = {p.id: _reporting_jurisdictions(p) for p in plan.priorities}
    rows = session.execute(_REPORTS if done else _REPORTS_TO_TRANSLATE, {"priorities": list(reporting)})
    return [text for row in rows for text in _report_texts(row, reporting[row.priority_id]) if (text.target is None) is done]


def untranslated_reports_in_effect(
    session: Session, year: int, jurisdiction_ids: Collection[int] | None = None
) -> list[TranslatableText]:
    """Return the texts of reports to translate in the plan in effect in ``year``; their ``jurisdictions`` are empty.

    Returns none if that plan is closed. Only reports that some jurisdiction can submit or, with ``jurisdiction_ids``, that one
    of these can submit are included. Runs one SQL statement.
    """
    reported_on = select(ASSIGNMENT.c.priority_id).where(is_reporting_role())
    if jurisdiction_ids is not None:
        reported_on = reported_on.where(ASSIGNMENT.c.jurisdiction_id.in_(tuple(jurisdiction_ids)))
    latest = (
        select(func.max(SUBMISSION.c.id))
        .select_from(SUBMISSION.join(ACTIVITY, ACTIVITY.c.id == SUBMISSION.c.activity_id).join(PRIORITY).join(PLAN))
        .where(plan_in_effect(year), PLAN.c.closed_on.is_(None))
        .where(ACTIVITY.c.priority_id.in_(reported_on), ACTIVITY.c.retired_on.is_(None))
        .group_by(SUBMISSION.c.activity_id)
    )
    rows = session.execute(_REPORT_TEXTS.where(SUBMISSION.c.id.in_(latest), _MAY_LACK_A_LANGUAGE))
    return [text for row in rows for text in _report_texts(row, ()) if text.target is not None]


def report_text(session: Session, plan: PlanFacts, activity_id: int, number: int) -> TranslatableText:
    """Return one text of the latest submission on this activity, whether or not it needs translation.

    Raises ``NotFound`` if the plan has no such activity, or if the submission has no such text.
    """
    reporting = {p.id: _reporting_jurisdictions(p) for p in plan.priorities}
    statement = _REPORTS.where(SUBMISSION.c.activity_id == activity_id)
    row = session.execute(statement, {"priorities": list(reporting)}).one_or_none()
    for text in _report_texts(row, reporting[row.priority_id]) if row is not None else ():
        if text.link == number:
            return text
    raise NotFound(f"text {number} of the report on activity {activity_id}")


def _lacks_a_language(where: FromClause, name: str) -> ColumnElement[bool]:
    en, fr = where.c[f"{name}_en"], where.c[f"{name}_fr"]
    return or_(and_(en == "", fr != ""), and_(en != "", fr == ""))


_NAMES = (JURISDICTION.c.name_en, JURISDICTION.c.name_fr)
_MILESTONES_AND_LINKS = (
    select(
        *(MILESTONE.c[name] for name in ("id", "text_en", "text_fr", "jurisdiction_id", "stale")),
        *(LINK.c[name] for name in ("position", "url", "label_en", "label_fr")),
        *_NAMES,
    )
    .select_from(
        MILESTONE.join(JURISDICTION, JURISDICTION.c.id == MILESTONE.c.jurisdiction_id).outerjoin(
            LINK, LINK.c.milestone_id == MILESTONE.c.id
        )
    )
    .where(MILESTONE.c.withdrawn_at.is_(None))
    .order_by(MILESTONE.c.id, LINK.c.position)
)
_MILESTONES_TO_TRANSLATE = _MILESTONES_AND_LINKS.where(
    or_(_lacks_a_language(MILESTONE, "text"), MILESTONE.c.stale.is_not(None), _lacks_a_language(LINK, "label"))
)
_ALL_CHALLENGES = (
    select(
        *(CHALLENGE.c[name] for name in ("id", "theme_en", "theme_fr", "text_en", "text_fr", "stale")),
        RAISED.c.jurisdiction_id,
        *_NAMES,
    )
    .select_from(
        CHALLENGE.outerjoin(RAISED, RAISED.c.challenge_id == CHALLENGE.c.id).outerjoin(
            JURISDICTION, JURISDICTION.c.id == RAISED.c.jurisdiction_id
        )
    )
    .where(CHALLENGE.c.withdrawn_at.is_(None))
    .order_by(CHALLENGE.c.id, JURISDICTION.c.code)
)
_CHALLENGES_TO_TRANSLATE = _ALL_CHALLENGES.where(
    or_(_lacks_a_language(CHALLENGE, "text"), _lacks_a_language(CHALLENGE, "theme"), CHALLENGE.c.stale.is_not(None))
)
_LATEST_SUBMISSION_IDS = (
    select(func.max(SUBMISSION.c.id))
    .join(ACTIVITY, ACTIVITY.c.id == SUBMISSION.c.activity_id)
    .where(ACTIVITY.c.priority_id.in_(bindparam("priorities", expanding=True)), ACTIVITY.c.retired_on.is_(None))
    .group_by(SUBMISSION.c.activity_id)
)
_REPORT_TEXTS = (
    select(
        *(SUBMISSION.c[name] for name in ("activity_id", "evidence", "stale")),
        *(SUBMISSION.c[f"{name}_{lang}"] for name in REPORT_TEXTS for lang in ("en", "fr")),
        PERIOD.c.key,
        ACTIVITY.c.priority_id,
    )
    .join(PERIOD, PERIOD.c.id == SUBMISSION.c.period_id)
    .join(ACTIVITY, ACTIVITY.c.id == SUBMISSION.c.activity_id)
    .order_by(SUBMISSION.c.activity_id)
)
_REPORTS = _REPORT_TEXTS.where(SUBMISSION.c.id.in_(_LATEST_SUBMISSION_IDS))
_LINKS = JsonElements(SUBMISSION.c.evidence).table_valued(column("value", JSON))
_LABELS = [func.coalesce(_LINKS.c.value[f"label_{lang}"].as_string(), "") for lang in ("en", "fr")]
_MAY_LACK_A_LANGUAGE = or_(
    *(_lacks_a_language(SUBMISSION, name) for name in REPORT_TEXTS),
    SUBMISSION.c.stale.is_not(None),
    select(1).select_from(_LINKS).where((_LABELS[0] == "") != (_LABELS[1] == "")).exists(),
)
"""The SQL condition that a submission may have a text that is missing or stale in a language."""
_REPORTS_TO_TRANSLATE = _REPORTS.where(_MAY_LACK_A_LANGUAGE)


def _milestones(session: Session, *, done: bool) -> Iterator[TranslatableText]:
    listed_ids = set()
    for row in session.execute(_MILESTONES_AND_LINKS if done else _MILESTONES_TO_TRANSLATE):
        whose = ((row.jurisdiction_id, Bilingual(row.name_en, row.name_fr)),)
        stale = row.stale or {}
        own = TranslatableText("milestone", row.id, 0, Bilingual(row.text_en, row.text_fr), whose, stale.get("text", ""))
        if own.is_listed(done=done) and row.id not in listed_ids:
            yield own
        listed_ids.add(row.id)
        if row.position is not None:
            label, name = Bilingual(row.label_en, row.label_fr), f"{LABEL_PREFIX}{row.url}"
            link = TranslatableText("link", row.id, row.position, label, whose, stale.get(name, ""))
            if link.is_listed(done=done):
                yield link


def _challenges(session: Session, *, done: bool) -> Iterator[TranslatableText]:
    """Yield the texts and themes to translate or, with ``done``, the translated ones, each with all jurisdictions that share
    it.

    Each theme is yielded once, after the first challenge with that theme.
    """
    rows_by_id: dict[int, tuple[Any, list[tuple[int, Bilingual]]]] = {}
    for row in session.execute(_ALL_CHALLENGES if done else _CHALLENGES_TO_TRANSLATE):
        shared = rows_by_id.setdefault(row.id, (row, []))[1]
        if row.jurisdiction_id is not None:
            shared.append((row.jurisdiction_id, Bilingual(row.name_en, row.name_fr)))
    themes: set[Bilingual] = set()
    for row, shared in rows_by_id.values():
        theme, stale = Bilingual(row.theme_en, row.theme_fr), row.stale or {}
        own = TranslatableText(
            "challenge", row.id, 0, Bilingual(row.text_en, row.text_fr), tuple(shared), stale.get("text", "")
        )
        if own.is_listed(done=done):
            yield own
        alike = [names for r, names in rows_by_id.values() if (r.theme_en, r.theme_fr) == (theme.en, theme.fr)]
        sharing = dict(jurisdiction for names in alike for jurisdiction in names)
        named = TranslatableText("theme", row.id, 0, theme, tuple(sharing.items()), stale.get("theme", ""))
        if named.is_listed(done=done) and theme not in themes:
            themes.add(theme)
            yield named


def _report_texts(row: Any, jurisdictions: NamedJurisdictions) -> list[TranslatableText]:
    """Return the texts of a submission that are not empty, numbered as in the report."""
    stale = row.stale or {}
    return [
        TranslatableText(
            "report",
            row.activity_id,
            NEXT_STEP_NUMBER if name == "next_step" else n,
            text,
            jurisdictions,
            stale.get(name, ""),
            name,
            row.key,
            row.priority_id,
        )
        for n, (name, text) in enumerate(submitted_texts(row).items(), 1)
        if text
    ]


def _reporting_jurisdictions(priority: PriorityFacts) -> NamedJurisdictions:
    reporting = (a for a in priority.assignments if a.can_report)
    return tuple((a.jurisdiction_id, a.name) for a in reporting if a.jurisdiction_id is not None)
