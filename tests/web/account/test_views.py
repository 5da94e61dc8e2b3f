"""A person's own account: choices are saved and audited, and the secret URL opens two feeds only."""

from __future__ import annotations

import logging
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import delete, update

from cogwg.accounts.models import Membership, Person, Role
from cogwg.accounts.tokens import hash_token
from cogwg.audit.models import AuditEvent
from cogwg.reporting.models import Submission
from tests.core.test_rules_feeds import ATOM, property_value, unfold_lines
from tests.web.scriptless_user import translate
from tests.web_client import App, Client, Page, email, text_of


def find_person(app: App, name: str) -> Person:
    (person,) = app.rows(Person, Person.email == email(name))
    assert isinstance(person, Person)
    return person


def feed_paths(page: Page) -> dict[str, str]:
    """Return the paths of the secret URLs on the page."""
    urls = {e.get("id", ""): text_of(e) for e in page.find_all("textarea") if e.get("readonly") is not None}
    assert all(url.startswith("http://localhost/") for url in urls.values())
    return {name: url.removeprefix("http://localhost") for name, url in urls.items()}


def create_feed_paths(browser: Client) -> dict[str, str]:
    made = browser.get("/en/account").form("/account/feed").submit()
    assert (made.status, made.redirect_path) == (303, "/en/account")
    return feed_paths(made.follow())


def test_preferences_are_saved_and_audited(app_per_engine: App) -> None:
    chair = app_per_engine.client_as("chair")
    form = chair.get("/en/account").form("/account")
    assert form.value("wants_digest")
    answer = form.fill(lang="fr", time_zone="America/Regina", wants_digest=False).submit()
    assert answer.status == 303
    page = answer.follow()
    assert "Preferences saved." in page.main_text
    person = find_person(app_per_engine, "chair")
    stored = (person.lang.value, person.time_zone, person.wants_reminders, person.wants_digest, person.wants_mentions)
    assert stored == ("fr", "America/Regina", True, False, True)
    (event,) = app_per_engine.rows(AuditEvent, AuditEvent.action == "person.wishes")
    assert (event.actor_id, event.subject_id) == (person.id, person.id)
    assert (event.before["lang"], event.after["lang"], event.after["digest"]) == ("en", "fr", False)
    page.form("/account").submit()
    assert len(app_per_engine.rows(AuditEvent, AuditEvent.action == "person.wishes")) == 1, (
        "saving the same choices adds no audit event"
    )


def test_lead_has_no_digest_choice_and_forged_fields_are_ignored(app: App, ontario: Client) -> None:
    form = ontario.get("/en/account").form("/account")
    assert "wants_digest" not in {e.get("name") for e in form.controls}
    app.execute(update(Person).values(wants_digest=False))
    assert (
        form.submit(extra={"wants_digest": "y", "email": "other@example.ca", "name": "X", "feed_hash": "0" * 64}).status == 303
    )
    person = find_person(app, "ontario")
    assert (person.wants_digest, person.name, person.feed_hash) == (False, "N. Osei", None)


@pytest.mark.parametrize("zone", ["Europe/Paris", "", "../etc", "America/Toronto\n"])
def test_unknown_time_zone_is_refused_and_form_values_are_kept(app: App, ontario: Client, zone: str) -> None:
    before = app.fingerprint()
    form = ontario.get("/en/account").form("/account").fill(lang="fr", wants_reminders=False)
    answer = form.submit(extra={"time_zone": zone})
    assert answer.status == 422
    assert "Select a time zone from the list." in answer.alert_text
    assert not answer.form("/account").value("wants_reminders")
    assert app.fingerprint() == before


def test_time_zone_outside_the_list_is_kept_when_unchanged(app: App, ontario: Client) -> None:
    app.execute(update(Person).where(Person.email == email("ontario")).values(time_zone="Europe/Paris"))
    form = ontario.get("/en/account").form("/account")
    assert form.fill(wants_mentions=False).submit().status == 303
    assert (find_person(app, "ontario").time_zone, find_person(app, "ontario").wants_mentions) == ("Europe/Paris", False)


def test_persons_name_links_to_the_account(read_only_app: App) -> None:
    page = read_only_app.client_as("quebec").get("/fr/plans/2020")
    (link,) = [a for a in page.find_all("a") if "Gagnon" in text_of(a)]
    assert link.get("href") == "/fr/account"


def test_feed_links_are_shown_once_and_stored_as_hash(app: App, ontario: Client) -> None:
    shown = create_feed_paths(ontario)
    assert set(shown) == {"feed-calendar", "feed-changes"}
    token = shown["feed-calendar"].split("/")[3]
    assert len(token) >= 43
    assert find_person(app, "ontario").feed_hash == hash_token(token)
    assert token not in repr([(e.before, e.after) for e in app.rows(AuditEvent)])
    again = ontario.get("/en/account")
    assert feed_paths(again) == {}
    assert token not in again.text
    assert "Your links are active." in again.main_text


def test_feed_link_opens_calendar_and_changes_only(app: App, ontario: Client) -> None:
    shown = create_feed_paths(ontario)
    visitor = app.anonymous_client()
    for url in shown.values():
        answer = visitor.get(url)
        assert answer.status == 200
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert "Set-Cookie" not in answer.headers
    token = shown["feed-calendar"].split("/")[3]
    assert visitor.get(f"/en/feeds/{token}").status == 404
    assert visitor.get(f"/en/password/{token}").status == 410
    assert visitor.get("/en/account").status == 303
    assert visitor.get("/en/feeds/due-dates.ics").status == 303


def test_feed_link_replaced_revoked_or_of_deactivated_person_is_not_found(app_per_engine: App) -> None:
    app = app_per_engine
    ontario, visitor = app.client_as("ontario"), app.anonymous_client()
    first, second = create_feed_paths(ontario), create_feed_paths(ontario)
    assert [visitor.get(url).status for url in first.values()] == [404, 404]
    assert [visitor.get(url).status for url in second.values()] == [200, 200]
    gone = ontario.get("/en/account").form("/feed/revoke").submit()
    assert "Your links are revoked" in gone.follow().main_text
    assert [visitor.get(url).status for url in second.values()] == [404, 404]
    third = create_feed_paths(ontario)
    app.execute(update(Person).where(Person.email == email("ontario")).values(retired_at=app.calendar.now()))
    assert [visitor.get(url).status for url in third.values()] == [404, 404]
    assert [e.action for e in app.rows(AuditEvent, AuditEvent.action.like("person.feed%"))] == [
        "person.feed",
        "person.feed",
        "person.feed_revoked",
        "person.feed",
    ]


def test_feed_content_follows_the_persons_current_roles(app_per_engine: App) -> None:
    app = app_per_engine
    shown = create_feed_paths(app.client_as("ontario"))
    visitor = app.anonymous_client()
    assert "activities/3.3" in visitor.get(shown["feed-calendar"]).text
    own = app.person_id("ontario")
    reader = {"role": Role.READER, "jurisdiction_id": None}
    app.execute(update(Membership).where(Membership.person_id == own).values(**reader))
    calendar = visitor.get(shown["feed-calendar"])
    assert calendar.status == 200
    assert "activities/3.3" not in calendar.text, "a person without reports has no due dates in the calendar"
    app.execute(delete(Membership).where(Membership.person_id == own))
    assert [visitor.get(url).status for url in shown.values()] == [404, 404]


def test_feed_token_is_not_logged(app: App, ontario: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        shown = create_feed_paths(ontario)
        app.anonymous_client().get(shown["feed-calendar"])
    assert shown["feed-calendar"].split("/")[3] not in caplog.text


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_calendar_feed_holds_own_activities_and_quarters(read_only_app: App, lang: str) -> None:
    answer = read_only_app.client_as("ontario").get(f"/{lang}/feeds/due-dates.ics")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    lines = unfold_lines(answer.response.get_data())
    uids = [line for line in lines if line.startswith("UID:")]
    assert len(uids) == len(set(uids)) == 4 + 8
    events = "\n".join(lines).split("BEGIN:VEVENT\n")[1:]
    starts = [property_value(event.split("\n"), "DTSTART") for event in events]
    assert "20200930T210000Z" in starts
    assert "20200930" in starts
    summary = {"en": "Due: 3.3 Approach to sharing catalogue analytics", "fr": "Échéance\u00a0: 3.3 "}[lang]
    assert any(property_value(event.split("\n"), "SUMMARY").startswith(summary) for event in events)
    assert uids == [
        line
        for line in unfold_lines(read_only_app.client_as("ontario").get("/en/feeds/due-dates.ics").response.get_data())
        if line.startswith("UID:")
    ]
    others = unfold_lines(read_only_app.client_as("reader").get(f"/{lang}/feeds/due-dates.ics").response.get_data())
    assert len([line for line in others if line.startswith("UID:")]) == 4


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_changes_feed_is_newest_first_without_report_texts(app: App, lang: str) -> None:
    ontario = app.client_as("ontario")
    form = ontario.report_form("3.3")
    assert form.fill(status="SP", progress_en="A canary in the text.", challenge_en="Another canary.").submit().status == 303
    answer = app.client_as("reader").get(f"/{lang}/feeds/changes.atom")
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    root = ET.fromstring(answer.response.get_data())
    entries = root.findall(f"{ATOM}entry")
    assert len(entries) == min(50, len(app.rows(Submission)))
    newest = entries[0]
    title = {"en": "Limited progress → Substantial progress", "fr": "Progrès limité → Progrès important"}[lang]
    assert (newest.findtext(f"{ATOM}title") or "").endswith(title)
    assert newest.findtext(f"{ATOM}author/{ATOM}name") == "Ontario"
    when = [e.findtext(f"{ATOM}updated") or "" for e in entries]
    assert root.findtext(f"{ATOM}updated") == max(when)
    assert len({e.findtext(f"{ATOM}id") for e in entries}) == len(entries)
    links = [e.find(f"{ATOM}link") for e in entries]
    assert all((link.get("href") or "").startswith(f"http://localhost/{lang}/plans/") for link in links if link is not None)
    assert "canary" not in answer.text
    assert "Osei" not in answer.text


def test_feed_reader_that_has_the_content_gets_304_until_it_changes(app: App, ontario: Client) -> None:
    for path in create_feed_paths(ontario).values():
        reader = app.anonymous_client()
        first = reader.get(path)
        etag = first.headers["ETag"]
        assert first.status == 200
        app.clock.advance(minutes=3)
        again = reader.get(path, If_None_Match=etag)
        assert (again.status, again.text, again.headers["ETag"]) == (304, "", etag)
        assert again.headers["Cache-Control"] == "private, no-cache"
        assert reader.get(path, If_None_Match='"another"').status == 200
    changes, etag = path, first.headers["ETag"]
    form = ontario.report_form("3.3").fill(status="SP", progress_en="Changed.")
    assert form.submit(button_value="submit").status == 303
    assert reader.get(changes, If_None_Match=etag).status == 200


def test_feed_names_its_own_address(app: App, ontario: Client) -> None:
    path = create_feed_paths(ontario)["feed-changes"]
    root = ET.fromstring(app.anonymous_client().get(path).text)
    (itself,) = [e for e in root.iter(f"{ATOM}link") if e.get("rel") == "self"]
    assert (itself.get("href") or "").endswith(path)
    assert itself.get("type") == "application/atom+xml"


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_own_session_is_in_use_and_another_shows_when_it_was_last_used(app: App, lang: str) -> None:
    app.client_as("ontario")
    app.clock.advance(minutes=4)
    page = app.client_as("ontario").get(f"/{lang}/account")
    now, last = {"en": ("In use now.", "Last used on"), "fr": ("Utilisée en ce moment.", "Dernière utilisation le")}[lang]
    sessions = [text_of(li) for li in page.find_by_id("security").iter("li")]
    own = f"({translate(lang, 'this session')})"
    assert sorted((own in text, now in text, last in text) for text in sessions) == [(False, False, True), (True, True, False)]
