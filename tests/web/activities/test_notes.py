"""A partner's note stands beside the leads' report; two who write it at once lose nothing."""

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
from tests.pages import Browser, Form, House, Page
from tests.web.conftest import MakeHouse

PAGE = "/{lang}/plans/2020/activities/5.4"


def note_form(browser: Browser, lang: str = "en") -> Form:
    return browser.get(PAGE.format(lang=lang)).form("/note")


def colleague(house: House) -> Browser:
    """A second lead of the Northwest Territories."""
    with Session(house.engine) as session, write_transaction(session):
        (home,) = session.query(Jurisdiction).where(Jurisdiction.code == "nt")
        lead = Person(email="nwt2@demo.cogwg.example", name="T. Blondin")
        lead.memberships.append(Membership(role=Role.LEAD, jurisdiction=home))
        session.add(lead)
    return house.cast("nwt2")


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_partner_adds_a_note_in_one_language_and_everybody_signed_in_reads_it(each_house: House, lang: str) -> None:
    nwt = each_house.cast("nwt")
    assert f"/{lang}/plans/2020/activities/5.4#notes" in nwt.get(f"/{lang}/my-updates").text
    answer = note_form(nwt, lang).fill(**{f"text_{lang}": "Two youth councils tried both."}).submit()
    assert answer.status == 303
    assert "Two youth councils tried both." in answer.follow().main
    (note,) = each_house.rows(Contribution)
    assert (note.period_id, note.version, note.text_en if lang == "en" else note.text_fr) == (
        3,
        1,
        "Two youth councils tried both.",
    )
    page = each_house.cast("reader").get(PAGE.format(lang=lang))
    assert page.main.count("Two youth councils tried both.") == 2, "as a note, and in the history"
    assert not [f for f in page.forms if "/note" in f.action]
    assert "Two youth councils" not in each_house.visitor().get(f"/{lang}/plans/2020/priorities/5").text
    (event,) = each_house.rows(AuditEvent, AuditEvent.subject_kind == "contribution")
    assert (event.action, event.actor_id, event.behalf_of) == ("note.saved", each_house.person_id("nwt"), None)
    assert note_form(nwt, lang).fill(**{f"text_{lang}": "Three councils."}).submit().status == 303
    assert each_house.rows(Contribution)[0].version == 2


def test_an_empty_or_long_note_is_not_saved_and_what_was_typed_stays(house: House) -> None:
    nwt = house.cast("nwt")
    before = house.fingerprint()
    empty = note_form(nwt).submit()
    assert (empty.status, empty.error("text_en")) == (422, "Error: Write the note, in English or in French.")
    long = note_form(nwt).fill(text_fr="é" * 4001).submit()
    assert (long.status, long.form("/note").value("text_fr")) == (422, "é" * 4001)
    assert house.fingerprint() == before


@pytest.mark.parametrize("first", [True, False], ids=["the first note", "a later one"])
def test_two_of_one_jurisdiction_see_both_texts(each_house: House, first: bool) -> None:
    nwt, other = each_house.cast("nwt"), colleague(each_house)
    if not first:
        assert note_form(nwt).fill(text_en="It began.").submit().status == 303
    mine, theirs = note_form(nwt), note_form(other)
    assert theirs.fill(text_en="Yellowknife was first.").submit().status == 303
    before = each_house.fingerprint()
    page: Page = mine.fill(text_en="Hay River was second.").submit()
    assert page.status == 409
    assert each_house.fingerprint() == before
    assert "T. Blondin saved this" in page.alerts
    form = page.form("/note")
    assert form.value("text_en") == "Yellowknife was first. Hay River was second."
    assert form.submit().status == 303
    assert each_house.rows(Contribution)[0].text_en == "Yellowknife was first. Hay River was second."


def test_a_co_chair_writes_it_on_behalf_and_the_history_says_so(house: House) -> None:
    assert note_form(house.cast("chair")).fill(text_en="They wrote by e-mail.").submit().status == 303
    assert "on behalf of Northwest Territories" in house.cast("reader").get(PAGE.format(lang="en")).main


def test_only_a_confirmed_partner_while_the_quarter_takes_reports(make_house: MakeHouse) -> None:
    house = make_house()
    nwt = house.cast("nwt")
    form = note_form(nwt).fill(text_en="Late.")
    house.change(update(ReportingPeriod).values(closed_at=house.calendar.now() - timedelta(days=1)))
    closed = form.submit()
    assert (closed.status, "closed" in closed.alerts) == (422, True)
    assert closed.form("/note").value("text_en") == "Late."
    house.change(update(ReportingPeriod).values(closed_at=None))
    for change in (
        {"confirmation": Confirmation.TO_CONFIRM},
        {"role": AssignmentRole.LEAD, "confirmation": Confirmation.CONFIRMED},
    ):
        house.change(
            update(Assignment).where(Assignment.role.in_((AssignmentRole.PARTNER, AssignmentRole.LEAD))).values(**change)
        )
        assert form.submit().status == 403
    assert not house.rows(Contribution)


def test_the_open_quarter_is_the_one_a_note_is_for(house: House) -> None:
    house.clock.move(days=30)
    assert "period=2020-12" in note_form(house.cast("nwt")).action
