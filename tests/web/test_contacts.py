"""Who to contact: links on the pages of activities, jurisdictions and roles, and the group's contact for everyone."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cogwg.accounts.models import Person
from cogwg.plan.models import Assignment, Confirmation
from tests.web.conftest import MakeApp
from tests.web_client import App, Page, email, text_of

ACTIVITY, JURISDICTION = "/en/plans/2020/activities/3.3", "/en/jurisdictions/on"
PUBLIC_PAGES = (
    "",
    "plans/2020",
    "plans/2020?view=list",
    *(f"plans/2020/priorities/{n}" for n in range(1, 6)),
    "help",
    "accessibility",
)


def mail_links(page: Page) -> dict[str, str]:
    """Return the addresses that a page's main part has links to, by the text of the link."""
    links = [a for a in page.find("main").iter("a") if str(a.get("href")).startswith("mailto:")]
    return {text_of(a): str(a.get("href")).removeprefix("mailto:") for a in links}


def held_role(app: App, code: str = "on") -> str:
    """Return the path of a role of the jurisdiction that has a confirmed role."""
    roles = app.rows(Assignment, Assignment.confirmation == Confirmation.CONFIRMED)
    with Session(app.engine) as session:
        (id_,) = [r.id for r in roles if (role := session.get(Assignment, r.id)) and role.jurisdiction.code == code][:1]
    return f"/en/plans/2020/roles/{id_}"


def names(app: App, *accounts: str) -> set[str]:
    with Session(app.engine) as session:
        return set(session.scalars(select(Person.name).where(Person.email.in_([email(name) for name in accounts]))))


@pytest.mark.parametrize("name", ["saskatchewan", "secretariat"])
def test_members_can_write_to_leads_and_co_chairs(read_only_app: App, name: str) -> None:
    browser = read_only_app.client_as(name)
    for path in (ACTIVITY, JURISDICTION, held_role(read_only_app)):
        links = mail_links(browser.get(path))
        assert {email("ontario"), email("chair")} <= set(links.values()), path
        assert names(read_only_app, "ontario", "chair") <= set(links), path


def test_readers_can_write_to_co_chairs_but_not_to_leads(read_only_app: App) -> None:
    browser = read_only_app.client_as("reader")
    for path in (ACTIVITY, JURISDICTION, held_role(read_only_app)):
        page = browser.get(path)
        assert set(mail_links(page).values()) == {email("chair")}, path
        assert email("ontario") not in page.text, path


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_visitors_are_shown_no_name_and_no_address_of_a_person(read_only_app: App, lang: str) -> None:
    people = read_only_app.rows(Person)
    assert len(people) > 5
    browser = read_only_app.anonymous_client()
    for path in PUBLIC_PAGES:
        page = browser.get(f"/{lang}/{path}")
        assert page.status == 200
        assert [p.email for p in people if p.name in page.text or p.email in page.text] == [], path
        assert set(mail_links(page).values()) <= {"help@cogwg.example"}, path
    for path in (ACTIVITY, JURISDICTION, held_role(read_only_app)):
        refused = browser.get(path)
        assert (refused.status, refused.redirect_path.startswith("/en/sign-in")) == (303, True), path


def test_contacts_leave_out_the_reader_and_deactivated_people(app: App) -> None:
    assert email("ontario") not in mail_links(app.client_as("ontario").get(ACTIVITY)).values()
    assert "Co-chairs" in app.client_as("bc").get(ACTIVITY).main_text
    assert "Co-chairs" not in app.client_as("chair").get(ACTIVITY).main_text, "the only one is the reader"
    reader = app.client_as("bc")
    app.execute(update(Person).where(Person.email == email("ontario")).values(retired_at=app.calendar.now()))
    page = reader.get(JURISDICTION)
    assert "Ontario: no contact yet" in page.main_text
    assert email("ontario") not in page.text


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_lead_is_named_as_the_contact_of_their_own_jurisdiction(read_only_app: App, lang: str) -> None:
    (name,) = names(read_only_app, "ontario")
    browser = read_only_app.client_as("ontario")
    for path in (ACTIVITY, JURISDICTION, held_role(read_only_app)):
        page = browser.get(path.replace("/en/", f"/{lang}/"))
        assert {"en": f"Ontario: {name} (you)", "fr": f"Ontario\u00a0: {name} (vous)"}[lang] in page.main_text, path
        assert email("ontario") not in mail_links(page).values()


def test_group_contact_is_shown_if_there_are_no_people_to_ask(make_app: MakeApp) -> None:
    app = make_app()
    app.execute(update(Person).where(Person.email == email("chair")).values(retired_at=app.calendar.now()))
    assert set(mail_links(app.client_as("reader").get(ACTIVITY)).values()) == {"help@cogwg.example"}


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_vacant_role_page_shows_who_to_contact(read_only_app: App, lang: str) -> None:
    role = read_only_app.rows(Assignment, Assignment.confirmation == Confirmation.VACANT)[0]
    page = read_only_app.client_as("quebec").get(f"/{lang}/plans/2020/roles/{role.id}")
    assert list(mail_links(page).values()) == [email("chair")]
