"""Reports of a quarter that can no longer be changed, because a later quarter has a report on the same activity."""

from __future__ import annotations

import pytest

from tests.web.scriptless_user import ScriptlessUser, classed
from tests.web_client import App, Client, text_of

LOCKED = "Quarter %(later)s has a report on this activity, so the report for Quarter %(quarter)s can no longer be changed."


def submit_quarter(browser: Client, code: str, query: str = "") -> None:
    """Submit a report on an activity, for Quarter 3 unless the query names another."""
    form = browser.report_form(code, query=query).fill(status="SP", progress_en="Reported.", challenge_en="None of note.")
    assert form.submit(button_value="submit").status == 303


def codes_on(user: ScriptlessUser) -> list[str]:
    """Return the codes of the activities that the page has rows for."""
    return [text_of(classed(row, "span", "activity-number")[0]) for row in user.page.find_all("article", class_="update")]


def links_to(user: ScriptlessUser, quarter: str) -> list[str]:
    return [text_of(a) for a in user.page.find_all("a") if (a.get("href") or "").endswith(f"my-updates?period={quarter}")]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_report_with_a_later_one_has_a_link_to_it_instead_of_an_edit_link(app: App, lang: str) -> None:
    user = ScriptlessUser(app, "ontario", lang)
    user.open("my-updates?period=2020-06")
    assert user.translate("Edit") in text_of(user.row("3.2"))
    submit_quarter(user.browser, "3.2")
    user.open("my-updates?period=2020-06")
    row = user.row("3.2")
    assert user.translate(LOCKED, later=3, quarter=2) in text_of(row)
    assert not [a for a in row.iter("a") if "data-open-row" in a.attrib]
    user.follow("Go to the report for Quarter %(quarter)s of %(year)s", within=row, quarter=3, year=2020)
    user.expect_path("my-updates?period=2020-09")
    assert user.page.find_by_id(user.page.path.partition("#")[2]).get("class") == "update"


@pytest.mark.parametrize("htmx", [False, True])
def test_form_of_a_report_with_a_later_one_is_not_opened(app: App, htmx: bool) -> None:
    browser = app.client_as("ontario")
    submit_quarter(browser, "3.2")
    page = browser.get("/en/plans/2020/activities/3.2/report?period=2020-06", htmx=htmx)
    assert page.status == 200
    assert page.find_all("textarea") == []
    assert LOCKED % {"later": 3, "quarter": 2} in text_of(page.tree)
    assert "You can still report" not in page.text


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_form_opened_before_the_later_report_is_refused_with_a_link_to_it(app: App, lang: str, htmx: bool) -> None:
    user = ScriptlessUser(app, "ontario", lang)
    form = user.browser.report_form("3.2", lang, "?period=2020-06").fill(**{f"progress_{lang}": "Too late."})
    submit_quarter(user.browser, "3.2")
    user.page = form.submit(button_value="submit", htmx=htmx)
    assert user.page.status == 422
    assert user.page.form("/activities/3.2/report").value(f"progress_{lang}") == "Too late."
    user.follow("Go to the report for Quarter %(quarter)s of %(year)s", quarter=3, year=2020)
    user.expect_path("my-updates?period=2020-09")


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_late_quarter_is_offered_as_long_as_a_report_of_it_can_be_corrected(app: App, lang: str) -> None:
    user = ScriptlessUser(app, "ontario", lang)
    user.open("my-updates")
    assert links_to(user, "2020-06") == [
        {
            "en": "You can still correct 6 reports for Quarter 2.",
            "fr": "Vous pouvez encore corriger 6\u00a0rapports du trimestre\u00a02.",
        }[lang]
    ]
    until = user.translate("A report can be corrected until the next report on its activity is submitted.")
    assert until in user.page.main_text, "why the number falls"
    user.open("my-updates?period=2020-06")
    codes = codes_on(user)
    change = {"en": "You can change %s of your reports until", "fr": "Vous pouvez modifier %s de vos rapports jusqu"}[lang]
    for count, code in reversed(list(enumerate(codes))):
        submit_quarter(user.browser, code)
        user.open("my-updates?period=2020-06")
        assert (change % count in user.page.main_text) is (count > 0), count
        assert len([a for a in user.page.find_all("a") if "data-open-row" in a.attrib]) == count
    user.open("my-updates")
    assert links_to(user, "2020-06") == []
    assert until not in user.page.main_text
    user.open("my-updates?period=2020-06")
    assert codes_on(user) == codes
    assert [a for a in user.page.find_all("a") if "data-open-row" in a.attrib] == []


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_report_that_can_no_longer_be_submitted_is_not_asked_for(app: App, lang: str) -> None:
    user = ScriptlessUser(app, "saskatchewan", lang)
    user.open("my-updates?period=2020-06")
    change = "You can change your reports until a co-chair closes the quarter. The earlier text stays in the history."
    assert user.translate(change) not in user.page.main_text
    assert {"en": "Quarter 3 opens", "fr": "Le trimestre 3 ouvre"}[lang] not in user.page.main_text
    row = user.row("5.4")
    assert user.translate("their leads receive an email when you submit") not in text_of(row)
    assert user.translate("No report was submitted for this quarter.") in text_of(row)
    assert "data-stage" not in row.attrib
    assert list(row.iter("form")) == []
    user.open("my-updates/submit?period=2020-06")
    assert user.page.status == 200
    assert "5.4" not in user.page.main_text


def test_draft_that_can_no_longer_be_submitted_stays_readable(app: App) -> None:
    user = ScriptlessUser(app, "ontario", "en")
    user.browser.report_form("4.3").fill(status="SP", progress_en="A draft of September.").submit(button_value="save")
    app.clock.advance(days=8)
    user = ScriptlessUser(app, "ontario", "en")
    submit_quarter(user.browser, "4.3", "?period=2020-12")
    user.open("my-updates?period=2020-09")
    row = user.row("4.3")
    assert "A draft of September." in text_of(row)
    assert LOCKED % {"later": 4, "quarter": 3} in text_of(row)
    assert "Before you submit" not in text_of(row)
    user.open("my-updates/submit?period=2020-09")
    assert "A draft of September." not in user.page.main_text


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_quarter_page_says_when_no_more_reports_are_expected(app: App, lang: str) -> None:
    ended = {
        "en": "No more reports are expected.",
        "fr": "Aucun autre rapport n’est attendu.",
    }[lang]
    accepted = {"en": "Late reports are accepted until", "fr": "Les rapports en retard sont acceptés jusqu"}[lang]
    browser, path = app.client_as("chair"), f"/{lang}/plans/2020/quarters/2020-06"
    assert ended in browser.get(f"/{lang}/").main_text
    late = browser.get(path).main_text
    assert (ended in late, accepted in late) == (True, False)
    assert {"en": "no one can submit reports", "fr": "soumettre de rapport"}[lang] not in late
    app.clock.advance(days=8)
    later = app.client_as("chair").get(f"/{lang}/plans/2020/quarters/2020-09").main_text
    assert (ended in later, accepted in later) == (False, True)
