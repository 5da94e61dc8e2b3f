"""Moving a due date: a reason is required, the history keeps the old date, and the matrix changes."""

from __future__ import annotations

import pytest

from cogwg.audit.models import AuditEvent
from cogwg.plan.models import Activity, DueChange
from tests.web.reporting.test_updates import without_no_break_spaces
from tests.web_client import App, text_of

ACTIVITY_PATH = "/{lang}/plans/2020/activities/{code}"


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_due_date_move_is_stored_and_listed_in_the_history(app_per_engine: App, lang: str) -> None:
    chair = app_per_engine.client_as("chair")
    place = ACTIVITY_PATH.format(lang=lang, code="5.4")
    form = chair.get(place).form("/due").fill(month="2020-12", day="15", **{f"reason_{lang}": "The survey comes first."})
    answer = form.submit()
    assert (answer.status, answer.headers["Location"]) == (303, f"{place}#outcome")
    (activity,) = app_per_engine.rows(Activity, Activity.code == "5.4")
    assert (activity.due_month, activity.due_day, activity.due_words_en) == (12, 15, ""), (
        "the plan's “October” no longer applies"
    )
    (row,) = app_per_engine.rows(DueChange)
    assert (row.from_month, row.from_day, row.to_month, row.to_day) == (10, None, 12, 15)
    (event,) = app_per_engine.rows(AuditEvent, AuditEvent.action == "due.moved")
    assert (event.before["due"], event.after["due"]) == ("2020-10", "2020-12-15")
    text = without_no_break_spaces(app_per_engine.client_as("reader").get(place).main_text)
    sentence = {
        "en": "moved the due date from October 2020 to December 15, 2020",
        "fr": "a déplacé l’échéance d’octobre 2020 au 15 décembre 2020",
    }
    assert f"R. Campbell {sentence[lang]}" in text
    assert "The survey comes first." in text
    matrix = app_per_engine.anonymous_client().get(f"/{lang}/plans/2020")
    assert "The survey comes first." not in matrix.text
    headings = [text_of(heading) for heading in matrix.find_all("th")]
    assert ("October" if lang == "en" else "Octobre") not in headings, "its column was only for this activity"


def test_invalid_due_date_move_is_refused_and_form_values_are_kept(app: App) -> None:
    chair = app.client_as("chair")
    before = app.fingerprint()

    def sent(**fields: str) -> str:
        page = chair.get(ACTIVITY_PATH.format(lang="en", code="3.3")).form("/due").fill(**fields).submit()
        assert page.status == 422
        assert page.form("/due").value("reason_en") == fields.get("reason_en", "")
        return page.alert_text

    assert "This is already the due date" in sent(reason_en="Because.")
    assert "Explain why you are moving the due date" in sent(month="2020-12")
    assert "from 1 to 30" in sent(month="2020-11", day="31", reason_en="Because.")
    assert "as a number" in sent(month="2020-11", day="²", reason_en="Because.")
    assert "Choose a month" in sent(month="2019-01", reason_en="Because.")
    assert app.fingerprint() == before


def test_due_date_move_conflict_shows_the_new_date_and_keeps_the_form(app_per_engine: App) -> None:
    chair, secretariat = app_per_engine.client_as("chair"), app_per_engine.client_as("secretariat")
    place = ACTIVITY_PATH.format(lang="en", code="3.3")
    first, second = chair.get(place).form("/due"), secretariat.get(place).form("/due")
    assert first.fill(month="2020-12", reason_en="Later.").submit().status == 303
    before = app_per_engine.fingerprint()
    page = second.fill(month="2020-11", reason_en="A little later.").submit()
    assert page.status == 409
    assert app_per_engine.fingerprint() == before
    assert "The due date was moved to December 2020 while you were editing" in page.alert_text
    form = page.form("/due")
    assert (form.value("reason_en"), form.value("was")) == ("A little later.", "2020-12")
    assert form.submit().status == 303
    assert len(app_per_engine.rows(DueChange)) == 2


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_moved_activity_is_listed_in_due_order_with_both_dates(app: App, lang: str) -> None:
    form = app.client_as("chair").get(ACTIVITY_PATH.format(lang=lang, code="3.2")).form("/due")
    assert form.fill(month="2020-12", day="15", **{f"reason_{lang}": "The survey comes first."}).submit().status == 303
    lead, plan = app.client_as("ontario"), f"/{lang}/plans/2020"
    original = "originally June 2020" if lang == "en" else "initialement en juin 2020"
    moved, next_ = (ACTIVITY_PATH.format(lang=lang, code=code) for code in ("3.2", "3.3"))
    lists = (plan, f"{plan}?view=list", f"{plan}?view=timeline", f"{plan}/priorities/3")
    for place in (*lists, f"/{lang}/my-updates", f"/{lang}/my-updates/submit", f"/{lang}/jurisdictions/on"):
        page = lead.get(place)
        assert original in page.main_text or place.endswith("/submit"), place
        links = [a.get("href", "").split("/report")[0] for a in page.find_all("a")]
        assert links.index(next_) < links.index(moved), place
    assert original in lead.get(moved).main_text


def test_activity_moved_back_to_its_original_date_shows_only_that_date(app: App) -> None:
    chair, place = app.client_as("chair"), ACTIVITY_PATH.format(lang="en", code="3.2")
    assert chair.get(place).form("/due").fill(month="2020-12", reason_en="Because.").submit().status == 303
    asked = chair.get(place).form("/due").fill(month="2020-06", reason_en="Because.").submit()
    assert asked.form("/due").submit().status == 303
    for page in ("/en/plans/2020", "/en/plans/2020?view=list", place):
        assert "originally" not in chair.get(page).main_text
