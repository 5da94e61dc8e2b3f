"""A page costs as many statements for a plan of 36 activities (as slow: of 2,500) as for one of nine, and few."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from _pytest.mark import ParameterSet
from sqlalchemy import Engine, event, select, update
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction, Membership, Person, Role
from cogwg.accounts.services import start_session
from cogwg.accounts.tokens import hash_token
from cogwg.audit.services import SYSTEM, Actor, record_event
from cogwg.briefing.compose import deck_to_freeze, load_briefing_source
from cogwg.briefing.files import DrawnFile
from cogwg.briefing.queries import briefing as open_briefing
from cogwg.briefing.render import LAYOUT
from cogwg.briefing.services import create_briefing, freeze
from cogwg.briefing.shared_links import create_preview_link
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language
from cogwg.core.db import write_transaction
from cogwg.discussion.services import write_comment
from cogwg.plan.models import Assignment, AssignmentRole, Confirmation
from cogwg.plan.queries import plan_facts
from cogwg.plan.rules import DueDate
from cogwg.plan.services import move_due_date
from cogwg.reporting.models import Contribution, ReportingPeriod
from tests.databases import DECK_DAY, DECK_NOON, Databases
from tests.large_plan import FEW, PLAN_SIZES, add_large_plan, add_news
from tests.long_history import lengthen_history, record_plan
from tests.sessions import FURTHER
from tests.web.reporting.answer_links import add_answer_link
from tests.web_client import App, Client

FILE = DrawnFile("xlsx", Language.EN, "deck.xlsx", "application/octet-stream", b"drawn", LAYOUT)
Statements = Callable[[Engine], AbstractContextManager[list[str]]]
TODAY = date(2021, 9, 20)
MAX_STATEMENTS = 10
MAX_STATEMENTS_ACTIVITY = 12
"""The page of an activity also has those of other years that continue it or that it continues, and commitments it serves."""
MAX_STATEMENTS_CHECKLIST = 11
"""The last step of a briefing shows its checklist, comments, links and versions."""
MAX_STATEMENTS_FREQUENT = 9
"""The plan page, My updates and the briefings are opened most often; a draft's pages and files are composed.

The first request after a change of the plan reads its revision and the plan (three); the next ones only the revision.
"""
READS_MORE = {
    ("/en/", "secretariat"): 6,
    ("/fr/", "chair"): 2,
    ("/en/", "lead"): 1,
    ("/en/my-updates", "lead"): 1,
    ("/en/my-updates?for=g04", "chair"): 1,
    ("/en/answer/the-answer-secret", "visitor"): 3,
    ("/fr/admin/publications/quarters/2021-03", "secretariat"): 5,
}
"""Home also reads the first steps, offers from civil society, comments to moderate, roles that were declined or not answered,
and roles to answer, as My updates does.
My updates also reads the jurisdictions to choose from; reporting status, who was reminded; the answer page, its link, what
ended it, and kept text; the preview of a quarter, everything that becomes public, the last public quarter before it, and which
reports were returned."""
MAX_STATEMENTS_OPEN_FORM = 8
"""The person, the revision of the plan, the plan (three, which the next request need not read) and its quarters; the last
submission and the report."""
MAX_STATEMENTS_SAVE = 12
"""The person, the revision of the plan, and its quarters; the quarter, the last submission and the report under lock; three
writes; three that link the audit event. The saved row is not read again."""


@dataclass
class GrownApp:
    """An app whose plan has this many priorities, with as many activities each."""

    app: App
    size: int
    lead_id: int
    briefing_id: int
    other_ids: dict[str, int]

    def client_as(self, name: str) -> Client:
        if name != "lead":
            return self.app.client_as(name)
        browser = self.app.anonymous_client()
        with Session(self.app.engine) as session, write_transaction(session):
            token = start_session(session, self.lead_id, now=self.app.clock())
        with browser.flask_client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = token, True
        return browser


@pytest.fixture(scope="module")
def grown_apps(engine_name: str, size: int, databases: Databases) -> Iterator[list[GrownApp]]:
    """A small and a large plan on the same engine."""
    made = [_add_large_plan(App(databases.create(engine_name, "seeded"), day=TODAY), own) for own in (FEW, size)]
    yield made
    for grown_app in made:
        grown_app.app.close()
        databases.drop(grown_app.app.url)


def _add_large_plan(app: App, size: int, *, old_years: Iterable[int] = ()) -> GrownApp:
    with Session(app.engine) as session, write_transaction(session):
        for year in old_years:
            add_large_plan(session, year=year, priorities=8, activities=8, quarters=4)
        add_large_plan(session, year=TODAY.year, priorities=size, activities=size, quarters=4)
        add_news(session, size * 5)
        session.execute(update(ReportingPeriod).where(ReportingPeriod.year < TODAY.year).values(closed_at=app.calendar.now()))
        g04 = session.scalars(select(Jurisdiction).where(Jurisdiction.code == "g04")).one()
        lead = Person(email="lead@demo.cogwg.example", name="Lead of many")
        lead.memberships.append(Membership(role=Role.LEAD, jurisdiction=g04))
        session.add(lead)
        at, audience = app.calendar.now(), Bilingual("Councils", "Conseils")
        briefing = create_briefing(session, year=TODAY.year, meeting_on=TODAY, audience=audience, by=SYSTEM, at=at)
        frozen = _add_frozen_briefing(session, audience, at)
        create_preview_link(session, briefing.id, hash_token("the-secret"), by=SYSTEM, at=at)
        values = {"meeting_on": TODAY + timedelta(days=1), "audience": audience, "by": SYSTEM, "at": at}
        both = create_briefing(session, year=DECK_DAY.year, next_year=TODAY.year, **values)
        others = _add_roles(session, at) | {"frozen": frozen, "both": both.id}
        _add_discussion(session, size, Actor("person", lead.id), at)
        for year in (*old_years, TODAY.year):
            record_plan(session, year, at)
        session.flush()
        add_answer_link(session, "the-answer-secret", lead.id, "2021-09", at=at, now=app.clock())
        return GrownApp(app, size, lead.id, briefing.id, others)


def _add_frozen_briefing(session: Session, audience: Bilingual, at: datetime) -> int:
    """Create a briefing of the day before, with a frozen version."""
    day = TODAY - timedelta(days=1)
    made = create_briefing(session, year=TODAY.year, meeting_on=day, audience=audience, by=SYSTEM, at=at)
    briefing = open_briefing(session, made.id)
    deck = deck_to_freeze(briefing, load_briefing_source(session, briefing, day))
    freeze(session, made.id, deck, (), note="", expected_version=briefing.outline_version, by=SYSTEM, at=at, files=[FILE])
    return made.id


def _add_roles(session: Session, at: datetime) -> dict[str, int]:
    """Add a vacancy to each priority except the first, which is offered to Québec."""
    asked = session.scalars(select(Jurisdiction).where(Jurisdiction.code == "qc")).one()
    plan = plan_facts(session, TODAY.year)
    values = {"position": 9, "role": AssignmentRole.PARTNER, "since": TODAY}
    rows = [Assignment(priority_id=p.id, confirmation=Confirmation.VACANT, **values) for p in plan.priorities[1:]]
    first = Assignment(priority_id=plan.priorities[0].id, confirmation=Confirmation.TO_CONFIRM, jurisdiction=asked, **values)
    session.add_all([first, *rows])
    session.flush()
    for role in rows:
        record_event(session, "role.declined", ("assignment", role.id), by=SYSTEM, at=at, after={"reason": "No time."})
    return {"asked": first.id, "vacant": rows[0].id}


def _add_discussion(session: Session, size: int, by: Actor, at: datetime) -> None:
    """Add to the first activity as many comments, notes and moved due dates as the plan has priorities."""
    activity = next(plan_facts(session, TODAY.year, code="1.1").activities)
    group = session.scalars(select(Jurisdiction.id).order_by(Jurisdiction.id)).all()
    period = session.scalars(select(ReportingPeriod.id).order_by(ReportingPeriod.id.desc()).limit(1)).one()
    words = {"reason": Bilingual("Later.", "Plus tard."), "words": EMPTY_TEXT, "by": by, "at": at}
    for n in range(size):
        write_comment(session, activity.id, f"Comment {n}", lang=Language.EN, mentions=group[:5], by=by, at=at)
        if n < len(group):
            session.add(Contribution(activity_id=activity.id, period_id=period, jurisdiction_id=group[n], changed_at=at))
        now, to = (DueDate(TODAY.year, 3 + m % 2) for m in (n, n + 1))
        move_due_date(session, activity.id, to, expected_due=now, **words)


OLD_YEARS = (2015, 2016, 2017, 2018)
MAX_GROWTH = 1.2
"""How much more work of the database a page may cost after old years."""
QUARTERS_EACH_YEAR = 4
"""The rows that a page may read of an old year: a quarter of any year may still take reports, so they are all read."""
STEPS_EACH_YEAR = 15
STEPS_EACH = 50
"""SQLite counts this many instructions of its virtual machine as one step."""


@dataclass
class DatabaseWork:
    """The rows that a database returned, and SQLite's steps, which other load on the machine does not change."""

    rows: int = 0
    steps: int = 0


@contextmanager
def count_database_work(engine: Engine) -> Iterator[DatabaseWork]:
    """Count what the statements of an engine cost the database."""
    work = DatabaseWork()

    def count_row(_cursor: Any, row: Any) -> Any:
        work.rows += 1
        return row

    def count_values(_cursor: Any) -> Callable[[Any], tuple[Any, ...]]:
        def make_row(values: Any) -> tuple[Any, ...]:
            work.rows += 1
            return tuple(values)

        return make_row

    def count_step() -> None:
        work.steps += 1

    is_sqlite = engine.dialect.name == "sqlite"

    def begin(connection: Any, record: Any, _proxy: Any) -> None:
        record.info["row_factory"] = connection.row_factory
        connection.row_factory = count_row if is_sqlite else count_values
        if is_sqlite:
            connection.set_progress_handler(count_step, STEPS_EACH)

    def end(connection: Any, record: Any) -> None:
        connection.row_factory = record.info.pop("row_factory")
        if is_sqlite:
            connection.set_progress_handler(None, STEPS_EACH)

    event.listen(engine, "checkout", begin)
    event.listen(engine, "checkin", end)
    try:
        yield work
    finally:
        event.remove(engine, "checkout", begin)
        event.remove(engine, "checkin", end)


PAGE_SIZES = [("sqlite", 6), pytest.param("postgresql", 6, marks=pytest.mark.slow), *PLAN_SIZES[-2:]]
"""The sizes of ``PLAN_SIZES``, of which SQLite's is in the default run: pages send the same statements on both engines."""
each_size = pytest.mark.parametrize(("engine_name", "size"), PAGE_SIZES, scope="module")


def first_of_each_page(*cases: tuple[str, str], most: int = 99) -> list[ParameterSet]:
    """Return each address and persona; the first of each of ``most`` pages, whatever its query, is in the default run."""
    pages = [path.split("/", 2)[2].partition("?")[0] for path, _name in cases]
    firsts = list(dict.fromkeys(pages))[:most]
    return [
        pytest.param(*case, marks=() if pages[n] in firsts and pages[n] not in pages[:n] else FURTHER)
        for n, case in enumerate(cases)
    ]


PAGES = [
    ("/en/plans/2021", "visitor"),
    ("/fr/plans/2021", "ontario"),
    ("/en/plans/2021?view=list", "visitor"),
    ("/fr/plans/2021?view=list&q=activite&sort=timeliness&order=desc", "reader"),
    ("/en/plans/2021?view=timeline", "reader"),
    ("/en/plans/2021?view=progress", "reader"),
    ("/en/", "visitor"),
    ("/fr/", "visitor"),
    ("/en/help", "visitor"),
    ("/fr/help", "lead"),
    ("/en/plans/2021/activities.csv", "visitor"),
    ("/en/", "lead"),
    ("/fr/", "chair"),
    ("/en/", "secretariat"),
    ("/en/", "reader"),
    ("/en/search?q=activity", "reader"),
    ("/fr/search?q=activite&kind=activities", "chair"),
    ("/en/plans/2021?as_of=2021-09-20", "visitor"),
    ("/fr/plans/2021?view=list&about=2021-09-20&q=activite", "reader"),
    ("/en/plans/2021?view=timeline&as_of=2021-09-20", "reader"),
    ("/en/plans/2021?view=progress&about=2021-09-20", "reader"),
    ("/en/plans/2021/priorities/1?as_of=2021-09-20", "chair"),
    ("/en/plans/2021/activities/1.1?about=2021-09-20", "reader"),
    ("/en/jurisdictions?as_of=2021-09-20", "reader"),
    ("/en/jurisdictions/g04?as_of=2021-09-20", "reader"),
    ("/en/plans/2021/changes", "reader"),
    ("/en/plans/2021/priorities/1/changes", "reader"),
    ("/en/plans/2021/activities/1.1/changes", "chair"),
    ("/en/jurisdictions/g04/changes", "reader"),
    ("/en/jurisdictions", "reader"),
    ("/en/jurisdictions/g04/reports.csv", "reader"),
    ("/en/account", "lead"),
    ("/en/feeds/due-dates.ics", "lead"),
    ("/en/feeds/changes.atom", "lead"),
    ("/en/my-updates", "lead"),
    ("/fr/my-updates", "chair"),
    ("/en/my-updates?for=g04", "chair"),
    ("/en/my-updates/receipts", "lead"),
    ("/en/plans/2021/activities/1.1/report", "lead"),
    ("/en/plans/2021/priorities/1", "visitor"),
    ("/fr/plans/2021/priorities/1", "reader"),
    ("/en/plans/2021/priorities/1", "chair"),
    ("/en/plans/2021/activities/1.1", "reader"),
    ("/fr/plans/2021/activities/1.1", "chair"),
    ("/en/plans/2021/roles/{asked}", "chair"),
    ("/fr/plans/2021/roles/{vacant}", "chair"),
    ("/en/vacancies", "reader"),
    ("/en/jurisdictions/g04", "reader"),
    ("/en/milestones", "lead"),
    ("/fr/milestones?jurisdiction=g04", "chair"),
    ("/en/milestones/1", "reader"),
    ("/en/challenges", "lead"),
    ("/fr/challenges?jurisdiction=g04&state=open", "chair"),
    ("/en/challenges/1/standing", "chair"),
    ("/en/milestones.csv", "reader"),
    ("/fr/milestones.xlsx?jurisdiction=g04", "lead"),
    ("/en/challenges.csv", "reader"),
    ("/fr/challenges.xlsx?jurisdiction=g04&state=open", "lead"),
    ("/en/readiness.csv", "chair"),
    ("/fr/readiness.csv?period=2021-06&show=in", "secretariat"),
    ("/en/translations", "lead"),
    ("/fr/translations", "chair"),
    ("/en/translations?show=sent", "chair"),
    ("/fr/translations?show=done", "lead"),
    ("/en/readiness", "chair"),
    ("/fr/readiness?period=2021-06&show=in", "secretariat"),
    ("/en/readiness?period=2021-12", "chair"),
    ("/en/readiness/remind", "chair"),
    ("/en/plans/2021/quarters/2021-06/close", "chair"),
    ("/en/translations?page=2&reports=2", "chair"),
    ("/en/admin/outbox", "secretariat"),
    ("/en/admin", "secretariat"),
    ("/en/admin/audit", "secretariat"),
    ("/fr/admin/audit?kind=report&reference=1.1", "secretariat"),
    ("/en/admin/sessions", "secretariat"),
    ("/en/admin/publications", "secretariat"),
    ("/fr/admin/publications/quarters/2021-03", "secretariat"),
    ("/en/admin/publications/commitments", "secretariat"),
    ("/fr/admin/publications/commitments/preview", "secretariat"),
    ("/en/admin/settings", "secretariat"),
    ("/en/admin/settings/two-steps", "secretariat"),
    ("/en/admin/people", "secretariat"),
    ("/en/admin/people/3", "secretariat"),
    ("/en/admin/people/3/deactivate", "secretariat"),
    ("/en/admin/jurisdictions", "secretariat"),
    ("/en/admin/jurisdictions/nt", "secretariat"),
    ("/en/admin/commitments", "secretariat"),
    ("/en/admin/commitments/new", "secretariat"),
    ("/en/admin/commitments/plans", "secretariat"),
    ("/en/admin/engagement", "secretariat"),
    ("/en/admin/engagement/new", "secretariat"),
    ("/en/admin/plans", "chair"),
    ("/fr/admin/plans", "secretariat"),
    ("/en/admin/plans/2021/close", "secretariat"),
    ("/en/admin/plans/2021/carry-over", "secretariat"),
    ("/en/admin/plans/2021/adopt", "secretariat"),
    ("/en/plans/2021/my-roles", "lead"),
    ("/en/admin/plans/2021", "chair"),
    ("/en/admin/plans/2021/priorities/1", "secretariat"),
    ("/en/admin/plans/2021", "secretariat"),
    ("/fr/admin/plans/2021/priorities/1?open=change&of=1.1", "secretariat"),
    ("/fr/briefings/{briefing}/present", "chair"),
    ("/en/briefings/{briefing}/links", "chair"),
    ("/en/preview/the-secret", "visitor"),
    ("/en/answer/the-answer-secret", "visitor"),
    ("/en/briefings", "reader"),
    ("/en/briefings", "chair"),
    ("/en/briefings/{briefing}/meeting", "chair"),
    ("/fr/briefings/{briefing}/changes", "chair"),
    ("/en/briefings/{briefing}/news", "chair"),
    ("/en/briefings/{briefing}/priorities", "chair"),
    ("/fr/briefings/{briefing}/next-steps", "chair"),
    ("/en/briefings/{briefing}/slides", "chair"),
    ("/en/briefings/{briefing}/slides/why", "chair"),
    ("/en/briefings/{briefing}", "chair"),
    ("/en/briefings/{briefing}/deck.xlsx", "chair"),
    ("/en/briefings/{both}", "chair"),
    ("/en/briefings/{both}/deck.xlsx", "chair"),
    ("/en/briefings/{frozen}/versions/1", "reader"),
    ("/fr/briefings/{frozen}/versions/1/print", "reader"),
    ("/en/briefings/{frozen}/versions/1/deck.xlsx", "reader"),
]
"""The first of each page is in the default run."""
SELDOM_OPENED = [
    ("/en/sign-in", "visitor"),
    ("/en/sign-in/forgotten", "visitor"),
    ("/en/account/email", "lead"),
    ("/en/account/password", "lead"),
    ("/en/account/two-steps", "lead"),
    ("/en/account/unsaved-text", "lead"),
    ("/en/session", "lead"),
    ("/en/my-updates/submit", "lead"),
    ("/en/workbook", "lead"),
    ("/en/workbook/federal-tracker", "lead"),
    ("/en/admin/commitments/import", "secretariat"),
    ("/en/workbook/reports.xlsx?period=2021-06", "lead"),
    ("/en/plans/2021/activities/1.1/return", "chair"),
    ("/en/plans/2021/quarters/2021-06", "chair"),
    ("/en/readiness/reminders", "chair"),
    ("/en/milestones/1/edit", "chair"),
    ("/en/challenges/1", "reader"),
    ("/en/challenges/1/edit", "chair"),
    ("/en/challenges/themes", "chair"),
    ("/en/admin/people.csv", "secretariat"),
    ("/en/workbook/plan-2021.xlsx", "chair"),
    ("/en/admin/people/3/remove", "secretariat"),
    ("/en/admin/comment-authors", "secretariat"),
    ("/en/admin/jurisdictions.csv", "secretariat"),
    ("/en/admin/plans/2021/priorities/new", "secretariat"),
    ("/en/admin/plans/2021/carry-over.csv", "secretariat"),
    ("/en/briefings/new", "chair"),
    ("/en/briefings/compare", "reader"),
    ("/en/briefings/{briefing}/delete", "chair"),
    ("/en/briefings/{briefing}/print", "chair"),
    ("/en/briefings/{frozen}/versions/1/present", "reader"),
    ("/en/briefings/{frozen}/versions/1/links", "chair"),
    ("/en/briefings/{frozen}/versions/1/slides/cover/decision", "chair"),
]
UNCOUNTED = {
    "account.personal_data": "it looks for one person in every table; an index for each such column would cost each save",
    "account.personal_data_download": "the same",
    "account.due_dates": "the file that a signed-in person gets without the token",
    "account.latest_changes": "the same",
    "account.email_confirm": "a form of the row that its token names",
    "auth.first_account": "the same",
    "auth.set_password": "the same",
    "auth.sign_in_code": "the same",
    "auth.openid_begin": "it leads to the provider",
    "auth.openid_answer": "it signs in the account that the provider names",
    "activities.comment_edit": "a form of the row that its number names",
    "presentation.decision_correct": "the same",
    "workbook.upload_page": "the rows of one file",
    "commitment_imports.upload_page": "the same",
    "workbook.marked_file": "the same",
    "ogp.commitment_page": "one commitment with what is stated of it",
    "ogp.commitment_facts": "the same",
    "ogp.commitment_milestones": "the same",
    "ogp.commitment_indicator_add": "the same",
    "ogp.commitment_indicator": "the same",
    "ogp.commitment_served_by": "the same",
    "ogp.commitment_self_assessment_add": "the same",
    "ogp.commitment_self_assessment": "the same",
    "admin.engagement_page": "one cycle with its phases; tests/web/admin/test_engagement.py counts its statements",
    "admin.engagement_facts": "one cycle with its phases",
    "admin.engagement_phase_add": "the same",
    "admin.engagement_phase": "the same",
    "admin.engagement_publish_preview": "the same",
    "admin.engagement_confirm_withdrawal": "the same",
    "ogp.assessment_commitment": "the same",
    "ogp.assessment_new": "the same",
    "ogp.assessment_page": "one assessment",
    "ogp.offer_new": "one milestone",
    "ogp.offer_page": "one offer",
    "ogp.offer_report_new": "the same",
    "ogp.assessment_list": "what one assessor is invited to",
    "ogp.assessor_list": "each invitation, and the commitments to choose from",
    "news.theme_page": "the challenges of one theme, of all years",
    "news.translation_order": "the texts of one order",
    "news.translation_file": "the same",
    "admin.message_page": "one email",
    "briefings.version_note": "one stored deck",
    "admin.publication_confirm_withdrawal": "what was ever published, a row for each quarter and briefing",
    "admin.plan_undo_page": "a plan that has no reports yet",
    "account.key_connect": "it asks the browser for a key",
    "reporting.receipt": "the reports of one receipt",
    "reporting.answer_receipt": "the same",
    "reporting.answer_stop": "one link",
    "reporting.answer_submit": "it leads to the form",
    "briefings.compare_file": "two stored decks",
    "presentation.shared_version": "one stored deck",
    "presentation.shared_deck": "one stored file",
    "plan.current": "it leads to the plan of the year",
    "public.tracker": "what is published; tests/web/public/test_responses.py counts its statements",
    "public.tracker_priority": "the same",
    "public.tracker_activity": "the same",
    "public.tracker_jurisdictions": "the same",
    "public.tracker_jurisdiction": "the same",
    "public.tracker_milestones": "the same",
    "public.tracker_challenges": "the same",
    "public.tracker_briefings": "the same",
    "public.tracker_briefing": "the same",
    "public.tracker_briefing_file": "the same",
    "public.tracker_publications": "the same",
    "public.commitments": "the same",
    "public.commitment": "the same",
    "public.commitment_assessments": "the same",
    "public.commitments_feed": "the same",
    "public.commitment_feed": "the same",
    "public.engagement": "the same",
    "public.engagement_cycle": "tests/web/public/test_engagement.py counts its statements",
    "public.engagement_phase": "the same",
    "public.data_cycle_copy": "what is published",
    "public.data_heard_copy": "the same",
    "public.comment": "the same",
    "public.engagement_moderation": "the same",
    "admin.engagement_privacy": "the counts and the holds of one cycle",
    "admin.author_page": "one comment",
    "admin.comment_list": "tests/web/admin/test_comments.py counts its statements with 2,000 comments",
    "public.comment_list": "tests/web/public/test_comments.py counts its statements",
    "admin.analysis_list": "tests/web/analysis/test_many_comments.py counts its statements with 2,000 comments",
    "admin.analysis_themes": "the same",
    "admin.analysis_coding": "the same",
    "admin.analysis_entries": "the same",
    "admin.analysis_heard": "the same",
    "admin.analysis_theme": "a form of the row that its number names",
    "admin.analysis_theme_add": "an empty form, with the titles of the other themes",
    "admin.analysis_import": "a person’s last 50 uploads",
    "admin.analysis_upload": "an upload",
    "public.engagement_heard": "what is published",
    "public.engagement_theme": "the same",
    "public.engagement_heard_workbook": "the same",
    "engagement.comment": "what is published, and one phase",
    "engagement.private": "one comment",
    "engagement.private_edit": "the same",
    "engagement.private_withdraw": "the same",
    "engagement.private_information": "the same",
    "engagement.private_appeal": "the same",
    "public.data_commitment_copy": "what is published",
    "public.published_feed": "the same",
    "public.published_calendar": "the same",
    "public.sitemap": "the same",
    "public.robots": "the same",
    "public.data": "the same",
    "public.data_dictionary": "the same",
    "public.data_file": "the same",
    "public.data_quarter_file": "the same",
    "public.data_edition_file": "the same",
    "public.data_interface": "the same",
    "public.data_openapi": "the same",
    "public.data_list": "the same",
    "public.data_item": "the same",
    "site.root": "it leads to the home page",
    "site.moved_message": "it leads to the address to which the page moved",
    "site.moved_outbox": "the same",
    "site.accessibility": "it reads nothing",
    "site.about": "the settings of the site",
    "site.privacy": "the same",
    "site.contact": "the same",
    "site.preparing": "it reads nothing",
    "site.healthz": "the same",
    "site.readyz": "it reads the schema's revision",
    "site.metrics": "there are none without a token; tests/web/site/test_metrics.py counts them",
    "static": "files",
}
"""Addresses whose statements are not counted, and why."""


def test_statements_of_every_page_are_counted(app: App) -> None:
    """A new page needs a row above, or a reason why its cost cannot grow with data that it does not show."""
    routes = app.flask.url_map.bind("localhost")
    paths = [re.sub(r"{\w+}", "1", path.partition("?")[0]) for path, _name in (*PAGES, *SELDOM_OPENED)]
    counted = {routes.match(path)[0] for path in paths}
    pages = {rule.endpoint for rule in app.flask.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert pages - counted == set(UNCOUNTED)
    assert not counted & set(UNCOUNTED)


@each_size
@pytest.mark.parametrize(("path", "name"), [*first_of_each_page(*PAGES), *first_of_each_page(*SELDOM_OPENED, most=0)])
def test_page_takes_a_constant_number_of_statements(
    grown_apps: list[GrownApp], statements: Statements, path: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Rendering and measuring a deck execute no statements, and take long.
    monkeypatch.setattr("cogwg.web.briefings.downloads.draw_file", lambda *_, **_options: FILE)
    monkeypatch.setattr("cogwg.web.briefings.draft.page_counts", lambda *_: {})
    monkeypatch.setattr("cogwg.web.briefings.presentation.player.render_slides", lambda *_: ())
    sent: list[list[str]] = []
    for grown_app in grown_apps:
        browser = grown_app.client_as(name)
        address = path.format(briefing=grown_app.briefing_id, **grown_app.other_ids)
        assert browser.get("/readyz").status == 200
        with statements(grown_app.app.request_engine) as executed:
            assert browser.get(address).status == 200
        sent.append(executed)
    small, large = map(len, sent)
    lines = "\n".join(sent[-1])
    assert small == large, lines
    assert not _repeated_reads(sent[-1])
    place = path.split("/", 2)[2].split("?")[0]
    tight = place in ("plans/2021", "my-updates", "briefings") or (name != "visitor" and place.startswith("briefings/"))
    assert ("frozen_file.content" in lines) is place.endswith("versions/1/deck.xlsx"), "files are read only for a download"
    last = place in ("briefings/{briefing}", "briefings/{both}")
    most = MAX_STATEMENTS_CHECKLIST if last else MAX_STATEMENTS_FREQUENT if tight else MAX_STATEMENTS
    if place == "plans/2021/activities/1.1":
        most = MAX_STATEMENTS_ACTIVITY
    assert large <= most + READS_MORE.get((path, name), int(place == "readiness")), lines


def _repeated_reads(statements: Iterable[str]) -> list[str]:
    """Return what a page reads twice: the same columns of the same tables, whatever the condition, except pages of a list."""
    reads = Counter(re.split(r"\bWHERE\b|\bORDER BY\b", line)[0].strip() for line in statements if "LIMIT" not in line)
    return [read for read, times in reads.items() if times > 1]


BOUND_BY_PLAN = [page for page in PAGES if "/search" not in page[0] and "/g04/changes" not in page[0]]
"""The search shows what it finds in all years, and the changes of a jurisdiction are those of all years."""


@pytest.fixture(scope="module")
def aged_apps(engine_name: str, databases: Databases) -> Iterator[list[GrownApp]]:
    """The same plan, without and with four old years of 64 activities, which no page shows."""
    made = [
        _add_large_plan(App(databases.create(engine_name, "seeded"), day=TODAY), FEW, old_years=years)
        for years in ((), OLD_YEARS)
    ]
    yield made
    for grown_app in made:
        grown_app.app.close()
        databases.drop(grown_app.app.url)


@pytest.mark.parametrize("engine_name", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], scope="module")
@pytest.mark.parametrize(("path", "name"), first_of_each_page(*BOUND_BY_PLAN, *SELDOM_OPENED, most=8))
def test_page_reads_no_more_rows_after_old_years(
    aged_apps: list[GrownApp], path: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page whose cost grows with data it does not show fails here: rows on either engine, and SQLite's work for them."""
    monkeypatch.setattr("cogwg.web.briefings.downloads.draw_file", lambda *_, **_options: FILE)
    monkeypatch.setattr("cogwg.web.briefings.draft.page_counts", lambda *_: {})
    monkeypatch.setattr("cogwg.web.briefings.presentation.player.render_slides", lambda *_: ())
    costs = []
    for grown_app in aged_apps:
        browser = grown_app.client_as(name)
        address = path.format(briefing=grown_app.briefing_id, **grown_app.other_ids)
        assert browser.get("/readyz").status == 200
        with count_database_work(grown_app.app.request_engine) as work:
            assert browser.get(address).status == 200
        costs.append(work)
    young, aged = costs
    assert aged.rows <= young.rows + QUARTERS_EACH_YEAR * len(OLD_YEARS), (
        f"{aged.rows} rows after old years, {young.rows} without"
    )
    limit = MAX_GROWTH * young.steps + STEPS_EACH_YEAR * len(OLD_YEARS)
    assert aged.steps <= limit, f"{aged.steps} steps after old years, {young.steps} without"


ROUNDS = 12
"""Of a long history: as many versions of each due date, of a lead of each priority, and of each overall status."""
PAST_DAYS = ("as_of=2020-02-28", "about=2020-02-28", "as_of=2020-06-30", "about=2020-09-24")


@pytest.fixture(scope="module")
def histories(engine_name: str, databases: Databases) -> Iterator[list[App]]:
    """The demo with two rounds of changes, and with many."""
    apps = [App(databases.create(engine_name, "seeded")) for _ in range(2)]
    for app, rounds in zip(apps, (2, ROUNDS), strict=True):
        with Session(app.engine) as session, write_transaction(session):
            lengthen_history(session, 2020, DECK_NOON + timedelta(days=2), rounds)
    yield apps
    for app in apps:
        app.close()
        databases.drop(app.url)


@pytest.mark.parametrize("engine_name", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], scope="module")
@pytest.mark.parametrize("query", PAST_DAYS)
@pytest.mark.parametrize("path", ["plans/2020", "plans/2020/priorities/3", "plans/2020/activities/3.2", "jurisdictions/on"])
def test_past_day_reads_no_more_rows_after_a_long_history(histories: list[App], path: str, query: str) -> None:
    """A page whose cost grows with the length of the history fails here: rows on either engine, and SQLite's work for them."""
    costs = []
    for app in histories:
        browser = app.client_as("reader")
        assert browser.get("/readyz").status == 200
        with count_database_work(app.request_engine) as work:
            assert browser.get(f"/en/{path}?{query}").status == 200
        costs.append(work)
    short, long = costs
    assert long.rows <= short.rows + 5, f"{long.rows} rows after a long history, {short.rows} after a short one"
    limit = MAX_GROWTH * short.steps
    assert long.steps <= limit, f"{long.steps} steps after a long history, {short.steps} after a short one"


def test_report_row_is_opened_and_saved_in_few_statements(app: App, statements: Statements) -> None:
    """A lead's most frequent requests: a row is read when it is opened, and not after it is saved."""
    ontario = app.client_as("ontario")
    place = "/en/plans/2020/activities/3.3/report?period=2020-09"
    assert place in ontario.get("/en/my-updates").text
    with statements(app.request_engine) as opening:
        row = ontario.get(place, htmx=True)
    with statements(app.request_engine) as saving:
        saved = row.form("3.3/report").fill(status="SP", progress_en="Agreed.", challenge_en="Late.").submit(htmx=True)
    assert (row.status, saved.status) == (200, 200), saved.text
    assert len(opening) <= MAX_STATEMENTS_OPEN_FORM, "\n".join(opening)
    assert len(saving) <= MAX_STATEMENTS_SAVE, "\n".join(saving)


@each_size
def test_large_plan_pages_show_their_rows(grown_apps: list[GrownApp]) -> None:
    """The pages that are counted show their rows."""
    for grown_app in grown_apps:
        browser = grown_app.client_as("lead")
        assert browser.get("/en/my-updates").text.count('<article class="update') >= grown_app.size // 2
        assert browser.get("/en/plans/2021").text.count('<tr role="row"') == grown_app.size + 2


@each_size
def test_page_of_one_report_is_as_large_in_a_large_plan(grown_apps: list[GrownApp]) -> None:
    """Without htmx, the page of one report draws and reads that report, not those of the whole worklist."""
    pages, rows, sizes = [], [], []
    for grown_app in grown_apps:
        browser = grown_app.client_as("lead")
        browser.get("/readyz")
        with count_database_work(grown_app.app.request_engine) as work:
            page = browser.get("/en/plans/2021/activities/1.1/report")
        pages.append(page.text.count('<article class="update'))
        rows.append(work.rows)
        sizes.append(len(page.text))
    assert pages == [1, 1]
    assert sizes[1] < 1.1 * sizes[0]
    assert rows[1] - rows[0] <= grown_apps[1].size, "the activities of the report's priority are read, and no other row"


MAX_ELEMENTS = 1_000
"""What a slow phone lays out at once, for 25 activities: two and a half times the plan page (issue 11)."""


@pytest.mark.parametrize(("engine_name", "size"), [("sqlite", 5)], scope="module")
def test_my_updates_stays_light_with_25_activities(grown_apps: list[GrownApp]) -> None:
    """Forms that nobody opened are not on the page."""
    grown_app = grown_apps[-1]
    with Session(grown_app.app.engine) as session, write_transaction(session):
        g04 = session.scalars(select(Jurisdiction.id).where(Jurisdiction.code == "g04")).one()
        plan = plan_facts(session, TODAY.year)
        led = {a.priority_id for p in plan.priorities for a in p.assignments if a.jurisdiction_id == g04}
        values = {"position": 8, "role": AssignmentRole.LEAD, "since": TODAY, "jurisdiction_id": g04}
        missing = [p.id for p in plan.priorities if p.id not in led]
        session.add_all(Assignment(priority_id=id_, confirmation=Confirmation.CONFIRMED, **values) for id_ in missing)
    page = grown_app.client_as("lead").get("/en/my-updates?period=2021-12")
    rows = page.find_all("article", class_="update")
    elements = len(page.find_all("*"))
    print(len(rows), elements, len(page.text))
    assert len(rows) == 25, len(rows)
    assert elements <= MAX_ELEMENTS, f"{elements} elements, {len(page.text)} characters"
