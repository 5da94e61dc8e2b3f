"""Reporting status says how reports came, and which jurisdictions were reminded and have submitted nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from cogwg.mail.models import OutboxMessage
from tests.web.reporting.answer_links import make_link, remind
from tests.web.reporting.test_answer import open_link, review, submit
from tests.web_client import App, Page, text_of

LANGS = pytest.mark.parametrize("lang", ["en", "fr"])


def status_page(app: App, lang: str = "en") -> Page:
    return app.client_as("chair").get(f"/{lang}/readiness?period=2020-09")


def never_answered(page: Page) -> str:
    sections = [e for e in page.find_all("section") if e.get("id") == "never-answered"]
    return text_of(sections[0]) if sections else ""


@LANGS
def test_jurisdictions_that_were_reminded_and_sent_nothing_are_named_with_whom_was_asked(app: App, lang: str) -> None:
    assert never_answered(status_page(app, lang)) == "", "nobody was asked yet"
    remind(app)
    assert never_answered(status_page(app, lang)) == "", "nothing was sent yet"
    app.execute(update(OutboxMessage).values(sent_at=app.clock()))
    section_text = never_answered(status_page(app, lang))
    assert "Ontario" in section_text
    assert "N. Osei" in section_text
    assert ("September\u00a024" if lang == "en" else "24\u00a0septembre") in section_text
    assert submit(review(open_link(app, make_link(app))), "changed").status == 303
    assert "Ontario" not in never_answered(status_page(app, lang))


def test_reports_are_counted_by_how_they_came(app: App) -> None:
    before = text_of(status_page(app).find_by_id("sources")) if "sources" in status_page(app).text else ""
    assert "by link" not in before
    submit(review(open_link(app, make_link(app))), "changed")
    assert "through a link in an email 1" in text_of(status_page(app).find_by_id("sources"))
    lead = app.client_as("ontario")
    assert lead.report_form("3.4").fill(status="LP", progress_en="Begun.").submit().status == 303
    counted = text_of(status_page(app).find_by_id("sources"))
    assert "on the site" in counted
    assert "through a link in an email 1" in counted
