"""A person decides about each comment, a second one about refusals; readers see what is published, with its masks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Role
from cogwg.audit.models import AuditEvent
from cogwg.audit.services import Actor
from cogwg.core.errors import Conflict, Forbidden, Invalid, NotFound
from cogwg.engagement import moderating
from cogwg.engagement.masking import Mask, masks_of_words
from cogwg.engagement.models import PublicComment
from cogwg.engagement.scales import TRANSITIONS, CommentLanguage, CommentState, MaskKind, RefusalReason
from cogwg.tracker.models import PublishedComment, PublishedCount
from cogwg.tracker.publishing_comments import copy_comment, copy_comments
from tests.engagement.comments import CYCLE, REVIEWING, Moderation, add_comment
from tests.ogp.assessors import AT, add_person

TEXT = "Call our clerk, P. Roy, at 613-555-0123, then 613-555-0123 again."


def states(session: Session) -> list[str]:
    return [event.action for event in session.scalars(select(AuditEvent).where(AuditEvent.subject_kind == "public-comment"))]


def counts(session: Session) -> PublishedCount:
    return session.scalars(select(PublishedCount).where(PublishedCount.cycle == CYCLE, PublishedCount.phase == REVIEWING)).one()


def decide(
    moderation: Moderation, comment: PublicComment, action: Callable[..., object], *args: object, **options: object
) -> None:
    """Let the first moderator decide, or the one named by ``by``."""
    session = Session.object_session(comment)
    assert session is not None
    values = {"by": moderation.moderator, "at": AT, "version": comment.version, **options}
    action(session, comment.id, *args, **values)
    copy_comment(session, comment.id)


def test_published_with_masks_shows_the_notes_only(seeded: Session, moderation: Moderation) -> None:
    comment = add_comment(seeded, moderation.reviewing, TEXT, name="C. Lavoie", email="c.lavoie@example.org")
    masks = [*masks_of_words(TEXT, "613-555-0123", MaskKind.PHONE), *masks_of_words(TEXT, "P. Roy\n", MaskKind.NAME)]
    decide(moderation, comment, moderating.publish, masks=masks)
    copy = seeded.get_one(PublishedComment, comment.id)
    expected = "Call our clerk, [name removed], at [phone number removed], then [phone number removed] again."
    assert (copy.text, copy.name, copy.cycle, copy.phase, copy.sample) == (expected, "C. Lavoie", CYCLE, REVIEWING, True)
    assert comment.text == TEXT


def test_masks_of_a_french_comment_are_in_french(seeded: Session, moderation: Moderation) -> None:
    comment = add_comment(seeded, moderation.reviewing, "Écrivez à a@b.ca.", lang=CommentLanguage.FRENCH)
    decide(moderation, comment, moderating.publish, masks=masks_of_words(comment.text, "a@b.ca", MaskKind.EMAIL))
    assert seeded.get_one(PublishedComment, comment.id).text == "Écrivez à [adresse courriel retirée]."


@pytest.mark.parametrize("masks", [[Mask(2, 400, MaskKind.NAME)], [Mask(5, 5, MaskKind.NAME)]])
def test_mask_outside_the_text_is_refused(seeded: Session, moderation: Moderation, masks: list[Mask]) -> None:
    comment = add_comment(seeded, moderation.reviewing, TEXT)
    with pytest.raises(Invalid):
        decide(moderation, comment, moderating.publish, masks=masks)


def test_words_that_are_not_in_the_comment_are_refused() -> None:
    with pytest.raises(Invalid, match="is not in the comment"):
        masks_of_words(TEXT, "514", MaskKind.PHONE)


def test_refusal_needs_another_person(seeded: Session, moderation: Moderation) -> None:
    comment = add_comment(seeded, moderation.reviewing, "Buy followers")
    decide(moderation, comment, moderating.propose_refusal, "advertising", "")
    assert comment.state is CommentState.SECOND
    with pytest.raises(Forbidden):
        decide(moderation, comment, moderating.confirm_refusal)
    decide(moderation, comment, moderating.confirm_refusal, by=moderation.second)
    assert (comment.state, comment.reason) == (CommentState.REFUSED, RefusalReason.ADVERTISING)
    assert (comment.decided_by, comment.second_by) == (moderation.moderator.id, moderation.second.id)
    assert counts(seeded).refused == {"advertising": 1}
    assert states(seeded) == ["public-comment.refusal-proposed", "public-comment.refused"]


def test_second_person_sends_a_refusal_back(seeded: Session, moderation: Moderation) -> None:
    comment = add_comment(seeded, moderation.reviewing, "A comment")
    decide(moderation, comment, moderating.propose_refusal, "off-topic", "Not about this")
    decide(moderation, comment, moderating.send_back, by=moderation.second)
    assert (comment.state, comment.reason, comment.note) == (CommentState.WAITING, None, "")


def test_refusal_without_its_reason_is_refused(seeded: Session, moderation: Moderation) -> None:
    comment = add_comment(seeded, moderation.reviewing, "A comment")
    with pytest.raises(Invalid, match="Choose a reason"):
        decide(moderation, comment, moderating.propose_refusal, "boring", "")
    seeded.refresh(comment)
    with pytest.raises(Invalid, match="Write the reason"):
        decide(moderation, comment, moderating.propose_refusal, "other", " ")


@pytest.mark.parametrize(("grants", "state"), [(True, CommentState.PUBLISHED), (False, CommentState.REFUSED)])
def test_appeal_is_answered_by_a_person_who_neither_refused_nor_confirmed(
    seeded: Session, moderation: Moderation, grants: bool, state: CommentState
) -> None:
    comment = add_comment(
        seeded,
        moderation.reviewing,
        "A comment",
        state=CommentState.APPEALED,
        reason=RefusalReason.OFF_TOPIC,
        decided_by=moderation.moderator.id,
        second_by=moderation.second.id,
        appeal="Please look again.",
        appealed_at=AT,
    )
    third = Actor("person", add_person(seeded, "third", Role.MODERATOR))
    action, args = (moderating.grant_appeal, ()) if grants else (moderating.refuse_appeal, ("off-topic", "Still not."))
    for concerned in (moderation.moderator, moderation.second):
        with pytest.raises(Forbidden):
            decide(moderation, comment, action, *args, by=concerned)
    with pytest.raises(Conflict):
        decide(moderation, comment, moderating.publish)
    decide(moderation, comment, action, *args, by=third)
    assert comment.state is state
    assert (seeded.get(PublishedComment, comment.id) is not None) is grants


def test_duplicate_counts_at_the_comment_that_stands_for_it(seeded: Session, moderation: Moderation) -> None:
    first, again = (add_comment(seeded, moderation.reviewing, "Publish contracts") for _ in range(2))
    decide(moderation, first, moderating.publish)
    decide(moderation, again, moderating.mark_duplicate, first.id)
    assert seeded.get_one(PublishedComment, first.id).duplicates == 1
    assert (counts(seeded).published, counts(seeded).duplicates) == (1, 1)
    decide(moderation, again, moderating.undo_decision)
    assert seeded.get_one(PublishedComment, first.id).duplicates == 0
    assert (again.state, again.duplicate_of_id) == (CommentState.WAITING, None)


def test_comment_is_no_duplicate_of_itself_of_a_stranger_or_of_a_duplicate(seeded: Session, moderation: Moderation) -> None:
    first, again, third = (add_comment(seeded, moderation.reviewing, "Publish contracts") for _ in range(3))
    decide(moderation, again, moderating.mark_duplicate, first.id)
    for other in (third.id, again.id, 99_999, None):
        with pytest.raises(Invalid):
            moderating.mark_duplicate(seeded, third.id, other, version=1, by=moderation.moderator, at=AT)
        seeded.refresh(third)


def test_taking_back_removes_the_copy_and_the_revision_grows(seeded: Session, moderation: Moderation) -> None:
    comment = add_comment(seeded, moderation.reviewing, "A comment")
    decide(moderation, comment, moderating.publish)
    before = counts(seeded).revision
    decide(moderation, comment, moderating.take_back, by=moderation.second)
    assert seeded.get(PublishedComment, comment.id) is None
    assert counts(seeded).revision > before


@pytest.mark.parametrize("state", [CommentState.WAITING, CommentState.HELD])
def test_undo_restores_the_earlier_state_of_a_comment(seeded: Session, moderation: Moderation, state: CommentState) -> None:
    comment = add_comment(seeded, moderation.reviewing, "A comment", state=state)
    decide(moderation, comment, moderating.publish)
    with pytest.raises(Forbidden):
        decide(moderation, comment, moderating.undo_decision, by=moderation.second)
    decide(moderation, comment, moderating.undo_decision)
    assert comment.state is state
    assert seeded.get(PublishedComment, comment.id) is None
    with pytest.raises(Invalid):
        decide(moderation, comment, moderating.undo_decision)


def test_other_version_is_a_conflict_and_changes_nothing(seeded: Session, moderation: Moderation) -> None:
    comment = add_comment(seeded, moderation.reviewing, "A comment")
    decide(moderation, comment, moderating.hold)
    with pytest.raises(Conflict):
        decide(moderation, comment, moderating.publish, version=1)
    assert comment.state is CommentState.HELD
    with pytest.raises(NotFound):
        moderating.publish(seeded, 99_999, version=1, by=moderation.moderator, at=AT)


@pytest.mark.parametrize("state", list(CommentState))
def test_only_transitions_of_the_table_are_possible(seeded: Session, moderation: Moderation, state: CommentState) -> None:
    """From each state, each command either leads to a state that may follow, or is a conflict."""
    other = add_comment(seeded, moderation.reviewing, "Another")
    for action, args in (
        (moderating.publish, ()),
        (moderating.hold, ()),
        (moderating.release, ()),
        (moderating.propose_refusal, ("hateful", "")),
        (moderating.confirm_refusal, ()),
        (moderating.send_back, ()),
        (moderating.mark_duplicate, (other.id,)),
        (moderating.take_back, ()),
        (moderating.grant_appeal, ()),
        (moderating.refuse_appeal, ("hateful", "")),
    ):
        comment = add_comment(seeded, moderation.reviewing, "A comment", state=state)
        try:
            decide(moderation, comment, action, *args)
        except Conflict:
            assert seeded.scalars(select(PublicComment.state).where(PublicComment.id == comment.id)).one() is state
        else:
            assert comment.state in TRANSITIONS[state]


def test_events_hold_no_text_name_or_address(seeded: Session, moderation: Moderation) -> None:
    values = {"name": "Canary Name", "email": "canary@example.org"}
    comments = [add_comment(seeded, moderation.reviewing, f"Canary text {n}", **values) for n in range(4)]
    decide(moderation, comments[0], moderating.publish, masks=masks_of_words(comments[0].text, "Canary", MaskKind.NAME))
    decide(moderation, comments[1], moderating.propose_refusal, "other", "Canary note")
    decide(moderation, comments[1], moderating.confirm_refusal, by=moderation.second)
    decide(moderation, comments[2], moderating.mark_duplicate, comments[0].id)
    decide(moderation, comments[2], moderating.undo_decision)
    decide(moderation, comments[3], moderating.hold)
    events = seeded.scalars(select(AuditEvent).where(AuditEvent.subject_kind == "public-comment")).all()
    assert len(events) == 6
    assert "anary" not in repr([(event.before, event.after) for event in events])


def test_copies_of_many_comments_cost_as_many_statements_as_of_one(seeded: Session, moderation: Moderation) -> None:
    comments = [add_comment(seeded, moderation.reviewing, f"Comment {n}", state=CommentState.PUBLISHED) for n in range(60)]
    copy_comments(seeded, [comment.id for comment in comments])
    assert counts(seeded).published == 60
    assert len(seeded.scalars(select(PublishedComment).where(PublishedComment.cycle == CYCLE)).all()) == 60
