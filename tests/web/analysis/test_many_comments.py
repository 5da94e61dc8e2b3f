"""With 2,000 comments that were moderated and analysed: constant statements, a report within 3 seconds, equal data."""

from __future__ import annotations

import csv
from collections import Counter
from io import BytesIO, StringIO
from time import perf_counter

from openpyxl import load_workbook
from sqlalchemy import event
from sqlalchemy.orm import Session

from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.db import write_transaction
from cogwg.engagement.models import CommentTheme, EngagementCycle, EngagementPhase, PublicComment
from cogwg.engagement.scales import Channel, CommentLanguage, CommentState, Disposition, RefusalReason, Subject
from cogwg.engagement.themes import ThemeFacts, add_theme
from cogwg.tracker.publishing_comments import copy_comments
from cogwg.tracker.publishing_engagement import publish_cycle
from cogwg.tracker.publishing_heard import finalize_heard, publish_heard
from tests.engagement.analysed import AT, EMAIL, GIVEN, NAME, cycle_of
from tests.web.analysis.conftest import CYCLE
from tests.web_client import App, Client

COUNT, THEMES = 2000, 8
LIMIT_SECONDS = 3
REPORT = f"/en/engagement/{CYCLE}/what-we-heard"
STATES = (*[CommentState.PUBLISHED] * 17, CommentState.DUPLICATE, CommentState.REFUSED, CommentState.WAITING)


def add_many(session: Session, count: int) -> None:
    """Add comments in all states, channels and languages; those that are published are in one or two themes."""
    cycle = cycle_of(session, CYCLE)
    ids = [
        add_theme(
            session,
            cycle,
            ThemeFacts(Bilingual(f"Topic {n}", f"Sujet {n}"), disposition=list(Disposition)[n % 3]),
            **GIVEN,
        )
        for n in range(THEMES)
    ]
    session.expire_all()
    rows = [_comment(cycle, cycle.phases[n % 2], n) for n in range(count)]
    session.add_all(rows)
    session.flush()
    published = [row for row in rows if row.state is CommentState.PUBLISHED]
    for n, row in enumerate(published):
        for theme in {ids[n % THEMES], ids[(n * 3) % THEMES]}:
            session.add(CommentTheme(comment_id=row.id, theme_id=theme, coded_at=AT))
    for row in rows:
        if row.state is CommentState.DUPLICATE:
            row.duplicate_of_id = published[0].id
    session.flush()
    copy_comments(session, [row.id for row in rows])


def _comment(cycle: EngagementCycle, phase: EngagementPhase, n: int) -> PublicComment:
    state = STATES[n % len(STATES)]
    return PublicComment(
        phase_id=phase.id,
        about=Subject.PHASE,
        channel=list(Channel)[n % 5],
        event="Halifax" if n % 5 == 1 else "",
        lang=list(CommentLanguage)[n % 3],
        page_lang=Language.EN,
        text=f"Generated comment {n}, with “quotes”, commas, and a second\nline. " + "More words. " * (n % 20),
        name=NAME,
        email=EMAIL,
        received_at=AT,
        state=state,
        reason=list(RefusalReason)[n % 5] if state is CommentState.REFUSED else None,
        decided_at=AT,
    )


def publish(app: App) -> None:
    with Session(app.engine) as session, write_transaction(session):
        publish_cycle(session, CYCLE, shown=None, override_reason="Later.", **GIVEN)
        cycle = cycle_of(session, CYCLE)
        publish_heard(session, cycle, finalize_heard(session, cycle, shown=None, **GIVEN), **GIVEN)


def count_statements(app: App, client: Client, path: str) -> int:
    """Return how many SQL statements a page takes that was opened once before."""
    statements: list[str] = []
    client.get(path)

    def note(*given: object) -> None:
        statements.append(str(given[2]))

    event.listen(app.request_engine, "before_cursor_execute", note)
    try:
        assert client.get(path).status == 200
    finally:
        event.remove(app.request_engine, "before_cursor_execute", note)
    return len(statements)


PARTS = ("themes", "coding", "coding?theme=none", "entries", "heard")
PAGES = ["/en/admin/analysis", *(f"/en/admin/engagement/{CYCLE}/{part}" for part in PARTS)]


def test_pages_of_analysts_take_as_many_statements_for_2000_comments_as_for_7(analysed: App) -> None:
    analyst = analysed.client_as("reader")
    few = {path: count_statements(analysed, analyst, path) for path in PAGES}
    with Session(analysed.engine) as session, write_transaction(session):
        add_many(session, COUNT)
    assert {path: count_statements(analysed, analyst, path) for path in PAGES} == few


def test_the_report_of_2000_comments_comes_within_3_seconds_and_its_data_reads_back_equal(analysed: App) -> None:
    with Session(analysed.engine) as session, write_transaction(session):
        add_many(session, COUNT)
    publish(analysed)
    reader = analysed.anonymous_client()

    began = perf_counter()
    report = reader.get(REPORT)
    took = perf_counter() - began

    assert report.status == 200
    assert took < LIMIT_SECONDS, took
    read = list(csv.DictReader(StringIO(reader.get("/data/comments.csv").response.data.decode("utf-8-sig"), newline="")))
    stored = [each for each in analysed.rows(PublicComment) if each.state is CommentState.PUBLISHED]
    assert {row["id"]: row["comment"] for row in read} == {str(each.id): each.text for each in stored}
    assert {row["id"]: (row["channel"], row["language"]) for row in read} == {
        str(each.id): (each.channel.value, each.lang.value) for each in stored
    }
    coded = Counter(each.comment_id for each in analysed.rows(CommentTheme))
    assert {row["id"]: len(row["themes"].split()) for row in read} == {str(each.id): coded[each.id] for each in stored}
    book = load_workbook(BytesIO(reader.get(f"{REPORT}.xlsx").response.data), read_only=True)
    texts = [row[9] for row in book["Comments"].iter_rows(min_row=2, values_only=True)]
    assert texts == [row["comment"] for row in read]
    for path in (REPORT, f"{REPORT}/1", "/data/comments.json", f"/v1/comments?cycle={CYCLE}", "/data/comments.csv"):
        text = reader.get(path).text
        assert NAME not in text
        assert EMAIL not in text
