"""The security checklist is complete and true: its numbers, the tests that it names, and what no other test shows."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

ROOT = Path(__file__).parents[2]
CHECKLIST = (ROOT / "docs/reference/security-checklist.md").read_text(encoding="utf-8")
TEST_NAME = re.compile(r"`(test_\w+)`")


def checklist_rows() -> list[tuple[int, str, str]]:
    """Return the number, the item and the last column of each row."""
    cells = re.findall(r"^\| (\d+) \| (.+?) \| (.+?) \|$", CHECKLIST, re.MULTILINE)
    return [(int(number), item, shown) for number, item, shown in cells]


def unknown_tests(named: set[str]) -> set[str]:
    """Return the names that no test function has."""
    sources = (path.read_text(encoding="utf-8") for path in sorted((ROOT / "tests").rglob("test_*.py")))
    return named - {name for source in sources for name in re.findall(r"^\s*def (test_\w+)\(", source, re.MULTILINE)}


def test_security_checklist_has_every_number_with_a_test_or_a_reason() -> None:
    rows = checklist_rows()
    assert [number for number, _item, _shown in rows] == list(range(1, 57))
    without = [number for number, _item, shown in rows if not TEST_NAME.search(shown) and not shown.startswith("Not ")]
    assert without == []


def test_tests_in_security_checklist_exist() -> None:
    assert unknown_tests(set(TEST_NAME.findall(CHECKLIST))) == set()
    assert unknown_tests({"test_" + "renamed_since"}) != set()


def test_htmx_stores_no_pages_in_the_browser() -> None:
    scripts = (ROOT / "templates/components/_scripts.html").read_text(encoding="utf-8")
    (content,) = re.findall(r"<meta name=\"htmx-config\" content='([^']+)'>", scripts)
    assert json.loads(unescape(content))["history"] == "reload"


def test_every_locked_package_has_a_hash() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    packages = re.split(r"^(?=[a-z0-9])", lock.replace("\\\n", " "), flags=re.MULTILINE)
    named = [package for package in packages if "==" in package]
    assert len(named) > 20
    assert [package.split("==")[0] for package in named if "--hash=sha256:" not in package] == []
