"""Two-step sign-in that is required: co-chairs and the secretariat reach only the set-up until they have it."""

from __future__ import annotations

import pytest
from sqlalchemy import delete

from cogwg.accounts.models import RecoveryCode, SecondFactor
from tests.databases import PASSWORD
from tests.sessions import ESSENTIAL, FURTHER
from tests.soft_key import SoftKey
from tests.web.account.test_two_steps import BEGIN, CONFIRM
from tests.web.auth.test_access import ROUTE_CASES, form_fields
from tests.web.auth.test_second_step import enter_code, enter_password
from tests.web.auth.test_sign_in import submit_sign_in
from tests.web.conftest import MakeApp, PopulatedApp
from tests.web.scriptless_user import ScriptlessUser, translate
from tests.web.second_steps import Authenticator, key_options, with_two_steps
from tests.web_client import App, Client, email, text_of

LANGS = pytest.mark.parametrize("lang", ["en", "fr"])
SET_UP = "/en/account/two-steps"


@pytest.fixture
def strict_app(make_app: MakeApp) -> App:
    return make_app(require_second_factor=True)


def set_up_token(browser: Client) -> str:
    return browser.get(SET_UP).form("/two-steps/begin").values["csrf_token"]


@LANGS
@pytest.mark.parametrize("name", ["chair", pytest.param("secretariat", marks=FURTHER)])
def test_required_person_sets_up_after_the_password_and_continues(strict_app: App, lang: str, name: str) -> None:
    browser = strict_app.anonymous_client()
    answer = submit_sign_in(browser, email(name), lang=lang, query=f"?next=/{lang}/readiness")
    assert (answer.status, answer.redirect_path) == (303, f"/{lang}/account/two-steps")
    user = ScriptlessUser(strict_app, "visitor", lang)
    user.browser = browser
    page = user.open("account/two-steps")
    assert translate(lang, "Your role requires two-step sign-in. Set it up to continue.") in page.main_text
    page = user.press(BEGIN, fields={"current": PASSWORD})
    secret = text_of(page.find("p", class_="setup-key")).replace(" ", "")
    assert browser.get(f"/{lang}/readiness").redirect_path == f"/{lang}/account/two-steps"
    user.press(CONFIRM, fields={"one_time_code": Authenticator(strict_app, secret).code()})
    user.follow("I have saved my codes. Continue")
    assert browser.get(f"/{lang}/readiness").status == 200


@ESSENTIAL
def test_person_without_the_required_factor_reaches_no_route_but_the_set_up(make_app: MakeApp) -> None:
    app = PopulatedApp(make_app(require_second_factor=True))
    chair = app.client_as("chair")
    before, reached = app.app.fingerprint(), set()
    public = {case.endpoint for case in ROUTE_CASES if case.expected[6] in (200, 301, 303, 410)}
    token = set_up_token(chair)
    for case in ROUTE_CASES:
        if case.endpoint in public or case.endpoint.startswith(
            ("auth.", "presentation.shared", "presentation.preview", "reporting.answer")
        ):
            continue
        path = app.path(case.path)
        if case.method == "GET":
            answer = chair.get(path)
            is_refused = (answer.status, answer.redirect_path) == (303, SET_UP) if answer.status == 303 else False
        else:
            if case.endpoint in ("account.two_steps_begin", "account.key_begin"):
                continue
            answer = chair.post(path, {**form_fields(app, case), "csrf_token": token})
            is_refused = answer.status == 403
        if not is_refused:
            reached.add((case.endpoint, answer.status))
    assert {name for name, status in reached if status != 404} == {
        "account.two_steps",
        "account.two_steps_confirm",
        "account.key_connect",
    }
    assert app.app.fingerprint() == before


@LANGS
def test_required_person_can_set_up_a_security_key_instead_of_an_app(strict_app: App, lang: str) -> None:
    user = ScriptlessUser(strict_app, "chair", lang)
    user.open("account/two-steps")
    page = user.press("Add a security key", fields={"name": "Blue key", "current": PASSWORD})
    user.page = page.form("/keys/connect").fill(key_answer=SoftKey().register(key_options(page))).submit().follow()
    user.follow("I have saved my codes. Continue")
    assert user.browser.get(f"/{lang}/readiness").status == 200


def test_public_page_takes_the_person_without_the_factor_for_a_visitor(strict_app: App) -> None:
    chair, visitor = strict_app.client_as("chair"), strict_app.anonymous_client()
    assert chair.get("/en/plans/2020").main_text == visitor.get("/en/plans/2020").main_text
    assert chair.get("/en/sign-in").redirect_path == SET_UP


def test_refused_form_gives_its_text_back(strict_app: App) -> None:
    chair = strict_app.client_as("chair")
    fields = {"csrf_token": set_up_token(chair), "new-text_en": "Ten new data sets."}
    answer = chair.post("/en/milestones", fields)
    assert answer.status == 403
    assert "Set it up in another tab" in answer.text
    assert "Ten new data sets." in answer.text


def test_requests_of_scripts_are_refused_with_a_sentence(strict_app: App) -> None:
    chair = strict_app.client_as("chair")
    fields = {"csrf_token": set_up_token(chair), "form": "comment:1", "text:text": "Not saved yet"}
    answer = chair.post("/en/account/unsaved-text", fields, Accept="application/json")
    assert answer.status == 403
    assert "two-step sign-in" in answer.text
    assert chair.get("/en/readiness", htmx=True).status == 403


def test_person_with_the_factor_signs_in_with_a_code(strict_app: App) -> None:
    authenticator = with_two_steps(strict_app, "chair")
    browser, page = enter_password(strict_app, "chair", query="?next=/en/readiness")
    assert enter_code(page, authenticator.code()).redirect_path == "/en/readiness"
    assert browser.get("/en/readiness").status == 200


def test_lead_needs_no_factor_where_it_is_required(strict_app: App) -> None:
    browser = strict_app.anonymous_client()
    assert submit_sign_in(browser, email("ontario")).redirect_path == "/en/my-updates"
    assert browser.get("/en/my-updates").status == 200


def test_factor_that_was_turned_off_leaves_only_the_set_up(strict_app: App) -> None:
    with_two_steps(strict_app, "chair")
    chair = strict_app.client_as("chair")
    assert chair.get("/en/readiness").status == 200
    strict_app.execute(delete(RecoveryCode))
    strict_app.execute(delete(SecondFactor))
    assert chair.get("/en/readiness").redirect_path == SET_UP


def test_person_without_the_factor_can_sign_out(strict_app: App) -> None:
    chair = strict_app.client_as("chair")
    page = chair.get(SET_UP)
    assert page.form("/sign-out").submit().status == 303
    assert chair.get(SET_UP).redirect_path.startswith("/en/sign-in")


@LANGS
def test_demo_says_that_it_signs_in_without_a_second_step(make_app: MakeApp, lang: str) -> None:
    sentence = (
        "In this demonstration, you need only a password to sign in. "
        "A real site can require two-step sign-in for co-chairs and the secretariat."
    )
    note = translate(lang, sentence)
    assert note in make_app(demo=True).anonymous_client().get(f"/{lang}/sign-in").main_text
    assert note not in make_app().anonymous_client().get(f"/{lang}/sign-in").main_text
    assert note not in make_app(demo=True, require_second_factor=True).anonymous_client().get(f"/{lang}/sign-in").main_text
