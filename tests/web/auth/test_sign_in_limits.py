"""Limits on sign-in attempts: a stranger cannot lock a person out, and cannot guess faster by asking at once."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import event, update
from sqlalchemy.orm import Session

from cogwg.accounts.models import Person, Throttle
from cogwg.accounts.passwords import Passwords
from cogwg.accounts.people import deactivate_person
from cogwg.audit.services import SYSTEM
from cogwg.core.db import write_transaction
from cogwg.web.auth import device_cookie
from tests.databases import PASSWORD
from tests.sessions import FURTHER, first_of
from tests.web.auth.test_sign_in import NEW_PASSWORD, create_password_link, set_password, submit_sign_in, without_token
from tests.web.conftest import MakeApp
from tests.web_client import App, Client, Page, email

HOME, STRANGER, OFFICE = "192.0.2.7", "198.51.100.9", "203.0.113.50"
AT_ONCE = 32


def attempt(app: App, address: str, who: str = "ontario", password: str = "wrong") -> Page:
    """Try to sign in from an IP address, in a browser that the product does not know."""
    return submit_sign_in(app.anonymous_client(REMOTE_ADDR=address), email(who) if "@" not in who else who, password)


def fail(app: App, times: int, address: str = STRANGER, who: str = "ontario") -> list[int]:
    return [attempt(app, address, who).status for _ in range(times)]


def known_browser(app: App, who: str = "ontario", address: str = HOME) -> Client:
    """Return a browser in which the person signed in before and then signed out."""
    browser = app.anonymous_client(REMOTE_ADDR=address)
    assert submit_sign_in(browser, email(who)).status == 303
    assert browser.get("/en/plans/2020").form("/sign-out").submit().status == 303
    return browser


def test_right_password_from_another_address_signs_in_while_a_stranger_guesses(app_per_engine: App) -> None:
    assert fail(app_per_engine, 8) == [422] * 5 + [429] * 3
    app_per_engine.clock.advance(minutes=20)
    assert fail(app_per_engine, 6) == [422] * 5 + [429], "one guess a wait"
    assert attempt(app_per_engine, HOME, password=PASSWORD).status == 303
    assert attempt(app_per_engine, STRANGER, password=PASSWORD).status == 429


def test_success_elsewhere_leaves_the_strangers_wait(app: App) -> None:
    fail(app, 5)
    assert attempt(app, HOME, password=PASSWORD).status == 303
    assert fail(app, 1) == [429]


@pytest.mark.parametrize(
    ("first", "second", "is_counted_together"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("192.0.2.7", "::ffff:192.0.2.7", True),
        ("192.0.2.7", "::ffff:192.0.2.8", False),
        ("192.0.2.7", "192.0.2.7:51234", True),
        ("[2001:db8:1:2::1]:443", "2001:db8:1:2::2", True),
    ],
)
def test_attempts_are_counted_by_network(app: App, first: str, second: str, is_counted_together: bool) -> None:
    fail(app, 5, first)
    assert fail(app, 1, second) == [429 if is_counted_together else 422]


@FURTHER
def test_two_hundred_guesses_from_one_ipv6_network_get_twenty_verdicts_and_close_nothing(app: App) -> None:
    statuses = Counter(attempt(app, f"2001:db8:1:2::{n:x}", f"guess{n}@nowhere.example").status for n in range(200))
    assert statuses == {422: 20, 429: 180}
    assert attempt(app, "2001:db8:1:3::1", password=PASSWORD).status == 303
    assert attempt(app, HOME, "quebec", PASSWORD).status == 303


@FURTHER
def test_flood_from_many_networks_slows_sign_in_and_locks_no_one_out(app_per_engine: App) -> None:
    for n in range(200):
        assert attempt(app_per_engine, f"10.1.{n}.1", f"guess{n}@nowhere.example").status == 422
    assert attempt(app_per_engine, HOME, password=PASSWORD).status == 303, "a right password is never refused"
    assert fail(app_per_engine, 2, OFFICE, "quebec") == [422, 429], "one failure, then a wait"
    assert attempt(app_per_engine, OFFICE, "chair", PASSWORD).status == 303, "the wait is for one account only"
    app_per_engine.clock.advance(seconds=31)
    assert attempt(app_per_engine, OFFICE, "quebec", PASSWORD).status == 303
    app_per_engine.clock.advance(minutes=6)
    assert fail(app_per_engine, 3, "192.0.2.200", "bc") == [422] * 3, "after the flood, as before"


@FURTHER
def test_guesses_at_one_account_from_many_networks_slow_only_that_account(app: App) -> None:
    for n in range(100):
        assert attempt(app, f"10.1.{n}.1").status == 422
    assert fail(app, 2, OFFICE) == [422, 429]
    assert fail(app, 2, OFFICE, "quebec") == [422, 422]
    assert attempt(app, HOME, password=PASSWORD).status == 303


@pytest.mark.parametrize("who", first_of(1, ["ontario", "nobody@nowhere.example"]))
def test_guesses_sent_at_once_get_five_verdicts(engine_name: str, make_app: MakeApp, who: str) -> None:
    """With passwords that take as long to check as in production: the attempt is counted before."""
    app = make_app(engine_name, cheap_hashing=False)
    ready = threading.Barrier(AT_ONCE)
    forms = [
        app.anonymous_client(REMOTE_ADDR=STRANGER)
        .get("/en/sign-in")
        .form()
        .fill(email=email(who) if "@" not in who else who, password=f"guess {n}")
        for n in range(AT_ONCE)
    ]
    statuses: list[int] = []

    def guess(n: int) -> None:
        ready.wait()
        statuses.append(forms[n].submit().status)

    threads = [threading.Thread(target=guess, args=(n,)) for n in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(statuses) == {422: 5, 429: AT_ONCE - 5}


@FURTHER
def test_known_browser_signs_in_from_a_network_that_is_refused(app_per_engine: App) -> None:
    browser = known_browser(app_per_engine, address=STRANGER)
    fail(app_per_engine, 6)
    for n in range(20):
        attempt(app_per_engine, STRANGER, f"guess{n}@nowhere.example")
    assert attempt(app_per_engine, STRANGER, password=PASSWORD).status == 429
    assert submit_sign_in(browser, email("ontario")).status == 303


def test_known_browser_is_known_for_its_account_only(app: App) -> None:
    browser = known_browser(app, address=STRANGER)
    fail(app, 5, who="quebec")
    assert submit_sign_in(browser, email("quebec")).status == 429
    assert submit_sign_in(browser, email("ontario")).status == 303


def test_two_people_can_share_a_known_browser(app: App) -> None:
    browser = known_browser(app, address=STRANGER)
    assert submit_sign_in(browser, email("quebec")).status == 303
    for who in ("ontario", "quebec"):
        fail(app, 5, who=who)
    for who in ("ontario", "quebec"):
        browser.get("/en/plans/2020").form("/sign-out").submit()
        assert submit_sign_in(browser, email(who)).status == 303


def test_known_browser_has_limits_of_its_own(app: App) -> None:
    browser = known_browser(app)
    statuses = [submit_sign_in(browser, email("ontario"), "wrong").status for _ in range(6)]
    assert statuses == [422] * 5 + [429]
    assert submit_sign_in(browser, email("ontario")).status == 429, "a stolen cookie does not make guessing faster"
    assert attempt(app, HOME, password=PASSWORD).status == 303, "the network was not counted"
    app.clock.advance(seconds=31)
    assert submit_sign_in(browser, email("ontario")).status == 303


@pytest.mark.parametrize("cause", ["a new password", "a deactivated account", "its lifetime", "another key", "a forged value"])
def test_known_browser_is_unknown_after(app: App, cause: str) -> None:
    browser = known_browser(app, address=STRANGER)
    (cookie,) = [c for c in browser.flask_client._cookies.values() if c.key.startswith("device-")]  # type: ignore[union-attr]
    password = PASSWORD
    match cause:
        case "a new password":
            assert set_password(app.anonymous_client(REMOTE_ADDR=HOME), create_password_link(app)).status == 303
            password = NEW_PASSWORD
        case "a deactivated account":
            with Session(app.engine) as session, write_transaction(session):
                person = session.get_one(Person, app.person_id("ontario"))
                deactivate_person(session, person, by=SYSTEM, at=app.calendar.now())
        case "its lifetime":
            app.clock.advance(seconds=device_cookie.LIFETIME.total_seconds() + 1)
        case "another key":
            browser.flask_client.set_cookie(cookie.key, cookie.value[:-6] + "AAAAAA")
        case "a forged value":
            browser.flask_client.set_cookie(cookie.key, "x" * 80)
    fail(app, 5)
    assert submit_sign_in(browser, email("ontario"), password).status == 429


def test_browser_that_set_the_password_is_known(app: App) -> None:
    browser = app.anonymous_client(REMOTE_ADDR=STRANGER)
    fail(app, 5)
    assert submit_sign_in(browser, email("ontario")).status == 429
    assert set_password(browser, create_password_link(app)).status == 303
    assert submit_sign_in(browser, email("ontario"), NEW_PASSWORD).status == 303, "the link was the proof"


@pytest.mark.parametrize("secure", [False, True])
def test_device_cookie_has_its_security_attributes(make_app: MakeApp, secure: bool) -> None:
    app = make_app(secure=secure)
    base = "https://localhost" if secure else "http://localhost"
    client = app.anonymous_client().flask_client
    form = Page(app.anonymous_client(), "/en/sign-in", client.get("/en/sign-in", base_url=base)).form()
    form.fill(email=email("ontario"), password=PASSWORD)
    answer = client.post("/en/sign-in", data=form.values, base_url=base, headers={"Referer": f"{base}/en/sign-in"})
    (cookie,) = [c for c in answer.headers.getlist("Set-Cookie") if "device-" in c]
    name, _, rest = cookie.partition("=")
    assert name.startswith("__Host-device-" if secure else "device-")
    attributes = {a for a in rest.split("; ")[1:] if not a.startswith("Expires=")}
    assert attributes == {"HttpOnly", "Path=/", "SameSite=Strict", "Max-Age=15552000", *(["Secure"] if secure else [])}
    assert timedelta(seconds=15552000) == device_cookie.LIFETIME
    assert email("ontario") not in cookie


def test_spellings_of_an_address_are_counted_as_one_account(app: App) -> None:
    who = email("ontario")
    spellings = [who, who.upper(), f" {who} ", f"{who}\u200b", f"\ufeff{who}"]
    statuses = [attempt(app, STRANGER, spelling).status for spelling in [*spellings, who]]
    assert statuses == [422] * 5 + [429]


def test_known_and_unknown_account_cost_the_same_and_look_the_same(
    app_per_engine: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    app_per_engine.execute(update(Person).where(Person.email == email("bc")).values(password_hash=None))
    attempt(app_per_engine, HOME, "chair")  # creates the counter of everyone
    statements: list[str] = []
    hashed: list[bool] = []
    verify = Passwords.verify

    def counted_verify(self: Passwords, stored: str | None, password: str) -> bool:
        hashed.append(True)
        return verify(self, stored, password)

    monkeypatch.setattr(Passwords, "verify", counted_verify)
    engine = app_per_engine.request_engine
    event.listen(engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    shown = {}
    for n, who in enumerate((email("ontario"), email("bc"), "nobody@nowhere.example")):
        statements.clear()
        hashed.clear()
        pages = [attempt(app_per_engine, f"10.1.{n}.1", who) for _ in range(6)]
        looks = [(p.status, p.headers.get("Retry-After"), without_token(p, who) if p.status == 422 else "") for p in pages]
        shown[who] = (looks, list(statements), len(hashed))
    assert shown[email("ontario")][2] == 5
    assert shown[email("ontario")] == shown[email("bc")] == shown["nobody@nowhere.example"]


def test_attempt_is_counted_even_if_checking_the_password_fails(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> bool:
        raise RuntimeError("no memory for hashing")

    monkeypatch.setattr(Passwords, "verify", broken)
    assert fail(app, 6) == [500] * 5 + [429]


@FURTHER
def test_right_passwords_use_up_no_limit(app: App) -> None:
    """The whole working group signs in from one network on the last evening, more than once."""
    for _ in range(12):
        for who in ("ontario", "quebec", "chair"):
            assert attempt(app, OFFICE, who, PASSWORD).status == 303
    assert {row.failures for row in app.rows(Throttle)} == {0}
