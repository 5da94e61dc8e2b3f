"""Fixtures of the web tests: a shared app for reading, or a test's own, and a browser for each persona."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property
from itertools import chain
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts.key_ceremonies import NewKey
from cogwg.accounts.models import Jurisdiction, Membership, Person, Role, SecurityKey
from cogwg.accounts.rules import PRINTED_LIFETIME
from cogwg.accounts.security_keys import add_key
from cogwg.accounts.services import create_access_link, make_feed_address
from cogwg.accounts.tokens import hash_token
from cogwg.audit.services import SYSTEM, Actor, record_event
from cogwg.briefing import files as stored_files
from cogwg.briefing.compose import deck_to_freeze, load_briefing_source
from cogwg.briefing.decisions import DecisionDraft, record_decision
from cogwg.briefing.files import draw_files
from cogwg.briefing.queries import briefing
from cogwg.briefing.render import FORMATS
from cogwg.briefing.services import add_comment, create_briefing, freeze
from cogwg.briefing.shared_links import create_preview_link, create_version_link, preview_links
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language
from cogwg.core.db import write_transaction
from cogwg.discussion.services import write_comment
from cogwg.mail.models import OutboxMessage
from cogwg.mail.rules import OutgoingEmail
from cogwg.mail.services import enqueue
from cogwg.plan import draft_edits
from cogwg.plan.draft_services import fingerprint
from cogwg.plan.draft_storage import create_draft
from cogwg.plan.drafts import DraftActivity, DraftPlan, DraftPriority
from cogwg.plan.due_requests import ask_to_move_due_date
from cogwg.plan.editing_activities import add_activity, retire_activity
from cogwg.plan.models import Activity, Assignment, AssignmentRole, Priority
from cogwg.plan.plan_texts import ActivityTexts, PriorityTexts
from cogwg.plan.rules import DueDate
from cogwg.reporting.news.kinds import CHALLENGES, MILESTONES
from cogwg.reporting.news.rules import ChallengeDraft, MilestoneDraft
from cogwg.reporting.news.services import add_challenge, add_milestone, withdraw_news
from tests.databases import DECK_DAY, DEMO_DAY, Databases
from tests.drawing import render_once
from tests.engagement.comments import add_queued_comment
from tests.ogp.assessors import add_assessments
from tests.web.engagement.commenting import Commenting
from tests.web.public.publishing import publish_all_commitments
from tests.web.reporting.answer_links import add_answer_link
from tests.web_client import REQUEST_SETTINGS, App, Client, email

MakeApp = Callable[..., App]
IdleApps = defaultdict[Hashable, list[App]]


@pytest.fixture(scope="session")
def read_only_app(databases: Databases) -> Iterator[App]:
    """The demo data on SQLite, for tests that change nothing."""
    app = App(databases.create("sqlite", "seeded"))
    yield app
    app.close()


@pytest.fixture(scope="session")
def idle_apps() -> Iterator[IdleApps]:
    """App instances that tests can reuse, because creating one takes longer than most tests."""
    apps: IdleApps = defaultdict(list)
    yield apps
    for app in chain(*apps.values()):
        app.close()


@pytest.fixture
def make_app(databases: Databases, idle_apps: IdleApps) -> Iterator[MakeApp]:
    """``make_app(kind, template, day, **settings)``: an app with its own database, by default the demo's.

    An app instance that started with the same settings is reused; its database is always new.
    """
    taken: list[tuple[Hashable, App]] = []

    def make(kind: str = "sqlite", template: str = "seeded", day: date = DEMO_DAY, **settings: object) -> App:
        alike = (kind, *sorted((name, value) for name, value in settings.items() if name not in REQUEST_SETTINGS))
        if idle_apps[alike]:
            app = idle_apps[alike].pop().use(day, settings)
            databases.recreate(app.url, template)
        else:
            app = App(databases.create(kind, template), extra_settings=settings, day=day)
        taken.append((alike, app))
        return app

    yield make
    for alike, app in taken:
        idle_apps[alike].append(app.reset())


@pytest.fixture
def app(make_app: MakeApp) -> App:
    """The demo data on SQLite, for tests that change it."""
    return make_app()


@pytest.fixture
def app_per_engine(engine_name: str, make_app: MakeApp) -> App:
    """The demo data on each database engine."""
    return make_app(engine_name)


@pytest.fixture
def visitor(app: App) -> Client:
    return app.client_as("visitor")


@pytest.fixture
def ontario(app: App) -> Client:
    return app.client_as("ontario")


@pytest.fixture
def chair(app: App) -> Client:
    return app.client_as("chair")


_TITLE = Bilingual("Work plan 2019", "Plan de travail 2019")
_DRAFT = DraftPlan(
    2019,
    _TITLE,
    priorities=(DraftPriority(1, _TITLE, Bilingual("Data", ""), activities=(DraftActivity(2, _TITLE, EMPTY_TEXT, 2019, 12),)),),
    last_key=2,
)
"""A draft of a year that has no plan: nothing but the pages of its editors shows it."""
_POPULATED: dict[Hashable, tuple[dict[str, Any], bytes]] = {}
"""What ``PopulatedApp`` made of an SQLite database, by its contents before, the time, and the formats that a
freeze stores: the ids, and the contents after."""


class PopulatedApp:
    """An app with a briefing, a new link, a feed and news of Ontario, so that every path has its data.

    Adding the data takes longer than most tests, so it is added once to databases that are equal.
    """

    def __init__(self, app: App) -> None:
        self.app = app
        app.close()
        file = app.database_file
        if file is None:
            self._add_data()
        else:
            key = (hashlib.sha256(file.read_bytes()).digest(), app.calendar.now(), app.clock(), repr(stored_files.FORMATS))
            if key in _POPULATED:
                ids, contents = _POPULATED[key]
                vars(self).update(deepcopy(ids))
                file.write_bytes(contents)
            else:
                self._add_data()
                app.close()
                _POPULATED[key] = (
                    deepcopy({name: value for name, value in vars(self).items() if name != "app"}),
                    file.read_bytes(),
                )
        self._clients: dict[str, Client] = {}
        self._tokens: dict[str, str] = {}

    def _add_data(self) -> None:
        app = self.app
        at = app.calendar.now()
        with Session(app.engine) as session, write_transaction(session):
            nwt = session.scalars(select(Person).where(Person.email == email("nwt"))).one()
            audience = Bilingual("Joint Councils", "Conseils mixtes")
            by = Actor("person", app.person_id("chair"))
            made = create_briefing(session, year=2020, meeting_on=at.date(), audience=audience, by=by, at=at)
            self.briefing_id = made.id
            self.presentation_values = self._add_presentation(session, by, at) | {"answer": "the-answer-secret"}
            add_answer_link(session, "the-answer-secret", app.person_id("ontario"), at=at, now=app.clock())
            self.password_token = create_access_link(session, nwt, lifetime=PRINTED_LIFETIME, by=SYSTEM, at=at, now=app.clock())
            self.feed_token = make_feed_address(session, nwt.id, by=SYSTEM, at=at)
            self.news_ids = _add_news(session, app.person_id("ontario"), at)
            ontario = Actor("person", app.person_id("ontario"))
            self.email_ids = _add_emails(session, at, app.clock())
            self.receipt_id = record_event(session, "quarter.submitted", ("period", 3), by=ontario, at=at, after={"sent": []})
            self.ids = {j.code: j.id for j in session.scalars(select(Jurisdiction))} | self._add_roles_and_comment(
                session, ontario, at
            )
            self.ids |= {"nwt_lead": nwt.id, "nwt_role": nwt.memberships[0].id}
            create_draft(session, _DRAFT, carried_from_id=None, by=by, at=at)
            self.draft_states = _add_plan_items(session, by, at)
            _add_people(session, self.ids["on"], at)
            self.ids |= add_assessments(session)
            self.ids |= add_queued_comment(session)
            self.ids["security_key"] = _add_key(session, app.person_id("saskatchewan"), at, app.clock())

    @cached_property
    def original(self) -> str:
        """The fingerprint of the data as it was added; first asked for while nothing has changed it."""
        return self.app.fingerprint()

    @property
    def frozen_id(self) -> object:
        """Return the id of the briefing with a frozen version."""
        return self.presentation_values["frozen"]

    def client_as(self, name: str) -> Client:
        """Return a browser of this persona, shared by the tests that change nothing."""
        if name not in self._clients:
            self._clients[name] = self.app.client_as(name)
        return self._clients[name]

    def csrf(self, name: str) -> str:
        """Return the CSRF token of that browser's session, cached until it signs in or out."""
        if name not in self._tokens:
            self._tokens[name] = self.client_as(name).csrf_token()
        return self._tokens[name]

    def _add_presentation(self, session: Session, by: Actor, at: datetime) -> dict[str, object]:
        """Create a frozen version for an earlier meeting, a preview link of the draft, and a comment on its slide."""
        audience = Bilingual("Joint Councils", "Conseils mixtes")
        stored = create_briefing(session, year=2020, meeting_on=DECK_DAY, audience=audience, by=by, at=at)
        open_briefing = briefing(session, stored.id)
        deck = deck_to_freeze(open_briefing, load_briefing_source(session, open_briefing, at.date()))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("cogwg.briefing.files.render", render_once)
            files = draw_files(deck)
        freeze(session, stored.id, deck, (), note="", expected_version=open_briefing.outline_version, by=by, at=at, files=files)
        create_preview_link(session, self.briefing_id, hash_token("the-secret"), by=by, at=at)
        (link,) = preview_links(session, self.briefing_id)
        version_link = create_version_link(session, stored.id, 1, hash_token("the-other-secret"), by=by, at=at)
        shared = {"version_link": version_link, "shared": "the-other-secret"}
        record_decision(session, stored.id, 1, "cover", DecisionDraft(Bilingual("Go on.", "Continuons.")), by=by, at=at)
        remark = add_comment(session, self.briefing_id, "glance", "Is it so?", lang=Language.EN, by=by, at=at)
        return {"frozen": stored.id, "link": link.id, "secret": "the-secret", "remark": remark, **shared}

    def _add_roles_and_comment(self, session: Session, ontario: Actor, at: datetime) -> dict[str, int]:
        """Return the ids of a role to confirm, vacant, held by Ontario, and Ontario's comment on 3.3, by names in paths."""
        roles = {a.confirmation.value: a.id for a in session.scalars(select(Assignment).order_by(Assignment.id.desc()))}
        ontario_id = select(Jurisdiction.id).where(Jurisdiction.code == "on").scalar_subquery()
        held = session.scalars(select(Assignment.id).where(Assignment.jurisdiction_id == ontario_id)).first()
        activity = session.scalars(select(Activity.id).where(Activity.code == "3.3")).one()
        later = session.scalars(select(Activity).where(Activity.code == "3.4")).one()
        asked, _event_id = ask_to_move_due_date(
            session,
            later.id,
            session.scalars(select(Jurisdiction.id).where(Jurisdiction.code == "on")).one(),
            DueDate(2021, 3),
            reason=Bilingual("The survey comes first.", ""),
            expected_due=DueDate(2020, 12),
            by=ontario,
            at=at,
            is_allowed=lambda _jurisdiction: True,
        )
        comment, _ = write_comment(session, activity, "A question.", lang=Language.EN, mentions=(), by=ontario, at=at)
        return {
            "to_confirm": roles["to-confirm"],
            "vacant": roles["vacant"],
            "held": held or 0,
            "due_request": asked,
            "comment": comment.id,
        }

    def path(self, pattern: str) -> str:
        stored = {
            "briefing": self.briefing_id,
            "token": self.password_token,
            "feed": self.feed_token,
            "receipt": self.receipt_id,
            **self.draft_states,
        }
        return pattern.format(**stored, **self.ids, **self.news_ids, **self.email_ids, **self.presentation_values)


DRAFT_YEAR, DRAFT_TEXT = 2022, "Zebrafish"
"""The year of a draft plan, and a word that all its texts contain."""
RestorePopulated = Callable[[], PopulatedApp]


def _add_plan_items(session: Session, by: Actor, at: datetime) -> dict[str, str]:
    """Add a retired activity 2.5, and a draft plan with a priority, an activity and a role, with the keys 1, 2 and 3.

    Returns the states of the draft's items that their forms show, by their names in paths.
    """
    given: dict[str, Any] = {"reason": Bilingual("It was agreed.", "C’était convenu."), "by": by, "at": at}
    second = session.scalars(select(Priority.id).where(Priority.number == 2)).one()
    add_activity(session, second, ActivityTexts(Bilingual("Retired", "Retirée")), DueDate(2020, 11), **given)
    retired = session.scalars(select(Activity.id).where(Activity.code == "2.5")).one()
    retire_activity(session, retired, version=1, **given)
    text = Bilingual(DRAFT_TEXT, DRAFT_TEXT)
    draft = draft_edits.add_priority(DraftPlan(DRAFT_YEAR, text), PriorityTexts(text, text, text, text, (text,), (text,)))
    draft = draft_edits.add_activity(draft, 1, ActivityTexts(text, text, text), DueDate(DRAFT_YEAR, 6))
    draft = draft_edits.add_role(draft, 1, AssignmentRole.LEAD, None, Bilingual("", ""))
    create_draft(session, draft, carried_from_id=None, by=by, at=at)
    (priority,) = draft.priorities
    return {
        "draft_title": fingerprint((draft.title, draft.link)),
        "draft_wording": fingerprint(draft_edits.texts_of_priority(priority)),
        "draft_activity": fingerprint(priority.activities[0]),
        "draft_role": fingerprint(priority.assignments[0]),
    }


def _add_people(session: Session, ontario: int, at: datetime) -> None:
    """Add Ontario's deputy, and a deactivated lead of Ontario whose session a test can still start."""
    hashed = session.scalars(select(Person.password_hash).where(Person.email == email("ontario"))).one()
    for name, role, retired_at in (("deputy", Role.DEPUTY, None), ("deactivated", Role.LEAD, at)):
        person = Person(email=email(name), name=f"T. {name.title()}", password_hash=hashed, retired_at=retired_at, demo=True)
        person.memberships.append(Membership(role=role, jurisdiction_id=ontario))
        session.add(person)


def _add_key(session: Session, person_id: int, at: datetime, now: datetime) -> int:
    """Add a security key, without recovery codes, which would differ each time; return its id."""
    key = NewKey("an-id", "a-public-key", "usb", 0)
    add_key(session, person_id, key, "Blue key", (), by=Actor("person", person_id), at=at, now=now)
    return session.scalars(select(SecurityKey.id)).one()


def _add_news(session: Session, author_id: int, at: datetime) -> dict[str, int]:
    """Add Ontario's news in English only: of each kind one current and one withdrawn."""
    on = session.scalars(select(Jurisdiction.id).where(Jurisdiction.code == "on")).one()
    arguments: dict[str, Any] = {"by": Actor("person", author_id), "at": at, "is_allowed": lambda _ids: True}
    text, theme = Bilingual("Ontario’s news.", ""), Bilingual("Legal", "Aspects juridiques")
    made = {name: add_milestone(session, on, MilestoneDraft(text), **arguments) for name in ("milestone", "gone")}
    made |= {name: add_challenge(session, on, ChallengeDraft(theme, text), **arguments) for name in ("challenge", "lost")}
    withdraw_news(session, MILESTONES, made["gone"], expected_version=1, **arguments)
    withdraw_news(session, CHALLENGES, made["lost"], expected_version=1, **arguments)
    return made


def _add_emails(session: Session, at: datetime, now: datetime) -> dict[str, int]:
    """Add a reminder, which co-chairs manage, and an email that only the secretariat does, by their names in paths."""
    for name, kind in (("email", "mention"), ("reminder", "reminder")):
        words = {"subject": "A subject", "text": "A text.", "html": "<p>A text.</p>", "address": f"{name}@cogwg.example"}
        enqueue(session, OutgoingEmail(name, kind, None, lang=Language.EN, **words), by=SYSTEM, at=at, now=now)
    return {row.key: row.id for row in session.scalars(select(OutboxMessage))}


@pytest.fixture(scope="session")
def restore_populated(databases: Databases) -> Iterator[RestorePopulated]:
    """Return a function that returns the populated app with its data restored, for posts that change it."""
    url = databases.create("sqlite", "seeded")
    app = App(url)
    made = PopulatedApp(app)
    app.close()
    stored = databases.back_up(url)

    def again() -> PopulatedApp:
        app.reset()
        databases.restore(url, stored)
        return made

    yield again
    app.close()


@pytest.fixture(scope="session")
def populated(databases: Databases) -> Iterator[PopulatedApp]:
    """A populated app, for reading and for posts that are refused."""
    app = App(databases.create("sqlite", "seeded"))
    yield PopulatedApp(app)
    app.close()


@pytest.fixture
def commenting(make_app: MakeApp) -> Commenting:
    """A published cycle with a phase that takes comments."""
    return Commenting(make_app())


@pytest.fixture
def commenting_on_commitments(make_app: MakeApp) -> Commenting:
    """The same with two published quarters and four published commitments."""
    app = make_app("sqlite", "published")
    publish_all_commitments(app)
    return Commenting(app)


@pytest.fixture(autouse=True)
def _draw_decks_once(decks_drawn_once: None) -> None:
    """Draw a deck once for all tests of pages."""


@pytest.fixture
def files_at_first_download(monkeypatch: pytest.MonkeyPatch) -> None:
    """A freeze that stores no files, as for a long deck: drawing takes seconds, and most tests of a version need none."""
    slow = {key: replace(file_format, soon=0) for key, file_format in FORMATS.items()}
    monkeypatch.setattr("cogwg.briefing.files.FORMATS", slow)
