"""A due date in the past makes an activity overdue at once, so a form asks before it sets one."""

from __future__ import annotations

from wtforms import HiddenField

from cogwg.core.errors import N_, Invalid, Message
from cogwg.plan.rules import DueDate, check_due
from cogwg.web.http import clocks


def ask_if_past(due: DueDate, confirmed: HiddenField) -> None:
    """Raise ``Invalid`` with a question if the due date has passed, unless the form was sent again after the same question.

    ``confirmed`` is the hidden field with the date that the form asked about. An invalid date also raises ``Invalid``.
    """
    check_due(due)
    if due.is_before(clocks.today()) and confirmed.data != due.key:
        confirmed.data = due.key
        sentence = N_(
            "%(due)s has passed, so the activity would be overdue at once for everyone. To use this date, save again."
        )
        raise Invalid(("month", Message(sentence, {"due": due.text})))
