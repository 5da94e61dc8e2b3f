"""The two kinds of news, milestones and challenges: how each is checked, stored and recorded in the audit log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from sqlalchemy.orm import Session

from cogwg.core.errors import N_, Message
from cogwg.reporting.models import Challenge, Milestone, MilestoneLink
from cogwg.reporting.news.queries import News, challenge, milestone, themes
from cogwg.reporting.news.rules import (
    ChallengeDraft,
    MilestoneDraft,
    check_challenge,
    check_milestone,
    match_known_theme,
    parse_day_or_month,
)

Row = TypeVar("Row", Milestone, Challenge)
Draft = TypeVar("Draft", MilestoneDraft, ChallengeDraft)


@dataclass(frozen=True)
class NewsKind(Generic[Row, Draft]):
    """A kind of news. ``name`` is the prefix of its audit actions, and the ``subject_kind`` of its audit events.

    ``check`` returns the draft to store, or raises ``Invalid``. ``fill`` copies a draft into a row, and ``audit_data`` returns
    a draft as the audit log stores it.
    """

    name: str
    model: type[Row]
    read: Callable[[Session, int], News]
    check: Callable[[Session, Draft, date], Draft]
    fill: Callable[[Row, Draft, date], None]
    audit_data: Callable[[Any], dict[str, Any]]
    withdrawn_while_editing: Message


def _check_milestone(_session: Session, draft: MilestoneDraft, today: date) -> MilestoneDraft:
    check_milestone(draft, today)
    return draft


def _fill_milestone(row: Milestone, draft: MilestoneDraft, today: date) -> None:
    happened = parse_day_or_month(draft.happened, today)
    row.text, row.under_way = draft.text, draft.under_way
    row.happened_on, row.month_only = happened.day, happened.month_only
    del row.links[len(draft.links) :]
    for position, link in enumerate(draft.links, 1):
        if position > len(row.links):
            row.links.append(MilestoneLink(position=position))
        row.links[position - 1].url, row.links[position - 1].label = link.url, link.label


def _milestone_audit_data(draft: MilestoneDraft) -> dict[str, Any]:
    return {
        "text": [draft.text.en, draft.text.fr],
        "under_way": draft.under_way,
        "happened": draft.happened,
        "links": [{"url": link.url, "label_en": link.label.en, "label_fr": link.label.fr} for link in draft.links],
    }


def _check_challenge(session: Session, draft: ChallengeDraft, _today: date) -> ChallengeDraft:
    check_challenge(draft)
    return ChallengeDraft(match_known_theme(draft.theme, themes(session)), draft.text)


def _fill_challenge(row: Challenge, draft: ChallengeDraft, _today: date) -> None:
    row.theme, row.text = draft.theme, draft.text


def _challenge_audit_data(draft: ChallengeDraft) -> dict[str, Any]:
    return {"theme": [draft.theme.en, draft.theme.fr], "text": [draft.text.en, draft.text.fr]}


MILESTONES = NewsKind(
    "milestone",
    Milestone,
    milestone,
    _check_milestone,
    _fill_milestone,
    _milestone_audit_data,
    Message(N_("This milestone was withdrawn while you were editing it. Restore it, then save.")),
)
CHALLENGES = NewsKind(
    "challenge",
    Challenge,
    challenge,
    _check_challenge,
    _fill_challenge,
    _challenge_audit_data,
    Message(N_("This challenge was withdrawn while you were editing it. Restore it, then save.")),
)
