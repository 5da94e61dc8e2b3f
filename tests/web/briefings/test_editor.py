"""Preparing a briefing through its forms: choices and texts appear in the deck."""

from __future__ import annotations

from typing import Any, TypeVar

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction
from cogwg.audit.services import SYSTEM, Actor
from cogwg.briefing import queries
from cogwg.briefing.compose import draft_deck, load_briefing_source
from cogwg.briefing.deck import (
    AsksSlide,
    ChangedSlide,
    Deck,
    MilestonesSlide,
    NextStepsSlide,
    PointsSlide,
    PrioritySlide,
    Slide,
    TextSlide,
)
from cogwg.briefing.outline import SlideWording, set_wording
from cogwg.briefing.services import OutlineChange, revise_outline
from cogwg.core.bilingual import Bilingual
from cogwg.core.db import write_transaction
from cogwg.reporting.models import Milestone
from cogwg.reporting.news.rules import MilestoneDraft
from cogwg.reporting.news.services import add_milestone
from tests.conventions.test_pages import LANGS, check_html, check_language_link, in_language
from tests.databases import DEMO_DAY
from tests.february_briefing import create_february_briefing
from tests.large_plan import add_large_plan
from tests.sessions import ESSENTIAL, FURTHER, first_of
from tests.web.finalizing import finalize
from tests.web_client import App, Client, Form, Page, text_of

STEPS = ("meeting", "changes", "news", "priorities", "next-steps", "slides", "slides/purpose", "slides/glance")
Kind = TypeVar("Kind", bound=Slide)


def create_briefing(app: App, *, frozen: bool = True) -> str:
    """Create a briefing for October 8, 2020, optionally after a frozen one; return its path."""
    if frozen:
        with Session(app.engine) as session, write_transaction(session):
            create_february_briefing(session, Actor("person", app.person_id("secretariat")))
    page = app.client_as("chair").get("/en/briefings/new").form().fill(meeting_on="2020-10-08").submit()
    assert page.status == 303, page.alert_text
    return page.redirect_path.removesuffix("/changes")


def add_milestone_today(app: App, text: str, code: str = "yt") -> None:
    """Add a milestone of a jurisdiction today."""
    with Session(app.engine) as session, write_transaction(session):
        whose = session.scalars(select(Jurisdiction.id).where(Jurisdiction.code == code)).one()
        draft = MilestoneDraft(Bilingual(text, f"{text} (fr)"))
        add_milestone(session, whose, draft, by=SYSTEM, at=app.calendar.now(), is_allowed=lambda _ids: True)


def load_draft_deck(app: App, path: str) -> Deck:
    with Session(app.engine) as session:
        briefing = queries.briefing(session, int(path.rpartition("/")[2]))
        return draft_deck(briefing, load_briefing_source(session, briefing, DEMO_DAY))


def find_slide(app: App, path: str, kind: type[Kind]) -> Kind:
    return next(s for s in load_draft_deck(app, path).slides if isinstance(s, kind))


def form_with_button(page: Page, button: str) -> Form:
    """Return the form in the page's main part that has this button."""
    for element in page.find("main").iter("form"):
        if any(b.get("value") == button for b in element.iter("button")):
            return Form(page, element)
    raise AssertionError(f"no button {button!r} on {page.path}")


def press_button(browser: Client, address: str, button: str, **values: str | bool | None) -> Page:
    form = form_with_button(browser.get(address), button)
    return form.fill(**values).submit(button_value=button)


@pytest.mark.parametrize("frozen", first_of(1, [True, False]))
def test_editor_steps_are_valid_html_in_both_languages(app: App, chair: Client, frozen: bool) -> None:
    place = create_briefing(app, frozen=frozen)
    for address in [*(f"{place}/{step}" for step in STEPS), "/en/briefings", "/en/briefings/new"]:
        pages = [chair.get(in_language(address, lang)) for lang in LANGS]
        for page, twin, lang in zip(pages, reversed(pages), LANGS, strict=True):
            assert page.status == 200
            check_html(page, lang)
            check_language_link(page, twin, lang)
            assert len(page.find_all("button", class_="primary")) + len(page.find_all("a", class_="primary")) == 1


def test_new_briefing_shows_its_baseline_and_continues_to_changes(app: App, chair: Client) -> None:
    assert "first briefing" in chair.get("/en/briefings/new").main_text
    place = create_briefing(app)
    page = chair.get("/en/briefings/new")
    assert "copies" in page.main_text
    assert "version 1 of the briefing for February\u00a027, 2020" in page.main_text
    follow = chair.get(f"{place}/changes")
    assert "17 changes since the briefing of February\u00a027, 2020." in follow.main_text
    first = page.form().fill(meeting_on="2020-02-20").submit()
    assert (first.status, "last finalized briefing" in first.alert_text) == (422, True)


def test_first_briefing_continues_to_the_preview_and_explains_missing_changes(app: App, chair: Client) -> None:
    place = create_briefing(app, frozen=False)
    assert not place.endswith("/changes")
    page = chair.get(f"{place}/changes")
    assert "so there is nothing to compare yet" in page.main_text
    assert page.find("a", class_="primary").get("href") == f"{place}/news"


def test_meeting_is_changed_and_a_conflict_keeps_what_was_typed(app: App, chair: Client) -> None:
    place = create_briefing(app)
    first, second = (chair.get(f"{place}/meeting").form() for _ in range(2))
    assert (
        first.fill(place_en="Gatineau", meeting_on="2020-10-15").submit(button_value="on").redirect_path == f"{place}/changes"
    )
    page = second.fill(place_en="Ottawa", place_fr="Ottawa").submit(button_value="save")
    assert page.status == 409
    assert "Gatineau" in page.alert_text
    assert "October\u00a015, 2020" in page.alert_text
    assert page.form().value("place_en") == "Ottawa"
    assert page.form().submit(button_value="save").status == 303
    deck = load_draft_deck(app, place)
    assert (deck.place.en, deck.meeting_on.isoformat()) == ("Ottawa", "2020-10-15"), (
        "the date that only the other person changed"
    )


def test_agenda_item_and_classification_are_in_the_deck_and_carried_over_as_far_as_they_hold(app: App, chair: Client) -> None:
    new = chair.get("/en/briefings/new").form()
    assert (new.value("classification_en"), new.value("agenda_item_en")) == ("Unclassified", "")
    place = create_briefing(app)
    form = chair.get(f"{place}/meeting").form()
    texts = {"agenda_item_en": "Item 4", "agenda_item_fr": "Point 4", "classification_en": "Protected A"}
    saved = form.fill(**texts, classification_fr="Protégé A").submit(button_value="save")
    assert saved.status == 303
    deck = load_draft_deck(app, place)
    assert (deck.agenda_item, deck.classification) == (Bilingual("Item 4", "Point 4"), Bilingual("Protected A", "Protégé A"))
    again = chair.get(f"{place}/meeting").form()
    assert [again.value(name) for name in texts] == list(texts.values())
    page = again.fill(agenda_item_en="x" * 121).submit(button_value="save")
    assert (page.status, "Use at most 120 characters." in page.alert_text) == (422, True)
    new = chair.get("/en/briefings/new").form()
    assert (new.value("classification_fr"), new.value("agenda_item_fr")) == ("Protégé A", "")
    assert "Protected A" in chair.get(place).main_text


def test_selected_changes_are_in_the_deck_with_their_order_and_wording(app: App, chair: Client) -> None:
    place = create_briefing(app)
    where = f"{place}/changes"
    assert len(find_slide(app, place, ChangedSlide).changes) == 17
    form = chair.get(where).form()
    key = "slipped:2020:3.2"
    stored = {"tick-slipped:2020:2.2": None, f"{key}-en": "Research is late.", f"{key}-fr": "La recherche est en retard."}
    assert form.fill(**stored).submit(button_value="save").redirect_path == where
    changes = find_slide(app, place, ChangedSlide).changes
    assert len(changes) == 16
    assert changes[0].text == Bilingual("Research is late.", "La recherche est en retard.")
    moved = press_button(chair, where, "up forward:2020:1.2").follow()
    assert moved.find("button", autofocus="").get("value") == "down forward:2020:1.2", "the first row can only move down"
    assert [c.code for c in find_slide(app, place, ChangedSlide).changes][1:3] == ["1.2", "1.1"]
    press_button(chair, where, "none")
    assert find_slide(app, place, ChangedSlide).changes == ()
    press_button(chair, where, "all")
    assert len(find_slide(app, place, ChangedSlide).changes) == 17


@pytest.mark.parametrize(
    ("step", "off", "on"), first_of(2, [("changes", "save", "save"), ("news", "save", "save"), ("changes", "none", "all")])
)
def test_item_left_out_and_selected_again_keeps_its_wording(app: App, chair: Client, step: str, off: str, on: str) -> None:
    add_milestone_today(app, "First.")
    place = create_briefing(app)
    milestone = app.rows(Milestone, Milestone.text_en == "First.")[0]
    key = "slipped:2020:3.2" if step == "changes" else f"milestone-{milestone.id}"
    where, other = (f"{place}/{name}" for name in (("changes", "news") if step == "changes" else ("news", "changes")))
    press_button(chair, where, "save", **{f"{key}-en": "In our words.", f"{key}-fr": "Dans nos mots."})
    press_button(chair, where, off, **{f"tick-{key}": None})
    press_button(chair, other, "save")
    form = form_with_button(chair.get(where), "save")
    assert (form.value(f"{key}-en"), form.value(f"{key}-fr")) == ("In our words.", "Dans nos mots.")
    press_button(chair, where, on, **{f"tick-{key}": "y"})
    slide = find_slide(app, place, ChangedSlide if step == "changes" else MilestonesSlide)
    shown = slide.changes if isinstance(slide, ChangedSlide) else slide.milestones
    assert Bilingual("In our words.", "Dans nos mots.") in [item.text for item in shown]


def test_unchanged_wording_is_not_stored(app: App, chair: Client) -> None:
    place = create_briefing(app)
    press_button(chair, f"{place}/changes", "save")
    with Session(app.engine) as session:
        outline = queries.briefing(session, int(place.rpartition("/")[2])).outline
    assert outline.changes is not None
    assert not any(ticked.wording for ticked in outline.changes)


def test_long_list_shows_text_boxes_only_on_request(app: App, chair: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cogwg.web.briefings.editor.selection.MAX_ROWS_WITH_BOXES", 5)
    where, key = f"{create_briefing(app)}/changes", "forward:2020:1.2"
    assert not list(chair.get(where).find_all("textarea"))
    page = press_button(chair, where, f"words {key}").follow()
    assert page.find("textarea", autofocus="").get("name") == f"{key}-en"
    check_html(page, "en")
    assert form_with_button(page, "save").fill(**{f"{key}-en": "Two stories."}).submit(button_value="save").status == 303
    press_button(chair, where, f"up {key}")
    changes = {c.code: c.text.en for c in find_slide(app, where.removesuffix("/changes"), ChangedSlide).changes}
    assert (changes["1.2"], changes["1.1"], len(changes)) == ("Two stories.", "Initial inventory of user stories", 17)


def test_news_is_selected_and_reworded_without_changing_the_record(app: App, chair: Client) -> None:
    for text in ("First.", "Second.", "Third."):
        add_milestone_today(app, text)
    place = create_briefing(app)
    where = f"{place}/news"
    ids = {m.text_en: m.id for m in app.rows(Milestone)}
    page = chair.get(where)
    assert "6 earlier milestones" in page.main_text
    first, third = (f"milestone-{ids[text]}" for text in ("First.", "Third."))
    told_again = {f"tick-{third}": None, f"{first}-en": "In the deck's words.", f"{first}-fr": "Dans les mots du jeu."}
    assert form_with_button(page, "save").fill(**told_again).submit(button_value="save").status == 303
    texts = [m.text.en for m in find_slide(app, place, MilestonesSlide).milestones]
    assert sorted(texts) == ["In the deck's words.", "Second."]
    assert app.rows(Milestone, Milestone.id == ids["First."])[0].text_en == "First."
    lower = next(
        b.get("value") for b in chair.get(where).find_all("button") if str(b.get("value")).startswith("down milestone")
    )
    press_button(chair, where, str(lower))
    assert [m.text.en for m in find_slide(app, place, MilestonesSlide).milestones] == texts[::-1]
    add_milestone_today(app, "Fourth.")
    page = chair.get(where)
    assert page.main_text.count("New since your selection") == 1
    assert "Original text: First." in page.main_text
    assert "in some jurisdictions" in page.main_text or "raised" in page.main_text


def checklist_gaps(browser: Client, path: str) -> dict[str, str]:
    """Return the checklist's open items with the paths of their links."""
    items = browser.get(path).find_all("li", class_="checklist-gap")
    links = {text_of(item): [a.get("href", "") for a in item.iter() if a.tag.endswith("a")] for item in items}
    return {sentence.replace("\u00a0", " "): paths[0] for sentence, paths in links.items()}


@FURTHER
def test_rewording_in_a_single_language_is_a_gap_and_the_other_follows_the_record(app: App, chair: Client) -> None:
    add_milestone_today(app, "First.")
    place = create_briefing(app)
    milestone = next(m.id for m in app.rows(Milestone) if m.text_en == "First.")
    record = load_draft_deck(app, place)
    usual = next(s.message for s in record.slides if s.key == "glance")
    record_points = find_slide(app, place, PointsSlide).points
    assert not [sentence for sentence in checklist_gaps(chair, place) if "only" in sentence]
    form = chair.get(f"{place}/slides/glance").form()
    assert form.fill(**{"message-en": "A calm quarter."}).submit().status == 303
    form = chair.get(f"{place}/slides/purpose").form()
    points = form.values["lines-en"].splitlines()
    assert form.fill(**{"lines-en": "\n".join([*points[:-1], "Another point."])}).submit().status == 303
    press_button(chair, f"{place}/news", "save", **{f"milestone-{milestone}-fr": "Dans les mots du jeu."})
    gaps = checklist_gaps(chair, place)
    for sentence, where in (
        ("Edited in English only: Work plan at a glance. Update the other language", "slides/glance"),
        ("Edited in English only: Purpose. Update the other language", "slides/purpose"),
        ("Edited in French only: Major Jurisdictional Milestones and Challenges. Update the other language", "news"),
    ):
        assert gaps[sentence] == f"{place}/{where}"
    french = checklist_gaps(chair, place.replace("/en/", "/fr/"))
    assert any(sentence.startswith("Modification en anglais seulement : Aperçu du plan de travail.") for sentence in french)
    glance, purpose = (next(s for s in load_draft_deck(app, place).slides if s.key == key) for key in ("glance", "purpose"))
    assert glance.message == Bilingual("A calm quarter.", usual.fr)
    assert isinstance(purpose, PointsSlide)
    assert purpose.points[-1] == Bilingual("Another point.", record_points[-1].fr)
    app.execute(update(Milestone).where(Milestone.id == milestone).values(text_en="Corrected.", text_fr="Corrigé."))
    (news,) = (m.text for m in find_slide(app, place, MilestonesSlide).milestones if "mots" in m.text.fr)
    assert news == Bilingual("Corrected.", "Dans les mots du jeu.")
    form = chair.get(f"{place}/slides/glance").form()
    assert (form.values["message-en"], form.values["message-fr"]) == ("A calm quarter.", usual.fr)
    assert form.fill(**{"message-fr": "Un trimestre calme."}).submit().status == 303
    press_button(chair, f"{place}/news", "save", **{f"milestone-{milestone}-fr": ""})
    assert [sentence for sentence in checklist_gaps(chair, place) if "only" in sentence] == [
        "Edited in English only: Purpose. Update the other language"
    ]
    assert find_slide(app, place, MilestonesSlide).milestones[0].text == Bilingual("Corrected.", "Corrigé.")


def test_text_missing_in_the_record_is_a_gap_linked_to_its_translation(app: App, chair: Client) -> None:
    add_milestone_today(app, "First.")
    app.execute(update(Milestone).where(Milestone.text_en == "First.").values(text_fr=""))
    place = create_briefing(app)
    lacks = "1 text is missing in French: Major Jurisdictional Milestones and Challenges. Translate"
    chair.get(f"{place}/slides/milestones").form().fill(**{"message-en": "A calm quarter."}).submit()
    assert checklist_gaps(chair, place)[lacks] == "/en/translations"
    milestone = next(m.id for m in app.rows(Milestone) if m.text_en == "First.")
    press_button(chair, f"{place}/news", "save", **{f"milestone-{milestone}-en": "In the deck’s words."})
    assert checklist_gaps(chair, place)[lacks] == f"{place}/news"


@FURTHER
def test_text_without_french_is_marked_once_where_it_is_chosen_until_french_is_added(app: App, chair: Client) -> None:
    add_milestone_today(app, "First.")
    app.execute(update(Milestone).where(Milestone.text_en == "First.").values(text_fr=""))
    milestone = next(m.id for m in app.rows(Milestone) if m.text_en == "First.")
    place = create_briefing(app)

    def row_text() -> str:
        page = chair.get(f"{place}/news")
        (row,) = (
            li
            for li in page.find_all("li")
            if any(e.get("value") == "y" and f"milestone-{milestone}" in e.get("name", "") for e in li.iter("input"))
        )
        return text_of(row)

    assert row_text().count("French missing") == 1
    quotes = [text_of(li) for li in chair.get(f"{place}/priorities").find_all("li", class_="quote")]
    assert {text.count("French missing") for text in quotes} == {0, 1}
    press_button(chair, f"{place}/news", "save", **{f"milestone-{milestone}-fr": "Premier."})
    assert "missing" not in row_text()
    gaps = [sentence for sentence in checklist_gaps(chair, place) if "Milestones and Challenges" in sentence]
    assert not [sentence for sentence in gaps if "only" in sentence or "missing" in sentence], "the French is no other wording"


@FURTHER
def test_points_missing_in_a_language_are_a_single_gap_linked_to_their_slide(app: App, chair: Client) -> None:
    """A draft may have them from an earlier release, or the data it is based on may have grown."""
    place = create_briefing(app)
    only = SlideWording("why", lines=(Bilingual("Only this point.", ""),))
    with Session(app.engine) as session, write_transaction(session):
        briefing = queries.briefing(session, int(place.rpartition("/")[2]))
        by, at = Actor("person", app.person_id("chair")), app.calendar.now()
        revise_outline(
            session,
            briefing.id,
            lambda outline: set_wording(outline, only),
            OutlineChange.WORDED,
            expected_version=briefing.outline_version,
            by=by,
            at=at,
        )
    (title,) = (slide.title.en for slide in load_draft_deck(app, place).slides if slide.key == "why")
    gaps = {sentence: where for sentence, where in checklist_gaps(chair, place).items() if title in sentence}
    assert gaps == {f"3 texts are missing in English: {title}. Translate": f"{place}/slides/why"}
    assert not chair.get(f"{place}/slides/why").alert_text, "nothing was refused yet"


@FURTHER
def test_highlight_reworded_in_a_single_language_is_a_gap(app: App, chair: Client) -> None:
    place = create_briefing(app)
    press_button(chair, f"{place}/priorities", "use 1 1.2")
    assert not [sentence for sentence in checklist_gaps(chair, place) if "only" in sentence]
    press_button(chair, f"{place}/priorities", "save", **{"highlight-1-en": "Two stories."})
    gaps = [(sentence, where) for sentence, where in checklist_gaps(chair, place).items() if "only" in sentence]
    assert gaps == [
        ("Edited in English only: 1. Open Data User Stories. Update the other language", f"{place}/priorities"),
    ]
    press_button(chair, f"{place}/priorities", "save", **{"highlight-1-fr": "Deux récits."})
    assert not [sentence for sentence in checklist_gaps(chair, place) if "only" in sentence]


def test_record_correction_while_a_page_is_open_is_not_overwritten(app: App, chair: Client) -> None:
    add_milestone_today(app, "First.")
    place = create_briefing(app)
    news, words = chair.get(f"{place}/news"), chair.get(f"{place}/slides/milestones")
    app.execute(update(Milestone).where(Milestone.text_en == "First.").values(text_en="Corrected."))
    add_milestone_today(app, "Second.")
    form = words.form().fill(**{"title-en": "News", "title-fr": "Nouvelles"})
    assert form.submit().status == 303
    slide = find_slide(app, place, MilestonesSlide)
    assert slide.title.en == "News"
    form = form_with_button(news, "save")
    form.values["seen"] = "2"
    assert form.submit(button_value="save").status == 303
    texts = [m.text.en for m in find_slide(app, place, MilestonesSlide).milestones]
    assert "Corrected." in texts
    assert "First." not in texts


def test_highlight_and_asks_are_on_the_slide_of_their_priority(app: App, chair: Client) -> None:
    place = create_briefing(app)
    where = f"{place}/priorities"
    page = press_button(chair, where, "use 1 1.2", **{"ask-2-1-en": "Name a lead.", "ask-2-1-fr": "Nommez une personne."})
    assert page.redirect_path == f"{where}?at=use+1+1.2"
    assert page.follow().find("textarea", autofocus="").get("name") == "highlight-1-en"
    press_button(chair, where, "ask 2", **{"ask-2-2-en": "Meet twice."})
    slides = [s for s in load_draft_deck(app, place).slides if isinstance(s, PrioritySlide)]
    assert slides[0].highlight.en == "Two user stories are on the open government portal."
    assert slides[0].highlight.fr.startswith("Deux récits")
    assert [ask.en for ask in slides[1].asks] == ["Name a lead.", "Meet twice."]
    assert [pair.text.fr for pair in find_slide(app, place, AsksSlide).asks] == ["Nommez une personne.", ""]
    press_button(chair, where, "save", **{"ask-2-1-en": "", "ask-2-1-fr": ""})
    assert [pair.text.en for pair in find_slide(app, place, AsksSlide).asks] == ["Meet twice."]


def test_done_and_dropped_steps_are_shown_once_and_not_carried_over(app: App, chair: Client) -> None:
    place = create_briefing(app)
    where = f"{place}/next-steps"
    form = chair.get(where).form()
    states = {"state-0.1": "done", "state-1": "dropped", "step-new-en": "Write to all.", "step-new-fr": "Écrire à tous."}
    assert form.fill(**states).submit(button_value="save").status == 303
    steps = find_slide(app, place, NextStepsSlide).steps
    assert [(s.state.value, s.text.en[:12], len(s.children), len(s.done_parts)) for s in steps] == [
        ("new", "Write to all", 0, 0),
        ("open", "Meet in pers", 3, 1),
        ("open", "Form partner", 0, 0),
        ("dropped", "Support the ", 0, 0),
    ]
    page = press_button(chair, where, "up 3").follow()
    assert page.find("button", autofocus="").get("value") == "up 2"
    assert [s.text.en[:5] for s in find_slide(app, place, NextStepsSlide).steps] == ["Write", "Meet ", "Form ", "Suppo"]
    page = press_button(chair, where, "part 2").follow()
    assert page.find("textarea", autofocus="").get("name") == "step-2.new-en"
    page.form().fill(**{"step-2.new-en": "By mail."}).submit(button_value="save")
    assert find_slide(app, place, NextStepsSlide).steps[0].children == (Bilingual("By mail.", ""),)
    page = chair.get("/en/briefings/new").form().fill(meeting_on="2020-12-03").submit()
    later = page.redirect_path.removesuffix("/changes")
    assert [s.text.en[:5] for s in find_slide(app, later, NextStepsSlide).steps] == ["Write", "Meet ", "Form "]
    assert chair.get(f"{later}/next-steps").main_text.count("part 4") == 0, "completed steps are not required again"


def test_step_without_text_is_refused_and_keeps_its_parts(app: App, chair: Client) -> None:
    place = create_briefing(app)
    page = press_button(chair, f"{place}/next-steps", "save", **{"step-0-en": "", "step-0-fr": ""})
    assert (page.status, "Describe this step" in page.alert_text) == (422, True)
    assert "discuss lessons learned" in page.main_text
    check_html(page, "en")


def test_slides_are_moved_hidden_and_shown_again(app: App, chair: Client) -> None:
    place = create_briefing(app)
    where = f"{place}/slides"
    page = press_button(chair, where, "up timeline").follow()
    assert page.find("button", autofocus="").get("value") == "up timeline"
    press_button(chair, where, "out data")
    keys = [s.key for s in load_draft_deck(app, place).slides]
    assert keys[:5] == ["cover", "summary", "contents", "changed", "timeline"]
    assert "data" not in keys
    assert "left out" in chair.get(where).main_text
    press_button(chair, where, "back data")
    assert [s.key for s in load_draft_deck(app, place).slides][-2:] == ["data", "sources"]


def test_free_slide_is_added_edited_and_removed(app: App, chair: Client) -> None:
    place = create_briefing(app)
    typed = {"title-en": "Thanks", "title-fr": "Merci", "lines-en": "One\x08.\n\nTwo.", "lines-fr": "Un."}
    page = press_button(chair, f"{place}/slides", "add new", **typed)
    assert page.redirect_path == f"{place}/slides?at=edit+text-1"
    assert find_slide(app, place, TextSlide).paragraphs == (Bilingual("One.", "Un."), Bilingual("Two.", ""))
    edit = f"{place}/slides/text-1"
    assert chair.get(edit).form().value("lines-en") == "One.\n\nTwo."
    press_button(chair, edit, "save", **{"title-en": "Thank you"})
    assert find_slide(app, place, TextSlide).title == Bilingual("Thank you", "Merci")
    press_button(chair, edit, "remove")
    assert not [s for s in load_draft_deck(app, place).slides if isinstance(s, TextSlide)]
    assert chair.get(edit).status == 404


@FURTHER
def test_free_slide_without_title_or_with_overlong_text_is_refused_and_kept(app: App, chair: Client) -> None:
    place = create_briefing(app)
    page = press_button(chair, f"{place}/slides", "add new", **{"lines-en": "Words without a title."})
    assert (page.status, "Enter a title for the slide." in page.alert_text) == (422, True)
    assert "Words without a title." in page.main_text
    check_html(page, "en")
    page = press_button(chair, f"{place}/slides", "add new", **{"title-en": "Long", "lines-fr": "é" * 40_000})
    assert page.status == 422
    assert "4,000 characters" in page.alert_text
    assert "é" * 40_000 in page.text
    wording = press_button(chair, f"{place}/changes", "save", **{"slipped:2020:3.2-en": "x" * 40_000})
    assert wording.status == 422
    assert "at most 4,000 characters (36,000 too many)" in wording.alert_text
    assert "x" * 40_000 in wording.text
    check_html(wording, "en")


def test_free_slide_title_is_required_and_a_missing_language_is_noted(app: App, chair: Client) -> None:
    place = create_briefing(app)
    press_button(chair, f"{place}/slides", "add new", **{"title-en": "Thanks", "title-fr": "Merci", "lines-en": "One."})
    edit = f"{place}/slides/text-1"
    page = press_button(chair, edit, "save", **{"title-en": "\u00a0", "title-fr": "", "lines-en": "Other."})
    assert page.status == 422
    assert "Edit slide text: Thanks" in page.main_text
    assert (page.field_error("title-en"), page.field_error("title-fr")) == ("Error: Enter a title for the slide.", "")
    assert page.alert_text.count("Enter a title for the slide.") == 1
    assert page.form().value("lines-en") == "Other."
    assert (
        chair.get(edit.replace("/en/", "/fr/"))
        .form()
        .fill(**{"title-fr": "", "title-en": ""})
        .submit(button_value="save")
        .field_error("title-fr")
    )
    assert find_slide(app, place, TextSlide).title.en == "Thanks"
    page = press_button(chair, edit, "save", **{"title-en": ""}).follow()
    assert "The title is missing in English." in page.main_text


def test_overlong_text_error_is_shown_at_its_language_only(app: App, chair: Client) -> None:
    where = f"{create_briefing(app)}/slides"
    page = press_button(chair, where, "add new", **{"title-en": "Long", "lines-en": "Short.", "lines-fr": "é" * 4_001})
    assert (page.field_error("lines-en"), "4,000" in page.field_error("lines-fr")) == ("", True)
    page = press_button(chair, where, "add new", **{"title-en": "Many", "lines-en": "One.\n\n" * 41, "lines-fr": "Un."})
    assert ("40 lines" in page.field_error("lines-en"), page.field_error("lines-fr")) == (True, "")


@FURTHER
def test_removed_texts_are_listed_and_removal_can_be_undone(app: App, chair: Client) -> None:
    place = create_briefing(app)
    before = find_slide(app, place, NextStepsSlide).steps
    gone = {"step-0.1-en": "", "step-0.1-fr": "", "step-1-en": "", "step-1-fr": ""}
    page = press_button(chair, f"{place}/next-steps", "on", **gone).follow()
    assert "2 texts removed: “identify ongoing projects for 2020”, “" in page.main_text
    assert len(find_slide(app, place, NextStepsSlide).steps) == len(before) - 1
    undo = page.form("/undo")
    page = undo.submit()
    assert page.redirect_path == f"{place}/next-steps"
    assert "Your change was undone." in page.follow().main_text
    assert find_slide(app, place, NextStepsSlide).steps == before
    assert (
        "Nothing was undone because the draft has changed since then."
        in undo.fill(once="of another page").submit().follow().main_text
    )
    assert find_slide(app, place, NextStepsSlide).steps == before
    press_button(chair, f"{place}/priorities", "save", **{"ask-2-1-en": "Meet twice."})
    page = press_button(chair, f"{place}/priorities", "ask 2", **{"ask-2-1-en": ""}).follow()
    assert "Text removed: “Meet twice”." in page.main_text
    assert page.form("/undo").submit().redirect_path == f"{place}/priorities"
    assert [pair.text.en for pair in find_slide(app, place, AsksSlide).asks] == ["Meet twice."]
    press_button(chair, f"{place}/slides", "add new", **{"title-en": "Thanks", "lines-en": "One."})
    page = press_button(chair, f"{place}/slides/text-1", "remove").follow()
    assert "Text removed: “Thanks”." in page.main_text
    assert page.form("/undo").submit().redirect_path == f"{place}/slides"
    assert find_slide(app, place, TextSlide).paragraphs == (Bilingual("One.", ""),)


def test_slide_wording_overrides_the_record_until_emptied(app: App, chair: Client) -> None:
    place = create_briefing(app)
    where = f"{place}/slides/purpose"
    two = {"lines-en": "A.\nB.", "lines-fr": "Un.\nDeux."}
    assert press_button(chair, where, "save", **two, **{"title-fr": "But"}).status == 303
    slide = find_slide(app, place, PointsSlide)
    assert slide.title == Bilingual("Purpose", "But")
    assert slide.points == (Bilingual("A.", "Un."), Bilingual("B.", "Deux."))
    press_button(chair, where, "save", **{"lines-en": "", "lines-fr": "", "title-en": "", "title-fr": ""})
    assert find_slide(app, place, PointsSlide).title == Bilingual("Purpose", "Objet")
    assert len(find_slide(app, place, PointsSlide).points) == 4


@pytest.mark.parametrize("lang", LANGS)
def test_points_dropped_in_a_single_language_are_refused(app: App, chair: Client, lang: str) -> None:
    place = in_language(create_briefing(app), lang)
    where = f"{place}/slides/why"
    before = load_draft_deck(app, place)
    page = press_button(chair, where, "save", **{"lines-en": "Only this point.", "title-en": "Why so"})
    assert page.status == 422
    counts = {"en": "(English: 1, French: 4)", "fr": "(anglais\u00a0: 1, français\u00a0: 4)"}[lang]
    assert counts in page.alert_text
    assert counts in page.field_error(f"lines-{lang}")
    check_html(page, lang)
    form = page.form()
    assert (form.value("lines-en"), form.value("title-en")) == ("Only this point.", "Why so")
    assert load_draft_deck(app, place) == before
    stored = form.fill(**{"lines-fr": "Ce point seulement."}).submit(button_value="save")
    assert stored.status == 303
    slide = next(s for s in load_draft_deck(app, place).slides if s.key == "why")
    assert isinstance(slide, PointsSlide)
    assert slide.points == (Bilingual("Only this point.", "Ce point seulement."),)
    assert press_button(chair, where, "save", **{"lines-en": "", "lines-fr": ""}).status == 303, (
        "empty fields show the current data"
    )


@FURTHER
def test_point_added_in_a_single_language_is_a_gap(app: App, chair: Client) -> None:
    place = create_briefing(app)
    form = chair.get(f"{place}/slides/purpose").form()
    points = form.values["lines-en"]
    assert form.fill(**{"lines-en": f"{points}\nOne more point."}).submit().status == 303
    purpose = next(s for s in load_draft_deck(app, place).slides if s.key == "purpose")
    assert isinstance(purpose, PointsSlide)
    assert purpose.points[-1] == Bilingual("One more point.", "")
    (lacks,) = (where for sentence, where in checklist_gaps(chair, place).items() if purpose.title.en in sentence)
    assert lacks == f"{place}/slides/purpose"


@pytest.mark.parametrize(
    ("step", "theirs", "mine", "button"),
    first_of(
        2,
        [
            ("changes", "slipped:2020:3.2-en", "slipped:2020:3.2-fr", "save"),
            ("priorities", "highlight-1-en", "highlight-1-fr", "save"),
            ("next-steps", "step-1-en", "step-1-fr", "save"),
            ("slides/why", "title-en", "title-fr", "save"),
            ("slides", "title-en", "title-fr", "add new"),
        ],
    ),
)
def test_editor_conflict_keeps_what_was_typed_and_the_next_save_succeeds(
    app: App, chair: Client, step: str, theirs: str, mine: str, button: str
) -> None:
    place = create_briefing(app)
    first = form_with_button(app.client_as("secretariat").get(f"{place}/{step}"), button)
    second = form_with_button(chair.get(f"{place}/{step}"), button)
    assert first.fill(**{theirs: "Their words."}).submit(button_value=button).status == 303
    page = second.fill(**{mine: "Mes mots."}).submit(button_value=button)
    assert page.status == 409
    check_html(page, "en")
    assert "changed this draft on September\u00a024, 2020" in page.alert_text
    if button == "save":
        assert "Their words." in page.alert_text
    again = form_with_button(page, button)
    assert again.value(mine) == "Mes mots."
    assert again.submit(button_value=button).status == 303


CHANGED_BY_OTHERS: dict[str, tuple[dict[str, str | None], dict[str, str], str]] = {
    "meeting": (
        {"agenda_item_en": "Item 4"},
        {"place_en": "Ottawa"},
        "agenda_item_en",
    ),
    "changes": (
        {"slipped:2020:3.2-en": "Their words."},
        {"slipped:2020:2.2-en": "My words."},
        "slipped:2020:3.2-en",
    ),
    "priorities": (
        {"highlight-3-en": "Their words.", "highlight-3-fr": "Leurs mots."},
        {"highlight-4-en": "My words.", "ask-4-1-en": "My request."},
        "highlight-3-en",
    ),
    "next-steps": (
        {"step-0-en": "Their words."},
        {"step-1-en": "My words.", "step-new-en": "My new step."},
        "step-0-en",
    ),
    "slides/why": ({"title-en": "Their title."}, {"message-en": "My message."}, "title-en"),
}


@pytest.mark.parametrize("step", first_of(3, ["priorities", "next-steps", "changes", "meeting", "slides/why"]))
def test_what_others_changed_stays_when_one_saves_other_fields(app: App, chair: Client, step: str) -> None:
    theirs, mine, field = CHANGED_BY_OTHERS[step]
    place = create_briefing(app)
    where = f"{place}/{step}"
    form = form_with_button(app.client_as("secretariat").get(where), "save")
    press_button(chair, where, "save", **theirs)
    page = form.fill(**mine).submit(button_value="save")
    assert page.status == 409
    check_html(page, "en")
    assert theirs[field] in page.alert_text
    assert not any(words in page.alert_text for words in mine.values()), "only what differs for both is a difference"
    again = form_with_button(page, "save")
    assert {name: again.value(name) for name in theirs} == theirs
    assert again.submit(button_value="save").status == 303
    saved = form_with_button(chair.get(where), "save")
    assert {name: saved.value(name) for name in theirs} == theirs
    own = {name.replace("step-new", "step-3"): words for name, words in mine.items()}
    assert {name: saved.value(name) for name in own} == own


def test_field_that_two_people_changed_shows_both_texts(app: App, chair: Client) -> None:
    place = create_briefing(app)
    where = f"{place}/priorities"
    form = form_with_button(app.client_as("secretariat").get(where), "save")
    press_button(chair, where, "save", **{"highlight-1-en": "Their words."})
    page = form.fill(**{"highlight-1-en": "My words."}).submit(button_value="save")
    assert "Saved text: Their words." in page.alert_text
    assert "Your text: My words." in page.alert_text
    assert form_with_button(page, "save").value("highlight-1-en") == "My words."


def test_request_that_others_changed_stays_when_one_removes_it_and_adds_another(app: App, chair: Client) -> None:
    place = create_briefing(app)
    where = f"{place}/priorities"
    press_button(chair, where, "save", **{"ask-1-1-en": "Name a lead for the work."})
    press_button(chair, where, "save", **{"ask-1-2-en": "Meet twice."})
    form = form_with_button(app.client_as("secretariat").get(where), "save")
    press_button(chair, where, "save", **{"ask-1-1-en": "Name two leads for the work.", "ask-1-2-en": ""})
    page = form.fill(**{"ask-1-1-en": "", "ask-1-3-en": "Share the costs."}).submit(button_value="save")
    assert "Saved text: Name two leads for the work." in page.alert_text
    again = form_with_button(page, "save")
    assert {again.value(f"ask-1-{n}-en") for n in (1, 2, 3)} == {"Name two leads for the work.", "Share the costs.", ""}


def test_step_that_others_moved_and_selection_that_others_changed_stay(app: App, chair: Client) -> None:
    place = create_briefing(app)
    steps, changes = f"{place}/next-steps", f"{place}/changes"
    before = form_with_button(chair.get(steps), "save")
    names = [before.value(f"step-{n}-en") for n in range(3)]
    press_button(app.client_as("secretariat"), steps, "down 0")
    again = form_with_button(before.fill(**{"step-2-en": "My words."}).submit(button_value="save"), "save")
    assert [again.value(f"step-{n}-en") for n in range(3)] == [names[1], names[0], "My words."]
    form = form_with_button(chair.get(changes), "save")
    press_button(app.client_as("secretariat"), changes, "save", **{"tick-slipped:2020:3.2": None})
    page = form.fill(**{"tick-slipped:2020:2.2": None}).submit(button_value="save")
    assert (page.status, "not selected" in page.alert_text) == (409, True)
    assert form_with_button(page, "save").submit(button_value="save").status == 303
    codes = [c.code for c in find_slide(app, place, ChangedSlide).changes]
    assert (len(codes), "2.2" in codes) == (15, False)


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("en", "You changed this draft in another tab on September\u00a024, 2020"),
        ("fr", "Vous avez modifié cette ébauche dans un autre onglet le 24\u00a0septembre 2020"),
    ],
)
def test_editor_conflict_with_ones_own_tab_says_so(app: App, chair: Client, lang: str, sentence: str) -> None:
    place = create_briefing(app).replace("/en/", f"/{lang}/")
    first, second = (form_with_button(chair.get(f"{place}/slides/why"), "save") for _ in range(2))
    assert first.fill(**{"title-en": "First tab."}).submit(button_value="save").status == 303
    page = second.fill(**{"title-en": "Second tab."}).submit(button_value="save")
    assert page.status == 409
    assert sentence in page.alert_text
    assert "First tab." in page.alert_text


def test_editor_conflict_in_french_names_the_texts_as_the_form_does(app: App, chair: Client) -> None:
    place = create_briefing(app).replace("/en/", "/fr/")
    first = form_with_button(app.client_as("secretariat").get(f"{place}/priorities"), "save")
    second = form_with_button(chair.get(f"{place}/priorities"), "save")
    theirs = {"highlight-1-fr": "Leurs mots.", "ask-1-1-fr": "Leur demande."}
    assert first.fill(**theirs).submit(button_value="save").status == 303
    page = second.fill(**{"highlight-1-fr": "Mes mots.", "ask-1-1-fr": "Ma demande."}).submit(button_value="save")
    assert page.status == 409
    assert "Priorité\u00a01, Progrès à mettre en évidence" in page.alert_text
    assert "Priorité\u00a01, Demande\u00a01" in page.alert_text


def test_slide_move_after_another_change_is_a_conflict(app: App, chair: Client) -> None:
    place = create_briefing(app)
    form = form_with_button(chair.get(f"{place}/slides"), "up why")
    press_button(app.client_as("secretariat"), f"{place}/slides", "out data")
    page = form.submit(button_value="up why")
    assert (page.status, "Check what the page shows now, then try again." in page.alert_text) == (409, True)
    assert form_with_button(page, "up why").submit(button_value="up why").status == 303


def test_readers_list_only_frozen_briefings(app: App, chair: Client) -> None:
    assert "No briefing has been finalized yet." in app.client_as("reader").get("/en/briefings").main_text
    create_briefing(app)
    rows = chair.get("/en/briefings").main_text
    assert "Version 1 finalized on February\u00a027, 2020 by" in rows
    assert "Draft" in rows
    reader = app.client_as("reader").get("/en/briefings").main_text
    assert "February\u00a027, 2020" in reader
    assert "October\u00a08, 2020" not in reader


def test_briefing_may_cover_two_plans(app: App, chair: Client) -> None:
    with Session(app.engine) as session, write_transaction(session):
        add_large_plan(session, year=2021, priorities=2, activities=2, quarters=0)
    form = chair.get("/en/briefings/new").form()
    assert form.value("scope") == "2020"
    page = form.fill(meeting_on="2020-12-10", scope="2020+2021").submit()
    assert page.status == 303
    place = page.redirect_path
    meeting = chair.get(f"{place}/meeting")
    assert "Results of the 2020 work plan, with the 2021 work plan in the annex" in meeting.main_text
    assert meeting.form().value("scope") == "2020+2021"
    assert [s.number for s in load_draft_deck(app, place).slides if isinstance(s, PrioritySlide)] == [1, 2]
    assert meeting.form().fill(scope="2020").submit(button_value="save").status == 303
    assert len([s for s in load_draft_deck(app, place).slides if isinstance(s, PrioritySlide)]) == 5
    early = chair.get("/en/briefings/new").form().fill(meeting_on="2020-11-10", scope="2021").submit()
    assert (early.status, "No plan covers this date" in early.alert_text) == (422, True)


@FURTHER
def test_unknown_slide_button_or_version_is_refused(app: App, chair: Client) -> None:
    place = create_briefing(app)
    token = chair.csrf_token()
    for button in ("up nothing", "burn why", "", "out"):
        assert chair.post(f"{place}/slides", {"csrf_token": token, "seen": "1", "do": button}).status == 404
    for key in ("contents", "priority-9", "text-1", "nothing"):
        assert chair.get(f"{place}/slides/{key}").status == 404
    for shown in ("", "x", "-1", "9" * 40):
        assert chair.post(f"{place}/priorities", {"csrf_token": token, "seen": shown}).status == 409


@pytest.mark.parametrize(
    ("lang", "written", "sentence"),
    [
        ("en", "October 8", "Date entered: October\u00a08, 2020"),
        ("en", "10 octobre 2020", "Date entered: October\u00a010, 2020"),
        ("fr", "1er oct.", "Date retenue\u00a0: 1er\u00a0octobre 2020"),
        ("en", "2020-10-08", ""),
    ],
)
def test_meeting_date_can_be_written_in_either_language(app: App, lang: str, written: str, sentence: str) -> None:
    form = app.client_as("chair").get(f"/{lang}/briefings/new").form().fill(**{"meeting_on-written": written})
    page = form.submit().follow()
    assert sentence in page.main_text
    assert sentence or "understood" not in page.main_text
    step = next(a.get("href") for a in page.find_all("a") if (a.get("href") or "").endswith("/meeting"))
    meeting = app.client_as("chair").get(step).form()
    assert meeting.value("meeting_on").startswith("2020-10-")
    assert meeting.value("meeting_on-written") == ""
    meeting.fill(**{"meeting_on-written": "soon"})
    refused = meeting.submit()
    assert refused.status == 422
    assert refused.field_error("meeting_on") == refused.field_error("meeting_on-written") != ""
    error = refused.find_by_id("meeting_on-error")
    assert [e.get("id") for e in error.getparent().iter("input")] == ["meeting_on-written"], "beside what was written"
    (alert,) = refused.find_all("div", class_="error-summary")
    assert [a.get("href") for a in alert.iter("a")] == ["#meeting_on-written"]
    assert refused.form().value("meeting_on-written") == "soon"


def test_meeting_date_that_could_be_two_is_answered_with_the_reason(read_only_app: App) -> None:
    form = read_only_app.client_as("chair").get("/en/briefings/new").form().fill(**{"meeting_on-written": "09/10/2020"})
    assert "09/10/2020 can mean two dates" in form.submit().field_error("meeting_on")
    assert "Enter the date of the meeting." in form.fill(**{"meeting_on-written": ""}).submit().field_error("meeting_on")


@pytest.mark.parametrize("step", ["priorities", "next-steps", "news"])
def test_step_saved_with_its_defaults_gets_its_mark(app: App, chair: Client, step: str) -> None:
    place = create_briefing(app)
    assert step not in _marked_steps(chair, place)
    press_button(chair, f"{place}/{step}", "save")
    assert step in _marked_steps(chair, place)


@pytest.mark.parametrize("button", ["on", "out why", "up why", "to why"])
def test_slides_get_their_mark_once_they_were_looked_at_or_arranged(app: App, chair: Client, button: str) -> None:
    place = create_briefing(app)
    assert "slides" not in _marked_steps(chair, place)
    form_with_button(chair.get(f"{place}/slides"), "out why").submit(extra={"do": button})
    assert "slides" in _marked_steps(chair, place)


def test_steps_of_a_new_version_get_their_marks_once_saved_again(app: App, chair: Client) -> None:
    place, steps = create_briefing(app), ("news", "priorities", "next-steps")
    for step in steps:
        press_button(chair, f"{place}/{step}", "save")
    form_with_button(chair.get(f"{place}/slides"), "out why").submit(extra={"do": "on"})
    assert {*steps, "slides"} <= _marked_steps(chair, place)
    finalize(chair.get(place), "As it is.")
    assert _marked_steps(chair, place).isdisjoint({*steps, "slides", "changes"})
    for step in steps:
        press_button(chair, f"{place}/{step}", "save")
        assert step in _marked_steps(chair, place)
        assert "slides" not in _marked_steps(chair, place)
    form_with_button(chair.get(f"{place}/slides"), "out why").submit(extra={"do": "on"})
    assert {*steps, "slides"} <= _marked_steps(chair, place)


def test_requests_and_steps_carried_over_get_their_marks_once_saved(app: App, chair: Client) -> None:
    """What the last briefing handed on has not been reviewed for this one."""
    place = create_briefing(app)
    press_button(chair, f"{place}/priorities", "save", **{"ask-2-1-en": "Name a lead.", "ask-2-1-fr": "Nommez une personne."})
    press_button(chair, f"{place}/next-steps", "save")
    page = chair.get("/en/briefings/new").form().fill(meeting_on="2020-12-03").submit()
    later = page.redirect_path.removesuffix("/changes")
    assert find_slide(app, later, AsksSlide).asks
    assert _marked_steps(chair, later) == {"meeting"}
    for step in ("changes", "news", "priorities", "next-steps"):
        press_button(chair, f"{later}/{step}", "save")
        assert step in _marked_steps(chair, later)


def test_step_without_anything_to_choose_has_its_mark(app: App, chair: Client) -> None:
    assert "changes" in _marked_steps(chair, create_briefing(app, frozen=False))


def _marked_steps(browser: Client, place: str) -> set[str]:
    (nav,) = browser.get(f"{place}/meeting").find_all("nav", class_="editor-steps")
    return {link.get("href").rpartition("/")[2] for link in nav.iter("a") if "(done)" in text_of(link)}


def test_long_milestone_stands_once_in_the_list_of_news(app: App, chair: Client) -> None:
    text = "A milestone with a text that is longer than the sixty characters that once were its title."
    add_milestone_today(app, text)
    page = chair.get(f"{create_briefing(app)}/news")
    (item,) = [e for e in page.find("main").iter("li") if text in text_of(e)]
    shown = [text_of(label) for label in item.iter("label") if label.get("for", "").startswith("tick-")]
    assert shown == [f"Yukon: {text}"]
    assert not [e for e in item.iter() if "user-text" in e.get("class", "")]


@FURTHER
def test_compared_slides_are_shown_with_their_numbers(app: App, chair: Client) -> None:
    place = create_briefing(app)
    for key in ("why", "purpose"):
        form_with_button(chair.get(f"{place}/slides"), f"out {key}").submit(extra={"do": f"out {key}"})
    finalize(chair.get(place), "As it is.")
    text = text_of(chair.get("/en/briefings/compare").find("dl", class_="reworded-slides"))
    assert "(was slide 15)" in text
    assert "(slide 1)" in text
    assert ", now slide " in text


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_long_list_of_changes_has_pages_and_each_saves_its_own_rows(
    app: App, chair: Client, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    """Without a script: what is selected, moved or reworded on a page leaves the other pages as they were saved."""
    monkeypatch.setattr("cogwg.web.http.pagination.PAGE_SIZE", 5)
    where = f"{create_briefing(app)}/changes".replace("/en/", f"/{lang}/")
    first, second = chair.get(where), chair.get(f"{where}?page=2")
    for page in (first, second):
        check_html(page, lang)
    keys, others = (form_with_button(page, "save").values["order"].split() for page in (first, second))
    assert (len(keys), len(others)) == (5, 5)
    assert not {*keys} & {*others}
    assert {"en": "6–10 of 17", "fr": "6 à 10 sur 17"}[lang] in second.main_text
    forms = [[e.get("data-autosave") for e in page.find_all("div") if e.get("data-autosave")] for page in (first, second)]
    assert forms[0] != forms[1], "text typed on a page is offered where its fields are"

    def selected() -> dict[str, Bilingual]:
        with Session(app.engine) as session:
            outline = queries.briefing(session, int(where.split("/")[3])).outline
        return {c.key: c.wording for c in outline.changes or ()}

    saved = press_button(chair, f"{where}?page=2", "save", **{f"tick-{others[0]}": None, f"{others[1]}-en": "Ours."})
    assert saved.headers["Location"].endswith(f"{where}?page=2")
    assert (len(selected()), others[0] in selected()) == (16, False)
    press_button(chair, where, "save", **{f"tick-{keys[0]}": None})
    assert (len(selected()), {keys[0], others[0]} & selected().keys()) == (15, set())
    assert selected()[others[1]].en == "Ours."
    press_button(chair, f"{where}?page=2", "none")
    assert not selected()
    press_button(chair, f"{where}?page=2", "all")
    assert len(selected()) == 17
    assert chair.get(f"{where}?page=x").status == 404


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_turning_the_page_saves_its_rows_and_what_is_refused_stays(
    app: App, chair: Client, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    monkeypatch.setattr("cogwg.web.http.pagination.PAGE_SIZE", 5)
    where = f"{create_briefing(app)}/changes".replace("/en/", f"/{lang}/")

    def stored() -> tuple[int, Any]:
        with Session(app.engine) as session:
            facts = queries.briefing(session, int(where.split("/")[3]))
        return facts.outline_version, facts.outline.changes

    first = chair.get(where)
    keys = form_with_button(first, "page 2").values["order"].split()
    assert not [a for a in first.find_all("a") if "page=" in a.get("href", "")], "no link leaves the form behind"
    turned = press_button(chair, where, "page 2", **{f"tick-{keys[0]}": None, f"{keys[1]}-en": "Ours."})
    assert turned.headers["Location"].endswith(f"{where}?page=2")
    version, picks = stored()
    assert [(c.key, c.wording.en) for c in picks if c.key in keys[:2]] == [(keys[1], "Ours.")]
    assert "16" in text_of(turned.follow().find_by_id("alerts").getparent())
    back = press_button(chair, f"{where}?page=2", "page 1")
    assert back.headers["Location"].endswith(f"{where}?page=1")
    assert stored() == (version, picks), "turning the page without a change saves nothing"
    refused = press_button(chair, where, "page 2", **{f"{keys[2]}-en": "x" * 5000})
    assert refused.status == 422
    assert form_with_button(refused, "page 2").values[f"{keys[2]}-en"] == "x" * 5000
    assert stored() == (version, picks)


def test_change_moved_past_the_end_of_its_page_is_followed_to_the_next(
    app: App, chair: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cogwg.web.http.pagination.PAGE_SIZE", 5)
    where = f"{create_briefing(app)}/changes"
    whole: list[str] = []
    for number in (1, 2, 3, 4):
        whole += form_with_button(chair.get(f"{where}?page={number}"), "save").values["order"].split()
    for number in (1, 2, 3):
        page = chair.get(f"{where}?page={number}")
        last = form_with_button(page, "save").values["order"].split()[-1]
        if f"down {last}" in {b.get("value") for b in page.find_all("button")}:
            break
    else:
        pytest.fail("no kind of change goes on after the end of a page")
    moved = press_button(chair, f"{where}?page={number}", f"down {last}").follow()
    at = whole.index(last)
    order = form_with_button(moved, "save").values["order"].split()
    assert order[0] == whole[at + 1] or order[0] == last
    expected = [*whole[:at], whole[at + 1], last, *whole[at + 2 :]]
    assert order == expected[number * 5 : number * 5 + 5]
    form = form_with_button(moved, "save")
    assert form.submit(button_value="save").headers["Location"].endswith(f"?page={number + 1}")


@pytest.mark.parametrize(("lang", "sentence"), [("en", "First 5 of 21 rows."), ("fr", "5 premières lignes sur 21.")])
def test_long_table_of_a_slide_is_folded_and_print_shows_it_whole(
    app: App, chair: Client, monkeypatch: pytest.MonkeyPatch, lang: str, sentence: str
) -> None:
    monkeypatch.setattr("cogwg.briefing.render.html.labels.FOLDED_ROWS", 5)
    place = create_briefing(app).replace("/en/", f"/{lang}/")

    def row_count(page: Page) -> int:
        table = page.find("section", id="slide-data").find(".//table")
        return sum(element.tag.endswith("tr") for element in table.iter()) - 1

    for path in (place, f"{place}/present"):
        page = chair.get(path)
        check_html(page, lang)
        assert (row_count(page), sentence in page.text) == (5, True)
        link = next(a.get("href") for a in page.find("section", id="slide-data").iter() if "rows=all" in str(a.get("href")))
        assert row_count(chair.get(link.partition("#")[0])) == 21
    printed = chair.get(f"{place}/print")
    assert (row_count(printed), sentence in printed.text) == (21, False)


@ESSENTIAL
@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("en", "Version 1 was finalized on September\u00a024, 2020"),
        ("fr", "La version 1 a été finalisée le 24\u00a0septembre 2020"),
    ],
)
def test_editor_conflict_with_a_finalized_version_says_so(app: App, chair: Client, lang: str, sentence: str) -> None:
    place = create_briefing(app).replace("/en/", f"/{lang}/")
    form = form_with_button(chair.get(f"{place}/next-steps"), "save")
    assert finalize(chair.get(place), "Sent to the Joint Councils.").status == 303
    page = form.submit(button_value="save")
    assert page.status == 409
    assert sentence in page.alert_text
    assert ("draft of version 2" if lang == "en" else "ébauche de la version 2") in page.alert_text
