"""Keep a small database of the current release as test data, on both engines: ``python -m tests.releases.keep 0.1``.

It is filled through the product's own services and pages, so it holds what this release writes: reports in each
state, news, comments, a receipt, emails in each state, and finalized decks with an amendment.
"""

from __future__ import annotations

import json
import lzma
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction
from cogwg.accounts.passwords import Passwords
from cogwg.audit.services import Actor
from cogwg.briefing.compose import deck_to_freeze, load_briefing_source
from cogwg.briefing.files import draw_files
from cogwg.briefing.outline import Outline, PriorityWording, SlidePlacement, set_priority_wording
from cogwg.briefing.queries import briefing
from cogwg.briefing.services import OutlineChange, create_briefing, freeze, revise_outline
from cogwg.core.bilingual import Bilingual
from cogwg.core.db import build_engine, write_transaction
from cogwg.core.migration import upgrade
from cogwg.mail.delivery import deliver
from cogwg.mail.transport import create_transport
from cogwg.notices.reminders import write_reminders
from cogwg.reporting.news.kinds import MILESTONES
from cogwg.reporting.news.rules import ChallengeDraft, MilestoneDraft
from cogwg.reporting.news.services import add_challenge, add_milestone, withdraw_news
from cogwg.reporting.rules import LabelledLink
from cogwg.seeding import seed, seed_demo_people, seed_demo_reports
from cogwg.seeding.demo import seed_demo_news
from tests.databases import DEMO_DAY, ENGINES, PASSWORD, REAL_NOW, Databases, find_postgres_programs
from tests.february_briefing import COUNCILS, create_february_briefing
from tests.mail.server import MailServer
from tests.releases.facts import facts
from tests.web_client import App

RELEASES_FOLDER = Path(__file__).parents[1] / "data" / "releases"
SITE = "http://127.0.0.1:8000"
FILES = {"sqlite": "sqlite.db.xz", "postgresql": "postgresql.sql.xz"}
_PSQL_CLIENT_LINES = re.compile(r"^\\(un)?restrict .*$", re.MULTILINE)
"""Lines that only some versions of psql understand."""


def main(release: str) -> None:
    """Write both databases and their facts to the folder of this release."""
    contents, facts_by_engine = {}, []
    with TemporaryDirectory() as temporary:
        databases = Databases(Path(temporary))
        try:
            for kind in ENGINES:
                url = databases.create(kind, "empty")
                _fill_database(url)
                engine = build_engine(url)
                with Session(engine) as session:
                    facts_by_engine.append(facts(session))
                engine.dispose()
                contents[FILES[kind]] = lzma.compress(_dump_database(url), preset=9 | lzma.PRESET_EXTREME)
        finally:
            databases.stop()
    assert facts_by_engine[0] == facts_by_engine[1], "the facts are equal on both engines"
    contents["facts.json"] = (json.dumps(facts_by_engine[0], ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
    folder = RELEASES_FOLDER / release
    folder.mkdir(parents=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content)


def restore(databases: Databases, release: str, kind: str) -> str:
    """Return the URL of a fresh copy of a kept database."""
    content = lzma.decompress((RELEASES_FOLDER / release / FILES[kind]).read_bytes())
    url = databases.create(kind, "empty")
    if kind == "sqlite":
        Path(url.removeprefix("sqlite:///")).write_bytes(content)
        return url
    engine = build_engine(url)
    with engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        raw.execute(content.decode())
        raw.commit()
    engine.dispose()
    return url


def expected_facts(release: str) -> dict[str, object]:
    """Return the facts that the release read in its own database."""
    expected: dict[str, object] = json.loads((RELEASES_FOLDER / release / "facts.json").read_text(encoding="utf-8"))
    return expected


def _dump_database(url: str) -> bytes:
    if url.startswith("sqlite"):
        engine = build_engine(url)
        with engine.connect() as connection:
            raw = connection.connection.dbapi_connection
            assert raw is not None
            for statement in ("PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM", "PRAGMA journal_mode = DELETE"):
                raw.execute(statement)
        engine.dispose()
        return Path(url.removeprefix("sqlite:///")).read_bytes()
    programs = find_postgres_programs()
    assert programs is not None
    plain = ("--no-owner", "--no-privileges", "--inserts", "--rows-per-insert=50")
    program = shutil.which("pg_dump", path=str(programs)) or "pg_dump"
    dump = subprocess.run([program, *plain, f"--dbname={url}"], check=True, capture_output=True, text=True).stdout
    return _PSQL_CLIENT_LINES.sub("", dump).encode()


def _fill_database(url: str) -> None:
    app = App(url)
    at = app.calendar.now()
    engine = app.engine
    upgrade(engine)
    with Session(engine) as session, write_transaction(session):
        seed(session, at=at)
        seed_demo_people(session, Passwords(cheap=True).hash(PASSWORD), at=at)
        seed_demo_reports(session, up_to=DEMO_DAY)
        seed_demo_news(session, up_to=DEMO_DAY)
        create_february_briefing(session)
    _add_news(app)
    _send_reminders(app)
    _report_quarter(app)
    _add_september_versions(app)
    app.close()


def _add_news(app: App) -> None:
    """Add milestones and challenges of Ontario, one of them withdrawn, some in one language only."""
    by = Actor("person", app.person_id("ontario"))
    with Session(app.engine) as session, write_transaction(session):
        on = session.scalars(select(Jurisdiction.id).where(Jurisdiction.code == "on")).one()
        at = app.calendar.now() - timedelta(days=2)
        arguments = {"by": by, "at": at, "is_allowed": lambda _ids: True}
        links = (LabelledLink("https://data.ontario.ca", Bilingual("Catalogue", "Catalogue")),)
        add_milestone(
            session, on, MilestoneDraft(Bilingual("A first set is published.", ""), links, happened="2020-08"), **arguments
        )
        withdrawn = add_milestone(session, on, MilestoneDraft(Bilingual("Told too early.", "Annoncé trop tôt.")), **arguments)
        withdraw_news(session, MILESTONES, withdrawn, expected_version=1, **arguments)
        theme = Bilingual("Translation", "Traduction")
        add_challenge(
            session, on, ChallengeDraft(theme, Bilingual("Translators are booked.", "Les traducteurs manquent.")), **arguments
        )


def _send_reminders(app: App) -> None:
    """Write reminders: one is sent, one is refused permanently, the others wait."""
    with Session(app.engine) as session, write_transaction(session):
        write_reminders(session, at=app.calendar.now(), now=REAL_NOW, days=(14, 3, -1), site=SITE)
    calls: list[str] = []

    def refuse(address: str) -> str:
        calls.append(address)
        return {1: "", 2: "550 5.1.1 No such user here"}.get(len(calls), "451 4.3.0 Try again later")

    with MailServer() as server:
        server.rejection_for = refuse
        deliver(app.engine, create_transport(server.settings, print), lambda: REAL_NOW, find_cancelled=lambda _s, _l: {})


def _report_quarter(app: App) -> None:
    """Use the pages for a report, a draft, a returned report, a comment with a cancelled email, and a receipt."""
    ontario, chair = app.client_as("ontario"), app.client_as("chair")

    def report(code: str, press: str, **fields: str) -> None:
        form = ontario.report_form(code)
        assert form.fill(**fields).submit(button_value=press).status in (200, 303)

    report("4.3", "submit", progress_en="One list is drafted.", challenge_en="It is slow.")
    form = chair.get("/en/plans/2020/activities/4.3/return?period=2020-09").form("/return")
    assert form.fill(note="Which list?").submit().status == 303
    report("3.3", "save", progress_en="We chose five measures.", challenge_en="Two jurisdictions have no catalogue.")
    report("3.2", "save", progress_fr="Inachevé.")
    form = ontario.get("/en/my-updates/submit").form("submit")
    response = ontario.post("/en/my-updates/submit", {**form.values, "nothing": "3.4"})
    assert response.status == 303
    comments = "/en/plans/2020/activities/3.3"
    for words in ("Is @bc of the same opinion?", "This one is @bc to be deleted."):
        assert chair.get(comments).form("/comments").fill(text=words).submit().status == 303
    form = chair.get(f"{comments}/comments/2").form("/comments/2")
    assert chair.post(f"{form.action}/delete", form.values).status == 303


def _add_september_versions(app: App) -> None:
    """Freeze the deck of the demo day, and an amendment with few slides, whose files are stored; the other files are
    not, so that the database stays small and ``init`` has something to store. Then add a draft for the next meeting."""
    by, at = Actor("person", app.person_id("chair")), app.calendar.now()
    arguments = {"by": by, "at": at}
    with Session(app.engine) as session, write_transaction(session):
        created = create_briefing(session, year=2020, meeting_on=DEMO_DAY, audience=COUNCILS, **arguments)
        gaps, note = (Bilingual("3 roles are vacant.", "3 rôles sont vacants."),), "The roles are being filled."
        _freeze_briefing(session, created.id, gaps, note, by, at)
        asks = (Bilingual("Name a second lead by November.", "Nommer un second responsable d’ici novembre."),)
        for change, outline_change in (
            (
                lambda outline: set_priority_wording(outline, PriorityWording(2, asks=asks, year=2020)),
                OutlineChange.NOTED_PRIORITY,
            ),
            (_few_slides, OutlineChange.ARRANGED),
        ):
            revise_outline(
                session,
                created.id,
                change,
                outline_change,
                expected_version=briefing(session, created.id).outline_version,
                **arguments,
            )
        _freeze_briefing(session, created.id, gaps, note, by, at + timedelta(hours=1), stored=True)
        create_briefing(session, year=2020, meeting_on=date(2020, 10, 8), audience=COUNCILS, **arguments)


def _freeze_briefing(
    session: Session, id: int, gaps: tuple[Bilingual, ...], note: str, by: Actor, at: datetime, *, stored: bool = False
) -> None:
    draft = briefing(session, id)
    deck = deck_to_freeze(draft, load_briefing_source(session, draft, DEMO_DAY))
    files = draw_files(deck) if stored else ()
    freeze(session, id, deck, gaps, note=note, expected_version=draft.outline_version, by=by, at=at, files=files)


def _few_slides(outline: Outline) -> Outline:
    """Show only the front slides, the plan at a glance and the asks, so that the files of this deck are small."""
    hidden = ["purpose", "why", "group", "changed", "progress", "milestones", "next-steps", "annex", "data"]
    hidden += [f"priority-{n}" for n in range(1, 6)]
    return replace(outline, slides=tuple(SlidePlacement(key, key not in hidden) for key in ("glance", "asks", *hidden)))


if __name__ == "__main__":
    main(sys.argv[1])
