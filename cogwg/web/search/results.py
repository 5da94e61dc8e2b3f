"""Search results as a page shows them: a title with a link, a short description, and the words around the match."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session

from cogwg.accounts.queries import NamedJurisdiction
from cogwg.accounts.search import search_jurisdictions
from cogwg.briefing.search import BriefingMatch, search_briefings
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.search import Query, ResultRange, Results, count_matches, match_spans
from cogwg.plan.search import ActivityMatch, PriorityMatch, search_activities, search_priorities
from cogwg.reporting.search import (
    ChallengeMatch,
    MilestoneMatch,
    ReportMatch,
    search_challenges,
    search_milestones,
    search_reports,
)
from cogwg.web.http.filters import day, plain
from cogwg.web.http.i18n import current_language

EXCERPT_LENGTH = 160
Match = TypeVar("Match")


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A search result; ``texts`` are those from which its excerpt is taken.

    ``number`` comes before the title and ``day`` after it, if they are given. ``about`` describes the result, for example
    by the year of its plan.
    """

    url: str
    title: Bilingual
    about: str
    texts: tuple[Bilingual, ...] = ()
    number: str = ""
    day: str = ""

    def marked_title(self, words: Sequence[str]) -> Markup:
        """Return the title as HTML, with the number and the day; words that match are marked."""
        parts = [marked(self.number, words)] if self.number else []
        localized = self.title.localized(current_language())
        parts.append(_in_language(marked(localized.text, words), localized.lang))
        if self.day:
            parts[-1] += Markup(", {}").format(self.day)
        return Markup(" ").join(parts)

    def excerpt(self, words: Sequence[str]) -> Markup:
        """Find the text in which most words match, and return the part around its first match as HTML, with matches marked.

        Each text is in the page's language or, if it is missing there, in the other one. If more words match in the other
        language of a text or of the title, that is shown, after the name of its language.
        """
        lang = current_language()
        localized = [text.localized(lang) for text in self.texts]
        matches, text, of = _best_match([(text.text, text.lang) for text in localized], words)
        matches = max(matches, count_matches(f"{self.number} {self.title.text(lang)}", words))
        if matches < len(words):
            others = [(text.exact_text(lang.other), lang.other) for text in (self.title, *self.texts)]
            matches_there, there, _of = _best_match([other for other in others if other != (text, of)], words)
            if matches_there > matches:
                name = _("In English:") if lang.other is Language.EN else _("In French:")
                return Markup("{} {}").format(name, _in_language(marked(_around_match(there, words), words), lang.other))
        return _in_language(marked(_around_match(text, words), words), of)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of result, such as milestones: its label, and the function that searches for it."""

    label: str
    search: Callable[[Session, Query, ResultRange], Results[SearchResult]]


def kinds(lang: str, *, reads_drafts: bool) -> dict[str, Kind]:
    """Map the name of each kind of result in the URL to the kind, in the order of the page.

    Drafts of briefings are found only if ``reads_drafts`` is true.
    """

    def kind(label: str, search: Callable[..., Results[Match]], shown: Callable[[str, Match], SearchResult]) -> Kind:
        def read(session: Session, query: Query, part: ResultRange) -> Results[SearchResult]:
            matches = search(session, query, part)
            return Results(tuple(shown(lang, match) for match in matches.rows), matches.total)

        return Kind(label, read)

    return {
        "activities": kind(_("Activities"), search_activities, _activity),
        "priorities": kind(_("Priorities"), search_priorities, _priority),
        "reports": kind(_("Reports"), search_reports, _report),
        "milestones": kind(_("Milestones"), search_milestones, _milestone),
        "challenges": kind(_("Challenges"), search_challenges, _challenge),
        "briefings": kind(_("Briefings"), partial(search_briefings, frozen_only=not reads_drafts), _briefing),
        "jurisdictions": kind(_("Jurisdictions"), search_jurisdictions, _jurisdiction),
    }


def _activity(lang: str, match: ActivityMatch) -> SearchResult:
    url = url_for("activities.page", lang=lang, year=match.year, code=match.code)
    return SearchResult(url, match.title, _("%(year)s plan", year=match.year), (match.text,), match.code)


def _priority(lang: str, match: PriorityMatch) -> SearchResult:
    url = url_for("plan.priority_page", lang=lang, year=match.year, number=match.number)
    texts = (match.issue, match.outcome)
    return SearchResult(url, match.title, _("%(year)s plan", year=match.year), texts, f"{match.number}.")


def _report(lang: str, match: ReportMatch) -> SearchResult:
    url = url_for("activities.page", lang=lang, year=match.year, code=match.code, _anchor="history")
    quarter = _("Quarter %(quarter)s of %(year)s", quarter=match.quarter, year=match.quarter_year)
    about = f"{quarter} · {plain(match.status.label)} · {day(match.submitted_at)}"
    return SearchResult(url, match.title, about, match.texts, match.code)


def _milestone(lang: str, match: MilestoneMatch) -> SearchResult:
    url = url_for("news.milestone_page", lang=lang, id=match.id)
    return SearchResult(url, match.jurisdiction, day(match.reported_on), (match.text,))


def _challenge(lang: str, match: ChallengeMatch) -> SearchResult:
    url = url_for("news.challenge_page", lang=lang, id=match.id)
    return SearchResult(url, match.theme, day(match.reported_on), (match.text,))


def _briefing(lang: str, match: BriefingMatch) -> SearchResult:
    meeting_day = day(match.meeting_on)
    if not match.number:
        return SearchResult(url_for("briefings.page", lang=lang, id=match.id), match.audience, _("Draft"), day=meeting_day)
    url = url_for("briefings.version_page", lang=lang, id=match.id, number=match.number)
    about = _("Version %(number)s", number=match.number)
    return SearchResult(url, match.audience, about, (match.place,) if match.place else (), day=meeting_day)


def _jurisdiction(lang: str, match: NamedJurisdiction) -> SearchResult:
    return SearchResult(url_for("jurisdictions.page", lang=lang, code=match.code), match.name, "")


def marked(text: str, words: Iterable[str]) -> Markup:
    """Return a text as HTML, with the parts that match these words marked."""
    shown, at = Markup(""), 0
    for start, end in match_spans(text, tuple(words)):
        shown += Markup("{}<mark>{}</mark>").format(text[at:start], text[start:end])
        at = end
    return shown + text[at:]


def _in_language(words: Markup, lang: Language) -> Markup:
    return words if lang is current_language() or not words else Markup('<span lang="{}">{}</span>').format(lang.value, words)


def _best_match(texts: Iterable[tuple[str, Language]], words: Sequence[str]) -> tuple[int, str, Language]:
    """Return how many words match in the text in which most of them do, the text, and its language.

    The text is empty if there is none.
    """
    counted = [(count_matches(text, words), text, of) for text, of in texts if text]
    return max(counted, key=lambda counted_text: counted_text[0], default=(0, "", current_language()))


def _around_match(text: str, words: Sequence[str]) -> str:
    """Return about ``EXCERPT_LENGTH`` characters of a text around its first match, cut between words."""
    if len(text) <= EXCERPT_LENGTH:
        return text
    spans = match_spans(text, words)
    start = max(0, min((spans[0][0] if spans else 0) - EXCERPT_LENGTH // 3, len(text) - EXCERPT_LENGTH))
    part = text[start : start + EXCERPT_LENGTH]
    if start:
        part = "…\u00a0" + (part.split(" ", 1)[1] if " " in part else part)
    if start + EXCERPT_LENGTH < len(text):
        part = (part.rsplit(" ", 1)[0] if " " in part else part) + "\u00a0…"
    return part
