"""Tasks of a contributor: ``nox -l`` lists them, ``nox`` checks and tests. They run in the environment nox is in."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

import nox

from tests.sessions import FOLDERS, LONG, OUTSIDE, SLOW, THOROUGH

nox.options.default_venv_backend = "none"
nox.options.sessions = ["check", "test"]
PYTHON = sys.executable
PROGRAMS = Path(PYTHON).parent
PIP = (getattr(sys, "_base_executable", PYTHON), "-m", "pip", "--python", PYTHON, "install")
BROWSER_PACKAGES = ("firefox-esr", "webkit2gtk-driver", "xvfb")
READER_PACKAGES = ("libreoffice-calc", "libreoffice-impress")
FURTHER_CASES = f"{THOROUGH} or hypothesis and not ({' or '.join((*OUTSIDE, SLOW))})"
"""The further cases, and the properties of the other sessions with more examples; Hypothesis marks what it runs."""
WAITING_WORKERS = str((os.cpu_count() or 1) + 1)
"""For tests that wait: for the product's pauses in a browser, or for a server that starts. Another works meanwhile."""
EXAMPLES = ("--hypothesis-profile", "usual")
"""More examples of each property than the other sessions try."""
FRENCH = "cogwg/translations/fr/LC_MESSAGES/messages.po"


def python(session: nox.Session, *arguments: str) -> None:
    """Run a module of this environment."""
    session.run(PYTHON, "-m", *arguments)


def run_tests(session: nox.Session, name: str, *options: str, env: dict[str, str] | None = None) -> None:
    """Run the session of tests that folders of ``tests/`` decide, and collect no others; or of the paths that were given."""
    folders = [f"tests/{folder}" for folder, decided in FOLDERS.items() if decided == name]
    if any(Path(argument.partition("::")[0]).exists() for argument in session.posargs):
        folders = []
    session.run(PYTHON, "-m", "pytest", "-m", name, *options, *session.posargs, *folders, env=env)


def install_packages(session: nox.Session, packages: tuple[str, ...]) -> None:
    """Install the Debian packages that are missing, as .ci/run does."""
    query = ("dpkg-query", "-W", "-f", "${Status}")
    states = {each: session.run(*query, each, silent=True, external=True, success_codes=(0, 1)) for each in packages}
    missing = [each for each, state in states.items() if "ok installed" not in str(state)]
    if missing:
        as_root = () if os.geteuid() == 0 else ("sudo", "-n")
        session.run(*as_root, "apt-get", "update", "-q", external=True)
        session.run(*as_root, "apt-get", "install", "-q", "-y", "--no-install-recommends", *missing, external=True)


@nox.session
def setup(session: nox.Session) -> None:
    """Install what the lock names, and the product as it stands here."""
    session.run(*PIP, "--require-hashes", "-r", "requirements.lock")
    session.run(*PIP, "--no-deps", "--no-build-isolation", "-e", ".")


@nox.session
def demo(session: nox.Session) -> None:
    """Serve the product with sample data."""
    session.run(str(PROGRAMS / "cogwg"), "demo", *session.posargs)


@nox.session
def check(session: nox.Session) -> None:
    """Check style, types, import contracts and templates; warn of long files."""
    python(session, "ruff", "check", ".")
    python(session, "ruff", "format", "--check", ".")
    python(session, "mypy")
    session.run(str(PROGRAMS / "lint-imports"))
    python(session, "djlint", "--lint", "--quiet", "templates")
    python(session, "tests.sizes")


@nox.session
def test(session: nox.Session) -> None:
    """Run the tests that need only Python."""
    python(session, "pytest", *session.posargs)


@nox.session
def browser(session: nox.Session) -> None:
    """Run the tests in Chromium."""
    run_tests(session, "browser", "-n", WAITING_WORKERS)


@nox.session
def browsers(session: nox.Session) -> None:
    """Run the main journeys in Firefox and WebKit; installs both with apt, and their drivers, where they are missing."""
    install_packages(session, BROWSER_PACKAGES)
    session.run(*PIP, "--quiet", "--require-hashes", "-r", "tests/browsers/requirements.lock")
    run_tests(session, "browsers", "-n", "0", env={"COGWG_REQUIRE_BROWSER": "1"})


@nox.session
def office(session: nox.Session) -> None:
    """Run the tests of decks as files, and as LibreOffice prints them."""
    run_tests(session, "office")


@nox.session
def readers(session: nox.Session) -> None:
    """Read the files of decks with other programs, and print the counts; installs the programs where they are missing."""
    install_packages(session, READER_PACKAGES if shutil.which("npm") else (*READER_PACKAGES, "npm"))
    session.run(*PIP, "--quiet", "--require-hashes", "-r", "tests/readers/requirements.lock")
    folder = Path(".nox/readers")
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(f"tests/readers/{name}", folder)
    with session.chdir(folder):
        session.run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", external=True)
    run_tests(session, "readers", "-n", "0", env={"COGWG_REQUIRE_READERS": "1"})
    python(session, "tests.readers")


@nox.session
def opendata(session: nox.Session) -> None:
    """Read the open data with programs of others, which are installed in a folder apart: one is a plugin of pytest."""
    lock, folder = Path("tests/open_data/requirements.lock"), Path(".nox/opendata").resolve()
    installed = folder / "installed.lock"
    if not installed.exists() or installed.read_bytes() != lock.read_bytes():
        shutil.rmtree(folder, ignore_errors=True)
        session.run(*PIP, "--quiet", "--require-hashes", "--target", str(folder), "-r", str(lock))
        shutil.copy(lock, installed)
    environment = {"COGWG_REQUIRE_OPEN_DATA": "1", "PYTHONPATH": str(folder)}
    run_tests(session, "opendata", "-n", "0", env=environment)


@nox.session
def badday(session: nox.Session) -> None:
    """Run everything that may go wrong, and write the report; it takes three quarters of an hour."""
    session.run(*PIP, "--quiet", "--require-hashes", "-r", "tests/bad_day/requirements.lock")
    environment = {"COGWG_REQUIRE_BROWSER": "1", "COGWG_REQUIRE_NGINX": "1", "COGWG_REQUIRE_POSTGRES": "1"}
    if not session.posargs:
        environment["COGWG_BAD_DAY_REPORT"] = "docs/reference/bad-day.md"
    run_tests(session, "badday", "-n", "0", env=environment)


@nox.session
def postgresql(session: nox.Session) -> None:
    """Run on PostgreSQL what the default run tests on SQLite, and what is about PostgreSQL only."""
    python(session, "pytest", "-m", "postgresql", *session.posargs)


@nox.session
def server(session: nox.Session) -> None:
    """Run the tests of the product as a process, and of its package."""
    run_tests(session, "server", "-n", WAITING_WORKERS)


@nox.session
def long(session: nox.Session) -> None:
    """Run the tests that need only Python, and that take longer than those of the default run."""
    python(session, "pytest", "-m", LONG, *session.posargs)


@nox.session
def remaining(session: nox.Session) -> None:
    """Run long, office and postgresql as one run, as .ci/run does: alone, each collects all tests again."""
    python(session, "pytest", "-m", f"{LONG} or office or postgresql", *session.posargs)


@nox.session
def thorough(session: nox.Session) -> None:
    """Run the further cases of all sessions: in French, on PostgreSQL, as every kind of user; and more examples."""
    python(session, "pytest", "-m", FURTHER_CASES, *EXAMPLES, *session.posargs)


@nox.session
def slow(session: nox.Session) -> None:
    """Run the larger half of what the other sessions test."""
    python(session, "pytest", "-m", SLOW, *session.posargs)


@nox.session
def durations(session: nox.Session) -> None:
    """Measure how long the tests of all kinds take, on an idle machine; it takes an hour."""
    report = str(Path(session.create_tmp()) / "durations.xml")
    python(
        session, "pytest", "-m", f"not ({' or '.join((*OUTSIDE, SLOW, 'opendata'))})", "--junitxml", report, *session.posargs
    )
    python(session, "tests.durations", report)


@nox.session
def messages(session: nox.Session) -> None:
    """Bring the French catalogue up to date with the code, and compile it."""
    with tempfile.TemporaryDirectory() as folder:
        pot = str(Path(folder) / "messages.pot")
        babel = ("babel.messages.frontend",)
        python(session, *babel, "extract", "-F", "cogwg/translations/babel.cfg", "-k", "N_", "--no-location", "-o", pot, ".")
        update = ("-i", pot, "-d", "cogwg/translations", "-l", "fr", "--no-fuzzy-matching", "--ignore-obsolete", "--no-wrap")
        python(session, *babel, "update", *update)
    python(session, *babel, "compile", "-d", "cogwg/translations", "-l", "fr")
    session.log(f"Translate what is new in {FRENCH}, then run this again.")


@nox.session
def golden(session: nox.Session) -> None:
    """Rewrite the golden texts of the decks."""
    python(session, "tests.briefing.write_golden")


@nox.session
def bench(session: nox.Session) -> None:
    """Measure what requests cost; run it on an idle machine. The part ``admin`` needs Django, which it installs."""
    if not session.posargs or "admin" in session.posargs:
        session.run(*PIP, "--quiet", "--require-hashes", "-r", "tests/bench/requirements.lock")
    python(session, "tests.bench", *session.posargs)
