"""Conventions of templates, read from their syntax trees."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import pairwise

import pytest
from jinja2 import Environment, nodes

from tests.conventions.test_files import TEMPLATES, relative_path
from tests.sessions import ESSENTIAL


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


@ESSENTIAL
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


def variables(tree: nodes.Node, context: str) -> set[str]:
    """Return the names that a part of a template sets ("store") or reads ("load")."""
    return {name.name for name in tree.find_all(nodes.Name) if name.ctx == context}


def test_layout_sets_no_name_that_a_page_receives() -> None:
    """A variable of the layout replaces the value of the same name that a page's blocks receive from the view."""
    settings = trees()["templates/layout.html"].find_all((nodes.Assign, nodes.AssignBlock))
    own = {
        name.name
        for setting in settings
        for name in (setting.target, *setting.target.find_all(nodes.Name))
        if isinstance(name, nodes.Name)
    }
    pages = {file: tree for file, tree in trees().items() if any(tree.find_all(nodes.Extends))}
    replaced = {file: own & (variables(tree, "load") - variables(tree, "store")) for file, tree in pages.items()}
    assert "nav_beside" in own
    assert {file: names for file, names in replaced.items() if names} == {}
