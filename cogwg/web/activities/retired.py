"""The page of an activity that was retired from its plan: its text, reports and discussion, without any actions.

People who could report on it also see the drafts that they did not submit.
"""

from __future__ import annotations

from flask import Response, make_response, render_template

from cogwg.discussion.queries import comments
from cogwg.plan.retired import retired_activity
from cogwg.policy import can_report_on, can_see_return_note
from cogwg.reporting.timeline import timeline_and_status
from cogwg.reporting.unfinished import unsubmitted_reports
from cogwg.web.activities.page import wording_of_last_report
from cogwg.web.auth.access import current_user
from cogwg.web.discussion.comments import CommentRow, CommentThread
from cogwg.web.http import clocks
from cogwg.web.http.database import session
from cogwg.web.http.history import history_rows


def retired_activity_page(year: int, code: str) -> Response:
    """Show a retired activity. Raises ``NotFound`` if there is no such activity, or if it was not retired."""
    retirement = retired_activity(session(), year, code)
    person, activity, priority = current_user(), retirement.activity, retirement.priority
    history, current_status = timeline_and_status(
        session(), activity, clocks.today(), with_return_notes=can_see_return_note(person, priority)
    )
    rows = tuple(CommentRow(comment) for comment in comments(session(), activity.id))
    page = render_template(
        "activities/retired.html",
        retirement=retirement,
        plan=retirement.plan,
        priority=priority,
        activity=activity,
        current_status=current_status,
        history=history_rows(history),
        earlier_wording=wording_of_last_report(history),
        drafts=unsubmitted_reports(session(), activity.id) if can_report_on(person, priority, None) else [],
        thread=CommentThread("discussion", rows, None, "", ""),
    )
    return make_response(page)
