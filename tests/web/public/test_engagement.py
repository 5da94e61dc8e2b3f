"""What everyone reads of cycles of engagement: what can be commented on now, the phases, and their published comments."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from cogwg.audit.services import SYSTEM
from cogwg.core.bilingual import Bilingual
from cogwg.core.db import write_transaction
from cogwg.engagement.scales import CommentState
from cogwg.seeding.engagement import seed_engagement
from cogwg.tracker.engagement import PublishedCycle, PublishedPhase
from cogwg.tracker.models import PublishedComment
from cogwg.tracker.publishing_engagement import publish_cycle
from cogwg.web.public.cycle_picture import AXIS_FROM, AXIS_TO, cycle_picture
from tests.engagement.sample import CLOSED, CYCLE, OPEN
from tests.web.engagement.commenting import Commenting
from tests.web_client import App, text_of

LANGS = pytest.mark.parametrize("lang", ["en", "fr"])


def publish_the_source(app: App) -> None:
    with Session(app.engine) as session, write_transaction(session):
        seed_engagement(session, at=app.calendar.now())
        publish_cycle(session, "fourth-plan", shown=None, by=SYSTEM, at=app.calendar.now())


@LANGS
def test_every_fact_of_the_source_shows_in_both_languages(app: App, lang: str) -> None:
    publish_the_source(app)
    client = app.anonymous_client()
    cycle = client.get(f"/{lang}/engagement/fourth-plan")
    words = {
        "en": ("From October 2017", "October 2017 to February 2018", "February to March 2018", "April to May 2018", "June 2018",
               "July 2018 to June 2020", "Online, in person", "every two years", "Multi-stakeholder Forum", "Listening"),
        "fr": ("À partir d’octobre 2017", "D’octobre 2017 à février 2018", "De février à mars 2018", "D’avril à mai 2018",
               "Juin 2018", "De juillet 2018 à juin 2020", "En ligne, en personne", "tous les deux ans", "Forum multipartite"),
    }  # fmt: skip
    assert [word for word in words[lang] if word not in cycle.main_text] == []
    for phase in ("planning", "shaping", "drafting", "reviewing", "finalizing", "implementing"):
        page = client.get(f"/{lang}/engagement/fourth-plan/{phase}")
        assert page.status == 200
        assert {"en": "What happens", "fr": "Déroulement"}[lang] in page.main_text


@LANGS
def test_the_list_says_what_can_be_commented_on_now(commenting: Commenting, lang: str) -> None:
    page = commenting.browser.get(f"/{lang}/engagement")
    links = [a.get("href") for a in page.find("main").iter("a")]
    assert f"/{lang}/engagement/{CYCLE}/{OPEN}/comment" in links
    assert f"/{lang}/engagement/{CYCLE}/{CLOSED}/comment" not in links
    phase = commenting.browser.get(f"/{lang}/engagement/{CYCLE}/{CLOSED}")
    assert f"/{lang}/engagement/{CYCLE}/{CLOSED}/comment" not in [a.get("href") for a in phase.find("main").iter("a")]


@LANGS
def test_a_cycle_that_can_be_commented_on_is_a_link_beside_its_phase(commenting: Commenting, lang: str) -> None:
    page = commenting.browser.get(f"/{lang}/engagement")
    links = [a.get("href") for a in page.find_all("section")[0].iter("a")]
    assert links == [f"/{lang}/engagement/{CYCLE}{rest}" for rest in (f"/{OPEN}", "", f"/{OPEN}/comment")]


@LANGS
def test_the_form_of_a_past_phase_leads_to_what_is_open_in_another_cycle(commenting: Commenting, lang: str) -> None:
    publish_the_source(commenting.app)
    page = commenting.browser.get(f"/{lang}/engagement/fourth-plan/shaping/comment")
    forms = [href for a in page.find("main").iter("a") if (href := a.get("href") or "").endswith("/comment")]
    open_now = (f"{CYCLE}/{OPEN}", "fourth-plan/planning")
    assert (page.status, forms) == (403, [f"/{lang}/engagement/{place}/comment" for place in open_now])


@LANGS
def test_the_form_of_a_past_phase_says_that_nothing_is_open(commenting: Commenting, lang: str) -> None:
    path = f"/{lang}/engagement/{CYCLE}/{OPEN}/comment"
    commenting.app.clock.advance(days=90)
    sentence = {"en": "Nothing is open for comment today.", "fr": "Rien n’est ouvert aux commentaires aujourd’hui."}[lang]
    assert sentence in commenting.browser.get(path).main_text


@LANGS
def test_the_home_page_says_what_is_open_for_comment_while_it_is(commenting: Commenting, lang: str) -> None:
    words = {"en": "Open for comment until October 31, 2020.", "fr": "Étape ouverte aux commentaires jusqu’au 31 octobre 2020."}
    page = commenting.browser.get(f"/{lang}/")
    assert words[lang] in page.main_text.replace("\u00a0", " ")
    places = [a.get("href") for a in page.find("main").iter("a") if f"/engagement/{CYCLE}/" in (a.get("href") or "")]
    assert places == [f"/{lang}/engagement/{CYCLE}/{OPEN}"]
    commenting.app.clock.advance(days=90)
    later = commenting.browser.get(f"/{lang}/")
    assert words[lang][:15] not in later.main_text


@LANGS
def test_a_phase_without_published_comments_says_so(commenting: Commenting, lang: str) -> None:
    page = commenting.browser.get(f"/{lang}/engagement/{CYCLE}/{OPEN}")
    heading = {"en": "Published comments", "fr": "Commentaires publiés"}[lang]
    assert heading in [text_of(h2) for h2 in page.find_all("h2")]
    assert {"en": "No comments have been published yet.", "fr": "Aucun commentaire n’est encore publié."}[
        lang
    ] in page.main_text


def test_a_phase_shows_published_comments_alone_and_at_once(commenting: Commenting) -> None:
    place = f"/en/engagement/{CYCLE}/{OPEN}"
    commenting.sent("A canary.")
    assert "canary" not in commenting.browser.get(place).text
    commenting.decide(CommentState.PUBLISHED)
    assert "A canary." in commenting.browser.get(place).main_text
    assert "1\u00a0comment" in commenting.browser.get(f"/en/engagement/{CYCLE}").main_text.replace(
        "1 comment", "1\u00a0comment"
    )


def test_pages_set_no_cookie_and_unknown_ones_are_not_found(commenting: Commenting) -> None:
    for path in ("", f"/{CYCLE}", f"/{CYCLE}/{OPEN}"):
        answer = commenting.browser.get(f"/en/engagement{path}")
        assert (answer.status, answer.response.headers.get("Set-Cookie")) == (200, None)
    for path in ("/nothing", f"/{CYCLE}/nothing", f"/{CYCLE}/{OPEN}?page=2", f"/{CYCLE}/{OPEN}?page=x"):
        assert commenting.browser.get(f"/en/engagement{path}").status == 404


def test_a_phase_costs_as_many_statements_for_many_comments(
    commenting: Commenting, statements: Callable[[Engine], AbstractContextManager[list[str]]]
) -> None:
    counts = []
    for number in (1, 60):
        copies = [
            PublishedComment(
                id=number * 1000 + n,
                cycle=CYCLE,
                phase=OPEN,
                about="phase",
                channel="online",
                lang="en",
                text=f"Comment {n}.",
                received_on=commenting.app.calendar.today(),
                published_at=commenting.app.calendar.now(),
                revision=number,
            )
            for n in range(number)
        ]
        with Session(commenting.app.engine) as session, write_transaction(session):
            session.add_all(copies)
        commenting.browser.get(f"/en/engagement/{CYCLE}")
        with statements(commenting.app.request_engine) as sent:
            page = commenting.browser.get(f"/en/engagement/{CYCLE}/{OPEN}?unseen={number}")
        counts.append(len(sent))
        assert len([li for li in page.find_all("li") if (li.get("id") or "").startswith("comment-")]) == min(number, 25)
    assert counts[0] == counts[1]


def _cycle(*phases: PublishedPhase) -> PublishedCycle:
    return PublishedCycle("sixth-plan", Bilingual("Plan", "Plan"), phases=phases)


def _phase(first: date, last: date | None) -> PublishedPhase:
    return PublishedPhase("p", 1, Bilingual("Phase", "Étape"), first, last)


def test_overlapping_phases_overlap_in_the_picture_and_a_long_one_is_not_to_scale() -> None:
    planning = _phase(date(2017, 10, 1), None)
    shaping = _phase(date(2017, 10, 1), date(2018, 2, 28))
    drafting = _phase(date(2018, 2, 1), date(2018, 3, 31))
    implementing = _phase(date(2018, 7, 1), date(2020, 6, 30))
    picture = cycle_picture(_cycle(planning, shaping, drafting, implementing), date(2018, 3, 1))
    open_ended, first, second, long = picture.bars
    assert picture.tail is not None
    assert (picture.tail.words.en, picture.tail.words.fr) == ("April 2018 to June 2020", "d’avril 2018 à juin 2020")
    assert open_ended.dash_to == picture.tail.x
    assert first.x == AXIS_FROM
    assert second.x < first.x + first.width < second.x + second.width
    assert long.x >= picture.tail.x
    assert long.x + long.width == pytest.approx(AXIS_TO, abs=0.1)
    assert picture.today_x is not None
    assert first.x + first.width <= picture.today_x <= second.x + second.width


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2020, 1, 31), date(2020, 1, 31)),
        (date(2019, 12, 31), date(2020, 1, 1)),
        (date(2010, 1, 1), date(2029, 12, 31)),
        (date(2020, 2, 29), None),
    ],
)
def test_any_phase_stays_within_the_picture(first: date, last: date | None) -> None:
    (bar,) = cycle_picture(_cycle(replace(_phase(first, last))), date(2024, 2, 29)).bars
    assert AXIS_FROM <= bar.x < bar.x + bar.width <= AXIS_TO + 0.1
