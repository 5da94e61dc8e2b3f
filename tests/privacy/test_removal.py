"""Removing the identifiers of a person who left: their name and address remain nowhere, and every count stays."""

from __future__ import annotations

import html
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, inspect, select, text
from sqlalchemy.orm import Session

from cogwg.accounts import people
from cogwg.accounts.key_ceremonies import NewKey
from cogwg.accounts.models import Person, Role
from cogwg.accounts.queries import jurisdiction, preferences_of
from cogwg.accounts.retention import purge_accounts
from cogwg.accounts.rules import Preferences
from cogwg.accounts.security_keys import add_key
from cogwg.accounts.services import change_preferences, make_feed_address, start_session
from cogwg.accounts.unsaved_text import ControlKind, ControlState, keep_unsaved_text
from cogwg.audit.models import AuditEvent
from cogwg.audit.services import SYSTEM, Actor
from cogwg.core.bilingual import Language
from cogwg.core.errors import Conflict, Invalid
from cogwg.core.mentions import mentions_of
from cogwg.discussion.models import Comment
from cogwg.discussion.services import write_comment
from cogwg.mail.models import OutboxMessage
from cogwg.mail.rules import DeliveryError, FailureKind
from cogwg.mail.services import claim_due_messages, enqueue, mark_failed, mark_sent
from cogwg.notices.accounts import send_invitation
from cogwg.plan.models import Activity
from cogwg.privacy.removal import REMOVED_TEXT, remove_identifiers
from tests.mail.test_outbox import make_email

AT = datetime(2020, 10, 2, 15, tzinfo=UTC)
NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
NAME, ADDRESS, EARLIER_ADDRESS = "Zoé O'Canary", "zoe.ocanary@left.example", "zoe.earlier-ocanary@left.example"
REASON = "Left the group and asked for it."


def add_canary(session: Session) -> Person:
    """Add a person with data in every table that holds data of people, who left."""
    person = people.add_person(
        session,
        email=EARLIER_ADDRESS,
        name="Z. O'Canary",
        role=Role.DEPUTY,
        jurisdiction=jurisdiction(session, "on"),
        lang=Language.FR,
        time_zone="America/Regina",
        by=SYSTEM,
        at=AT,
    )
    send_invitation(session, person, "R. Laurent", by=SYSTEM, at=AT, now=NOW, site="https://plan.example")
    people.change_person(session, person, email=ADDRESS, name=NAME, lang=Language.FR, version=None, by=SYSTEM, at=AT)
    own = Actor("person", person.id)
    preferences = preferences_of(person)
    changed = Preferences(preferences.lang, "America/Whitehorse", False, True, False, True, False)
    change_preferences(session, person.id, changed, by=own, at=AT)
    make_feed_address(session, person.id, by=own, at=AT)
    key = NewKey("an-id", "a-public-key", "usb", 0)
    add_key(session, person.id, key, f"Key of {NAME}", (), by=SYSTEM, at=AT, now=NOW)
    start_session(session, person.id, now=NOW)
    keep_unsaved_text(session, person.id, "comment:1", "", [ControlState(ControlKind.TEXT, "text", f"– {NAME}")], now=NOW)
    activity_id = session.scalars(select(Activity.id)).first()
    assert activity_id is not None
    write_comment(session, activity_id, "A comment that stays.", lang=Language.EN, mentions=(), by=own, at=AT)
    for state in ("sent", "failed", "waiting"):
        mentioning = f"Bonjour {NAME} ({ADDRESS})"
        email = make_email(
            f"own-{state}", person_id=person.id, address=ADDRESS, subject=mentioning, text=mentioning, html=f"<p>{mentioning}"
        )
        enqueue(session, email, by=SYSTEM, at=AT, now=NOW)
    wrapped = NAME.replace(" ", "\n")
    to_others = make_email(
        "others",
        subject=f"{NAME} commented",
        text=f"{wrapped} commented, and {NAME}son too.",
        html=f"<p>{html.escape(NAME)} <a href='mailto:{ADDRESS}'>{ADDRESS.upper()}</a>",
        reply_to=ADDRESS,
    )
    enqueue(session, to_others, by=own, at=AT, now=NOW)
    for message in claim_due_messages(session, now=NOW + timedelta(minutes=1), limit=100):
        if message.key == "test:own-sent":
            mark_sent(session, message, now=NOW)
        elif message.key in ("test:own-failed", "test:others"):
            mark_failed(session, message, DeliveryError(FailureKind.ADDRESS, f"550 <{ADDRESS}> is unknown"), now=NOW)
    people.deactivate_person(session, person, by=SYSTEM, at=AT)
    session.flush()
    return person


def stored_rows(session: Session) -> dict[str, list[str]]:
    """Return every row of every table of the database, as text."""
    session.flush()
    connection = session.connection()
    names = inspect(connection).get_table_names()
    return {name: [str(tuple(row)) for row in connection.execute(text(f'SELECT * FROM "{name}"'))] for name in names}


def places_of(session: Session, *words: str) -> set[str]:
    """Return the tables that hold one of these words."""
    rows = stored_rows(session)
    return {name for name, stored in rows.items() for row in stored if any(word.lower() in row.lower() for word in words)}


def test_name_and_address_remain_in_no_table_and_every_count_stays(seeded: Session) -> None:
    person = add_canary(seeded)
    assert places_of(seeded, "canary") == {"person", "letter", "security_key", "unsaved_text"}, (
        "the canary is everywhere it can be"
    )
    before = {name: len(rows) for name, rows in stored_rows(seeded).items()}
    version = person.version
    remove_identifiers(seeded, person, reason=REASON, version=version, by=Actor("person", 1), at=AT)
    assert places_of(seeded, "O'Canary", "ocanary@", ADDRESS, EARLIER_ADDRESS, "Whitehorse") <= {"letter", "event"}
    letters = [row for row in stored_rows(seeded)["letter"] if "canary" in row.lower()]
    assert [mentions_of(NAME, ADDRESS).search(row) for row in letters] == [None], "only the surname that begins like the name"
    assert "O'Canaryson" in letters[0] or "O\\'Canaryson" in letters[0]
    assert "canary" not in "".join(stored_rows(seeded)["event"]).lower()
    after = {name: len(rows) for name, rows in stored_rows(seeded).items()}
    changed = {name: after[name] - count for name, count in before.items() if after[name] != count}
    assert changed == {"event": 1, "security_key": -1, "unsaved_text": -1}
    assert (person.name, person.email, person.version) == (
        f"Former member {person.id} / Ancien membre {person.id}",
        f"person-{person.id}@retired.invalid",
        version + 1,
    )
    assert preferences_of(person) == Preferences(Language.EN, "America/Toronto", *[False] * 5)
    assert (person.password_hash, person.feed_hash, person.signed_in_at) == (None, None, None)
    assert [m.role for m in person.memberships] == [Role.DEPUTY]
    assert seeded.scalar(select(Comment.text).where(Comment.person_id == person.id)) == "A comment that stays."


def test_emails_to_the_person_are_emptied_and_never_sent(seeded: Session) -> None:
    person = add_canary(seeded)
    remove_identifiers(seeded, person, reason=REASON, by=SYSTEM, at=AT)
    own = seeded.scalars(select(OutboxMessage).where(OutboxMessage.person_id == person.id)).all()
    assert len(own) == 4
    address = f"person-{person.id}@retired.invalid"
    for m in own:
        words = REMOVED_TEXT.text(m.lang)
        assert (m.address, m.subject, m.text, m.html, m.reply_to) == (address, words, words, "", "")
    assert [m.key for m in own if m.sent_at is not None] == ["test:own-sent"]
    assert [m.key for m in own if m.next_try_at is not None] == []
    assert [m.person_id for m in claim_due_messages(seeded, now=NOW + timedelta(days=9), limit=100)].count(person.id) == 0


def test_removal_is_recorded_with_its_reason_and_counts(seeded: Session) -> None:
    person, by = add_canary(seeded), Actor("person", 1)
    remove_identifiers(seeded, person, reason=f"  {REASON} ", by=by, at=AT)
    event = seeded.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event is not None
    assert (event.action, event.subject_kind, event.subject_id) == ("person.identifiers-removed", "person", person.id)
    assert (event.actor_id, event.before) == (1, None)
    assert event.after == {"reason": REASON, "emails": 4, "emails-to-others": 1, "unsaved-texts": 1}


def test_change_of_name_and_address_records_which_fields_changed_but_no_values(seeded: Session) -> None:
    add_canary(seeded)
    event = seeded.scalars(select(AuditEvent).where(AuditEvent.action == "person.changed")).one()
    assert (event.before, event.after) == (None, {"fields": ["name", "email"]})


@pytest.mark.parametrize(
    ("reason", "problem"),
    [
        ("", "Enter a reason"),
        ("x" * 301, "Enter a reason"),
        (f"{NAME} asked", "out of the reason"),
        (f"Asked from {ADDRESS.upper()}.", "out of the reason"),
    ],
)
def test_reason_is_needed_and_does_not_name_the_person(seeded: Session, reason: str, problem: str) -> None:
    person = add_canary(seeded)
    events = seeded.scalar(select(func.count(AuditEvent.id)))
    with pytest.raises(Invalid, match=problem):
        remove_identifiers(seeded, person, reason=reason, by=SYSTEM, at=AT)
    assert (person.name, seeded.scalar(select(func.count(AuditEvent.id)))) == (NAME, events)


def test_active_account_outdated_version_and_second_removal_are_refused(seeded: Session) -> None:
    person = add_canary(seeded)
    with pytest.raises(Conflict):
        remove_identifiers(seeded, person, reason=REASON, version=person.version - 1, by=SYSTEM, at=AT)
    people.reactivate_person(seeded, person, by=SYSTEM, at=AT)
    with pytest.raises(Invalid, match="Deactivate it first"):
        remove_identifiers(seeded, person, reason=REASON, by=SYSTEM, at=AT)
    people.deactivate_person(seeded, person, by=SYSTEM, at=AT)
    remove_identifiers(seeded, person, reason=REASON, by=SYSTEM, at=AT)
    with pytest.raises(Invalid, match="already been removed"):
        remove_identifiers(seeded, person, reason=REASON, by=SYSTEM, at=AT)
    with pytest.raises(Invalid, match="Add a new account"):
        people.reactivate_person(seeded, person, by=SYSTEM, at=AT)


def test_purge_changes_nothing_after_a_removal_and_a_purged_name_can_be_removed(seeded: Session) -> None:
    person = add_canary(seeded)
    purged = purge_accounts(seeded, by=SYSTEM, at=AT + timedelta(days=800), now=NOW)
    assert purged.addresses == 1
    seeded.refresh(person)
    assert person.name == NAME, "purging keeps the name"
    remove_identifiers(seeded, person, reason=REASON, by=SYSTEM, at=AT)
    again = purge_accounts(seeded, by=SYSTEM, at=AT + timedelta(days=900), now=NOW)
    assert (again.addresses, again.credentials) == (0, 0)
    assert person.name.startswith("Former member")


@pytest.mark.parametrize(
    ("stored", "is_found"),
    [
        ("Ask Zoé O'Canary.", True),
        ("ZOÉ  O'CANARY", True),
        ("Zoé O&#39;Canary", True),
        ("Zoé O&#x27;Canary", True),
        ("mailto:zoe.ocanary%40left.example", True),
        ("Zoé\nO'Canary", True),
        ("Zoé O'Canaryson", False),
        ("AZoé O'Canary", False),
        ("Zoé", False),
    ],
)
def test_mentions_are_whole_words_however_they_are_escaped(stored: str, is_found: bool) -> None:
    assert bool(mentions_of(NAME, ADDRESS).search(stored)) is is_found


def test_emails_to_others_call_the_person_a_former_member_in_their_language(seeded: Session) -> None:
    person = add_canary(seeded)
    remove_identifiers(seeded, person, reason=REASON, by=SYSTEM, at=AT)
    other = seeded.scalars(select(OutboxMessage).where(OutboxMessage.key == "test:others")).one()
    name = {Language.EN: f"Former member {person.id}", Language.FR: f"Ancien membre {person.id}"}[other.lang]
    assert (other.subject, f"{name} commented" in other.text, " / " in other.subject) == (f"{name} commented", True, False)
