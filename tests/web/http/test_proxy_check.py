"""A proxy that does not fit the settings is described in the log, once for each fault and not for each request."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from cogwg.web.http.proxy_check import MAX_PER_HOUR, REPEAT_SECONDS, RareLog
from tests.sessions import first_of
from tests.web.conftest import MakeApp
from tests.web_client import App

SITE = {"Host": "plan.example.ca", "X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "https"}
OWN_FORM = {"Origin": "https://plan.example.ca", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def seconds() -> list[float]:
    return [0.0]


def make_site(make_app: MakeApp, seconds: list[float], **settings: Any) -> App:
    """Return an app with these settings, by default behind one proxy with https, that has logged nothing yet."""
    defaults = {"proxy_count": 1, "secure": True, "trusted_hosts": ("plan.example.ca",)}
    site = make_app("sqlite", "bare", **{**defaults, **settings})
    site.flask.extensions["cogwg.proxy"] = RareLog(lambda: seconds[0])
    return site


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "cogwg.proxy"]


def send(site: App, method: str = "GET", **headers: str | None) -> int:
    """Send a request as a right proxy does, with these headers changed or left out; return the status."""
    sent = {**SITE, **(OWN_FORM if method == "POST" else {}), **{n.replace("_", "-"): v for n, v in headers.items()}}
    browser = site.anonymous_client().flask_client
    stored = {name: value for name, value in sent.items() if value is not None}
    return browser.open("/en/sign-in", method=method, headers=stored).status_code


def test_right_proxy_is_not_mentioned(make_app: MakeApp, seconds: list[float], caplog: pytest.LogCaptureFixture) -> None:
    site = make_site(make_app, seconds)
    send(site)
    send(site, "POST")
    send(site, "POST", Host="plan.example.ca:8443", Origin="https://plan.example.ca:8443")
    send(site, "POST", Origin="https://evil.example", Sec_Fetch_Site="cross-site")
    send(site, "POST", Origin="null")
    send(site, "POST", Origin="http://[")
    local = make_site(make_app, seconds, proxy_count=0, secure=False, trusted_hosts=("localhost",))
    send(local, "POST", Host="localhost:8000", Origin="http://localhost:8000", X_Forwarded_For=None, X_Forwarded_Proto=None)
    assert warnings(caplog) == []


@pytest.mark.parametrize(
    ("settings", "method", "headers", "parts"),
    first_of(
        5,
        [
            ({}, "GET", {"Host": "127.0.0.1:8000"}, ("127.0.0.1:8000", "COGWG_TRUSTED_HOSTS", "Host $http_host")),
            ({}, "GET", {"Host": "www.plan.example.ca"}, ("'www.plan.example.ca'", "add it to COGWG_TRUSTED_HOSTS")),
            ({}, "GET", {"X_Forwarded_Host": "other.example.ca"}, ("other.example.ca", "COGWG_TRUSTED_HOSTS")),
            ({}, "GET", {"X_Forwarded_For": None}, ("no X-Forwarded-For", "$proxy_add_x_forwarded_for", "COGWG_PROXIES=0")),
            ({"proxy_count": 2}, "GET", {}, ("fewer addresses (1)", "COGWG_PROXIES=1")),
            ({"proxy_count": 0}, "GET", {}, ("COGWG_PROXIES is 0", "set COGWG_PROXIES to the number of proxies")),
            ({}, "POST", {"X_Forwarded_Proto": None}, ("https://plan.example.ca", "sent by http", "X-Forwarded-Proto $scheme")),
            ({"proxy_count": 0}, "POST", {"X_Forwarded_For": None}, ("sent by http", "Set COGWG_PROXIES")),
            ({}, "POST", {"Origin": "https://plan.example.ca:8443"}, (":8443", "name and port", "Host $http_host")),
            (
                {"trusted_hosts": ("plan.example.ca", "127.0.0.1")},
                "POST",
                {"Host": "127.0.0.1:8000"},
                ("'127.0.0.1:8000'", "is refused", "Host $http_host"),
            ),
            ({}, "POST", {"Origin": "http://plan.example.ca", "X_Forwarded_Proto": "http"}, ("COGWG_SECURE", "no cookie")),
        ],
    ),
)
def test_fault_is_logged_with_what_to_set(
    make_app: MakeApp,
    seconds: list[float],
    caplog: pytest.LogCaptureFixture,
    settings: dict[str, Any],
    method: str,
    headers: dict[str, str | None],
    parts: tuple[str, ...],
) -> None:
    site = make_site(make_app, seconds, **settings)
    for _ in range(20):
        send(site, method, **headers)
    (sentence,) = warnings(caplog)
    assert [part for part in parts if part not in sentence] == []
    seconds[0] = REPEAT_SECONDS
    send(site, method, **headers)
    assert warnings(caplog) == [sentence, sentence], "again an hour later"


def test_form_without_fetch_metadata_is_checked_by_its_trusted_origin(
    make_app: MakeApp, seconds: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    site = make_site(make_app, seconds)
    assert send(site, "POST", Sec_Fetch_Site=None, Origin="https://evil.example") == 400
    assert warnings(caplog) == []
    send(site, "POST", Sec_Fetch_Site=None, X_Forwarded_Proto=None)
    assert len(warnings(caplog)) == 1


def test_scanners_cannot_fill_the_log_and_health_checks_are_not_mentioned(
    make_app: MakeApp, seconds: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    site = make_site(make_app, seconds)
    for number in range(50):
        assert send(site, Host=f"h{number}.example\x1b\u2028" if number % 2 else "x" * 5000 + str(number)) == 400
    assert len(warnings(caplog)) == MAX_PER_HOUR
    assert max(map(len, warnings(caplog))) < 600
    send(site, X_Forwarded_For=None)
    assert "no X-Forwarded-For" in warnings(caplog)[-1], "another cause has lines of its own"
    caplog.clear()
    seconds[0] = 10 * REPEAT_SECONDS
    for path in ("/healthz", "/readyz"):
        assert site.anonymous_client().flask_client.get(path, headers={"Host": "10.0.0.1"}).status_code == 200
    assert warnings(caplog) == []


def test_refused_host_gets_no_details(make_app: MakeApp, seconds: list[float], caplog: pytest.LogCaptureFixture) -> None:
    site = make_site(make_app, seconds)
    caplog.set_level(logging.WARNING)
    page = site.anonymous_client().flask_client.get("/en/", headers={**SITE, "Host": "10.0.0.1"})
    assert "COGWG" not in page.get_data(as_text=True)
