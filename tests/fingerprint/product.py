"""The product from outside: its commands as processes, its pages through a minimal browser, its database as a file.

It imports only the product's two stable entry points, so that it runs on every version.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import URLError
from xml.etree.ElementTree import Element

import html5lib
from werkzeug.test import TestResponse

from tests.fingerprint.texts import START

ROOT = Path(__file__).parents[2]
PASSWORD = "fingerprint-of-the-demo"
KEY = "only-for-tests-6fJq2Zr8WnXc4LhTb9Vd"
DEMO_DAY = "2020-09-24"
ANSWERS = ("/healthz", "/readyz")
FILES = 30
"""Downloads from each application, which limits a person to 40 per minute."""


class Failed(Exception):
    """The product did not do what the fingerprint needs; the message says where."""


@dataclass(frozen=True, slots=True)
class CommandResult:
    """The output of a command and its exit code."""

    output: str
    code: int


@dataclass(frozen=True, slots=True)
class Clock:
    """The calendar of a run: it shows ``START`` when the run begins, and advances from there."""

    began: datetime

    def environ(self, days: int = 0) -> dict[str, str]:
        """Return the setting of a process whose calendar is this many days ahead."""
        return {"COGWG_CALENDAR_OFFSET": str((START + timedelta(days=days) - self.began).total_seconds())}


def environ(**settings: str) -> dict[str, str]:
    """Return the environment of a process, without the caller's settings of the product and with a fixed line width."""
    other_variables = {name: value for name, value in os.environ.items() if not name.startswith("COGWG_")}
    defaults = {"COLUMNS": "100", "LC_ALL": "C.UTF-8", "PYTHONIOENCODING": "utf-8", "COGWG_SECRET_KEY": KEY}
    return {**other_variables, **defaults, **settings}


def command(*words: str) -> list[str]:
    return [sys.executable, "-c", "from cogwg.cli import main; main()", *words]


def run(*words: str, settings: Mapping[str, str], fails: bool = False) -> CommandResult:
    """Run a command of the product. Raises ``Failed`` when it fails, or when it succeeds with ``fails``."""
    completed = subprocess.run(
        command(*words), cwd=ROOT, env=environ(**settings), capture_output=True, text=True, encoding="utf-8", check=False
    )
    if (completed.returncode != 0) != fails:
        raise Failed(f"cogwg {' '.join(words)} ended with {completed.returncode}: {completed.stdout}{completed.stderr}")
    return CommandResult(completed.stdout + completed.stderr, completed.returncode)


def url(database: Path) -> str:
    return f"sqlite:///{database}"


def make_demo(folder: Path) -> tuple[Path, dict[str, str]]:
    """Start the demo to fill a database, and stop it; return the file, and its output and responses by name."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ("demo", "--data", str(folder), "--today", DEMO_DAY, "--port", str(port))
    settings = environ(COGWG_DEMO_PASSWORD=PASSWORD)
    log = folder.parent / "demo.log"
    with log.open("wb") as out:
        demo = subprocess.Popen(
            command(*words), cwd=ROOT, env=settings, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        answers = {f"answer-{path[1:]}": _answer(demo, f"http://127.0.0.1:{port}{path}") for path in ANSWERS}
    finally:
        _stop(demo)
    printed = log.read_text(encoding="utf-8")
    printed = re.sub(
        r"SQLite [\d.]+.*", "SQLite <version>", printed.replace(str(port), "<port>").replace(str(folder), "<folder>")
    )
    return folder / f"demo-{DEMO_DAY}.db", {"demo": printed, **answers}


def _stop(server: subprocess.Popen[bytes]) -> None:
    """Stop the server with its workers, even one that was still starting and missed the signal."""
    server.send_signal(signal.SIGTERM)
    try:
        server.wait(timeout=5)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _answer(server: subprocess.Popen[bytes], address: str) -> str:
    for _ in range(300):
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:
                return f"{answer.status} {answer.headers['Content-Type']}\n{answer.read().decode('utf-8')}\n"
        except (URLError, ConnectionError):
            if server.poll() is not None:
                break
            time.sleep(0.1)
    raise Failed(f"{address} does not answer")


def copy(database: Path, target: Path) -> Path:
    """Copy a database, including its journal."""
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(target)) as new:
        source.backup(new)
    return target


class Site:
    """The application on a database, in this process, with browsers that stay signed in."""

    def __init__(self, database: Path, clock: Clock) -> None:
        self.database = database
        self.clock = clock
        self._renew()

    def _renew(self) -> None:
        """Create a new application, with reset download limits."""
        from cogwg.app import create_app

        os.environ.update(environ(COGWG_DATABASE_URL=url(self.database), COGWG_DEMO="1", **self.clock.environ()))
        self._app = create_app()
        self._browsers: dict[str, Browser] = {}
        self._taken = 0

    def browser(self, person: str = "") -> Browser:
        """Return a browser of a demo person, signed in with the form, or of a visitor if there is no name."""
        if person not in self._browsers:
            browser = self._browsers[person] = Browser(self._app.test_client())
            if person:
                form = browser.form("/en/sign-in", "/sign-in")
                form.fill(email=f"{person}@demo.cogwg.example", password=PASSWORD).send()
        return self._browsers[person]

    def files(self, person: str, paths: Iterable[str]) -> Iterator[tuple[str, TestResponse]]:
        """Yield the responses for these paths; the application is renewed before the download limit is reached."""
        for path in paths:
            self._taken += 1
            if self._taken > FILES:
                self._renew()
            yield path, self.browser(person).get(path)


class Browser:
    """A person's browser: pages that must exist, and their forms."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def get(self, path: str, status: int = 200) -> TestResponse:
        answer: TestResponse = self.client.get(path)
        if answer.status_code != status:
            raise Failed(f"{path} answers {answer.status_code}")
        return answer

    def form(self, path: str, ending: str) -> Form:
        """Return the only form of a page that is posted to an address ending like this."""
        root = html5lib.parse(self.get(path).get_data(as_text=True), namespaceHTMLElements=False)
        forms = [
            form
            for form in root.iter("form")
            if form.get("method", "").lower() == "post" and form.get("action", path).split("?")[0].endswith(ending)
        ]
        if len(forms) != 1:
            raise Failed(f"{path} has {len(forms)} forms for …{ending}")
        return Form(self, path, forms[0])


class Form:
    """A form with the values it would send; fields are named without the prefix of their form."""

    def __init__(self, browser: Browser, path: str, element: Element) -> None:
        self.browser = browser
        self.path = path
        self.element = element
        self.controls = [e for e in element.iter() if e.tag in ("input", "textarea", "select") and e.get("name")]
        self.values = [(e.get("name", ""), value) for e in self.controls for value in self._stands(e)]

    @staticmethod
    def _stands(control: Element) -> list[str]:
        if control.get("type") in ("checkbox", "radio"):
            return [control.get("value", "on")] if control.get("checked") is not None else []
        if control.tag == "select":
            options = list(control.iter("option"))
            return [o.get("value", "") for o in [*(o for o in options if o.get("selected") is not None), *options][:1]]
        return ["".join(control.itertext()) if control.tag == "textarea" else control.get("value", "")]

    def _named(self, short: str) -> list[Element]:
        controls = [e for e in self.controls if e.get("name") == short or e.get("name", "").endswith(f"-{short}")]
        if len({e.get("name") for e in controls}) != 1:
            raise Failed(f"{self.path} has no field {short!r} among {sorted({e.get('name', '') for e in self.controls})}")
        return controls

    def fill(self, **fields: str) -> Form:
        """Set fields to these values."""
        for short, value in fields.items():
            name = self._named(short)[0].get("name", "")
            self.values = [(n, v) for n, v in self.values if n != name] + [(name, value)]
        return self

    def tick(self, short: str, *values: str) -> Form:
        """Check checkboxes by their values or labels."""
        boxes = self._named(short)
        for wanted in values:
            value = next((e.get("value", "") for e in boxes if wanted in (e.get("value"), self._label(e))), None)
            if value is None:
                raise Failed(f"{self.path} has no box {wanted!r} of {short!r}")
            self.values.append((boxes[0].get("name", ""), value))
        return self

    def choose(self, short: str, label: str) -> Form:
        """Select an option by its label."""
        options = [o for o in self._named(short)[0].iter("option") if "".join(o.itertext()).strip() == label]
        if not options:
            raise Failed(f"{self.path} offers no {label!r} for {short!r}")
        return self.fill(**{short: options[0].get("value", "")})

    def _label(self, control: Element) -> str:
        labels = [e for e in self.element.iter("label") if e.get("for") == control.get("id") or control in list(e.iter())]
        return " ".join("".join(labels[0].itertext()).split()) if labels else ""

    def send(self, press: str = "") -> str:
        """Submit the form, by the button with this value, and return the redirect. Raises ``Failed`` when it is refused."""
        values: dict[str, list[str]] = {}
        for name, value in self.values:
            values.setdefault(name, []).append(value)
        buttons = [b for b in self.element.iter("button") if press and b.get("value") == press]
        values |= {b.get("name", ""): [press] for b in buttons}
        answer = self.browser.client.post(self.element.get("action", self.path), data=values)
        if answer.status_code not in (302, 303):
            raise Failed(f"the form of {self.path} answers {answer.status_code}")
        return str(answer.headers["Location"])


def now() -> Clock:
    """Return a clock that begins now."""
    return Clock(datetime.now(UTC))
