"""A cache that everyone shares never gives a visitor the page of a signed-in person, nor the reverse."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

import pytest

from tests.sessions import ESSENTIAL
from tests.web.public.addresses import PAGE_ADDRESSES
from tests.web.public.shared_cache import SharedCache, directives, may_be_kept
from tests.web_client import App, Client, Page

PERSONAL = ["/en/", "/fr/", "/en/plans/2020", "/fr/plans/2020?view=list", "/en/plans/2020/priorities/3", "/en/plans"]
"""Addresses whose pages depend on who is signed in."""
OTHERS = ["/en/help", "/en/about", "/en/my-updates", "/en/sign-in", "/en/plans/2020/activities/3.2", "/en/search?q=data"]
PEOPLE = ("visitor", "ontario", "secretariat")


def who(page: Page) -> str:
    """Return the name in the header of a page, "" for a visitor's; a redirect has none."""
    links = [a for a in page.find_all("a") if (a.get("href") or "").endswith("/account")] if page.status == 200 else []
    return "".join(links[0].itertext()) if links else ""


@ESSENTIAL
@pytest.mark.parametrize("order", list(permutations(PEOPLE)))
def test_shared_cache_gives_nobody_the_page_of_another(public_app: App, order: tuple[str, ...]) -> None:
    cache = SharedCache()
    clients: dict[str, Client] = {name: public_app.client_as(name) for name in PEOPLE}
    for path in [*PERSONAL, *OTHERS]:
        for name in (*order, *order):
            page, own = cache.get(clients[name], path), clients[name].get(path)
            assert (page.status, who(page)) == (own.status, who(own)), (path, name)
            if name == "visitor":
                assert "R. Campbell" not in page.text
    assert cache.hits, "what visitors see is kept"


def test_shared_cache_keeps_what_visitors_see_and_nothing_else(public_app: App) -> None:
    visitor, ontario = public_app.anonymous_client(), public_app.client_as("ontario")
    for path in PERSONAL:
        page, own = visitor.get(path), ontario.get(path)
        assert may_be_kept(page)
        assert "Cookie" in page.headers["Vary"]
        assert directives(own).keys() == {"private", "no-store"}
        assert "Cookie" in own.headers["Vary"]
    for path in OTHERS:
        assert not may_be_kept(visitor.get(path)), path
        assert not may_be_kept(ontario.get(path)), path


def test_visitor_with_a_session_gets_what_only_their_browser_keeps(public_app: App) -> None:
    """After a look at the sign-in page, a browser has a session, in which messages may wait."""
    visitor = public_app.anonymous_client()
    visitor.get("/en/sign-in")
    assert visitor.flask_client.get_cookie("session") is not None
    assert directives(visitor.get("/en/")).keys() == {"private", "no-cache"}
    assert may_be_kept(visitor.get("/en/tracker"))


def test_home_page_without_a_language_varies_by_what_the_browser_prefers(public_app: App) -> None:
    cache = SharedCache()
    visitor = public_app.anonymous_client()
    for lang in ("fr", "en", "fr"):
        assert cache.get(visitor, "/", Accept_Language=lang).redirect_path == f"/{lang}/"
    assert cache.hits == 1


@pytest.mark.parametrize("path", PAGE_ADDRESSES[:4])
def test_public_record_is_kept_once_for_everyone(public_app: App, path: str) -> None:
    cache = SharedCache()
    texts = {cache.get(client, path).text for client in clients_of(public_app)}
    assert (len(texts), cache.hits) == (1, len(PEOPLE) - 1)


def clients_of(app: App) -> Iterator[Client]:
    return (app.client_as(name) for name in PEOPLE)
