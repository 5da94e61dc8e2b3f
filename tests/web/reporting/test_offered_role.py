"""My updates for a jurisdiction that is offered a role, and after it accepted one that others reported on before."""

from __future__ import annotations

import pytest

from tests.web.plan.test_roles import client_of_nova_scotia, role_path, role_to_confirm
from tests.web.scriptless_user import translate
from tests.web_client import App, Client, Page, text_of

OFFER = "The co-chairs are offering you a role in Priority %(number)s."
BEFORE = "Submitted before you accepted your role"
ALL_SUBMITTED = "All your reports are submitted"


def report_on(browser: Client, code: str) -> None:
    form = browser.report_form(code).fill(status="SP", progress_en="Reported.", challenge_en="None of note.")
    assert form.submit(button_value="submit").status == 303


def group_headings(page: Page) -> list[str]:
    return [text_of(h2).partition(" \N{MIDDLE DOT}")[0] for h2 in page.find("main").iter("h2")]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_my_updates_with_an_offered_role_asks_first_to_accept_or_decline_it(app: App, lang: str) -> None:
    role, nova_scotia = role_to_confirm(app), client_of_nova_scotia(app, lang)
    page = nova_scotia.get(f"/{lang}/my-updates")
    notice = page.find("div", **{"class": "notice notice-warning"})
    assert translate(lang, OFFER, number=4) in text_of(notice)
    assert [a.get("href") for a in notice.iter("a")] == [role_path(role, lang=lang)]
    assert page.main_text.index(text_of(notice)) < page.main_text.index(translate(lang, "What you can do"))
    assert translate(lang, "You do not need to report before you accept a role.") in page.main_text
    for taken in ("Vous participez", "You take part"):
        assert taken not in page.main_text
    neighbour = app.client_as("ontario").get(f"/{lang}/my-updates").main_text
    assert translate(lang, OFFER, number=4) not in neighbour


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_reports_from_before_the_role_was_accepted_are_not_called_the_readers(app: App, lang: str) -> None:
    report_on(app.client_as("ontario"), "4.3")
    report_on(app.client_as("ontario"), "4.4")
    app.clock.advance(days=2)
    ontario, nova_scotia = app.client_as("ontario"), client_of_nova_scotia(app, lang)
    assert nova_scotia.get(role_path(role_to_confirm(app))).form("/accept").submit().status == 303
    page = nova_scotia.get(f"/{lang}/my-updates")
    assert page.h1 == translate(lang, "My updates")
    assert translate(lang, ALL_SUBMITTED) not in page.main_text
    assert any(translate(lang, BEFORE) in heading for heading in group_headings(page))
    for heading in group_headings(ontario.get(f"/{lang}/my-updates?period=2020-09")):
        assert translate(lang, BEFORE) not in heading


def test_report_after_the_role_was_accepted_is_for_the_reader_too(app: App) -> None:
    nova_scotia = client_of_nova_scotia(app)
    report_on(app.client_as("ontario"), "4.3")
    assert nova_scotia.get(role_path(role_to_confirm(app))).form("/accept").submit().status == 303
    app.clock.advance(days=2)
    report_on(app.client_as("ontario"), "4.4")
    page = app.client_as("ns").get("/en/my-updates")
    assert page.h1 == ALL_SUBMITTED
    assert "submitted this report for you too" in page.main_text
