"""Asking for a link to set a new password: the same response for every address, limits, and who gets an email."""

from __future__ import annotations

import re
import statistics
import time

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from cogwg.accounts.models import AccessLink, Person, Throttle
from cogwg.accounts.rules import RESET_LIFETIME
from cogwg.audit.models import AuditEvent
from cogwg.core.db import write_transaction
from cogwg.mail.models import OutboxMessage
from cogwg.notices.accounts import send_forgotten_password_link
from tests.databases import PASSWORD
from tests.web.auth.test_sign_in import (
    NEW_PASSWORD,
    deactivate,
    is_signed_in,
    set_password,
    submit_sign_in,
    without_token,
)
from tests.web.scriptless_user import ScriptlessUser
from tests.web_client import MAIL_SERVER, App, Client, Page, email

LANGS = pytest.mark.parametrize("lang", ["en", "fr"])


def ask_for_link(browser: Client, address: str, lang: str = "en") -> Page:
    return browser.get(f"/{lang}/sign-in/forgotten").form().fill(email=address).submit()


def emailed_tokens(app: App, name: str = "ontario") -> list[str]:
    """Return the tokens of the links that were emailed to this person, oldest first."""
    sent = app.rows(OutboxMessage, OutboxMessage.address == email(name))
    return [token for message in sent for token in re.findall(r"/password/(\S+)", message.text)]


@LANGS
def test_person_who_forgot_the_password_sets_a_new_one_and_signs_in(app_per_engine: App, lang: str) -> None:
    app = app_per_engine.use(app_per_engine.day, {"mail": MAIL_SERVER})
    elsewhere = app.client_as("ontario")
    user = ScriptlessUser(app, "visitor", lang)
    user.open("sign-in")
    user.follow("Forgot your password?")
    page = user.press("Email me a link", fields={"email": f"  {email('ontario').upper()} "})
    assert email("ontario").upper() in page.main_text
    (token,) = emailed_tokens(app)
    assert is_signed_in(elsewhere), "asking alone changes nothing"
    assert set_password(app.anonymous_client(), token).status == 303
    assert not is_signed_in(elsewhere)
    assert submit_sign_in(app.anonymous_client(), email("ontario"), NEW_PASSWORD).status == 303
    events = app.rows(AuditEvent, AuditEvent.subject_kind == "person", AuditEvent.subject_id == app.person_id("ontario"))
    assert [(event.action, event.actor_kind) for event in events][-2:] == [
        ("person.link", "system"),
        ("person.password", "person"),
    ]


@LANGS
def test_every_address_gets_the_same_response_and_only_a_known_one_an_email(app_per_engine: App, lang: str) -> None:
    app = app_per_engine
    deactivate(app, "nwt")
    app.execute(update(Person).where(Person.email == email("bc")).values(password_hash=None))
    before = app.fingerprint()
    addresses = {"unknown": "nobody@nowhere.example", "retired": email("nwt"), "invited": email("bc")}
    shown = {name: _answer_and_page(app, address, lang) for name, address in addresses.items()}
    assert app.fingerprint() == before, "neither an email nor a link, and no made-up person is left"
    shown["known"] = _answer_and_page(app, email("ontario"), lang)
    assert len(set(shown.values())) == 1
    assert len(emailed_tokens(app)) == 1


def _answer_and_page(app: App, address: str, lang: str) -> tuple[int, str, str]:
    browser = app.anonymous_client()
    answer = ask_for_link(browser, address, lang)
    return answer.status, answer.headers["Location"], without_token(answer.follow(), address)


def test_known_and_unknown_addresses_take_the_same_work(app_per_engine: App) -> None:
    """Each runs the same statements. The times are compared with a wide margin, because other tests run in the meantime."""
    times: dict[str, list[float]] = {"known": [], "unknown": []}
    with Session(app_per_engine.engine) as session:
        for number in range(60):
            name = ("known", "unknown")[number % 2]
            address = email("ontario") if name == "known" else f"nobody{number}@nowhere.example"
            started = time.perf_counter()
            with write_transaction(session):
                at = app_per_engine.calendar.now()
                send_forgotten_password_link(session, address, at=at, now=app_per_engine.clock(), site="https://site.example")
            times[name].append(time.perf_counter() - started)
            app_per_engine.clock.advance(hours=2)
    known, unknown = (statistics.median(values) for values in times.values())
    assert 0.5 < known / unknown < 2, (known, unknown)
    assert len(emailed_tokens(app_per_engine)) == 30


def test_link_works_for_an_hour_and_the_newest_alone(app: App) -> None:
    for _ in range(2):
        assert ask_for_link(app.anonymous_client(), email("ontario")).status == 303
        app.clock.advance(seconds=1)
    first, second = emailed_tokens(app)
    assert [app.anonymous_client().get(f"/en/password/{token}").status for token in (first, second)] == [410, 200]
    waiting = app.rows(OutboxMessage, OutboxMessage.address == email("ontario"), OutboxMessage.next_try_at.is_not(None))
    assert len(waiting) == 1, "the email whose link stopped working is not sent"
    app.clock.advance(seconds=RESET_LIFETIME.total_seconds() - 1)
    assert app.anonymous_client().get(f"/en/password/{second}").status == 410


def test_requests_from_one_network_wait_after_five_for_any_address(app: App) -> None:
    for address in (email("ontario"), "nobody@nowhere.example"):
        answers = [ask_for_link(app.anonymous_client(), address) for _ in range(6)]
        assert [answer.status for answer in answers] == [303] * 5 + [429]
        assert 0 < int(answers[5].headers["Retry-After"]) <= 31
        assert "Try again in" in answers[5].alert_text
        assert answers[5].form().value("email") == address
    assert submit_sign_in(app.anonymous_client(), email("ontario")).status == 303, "signing in does not have to wait"
    assert ask_for_link(app.anonymous_client(), email("quebec")).status == 303
    counted = {row.key: row.failures for row in app.rows(Throttle)}
    assert counted["network:127.0.0.1"] == 11, "requests count for their network as failed sign-ins do"


def test_failed_sign_ins_do_not_delay_a_request_from_the_same_network(app: App) -> None:
    for _ in range(5):
        submit_sign_in(app.anonymous_client(), email("ontario"), "wrong")
    assert submit_sign_in(app.anonymous_client(), email("ontario")).status == 429
    assert ask_for_link(app.anonymous_client(), email("ontario")).status == 303
    assert len(emailed_tokens(app)) == 1


def test_requests_from_many_networks_send_five_emails_an_hour(app: App) -> None:
    for number in range(8):
        browser = app.anonymous_client(REMOTE_ADDR=f"192.0.2.{number}")
        assert ask_for_link(browser, email("ontario")).status == 303
    tokens = emailed_tokens(app)
    assert len(tokens) == 5
    assert app.anonymous_client().get(f"/en/password/{tokens[-1]}").status == 200, "the last link is not replaced"
    app.clock.advance(hours=1, seconds=1)
    assert ask_for_link(app.anonymous_client(), email("ontario")).status == 303
    assert len(emailed_tokens(app)) == 6


@LANGS
@pytest.mark.parametrize("address", ["", "a" * 255, "a\x00b@c.example"])
def test_invalid_request_is_refused_and_changes_nothing(app_per_engine: App, lang: str, address: str) -> None:
    before = app_per_engine.fingerprint()
    assert ask_for_link(app_per_engine.anonymous_client(), address, lang).status == (303 if "\x00" in address else 422)
    assert app_per_engine.fingerprint() == before


def test_request_never_revokes_an_invitation(app: App) -> None:
    user = ScriptlessUser(app, "secretariat", "en")
    user.open("admin/people")
    invited = {"name": "D. Deschênes", "email": email("invited"), "role": "reader", "jurisdiction": "", "lang": "en"}
    user.press("Send the invitation", fields=invited)
    ask_for_link(app.anonymous_client(), email("invited"))
    (token,) = emailed_tokens(app, "invited")
    assert app.anonymous_client().get(f"/en/password/{token}").status == 200
    assert len(app.rows(AccessLink)) == 1


def test_security_log_has_requests_without_the_address(app: App, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(6):
        ask_for_link(app.anonymous_client(), email("ontario"))
    fields = [record.fields for record in caplog.records if record.name == "cogwg.security"]  # type: ignore[attr-defined]
    assert [entry["event"] for entry in fields] == ["link.requested"] * 5 + ["link.throttled"]
    assert email("ontario") not in repr(fields)
    assert PASSWORD not in repr(fields)
