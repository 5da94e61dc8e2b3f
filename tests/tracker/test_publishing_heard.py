"""The report "What we heard": built from the record, finalized, and published with its dataset in one act."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.audit.models import AuditEvent
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.errors import Conflict, Invalid, NotFound
from cogwg.core.text_states import TextState
from cogwg.engagement.heard import StatedMethods, methods_fingerprint, state_methods
from cogwg.engagement.models import EngagementCycle, HeardVersion
from cogwg.engagement.scales import CommentState, RefusalReason
from cogwg.engagement.themes import ThemeFacts, add_theme, change_theme
from cogwg.tracker.copying_heard import HeardGap
from cogwg.tracker.models import Publication, PublicationKind
from cogwg.tracker.publishing_heard import finalize_heard, preview_heard, publish_heard, published_number
from cogwg.tracker.storing import load_heard
from tests.engagement.analysed import AT, EMAIL, FIND, GIVEN, NAME, add_analysis, add_comment, add_cycle

REASON = Bilingual("A theme was added.", "Un thème a été ajouté.")


@pytest.fixture
def cycle(session: Session) -> EngagementCycle:
    return add_analysis(session)


def finalize(session: Session, cycle: EngagementCycle) -> int:
    return finalize_heard(session, cycle, shown=None, **GIVEN)


def publish(session: Session, cycle: EngagementCycle, number: int, **given: Any) -> int:
    return publish_heard(session, cycle, number, **given, **GIVEN)


def add_short_theme(session: Session, cycle: EngagementCycle) -> None:
    add_theme(session, cycle, ThemeFacts(Bilingual("More", ""), disposition=FIND.disposition), **GIVEN)
    session.expire_all()


def test_the_report_counts_who_took_part_and_orders_themes_by_their_comments(session: Session, cycle: EngagementCycle) -> None:
    copy = preview_heard(session, cycle, at=AT).copy

    content = copy.content
    assert (content.received, content.published, content.refused, content.duplicates, content.meetings) == (7, 5, 1, 0, 2)
    assert [(each.code, each.received) for each in content.by_channel] == [("online", 4), ("in-person", 2), ("email", 1)]
    assert [(each.code, each.received) for each in content.by_language] == [("en", 6), ("fr", 1)]
    assert [(each.code, each.published) for each in content.by_phase] == [("shaping", 4), ("reviewing", 1)]
    assert [(each.reason.code, each.count) for each in content.refusals] == [("advertising", 1)]
    assert [(each.number, each.title.en, len(each.comments)) for each in content.themes] == [
        (1, "Easy to find", 3),
        (2, "Answer in 10 days", 2),
    ]
    assert len(content.comments) == 5
    assert (copy.undecided, copy.uncoded, copy.gaps, copy.without_disposition) == (1, 1, (), ())


def test_a_refused_comment_under_appeal_counts_as_refused(session: Session, cycle: EngagementCycle) -> None:
    add_comment(session, cycle, state=CommentState.APPEALED, reason=RefusalReason.ADVERTISING)

    copy = preview_heard(session, cycle, at=AT).copy

    assert (copy.content.refused, copy.undecided) == (2, 1)
    assert [(each.reason.code, each.count) for each in copy.content.refusals] == [("advertising", 2)]
    assert sum(each.refused for each in copy.content.by_phase) == 2


def test_the_preview_names_texts_that_one_language_lacks(session: Session, cycle: EngagementCycle) -> None:
    shown = methods_fingerprint(cycle)
    state_methods(session, cycle, StatedMethods(Bilingual("How", ""), cycle.limits, shown), **GIVEN)
    add_short_theme(session, cycle)

    gaps = preview_heard(session, cycle, at=AT).copy.gaps

    assert gaps == (HeardGap(3, "title", Language.FR), HeardGap(0, "methods", Language.FR))
    with pytest.raises(Conflict):
        state_methods(session, cycle, StatedMethods(Bilingual("Else", ""), cycle.limits, shown), **GIVEN)


def test_the_preview_names_texts_that_changed_in_one_language_since_the_last_version(
    session: Session, cycle: EngagementCycle
) -> None:
    publish(session, cycle, finalize(session, cycle))
    theme = next(each for each in cycle.themes if each.title == FIND.title)
    text = Bilingual(f"{FIND.heard.en} Again.", FIND.heard.fr)
    change_theme(session, cycle, theme.id, replace(FIND, heard=text), version=1, **GIVEN)
    limits = Bilingual(cycle.limits.en, f"{cycle.limits.fr} Encore.")
    state_methods(session, cycle, StatedMethods(cycle.methods, limits, methods_fingerprint(cycle)), **GIVEN)
    session.expire_all()

    gaps = preview_heard(session, cycle, at=AT).copy.gaps

    assert gaps == (HeardGap(1, "heard", Language.FR, TextState.STALE), HeardGap(0, "limits", Language.EN, TextState.STALE))
    number = finalize(session, cycle)
    with pytest.raises(Invalid) as refusal:
        publish(session, cycle, number, reason=REASON)
    assert [field for field, _message in refusal.value.problems] == ["override_reason"]
    publish(session, cycle, number, reason=REASON, override_reason="Both are right.")


def test_a_theme_that_was_marked_before_its_first_version_is_named_until_it_is_confirmed(
    session: Session, cycle: EngagementCycle
) -> None:
    theme = next(each for each in cycle.themes if each.title == FIND.title)
    changed = replace(FIND, heard=Bilingual(f"{FIND.heard.en} Again.", FIND.heard.fr))
    change_theme(session, cycle, theme.id, changed, version=1, **GIVEN)
    session.expire_all()
    assert preview_heard(session, cycle, at=AT).copy.gaps == (HeardGap(1, "heard", Language.FR, TextState.STALE),)
    number = finalize(session, cycle)
    with pytest.raises(Invalid):
        publish(session, cycle, number)
    change_theme(session, cycle, theme.id, changed, version=2, still_right=["heard"], **GIVEN)
    publish(session, cycle, number)


def test_a_finalized_version_has_no_names_or_addresses_and_stays(session: Session, cycle: EngagementCycle) -> None:
    shown = preview_heard(session, cycle, at=AT).shown
    assert finalize_heard(session, cycle, shown=shown, **GIVEN) == 1
    version = session.scalars(select(HeardVersion)).one()
    final = version.content
    assert NAME not in final
    assert EMAIL not in final
    theme = cycle.themes[0]
    change_theme(session, cycle, theme.id, replace(FIND, heard=Bilingual("Else", "Autre")), version=1, **GIVEN)
    session.expire_all()

    assert finalize(session, cycle) == 2

    assert [each.content == final for each in session.scalars(select(HeardVersion).order_by(HeardVersion.number))] == [
        True,
        False,
    ]
    assert load_heard(final).themes[0].heard == FIND.heard


def test_nothing_is_finalized_without_themes_dispositions_or_news_or_after_a_change(
    session: Session, cycle: EngagementCycle
) -> None:
    with pytest.raises(Invalid):
        finalize(session, add_cycle(session, "fifth-plan"))
    shown = preview_heard(session, cycle, at=AT).shown
    open_theme = add_theme(session, cycle, ThemeFacts(Bilingual("Open", "Ouvert")), **GIVEN)
    session.expire_all()
    with pytest.raises(Conflict):
        finalize_heard(session, cycle, shown=shown, **GIVEN)
    with pytest.raises(Invalid):
        finalize(session, cycle)
    facts = ThemeFacts(Bilingual("Open", "Ouvert"), disposition=FIND.disposition)
    change_theme(session, cycle, open_theme, facts, version=1, **GIVEN)
    session.expire_all()
    finalize(session, cycle)
    with pytest.raises(Invalid):
        finalize(session, cycle)


def test_report_and_dataset_are_published_in_one_act(session: Session, cycle: EngagementCycle) -> None:
    number = finalize(session, cycle)

    id_ = publish(session, cycle, number)

    row = session.get_one(Publication, id_)
    assert (row.kind, row.key, row.edition, row.visible_at) == (PublicationKind.HEARD, "fourth-plan", 1, AT)
    assert published_number(session, cycle, AT) == 1
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "heard.published")).one()
    assert (event.after["comments"], event.after["sha256"]) == (5, row.sha256)
    with pytest.raises(Invalid):
        publish(session, cycle, number)


def test_a_later_version_needs_a_public_reason_in_both_languages(session: Session, cycle: EngagementCycle) -> None:
    publish(session, cycle, finalize(session, cycle))
    add_short_theme(session, cycle)
    number = finalize(session, cycle)
    with pytest.raises(Invalid) as refused:
        publish(session, cycle, number, reason=Bilingual("Why", ""))
    assert [field for field, _ in refused.value.problems] == ["override_reason", "reason_fr"]
    with pytest.raises(NotFound):
        publish(session, cycle, 1, reason=REASON)

    id_ = publish(session, cycle, number, reason=REASON, override_reason="The French comes next week.")

    row = session.get_one(Publication, id_)
    assert (row.edition, row.override_reason) == (2, "The French comes next week.")
    assert load_heard(row.content).correction == REASON
