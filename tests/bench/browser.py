"""How long a page keeps a slow device's browser busy at once: its long tasks, with the processor slowed down four times."""

from __future__ import annotations

from playwright.sync_api import sync_playwright

from tests.bench.client import HttpClient
from tests.e2e.chromium import launch
from tests.server.process import ServerProcess

SLOWDOWN = 4
OBSERVE = """
window.longTasks = [];
new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map((task) => task.duration)))
  .observe({ type: "longtask", buffered: true });
"""


def longest_task(served: ServerProcess, client: HttpClient, path: str, times: int = 5) -> float:
    """Return the longest task of opening the page, in milliseconds, 0 if none took 50 or more: the least of several visits."""
    address = f"http://127.0.0.1:{served.port}"
    with sync_playwright() as playwright:
        context = launch(playwright).new_context()
        context.add_cookies([{"name": name, "value": value, "url": address} for name, value in client.cookies.items()])
        context.add_init_script(OBSERVE)
        page = context.new_page()
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
        longest: list[float] = []
        for _ in range(times):
            page.goto(f"{address}{path}")
            page.wait_for_timeout(1000)
            longest.append(max(page.evaluate("window.longTasks"), default=0))
        return min(longest)
