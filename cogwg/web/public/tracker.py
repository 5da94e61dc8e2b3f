"""The tracker: the activities of the plan as of a published quarter, with filters and search."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from flask import request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.core.bilingual import Bilingual, Language
from cogwg.tracker.published import PublicRecord
from cogwg.tracker.searching import (
    FoundText,
    SearchedText,
    activity_texts,
    challenge_texts,
    find,
    milestone_texts,
    priority_texts,
)
from cogwg.tracker.values import PublishedCounts, PublishedPriority
from cogwg.web.auth.access import public
from cogwg.web.public import blueprint
from cogwg.web.public.filters import FilterForm, TrackerFilters, filter_choices, parse_filters, with_query
from cogwg.web.public.pages import draw_page
from cogwg.web.public.responses import respond
from cogwg.web.public.rows import TrackedActivity, activity_rows
from cogwg.web.public.shown import Shown, shown_quarter


@dataclass(frozen=True, slots=True)
class PriorityRows:
    """A priority with the activities that fit the filters, and the counts of all its activities."""

    priority: PublishedPriority
    counts: PublishedCounts
    rows: list[TrackedActivity]


@dataclass(frozen=True, slots=True)
class FoundElsewhere:
    """Something outside the activities in which the search words were found: its kind, title and URL, and the text."""

    kind: str
    title: Bilingual
    url: str
    match: FoundText


@blueprint.get("/<any(en, fr):lang>/tracker")
@public
def tracker(lang: str) -> Response:
    """Show the activities of the latest plan as of its last published quarter, or of the quarter in the URL."""
    return respond(_draw)


def _draw(record: PublicRecord) -> str:
    shown = shown_quarter(record)
    if shown is None:
        return draw_page("public/nothing.html", record, None)
    lang = Language((request.view_args or {})["lang"])
    choices = filter_choices(shown.content, lang)
    filters = parse_filters(request.args, choices)
    form = FilterForm(filters, choices, shown.asked)
    address = url_for("public.tracker", lang=lang)
    groups = _groups(shown, filters, lang)
    return draw_page(
        "public/tracker.html",
        record,
        shown,
        counts=shown.content.counts(shown.content.activities),
        groups=groups,
        shown_count=sum(len(group.rows) for group in groups),
        total=len(shown.content.activities),
        form=form,
        active_filters=form.active_filters(filters, choices, shown, address),
        unfiltered_url=with_query(address, shown.asked),
        cited_filters="".join(f"&{urlencode({name: value})}" for name, value in filters.active.items()),
        overdue_url=with_query(address, {**shown.asked, "due": "overdue"}),
        elsewhere=_elsewhere(shown, filters.q, lang) if filters == replace(TrackerFilters(), q=filters.q) else [],
    )


def _groups(shown: Shown, filters: TrackerFilters, lang: Language) -> list[PriorityRows]:
    """Return the priorities with activities that fit all filters; without filters, all priorities."""
    groups = []
    for priority in shown.content.priorities:
        fitting = [a.code for a in priority.activities if filters.fits(shown.content, priority, a)]
        matches: dict[str, FoundText] = {}
        if filters.q:
            texts = {a.code: activity_texts(a, shown.histories.of(a.code)) for a in priority.activities if a.code in fitting}
            matches = {code: match for code, own in texts.items() if (match := find(filters.q, own, lang)) is not None}
            fitting = list(matches)
        if fitting or not filters.active:
            counts = shown.content.counts(priority.activities)
            groups.append(PriorityRows(priority, counts, activity_rows(shown, priority, matches, set(fitting))))
    return groups


def _elsewhere(shown: Shown, words: str, lang: Language) -> list[FoundElsewhere]:
    """Return the priorities, milestones, challenges and published briefings in which the words were found."""
    if not words:
        return []
    return [
        FoundElsewhere(kind, title, url, match)
        for kind, title, url, texts in _searched(shown, lang)
        if (match := find(words, texts, lang)) is not None
    ]


def _searched(shown: Shown, lang: Language) -> Iterator[tuple[str, Bilingual, str, list[SearchedText]]]:
    """Yield what is searched besides the activities: its kind, its title, its URL, and its texts."""
    content = shown.content
    names = {jurisdiction.code: jurisdiction.name for jurisdiction in content.jurisdictions}

    def to(endpoint: str, **values: Any) -> str:
        return url_for(endpoint, **{"lang": lang.value, **values, **shown.asked})

    for p in content.priorities:
        kind = _("Priority %(number)s", number=p.number)
        yield kind, p.title, to("public.tracker_priority", number=p.number), priority_texts(p)
    for m in content.milestones:
        yield _("Milestone"), names[m.jurisdiction], to("public.tracker_milestones", _anchor=m.key), milestone_texts(m)
    for c in content.challenges:
        yield _("Challenge"), c.theme, to("public.tracker_challenges", _anchor=c.key), challenge_texts(c)
    for briefing in shown.record.briefings:
        b = briefing.content
        url = url_for("public.tracker_briefing", lang=lang.value, day=b.meeting_on.isoformat())
        yield _("Briefing"), b.audience, url, [SearchedText(text) for text in (b.title, b.audience, b.place)]
