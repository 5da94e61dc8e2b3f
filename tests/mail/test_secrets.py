"""Links that let a person set a password leave the outbox once their email is sent."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts.models import AccessLink
from cogwg.accounts.queries import person_by_email, usable_link
from cogwg.audit.services import SYSTEM
from cogwg.mail.models import OutboxMessage
from cogwg.mail.queries import messages_by_id
from cogwg.mail.rules import without_secrets
from cogwg.mail.services import mark_sent
from cogwg.notices.accounts import send_password_link
from cogwg.seeding.demo import DEMO_DOMAIN

AT = datetime(2020, 10, 2, 15, tzinfo=UTC)
NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)


def test_sent_email_keeps_no_token_in_the_outbox_and_its_link_still_works(seeded: Session) -> None:
    person = person_by_email(seeded, f"ontario@{DEMO_DOMAIN}")
    assert person is not None
    send_password_link(seeded, person, by=SYSTEM, at=AT, now=NOW, site="https://plan.example.ca")
    message = seeded.scalars(select(OutboxMessage)).one()
    token = message.text.partition("/password/")[2].split()[0]
    assert usable_link(seeded, token, NOW) is not None
    (facts,) = messages_by_id(seeded, [message.id])
    mark_sent(seeded, facts, now=NOW)
    seeded.expire_all()
    assert token not in message.text + message.html
    assert "/password/…" in message.text
    assert usable_link(seeded, token, NOW) is not None
    assert seeded.scalars(select(AccessLink.token_hash)).all() != [token], "only the hash is stored"


def test_other_texts_stay_as_they_are() -> None:
    text = "See https://plan.example.ca/en/account/password and /password/new.\n"
    assert without_secrets(text) == text
