"""The plan and the reporting status on paper: one page each, with everything on it."""

from __future__ import annotations

import re

import pytest

from tests.e2e.conftest import OpenBrowser
from tests.e2e.site import Site

PRINTABLE_WIDTH = 965
"""Width of a Letter landscape page between its margins, in CSS pixels."""
CUT_OFF = """() => [...document.querySelectorAll('main *')]
    .filter(e => e.clientWidth > 1 && getComputedStyle(e).overflowX !== 'visible' && e.scrollWidth > e.clientWidth + 1)
    .map(e => e.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize(
    ("name", "place"),
    [("visitor", "plans/2020"), ("chair", "plans/2020"), ("chair", "readiness")],
    ids=["public", "plan", "status"],
)
def test_plan_and_reporting_status_print_on_one_page(
    read_only_site: Site, open_browser: OpenBrowser, lang: str, name: str, place: str
) -> None:
    reader = open_browser(read_only_site, lang)
    if name != "visitor":
        reader.use_session_of(name)
    reader.open(place)
    reader.wait_until_loaded()
    paper = reader.page.pdf(prefer_css_page_size=True, print_background=True)
    assert re.findall(rb"/MediaBox\s*\[\s*0 0 (\d+) (\d+)", paper) == [(b"792", b"612")]
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
    reader.page.emulate_media(media="print")
    reader.page.set_viewport_size({"width": PRINTABLE_WIDTH, "height": 700})
    assert reader.page.evaluate("() => document.documentElement.scrollWidth") == PRINTABLE_WIDTH
    assert reader.page.evaluate(CUT_OFF) == []
