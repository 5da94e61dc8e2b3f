"""``python -m tests.bench``: measure every value of ``docs/explanation/performance.md`` in one run.

A part can be named: baseline, admin, people, load, waits, public, memory, size, history, past, deck, workbook, commands, bytes
or browser.
``slots`` compares numbers of slots, and ``groups`` a hundred groups with one; they only run when named.
The exit code is 1 when any value is over its limit.
"""

from __future__ import annotations

import re
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench import baseline, sample_databases
from tests.bench.actions import form_prefix, get_page, open_and_save, sign_in_to_baseline, update_form_path
from tests.bench.client import HttpClient, Response, last_csrf_token
from tests.bench.commands import EXPORT, HELP, LIBRARIES, command_seconds
from tests.bench.load import (
    READERS,
    SAVES,
    WRITERS,
    load_times_of_baseline,
    load_times_of_product,
    serve_each_engine,
)
from tests.bench.measure import (
    CostPair,
    compare,
    cpu_of_people,
    cpu_per_action,
    least_cpu,
    least_of_rounds,
    sign_in_lead,
    start_baseline,
    start_django_admin,
    start_product,
)
from tests.server.process import ServerProcess

if TYPE_CHECKING:
    from tests.bench.public import PublicLoad

REPETITIONS = 100
STARTS, ROUNDS = 3, 5
BYTES_PER_KIB = 1024
PEOPLE, PEOPLE_TIMES = 8, 20
CODES = ("1.1", "1.2", "1.3", "1.4", "1.5", "2.1", "2.2", "2.3")
MY_UPDATES_LIMIT, OWN_LIST_LIMIT, SAVE_LIMIT, MEMORY_LIMIT, EXPORT_LIMIT = 4.5, 3.3, 2.7, 1.65, 2.5
SCRIPTS_KIB = 34
"""My updates uses all of them: of 32 KiB, htmx takes 13 and keeping what is typed 7. They are sent as they are written; the
comments are 4. Browsers keep them for a year."""
LOAD_LIMITS = {"SQLite": (2.7, 3.0, 3.0), "PostgreSQL": (3.0, 3.2, 3.2)}
"""The limits of the ratios under load: of a save while all save, and of a page and a save while others read."""
PUBLIC_LIMIT, HOME_LIMIT, STRAIGHT_LIMIT, PUBLIC_WORK = 2.5, 3, 2.0, "/en/plans/2020"
"""The limits of the ratio of public pages to a static file, of which the home page also reads the plan; that of a signed-in
person's pages while all readers ask the server itself, without nginx; and the page that the person opens."""
OVER_LIMIT: list[str] = []
"""Labels of the values that are over their limit."""


def main() -> int:
    parts = {
        "baseline": compare_with_baseline,
        "admin": compare_with_django_admin,
        "people": compare_with_people,
        "load": measure_load,
        "waits": compare_lock_waits,
        "public": measure_public_pages,
        "memory": compare_memory,
        "size": compare_sizes,
        "history": compare_histories,
        "past": compare_past_days,
        "deck": measure_decks,
        "workbook": measure_workbooks,
        "commands": measure_commands,
        "bytes": measure_transfer,
        "browser": measure_long_tasks,
    }
    wanted = sys.argv[1:] or list(parts)
    for part in wanted:
        with tempfile.TemporaryDirectory(prefix="cogwg-bench-") as name:
            {**parts, "slots": compare_slots, "groups": compare_groups}[part](Path(name))
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


@contextmanager
def serve_both(folder: Path) -> Iterator[tuple[ServerProcess, HttpClient, ServerProcess, HttpClient]]:
    url = f"sqlite:///{folder / 'baseline.db'}"
    baseline.create_tables(url)
    with (
        start_product(sample_databases.create_five_by_five(folder), folder) as product,
        start_baseline(url, folder) as baseline_server,
    ):
        yield product, sign_in_lead(product), baseline_server, sign_in_to_baseline(baseline_server.port)


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
    print_ratio("plan page of the product | list in Django's admin", own, 0.2)


def least_of_starts(costs: list[CostPair]) -> CostPair:
    return least_of_rounds([(pair.own, pair.baseline) for pair in costs])


def compare_with_people(folder: Path) -> None:
    """Compare eight people who open and save eight forms at the same time."""
    print(f"Processor time of the server a save, in ms, with {PEOPLE} people at once:")
    with serve_both(folder) as (product, _lead, baseline_server, _client):
        leads = [sign_in_lead(product) for _ in range(PEOPLE)]
        forms = [update_form_path(lead, code) for lead, code in zip(leads, CODES, strict=True)]
        saves = [open_and_save(lead, form, form_prefix(lead, form)) for lead, form in zip(leads, forms, strict=True)]
        others = [sign_in_to_baseline(baseline_server.port) for _ in range(PEOPLE)]
        plain = [open_and_save(client, f"/activities/{number}/report") for number, client in enumerate(others, 1)]
        measured = [
            (cpu_of_people(product, saves, PEOPLE_TIMES), cpu_of_people(baseline_server, plain, PEOPLE_TIMES))
            for _ in range(ROUNDS)
        ]
    print_ratio(f"open a form and save it, {PEOPLE} people: product | baseline", least_of_rounds(measured), SAVE_LIMIT)


def measure_load(folder: Path) -> None:
    """Measure saves of sixteen people, and a minute of fifty readers with sixteen writers, on both engines.

    The same people do the same in the baseline afterwards: elapsed times of two machines cannot be compared, their ratios can.
    """
    print("Elapsed time of a request in ms while many people use the server, with the clients on the same machine:")
    with serve_each_engine(folder) as servers:
        for engine, product, plain in servers:
            own, other = load_times_of_product(product), load_times_of_baseline(plain)
            alone, together = f"{engine}: {WRITERS} people × {SAVES} saves", f"{engine}: {READERS} readers, {WRITERS} writers"
            alone_limit, page_limit, save_limit = LOAD_LIMITS[engine]
            print_value(f"{alone}, failed", own.saves_failed, 0, "requests")
            print_ratio(f"{alone}, 99%", CostPair(own.saves_alone, other.saves_alone), alone_limit)
            print_value(f"{together}, failed", own.failed, 0, "requests")
            print_ratio(f"{together}, plan page, 95%", CostPair(own.pages, other.pages), page_limit)
            print_ratio(f"{together}, save, 95%", CostPair(own.saves, other.saves), save_limit)


def compare_lock_waits(folder: Path) -> None:
    """Compare how long processes wait for each other to save with SQLite's own waiting."""
    from tests.bench.waits import compare_waits

    print_ratio("two processes that save, wait on SQLite: product | SQLite's", compare_waits(folder), 1)


def compare_memory(folder: Path) -> None:
    """Compare two idle workers and their first process, with each shared page divided among those that share it."""
    with serve_both(folder) as (product, lead, baseline_server, client):
        for served in (product, baseline_server):
            for _ in range(20):
                served.get("/healthz")  # on a connection of its own, so that each worker has answered
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
    "progress": (f"/en/plans/{sample_databases.YEAR}?view=progress", 4.6),
    "list": (f"/en/plans/{sample_databases.YEAR}?view=list", 10.5),
    "timeline": (f"/en/plans/{sample_databases.YEAR}?view=timeline", 7),
    "what changed": ("/en/briefings/2/changes", 17),
    "jurisdictions": ("/en/jurisdictions", 5),
    "translations": ("/en/translations", 3.2),
    "translated texts": ("/en/translations?show=done", 5.5),
    "vacancies": ("/en/vacancies", 1.8),
    "draft of a briefing": ("/en/briefings/2", 42),
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
            costs = compare(more, few, times=REPETITIONS // 4, rounds=ROUNDS)
            print_ratio(f"{label}: 5 × 5 with nine old years | without", costs, 1.2)
            print_ratio(f"{label}: 50 × 50 | 5 × 5", CostPair(least_cpu(*many, STARTS), costs.baseline), limit)


FEW_ROUNDS, MANY_ROUNDS = 2, 200
"""Of changes of each due date, of a lead of each priority and of each overall status."""
PAST_PAGES = ("plans/2020", "plans/2020?view=list", "plans/2020/priorities/3", "plans/2020/activities/3.2", "jurisdictions/on")


def compare_past_days(folder: Path) -> None:
    """Compare pages of a past day after a long history with the same after a short one."""
    with (
        start_product(sample_databases.create_2020_plan_with_history(folder, FEW_ROUNDS), folder) as short,
        start_product(sample_databases.create_2020_plan_with_history(folder, MANY_ROUNDS), folder) as long,
    ):
        readers = [(served, sign_in_lead(served, sample_databases.DEMO_READER_EMAIL)) for served in (long, short)]
        for path in PAST_PAGES:
            for query in ("as_of=2020-07-31", "about=2020-07-31"):
                place = f"/en/{path}{'&' if '?' in path else '?'}{query}"
                more, few = ((served, get_page(reader, place)) for served, reader in readers)
                label = f"{path}, {query[:5]}: {MANY_ROUNDS} rounds | {FEW_ROUNDS}"
                print_ratio(label, compare(more, few, times=REPETITIONS // 4, rounds=ROUNDS), 1.2)


def measure_public_pages(folder: Path) -> None:
    """Compare public pages with a static file, and a signed-in person's pages with and without readers of public pages."""
    from tests.bench import public

    with start_product(sample_databases.create_2020_plan(folder, date(2020, 9, 24)), folder) as served:
        visitor = HttpClient(served.port)
        print("A public page and a static file of the same server, in ms of processor time:")
        for path in public.ADDRESSES:
            page, file = get_page(visitor, path), get_page(visitor, public.STATIC_FILE)
            limit = HOME_LIMIT if path in public.HOME else PUBLIC_LIMIT
            print_ratio(path, compare((served, page), (served, file), times=REPETITIONS, rounds=ROUNDS), limit)
        alone = public.signed_in_alone(served, PUBLIC_WORK)
        with public.through_nginx(served, folder) as connect:
            print_public_load("through nginx", public.read_at_rate(served, connect, PUBLIC_WORK), alone, 1.2)
        load = public.read_at_rate(served, public.straight(served), PUBLIC_WORK)
        print_public_load("straight", load, alone, STRAIGHT_LIMIT)


def print_public_load(way: str, load: PublicLoad, alone: PublicLoad, limit: float) -> None:
    """Print how long public pages and the pages of a signed-in person took, against those of the person alone."""
    from tests.bench import public

    print(f"{len(load.public)} public requests {way}, {public.RATE} a second, {load.not_modified} answered 304:")
    for failure in load.failed[:5]:
        print(failure)
    print_value("failed", len(load.failed), 0, "requests")
    print_value("95% of the public requests within", public.p95(load.public), 300, "ms")
    ratio = CostPair(public.p95(load.signed_in), public.p95(alone.signed_in))
    print_ratio("95% of a signed-in person's pages within: with readers | alone", ratio, limit)


def measure_decks(folder: Path) -> None:
    """Compare a complete deck with writing the same cells from a list, and limit its seconds."""
    from tests.bench.deck import compare_decks

    september, day = date(2020, 9, 24), date.fromisoformat(sample_databases.TODAY)
    print("A deck composed and drawn, and openpyxl writing its cells, in ms of processor time:")
    usual = compare_decks(sample_databases.create_2020_plan(folder, september), 2020, september, rounds=9)
    print_ratio("deck of the 2020 plan, 21 activities", usual, 1.6)
    print_value("deck of the 2020 plan, 21 activities", usual.own / 1000, 2, "s")
    large = compare_decks(sample_databases.create_large_plan(folder), sample_databases.YEAR, day, rounds=2)
    print_ratio("deck of a plan of 50 × 50 activities", large, 1.25)
    print_value("deck of a plan of 50 × 50 activities", large.own / 1000, 10, "s")


def measure_workbooks(_: Path) -> None:
    """Compare the preview of filled-in workbooks with openpyxl reading them, and limit its seconds."""
    from tests.bench.workbook import compare_workbooks

    print("A workbook read and compared, and openpyxl's read-only pass over it, in ms of processor time:")
    print_ratio("workbook of 25 reports", compare_workbooks(25, rounds=9), 1)
    large = compare_workbooks(4990, rounds=3)
    print_ratio("workbook of 5,000 reports", large, 1.6)
    print_value("workbook of 5,000 reports", large.own / 1000, 5, "s")


def measure_commands(folder: Path) -> None:
    """Measure the processor time of commands."""
    print("Processor time of a command, from the start of its process:")
    september = date(2020, 9, 24)
    url = sample_databases.create_2020_plan(folder, september)
    export = (*EXPORT, "--meeting", september.isoformat(), "--today", september.isoformat())
    help_seconds, own, libraries = command_seconds(HELP, export, LIBRARIES, cwd=folder, COGWG_DATABASE_URL=url)
    print_value("cogwg --help", help_seconds, 0.25, "s")
    costs = CostPair(own * 1000, libraries * 1000)
    print_ratio("cogwg briefing export | import sqlalchemy.orm, openpyxl", costs, EXPORT_LIMIT)


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
        print_value("My updates after that, 25 rows", more[0].size / BYTES_PER_KIB, 9, "KiB")
        print_value("scripts of a signed-in person, once", sum(a.size for a in more[1:]) / BYTES_PER_KIB, SCRIPTS_KIB, "KiB")
        form = update_form_path(lead, "1.1")
        print_value("fragment: the form of a row", lead.get(form, htmx=True).size / BYTES_PER_KIB, 3, "KiB")
        page = lead.get(form, htmx=True).text
        name = form_prefix(lead, form)
        version = re.search(r'name="[\w-]+version"[^>]*value="(\d+)"', page)
        assert version is not None
        fields = {f"{name}status": "SP", f"{name}progress_en": baseline.TEXT, f"{name}version": version[1]}
        print_value(
            "fragment: a saved row", lead.post(form, fields | last_csrf_token(page), htmx=True).size / BYTES_PER_KIB, 1.2, "KiB"
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
    samples = (25, sample_databases.create_five_by_five, 1000), (60, sample_databases.create_sixty_rows, 2100)
    for rows, create, maximum in samples:
        with start_product(create(folder), folder) as served:
            lead = sign_in_lead(served)
            page = lead.get("/en/my-updates").text
            assert page.count('<article class="update') == rows
            elements = len(re.findall(r"<[a-z]", page))
            print_value(f"My updates, {rows} rows", elements, maximum, "elements")
            print_value(f"My updates, {rows} rows: longest task", longest_task(served, lead, "/en/my-updates"), 200, "ms")


def compare_groups(folder: Path) -> None:
    """Compare a page of a group of ten years with that of one year, and in a hundred groups in turn with one alone."""
    from tests.bench import groups

    with groups.hosts(folder) as each_engine:
        for host in each_engine:
            count = f"{len(host.urls)} groups on {host.engine}"
            few, many = groups.statements(host.one_year), groups.statements(host.ten_years)
            costs, server = groups.page_costs(host)
            print(f"{host.engine}: processor time of a page in ms, and the ratio; statements of one year and of ten:")
            for label, cost in costs.items():
                print_ratio(f"{label}, {host.engine}: ten years | one", CostPair(cost.ten_years, cost.one_year), 1.2)
                visits = CostPair(cost.in_visits, cost.ten_years)
                print_ratio(f"{label}: {count} in turn, {groups.VISIT} pages a visit | one of them", visits, 1.2)
                print(f"{label}: {count} in turn, one page a visit: {cost.in_turn:.1f} ms")
                print_value(f"{label}, {host.engine}: statements, of {few[label]}", many[label], few[label], "statements")
            print(f"{count}: each server with one worker takes {server.memory:.0f} MiB of memory", end=", ")
            print(f"and {server.idle:.2f} ms of processor time a second while nobody opens a page", flush=True)
            took, size = groups.back_up_all(host)
            print(f"{count}: {groups.database_megabytes(host):.0f} MB; all backed up to {size:.0f} MB in {took}", flush=True)
            print(f"{count}: all upgraded in {groups.upgrade_all(host)}", flush=True)
            done, rest = groups.upgrade_killed_halfway(host)
            print(f"{count}: upgrade killed when {done} were done; a second run did the rest in {rest}", flush=True)


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
