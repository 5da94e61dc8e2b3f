"""A steward sets up an engagement cycle, publishes it, and loses nothing to a colleague."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from cogwg.audit.services import SYSTEM
from cogwg.core.db import write_transaction
from cogwg.engagement.cycles import cycle_row, facts_of, record_cycle
from cogwg.engagement.facts import CycleFacts
from cogwg.engagement.models import EngagementCycle
from tests.engagement.cycles import CYCLE, DRAFTING, SHAPING
from tests.web.ogp.test_steward import make_steward
from tests.web.scriptless_user import ScriptlessUser
from tests.web_client import App

LANGS = pytest.mark.parametrize("lang", ["en", "fr"])
LIST = "admin/engagement"
PAGE = f"{LIST}/{CYCLE.key}"


def stock(app: App, facts: CycleFacts = CYCLE) -> None:
    with Session(app.engine) as session, write_transaction(session):
        record_cycle(session, facts, version=None, by=SYSTEM, at=app.calendar.now())


def facts(app: App, key: str = CYCLE.key) -> CycleFacts:
    with Session(app.engine) as session:
        return facts_of(cycle_row(session, key))


def steward(app: App, lang: str = "en", place: str = LIST) -> ScriptlessUser:
    make_steward(app)
    user = ScriptlessUser(app, "reader", lang)
    user.open(place)
    return user


@LANGS
def test_address_of_a_cycle_is_made_from_its_title_and_the_pages_language_comes_first(app: App, lang: str) -> None:
    user = steward(app, lang)
    page = user.follow("Add a cycle")
    names = [field.get("name") for field in page.find("main").iter() if (field.get("name") or "").startswith("title_")]
    assert names == {"en": ["title_en", "title_fr"], "fr": ["title_fr", "title_en"]}[lang]
    user.press("Add the cycle", fields={"title_en": "The sixth plan", "title_fr": "Le sixième plan"})
    user.follow("Add a phase")
    user.press("Add the phase", fields={"title_en": "Open ideas", "title_fr": "Idées", "starts_on": "2020-09-01"})
    assert [phase.key for phase in facts(app, "the-sixth-plan").phases] == ["open-ideas"]


@LANGS
def test_a_steward_sets_up_a_cycle_and_publishes_it(app_per_engine: App, lang: str) -> None:
    app = app_per_engine
    user = steward(app, lang)
    user.follow("Add a cycle")
    titles = {"title_en": "The sixth plan", "title_fr": "Le sixième plan"}
    user.press("Add the cycle", fields={"key": "sixth-plan", **titles})
    user.follow("Add a phase")
    first = {"key": "shaping", "title_en": "Shaping", "title_fr": "Élaboration", "starts_on": "2020-09-01"}
    document = {"row0_url": "example.ca/guide", "row0_label_en": "Guide", "row0_label_fr": "Guide"}
    user.press("Add the phase", fields={**first, **document, "ends_on": "2020-10-31", "takes_comments": True})
    user.follow("Add a phase")
    second = {"key": "drafting", "title_en": "Drafting", "title_fr": "Rédaction", "starts_on": "2020-10-01"}
    user.press("Add the phase", fields={**second, "place": "1", "channel_webinar": True})
    stated = facts(app)
    assert [phase.key for phase in stated.phases] == ["drafting", "shaping"]
    assert stated.phases[1].documents[0].url == "https://example.ca/guide"
    assert ScriptlessUser(app, "visitor", lang).browser.get(f"/{lang}/engagement/sixth-plan").status == 404
    user.follow("Preview and publish…")
    user.press("Publish the cycle")
    visitor = ScriptlessUser(app, "visitor", lang)
    page = visitor.open("engagement/sixth-plan/shaping")
    assert f"/{lang}/engagement/sixth-plan/shaping/comment" in [a.get("href") for a in page.find("main").iter("a")]
    assert "https://example.ca/guide" in [a.get("href") for a in page.find("main").iter("a")]


def test_a_correction_and_a_withdrawal_say_their_reason_in_public(app: App) -> None:
    stock(app)
    user = steward(app, place=f"{PAGE}/publish")
    user.press("Publish the cycle")
    user.open(f"{PAGE}/phases/shaping")
    user.press("Save the phase", fields={"ends_on": "2020-12-24"})
    user.open(f"{PAGE}/publish")
    page = user.press("Publish the cycle")
    assert (page.status, bool(page.field_error("reason_fr"))) == (422, True)
    user.press(
        "Publish the cycle", fields={"reason_en": "More time was asked for.", "reason_fr": "On a demandé plus de temps."}
    )
    text = ScriptlessUser(app, "visitor", "fr").open("engagement/sixth-plan").main_text
    assert "On a demandé plus de temps." in text
    user.open(f"{PAGE}/withdraw")
    user.press("Withdraw this publication", fields={"reason_en": "It was a test.", "reason_fr": "C’était un essai."})
    gone = ScriptlessUser(app, "visitor", "en").browser.get("/en/engagement/sixth-plan")
    assert (gone.status, "It was a test." in gone.text) == (410, True)


def test_a_missing_language_blocks_until_a_reason_is_recorded(app: App) -> None:
    stock(app, replace(CYCLE, phases=(replace(SHAPING, title=replace(SHAPING.title, fr="")), DRAFTING)))
    user = steward(app, place=f"{PAGE}/publish")
    page = user.press("Publish the cycle")
    assert (page.status, bool(page.field_error("override_reason"))) == (422, True)
    assert user.press("Publish the cycle", fields={"override_reason": "It opens tomorrow."}).status == 200


def test_another_person_who_saved_the_same_phase_is_shown_and_not_overwritten(app: App) -> None:
    stock(app)
    user = steward(app, place=f"{PAGE}/phases/shaping")
    other = ScriptlessUser(app, "secretariat", "en")
    other.open(f"{PAGE}/phases/shaping")
    other.press("Save the phase", fields={"asked_en": "What comes first?"})
    page = user.press("Save the phase", fields={"asked_en": "What comes last?"})
    assert page.status == 409
    assert "What comes first?" in page.main_text
    assert user.form("Save the phase").value("asked_en") == "What comes last?"
    assert facts(app).phases[0].asked.en == "What comes first?"
    user.press("Save the phase")
    assert facts(app).phases[0].asked.en == "What comes last?"


def test_what_others_save_in_another_phase_is_no_conflict(app: App) -> None:
    stock(app)
    user = steward(app, place=f"{PAGE}/phases/shaping")
    other = ScriptlessUser(app, "secretariat", "en")
    other.open(f"{PAGE}/phases/drafting")
    other.press("Save the phase", fields={"about_en": "It is written."})
    assert user.press("Save the phase", fields={"about_en": "Ideas are collected."}).status == 200
    assert [phase.about.en for phase in facts(app).phases] == ["Ideas are collected.", "It is written."]


def test_a_refused_phase_is_kept_with_the_problem_at_its_field(app: App) -> None:
    stock(app)
    user = steward(app, place=f"{PAGE}/phases/new")
    before = app.fingerprint()
    typed = {"key": "shaping", "title_en": "Again", "starts_on": "2020-10-01", "ends_on": "2020-09-01"}
    page = user.press("Add the phase", fields={**typed, "row0_url": "nowhere", "row0_label_en": "Nothing"})
    assert page.status == 422
    assert all(page.field_error(name) for name in ("key", "ends_on", "row0_url"))
    assert user.form("Add the phase").value("title_en") == "Again"
    page = user.press("Add the phase", fields={"starts_on": "", "starts_on-written": "soon"})
    assert page.status == 422
    assert app.fingerprint() == before


def test_completing_reopening_and_removing_a_cycle(app: App) -> None:
    stock(app)
    user = steward(app, place=PAGE)
    page = user.press("Complete the cycle", fields={"completed_on": "2999-01-01"})
    assert page.status == 422
    user.press("Complete the cycle", fields={"completed_on": "2020-09-01"})
    (row,) = app.rows(EngagementCycle)
    assert row.completed_on is not None
    user.press("Reopen the cycle")
    user.press("Remove this cycle")
    assert app.rows(EngagementCycle) == []


def test_a_public_cycle_is_withdrawn_before_it_is_removed(app: App) -> None:
    stock(app)
    user = steward(app, place=f"{PAGE}/publish")
    user.press("Publish the cycle")
    user.open(PAGE)
    assert user.press("Remove this cycle").status == 422
    assert app.rows(EngagementCycle)


@pytest.mark.parametrize("name", ["ontario", "chair", "reader", "visitor"])
@pytest.mark.parametrize(
    "place", ["", "/new", "/sixth-plan", "/sixth-plan/facts", "/sixth-plan/phases/shaping", "/sixth-plan/publish"]
)
def test_only_a_steward_and_the_secretariat_see_the_pages(app: App, name: str, place: str) -> None:
    stock(app)
    answer = (
        app.client_as(name).get(f"/en/{LIST}{place}") if name != "visitor" else app.anonymous_client().get(f"/en/{LIST}{place}")
    )
    assert answer.status == (303 if name == "visitor" else 403)
    assert app.client_as("secretariat").get(f"/en/{LIST}{place}").status == 200


def test_pages_cost_as_many_statements_for_many_phases(
    app: App, statements: Callable[[Engine], AbstractContextManager[list[str]]]
) -> None:
    counts = []
    for key, number in (("small", 1), ("large", 12)):
        phases = tuple(replace(SHAPING, key=f"phase-{n}") for n in range(number))
        stock(app, replace(CYCLE, key=key, phases=phases))
        client = app.client_as("secretariat")
        client.get(f"/en/{LIST}/{key}")
        with statements(app.request_engine) as sent:
            assert client.get(f"/en/{LIST}/{key}").status == 200
        counts.append(len(sent))
    assert counts[0] == counts[1]
