"""What everyone reads of comments from the public: those that are published, with what came of them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from urllib.parse import urlencode

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from cogwg.audit.services import SYSTEM
from cogwg.core.bilingual import Bilingual
from cogwg.core.db import write_transaction
from cogwg.engagement.models import PublicComment
from cogwg.engagement.scales import CommentState
from cogwg.tracker.commitments import Rating
from cogwg.tracker.editions import add_edition
from cogwg.tracker.engagement import PublishedHeard, PublishedTheme, ThemeLink
from cogwg.tracker.models import PublicationKind, PublishedComment
from cogwg.tracker.publishing_comments import copy_comment
from cogwg.tracker.storing import dump
from tests.engagement.sample import CYCLE, OPEN
from tests.web.engagement.commenting import Commenting

SEARCH = f"/engagement/{CYCLE}/comments"


def publish(commenting: Commenting, text: str, **fields: str) -> int:
    commenting.sent(text, **fields)
    return commenting.decide(CommentState.PUBLISHED)


@pytest.mark.parametrize("state", [state for state in CommentState if state is not CommentState.PUBLISHED])
def test_only_published_comments_are_public(commenting: Commenting, state: CommentState) -> None:
    commenting.sent("A canary.")
    id_ = commenting.decide(state)
    assert commenting.browser.get(f"/en/comments/{id_}").status == 404
    assert "canary" not in commenting.browser.get(f"/en{SEARCH}").text


@pytest.mark.parametrize(
    ("query", "count"),
    [("", 2), ("milestones", 1), ("ÉTÉ jalons", 1), ("ete JALONS", 1), ("milestones jalons", 0), ("zoe", 1), ("zzz", 0)],
)
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_search_finds_every_word_whatever_its_case_and_accents(
    commenting: Commenting,
    query: str,
    count: int,
    lang: str,
) -> None:
    publish(commenting, "Who answers for the milestones of this plan?", name="Zoé")
    publish(commenting, "Les jalons de l’été ne sont pas clairs pour nous.")
    page = commenting.browser.get(f"/{lang}{SEARCH}?{urlencode({'q': query})}")
    assert len(page.find_all("blockquote")) == count


def test_comment_is_in_the_language_it_was_written_in(commenting: Commenting) -> None:
    id_ = publish(commenting, "Les jalons de l’été ne sont pas clairs pour nous.")
    assert commenting.browser.get(f"/en/comments/{id_}").find("blockquote").get("lang") == "fr"
    assert commenting.browser.get(f"/fr/comments/{id_}").find("blockquote").get("lang") is None


def test_masked_parts_are_not_in_the_page(commenting: Commenting) -> None:
    commenting.sent("Call me at 613 555 0100 please.")
    id_ = commenting.decide(CommentState.PUBLISHED, masks=[[11, 23, "phone"]])
    page = commenting.browser.get(f"/en/comments/{id_}").text
    assert "555" not in page
    assert "[phone number removed]" in page
    assert "555" not in commenting.browser.get(f"/en{SEARCH}").text


def test_unpublished_comment_leaves_pages_that_were_drawn_before(commenting: Commenting) -> None:
    id_ = publish(commenting, "A canary.")
    publish(commenting, "Another one.")
    assert "canary" in commenting.browser.get(f"/en{SEARCH}").text
    with Session(commenting.app.engine) as session, write_transaction(session):
        session.get_one(PublicComment, id_).state = CommentState.WAITING
        copy_comment(session, id_)
    assert "canary" not in commenting.browser.get(f"/en{SEARCH}").text


def test_reader_walks_from_a_comment_to_what_came_of_it(commenting_on_commitments: Commenting) -> None:
    at = commenting_on_commitments
    id_ = publish(at, "Who answers for each milestone?")
    other = publish(at, "Something else.")
    theme = PublishedTheme(
        1,
        Bilingual("Accountability", "Responsabilité"),
        disposition=Rating("taken-up", Bilingual("Taken up", "Retenu")),
        response=Bilingual("Each milestone has a lead.", "Chaque jalon a un responsable."),
        links=(ThemeLink("commitment", "CA0060"), ThemeLink("activity", "2020/5.2"), ThemeLink("commitment", "CA9999")),
        comments=(id_,),
    )
    report = PublishedHeard(CYCLE, Bilingual("A", "B"), 1, at.app.calendar.today(), themes=(theme,))
    with Session(at.app.engine) as session, write_transaction(session):
        now = at.app.calendar.now()
        add_edition(session, PublicationKind.HEARD, 2020, CYCLE, 1, dump(report), visible_at=now, by=SYSTEM, at=now)
    page = at.browser.get(f"/en/comments/{id_}")
    for part in (
        "Accountability",
        "Taken up",
        "Each milestone has a lead.",
        "/en/commitments/CA0060",
        "/en/tracker/activities/5.2",
    ):
        assert part in page.text
    assert "/en/commitments/CA9999" not in page.text
    assert "no longer public" in page.text
    assert "Accountability" not in at.browser.get(f"/en/comments/{other}").text


def test_list_costs_as_many_statements_for_many_comments(
    commenting: Commenting, statements: Callable[[Engine], AbstractContextManager[list[str]]]
) -> None:
    first = publish(commenting, "The first milestone.")
    commenting.browser.get(f"/en{SEARCH}")
    counts = []
    for number in (1, 60):
        copies = [
            PublishedComment(
                id=first + number * 100 + n,
                cycle=CYCLE,
                phase=OPEN,
                about="phase",
                channel="online",
                lang="en",
                text=f"Milestone {n}.",
                received_on=commenting.app.calendar.today(),
                published_at=commenting.app.calendar.now(),
                revision=number,
            )
            for n in range(number)
        ]
        with Session(commenting.app.engine) as session, write_transaction(session):
            session.add_all(copies)
        with statements(commenting.app.request_engine) as sent:
            assert commenting.browser.get(f"/en{SEARCH}?q=milestone&unseen={number}").status == 200
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 5
