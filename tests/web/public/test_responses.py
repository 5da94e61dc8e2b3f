"""Responses of the public record are the same for everyone, are kept by caches, and set no cookie."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import Engine

from tests.web_client import App, Page

Statements = Callable[[Engine], AbstractContextManager[list[str]]]
ADDRESSES = ["/en/tracker", "/fr/tracker"]
UNKNOWN = ["/en/tracker/nothing", "/fr/tracker/nothing"]


def same_answer(page: Page) -> tuple[object, ...]:
    headers = {name: value for name, value in page.headers.items() if name not in ("Date", "X-Request-ID")}
    return page.status, headers, page.text


@pytest.mark.parametrize("path", ADDRESSES)
def test_signed_in_people_and_htmx_get_what_everyone_gets(public_app: App, path: str) -> None:
    visitor = public_app.anonymous_client().get(path)
    assert visitor.status == 200
    for name in ("ontario", "secretariat"):
        client = public_app.client_as(name)
        assert same_answer(client.get(path)) == same_answer(visitor)
        assert same_answer(client.get(path, htmx=True)) == same_answer(visitor)


@pytest.mark.parametrize("path", [*ADDRESSES, *UNKNOWN])
def test_caches_may_keep_what_varies_by_the_address_alone(public_app: App, path: str) -> None:
    page = public_app.client_as("ontario").get(path, Accept_Language="fr")
    assert "Set-Cookie" not in page.headers
    assert page.headers["Cache-Control"] == "public, max-age=60, must-revalidate"
    assert page.headers.get("Vary", "Accept-Encoding") == "Accept-Encoding"
    assert page.find("html").get("lang") == path[1:3]


@pytest.mark.parametrize("packed", [False, True])
def test_client_with_the_same_content_gets_304_without_body(public_app: App, packed: bool) -> None:
    client = public_app.anonymous_client()
    encoding = {"Accept_Encoding": "gzip"} if packed else {}
    first = client.get("/en/tracker", **encoding)
    again = client.get("/en/tracker", If_None_Match=first.headers["ETag"], **encoding)
    assert (again.status, again.text, again.headers["ETag"]) == (304, "", first.headers["ETag"])
    assert client.get("/fr/tracker", If_None_Match=first.headers["ETag"], **encoding).status == 200


def test_page_drawn_before_costs_two_statements(public_app: App, statements: Statements) -> None:
    client = public_app.anonymous_client()
    client.get("/en/tracker")
    with statements(public_app.request_engine) as sent:
        assert client.get("/en/tracker").status == 200
    assert len(sent) == 2, sent
