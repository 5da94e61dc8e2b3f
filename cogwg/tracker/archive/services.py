"""Assemble a year as a bag from what is public. Nothing in the database is changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.audit.models import AuditLink
from cogwg.audit.queries import newest_witness
from cogwg.core.calendar import local_day
from cogwg.core.errors import N_, Invalid, Message
from cogwg.core.paths import resource_folder
from cogwg.core.progress import note_progress
from cogwg.plan.queries import plan_facts
from cogwg.tracker.archive import verify
from cogwg.tracker.archive.bag import bag
from cogwg.tracker.archive.pages import STYLE, pages
from cogwg.tracker.models import PublicationKind
from cogwg.tracker.open_data.bundle import Bundle, published_copies
from cogwg.tracker.open_data.datasets.publications import publication_id
from cogwg.tracker.open_data.fields import Scope
from cogwg.tracker.open_data.publisher import Publisher
from cogwg.tracker.published import PublicRecord, published_file, whole_record

_README = """A year of the work plan, as it was published.
Une année du plan de travail, telle qu'elle a été publiée.

data/index.html      pages in both languages / pages dans les deux langues
data/open-data/      CSV with its dictionary (csv-metadata.json), JSON, and each version of a quarter
data/briefings/      published briefings / présentations publiées
data/audit-chain.csv positions and hashes of the audit log / positions et empreintes du journal d'audit
verify.py            python3 verify.py checks it all / vérifie le tout
"""


def archive_year(session: Session, year: int, publisher: Publisher, *, at: datetime) -> dict[str, bytes]:
    """Return the files of a closed year's bag by path.

    Raises ``NotFound`` if there is no plan of this year, and ``Invalid`` if it is not closed or has nothing public.
    """
    if not plan_facts(session, year).is_closed:
        raise Invalid(
            ("year", Message(N_("The plan of %(year)s is not closed yet. Close it before you archive it."), {"year": year}))
        )
    note_progress("Reading what was published")
    record = _of_year(whole_record(session, at), year)
    if not record.editions and not record.briefings:
        raise Invalid(
            (
                "year",
                Message(N_("Nothing from %(year)s is published. Publish its quarters before you archive it."), {"year": year}),
            )
        )
    bundle, day = Bundle(record, publisher), local_day(at)
    payload = {
        **pages(year, record, publisher, day),
        **{f"open-data/{name}": content for name, content in _open_data(bundle)},
        **{f"briefings/{name}": content for name, content in _briefings(session, record, at)},
        **_styles(),
        "audit-chain.csv": _chain(session),
    }
    tags = {"README.txt": _README.encode(), "verify.py": Path(verify.__file__).read_bytes()}
    about = [
        ("Source-Organization", publisher.owner.en),
        ("External-Identifier", f"{publisher.site}/#{year}"),
        ("External-Description", f"What was published of the work plan of {year}, in English and French"),
        ("Audit-Chain-Head", newest_witness(session)),
    ]
    return bag(payload, tags, [(label, text) for label, text in about if text], day)


def _of_year(record: PublicRecord, year: int) -> PublicRecord:
    """Return what is public about one plan, and about the commitments of all action plans and all engagement cycles."""
    of_all_years = (PublicationKind.COMMITMENT, PublicationKind.CYCLE, PublicationKind.HEARD)
    return replace(
        record,
        editions=tuple(each for each in record.editions if each.content.year == year),
        briefings=tuple(each for each in record.briefings if each.content.year == year),
        withdrawals=tuple(each for each in record.withdrawals if each.year == year or each.kind in of_all_years),
    )


def _open_data(bundle: Bundle) -> Iterator[tuple[str, bytes]]:
    note_progress("Writing the open data")
    for name in bundle.text_files(bundle.newest):
        yield name, bundle.file(name)
    editions = bundle.record.editions
    for done, edition in enumerate(editions):
        note_progress("Writing the open data of quarters", done, len(editions))
        key, number = edition.content.key, edition.edition
        for name in bundle.text_files(Scope.of_edition(edition)):
            yield f"{key}/{number}/{name}", bundle.file(name, key, number)
    yield from published_copies(bundle.record).items()


def _briefings(session: Session, record: PublicRecord, at: datetime) -> Iterator[tuple[str, bytes]]:
    for briefing in record.briefings:
        for file in briefing.content.files:
            yield f"{publication_id(briefing)}/{file.name}", published_file(session, briefing.id, file.name, at)


def _styles() -> dict[str, bytes]:
    """Return the site's style sheet and fonts by path, unchanged."""
    static = resource_folder("static")
    fonts = sorted((static / "fonts").iterdir())
    return {STYLE: (static / STYLE).read_bytes(), **{f"fonts/{font.name}": font.read_bytes() for font in fonts}}


def _chain(session: Session) -> bytes:
    """Return the audit chain as CSV, without the events, because they name people."""
    rows = session.execute(select(AuditLink.id, AuditLink.previous, AuditLink.hash).order_by(AuditLink.id))
    return "".join(
        ["position,previous,hash\r\n", *(f"{position},{previous},{own}\r\n" for position, previous, own in rows)]
    ).encode()
