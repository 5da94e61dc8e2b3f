"""``python -m tests.bench``: measure every value of ``docs/explanation/performance.md`` in one run.

A part can be named: baseline, admin, people, load, memory, size, history, deck, commands, bytes or browser. ``slots`` compares
numbers of slots, and only runs when named.
The exit code is 1 when any value is over its limit.
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

from tests.bench import baseline, sample_databases
from tests.bench.client import HttpClient, Response, last_csrf_token
from tests.bench.commands import command_seconds
from tests.bench.load import percentile, repeat_at_once, serve_each_engine
from tests.bench.measure import (
    Action,
    CostPair,
    compare,
    cpu_of_people,
    cpu_per_action,
    least_of_rounds,
    sign_in_lead,
    start_baseline,
    start_django_admin,
    start_product,
)
from tests.server.process import ServerProcess

REPETITIONS = 100
STARTS, ROUNDS = 3, 5
BYTES_PER_KIB = 1024
PEOPLE, PEOPLE_TIMES = 8, 20
READERS, WRITERS, SAVES, SECONDS = 50, 16, 40, 60
CODES = ("1.1", "1.2", "1.3", "1.4", "1.5", "2.1", "2.2", "2.3")
MY_UPDATES_LIMIT, OWN_LIST_LIMIT, SAVE_LIMIT, MEMORY_LIMIT = 7, 4.5, 3, 1.8
OVER_LIMIT: list[str] = []
"""Labels of the values that are over their limit."""


def main() -> int:
    parts = {
        "baseline": compare_with_baseline,
        "admin": compare_with_django_admin,
        "people": compare_with_people,
        "load": measure_load,
        "memory": compare_memory,
        "size": compare_sizes,
        "history": compare_histories,
        "deck": measure_decks,
        "commands": measure_commands,
        "bytes": measure_transfer,
        "browser": measure_long_tasks,
    }
    wanted = sys.argv[1:] or list(parts)
    for part in wanted:
        with tempfile.TemporaryDirectory(prefix="cogwg-bench-") as name:
            {**parts, "slots": compare_slots}[part](Path(name))
    return 1 if OVER_LIMIT else 0


def check_limit(label: str, value: float, limit: float) -> str:
    if value <= limit:
        return "ok"
    OVER_LIMIT.append(label)
    return "OVER"


def print_ratio(label: str, costs: CostPair, limit: float) -> None:
    verdict = check_limit(label, costs.ratio, limit)
    print(
        f"{label:58} {costs.own:8.1f} {costs.baseline:8.1f} ms  ratio {costs.ratio:5.2f}  at most {limit:g}  {verdict}",
        flush=True,
    )


def print_value(label: str, value: float, maximum: float, unit: str) -> None:
    print(f"{label:58} {value:8.1f} {unit:12} at most {maximum:g}  {check_limit(label, value, maximum)}", flush=True)


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


@contextmanager
def serve_both(folder: Path) -> Iterator[tuple[ServerProcess, HttpClient, ServerProcess, HttpClient]]:
    url = f"sqlite:///{folder / 'baseline.db'}"
    baseline.create_tables(url)
    with (
        start_product(sample_databases.create_five_by_five(folder), folder) as product,
        start_baseline(url, folder) as baseline_server,
    ):
        client = HttpClient(baseline_server.port)
        client.get("/sign-in")
        yield product, sign_in_lead(product), baseline_server, client


def compare_with_baseline(folder: Path) -> None:
    """Compare a page and a save with a plain application that does only that. The minimum of several starts counts, because
    the memory layout of a process costs it up to a fifth."""
    print("Processor time of the server a request, in ms, and the ratio:")
    pages: list[CostPair] = []
    lists: list[CostPair] = []
    lists_to_page: list[CostPair] = []
    forms: list[CostPair] = []
    drafts: list[CostPair] = []
    for start in range(STARTS):
        own = folder / str(start)
        own.mkdir()
        with serve_both(own) as (product, lead, baseline_server, baseline_client):
            place = f"/en/plans/{sample_databases.YEAR}"
            page = get_page(lead, place), get_page(baseline_client, "/plan")
            pages.append(compare((product, page[0]), (baseline_server, page[1]), times=REPETITIONS, rounds=ROUNDS))
            own_list = get_page(lead, "/en/my-updates"), page[1]
            lists.append(compare((product, own_list[0]), (baseline_server, own_list[1]), times=REPETITIONS, rounds=ROUNDS))
            lists_to_page.append(compare((product, own_list[0]), (product, page[0]), times=REPETITIONS, rounds=ROUNDS))
            form = update_form_path(lead, "1.2")
            draft = (
                open_and_save(lead, form, form_prefix(lead, form), button="save"),
                open_and_save(baseline_client, "/activities/2/report"),
            )
            drafts.append(compare((product, draft[0]), (baseline_server, draft[1]), times=REPETITIONS, rounds=ROUNDS))
            form = update_form_path(lead, "1.1")
            save = open_and_save(lead, form, form_prefix(lead, form)), open_and_save(baseline_client, "/activities/1/report")
            forms.append(compare((product, save[0]), (baseline_server, save[1]), times=REPETITIONS, rounds=ROUNDS))
    print_ratio("plan page, 25 activities: product | baseline", least_of_starts(pages), 1.6)
    print_ratio("My updates, 25 rows | plan page of the baseline", least_of_starts(lists), MY_UPDATES_LIMIT)
    print_ratio("My updates, 25 rows | plan page, both of the product", least_of_starts(lists_to_page), OWN_LIST_LIMIT)
    print_ratio("open a form and save a draft: product | baseline", least_of_starts(drafts), SAVE_LIMIT)
    print_ratio("open a form and submit it: product | baseline", least_of_starts(forms), SAVE_LIMIT)


def compare_with_django_admin(folder: Path) -> None:
    """Compare the plan page with the list of the same 25 activities in Django's admin."""
    print("Processor time of the server a request, in ms, with Django's admin under the same server:")
    with (
        serve_both(folder) as (product, lead, _baseline_server, _plain),
        start_django_admin(folder / "django.sqlite3", folder) as admin_server,
    ):
        admin = HttpClient(admin_server.port)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', admin.get("/admin/login/").text)
        assert token is not None
        fields = {"csrfmiddlewaretoken": token[1], "username": "lead", "password": "bench-password", "next": "/admin/"}
        assert admin.post("/admin/login/", fields).status == 302
        act = get_page(admin, "/admin/django_admin_app/activity/")
        page = get_page(lead, f"/en/plans/{sample_databases.YEAR}")
        own = compare((product, page), (admin_server, act), times=REPETITIONS, rounds=ROUNDS)
    print_ratio("plan page of the product | list in Django's admin", own, 1)


def least_of_starts(costs: list[CostPair]) -> CostPair:
    return least_of_rounds([(pair.own, pair.baseline) for pair in costs])


def compare_with_people(folder: Path) -> None:
    """Compare eight people who open and save eight forms at the same time."""
    print(f"Processor time of the server a save, in ms, with {PEOPLE} people at once:")
    with serve_both(folder) as (product, _lead, baseline_server, _client):
        leads = [sign_in_lead(product) for _ in range(PEOPLE)]
        forms = [update_form_path(lead, code) for lead, code in zip(leads, CODES, strict=True)]
        saves = [open_and_save(lead, form, form_prefix(lead, form)) for lead, form in zip(leads, forms, strict=True)]
        others = [HttpClient(baseline_server.port) for _ in range(PEOPLE)]
        for client in others:
            client.get("/sign-in")
        plain = [open_and_save(client, f"/activities/{number}/report") for number, client in enumerate(others, 1)]
        measured = [
            (cpu_of_people(product, saves, PEOPLE_TIMES), cpu_of_people(baseline_server, plain, PEOPLE_TIMES))
            for _ in range(ROUNDS)
        ]
    print_ratio(f"open a form and save it, {PEOPLE} people: product | baseline", least_of_rounds(measured), SAVE_LIMIT)


def measure_load(folder: Path) -> None:
    """Measure saves of sixteen people, and a minute of fifty readers with sixteen writers, on both engines."""
    print("Elapsed time of a request while many people use the server, with the clients on the same machine:")
    with serve_each_engine(folder) as servers:
        for engine, served in servers:
            leads = [sign_in_lead(served) for _ in range(WRITERS)]
            forms = [update_form_path(leads[0], f"{n // 5 + 1}.{n % 5 + 1}") for n in range(WRITERS)]
            prefixes = [form_prefix(leads[0], form) for form in forms]
            saves: list[float] = []
            people = [open_and_save(*form, saves=saves) for form in zip(leads, forms, prefixes, strict=True)]
            errors = repeat_at_once([(people, [])], times=SAVES)
            print_value(f"{engine}: {WRITERS} people × {SAVES} saves, failed", errors, 0, "requests")
            print_value(f"{engine}: {WRITERS} people × {SAVES} saves, 99%", percentile(saves, 99), 200, "ms")
            readers = [get_page(sign_in_lead(served), f"/en/plans/{sample_databases.YEAR}") for _ in range(READERS)]
            saves.clear()
            reads: list[float] = []
            errors = repeat_at_once([(readers, reads), (people, [])], seconds=SECONDS)
            label = f"{engine}: {READERS} readers and {WRITERS} writers"
            print_value(f"{label}, failed", errors, 0, "requests")
            print_value(f"{label}, plan page, 95%", percentile(reads, 95), 300, "ms")
            print_value(f"{label}, save, 95%", percentile(saves, 95), 500, "ms")


def compare_memory(folder: Path) -> None:
    """Compare two idle workers and their first process, with each shared page divided among those that share it."""
    with serve_both(folder) as (product, lead, baseline_server, client):
        for act in (get_page(lead, f"/en/plans/{sample_databases.YEAR}"), get_page(client, "/plan")):
            for _ in range(20):
                act()
        own, plain = product.memory_mib(), baseline_server.memory_mib()
    print(f"Memory of two idle workers and their first process: {own:.0f} MiB, baseline {plain:.0f} MiB")
    print_value("memory, product to baseline", own / plain, MEMORY_LIMIT, "×")


def compare_sizes(folder: Path) -> None:
    """Compare the same 25 rows from a database a hundred times as large."""
    with (
        start_product(sample_databases.create_large_plan(folder), folder) as large,
        start_product(sample_databases.create_small_plan(folder), folder) as small,
    ):
        plan = f"/en/plans/{sample_databases.YEAR}"
        for label, path, count in (
            ("My updates, 25 rows: 50 × 50 | 5 × 5", "/en/my-updates", sample_databases.ROW_COUNT),
            ("one report without htmx: 50 × 50 | 5 × 5", f"{plan}/activities/1.1/report", 1),
            ("priority page, 25 rows: 50 × 50 | 5 × 5", f"{plan}/priorities/1", sample_databases.ROW_COUNT),
        ):
            large_client, small_client = sign_in_lead(large), sign_in_lead(small)
            rows = [
                len(re.findall(r'<article class="update|<li id="activity-', c.get(path).text))
                for c in (large_client, small_client)
            ]
            assert rows == [count, count], rows
            print_ratio(
                label,
                compare((large, get_page(large_client, path)), (small, get_page(small_client, path)), times=REPETITIONS // 2),
                1.2,
            )


PAGES_BY_SIZE = {
    "progress": (f"/en/plans/{sample_databases.YEAR}?view=progress", 5),
    "list": (f"/en/plans/{sample_databases.YEAR}?view=list", 18),
    "timeline": (f"/en/plans/{sample_databases.YEAR}?view=timeline", 14),
    "what changed": ("/en/briefings/2/changes", 30),
    "jurisdictions": ("/en/jurisdictions", 7),
    "translations": ("/en/translations", 4),
    "translated texts": ("/en/translations?show=done", 7),
    "vacancies": ("/en/vacancies", 3),
    "draft of a briefing": ("/en/briefings/2", 60),
}
"""The pages of a whole plan, with the limit of their ratio for a plan a hundred times as large.

What changed compares 2,500 activities instead of 25, and the jurisdictions are 150 instead of 3.
"""


def compare_histories(folder: Path) -> None:
    """Compare pages of a whole plan with those of a plan a hundred times as large, and of one after nine old years."""
    with (
        start_product(sample_databases.create_five_by_five(folder), folder) as small,
        start_product(sample_databases.create_large_plan(folder), folder) as large,
        start_product(sample_databases.create_five_by_five_with_old_years(folder), folder) as old,
    ):
        chairs = {served: sign_in_lead(served, sample_databases.CHAIR_EMAIL) for served in (small, large, old)}
        for label, (path, limit) in PAGES_BY_SIZE.items():
            few, many, more = ((served, get_page(chair, path)) for served, chair in chairs.items())
            print_ratio(
                f"{label}: 5 × 5 with nine old years | without", compare(more, few, times=REPETITIONS // 4, rounds=ROUNDS), 1.2
            )
            print_ratio(f"{label}: 50 × 50 | 5 × 5", compare(many, few, times=REPETITIONS // 20, rounds=STARTS), limit)


def measure_decks(folder: Path) -> None:
    """Compare a complete deck with writing the same cells from a list, and limit its seconds."""
    from tests.bench.deck import compare_decks

    september, day = date(2020, 9, 24), date.fromisoformat(sample_databases.TODAY)
    print("A deck composed and drawn, and openpyxl writing its cells, in ms of processor time:")
    usual = compare_decks(sample_databases.create_2020_plan(folder, september), 2020, september, rounds=9)
    print_ratio("deck of the 2020 plan, 21 activities", usual, 2)
    print_value("deck of the 2020 plan, 21 activities", usual.own / 1000, 2, "s")
    large = compare_decks(sample_databases.create_large_plan(folder), sample_databases.YEAR, day, rounds=2)
    print_ratio("deck of a plan of 50 × 50 activities", large, 2)
    print_value("deck of a plan of 50 × 50 activities", large.own / 1000, 10, "s")


def measure_commands(folder: Path) -> None:
    """Measure the processor time of commands."""
    print("Processor time of a command, from the start of its process:")
    print_value("cogwg --help", command_seconds("--help", cwd=folder), 0.25, "s")
    september = date(2020, 9, 24)
    url = sample_databases.create_2020_plan(folder, september)
    export = ("briefing", "export", "--meeting", september.isoformat(), "--out", "deck.xlsx", "--today", september.isoformat())
    seconds = command_seconds(*export, cwd=folder, COGWG_DATABASE_URL=url)
    print_value("cogwg briefing export, 21 activities", seconds, 0.7, "s")


def measure_transfer(folder: Path) -> None:
    """Measure the bytes that a browser has to fetch."""
    print("Over the wire, gzipped:")
    with start_product(sample_databases.create_five_by_five(folder), folder) as served:
        first = fetch_page_and_assets(HttpClient(served.port), f"/en/plans/{sample_databases.YEAR}")
        print_value("first view of the plan, with fonts", sum(a.size for a in first) / BYTES_PER_KIB, 60, "KiB")
        print_value("first view of the plan", len(first), 6, "requests")
        lead = sign_in_lead(served)
        own = fetch_page_and_assets(lead, "/en/my-updates")
        texts = {a.text for a in first}
        more = [a for a in own if a.text not in texts]
        print_value("My updates after that, 25 rows", more[0].size / BYTES_PER_KIB, 12, "KiB")
        print_value("scripts of a signed-in person, once", sum(a.size for a in more[1:]) / BYTES_PER_KIB, 20, "KiB")
        form = update_form_path(lead, "1.1")
        print_value("fragment: the form of a row", lead.get(form, htmx=True).size / BYTES_PER_KIB, 3, "KiB")
        page = lead.get(form, htmx=True).text
        name = form_prefix(lead, form)
        version = re.search(r'name="[\w-]+version"[^>]*value="(\d+)"', page)
        assert version is not None
        fields = {f"{name}status": "SP", f"{name}progress_en": baseline.TEXT, f"{name}version": version[1]}
        print_value(
            "fragment: a saved row", lead.post(form, fields | last_csrf_token(page), htmx=True).size / BYTES_PER_KIB, 3, "KiB"
        )


def fetch_page_and_assets(client: HttpClient, path: str) -> list[Response]:
    """Fetch a page with its assets, including fonts."""
    page = client.get(path)
    assert page.status == 200, (path, page.status)
    responses = [page]
    for address in re.findall(r'<(?:link rel="(?:stylesheet|icon)"|script)[^>]*?(?:href|src)="([^"]+)"', page.text):
        responses.append(client.get(address))
        if "cogwg.css" in address:
            base = address.rpartition("/")[0]
            responses += [client.get(f"{base}/{font}") for font in re.findall(r'url\("([^"]+)"\)', responses[-1].text)]
    assert all(a.status == 200 for a in responses)
    return responses


def measure_long_tasks(folder: Path) -> None:
    """Measure the longest task of My updates in the browser of a slow device."""
    from tests.bench.browser import SLOWDOWN, longest_task

    print(f"In Chromium, with the processor slowed down {SLOWDOWN} times:")
    for rows, create in ((25, sample_databases.create_five_by_five), (60, sample_databases.create_sixty_rows)):
        with start_product(create(folder), folder) as served:
            lead = sign_in_lead(served)
            page = lead.get("/en/my-updates").text
            assert page.count('<article class="update') == rows
            elements = len(re.findall(r"<[a-z]", page))
            print_value(f"My updates, {rows} rows", elements, 40 * rows, "elements")
            print_value(f"My updates, {rows} rows: longest task", longest_task(served, lead, "/en/my-updates"), 200, "ms")


def compare_slots(folder: Path) -> None:
    """Print plan pages per second at 16 connections, and their processor time, by slots per worker."""
    url = sample_databases.create_five_by_five(folder)
    print("slots a worker   plan pages a second   slowest 1 in 20, ms   ms of processor time each")
    for number in (1, 4, 8):
        with start_product(url, folder, number) as served:
            alone = cpu_per_action(served, get_page(sign_in_lead(served), f"/en/plans/{sample_databases.YEAR}"), REPETITIONS)
            rate, slow, each = _measure_load(served)
            print(f"{number:>6} {rate:>22.0f} {slow:>20.0f} {each:>22.2f} (alone {alone:.2f})", flush=True)


def _measure_load(served: ServerProcess, people: int = 16, times: int = 60) -> tuple[float, float, float]:
    clients = [sign_in_lead(served) for _ in range(people)]
    durations: list[float] = []

    def visit(client: HttpClient) -> None:
        for _ in range(times):
            began = time.perf_counter()
            client.get(f"/en/plans/{sample_databases.YEAR}")
            durations.append(time.perf_counter() - began)

    before, began = served.cpu_seconds(), time.perf_counter()
    threads = [threading.Thread(target=visit, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall = time.perf_counter() - began
    return (
        len(durations) / wall,
        sorted(durations)[len(durations) * 19 // 20] * 1000,
        (served.cpu_seconds() - before) * 1000 / len(durations),
    )


if __name__ == "__main__":
    sys.exit(main())
