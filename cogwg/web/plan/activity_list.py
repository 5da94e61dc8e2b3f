"""The plan as a list: filters that live in the address, sorting, and what is left of the activities.

Pure preparation: it decides from plan facts and standings, and knows neither a request nor a database.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace

from cogwg.core.bilingual import Bilingual, Language, sort_key
from cogwg.core.errors import NotFound
from cogwg.core.scale import NO_REPORT, Status, Timeliness
from cogwg.plan.queries import PlanFacts, PriorityFacts
from cogwg.reporting.queries import CurrentStatus

NO_REPORT_CODE = "none"
"""What the address says for "no report"."""
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
    """Whether the words that were searched stand in its report alone."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What an address asks of the list; an empty field asks nothing. ``due`` is the key of a quarter."""

    jurisdiction: str = ""
    status: str = ""
    timeliness: str = ""
    due: str = ""
    q: str = ""
    sort: str = "plan"
    order: str = "asc"

    @property
    def active_names(self) -> tuple[str, ...]:
        """The names of the filters that narrow the list."""
        return tuple(name for name in ("jurisdiction", "status", "timeliness", "due", "q") if getattr(self, name))

    @property
    def query(self) -> dict[str, str]:
        """What of this an address needs: nothing that is as it always is."""
        usual = Filters()
        return {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) != getattr(usual, f.name)}

    def without(self, name: str) -> Filters:
        return replace(self, **{name: ""})

    def sorted_by(self, sort: str) -> Filters:
        """Sorted by this column; asked a second time, the other way round."""
        again = self.sort == sort and self.order == "asc"
        return replace(self, sort=sort, order="desc" if again else "asc")


FilterChoices = Mapping[str, Mapping[str, Bilingual]]
"""For each filter the values it takes, with their words, in the order they are offered."""


def filter_choices(plan: PlanFacts, lang: Language | str) -> FilterChoices:
    """What can be chosen in this plan: jurisdictions with a role, statuses, timeliness, quarters with something due."""
    holders = {a.jurisdiction_code: a.full_name for p in plan.priorities for a in p.assignments if a.jurisdiction_code}
    quarters = sorted({activity.quarter for activity in plan.activities})
    return {
        "jurisdiction": dict(sorted(holders.items(), key=lambda held: sort_key(held[1].text(lang)))),
        "status": {**{s.value: s.label for s in Status}, NO_REPORT_CODE: NO_REPORT},
        "timeliness": {t.value: t.label for t in Timeliness},
        "due": {q.key: Bilingual(f"Quarter {q.number}, {q.year}", f"Trimestre {q.number}, {q.year}") for q in quarters},
    }


def parse_filters(args: Mapping[str, str], choices: FilterChoices) -> Filters:
    """The filters of an address. Raises ``NotFound`` for a value that this plan does not offer, rather than guess."""
    told = {f.name: args.get(f.name, "").strip() for f in fields(Filters)}
    known = {**choices, "sort": SORT_KEYS, "order": ORDERS}
    for name, values in known.items():
        if told[name] and told[name] not in values:
            raise NotFound(f"{name} {told[name]}")
    return Filters(**{**told, "sort": told["sort"] or "plan", "order": told["order"] or "asc"})


def filtered_lines(
    plan: PlanFacts, current_statuses: Mapping[int, CurrentStatus], filters: Filters, lang: Language | str
) -> list[ActivityLine]:
    """The activities that fit every filter, sorted."""
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
    standing = line.current_status
    return (
        (not filters.jurisdiction or any(a.jurisdiction_code == filters.jurisdiction for a in line.priority.assignments))
        and (not filters.status or status_code(standing) == filters.status)
        and (not filters.timeliness or standing.timeliness == filters.timeliness)
        and (not filters.due or standing.activity.quarter.key == filters.due)
        and _matches_words(line, filters.q)
    )


def status_code(current_status: CurrentStatus) -> str:
    """The status as an address says it; "no report" only once something is due, and nothing before that."""
    if current_status.status is not None:
        return current_status.status.value
    return "" if current_status.timeliness is Timeliness.NOT_YET_DUE else NO_REPORT_CODE


def _matches_words(line: ActivityLine, words: str, *, search_report: bool = True) -> bool:
    """Whether every word stands in the activity's code or title, or in what its standing tells of the report.

    In either language, accents and case folded. Signed out a standing tells no text, so that none is searched.
    """
    activity, progress = line.current_status.activity, line.current_status.progress
    told = f"{progress.en} {progress.fr}" if search_report else ""
    text = fold_text(f"{activity.code} {activity.title.en} {activity.title.fr} {told}")
    return all(word in text for word in fold_text(words).split())


def fold_text(text: str) -> str:
    """Text as it is searched: case, accents, ligatures and the shape of the apostrophe do not matter."""
    return sort_key(text).replace("œ", "oe").replace("’", "'")


def _sort_value(line: ActivityLine, sort: str, lang: Language | str) -> tuple[int, str]:
    standing = line.current_status
    if sort == "title":
        return 0, sort_key(standing.activity.title.text(lang))
    if sort == "due":
        return standing.activity.due_on.toordinal(), ""
    if sort == "status":
        order = ("", NO_REPORT_CODE, *(s.value for s in Status))
        return order.index(status_code(standing)), ""
    return TIMELINESS_BY_URGENCY.index(standing.timeliness) * 100_000 - standing.days, ""
