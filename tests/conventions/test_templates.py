"""Conventions of templates, read from their syntax trees."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import pairwise

import pytest
from jinja2 import Environment, nodes

from tests.conventions.test_files import TEMPLATES, relative_path


def syntax_tree(source: str) -> nodes.Template:
    return Environment().parse(source)


@cache
def trees() -> dict[str, nodes.Template]:
    """Return the syntax tree of each template."""
    return {relative_path(path): syntax_tree(path.read_text(encoding="utf-8")) for path in TEMPLATES}


def equal_branches(tree: nodes.Template) -> Iterator[int]:
    """Yield the line of each condition that has two equal branches in a row."""
    for condition in tree.find_all(nodes.If):
        branches = [condition.body, *(branch.body for branch in condition.elif_), condition.else_]
        if any(first and first == second for first, second in pairwise(branches)):
            yield condition.lineno
    for choice in tree.find_all(nodes.CondExpr):
        if choice.expr1 == choice.expr2:
            yield choice.lineno


def test_conditions_have_different_branches() -> None:
    assert [f"{file}:{line}" for file, tree in trees().items() for line in equal_branches(tree)] == []


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("{% if a %}{{ _('Draft') }}{% else %}{{ _('Draft') }}{% endif %}", [1]),
        ("\n{% if a %}a{% elif b %}<b>{{ c }}</b>{% else %}<b>{{ c }}</b>{% endif %}", [2]),
        ("{{ 'a' if b else 'a' }}", [1]),
        ("{% if a %}{{ _('Draft') }}{% else %}{{ _('Drafts') }}{% endif %}{{ 'a' if b else 'b' }}{% if a %}a{% endif %}", []),
    ],
)
def test_equal_branches_are_reported(source: str, lines: list[int]) -> None:
    assert list(equal_branches(syntax_tree(source))) == lines
