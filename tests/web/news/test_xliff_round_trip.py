"""Every kind of text goes out in an XLIFF file, comes back, and is stored as if its translation had been typed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from lxml import etree
from sqlalchemy import insert, update

from cogwg.core.bilingual import clean_line, clean_text
from cogwg.core.tables import xml_safe
from cogwg.plan.models import Activity
from cogwg.reporting.models import Challenge, Milestone, MilestoneLink, Submission
from cogwg.reporting.news.untranslated import NEXT_STEP_NUMBER
from cogwg.reporting.rules import REPORT_TEXTS
from tests.core.texts import TEXTS
from tests.databases import Databases
from tests.sessions import FURTHER
from tests.web.conftest import PopulatedApp
from tests.web.news.test_translation_orders import XLIFF, download, send, show_file
from tests.web_client import App, Client

ONE_LINE = {"link": 200, "theme": 60, "next_step": 200, "label": 200}
"""The kinds of texts that are one line, with the most characters of each."""
KINDS = ("milestone", "link", "shared challenge", "theme", *REPORT_TEXTS, "label")
ENGLISH = "An English text, number {}."


def stored_as(kind: str, text: str) -> str:
    """Return what a form would store of a text that was typed, shortened to what its field takes."""
    return clean_line(clean_line(text)[: ONE_LINE[kind]]) if kind in ONE_LINE else clean_text(clean_text(text)[:4000])


class Exchange:
    """An app with one text of each kind that travels, and a co-chair who sends them out and brings them back."""

    def __init__(self, app: App) -> None:
        self.app = app
        news = PopulatedApp(app).news_ids
        self.chair: Client = app.client_as("chair")
        self.milestone, self.challenge = news["milestone"], news["challenge"]
        app.execute(insert(MilestoneLink.__table__).values(_link(self.milestone)))
        (activity,) = app.rows(Activity, Activity.code == "3.3")
        self.activity = activity.id
        form = app.client_as("ontario").report_form("3.3").fill(status="SP", progress_en="The measures are agreed.")
        assert form.submit(button_value="submit").status == 303
        self.number = 0

    def reset(self, sources: dict[str, str]) -> None:
        """Store these texts in English only."""

        def pair(name: str, kind: str = "") -> dict[str, str]:
            return {f"{name}_en": sources[kind or name], f"{name}_fr": ""}

        text, label = pair("text", "milestone"), pair("label", "link")
        self.app.execute(update(Milestone).where(Milestone.id == self.milestone).values(**text, stale=None))
        self.app.execute(update(MilestoneLink).where(MilestoneLink.milestone_id == self.milestone).values(**label))
        texts = {**pair("text", "shared challenge"), **pair("theme")}
        self.app.execute(update(Challenge).where(Challenge.id == self.challenge).values(**texts, stale=None))
        values: dict[str, Any] = {key: value for name in REPORT_TEXTS for key, value in pair(name).items()}
        values["evidence"] = [{"url": "https://data.example/", "label_en": sources["label"], "label_fr": ""}]
        latest = self.app.rows(Submission, Submission.activity_id == self.activity)[-1]
        columns = {c.name: getattr(latest, c.name) for c in Submission.__table__.columns if c.name != "id"}
        self.app.execute(insert(Submission.__table__).values({**columns, **values, "stale": None}))

    def keys(self) -> dict[str, str]:
        """Return the key of each text in the file, by its kind."""
        numbers = {name: n for n, name in enumerate((*REPORT_TEXTS[:-1], "label"), 1)} | {"next_step": NEXT_STEP_NUMBER}
        return {
            "milestone": f"milestone-{self.milestone}",
            "link": f"link-{self.milestone}-1",
            "shared challenge": f"challenge-{self.challenge}",
            "theme": f"theme-{self.challenge}",
            **{name: f"report-{self.activity}-{number}" for name, number in numbers.items()},
        }

    def french(self) -> dict[str, str]:
        (milestone,) = self.app.rows(Milestone, Milestone.id == self.milestone)
        (link,) = self.app.rows(MilestoneLink, MilestoneLink.milestone_id == self.milestone)
        (challenge,) = self.app.rows(Challenge, Challenge.id == self.challenge)
        report = self.app.rows(Submission, Submission.activity_id == self.activity)[-1]
        return {
            "milestone": milestone.text_fr,
            "link": link.label_fr,
            "shared challenge": challenge.text_fr,
            "theme": challenge.theme_fr,
            **{name: getattr(report, f"{name}_fr") for name in REPORT_TEXTS},
            "label": report.evidence[0]["label_fr"],
        }

    def exchange(self, sources: dict[str, str], translations: dict[str, str]) -> dict[str, str]:
        """Send these texts out, bring the translations back, and return what the file had as sources."""
        self.reset(sources)
        self.number += 1
        keys = self.keys()
        document = download(send(self.chair, *keys.values()))
        units = {unit.get("id"): unit for unit in document.xpath("//x:trans-unit", namespaces=XLIFF)}
        assert set(units) == set(keys.values())
        for kind, key in keys.items():
            units[key].find("x:target", XLIFF).text = xml_safe(translations[kind])
        data = bytes(etree.tostring(document, encoding="UTF-8", xml_declaration=True))
        shown = show_file(self.chair, data, number=self.number)
        if any(stored_as(kind, translations[kind]) for kind in KINDS):
            assert shown.form("/store").submit().status == 303
        return {kind: units[key].findtext("x:source", namespaces=XLIFF) or "" for kind, key in keys.items()}


def _link(milestone_id: int) -> dict[str, Any]:
    return {"milestone_id": milestone_id, "position": 1, "url": "https://data.example/sets", "label_en": "", "label_fr": ""}


@pytest.fixture(scope="module")
def exchange(databases: Databases) -> Iterator[Exchange]:
    app = App(databases.create("sqlite", "seeded"))
    yield Exchange(app)
    app.close()


def check_exchange(exchange: Exchange, sources: list[str], translations: list[str]) -> None:
    """Check that each text goes out as it is stored, and each translation is stored as if it were typed.

    Characters that XML forbids are left out before: no service can write them.
    """
    translations = [xml_safe(text) for text in translations]
    sent = {kind: stored_as(kind, text) or ENGLISH.format(n) for n, (kind, text) in enumerate(zip(KINDS, sources, strict=True))}
    given = {kind: stored_as(kind, text) for kind, text in zip(KINDS, translations, strict=True)}
    typed = {kind: text if given[kind] else "" for kind, text in zip(KINDS, translations, strict=True)}
    typed = {kind: given[kind] if len(clean_text(text)) > len(given[kind]) else text for kind, text in typed.items()}
    assert exchange.exchange(sent, typed) == sent
    assert exchange.french() == given


ONE_OF_EACH = [st.lists(TEXTS, min_size=len(KINDS), max_size=len(KINDS))] * 2
WITHOUT_SHRINKING = [Phase.explicit, Phase.reuse, Phase.generate]
"""A failing exchange is shown as it is: to find the smallest one would take minutes."""
ON_ONE_APP = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=2, phases=WITHOUT_SHRINKING, suppress_health_check=ON_ONE_APP)
@given(*ONE_OF_EACH)
def test_each_kind_of_text_comes_back_as_if_typed(exchange: Exchange, sources: list[str], translations: list[str]) -> None:
    check_exchange(exchange, sources, translations)


@FURTHER
@settings(phases=WITHOUT_SHRINKING, max_examples=1000 // len(KINDS) + 1, suppress_health_check=ON_ONE_APP)
@given(*ONE_OF_EACH)
def test_thousand_texts_of_all_kinds_come_back_as_if_typed(
    exchange: Exchange, sources: list[str], translations: list[str]
) -> None:
    check_exchange(exchange, sources, translations)


def test_name_that_comes_back_in_several_lines_is_one_line_and_can_be_undone(exchange: Exchange) -> None:
    sources = {kind: ENGLISH.format(kind) for kind in KINDS}
    exchange.exchange(sources, dict.fromkeys(KINDS, "Deux\nlignes"))
    expected = {kind: "Deux lignes" if kind in ONE_LINE else "Deux\nlignes" for kind in KINDS}
    assert exchange.french() == expected
    page = exchange.chair.get(f"/en/translations/orders/{exchange.number}")
    done = page.form("/undo").submit().follow()
    assert f"{len(KINDS)} translations were undone." in done.main_text.replace("\u00a0", " ")
    assert set(exchange.french().values()) == {""}
