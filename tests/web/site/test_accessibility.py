"""The accessibility page says what was checked, when and how, what does not work yet, and whom to tell."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from cogwg.core.dates import day
from cogwg.web.site.conformance import CHAPTERS, STANDARD, conformance
from tests.web.conftest import MakeApp
from tests.web.scriptless_user import translate
from tests.web.test_contacts import mail_links
from tests.web_client import App, text_of


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_page_says_standard_day_method_counts_limits_and_contact(read_only_app: App, lang: str) -> None:
    facts = conformance()
    page = read_only_app.anonymous_client().get(f"/{lang}/accessibility")
    assert STANDARD.text(lang) in page.main_text
    assert "WCAG) 2.2" in page.main_text
    assert day(facts.checked_on).text(lang) in page.main_text
    assert all(look.way.text(lang) in page.main_text for look in facts.looks.values())
    assert all(limit.text(lang) in page.main_text for limit in facts.limits)
    counted = [int(text_of(item).split()[-1]) for item in page.find_by_id("counts").iter("li")]
    assert counted == [number for number in facts.counts.values() if number]
    assert mail_links(page) == {"help@cogwg.example": "help@cogwg.example"}
    assert page.find("a", href=f"/{lang}/help#shortcuts") is not None


def test_page_says_that_its_check_is_more_than_a_year_old(make_app: MakeApp) -> None:
    def words(today: date) -> str:
        return make_app("sqlite", "seeded", today).anonymous_client().get("/en/accessibility").main_text

    assert "This was more than a year ago." not in words(conformance().checked_on)
    assert "This was more than a year ago." in words(conformance().checked_on + timedelta(days=367))


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_page_has_each_clause_with_its_name_and_how_it_is_met(read_only_app: App, lang: str) -> None:
    page = read_only_app.anonymous_client().get(f"/{lang}/accessibility")
    assert len(page.find_all("table")) == len(CHAPTERS)
    cells = [[text_of(cell) for cell in row] for body in page.find_all("tbody") for row in body]
    assert [name for name, _shown in cells] == [f"{clause.number} {clause.name.text(lang)}" for clause in conformance().clauses]
    for clause, (_name, shown) in zip(conformance().clauses, cells, strict=True):
        assert all(words.text(lang) in shown for words in clause.reasons_or_limits)
    assert dict(cells)[f"9.1.1.1 {conformance().of_chapter('9')[0].name.text(lang)}"] == translate(lang, "Shown by tests")
