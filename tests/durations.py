"""Record which tests take long: ``nox -s durations`` runs the tests of all kinds, then this.

``python -m tests.durations report.xml`` reads pytest's report of a run (``--junitxml``) on an idle machine with two processors,
and replaces the durations of the kinds of tests that ran in ``tests/durations.txt``. ``--show 30`` prints the tests that took
the most time instead.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from pathlib import Path
from xml.etree import ElementTree

from tests.sessions import DEFAULT_LIMIT, DURATIONS, mean_durations

KIND_PROPERTY = "kind"
"""The property of a case in the report: what the test needs."""
Test = tuple[str, str]
"""The kind of a test, and its path and name."""


def durations(report: Path) -> dict[Test, list[float]]:
    """Return the seconds that each case of a test took, with its fixtures."""
    cases: dict[Test, list[float]] = defaultdict(list)
    for case in ElementTree.parse(report).iter("testcase"):
        path = case.attrib["classname"].replace(".", "/")
        kind = next(each.attrib["value"] for each in case.iter("property") if each.attrib["name"] == KIND_PROPERTY)
        cases[kind, f"{path}.py::{case.attrib['name'].partition('[')[0]}"].append(float(case.attrib["time"]))
    return cases


def write(cases: dict[Test, list[float]]) -> None:
    """Replace the durations of the kinds of these tests in the list."""
    measured = {kind for kind, _name in cases}
    means = {test: mean for test, mean in mean_durations().items() if test[0] not in measured}
    means |= {test: sum(seconds) / len(seconds) for test, seconds in cases.items()}
    lines = [f"{kind} {mean:.2f} {name}\n" for (kind, name), mean in sorted(means.items()) if mean > DEFAULT_LIMIT]
    DURATIONS.write_text("".join(lines), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("report", type=Path)
    parser.add_argument("--show", type=int, metavar="TESTS")
    arguments = parser.parse_args()
    cases = durations(arguments.report)
    if not arguments.show:
        write(cases)
        return
    for (kind, name), seconds in sorted(cases.items(), key=lambda test: -sum(test[1]))[: arguments.show]:
        print(f"{sum(seconds):7.1f} s  {len(seconds):4} cases  {kind}  {name}")


if __name__ == "__main__":
    main()
