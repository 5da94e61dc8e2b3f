"""Error responses: a page in the person's language, the same headers, and nothing saved."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, event
from werkzeug.exceptions import InternalServerError

from cogwg.core.db import build_engine
from cogwg.core.errors import ConfigurationError
from cogwg.core.settings import read_settings
from cogwg.web.http.headers import CONTENT_SECURITY_POLICY, OWN_RESPONSE
from tests.conftest import MakeDatabase
from tests.databases import ENGINES
from tests.sessions import FURTHER
from tests.web.conftest import MakeApp
from tests.web_client import PERSONAS, SECRET_KEY, App, Client, Page, email

EXPECTED_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)
EXPECTED_HEADERS = {
    "Content-Security-Policy": EXPECTED_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
OVERSIZED_TEXT = "x" * (1024 * 1024 + 1)


def break_views(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def broken(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("cogwg.web.plan.views.requested_view", broken)


def one_response_per_status(app: App, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, Page]]:
    """Return a response of every status that the product sends."""
    visitor, ontario = app.anonymous_client(), app.client_as("ontario")
    yield 200, visitor.get("/en/plans/2020")
    yield 200, visitor.get("/healthz")
    yield 200, ontario.get("/en/my-updates", htmx=True)
    yield 303, visitor.get("/")
    yield 303, visitor.get("/en/my-updates")
    yield 200, visitor.get("/static/cogwg.css")
    yield 304, visitor.get("/static/cogwg.css", If_None_Match=visitor.get("/static/cogwg.css").headers["ETag"])
    yield 404, visitor.get("/static/nothing.css")
    yield 400, visitor.post("/en/sign-in", {})
    yield 401, visitor.get("/en/my-updates", htmx=True)
    yield 403, ontario.get("/en/briefings/new")
    yield 404, visitor.get("/en/nowhere")
    yield 405, visitor.get("/en/sign-out")
    form = app.client_as("saskatchewan").get("/en/plans/2020/activities/5.4/report").form("5.4/report").fill(progress_en="x")
    yield 409, form.submit(extra={form.full_name("version"): "7"})
    yield 410, visitor.get("/en/password/used")
    yield 413, visitor.post("/en/sign-in", {"email": OVERSIZED_TEXT})
    yield 422, ontario.report_form("3.3").fill(progress_en="").submit()
    for n in range(6):
        page = visitor.get("/en/sign-in").form().fill(email="a@b.example", password="wrong").submit()
        yield (429 if n == 5 else 422), page
    with monkeypatch.context() as patch:
        patch.setattr("cogwg.web.plan.views.requested_view", lambda *_, **__: 1 / 0)
        yield 500, visitor.get("/en/plans/2020")
    with monkeypatch.context() as patch:
        _disconnect_database(app, patch)
        yield 503, visitor.get("/en/plans/2020")


def _disconnect_database(app: App, patch: pytest.MonkeyPatch) -> None:
    """Make the app's database unavailable, as when its server stopped."""
    app.request_engine.dispose()
    gone = build_engine("postgresql://nobody@/gone?host=/nonexistent")
    patch.setitem(app.flask.extensions["sqlalchemy"]._app_engines[app.flask], None, gone)


def test_security_headers_are_on_every_response(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    assert CONTENT_SECURITY_POLICY == EXPECTED_POLICY
    for status, page in one_response_per_status(app, monkeypatch):
        assert page.status == status, page.path
        assert {name: page.headers.get(name) for name in EXPECTED_HEADERS} == EXPECTED_HEADERS, f"{status} {page.path}"
        assert page.headers.getlist("Content-Security-Policy") == [CONTENT_SECURITY_POLICY]
        assert page.headers[OWN_RESPONSE] == "1"
        assert "Strict-Transport-Security" not in page.headers
        assert not [name for name, _ in page.headers if name.lower().startswith("access-control")]


def test_hsts_header_is_sent_behind_https(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    app = make_app(secure=True)
    for path in ("/en/plans/2020", "/en/nowhere", "/static/cogwg.css", "/healthz"):
        assert app.anonymous_client().get(path).headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_cors_headers_are_never_sent(read_only_app: App) -> None:
    visitor = read_only_app.anonymous_client()
    for path in ("/en/plans/2020", "/readyz", "/static/cogwg.css"):
        for method in ("GET", "OPTIONS"):
            sent = {"Origin": "https://evil.example", "Access_Control_Request_Method": "POST"}
            page = visitor.send(method, path, headers=sent)
            assert not [name for name, _ in page.headers if name.lower().startswith("access-control")]


def test_pages_of_signed_in_people_are_not_stored_in_caches(read_only_app: App) -> None:
    for name in PERSONAS:
        for path in ("/en/plans/2020", "/en/plans/1999", "/en/my-updates"):
            stored = read_only_app.client_as(name).get(path).headers["Cache-Control"]
            assert stored.endswith("no-store") == (name != "visitor"), (name, path)
    assert "max-age=31536000" in read_only_app.anonymous_client().get("/static/cogwg.css?v=1").headers["Cache-Control"]


ERROR_PATHS = [
    ("/{lang}/nowhere", 404),
    ("/{lang}/plans/1999", 404),
    ("/{lang}/plans/abc", 404),
    ("/{lang}/plans/-1", 404),
    ("/{lang}/plans/99999999999999999999999999", 404),
    ("/{lang}/plans/2020/priorities/99999999999999999999999999", 404),
    ("/{lang}/plans/2020/priorities/0", 404),
    ("/{lang}/plans/2020/activities/5.99", 404),
    ("/{lang}/jurisdictions/atlantis", 404),
    ("/{lang}/briefings/4711", 404),
    ("/{lang}/briefings/99999999999999999999999999", 404),
    ("/{lang}/briefings/99999999999999999999999999/deck.xlsx", 404),
    ("/{lang}/sign-out", 405),
    ("/{lang}/plans/2020/activities/5.4/report/merge", 405),
]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_error_page_is_in_the_language_of_its_path(app_per_engine: App, lang: str) -> None:
    chair = app_per_engine.client_as("chair")
    for path, status in ERROR_PATHS:
        page = chair.get(path.format(lang=lang), Accept_Language="de, en;q=0.5" if lang == "fr" else "fr")
        assert page.status == status, path
        _check_language(page, lang)


def _check_language(page: Page, lang: str) -> None:
    assert page.find("html").get("lang") == lang
    assert page.title.startswith(page.h1)
    french = "é" in page.h1 or page.h1.startswith(("Page introuvable", "Cette", "Ce "))
    assert french is (lang == "fr"), page.h1


@pytest.mark.parametrize(
    ("prefers", "lang"),
    [("fr-CA, en;q=0.5", "fr"), ("en", "en"), ("de", "en"), ("", "en"), ("x" * 5000, "en"), (";;q=,fr", "fr")],
)
def test_unknown_language_is_answered_in_the_browsers_language(read_only_app: App, prefers: str, lang: str) -> None:
    for path in ("/de/plans/2020", "/EN/plans/2020", "/nowhere", "/frx/"):
        page = read_only_app.anonymous_client().get(path, Accept_Language=prefers)
        assert (page.status, page.find("html").get("lang")) == (404, lang)
    root = read_only_app.anonymous_client().get("/", Accept_Language=prefers)
    assert root.redirect_path == f"/{lang}/"
    assert "Accept-Language" in root.headers["Vary"]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_oversized_form_is_refused_in_the_readers_language(app: App, ontario: Client, lang: str) -> None:
    form = ontario.report_form("3.3", lang)
    before = app.fingerprint()
    page = form.submit(extra={form.full_name("progress_en"): OVERSIZED_TEXT})
    assert (page.status, page.find("html").get("lang")) == (413, lang)
    alert = form.submit(htmx=True, extra={form.full_name("progress_en"): OVERSIZED_TEXT})
    assert (alert.status, alert.headers["HX-Retarget"]) == (413, "#alerts")
    assert app.fingerprint() == before
    many = form.submit(extra={f"field{n}": "x" for n in range(20_000)})
    assert many.status < 500


JUNK_PATHS = [
    "/%00",
    "/%ff%fe",
    "/%ED%A0%80",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/%0d%0aSet-Cookie:a=b",
    "/" + "a" * 5000,
    "/%c0%af",
    "/%F0%9F",
]
JUNK_PARTS = [
    "%00",
    "%ff",
    "%ED%A0%80",
    "%27%20OR%201=1--",
    "%25",
    "_",
    "x" * 5000,
    "%F0%9F%A6%AB",
    "%0a",
    "..",
    "5.4%00",
    "on%00",
]


@pytest.mark.parametrize("each", ENGINES)
@FURTHER
def test_malformed_path_is_never_a_server_error(make_app: MakeApp, each: str, caplog: pytest.LogCaptureFixture) -> None:
    app = make_app(each)
    chair = app.client_as("chair")
    places = [
        "/en/{}",
        "/en/plans/{}",
        "/en/plans/2020/activities/{}",
        "/en/plans/2020/activities/{}/report",
        "/en/jurisdictions/{}",
    ]
    places += [
        "/en/briefings/{}",
        "/en/password/{}",
        "/static/{}",
        "/fr/my-updates?for={}",
        "/fr/sign-in?next={}",
        "/fr/plans/2020?{}={}",
    ]
    paths = JUNK_PATHS + [place.format(junk, junk) for place in places for junk in JUNK_PARTS]
    with caplog.at_level(logging.ERROR, "cogwg.web"):
        for path in paths:
            assert chair.get(path).status < 500, path
            assert app.anonymous_client().get(path, Accept_Language="\xff", User_Agent="\xff").status < 500, path
    assert not caplog.records


def test_malformed_form_or_cookie_is_never_a_server_error(app_per_engine: App) -> None:
    chair = app_per_engine.client_as("chair")
    token = chair.csrf_token().encode()
    plain = "application/x-www-form-urlencoded"
    for body in (b"\xff\xfe=\xff", b"a=%ED%A0%80", b"=&&&=", b"email=%00&password=%00", b"%", b"\x00"):
        for path in ("/en/sign-in", "/en/briefings/new", "/en/plans/2020/activities/3.3/report?for=on", "/en/sign-out"):
            page = chair.send("POST", path, data=b"csrf_token=" + token + b"&" + body, content_type=plain)
            assert page.status < 500, (path, body)
            chair = app_per_engine.client_as("chair") if path.endswith("out") else chair
            token = chair.csrf_token().encode()
    for kind in ("application/json", "multipart/form-data", "multipart/form-data; boundary=x", "text/plain", "\xff/\xff"):
        assert chair.send("POST", "/en/sign-in", data=b"{\xff", content_type=kind).status == 400
    for cookie in ("", "x", "a.b.c", "\x7f", ".eJw", "x" * 4000):
        visitor = app_per_engine.anonymous_client()
        visitor.flask_client.set_cookie("session", cookie)
        assert visitor.get("/en/plans/2020").status == 200


def test_unusual_text_in_a_report_is_saved_on_both_engines(app_per_engine: App) -> None:
    ontario = app_per_engine.client_as("ontario")
    for typed in ("a\x00b", "%_\\ ' OR 1=1 --", "\u202eright to left", "\ufffe\uffff", "🦫" * 100):
        form = ontario.get("/en/plans/2020/activities/3.3/report").form("3.3/report")
        assert form.fill(status="SP", progress_en=typed + "!").submit().status == 303


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "localhost:8000@evil.example", "evil.example:80", ""]
)
def test_untrusted_host_is_refused(read_only_app: App, host: str) -> None:
    browser = read_only_app.anonymous_client()
    page = Page(browser, "/en/", browser.flask_client.get("/en/", headers={"Host": host}))
    assert page.status == 400
    assert page.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert "evil.example" not in page.text
    for name in ("X-Forwarded-Host", "X-Original-Host", "Forwarded"):
        answer = browser.flask_client.get("/en/my-updates", headers={name: "evil.example"})
        assert "evil.example" not in answer.get_data(as_text=True) + answer.headers.get("Location", "")


@pytest.mark.parametrize("name", ["ontario", "visitor"])
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_unreachable_database_gives_a_plain_page_and_a_log_line(
    app: App, name: str, lang: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    browser = app.client_as(name)
    _disconnect_database(app, monkeypatch)
    for htmx in (False, True):
        with caplog.at_level(logging.ERROR, "cogwg.web"):
            page = browser.get(f"/{lang}/plans/2020", htmx=htmx)
        assert page.status == 503
        text = page.alert_text if htmx else page.main_text
        assert ("Nothing was saved" if lang == "en" else "Rien n’a été enregistré") in text
        assert "Traceback" not in page.text
    assert len(caplog.records) == 2
    assert all("\n" not in r.getMessage() and r.exc_info is None for r in caplog.records)
    assert browser.get("/healthz").status == 200
    assert browser.get("/readyz").status == 503
    assert browser.get("/static/cogwg.css").status == 200


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("name", ["ontario", "visitor"])
def test_server_error_page_has_no_details_and_the_log_has_all(
    app: App, name: str, lang: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    browser = app.client_as(name)
    break_views(monkeypatch, RuntimeError("a secret detail"))
    with caplog.at_level(logging.ERROR, "cogwg.web"):
        page = browser.get(f"/{lang}/plans/2020")
    assert page.status == 500
    assert page.find("html").get("lang") == lang
    assert "secret detail" not in page.text
    assert "a secret detail" in caplog.text
    break_views(monkeypatch, InternalServerError())
    assert browser.get(f"/{lang}/plans/2020").status == 500


@pytest.mark.parametrize(
    "where",
    [
        "cogwg.reporting.services.record_event",
        "cogwg.web.reporting.worklist.can_report_on",
        "cogwg.web.auth.access.has_permission",
    ],
)
def test_failing_audit_or_policy_writes_nothing(app_per_engine: App, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail closed: without its audit event, nothing is changed."""
    ontario = app_per_engine.client_as("ontario")
    form = ontario.report_form("3.3").fill(status="SP", progress_en="Not traced.")
    before = app_per_engine.fingerprint()
    monkeypatch.setattr(where, lambda *_, **__: 1 / 0)
    assert form.submit().status == 500
    assert form.submit(htmx=True).status == 500
    assert app_per_engine.fingerprint() == before


def test_get_requests_never_write(app_per_engine: App) -> None:
    """GET requests to every path by every persona write nothing to the database."""
    writes: list[str] = []

    def record_write(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(("SELECT", "BEGIN", "PRAGMA", "SHOW", "SET", "select")):
            writes.append(statement)

    browsers = [app_per_engine.client_as(name) for name in ("chair", "ontario", "reader", "visitor")]
    engine: Engine = app_per_engine.request_engine
    event.listen(engine, "before_cursor_execute", record_write)
    paths = [
        "/",
        "/en/",
        "/en/plans",
        "/en/plans/2020",
        "/en/plans/2020/priorities/3",
        "/en/plans/2020/activities/3.3",
        "/en/my-updates",
    ]
    paths += [
        "/en/plans/2020/activities/3.3/report",
        "/en/my-updates?for=on",
        "/en/jurisdictions/on",
        "/en/briefings",
        "/en/briefings/new",
    ]
    paths += ["/en/sign-in", "/en/password/x", "/en/accessibility", "/readyz", "/nowhere"]
    for browser in browsers:
        for path in paths:
            for method in ("GET", "HEAD"):
                assert browser.send(method, path).status < 500
    assert writes == []
    app_per_engine.clock.advance(minutes=6)
    browsers[1].get("/en/plans/2020")
    assert [statement.split()[0:2] for statement in writes] == [["UPDATE", "sign_in"]], (
        "only when the session was last used, once in five minutes"
    )
    event.remove(engine, "before_cursor_execute", record_write)


VALID_SETTINGS = {"COGWG_SECRET_KEY": SECRET_KEY, "COGWG_DATABASE_URL": "sqlite://"}


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"COGWG_SECRET_KEY": ""}, "COGWG_SECRET_KEY"),
        ({"COGWG_SECRET_KEY": "short"}, "COGWG_SECRET_KEY"),
        ({"COGWG_SECRET_KEY": "a" * 64}, "COGWG_SECRET_KEY"),
        ({"COGWG_SECRET_KEY": "kqzwmvtx" * 4}, "COGWG_SECRET_KEY"),
        ({"COGWG_SECRET_KEY_FALLBACKS": f"{SECRET_KEY},{'kqzwmvtx' * 4}"}, "COGWG_SECRET_KEY_FALLBACKS"),
        ({"COGWG_SECURE": "perhaps"}, "COGWG_SECURE"),
        ({"COGWG_DEMO": "2"}, "COGWG_DEMO"),
        ({"COGWG_PROXIES": "one"}, "COGWG_PROXIES"),
        ({"COGWG_PROXIES": "-1"}, "COGWG_PROXIES"),
        ({"COGWG_PROXIES": "1.5"}, "COGWG_PROXIES"),
        ({"COGWG_PROXIES": "nan"}, "COGWG_PROXIES"),
        ({"COGWG_PROXIES": "inf"}, "COGWG_PROXIES"),
        ({"COGWG_CALENDAR_OFFSET": "yesterday"}, "COGWG_CALENDAR_OFFSET"),
        ({"COGWG_CALENDAR_OFFSET": "1e30"}, "COGWG_CALENDAR_OFFSET"),
        ({"COGWG_CALENDAR_OFFSET": "nan"}, "COGWG_CALENDAR_OFFSET"),
        ({"COGWG_CALENDAR_OFFSET": "-9e10"}, "COGWG_CALENDAR_OFFSET"),
    ],
)
def test_unusable_setting_is_named_in_a_short_sentence(given: dict[str, str], named: str) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        read_settings({**VALID_SETTINGS, **given})
    sentence = str(refusal.value)
    assert named in sentence
    assert "\n" not in sentence
    assert sentence.endswith(".")
    assert len(sentence) < 200


def test_cheap_hashing_cannot_be_set_by_the_environment() -> None:
    """Only code can raise it, as tests do."""
    for name in ("COGWG_CHEAP_HASHING", "CHEAP_HASHING"):
        assert not read_settings({**VALID_SETTINGS, "COGWG_DEMO": "1", name: "1"}).cheap_hashing


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "mysql://a@b/c",
        "sqlite:////nonexistent/folder/cogwg.db",
        "postgresql://nobody@/gone?host=/nonexistent",
        "://",
        "postgresql://[::1/x",
    ],
)
def test_unusable_database_url_stops_the_start(url: str) -> None:
    app = App(url)
    with pytest.raises(ConfigurationError) as refusal:
        _ = app.flask
    assert "\n" not in str(refusal.value)


def test_database_with_another_schema_stops_the_start(make_database: MakeDatabase, engine_name: str) -> None:
    with pytest.raises(ConfigurationError, match="cogwg init"):
        _ = App(make_database(engine_name, "empty")).flask


def test_password_page_sends_no_referrer_to_other_sites(read_only_app: App) -> None:
    assert read_only_app.anonymous_client().get("/en/password/x").headers["Referrer-Policy"] == "same-origin"


def test_failed_sign_in_is_logged_without_the_password(app: App, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        app.anonymous_client().get("/en/sign-in").form().fill(email=email("ontario"), password="canary-secret-word").submit()
    assert "canary-secret-word" not in caplog.text


@pytest.mark.parametrize(
    ("who", "path", "heading", "roles"),
    [
        (
            "reader",
            "/en/my-updates",
            "You do not have access to this page",
            "jurisdiction leads, their deputies, co-chairs and the secretariat",
        ),
        (
            "reader",
            "/fr/my-updates",
            "Vous n’avez pas accès à cette page",
            "aux responsables des administrations, à leurs suppléances, à la coprésidence et au secrétariat",
        ),
        ("ontario", "/en/readiness", "You do not have access to this page", "for co-chairs and the secretariat"),
        ("chair", "/fr/admin/outbox", "Vous n’avez pas accès à cette page", "Cette page est réservée au secrétariat."),
        (
            "quebec",
            "/en/plans/2020/activities/4.3/report",
            "You do not have access to this page",
            "Your role does not give you access.",
        ),
    ],
)
def test_refused_page_names_the_roles_it_is_for(read_only_app: App, who: str, path: str, heading: str, roles: str) -> None:
    page = read_only_app.client_as(who).get(path)
    assert (page.status, page.h1) == (403, heading)
    assert roles in page.main_text


def test_refused_change_has_its_own_heading(read_only_app: App) -> None:
    reader = read_only_app.client_as("reader")
    token = reader.get("/en/account").form("account").values["csrf_token"]
    page = reader.post("/en/readiness/remind", {"csrf_token": token})
    assert (page.status, page.h1) == (403, "You cannot make this change")


def test_alert_without_a_new_token_names_none(read_only_app: App) -> None:
    """``static/resend.js`` puts the token of an alert into the forms of the page."""
    answer = read_only_app.client_as("ontario").get("/en/plans/2020/activities/9.9", htmx=True)
    assert answer.status == 404
    assert "data-csrf-token" not in answer.text
