"""Work on decks that takes seconds runs without the request's slot."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import pytest

from cogwg.briefing import files, link_requests
from cogwg.web.http.database import session
from cogwg.web.http.slots import ENVIRON_KEY
from tests.web.briefings.test_freeze import NOTE, briefing_app  # noqa: F401
from tests.web.conftest import PopulatedApp
from tests.web.finalizing import finalize


class CountingSlot:
    """A slot that counts how often it was released, which must not happen within a transaction."""

    def __init__(self) -> None:
        self.releases = 0

    @contextmanager
    def released(self) -> Iterator[None]:
        assert not session().in_transaction()
        self.releases += 1
        yield


def test_drawing_and_link_checks_give_the_slot_back(
    briefing_app: PopulatedApp,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(link_requests, "check_links", lambda links, **_: {})
    monkeypatch.setattr(files, "AT_ONCE", 0)  # every file of a version is stored at its first download
    slot = CountingSlot()
    browser = briefing_app.app.client_as("chair")
    browser.environ = cast(dict[str, Any], {ENVIRON_KEY: slot})
    address = f"/en/briefings/{briefing_app.briefing_id}"
    page = browser.get(address)
    assert slot.releases == 0
    assert browser.get(f"{address}/deck.xlsx").status == 200
    assert slot.releases == 1
    assert page.form(f"{address}/check-links").submit().status == 303
    assert slot.releases == 2
    frozen = finalize(browser.get(address), NOTE)
    assert frozen.status == 303
    assert slot.releases == 3
    assert browser.get(f"{frozen.redirect_path}/deck.xlsx").status == 200
    assert slot.releases == 4
    assert browser.get(f"{frozen.redirect_path}/deck.xlsx").status == 200
    assert slot.releases == 4, "the stored file is sent without drawing it again"
