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
from cogwg.reporting.queries import Standing

NONE = "none"
"""What the address says for "no report"."""
SORTS = ("plan", "title", "due", "status", "timeliness")
ORDERS = ("asc", "desc")
URGENCY = (Timeliness.OVERDUE, Timeliness.DUE, Timeliness.NOT_YET_DUE, Timeliness.DONE_LATE, Timeliness.DONE_ON_TIME)


@dataclass(frozen=True, slots=True)
class Line:
    """An activity in the list, with its priority."""

    priority: PriorityFacts
    standing: Standing
    in_report: bool = False
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
    def active(self) -> tuple[str, ...]:
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


Choices = Mapping[str, Mapping[str, Bilingual]]
"""For each filter the values it takes, with their words, in the order they are offered."""


def choices(plan: PlanFacts, lang: Language | str) -> Choices:
    """What can be chosen in this plan: jurisdictions with a role, statuses, timeliness, quarters with something due."""
    holders = {a.jurisdiction_code: a.full_name for p in plan.priorities for a in p.assignments if a.jurisdiction_code}
    quarters = sorted({activity.quarter for activity in plan.activities})
    return {
        "jurisdiction": dict(sorted(holders.items(), key=lambda held: sort_key(held[1].text(lang)))),
        "status": {**{s.value: s.label for s in Status}, NONE: NO_REPORT},
        "timeliness": {t.value: t.label for t in Timeliness},
        "due": {q.key: Bilingual(f"Quarter {q.number}, {q.year}", f"Trimestre {q.number}, {q.year}") for q in quarters},
    }


def read(args: Mapping[str, str], offered: Choices) -> Filters:
    """The filters of an address. Raises ``NotFound`` for a value that this plan does not offer, rather than guess."""
    told = {f.name: args.get(f.name, "").strip() for f in fields(Filters)}
    known = {**offered, "sort": SORTS, "order": ORDERS}
    for name, values in known.items():
        if told[name] and told[name] not in values:
            raise NotFound(f"{name} {told[name]}")
    return Filters(**{**told, "sort": told["sort"] or "plan", "order": told["order"] or "asc"})


def lines(plan: PlanFacts, found: Mapping[int, Standing], filters: Filters, lang: Language | str) -> list[Line]:
    """The activities that fit every filter, sorted."""
    fitting = [
        replace(line, in_report=not _says(line, filters.q, report=False)) for line in _all(plan, found) if _fits(line, filters)
    ]
    if filters.sort == "plan":
        return fitting if filters.order == "asc" else fitting[::-1]
    return sorted(fitting, key=lambda line: _key(line, filters.sort, lang), reverse=filters.order == "desc")


def _all(plan: PlanFacts, found: Mapping[int, Standing]) -> Iterator[Line]:
    return (Line(priority, found[activity.id]) for priority in plan.priorities for activity in priority.activities)


def _fits(line: Line, filters: Filters) -> bool:
    standing = line.standing
    return (
        (not filters.jurisdiction or any(a.jurisdiction_code == filters.jurisdiction for a in line.priority.assignments))
        and (not filters.status or shown_status(standing) == filters.status)
        and (not filters.timeliness or standing.timeliness == filters.timeliness)
        and (not filters.due or standing.activity.quarter.key == filters.due)
        and _says(line, filters.q)
    )


def shown_status(standing: Standing) -> str:
    """The status as an address says it; "no report" only once something is due, and nothing before that."""
    if standing.status is not None:
        return standing.status.value
    return "" if standing.timeliness is Timeliness.NOT_YET_DUE else NONE


def _says(line: Line, words: str, *, report: bool = True) -> bool:
    """Whether every word stands in the activity's code or title, or in what its standing tells of the report.

    In either language, accents and case folded. Signed out a standing tells no text, so that none is searched.
    """
    activity, progress = line.standing.activity, line.standing.progress
    told = f"{progress.en} {progress.fr}" if report else ""
    text = folded(f"{activity.code} {activity.title.en} {activity.title.fr} {told}")
    return all(word in text for word in folded(words).split())


def folded(text: str) -> str:
    """Text as it is searched: case, accents, ligatures and the shape of the apostrophe do not matter."""
    return sort_key(text).replace("œ", "oe").replace("’", "'")


def _key(line: Line, sort: str, lang: Language | str) -> tuple[int, str]:
    standing = line.standing
    if sort == "title":
        return 0, sort_key(standing.activity.title.text(lang))
    if sort == "due":
        return standing.activity.due_on.toordinal(), ""
    if sort == "status":
        order = ("", NONE, *(s.value for s in Status))
        return order.index(shown_status(standing)), ""
    return URGENCY.index(standing.timeliness) * 100_000 - standing.days, ""
