"""The table of CAN/ASC-EN 301 549 is complete and true: its clauses, the tests that it names, and the age of each look."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from cogwg.core.bilingual import Bilingual
from cogwg.core.paths import resource_folder
from cogwg.web.site.conformance import CHAPTERS, ClauseVerdict, Conformance, conformance, read_conformance
from tests.conventions.conformance import BEGIN, PAGE, table_of
from tests.conventions.test_security_checklist import unknown_tests

ROOT = Path(__file__).parents[2]
FILE = (resource_folder("seed") / "conformance.toml").read_text(encoding="utf-8")
NUMBERS = re.compile(r"[\d.]+")
WCAG_21 = NUMBERS.findall(
    """1.1.1 1.2.1 1.2.2 1.2.3 1.2.4 1.2.5 1.3.1 1.3.2 1.3.3 1.3.4 1.3.5
    1.4.1 1.4.2 1.4.3 1.4.4 1.4.5 1.4.10 1.4.11 1.4.12 1.4.13
    2.1.1 2.1.2 2.1.4 2.2.1 2.2.2 2.3.1 2.4.1 2.4.2 2.4.3 2.4.4 2.4.5 2.4.6 2.4.7 2.5.1 2.5.2 2.5.3 2.5.4
    3.1.1 3.1.2 3.2.1 3.2.2 3.2.3 3.2.4 3.3.1 3.3.2 3.3.3 3.3.4 4.1.1 4.1.2 4.1.3"""
)
ADDED_BY_WCAG_22 = NUMBERS.findall("2.4.11 2.5.7 2.5.8 3.2.6 3.3.7 3.3.8")
VOID = {
    "10": NUMBERS.findall("2.4.1 2.4.5 3.2.3 3.2.4"),
    "11": NUMBERS.findall("2.4.1 2.4.2 2.4.5 3.1.2 3.2.3 3.2.4"),
}
"""The criteria for which chapters 10 and 11 ask for nothing."""
OPEN_AND_CLOSED = NUMBERS.findall("1.1.1 1.2.3 1.3.1 1.3.2 1.3.5 1.4.4 1.4.5 2.1.1 2.1.4 3.1.1 3.3.1 4.1.1 4.1.2 4.1.3")
"""The criteria of which chapter 11 has a clause for open and one for closed functionality. Of 1.2.1 it has three."""


def clauses_of_the_standard() -> Iterator[str]:
    """Yield the number of each clause that asks for something, as the table must have them."""
    yield from ("5.1.2.1", "5.1.2.2", *(f"5.1.3.{n}" for n in range(1, 17)), "5.1.4", "5.1.5", "5.1.6.1", "5.1.6.2", "5.1.7")
    yield from ("5.2", "5.3", "5.4", "5.5.1", "5.5.2", "5.6.1", "5.6.2", "5.7", "5.8", "5.9")
    yield from (*(f"9.{n}" for n in (*WCAG_21, *ADDED_BY_WCAG_22)), "9.6")
    yield from (*(f"10.{n}" for n in WCAG_21 if n not in VOID["10"]), "10.5", "10.6")
    for n in (n for n in WCAG_21 if n not in VOID["11"]):
        endings = ("1", "2.1", "2.2") if n == "1.2.1" else ("1", "2") if n in OPEN_AND_CLOSED else ()
        yield from ([f"11.{n}.{end}" for end in endings] or [f"11.{n}"])
    yield from (
        "11.5.1",
        *(f"11.5.2.{n}" for n in range(1, 18)),
        "11.6.1",
        "11.6.2",
        "11.7",
        *(f"11.8.{n}" for n in range(1, 6)),
    )
    yield from ("12.1.1", "12.1.2", "12.2.2", "12.2.3", "12.2.4")


def last_release() -> date:
    """Return the first day of the month of the last release."""
    month = re.search(r"^## [\d.]+ \((\w+ \d{4})\)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert month is not None
    return datetime.strptime(month[1], "%B %Y").date()  # noqa: DTZ007


def faults(facts: Conformance, released_on: date) -> list[str]:
    """Return what is missing, unknown, unexplained or too old."""
    numbers, wanted = [clause.number for clause in facts.clauses], set(clauses_of_the_standard())
    problems = [f"{number} is missing" for number in sorted(wanted - set(numbers))]
    problems += [f"{number} is no clause" for number in numbers if number not in wanted]
    rows = [(clause.number, each) for clause in facts.clauses for each in clause.evidence]
    problems += [f"{n} says nothing" for n, each in rows if not (each.tests or each.looks or each.reasons)]
    problems += [f"there is no {name}" for name in sorted(unknown_tests({test for _n, each in rows for test in each.tests}))]
    newest, longest = max(released_on, facts.checked_on), timedelta(days=facts.looks_count_for)
    return problems + [f"{key} was seen on {look.on}" for key, look in facts.looks.items() if newest - look.on > longest]


def test_table_has_every_clause_with_tests_that_exist_and_looks_that_count() -> None:
    assert faults(conformance(), last_release()) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('[clauses."9.1.3.5"]', '[clauses."5.99"]', "9.1.3.5 is missing"),
        ('[clauses."9.1.3.5"]', '[clauses."5.99"]', "5.99 is no clause"),
        ('"test_texts_that_are_spaced_out_stay_whole"', '"test_' + 'renamed_since"', "there is no test_renamed_since"),
        ('"test_texts_that_are_spaced_out_stay_whole"', "", "9.1.4.12 says nothing"),
        ("\non = 2026-11-30", "\non = 2025-11-20", "by_eye_pages was seen on 2025-11-20"),
    ],
)
def test_planted_fault_of_the_table_is_found(old: str, new: str, fault: str) -> None:
    assert old in FILE
    names = '[names]\n"5.99" = ["No clause", "Aucun article"]'
    assert fault in faults(read_conformance(FILE.replace(old, new, 1).replace("[names]", names)), last_release())


def test_clause_that_is_there_twice_or_names_what_is_not_explained_is_refused() -> None:
    with pytest.raises(ValueError, match=r"9\.1\.3\.5 is there twice"):
        read_conformance(FILE.replace('[clauses."9.1.3.5"]', '[clauses."9.1.3.5 9.1.3.5"]'))
    with pytest.raises(KeyError, match="unexplained"):
        read_conformance(FILE.replace('"by_eye_pages"', '"unexplained"'))


def test_look_of_a_release_a_year_later_no_longer_counts() -> None:
    assert faults(conformance(), date(2027, 11, 1)) == []
    assert len(faults(conformance(), date(2027, 12, 2))) == len(conformance().looks)


def test_tables_of_the_document_are_those_of_its_facts() -> None:
    before, _, _ = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    assert PAGE.read_text(encoding="utf-8") == before + table_of(conformance()), "run python -m tests.conventions.conformance"


def test_every_text_of_the_table_is_in_both_languages() -> None:
    facts = conformance()
    rows = [each for clause in facts.clauses for each in clause.evidence]
    texts: list[Bilingual] = [*facts.limits, *CHAPTERS.values(), *(clause.name for clause in facts.clauses)]
    texts += [text for each in rows for text in (each.subject, *each.reasons, *(look.way for look in each.looks))]
    assert [text for text in texts if not (text.en and text.fr)] == []


def test_verdict_of_a_clause_follows_from_what_shows_it() -> None:
    verdicts = {clause.number: clause.verdict for clause in conformance().clauses}
    assert verdicts["9.1.1.1"] is ClauseVerdict.TESTED
    assert verdicts["9.3.2.4"] is ClauseVerdict.SEEN
    assert verdicts["9.2.2.1"] is ClauseVerdict.LIMITED
    assert verdicts["9.1.2.1"] is ClauseVerdict.NOT_APPLICABLE
    assert sum(conformance().counts.values()) == len(verdicts)
