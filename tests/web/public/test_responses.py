"""Responses of the public record are the same for everyone, are kept by caches, and set no cookie."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import Engine

from cogwg.web.http import drawn
from tests.web.conftest import MakeApp
from tests.web.public.addresses import ADDRESSES, PAGE_ADDRESSES, UNKNOWN
from tests.web.public.publishing import correct_milestone
from tests.web_client import App, Page

Statements = Callable[[Engine], AbstractContextManager[list[str]]]


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
    assert page.status == (404 if path in UNKNOWN else 200)
    assert "Set-Cookie" not in page.headers
    assert page.headers["Cache-Control"] == "public, max-age=60, must-revalidate"
    assert page.headers.get("Vary", "Accept-Encoding") == "Accept-Encoding"
    assert ("ETag" in page.headers) is (path in ADDRESSES)


@pytest.mark.parametrize("path", UNKNOWN)
def test_unknown_address_answers_in_the_language_of_the_address(public_app: App, path: str) -> None:
    page = public_app.client_as("ontario").get(path, Accept_Language="en" if path[1:3] == "fr" else "fr")
    assert page.find("html").get("lang") == path[1:3]
    assert page.h1 == {"en": "Page not found", "fr": "Page introuvable"}[path[1:3]]
    assert "Ontario" not in page.find("header").itertext()


@pytest.mark.parametrize("path", ADDRESSES)
def test_client_with_the_same_content_gets_304_without_body(public_app: App, path: str) -> None:
    client = public_app.anonymous_client()
    for encoding in ({}, {"Accept_Encoding": "gzip"}):
        first = client.get(path, **encoding)
        again = client.get(path, If_None_Match=first.headers["ETag"], **encoding)
        assert (again.status, again.text, again.headers["ETag"]) == (304, "", first.headers["ETag"])
        assert again.headers["Cache-Control"] == first.headers["Cache-Control"]
    other = "/en/tracker/briefings" if path != "/en/tracker/briefings" else "/en/tracker"
    assert client.get(other, If_None_Match=first.headers["ETag"]).status == 200


def test_packed_page_is_the_same_page(public_app: App) -> None:
    client = public_app.anonymous_client()
    plain, packed = client.get("/fr/tracker"), client.get("/fr/tracker", Accept_Encoding="gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.response.data) == plain.response.data
    assert len(packed.response.data) < len(plain.response.data) / 3


def test_client_asks_again_after_a_correction(published_app: App) -> None:
    client = published_app.anonymous_client()
    before, untouched = client.get("/en/tracker/milestones"), client.get("/en/tracker/briefings")
    correct_milestone(published_app)
    assert client.get("/en/tracker/milestones", If_None_Match=before.headers["ETag"]).status == 200
    assert client.get("/en/tracker/briefings", If_None_Match=untouched.headers["ETag"]).status == 304, "the same content"


@pytest.mark.parametrize("path", PAGE_ADDRESSES[:3])
def test_page_drawn_before_costs_two_statements(public_app: App, statements: Statements, path: str) -> None:
    client = public_app.anonymous_client()
    client.get(path)
    with statements(public_app.request_engine) as sent:
        assert client.get(path).status == 200
    assert len(sent) == 2, sent


def test_page_depends_on_the_settings_of_the_site(make_app: MakeApp) -> None:
    for host in ("the first host", "the second host"):
        app = make_app("sqlite", "published", hosted_by_en=host)
        assert host in app.anonymous_client().get("/en/tracker").text


def test_fewer_responses_are_kept_than_fit() -> None:
    held = drawn.DrawnResponses()
    body = bytes(drawn.MAX_KEPT_EACH // 2)
    fitting = drawn.MAX_KEPT // len(body)
    for number in range(fitting + 1):
        held.keep(number, drawn.Drawn(body, None, str(number)))
        assert held.find(0) is not None, "used all the time"
    assert held.find(1) is None
    assert held.find(fitting) is not None
    held.keep("large", drawn.Drawn(bytes(drawn.MAX_KEPT_EACH + 1), None, "large"))
    assert held.find("large") is None


@pytest.mark.parametrize("path", ["/en/tracker", "/en/feeds/published.atom"])
def test_form_sent_to_the_public_record_is_refused_and_not_kept(public_app: App, path: str) -> None:
    page = public_app.client_as("ontario").post(path, {"q": "x"})
    assert page.status in (400, 405)
    assert page.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in page.headers
