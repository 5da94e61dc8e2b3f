"""Every route × persona × ownership that is tested: ``python -m tests.web.auth.access_cells`` prints the number of cells.

A cell is a request of a persona with its expected outcome. ``test_access.py`` has the cells of ``ROUTE_CASES``, and
``test_missing_objects.py`` those of each id in an address that leads to nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from tempfile import TemporaryDirectory

from flask import Flask
from werkzeug.routing import AnyConverter, IntegerConverter, Rule

from cogwg.accounts.models import Role
from cogwg.app import create_app
from cogwg.core.db import build_engine
from cogwg.core.migration import upgrade
from cogwg.policy import Permission, has_permission
from cogwg.web.auth.access import declared_access
from tests.databases import demo_calendar
from tests.web.auth.test_access import FURTHER_PERSONAS, ROUTE_CASES, SIGN_IN, RouteCase, outcomes_of_all
from tests.web_client import PERSONAS, app_settings

ROLES_OF_PERSONAS = {
    "chair": Role.CO_CHAIR,
    "secretariat": Role.SECRETARIAT,
    "ontario": Role.LEAD,
    "quebec": Role.LEAD,
    "saskatchewan": Role.LEAD,
    "reader": Role.READER,
    "visitor": None,
    "deputy": Role.DEPUTY,
    "nwt": Role.LEAD,
    "deactivated": None,
    "steward": Role.STEWARD,
    "reviewer": Role.ASSESSOR,
    "organization": Role.ASSESSOR,
    "moderating": Role.MODERATOR,
    "analysing": Role.ANALYST,
}
"""The role of each persona; None for those who are not signed in."""
ALL_PERSONAS = (*PERSONAS, *FURTHER_PERSONAS)
LEADS = tuple(name for name, role in ROLES_OF_PERSONAS.items() if role in (Role.LEAD, Role.DEPUTY))
_PLACEHOLDER = re.compile(r"{\w+}")
MISSING_NUMBER = 4_711_000
MISSING_NAME = "not-a-thing"
NOT_FOUND = (404, 410)
ANSWERED_OTHERWISE: dict[tuple[str, str], tuple[object, ...]] = {
    ("account.session_end", "id"): (303,),
    ("admin.session_end", "id"): (303,),
    ("site.moved_message", "id"): (301,),
    ("activities.due_request_withdraw", "id"): (303, 403),
    ("presentation.comment_post", "slide"): (422,),
    ("admin.person_role_move", "role_id"): (422,),
}
"""What permitted personas get instead of "not found", by endpoint and variable part of the address: a session that has
ended and a request that was withdrawn answer as before, a form with fields of another object is refused first, and an address
that moved leads to the new one, which answers."""


def case_of_each_route() -> list[RouteCase]:
    """Return for each endpoint and method the case that most personas are allowed, if possible not on others' behalf."""
    best: dict[tuple[str, str], RouteCase] = {}
    for case in ROUTE_CASES:
        key = (case.endpoint, case.method)
        if key not in best or _preference(case) > _preference(best[key]):
            best[key] = case
    return list(best.values())


def id_arguments(app: Flask, case: RouteCase, path: str) -> list[str]:
    """Return the variable parts of the address of a case that name an object, not a language or a format."""
    rule, values = _match(app, case, path)
    return sorted(name for name in values if name in rule._converters and not isinstance(rule._converters[name], AnyConverter))


def path_without(app: Flask, case: RouteCase, argument: str, path: str) -> str:
    """Return the address of a case with this variable part replaced; ``path`` is the address with all of them."""
    rule, values = _match(app, case, path)
    missing = MISSING_NUMBER if isinstance(rule._converters[argument], IntegerConverter) else MISSING_NAME
    built = app.url_map.bind("localhost").build(rule.endpoint, {**values, argument: missing}, method=case.method)
    query = path.partition("?")[2]
    return f"{built}?{query}" if query else built


def expected_without(app: Flask, case: RouteCase, argument: str, name: str) -> tuple[object, ...]:
    """Return the outcomes that a persona may get for an object that does not exist."""
    access = declared_access(app).get(case.endpoint, "public")
    if access == "public":
        return ANSWERED_OTHERWISE.get((case.endpoint, argument), NOT_FOUND)
    role = ROLES_OF_PERSONAS[name]
    if role is None:
        return (SIGN_IN,)
    if not any(has_permission({role}, permission) for permission in access):
        return (403,)
    if case.method == "POST" and case.endpoint.startswith("admin.plan_") and Permission.EDIT_PLAN in access:
        return (*NOT_FOUND, 409)  # what was typed is given back
    return ANSWERED_OTHERWISE.get((case.endpoint, argument), NOT_FOUND)


def ownership(case: RouteCase, name: str, outcomes: Mapping[str, object]) -> str:
    """Return whose data a persona requests: their own, another lead's, missing, or what only the role decides."""
    if all(outcome in (*NOT_FOUND, 403, SIGN_IN) for outcome in outcomes.values()) and outcomes[name] in NOT_FOUND:
        return "missing"
    if name not in LEADS or len({outcomes[lead] for lead in LEADS}) == 1:
        return "by role"
    return "own" if outcomes[name] in (200, 303) else "another's"


def cells(app: Flask) -> Iterator[tuple[str, str, str, str]]:
    """Yield the method, endpoint, persona and ownership of every cell."""
    for case in ROUTE_CASES:
        outcomes = outcomes_of_all(case)
        for name in outcomes:
            yield case.method, case.endpoint, name, ownership(case, name, outcomes)
    for case in case_of_each_route():
        for _argument in id_arguments(app, case, _PLACEHOLDER.sub("1", case.path)):
            for name in ALL_PERSONAS:
                yield case.method, case.endpoint, name, "missing"


def _preference(case: RouteCase) -> tuple[bool, int]:
    return "for=" not in case.path, sum(outcome in (200, 303) for outcome in case.expected)


def _match(app: Flask, case: RouteCase, path: str) -> tuple[Rule, Mapping[str, object]]:
    return app.url_map.bind("localhost").match(path.partition("?")[0], method=case.method, return_rule=True)


def main() -> None:
    with TemporaryDirectory(prefix="cogwg-access-") as folder:
        url = f"sqlite:///{folder}/empty.db"
        engine = build_engine(url)
        upgrade(engine)
        engine.dispose()
        every = list(cells(create_app(app_settings(url, demo_calendar()))))
    routes = {(method, endpoint) for method, endpoint, _name, _ownership in every}
    print(f"{len(every)} cells: {len(routes)} routes and methods, {len(ALL_PERSONAS)} personas")
    for position, heading in ((2, "persona"), (3, "ownership"), (0, "method")):
        counts = Counter(cell[position] for cell in every)
        print(f"by {heading}: " + ", ".join(f"{name} {count}" for name, count in counts.items()))


if __name__ == "__main__":
    main()
