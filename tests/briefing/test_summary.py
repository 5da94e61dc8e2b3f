"""The page for a deputy: its figures, the bars of priorities, what is due first, the decisions, and what moved."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from io import BytesIO
from itertools import pairwise

import pytest
from pptx import Presentation
from pptx.util import Pt
from sqlalchemy.orm import Session

from cogwg.briefing import snapshot
from cogwg.briefing.deck import ChangeKind, Deck, PlanChange, SummarySlide
from cogwg.briefing.outline import Outline
from cogwg.briefing.queries import load_standing_content
from cogwg.briefing.render import FORMATS, render
from cogwg.briefing.render.html import render_slides
from cogwg.briefing.render.sentences import carriers_with_undecided
from cogwg.briefing.source import BriefingSource, CountsBefore, load_source
from cogwg.briefing.summary import summary_slide
from cogwg.core.bilingual import Bilingual, Language
from tests.briefing.conftest import JOINT_COUNCILS, compose_deck
from tests.databases import DECK_DAY, DEMO_DAY

OCTOBER_8 = date(2020, 10, 8)


def find_summary(deck: Deck) -> SummarySlide:
    return next(slide for slide in deck.slides if isinstance(slide, SummarySlide))


def figures(slide: SummarySlide) -> list[tuple[int, str]]:
    return [(figure.value, figure.label.en) for figure in slide.figures]


def plain(texts: Bilingual) -> tuple[str, str]:
    return texts.en.replace("\u00a0", " "), texts.fr.replace("\u00a0", " ")


def load_september_source(session: Session) -> BriefingSource:
    return load_source(session, year=2020, as_of=DEMO_DAY, standing_content=load_standing_content(session))


def test_summary_is_the_second_slide_of_every_deck(decks: dict[str, Deck]) -> None:
    for deck in decks.values():
        assert isinstance(deck.slides[1], SummarySlide)
        assert deck.slides[1].key == "summary"


def test_september_figures_are_of_what_is_due_so_far(september: Deck) -> None:
    slide = find_summary(september)
    assert figures(slide) == [(10, "due so far"), (8, "complete"), (2, "overdue"), (3, "roles vacant")]
    assert [plain(figure.note) for figure in slide.figures] == [
        ("of 21 in the plan", "sur 21 au plan"),
        ("6 on time, 2 after the due date", "6 à temps, 2 après l’échéance"),
        ("", ""),
        ("priorities 1, 2 and 3", "priorités 1, 2 et 3"),
    ]
    assert [figure.urgent for figure in slide.figures] == [False, False, True, True]
    assert [figure.is_overdue for figure in slide.figures] == [False, False, True, False]
    assert plain(slide.message) == (
        "2 of the 10 activities due so far are overdue; 3 roles are vacant",
        "2 des 10 activités échues sont en retard; 3 rôles sont vacants",
    )


def test_october_figures_include_what_was_due_in_september(seeded: Session) -> None:
    slide = find_summary(compose_deck(seeded, OCTOBER_8))
    assert figures(slide) == [(15, "due so far"), (8, "complete"), (7, "overdue"), (3, "roles vacant")]
    assert slide.message.en.replace("\u00a0", " ").startswith("7 of the 15 activities due so far are overdue; ")


def test_overdue_figure_is_compared_with_the_last_meeting(prepared: Deck) -> None:
    overdue = next(figure for figure in find_summary(prepared).figures if figure.is_overdue)
    assert plain(overdue.note) == ("none on February 27", "aucune le 27 février")


def test_figures_are_at_equal_distances_on_a_screen(prepared: Deck) -> None:
    page = Presentation(BytesIO(render(prepared, "pptx", Language.EN))).slides[1]
    numerals = [
        shape for shape in page.shapes if shape.has_text_frame and shape.text_frame.text.isdigit() and not shape.is_placeholder
    ]
    assert [shape.text_frame.text for shape in numerals] == [str(figure.value) for figure in find_summary(prepared).figures]
    distances = [after.left - before.left for before, after in pairwise(numerals)]
    assert max(distances) - min(distances) <= Pt(2)


@pytest.mark.parametrize("day", [DEMO_DAY, OCTOBER_8, date(2020, 12, 31), date(2021, 1, 1)])
def test_rows_of_priorities_add_up_to_the_figures(seeded: Session, day: date) -> None:
    deck = compose_deck(seeded, day)
    slide = find_summary(deck)
    due, complete, overdue, _ = (figure.value for figure in slide.figures)
    assert due == complete + overdue == sum(row.due for row in slide.rows)
    assert complete == sum(row.complete_of_due for row in slide.rows)
    assert overdue == sum(row.overdue for row in slide.rows)
    lengths = [row.complete + row.overdue + row.due_now + row.later for row in slide.rows]
    assert lengths == [len(priority.activities) for priority in deck.priorities]
    assert all(row.due == row.complete_of_due + row.overdue for row in slide.rows)


def test_everything_is_due_the_day_after_the_last_due_day(seeded: Session) -> None:
    assert figures(find_summary(compose_deck(seeded, date(2021, 1, 1))))[0] == (21, "due so far")


def test_february_summary_has_nothing_overdue_and_lists_what_is_due_first(february: Deck) -> None:
    slide = find_summary(february)
    assert figures(slide) == [(21, "activities"), (5, "due first"), (3, "roles vacant"), (1, "role to confirm")]
    assert [figure.is_overdue for figure in slide.figures] == [False] * 4
    assert (slide.rows, slide.moved) == (
        (),
        Bilingual("First report on this plan, so no comparison", "Premier rapport sur ce plan, donc sans comparaison"),
    )
    assert [(activity.priority, activity.title.en) for activity in slide.first_due] == [
        (1, "Initial inventory of user stories"),
        (2, "Working group established"),
        (3, "User research and personas shared"),
        (4, "Multi-jurisdictional working group established"),
        (5, "Key principles and practices identified"),
    ]
    assert [carriers_with_undecided(activity).en for activity in slide.first_due] == [
        "TBS; 1\xa0role vacant",
        "TBS; 1\xa0role vacant",
        "Ontario; 1\xa0role vacant",
        "Ontario, BC; Nova Scotia to confirm",
        "Saskatchewan (L), Alberta (L), Northwest Territories (P)",
    ]
    assert sum(count for _, count in slide.upcoming) == 21
    assert slide.upcoming[0] == (date(2020, 3, 31), 5)
    assert "%" not in str(slide)


@pytest.mark.parametrize("day", [date(2020, 3, 1), date(2020, 3, 31)])
def test_first_due_month_shows_what_is_due_until_its_last_day_is_over(february_session: Session, day: date) -> None:
    before, after = (find_summary(compose_deck(february_session, each)) for each in (day, date(2020, 4, 1)))
    assert plain(before.message)[0].startswith(
        "Nothing is due yet, so nothing is late: the first 5 activities are due on March 31; "
    )
    assert (len(before.first_due), before.rows) == (5, ())
    assert figures(after)[:3] == [(5, "due so far"), (0, "complete"), (5, "overdue")]


def test_decisions_are_the_requests_then_roles_that_are_undecided(prepared: Deck, february: Deck) -> None:
    undecided = [
        ("Fill the vacant roles in priorities 1, 2 and 3", "Joint Councils"),
        ("Confirm the second co-chair", "Joint Councils"),
        ("Confirm the role in priority 4", "Nova Scotia"),
    ]
    asked = [
        ("Name a second lead by November.", "Joint Councils"),
        ("Take part in the sessions of December.", "Joint Councils"),
    ]
    for deck, expected in ((february, undecided), (prepared, asked + undecided)):
        decisions = find_summary(deck).decisions
        assert [(plain(decision.text)[0], decision.who.en) for decision in decisions] == expected
        assert all(decision.text.fr and decision.who.fr for decision in decisions)


def test_what_moved_adds_up_to_all_activities(prepared: Deck, september: Deck) -> None:
    moved = find_summary(prepared).moved
    assert plain(moved) == (
        "Nothing was due on February 27; since then, 15 made progress, 2 fell behind, 4 did not change; "
        "3 roles are still vacant",
        "Rien n’était échu le 27 février; depuis : 15 ont progressé, 2 ont pris du retard, 4 sans changement; "
        "3 rôles toujours vacants",
    )
    for text in plain(moved):
        numbers = re.findall(r"\d+ (?=made|fell|did|ont progressé|ont pris|sans)", text)
        assert sum(map(int, numbers)) == len(prepared.rows) == 21
    assert plain(find_summary(september).moved)[0] == "No earlier briefing on this plan to compare with"


def test_what_moved_counts_the_changes_of_its_own_plan_only(seeded: Session) -> None:
    source = load_september_source(seeded)
    text = Bilingual("Text", "Texte")
    changes = tuple(
        PlanChange(kind, year, 1, "1.1", text, text, text, text, text)
        for kind, year in ((ChangeKind.FORWARD, 2020), (ChangeKind.FORWARD, 2021), (ChangeKind.SLIPPED, 2021))
    )
    before = CountsBefore(due=1, overdue=1, vacant=0)
    slide = summary_slide(replace(source, since=DECK_DAY, changes=changes, before=before), Outline(), JOINT_COUNCILS, None)
    assert (
        plain(slide.moved)[0]
        == "More activities are overdue than on February 27: 1 made progress, 0 fell behind, 20 did not change"
    )


def test_what_moved_names_new_activities_and_moved_dates_apart_from_what_did_not_change(seeded: Session) -> None:
    source = load_september_source(seeded)
    text = Bilingual("Text", "Texte")
    changes = tuple(
        PlanChange(kind, 2020, 1, code, text, text, text, text, text)
        for kind, code in (
            (ChangeKind.FORWARD, "1.1"),
            (ChangeKind.DUE_MOVED, "1.1"),
            (ChangeKind.DUE_MOVED, "1.2"),
            (ChangeKind.SILENT, "1.2"),
            (ChangeKind.ADDED, "2.1"),
            (ChangeKind.DROPPED, "9.1"),
            (ChangeKind.LEAD_CHANGED, ""),
        )
    )
    before = CountsBefore(due=1, overdue=2, vacant=0)
    slide = summary_slide(replace(source, since=DECK_DAY, changes=changes, before=before), Outline(), JOINT_COUNCILS, None)
    english, french = plain(slide.moved)
    assert english.endswith(": 1 made progress, 0 fell behind, 1 is new, 1 has a new due date, 18 did not change")
    assert french.endswith(" : 1 a progressé, 0 a pris du retard, 1 nouvelle, 1 a une nouvelle échéance, 18 sans changement")
    assert sum(map(int, re.findall(r"\d+(?= (?:made|fell|is new|has|did))", english))) == 21


@pytest.mark.parametrize(
    ("overdue", "verdict"),
    [
        (1, ("More activities are overdue than on February 27: ", "Plus d’activités en retard que le 27 février : ")),
        (2, ("As many activities are overdue as on February 27: ", "Autant d’activités en retard que le 27 février : ")),
        (3, ("Fewer activities are overdue than on February 27: ", "Moins d’activités en retard que le 27 février : ")),
    ],
)
def test_what_moved_says_whether_it_is_better_than_at_the_last_meeting(
    seeded: Session, overdue: int, verdict: tuple[str, str]
) -> None:
    source = replace(load_september_source(seeded), since=DECK_DAY, before=CountsBefore(due=5, overdue=overdue, vacant=1))
    moved = plain(summary_slide(source, Outline(), JOINT_COUNCILS, None).moved)
    assert [text.startswith(start) for text, start in zip(moved, verdict, strict=True)] == [True, True]
    assert "vacant" not in moved[0], "the number of vacant roles changed"


def test_deck_stored_before_there_was_a_summary_opens_and_is_drawn(september: Deck) -> None:
    stored = json.loads(snapshot.write(september))
    own = stored["deck"]["slides"]
    stored["deck"]["slides"] = [slide for slide in own if "summary" not in json.dumps(slide)]
    assert len(stored["deck"]["slides"]) == len(own) - 1
    deck = snapshot.read(json.dumps(stored))
    assert [slide.key for slide in deck.slides[:3]] == ["cover", "contents", "progress"]
    for lang in Language:
        assert [slide.key for slide in render_slides(deck, lang)] == [slide.key for slide in deck.slides]
        assert all(render(deck, key, lang) for key, own in FORMATS.items() if own.is_available())
