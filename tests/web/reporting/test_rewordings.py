"""A report that was written on an earlier wording of its activity says so; Home and My updates tell of the new wording."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.audit.services import Actor
from cogwg.core.bilingual import Bilingual
from cogwg.core.db import write_transaction
from cogwg.plan.editing_activities import reword_activity, texts_of
from cogwg.plan.models import Activity
from cogwg.plan.plan_texts import ActivityTexts
from tests.sessions import FURTHER
from tests.web.scriptless_user import ScriptlessUser, classed
from tests.web_client import App, text_of

LANGS = pytest.mark.parametrize("lang", ["en", pytest.param("fr", marks=FURTHER)])
OLD = {"en": "Approach to sharing catalogue analytics", "fr": "Façon de publier les statistiques du catalogue"}
NEW = ActivityTexts(Bilingual("Share the figures", "Publier les chiffres"), Bilingual("In full.", "En entier."))
WRITTEN = "Wording of the activity when this was written:"


def reword(app: App, texts: ActivityTexts = NEW, code: str = "3.3") -> ActivityTexts:
    """Reword an activity as the secretariat, and return what it said before."""
    given: dict[str, Any] = {"by": Actor("person", app.person_id("secretariat")), "at": app.calendar.now()}
    with Session(app.engine) as session, write_transaction(session):
        row = session.scalars(select(Activity).where(Activity.code == code)).one()
        before = texts_of(row)
        reason = Bilingual("Inclusive wording.", "Rédaction épicène.")
        reword_activity(session, row.id, texts, version=row.version, reason=reason, **given)
    return before


def report(app: App, progress: str = "Half of the figures are out.") -> None:
    form = app.client_as("ontario").report_form("3.3").fill(status="SP", progress_en=progress, challenge_en="Staff.")
    assert form.submit(button_value="submit").status == 303
    app.clock.advance(minutes=5)


def earlier(element: Any) -> list[str]:
    return [text_of(p) for p in classed(element, "p", "earlier-wording")]


@LANGS
def test_report_on_the_old_wording_says_how_the_activity_read(app_per_engine: App, lang: str) -> None:
    app = app_per_engine
    report(app)
    before = reword(app)
    user = ScriptlessUser(app, "reader", lang)
    page = user.open("plans/2020/activities/3.3")
    sentence = f"{user.translate(WRITTEN)} {OLD[lang]} {before.text.text(lang)}"
    lines = earlier(page.find("main"))
    assert lines.count(sentence) >= 2, "above the last report, and in the history"
    assert user.translate("reworded the activity") in page.main_text
    priority = user.open("plans/2020/priorities/3")
    assert sentence in earlier(priority.find_by_id("activity-3-3"))
    quotes = [q for q in page.find_all("q") if text_of(q) == OLD[lang]]
    assert {q.get("lang") for q in quotes} == {lang}


def test_report_on_the_new_wording_says_nothing_and_the_earlier_one_still_does(app: App) -> None:
    report(app)
    reword(app)
    app.clock.advance(minutes=5)
    report(app, "All figures are out.")
    page = app.client_as("reader").get("/en/plans/2020/activities/3.3")
    history = page.find_by_id("history")
    entries = [(text_of(li), earlier(li)) for li in history.iter("li")]
    (new,) = [lines for text, lines in entries if "All figures are out." in text]
    (old,) = [lines for text, lines in entries if "Half of the figures are out." in text]
    assert (new, len(old)) == ([], 1)
    last = next(s for s in page.find_all("section") if "Last report" in text_of(s))
    assert earlier(last) == []


def test_wording_that_was_changed_back_is_no_other_wording(app: App) -> None:
    report(app)
    before = reword(app)
    reword(app, before)
    page = app.client_as("reader").get("/en/plans/2020/activities/3.3")
    assert [line for line in earlier(page.find("main")) if line.startswith(WRITTEN)] == []
    assert "Read the new wording" not in app.client_as("ontario").get("/en/").main_text
    assert "Changed on" not in app.client_as("ontario").get("/en/my-updates").main_text


def test_wording_changed_in_one_language_is_quoted_in_that_language(app: App) -> None:
    report(app)
    before = reword(app, ActivityTexts(Bilingual(OLD["en"], "Publier les chiffres"), Bilingual("", "")))
    reword(app, ActivityTexts(Bilingual(OLD["en"], "Publier les chiffres"), before.text))
    (line, *_) = earlier(app.client_as("reader").get("/en/plans/2020/activities/3.3").find("main"))
    assert line == f"{WRITTEN} {OLD['fr']}", "the English title is the same"


@LANGS
def test_my_updates_and_home_tell_of_a_new_wording_until_the_next_report(app: App, lang: str) -> None:
    app.clock.advance(minutes=5)
    reword(app)
    user = ScriptlessUser(app, "ontario", lang)
    home = user.open("")
    title = user.translate("Read the new wording of %(num)s activity") if lang == "en" else "Lire le nouveau texte"
    assert title.partition(" of ")[0] in home.main_text
    user.follow("See the change")
    assert user.translate("reworded the activity") in user.page.main_text
    row_text = text_of(user.open("my-updates") and user.row("3.3"))
    assert OLD[lang] in row_text
    assert NEW.title.text(lang) in row_text
    app.clock.advance(minutes=5)
    report(app)
    assert OLD[lang] not in user.open("my-updates").main_text
    assert title.partition(" of ")[0] not in user.open("").main_text


def test_new_wording_is_told_to_the_jurisdictions_with_a_role_and_for_thirty_days(app: App) -> None:
    reword(app)
    assert "Read the new wording of 1 activity" in app.client_as("ontario").get("/en/").main_text
    for name in ("quebec", "saskatchewan", "reader"):
        assert "Read the new wording" not in app.client_as(name).get("/en/").main_text, name
    app.clock.advance(days=31)
    assert "Read the new wording" not in app.client_as("ontario").get("/en/").main_text


def test_several_new_wordings_are_one_item(app: App) -> None:
    reword(app)
    reword(app, ActivityTexts(Bilingual("Ask the users", "Consulter les gens")), "3.4")
    home = app.client_as("ontario").get("/en/")
    assert "Read the new wording of 2 activities" in home.main_text
    assert "3.3 Share the figures; 3.4 Ask the users" in home.main_text


def test_saved_draft_keeps_telling_of_the_new_wording(app: App) -> None:
    reword(app)
    ontario = app.client_as("ontario")
    form = ontario.get("/en/plans/2020/activities/3.3/report?period=2020-09", htmx=True).form("3.3/report")
    answer = form.fill(status="SP", progress_en="Half.").submit(button_value="save", htmx=True)
    assert answer.status == 200
    assert OLD["en"] in answer.text
