"""Signing in and out: same response to every failed try, growing waits, revocable sessions, single-use links."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from cogwg.accounts.models import AccessLink, Person, SignIn, Throttle
from cogwg.accounts.passwords import Passwords
from cogwg.accounts.people import deactivate_person
from cogwg.accounts.queries import person_by_email
from cogwg.accounts.rules import PRINTED_LIFETIME
from cogwg.accounts.services import create_access_link
from cogwg.accounts.tokens import hash_token
from cogwg.audit.services import SYSTEM
from cogwg.core.db import write_transaction
from cogwg.web.auth.safe_redirect import safe_path
from tests.databases import PASSWORD
from tests.web.conftest import MakeApp
from tests.web_client import App, Client, Page, email


def submit_sign_in(browser: Client, address: str, password: str = PASSWORD, lang: str = "en", query: str = "") -> Page:
    return browser.get(f"/{lang}/sign-in{query}").form().fill(email=address, password=password).submit()


def without_token(page: Page, address: str) -> str:
    """Return a page without its CSRF token and the typed address, which may differ."""
    return page.text.replace(page.form().values["csrf_token"], "").replace(address, "")


def deactivate(app: App, name: str) -> None:
    with Session(app.engine) as session, write_transaction(session):
        person = person_by_email(session, email(name))
        assert person is not None
        deactivate_person(session, person, by=SYSTEM, at=app.calendar.now())


def is_signed_in(browser: Client) -> bool:
    return browser.get("/en/briefings").status == 200


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_correct_password_with_address_in_any_case_redirects_home(app_per_engine: App, lang: str) -> None:
    browser = app_per_engine.anonymous_client()
    answer = submit_sign_in(browser, "  ONTARIO@Demo.cogwg.example ", lang=lang)
    assert (answer.status, answer.redirect_path) == (303, f"/{lang}/my-updates")
    assert "N. Osei, Ontario" in browser.get(f"/{lang}/plans/2020").text


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_failed_sign_in_has_the_same_response_for_every_cause(app_per_engine: App, lang: str) -> None:
    """Unknown, wrong, deactivated and without a password: the response does not reveal which addresses exist."""
    deactivate(app_per_engine, "nwt")
    app_per_engine.execute(update(Person).where(Person.email == email("bc")).values(password_hash=None))
    tries = {
        "unknown": ("nobody@nowhere.example", PASSWORD),
        "wrong": (email("ontario"), "another pass phrase"),
        "nearly": (email("ontario"), PASSWORD + " "),
        "case": (email("ontario"), PASSWORD.upper()),
        "retired": (email("nwt"), PASSWORD),
        "no password": (email("bc"), PASSWORD),
        "no hash of mine": (email("bc"), "nobody has this password"),
    }
    answers = {name: submit_sign_in(app_per_engine.anonymous_client(), *given, lang=lang) for name, given in tries.items()}
    assert {page.status for page in answers.values()} == {422}
    assert len({without_token(answers[name], typed) for name, (typed, _) in tries.items()}) == 1
    for page in answers.values():
        assert page.form().value("password") == "", "a password is never sent back"
        assert page.form().value("email"), "the address is kept"
        assert PASSWORD not in page.text


def test_sixth_failure_throttles_only_that_account(app_per_engine: App) -> None:
    for _ in range(5):
        assert submit_sign_in(app_per_engine.anonymous_client(), email("ontario"), "wrong").status == 422
    for password in ("wrong", PASSWORD):
        page = submit_sign_in(app_per_engine.anonymous_client(), email("ontario"), password)
        assert page.status == 429
        assert 0 < int(page.headers["Retry-After"]) <= 31
        assert "There were too many attempts." in page.alert_text
        assert (page.form().value("email"), page.form().value("password")) == (email("ontario"), "")
        assert password not in page.text.replace(email("ontario"), "")
    assert submit_sign_in(app_per_engine.anonymous_client(), email("quebec")).status == 303, (
        "another account does not have to wait"
    )
    app_per_engine.clock.advance(seconds=31)
    browser = app_per_engine.anonymous_client()
    assert submit_sign_in(browser, email("ontario"), "wrong").status == 422
    app_per_engine.clock.advance(seconds=45)
    assert submit_sign_in(browser, email("ontario")).status == 429, "the wait has doubled"
    app_per_engine.clock.advance(seconds=20)
    assert submit_sign_in(browser, email("ontario")).status == 303, "no account is locked permanently"


def test_unknown_address_is_throttled_like_a_known_address(app: App) -> None:
    answers = [
        [submit_sign_in(app.anonymous_client(), who, "wrong") for _ in range(6)]
        for who in (email("ontario"), "nobody@nowhere.example")
    ]
    assert [[p.status for p in a] for a in answers] == [[422] * 5 + [429]] * 2
    assert answers[0][5].headers["Retry-After"] == answers[1][5].headers["Retry-After"]


def test_successful_sign_in_clears_the_account_and_not_the_address_counter(app: App) -> None:
    for _ in range(3):
        for _ in range(4):
            assert submit_sign_in(app.anonymous_client(), email("ontario"), "wrong").status == 422
        assert submit_sign_in(app.anonymous_client(), email("ontario")).status == 303
    counted = {row.key.partition(":")[0]: row.failures for row in app.rows(Throttle)}
    assert counted == {"account": 12, "everybody": 12, "network": 12}


def test_twenty_failures_throttle_only_that_client_address(app: App) -> None:
    for n in range(20):
        assert submit_sign_in(app.anonymous_client(), f"guess{n}@nowhere.example").status == 422
    assert submit_sign_in(app.anonymous_client(), email("ontario")).status == 429
    assert submit_sign_in(app.anonymous_client(REMOTE_ADDR="192.0.2.7"), email("ontario")).status == 303
    app.clock.advance(minutes=5, seconds=1)
    assert submit_sign_in(app.anonymous_client(), email("ontario")).status == 303


@pytest.mark.parametrize(("proxies", "counted"), [(0, "127.0.0.1"), (1, "203.0.113.9")])
def test_client_address_is_not_taken_from_untrusted_headers(make_app: MakeApp, proxies: int, counted: str) -> None:
    app = make_app(proxy_count=proxies)
    browser = app.anonymous_client()
    form = browser.get("/en/sign-in").form().fill(email="a@b.example", password="wrong")
    assert browser.post("/en/sign-in", form.values, X_Forwarded_For="198.51.100.1, 203.0.113.9").status == 422
    assert f"network:{counted}" in {row.key for row in app.rows(Throttle)}


@pytest.mark.parametrize(
    "fields", [{"email": ""}, {"password": ""}, {"email": "a" * 255}, {"password": "p" * 1025}, {"email": "a\x00b@c.example"}]
)
def test_invalid_sign_in_form_is_refused_on_both_engines(app_per_engine: App, fields: dict[str, str]) -> None:
    form = app_per_engine.anonymous_client().get("/en/sign-in").form().fill(email=email("ontario"), password="wrong")
    assert form.fill(**fields).submit().status == 422


def test_sign_in_starts_a_new_session_and_ignores_the_old_cookie(app: App) -> None:
    """Session fixation: a cookie planted before the sign-in is not the signed-in session."""
    browser = app.anonymous_client()
    browser.get("/en/sign-in")
    planted = browser.flask_client.get_cookie("session")
    assert planted is not None
    assert submit_sign_in(browser, email("ontario")).status == 303
    fresh = browser.flask_client.get_cookie("session")
    assert fresh is not None
    assert fresh.value != planted.value
    thief = app.anonymous_client()
    thief.flask_client.set_cookie("session", planted.value)
    assert not is_signed_in(thief)
    again = app.anonymous_client()
    submit_sign_in(again, email("ontario"))
    assert len({row.token_hash for row in app.rows(SignIn)}) == 2


def test_copied_cookie_is_invalid_after_sign_out(app: App) -> None:
    browser = app.anonymous_client()
    submit_sign_in(browser, email("ontario"))
    cookie = browser.flask_client.get_cookie("session")
    assert cookie is not None
    thief = app.anonymous_client()
    thief.flask_client.set_cookie("session", cookie.value)
    assert is_signed_in(thief)
    out = browser.get("/en/plans/2020").form("/sign-out").submit()
    assert (out.status, out.redirect_path) == (303, "/en/")
    assert out.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_signed_in(thief)
    assert not is_signed_in(browser)
    assert app.count_sign_ins() == 0
    assert browser.get("/en/sign-out").status == 405, "a link cannot sign a person out"


def test_session_token_is_stored_as_hash(app: App) -> None:
    browser = app.client_as("ontario")
    with browser.flask_client.session_transaction() as cookie:
        token = cookie["_user_id"]
    (row,) = app.rows(SignIn)
    assert row.token_hash == hash_token(token)
    assert token not in repr([vars(row) for row in app.rows(SignIn)])


@pytest.mark.parametrize(("who", "minutes"), [("ontario", 120), ("reader", 120), ("chair", 30), ("secretariat", 30)])
def test_idle_session_ends_by_role(app: App, who: str, minutes: int) -> None:
    browser = app.client_as(who)
    assert is_signed_in(browser)
    app.clock.advance(minutes=minutes, seconds=-1)
    assert is_signed_in(browser), "the session is valid one second before"
    app.clock.advance(minutes=minutes, seconds=1)
    page = browser.get("/en/briefings")
    assert (page.status, page.redirect_path) == (303, "/en/sign-in?next=/en/briefings")


def test_busy_session_ends_after_twelve_hours(app: App) -> None:
    browser = app.client_as("chair")
    for _ in range(28):
        app.clock.advance(minutes=25)
        assert is_signed_in(browser)
    app.clock.advance(minutes=20, seconds=1)
    assert not is_signed_in(browser)


def test_session_activity_is_stored_at_most_every_five_minutes(app: App) -> None:
    browser = app.client_as("ontario")
    shown = []
    for _ in range(4):
        app.clock.advance(minutes=2)
        browser.get("/en/plans/2020")
        shown.append(app.rows(SignIn)[0].seen_at)
    assert len(set(shown)) == 2


def test_session_lifetime_uses_real_time(app: App) -> None:
    browser = app.client_as("ontario")
    (row,) = app.rows(SignIn)
    assert row.started_at == app.clock()
    assert app.calendar.now().year == 2020
    assert is_signed_in(browser)


def test_deactivated_persons_session_ends_at_once(app: App) -> None:
    browser, other = app.client_as("ontario"), app.client_as("quebec")
    deactivate(app, "ontario")
    assert not is_signed_in(browser)
    assert is_signed_in(other)


def test_retired_at_alone_ends_the_session(app: App) -> None:
    browser = app.client_as("ontario")
    app.execute(update(Person).where(Person.email == email("ontario")).values(retired_at=app.calendar.now()))
    assert not is_signed_in(browser)


def create_password_link(app: App, name: str = "ontario") -> str:
    with Session(app.engine) as session, write_transaction(session):
        person = person_by_email(session, email(name))
        assert person is not None
        return create_access_link(session, person, lifetime=PRINTED_LIFETIME, by=SYSTEM, at=app.calendar.now(), now=app.clock())


NEW_PASSWORD = "une toute nouvelle phrase"


def set_password(browser: Client, token: str, password: str = NEW_PASSWORD, again: str | None = None, lang: str = "en") -> Page:
    form = browser.get(f"/{lang}/password/{token}").form()
    return form.fill(password=password, again=password if again is None else again).submit()


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_password_link_works_once_and_ends_every_session(app_per_engine: App, lang: str) -> None:
    elsewhere = app_per_engine.client_as("ontario")
    token = create_password_link(app_per_engine)
    browser = app_per_engine.anonymous_client()
    answer = set_password(browser, token, lang=lang)
    assert (answer.status, answer.redirect_path) == (303, f"/{lang}/sign-in")
    assert not is_signed_in(elsewhere)
    for page in (
        browser.get(f"/{lang}/password/{token}"),
        browser.post(f"/{lang}/password/{token}", {"csrf_token": browser.csrf_token()}),
    ):
        assert page.status == 410
        assert page.find("html").get("lang") == lang
    assert submit_sign_in(browser, email("ontario"), PASSWORD).status == 422
    assert submit_sign_in(browser, email("ontario"), NEW_PASSWORD).status == 303
    assert all(token not in repr(vars(row)) for row in app_per_engine.rows(AccessLink))


def test_password_link_ends_after_a_day_or_when_replaced(app: App) -> None:
    first = create_password_link(app)
    second = create_password_link(app)
    assert app.anonymous_client().get(f"/en/password/{first}").status == 410
    app.clock.advance(hours=24, seconds=-1)
    assert app.anonymous_client().get(f"/en/password/{second}").status == 200
    app.clock.advance(seconds=1)
    assert app.anonymous_client().get(f"/en/password/{second}").status == 410


def test_password_form_of_used_link_sets_nothing(app: App) -> None:
    token = create_password_link(app)
    form = app.anonymous_client().get(f"/en/password/{token}").form().fill(password=NEW_PASSWORD, again=NEW_PASSWORD)
    assert set_password(app.anonymous_client(), token, "the first of two pass phrases").status == 303
    assert form.submit().status == 410
    assert submit_sign_in(app.anonymous_client(), email("ontario"), NEW_PASSWORD).status == 422


def test_password_link_of_deactivated_person_is_gone(app: App) -> None:
    token = create_password_link(app, "nwt")
    deactivate(app, "nwt")
    assert app.anonymous_client().get(f"/en/password/{token}").status == 410


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize(
    ("password", "again", "field"),
    [
        ("short", "short", "password"),
        ("x" * 129, "x" * 129, "password"),
        ("a" * 15, "a" * 15, "password"),
        (NEW_PASSWORD, NEW_PASSWORD + ".", "again"),
        (NEW_PASSWORD, "", "again"),
    ],
)
def test_invalid_password_is_refused_and_the_link_still_works(
    app: App, lang: str, password: str, again: str, field: str
) -> None:
    token = create_password_link(app)
    browser = app.anonymous_client()
    page = set_password(browser, token, password, again, lang)
    assert page.status == 422
    assert page.field_error(field)
    assert page.form().value("password") == ""
    assert set_password(browser, token).status == 303


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_own_name_or_address_as_password_is_refused_with_a_sentence(app: App, lang: str) -> None:
    token = create_password_link(app, "quebec")
    browser = app.anonymous_client()
    person = app.rows(Person, Person.email == email("quebec"))[0]
    for password in (person.email, person.email.upper(), f"{person.name} {person.name} 2026", person.email[::-1]):
        page = set_password(browser, token, password, lang=lang)
        assert page.status == 422
        assert {"en": "name or email address", "fr": "nom ou à votre adresse courriel"}[lang] in page.field_error("password")
    assert set_password(browser, token, f"{person.name} mange un castor").status == 303


def test_passwords_differing_after_100_characters_are_distinct(app: App) -> None:
    long = "p" + "hrase de passe " * 8
    assert set_password(app.anonymous_client(), create_password_link(app), long[:100] + "a").status == 303
    assert submit_sign_in(app.anonymous_client(), email("ontario"), long[:100] + "b").status == 422
    assert submit_sign_in(app.anonymous_client(), email("ontario"), long[:100] + "a").status == 303


def test_stored_password_is_argon2id_at_the_measured_strength() -> None:
    assert Passwords().hash(PASSWORD).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_password_fields_have_autocomplete_attributes(app: App) -> None:
    page = app.anonymous_client().get("/en/sign-in")
    assert [e.get("autocomplete") for e in page.find("main").iter("input") if e.get("type") != "hidden"] == [
        "username",
        "current-password",
    ]
    page = app.anonymous_client().get(f"/en/password/{create_password_link(app)}")
    assert [e.get("autocomplete") for e in page.find("main").iter("input") if e.get("type") != "hidden"] == ["new-password"] * 2


SAFE_TARGETS = ["/", "/en/", "/fr/plans/2020?x=1&y=//z", "/en/plans/2020#a", "/en/é", "/en/my-updates?for=on"]
UNSAFE_TARGETS = [
    "",
    None,
    "en",
    "https://evil.example/",
    "http:///evil.example",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
]
UNSAFE_TARGETS += [
    "\\\\evil.example",
    "/\t/evil.example",
    "/en\r\nSet-Cookie: a=b",
    "/en/\\..\\x",
    "javascript:alert(1)",
    " /en/",
    "/\x00",
    "/en\x7f",
]


@pytest.mark.parametrize("target", SAFE_TARGETS)
def test_safe_path_accepts_paths_of_this_site(target: str) -> None:
    assert safe_path(target) == target


@pytest.mark.parametrize("target", UNSAFE_TARGETS)
def test_safe_path_rejects_other_targets(target: str | None) -> None:
    assert safe_path(target) == ""


def test_sign_in_redirects_to_the_requested_page_and_never_off_site(app: App) -> None:
    asked = app.anonymous_client().get("/en/my-updates?for=on")
    assert asked.redirect_path == "/en/sign-in?next=/en/my-updates?for%3Don"
    answer = asked.follow().form().fill(email=email("chair"), password=PASSWORD).submit()
    assert answer.headers["Location"] == "/en/my-updates?for=on"
    browser = app.anonymous_client()
    form = browser.get("/en/sign-in?next=//evil.example").form().fill(email=email("chair"), password=PASSWORD)
    form.values["next"] = "/\\evil.example"
    assert form.submit().headers["Location"] == "/en/"
    signed = app.client_as("chair")
    assert signed.get("/en/sign-in?next=//evil.example").headers["Location"] == "/en/"


def test_htmx_request_of_expired_session_asks_to_sign_in_beside_the_form(app: App) -> None:
    browser = app.client_as("ontario")
    form = browser.report_form("3.3").fill(status="SP", progress_en="An hour of work.")
    app.clock.advance(hours=3)
    before = app.fingerprint()
    page = form.submit(htmx=True)
    assert page.status == 401
    assert (page.headers["HX-Retarget"], page.headers["HX-Reswap"]) == ("#alerts", "innerHTML")
    assert "still on this page" in page.alert_text
    assert not page.find_all("form")
    assert app.fingerprint() == before
    app.clock.advance(hours=-3)
    assert submit_sign_in(app.anonymous_client(), email("ontario")).status == 303
    assert form.submit(htmx=True).status == 200, "after signing in again, the open form can be submitted"


@pytest.mark.parametrize("secure", [False, True])
def test_session_cookie_has_its_security_attributes(make_app: MakeApp, secure: bool) -> None:
    app = make_app(secure=secure)
    browser = app.anonymous_client()
    base = "https://localhost" if secure else "http://localhost"
    form = Page(browser, "/en/sign-in", browser.flask_client.get("/en/sign-in", base_url=base)).form()
    form.fill(email=email("ontario"), password=PASSWORD)
    answer = browser.flask_client.post(
        "/en/sign-in", data=form.values, base_url=base, headers={"Referer": f"{base}/en/sign-in"}
    )
    assert answer.status_code == 303
    (cookie,) = [c for c in answer.headers.getlist("Set-Cookie") if "device-" not in c]
    name, _, rest = cookie.partition("=")
    attributes = set(rest.split("; ")[1:])
    assert name == ("__Host-session" if secure else "session")
    assert attributes == {"HttpOnly", "Path=/", "SameSite=Lax", *(["Secure"] if secure else [])}
    assert ("Strict-Transport-Security" in answer.headers) is secure


def test_session_signed_with_fallback_key_is_accepted_and_with_other_key_not(make_app: MakeApp) -> None:
    old = make_app()
    browser = old.client_as("ontario")
    cookie = browser.flask_client.get_cookie("session")
    assert cookie is not None
    for keys, alive in (((old.flask.config["SECRET_KEY"],), True), ((), False)):
        other = App(old.url, old.clock, {"secret_key": "another-key-of-more-than-32-characters", "fallback_keys": keys})
        visitor = other.anonymous_client()
        visitor.flask_client.set_cookie("session", cookie.value)
        assert is_signed_in(visitor) is alive
        other.close()


def test_failing_throttle_refuses_sign_in(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """The throttle fails closed."""

    def broken(*_: object, **__: object) -> timedelta:
        raise RuntimeError("the counters are broken")

    monkeypatch.setattr("cogwg.web.auth.credentials.reserve_attempt", broken)
    assert submit_sign_in(app.anonymous_client(), email("ontario")).status == 500
    assert app.count_sign_ins() == 0


def test_sign_in_page_names_the_contact_of_the_group(make_app: MakeApp) -> None:
    page = make_app(contact="secretariat@example.org").anonymous_client().get("/fr/sign-in")
    assert "mailto:secretariat@example.org" in [a.get("href") for a in page.find("main").iter("a")]


def test_sign_in_page_after_a_get_does_not_mention_unsaved_work(read_only_app: App) -> None:
    page = read_only_app.anonymous_client().get("/fr/sign-in?next=/fr/my-updates")
    assert "Vous aviez commencé quelque chose" not in page.main_text
    assert "vous irez à la page que vous avez demandée" in page.main_text
