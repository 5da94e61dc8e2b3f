"""Whatever becomes of the record, what is public stays as it was published: no text of the record reaches it."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from sqlalchemy import Engine, String, inspect, text
from sqlalchemy.orm import Session

from cogwg.core.settings import SiteSettings
from cogwg.tracker.archive.services import archive_year
from cogwg.tracker.open_data.datasets import DATASETS
from cogwg.tracker.open_data.files import FORMATS
from cogwg.tracker.open_data.interface import RESOURCES
from cogwg.tracker.open_data.publisher import Publisher
from tests.tracker.records import NOW
from tests.web_client import App

CANARY = "canary"
PUBLISHED = {"publication", "publication_file", "site_settings", "alembic_version", "audit_link", "chain_head"}
"""What is published, the settings of the site, which are public, and the hashes of the audit chain, which the archive has."""
NAMES = [f"{dataset.name}.{extension}" for dataset in DATASETS for extension in FORMATS]
OTHERS = ["csv-metadata.json", "datapackage-en.json", "datapackage-fr.json", "catalogue.jsonld", "everything.zip"]
EDITION_NAMES = [
    name for dataset in DATASETS if dataset.of_editions for name in (f"{dataset.name}.csv", f"{dataset.name}.xlsx")
]
ADDRESSES = [
    *(f"/{lang}/data{rest}" for lang in ("en", "fr") for rest in ("", *(f"/{dataset.name}" for dataset in DATASETS))),
    *(f"/data/{name}" for name in (*NAMES, *OTHERS)),
    *(f"/data/{key}/1/{name}" for key in ("2020-03", "2020-06") for name in (*EDITION_NAMES, "quarter.json", "everything.zip")),
    *(f"/v1/{name}?limit=200" for name in RESOURCES),
    "/v1/",
    "/v1/openapi.json",
    "/data/nothing.csv",
    "/v1/nothing",
    "/v1/activities?status=nothing",
]


def plant_canaries(engine: Engine) -> set[str]:
    """Replace every text of the record, with triggers and foreign keys off; return the columns that took one."""
    planted = set()
    schema = inspect(engine)
    with engine.connect() as connection:
        connection.execute(text("PRAGMA foreign_keys = OFF"))
        triggers = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
        for name in triggers:
            connection.execute(text(f'DROP TRIGGER "{name}"'))
        connection.commit()
        for table in sorted(set(schema.get_table_names()) - PUBLISHED):
            for column in schema.get_columns(table):
                name = column["name"]
                if not isinstance(column["type"], String):
                    continue
                canary = f"'{CANARY}-{table}-{name}-' || rowid || '@example.ca'"
                # Rows whose constraints allow only other values are left out, such as codes.
                changed = connection.execute(text(f'UPDATE OR IGNORE "{table}" SET "{name}" = {canary} WHERE "{name}" != \'\''))
                connection.commit()
                if changed.rowcount:
                    planted.add(f"{table}.{name}")
    return planted


def parts(content: bytes) -> list[bytes]:
    """Return a file and, if it is packed, everything in it, such as hidden sheets and properties."""
    if not content.startswith(b"PK"):
        return [content]
    with ZipFile(BytesIO(content)) as packed:
        return [part for name in packed.namelist() for part in parts(packed.read(name))]


@pytest.fixture
def changed_app(published_app: App) -> tuple[App, dict[str, bytes]]:
    """An app whose record has canaries in every text, with what was public before."""
    visitor = published_app.anonymous_client()
    before = {path: visitor.get(path).response.data for path in ADDRESSES}
    planted = plant_canaries(published_app.engine)
    assert {
        "submission.progress_en",
        "person.name",
        "person.email",
        "activity.text_en",
        "milestone.text_fr",
        "priority.issue_fr",
    } <= planted
    assert len(planted) >= 55
    return published_app, before


def test_no_text_of_the_record_reaches_the_data_and_all_bytes_stay(changed_app: tuple[App, dict[str, bytes]]) -> None:
    app, before = changed_app
    visitor = app.anonymous_client()
    for path, content in before.items():
        now = visitor.get(path).response.data
        assert not [part for part in parts(now) if CANARY.encode() in part], path
        assert now == content, path


def test_no_text_of_the_record_reaches_the_archive(changed_app: tuple[App, dict[str, bytes]], tmp_path: Path) -> None:
    app, _before = changed_app
    publisher = Publisher.from_settings(SiteSettings(), "https://plan.example.ca")
    with Session(app.engine) as session:
        session.execute(text("UPDATE work_plan SET closed_on = '2020-09-01'"))
        files = archive_year(session, 2020, publisher, at=NOW)
    assert len(files) > 60
    assert not [name for name, content in files.items() if CANARY.encode() in content]
