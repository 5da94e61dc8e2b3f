"""Publishing cycles of engagement: exactly what was previewed, in both languages, with a reason for what changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.orm import Session

from cogwg.audit.services import SYSTEM
from cogwg.core import dates
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language
from cogwg.core.errors import Conflict, Invalid
from cogwg.core.text_states import TextState
from cogwg.engagement.cycles import cycle_row, facts_of, record_cycle
from cogwg.engagement.facts import CycleFacts
from cogwg.engagement.scales import RegistryState
from cogwg.tracker.copying_engagement import CycleGap
from cogwg.tracker.engagement import PublishedHeard, PublishedPhase, PublishedTheme, ThemeLink
from cogwg.tracker.models import PublicationKind
from cogwg.tracker.published import whole_record
from cogwg.tracker.publishing_engagement import preview_cycle, publish_cycle
from cogwg.tracker.services import withdraw_publication
from cogwg.tracker.storing import dump, load_cycle, load_heard
from tests.engagement.cycles import AT, CYCLE, DRAFTING, SHAPING

WHY = Bilingual("The dates were wrong.", "Les dates étaient erronées.")


@pytest.fixture
def recorded(session: Session) -> Session:
    record_cycle(session, CYCLE, version=None, by=SYSTEM, at=AT)
    return session


def _save(session: Session, facts: CycleFacts) -> None:
    record_cycle(session, facts, version=cycle_row(session, facts.key).version, by=SYSTEM, at=AT)


def _publish(session: Session, **reasons: object) -> int:
    return publish_cycle(session, "sixth-plan", shown=None, by=SYSTEM, at=AT, **reasons)  # type: ignore[arg-type]


def test_a_cycle_is_public_as_it_is_stated(recorded: Session) -> None:
    _publish(recorded)

    edition = whole_record(recorded, AT).cycle("sixth-plan")
    assert [phase.key for phase in edition.content.phases] == ["shaping", "drafting"]
    assert edition.content.phases[0].documents[0].url == "https://example.ca/guide"
    assert load_cycle(edition.text) == edition.content


def test_what_is_missing_in_a_language_blocks_without_a_reason(recorded: Session) -> None:
    _save(recorded, replace(CYCLE, phases=(replace(SHAPING, asked=Bilingual("What comes first?", "")), DRAFTING)))
    with pytest.raises(Invalid) as refusal:
        _publish(recorded)
    assert [field for field, _message in refusal.value.problems] == ["override_reason"]

    _publish(recorded, override_reason="It opens tomorrow.")

    assert len(whole_record(recorded, AT).cycles) == 1


def test_a_text_changed_in_one_language_since_it_was_public_blocks_without_a_reason(recorded: Session) -> None:
    _publish(recorded)
    changed = replace(SHAPING, title=Bilingual(f"{SHAPING.title.en}, again", SHAPING.title.fr))
    _save(recorded, replace(CYCLE, title=Bilingual("Both", "Les deux"), phases=(changed, DRAFTING)))

    gaps = preview_cycle(recorded, "sixth-plan", at=AT).copy.gaps

    assert gaps == (CycleGap("shaping", "title", Language.FR, TextState.STALE),)
    with pytest.raises(Invalid) as refusal:
        _publish(recorded, reason=WHY)
    assert [field for field, _message in refusal.value.problems] == ["override_reason"]
    _publish(recorded, reason=WHY, override_reason="The French is late.")
    assert preview_cycle(recorded, "sixth-plan", at=AT).copy.gaps == gaps, "it is still marked"
    row = cycle_row(recorded, "sixth-plan")
    still_right = [("phase shaping", "title")]
    record_cycle(recorded, facts_of(row), version=row.version, still_right=still_right, by=SYSTEM, at=AT)
    assert preview_cycle(recorded, "sixth-plan", at=AT).copy.gaps == ()


def test_a_text_marked_before_its_first_publication_blocks_it_without_a_reason(recorded: Session) -> None:
    changed = replace(CYCLE, title=Bilingual(f"{CYCLE.title.en}, again", CYCLE.title.fr))
    _save(recorded, changed)
    assert preview_cycle(recorded, "sixth-plan", at=AT).copy.gaps == (CycleGap("", "title", Language.FR, TextState.STALE),)
    with pytest.raises(Invalid):
        _publish(recorded)


def test_a_change_of_what_is_public_needs_a_reason_and_keeps_both(recorded: Session) -> None:
    _publish(recorded)
    _save(recorded, replace(CYCLE, phases=(replace(SHAPING, ends_on=date(2020, 7, 31)), DRAFTING)))
    with pytest.raises(Invalid) as refusal:
        _publish(recorded)
    assert [field for field, _message in refusal.value.problems] == ["reason_en", "reason_fr"]

    _publish(recorded, reason=WHY)

    edition = whole_record(recorded, AT).cycle("sixth-plan")
    (change,) = edition.changes
    assert (edition.edition, change.subject, change.field, change.reason) == (2, "shaping", "ends_on", WHY)
    assert (change.before, change.after) == (dates.day(date(2020, 6, 30)), dates.day(date(2020, 7, 31)))


def test_what_is_only_added_needs_no_reason_and_nothing_new_is_refused(recorded: Session) -> None:
    _publish(recorded)
    with pytest.raises(Invalid):
        _publish(recorded)
    _save(recorded, replace(CYCLE, phases=(SHAPING, DRAFTING, replace(DRAFTING, key="reviewing"))))

    _publish(recorded)

    assert [change.is_addition for change in whole_record(recorded, AT).cycle("sixth-plan").changes] == [True]


def test_what_changed_after_the_preview_is_previewed_again(recorded: Session) -> None:
    shown = preview_cycle(recorded, "sixth-plan", at=AT).shown
    _save(recorded, replace(CYCLE, title=Bilingual("The 6th plan", "Le 6e plan")))

    with pytest.raises(Conflict):
        publish_cycle(recorded, "sixth-plan", shown=shown, by=SYSTEM, at=AT)

    assert whole_record(recorded, AT).cycles == ()


def test_a_cycle_without_phases_is_not_published(recorded: Session) -> None:
    _save(recorded, replace(CYCLE, phases=()))
    with pytest.raises(Invalid):
        _publish(recorded)


def test_a_withdrawn_cycle_leaves_a_notice(recorded: Session) -> None:
    _publish(recorded)
    withdraw_publication(recorded, PublicationKind.CYCLE, "sixth-plan", reason=WHY, by=SYSTEM, at=AT)

    record = whole_record(recorded, AT)
    assert record.cycles == ()
    assert [(notice.kind, notice.key) for notice in record.withdrawals] == [(PublicationKind.CYCLE, "sixth-plan")]


@pytest.mark.parametrize(
    ("phase", "reported", "state"),
    [
        ({"starts_on": date(2020, 7, 1)}, False, RegistryState.PLANNED),
        ({}, False, RegistryState.OPEN),
        ({"ends_on": date(2020, 5, 31)}, False, RegistryState.ANALYZING),
        ({"ends_on": date(2020, 5, 31)}, True, RegistryState.REPORT_AVAILABLE),
        ({"ends_on": date(2020, 5, 31), "report_expected": False}, True, RegistryState.NO_REPORT_EXPECTED),
        ({"going_forward": False}, False, RegistryState.NOT_GOING_FORWARD),
        ({"completed_on": date(2020, 5, 31)}, False, RegistryState.ANALYZING),
    ],
)
def test_the_registry_state_follows_from_the_days_and_the_report(
    phase: dict[str, object], reported: bool, state: RegistryState
) -> None:
    facts = {"starts_on": date(2020, 4, 1), **phase}
    own = PublishedPhase("shaping", 1, SHAPING.title, **facts)  # type: ignore[arg-type]
    assert own.registry_state(date(2020, 6, 1), reported=reported) is state


def test_what_we_heard_is_read_back_as_it_was_stored() -> None:
    theme = PublishedTheme(
        1, Bilingual("Data", "Données"), EMPTY_TEXT, links=(ThemeLink("commitment", "CA0064"),), comments=(3, 5)
    )
    report = PublishedHeard("sixth-plan", CYCLE.title, 1, date(2020, 6, 1), received=2, themes=(theme,))

    assert load_heard(dump(report)) == report
    assert report.themes_of(5) == report.themes_linked("commitment", "CA0064") == (theme,)
