"""A text of a cycle, its phases, themes and methods that changes in one language is stale in the other."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.audit.models import AuditEvent
from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import Invalid
from cogwg.core.text_states import CONFIRMED
from cogwg.engagement.cycles import cycle_row, facts_of, record_cycle
from cogwg.engagement.heard import StatedMethods, methods_fingerprint, state_methods
from cogwg.engagement.models import EngagementCycle
from cogwg.engagement.themes import change_theme
from tests.engagement.analysed import FIND, GIVEN, add_analysis
from tests.engagement.cycles import CYCLE, SHAPING


@pytest.fixture
def cycle(session: Session) -> EngagementCycle:
    return add_analysis(session)


def newest_event(session: Session) -> AuditEvent:
    return session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one()


def test_cycle_and_its_phases_are_marked_and_confirmed(session: Session) -> None:
    lines = (Bilingual("One", "Un"), Bilingual("Two", "Deux"))
    both = Bilingual("Say it.", "Dites-le.")
    before = replace(CYCLE, throughout=lines, phases=(replace(SHAPING, asked=both), *CYCLE.phases[1:]))
    record_cycle(session, before, version=None, **GIVEN)
    first, *others = before.phases
    after = replace(
        before,
        throughout=(lines[0], replace(lines[1], en="Twice")),
        phases=(replace(first, asked=replace(both, fr="Parlez.")), *others),
    )
    record_cycle(session, after, version=1, **GIVEN)
    row = cycle_row(session, CYCLE.key)
    assert (row.stale, row.phases[0].stale) == ({"throughout 2": "fr"}, {"asked": "en"})
    still_right = [("", "throughout"), ("phase shaping", "asked")]
    record_cycle(session, facts_of(row), version=2, still_right=still_right, **GIVEN)
    assert (row.stale, row.phases[0].stale, row.version) == ({"throughout 2": CONFIRMED}, {"asked": CONFIRMED}, 2)
    event = newest_event(session)
    assert event.action == "engagement-cycle.confirmed"
    assert event.after == {"still_right": ["throughout 2", "asked phase shaping"]}


def test_confirmation_of_a_list_reaches_its_lines_wherever_the_same_change_puts_them(session: Session) -> None:
    first, second = Bilingual("One", "Un"), Bilingual("Two", "Deux")
    record_cycle(session, replace(CYCLE, throughout=(first, second)), version=None, **GIVEN)
    twice = replace(second, en="Twice")
    record_cycle(session, replace(CYCLE, throughout=(first, twice)), version=1, **GIVEN)
    after = replace(CYCLE, throughout=(twice,))
    record_cycle(session, after, version=2, still_right=[("", "throughout")], **GIVEN)
    assert cycle_row(session, CYCLE.key).stale == {"throughout 1": CONFIRMED}
    assert (newest_event(session).after or {})["still_right"] == ["throughout 1"]


def test_theme_is_marked_and_confirmed(session: Session, cycle: EngagementCycle) -> None:
    theme = next(each for each in cycle.themes if each.title == FIND.title)
    changed = replace(FIND, heard=replace(FIND.heard, en="People want plain words."))
    change_theme(session, cycle, theme.id, changed, version=1, **GIVEN)
    assert theme.stale == {"heard": "fr"}
    change_theme(session, cycle, theme.id, changed, version=2, still_right=["heard"], **GIVEN)
    assert (theme.stale, theme.version) == ({"heard": CONFIRMED}, 2)
    assert newest_event(session).action == "engagement-theme.confirmed"
    with pytest.raises(Invalid):
        change_theme(session, cycle, theme.id, changed, version=2, still_right=["heard"], **GIVEN)


def test_methods_are_marked_and_confirmed(session: Session, cycle: EngagementCycle) -> None:
    methods = replace(cycle.methods, en="Three people read them.")
    state_methods(session, cycle, StatedMethods(methods, cycle.limits, methods_fingerprint(cycle)), **GIVEN)
    assert cycle.stale == {"methods": "fr"}
    shown = methods_fingerprint(cycle)
    state_methods(session, cycle, StatedMethods(methods, cycle.limits, shown, ("methods",)), **GIVEN)
    assert cycle.stale == {"methods": CONFIRMED}
    with pytest.raises(Invalid):
        state_methods(session, cycle, StatedMethods(methods, cycle.limits, shown), **GIVEN)
