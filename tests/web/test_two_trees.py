"""The pages of each language are the same tree: whoever walks one walks the other, and finds the same things on each page.

The walk begins on the home page and follows every link, as a person of each role does. Each page that a link of either
language leads to is opened in both. Then both must have the same headings by level, forms, fields, buttons, tables, rows and
items, and their links must lead to the same pages. The order is not compared: names are sorted as each language sorts them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from cogwg.core.bilingual import Language
from tests.databases import Databases
from tests.sessions import ESSENTIAL, first_of
from tests.web.conftest import PopulatedApp
from tests.web.public.publishing import publish_engagement
from tests.web_client import App, Client, Page

PEOPLE = (
    "visitor",
    "ontario",
    "chair",
    "secretariat",
    "quebec",
    "nwt",
    "deputy",
    "reader",
    "steward",
    "reviewer",
    "network",
    "moderator",
    "analyst",
)
"""A person of each role, and further leads: Quebec has no role in the plan, and NWT is a partner."""
COUNTED = (
    *("h1", "h2", "h3", "h4", "h5", "h6", "form", "fieldset", "legend", "label", "input", "select", "option", "textarea"),
    *("button", "table", "caption", "tr", "th", "td", "ul", "ol", "li", "dl", "dt", "dd", "details", "summary", "img", "p"),
)
"""The elements whose number must be the same; links are compared one by one."""
QUERIES_OPENED = 2
"""How many queries of each path are opened: filters and orders multiply. The default run opens one."""
LANGUAGE = re.compile(r"(?<=^/)(en|fr)(?=/|$)|(?<=-)(en|fr)(?=\.[a-z]+$)")
FILE = re.compile(r"\.[a-z]+(\?|$)")
"""The end of the path of a file: a download is recorded and counted, so the second one would not find what the first did."""
EXCEPTIONS = {
    r"/\*/account/data": ("tr|td", "Each look at one's own data is recorded, and the record is part of the data."),
    r"/\*/plans/2020/activities/[\d.]+/return\?.*": ("p", "It says how many leads read email in the other language, if any."),
}
"""Pages where some elements may differ in number, by a pattern of their address without the language, each with the reason."""


def without_language(address: str) -> str:
    """Return an address with "*" in place of its language: at the beginning, in a value of its query, or in a file's name."""
    parts = urlsplit(address)
    query = urlencode([(name, LANGUAGE.sub("*", value)) for name, value in parse_qsl(parts.query, True)])
    return LANGUAGE.sub("*", parts.path) + (f"?{query}" if query else "")


def shape_of(page: Page) -> Counter[str]:
    """Return how many of each counted element a page has, and how many links lead to each of its targets."""
    shape: Counter[str] = Counter()
    for element in page.tree.iter():
        if element.tag in COUNTED:
            shape[str(element.tag)] += 1
        elif element.tag == "a":
            href = element.get("href") or ""
            shape[f"link to {without_language(href) if href.startswith('/') else '# or elsewhere'}"] += 1
    return shape


@dataclass
class Trees:
    """A walk over both trees as one person: the pages that were opened, and the differences."""

    browser: Client
    queries_opened: int = QUERIES_OPENED
    pages: set[str] = field(default_factory=set)
    differences: list[str] = field(default_factory=list)
    _queries: Counter[str] = field(default_factory=Counter)

    def walk(self) -> Trees:
        todo = ["/*/"]
        while todo:
            address = todo.pop()
            path = address.partition("?")[0]
            if address in self.pages or self._queries[path] >= self.queries_opened:
                continue
            self.pages.add(address)
            self._queries[path] += 1
            todo += self._compare(address)
        return self

    def _compare(self, address: str) -> list[str]:
        """Open a page in both languages, compare them, and return where their links lead."""
        en, fr = (self.browser.get(address.replace("/*", f"/{lang}")) for lang in Language)
        kinds = [(page.status, page.response.mimetype, without_language(page.redirect_path)) for page in (en, fr)]
        if kinds[0] != kinds[1]:
            self.differences.append(f"{address}: {kinds[0]} in English, {kinds[1]} in French")
            return []
        if en.status == 303:
            return [without_language(en.redirect_path)]
        if en.response.mimetype != "text/html":
            return []
        shapes = shape_of(en), shape_of(fr)
        for name in sorted({*shapes[0], *shapes[1]}):
            if shapes[0][name] != shapes[1][name] and not _may_differ(address, name):
                self.differences.append(f"{address}: {name} {shapes[0][name]} × in English, {shapes[1][name]} × in French")
        return [target for target in _pages_linked(en, fr) if target not in self.pages]


def _may_differ(address: str, name: str) -> bool:
    return any(
        re.fullmatch(pattern, address) and re.fullmatch(elements, name) for pattern, (elements, _reason) in EXCEPTIONS.items()
    )


def _pages_linked(*pages: Page) -> Iterator[str]:
    for page in pages:
        for link in page.tree.iter("a"):
            address = without_language((link.get("href") or "").partition("#")[0])
            if address.startswith("/*") and not FILE.search(address):
                yield address


@pytest.fixture(scope="module")
def demo(databases: Databases) -> Iterator[PopulatedApp]:
    """The demo with all that is published, and what every route needs."""
    app = App(databases.create("sqlite", "published"))
    populated = PopulatedApp(app)
    publish_engagement(app)
    yield populated
    app.close()


@ESSENTIAL
@pytest.mark.parametrize(
    ("name", "queries_opened"), first_of(1, [("visitor", 1), *((name, QUERIES_OPENED) for name in PEOPLE)])
)
def test_both_trees_hold_the_same_pages_with_the_same_parts(demo: PopulatedApp, name: str, queries_opened: int) -> None:
    trees = Trees(demo.client_as(name), queries_opened).walk()
    assert trees.differences == []
    assert len(trees.pages) > 20


@pytest.mark.parametrize(
    ("cut", "difference"),
    [("<h2", "h2"), ("<button", "button"), ("<li>", "li"), ('<a href="/fr/plans', "link to")],
)
def test_page_that_lacks_a_part_in_one_language_is_found(demo: PopulatedApp, cut: str, difference: str) -> None:
    page = demo.client_as("ontario").get("/fr/jurisdictions/on")
    whole = shape_of(page)
    assert cut in page.text
    page.text = page.text.replace(cut, cut.replace("<", "<x-", 1), 1)
    vars(page).pop("tree")
    assert [name for name in whole if whole[name] != shape_of(page)[name] and name.startswith(difference)]
