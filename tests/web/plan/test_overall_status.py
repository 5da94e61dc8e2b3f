"""The overall status of a priority: computed with its reason, or set by hand with a note."""

from __future__ import annotations

import pytest

from cogwg.audit.models import AuditEvent
from cogwg.core.status import Status
from cogwg.reporting.models import OverallStatus
from tests.web.reporting.test_updates import without_no_break_spaces
from tests.web_client import App, text_of

PRIORITY_PATH = "/{lang}/plans/2020/priorities/3"


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_overall_status_is_overridden_with_a_note_and_cleared(app_per_engine: App, lang: str) -> None:
    place, chair, reader = (
        PRIORITY_PATH.format(lang=lang),
        app_per_engine.client_as("chair"),
        app_per_engine.client_as("reader"),
    )
    reason = {
        "en": "1 of 4 complete; 2 with limited progress (1 overdue); 1 not started",
        "fr": "1 sur 4 réalisée; 2 avec des progrès limités (dont 1 en retard); 1 non commencée",
    }[lang]
    lede = without_no_break_spaces(text_of(reader.get(place).find_all("p", class_="lede")[0]))
    assert lede.startswith(f"{Status.LIMITED.label.text(lang)} · {reason}.")
    form = chair.get(place).form("/overall")
    assert form.submit().status == 422, "a note is needed"
    assert form.fill(status="SP", **{f"note_{lang}": "The catalogue went live."}).submit().status == 303
    shown, public = reader.get(place), app_per_engine.anonymous_client().get(place)
    assert without_no_break_spaces(text_of(shown.find_all("p", class_="lede")[0])).startswith(
        f"{Status.SUBSTANTIAL.label.text(lang)} {'set manually' if lang == 'en' else 'défini manuellement'}"
    )
    assert reason in without_no_break_spaces(shown.main_text), "the computed status is still shown"
    for kept_in in ("The catalogue went live.", "R. Campbell", "set manually", "défini manuellement"):
        assert kept_in not in public.text
    for kept_in in ("The catalogue went live.", "R. Campbell"):
        assert kept_in in shown.main_text
    assert chair.get(place).form("/computed").submit().status == 303
    assert without_no_break_spaces(text_of(reader.get(place).find_all("p", class_="lede")[0])) == lede
    assert [row.status for row in app_per_engine.rows(OverallStatus)] == [Status.SUBSTANTIAL, None]
    assert [e.action for e in app_per_engine.rows(AuditEvent, AuditEvent.subject_kind == "priority")] == [
        "priority.set_by_hand",
        "priority.handed_back",
    ]


def test_overall_status_conflict_keeps_what_was_typed(app_per_engine: App) -> None:
    place = PRIORITY_PATH.format(lang="en")
    first, second = (app_per_engine.client_as(name).get(place).form("/overall") for name in ("chair", "secretariat"))
    assert first.fill(status="SP", note_en="The chair says so.").submit().status == 303
    before = app_per_engine.fingerprint()
    page = second.fill(status="NS", note_en="The secretariat says so.").submit()
    assert page.status == 409
    assert app_per_engine.fingerprint() == before
    assert "The chair says so." in page.main_text
    form = page.form("/overall")
    assert (form.value("status"), form.value("note_en")) == ("NS", "The secretariat says so.")
    assert form.submit().status == 303
    assert len(app_per_engine.rows(OverallStatus)) == 2
