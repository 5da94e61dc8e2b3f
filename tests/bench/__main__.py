"""``python -m tests.bench``: every ratio of the README's performance section, measured in one run.

A part can be named: floor, size, deck, bytes. ``threads`` compares what threads a worker cost, and is no part of the rest.
It ends with 1 when any line is over its aim.
"""

from __future__ import annotations

import html
import re
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from tests.bench import floor, records
from tests.bench.client import Answer, Client, token
from tests.bench.measure import Act, Pair, compare, cost, least, product, signed_in
from tests.bench.measure import floor as serve_floor
from tests.server.process import Served

TIMES = 100
STARTS, ROUNDS = 3, 5
KIB = 1024
OVER: list[str] = []
"""What was found to be over its aim."""


def main() -> int:
    parts = {"floor": against_the_floor, "size": against_size, "deck": deck, "bytes": bytes_and_requests}
    wanted = sys.argv[1:] or list(parts)
    for part in wanted:
        with tempfile.TemporaryDirectory(prefix="cogwg-bench-") as name:
            {**parts, "threads": threads}[part](Path(name))
    return 1 if OVER else 0


def verdict(what: str, found: float, most: float) -> str:
    if found <= most:
        return "ok"
    OVER.append(what)
    return "OVER"


def line(what: str, pair: Pair, most: float) -> None:
    told = verdict(what, pair.ratio, most)
    print(f"{what:58} {pair.ours:8.1f} {pair.other:8.1f} ms  ratio {pair.ratio:5.2f}  at most {most:g}  {told}", flush=True)


def limit(what: str, found: float, most: float, unit: str) -> None:
    print(f"{what:58} {found:8.1f} {unit:12} at most {most:g}  {verdict(what, found, most)}", flush=True)


def reads(client: Client, path: str) -> Act:
    def act() -> None:
        answer = client.get(path)
        assert answer.status == 200, (path, answer.status)

    return act


def saves(client: Client, path: str, prefix: str = "") -> Act:
    """Open the form and save it, as htmx does: two requests, a fragment each."""
    words = {"status": "SP", f"progress{'_en' if prefix else ''}": floor.TEXT}

    def act() -> None:
        page = client.get(path, htmx=True)
        assert page.status == 200, (path, page.status)
        fields = {f"{prefix}{name}": value for name, value in words.items()} | token(page.text)
        version = re.search(r'name="([\w-]+version)"[^>]*value="(\d+)"', page.text)
        if version is not None:
            fields[version[1]] = version[2]
        answer = client.post(path, fields, htmx=True)
        assert answer.status == 200, (path, answer.status)

    return act


def form_of(client: Client, code: str) -> str:
    """Where the row of this activity on My updates opens its form, as htmx asks for it."""
    found = re.search(rf'hx-(?:get|post)="([^"]*/activities/{re.escape(code)}/report[^"]*)"', client.get("/en/my-updates").text)
    assert found is not None
    return html.unescape(found[1])


def prefix_of(client: Client, path: str) -> str:
    """The prefix of an update form's fields, such as ``r12-``."""
    found = re.search(r'name="(r\d+-)version"', client.get(path, htmx=True).text)
    assert found is not None
    return found[1]


@contextmanager
def both(folder: Path) -> Iterator[tuple[Served, Client, Served, Client]]:
    bare = f"sqlite:///{folder / 'floor.db'}"
    floor.fill(bare)
    with product(records.plan_of_five(folder), folder) as ours, serve_floor(bare, folder) as other:
        client = Client(other.port)
        client.get("/sign-in")
        yield ours, signed_in(ours), other, client


def against_the_floor(folder: Path) -> None:
    """A page and a save, against a bare application that does only that; the least of several starts of either, as how a
    process happens to lie in memory costs it up to a fifth."""
    print("Processor time of the server a request, in ms, and the ratio:")
    pages: list[Pair] = []
    forms: list[Pair] = []
    for start in range(STARTS):
        own = folder / str(start)
        own.mkdir()
        with both(own) as (ours, lead, other, somebody):
            place = f"/en/plans/{records.YEAR}"
            page = reads(lead, place), reads(somebody, "/plan")
            pages.append(compare((ours, page[0]), (other, page[1]), times=TIMES, rounds=ROUNDS))
            form = form_of(lead, "1.1")
            save = saves(lead, form, prefix_of(lead, form)), saves(somebody, "/activities/1/report")
            forms.append(compare((ours, save[0]), (other, save[1]), times=TIMES, rounds=ROUNDS))
    line("plan page, 25 activities: product | floor", least([(p.ours, p.other) for p in pages]), 2.5)
    line("open a form and save it: product | floor", least([(p.ours, p.other) for p in forms]), 2.5)


def against_size(folder: Path) -> None:
    """The same 25 rows from a record a hundred times as large."""
    with product(records.large(folder), folder) as large, product(records.small(folder), folder) as small:
        for what, path in (
            ("My updates, 25 rows: 50 × 50 | 5 × 5", "/en/my-updates"),
            ("priority page, 25 rows: 50 × 50 | 5 × 5", f"/en/plans/{records.YEAR}/priorities/1"),
        ):
            big, little = signed_in(large), signed_in(small)
            rows = [len(re.findall(r'<article class="update|<li id="activity-', c.get(path).text)) for c in (big, little)]
            assert rows == [records.ROWS, records.ROWS], rows
            line(what, compare((large, reads(big, path)), (small, reads(little, path)), times=TIMES // 2), 1.2)


def deck(folder: Path) -> None:
    """A whole briefing, against writing the same cells from a list, and in seconds."""
    from tests.bench.deck import compare_decks

    september, day = date(2020, 9, 24), date.fromisoformat(records.DAY)
    print("A deck composed and drawn, and openpyxl writing its cells, in ms of processor time:")
    usual = compare_decks(records.plan_of_2020(folder, september), 2020, september, rounds=9)
    line("deck of the 2020 plan, 21 activities", usual, 2)
    limit("deck of the 2020 plan, 21 activities", usual.ours / 1000, 2, "s")
    large = compare_decks(records.large(folder), records.YEAR, day, rounds=2)
    line("deck of a plan of 50 × 50 activities", large, 2)
    limit("deck of a plan of 50 × 50 activities", large.ours / 1000, 10, "s")


def bytes_and_requests(folder: Path) -> None:
    """What a browser has to fetch."""
    print("Over the wire, gzipped:")
    with product(records.plan_of_five(folder), folder) as served:
        first = first_view(Client(served.port), f"/en/plans/{records.YEAR}")
        limit("first view of the plan, with fonts", sum(a.size for a in first) / KIB, 60, "KiB")
        limit("first view of the plan", len(first), 6, "requests")
        lead = signed_in(served)
        own = first_view(lead, "/en/my-updates")
        kept = {a.text for a in first}
        more = [a for a in own if a.text not in kept]
        limit("My updates after that, 25 rows", more[0].size / KIB, 12, "KiB")
        limit("scripts of a signed-in person, once", sum(a.size for a in more[1:]) / KIB, 20, "KiB")
        form = form_of(lead, "1.1")
        limit("fragment: the form of a row", lead.get(form, htmx=True).size / KIB, 3, "KiB")
        page = lead.get(form, htmx=True).text
        name = prefix_of(lead, form)
        version = re.search(r'name="[\w-]+version"[^>]*value="(\d+)"', page)
        assert version is not None
        fields = {f"{name}status": "SP", f"{name}progress_en": floor.TEXT, f"{name}version": version[1]}
        limit("fragment: a saved row", lead.post(form, fields | token(page), htmx=True).size / KIB, 3, "KiB")


def first_view(client: Client, path: str) -> list[Answer]:
    """A page and everything it makes a browser fetch, its fonts included."""
    page = client.get(path)
    assert page.status == 200, (path, page.status)
    found = [page]
    for address in re.findall(r'<(?:link rel="(?:stylesheet|icon)"|script)[^>]*?(?:href|src)="([^"]+)"', page.text):
        found.append(client.get(address))
        if "cogwg.css" in address:
            base = address.rpartition("/")[0]
            found += [client.get(f"{base}/{font}") for font in re.findall(r'url\("([^"]+)"\)', found[-1].text)]
    assert all(a.status == 200 for a in found)
    return found


def threads(folder: Path) -> None:
    """Plan pages a second at 16 connections, and what one costs, by threads a worker."""
    url = records.plan_of_five(folder)
    print("threads a worker   plan pages a second   slowest 1 in 20, ms   ms of processor time each")
    for number in (1, 4, 8):
        with product(url, folder, number) as served:
            alone = cost(served, reads(signed_in(served), f"/en/plans/{records.YEAR}"), TIMES)
            rate, slow, each = _crowd(served)
            print(f"{number:>8} {rate:>22.0f} {slow:>20.0f} {each:>22.2f} (alone {alone:.2f})", flush=True)


def _crowd(served: Served, people: int = 16, times: int = 60) -> tuple[float, float, float]:
    clients = [signed_in(served) for _ in range(people)]
    took: list[float] = []

    def visit(client: Client) -> None:
        for _ in range(times):
            began = time.perf_counter()
            client.get(f"/en/plans/{records.YEAR}")
            took.append(time.perf_counter() - began)

    before, began = served.cpu(), time.perf_counter()
    crowd = [threading.Thread(target=visit, args=(client,)) for client in clients]
    for person in crowd:
        person.start()
    for person in crowd:
        person.join()
    wall = time.perf_counter() - began
    return len(took) / wall, sorted(took)[len(took) * 19 // 20] * 1000, (served.cpu() - before) * 1000 / len(took)


if __name__ == "__main__":
    sys.exit(main())
