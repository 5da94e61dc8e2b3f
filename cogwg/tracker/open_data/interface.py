"""The responses of the read-only API ``/v1/``: lists with filters and pages, with both languages in one response."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import NotFound
from cogwg.core.status import Status
from cogwg.tracker.open_data.datasets import day_of
from cogwg.tracker.open_data.datasets.activities import ACTIVITIES
from cogwg.tracker.open_data.datasets.assessments import ASSESSMENTS
from cogwg.tracker.open_data.datasets.challenges import CHALLENGES
from cogwg.tracker.open_data.datasets.comments import COMMENTS
from cogwg.tracker.open_data.datasets.commitment_milestones import COMMITMENT_MILESTONES
from cogwg.tracker.open_data.datasets.commitments import COMMITMENTS
from cogwg.tracker.open_data.datasets.consultations import CONSULTATIONS
from cogwg.tracker.open_data.datasets.indicators import INDICATORS
from cogwg.tracker.open_data.datasets.milestones import MILESTONES
from cogwg.tracker.open_data.datasets.plans import PLANS
from cogwg.tracker.open_data.datasets.priorities import PRIORITIES
from cogwg.tracker.open_data.datasets.publications import PUBLICATION_LIST
from cogwg.tracker.open_data.datasets.reports import REPORTS
from cogwg.tracker.open_data.fields import Dataset, Scope
from cogwg.tracker.open_data.files import plain
from cogwg.tracker.open_data.publisher import Publisher
from cogwg.tracker.published import PublicRecord

Item = dict[str, Any]
USUAL_LIMIT, MAX_LIMIT, MAX_PAGE = 50, 200, 10_000


class BadQuery(ValueError):
    """A request with invalid parameters; ``sentence`` says what to change."""

    def __init__(self, sentence: Bilingual) -> None:
        super().__init__(sentence.en)
        self.sentence = sentence


class NothingThere(NotFound):
    """A valid request for something that is not published; ``sentence`` says what is."""

    def __init__(self, sentence: Bilingual) -> None:
        super().__init__(sentence.en)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a list. Its value must match ``pattern``, which ``hint`` describes in words."""

    name: str
    pattern: str
    hint: Bilingual
    description: Bilingual
    is_number: bool = False


PLAN = Parameter(
    "plan",
    "[12][0-9]{3}",
    Bilingual("a year, such as 2020", "une année, par exemple 2020"),
    Bilingual("Year of the plan.", "Année du plan."),
    is_number=True,
)
PRIORITY = Parameter(
    "priority",
    "[1-9][0-9]{0,2}",
    Bilingual("the number of a priority, such as 5", "le numéro d’une priorité, par exemple 5"),
    Bilingual("Number of the priority in its plan.", "Numéro de la priorité dans son plan."),
    is_number=True,
)
JURISDICTION = Parameter(
    "jurisdiction",
    "[a-z]{2,20}",
    Bilingual("the code of a jurisdiction, such as on", "le code d’une administration, par exemple on"),
    Bilingual("Code of a jurisdiction.", "Code d’une administration."),
)
STATUS = Parameter(
    "status",
    "|".join(status.value for status in Status),
    Bilingual("NS, LP, SP or C", "NS, LP, SP ou C"),
    Bilingual("Code of the status.", "Code de l’état."),
)
CYCLE = Parameter(
    "cycle",
    "[12][0-9]{3}",
    Bilingual("a year, such as 2016", "une année, par exemple 2016"),
    Bilingual("First year of the action plan.", "Première année du plan d’action."),
    is_number=True,
)
COMMITMENT = Parameter(
    "commitment",
    "[A-Za-z0-9.-]{1,20}",
    Bilingual("the identifier of a commitment, such as CA0060", "l’identifiant d’un engagement, par exemple CA0060"),
    Bilingual("Identifier of a commitment.", "Identifiant d’un engagement."),
)
ENGAGEMENT = Parameter(
    "cycle",
    "[a-z0-9-]{1,40}",
    Bilingual("the key of an engagement cycle, such as fourth-plan", "la clé d’un cycle, par exemple fourth-plan"),
    Bilingual("Key of an engagement cycle.", "Clé d’un cycle de participation."),
)
QUARTER = Parameter(
    "quarter",
    "[12][0-9]{3}-(03|06|09|12)",
    Bilingual(
        "the year and last month of a quarter, such as 2020-06",
        "l’année et le dernier mois d’un trimestre, par exemple 2020-06",
    ),
    Bilingual(
        "A published quarter. Reports are those of this quarter; everything else is as it was published with the quarter.",
        "Un trimestre publié. Les rapports sont ceux de ce trimestre; le reste est tel qu’il a été publié avec ce trimestre.",
    ),
)
PAGE = Parameter(
    "page",
    "[1-9][0-9]{0,3}",
    Bilingual("a number from 1 to 9999", "un nombre de 1 à 9999"),
    Bilingual("Page of the list, starting at 1.", "Page de la liste, à partir de 1."),
    is_number=True,
)
LIMIT = Parameter(
    "limit",
    "[1-9]|[1-9][0-9]|1[0-9]{2}|200",
    Bilingual(f"a number from 1 to {MAX_LIMIT}", f"un nombre de 1 à {MAX_LIMIT}"),
    Bilingual("Number of items per page.", "Nombre d’éléments par page."),
    is_number=True,
)


def _equals(name: str) -> Callable[[Item, str], bool]:
    return lambda item, value: str(item[name]) == value


def _takes_part(item: Item, code: str) -> bool:
    return code in item["jurisdictions"]


def _of_activity(item: Item, number: str) -> bool:
    return str(item["activity"]).split(".")[0] == number


@dataclass(frozen=True, slots=True)
class Resource:
    """A list of the API: its dataset, and for each parameter a function that returns whether an item matches a value."""

    dataset: Dataset
    filters: Mapping[Parameter, Callable[[Item, str], bool]]
    by_quarter: bool = True

    @property
    def name(self) -> str:
        return self.dataset.name

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return (*self.filters, *((QUARTER,) if self.by_quarter else ()), PAGE, LIMIT)


RESOURCES = {
    resource.name: resource
    for resource in (
        Resource(PLANS, {PLAN: _equals("plan")}),
        Resource(PRIORITIES, {PLAN: _equals("plan")}),
        Resource(
            ACTIVITIES,
            {PLAN: _equals("plan"), PRIORITY: _equals("priority"), JURISDICTION: _takes_part, STATUS: _equals("status")},
        ),
        Resource(
            REPORTS,
            {
                PLAN: _equals("plan"),
                PRIORITY: _of_activity,
                JURISDICTION: _takes_part,
                STATUS: _equals("status"),
            },
        ),
        Resource(MILESTONES, {JURISDICTION: _equals("jurisdiction")}),
        Resource(CHALLENGES, {}),
        Resource(COMMITMENTS, {CYCLE: _equals("cycle")}, by_quarter=False),
        Resource(ASSESSMENTS, {COMMITMENT: _equals("commitment")}, by_quarter=False),
        Resource(COMMITMENT_MILESTONES, {COMMITMENT: _equals("commitment")}, by_quarter=False),
        Resource(INDICATORS, {COMMITMENT: _equals("commitment")}, by_quarter=False),
        Resource(CONSULTATIONS, {ENGAGEMENT: _equals("cycle")}, by_quarter=False),
        Resource(COMMENTS, {ENGAGEMENT: _equals("cycle")}, by_quarter=False),
        Resource(PUBLICATION_LIST, {PLAN: _equals("plan")}, by_quarter=False),
    )
}
"""The lists by name, which is the name of the dataset."""


def index(record: PublicRecord, publisher: Publisher) -> dict[str, Any]:
    """Return the URLs of the lists, and the facts that apply to all of them."""
    return {
        "lists": {name: f"{publisher.site}/v1/{name}" for name in RESOURCES},
        "openapi": f"{publisher.site}/v1/openapi.json",
        **_about(record, publisher),
    }


def answer(name: str, given: Sequence[tuple[str, str]], record: PublicRecord, publisher: Publisher) -> dict[str, Any]:
    """Return a page of a list. ``given`` are the parameters of the URL, in order.

    Raises ``NotFound`` if there is no such list, ``NothingThere`` if a plan, priority, jurisdiction, quarter or page does not
    exist, and ``BadQuery`` if a parameter is unknown, repeated or invalid.
    """
    resource = _resource(name)
    values = check_parameters(given, resource.parameters)
    scope = _scope(record, values.get(QUARTER.name))
    _check_published(record, scope, values)
    fitting = [
        item
        for item in _items(resource.dataset, scope)
        if all(fits(item, values[each.name]) for each, fits in resource.filters.items() if each.name in values)
    ]
    page, limit = int(values.get(PAGE.name, 1)), int(values.get(LIMIT.name, USUAL_LIMIT))
    start, pages = (page - 1) * limit, max(1, -(-len(fitting) // limit))
    if page > pages:
        raise NothingThere(
            Bilingual(
                f"There is no page {page}. The last is {pages}.", f"La page {page} n’existe pas. La dernière est {pages}."
            )
        )
    return {
        "items": fitting[start : start + limit],
        "total": len(fitting),
        "page": page,
        "pages": pages,
        "limit": limit,
        **_about(record, publisher),
    }


def answer_item(
    name: str, id_: str, given: Sequence[tuple[str, str]], record: PublicRecord, publisher: Publisher
) -> dict[str, Any]:
    """Return an item of a list by its id.

    Raises ``NotFound`` if there is no such list or item, ``NothingThere`` if the quarter is not public, and ``BadQuery`` for
    any parameter other than ``quarter``.
    """
    resource = _resource(name)
    values = check_parameters(given, (QUARTER,) if resource.by_quarter else ())
    for item in _items(resource.dataset, _scope(record, values.get(QUARTER.name))):
        if str(item[resource.dataset.key]) == id_:
            return {"item": item, **_about(record, publisher)}
    raise NotFound(f"{name} {id_}")


def _resource(name: str) -> Resource:
    if name not in RESOURCES:
        raise NotFound(f"list {name}")
    return RESOURCES[name]


def _scope(record: PublicRecord, quarter: str | None) -> Scope:
    """Return the newest state or a quarter's newest edition. Raises ``NothingThere`` if this quarter is not public."""
    if quarter is None:
        return Scope.of_record(record)
    _check_known(QUARTER, quarter, [edition.content.key for edition in record.quarters])
    return Scope.of_edition(record.quarter(quarter))


def _check_published(record: PublicRecord, scope: Scope, values: Mapping[str, str]) -> None:
    """Raise ``NothingThere`` if the plan, priority or jurisdiction is not in any published quarter."""
    plan = values.get(PLAN.name)
    if plan is not None:
        _check_known(PLAN, plan, [str(year) for year in reversed(record.years)])
    contents = [each.content for each in scope.plans if plan in (None, str(each.content.year))]
    if PRIORITY.name in values:
        numbers = sorted({priority.number for content in contents for priority in content.priorities})
        _check_known(PRIORITY, values[PRIORITY.name], [*map(str, numbers)])
    if JURISDICTION.name in values:
        codes = sorted({each.code for content in contents for each in content.jurisdictions})
        _check_known(JURISDICTION, values[JURISDICTION.name], codes)


def _check_known(parameter: Parameter, value: str, known: Sequence[str]) -> None:
    if value not in known:
        there = ", ".join(known)
        en, fr = f"There is no {parameter.name} {value} here.", f"{parameter.name}={value} n’existe pas ici."
        raise NothingThere(
            Bilingual(f"{en} Use: {there}.", f"{fr} Utilisez\u00a0: {there}.")
            if known
            else Bilingual(f"{en} Nothing is published yet.", f"{fr} Rien n’est encore publié.")
        )


def _items(dataset: Dataset, scope: Scope) -> Iterator[Item]:
    """Yield the rows as in responses: texts have both languages, and empty values are null."""
    for row in dataset.rows(scope):
        yield {field.name: _nested(value) for field, value in zip(dataset.fields, row, strict=True)}


def _nested(value: Any) -> Any:
    if isinstance(value, Bilingual):
        return {"en": value.en or None, "fr": value.fr or None}
    return None if value == "" else plain(value)


def _about(record: PublicRecord, publisher: Publisher) -> dict[str, Any]:
    scope = Scope.of_record(record)
    return {
        "updated_on": day_of(scope).isoformat() if record.updated_at() is not None else None,
        "licence": {"id": publisher.licence_id, "url": {"en": publisher.licence_url.en, "fr": publisher.licence_url.fr}},
        "sample": record.sample,
    }


def check_parameters(given: Sequence[tuple[str, str]], parameters: Sequence[Parameter]) -> dict[str, str]:
    """Return the parameters of a URL by name. Raises ``BadQuery`` if one is unknown, repeated or invalid."""
    by_name = {parameter.name: parameter for parameter in parameters}
    values: dict[str, str] = {}
    for name, value in given:
        if name not in by_name:
            known = ", ".join(by_name)
            raise BadQuery(
                Bilingual(
                    f"There is no parameter {name[:40]!r} here. Use: {known}.",
                    f"Le paramètre {name[:40]!r} n’existe pas ici. Utilisez\u00a0: {known}.",
                )
                if known
                else Bilingual("This address takes no parameters.", "Cette adresse n’accepte aucun paramètre.")
            )
        if name in values:
            raise BadQuery(Bilingual(f"Use {name} only once.", f"Indiquez {name} une seule fois."))
        if not re.fullmatch(by_name[name].pattern, value):
            hint = by_name[name].hint
            raise BadQuery(
                Bilingual(f"{name} is {value[:40]!r}. Write {hint.en}.", f"{name} vaut {value[:40]!r}. Écrivez {hint.fr}.")
            )
        values[name] = value
    return values
