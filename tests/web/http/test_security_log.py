"""Cross-site requests are refused, the security log records sign-ins and refusals, and downloads are rate limited."""

from __future__ import annotations

import json
import logging
import re
from typing import Any

import pytest

from cogwg.core.logs import JsonFormatter
from cogwg.web.http.rate_limits import MAX_DOWNLOADS, RateLimiter
from tests.databases import PASSWORD
from tests.web.auth.test_sign_in import NEW_PASSWORD, create_password_link, set_password
from tests.web_client import App, Client, email


def log_records(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [json.loads(JsonFormatter().format(r)) for r in caplog.records if r.name == "cogwg.security"]


def submit_sign_in(browser: Client, address: str, password: str) -> Any:
    return browser.get("/en/sign-in").form().fill(email=address, password=password).submit()


@pytest.mark.parametrize(
    ("site", "status"), [("cross-site", 400), ("same-site", 400), ("same-origin", 303), ("none", 303), ("", 303)]
)
def test_post_from_another_site_is_refused(app: App, ontario: Client, site: str, status: int) -> None:
    form = ontario.report_form("3.3").fill(status="SP", progress_en="Done.")
    before = app.fingerprint()
    answer = ontario.post(form.action, form.values, **({"Sec_Fetch_Site": site} if site else {}))
    assert answer.status == status
    assert (app.fingerprint() == before) is (status == 400)
    assert ontario.get("/en/my-updates", Sec_Fetch_Site="cross-site").status == 200, "links from other sites are allowed"


def test_security_log_records_sign_in_failure_throttling_and_sign_out(app: App, caplog: pytest.LogCaptureFixture) -> None:
    visitor = app.anonymous_client(REMOTE_ADDR="192.0.2.7")
    with caplog.at_level(logging.INFO, "cogwg.security"):
        for _ in range(6):
            answer = submit_sign_in(visitor, "nobody\r\n@cogwg.example", "not the password")
        assert answer.status == 429
        assert submit_sign_in(visitor, email("ontario"), PASSWORD).status == 303
        assert visitor.get("/en/plans").follow().form("/sign-out").submit().status == 303
    records = log_records(caplog)
    assert [record["event"] for record in records] == ["sign-in.failed"] * 5 + ["sign-in.throttled", "sign-in.ok", "sign-out"]
    assert {record["address"] for record in records} == {"192.0.2.7"}
    assert [record.get("person") for record in records[-2:]] == [app.person_id("ontario")] * 2
    assert len({record["account"] for record in records[:6]}) == 1, "failures of one account share an id, without its address"
    for canary in ("nobody", "not the password", PASSWORD, email("ontario")):
        assert canary not in str(records) + caplog.text


def test_sign_in_over_the_session_of_another_person_logs_their_sign_out(app: App, caplog: pytest.LogCaptureFixture) -> None:
    browser = app.anonymous_client()
    open_in_another_tab = browser.get("/en/sign-in").form("/sign-in").fill(email=email("quebec"), password=PASSWORD)
    with caplog.at_level(logging.INFO, "cogwg.security"):
        assert submit_sign_in(browser, email("ontario"), PASSWORD).status == 303
        open_in_another_tab.values["csrf_token"] = browser.csrf_token()
        assert open_in_another_tab.submit().status == 303
    ontario, quebec = app.person_id("ontario"), app.person_id("quebec")
    events = sorted((record["event"], record["person"]) for record in log_records(caplog))
    assert events == sorted([("sign-in.ok", ontario), ("sign-in.ok", quebec), ("sign-out", ontario)])


def test_refusal_and_csrf_failure_are_logged_with_the_request_id_of_the_page(
    app: App, ontario: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "cogwg.security"):
        refused = ontario.get("/en/briefings/new")
        strange = ontario.post("/en/account", {"lang": "fr"})
        alert = ontario.get("/en/briefings/new", htmx=True)
    records = log_records(caplog)
    assert [(record["event"], record["endpoint"]) for record in records] == [
        ("refused", "editor.new"),
        ("csrf.failed", "account.page"),
        ("refused", "editor.new"),
    ]
    for record, page in zip(records, (refused, strange, alert), strict=True):
        assert page.headers["X-Request-ID"] == record["request"]
        assert f"Request {record['request']}" in page.text
        assert record["person"] == app.person_id("ontario")
    assert len({record["request"] for record in records}) == 3


def test_responses_have_a_generated_request_id(app: App) -> None:
    for path in ("/en/plans/2020", "/healthz", "/static/cogwg.css", "/en/nowhere"):
        answer = app.anonymous_client().get(path, X_Request_ID="chosen\telsewhere")
        assert re.fullmatch(r"[0-9a-f]{16}", answer.headers["X-Request-ID"])


def test_password_set_is_logged_without_its_token(app: App, caplog: pytest.LogCaptureFixture) -> None:
    token = create_password_link(app)
    with caplog.at_level(logging.INFO, "cogwg.security"):
        assert set_password(app.anonymous_client(), token, NEW_PASSWORD, NEW_PASSWORD).status == 303
    (record,) = log_records(caplog)
    assert (record["event"], record["person"]) == ("password.set", app.person_id("ontario"))
    assert token not in str(record) + caplog.text


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_downloads_are_rate_limited_by_person(app: App, ontario: Client, lang: str, caplog: pytest.LogCaptureFixture) -> None:
    seconds = [0.0]
    app.flask.extensions["cogwg.files"] = RateLimiter(max_requests=2, window_seconds=60, clock=lambda: seconds[0])
    path = f"/{lang}/milestones.csv"
    assert [ontario.get(path).status for _ in range(2)] == [200, 200]
    seconds[0] = 20.5
    with caplog.at_level(logging.INFO, "cogwg.security"):
        answer = ontario.get(f"/{lang}/plans/2020/activities.xlsx")
    assert (answer.status, answer.headers["Retry-After"]) == (429, "40")
    wanted = "in 40 seconds" if lang == "en" else "dans 40 secondes"
    assert wanted in answer.main_text.replace("\u00a0", " ")
    assert [record["event"] for record in log_records(caplog)] == ["export.throttled"]
    assert ontario.get(f"/{lang}/milestones").status == 200, "pages are not limited"
    assert app.client_as("chair").get(path).status == 200
    assert app.anonymous_client().get(f"/{lang}/plans/2020/activities.csv").status == 200
    seconds[0] = 60
    assert ontario.get(path).status == 200


def test_default_download_limit_is_applied_by_key() -> None:
    limit = RateLimiter(clock=lambda: 0.0)
    assert [limit.seconds_to_wait("one") for _ in range(MAX_DOWNLOADS)] == [0] * MAX_DOWNLOADS
    assert limit.seconds_to_wait("one") == 60
    assert limit.seconds_to_wait("two") == 0
