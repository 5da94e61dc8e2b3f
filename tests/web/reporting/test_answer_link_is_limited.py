"""Mail scanners change nothing with private links and use none up, and a link opens nothing but its own pages."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session
from werkzeug.routing import BaseConverter, IntegerConverter, Rule

from cogwg.accounts.tokens import hash_token, new_token
from cogwg.audit.services import SYSTEM
from cogwg.core.db import write_transaction
from cogwg.reporting.answer_links import NewAnswerLink, create_answer_links
from cogwg.reporting.models import AnswerLink, ReportingPeriod
from cogwg.web.http import rate_limits
from tests.sessions import ESSENTIAL, FURTHER, first_of
from tests.web.reporting.answer_links import add_reported_activities, make_link
from tests.web.reporting.test_answer import CHANGE, open_link, reports_by_link, review, submit
from tests.web_client import App, Page

FEW, MANY = 4, 1000
METHODS = first_of(1, ["GET POST", "HEAD PUT PATCH DELETE OPTIONS"])
OWN = re.compile(r"reporting\.answer\w*")


class AnswerScanner:
    """A scanner without a person: it opens a link and sends every form of its page as it stands. It chooses nothing.

    If it ``is_thorough``, it presses every button, also of the page that turns links off, and does the same with the pages that
    it gets back.
    """

    def __init__(self, app: App, *, is_thorough: bool) -> None:
        self.app = app
        self.is_thorough = is_thorough
        self.sent_forms = 0

    def scan(self, path: str) -> set[int]:
        """Open a link and send the forms; return the statuses of the page."""
        browser = self.app.anonymous_client()
        statuses = {browser.send("HEAD", path).status}
        page = browser.get(path)
        answers = list(self._send_forms(page))
        if self.is_thorough:
            answers += self._send_forms(browser.get(f"{path}/stop"))
            for answer in answers:
                list(self._send_forms(answer))
            statuses |= {browser.send("OPTIONS", path).status, browser.get(path).status}
        return statuses | {page.status}

    def _send_forms(self, page: Page) -> Iterator[Page]:
        for form in page.forms:
            elsewhere = page.find_all("button", form=form.element.get("id", "")) if form.element.get("id") else []
            buttons = [
                (b.get("name"), b.get("value", ""), b.get("formaction") or form.action)
                for b in [*form.element.iter("button"), *elsewhere]
            ]
            for name, value, action in [*buttons, (None, "", form.action)] if self.is_thorough else buttons[:2]:
                self.sent_forms += 1
                yield page.client.post(action, {**form.values, **({name: value} if name else {})})


def make_links(app: App, count: int) -> list[str]:
    """Create this many links for Ontario's lead, and return their tokens."""
    first = make_link(app)
    (link,) = app.rows(AnswerLink, AnswerLink.token_hash == hash_token(first))
    tokens = [first, *(new_token() for _ in range(count - 1))]
    new = [NewAnswerLink(hash_token(token), link.person_id, link.jurisdiction_id) for token in tokens[1:]]
    with Session(app.engine) as session, write_transaction(session):
        create_answer_links(session, link.period_id, new, by=SYSTEM, at=app.calendar.now(), now=app.clock())
    return tokens


def check_scanner(app: App, count: int, *, is_thorough: bool) -> None:
    add_reported_activities(app, 7)  # nothing is missing, so that a scanner gets as far as the review
    tokens = make_links(app, count)
    before = app.fingerprint()
    scanner = AnswerScanner(app, is_thorough=is_thorough)
    assert {status for token in tokens for status in scanner.scan(f"/en/answer/{token}")} == {200}
    assert scanner.sent_forms >= (20 if is_thorough else 2) * count
    assert app.fingerprint() == before
    assert submit(review(open_link(app, tokens[-1])), "all").status == 303, "the last link still works"


def test_scanner_changes_nothing_and_uses_no_link_up(app_per_engine: App) -> None:
    check_scanner(app_per_engine, FEW, is_thorough=True)


@FURTHER
def test_scanner_of_a_thousand_links_changes_nothing_and_uses_nothing_up(app: App) -> None:
    check_scanner(app, MANY, is_thorough=False)


def paths_with(app: App, token: str) -> Iterator[tuple[Rule, str]]:
    """Yield each rule of the site but those of the answer pages, with its path; the token stands in every text of the path."""
    adapter = app.flask.url_map.bind("localhost")
    for rule in app.flask.url_map.iter_rules():
        if OWN.fullmatch(rule.endpoint):
            continue
        values = {name: _value(name, converter, token) for name, converter in rule._converters.items()}
        yield rule, adapter.build(rule.endpoint, values, method=next(iter(rule.methods or {"GET"})))


def _value(name: str, converter: BaseConverter, token: str) -> object:
    if type(converter).__name__ == "AnyConverter":
        return "en" if name == "lang" else sorted(converter.items)[0]  # type: ignore[attr-defined]
    return 1 if isinstance(converter, IntegerConverter) else token


def outcome(page: Page, token: str) -> tuple[int, str]:
    return page.status, page.response.headers.get("Location", "").replace(token, "TOKEN")


@ESSENTIAL
@pytest.mark.parametrize("methods", METHODS)
def test_link_is_refused_by_every_other_route_and_method(app: App, methods: str) -> None:
    """In the path, the query, the form, a header and a cookie, it gets what a made-up token gets."""
    tokens = {"made up": new_token(), "real": make_link(app)}
    before, sent = app.fingerprint(), 0
    outcomes: dict[str, dict[tuple[str, str], tuple[int, str]]] = {name: {} for name in tokens}
    for name, token in tokens.items():
        browser = app.anonymous_client()
        csrf = browser.csrf_token()
        browser.flask_client.set_cookie("token", token)
        for rule, path in paths_with(app, token):
            rate_limits.init(app.flask)
            for method in methods.split():
                given = {"query_string": {"token": token, "next": f"/en/answer/{token}"}}
                fields = {"csrf_token": csrf, "token": token, "person_id": "4", "opened_by": "4"}
                page = browser.send(
                    method,
                    path,
                    headers={"Authorization": f"Bearer {token}", "Referer": f"http://localhost/en/answer/{token}"},
                    **(given if method in ("GET", "HEAD", "OPTIONS") else {"data": fields}),
                )
                outcomes[name][method, rule.rule] = outcome(page, token)
                sent += 1
    assert outcomes["real"] == outcomes["made up"]
    for (method, rule), (status, _place) in outcomes["real"].items():
        if "<token>" in rule:
            assert status in (400, 404, 405, 410) or method == "OPTIONS" or "/account/email/" in rule, (method, rule, status)
    assert sent > 800
    assert app.fingerprint() == before


def test_link_as_the_session_cookie_signs_nobody_in(app: App) -> None:
    token, browser = make_link(app), app.anonymous_client()
    browser.flask_client.set_cookie("session", token)
    assert browser.get("/en/my-updates").status == 303
    with browser.flask_client.session_transaction() as cookie:
        cookie["_user_id"] = token
    assert browser.get("/en/my-updates").status == 303
    assert browser.get("/en/account").status == 303


def test_lead_with_another_quarter_or_jurisdiction_cannot_be_reached_by_the_link(app: App) -> None:
    """The fields of another jurisdiction's activity in the form change nothing."""
    page = open_link(app, make_link(app))
    form = page.forms[0]
    form.values |= {"r1-version": "0", "r1-status": "SP", "r1-text": "Not ours.", "period": "2020-12", "for": "qc"}
    form.values |= {name: value for name, value in form.values.items() if not name.endswith("-status")}
    done = submit(review(page), "all")
    assert done.status == 303
    (period,) = app.rows(ReportingPeriod, ReportingPeriod.key == "2020-09")
    sent = reports_by_link(app)
    assert {s.period_id for s in sent} == {period.id}
    assert "Not ours." not in {s.progress_en for s in sent}


@pytest.mark.parametrize("same", [True, False], ids=["same text", "other text"])
def test_two_people_with_one_link_at_once_submit_one_report(app_per_engine: App, same: bool) -> None:
    app = app_per_engine
    token = make_link(app)
    texts = ["Two more members answered.", "Two more members answered." if same else "We wait for two members."]
    forms = [review(open_link(app, token), {"3.3": {**CHANGE, "text": text}}).form("/submit") for text in texts]
    for form in forms:
        form.values["choice"] = "changed"
    results: list[Page] = []
    threads = [threading.Thread(target=lambda form=form: results.append(form.submit())) for form in forms]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    statuses = sorted(page.status for page in results)
    assert statuses[-1] in (303, 409)
    assert 303 in statuses
    assert len(reports_by_link(app)) == 1, "the other person is told, and nothing is overwritten"
    assert statuses.count(303) == 1
