"""The filters of the tracker, all of which are in the URL: priority, jurisdiction, status, due month, and words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from urllib.parse import urlencode

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField

from cogwg.core import dates
from cogwg.core.bilingual import Bilingual, Language, clean_line, sort_key
from cogwg.core.status import NO_REPORT, Status, Timeliness
from cogwg.tracker.values import PublishedActivity, PublishedJurisdiction, PublishedPriority, PublishedQuarter
from cogwg.web.http import i18n
from cogwg.web.http.i18n import gettext
from cogwg.web.http.i18n import lazy_gettext as _
from cogwg.web.public.shown import MAX_TOLD, NotPublished, Shown

NONE, OVERDUE = "none", "overdue"
"""The values in the URL for "no report" and for "overdue"."""
MAX_WORDS = 200


@dataclass(frozen=True, slots=True)
class TrackerFilters:
    """The filters in a URL; an empty filter fits every activity. ``due`` is a month, or "overdue"."""

    priority: str = ""
    jurisdiction: str = ""
    status: str = ""
    due: str = ""
    q: str = ""

    @property
    def active(self) -> dict[str, str]:
        return {field.name: value for field in fields(self) if (value := getattr(self, field.name))}

    def fits(self, content: PublishedQuarter, priority: PublishedPriority, activity: PublishedActivity) -> bool:
        """Return whether an activity fits every filter, apart from the search words ``q``."""
        return (
            self.priority in ("", str(priority.number))
            and (not self.jurisdiction or any(role.code == self.jurisdiction for role in priority.assignments))
            and self.status in ("", activity.status.value if activity.status is not None else NONE)
            and (self.due in ("", activity.due.month_key) or (self.due == OVERDUE and content.is_overdue(activity)))
        )


Choices = Mapping[str, Mapping[str, Bilingual]]
"""The values of each filter with their labels, in the order in which they are offered."""


def filter_choices(content: PublishedQuarter, lang: Language | str) -> Choices:
    """Return the choices for a plan: its priorities, jurisdictions with a role, statuses and due months."""
    names = {jurisdiction.code: with_name_in_plan(content, jurisdiction) for jurisdiction in content.jurisdictions}
    holders = {role.code for priority in content.priorities for role in priority.assignments if role.code in names}
    dues = {activity.due.month_key: activity.due for activity in content.activities}
    months = {key: dates.month_of_year(due.year, due.month) for key, due in sorted(dues.items())}
    return {
        "priority": {str(p.number): _numbered(p.number, p.short or p.title) for p in content.priorities},
        "jurisdiction": {code: names[code] for code in sorted(holders, key=lambda code: sort_key(names[code].text(lang)))},
        "status": {**{status.value: status.label for status in Status}, NONE: NO_REPORT},
        "due": {OVERDUE: Timeliness.OVERDUE.label, **months},
    }


def with_name_in_plan(content: PublishedQuarter, jurisdiction: PublishedJurisdiction) -> Bilingual:
    """Return the name of a jurisdiction, followed by its name in the plan if that is different: Canada (TBS)."""
    name, short = jurisdiction.name, jurisdiction.short
    roles = (role for priority in content.priorities for role in priority.assignments if role.code == jurisdiction.code)
    called = next((role.name for role in roles if role.name not in (name, short)), None)
    if called is None:
        return name
    return Bilingual(f"{name.text('en')} ({called.text('en')})", f"{name.text('fr')} ({called.text('fr')})")


def _numbered(number: int, title: Bilingual) -> Bilingual:
    return Bilingual(f"{number}. {title.text('en')}", f"{number}. {title.text('fr')}")


def parse_filters(args: Mapping[str, str], choices: Choices) -> TrackerFilters:
    """Return the filters in a URL. Raises ``NotPublished`` for a value that the plan does not have."""
    filters = TrackerFilters(**{field.name: clean_line(args.get(field.name)) for field in fields(TrackerFilters)})
    for name, values in choices.items():
        if (value := getattr(filters, name)) and value not in values:
            label = getattr(FilterForm, name).args[0]
            raise NotPublished(
                gettext(
                    "Nothing in the plan matches “%(name)s: %(value)s”. Choose from the lists on the tracker page.",
                    name=label,
                    value=value[:MAX_TOLD],
                )
            )
    return replace(filters, q=filters.q[:MAX_WORDS])


@dataclass(frozen=True, slots=True)
class ChosenFilter:
    """An active filter in words, and the URL without it."""

    name: str
    value: str
    removal_url: str


class FilterForm(FlaskForm):  # type: ignore[misc]
    """The form of the filters, sent by GET. The hidden fields keep the quarter that is shown."""

    class Meta:
        csrf = False

    priority = SelectField(_("Priority"), id="filter-priority")
    jurisdiction = SelectField(_("Jurisdiction"), id="filter-jurisdiction")
    status = SelectField(_("Status"), id="filter-status")
    due = SelectField(_("Due"), id="filter-due")
    q = StringField(_("Words in what is published"), id="filter-q", render_kw={"autocomplete": "off", "maxlength": MAX_WORDS})
    quarter = HiddenField()
    edition = HiddenField()

    def __init__(self, filters: TrackerFilters, choices: Choices, asked: Mapping[str, str]) -> None:
        super().__init__(formdata=None, data={**dict.fromkeys(choices, ""), **filters.active, **asked})
        anything = {
            "priority": gettext("Any priority"),
            "jurisdiction": gettext("Any jurisdiction"),
            "status": gettext("Any status"),
            "due": gettext("Any due date"),
        }
        lang = i18n.current_language()
        for name, values in choices.items():
            self[name].choices = [("", anything[name]), *((value, words.text(lang)) for value, words in values.items())]
        for name in ("quarter", "edition"):
            if not self[name].data:
                del self[name]

    def active_filters(self, filters: TrackerFilters, choices: Choices, shown: Shown, address: str) -> list[ChosenFilter]:
        """Return the active filters, each with the URL without it."""
        lang = i18n.current_language()
        return [
            ChosenFilter(
                str(self[name].label.text),
                choices[name][value].text(lang) if name in choices else value,
                with_query(address, {**shown.asked, **replace(filters, **{name: ""}).active}),
            )
            for name, value in filters.active.items()
        ]


def with_query(address: str, query: Mapping[str, str]) -> str:
    """Return a URL with these query fields."""
    return f"{address}?{urlencode(query)}" if query else address
