"""The report of a bad day has every fault that ``tests/bad_day/`` tests, in its words, and no acknowledged write is lost."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
REPORT = ROOT / "docs" / "reference" / "bad-day.md"


def declared_faults() -> dict[str, dict[str, Any]]:
    """Return what the decorators of the tests say, by the fault's name; the tests themselves need more than Python."""
    faults: dict[str, dict[str, Any]] = {}
    for path in sorted((ROOT / "tests" / "bad_day").glob("test_*.py")):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for call in getattr(function, "decorator_list", ()):
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "fault":
                    name = ast.literal_eval(call.args[0])
                    assert name not in faults, "two tests have this fault"
                    faults[name] = {word.arg: ast.literal_eval(word.value) for word in call.keywords if word.arg}
    return faults


def reported_faults() -> dict[str, tuple[str, str, str]]:
    """Return what was done, what people saw, and how much was lost, by the fault's name."""
    lines = [line.strip("|").split(" | ") for line in REPORT.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    return {cells[0].strip(): (cells[1], cells[2], cells[4].strip()) for cells in lines if cells[0].strip() != "Fault"}


def test_report_has_every_fault_in_the_words_of_its_test() -> None:
    declared, reported = declared_faults(), reported_faults()
    assert len(declared) > 30
    names = {f"{name} (a control)" if words.get("is_control") else name: words for name, words in declared.items()}
    assert reported.keys() == names.keys(), "run nox -s badday"
    for name, words in names.items():
        done, saw, _lost = reported[name]
        assert done.startswith(words["done"]), name
        assert saw == words["saw"], name


def test_report_says_that_nothing_was_lost_but_in_the_controls() -> None:
    for name, (_done, _saw, lost) in reported_faults().items():
        numbers = [int(number.replace(",", "")) for number in re.findall(r"[\d,]+", lost)]
        assert any(numbers) is name.endswith("(a control)"), name
    assert re.search(r"\*\*\d+ faults, [\d,]+ acknowledged writes, 0 lost\.\*\*", REPORT.read_text(encoding="utf-8"))
