"""Pages that show the record of a past day: ``?as_of=2020-06-30`` as known that day, ``?about=2020-06-30`` as known today.

Such a page is for reading only. A bar says which of the two it is; links within the page keep the day.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from flask import Flask, current_app, render_template, request
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from cogwg.core.bilingual import clean_line
from cogwg.core.errors import NotFound
from cogwg.core.written_dates import exact_date_problem
from cogwg.plan.past_plans import plan_recorded_on
from cogwg.plan.queries import PlanFacts, plan_facts
from cogwg.reporting.past_days import PastDay, RecordOfDay, plan_of_day, record_of_day
from cogwg.web.http import clocks, i18n
from cogwg.web.http.database import session
from cogwg.web.http.filters import day as in_words

AS_OF, ABOUT = "as_of", "about"
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LONGEST_SHOWN = 40
_NOT_KEPT = (AS_OF, ABOUT, "page")
"""The query parameters that the URL of the same page on another day leaves out."""
_WALKABLE = ("plan", "priority", "activity", "jurisdictions", "jurisdiction")
"""The names of the URL macros for pages that can show a past day."""


class PastDayProblem(Exception):
    """A day that a page cannot show. The sentence says why and what to do.

    ``past`` is the day, or None if it is no valid day of the past. With ``offers_about``, the page links to the same day as
    known today.
    """

    def __init__(self, code: int, sentence: str, past: PastDay | None = None, *, offers_about: bool = False) -> None:
        super().__init__(sentence)
        self.code, self.sentence, self.past, self.offers_about = code, sentence, past, offers_about


@dataclass(frozen=True)
class PastPage:
    """A page that shows the record of a past day."""

    record: RecordOfDay

    @property
    def day(self) -> date:
        return self.record.day

    @property
    def known_today(self) -> bool:
        return self.record.past.known_today

    @property
    def name(self) -> str:
        """The name of the query parameter with the day."""
        return ABOUT if self.known_today else AS_OF

    @property
    def last_day(self) -> date:
        """The last day that can be chosen."""
        return clocks.today()

    @property
    def path(self) -> str:
        return request.path

    @property
    def query(self) -> dict[str, str]:
        """The query that names the day."""
        return {self.name: self.day.isoformat()}

    @property
    def today_url(self) -> str:
        return page_url({})

    @property
    def switch_url(self) -> str:
        """The URL of the same page in the other of the two ways to read a past day."""
        return page_url({AS_OF if self.known_today else ABOUT: self.day.isoformat()})

    @cached_property
    def urls(self) -> SimpleNamespace:
        """The URL macros of the templates. Those for pages that can show a past day keep this one."""
        usual = vars(current_app.jinja_env.globals["urls"])
        return SimpleNamespace(**{**usual, **{name: self._kept(usual[name]) for name in _WALKABLE}})

    def _kept(self, macro: Callable[..., Markup]) -> Callable[..., Markup]:
        query = f"?{urlencode(self.query)}"

        def url(*values: Any) -> Markup:
            path, hash_, fragment = macro(*values).partition("#")
            return path + query + hash_ + fragment

        return url

    def plan(self, year: int) -> PlanFacts:
        """Return the plan of a year on the day.

        Raises ``NotFound`` if the year has no plan, and ``PastDayProblem`` if the plan was not adopted or not recorded by that
        day.
        """
        try:
            return plan_of_day(session(), self.record, year)
        except NotFound:
            today = plan_facts(session(), year, with_activities=False)
            raise self._plan_problem(today.adopted_on, year) from None

    def not_in_plan(self) -> PastDayProblem:
        """Return the problem of a priority or activity that exists today but was not in the plan on the day."""
        sentence = _("This was not in the plan on %(day)s. Choose another date, or go back to today.", day=in_words(self.day))
        return PastDayProblem(404, sentence, self.record.past)

    def context(self, **values: Any) -> dict[str, Any]:
        """Return the variables that every template of such a page needs, and ``values``."""
        return {"past_page": self, "urls": self.urls, "today": self.day, **values}

    def _plan_problem(self, adopted_on: date, year: int) -> PastDayProblem:
        if self.day < adopted_on:
            sentence = _("This plan was adopted on %(day)s. Choose that date or a later one.", day=in_words(adopted_on))
            return PastDayProblem(404, sentence, self.record.past)
        recorded_on = in_words(plan_recorded_on(session(), year))
        sentence = _(
            "This plan has been recorded here since %(day)s. Choose that date or a later one, "
            "or view the plan with today’s information.",
            day=recorded_on,
        )
        return PastDayProblem(404, sentence, self.record.past, offers_about=True)


def init(app: Flask) -> None:
    app.register_error_handler(PastDayProblem, _problem_page)
    app.jinja_env.globals.update(kept_fields=kept_fields)


def open_past_page() -> PastPage | None:
    """Return the page of the past day in the URL, with the record of that day; None if the URL names no day.

    Raises ``PastDayProblem`` if the day is invalid or in the future, or if the URL names two days.
    """
    past = _requested_day()
    return PastPage(record_of_day(session(), past)) if past is not None else None


def page_url(query: dict[str, str]) -> str:
    """Return the URL of this page with the day in ``query``, or of today if it is empty. The filters of the page are kept."""
    fields = {**dict(kept_fields()), **query}
    return request.path + (f"?{urlencode(fields)}" if fields else "")


def kept_fields() -> list[tuple[str, str]]:
    """Return the query fields that a form to choose another day keeps; empty if this request posted a form."""
    if request.method == "POST":
        return []
    return [(name, value) for name, value in request.args.items() if name not in _NOT_KEPT]


def _requested_day() -> PastDay | None:
    texts = {name: clean_line(request.args.get(name)) for name in (AS_OF, ABOUT)}
    given = {name: text for name, text in texts.items() if text}
    if not given:
        return None
    if len(given) > 1:
        raise PastDayProblem(400, _("This link has two dates. Choose one."))
    ((name, text),) = given.items()
    past = PastDay(_parse(text), known_today=name == ABOUT)
    today = clocks.today()
    if past.day > today:
        sentence = _("This date is in the future. Choose today, %(today)s, or an earlier date.", today=in_words(today))
        raise PastDayProblem(404, sentence)
    return past


def _parse(text: str) -> date:
    try:
        if _ISO_DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    problem = exact_date_problem(text)
    what_is_wrong = (
        i18n.translate_message(problem)
        if problem is not None
        else _("“%(text)s” is not a valid date.", text=text[:_LONGEST_SHOWN])
    )
    what_to_do = _("Enter a date as year, month and day, such as 2020-06-30, or choose one below.")
    raise PastDayProblem(400, f"{what_is_wrong} {what_to_do}")


def _problem_page(problem: PastDayProblem) -> Response:
    """Answer with a page that says why the day cannot be shown, and has a form to choose another one."""
    past = problem.past
    page = render_template(
        "http/past_day.html",
        sentence=problem.sentence,
        path=request.path,
        name=ABOUT if past is not None and past.known_today else AS_OF,
        day=past.day if past is not None else None,
        today_url=page_url({}),
        about_url=page_url({ABOUT: past.day.isoformat()}) if past is not None and problem.offers_about else "",
    )
    return Response(page, problem.code, mimetype="text/html")
