"""A due date moves for a reason; the old one stays in the history, and the matrix follows."""

from __future__ import annotations

import pytest

from cogwg.audit.models import AuditEvent
from cogwg.plan.models import Activity, DueChange
from tests.pages import House
from tests.web.reporting.test_updates import plain

PAGE = "/{lang}/plans/2020/activities/{code}"


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_group_moves_a_due_date_and_the_history_says_from_where_and_why(each_house: House, lang: str) -> None:
    chair = each_house.cast("chair")
    place = PAGE.format(lang=lang, code="5.4")
    form = chair.get(place).form("/due").fill(month="2020-12", day="15", **{f"reason_{lang}": "The survey comes first."})
    answer = form.submit()
    assert (answer.status, answer.headers["Location"]) == (303, f"{place}#history")
    (activity,) = each_house.rows(Activity, Activity.code == "5.4")
    assert (activity.due_month, activity.due_day, activity.due_words_en) == (12, 15, ""), (
        "“October” is no longer the plan’s word"
    )
    (row,) = each_house.rows(DueChange)
    assert (row.from_month, row.from_day, row.to_month, row.to_day) == (10, None, 12, 15)
    (event,) = each_house.rows(AuditEvent, AuditEvent.action == "due.moved")
    assert (event.before["due"], event.after["due"]) == ("2020-10", "2020-12-15")
    said = plain(each_house.cast("reader").get(place).main)
    sentence = {
        "en": "moved the due date from October 2020 to 15 December 2020",
        "fr": "a déplacé l’échéance d’octobre 2020 au 15 décembre 2020",
    }
    assert f"R. Campbell: {sentence[lang]}" in said or f"R. Campbell : {sentence[lang]}" in said
    assert "The survey comes first." in said
    matrix = each_house.visitor().get(f"/{lang}/plans/2020")
    assert "The survey comes first." not in matrix.text
    assert ("October" if lang == "en" else "Octobre") not in matrix.main, "its column went with its only activity"


def test_what_is_no_move_is_refused_and_what_was_typed_stays(house: House) -> None:
    chair = house.cast("chair")
    before = house.fingerprint()

    def sent(**fields: str) -> str:
        page = chair.get(PAGE.format(lang="en", code="3.3")).form("/due").fill(**fields).submit()
        assert page.status == 422
        assert page.form("/due").value("reason_en") == fields.get("reason_en", "")
        return page.alerts

    assert "It is due then already" in sent(reason_en="Because.")
    assert "Say why it moves" in sent(month="2020-12")
    assert "from 1 to 30" in sent(month="2020-11", day="31", reason_en="Because.")
    assert "as a number" in sent(month="2020-11", day="²", reason_en="Because.")
    assert "Choose the month" in sent(month="2019-01", reason_en="Because.")
    assert house.fingerprint() == before


def test_two_who_move_it_at_once_do_not_overwrite_each_other(each_house: House) -> None:
    chair, secretariat = each_house.cast("chair"), each_house.cast("secretariat")
    place = PAGE.format(lang="en", code="3.3")
    first, second = chair.get(place).form("/due"), secretariat.get(place).form("/due")
    assert first.fill(month="2020-12", reason_en="Later.").submit().status == 303
    before = each_house.fingerprint()
    page = second.fill(month="2020-11", reason_en="A little later.").submit()
    assert page.status == 409
    assert each_house.fingerprint() == before
    assert "moved the due date to December 2020 while you were writing" in page.alerts
    form = page.form("/due")
    assert (form.value("reason_en"), form.value("was")) == ("A little later.", "2020-12")
    assert form.submit().status == 303
    assert len(each_house.rows(DueChange)) == 2
