"""The response for the report of an activity that was retired: what was saved is kept, but nothing more can be saved."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from cogwg.core.errors import Invalid
from cogwg.plan.retired import retired_activity
from cogwg.reporting.rules import check_not_retired
from cogwg.web.http import i18n
from cogwg.web.http.database import session
from cogwg.web.http.errors import error_page


def retired_report_response(year: int, code: str) -> Response:
    """Redirect to the activity's page, which has what was saved; a form gets a page with the reason and what was typed.

    Raises ``NotFound`` if there is no such activity, or it was not retired.
    """
    retirement = retired_activity(session(), year, code)
    if request.method == "GET":
        return redirect(url_for("activities.page", lang=i18n.current_language(), year=year, code=code), 303)
    sentence = ""
    try:
        check_not_retired(retirement.retired_on)
    except Invalid as refusal:
        sentence = " ".join(i18n.translate_message(message) for _field, message in refusal.problems)
    return error_page(404, sentence)
