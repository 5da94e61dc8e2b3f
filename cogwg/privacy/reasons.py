"""The reason for an action on a person's data. The audit log keeps it permanently, so it must not name the person."""

from __future__ import annotations

from cogwg.accounts.models import Person
from cogwg.accounts.people import REASON_LIMIT
from cogwg.core.bilingual import clean_line
from cogwg.core.errors import N_, Invalid, Message
from cogwg.core.mentions import mentions_of


def checked_reason(person: Person, reason: str) -> str:
    """Return the reason on one line. Raises ``Invalid`` if it is missing, is too long, or names the person."""
    reason = clean_line(reason)
    if not reason or len(reason) > REASON_LIMIT:
        raise Invalid(("reason", Message(N_("Enter a reason, in %(most)s characters or fewer."), {"most": REASON_LIMIT})))
    if mentions_of(person.name, person.email).search(reason):
        raise Invalid(
            (
                "reason",
                Message(
                    N_("Leave the person’s name and email address out of the reason, because the audit log keeps the reason.")
                ),
            )
        )
    return reason
