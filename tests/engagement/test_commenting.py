"""What authors may do with their comments, and what of it is kept and recorded."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts.tokens import hash_token
from cogwg.audit.models import AuditEvent
from cogwg.audit.services import SYSTEM
from cogwg.core.bilingual import Language
from cogwg.core.errors import Conflict, Invalid, NotFound
from cogwg.engagement.comment_rules import COMMENT_LIMIT, CommentDraft, check_comment
from cogwg.engagement.commenting import (
    PhaseNotOpen,
    appeal_refusal,
    correct_author,
    edit_comment,
    own_comment,
    send_comment,
    withdraw_comment,
)
from cogwg.engagement.models import EngagementCycle, LegalHold, PublicComment
from cogwg.engagement.scales import CommentLanguage, CommentState, RefusalReason
from cogwg.mail.models import OutboxMessage
from cogwg.mail.queries import messages_by_id
from cogwg.notices.cancellation import cancelled_messages
from cogwg.notices.public_comments import notify_comment_outcome
from cogwg.notices.rules import CancellationReason
from tests.engagement.sample import AT, TEXT, TODAY, add_comment, add_cycle

LINK = hash_token("s")
CANARIES = {"name": "Zoé Canari", "email": "canary@citizens.example"}


@pytest.fixture
def cycle(seeded: Session) -> EngagementCycle:
    return add_cycle(seeded)


def events(session: Session) -> list[AuditEvent]:
    statement = select(AuditEvent).where(AuditEvent.subject_kind == "public-comment").order_by(AuditEvent.id)
    return list(session.scalars(statement))


def problems(draft: CommentDraft) -> list[str]:
    with pytest.raises(Invalid) as refused:
        check_comment(draft)
    return [field for field, _message in refused.value.problems]


def test_form_that_is_sent_twice_is_kept_once(seeded: Session, cycle: EngagementCycle) -> None:
    first = add_comment(seeded, cycle)
    again = add_comment(seeded, cycle)
    assert first.id == again.id
    assert [event.action for event in events(seeded)] == ["public-comment.sent"]


def test_other_text_in_a_form_that_was_sent_is_told_apart(seeded: Session, cycle: EngagementCycle) -> None:
    add_comment(seeded, cycle)
    shared = {"page_lang": Language.EN, "stamp": hash_token("stamp s"), "link_hash": LINK, "today": TODAY, "at": AT}
    assert send_comment(seeded, cycle.phases[0], CommentDraft(TEXT), **shared).is_same
    other = send_comment(seeded, cycle.phases[0], CommentDraft("Another thought."), **shared)
    assert (other.is_new, other.is_same) == (False, False)


@pytest.mark.parametrize(("phase", "today"), [(1, TODAY), (2, TODAY), (0, date(2020, 7, 31)), (0, date(2020, 11, 1))], ids=str)
def test_phase_that_is_not_open_or_has_no_form_takes_no_comment(
    seeded: Session, cycle: EngagementCycle, phase: int, today: date
) -> None:
    with pytest.raises(PhaseNotOpen):
        send_comment(
            seeded,
            cycle.phases[phase],
            CommentDraft(TEXT),
            page_lang=Language.EN,
            stamp="a",
            link_hash="b",
            today=today,
            at=AT,
        )
    assert seeded.scalars(select(PublicComment)).all() == []


@pytest.mark.parametrize("today", [date(2020, 8, 1), date(2020, 10, 31)])
def test_phase_is_open_on_its_first_and_its_last_day(seeded: Session, cycle: EngagementCycle, today: date) -> None:
    shared = {"page_lang": Language.EN, "stamp": "a", "link_hash": "b", "today": today, "at": AT}
    assert send_comment(seeded, cycle.phases[0], CommentDraft(TEXT), **shared).is_new


def test_language_is_the_one_the_comment_is_written_in(seeded: Session, cycle: EngagementCycle) -> None:
    comment = add_comment(seeded, cycle, "Les jalons du plan ne sont pas clairs pour nous.", secret="french")
    assert (comment.lang, comment.page_lang) == (CommentLanguage.FRENCH, Language.EN)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("a\u200bb\u202ec\x00d\U000e0041e", "abcde"),
        ("\u2800\u3164Hi there\u00ad", "Hi there"),
        ("Z" + "\u0301\u0302\u0303\u0304\u0305\u0306" + "algo", "Ź\u0302\u0303algo"),
        ("One\n\n\n\n\nTwo", "One\n\nTwo"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("Été, naïve, œuvre 👩‍👩‍👧", "Été, naïve, œuvre 👩‍👩‍👧"),
    ],
)
def test_characters_that_nobody_sees_are_left_out(typed: str, stored: str) -> None:
    assert check_comment(CommentDraft(typed)).text == stored


def test_invalid_fields_are_named() -> None:
    assert problems(CommentDraft("\u200b \n")) == ["text"]
    assert problems(CommentDraft("x" * (COMMENT_LIMIT + 1))) == ["text"]
    assert problems(CommentDraft(TEXT, name="n" * 101, email="nobody")) == ["name", "email"]
    assert problems(CommentDraft(TEXT, about="commitment")) == ["about"]
    assert problems(CommentDraft(TEXT, about="person", about_key="1")) == ["about"]
    assert check_comment(CommentDraft("x" * COMMENT_LIMIT, name="n" * 100)).name == "n" * 100


def test_author_edits_until_a_moderator_decides(seeded: Session, cycle: EngagementCycle) -> None:
    comment = add_comment(seeded, cycle)
    comment.masks = [["0", "3", "name"]]
    edited = edit_comment(seeded, LINK, "Better words.", version=1, at=AT)
    assert (edited.text, edited.version, edited.masks) == ("Better words.", 2, [])
    with pytest.raises(Conflict):
        edit_comment(seeded, LINK, "Stale words.", version=1, at=AT)
    assert edit_comment(seeded, LINK, "Better words.", version=1, at=AT).version == 2
    comment.state = CommentState.PUBLISHED
    with pytest.raises(Invalid):
        edit_comment(seeded, LINK, "Too late.", version=2, at=AT)


def test_withdrawal_deletes_the_text_and_the_author(seeded: Session, cycle: EngagementCycle) -> None:
    comment = add_comment(seeded, cycle, **CANARIES)
    withdraw_comment(seeded, LINK, at=AT)
    withdraw_comment(seeded, LINK, at=AT)
    assert (comment.state, comment.text, comment.name, comment.email) == (CommentState.WITHDRAWN, "", "", "")
    assert [event.action for event in events(seeded)] == ["public-comment.sent", "public-comment.withdrawn"]


def test_legal_hold_keeps_what_the_author_withdraws(seeded: Session, cycle: EngagementCycle) -> None:
    comment = add_comment(seeded, cycle, **CANARIES)
    seeded.add(LegalHold(phase_id=cycle.phases[0].id, reason="A court asked.", placed_at=AT))
    seeded.flush()
    with pytest.raises(Invalid):
        correct_author(seeded, LINK, "", "", version=1, at=AT)
    withdraw_comment(seeded, LINK, at=AT)
    assert (comment.state, comment.text, comment.name) == (CommentState.WITHDRAWN, TEXT, CANARIES["name"])


def test_refusal_is_appealed_once(seeded: Session, cycle: EngagementCycle) -> None:
    comment = add_comment(seeded, cycle)
    with pytest.raises(Invalid):
        appeal_refusal(seeded, LINK, "Why?", at=AT)
    comment.state = CommentState.REFUSED
    with pytest.raises(Invalid):
        appeal_refusal(seeded, LINK, "", at=AT)
    assert appeal_refusal(seeded, LINK, "It names nobody.", at=AT).state is CommentState.APPEALED
    assert appeal_refusal(seeded, LINK, "Again.", at=AT).appeal == "It names nobody."
    comment.state = CommentState.REFUSED
    with pytest.raises(Invalid):
        appeal_refusal(seeded, LINK, "Once more.", at=AT)


def test_author_corrects_or_removes_what_is_kept(seeded: Session, cycle: EngagementCycle) -> None:
    comment = add_comment(seeded, cycle, **CANARIES)
    comment.state = CommentState.PUBLISHED
    tell(seeded, comment)
    correct_author(seeded, LINK, "Z. C.", CANARIES["email"], version=1, at=AT)
    assert comment.name == "Z. C."
    with pytest.raises(Conflict):
        correct_author(seeded, LINK, "", "", version=1, at=AT)
    correct_author(seeded, LINK, "", "", version=2, at=AT)
    assert (comment.name, comment.email) == ("", "")
    (message,) = seeded.scalars(select(OutboxMessage).execution_options(populate_existing=True))
    assert (message.address, message.text, message.next_try_at) == ("", "", None)


def tell(session: Session, comment: PublicComment) -> bool:
    private = "https://plan.example.ca/en/comments/private/" + "x" * 43
    return notify_comment_outcome(
        session, comment, private_url=private, by=SYSTEM, at=AT, now=AT, site="https://plan.example.ca"
    )


def test_author_who_gave_an_address_is_told_why_a_comment_is_refused(seeded: Session, cycle: EngagementCycle) -> None:
    silent, other = add_comment(seeded, cycle), add_comment(seeded, cycle, secret="t", **CANARIES)
    for comment in (silent, other):
        comment.state, comment.reason, comment.note = CommentState.REFUSED, RefusalReason.OFF_TOPIC, "It is about taxes."
    assert (tell(seeded, silent), tell(seeded, other), tell(seeded, other)) == (False, True, False)
    (message,) = seeded.scalars(select(OutboxMessage))
    assert message.address == CANARIES["email"]
    for part in ("“Ideas” was not published", "Not about this phase", "> It is about taxes.", "/comments/private/"):
        assert part in message.text
    facts = messages_by_id(seeded, [message.id])
    assert cancelled_messages(seeded, facts, at=AT) == {}
    other.state = CommentState.WAITING
    seeded.flush()
    assert cancelled_messages(seeded, facts, at=AT) == {message.id: CancellationReason.OUT_OF_DATE}


def test_events_have_no_text_name_or_address(seeded: Session, cycle: EngagementCycle) -> None:
    comment = add_comment(seeded, cycle, "A canary sings.", **CANARIES)
    edit_comment(seeded, LINK, "A canary sleeps.", version=1, at=AT)
    correct_author(seeded, LINK, "Canary", "", version=2, at=AT)
    comment.state = CommentState.REFUSED
    appeal_refusal(seeded, LINK, "The canary is right.", at=AT)
    withdraw_comment(seeded, LINK, at=AT)
    recorded = json.dumps([[event.before, event.after] for event in events(seeded)]).casefold()
    assert len(events(seeded)) == 5
    assert "canar" not in recorded


def test_link_that_leads_to_no_comment_is_not_found(seeded: Session, cycle: EngagementCycle) -> None:
    add_comment(seeded, cycle)
    with pytest.raises(NotFound):
        own_comment(seeded, hash_token("other"))
