"""No file stops the reader: each is read or refused with its sentence, in seconds and in little memory."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cogwg.core.errors import Invalid
from cogwg.workbook.guard import OLD_EXCEL, check_file
from cogwg.workbook.sentences import bilingual
from tests.sessions import FURTHER
from tests.workbook.hostile_files import OddFile, compound, good, heavy_files, odd_files
from tests.workbook.measuring import Outcome, outcomes

SECONDS_LIMIT, MEGABYTES_LIMIT = 5, 100


def failures(results: list[Outcome]) -> list[Outcome]:
    return [r for r in results if r.uncaught or r.seconds > SECONDS_LIMIT or r.megabytes > MEGABYTES_LIMIT]


@pytest.mark.parametrize(
    ("kind", "files", "step"),
    [
        ("odd", odd_files, 5),
        pytest.param("odd", odd_files, 1, marks=FURTHER),
        pytest.param("heavy", heavy_files, 1, marks=FURTHER),
    ],
)
def test_odd_files_are_read_or_refused_with_their_sentence(kind: str, files: Callable[[], list[OddFile]], step: int) -> None:
    made = files()
    assert len({file.name for file in made}) == len(made) >= (170 if kind == "odd" else 15)
    results = outcomes(kind, str(step))
    assert failures(results) == []
    expected = {file.name: (file.sentence, file.changes) for file in made[::step]}
    assert {r.name: (r.sentence, r.is_changed) for r in results} == expected


def test_mutations_of_good_files_raise_nothing_uncaught() -> None:
    results = outcomes("mutations", "0", "200")
    assert len(results) == 200
    assert failures(results) == []
    assert 20 < sum(bool(r.sentence) for r in results) < 180, "some mutations are refused, others are read"


@pytest.mark.slow
def test_5000_mutations_of_good_files_raise_nothing_uncaught() -> None:
    results = outcomes("mutations", "200", "5200")
    assert len(results) == 5000
    assert failures(results) == []


def test_refusal_says_what_the_file_is_in_both_languages() -> None:
    check_file(good(), "reports.xlsx")
    with pytest.raises(Invalid) as refusal:
        check_file(compound("Workbook"), "reports.xlsx")
    ((field, message),) = refusal.value.problems
    assert (field, message.id) == ("file", OLD_EXCEL)
    assert "(.xls)" in bilingual(message).fr
