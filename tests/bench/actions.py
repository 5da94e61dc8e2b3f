"""What a person does in a measurement: open a page, or open a form and save it, in the product or in the baseline."""

from __future__ import annotations

import html
import re
import time

from tests.bench import baseline
from tests.bench.client import HttpClient, last_csrf_token
from tests.bench.measure import Action


def get_page(client: HttpClient, path: str) -> Action:
    def act() -> None:
        answer = client.get(path)
        assert answer.status == 200, (path, answer.status)

    return act


def open_and_save(
    client: HttpClient, path: str, prefix: str = "", *, button: str = "", saves: list[float] | None = None
) -> Action:
    """Return an action that opens the form and saves it, as htmx does: two requests, each for a fragment.

    With the button "save", the report stays a draft; otherwise it is submitted, again and again, each time with an email. The
    seconds that each save took are added to ``saves``.
    """
    words = {"status": "SP", f"progress{'_en' if prefix else ''}": baseline.TEXT, **({"do": button} if button else {})}

    def act() -> None:
        page = client.get(path, htmx=True)
        assert page.status == 200, (path, page.status)
        fields = {f"{prefix}{name}": value for name, value in words.items()} | last_csrf_token(page.text)
        version = re.search(r'name="([\w-]+version)"[^>]*value="(\d+)"', page.text)
        if version is not None:
            fields[version[1]] = version[2]
        began = time.perf_counter()
        answer = client.post(path, fields, htmx=True)
        if saves is not None:
            saves.append(time.perf_counter() - began)
        assert answer.status == 200, (path, answer.status)

    return act


def update_form_path(client: HttpClient, code: str) -> str:
    """Return the path by which htmx opens the form of this activity on My updates."""
    match = re.search(rf'hx-(?:get|post)="([^"]*/activities/{re.escape(code)}/report[^"]*)"', client.get("/en/my-updates").text)
    assert match is not None
    return html.unescape(match[1])


def form_prefix(client: HttpClient, path: str) -> str:
    """Return the prefix of an update form's fields, such as ``r12-``."""
    match = re.search(r'name="(r\d+-)version"', client.get(path, htmx=True).text)
    assert match is not None
    return match[1]


def sign_in_to_baseline(port: int) -> HttpClient:
    """Sign a new person in to the baseline."""
    client = HttpClient(port)
    client.get("/sign-in")
    return client
