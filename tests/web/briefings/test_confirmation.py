"""The page that asks before a version is finalized: what it says, and what confirming, going back and pressing twice do."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from cogwg.accounts.models import Membership, Person, Role
from cogwg.audit.models import AuditEvent
from cogwg.briefing.models import FrozenVersion
from cogwg.mail.models import OutboxMessage
from cogwg.plan.models import Activity
from cogwg.policy import ROLE_PERMISSIONS, Permission
from tests.conventions.test_pages import check_html
from tests.sessions import FURTHER
from tests.web.conftest import MakeApp, PopulatedApp
from tests.web.finalizing import ask_to_finalize, confirm, confirmation
from tests.web_client import App, Page, email, text_of

NOTE = "The Councils meet tomorrow.\nThe gaps are chased."
FOLDED_NOTE = " ".join(NOTE.split())


@pytest.fixture
def populated_app(make_app: MakeApp, files_at_first_download: None) -> PopulatedApp:
    return PopulatedApp(make_app())


def open_draft(populated: PopulatedApp, lang: str = "en") -> Page:
    return populated.app.client_as("chair").get(f"/{lang}/briefings/{populated.briefing_id}")


def count_versions(app: App) -> int:
    return len(app.rows(FrozenVersion))


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_page_that_asks_shows_meeting_open_items_reason_and_readers_and_saves_nothing(
    populated_app: PopulatedApp, lang: str
) -> None:
    app = populated_app.app
    draft, before = open_draft(populated_app, lang), app.fingerprint()
    asked = ask_to_finalize(draft, NOTE)
    assert asked.status == 200
    check_html(asked, lang)
    assert asked.h1.replace("\u00a0", " ") == {"en": "Finalize version 1?", "fr": "Finaliser la version 1?"}[lang]
    day = {"en": "September 24, 2020", "fr": "24 septembre 2020"}[lang]
    shown = asked.main_text.replace("\u00a0", " ")
    for words in (day, FOLDED_NOTE, "N. Osei (Ontario)", {"en": "Secretariat (1)", "fr": "Secrétariat (1)"}[lang]):
        assert words in shown
    gaps = [text_of(e) for e in draft.find_all("li", class_="checklist-gap")]
    (section,) = [e for e in asked.find_all("section") if e.get("aria-labelledby") == "open-title"]
    open_items = [text_of(e) for e in section.iter("li")]
    assert len(open_items) == len(gaps) > 1
    assert [gap for item, gap in zip(open_items, gaps, strict=True) if not gap.startswith(item[:20])] == []
    assert app.fingerprint() == before


def test_page_that_asks_counts_the_readers_and_emails_of_the_version(populated_app: PopulatedApp) -> None:
    app = populated_app.app
    app.execute(update(Person).where(Person.email == email("reader")).values(wants_finalized=False))
    app.execute(update(Person).where(Person.email == email("bc")).values(retired_at=app.calendar.now()))
    others = {role for role in Role if Permission.READ_BRIEFINGS not in ROLE_PERMISSIONS[role]}
    assert others == {Role.ASSESSOR, Role.MODERATOR}
    outsiders = [m.person_id for m in app.rows(Membership, Membership.role.in_(others))]
    assert outsiders
    asked = ask_to_finalize(open_draft(populated_app), NOTE)
    active = len(app.rows(Person, Person.retired_at.is_(None), Person.id.not_in(outsiders)))
    assert confirm(asked).status == 303
    emails = len(app.rows(OutboxMessage, OutboxMessage.kind == "finalized"))
    assert emails == active - 2, "neither the reader nor the person who finalized it"
    shown = asked.main_text.replace("\u00a0", " ")
    assert f"{active} people with an account can open the version" in shown
    assert f"{emails} people who chose to be notified will receive an email." in shown


def test_confirming_twice_makes_one_version_with_one_audit_event(populated_app: PopulatedApp) -> None:
    app = populated_app.app
    draft = open_draft(populated_app)
    asked, versions = ask_to_finalize(draft, NOTE), count_versions(app)
    answers = [confirm(asked) for _ in range(2)] + [ask_to_finalize(draft, NOTE)]
    assert {(answer.status, answer.redirect_path) for answer in answers} == {
        (303, f"/en/briefings/{populated_app.briefing_id}/versions/1")
    }, "the form behind the browser's Back button leads to the version too"
    assert count_versions(app) == versions + 1
    events = app.rows(AuditEvent, AuditEvent.action == "briefing.frozen")
    notes = [str(event.after["note"]) for event in events if event.subject_id == populated_app.briefing_id]
    assert [" ".join(note.split()) for note in notes] == [FOLDED_NOTE]


@pytest.mark.parametrize("lang", ["en", "fr"])
@FURTHER
def test_going_back_shows_the_draft_with_the_reason_and_finalizes_nothing(populated_app: PopulatedApp, lang: str) -> None:
    app = populated_app.app
    asked, before = ask_to_finalize(open_draft(populated_app, lang), NOTE), app.fingerprint()
    draft = confirmation(asked).submit(button_value="back")
    assert draft.status == 200
    check_html(draft, lang)
    form = draft.form("/freeze")
    assert form.value("note") == NOTE
    assert app.fingerprint() == before
    assert confirm(form.submit()).status == 303


def test_draft_that_changed_while_the_page_asked_is_a_conflict_with_the_reason(populated_app: PopulatedApp) -> None:
    app = populated_app.app
    asked, versions = ask_to_finalize(open_draft(populated_app), NOTE), count_versions(app)
    app.execute(update(Activity).values(title_en="A title changed meanwhile"))
    conflict = confirm(asked)
    assert conflict.status == 409
    assert "so nothing was finalized" in conflict.alert_text
    assert conflict.form("/freeze").value("note") == NOTE
    assert count_versions(app) == versions
    assert confirm(conflict.form("/freeze").submit()).status == 303


@pytest.mark.parametrize("person", ["ontario", "reader"])
def test_readers_cannot_confirm_with_the_form_of_a_co_chair(populated_app: PopulatedApp, person: str) -> None:
    asked, versions = ask_to_finalize(open_draft(populated_app), NOTE), count_versions(populated_app.app)
    other = populated_app.app.client_as(person)
    form = confirmation(asked)
    form.values["csrf_token"] = other.csrf_token()
    assert form.submit(button_value="finalize", client=other).status == 403
    assert count_versions(populated_app.app) == versions
