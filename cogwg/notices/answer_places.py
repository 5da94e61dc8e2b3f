"""Placeholders for the private links in reminders. Emails are composed without tokens, which are created when an email is
added to the outbox.

Therefore, listing the emails that are due creates no tokens, and every email in the outbox has tokens of its own.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from cogwg.accounts.tokens import hash_token, new_token
from cogwg.audit.services import Actor
from cogwg.mail.rules import OutgoingEmail
from cogwg.mail.services import enqueue
from cogwg.reporting.answer_links import NewAnswerLink, create_answer_links

_PLACE = re.compile(r"answer-link-of-(\d+)")


def answer_place(jurisdiction_id: int) -> str:
    """Return the placeholder in an email for the token of the link with which its recipient reports for a jurisdiction."""
    return f"answer-link-of-{jurisdiction_id}"


def enqueue_with_links(
    session: Session, emails: list[OutgoingEmail], *, by: Actor, at: datetime, now: datetime
) -> list[OutgoingEmail]:
    """Add emails to the outbox, with new private links instead of placeholders; return those that were not in the outbox
    yet.
    """
    added, links = [], dict[int, list[NewAnswerLink]]()
    for email in emails:
        own = {int(id_): new_token() for id_ in _PLACE.findall(email.text)} if email.person_id is not None else {}
        if not enqueue(session, _with_tokens(email, own), by=by, at=at, now=now):
            continue
        added.append(email)
        for jurisdiction_id, token in own.items():
            link = NewAnswerLink(hash_token(token), email.person_id or 0, jurisdiction_id)
            links.setdefault(int(email.key.split(":")[1]), []).append(link)
    for period_id, of_period in links.items():
        create_answer_links(session, period_id, of_period, by=by, at=at, now=now)
    return added


def _with_tokens(email: OutgoingEmail, tokens: dict[int, str]) -> OutgoingEmail:
    def fill(text: str) -> str:
        return _PLACE.sub(lambda place: tokens.get(int(place[1]), ""), text)

    return replace(email, text=fill(email.text), html=fill(email.html)) if tokens else email
