"""Who and by when: the fields of requests and of next steps, in the form, in the deck, and in the next briefing."""

from __future__ import annotations

from cogwg.briefing.deck import AsksSlide, DeckStepState, NextStepsSlide, SummarySlide
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from tests.conventions.test_pages import LANGS, check_html, in_language
from tests.sessions import FURTHER
from tests.web.briefings.test_editor import create_briefing, find_slide, form_with_button, press_button
from tests.web_client import App, Client

DEPUTIES = Bilingual("Deputy ministers", "Sous-ministres")
NEW_ASK = {"ask-2-1-en": "Name a lead.", "ask-2-1-fr": "Nommez une personne."}
ASK_TERMS = {"ask-2-1-who-en": DEPUTIES.en, "ask-2-1-who-fr": DEPUTIES.fr, "ask-2-1-day": "2020-12-31"}
BY = Bilingual("by December\u00a031, 2020", "d’ici le 31\u00a0décembre 2020")


def test_request_is_saved_with_who_decides_and_by_when_and_carried_over(app: App, chair: Client) -> None:
    place = create_briefing(app)
    where = f"{place}/priorities"
    assert press_button(chair, where, "save", **NEW_ASK, **ASK_TERMS).status == 303
    page = chair.get(where)
    assert "Deputy ministers, December\u00a031, 2020" in page.main_text
    assert {name: page.form().value(name) for name in ASK_TERMS} == ASK_TERMS
    (ask,) = find_slide(app, place, AsksSlide).asks
    assert (ask.who, ask.by) == (DEPUTIES, BY)
    decision = find_slide(app, place, SummarySlide).decisions[0]
    assert (decision.who, decision.by) == (DEPUTIES, BY)
    page = chair.get("/en/briefings/new").form().fill(meeting_on="2020-12-31").submit()
    (ask,) = find_slide(app, page.redirect_path.removesuffix("/changes"), AsksSlide).asks
    assert (ask.who, ask.by) == (DEPUTIES, Bilingual("today", "aujourd’hui"))


def test_request_without_terms_is_for_the_audience_and_has_no_date(app: App, chair: Client) -> None:
    place = create_briefing(app)
    page = press_button(chair, f"{place}/priorities", "save", **NEW_ASK).follow()
    assert "If you leave this field empty, the deck shows the audience: Joint Councils." in page.main_text
    (ask,) = find_slide(app, place, AsksSlide).asks
    assert (ask.who, ask.by) == (Bilingual("Joint Councils", "Conseils mixtes"), EMPTY_TEXT)
    page = chair.get(f"{place.replace('/en/', '/fr/')}/priorities")
    assert "Si vous laissez ce champ vide, la présentation indique l’auditoire\u00a0: Conseils mixtes." in page.main_text


@FURTHER
def test_date_of_a_request_may_be_written_in_words(app: App, chair: Client) -> None:
    place = create_briefing(app)
    press_button(chair, f"{place}/priorities", "save", **NEW_ASK, **{"ask-2-1-day-written": "31 décembre 2020"})
    assert find_slide(app, place, AsksSlide).asks[0].by == BY


def test_date_that_is_not_understood_is_refused_at_its_field_and_kept(app: App, chair: Client) -> None:
    place = create_briefing(app)
    typed = {**NEW_ASK, "ask-2-1-day-written": "soon"}
    page = press_button(chair, f"{place}/priorities", "ask 2", **typed)
    assert page.status == 422
    assert "Enter a date, such as September 10, 2020" in page.field_error("ask-2-1-day-written")
    assert page.form().value("ask-2-1-day-written") == "soon"
    assert page.form().value("ask-2-1-en") == "Name a lead."
    assert page.find("a", href="#ask-2-1-day-written") is not None
    for lang in LANGS:
        check_html(press_button(chair, in_language(f"{place}/priorities", lang), "save", **typed), lang)


def test_terms_of_a_new_request_without_text_are_refused_and_kept(app: App, chair: Client) -> None:
    place = create_briefing(app)
    page = press_button(chair, f"{place}/priorities", "save", **ASK_TERMS)
    assert (page.status, page.field_error("ask-2-1-en")) == (422, "Error: Enter the request.")
    assert page.form().value("ask-2-1-who-fr") == DEPUTIES.fr


def test_overlong_name_of_who_decides_is_refused_at_its_field(app: App, chair: Client) -> None:
    place = create_briefing(app)
    page = press_button(chair, f"{place}/priorities", "save", **NEW_ASK, **{"ask-2-1-who-fr": "é" * 121})
    assert page.status == 422
    assert "at most 120 characters" in page.field_error("ask-2-1-who-fr")


def test_request_is_removed_with_its_terms_and_comes_back_with_them(app: App, chair: Client) -> None:
    place = create_briefing(app)
    second = {"ask-2-2-en": "Meet twice.", "ask-2-2-fr": "Se réunir deux fois."}
    press_button(chair, f"{place}/priorities", "ask 2", **NEW_ASK, **ASK_TERMS)
    press_button(chair, f"{place}/priorities", "save", **second)
    page = press_button(chair, f"{place}/priorities", "save", **{"ask-2-1-en": "", "ask-2-1-fr": ""}).follow()
    (ask,) = find_slide(app, place, AsksSlide).asks
    assert (ask.text.en, ask.by) == ("Meet twice.", EMPTY_TEXT)
    page.form("/undo").submit()
    assert [(ask.text.en, ask.by) for ask in find_slide(app, place, AsksSlide).asks] == [
        ("Name a lead.", BY),
        ("Meet twice.", EMPTY_TEXT),
    ]


def test_conflict_shows_the_stored_terms_of_a_request(app: App, chair: Client) -> None:
    place = create_briefing(app)
    stale = form_with_button(chair.get(f"{place}/priorities"), "save")
    press_button(chair, f"{place}/priorities", "save", **NEW_ASK, **ASK_TERMS)
    page = stale.fill(**NEW_ASK, **{"ask-2-1-day": "2020-11-30"}).submit(button_value="save")
    assert page.status == 409
    assert "Deputy ministers" in page.alert_text
    assert "2020-12-31" in page.alert_text
    assert page.form().value("ask-2-1-day") == "2020-11-30"


STEP_TERMS = {"step-1-who-en": "Co-chairs", "step-1-who-fr": "Coprésidence", "step-1-day": "2020-12-31"}
NEW_STEP = {"step-new-en": "Write to all.", "step-new-fr": "Écrire à tous.", "step-new-who-en": "TBS", "step-new-who-fr": "SCT"}


def test_steps_have_who_and_by_when_and_open_ones_keep_them_in_the_next_briefing(app: App, chair: Client) -> None:
    place = create_briefing(app)
    where = f"{place}/next-steps"
    page = press_button(chair, where, "save", **STEP_TERMS, **NEW_STEP, **{"state-0": "done"}).follow()
    assert "Next steps saved. 3 steps are open." in page.main_text
    assert "Co-chairs, December\u00a031, 2020" in page.main_text
    steps = find_slide(app, place, NextStepsSlide).steps
    assert [(step.state.value, step.text.en[:5], step.who.fr, step.by.en) for step in steps] == [
        ("new", "Write", "SCT", ""),
        ("open", "Suppo", "Coprésidence", "December\u00a031, 2020"),
        ("open", "Form ", "", ""),
        ("done", "Meet ", "", ""),
    ]
    page = chair.get("/en/briefings/new").form().fill(meeting_on="2020-12-03").submit()
    later = page.redirect_path.removesuffix("/changes")
    carried = find_slide(app, later, NextStepsSlide).steps
    assert [(step.text.en[:5], step.who.fr, step.by.en) for step in carried] == [
        ("Write", "SCT", ""),
        ("Suppo", "Coprésidence", "December\u00a031, 2020"),
        ("Form ", "", ""),
    ]


def test_reworded_step_that_was_carried_over_is_not_new(app: App, chair: Client) -> None:
    place = create_briefing(app)
    press_button(chair, f"{place}/next-steps", "save", **STEP_TERMS)
    page = chair.get("/en/briefings/new").form().fill(meeting_on="2020-12-03").submit()
    later = page.redirect_path.removesuffix("/changes")
    page = press_button(chair, f"{later}/next-steps", "down 0").follow()
    page.form().fill(**{"step-1-en": "Gather.", "step-1-fr": "Se rassembler."}).submit(button_value="save")
    steps = find_slide(app, later, NextStepsSlide).steps
    assert [(step.text.en[:6], step.state) for step in steps[:2]] == [
        ("Suppor", DeckStepState.OPEN),
        ("Gather", DeckStepState.OPEN),
    ]


def test_date_of_a_step_that_is_not_understood_is_refused_at_its_field_and_moves_with_the_step(app: App, chair: Client) -> None:
    place = create_briefing(app)
    typed = {"step-2-day-written": "soon", "step-2-who-en": "TBS"}
    page = press_button(chair, f"{place}/next-steps", "up 2", **typed)
    assert page.status == 422
    assert "Enter a date, such as September 10, 2020" in page.field_error("step-1-day-written")
    assert page.form().value("step-1-who-en") == "TBS"
    for lang in LANGS:
        check_html(press_button(chair, in_language(f"{place}/next-steps", lang), "save", **typed), lang)


def test_new_step_with_who_but_without_text_is_refused_and_kept(app: App, chair: Client) -> None:
    place = create_briefing(app)
    page = press_button(chair, f"{place}/next-steps", "save", **{"step-new-who-en": "TBS"})
    assert (page.status, page.field_error("step-3-en")) == (422, "Error: Describe this step.")
    assert page.form().value("step-3-who-en") == "TBS"


def test_step_is_removed_with_who_and_by_when_and_the_same_form_again_changes_nothing(app: App, chair: Client) -> None:
    place = create_briefing(app)
    where = f"{place}/next-steps"
    press_button(chair, where, "save", **STEP_TERMS)
    press_button(chair, where, "save", **{"step-1-en": "", "step-1-fr": ""})
    assert len(find_slide(app, place, NextStepsSlide).steps) == 2
    form = form_with_button(chair.get(where), "save")
    assert form.submit(button_value="save").status == 303
    assert form_with_button(chair.get(where), "save").value("seen") == form.value("seen")


def test_conflict_shows_the_stored_date_of_a_step(app: App, chair: Client) -> None:
    place = create_briefing(app)
    stale = form_with_button(chair.get(f"{place}/next-steps"), "save")
    press_button(chair, f"{place}/next-steps", "save", **STEP_TERMS)
    page = stale.fill(**{"step-1-day": "2020-11-30"}).submit(button_value="save")
    assert page.status == 409
    assert "Co-chairs" in page.alert_text
    assert "2020-12-31" in page.alert_text
    assert page.form().value("step-1-day") == "2020-11-30"
