"""Co-chairs rename the themes of challenges in both languages and merge one into another; frozen decks keep theirs."""

from __future__ import annotations

import pytest

from cogwg.audit.models import AuditEvent
from cogwg.briefing.models import FrozenVersion
from cogwg.reporting.models import Challenge
from tests.web.conftest import PopulatedApp
from tests.web_client import App, Page

LEGAL = ("Legal", "Aspects juridiques")


def themes_of(app: App) -> dict[int, tuple[str, str]]:
    return {row.id: (row.theme_en, row.theme_fr) for row in app.rows(Challenge)}


def theme_page(app: App, theme: tuple[str, str], lang: str = "en") -> Page:
    """Open the page of a theme as a co-chair does, from the list of challenges."""
    chair = app.client_as("chair")
    (link,) = [a for a in chair.get(f"/{lang}/challenges").find_all("a") if a.get("href", "").endswith("/challenges/themes")]
    links = {a.get("href", ""): a for a in chair.get(link.get("href", "")).find_all("a", class_="button")}
    first = min(id_ for id_, stored in themes_of(app).items() if stored == theme)
    return chair.get(next(url for url in links if url.endswith(f"/{first}")))


@pytest.fixture
def themed_app(app_per_engine: App) -> App:
    PopulatedApp(app_per_engine)
    return app_per_engine


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_renamed_theme_changes_in_every_challenge_in_both_languages(themed_app: App, lang: str) -> None:
    app = themed_app
    before, decks = themes_of(app), [row.deck for row in app.rows(FrozenVersion)]
    ids = [id_ for id_, theme in before.items() if theme == LEGAL]
    assert app.rows(Challenge, Challenge.id.in_(ids), Challenge.withdrawn_at.is_not(None)), "withdrawn ones change too"
    page = theme_page(app, LEGAL, lang)
    answer = page.form("/rename").fill(name_en=" Law ", name_fr="Droit").submit()
    assert (answer.status, answer.redirect_path) == (303, f"/{lang}/challenges/themes")
    sentence = {
        "en": "3 challenges now have the theme “Law”.",
        "fr": "3\u00a0défis ont maintenant le thème «\u00a0Droit\u00a0».",
    }
    assert sentence[lang] in answer.follow().main_text
    assert themes_of(app) == before | dict.fromkeys(ids, ("Law", "Droit"))
    assert [row.deck for row in app.rows(FrozenVersion)] == decks
    (event,) = app.rows(AuditEvent, AuditEvent.action == "theme.renamed")
    assert (event.actor_id, event.before) == (app.person_id("chair"), {"theme": list(LEGAL)})
    assert event.after == {"theme": ["Law", "Droit"], "challenges": ids}
    stale = page.form("/rename").fill(name_en="Rules", name_fr="Règles").submit()
    assert stale.status == 422, "the page was open while the theme changed"
    assert stale.form("/rename").value("was") == '["Law", "Droit"]'
    assert len(app.rows(AuditEvent, AuditEvent.action == "theme.renamed")) == 1


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name_en": "", "name_fr": " "}, "name_{lang}"),
        ({"name_en": "x" * 61}, "name_en"),
        ({"name_fr": "x" * 61}, "name_fr"),
        ({"name_en": "{other}"}, "name_en"),
    ],
)
def test_unusable_name_of_a_theme_is_refused_beside_its_field(app: App, lang: str, fields: dict[str, str], field: str) -> None:
    PopulatedApp(app)
    other = next(theme for theme in themes_of(app).values() if theme != LEGAL)
    before = app.fingerprint()
    page = theme_page(app, LEGAL, lang).form("/rename").fill(
        **{name: text.format(other=other[0].upper()) for name, text in fields.items()}
    ).submit()  # fmt: skip
    assert page.status == 422
    assert page.field_error(field.format(lang=lang))
    assert app.fingerprint(without=("sign_in", "throttle")) == before


def test_same_name_changes_nothing(app: App) -> None:
    PopulatedApp(app)
    page = theme_page(app, LEGAL)
    before = app.fingerprint()
    assert "Nothing was changed." in page.form("/rename").submit().follow().main_text
    assert app.fingerprint() == before


def test_merged_theme_is_gone_and_its_challenges_have_the_other(themed_app: App) -> None:
    app = themed_app
    before = themes_of(app)
    target_id, target = next((id_, theme) for id_, theme in before.items() if theme != LEGAL)
    ids = [id_ for id_, theme in before.items() if theme == LEGAL]
    target_id = min(id_ for id_, theme in before.items() if theme == target)
    page = theme_page(app, LEGAL)
    refused = page.form("/merge").submit()
    assert refused.status == 422
    assert refused.field_error("into")
    answer = page.form("/merge").fill(into=str(target_id)).submit()
    assert answer.status == 303
    assert themes_of(app) == before | dict.fromkeys(ids, target)
    assert LEGAL[0] not in [b.text for b in answer.follow().find_all("b")]
    (event,) = app.rows(AuditEvent, AuditEvent.action == "theme.merged")
    assert event.after == {"theme": list(target), "challenges": ids}


def test_lead_and_reader_are_offered_no_themes(read_only_app: App) -> None:
    for name in ("ontario", "reader"):
        browser = read_only_app.client_as(name)
        assert "/challenges/themes" not in browser.get("/en/challenges").text
        assert browser.get("/en/challenges/themes").status == 403
