"""The overall status of a priority: computed with its reason, or set by hand with a note."""

from __future__ import annotations

import pytest

from cogwg.audit.models import AuditEvent
from cogwg.core.scale import Status
from cogwg.reporting.models import OverallStatus
from tests.pages import House, words
from tests.web.reporting.test_updates import plain

PLACE = "/{lang}/plans/2020/priorities/3"


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_it_is_set_by_hand_with_a_note_and_handed_back(each_house: House, lang: str) -> None:
    place, chair, visitor = PLACE.format(lang=lang), each_house.cast("chair"), each_house.visitor()
    reason = {"en": "1 of 4 complete; 1 overdue", "fr": "1 sur 4 réalisée ; 1 en retard"}[lang]
    lede = plain(words(visitor.get(place).all("p", class_="lede")[0]))
    assert lede.startswith(f"{Status.LIMITED.label.text(lang)} · {reason}.")
    form = chair.get(place).form("/overall")
    assert form.submit().status == 422, "a note is needed"
    assert form.fill(status="SP", **{f"note_{lang}": "The catalogue went live."}).submit().status == 303
    public = visitor.get(place)
    assert plain(words(public.all("p", class_="lede")[0])).startswith(
        f"{Status.SUBSTANTIAL.label.text(lang)} {'set by hand' if lang == 'en' else 'fixé à la main'}"
    )
    assert reason in plain(public.main), "what is computed stays beside it"
    for kept_in in ("The catalogue went live.", "R. Campbell"):
        assert kept_in not in public.text
        assert kept_in in each_house.cast("reader").get(place).main
    assert chair.get(place).form("/computed").submit().status == 303
    assert plain(words(visitor.get(place).all("p", class_="lede")[0])) == lede
    assert [row.status for row in each_house.rows(OverallStatus)] == [Status.SUBSTANTIAL, None]
    assert [e.action for e in each_house.rows(AuditEvent, AuditEvent.subject_kind == "priority")] == [
        "priority.set_by_hand",
        "priority.handed_back",
    ]


def test_two_who_set_it_at_once_see_the_other_and_lose_nothing(each_house: House) -> None:
    place = PLACE.format(lang="en")
    first, second = (each_house.cast(name).get(place).form("/overall") for name in ("chair", "secretariat"))
    assert first.fill(status="SP", note_en="The chair says so.").submit().status == 303
    before = each_house.fingerprint()
    page = second.fill(status="NS", note_en="The secretariat says so.").submit()
    assert page.status == 409
    assert each_house.fingerprint() == before
    assert "The chair says so." in page.main
    form = page.form("/overall")
    assert (form.value("status"), form.value("note_en")) == ("NS", "The secretariat says so.")
    assert form.submit().status == 303
    assert len(each_house.rows(OverallStatus)) == 2
