"""What an author does with their private link, and what becomes public of it."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from cogwg.core.db import write_transaction
from cogwg.engagement.models import EngagementPhase, LegalHold, PublicComment
from cogwg.engagement.scales import CommentState, RefusalReason
from cogwg.tracker.models import PublishedComment, PublishedCount
from tests.engagement.sample import CYCLE, TEXT
from tests.web.engagement.commenting import Commenting

CANARIES = {"name": "Zoé Canari", "email": "canary@citizens.example"}


def test_author_edits_until_a_moderator_decides(commenting: Commenting) -> None:
    link = commenting.sent()
    form = commenting.browser.get(f"{link}/edit").form("edit").fill(text="Better words.")
    page = commenting.browser.get(form.submit().redirect_path)
    assert "Your comment was saved." in page.text
    assert "Better words." in page.text
    assert "was saved" not in commenting.browser.get(link).text
    stale = form.fill(text="Stale words.").submit()
    assert stale.status == 409
    assert "Better words." in stale.text
    assert stale.form("edit").value("text") == "Stale words."
    assert stale.form("edit").submit().status == 303
    commenting.decide(CommentState.PUBLISHED)
    assert commenting.browser.get(f"{link}/edit").status == 303
    assert form.fill(text="Too late.").submit().status == 422
    assert commenting.comments()[0].text == "Stale words."


def test_page_in_french_says_that_no_name_and_no_address_were_given(commenting: Commenting) -> None:
    page = commenting.browser.get(commenting.sent(lang="fr"))
    given = {term.text: term.getnext().text for term in page.find_all("dt")}
    assert (given["Nom"], given["Adresse courriel"]) == ("Sans nom", "Aucune")


def test_too_long_edit_is_given_back_untouched(commenting: Commenting) -> None:
    link = commenting.sent()
    page = commenting.browser.get(f"{link}/edit").form("edit").fill(text="x" * 5001).submit()
    assert page.status == 422
    assert page.form("edit").value("text") == "x" * 5001


def test_withdrawn_comment_is_public_no_more(commenting: Commenting) -> None:
    link = commenting.sent(**CANARIES)
    id_ = commenting.decide(CommentState.PUBLISHED)
    assert CANARIES["name"] in commenting.browser.get(f"/en/comments/{id_}").text
    assert commenting.browser.get(f"{link}/withdraw").form("withdraw").submit().status == 303
    assert commenting.browser.get(f"/en/comments/{id_}").status == 404
    assert commenting.app.rows(PublishedComment) == []
    (comment,) = commenting.comments()
    assert (comment.text, comment.name, comment.email) == ("", "", "")
    page = commenting.browser.get(link)
    assert "Withdrawn." in page.text
    assert "What you sent" not in page.text
    assert "What happens next" not in page.text
    assert commenting.browser.get(f"{link}/withdraw").status == 303


def test_author_corrects_and_deletes_what_is_kept(commenting: Commenting) -> None:
    link = commenting.sent(**CANARIES)
    id_ = commenting.decide(CommentState.PUBLISHED)
    form = commenting.browser.get(f"{link}/information").form("information")
    assert form.values["email"] == CANARIES["email"]
    assert form.fill(name="Z. C.").submit(button_value="save").status == 303
    assert "Z. C." in commenting.browser.get(f"/en/comments/{id_}").text
    page = commenting.browser.get(f"{link}/information").form("information").submit(button_value="remove")
    assert page.status == 303
    (comment,) = commenting.comments()
    assert (comment.name, comment.email) == ("", "")
    assert "Z. C." not in commenting.browser.get(f"/en/comments/{id_}").text


def test_legal_hold_keeps_what_the_author_wants_deleted(commenting: Commenting) -> None:
    link = commenting.sent(**CANARIES)
    (comment,) = commenting.comments()
    with Session(commenting.app.engine) as session, write_transaction(session):
        session.add(LegalHold(comment_id=comment.id, reason="A court asked.", placed_at=comment.received_at))
    page = commenting.browser.get(f"{link}/information").form("information").submit(button_value="remove")
    assert page.status == 422
    assert "The law requires" in page.text
    assert commenting.comments()[0].email == CANARIES["email"]


def test_author_sees_why_a_comment_is_refused_and_appeals_once(commenting: Commenting) -> None:
    link = commenting.sent()
    assert commenting.browser.get(f"{link}/appeal").status == 303
    commenting.decide(CommentState.REFUSED, reason=RefusalReason.OFF_TOPIC, note="It is about taxes.")
    page = commenting.browser.get(link)
    for part in ("Not published.", "Not about this phase", "It is about taxes.", "Appeal the decision"):
        assert part in page.text
    form = commenting.browser.get(f"{link}/appeal").form("appeal")
    assert form.submit().status == 422
    sent = form.fill(appeal="It is about milestones.").submit()
    assert "We have received your appeal." in commenting.browser.get(sent.redirect_path).text
    assert form.submit().status == 303
    page = commenting.browser.get(link)
    for part in ("Under appeal.", "Not about this phase", "It is about taxes.", "It is about milestones."):
        assert part in page.text
    assert "A person reads your comment" not in page.text
    commenting.decide(CommentState.REFUSED)
    page = commenting.browser.get(link)
    for part in ("made the same decision", "Not about this phase", "It is about taxes.", "It is about milestones."):
        assert part in page.text
    assert "Appeal the decision" not in page.text


def test_author_of_a_duplicate_is_led_to_the_comment_that_says_the_same(commenting: Commenting) -> None:
    commenting.sent("The first comment.")
    first = commenting.decide(CommentState.PUBLISHED)
    link = commenting.sent("The same comment.")
    second = commenting.decide(CommentState.DUPLICATE, duplicate_of_id=first)
    assert f"/en/comments/{first}" in commenting.browser.get(link).text
    assert commenting.browser.get(f"/en/comments/{second}").status == 404
    assert "1 other comment says the same" in commenting.browser.get(f"/en/comments/{first}").text


def test_received_comments_are_counted_at_once(commenting: Commenting) -> None:
    commenting.sent()
    assert [(count.received, count.published) for count in commenting.app.rows(PublishedCount)] == [(1, 0)]


@pytest.mark.parametrize("path", ["comments/{id}", "engagement/{cycle}/comments"])
def test_published_comments_are_under_engagement_in_the_navigation(commenting: Commenting, path: str) -> None:
    commenting.sent()
    id_ = commenting.decide(CommentState.PUBLISHED)
    page = commenting.browser.get("/en/" + path.format(id=id_, cycle=CYCLE))
    here = [a.text for a in page.find("nav", class_="site-nav").iter("a") if a.get("aria-current")]
    assert here == ["Engagement"]


def test_link_works_after_the_phase_closed(commenting: Commenting) -> None:
    link = commenting.sent()
    commenting.app.execute(update(EngagementPhase).values(takes_comments=False))
    assert commenting.browser.get(link).status == 200
    assert commenting.browser.get(f"{link}/withdraw").form("withdraw").submit().status == 303


@pytest.mark.parametrize("page", ["", "/edit", "/withdraw", "/information", "/appeal"])
def test_wrong_link_is_not_found_and_tells_nothing(commenting: Commenting, page: str) -> None:
    link = commenting.sent()
    answer = commenting.browser.get(f"{link[:-1]}{'A' if link[-1] != 'A' else 'B'}{page}")
    assert answer.status == 404
    assert TEXT not in answer.text


def test_private_pages_are_kept_and_indexed_nowhere_and_name_no_address(commenting: Commenting) -> None:
    link = commenting.sent()
    for path in (link, f"{link}/edit", f"{link}/withdraw", f"{link}/information", f"{link}x"):
        headers = commenting.browser.get(path).response.headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "strict-origin"
        assert "noindex" in headers["X-Robots-Tag"]
        assert "Set-Cookie" not in headers


@pytest.mark.parametrize("page", ["edit", "withdraw", "information"])
def test_change_from_another_site_is_refused(commenting: Commenting, page: str) -> None:
    link = commenting.sent(**CANARIES)
    form = commenting.browser.get(f"{link}/{page}").form(page)
    values = {**form.values, "text": "Forged words."}
    assert commenting.browser.post(f"{link}/{page}", values, Origin="https://evil.example").status == 400
    assert commenting.browser.post(f"{link}/{page}", {**values, "stamp": "forged"}).status == 400
    (comment,) = commenting.comments()
    assert (comment.text, comment.version) == (TEXT, 1)


def test_database_holds_no_private_link(commenting: Commenting) -> None:
    secret = commenting.sent().rpartition("/")[2]
    stored = repr([vars(row) for row in commenting.app.rows(PublicComment)])
    assert secret not in stored
