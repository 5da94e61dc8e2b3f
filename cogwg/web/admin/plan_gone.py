"""The response to a form of the plan editor whose item was retired or removed after the form was opened.

The page says what happened and contains what was typed, so that it can be copied.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.core import dates
from cogwg.core.errors import NotFound
from cogwg.web.admin.plan_items import EditedPlan, load_plan
from cogwg.web.http import i18n, preserved_form
from cogwg.web.http.database import session
from cogwg.web.http.errors import error_page

View = Callable[..., Response]


def keeps_text_if_gone(view: View) -> View:
    """Answer 409 with what was typed if the form's item no longer exists. If nothing was typed, the answer is still 404."""

    @wraps(view)
    def answer(**values: Any) -> Response:
        try:
            return view(**values)
        except NotFound:
            preserved = preserved_form.from_request()
            if preserved is None or not preserved.typed_texts:
                raise
            return error_page(409, _sentence(values))

    return answer


def _sentence(values: dict[str, Any]) -> str:
    """Return a sentence about what happened to the item that the URL with these values is about."""
    year, number, code = values["year"], values.get("number"), values.get("code")
    try:
        plan = load_plan(session(), year)
    except NotFound:
        return str(_("Nothing was saved, because the draft plan %(year)s was deleted in the meantime.", year=year))
    if "key" in values and not plan.is_draft:
        return str(
            _("Nothing was saved, because the %(year)s plan was adopted in the meantime. Edit the adopted plan.", year=year)
        )
    if code is not None and (on := _retired_on(plan, code=code)):
        sentence = _("Nothing was saved, because activity %(code)s was retired on %(day)s.", code=code, day=on)
        advice = _("To save your text, restore the activity in the plan editor, then make your change again.")
        return f"{sentence} {advice}"
    if number is not None and (on := _retired_on(plan, number=number)):
        sentence = _("Nothing was saved, because Priority %(number)s was retired on %(day)s.", number=number, day=on)
        advice = _("To save your text, restore the priority in the plan editor, then make your change again.")
        return f"{sentence} {advice}"
    return str(_("Nothing was saved, because another person removed this from the plan in the meantime."))


def _retired_on(plan: EditedPlan, *, code: str = "", number: int = 0) -> str:
    """Return the day on which the activity or priority was retired, in words; "" if it was not retired or never existed."""
    try:
        retired_on = plan.activity(code)[1].retired_on if code else plan.priority(number).retired_on
    except NotFound:
        return ""
    return dates.day(retired_on).text(i18n.current_language()) if retired_on is not None else ""
