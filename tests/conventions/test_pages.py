"""Every page in both languages: valid HTML, one main heading, controls with labels, and a link to its translation."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape
from itertools import pairwise
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib
import pytest
from _pytest.mark import ParameterSet
from werkzeug.exceptions import HTTPException

from cogwg.plan.models import Assignment, Confirmation
from tests.sessions import FURTHER
from tests.web.auth.test_access import ROUTE_CASES, RouteCase
from tests.web.conftest import MakeApp, PopulatedApp
from tests.web_client import PERSONAS, App, Page, text_of

LANGS = ("en", "fr")
MAX_QUERIES_PER_PATH = 2
NOT_HTML = (
    "/healthz",
    "/readyz",
    "/metrics",
    "/session",
    "/static/",
    ".xlsx",
    ".pptx",
    ".csv",
    ".json",
    ".ics",
    ".atom",
    ".xml",
    ".txt",
    "/v1/",
    "/sitemap.xml",
    "/robots.txt",
)


def personas_shown(route: RouteCase) -> list[str]:
    """Return the personas whose page of this route is checked, first those who have it; the default run checks the first.

    Those who are refused like the lead are left out.
    """
    statuses = {name: status for name, status in zip(PERSONAS, route.expected, strict=True) if status in (200, 403, 404, 410)}
    names = [name for name in ("ontario", "visitor", "chair") if name in statuses] + ["quebec"] * (
        route.path == "/en/my-updates"
    )
    names = [
        name for name in names if name != "chair" or statuses["chair"] == 200 or statuses["chair"] != statuses.get("ontario")
    ]
    return sorted(names, key=lambda name: statuses.get(name) != 200)


def pages_and_personas() -> Iterator[ParameterSet]:
    """Yield each page and persona; those after the first persona, and refusals like one before, are further cases."""
    refused: set[tuple[str, int]] = set()
    for case in ROUTE_CASES:
        if case.method == "GET" and not any(part in case.path for part in NOT_HTML):
            for n, name in enumerate(personas_shown(case)):
                status = case.expected[PERSONAS.index(name)]
                refusal = (case.endpoint.partition(".")[0], status) if isinstance(status, int) and status >= 400 else None
                is_further = n > 0 or refusal in refused
                refused |= {refusal} if refusal else set()
                yield pytest.param(case.path, name, id=f"{case.path} {name}", marks=FURTHER if is_further else ())


PAGES = list(pages_and_personas())


def other_language(lang: str) -> str:
    return "fr" if lang == "en" else "en"


def in_language(path: str, lang: str) -> str:
    return re.sub(r"^/(en|fr)/", f"/{lang}/", path)


@pytest.mark.parametrize(("path", "name"), PAGES)
@pytest.mark.parametrize("lang", LANGS)
def test_page_is_valid_html_and_links_its_translation(populated: PopulatedApp, path: str, name: str, lang: str) -> None:
    browser = populated.client_as(name)
    page, twin = (browser.get(in_language(populated.path(path), each)) for each in (lang, other_language(lang)))
    check_html(page, lang)
    check_language_link(page, twin, lang)


@pytest.mark.parametrize("lang", LANGS)
@FURTHER
def test_page_after_a_form_is_valid_html(make_app: MakeApp, lang: str) -> None:
    """Invalid forms, a conflict, a receipt, and the pages for oversized, unauthenticated and disallowed requests."""
    app = make_app()
    ontario, visitor, chair = app.client_as("ontario"), app.anonymous_client(), app.client_as("chair")
    first, second = (ontario.report_form("3.3", lang) for _ in range(2))
    wrong = second.fill(status="NS", progress_en="", progress_fr="", evidence_url="nothing")
    pages = [
        wrong.submit(),
        first.fill(status="LP", progress_en="One.", challenge_en="Two.", evidence_url="https://a.example/").submit().follow(),
        wrong.fill(progress_en="Other.", challenge_fr="Autre.", evidence_url="https://b.example/").submit(),
        visitor.get(f"/{lang}/sign-in").form().submit(),
        visitor.get(f"/{lang}/sign-in").form().fill(email="a@b.example", password="wrong").submit(),
        chair.get(f"/{lang}/briefings/new").form().fill(meeting_on="", audience_en="").submit(),
        visitor.post(f"/{lang}/sign-in", {}),
        visitor.post(f"/{lang}/sign-in", {"email": "x" * 2_000_000}),
        visitor.get(f"/{lang}/sign-out"),
        chair.get(f"/{lang}/my-updates?for=on"),
    ]
    assert [page.status for page in pages] == [422, 200, 409, 422, 422, 422, 400, 413, 405, 200]
    for page in pages:
        check_html(page, lang)


@pytest.mark.parametrize("lang", LANGS)
@FURTHER
def test_activity_and_role_pages_after_a_form_are_valid_html(make_app: MakeApp, lang: str) -> None:
    """Invalid and valid notes, due dates, comments, overall statuses and role answers; the language link works."""
    app = make_app()
    chair, nwt = app.client_as("chair"), app.client_as("nwt")
    activity, priority = f"/{lang}/plans/2020/activities/5.4", f"/{lang}/plans/2020/priorities/3"
    first, second = (nwt.get(activity).form("/note") for _ in range(2))
    moved, stale = (chair.get(activity).form("/due") for _ in range(2))
    (role,) = app.rows(Assignment, Assignment.confirmation == Confirmation.TO_CONFIRM)
    role_path = f"/{lang}/plans/2020/roles/{role.id}"
    pages = [
        first.fill(text_en="x" * 4001).submit(),
        first.fill(text_en="One.", text_fr="Un.").submit().follow(),
        second.fill(text_en="Two.", text_fr="Deux.").submit(),
        moved.submit(),
        moved.fill(month="2021-03", reason_fr="Plus tard.").submit().follow(),
        stale.fill(month="2020-11", reason_fr="Plus tard.").submit(),
        nwt.get(activity).form("/comments").submit(),
        nwt.get(activity).form("/comments").fill(text="Un mot.\n\nDeux.").submit().follow(),
        nwt.get(f"{activity}/comments/1").form("/comments/1").fill(text="").submit(),
        chair.get(priority).form("/overall").submit(),
        chair.get(priority).form("/overall").fill(status="C", note_fr="Voilà.").submit().follow(),
        chair.get(role_path).form("/decline").fill(reason="x" * 4001).submit(),
        chair.get(role_path).form("/decline").submit().follow(),
        chair.get(role_path).form("/offer").submit(),
        chair.get(f"/{lang}/vacancies"),
    ]
    assert [page.status for page in pages] == [422, 200, 409, 422, 200, 409, 422, 200, 422, 422, 200, 422, 200, 422, 200]
    for page in pages:
        check_html(page, lang)
        (link,) = [a for a in page.find_all("a", hreflang="fr" if lang == "en" else "en") if a.get("download") is None]
        assert chair.get(str(link.get("href"))).status in (200, 403), f"{page.path}: {link.get('href')}"


@pytest.mark.parametrize("lang", LANGS)
@FURTHER
def test_pages_after_requests_and_extensions_are_valid_html(make_app: MakeApp, lang: str) -> None:
    """Invalid and valid requests and their answers, ended and handed over roles, and the extension of a quarter."""
    app = make_app()
    chair, quebec, ontario = (app.client_as(name) for name in ("chair", "quebec", "ontario"))
    activity, quarter = f"/{lang}/plans/2020/activities/3.3", f"/{lang}/plans/2020/quarters/2020-09"
    vacant, held, offered = (
        f"/{lang}/plans/2020/roles/{app.rows(Assignment, Assignment.confirmation == state)[0].id}"
        for state in (Confirmation.VACANT, Confirmation.CONFIRMED, Confirmation.TO_CONFIRM)
    )
    reason = {f"reason_{lang}": "The survey comes first."}
    ask, withdraw, extension = (
        ontario.get(activity).form("/due/requests"),
        chair.get(offered).form("/withdraw"),
        chair.get(quarter).form("/extend"),
    )
    pages = [
        quebec.get(vacant).form("/request").submit().follow(),
        app.client_as("bc").get(vacant),
        chair.get(vacant),
        chair.get(held).form("/end").submit(),
        chair.get(held).form("/hand-over").submit(),
        chair.get(held).form("/end").fill(**reason).submit().follow(),
        withdraw.submit().follow(),
        withdraw.submit(),
        ask.submit(),
        ask.fill(month="2020-12", **reason).submit().follow(),
        ask.fill(month="2020-11", **reason).submit(),
        chair.get(activity).form("/decline").submit(),
        chair.get(activity).form("/accept").submit().follow(),
        extension.submit(),
        extension.fill(**reason).submit().follow(),
        ontario.get(f"/{lang}/my-updates"),
        chair.get(f"/{lang}/vacancies"),
    ]
    assert [page.status for page in pages] == [
        200,
        200,
        200,
        422,
        422,
        200,
        200,
        422,
        422,
        200,
        422,
        422,
        200,
        422,
        200,
        200,
        200,
    ]
    for page in pages:
        check_html(page, lang)
        (link,) = [a for a in page.find_all("a", hreflang="fr" if lang == "en" else "en") if a.get("download") is None]
        assert chair.get(str(link.get("href"))).status in (200, 403), f"{page.path}: {link.get('href')}"


@FURTHER
def test_large_plan_pages_are_valid_html_for_every_persona(read_only_app: App) -> None:
    for name in PERSONAS:
        for path in ("/en/plans/2020", "/fr/plans/2020/priorities/5"):
            check_html(read_only_app.client_as(name).get(path), path[1:3])


def check_html(page: Page, lang: str) -> None:
    where = f"{page.path} ({page.status})"
    page.tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page.text)
    assert page.find("html").get("lang") == lang
    assert fold_spaces(page.title) == f"{fold_spaces(page.h1)} – {'COGWG' if lang == 'en' else 'GTCGO'}", where
    ids = Counter(e.get("id") for e in page.find_all("*") if e.get("id"))
    assert not [i for i, n in ids.items() if n > 1], where
    _check_references(page, set(ids), where)
    _check_urls(page, where)
    _check_labels(page, where)
    for e in page.find_all("*"):
        assert e.get("lang") in (None, "en", "fr"), where
        assert "style" not in e.attrib, where
        assert not [a for a in e.attrib if a.startswith(("on", "hx-on"))], where
        assert e.tag != "script" or (e.get("src") and not text_of(e)), where
        assert not (e.get("href") or "").lower().startswith("javascript:"), where
    is_signed_in = any(e.get("action", "").endswith("/sign-out") for e in page.find_all("form"))
    for form in page.find_all("form"):
        names = {e.get("name") or "" for e in form.iter("input")}
        is_get = (form.get("method") or "get") == "get"
        assert not is_get or not any(n == "opened_by" or n.endswith("csrf_token") for n in names), f"{where}: secrets in a URL"
    for form in page.find_all("form", method="post"):
        openers = {e.get("value") for e in form.iter("input") if e.get("name") == "opened_by"}
        assert len(openers) == 1 or not (openers or is_signed_in), f"{where}: the form does not say who opened it"
        has_text = form.get("data-unsaved") is None and any(e.tag == "textarea" for e in form.iter())
        assert not has_text or any(e.get("data-autosave") for e in form.iter()), f"{where}: typed text is not kept"
    if loses_typed_text(page.find("main")):
        notes = [text_of(e) for e in page.find("main").iter("noscript")]
        assert any("JavaScript" in note for note in notes), f"{where}: it does not say that typed text is lost"
    headings = [int(e.tag[1]) for e in page.find("main").iter() if re.fullmatch("h[1-6]", str(e.tag))]
    assert headings[0] == 1, where
    assert all(after <= before + 1 for before, after in pairwise(headings)), f"{where}: {headings}"
    assert "None" not in page.main_text.split(), where
    assert not re.search(r"%\(\w+\)s|\{\{|\}\}|Bilingual\(|&lt;b&gt;|<function", page.text), where


def loses_typed_text(main: Element) -> bool:
    """Return whether, without scripts, the button of one form loses what was typed in another."""
    owners = {e.get("form") for e in main.iter("button")}
    forms = [form for form in main.iter("form") if form.get("id") in owners or any(form.iter("button"))]
    fields = [e for form in forms if form.get("method") == "post" for e in form.iter()]
    typed = [e for e in fields if e.tag == "textarea" or (e.tag == "input" and e.get("type") in ("text", "url"))]
    return len(forms) > 1 and bool(typed)


@pytest.mark.parametrize(
    ("content", "loses"),
    [
        ('<form method="post"><textarea></textarea><button>A</button></form><form><button>B</button></form>', True),
        ('<form method="post"><input type="text"><button>A</button></form>', False),
        ('<form method="post"><input type="password"><button>A</button></form><form><button>B</button></form>', False),
        ('<form method="post"><textarea></textarea><button>A</button></form><form id="b"></form>', False),
        (
            '<form method="post"><textarea></textarea><button>A</button></form><form id="b"></form><button form="b">B</button>',
            True,
        ),
    ],
)
def test_pages_that_lose_typed_text_are_found(content: str, loses: bool) -> None:
    assert loses_typed_text(html5lib.parse(content, namespaceHTMLElements=False)) is loses


def _check_references(page: Page, ids: set[str | None], where: str) -> None:
    for e in page.find_all("*"):
        for attribute in ("for", "aria-describedby", "aria-labelledby", "aria-controls", "headers"):
            for target in (e.get(attribute) or "").split():
                assert target in ids, f"{where}: {attribute}={target}"
        href = e.get("href") or ""
        if href.startswith("#"):
            assert href[1:] in ids, f"{where}: {href}"
        swaps = e.get("hx-target") or ""
        if swaps.startswith("#"):
            assert swaps[1:] in ids, f"{where}: hx-target={swaps}"


def _check_urls(page: Page, where: str) -> None:
    """Every URL of this site has a route for the method of its link or form; an error page links to its translation instead."""
    routes = page.client.app.flask.url_map.bind("localhost")
    for e in page.find_all("*"):
        if page.status >= 400 and e.get("hreflang"):
            continue
        method = (e.get("method") or "get").upper()
        urls = {"href": "GET", "hx-get": "GET", "hx-post": "POST", "formaction": "POST", "action": method}
        assert e.get("href") != "", f"{where}: the href of {text_of(e)!r} is empty"
        for attribute, used_method in urls.items():
            url = e.get(attribute) or ""
            if url.startswith("/"):
                try:
                    routes.match(urlsplit(url).path, method=used_method)
                except HTTPException as error:
                    pytest.fail(f"{where}: {attribute}={url}: {error}")


def _check_labels(page: Page, where: str) -> None:
    labels = page.find_all("label")
    named = {label.get("for") for label in labels} | {e.get("id") for label in labels for e in label.iter()}
    for tag in ("input", "textarea", "select"):
        for e in page.find_all(tag):
            if e.get("type") != "hidden":
                assert e.get("id"), f"{where}: {e.attrib}"
                assert e.get("id") in named, f"{where}: {e.attrib}"
    for button in [*page.find_all("button"), *page.find_all("a")]:
        assert text_of(button) or button.get("aria-label"), f"{where}: a button or link without a name"
    assert all(text_of(label) for label in labels), where
    assert names_without_their_words(page.tree) == [], where


def names_without_their_words(tree: Element) -> list[str]:
    """Return the controls whose name for screen readers lacks the words that they show, by which people call them aloud."""
    controls = [e for e in tree.iter() if e.tag in ("a", "button", "summary") and e.get("aria-label")]
    return [
        text_of(e)
        for e in controls
        if fold_spaces(text_of(e)).casefold() not in fold_spaces(e.get("aria-label", "")).casefold()
    ]


def test_name_without_the_words_of_its_control_is_found() -> None:
    page = '<p><a href="/" aria-label="Edit activity 3.3">Edit</a><button aria-label="Remove">Delete</button></p>'
    assert names_without_their_words(html5lib.parse(page, namespaceHTMLElements=False)) == ["Delete"]


def fold_spaces(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def check_language_link(page: Page, translated: Page, lang: str) -> None:
    """Check that the language link leads to the translation of the page, and back.

    It can be a button of the page's form, which takes what was typed along.
    """
    other = other_language(lang)
    links = [(a, a.get("href")) for a in page.find_all("a", hreflang=other, lang=other) if a.get("download") is None]
    links += [(button, button.get("formaction")) for button in page.find_all("button", lang=other, value="language")]
    ((link, url),) = links
    assert text_of(link) == {"en": "English", "fr": "Français"}[other]
    assert page.find("link", rel="alternate", hreflang=other).get("href") == url
    assert url == in_language(page.path, other) == translated.path
    assert translated.status == page.status
    if link.tag == "button":
        assert page.find("form", id=link.get("form")).get("method") == "post"


@pytest.mark.parametrize(
    "path", ["/en/plans/2020?x=1&y=é%20%26", "/en/my-updates?for=on", "/en/nowhere?a=b", "/en/sign-in?next=/en/plans/2020"]
)
def test_language_link_keeps_the_query(populated: PopulatedApp, path: str) -> None:
    page = populated.app.anonymous_client().get(path) if "sign-in" in path else populated.app.client_as("chair").get(path)
    link = page.find("a", hreflang="fr", lang="fr").get("href") or ""
    twin = page.client.get(link)
    assert twin.status == page.status
    assert twin.find("a", hreflang="en", lang="en").get("href", "").split("?")[1:] == link.split("?")[1:]
    assert dict(twin.response.request.args) == dict(page.response.request.args)


LINK_HREF = re.compile(r'<a\b[^>]*?\bhref="([^"#]*)')


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in ("ontario", "visitor") else FURTHER) for name in PERSONAS]
)
def test_page_links_lead_only_to_pages_the_persona_may_open(populated: PopulatedApp, name: str) -> None:
    """No link on a persona's pages leads to a refusal.

    Each path is opened once, in the language in which it was first linked. Filters and sort orders
    multiply, so only a few queries of each path are opened.
    """
    browser = populated.app.client_as(name)
    visited: set[str] = set()
    visit_counts: Counter[str] = Counter()
    todo = ["/en/", "/en/plans/2020", "/fr/plans/2020"]
    while todo:
        path = todo.pop()
        place = in_language(path, "en")
        path_only = place.partition("?")[0]
        if (
            place in visited
            or not path.startswith("/")
            or path_only.endswith((".xlsx", ".pptx", ".csv", ".json"))
            or visit_counts[path_only] >= MAX_QUERIES_PER_PATH
        ):
            continue
        visited.add(place)
        visit_counts[path_only] += 1
        page = browser.get(path)
        assert page.status in (200, 303), f"{path} is {page.status}"
        if page.status == 303:
            todo.append(page.redirect_path)
        elif page.response.mimetype == "text/html":
            todo += [unescape(href) for href in LINK_HREF.findall(page.text)]
    assert len(visited) >= 10
