"""``cogwg commitments import``: a dry run saves nothing, a steward saves the file, and problems are lines with their place."""

from __future__ import annotations

from pathlib import Path

import pytest

from cogwg.accounts.models import Role
from tests.cli.test_commands import RunCommand, check_refusal, run
from tests.conftest import MakeDatabase
from tests.ogp.importing.files import LIST_COLUMNS, csv_of, list_rows
from tests.web_client import App, email

__all__ = ["run"]


@pytest.fixture
def url(make_database: MakeDatabase) -> str:
    return make_database("sqlite", "seeded")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "canada.csv"
    path.write_bytes(csv_of(list_rows(), LIST_COLUMNS))
    return path


def test_a_dry_run_says_what_would_change_and_writes_nothing(run: RunCommand, url: str, file: Path) -> None:
    app = App(url)
    before = app.fingerprint(without=())
    result = run("commitments", "import", str(file), "--dry-run", COGWG_DATABASE_URL=url)
    assert result.code == 0
    assert "Would change: CA0010, CA0011, " in result.out
    assert result.out.endswith("0 problems, 0 commitments unchanged.\n")
    assert app.fingerprint(without=()) == before
    app.close()


def test_the_secretariat_saves_the_file_and_again_it_changes_nothing(run: RunCommand, url: str, file: Path) -> None:
    given = ("commitments", "import", str(file), "--by", email(Role.SECRETARIAT))
    result = run(*given, COGWG_DATABASE_URL=url)
    assert result.code == 0
    assert "Saved 73 commitments. Upload 1." in result.out
    again = run(*given, COGWG_DATABASE_URL=url)
    assert (again.code, again.out) == (0, "0 changes, 0 problems, 73 commitments unchanged.\n")


def test_each_wrong_row_is_a_line_in_either_language_and_nothing_is_saved(run: RunCommand, url: str, tmp_path: Path) -> None:
    rows = list_rows()
    rows[3]["cycle"] = "soon"
    rows[9]["follows"] = "CA9999"
    path = tmp_path / "wrong.csv"
    path.write_bytes(csv_of(rows, LIST_COLUMNS))
    result = run("commitments", "import", str(path), "--by", email(Role.SECRETARIAT), COGWG_DATABASE_URL=url)
    assert result.code == 1
    first, second, *_rest, last = result.out.splitlines()
    assert first == "row 5, cycle: Write the cycle as the year in which the action plan began, such as 2016."
    assert second.startswith("row 11, follows: CA9999 is neither in this file nor on this site.")
    assert last == "Nothing was saved."
    french = run("commitments", "import", str(path), "--dry-run", "--lang", "fr", COGWG_DATABASE_URL=url)
    assert "Indiquez comme cycle l’année où le plan d’action a commencé" in french.out


def test_only_who_may_record_commitments_can_import(run: RunCommand, url: str, file: Path) -> None:
    given = ("commitments", "import", str(file))
    check_refusal(
        run(*given, "--by", email(Role.READER), COGWG_DATABASE_URL=url), "does not have permission to record commitments"
    )
    check_refusal(run(*given, "--by", "nobody@example.ca", COGWG_DATABASE_URL=url), "There is no active person")
    check_refusal(run(*given, COGWG_DATABASE_URL=url), "--dry-run")


def test_a_file_that_is_no_such_table_is_refused(run: RunCommand, url: str, tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_bytes(b"name\tamount\nA\t1\n")
    check_refusal(run("commitments", "import", str(path), "--dry-run", COGWG_DATABASE_URL=url), "neither commas nor semicolons")
