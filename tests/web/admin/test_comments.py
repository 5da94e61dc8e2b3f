"""Moderators clear their lists with and without scripts, see what looks suspicious, and lose nothing to a colleague."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from cogwg.accounts.models import Role
from cogwg.audit.models import AuditEvent
from cogwg.core.db import write_transaction
from cogwg.engagement.models import PublicComment
from cogwg.engagement.scales import CommentState, RefusalReason
from cogwg.mail.models import OutboxMessage
from cogwg.tracker.models import PublishedComment
from tests.engagement.comments import Moderation, add_comment, add_moderation
from tests.ogp.assessors import AT, add_person
from tests.web.conftest import MakeApp
from tests.web.scriptless_user import ScriptlessUser
from tests.web_client import App, Page

LIST = "admin/comments"
LANGS = pytest.mark.parametrize("lang", ["en", "fr"])


@dataclass
class Moderating:
    """An app with two moderators and comments."""

    app: App
    record: Moderation

    def add(self, text: str, minutes: int = 0, **values: object) -> int:
        with Session(self.app.engine) as session, write_transaction(session):
            return add_comment(session, self.record.reviewing, text, minutes, **values).id

    def comment(self, id_: int) -> PublicComment:
        (comment,) = self.app.rows(PublicComment, PublicComment.id == id_)
        return comment

    def copies(self) -> dict[int, str]:
        return {row.id: row.text for row in self.app.rows(PublishedComment, PublishedComment.cycle == "test-plan")}

    def user(self, name: str = "moderating", lang: str = "en", place: str = LIST) -> ScriptlessUser:
        user = ScriptlessUser(self.app, name, lang)
        user.open(place)
        return user

    def decide(
        self, id_: int, do: str, *, name: str = "moderating", htmx: bool = True, tab: str = "waiting", **fields: str
    ) -> Page:
        """Send the form of a comment with the version that is stored, as the list shows it."""
        browser = self.app.client_as(name)
        values = {"version": str(self.comment(id_).version), "place": "0", **fields}
        named = {f"c{id_}-{name}": value for name, value in values.items()}
        token = {"csrf_token": browser.csrf_token(), "do": do}
        return browser.post(f"/en/{LIST}/{id_}?tab={tab}", {**named, **token}, htmx=htmx)


@pytest.fixture
def moderating(app: App) -> Moderating:
    with Session(app.engine) as session, write_transaction(session):
        record = add_moderation(session)
    return Moderating(app, record)


@LANGS
def test_list_says_what_waits_and_since_when(moderating: Moderating, lang: str) -> None:
    moderating.add("The first")
    moderating.add("The second", 5)
    moderating.add("Refused", state=CommentState.SECOND, reason=RefusalReason.HATEFUL)
    user = moderating.user(lang=lang)
    assert user.page.h1 == {"en": "2 comments to moderate", "fr": "2 commentaires à modérer"}[lang]
    assert {"en": "The oldest has been waiting for 2 days.", "fr": "Le plus ancien attend depuis 2 jours."}[
        lang
    ] in user.page.main_text
    assert user.page.main_text.index("The first") < user.page.main_text.index("The second")


@LANGS
def test_suggested_masks_are_published_as_notes_and_can_be_undone(moderating: Moderating, lang: str) -> None:
    id_ = moderating.add("Call our clerk at 613-555-0123 for details.")
    user = moderating.user(lang=lang)
    assert (
        user.translate("Mask this before you publish. Readers will see “%(note)s”.", note="[phone number removed]")
        in user.page.main_text
    )
    article = user.page.find_by_id(f"comment-{id_}")
    user.press("Mask and publish", within=article.find(".//form"))
    assert moderating.copies() == {id_: "Call our clerk at [phone number removed] for details."}
    assert user.translate("Comment %(number)s was published with some parts masked.", number=id_) in user.page.main_text
    user.press("Undo")
    assert moderating.copies() == {}
    assert moderating.comment(id_).state is CommentState.WAITING
    article = user.page.find_by_id(f"comment-{id_}")
    assert "613-555-0123" in "".join(article.itertext()), "the masks that were chosen stay chosen"


def test_chosen_words_are_masked_wherever_they_are(moderating: Moderating) -> None:
    id_ = moderating.add("P. Roy said so. Ask P. Roy or c@example.org.")
    page = moderating.decide(id_, "mask", words="P. Roy\r\nc@example.org", kind="name")
    assert moderating.copies() == {id_: "[name removed] said so. Ask [name removed] or [name removed]."}
    assert page.status == 200


def test_words_that_are_not_there_are_refused_beside_the_field(moderating: Moderating) -> None:
    id_ = moderating.add("P. Roy said so.")
    page = moderating.decide(id_, "mask", words="Somebody", htmx=False)
    assert page.status == 422
    assert "“Somebody” is not in the comment." in page.main_text
    assert page.find_by_id(f"c{id_}-words").get("aria-invalid") == "true"
    assert moderating.copies() == {}


def test_without_scripts_the_page_begins_with_what_was_refused_and_leads_to_the_field(moderating: Moderating) -> None:
    id_ = moderating.add("P. Roy said so.")
    page = moderating.decide(id_, "mask", words="Somebody", htmx=False)
    assert page.alert_text.startswith("Nothing was saved")
    assert f"#c{id_}-words" in [link.get("href") for link in page.find("main").iter("a")]
    scripted = moderating.decide(id_, "mask", words="Somebody")
    assert "Nothing was saved" not in scripted.text, "the field has the focus"


def test_only_the_list_of_what_waits_says_since_when(moderating: Moderating) -> None:
    moderating.add("Waiting")
    moderating.add("Public", state=CommentState.PUBLISHED)
    sentence = "The oldest has been waiting for 2 days."
    assert sentence in moderating.user().page.main_text
    assert sentence not in moderating.user(place=f"{LIST}?tab=published").page.main_text


@LANGS
def test_refusal_is_confirmed_by_another_person(moderating: Moderating, lang: str) -> None:
    id_ = moderating.add("Buy followers now at followers.example")
    user = moderating.user(lang=lang)
    article = user.page.find_by_id(f"comment-{id_}")
    user.press("Refuse the comment", within=article, fields={f"c{id_}-note": "Only selling."})
    assert user.translate("Choose a reason. The author will see it.") in user.page.main_text
    article = user.page.find_by_id(f"comment-{id_}")
    user.press("Refuse the comment", within=article, fields={f"c{id_}-reason": "advertising"})
    user.open(f"{LIST}?tab=second")
    assert (
        user.translate("You refused this comment. Another person must confirm the refusal or send the comment back.")
        in user.page.main_text
    )
    assert moderating.decide(id_, "confirm", tab="second").status == 403
    user.press("Undo")
    assert moderating.comment(id_).state is CommentState.WAITING
    moderating.decide(id_, "refuse", reason="advertising", note="Only selling.")
    second = moderating.user("seconding", lang, f"{LIST}?tab=second")
    assert "Only selling." in second.page.main_text
    second.press("Confirm the refusal")
    assert moderating.comment(id_).state is CommentState.REFUSED


def test_duplicate_takes_the_number_of_the_similar_comment(moderating: Moderating) -> None:
    text = "Les données de recherche devraient être publiées en même temps que les articles"
    first, again = moderating.add(f"{text}."), moderating.add(f"{text}, svp.", 5)
    moderating.decide(first, "publish")
    user = moderating.user()
    article = user.page.find_by_id(f"comment-{again}")
    assert f"Very similar to comment {first}" in "".join(article.itertext())
    user.press("Mark as a duplicate", within=article)
    assert moderating.comment(again).duplicate_of_id == first
    user.open(f"{LIST}?tab=duplicate")
    assert f"Duplicate of comment {first}." in user.page.main_text


def test_decision_of_a_colleague_is_told_and_the_note_is_kept(moderating: Moderating) -> None:
    id_ = moderating.add("A comment")
    moderating.decide(id_, "publish", name="seconding")
    page = moderating.decide(id_, "refuse", version="1", reason="hateful", note="Please be polite.", htmx=False)
    assert page.status == 409
    assert f"T. Seconding published comment {id_} on September\u00a024, 2020 at 2\u00a0pm (Eastern time)" in page.alert_text
    assert "Please be polite." in "".join(page.find("textarea", id="typed-1").itertext())
    assert moderating.comment(id_).state is CommentState.PUBLISHED


def test_decision_sent_twice_names_nobody_else(moderating: Moderating) -> None:
    id_ = moderating.add("A comment")
    moderating.decide(id_, "publish")
    page = moderating.decide(id_, "publish", version="1", htmx=False)
    assert page.status == 409
    assert f"You have already decided on comment {id_}, so nothing more was saved." in page.alert_text


def test_next_comment_has_the_focus_after_a_decision(moderating: Moderating) -> None:
    ids = [moderating.add(f"Comment number {n}", n) for n in range(3)]
    page = moderating.decide(ids[1], "publish", place="1")
    (focused,) = page.tree.xpath("//*[@data-focus]")
    assert focused.get("id") == f"comment-{ids[2]}"
    page = moderating.decide(ids[2], "hold", place="1")
    (focused,) = page.tree.xpath("//*[@data-focus]")
    assert focused.get("id") == f"comment-{ids[0]}", "the last one's place is taken by the one before"
    page = moderating.decide(ids[0], "publish")
    (focused,) = page.tree.xpath("//*[@data-focus]")
    assert "No comments are waiting." in focused.text


def test_undo_stands_beside_the_comment_that_has_the_focus_next(moderating: Moderating) -> None:
    ids = [moderating.add(f"Comment number {n}", n) for n in range(4)]
    page = moderating.decide(ids[2], "publish", place="2")
    (before,) = page.tree.xpath("//*[@data-focus]/parent::li/preceding-sibling::li[1]")
    assert f"Comment {ids[2]} was published." in "".join(before.itertext())
    assert len(before.xpath(".//form[contains(@action, '/undo')]")) == 1
    assert len(page.tree.xpath("//form[contains(@action, '/undo')]")) == 1


@LANGS
def test_title_of_each_list_says_what_is_in_it(moderating: Moderating, lang: str) -> None:
    moderating.add("Refused", state=CommentState.SECOND, reason=RefusalReason.HATEFUL)
    user = moderating.user("seconding", lang, f"{LIST}?tab=second")
    assert user.page.h1 == {"en": "1 refusal to confirm", "fr": "1 refus à confirmer"}[lang]
    user.open(f"{LIST}?tab=duplicate")
    assert user.page.h1 == {"en": "0 duplicates", "fr": "0 doublon"}[lang]


def test_publishing_is_not_emphasized_where_advertising_or_a_duplicate_is_suspected(moderating: Moderating) -> None:
    text = "Publish contracts under $10,000 too, for all departments"
    plain, similar = moderating.add(f"{text}."), moderating.add(f"{text}!", 5)
    selling = moderating.add("Buy followers now at followers.example", 10)
    page = moderating.user().page
    strong = {
        id_: len(page.find_by_id(f"comment-{id_}").xpath(".//button[contains(@class, 'strong')]"))
        for id_ in (plain, similar, selling)
    }
    assert strong == {plain: 1, similar: 0, selling: 0}


def test_only_keys_that_do_something_are_listed(moderating: Moderating) -> None:
    moderating.add("A comment")
    for number, (tab, keys) in enumerate((("waiting", "JKPMRDHU"), ("published", "JKDU"), ("refused", ""))):
        moderating.add("Published", number, state=CommentState.PUBLISHED, decided_at=AT)
        page = moderating.app.client_as("moderating").get(f"/en/{LIST}?tab={tab}")
        assert "".join(page.tree.xpath("//dl[@data-keys-on]//kbd/text()")) == keys


def test_appeal_is_not_answered_by_who_refused_or_confirmed(moderating: Moderating) -> None:
    with Session(moderating.app.engine) as session, write_transaction(session):
        add_person(session, "third", Role.MODERATOR)
    id_ = moderating.add(
        "A comment",
        state=CommentState.APPEALED,
        reason=RefusalReason.OFF_TOPIC,
        decided_by=moderating.record.moderator.id,
        second_by=moderating.record.second.id,
        decided_at=AT,
        appeal="It is about the plan.",
        appealed_at=AT,
    )
    place = f"{LIST}?tab=appealed"
    for name in ("moderating", "seconding"):
        page = moderating.user(name, place=place).page
        assert "so another person must answer the appeal." in page.main_text
        assert page.find_by_id(f"comment-{id_}").find(".//form") is None
        assert moderating.decide(id_, "grant", name=name, tab="appealed").status == 403
    third = moderating.user("third", place=place)
    assert "It is about the plan." in third.page.main_text
    third.press("Publish", within=third.page.find_by_id(f"comment-{id_}"))
    assert moderating.copies() == {id_: "A comment"}


def test_refused_list_shows_the_appeal_the_note_and_who_answered(moderating: Moderating) -> None:
    id_ = moderating.add(
        "A comment",
        state=CommentState.APPEALED,
        reason=RefusalReason.OFF_TOPIC,
        note="It is about taxes.",
        decided_by=moderating.record.moderator.id,
        decided_at=AT - timedelta(hours=1),
        appeal="It is about the plan.",
        appealed_at=AT,
    )
    user = moderating.user("seconding", place=f"{LIST}?tab=appealed")
    user.press("Refuse the comment", within=user.page.find_by_id(f"comment-{id_}"))
    user.open(f"{LIST}?tab=refused")
    for part in ("It is about taxes.", "It is about the plan.", "T. Seconding answered the appeal"):
        assert part in user.page.main_text
    assert "Confirmed by" not in user.page.main_text


def test_lists_are_filtered_by_the_address_and_paged_by_25(moderating: Moderating) -> None:
    for number in range(27):
        moderating.add(f"Comment {number:02}.", number)
    with Session(moderating.app.engine) as session, write_transaction(session):
        add_comment(session, moderating.record.drafting, "Of the other phase", 90)
    browser = moderating.app.client_as("moderating")
    page = browser.get(f"/en/{LIST}")
    assert len(page.find_all("article")) == 25
    page = browser.get(f"/en/{LIST}?page=2")
    assert len(page.find_all("article")) == 3
    page = browser.get(f"/en/{LIST}?cycle=test-plan&phase=drafting")
    assert [article.get("id") for article in page.find_all("article")] == [
        "comment-28"
    ] or "Of the other phase" in page.main_text
    assert page.h1 == "1 comment to moderate"
    assert browser.get(f"/en/{LIST}?tab=boring").status == 404


@pytest.mark.parametrize("name", ["reader", "chair", "ontario"])
def test_others_may_not_open_the_lists(moderating: Moderating, name: str) -> None:
    id_ = moderating.add("A comment")
    assert moderating.app.client_as(name).get(f"/en/{LIST}").status == 403
    assert moderating.decide(id_, "publish", name=name).status == 403
    assert moderating.copies() == {}


def test_address_of_the_author_is_on_no_page_of_moderators(moderating: Moderating) -> None:
    moderating.add("A comment", name="C. Lavoie", email="canary@example.org")
    page = moderating.app.client_as("moderating").get(f"/en/{LIST}")
    assert "C. Lavoie" in page.main_text
    assert "canary@" not in page.text


def test_each_decision_writes_one_event(moderating: Moderating) -> None:
    id_ = moderating.add("A comment")
    for do, tab in (("hold", "waiting"), ("release", "held"), ("publish", "waiting"), ("take-back", "published")):
        assert moderating.decide(id_, do, tab=tab).status == 200
    actions = [row.action for row in moderating.app.rows(AuditEvent, AuditEvent.subject_kind == "public-comment")]
    assert actions == [f"public-comment.{verb}" for verb in ("held", "released", "published", "taken-back")]


@pytest.fixture
def crowded(make_app: MakeApp) -> list[Moderating]:
    """An app with 30 comments, and one with 2,000."""
    made = []
    for count in (30, 2000):
        app = make_app()
        with Session(app.engine) as session, write_transaction(session):
            record = add_moderation(session)
            for number in range(count):
                text = f"Comment {number}: the plan should say how town {number % 97} takes part. Call 613-555-{number:04}."
                state = CommentState.WAITING if number % 2 else CommentState.PUBLISHED
                add_comment(
                    session, record.reviewing, text, number % 1440, state=state, decided_by=record.moderator.id, decided_at=AT
                )
        made.append(Moderating(app, record))
    return made


@pytest.mark.parametrize("tab", ["waiting", "published"])
def test_list_takes_as_many_statements_with_2000_comments(
    crowded: list[Moderating], statements: Callable[..., Any], tab: str
) -> None:
    counts = []
    for moderating in crowded:
        browser = moderating.app.client_as("moderating")
        browser.get(f"/en/{LIST}?tab={tab}")
        with statements(moderating.app.request_engine) as executed:
            page = browser.get(f"/en/{LIST}?tab={tab}")
        assert 15 <= len(page.find_all("article")) <= 25
        counts.append(len(executed))
    assert counts[0] == counts[1] <= 10


def test_decision_takes_as_many_statements_with_2000_comments(
    crowded: list[Moderating], statements: Callable[..., Any]
) -> None:
    counts = []
    for moderating in crowded:
        with statements(moderating.app.request_engine) as executed:
            moderating.decide(2, "publish")
        counts.append(len(executed))
    assert counts[0] == counts[1]


@LANGS
def test_home_says_what_waits_for_a_moderator(moderating: Moderating, lang: str) -> None:
    moderating.add("A comment")
    moderating.add("Refused", state=CommentState.SECOND, reason=RefusalReason.HATEFUL)
    page = moderating.app.client_as("moderating").get(f"/{lang}/")
    assert {"en": "Moderate 1 comment", "fr": "Modérer 1 commentaire"}[lang] in page.main_text
    assert {"en": "Confirm the refusal of 1 comment", "fr": "Confirmer le refus de 1 commentaire"}[lang] in page.main_text
    assert "admin/comments" not in moderating.app.client_as("reader").get(f"/{lang}/").text


def test_author_who_gave_an_address_is_told(moderating: Moderating) -> None:
    with_address, without = moderating.add("A comment", email="author@example.org"), moderating.add("Another")
    moderating.decide(with_address, "publish")
    moderating.decide(without, "publish")
    assert [row.address for row in moderating.app.rows(OutboxMessage, OutboxMessage.kind == "public-comment")] == [
        "author@example.org"
    ]
