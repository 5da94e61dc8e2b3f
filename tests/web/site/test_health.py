"""The health checks answer under any host name, and pages only under a trusted one."""

from __future__ import annotations

import pytest

from tests.conftest import MakeDatabase
from tests.web_client import App

HOSTS = ("10.1.2.3:8000", "plan.evil.example", "not a host", "[::1]:8000", "")


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_check_answers_whatever_the_host(read_only_app: App, path: str, host: str) -> None:
    browser = read_only_app.anonymous_client().flask_client
    for method in ("GET", "HEAD"):
        assert browser.open(path, method=method, headers={"Host": host}).status_code == 200
    for other in ("/en/", "/static/cogwg.css", f"{path}/", f"/en{path}"):
        assert browser.get(other, headers={"Host": host}).status_code == 400


def test_health_check_behind_a_proxy_answers_whatever_the_forwarded_host(make_database: MakeDatabase) -> None:
    app = App(
        make_database("sqlite", "bare"),
        extra_settings={"proxy_count": 1, "secure": True, "trusted_hosts": (".example.ca", "::1")},
    )
    headers = {"Host": "10.1.2.3", "X-Forwarded-Host": "evil.example", "X-Forwarded-For": "192.0.2.1"}
    browser = app.anonymous_client().flask_client
    assert [browser.get(path, headers=headers).status_code for path in ("/healthz", "/readyz", "/en/")] == [200, 200, 400]
    app.close()
