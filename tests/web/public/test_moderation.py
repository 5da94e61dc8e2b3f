"""The rules of moderation and the counts of what was published and refused, by reason, for everyone."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from cogwg.core.db import write_transaction
from cogwg.engagement.scales import CommentState, RefusalReason
from cogwg.tracker.publishing_comments import copy_comments
from cogwg.tracker.publishing_engagement import publish_cycle
from tests.engagement.comments import Moderation, add_comment, add_moderation
from tests.web_client import App

PAGE = "engagement/test-plan/moderation"
BOTH_LANGUAGES = pytest.mark.parametrize("lang", ["en", "fr"])


def add(app: App, record: Moderation, *states: tuple[CommentState, RefusalReason | None]) -> None:
    with Session(app.engine) as session, write_transaction(session):
        added = [add_comment(session, record.reviewing, "Canary", state=state, reason=reason) for state, reason in states]
        copy_comments(session, [comment.id for comment in added])


@pytest.fixture
def record(app: App) -> Moderation:
    with Session(app.engine) as session, write_transaction(session):
        added = add_moderation(session)
        publish_cycle(session, "test-plan", shown=None, override_reason="A test.", by=added.moderator, at=app.calendar.now())
    return added


@BOTH_LANGUAGES
def test_counts_by_reason_are_public_at_once(app: App, record: Moderation, lang: str) -> None:
    client = app.anonymous_client()
    assert {"en": "0 were refused.", "fr": "0 refusé."}[lang] in client.get(f"/{lang}/{PAGE}").main_text
    refused = [(CommentState.REFUSED, reason) for reason in (RefusalReason.ADVERTISING, RefusalReason.ADVERTISING)]
    add(app, record, *refused, (CommentState.APPEALED, RefusalReason.HATEFUL), (CommentState.PUBLISHED, None))
    add(app, record, (CommentState.WAITING, None), (CommentState.WITHDRAWN, None), (CommentState.DUPLICATE, None))
    page = client.get(f"/{lang}/{PAGE}")
    assert page.status == 200
    reasons = {"en": "(Advertising: 2; Hateful or threatening: 1)", "fr": "(Publicité : 2; Haineux ou menaçant : 1)"}[lang]
    assert reasons in page.main_text.replace("\u00a0", " ")
    row = page.find_all("tr")[-1]
    words = " ".join("".join(row.itertext()).split()).replace("\u00a0", " ")
    expected = {
        "en": "All phasesReceived: 7 Published: 1 Duplicates: 1 Withdrawn: 1 Refused: 3",
        "fr": "Toutes les étapesReçus : 7 Publiés : 1 Doublons : 1 Retirés : 1 Refusés : 3",
    }
    assert words.startswith(expected[lang])
    assert "Canary" not in page.text


def test_page_of_a_cycle_that_is_not_public_is_not_found(app: App) -> None:
    with Session(app.engine) as session, write_transaction(session):
        add_moderation(session)
    assert app.anonymous_client().get(f"/en/{PAGE}").status == 404


def test_page_sets_no_cookie_and_is_in_the_sitemap(app: App, record: Moderation) -> None:
    client = app.anonymous_client()
    assert "Set-Cookie" not in client.get(f"/en/{PAGE}").headers
    assert f"/fr/{PAGE}" in client.get("/sitemap.xml").text
