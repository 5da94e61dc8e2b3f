"""The plan as a list: filters in the URL, sorting, and the activities that match.

Pure functions of plan facts and current statuses, without a request or a database.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace

from cogwg.core.bilingual import EMPTY_SORT_KEY, Bilingual, Language, SortKey, clean_line, fold_text, sort_key
from cogwg.core.errors import NotFound
from cogwg.core.status import NO_REPORT, Status, Timeliness
from cogwg.plan.queries import PlanFacts, PriorityFacts
from cogwg.reporting.queries import CurrentStatus

NO_REPORT_CODE = "none"
"""The URL's code for "no report"."""
SORT_KEYS = ("plan", "title", "due", "status", "timeliness")
ORDERS = ("asc", "desc")
TIMELINESS_BY_URGENCY = (
    Timeliness.OVERDUE,
    Timeliness.DUE,
    Timeliness.NOT_YET_DUE,
    Timeliness.DONE_LATE,
    Timeliness.DONE_ON_TIME,
)


@dataclass(frozen=True, slots=True)
class ActivityLine:
    """An activity in the list, with its priority."""

    priority: PriorityFacts
    current_status: CurrentStatus
    is_found_in_report_only: bool = False
    """Whether all search words were found only when the text of the report was searched too."""


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters and sorting in a URL; an empty filter matches every activity. ``due`` is the key of a quarter."""

    jurisdiction: str = ""
    status: str = ""
    timeliness: str = ""
    due: str = ""
    q: str = ""
    sort: str = "plan"
    order: str = "asc"

    @property
    def active_names(self) -> tuple[str, ...]:
        """Return the names of the filters that narrow the list."""
        return tuple(name for name in ("jurisdiction", "status", "timeliness", "due", "q") if getattr(self, name))

    @property
    def query(self) -> dict[str, str]:
        """Return the fields that differ from the defaults, for a URL."""
        usual = Filters()
        return {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) != getattr(usual, f.name)}

    def without(self, name: str) -> Filters:
        return replace(self, **{name: ""})

    def sorted_by(self, sort: str) -> Filters:
        """Return these filters, sorted by this column: in ascending order or, if they already are, in descending order."""
        is_ascending = self.sort == sort and self.order == "asc"
        return replace(self, sort=sort, order="desc" if is_ascending else "asc")


FilterChoices = Mapping[str, Mapping[str, Bilingual]]
"""The values of each filter with their labels, in the order in which they are offered."""


def filter_choices(plan: PlanFacts, lang: Language | str) -> FilterChoices:
    """Return the choices for this plan: jurisdictions with a role, statuses, timeliness, and quarters with activities due."""
    holders = {a.jurisdiction_code: a.full_name for p in plan.priorities for a in p.assignments if a.jurisdiction_code}
    quarters = sorted({activity.quarter for activity in plan.activities})
    return {
        "jurisdiction": dict(sorted(holders.items(), key=lambda item: sort_key(item[1].text(lang)))),
        "status": {**{s.value: s.label for s in Status}, NO_REPORT_CODE: NO_REPORT},
        "timeliness": {t.value: t.label for t in Timeliness},
        "due": {q.key: Bilingual(f"Quarter {q.number}, {q.year}", f"Trimestre {q.number}, {q.year}") for q in quarters},
    }


def parse_filters(args: Mapping[str, str], choices: FilterChoices) -> Filters:
    """Parse the filters of a URL. Raises ``NotFound`` for a value that this plan does not offer."""
    parameters = {f.name: clean_line(args.get(f.name)) for f in fields(Filters)}
    known = {**choices, "sort": SORT_KEYS, "order": ORDERS}
    for name, values in known.items():
        if parameters[name] and parameters[name] not in values:
            raise NotFound(f"{name} {parameters[name]}")
    return Filters(**{**parameters, "sort": parameters["sort"] or "plan", "order": parameters["order"] or "asc"})


def filtered_lines(
    plan: PlanFacts, current_statuses: Mapping[int, CurrentStatus], filters: Filters, lang: Language | str
) -> list[ActivityLine]:
    """Return the activities that match every filter, in the order that the filters specify."""
    fitting = [
        replace(line, is_found_in_report_only=not _matches_words(line, filters.q, search_report=False))
        for line in _all_lines(plan, current_statuses)
        if _matches(line, filters)
    ]
    if filters.sort == "plan":
        return fitting if filters.order == "asc" else fitting[::-1]
    return sorted(fitting, key=lambda line: _sort_value(line, filters.sort, lang), reverse=filters.order == "desc")


def _all_lines(plan: PlanFacts, current_statuses: Mapping[int, CurrentStatus]) -> Iterator[ActivityLine]:
    return (
        ActivityLine(priority, current_statuses[activity.id])
        for priority in plan.priorities
        for activity in priority.activities
    )


def _matches(line: ActivityLine, filters: Filters) -> bool:
    status = line.current_status
    return (
        (not filters.jurisdiction or any(a.jurisdiction_code == filters.jurisdiction for a in line.priority.assignments))
        and (not filters.status or status_code(status) == filters.status)
        and (not filters.timeliness or status.timeliness == filters.timeliness)
        and (not filters.due or status.activity.quarter.key == filters.due)
        and _matches_words(line, filters.q)
    )


def status_code(current_status: CurrentStatus) -> str:
    """Return the code of the status in URLs; without a report, ``NO_REPORT_CODE`` once the activity is due, and "" before."""
    if current_status.status is not None:
        return current_status.status.value
    return "" if current_status.timeliness is Timeliness.NOT_YET_DUE else NO_REPORT_CODE


def _matches_words(line: ActivityLine, words: str, *, search_report: bool = True) -> bool:
    """Return whether every word is in the activity's code or title or, with ``search_report``, in the progress last reported.

    Both languages are searched, ignoring accents and case. For readers who are not signed in, the progress is empty.
    """
    if not words:
        return True
    activity, progress = line.current_status.activity, line.current_status.progress
    report_text = f"{progress.en} {progress.fr}" if search_report else ""
    text = fold_text(f"{activity.code} {activity.title.en} {activity.title.fr} {report_text}")
    return all(word in text for word in fold_text(words).split())


def _sort_value(line: ActivityLine, sort: str, lang: Language | str) -> tuple[int, SortKey]:
    status = line.current_status
    if sort == "title":
        return 0, sort_key(status.activity.title.text(lang))
    if sort == "due":
        return status.activity.due_on.toordinal(), EMPTY_SORT_KEY
    if sort == "status":
        order = ("", NO_REPORT_CODE, *(s.value for s in Status))
        return order.index(status_code(status)), EMPTY_SORT_KEY
    return TIMELINESS_BY_URGENCY.index(status.timeliness) * 100_000 - status.days, EMPTY_SORT_KEY
