"""Conventions for the names of classes, modules and variables."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import nodes

from tests.conventions.test_files import MODULES, ROOT, TEMPLATES, relative_path
from tests.conventions.test_templates import syntax_tree, trees
from tests.sessions import ESSENTIAL, FURTHER

TESTS = sorted((ROOT / "tests").rglob("*.py"))
SCRIPTS = sorted((ROOT / "static").glob("*.js"))

VAGUE_MODULES = {"words", "utils", "helpers", "common", "managers", "misc", "tools"}
VAGUE_NAMES = {
    "told",
    "found",
    "said",
    "one",
    "deed",
    "desk",
    "voice",
    "letter",
    "somebody",
    "heard",
    "standing",
    "sitting",
    "tale",
    "seen",
    "kept",
    "may",
}
STORED_NAMES = {
    ("cogwg/engagement/models.py", "heard"),
    ("cogwg/engagement/themes.py", "heard"),
    ("cogwg/tracker/engagement.py", "heard"),
    ("cogwg/briefing/models.py", "said"),
    ("cogwg/engagement/models.py", "heard"),
    ("cogwg/tracker/engagement.py", "heard"),
    ("cogwg/tracker/published.py", "heard"),
    ("cogwg/web/briefings/forms.py", "seen"),
    ("cogwg/web/reporting/forms.py", "seen"),
}
"""Attributes that are named like their column in the database, or like their form field in pages that are still open."""


def class_names(source: str) -> list[str]:
    """Return the names of a module's classes, except ``Meta``, which WTForms reads in a form."""
    names = [node.name for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef)]
    return [name for name in names if name != "Meta"]


def repeated(names: list[str]) -> list[str]:
    return sorted(name for name, count in Counter(names).items() if count > 1)


def vague_modules(paths: list[Path]) -> list[Path]:
    return [path for path in paths if path.stem.strip("_") in VAGUE_MODULES or path.parent.name in VAGUE_MODULES]


@ESSENTIAL
def test_class_names_are_unique() -> None:
    names = [name for path in MODULES for name in class_names(path.read_text(encoding="utf-8"))]
    assert len(names) > 100
    assert repeated(names) == []


def test_repeated_class_name_is_reported() -> None:
    assert repeated([*class_names("class Draft: ..."), *class_names("class Form:\n    class Draft: ...")]) == ["Draft"]


def test_module_names_say_what_they_hold() -> None:
    assert [relative_path(path) for path in vague_modules([*MODULES, *TESTS, *TEMPLATES, *SCRIPTS])] == []


def test_vague_module_name_is_reported() -> None:
    planted = [*map(Path, ("cogwg/web/utils.py", "cogwg/helpers/__init__.py", "templates/deck/_words.html")), Path("dates.py")]
    assert vague_modules(planted) == planted[:3]


def bound_names(source: str) -> Iterator[tuple[int, str]]:
    """Yield each name that a module binds, with its line: variables, parameters, functions, classes and aliases."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                yield node.lineno, name
            case ast.arg(arg=name) | ast.alias(asname=str(name)):
                yield node.lineno, name
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.ExceptHandler(name=str(name)):
                yield node.lineno, name
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
                yield node.lineno, name


@FURTHER
def test_variables_and_functions_are_named_for_the_thing() -> None:
    vague = [
        f"{relative_path(path)}:{line} {name}"
        for path in [*MODULES, *TESTS]
        for line, name in bound_names(path.read_text(encoding="utf-8"))
        if name in VAGUE_NAMES and (relative_path(path), name) not in STORED_NAMES
    ]
    assert vague == []


@pytest.mark.parametrize(
    "source",
    [
        "told = 1",
        "told: int = 1",
        "if told := 1: ...",
        "def read(*, told): ...",
        "call(lambda told: 1)",
        "for told in rows: ...",
        "rows = [n for _, told in rows]",
        "with open(path) as told: ...",
        "try: ...\nexcept ValueError as told: ...",
        "match row:\n    case Row(told): ...",
        "match row:\n    case [*told]: ...",
        "from core import text as told",
        "def told(): ...",
        "class told: ...",
    ],
)
def test_vague_name_is_reported_wherever_it_is_bound(source: str) -> None:
    assert "told" in [name for _line, name in bound_names(source)]


def template_names(tree: nodes.Template) -> Iterator[tuple[int, str]]:
    """Yield each name that a template binds: variables, macros and their parameters, blocks and imported names."""
    for node in tree.find_all((nodes.Name, nodes.Macro, nodes.Block, nodes.Import, nodes.FromImport)):
        match node:
            case nodes.Name(name=name, ctx="store" | "param") | nodes.Macro(name=name) | nodes.Block(name=name):
                yield node.lineno, name
            case nodes.Import(target=name):
                yield node.lineno, name
            case nodes.FromImport(names=names):
                yield from ((node.lineno, name[1]) for name in names if isinstance(name, tuple))


@FURTHER
def test_names_in_templates_say_what_they_hold() -> None:
    names = [(file, line, name) for file, tree in trees().items() for line, name in template_names(tree)]
    assert len(names) > 500
    assert [f"{file}:{line} {name}" for file, line, name in names if name in VAGUE_NAMES] == []


@pytest.mark.parametrize(
    "source",
    [
        "{% set told = 1 %}",
        "{% for told in rows %}{% endfor %}",
        "{% for code, told in rows %}{% endfor %}",
        "{% with told = 1 %}{% endwith %}",
        "{% macro told() %}{% endmacro %}",
        "{% macro link(told) %}{% endmacro %}",
        "{% block told %}{% endblock %}",
        "{% import 'marks.html' as told %}",
        "{% from 'marks.html' import icon as told %}",
    ],
)
def test_vague_name_in_a_template_is_reported(source: str) -> None:
    assert "told" in [name for _line, name in template_names(syntax_tree(source))]


SCRIPT_BINDING = re.compile(
    r"\b(?:const|let|var|class)\s+(\w+)"  # a name
    r"|\b(?:const|let|var)\s*[\[{]([^=]*)[\]}]\s*(?:=|of\b)"  # the names of a pattern
    r"|\bfunction\b\s*(\w*)\s*\(([^)]*)\)|\(([^()]*)\)\s*=>|\bcatch\s*\(([^)]*)\)"  # functions and parameters
    r"|(\w+)\s*=>"
)


def script_names(source: str) -> list[str]:
    """Return the names that a script binds: variables, functions, classes and parameters."""
    bindings = [text for groups in SCRIPT_BINDING.findall(source) for text in groups if text]
    return [
        name
        for text in bindings
        for part in text.split(",")
        for name in re.findall(r"\w+", part.partition("=")[0].rpartition(":")[2])
    ]


def test_names_in_scripts_say_what_they_hold() -> None:
    names = [(relative_path(path), name) for path in SCRIPTS for name in script_names(path.read_text(encoding="utf-8"))]
    assert len(names) > 100
    assert [name for name in names if name[1] in VAGUE_NAMES] == []


@pytest.mark.parametrize(
    "source",
    [
        "const told = 1;",
        "for (const told of rows) {}",
        "const { key, told } = event;",
        "for (const [key, told] of rows) {}",
        "function told() {}",
        "function show(n, told = true) {}",
        "rows.map((told) => 1)",
        "rows.map(told => 1)",
        "try {} catch (told) {}",
        "class told {}",
    ],
)
def test_vague_name_in_a_script_is_reported(source: str) -> None:
    assert "told" in script_names(source)
