"""Every page, for each persona who may see it, in both languages: no axe violations, and no wider than a phone.

The contrast of texts, which takes axe longer than all else, is checked in one language in the light scheme and in the other in
the dark one: the languages share their colours. The slow run checks both schemes in both.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from cogwg.core.status import Status
from tests.e2e import axe
from tests.e2e.browser_user import BrowserUser
from tests.e2e.conftest import OpenBrowser
from tests.e2e.site import Site
from tests.e2e.test_report import choose_status, submit_update
from tests.sessions import ESSENTIAL

PLAN_PAGES = ("plans/2020", "plans/2020/priorities/1", "plans/2020/priorities/4", "plans/2020/priorities/5")
PLAN_VIEWS = (
    "plans/2020?view=list",
    "plans/2020?view=list&status=LP&q=zz",
    "plans/2020?view=timeline",
    "plans/2020?view=progress",
)
RECORD_PAGES = (
    *PLAN_PAGES,
    "plans/2020/activities/3.2",
    "plans/2020/activities/5.4",
    "plans/2020/activities/2.5",
    "jurisdictions/on",
    "jurisdictions/qc",
    "vacancies",
)
BRIEFING_PAGES = ("briefings", "briefings/{frozen}/versions/1", "briefings/compare")
PAGES_BY_PERSONA = {
    "visitor": (
        "",
        "help",
        "sign-in",
        "sign-in?next=/en/my-updates",
        "sign-in/forgotten",
        "password/{token}",
        "accessibility",
        "answer/{answer}",
        "answer/{answer}/stop",
        *PLAN_PAGES,
        *PLAN_VIEWS,
    ),
    "ontario": (
        "my-updates",
        "my-updates/submit",
        "my-updates/receipts",
        "workbook",
        "workbook/federal-tracker",
        "my-updates/receipts/{receipt}",
        "plans/2020/my-roles",
        "plans/2020/activities/4.2/report",
        *RECORD_PAGES,
        *BRIEFING_PAGES,
        "jurisdictions",
        "help",
        "account",
        "account/unsaved-text",
        "account/email",
        "account/two-steps",
        "account/data",
        "milestones",
        "milestones/{milestone}/edit",
        "challenges",
        "translations",
    ),
    "quebec": ("my-updates",),
    "chair": (
        "my-updates",
        "my-updates?for=on",
        "workbook",
        *BRIEFING_PAGES,
        "briefings/{briefing}",
        "briefings/new",
        "briefings/{frozen}/versions/1/slides/glance/decision",
        "briefings/{frozen}/versions/1/decisions/1",
        *(f"briefings/{{briefing}}/{step}" for step in ("meeting", "news", "priorities", "next-steps", "slides", "slides/why")),
        "plans/2020/priorities/3",
        "admin/plans/2020/priorities/3",
        "plans/2020/activities/5.4",
        "plans/2020/roles/{to_confirm}",
        "plans/2020/quarters/2020-06",
        "plans/2020/quarters/2020-06/close",
        "plans/2020/activities/3.2/return?period=2020-06",
        "readiness",
        "readiness/remind",
        "challenges/{challenge}/standing",
    ),
    "secretariat": (
        "admin",
        "admin/commitments/import",
        "admin/outbox",
        "admin/sessions",
        "admin/audit",
        "admin/audit?person=system&kind=plan",
        "admin/settings",
        "admin/settings/two-steps",
        "admin/publications",
        "admin/publications/quarters/2020-06",
        "admin/publications/commitments",
        "admin/people",
        "admin/people?q=nowhere",
        "admin/people/{nwt_lead}",
        "admin/people/{nwt_lead}/deactivate",
        "admin/jurisdictions",
        "admin/jurisdictions/nt",
        "admin/comment-authors",
        "admin/commitments",
        "admin/commitments/new",
        "admin/commitments/plans",
        "admin/commitments/CA0060",
        *(f"admin/commitments/CA0060/{part}" for part in ("facts", "milestones", "indicators/19-1", "indicators/new")),
        *(f"admin/commitments/CA0060/{part}" for part in ("served-by", "self-assessment/new")),
        "admin/engagement",
        "admin/engagement/new",
        "admin/plans",
        *(f"admin/plans/2020/{page}" for page in ("close", "carry-over", "adopt")),
        *(f"admin/plans/2019/{page}" for page in ("adopt", "undo")),
        "admin/plans/2020",
        "admin/plans/2020?open=retire&of=3",
        "admin/plans/2020/priorities/new",
        "admin/plans/2020/priorities/3?open=change&of=3.3",
        "admin/plans/2020/priorities/2?open=restore&of=2.5",
        "admin/plans/2020/priorities/3?open=new-role",
        "admin/plans/2022",
        "admin/plans/2022/priorities/1",
    ),
    "reader": (*RECORD_PAGES, *BRIEFING_PAGES, "accessibility"),
}
SLOW_PERSONAS = {"reader"}
"""Personas whose pages are another persona's with less on them; they are checked in the slow run."""
SCHEMES = ("light", "dark")
WALKS = [
    pytest.param(name, every, id=f"{name} {'in both schemes' if every else 'in one scheme'}", marks=[pytest.mark.slow] * every)
    for name in PAGES_BY_PERSONA
    for every in ((True,) if name in SLOW_PERSONAS else (False, True))
]
"""A persona, and whether each page is checked in both schemes."""
NOT_FOUND = {"plans/1999": 404, "plans/2020/priorities/9": 404, "nowhere": 404}
REFUSED_PAGES = {
    "visitor": {"password/used": 410, "answer/unknown": 404, **NOT_FOUND},
    "ontario": {"briefings/4711": 404, "briefings/new": 403, **NOT_FOUND},
    "quebec": {"plans/2020/activities/4.3/report": 403},
    "reader": {"my-updates": 403},
}


def check_page(visitor: BrowserUser, label: str, schemes: tuple[str, ...] = SCHEMES) -> list[str]:
    """Return axe violations of the current page, with the contrast in these schemes, and overflow at 320 pixels."""
    page = visitor.page
    faults = axe.find_violations(page, contrast="light" in schemes)
    if "dark" in schemes:
        faults += axe.find_violations_in_dark(page)
    problems = [f"{label}: {fault}" for fault in faults]
    page.set_viewport_size({"width": 320, "height": 640})
    width = page.evaluate("() => document.documentElement.scrollWidth")
    if width > 320:
        wide = page.evaluate(
            """() => [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > 321)
                 .map(e => e.tagName + '.' + e.className).slice(0, 5).join(' ')"""
        )
        problems.append(f"{label}: {width} pixels wide at 320 ({wide})")
    page.set_viewport_size({"width": 1280, "height": 900})
    return problems


@ESSENTIAL
@pytest.mark.parametrize(("name", "in_both_schemes"), WALKS)
def test_pages_pass_axe_and_fit_a_phone(
    read_only_site: Site, open_browser: OpenBrowser, lang: str, name: str, in_both_schemes: bool
) -> None:
    refusals = REFUSED_PAGES.get(name, {})
    visitor = open_browser(read_only_site, lang).expect_statuses(*refusals.values())
    if name != "visitor":
        visitor.use_session_of(name)
    problems = []
    for n, (pattern, wanted) in enumerate({**dict.fromkeys(PAGES_BY_PERSONA[name], 200), **refusals}.items()):
        place = read_only_site.path(pattern)
        answer = visitor.open(place)
        assert answer.status == wanted, place
        visitor.expect_path(place)
        problems += check_page(visitor, place, SCHEMES if in_both_schemes else (SCHEMES[(n + (lang == "fr")) % 2],))
    assert problems == []


def submit_row(visitor: BrowserUser, row: Locator, *, in_place: bool) -> None:
    """Submit a row by htmx, or as a plain form. Scripts stay on, because axe is one."""
    if in_place:
        submit_update(visitor, row)
    else:
        with visitor.page.expect_navigation():
            row.locator("form").evaluate("form => form.submit()")


in_place_or_not = pytest.mark.parametrize("in_place", [True, False], ids=["in-place", "page"])


@in_place_or_not
def test_pages_after_an_invalid_form_pass_checks(
    read_only_site: Site, open_browser: OpenBrowser, lang: str, in_place: bool
) -> None:
    visitor = open_browser(read_only_site, lang).expect_statuses(422)
    visitor.open("sign-in")
    visitor.page.get_by_role("main").get_by_role("button", name=visitor.translate("Sign in"), exact=True).click()
    expect(visitor.page.get_by_role("alert")).to_be_visible()
    problems = check_page(visitor, "sign-in, empty")

    lead = open_browser(read_only_site, lang).use_session_of("ontario").expect_statuses(422)
    lead.open("my-updates")
    choose_status(lead, lead.open_update("3.3"), Status.COMPLETE)
    submit_row(lead, lead.update_row("3.3"), in_place=in_place)
    expect(lead.page.get_by_role("alert")).to_be_visible()
    problems += check_page(lead, "my-updates, wrong")
    assert problems == []


@in_place_or_not
def test_conflict_page_passes_checks(site: Site, open_browser: OpenBrowser, lang: str, in_place: bool) -> None:
    ontario = open_browser(site, lang).use_session_of("ontario")
    bc = open_browser(site, lang).use_session_of("bc").expect_statuses(409)
    for lead, status in ((ontario, Status.SUBSTANTIAL), (bc, Status.COMPLETE)):
        lead.open("my-updates")
        row = lead.open_update("4.3")
        choose_status(lead, row, status)
        row.locator(f'textarea[name$="-progress_{lang}"]').fill(f"{status.label.en} https://www.example.org/{'long-' * 20}")
        lead.open_details(row, "Add evidence")
        row.locator('input[name$="-evidence_url"]').fill(f"https://www.example.org/{status.value}/{'deep-' * 20}")
    submit_row(ontario, ontario.update_row("4.3"), in_place=in_place)
    expect(ontario.update_row("4.3").locator(".update-saved")).to_be_visible()
    problems = check_page(ontario, "my-updates, saved")
    submit_row(bc, bc.update_row("4.3"), in_place=in_place)
    expect(bc.page.locator(".conflict")).to_be_visible()
    problems += check_page(bc, "conflict")
    assert problems == []


def test_axe_catches_planted_faults(read_only_site: Site, open_browser: OpenBrowser) -> None:
    visitor = open_browser(read_only_site)
    visitor.open("plans/2020")
    visitor.page.evaluate(
        """() => { const main = document.querySelector('main');
             const small = name => Object.assign(document.createElement('button'), {textContent: name})
             const close = [small('a'), small('b')]
             close.forEach(e => Object.assign(e.style, {width: '12px', height: '12px', minHeight: '0', padding: '0'}))
             main.append(document.createElement('img'), document.createElement('input'), ...close) }"""
    )
    assert {fault.split(":")[0] for fault in axe.find_violations(visitor.page)} == {"image-alt", "label", "target-size"}


def test_content_security_policy_blocks_inline_handler_and_external_image(
    read_only_site: Site, open_browser: OpenBrowser
) -> None:
    visitor = open_browser(read_only_site)
    page = visitor.page
    visitor.open("plans/2020")
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
    refusals = [fault for fault in visitor.log.page_errors if "Content Security Policy" in fault]
    assert any("inline event handler" in fault for fault in refusals), visitor.log.page_errors
    assert any("elsewhere.example" in fault for fault in refusals), visitor.log.page_errors
    visitor.log.page_errors = [f for f in visitor.log.page_errors if f not in refusals and "elsewhere.example" not in f]
    assert visitor.log.problems() == []
