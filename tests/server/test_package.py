"""The package: a source archive, the wheel built from it, and the product run from the wheel alone."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.server.process import ServerProcess, environment
from tests.sessions import ESSENTIAL

ROOT = Path(__file__).resolve().parents[2]
SHIPPED_FOLDERS = ("templates", "static", "migrations", "seed")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from the source archive, outside the checkout."""
    folder = tmp_path_factory.mktemp("package")
    build("sdist", ROOT, folder)
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        opened.extractall(folder / "source")
    (source,) = (folder / "source").iterdir()
    build("wheel", source, folder)
    (made,) = folder.glob("*.whl")
    return made


def build(kind: str, source: Path, target: Path) -> None:
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(target)], cwd=source, check=True)


def shipped_files() -> set[str]:
    """Return the files of the checkout's folders that the wheel must contain."""
    return {
        f"cogwg/_assets/{file.relative_to(ROOT).as_posix()}"
        for name in SHIPPED_FOLDERS
        for file in (ROOT / name).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }


def test_wheel_holds_all_shipped_files_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        names = set(opened.namelist())
    assert shipped_files() <= names
    assert "cogwg/translations/fr/LC_MESSAGES/messages.mo" in names
    tops = {name.split("/")[0] for name in names}
    assert tops == {"cogwg", f"cogwg-{wheel.name.split('-')[1]}.dist-info"}
    assert not [name for name in names if name.endswith((".db", ".pyc")) or "tests" in name.split("/")]


@ESSENTIAL
def test_wheel_runs_the_demo_from_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    """Only the dependencies that the wheel declares are installed, in the versions of the lock file."""
    place, empty, versions = tmp_path / "venv", tmp_path / "empty", tmp_path / "versions.txt"
    empty.mkdir()
    locked = re.findall(r"^[^ #\n]+==.*?(?= \\\n)", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE)
    versions.write_text("\n".join(locked), encoding="utf-8")
    base = getattr(sys, "_base_executable", sys.executable)
    subprocess.run([base, "-m", "venv", "--without-pip", str(place)], check=True)
    pip = [base, "-m", "pip", "--python", str(place / "bin" / "python"), "install", "-q", "--no-compile"]
    subprocess.run([*pip, "-c", str(versions), str(wheel)], check=True, cwd=empty)

    program = str(place / "bin" / "cogwg")
    with ServerProcess("demo", cwd=empty, program=program) as served:
        assert "Plan de travail 2020" in served.get("/fr/plans/2020")[1]
        assert served.get("/static/cogwg.css")[0] == 200
        assert (empty / "instance" / "demo-2020-09-24.db").exists()
    subprocess.run(
        [program, "briefing", "export", "--meeting", "2020-02-27", "--lang", "fr", "--out", "deck.xlsx"],
        cwd=empty,
        env=environment(COGWG_DATABASE_URL=f"sqlite:///{empty}/instance/demo-2020-09-24.db"),
        check=True,
    )
    assert len(load_workbook(empty / "deck.xlsx").sheetnames) >= 14
    assert {entry.name for entry in empty.iterdir()} == {"instance", "deck.xlsx", f"server-{served.port}.log"}
