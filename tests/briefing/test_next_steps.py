"""The next steps on their slide: new, open, done and dropped since the last meeting, each with who and by when."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.orm import Session

from cogwg.briefing import snapshot
from cogwg.briefing.compose import build_deck
from cogwg.briefing.deck import Deck, DeckNextStep, DeckStepState, NextStepsSlide
from cogwg.briefing.next_steps import deck_steps
from cogwg.briefing.outline import NextStep, Outline, StepState, carry_over
from cogwg.briefing.queries import Baseline, load_standing_content
from cogwg.briefing.render.html.draw import render_slides
from cogwg.briefing.rules import check_outline
from cogwg.briefing.source import load_source
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language
from cogwg.core.calendar import end_of_day
from cogwg.core.errors import Invalid
from cogwg.core.serialization import Serializer
from tests.briefing.decks import only_slides, replace_slide
from tests.briefing.pptx_reader import find_overflowing_texts, frame_texts, read_presentation
from tests.databases import DEMO_DAY
from tests.drawing import drawn_workbook

COUNCILS = Bilingual("Joint Councils", "Conseils mixtes")
CHAIRS = Bilingual("Co-chairs", "Coprésidence")
MEETING, DECEMBER = date(2020, 10, 8), date(2020, 12, 31)


def bilingual(text: str) -> Bilingual:
    return Bilingual(text, f"{text} (fr)")


PLAN, HOST, MEET, FILL = map(bilingual, ("Plan", "Host", "Meet", "Fill"))
STEPS = (
    NextStep(PLAN, StepState.DONE, who=CHAIRS, by=date(2020, 6, 30)),
    NextStep(HOST, children=(NextStep(bilingual("a")), NextStep(bilingual("b"), StepState.DONE)), by=DECEMBER),
    NextStep(MEET, StepState.DROPPED, (NextStep(bilingual("c")),)),
    NextStep(FILL, who=COUNCILS, by=MEETING),
)
BEFORE = tuple(DeckNextStep(text) for text in (PLAN, HOST, MEET))


def compose(session: Session, february: Deck, steps: tuple[NextStep, ...], before: tuple[DeckNextStep, ...] = BEFORE) -> Deck:
    """Compose a deck for October after the deck of February, in which these steps were shown."""
    shown = replace_slide(february, NextStepsSlide, steps=before)
    source = load_source(
        session,
        year=2020,
        as_of=DEMO_DAY,
        standing_content=load_standing_content(session),
        outline=Outline(steps=steps),
        baseline=Baseline(shown.meeting_on, end_of_day(shown.as_of), shown),
    )
    return build_deck(source, meeting_on=MEETING, audience=COUNCILS)


def find_steps(deck: Deck) -> NextStepsSlide:
    return next(slide for slide in deck.slides if isinstance(slide, NextStepsSlide))


def test_steps_are_new_open_done_and_dropped_in_this_order(seeded: Session, february: Deck) -> None:
    steps = find_steps(compose(seeded, february, STEPS)).steps
    assert [(step.state.value, step.text.en) for step in steps] == [
        ("new", "Fill"),
        ("open", "Host"),
        ("done", "Plan"),
        ("dropped", "Meet"),
    ]
    assert steps[0] == DeckNextStep(
        FILL,
        state=DeckStepState.NEW,
        who=COUNCILS,
        by=Bilingual("October\u00a08, 2020", "8\u00a0octobre 2020"),
    )
    assert (steps[1].children, steps[1].done_parts) == ((bilingual("a"),), (bilingual("b"),))
    assert (steps[3].children, steps[3].who, steps[3].by) == ((bilingual("c"),), EMPTY_TEXT, EMPTY_TEXT)


def test_finding_says_how_many_steps_are_still_open_and_new(seeded: Session, february: Deck) -> None:
    assert find_steps(compose(seeded, february, STEPS)).message == Bilingual(
        "1 of the 3\u00a0next steps of February\u00a027, 2020 is still open; 1 is new",
        "1 des 3\u00a0étapes présentées le 27\u00a0février 2020 est toujours en cours; 1 est nouvelle",
    )
    same = tuple(NextStep(text) for text in (PLAN, HOST, MEET))
    assert find_steps(compose(seeded, february, same)).message == Bilingual(
        "All 3\u00a0next steps of February\u00a027, 2020 are still open",
        "Les 3\u00a0étapes présentées le 27\u00a0février 2020 sont toujours en cours",
    )
    only = find_steps(compose(seeded, february, (NextStep(PLAN, StepState.DONE),), BEFORE[:1]))
    assert only.message.en == "The next step of February\u00a027, 2020 is no longer open"


def test_steps_of_the_first_briefing_are_open_and_keep_the_standing_finding(february: Deck) -> None:
    slide = find_steps(february)
    assert {step.state for step in slide.steps} == {DeckStepState.OPEN}
    assert slide.message.en == "Build on progress to date and carry out the 2020 work plan together"


def test_step_that_was_shown_as_done_or_dropped_is_not_shown_again() -> None:
    before = (DeckNextStep(PLAN, state=DeckStepState.DONE), DeckNextStep(HOST, done_parts=(bilingual("b"),)))
    steps = deck_steps(STEPS, before)
    assert [step.text for step in steps] == [FILL, HOST, MEET]
    assert steps[1].done_parts == ()


def test_reworded_step_is_not_new_after_it_was_carried_over() -> None:
    (carried,) = carry_over(Outline(steps=(NextStep(PLAN, who=CHAIRS, by=DECEMBER),))).steps or ()
    assert (carried.who, carried.by, carried.carried) == (CHAIRS, DECEMBER, PLAN)
    (step,) = deck_steps((replace(carried, text=bilingual("Plan again")),), BEFORE)
    assert step.state is DeckStepState.OPEN
    (step,) = deck_steps((NextStep(Bilingual("Reworded", PLAN.fr)),), BEFORE)
    assert step.state is DeckStepState.OPEN


@pytest.mark.parametrize(
    ("lang", "states", "others"),
    [
        (
            Language.EN,
            ["► New", "► Open", "■ Done", "– Dropped"],
            ("State", "Next step", "Who", "By when", "Co-chairs", "June\u00a030, 2020", "December\u00a031, 2020"),
        ),
        (
            Language.FR,
            ["► Nouvelle", "► En cours", "■ Réalisée", "– Abandonnée"],
            ("État", "Prochaine étape", "Qui", "D’ici quand", "Coprésidence", "30\u00a0juin 2020", "31\u00a0décembre 2020"),
        ),
    ],
)
def test_every_format_shows_the_table_of_steps(
    seeded: Session, february: Deck, lang: Language, states: list[str], others: tuple[str, ...]
) -> None:
    deck = only_slides(compose(seeded, february, STEPS), NextStepsSlide)
    sheet = next(sheet for sheet in drawn_workbook(deck, lang).worksheets if sheet.title.startswith("1 "))
    (table,) = sheet.tables.values()
    rows = [[str(cell.value) for cell in row] for row in sheet[table.ref]]
    assert [row[0] for row in rows[1:]] == states
    assert rows[2][1].splitlines()[1:] == [
        f"– {bilingual('a').text(lang)}",
        f"{states[2]}{': ' if lang == 'en' else chr(160) + ': '}" + bilingual("b").text(lang),
    ]
    presentation = next(slide for slide in read_presentation(deck, lang).slides if states[0] in frame_texts(slide))
    assert find_overflowing_texts(presentation) == []
    (html,) = (slide.html for slide in render_slides(deck, lang))
    for text in (*states, *others):
        assert text in [cell for row in rows for cell in row]
        assert text in frame_texts(presentation)
        assert text.lstrip("►■– ") in html


def test_steps_of_an_earlier_release_read_as_open(seeded: Session, february: Deck) -> None:
    stored = json.loads(snapshot.write(february))
    steps = next(slide for slide in stored["deck"]["slides"] if slide["kind"] == "NextStepsSlide")["steps"]
    assert {key for step in steps for key in step} == {"text", "children"}
    assert find_steps(snapshot.read(json.dumps(stored))).steps[0].state is DeckStepState.OPEN
    deck = compose(seeded, february, STEPS)
    assert snapshot.read(snapshot.write(deck)) == deck


def test_outline_of_an_earlier_release_reads_without_who_and_when() -> None:
    stored = {"steps": [{"text": ["Plan", "Plan (fr)"], "state": "done", "children": [{"text": ["a", "b"]}]}]}
    outline = Serializer().load(Outline, stored)
    assert outline.steps == (NextStep(PLAN, StepState.DONE, (NextStep(Bilingual("a", "b")),)),)
    assert Serializer().dump(outline) == stored
    full = Outline(steps=STEPS)
    assert Serializer().load(Outline, json.loads(json.dumps(Serializer().dump(full)))) == full


def test_overlong_name_of_who_takes_a_step_is_refused() -> None:
    with pytest.raises(Invalid) as refusal:
        check_outline(Outline(steps=(NextStep(PLAN, who=Bilingual("x", "x" * 121)),)))
    assert [field for field, _message in refusal.value.problems] == ["steps"]
