"""The next steps of reports: offered in the editor, shown on the slide with who and by when, and in the data of the deck."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from cogwg.briefing.deck import DataSlide, DeckStepState, NextStepsSlide
from cogwg.core.bilingual import Bilingual
from tests.conventions.test_pages import check_html, in_language
from tests.web.briefings.test_editor import create_briefing, find_slide, press_button
from tests.web.reporting.test_updates import update_form
from tests.web_client import App, Client, Page, text_of

GUIDE = Bilingual("Publish the guide to the forms.", "Publier le guide des formulaires.")
OFFER = "2020-3.3"


def submit(ontario: Client, code: str = "3.3", text: Bilingual = GUIDE) -> None:
    form = update_form(ontario, code).fill(
        status="SP", progress_en="It is drafted.", next_step_en=text.en, next_step_fr=text.fr
    )
    assert form.submit(button_value="submit").status == 303


def offers(page: Page) -> list[str]:
    return [e.get("value") or "" for e in page.find("main").iter("input") if e.get("name") == "offer"]


def test_reported_next_step_is_added_with_who_and_by_when(app: App, chair: Client, ontario: Client) -> None:
    submit(ontario)
    place = create_briefing(app)
    where = f"{place}/next-steps"
    for lang in ("en", "fr"):
        page = chair.get(in_language(where, lang))
        check_html(page, lang)
        assert (offers(page), page.main_text.count(GUIDE.text(lang))) == ([OFFER], 1)
    (item,) = [text_of(e) for e in chair.get(where).find_all("li") if GUIDE.en in text_of(e)]
    assert "· Ontario · by September\u00a030, 2020 · reported September" in item
    assert GUIDE not in [step.text for step in find_slide(app, place, NextStepsSlide).steps], "it is only offered"
    assert press_button(chair, where, "save", offer=OFFER).status == 303
    step = find_slide(app, place, NextStepsSlide).steps[0]
    by = Bilingual("September\u00a030, 2020", "30\u00a0septembre 2020")
    assert (step.text, step.state, step.who.en, step.by) == (GUIDE, DeckStepState.NEW, "Ontario", by)
    assert offers(chair.get(where)) == []


def test_reworded_step_is_not_offered_again(app: App, chair: Client, ontario: Client) -> None:
    submit(ontario)
    place = create_briefing(app)
    where = f"{place}/next-steps"
    press_button(chair, where, "save", offer=OFFER)
    last = len(find_slide(app, place, NextStepsSlide).steps) - 1
    assert press_button(chair, where, "save", **{f"step-{last}-en": "Publish it.", f"step-{last}-fr": ""}).status == 303
    assert (find_slide(app, place, NextStepsSlide).steps[0].text.en, offers(chair.get(where))) == ("Publish it.", [])
    submit(ontario, text=Bilingual("Train the staff.", ""))
    page = chair.get(where)
    assert offers(page) == [OFFER], "another text in the report is offered"
    assert "French missing" in page.main_text


def test_draft_of_a_report_offers_nothing(app: App, chair: Client, ontario: Client) -> None:
    form = update_form(ontario, "3.3").fill(status="SP", progress_en="It is drafted.", next_step_en=GUIDE.en)
    assert form.submit(button_value="save").status == 303
    place = create_briefing(app)
    page = chair.get(f"{place}/next-steps")
    assert (offers(page), "Next steps in reports" in page.main_text) == ([], False)
    assert press_button(chair, f"{place}/next-steps", "save", **{"step-new-en": "Meet."}).status == 303


def test_next_step_of_an_overdue_activity_has_no_day(app: App, chair: Client, ontario: Client) -> None:
    submit(ontario, "4.2")
    place = create_briefing(app)
    assert "was due June\u00a030, 2020" in chair.get(f"{place}/next-steps").main_text
    press_button(chair, f"{place}/next-steps", "save", offer="2020-4.2")
    assert find_slide(app, place, NextStepsSlide).steps[0].by == Bilingual("", "")


def test_unknown_offer_adds_nothing(app: App, chair: Client, ontario: Client) -> None:
    submit(ontario)
    place = create_briefing(app)
    before = len(find_slide(app, place, NextStepsSlide).steps)
    form = chair.get(f"{place}/next-steps").form()
    chair.post(form.action, {**form.values, "offer": "2020-9.9", "do": "save"})
    assert len(find_slide(app, place, NextStepsSlide).steps) == before


def data_sheet(book: Any) -> Any:
    """Return the sheet before the list of sources, which is the last."""
    (name,) = [name for name in book.sheetnames if name.endswith(" Data")]
    return book[name]


def test_data_of_the_deck_has_the_next_step_in_each_format(app: App, chair: Client, ontario: Client) -> None:
    place = create_briefing(app)
    book = load_workbook(BytesIO(chair.get(f"{place}/deck.xlsx").response.get_data()))
    assert "Next step" not in [cell.value for row in data_sheet(book).iter_rows() for cell in row]
    submit(ontario)
    states = [state for _short, state in find_slide(app, place, DataSlide).rows if state.next_step]
    assert [(state.code, state.next_step, state.due_on) for state in states] == [("3.3", GUIDE, date(2020, 9, 30))]
    assert f"Next step: {GUIDE.en}" in chair.get(place).main_text
    book = load_workbook(BytesIO(chair.get(f"{place}/deck.xlsx").response.get_data()))
    values = [cell.value for row in data_sheet(book).iter_rows() for cell in row]
    assert {"Next step", GUIDE.en} <= set(values)
