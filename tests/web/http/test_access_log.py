"""The access log: on request, one line for each request, without secrets or personal data."""

from __future__ import annotations

import json
import logging
import re
from typing import Any

import pytest

from cogwg.accounts.tokens import new_token
from cogwg.core.logs import JsonFormatter, request_id
from cogwg.web.http import access_log
from tests.sessions import FURTHER
from tests.web.auth.test_sign_in import create_password_link
from tests.web.conftest import MakeApp
from tests.web_client import App, email

TOKEN = new_token()


@pytest.fixture
def logging_app(make_app: MakeApp) -> App:
    return make_app("sqlite", access_log=True)


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [json.loads(JsonFormatter().format(r)) for r in caplog.records if r.name == "cogwg.access"]


def test_access_log_is_written_only_on_request(app: App, logging_app: App, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "cogwg")
    app.anonymous_client().get("/en/plans/2020")
    assert lines(caplog) == []
    page = logging_app.anonymous_client().get("/en/plans/2020/priorities/1?q=private")
    (line,) = lines(caplog)
    assert (line["method"], line["path"], line["status"]) == ("GET", "/en/plans/2020/priorities/1", 200)
    assert line["bytes"] == len(page.response.get_data())
    assert 0 <= line["ms"] < 60_000
    assert set(line) == {"at", "level", "logger", "method", "path", "status", "bytes", "ms"}


def fill(rule: str, value: str) -> str:
    """Return the path of a rule with this value for every argument that takes any text."""
    path = re.sub(r"<any\(([^,)]+)[^)]*\):\w+>", r"\1", rule)
    path = re.sub(r"<int:\w+>", "1", path)
    return re.sub(r"<[^<>]+>", value, path)


@FURTHER
def test_text_of_a_token_is_masked_on_every_route(logging_app: App, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "cogwg")
    rules = [rule.rule for rule in logging_app.flask.url_map.iter_rules()]
    paths = {fill(rule, TOKEN) for rule in rules} | {fill(rule, f"a.person@example.ca/{TOKEN}") for rule in rules}
    browser = logging_app.anonymous_client().flask_client
    for path in sorted(paths):
        for address in (path, f"{path}/", f"/x{path}", path.replace("/en/", "/EN/")):
            browser.get(f"{address}?next={TOKEN}", headers={"Referer": f"http://localhost/{TOKEN}", "User-Agent": TOKEN})
        browser.post(path)
        browser.get(path, headers={"Host": f"{TOKEN}.example"})
    assert len(lines(caplog)) == 6 * len(paths)
    logged = " ".join(str(line) for line in lines(caplog))
    assert TOKEN not in logged
    assert "a.person" not in logged
    assert "/en/password/*" in logged


@pytest.mark.parametrize(
    "path",
    ["/en/password/{}", "/fr/feeds/{}/due-dates.ics", "/en/feeds/{}/changes.atom", "/fr/preview/{}", "/fr/answer/{}/stop"],
)
def test_short_token_is_masked_too(logging_app: App, caplog: pytest.LogCaptureFixture, path: str) -> None:
    caplog.set_level(logging.INFO, "cogwg")
    logging_app.anonymous_client().get(path.format("short"))
    assert [line["path"] for line in lines(caplog)] == [path.format("*")]


def test_mask_covers_every_argument_that_holds_a_secret(logging_app: App) -> None:
    """A new route with a secret under another name would be listed here."""
    texts = {
        (rule.endpoint, name)
        for rule in logging_app.flask.url_map.iter_rules()
        for name in re.findall(r"<(?:(?:string|path):)?(\w+)>", rule.rule)
    }
    secret = {"token", "code", "key"}
    assert {name for _, name in texts} == secret | {
        *("slide", "kind", "filename", "name", "day", "quarter", "id_", "identifier", "cycle", "phase")
    }
    assert {endpoint for endpoint, name in texts if f"<{name}>" == access_log.MASKED_PART} == {
        *("engagement.private", "engagement.private_edit", "engagement.private_withdraw"),
        *("engagement.private_information", "engagement.private_appeal"),
        "auth.set_password",
        "auth.first_account",
        "account.email_confirm",
        "account.due_dates",
        "account.latest_changes",
        "presentation.preview",
        "presentation.shared_deck",
        "presentation.shared_version",
        "reporting.answer",
        "reporting.answer_receipt",
        "reporting.answer_stop",
        "reporting.answer_submit",
        "reporting.answer_text_discard",
        "reporting.answer_text_keep",
    }


def test_real_password_link_and_sign_in_leave_no_secret(logging_app: App, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    token = create_password_link(logging_app)
    browser = logging_app.anonymous_client(REMOTE_ADDR="192.0.2.7")
    browser.get(f"/en/password/{token}")
    browser.get("/en/sign-in").form().fill(email=email("ontario"), password="canary-secret-word").submit()
    access = lines(caplog)
    assert [line["path"] for line in access] == ["/en/password/*", "/en/sign-in", "/en/sign-in"]
    for canary in (token, "ontario@", "canary-secret-word", "192.0.2.7"):
        assert canary not in str(access)


class IdHandler(logging.Handler):
    """A handler that remembers the request of each line."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []

    def emit(self, _record: logging.LogRecord) -> None:
        self.ids.append(request_id.get())


def test_lines_of_a_request_have_its_id_and_later_lines_have_none(logging_app: App) -> None:
    handler = IdHandler()
    access_log.log.addHandler(handler)
    try:
        page = logging_app.anonymous_client().get("/en/nowhere")
        access_log.log.info("later")
    finally:
        access_log.log.removeHandler(handler)
    assert handler.ids == [page.headers["X-Request-ID"], ""]
