"""One search for signed-in people: results by kind, in both languages, of what this person may read."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction
from cogwg.core import search as searching
from cogwg.core.bilingual import fold_text
from cogwg.core.text_limits import TEXT_LIMIT
from cogwg.reporting.models import Milestone
from tests.sessions import FURTHER
from tests.web.conftest import PopulatedApp
from tests.web_client import App, Client, Page, text_of


def search(client: Client, words: str, lang: str = "en", more: str = "") -> Page:
    page = client.get(f"/{lang}/search?q={quote(words)}{more}")
    assert page.status == 200
    return page


def counts(page: Page) -> dict[str, str]:
    """Return the count beside the heading of each kind, by the kind."""
    return {h.get("id", ""): text_of(h).split()[-2] for h in page.find("main").iter("h2")}


def links(page: Page) -> list[str]:
    return [a.get("href", "") for ul in page.find_all("ul", class_="search-results") for a in ul.iter("a")]


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("words", ["catalogue analytics", "STATISTIQUES facon catalogues"])
def test_words_of_either_language_match_in_both(read_only_app: App, lang: str, words: str) -> None:
    page = search(read_only_app.client_as("reader"), words, lang)
    assert f"/{lang}/plans/2020/activities/3.3" in links(page)
    assert page.find_all("mark"), "the words that match are marked"


def excerpts(page: Page) -> list[str]:
    return [text_of(p) for ul in page.find_all("ul", class_="search-results") for p in ul.iter("p") if p.get("class") == "meta"]


@pytest.mark.parametrize(("lang", "untranslated"), [("en", "Conseils mixtes"), ("fr", "Joint Councils")])
def test_result_is_in_the_language_of_the_page(populated: PopulatedApp, lang: str, untranslated: str) -> None:
    page = search(populated.client_as("chair"), "2020", lang, more="&kind=briefings")
    assert len(links(page)) == 2
    assert untranslated not in page.main_text


@pytest.mark.parametrize(("lang", "name"), [("en", "In French:"), ("fr", "In English:")])
def test_match_in_the_other_language_alone_names_the_language(populated: PopulatedApp, lang: str, name: str) -> None:
    words = {"en": "conseils mixtes", "fr": "joint councils"}[lang]
    page = search(populated.client_as("reader"), words, lang, more="&kind=briefings")
    name = name if lang == "en" else "En anglais\u00a0:"
    assert [excerpt.lower() for excerpt in excerpts(page)] == [f"{name.lower()} {words}"]
    other = "fr" if lang == "en" else "en"
    assert [e.get("lang") for e in page.find("main").iter("span") if e.get("lang")] == [other]


def test_text_that_exists_in_the_other_language_only_is_marked_with_it(populated: PopulatedApp) -> None:
    page = search(populated.client_as("reader"), "ontario’s news", "fr", more="&kind=milestones")
    assert "Ontario’s news." in excerpts(page)
    assert [e.get("lang") for e in page.find("main").iter("span") if e.get("lang")] == ["en"]


def test_results_are_grouped_and_counted_by_kind(populated: PopulatedApp) -> None:
    page = search(populated.client_as("reader"), "ontario")
    assert counts(page) == {"reports": "1", "milestones": "2", "challenges": "1", "briefings": "1", "jurisdictions": "1"}
    assert "6 results for “ontario”" in page.main_text


def test_reports_of_an_activity_match_by_its_title_in_every_quarter(app: App) -> None:
    ontario = app.client_as("ontario")
    assert ontario.report_form("3.3").fill(status="SP", progress_en="Agreed.").submit().status == 303
    page = search(ontario, "catalogue")
    by_number = search(ontario, "3.3")
    for quarter in ("Quarter 2", "Quarter 3"):
        assert [quarter in text_of(p.find("main")) for p in (page, by_number)] == [True, True]
    assert counts(page)["reports"] == counts(by_number)["reports"]


def test_number_of_an_activity_leads_to_it(read_only_app: App) -> None:
    assert links(search(read_only_app.client_as("ontario"), "2.3"))[0] == "/en/plans/2020/activities/2.3"


def test_draft_report_is_not_searched_until_it_is_submitted(app: App) -> None:
    ontario = app.client_as("ontario")
    form = ontario.report_form("3.4").fill(status="SP", progress_en="We counted zebras.")
    assert form.submit(button_value="save").status == 303
    readers = ("ontario", "chair", "secretariat", "reader", "quebec")
    assert [counts(search(app.client_as(name), "zebras")) for name in readers] == [{}] * 5
    assert ontario.get("/en/my-updates/submit").form("submit").submit().status == 303
    assert [counts(search(app.client_as(name), "zebras")) for name in readers] == [{"reports": "1"}] * 5


def test_withdrawn_news_is_not_searched(populated: PopulatedApp) -> None:
    listed = links(search(populated.client_as("ontario"), "ontario’s news"))
    assert listed == [populated.path("/en/milestones/{milestone}"), populated.path("/en/challenges/{challenge}")]


def test_draft_briefing_is_for_those_who_prepare_briefings(populated: PopulatedApp) -> None:
    finalized = populated.path("/en/briefings/{frozen}/versions/1")
    draft = populated.path("/en/briefings/{briefing}")
    expected = {"chair": [draft, finalized], "secretariat": [draft, finalized]}
    for name in ("chair", "secretariat", "ontario", "quebec", "reader"):
        page = search(populated.client_as(name), "conseils MIXTES", more="&kind=briefings")
        assert links(page) == expected.get(name, [finalized]), name


def test_slides_of_a_finalized_version_are_searched(populated: PopulatedApp) -> None:
    page = search(populated.client_as("reader"), "gouvernement ouvert", more="&kind=briefings")
    assert links(page) == [populated.path("/en/briefings/{frozen}/versions/1")]
    assert not links(search(populated.client_as("reader"), "PrioritySlide", more="&kind=briefings")), "not a text of a slide"


@pytest.mark.parametrize(
    "words", ["<script>alert(1)</script>", "%%", "__", "\\\\", "'; DROP TABLE activity; --", "(((", "zz zz"]
)
def test_hostile_words_are_taken_literally(read_only_app: App, words: str) -> None:
    page = search(read_only_app.client_as("reader"), words)
    assert not links(page)
    assert "No results for" in page.main_text
    assert not list(page.find("main").iter("script"))


@FURTHER
def test_longest_query_is_answered(read_only_app: App) -> None:
    words = ["catalogue", "analytics", "ca", "at", "ta", "al", "lo", "og", "gu", "ue"]
    activity = "/en/plans/2020/activities/3.3"
    assert links(search(read_only_app.client_as("reader"), " ".join(words))) == [activity, f"{activity}#history"]


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("en", "Single letters and symbols are ignored: a, &."),
        ("fr", "Les lettres et les symboles seuls sont ignorés\u00a0: a, &."),
    ],
)
def test_letters_that_are_left_out_are_named(read_only_app: App, lang: str, sentence: str) -> None:
    page = search(read_only_app.client_as("reader"), "catalogue A & analytics", lang)
    assert f"/{lang}/plans/2020/activities/3.3" in links(page)
    assert sentence in page.main_text


@FURTHER
def test_texts_at_their_limit_are_folded_a_few_times_whatever_the_number_of_words(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = ("Données à ouvrir. " * 300)[:TEXT_LIMIT]
    with Session(app.engine) as session, session.begin():
        ontario = session.query(Jurisdiction).filter_by(code="on").one()
        session.add_all(
            Milestone(
                jurisdiction_id=ontario.id,
                key=f"long-{n}",
                reported_on=app.calendar.now().date(),
                text_en=text,
                text_fr=text,
            )
            for n in range(60)
        )
    folded: list[int] = []

    def counting(text: str) -> str:
        folded.append(len(text))
        return fold_text(text)

    monkeypatch.setattr(searching, "fold_text", counting)
    page = search(app.client_as("reader"), "do on nn ne es ou uv vr ri ir", more="&kind=milestones")
    assert len(links(page)) == 50
    assert sum(folded) <= 3 * 50 * TEXT_LIMIT, "the two texts to choose from once each, and less than one for titles"


@pytest.mark.parametrize(
    ("lang", "words", "sentence"),
    [
        ("en", "x", "Enter a word of at least 2 letters, or a number."),
        ("fr", "é", "Saisissez un mot d’au moins 2\u00a0lettres, ou un numéro."),
        ("en", "1 2 3 4 5 6 7 8 9 10 11", "Search for at most 10 words at once."),
        ("fr", "1 2 3 4 5 6 7 8 9 10 11", "Recherchez au plus 10\u00a0mots à la fois."),
        ("en", "x" * 101, "Shorten your search to at most 100 characters."),
        ("fr", "x" * 5000, "Raccourcissez votre recherche à 100\u00a0caractères au plus."),
    ],
)
def test_unsuitable_query_is_explained_beside_its_field(read_only_app: App, lang: str, words: str, sentence: str) -> None:
    page = search(read_only_app.client_as("reader"), words, lang)
    assert page.field_error("q").endswith(sentence)
    assert not page.find_all("h2")


def test_page_without_a_query_shows_the_field_alone(read_only_app: App) -> None:
    page = read_only_app.client_as("reader").get("/fr/search")
    assert (page.status, page.h1) == (200, "Rechercher")
    assert not links(page)
    assert "Aucun résultat" not in page.main_text


def test_kind_with_many_results_links_to_all_of_them_in_pages(app: App) -> None:
    with Session(app.engine) as session:
        kind = session.query(Jurisdiction).first().kind  # type: ignore[union-attr]
        session.add_all(
            Jurisdiction(code=f"z{n}", kind=kind, name_en=f"Zed {n}", name_fr=f"Zède {n}", short_en="Z", short_fr="Z")
            for n in range(60)
        )
        session.commit()
    reader = app.client_as("reader")
    first = search(reader, "zede")
    assert (len(links(first)), counts(first)) == (5, {"jurisdictions": "60"})
    (more,) = [a.get("href", "") for a in first.find("main").iter("a") if "kind=" in a.get("href", "")]
    whole = reader.get(more)
    assert (len(links(whole)), "1–50 of 60" in whole.main_text) == (50, True)
    assert len(links(reader.get(f"{more}&page=2"))) == 10
    assert [reader.get(path).status for path in (f"{more}&page=3", f"{more}&page=x", "/en/search?q=zede&kind=people")] == [
        404
    ] * 3


def test_newest_rows_of_a_kind_are_searched_up_to_a_limit(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = app.client_as("reader")
    monkeypatch.setattr(searching, "SEARCHED_ROWS", 4)
    assert counts(search(reader, "2020", more="&kind=activities")) == {"activities": "4"}


def test_search_field_is_in_the_head_of_pages_for_signed_in_people_only(read_only_app: App) -> None:
    for name, path, expected in [
        ("reader", "/en/plans/2020", 1),
        ("chair", "/fr/readiness", 1),
        ("visitor", "/en/plans/2020", 0),
    ]:
        page = read_only_app.client_as(name).get(path)
        forms = [f for f in page.forms if f.action.endswith("/search")]
        assert len(forms) == expected, name
    assert read_only_app.client_as("visitor").get("/en/search?q=open").redirect_path.startswith("/en/sign-in")
