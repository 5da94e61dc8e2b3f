"""Conventions for the names of classes, modules and variables."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

from tests.conventions.test_files import MODULES, relative_path

VAGUE_MODULES = {"words", "utils", "helpers", "common", "managers", "misc", "tools"}


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
