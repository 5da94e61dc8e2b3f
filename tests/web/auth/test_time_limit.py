"""When a session ends: what pages say without scripts, and what the warning of session.js asks the server."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from cogwg.accounts.models import Person, SignIn
from tests.web_client import App, Client, email

WORDS = {
    "en": (
        "To stay signed in, save your text or open a page before {}.",
        "You will be signed out at {}. Save your text before then.",
    ),
    "fr": (
        "Pour prolonger votre session, enregistrez votre texte ou ouvrez une page avant {}.",
        "Votre session prendra fin à {}. Enregistrez votre texte avant cette heure.",
    ),
}


def limit_in_words(browser: Client, path: str) -> str:
    (limit, *_notice) = browser.get(path).find_all("noscript")
    return " ".join("".join(limit.itertext()).split())


def time_left(browser: Client, lang: str = "en") -> dict[str, object]:
    answer: dict[str, object] = browser.flask_client.get(f"/{lang}/session").get_json()
    return answer


def stay(browser: Client, token: str, lang: str = "en") -> dict[str, object]:
    answer: dict[str, object] = browser.flask_client.post(f"/{lang}/session", data={"csrf_token": token}).get_json()
    return answer


@pytest.mark.parametrize(
    ("lang", "zone", "idle_end", "last_end"),
    [
        ("en", "America/Toronto", "4 pm", "2 am"),
        ("en", "America/Vancouver", "1 pm", "11 pm"),
        ("fr", "America/St_Johns", "17 h 30", "3 h 30"),
    ],
)
def test_page_without_scripts_says_the_limit_in_the_readers_zone(
    app: App, lang: str, zone: str, idle_end: str, last_end: str
) -> None:
    app.execute(update(Person).where(Person.email == email("ontario")).values(time_zone=zone))
    browser = app.client_as("ontario")
    path = f"/{lang}/my-updates"
    expected = [words.format(time) for words, time in zip(WORDS[lang], (idle_end, last_end), strict=True)]
    assert limit_in_words(browser, path) == expected[0]
    for _ in range(8):
        app.clock.advance(minutes=80)
        sentence = limit_in_words(browser, path)
    assert sentence == expected[1]
    assert app.anonymous_client().get(f"/{lang}/").find_all("noscript") == []


@pytest.mark.parametrize(("who", "minutes"), [("ontario", 120), ("chair", 30)])
def test_asking_for_the_time_left_does_not_extend_the_session(app: App, who: str, minutes: int) -> None:
    browser = app.client_as(who)
    for passed in (0, 10, minutes - 2):
        app.clock.now = app.rows(SignIn)[0].seen_at + timedelta(minutes=passed)
        answer = time_left(browser)
        assert (answer["seconds"], answer["is_final"]) == ((minutes - passed) * 60, False)
    app.clock.advance(minutes=2)
    assert time_left(browser)["seconds"] == 0
    assert browser.get("/en/briefings").status == 303


def test_page_knows_the_time_left_after_its_own_request(app: App) -> None:
    browser = app.client_as("ontario")
    for minutes, left in ((0, 7200), (4, 7200 - 240), (2, 7200)):
        app.clock.advance(minutes=minutes)
        (bar,) = [e for e in browser.get("/en/my-updates").find_all("section") if e.get("data-time-limit")]
        assert bar.get("data-time-limit") == str(left)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_staying_signed_in_extends_the_session_up_to_twelve_hours(app_per_engine: App, lang: str) -> None:
    app = app_per_engine
    browser = app.client_as("chair")
    token = browser.csrf_token()
    start = app.clock.now
    while (end := time_left(browser, lang))["is_final"] is False:
        app.clock.advance(minutes=29)
        answer = stay(browser, token, lang)
        assert str(answer["outcome"]).startswith({"en": "You are signed in until", "fr": "Votre session est prolongée"}[lang])
    assert "12" in str(end["sentence"])
    assert app.clock.now + timedelta(seconds=int(str(end["seconds"]))) == start + timedelta(hours=12)
    left = int(str(end["seconds"]))
    assert stay(browser, token, lang)["seconds"] == left, "the absolute limit is not extended"
    app.clock.advance(seconds=left)
    assert stay(browser, token, lang)["seconds"] == 0
    assert browser.get(f"/{lang}/briefings").status == 303


def test_session_that_ended_is_not_revived_by_staying_signed_in(app: App) -> None:
    browser = app.client_as("ontario")
    token = browser.csrf_token()
    app.clock.advance(hours=2)
    assert stay(browser, token)["seconds"] == 0
    assert browser.get("/en/briefings").status == 303


def test_staying_signed_in_requires_the_form_token(app: App) -> None:
    browser = app.client_as("ontario")
    assert browser.flask_client.post("/en/session").status_code == 400
