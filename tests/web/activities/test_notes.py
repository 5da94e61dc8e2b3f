"""Partners' notes beside the leads' report; concurrent changes lose no text."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction, Membership, Person, Role
from cogwg.audit.models import AuditEvent
from cogwg.core.db import write_transaction
from cogwg.plan.models import Assignment, AssignmentRole, Confirmation
from cogwg.reporting.models import Contribution, ReportingPeriod
from tests.web.conftest import MakeApp
from tests.web_client import App, Client, Form, Page, text_of

ACTIVITY_PATH = "/{lang}/plans/2020/activities/5.4"


def note_form(browser: Client, lang: str = "en") -> Form:
    return browser.get(ACTIVITY_PATH.format(lang=lang)).form("/note")


def client_of_second_lead(app: App) -> Client:
    """A second lead of the Northwest Territories."""
    with Session(app.engine) as session, write_transaction(session):
        (home,) = session.query(Jurisdiction).where(Jurisdiction.code == "nt")
        lead = Person(email="nwt2@demo.cogwg.example", name="T. Blondin")
        lead.memberships.append(Membership(role=Role.LEAD, jurisdiction=home))
        session.add(lead)
    return app.client_as("nwt2")


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_partner_note_is_saved_and_visible_to_signed_in_people(app_per_engine: App, lang: str) -> None:
    nwt = app_per_engine.client_as("nwt")
    assert f"/{lang}/plans/2020/activities/5.4#notes" in nwt.get(f"/{lang}/my-updates").text
    answer = note_form(nwt, lang).fill(**{f"text_{lang}": "Two youth councils tried both."}).submit()
    assert answer.status == 303
    assert "Two youth councils tried both." in answer.follow().main_text
    (note,) = app_per_engine.rows(Contribution)
    assert (note.period_id, note.version, note.text_en if lang == "en" else note.text_fr) == (
        3,
        1,
        "Two youth councils tried both.",
    )
    page = app_per_engine.client_as("reader").get(ACTIVITY_PATH.format(lang=lang))
    assert page.main_text.count("Two youth councils tried both.") == 2, "as a note, and in the history"
    assert not [f for f in page.forms if "/note" in f.action]
    assert "Two youth councils" not in app_per_engine.anonymous_client().get(f"/{lang}/plans/2020/priorities/5").text
    (event,) = app_per_engine.rows(AuditEvent, AuditEvent.subject_kind == "contribution")
    assert (event.action, event.actor_id, event.behalf_of) == ("note.saved", app_per_engine.person_id("nwt"), None)
    assert note_form(nwt, lang).fill(**{f"text_{lang}": "Three councils."}).submit().status == 303
    assert app_per_engine.rows(Contribution)[0].version == 2


def test_empty_or_overlong_note_is_refused_and_kept_in_the_form(app: App) -> None:
    nwt = app.client_as("nwt")
    before = app.fingerprint()
    empty = note_form(nwt).submit()
    assert (empty.status, empty.field_error("text_en")) == (422, "Error: Enter the note, in English or French.")
    long = note_form(nwt).fill(text_fr="é" * 4001).submit()
    assert (long.status, long.form("/note").value("text_fr")) == (422, "é" * 4001)
    assert app.fingerprint() == before


@pytest.mark.parametrize("first", [True, False], ids=["the first note", "a later one"])
def test_note_conflict_offers_both_texts(app_per_engine: App, first: bool) -> None:
    nwt, other = app_per_engine.client_as("nwt"), client_of_second_lead(app_per_engine)
    if not first:
        assert note_form(nwt).fill(text_en="It began.").submit().status == 303
    mine, theirs = note_form(nwt), note_form(other)
    assert theirs.fill(text_en="Yellowknife was first.").submit().status == 303
    before = app_per_engine.fingerprint()
    page: Page = mine.fill(text_en="Hay River was second.").submit()
    assert page.status == 409
    assert app_per_engine.fingerprint() == before
    assert "T. Blondin saved this" in page.alert_text
    form = page.form("/note")
    assert form.value("text_en") == "Yellowknife was first. Hay River was second."
    assert form.submit().status == 303
    assert app_per_engine.rows(Contribution)[0].text_en == "Yellowknife was first. Hay River was second."


def test_note_on_behalf_is_attributed_in_the_history(app: App) -> None:
    assert note_form(app.client_as("chair")).fill(text_en="They wrote by e-mail.").submit().status == 303
    assert "on behalf of the Northwest Territories" in app.client_as("reader").get(ACTIVITY_PATH.format(lang="en")).main_text


def test_note_is_refused_when_quarter_is_closed_or_role_is_not_partner(make_app: MakeApp) -> None:
    app = make_app()
    nwt = app.client_as("nwt")
    form = note_form(nwt).fill(text_en="Late.")
    app.execute(update(ReportingPeriod).values(closed_at=app.calendar.now() - timedelta(days=1)))
    closed = form.submit()
    assert (closed.status, "closed" in closed.alert_text) == (422, True)
    assert closed.form("/note").value("text_en") == "Late."
    app.execute(update(ReportingPeriod).values(closed_at=None))
    for change in (
        {"confirmation": Confirmation.TO_CONFIRM},
        {"role": AssignmentRole.LEAD, "confirmation": Confirmation.CONFIRMED},
    ):
        app.execute(
            update(Assignment).where(Assignment.role.in_((AssignmentRole.PARTNER, AssignmentRole.LEAD))).values(**change)
        )
        assert form.submit().status == 403
    assert not app.rows(Contribution)


def test_note_is_for_the_open_quarter(app: App) -> None:
    app.clock.advance(days=30)
    assert "period=2020-12" in note_form(app.client_as("nwt")).action


def opened_summaries(page: Page) -> list[str]:
    """Return the text of each open part of the notes' section."""
    notes = page.find_by_id("notes")
    return [text_of(next(d.iter("summary"))) for d in notes.iter("details") if d.get("open") is not None]


def test_note_form_is_open_until_its_own_jurisdiction_has_a_note(app: App) -> None:
    nwt, chair, page = app.client_as("nwt"), app.client_as("chair"), ACTIVITY_PATH.format(lang="en")
    assert opened_summaries(nwt.get(page)) == ["Add a note from the Northwest Territories"]
    assert opened_summaries(chair.get(page)) == []
    assert note_form(nwt).fill(text_en="Councils.").submit().status == 303
    assert opened_summaries(nwt.get(page)) == []


def test_note_form_opens_the_other_language_for_its_text_or_error(app: App) -> None:
    nwt, page = app.client_as("nwt"), ACTIVITY_PATH.format(lang="en")
    rejected = note_form(nwt).fill(text_en="Councils.", text_fr="é" * 4001).submit()
    assert opened_summaries(rejected) == ["Add a note from the Northwest Territories", "Add French"]
    assert note_form(nwt).fill(text_fr="Des conseils.").submit().status == 303
    assert opened_summaries(nwt.get(page)) == ["Add French"]


@pytest.mark.parametrize(
    ("lang", "own", "other"), [("en", "in another tab", "Their text"), ("fr", "dans un autre onglet", "Son texte")]
)
def test_note_conflict_with_ones_own_tab_says_so(app_per_engine: App, lang: str, own: str, other: str) -> None:
    nwt = app_per_engine.client_as("nwt")
    first, second = note_form(nwt, lang), note_form(nwt, lang)
    assert first.fill(text_en="Yellowknife was first.").submit().status == 303
    page = second.fill(text_en="Hay River was second.").submit()
    assert page.status == 409
    assert own in page.main_text
    assert other not in page.main_text
    assert "Yellowknife was first." in page.main_text


@pytest.mark.parametrize(("lang", "mark"), [("en", "French to update"), ("fr", "Version française à mettre à jour")])
def test_note_changed_in_one_language_is_marked_as_to_update_in_the_other(app: App, lang: str, mark: str) -> None:
    nwt, reader = app.client_as("nwt"), app.client_as("reader")

    def save(**texts: str) -> None:
        form = nwt.get("/en/plans/2020/activities/5.4").form("/note")
        assert form.fill(**texts).submit().status == 303

    def shown() -> str:
        return text_of(reader.get(f"/{lang}/plans/2020/activities/5.4").find_by_id("notes"))

    save(text_en="We shared our list.", text_fr="Nous avons partagé notre liste.")
    assert mark not in shown()
    save(text_en="We shared our whole list.")
    assert shown().count(mark) == 1
    save(text_fr="Nous avons partagé toute notre liste.")
    assert mark not in shown()
