"""Themes: what they keep, refuse and write to the audit log, and what becomes of their comments when they are merged."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.audit.models import AuditEvent
from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import Conflict, Invalid, NotFound
from cogwg.engagement.coding import coded_counts
from cogwg.engagement.models import EngagementCycle, EngagementTheme
from cogwg.engagement.scales import Disposition
from cogwg.engagement.themes import (
    COMMITMENT,
    ThemeFacts,
    add_theme,
    change_theme,
    facts_of,
    find_theme,
    merge_theme,
    remove_theme,
)
from tests.engagement.analysed import FIND, GIVEN, TEN_DAYS, add_analysis, add_cycle


@pytest.fixture
def cycle(session: Session) -> EngagementCycle:
    return add_analysis(session)


def theme(session: Session, title: str) -> EngagementTheme:
    session.expire_all()
    return session.scalars(select(EngagementTheme).where(EngagementTheme.title_en == title)).one()


def newest_event(session: Session) -> AuditEvent:
    return session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one()


def fields(refused: pytest.ExceptionInfo[Invalid]) -> list[str]:
    return [field for field, _ in refused.value.problems]


def test_a_theme_keeps_what_is_stated_and_the_event_says_what_changed(session: Session, cycle: EngagementCycle) -> None:
    own = theme(session, "Easy to find")
    assert facts_of(own) == FIND

    change_theme(session, cycle, own.id, replace(FIND, disposition=Disposition.PARTLY), version=1, **GIVEN)

    assert theme(session, "Easy to find").disposition is Disposition.PARTLY
    event = newest_event(session)
    assert (event.action, event.before, event.after) == (
        "engagement-theme.changed",
        {"disposition": "taken-up"},
        {"disposition": "partly"},
    )


def test_a_theme_that_was_changed_meanwhile_is_not_overwritten(session: Session, cycle: EngagementCycle) -> None:
    own = theme(session, "Easy to find")
    change_theme(session, cycle, own.id, replace(FIND, disposition=None), version=1, **GIVEN)

    with pytest.raises(Conflict):
        change_theme(session, cycle, own.id, replace(FIND, heard=Bilingual("Else", "Autre")), version=1, **GIVEN)

    assert theme(session, "Easy to find").heard == FIND.heard


def test_a_theme_without_a_title_of_the_same_title_or_with_unknown_links_is_refused(
    session: Session, cycle: EngagementCycle
) -> None:
    with pytest.raises(Invalid) as refused:
        add_theme(session, cycle, ThemeFacts(Bilingual("", "")), **GIVEN)
    assert fields(refused) == ["title_en"]
    with pytest.raises(Invalid) as refused:
        add_theme(session, cycle, ThemeFacts(FIND.title), **GIVEN)
    assert fields(refused) == ["title_en"]
    unknown = ((COMMITMENT, "CA9999"), ("activity", "2020/99.1"))
    with pytest.raises(Invalid) as refused:
        add_theme(session, cycle, ThemeFacts(Bilingual("New", "Nouveau"), links=unknown), **GIVEN)
    assert fields(refused) == ["commitments", "activities"]


def test_merging_moves_each_comment_once_and_keeps_the_other_theme_s_texts(session: Session, cycle: EngagementCycle) -> None:
    find, ten_days = theme(session, "Easy to find"), theme(session, "Answer in 10 days")

    moved = merge_theme(session, cycle, ten_days.id, find.id, version=1, **GIVEN)

    assert moved == 1  # the other comment was in both
    assert coded_counts(session, cycle) == {find.id: 4}
    assert facts_of(find_theme(session, cycle, find.id)) == FIND
    event = newest_event(session)
    assert (event.action, event.before["heard"], event.after["into"]) == (
        "engagement-theme.merged",
        [TEN_DAYS.heard.en, TEN_DAYS.heard.fr],
        find.id,
    )
    with pytest.raises(NotFound):
        find_theme(session, cycle, ten_days.id)


def test_a_theme_is_not_merged_into_itself_or_a_theme_of_another_cycle(session: Session, cycle: EngagementCycle) -> None:
    own, other = theme(session, "Easy to find"), add_cycle(session, "fifth-plan")
    elsewhere = add_theme(session, other, FIND, **GIVEN)
    with pytest.raises(Invalid):
        merge_theme(session, cycle, own.id, own.id, version=1, **GIVEN)
    with pytest.raises(NotFound):
        merge_theme(session, cycle, own.id, elsewhere, version=1, **GIVEN)
    with pytest.raises(NotFound):
        change_theme(session, cycle, elsewhere, TEN_DAYS, version=1, **GIVEN)


def test_only_a_theme_without_comments_is_removed(session: Session, cycle: EngagementCycle) -> None:
    with pytest.raises(Invalid):
        remove_theme(session, cycle, theme(session, "Easy to find").id, version=1, **GIVEN)

    empty = add_theme(session, cycle, ThemeFacts(Bilingual("Empty", "Vide")), **GIVEN)
    remove_theme(session, cycle, empty, version=1, **GIVEN)

    assert [each.title.en for each in cycle.themes] == ["Easy to find", "Answer in 10 days"]
