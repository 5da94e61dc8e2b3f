"""Signing in and out: one answer for every wrong try, waits that grow, sessions that can be ended, links that work once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from cogwg.accounts.models import AccessLink, Person, SignIn, Throttle
from cogwg.accounts.passwords import Passwords
from cogwg.accounts.queries import person_by_email
from cogwg.accounts.services import create_access_link, retire_person
from cogwg.accounts.tokens import hash_token
from cogwg.audit.services import SYSTEM
from cogwg.core.db import write_transaction
from cogwg.web.auth.safe_redirect import safe_path
from tests.databases import PASSWORD
from tests.pages import Browser, House, Page, email
from tests.web.conftest import MakeHouse


def try_in(browser: Browser, who: str, password: str = PASSWORD, lang: str = "en", query: str = "") -> Page:
    return browser.get(f"/{lang}/sign-in{query}").form().fill(email=who, password=password).submit()


def bare(page: Page, typed: str) -> str:
    """A page without what may differ: the token of its form, and the address that was typed."""
    return page.text.replace(page.form().values["csrf_token"], "").replace(typed, "")


def retire(house: House, name: str) -> None:
    with Session(house.engine) as session, write_transaction(session):
        person = person_by_email(session, email(name))
        assert person is not None
        retire_person(session, person, by=SYSTEM, at=house.calendar.now())


def signed_in(browser: Browser) -> bool:
    return browser.get("/en/briefings").status == 200


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_right_password_leads_home_and_any_case_of_the_address_does(each_house: House, lang: str) -> None:
    browser = each_house.visitor()
    answer = try_in(browser, "  ONTARIO@Demo.cogwg.example ", lang=lang)
    assert (answer.status, answer.goes_to) == (303, f"/{lang}/")
    assert answer.follow().goes_to == f"/{lang}/my-updates"
    assert "N. Osei, Ontario" in browser.get(f"/{lang}/plans/2020").text


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_wrong_try_gets_the_very_same_answer(each_house: House, lang: str) -> None:
    """Unknown, wrong, retired and without a password: nobody learns which addresses exist."""
    retire(each_house, "nwt")
    each_house.change(update(Person).where(Person.email == email("bc")).values(password_hash=None))
    tries = {
        "unknown": ("nobody@nowhere.example", PASSWORD),
        "wrong": (email("ontario"), "another pass phrase"),
        "nearly": (email("ontario"), PASSWORD + " "),
        "case": (email("ontario"), PASSWORD.upper()),
        "retired": (email("nwt"), PASSWORD),
        "no password": (email("bc"), PASSWORD),
        "no hash of mine": (email("bc"), "nobody has this password"),
    }
    answers = {name: try_in(each_house.visitor(), *given, lang=lang) for name, given in tries.items()}
    assert {page.status for page in answers.values()} == {422}
    assert len({bare(answers[name], typed) for name, (typed, _) in tries.items()}) == 1
    for page in answers.values():
        assert page.form().value("password") == "", "a password is never sent back"
        assert page.form().value("email"), "an address is"
        assert PASSWORD not in page.text


def test_the_sixth_wrong_try_waits_and_others_do_not(each_house: House) -> None:
    for _ in range(5):
        assert try_in(each_house.visitor(), email("ontario"), "wrong").status == 422
    for password in ("wrong", PASSWORD):
        page = try_in(each_house.visitor(), email("ontario"), password)
        assert page.status == 429
        assert 0 < int(page.headers["Retry-After"]) <= 31
        assert page.h1 == "Too many attempts"
    assert try_in(each_house.visitor(), email("quebec")).status == 303, "one account's waits are not another's"
    each_house.clock.move(seconds=31)
    browser = each_house.visitor()
    assert try_in(browser, email("ontario"), "wrong").status == 422
    each_house.clock.move(seconds=45)
    assert try_in(browser, email("ontario")).status == 429, "the wait has doubled"
    each_house.clock.move(seconds=20)
    assert try_in(browser, email("ontario")).status == 303, "nobody is locked out for good"


def test_an_address_nobody_has_waits_like_one_that_somebody_has(house: House) -> None:
    answers = [
        [try_in(house.visitor(), who, "wrong") for _ in range(6)] for who in (email("ontario"), "nobody@nowhere.example")
    ]
    assert [[p.status for p in a] for a in answers] == [[422] * 5 + [429]] * 2
    assert answers[0][5].headers["Retry-After"] == answers[1][5].headers["Retry-After"]


def test_a_right_password_clears_the_account_and_not_the_computer(house: House) -> None:
    for _ in range(3):
        for _ in range(4):
            assert try_in(house.visitor(), email("ontario"), "wrong").status == 422
        assert try_in(house.visitor(), email("ontario")).status == 303
    counted = {row.key.partition(":")[0]: row.failures for row in house.rows(Throttle)}
    assert counted == {"address": 12, "everybody": 12}


def test_twenty_wrong_tries_from_one_computer_wait_and_another_computer_does_not(house: House) -> None:
    for n in range(20):
        assert try_in(house.visitor(), f"guess{n}@nowhere.example").status == 422
    assert try_in(house.visitor(), email("ontario")).status == 429
    assert try_in(house.visitor(REMOTE_ADDR="192.0.2.7"), email("ontario")).status == 303
    house.clock.move(minutes=5, seconds=1)
    assert try_in(house.visitor(), email("ontario")).status == 303


@pytest.mark.parametrize(("proxies", "counted"), [(0, "127.0.0.1"), (1, "203.0.113.9")])
def test_the_computer_that_counts_is_not_the_one_a_header_claims(make_house: MakeHouse, proxies: int, counted: str) -> None:
    house = make_house(proxy_count=proxies)
    browser = house.visitor()
    form = browser.get("/en/sign-in").form().fill(email="a@b.example", password="wrong")
    assert browser.post("/en/sign-in", form.values, X_Forwarded_For="198.51.100.1, 203.0.113.9").status == 422
    assert f"address:{counted}" in {row.key for row in house.rows(Throttle)}


@pytest.mark.parametrize(
    "fields", [{"email": ""}, {"password": ""}, {"email": "a" * 255}, {"password": "p" * 1025}, {"email": "a\x00b@c.example"}]
)
def test_an_impossible_form_is_told_so_on_both_engines(each_house: House, fields: dict[str, str]) -> None:
    form = each_house.visitor().get("/en/sign-in").form().fill(email=email("ontario"), password="wrong")
    assert form.fill(**fields).submit().status == 422


def test_signing_in_makes_a_new_session_and_the_old_one_is_worth_nothing(house: House) -> None:
    """Fixation: a cookie that somebody planted before the sign-in is not the signed-in one."""
    browser = house.visitor()
    browser.get("/en/sign-in")
    planted = browser.client.get_cookie("session")
    assert planted is not None
    assert try_in(browser, email("ontario")).status == 303
    fresh = browser.client.get_cookie("session")
    assert fresh is not None
    assert fresh.value != planted.value
    thief = house.visitor()
    thief.client.set_cookie("session", planted.value)
    assert not signed_in(thief)
    again = house.visitor()
    try_in(again, email("ontario"))
    assert len({row.token_hash for row in house.rows(SignIn)}) == 2


def test_a_copied_cookie_is_dead_after_signing_out(house: House) -> None:
    browser = house.visitor()
    try_in(browser, email("ontario"))
    cookie = browser.client.get_cookie("session")
    assert cookie is not None
    thief = house.visitor()
    thief.client.set_cookie("session", cookie.value)
    assert signed_in(thief)
    out = browser.get("/en/plans/2020").form("/sign-out").submit()
    assert (out.status, out.goes_to) == (303, "/en/")
    assert out.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not signed_in(thief)
    assert not signed_in(browser)
    assert house.sign_ins() == 0
    assert browser.get("/en/sign-out").status == 405, "a link cannot sign anybody out"


def test_the_record_keeps_no_token_that_could_be_used(house: House) -> None:
    browser = house.cast("ontario")
    with browser.client.session_transaction() as cookie:
        token = cookie["_user_id"]
    (row,) = house.rows(SignIn)
    assert row.token_hash == hash_token(token)
    assert token not in repr([vars(row) for row in house.rows(SignIn)])


@pytest.mark.parametrize(("who", "minutes"), [("ontario", 120), ("reader", 120), ("chair", 30), ("secretariat", 30)])
def test_an_idle_session_ends(house: House, who: str, minutes: int) -> None:
    browser = house.cast(who)
    assert signed_in(browser)
    house.clock.move(minutes=minutes, seconds=-1)
    assert signed_in(browser), "it is still alive a second before"
    house.clock.move(minutes=minutes, seconds=1)
    page = browser.get("/en/briefings")
    assert (page.status, page.goes_to) == (303, "/en/sign-in?next=/en/briefings")


def test_a_busy_session_ends_after_twelve_hours(house: House) -> None:
    browser = house.cast("chair")
    for _ in range(28):
        house.clock.move(minutes=25)
        assert signed_in(browser)
    house.clock.move(minutes=20, seconds=1)
    assert not signed_in(browser)


def test_a_session_is_noted_at_most_every_five_minutes(house: House) -> None:
    browser = house.cast("ontario")
    seen = []
    for _ in range(4):
        house.clock.move(minutes=2)
        browser.get("/en/plans/2020")
        seen.append(house.rows(SignIn)[0].seen_at)
    assert len(set(seen)) == 2


def test_real_time_rules_sessions_whatever_the_calendar_shows(house: House) -> None:
    browser = house.cast("ontario")
    (row,) = house.rows(SignIn)
    assert row.started_at == house.clock()
    assert house.calendar.now().year == 2020
    assert signed_in(browser)


def test_a_retired_persons_session_is_dead_at_once(house: House) -> None:
    browser, other = house.cast("ontario"), house.cast("quebec")
    retire(house, "ontario")
    assert not signed_in(browser)
    assert signed_in(other)


def test_a_retired_mark_alone_is_enough(house: House) -> None:
    browser = house.cast("ontario")
    house.change(update(Person).where(Person.email == email("ontario")).values(retired_at=house.calendar.now()))
    assert not signed_in(browser)


def link(house: House, name: str = "ontario") -> str:
    with Session(house.engine) as session, write_transaction(session):
        person = person_by_email(session, email(name))
        assert person is not None
        return create_access_link(session, person, by=SYSTEM, at=house.calendar.now(), now=house.clock())


NEW = "une toute nouvelle phrase"


def use(browser: Browser, token: str, password: str = NEW, again: str | None = None, lang: str = "en") -> Page:
    form = browser.get(f"/{lang}/password/{token}").form()
    return form.fill(password=password, again=password if again is None else again).submit()


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_link_sets_a_password_once_and_ends_every_session(each_house: House, lang: str) -> None:
    elsewhere = each_house.cast("ontario")
    token = link(each_house)
    browser = each_house.visitor()
    answer = use(browser, token, lang=lang)
    assert (answer.status, answer.goes_to) == (303, f"/{lang}/sign-in")
    assert not signed_in(elsewhere)
    for page in (
        browser.get(f"/{lang}/password/{token}"),
        browser.post(f"/{lang}/password/{token}", {"csrf_token": browser.csrf()}),
    ):
        assert page.status == 410
        assert page.one("html").get("lang") == lang
    assert try_in(browser, email("ontario"), PASSWORD).status == 422
    assert try_in(browser, email("ontario"), NEW).status == 303
    assert all(token not in repr(vars(row)) for row in each_house.rows(AccessLink))


def test_a_link_lives_for_a_day_and_a_newer_one_ends_it(house: House) -> None:
    first = link(house)
    second = link(house)
    assert house.visitor().get(f"/en/password/{first}").status == 410
    house.clock.move(hours=24, seconds=-1)
    assert house.visitor().get(f"/en/password/{second}").status == 200
    house.clock.move(seconds=1)
    assert house.visitor().get(f"/en/password/{second}").status == 410


def test_a_link_that_was_used_meanwhile_sets_nothing(house: House) -> None:
    token = link(house)
    form = house.visitor().get(f"/en/password/{token}").form().fill(password=NEW, again=NEW)
    assert use(house.visitor(), token, "the first of two pass phrases").status == 303
    assert form.submit().status == 410
    assert try_in(house.visitor(), email("ontario"), NEW).status == 422


def test_the_link_of_a_retired_person_is_dead(house: House) -> None:
    token = link(house, "nwt")
    retire(house, "nwt")
    assert house.visitor().get(f"/en/password/{token}").status == 410


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize(
    ("password", "again", "field"),
    [
        ("short", "short", "password"),
        ("x" * 129, "x" * 129, "password"),
        ("a" * 15, "a" * 15, "password"),
        (NEW, NEW + ".", "again"),
        (NEW, "", "again"),
    ],
)
def test_a_password_that_cannot_be_is_refused_and_the_link_still_works(
    house: House, lang: str, password: str, again: str, field: str
) -> None:
    token = link(house)
    browser = house.visitor()
    page = use(browser, token, password, again, lang)
    assert page.status == 422
    assert page.error(field)
    assert page.form().value("password") == ""
    assert use(browser, token).status == 303


def test_two_passwords_that_differ_late_are_two_passwords(house: House) -> None:
    long = "p" + "hrase de passe " * 8
    assert use(house.visitor(), link(house), long[:100] + "a").status == 303
    assert try_in(house.visitor(), email("ontario"), long[:100] + "b").status == 422
    assert try_in(house.visitor(), email("ontario"), long[:100] + "a").status == 303


def test_a_stored_password_says_argon2id_at_the_strength_that_was_measured() -> None:
    assert Passwords().hash(PASSWORD).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_password_managers_and_screen_readers_know_the_fields(house: House) -> None:
    page = house.visitor().get("/en/sign-in")
    assert [e.get("autocomplete") for e in page.one("main").iter("input") if e.get("type") != "hidden"] == [
        "username",
        "current-password",
    ]
    page = house.visitor().get(f"/en/password/{link(house)}")
    assert [e.get("autocomplete") for e in page.one("main").iter("input") if e.get("type") != "hidden"] == ["new-password"] * 2


INSIDE = ["/", "/en/", "/fr/plans/2020?x=1&y=//z", "/en/plans/2020#a", "/en/é", "/en/my-updates?for=on"]
OUTSIDE = [
    "",
    None,
    "en",
    "https://evil.example/",
    "http:///evil.example",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
]
OUTSIDE += [
    "\\\\evil.example",
    "/\t/evil.example",
    "/en\r\nSet-Cookie: a=b",
    "/en/\\..\\x",
    "javascript:alert(1)",
    " /en/",
    "/\x00",
    "/en\x7f",
]


@pytest.mark.parametrize("target", INSIDE)
def test_a_place_of_this_site_is_gone_on_to(target: str) -> None:
    assert safe_path(target) == target


@pytest.mark.parametrize("target", OUTSIDE)
def test_no_other_place_is(target: str | None) -> None:
    assert safe_path(target) == ""


def test_signing_in_leads_back_to_where_somebody_was_going_and_never_off_the_site(house: House) -> None:
    asked = house.visitor().get("/en/my-updates?for=on")
    assert asked.goes_to == "/en/sign-in?next=/en/my-updates?for%3Don"
    answer = asked.follow().form().fill(email=email("chair"), password=PASSWORD).submit()
    assert answer.headers["Location"] == "/en/my-updates?for=on"
    browser = house.visitor()
    form = browser.get("/en/sign-in?next=//evil.example").form().fill(email=email("chair"), password=PASSWORD)
    form.values["next"] = "/\\evil.example"
    assert form.submit().headers["Location"] == "/en/"
    signed = house.cast("chair")
    assert signed.get("/en/sign-in?next=//evil.example").headers["Location"] == "/en/"


def test_htmx_is_asked_to_sign_in_beside_the_form_that_stays(house: House) -> None:
    browser = house.cast("ontario")
    form = browser.get("/en/my-updates").form("3.3/report").fill(status="SP", progress_en="An hour of work.")
    house.clock.move(hours=3)
    before = house.fingerprint()
    page = form.submit(htmx=True)
    assert page.status == 401
    assert (page.headers["HX-Retarget"], page.headers["HX-Reswap"]) == ("#alerts", "innerHTML")
    assert "still on this page" in page.alerts
    assert not page.all("form")
    assert house.fingerprint() == before
    house.clock.move(hours=-3)
    assert try_in(house.visitor(), email("ontario")).status == 303
    assert form.submit(htmx=True).status == 200, "signed in again, the form that stayed open goes through"


@pytest.mark.parametrize("secure", [False, True])
def test_the_cookie_says_where_it_may_go(make_house: MakeHouse, secure: bool) -> None:
    house = make_house(secure=secure)
    browser = house.visitor()
    base = "https://localhost" if secure else "http://localhost"
    form = Page(browser, "/en/sign-in", browser.client.get("/en/sign-in", base_url=base)).form()
    form.fill(email=email("ontario"), password=PASSWORD)
    answer = browser.client.post("/en/sign-in", data=form.values, base_url=base, headers={"Referer": f"{base}/en/sign-in"})
    assert answer.status_code == 303
    (cookie,) = answer.headers.getlist("Set-Cookie")
    name, _, rest = cookie.partition("=")
    attributes = set(rest.split("; ")[1:])
    assert name == ("__Host-session" if secure else "session")
    assert attributes == {"HttpOnly", "Path=/", "SameSite=Lax", *(["Secure"] if secure else [])}
    assert ("Strict-Transport-Security" in answer.headers) is secure


def test_a_session_of_an_old_key_goes_on_and_of_a_strange_key_does_not(make_house: MakeHouse) -> None:
    old = make_house()
    browser = old.cast("ontario")
    cookie = browser.client.get_cookie("session")
    assert cookie is not None
    for keys, alive in (((old.app.config["SECRET_KEY"],), True), ((), False)):
        other = House(old.url, old.clock, {"secret_key": "another-key-of-more-than-32-characters", "fallback_keys": keys})
        visitor = other.visitor()
        visitor.client.set_cookie("session", cookie.value)
        assert signed_in(visitor) is alive
        other.close()


def test_failures_that_cannot_be_counted_let_nobody_in(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The throttle fails closed."""

    def broken(*_: object, **__: object) -> timedelta:
        raise RuntimeError("the counters are broken")

    monkeypatch.setattr("cogwg.accounts.services.remaining_wait", broken)
    assert try_in(house.visitor(), email("ontario")).status == 500
    assert house.sign_ins() == 0


def test_only_who_typed_something_is_asked_whether_they_were_in_the_middle_of_it(shared: House) -> None:
    page = shared.visitor().get("/fr/sign-in?next=/fr/my-updates")
    assert "Vous aviez commencé quelque chose" not in page.main
    assert "Vous arriverez à la page que vous avez demandée" in page.main
