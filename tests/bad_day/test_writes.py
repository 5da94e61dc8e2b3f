"""Writes. Each write of a save in turn fails with each error that a file system may give."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cogwg.core import db
from cogwg.discussion.models import Comment
from tests.bad_day.faults import Tally, fault
from tests.bad_day.people import PAGE, UNAVAILABLE
from tests.conftest import MakeDatabase
from tests.server.test_backup_under_load import comments
from tests.web_client import App

apsw_driver: Any = pytest.importorskip("tests.bad_day.apsw_driver", reason="nox -s badday installs APSW", exc_type=ImportError)
power: Any = pytest.importorskip("tests.bad_day.power", exc_type=ImportError)
MOST_WRITES = 200
"""More than a save has: the last ones fail after it."""


@pytest.fixture
def url(make_database: MakeDatabase) -> str:
    return make_database("sqlite", "seeded")


@pytest.fixture
def layer(url: str) -> Iterator[Any]:
    """The layer in which writes fail; ``disk`` is the folder of the database."""
    registered = power.PowerLayer()
    registered.disk = power.BrokenDisk(Path(url.removeprefix("sqlite:///")).parent)
    yield registered
    registered.unregister()


@pytest.fixture
def app(url: str, layer: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    """The product in this process, on APSW's SQLite."""
    monkeypatch.setattr(db, "sqlite_module", lambda: apsw_driver)
    app = App(url)
    yield app
    app.close()


@pytest.mark.parametrize("kind", ["ReadOnlyError", "IOError", "FullError"])
@fault(
    "A write fails",
    done="The file system answers a write or a sync of a save that it is read-only, broken or full: the first one, then the "
    "second, and so on to the last one, with each error.",
    saw="Each time the page says that nothing was saved, with the text. When the disk works again, it is saved when it is "
    "sent again, without a restart.",
)
def test_failed_write_refuses_the_save_and_leaves_nothing(
    url: str, layer: Any, app: App, tally: Tally, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ontario = app.client_as("ontario")
    acknowledged, failures = set[str](), 0
    for number in range(MOST_WRITES):
        words = f"{kind}, comment {number}"
        form = ontario.get(PAGE).form("/comments").fill(text=words)
        layer.disk.fail_with(getattr(power.apsw, kind), after=number)
        page = form.submit()
        if not layer.disk.mend():
            assert page.status == 303
            acknowledged.add(words)
            break
        failures += 1
        if page.status == 303:  # a write after the commit failed, which merges the files
            acknowledged.add(words)
            continue
        assert (page.status, page.h1) == (503, UNAVAILABLE)
        assert "Nothing was saved." in page.main_text
        assert words in page.text
        assert {row.text for row in app.rows(Comment)} == acknowledged
        assert form.submit().status == 303
        acknowledged.add(words)
    assert failures > 5
    tally.detail = f"{kind}: {failures} writes"
    app.close()
    monkeypatch.undo()
    tally.count(acknowledged, comments(url))
    assert acknowledged == comments(url)
