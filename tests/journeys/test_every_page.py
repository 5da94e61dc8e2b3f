"""Every page, as everybody who may see it, in both languages: nothing for axe to find, nothing wider than a telephone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from cogwg.core.scale import Status
from tests.journeys import axe
from tests.journeys.conftest import Arrive
from tests.journeys.site import Site
from tests.journeys.test_report import choose, submit
from tests.journeys.visitor import Visitor

PLAN = ("plans/2020", "plans/2020/priorities/1", "plans/2020/priorities/4", "plans/2020/priorities/5")
VIEWS = ("plans/2020?view=list", "plans/2020?view=list&status=LP&q=zz", "plans/2020?view=timeline", "plans/2020?view=progress")
RECORD = (*PLAN, "plans/2020/activities/3.2", "plans/2020/activities/5.4", "jurisdictions/on", "jurisdictions/qc", "vacancies")
BRIEFINGS = ("briefings", "briefings/{frozen}/versions/1", "briefings/compare")
PAGES = {
    "visitor": ("", "sign-in", "sign-in?next=/en/my-updates", "password/{token}", "accessibility", *PLAN, *VIEWS),
    "ontario": (
        "my-updates",
        "my-updates/submit",
        "my-updates/receipts/{receipt}",
        "plans/2020/activities/4.2/report",
        *RECORD,
        *BRIEFINGS,
        "jurisdictions",
        "account",
        "milestones",
        "milestones/{milestone}/edit",
        "challenges",
        "translations",
    ),
    "quebec": ("my-updates",),
    "chair": (
        "my-updates",
        "my-updates?for=on",
        *BRIEFINGS,
        "briefings/{briefing}",
        "briefings/new",
        *(f"briefings/{{briefing}}/{step}" for step in ("meeting", "news", "priorities", "next-steps", "slides", "slides/why")),
        "plans/2020/priorities/3",
        "plans/2020/activities/5.4",
        "plans/2020/roles/{to_confirm}",
        "plans/2020/quarters/2020-06",
        "plans/2020/quarters/2020-06/close",
        "plans/2020/activities/3.2/return?period=2020-06",
        "readiness",
        "readiness/remind",
        "challenges/{challenge}/standing",
    ),
    "secretariat": ("outbox",),
    "reader": (*RECORD, *BRIEFINGS, "accessibility"),
}
AGAIN = {"reader"}
"""Their pages are those of somebody above with less on them: they are looked at as slow."""
MISSING = {"plans/1999": 404, "plans/2020/priorities/9": 404, "nowhere": 404}
REFUSALS = {
    "visitor": {"password/used": 410, **MISSING},
    "ontario": {"briefings/4711": 404, "briefings/new": 403, **MISSING},
    "quebec": {"plans/2020/activities/4.3/report": 403},
    "reader": {"my-updates": 403},
}


def look(visitor: Visitor, where: str) -> list[str]:
    """What is wrong with the page that is open."""
    page = visitor.page
    found = [f"{where}: {fault}" for fault in axe.faults(page)]
    page.set_viewport_size({"width": 320, "height": 640})
    width = page.evaluate("() => document.documentElement.scrollWidth")
    if width > 320:
        wide = page.evaluate(
            """() => [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > 321)
                 .map(e => e.tagName + '.' + e.className).slice(0, 5).join(' ')"""
        )
        found.append(f"{where}: {width} pixels wide at 320 ({wide})")
    page.set_viewport_size({"width": 1280, "height": 900})
    return found


@pytest.mark.parametrize("name", [pytest.param(name, marks=[pytest.mark.slow] * (name in AGAIN)) for name in PAGES])
def test_every_page(reading: Site, arrive: Arrive, lang: str, name: str) -> None:
    refusals = REFUSALS.get(name, {})
    visitor = arrive(reading, lang).expecting(*refusals.values())
    if name != "visitor":
        visitor.enter(name)
    found = []
    for pattern, wanted in {**dict.fromkeys(PAGES[name], 200), **refusals}.items():
        place = reading.path(pattern)
        answer = visitor.go(place)
        assert answer.status == wanted, place
        visitor.at(place)
        found += look(visitor, place)
    assert found == []


def send(visitor: Visitor, row: Locator, *, in_place: bool) -> None:
    """Submit a row: by htmx, or as a browser does without it. Scripts stay on, for axe is one."""
    if in_place:
        submit(visitor, row)
    else:
        with visitor.page.expect_navigation():
            row.locator("form").evaluate("form => form.submit()")


in_place_or_not = pytest.mark.parametrize("in_place", [True, False], ids=["in-place", "page"])


@in_place_or_not
def test_the_pages_that_answer_a_mistake(reading: Site, arrive: Arrive, lang: str, in_place: bool) -> None:
    visitor = arrive(reading, lang).expecting(422)
    visitor.go("sign-in")
    visitor.page.get_by_role("main").get_by_role("button", name=visitor.says("Sign in"), exact=True).click()
    expect(visitor.page.get_by_role("alert")).to_be_visible()
    found = look(visitor, "sign-in, empty")

    lead = arrive(reading, lang).enter("ontario").expecting(422)
    lead.go("my-updates")
    choose(lead, lead.row("3.3"), Status.COMPLETE)
    send(lead, lead.row("3.3"), in_place=in_place)
    expect(lead.page.get_by_role("alert")).to_be_visible()
    found += look(lead, "my-updates, wrong")
    assert found == []


@in_place_or_not
def test_the_conflict_screen(site: Site, arrive: Arrive, lang: str, in_place: bool) -> None:
    ontario = arrive(site, lang).enter("ontario")
    bc = arrive(site, lang).enter("bc").expecting(409)
    for lead, status in ((ontario, Status.SUBSTANTIAL), (bc, Status.COMPLETE)):
        lead.go("my-updates")
        row = lead.row("4.3")
        choose(lead, row, status)
        row.locator(f'textarea[name$="-progress_{lang}"]').fill(f"{status.words.en} https://www.example.org/{'long-' * 20}")
        lead.open_fold(row, "Add evidence")
        row.locator('input[name$="-evidence_url"]').fill(f"https://www.example.org/{status.value}/{'deep-' * 20}")
    send(ontario, ontario.row("4.3"), in_place=in_place)
    expect(ontario.row("4.3").locator(".saved")).to_be_visible()
    found = look(ontario, "my-updates, saved")
    send(bc, bc.row("4.3"), in_place=in_place)
    expect(bc.page.locator(".conflict")).to_be_visible()
    found += look(bc, "conflict")
    assert found == []


def test_axe_finds_a_planted_fault(reading: Site, arrive: Arrive) -> None:
    visitor = arrive(reading)
    visitor.go("plans/2020")
    visitor.page.evaluate(
        """() => { const main = document.querySelector('main');
             const small = name => Object.assign(document.createElement('button'), {textContent: name})
             const close = [small('a'), small('b')]
             close.forEach(e => Object.assign(e.style, {width: '12px', height: '12px', minHeight: '0', padding: '0'}))
             main.append(document.createElement('img'), document.createElement('input'), ...close) }"""
    )
    assert {fault.split(":")[0] for fault in axe.faults(visitor.page)} == {"image-alt", "label", "target-size"}


def test_the_policy_holds_against_a_real_click(reading: Site, arrive: Arrive) -> None:
    visitor = arrive(reading)
    page = visitor.page
    visitor.go("plans/2020")
    with (
        page.expect_console_message(lambda message: "inline event handler" in message.text),
        page.expect_console_message(lambda message: "elsewhere.example" in message.text),
    ):
        page.evaluate(
            """() => { document.querySelector('main').insertAdjacentHTML('afterbegin',
                 `<button id="bait" onclick="document.title = 'taken'">Press</button>
                  <img src="https://elsewhere.example/pixel.png" alt="">`) }"""
        )
    title = page.title()
    page.click("#bait")
    expect(page).to_have_title(title)
    refusals = [fault for fault in visitor.watch.faults if "Content Security Policy" in fault]
    assert any("inline event handler" in fault for fault in refusals), visitor.watch.faults
    assert any("elsewhere.example" in fault for fault in refusals), visitor.watch.faults
    visitor.watch.faults = [f for f in visitor.watch.faults if f not in refusals and "elsewhere.example" not in f]
    assert visitor.watch.complaints() == []
