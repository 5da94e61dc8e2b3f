"""A jurisdiction's new name is not a change of the plan between two decks."""

from __future__ import annotations

import pytest

from cogwg.briefing.deck import ChangeKind, PlanChange
from cogwg.briefing.renames import without_renames
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual

OLD, SHORT, NEW = Bilingual("Northwest Territories", "T.N.-O."), Bilingual("NWT", "TNO"), Bilingual("Denendeh", "Dénendeh")
RENAMES = ((OLD, NEW), (SHORT, NEW), (NEW, NEW))


def change(before: Bilingual, after: Bilingual) -> PlanChange:
    return PlanChange(ChangeKind.LEAD_CHANGED, 2020, 5, "", EMPTY_TEXT, before, after, EMPTY_TEXT, EMPTY_TEXT)


def carried(name: Bilingual) -> Bilingual:
    return Bilingual(f"Ontario (L), {name.en} (P); role vacant", f"Ontario (R), {name.fr} (P); rôle vacant")


@pytest.mark.parametrize("name", [OLD, SHORT])
def test_new_name_in_the_same_role_is_no_change(name: Bilingual) -> None:
    assert without_renames([change(carried(name), carried(NEW)), change(name, NEW)], RENAMES) == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (carried(OLD), Bilingual("Denendeh (L)", "Dénendeh (R)")),
        (carried(OLD), carried(Bilingual("Yukon", "Yukon"))),
        (Bilingual("South NWT (L)", "Sud (R)"), Bilingual("South Denendeh (L)", "Sud (R)")),
    ],
)
def test_new_role_and_another_jurisdiction_stay_changes(before: Bilingual, after: Bilingual) -> None:
    other = change(before, after)
    assert without_renames([other], RENAMES) == (other,)
    assert without_renames([other], ()) == (other,)
