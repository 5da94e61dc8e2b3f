"""The list of a plan: which activities match a filter, their order, and which queries are not found."""

from __future__ import annotations

import pytest

from cogwg.core.errors import NotFound
from cogwg.web.plan.list_filters import Filters, filter_choices, filtered_lines, parse_filters
from tests.web.sample_plan import PLAN, STATUS_BY_ACTIVITY

FILTER_CHOICES = filter_choices(PLAN, "en")


def filtered_codes(lang: str = "en", **query: str) -> list[str]:
    lines = filtered_lines(PLAN, STATUS_BY_ACTIVITY, parse_filters(query, FILTER_CHOICES), lang)
    return [line.current_status.activity.code for line in lines]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, ["1.1", "1.2", "1.3", "2.1", "2.2", "2.3"]),
        ({"jurisdiction": "qc"}, ["2.1", "2.2", "2.3"]),
        ({"status": "C"}, ["1.1", "2.3"]),
        ({"status": "none"}, ["1.3"]),
        ({"timeliness": "not-yet-due"}, ["2.1", "2.2"]),
        ({"timeliness": "done-late"}, ["2.3"]),
        ({"due": "2020-12"}, ["2.1", "2.2"]),
        ({"due": "2020-06", "status": "C"}, ["2.3"]),
        ({"q": "ELAN"}, ["2.3"]),
        ({"q": "methode"}, ["2.1"]),
        ({"q": "d'oeuvres repertoire"}, ["1.1"]),
        ({"q": "1.2"}, ["1.2"]),
        ({"q": "%"}, []),
        ({"q": "stories nowhere"}, []),
        ({"jurisdiction": "on", "q": "élan"}, []),
        ({"status": "", "q": "  "}, ["1.1", "1.2", "1.3", "2.1", "2.2", "2.3"]),
    ],
)
def test_activities_shown_fit_every_filter(asked: dict[str, str], expected: list[str]) -> None:
    assert filtered_codes(**asked) == expected
    assert filtered_codes("fr", **asked) == expected


def test_activities_are_sorted_as_requested() -> None:
    assert filtered_codes(sort="plan", order="desc") == ["2.3", "2.2", "2.1", "1.3", "1.2", "1.1"]
    assert filtered_codes(sort="title") == ["2.3", "1.2", "1.1", "2.1", "2.2", "1.3"]
    assert filtered_codes("fr", sort="title") == ["1.3", "1.2", "2.3", "2.1", "2.2", "1.1"]
    assert filtered_codes(sort="due") == ["1.1", "1.2", "2.3", "1.3", "2.1", "2.2"]
    assert filtered_codes(sort="status") == ["2.2", "1.3", "2.1", "1.2", "1.1", "2.3"]
    assert filtered_codes(sort="timeliness") == ["1.2", "1.3", "2.1", "2.2", "2.3", "1.1"]


@pytest.mark.parametrize(
    "asked",
    [
        {"jurisdiction": "zz"},
        {"status": "Complete"},
        {"status": "NR"},
        {"timeliness": "late"},
        {"due": "2020-10"},
        {"due": "2019-12"},
        {"sort": "jurisdiction"},
        {"order": "up"},
    ],
)
def test_unknown_filter_value_is_not_found(asked: dict[str, str]) -> None:
    with pytest.raises(NotFound):
        parse_filters(asked, FILTER_CHOICES)


def test_filter_choices_are_those_of_the_plan_in_order() -> None:
    assert list(FILTER_CHOICES["jurisdiction"]) == ["on", "qc"]
    assert list(FILTER_CHOICES["status"]) == ["NS", "LP", "SP", "C", "none"]
    assert list(FILTER_CHOICES["due"]) == ["2020-03", "2020-06", "2020-09", "2020-12"]


def test_filter_query_holds_only_values_that_differ_from_defaults() -> None:
    assert Filters().query == {}
    asked = Filters(status="LP", q="x", sort="due", order="desc")
    assert asked.query == {"status": "LP", "q": "x", "sort": "due", "order": "desc"}
    assert asked.active_names == ("status", "q")
    assert asked.without("q").query == {"status": "LP", "sort": "due", "order": "desc"}
    assert (Filters().sorted_by("due").order, Filters(sort="due").sorted_by("due").order) == ("asc", "desc")
