"""Conventions for the names of classes, modules and variables."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conventions.test_files import MODULES, relative_path

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
    ("cogwg/briefing/models.py", "said"),
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
    return [path for path in paths if path.stem in VAGUE_MODULES or path.parent.name in VAGUE_MODULES]


def test_class_names_are_unique() -> None:
    names = [name for path in MODULES for name in class_names(path.read_text(encoding="utf-8"))]
    assert len(names) > 100
    assert repeated(names) == []


def test_repeated_class_name_is_reported() -> None:
    assert repeated([*class_names("class Draft: ..."), *class_names("class Form:\n    class Draft: ...")]) == ["Draft"]


def test_module_names_say_what_they_hold() -> None:
    assert [relative_path(path) for path in vague_modules(MODULES)] == []


def test_vague_module_name_is_reported() -> None:
    planted = [Path("cogwg/web/utils.py"), Path("cogwg/helpers/__init__.py"), Path("cogwg/core/dates.py")]
    assert vague_modules(planted) == planted[:2]


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


def test_variables_and_functions_are_named_for_the_thing() -> None:
    vague = [
        f"{relative_path(path)}:{line} {name}"
        for path in MODULES
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
