"""People at work while something goes wrong: what each was told about each of their writes is kept."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import unescape
from http.client import HTTPException
from itertools import count
from pathlib import Path

from tests.bad_day.faults import Tally
from tests.bench.client import HttpClient, Response, last_csrf_token
from tests.databases import PASSWORD
from tests.server.process import TIMEOUT_SECONDS, ServerProcess
from tests.server.test_backup_under_load import comments, wait_until_unused
from tests.web_client import SECRET_KEY

DAY = "2020-09-24"
PAGE = "/en/plans/2020/activities/3.3"
UNAVAILABLE = "The service is temporarily unavailable"
WRONG = "Something went wrong"
UNCERTAIN = "Your changes may have been saved already. Look at the page before you send them again."


def settings(url: str, folder: Path, **more: str) -> dict[str, str]:
    """Return the environment of a server on this database."""
    return {"COGWG_DATABASE_URL": url, "COGWG_SECRET_KEY": SECRET_KEY, "COGWG_DATA": str(folder), **more}


def serve(url: str, folder: Path, *, port: int | None = None, program: str | None = None, **more: str) -> ServerProcess:
    """Return a server on this database, on the day of the sample reports, to be started by a ``with`` statement."""
    chosen = {"program": program} if program else {}
    return ServerProcess("serve", "--today", DAY, cwd=folder, port=port, **chosen, **settings(url, folder, **more))


class Writer:
    """Someone who is signed in and comments on an activity, with the form of the page as it was opened once."""

    def __init__(self, port: int, email: str = "ontario@demo.cogwg.example") -> None:
        self.client = HttpClient(port)
        page = self.client.get("/en/sign-in")
        fields = {**last_csrf_token(page.text), "email": email, "password": PASSWORD, "next": ""}
        answer = self.client.post("/en/sign-in", fields)
        if answer.status != 303:
            raise ConnectionError(f"nobody can sign in now: {answer.status}")
        page = self.client.get(PAGE)
        form = re.search(r'<form[^>]*action="([^"]*/comments)"[^>]*>(.*?)</form>', page.text, re.DOTALL)
        if page.status != 200 or form is None:
            raise ConnectionError(f"the page cannot be read now: {page.status}")
        self._action = unescape(form[1])
        self._fields = dict(re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form[2]))
        (self._name,) = re.findall(r'<textarea[^>]*name="([^"]+)"', form[2])
        (speaks,) = set(re.findall(r'<input[^>]*name="([^"]*speaks)"', form[2]))
        self._fields[speaks] = "en"

    def form_of(self, words: str) -> tuple[str, dict[str, str]]:
        """Return where the form with this comment is sent, and its fields."""
        return self._action, {**self._fields, self._name: words}

    def comment(self, words: str) -> Response:
        return self.client.post(*self.form_of(words))


def is_acknowledged(answer: Response) -> bool:
    """Whether the answer leads to the page where the comment is announced."""
    return answer.status == 303 and answer.location.endswith(f"{PAGE}#outcome")


class Crowd:
    """People who comment, each as soon as the answer to the comment before is there; ``pause`` is what they rest.

    A comment is acknowledged, refused (an answer said that nothing was saved) or unanswered: there was no answer, or one that
    said that it may be saved.
    """

    def __init__(self, port: int, name: str, *, writers: int = 4, pause: float = 0.0, on: Tally | None = None) -> None:
        self.port, self.name, self.pause = port, name, pause
        self.acknowledged, self.unanswered = set[str](), set[str]()
        self.refused: dict[str, Response] = {}
        self.seconds: list[float] = []
        self._errors: list[BaseException] = []
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(number,)) for number in range(writers)]

    def __enter__(self) -> Crowd:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()
        if kind is None:
            assert self._errors == []

    def _run(self, number: int) -> None:
        try:
            steps = count()
            while not self._ended.is_set():
                try:
                    self._write(Writer(self.port), number, steps)
                except (OSError, HTTPException):  # the server is gone for a while, or ended the session: sign in again
                    time.sleep(0.1)
        except BaseException as error:
            self._errors.append(error)

    def _write(self, writer: Writer, number: int, steps: Iterator[int]) -> None:
        while not self._ended.is_set():
            words = f"{self.name}, writer {number}, comment {next(steps)}"
            began = time.monotonic()
            try:
                answer = writer.comment(words)
            except (OSError, HTTPException):
                self.unanswered.add(words)
                raise
            self.seconds.append(time.monotonic() - began)
            if is_acknowledged(answer):
                self.acknowledged.add(words)
            elif answer.status == 303:  # signed out by a restart: the sign-in page keeps the text
                raise ConnectionError("signed out")
            elif UNCERTAIN in answer.text:
                check_plain(answer)
                self.unanswered.add(words)
            else:
                self.refused[words] = answer
            time.sleep(self.pause if answer.status == 303 else max(self.pause, 0.05))

    def wait(self, condition: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while not condition() and not self._errors:
            assert time.monotonic() < deadline, what
            time.sleep(0.02)

    def wait_for_acknowledged(self, more: int) -> None:
        """Wait until this many more comments are acknowledged."""
        target = len(self.acknowledged) + more
        self.wait(lambda: len(self.acknowledged) >= target, "no comment is acknowledged")

    def wait_for_refused(self, more: int) -> None:
        """Wait until this many more comments are refused."""
        target = len(self.refused) + more
        self.wait(lambda: len(self.refused) >= target, "no comment is refused")


def check_refusal(answer: Response, words: str, *, status: int = 503, heading: str = UNAVAILABLE) -> None:
    """Check that an answer says in plain words that nothing was saved, gives the text back, and shows nothing of the inside."""
    assert answer.status == status, answer.text[:2000]
    assert f"<h1>{heading}</h1>" in answer.text
    assert "Nothing was saved." in answer.text
    assert words in unescape(answer.text), "the text can be sent again"
    assert "Send my text" in answer.text
    check_plain(answer)


def check_plain(answer: Response) -> None:
    """Check that an answer shows nothing of the inside."""
    for word in ("Traceback", "sqlalchemy", "psycopg", "sqlite", "/cogwg/"):
        assert word not in answer.text.casefold()


def check_stored(url: str, crowd: Crowd, tally: Tally) -> None:
    """Count what was acknowledged; check that nothing is stored which people were told was not saved, and nothing in part."""
    wait_until_unused(url)
    stored = comments(url)
    tally.count(crowd.acknowledged, stored)
    assert crowd.acknowledged <= stored
    assert not crowd.refused.keys() & stored, "people were told that nothing was saved"
    assert {words for words in stored if words.startswith(crowd.name)} <= crowd.acknowledged | crowd.unanswered


@contextmanager
def quiet_log(served: ServerProcess) -> Iterator[None]:
    """Check that the server logs no unexpected error during the block."""
    before = len(served.output)
    yield
    assert '"traceback"' not in served.output[before:], served.output[before:]
