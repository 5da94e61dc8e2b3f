"""The map of security controls is complete and true: its controls, the tests that it names, and who decides on the rest."""

from __future__ import annotations

import re
from pathlib import Path

from tests.conventions.test_security_checklist import TEST_NAME, unknown_tests

MAP = (Path(__file__).parents[2] / "docs/conformance/controls.md").read_text(encoding="utf-8")
CONTROLS = re.findall(
    r"\S+",
    """AC-2 AC-3 AC-6 AC-7 AC-12 AU-2 AU-3 AU-9 AU-11 CM-6 CP-9 CP-10 IA-2 IA-5
    SC-8 SC-13 SC-23 SC-28 SI-2 SI-10 SI-11""",
)


def control_rows(text: str) -> list[tuple[str, str, str]]:
    """Return the number of each control, what shows it, and what the host decides."""
    return re.findall(r"^\| ([A-Z]{2}-\d+) [^|]+ \| ([^|]+) \| ([^|]+) \|$", text, re.MULTILINE)


def test_map_has_every_control_with_tests_that_exist_and_what_is_left_to_the_host() -> None:
    rows = control_rows(MAP)
    assert [number for number, _shown, _left in rows] == CONTROLS
    assert [number for number, shown, left in rows if len(TEST_NAME.findall(shown)) < 2 or not left.strip()] == []
    assert unknown_tests(set(TEST_NAME.findall(MAP))) == set()


def test_control_that_is_left_out_is_found() -> None:
    assert [number for number, *_ in control_rows(MAP.replace("| AU-9 ", "| AU9 "))] == [c for c in CONTROLS if c != "AU-9"]
    assert unknown_tests({"test_" + "of_a_control_renamed_since"}) != set()


def test_map_claims_no_authority_to_operate() -> None:
    assert "claims **no authority to operate**" in MAP
    assert "../reference/security-checklist.md" in MAP
