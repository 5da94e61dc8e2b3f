"""The list of a quarter's reminders, with the outcome of each."""

from __future__ import annotations

from flask import render_template, request

from cogwg.core.errors import NotFound
from cogwg.notices.queries import reminders_of
from cogwg.policy import Permission
from cogwg.web.admin.outbox_rows import outbox_row
from cogwg.web.auth.access import current_user, requires
from cogwg.web.http.database import session
from cogwg.web.http.mail_context import mail_settings
from cogwg.web.quarters import blueprint
from cogwg.web.quarters.readiness import load_readiness, render_without_quarter


@blueprint.get("/readiness/reminders")
@requires(Permission.MANAGE_PERIODS)
def reminder_list(lang: str) -> str:
    """List the reminders of the quarter in the URL, or of the most urgent one, with the outcome of each."""
    try:
        period = load_readiness().readiness.period
    except NotFound:
        if "period" in request.args:
            raise
        return render_without_quarter()
    reminders = reminders_of(session(), period.id, copies_to=current_user().person_id)
    return render_template(
        "quarters/reminders.html",
        period=period,
        reminders=[(reminder, outbox_row(reminder.message)) for reminder in reminders],
        has_no_mail_server=not mail_settings().method,
    )
