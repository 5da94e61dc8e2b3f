"""``cogwg archive``: a closed year as a bag that checks itself, opens without the product, and has only what is published."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import html5lib
import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cogwg.audit.services import Actor
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.db import build_engine, write_transaction
from cogwg.plan.models import WorkPlan
from cogwg.tracker.archive.pages import Writer
from cogwg.tracker.models import Publication, PublicationKind
from cogwg.tracker.open_data.publisher import Publisher
from cogwg.tracker.published import PublicRecord
from cogwg.tracker.services import publish_briefing, publish_quarter, withdraw_publication
from cogwg.tracker.values import PublishedBriefing, PublishedFile
from tests.cli.test_commands import RunCommand, check_refusal, run
from tests.conftest import MakeDatabase
from tests.tracker import rebuild

__all__ = ["run"]

BY = Actor("person", None)
NOW = datetime(2020, 9, 23, 12, 0, tzinfo=UTC)
DECK = b"a published deck"
TEXT = Bilingual("Deputy ministers", "Sous-ministres")
Archive = Callable[[], Path]


@pytest.fixture
def url(make_database: MakeDatabase) -> str:
    """The demo's database with a closed year, a quarter withdrawn and published again, and a published briefing."""
    url = make_database("sqlite", "published")
    engine = build_engine(url)
    file = PublishedFile("deck.pptx", "pptx", "en", "application/octet-stream", sha256(DECK).hexdigest(), len(DECK))
    briefing = PublishedBriefing(2020, date(2020, 2, 27), 1, date(2020, 2, 20), TEXT, TEXT, TEXT)
    with Session(engine) as session:
        with write_transaction(session):
            session.execute(update(WorkPlan).values(closed_on=date(2020, 9, 1)))
        with write_transaction(session):
            reason = Bilingual("Wrong file.", "Mauvais fichier.")
            withdraw_publication(session, PublicationKind.QUARTER, "2020-06", reason=reason, by=BY, at=NOW)
        with write_transaction(session):
            publish_quarter(session, "2020-06", override_reason="Checked.", shown=None, by=BY, at=NOW)
        with write_transaction(session):
            publish_briefing(session, briefing, [(file, DECK)], by=BY, at=NOW)
    engine.dispose()
    return url


@pytest.fixture
def archive(run: RunCommand, url: str, tmp_path: Path) -> Archive:
    def made() -> Path:
        result = run("archive", "2020", "--out", str(tmp_path / "bag"), "--today", "2020-09-24", COGWG_DATABASE_URL=url)
        assert result.code == 0, result
        assert "verify.py" in result.out
        return tmp_path / "bag"

    return made


def verify(bag: Path) -> tuple[int, str]:
    """Run the bag's own verifier without the product, and return its exit code and output."""
    command = [sys.executable, "-I", str(bag / "verify.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=bag.parent)
    return done.returncode, done.stdout + done.stderr


def test_bag_verifies_itself_and_names_each_planted_fault(archive: Archive, tmp_path: Path) -> None:
    bag = archive()
    code, output = verify(bag)
    assert code == 0, output
    assert re.fullmatch(r"OK: \d+ files, 3 publications, \d+ links\.\n", output)
    assert len((bag / "verify.py").read_text(encoding="utf-8").splitlines()) <= 110

    def planted(name: str, old: bytes, new: bytes) -> str:
        copy = Path(shutil.copytree(bag, tmp_path / f"copy-{name.replace('/', '-')}"))
        content = (copy / name).read_bytes()
        assert old in content
        (copy / name).write_bytes(content.replace(old, new, 1))
        code, output = verify(copy)
        assert code == 1
        return output

    assert "data/en/index.html was changed" in planted("data/en/index.html", b"<h2>", b"<h1>")
    assert "quarter-2020-03-1 is not what was published" in planted(
        "data/open-data/2020-03/1/quarter.json", b"2020-03-31", b"2020-03-30"
    )
    assert "deck.pptx is not what was published" in planted("data/briefings/briefing-2020-02-27-1/deck.pptx", b"deck", b"duck")
    chain = (bag / "data/audit-chain.csv").read_bytes().splitlines()
    assert "the audit chain is broken at position 3" in planted("data/audit-chain.csv", chain[2] + b"\r\n", b"")
    (bag / "data/more.txt").write_text("", encoding="utf-8")
    (bag / "data/index.html").unlink()
    assert {"FAULT: data/index.html is missing", "FAULT: data/more.txt is not in the manifest"} <= {
        *verify(bag)[1].splitlines()
    }


def test_bag_is_a_bag(archive: Archive) -> None:
    bag = archive()
    assert (bag / "bagit.txt").read_text() == "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    info = dict(line.split(": ", 1) for line in (bag / "bag-info.txt").read_text(encoding="utf-8").splitlines())
    payload = [path for path in (bag / "data").rglob("*") if path.is_file()]
    assert info["Payload-Oxum"] == f"{sum(path.stat().st_size for path in payload)}.{len(payload)}"
    assert info["Bagging-Date"] == "2020-09-24"
    assert re.fullmatch(r"\d+/2020-09-23T12:00:00Z/[0-9a-f]{16}", info["Audit-Chain-Head"])


def test_data_of_the_bag_rebuild_what_is_public_with_the_chain(archive: Archive) -> None:
    bag = archive()
    record = rebuild.record(bag / "data" / "open-data")
    assert [(e["content"]["key"], e["edition"]) for e in record["editions"]] == [("2020-03", 1), ("2020-06", 2)]
    assert (bag / "data/briefings/briefing-2020-02-27-1/deck.pptx").read_bytes() == DECK
    position, _, start = record["editions"][1]["witness"].split("/")
    chain = {row["position"]: row["hash"] for row in rebuild.read(bag / "data", "audit-chain")}
    assert chain[position].startswith(start)


def test_pages_open_from_the_folder_in_both_languages(archive: Archive) -> None:
    bag = archive()
    data = (bag / "data").resolve()
    pages = sorted(data.rglob("*.html"))
    names = {
        "en": {page.name for page in pages if page.parent.name == "en"},
        "fr": {page.name for page in pages if page.parent.name == "fr"},
    }
    assert names["en"] == names["fr"] == {"index.html", "quarter-2020-03.html", "quarter-2020-06.html"}
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert "<script" not in text
        assert "&lt;" not in text
        for address in re.findall(r'(?:href|src)="([^"]*)"', text):
            if not re.match(r"https?://|mailto:", address):
                target = (page.parent / address).resolve()
                assert target.is_file(), f"{page.name}: {address}"
                assert target.is_relative_to(data)
    assert '<a href="../open-data/activities.csv">' in (data / "fr/index.html").read_text(encoding="utf-8")
    quarter = (data / "fr/quarter-2020-06.html").read_text(encoding="utf-8")
    assert "Progrès important" in quarter
    assert "rapports fictifs" in quarter


def test_pages_have_a_title_headings_in_order_and_links_with_names(archive: Archive) -> None:
    """What EN 301 549, chapter 10, asks of documents."""
    for path in sorted((archive() / "data").glob("[ef][nr]/*.html")):
        tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(path.read_text(encoding="utf-8"))
        assert tree.get("lang") == path.parent.name
        (title,), (heading,), (_main,) = (list(tree.iter(name)) for name in ("title", "h1", "main"))
        assert "".join(title.itertext()) == "".join(heading.itertext()) != ""
        levels = [int(each.tag[1]) for each in tree.iter() if re.fullmatch("h[1-6]", str(each.tag))]
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels)), (path.name, levels)
        assert all("".join(link.itertext()).strip() for link in tree.iter("a")), path.name
        (twin,) = [link for link in tree.iter("a") if link.get("hreflang")]
        assert twin.get("lang") == twin.get("hreflang") != path.parent.name
        assert {each.tag for each in tree.iter()}.isdisjoint({"img", "svg", "table", "style", "script"})


def test_text_in_the_other_language_has_its_language_in_an_archive() -> None:
    writer = Writer(Language.FR, PublicRecord((), (), (), ""), Publisher("", TEXT, TEXT, "", TEXT, TEXT, ""), date(2020, 9, 24))
    assert writer.text(Bilingual("<Only> English", "")) == '<span lang="en">&lt;Only&gt; English</span> (en anglais)'
    assert writer.text(TEXT) == "Sous-ministres"


def test_bag_has_no_person_and_nothing_that_is_not_published(archive: Archive, url: str) -> None:
    content = b"".join(path.read_bytes() for path in archive().rglob("*") if path.is_file())
    engine = build_engine(url)
    with engine.connect() as connection:
        emails = connection.exec_driver_sql("SELECT email FROM person").scalars().all()
        names = connection.exec_driver_sql("SELECT name FROM person").scalars().all()
    with Session(engine) as session:
        assert session.scalars(select(Publication.override_reason)).all()[-2] == "Checked."
    engine.dispose()
    assert len(names) > 5
    assert not [text for text in (*emails, *names, "Checked.") if text.encode() in content]


def test_archive_refuses_an_open_year_a_year_without_publications_and_a_folder_with_files(
    run: RunCommand, make_database: MakeDatabase, url: str, tmp_path: Path
) -> None:
    out = str(tmp_path / "bag")
    opened = make_database("sqlite", "published")
    check_refusal(run("archive", "2020", "--out", out, COGWG_DATABASE_URL=opened), "2020 is not closed yet", "Close it")
    check_refusal(run("archive", "2031", "--out", out, COGWG_DATABASE_URL=url), "There is no plan 2031.")
    engine = build_engine(opened)
    with Session(engine) as session, write_transaction(session):
        session.execute(update(WorkPlan).values(closed_on=date(2020, 9, 1)))
        for key in ("2020-03", "2020-06"):
            withdraw_publication(session, PublicationKind.QUARTER, key, reason=replace(TEXT), by=BY, at=NOW)
    engine.dispose()
    check_refusal(run("archive", "2020", "--out", out, COGWG_DATABASE_URL=opened), "Nothing from 2020 is published.")
    (tmp_path / "bag").mkdir()
    (tmp_path / "bag" / "mine.txt").touch()
    check_refusal(run("archive", "2020", "--out", out, COGWG_DATABASE_URL=url), "is not empty. Choose a new folder.")
    assert [path.name for path in (tmp_path / "bag").iterdir()] == ["mine.txt"]
