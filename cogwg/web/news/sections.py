"""What differs between milestones and challenges in the views that they share, and how each list is arranged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from cogwg.core.bilingual import Bilingual, sort_key
from cogwg.core.errors import NotFound
from cogwg.core.tables import Table
from cogwg.reporting.models import ChallengeState
from cogwg.reporting.news.queries import list_challenges, list_milestones
from cogwg.reporting.news.rules import CHALLENGE_STATE_LABELS
from cogwg.reporting.news.services import add_challenge, add_milestone
from cogwg.web.http.i18n import current_language
from cogwg.web.news.items import ChallengeItem, MilestoneItem, NewsItem
from cogwg.web.news.tables import challenges_table, milestones_table


@dataclass(frozen=True)
class Section:
    """What the shared views need to know about one kind of news: milestones or challenges.

    ``arrange`` returns the items to list, in order. ``list_context`` returns what else the template of the list needs, given
    all items, those listed, and those on the current page. ``filters`` are the URL parameters, besides the jurisdiction, that
    filter the list.
    """

    item: type[NewsItem]
    add: Callable[..., int]
    read: Callable[..., list[Any]]
    arrange: Callable[[list[Any]], list[Any]]
    list_context: Callable[[list[Any], list[Any], Sequence[Any]], dict[str, Any]]
    table: Callable[..., Table]
    filters: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name of the kind, such as "milestone", which is the prefix of its endpoints.

        The plural is the name of its list template.
        """
        return self.item.kind.name


@dataclass(frozen=True, slots=True)
class StateFilter:
    """A link that filters the list of challenges by state, with the number of challenges in that state."""

    label: str
    url: str
    count: int
    is_current: bool


def _add_milestone(session: Session, jurisdiction_id: int | None, form: Any, **authorship: Any) -> int:
    return add_milestone(session, jurisdiction_id, form.draft(), **authorship)


def _milestone_context(
    items: list[MilestoneItem], _listed: list[MilestoneItem], _shown: Sequence[MilestoneItem]
) -> dict[str, Any]:
    return {"latest": items[0].news.reported_on if items else None}


def _add_challenge(session: Session, jurisdiction_id: int | None, form: Any, **authorship: Any) -> int:
    return add_challenge(session, jurisdiction_id, form.draft(), may_be_named=form.may_be_named, **authorship)


def _challenges_by_theme(items: list[ChallengeItem]) -> list[ChallengeItem]:
    """Return the challenges grouped by theme, with the themes sorted by name; if the URL has a state, only those in that state.

    Raises ``NotFound`` for an unknown state.
    """
    state, lang = request.args.get("state", ""), current_language()
    if state and state not in set(ChallengeState):
        raise NotFound("state")
    by_theme: dict[Bilingual, list[ChallengeItem]] = {}
    for item in items:
        if not state or item.news.state == state:
            by_theme.setdefault(item.news.theme, []).append(item)
    themes = sorted(by_theme, key=lambda theme: sort_key(theme.text(lang)))
    return [item for theme in themes for item in by_theme[theme]]


def _challenge_context(
    items: list[ChallengeItem], listed: list[ChallengeItem], shown: Sequence[ChallengeItem]
) -> dict[str, Any]:
    counts = Counter(item.news.theme for item in listed)
    groups = groupby(shown, key=lambda item: item.news.theme)
    return {"groups": [(theme, list(group), counts[theme]) for theme, group in groups], "states": _state_filters(items)}


def _state_filters(items: list[ChallengeItem]) -> list[StateFilter]:
    lang, counts = current_language().value, Counter(item.news.state for item in items)

    def state_filter(label: str, state: str, count: int) -> StateFilter:
        wanted = {"jurisdiction": request.args.get("jurisdiction"), "state": state}
        query: dict[str, Any] = {name: value for name, value in wanted.items() if value}
        url = url_for("news.challenge_list", lang=lang, **query)
        return StateFilter(label, url, count, state == request.args.get("state", ""))

    by_state = [state_filter(CHALLENGE_STATE_LABELS[s].text(lang), s.value, counts[s]) for s in ChallengeState]
    return [state_filter(_("All"), "", len(items)), *by_state]


MILESTONES = Section(MilestoneItem, _add_milestone, list_milestones, list, _milestone_context, milestones_table)
CHALLENGES = Section(
    ChallengeItem, _add_challenge, list_challenges, _challenges_by_theme, _challenge_context, challenges_table, ("state",)
)
