"""The secretariat reads the audit log, in both languages, without scripts; nobody else does."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any
from urllib.parse import urlencode

import pytest
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction, Person
from cogwg.accounts.services import make_feed_address
from cogwg.accounts.tokens import hash_token
from cogwg.audit.models import AuditEvent
from cogwg.audit.services import SYSTEM, Actor, record_event
from cogwg.audit.verification import record_verdict, verify_chain
from cogwg.backup.services import BACKED_UP
from cogwg.core.bilingual import sort_key
from cogwg.core.calendar import TORONTO
from cogwg.core.db import write_transaction
from cogwg.inspection.events import PAGE_LENGTH
from cogwg.plan.draft_edits import move_activity, remove_activity
from cogwg.plan.draft_services import edit_draft
from cogwg.plan.draft_storage import draft_of_year
from cogwg.plan.models import Activity, Assignment
from cogwg.reporting.models import ReportingPeriod
from tests.web.conftest import PopulatedApp
from tests.web.scriptless_user import ScriptlessUser
from tests.web.test_statements import Statements, count_database_work
from tests.web_client import App, text_of

LANGS = pytest.mark.parametrize("lang", ["en", "fr"])
LONG_AGO = timedelta(days=400)


def record(
    app: App, action: str, subject: tuple[str, int], by: Actor = SYSTEM, *, ago: timedelta = timedelta(0), **values: Any
) -> int:
    with Session(app.engine) as session, write_transaction(session):
        return record_event(session, action, subject, by=by, at=app.calendar.now() - ago, **values)


def jurisdiction_id(app: App, code: str) -> int:
    (jurisdiction,) = app.rows(Jurisdiction, Jurisdiction.code == code)
    return int(jurisdiction.id)


def check_chain(app: App, ago: timedelta = timedelta(0)) -> None:
    with Session(app.engine) as session, write_transaction(session):
        record_verdict(session, verify_chain(session), by=SYSTEM, at=app.calendar.now() - ago)


def secretariat(app: App, query: str = "", lang: str = "en") -> ScriptlessUser:
    user = ScriptlessUser(app, "secretariat", lang)
    user.open(f"admin/audit{query}")
    return user


def entries(user: ScriptlessUser) -> list[str]:
    return [text_of(li) for li in user.page.tree.iterfind(".//ol/li") if li.find("./time") is not None]


@LANGS
def test_entry_says_who_did_what_for_whom_before_and_after_in_words(app_per_engine: App, lang: str) -> None:
    app = app_per_engine
    by = Actor("person", app.person_id("chair"), jurisdiction_id(app, "on"))
    values = {
        "before": {"status": "NS", "progress": ["Old.", "Ancien."]},
        "after": {"status": "LP", "progress": ["New.", "Ancien."]},
    }
    record(app, "report.saved", ("report", 4711), by, **values)
    (entry, *_others) = entries(secretariat(app, lang=lang))
    for words in {
        "en": (
            "Draft report saved",
            "Report 4711",
            "on behalf of Ontario",
            "Not started",
            "Limited progress",
            "Progress (English)",
        ),
        "fr": ("Ébauche de rapport enregistrée", "Rapport 4711", "au nom de l’Ontario", "Non commencé", "Progrès limité"),
    }[lang]:
        assert words in entry
    assert "Old." in entry
    assert "New." in entry
    assert "Ancien." not in entry, "what did not change is not shown"
    assert "NS" not in entry.split(), "codes are shown in words"


def test_neighbours_are_refused_the_page_and_the_file(app: App) -> None:
    record(app, "person.changed", ("person", app.person_id("ontario")), after={"fields": ["email"]})
    for name in ("chair", "ontario", "reader"):
        client = app.client_as(name)
        assert client.get("/en/admin/audit").status == 403, name
        assert client.post("/en/admin/audit/download", {"do": "csv", "csrf_token": client.csrf_token()}).status == 403, name
    assert app.rows(AuditEvent, AuditEvent.action == "audit.exported") == []


def test_pages_of_the_log_follow_each_other_without_gaps_or_repeats(app: App) -> None:
    subject = ("outbox", 0)
    ids = [record(app, "outbox.purged", subject, after={"letters": n}) for n in range(2 * PAGE_LENGTH + 3)]
    user = secretariat(app, "?kind=outbox")
    listed = [entries(user)]
    for _ in range(2):
        user.follow("Older")
        listed.append(entries(user))
    assert [len(page) for page in listed] == [PAGE_LENGTH, PAGE_LENGTH, 3]
    assert len({entry for page in listed for entry in page}) == len(ids)
    user.follow("Newer")
    assert entries(user) == listed[1]
    user.follow("Newest")
    assert entries(user) == listed[0]


def test_filters_in_the_address_choose_entries(app: App) -> None:
    chair, ontario = app.person_id("chair"), jurisdiction_id(app, "on")
    today, status, feed = app.calendar.today(), "Overall status set manually", "Calendar and feed URL"
    record(
        app,
        "priority.set_by_hand",
        ("priority", 1),
        Actor("person", chair, ontario),
        after={"status": "C"},
    )
    record(app, "person.feed", ("person", chair), Actor("person", chair), ago=LONG_AGO)
    for query, mine, other in (
        (f"?person={chair}", status, "The system"),
        (f"?jurisdiction={ontario}", status, feed),
        ("?kind=priority", status, feed),
        ("?reference=1", status, feed),
        (
            f"?last={(today - timedelta(days=399)).isoformat()}",
            feed,
            status,
        ),
        (f"?first={today.isoformat()}", status, feed),
        (f"?about=person-{chair}", feed, status),
    ):
        text = " ".join(entries(secretariat(app, query)))
        assert mine in text, query
        assert other not in text, query


@LANGS
@pytest.mark.parametrize(
    "query",
    [
        "person=4711",
        "person=-1",
        "jurisdiction=on",
        "jurisdiction=99999999999999999999",
        "kind=%27%3B--",
        "first=2020-13-40",
        "first=0001-01-01",
        "last=9999-12-31",
        "first=2020-09-30&last=2020-09-01",
        f"reference={'x' * 300}",
        "about=person",
        "about=nothing-1",
    ],
)
def test_hostile_filter_gets_a_sentence_and_no_entries(app: App, lang: str, query: str) -> None:
    page = app.client_as("secretariat").get(f"/{lang}/admin/audit?{query}")
    assert page.status == 422
    assert page.find("div", class_="error-summary") is not None
    assert not page.tree.findall(".//time")


def test_odd_reference_finds_nothing_without_an_error(app: App) -> None:
    for reference in ("%25%27", "99999", "%D9%A3", "%E2%80%8B"):
        page = app.client_as("secretariat").get(f"/en/admin/audit?reference={reference}x")
        assert page.status == 200
        assert "No entry matches these filters." in page.main_text


def test_long_text_is_shortened_and_all_of_it_can_be_opened(app: App) -> None:
    text = "Word. " * 100
    record(app, "note.saved", ("contribution", 4711), after={"text": [text + "END", ""]})
    page = secretariat(app).page
    (details,) = [d for d in page.tree.iter("details") if d.get("class") == "audit-text"]
    assert "END" in text_of(details)
    assert text_of(details).startswith("Show the full text")


def test_unknown_action_and_value_are_shown_plainly(app: App) -> None:
    record(app, "widget.turned", ("widget", 3), after={"angle": 90, "parts": [{"width": 2, "colour": "red"}]})
    (entry, *_others) = entries(secretariat(app))
    assert "widget.turned" in entry
    assert "90" in entry
    assert "width: 2; colour: red" in entry
    assert "{" not in entry


def test_former_member_is_shown_by_number_in_the_language_of_the_page(app: App) -> None:
    record(app, "person.feed", ("person", 4711), Actor("person", 4711))
    assert "Former member 4711" in entries(secretariat(app))[0]
    assert "Ancien membre 4711" in entries(secretariat(app, lang="fr"))[0]


def test_links_lead_to_what_an_entry_is_about(app: App) -> None:
    chair = app.person_id("chair")
    record(app, "person.feed", ("person", chair), Actor("person", chair))
    user = secretariat(app, f"?about=person-{chair}")
    link = next(user.page.tree.iterfind(".//ol[@class='history-list change-list']/li//a"))
    assert app.client_as("secretariat").get(link.get("href")).status == 200


def test_secret_of_a_feed_is_not_in_the_log(app: App) -> None:
    with Session(app.engine) as session, write_transaction(session):
        person = app.person_id("chair")
        secret = make_feed_address(session, person, by=Actor("person", person), at=app.calendar.now())
    page = secretariat(app).page
    assert "Calendar and feed URL created" in entries(secretariat(app))[0]
    assert secret not in page.text
    assert hash_token(secret) not in page.text


@LANGS
def test_page_without_a_check_says_so_and_what_to_do(app: App, lang: str) -> None:
    user = secretariat(app, lang=lang)
    assert {"en": "The audit log has never been checked", "fr": "Le journal d’audit n’a jamais été vérifié."}[
        lang
    ] in user.page.main_text
    text = user.page.main_text
    assert "cogwg audit verify." in text, "an empty site has no receipt to give"
    assert {"en": "--witness FILE", "fr": "--witness FICHIER"}[lang] in text
    assert {"en": "stands for the whole log", "fr": "représente tout le journal"}[lang] in text
    assert {"en": "Check the log again", "fr": "Vérifier le journal de nouveau"}[lang] not in text
    assert "cogwg backup" in text
    check_chain(app)
    assert {"en": "Check the log again", "fr": "Vérifier le journal de nouveau"}[lang] in secretariat(
        app, lang=lang
    ).page.main_text


@LANGS
def test_page_says_what_the_last_check_found_how_old_it_is_and_when_the_last_backup_was(app: App, lang: str) -> None:
    check_chain(app, ago=timedelta(days=12))
    record(app, BACKED_UP, ("database", 0), after={"events": 3}, ago=timedelta(days=2))
    text = secretariat(app, lang=lang).page.main_text
    for words in {
        "en": ("No receipt or deck", "12 days ago", "2 days ago"),
        "fr": ("aucun accusé de réception", "il y a 12", "il y a 2"),
    }[lang]:
        assert words in text


def test_fault_of_the_last_check_is_told_first(app: App) -> None:
    with Session(app.engine) as session, write_transaction(session):
        after = {"positions": 3, "head": "", "witnesses": 0, "explained": 0, "faults": 1}
        fault = {"kind": "EVENT_DELETED", "position": 2, "values": {}}
        record_event(session, "audit.verified", ("audit", 0), by=SYSTEM, at=app.calendar.now(), after={**after, "fault": fault})
    text = secretariat(app).page.main_text
    assert "The last check found a fault" in text
    assert text.count("The event at position 2 was deleted.") == 2, "in the panel and in the entry"


@LANGS
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_file_has_the_filtered_entries_in_words_and_is_recorded(app: App, lang: str, kind: str) -> None:
    chair = app.person_id("chair")
    record(app, "note.saved", ("contribution", 4711), Actor("person", chair), after={"text": ["=1+1", ""]})
    record(app, "outbox.purged", ("outbox", 0), after={"letters": 3})
    client = app.client_as("secretariat")
    form = client.get(f"/{lang}/admin/audit?kind=contribution").form("/audit/download")
    response = form.submit(button_value=kind)
    assert response.status == 200
    if kind == "csv":
        rows = list(csv.reader(StringIO(response.response.data.decode("utf-8-sig")), delimiter={"en": ",", "fr": ";"}[lang]))
    else:
        sheet = load_workbook(BytesIO(response.response.data)).active
        rows = [[str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    header, *others = rows
    names = {"en": ("When (Eastern time)", "What", "After"), "fr": ("Quand (heure de l’Est)", "Quoi", "Après")}
    when, what, after = names[lang]
    (row,) = [dict(zip(header, cells, strict=True)) for cells in others]
    assert row[when] == app.calendar.now().astimezone(TORONTO).isoformat(timespec="minutes"), "as on the page"
    assert row[what] == {"en": "Partner’s note saved", "fr": "Note de partenaire enregistrée"}[lang]
    assert "=1+1" in row[after]
    assert not row[after].startswith("=")
    (event,) = app.rows(AuditEvent, AuditEvent.action == "audit.exported")
    assert (event.actor_id, event.after) == (
        app.person_id("secretariat"),
        {"form": kind, "events": 1, "filters": {"subject": "contribution"}},
    )


def test_person_affected_is_found_by_name_which_the_log_of_the_download_does_not_hold(app: App) -> None:
    chair, ontario = app.person_id("chair"), app.person_id("ontario")
    (person,) = app.rows(Person, Person.id == ontario)
    record(app, "person.retired", ("person", ontario), Actor("person", chair))
    record(app, "person.retired", ("person", chair), Actor("person", ontario))
    name = person.name.upper()
    user = secretariat(app, f"?{urlencode({'reference': name})}")
    assert [entry for entry in entries(user) if "Account deactivated" in entry] == entries(user)[:1], "not those by this person"
    assert f"Account deactivated – {person.name}" in entries(user)[0]
    client = app.client_as("secretariat")
    form = client.get(f"/en/admin/audit?{urlencode({'reference': name})}").form("/audit/download")
    assert form.submit(button_value="csv").status == 200
    (event,) = app.rows(AuditEvent, AuditEvent.action == "audit.exported")
    assert event.after["filters"] == {"people": [ontario]}


def test_name_of_nobody_finds_nothing(app: App) -> None:
    page = app.client_as("secretariat").get("/en/admin/audit?reference=Nobody+Here")
    assert page.status == 200
    assert "No entry matches these filters." in page.main_text


def test_choices_are_in_the_order_of_a_french_dictionary(app: App) -> None:
    page = secretariat(app, lang="fr").page
    for id_ in ("audit-person", "audit-jurisdiction", "audit-kind"):
        labels = [text_of(option) for option in page.find_by_id(id_).iter("option")]
        own = labels[2 if id_ == "audit-person" else 1 :]
        assert own == sorted(own, key=sort_key), id_


@LANGS
def test_sentences_are_on_lines_of_their_own_and_ids_are_words(app: App, lang: str) -> None:
    gaps = ["No reports have been submitted, so the slides show no status.", "3 roles are vacant."]
    record(app, "briefing.frozen", ("briefing", 4711), after={"gaps": gaps})
    (activity, *_rest) = app.rows(Activity)
    (assignment, *_rest) = app.rows(Assignment)
    (period, *_rest) = app.rows(ReportingPeriod)
    after = {"roles": [assignment.id], "quarters": [period.id], "activity": activity.id}
    record(app, "plan.roles-asked", ("plan", 1), after=after)
    record(app, "plan-draft.changed", ("plan-draft", 1), after={"activity": activity.id})
    chair = app.person_id("chair")
    record(app, "person.role-ended", ("person", chair), before={"jurisdiction": "on"})
    record(app, "person.link", ("person", chair), after={"shown": True})
    link, ended, changed, asked, frozen = entries(secretariat(app, lang=lang))[:5]
    assert "status.," not in frozen
    assert {"en": "Roles priority 1", "fr": "Rôles priorité 1"}[lang] in asked
    assert period.key not in asked
    assert activity.code in asked
    assert activity.code not in changed, "a draft has keys of its own"
    assert {"en": "no value", "fr": "aucune valeur"}[lang] in ended
    assert {"en": "Link shown to the secretariat to pass on yes", "fr": "Lien affiché au secrétariat, à transmettre oui"}[
        lang
    ] in link


@pytest.mark.parametrize("path", ["people/{person}", "jurisdictions/on", "settings"])
def test_page_of_the_administration_has_a_short_history_and_a_link_to_all(app: App, path: str) -> None:
    person = app.person_id("ontario")
    subject = {"p": ("person", person), "j": ("jurisdiction", jurisdiction_id(app, "on")), "s": ("settings", 1)}[path[0]]
    action = {"p": "person.feed", "j": "jurisdiction.contact-changed", "s": "settings.host-changed"}[path[0]]
    for _ in range(4):
        record(app, action, subject)
    user = ScriptlessUser(app, "secretariat", "en")
    user.open(f"admin/{path.format(person=person)}")
    assert len(entries(user)) == 3
    user.follow("All entries in the audit log")
    assert len(entries(user)) >= 4
    assert user.page.status == 200


def test_ten_thousand_entries_cost_no_more_statements_or_rows(app: App, statements: Statements) -> None:
    client = app.client_as("secretariat")
    for n in range(PAGE_LENGTH + 1):
        record(app, "outbox.purged", ("outbox", 0), after={"letters": n})
    work = []
    for _ in range(2):
        client.get("/en/admin/audit")
        with statements(app.engine) as sent, count_database_work(app.engine) as done:
            page = client.get("/en/admin/audit")
        assert len(page.tree.findall(".//ol/li/time")) == PAGE_LENGTH
        work.append((len(sent), done.rows))
        with Session(app.engine) as session, write_transaction(session):
            for n in range(10_000):
                record_event(session, "outbox.purged", ("outbox", 0), by=SYSTEM, at=app.calendar.now(), after={"letters": n})
    assert work[0] == work[1]


@LANGS
def test_edits_of_a_draft_name_its_parts_in_words(app: App, lang: str) -> None:
    user = ScriptlessUser(app, "secretariat", lang)
    user.open("admin/plans/2020/carry-over")
    user.press("Create the %(year)s draft plan", year=2021)
    with Session(app.engine) as session, write_transaction(session):
        draft = draft_of_year(session, 2021).plan
        priority = draft.priorities[2]
        moved_activity, removed = priority.activities[:2]
        by, at = Actor("person", app.person_id("secretariat")), app.calendar.now()
        edit_draft(
            session,
            2021,
            lambda plan: move_activity(plan, moved_activity.key, 1),
            change={"moved": moved_activity.key},
            by=by,
            at=at,
        )
        removal = {"removed": removed.key}
        edit_draft(session, 2021, lambda plan: remove_activity(plan, removed.key), change=removal, by=by, at=at)
    gone, moved = entries(secretariat(app, "?kind=plan-draft", lang))[:2]
    assert moved_activity.title.text(lang) in moved
    assert "3.1 " in moved, "its present number"
    assert {"en": "no longer in the draft", "fr": "n’est plus dans l’ébauche"}[lang] in gone
    assert removed.title.text(lang) in gone


@LANGS
def test_reference_finds_what_was_changed_about_a_jurisdiction_by_its_name(app: App, lang: str) -> None:
    (on, qc) = (app.rows(Jurisdiction, Jurisdiction.code == code)[0] for code in ("on", "qc"))
    record(app, "jurisdiction.renamed", ("jurisdiction", on.id), after={"name": ["Ontario", "Ontario"]})
    record(app, "jurisdiction.renamed", ("jurisdiction", qc.id), after={"name": ["Quebec", "Québec"]})
    for typed, name in (("Ontar", "Ontario"), ("quebec", {"en": "Quebec", "fr": "Québec"}[lang])):
        (entry,) = entries(secretariat(app, f"?reference={typed}&kind=jurisdiction", lang))
        assert name in entry
    page = secretariat(app, "?reference=Ontar", lang).page
    assert page.form("/download").submit(button_value="csv").status == 200
    exported = app.rows(AuditEvent)[-1]
    assert (exported.action, exported.after["filters"]["jurisdictions"]) == ("audit.exported", [on.id])


@LANGS
def test_days_of_the_filter_can_be_written(app: App, lang: str) -> None:
    today, written = app.calendar.today(), {"en": "September 24, 2020", "fr": "24 septembre 2020"}[lang]
    record(app, "jurisdiction.renamed", ("jurisdiction", 1), after={"name": ["A", "A"]})
    user = secretariat(app, "?" + urlencode({"first-written": written, "kind": "jurisdiction"}), lang)
    assert len(entries(user)) == 1
    page = user.page
    assert page.find_by_id("audit-first").get("value") == today.isoformat()
    assert f"first={today.isoformat()}" in page.form("/download").action
    later = secretariat(app, "?first-written=2020-09-23&last-written=2020-09-23&kind=jurisdiction", lang)
    assert entries(later) == []
    refused = secretariat(app, "?first-written=sometime", lang).page
    assert refused.status == 422
    assert refused.find_by_id("audit-first-written").get("value") == "sometime"


@LANGS
def test_briefing_shows_its_latest_entries_to_those_who_read_the_audit_log(populated: PopulatedApp, lang: str) -> None:
    path = populated.path(f"/{lang}/briefings/{{briefing}}")
    page = populated.client_as("secretariat").get(path)
    history = page.find_by_id("history")
    assert list(history.iter("li"))
    (every,) = history.iter("a")
    assert populated.client_as("secretariat").get(every.get("href", "")).status == 200
    assert "/admin/audit" not in populated.client_as("chair").get(path).text
