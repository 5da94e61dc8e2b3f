"""What everyone reads of commitments: who says how complete they are, where they differ, since when, and the record of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from cogwg.core.bilingual import Bilingual
from cogwg.core.db import write_transaction
from cogwg.ogp.models import Assessment, Commitment
from cogwg.ogp.scales import AssessmentKind, Completion
from cogwg.tracker.models import PublicationKind
from tests.conventions.test_pages import check_html
from tests.databases import Databases
from tests.tracker.ogp import add_commitment, assess
from tests.web.public.publishing import publish_again, publish_all_commitments, withdraw
from tests.web_client import App, Page, text_of

LANGS = pytest.mark.parametrize("lang", ["en", "fr"])
DIFFERS = {
    "en": "The independent reviewer: Limited; the government: Complete. They have disagreed since September 15, 2018.",
    "fr": "L’évaluateur indépendant : Progrès limité; le gouvernement : Réalisé. "
    "Le désaccord dure depuis le 15 septembre 2018.",
}
ON_MILESTONE = {
    "en": (
        "On milestone 19.2, Open Council (sample): Limited; the government: Complete. "
        "They have disagreed since October 2018. (sample data)"
    ),
    "fr": (
        "Sur le jalon 19.2, Conseil ouvert (exemple) : Progrès limité; le gouvernement : Réalisé. "
        "Le désaccord dure depuis octobre 2018. (données fictives)"
    ),
}
IN_BRIEF = {
    "en": "Difference from the government’s assessment of milestone 19.2: Open Council (sample), since October 2018. "
    "(sample data)",
    "fr": "Désaccord avec le gouvernement sur le jalon 19.2 : Conseil ouvert (exemple), depuis octobre 2018. "
    "(données fictives)",
}


@pytest.fixture(scope="module")
def shown_app(databases: Databases) -> Iterator[App]:
    """The demo with four published commitments, for tests that change nothing."""
    app = App(databases.create("sqlite", "published"))
    publish_all_commitments(app)
    yield app
    app.close()


@pytest.fixture
def changing_app(published_app: App) -> App:
    """The same for tests that change it."""
    publish_all_commitments(published_app)
    return published_app


def plain(page: Page) -> str:
    return page.main_text.replace("\u00a0", " ")


def listed(page: Page) -> list[str]:
    """Return the identifiers of the commitments that a page lists."""
    rows = [th for th in page.find_all("th", scope="row") if th.find("span") is not None]
    return [text_of(th).split(" ")[0] for th in rows if text_of(th).startswith("CA")]


@LANGS
def test_list_says_first_who_differs_from_the_government_and_since_when(shown_app: App, lang: str) -> None:
    page = shown_app.anonymous_client().get(f"/{lang}/commitments")
    check_html(page, lang)
    assert DIFFERS[lang] in plain(page)
    assert ON_MILESTONE[lang] in plain(page)
    assert listed(page) == ["CA0073", "CA0058", "CA0060", "CA0041"]
    counts = {
        "en": "2 are complete according to the government and 1 according to the independent reviewer.",
        "fr": "du Canada : 2 selon le gouvernement, 1 selon l’évaluateur indépendant.",
    }
    assert counts[lang] in plain(page)


@LANGS
def test_title_in_english_only_is_marked_in_french(shown_app: App, lang: str) -> None:
    page = shown_app.anonymous_client().get(f"/{lang}/commitments")
    (title,) = [a for a in page.find_all("a") if a.get("href") == f"/{lang}/commitments/CA0041"]
    assert text_of(title) == "Consulting Canadians"
    assert [span.get("lang") for span in title.iter("span")] == ([] if lang == "en" else ["en"])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("cycle=2016", ["CA0058", "CA0060"]),
        ("area=public-participation", ["CA0060"]),
        ("institution=civil-society-partners", ["CA0060"]),
        ("own=complete", ["CA0058", "CA0060"]),
        ("own=complete&review=limited", ["CA0058"]),
        ("review=none", ["CA0073", "CA0041"]),
        ("differs=any", ["CA0058", "CA0060"]),
        ("differs=review", ["CA0058"]),
        ("differs=civil-society", ["CA0060"]),
        ("starred=yes", ["CA0041"]),
        ("lineage=CA0041", ["CA0073", "CA0041"]),
        ("q=EXTRACTIF", ["CA0058"]),
        ("q=ca0060", ["CA0060"]),
        ("q=treasury", ["CA0073", "CA0058", "CA0060"]),
        ("q=Participation", ["CA0060"]),
        ("q=permanent+forum", ["CA0060"]),
        ("q=ELABORER", ["CA0060"]),
        ("q=4e+plan", ["CA0060"]),
        ("q=deja+mobilisees", ["CA0060"]),
        ("own=limited", []),
    ],
)
def test_filters_in_the_address_choose_commitments(shown_app: App, query: str, expected: list[str]) -> None:
    page = shown_app.anonymous_client().get(f"/en/commitments?{query}")
    assert listed(page) == expected
    removals = [a.get("href", "") for chip in page.find_all("li", class_="chip-filter") for a in chip.iter("a")]
    assert len(removals) == query.count("=")
    assert len(listed(shown_app.anonymous_client().get(removals[0]))) >= len(expected)


@pytest.mark.parametrize("query", ["cycle=2019", "own=best", "area=nothing", "differs=me", "lineage=CA0060", "starred=no"])
def test_filter_that_nothing_has_is_not_found(shown_app: App, query: str) -> None:
    assert shown_app.anonymous_client().get(f"/fr/commitments?{query}").status == 404


@LANGS
def test_page_that_is_not_found_names_the_filter_or_version(shown_app: App, lang: str) -> None:
    client = shown_app.anonymous_client()
    sentences = {
        "en": ("No published commitment matches “Differences: zzz”.", "CA0060 has no version “7”."),
        "fr": ("Aucun engagement publié ne correspond à « Désaccords : zzz ».", "CA0060 n’a pas de version « 7 »."),
    }
    paths = ("commitments?differs=zzz", "commitments/CA0060?edition=7")
    for path, sentence in zip(paths, sentences[lang], strict=True):
        page = client.get(f"/{lang}/{path}")
        assert page.status == 404
        assert sentence in plain(page)


def test_search_shows_where_its_words_were_found(shown_app: App) -> None:
    client = shown_app.anonymous_client()
    assert [text_of(q) for q in client.get("/en/commitments?q=permanent").find_all("q")] == ["A permanent forum for dialogue."]
    assert client.get("/en/commitments?q=extractives").find_all("q") == [], "the title is there already"


@pytest.mark.parametrize(
    ("asked", "address"),
    [
        ("/en/commitments/ca0060", "/en/commitments/CA0060"),
        ("/fr/commitments/Ca0060/assessments", "/fr/commitments/CA0060/assessments"),
        ("/en/commitments/ca0060?edition=1", "/en/commitments/CA0060?edition=1"),
        ("/en/commitments/", "/en/commitments"),
        ("/en/commitments/CA0060/?edition=1", "/en/commitments/CA0060?edition=1"),
        ("/fr/tracker/", "/fr/tracker"),
        ("/en/tracker/priorities/5/", "/en/tracker/priorities/5"),
    ],
)
def test_address_in_another_spelling_redirects_to_the_right_one(shown_app: App, asked: str, address: str) -> None:
    client = shown_app.anonymous_client()
    answer = client.get(asked)
    assert answer.status == 301
    assert answer.response.headers["Location"].removeprefix("http://localhost:8000") == address
    assert client.get(address).status == 200
    assert client.get("/en/commitments/ca0099").status == 404
    assert client.get("/v1/").status == 200


def test_what_is_invented_is_marked_beside_each_sentence(shown_app: App) -> None:
    client = shown_app.anonymous_client()
    page = client.get("/en/commitments")
    assert "include 1 commitment with invented assessments" in text_of(page.find("p", class_="lede"))
    assert text_of(page.find("p", class_="sample-banner")).endswith(
        "The commitments are real. Assessments and reports marked “sample data” are invented."
    )
    (row,) = [row for row in page.find_all("tr") if "CA0060" in text_of(row)]
    assert text_of(row).endswith("(sample data)")
    assert "(sample data)" in text_of(client.get("/en/commitments/CA0060").find("p", class_="lede"))
    assert "(sample data)" not in text_of(client.get("/en/commitments/CA0058").find("p", class_="lede"))


def test_reviewers_findings_name_their_report_and_keep_its_words(changing_app: App) -> None:
    text = Bilingual("The forum is a step forward.", "Le forum est un pas en avant.")
    changing_app.execute(update(Assessment).where(Assessment.on == "2018-09").values(text=text))
    publish_again(changing_app, "CA0060")
    page = changing_app.anonymous_client().get("/en/commitments/CA0060")
    section = next(s for s in page.find_all("section") if s.get("aria-labelledby") == "review")
    words = text_of(section).replace("\u00a0", " ")
    assert "Canada End-Term Report 2016-2018, end-of-term report, September 2018" in words
    assert "The forum is a step forward." in words
    facts = dict(zip(map(text_of, section.iter("dt")), map(text_of, section.iter("dd")), strict=True))
    assert (facts["Verifiable"], facts["Carried forward"]) == ("Yes mid-term report, 2017", "Unclear")
    links = [a.get("href") for a in section.iter("a")]
    assert "https://example.ca/report" in links
    assert any(str(href).startswith("/en/commitments/CA0060/assessments#") for href in links)


def test_cited_version_counts_until_it_was_published(changing_app: App) -> None:
    client = changing_app.anonymous_client()
    changing_app.clock.advance(days=2 * 365)
    now, cited = client.get("/en/commitments/CA0058"), client.get("/en/commitments/CA0058?edition=1")
    assert "Ongoing for 4 years." in plain(now)
    assert "Ongoing for 2 years." in plain(cited)
    assert "As published on September 24, 2020." in plain(cited)
    assert now.find_all("section", class_="asof") == []


def test_same_difference_is_said_once_with_the_remark_on_the_milestone(changing_app: App) -> None:
    with Session(changing_app.engine) as session, write_transaction(session):
        own = session.query(Assessment).filter_by(kind=AssessmentKind.CIVIL_SOCIETY).one()
        own.completion = Completion.LIMITED
        finding = next(each for each in own.findings if each.completion is Completion.LIMITED)
        finding.note = Bilingual("Few sessions elsewhere.", "Peu de séances ailleurs.")
    publish_again(changing_app, "CA0060")
    page = changing_app.anonymous_client().get("/en/commitments/CA0060")
    (item,) = page.find("div", id="differences").iter("li")
    sentence = "On the commitment as a whole and milestone 19.2, Open Council (sample): Limited; the government: Complete."
    assert sentence in text_of(item)
    quotes = [text_of(span) for span in item.iter("span") if "quote" in (span.get("class") or "")]
    assert quotes == ["Only those already engaged were reached.", "19.2 Few sessions elsewhere."]


def test_list_cites_its_filters_and_offers_the_assessments(shown_app: App) -> None:
    page = shown_app.anonymous_client().get("/en/commitments?differs=any&q=forum")
    assert "/en/commitments?differs=any&q=forum" in text_of(page.find("p", id="citation"))
    assert "/data/assessments.csv" in [a.get("href") for a in page.find_all("a")]


def test_french_list_says_once_that_some_titles_are_in_english(shown_app: App) -> None:
    client = shown_app.anonymous_client()
    note = "Les titres qui n’existent qu’en anglais sont affichés en anglais."
    assert plain(client.get("/fr/commitments")).count(note) == 1
    assert note not in plain(client.get("/fr/commitments?cycle=2016"))
    assert "Le titre n’existe qu’en anglais." in plain(client.get("/fr/commitments/CA0041"))


@LANGS
def test_commitment_shows_each_word_beside_the_others_and_every_fact(shown_app: App, lang: str) -> None:
    page = shown_app.anonymous_client().get(f"/{lang}/commitments/CA0060")
    check_html(page, lang)
    text = plain(page)
    both = {
        "en": "The government and the independent reviewer both say Complete.",
        "fr": "Selon le gouvernement et l’évaluateur indépendant : Réalisé.",
    }
    assert both[lang] in text
    assert ON_MILESTONE[lang] in text
    facts = {
        "en": ["19.1 Develop", "Not specified", "4 by June 2018", "20%", "Major: Civic participation", "Unclear", "Inactive"],
        "fr": [
            "19.1 Élaborer",
            "Non précisé",
            "4 d’ici juin 2018",
            "20 %",
            "Effet majeur : Participation",
            "Incertain",
        ],
    }
    assert [fact for fact in facts[lang] if fact not in text] == []
    assert [fact for fact in ("open@example.ca", "CA0060") if fact not in text] == []
    table = page.find("table", class_="assess")
    rows = [[text_of(cell) for cell in row.iter("td")] for row in table.iter("tr")][1:]
    assert [len(row) for row in rows] == [4, 4, 4], "government, mid-term, end of term, civil society"
    assert ("Differs from the government’s assessment" if lang == "en" else "Diffère de l’évaluation du gouvernement") in rows[
        2
    ][3]
    assert not any("iffers" in cell or "désaccord" in cell for row in rows for cell in row[:3]), "a mid-term word is no dispute"


def test_reviewer_who_differs_is_named_in_the_first_sentence(shown_app: App) -> None:
    page = shown_app.anonymous_client().get("/en/commitments/CA0058")
    sentence = (
        "The government says Complete; the independent reviewer says Limited. They have disagreed since September 15, 2018."
    )
    assert sentence in plain(page)
    assert "Ongoing for 2 years." in plain(page)


def test_served_by_leads_both_ways(shown_app: App) -> None:
    client = shown_app.anonymous_client()
    places = [a.get("href") for a in client.get("/en/commitments/CA0060").find("aside").iter("a")]
    assert [place for place in places if "/tracker/" in str(place)] == [
        "/en/tracker/priorities/5",
        "/en/tracker/activities/5.2",
    ]
    for path, serves in (("priorities/5", True), ("activities/5.2", True), ("priorities/4", False), ("activities/5.1", False)):
        links = [a.get("href") for a in client.get(f"/en/tracker/{path}").find_all("a")]
        assert ("/en/commitments/CA0060" in links) is serves, path


@LANGS
def test_assessments_are_a_record_over_time_with_what_changed_and_why(changing_app: App, lang: str) -> None:
    changing_app.execute(update(Assessment).where(Assessment.on == "2018-09-15").values(completion=Completion.SUBSTANTIAL))
    reason = Bilingual("The report was misread.", "Le rapport avait été mal lu.")
    publish_again(changing_app, "CA0058", reason=reason)
    client = changing_app.anonymous_client()
    page = client.get(f"/{lang}/commitments/CA0058/assessments")
    check_html(page, lang)
    dates = {"en": ["September 15, 2018", "June 2018"], "fr": ["15 septembre 2018", "juin 2018"]}
    assert [text_of(h2).replace("\u00a0", " ").split(", ", 1)[1] for h2 in page.find_all("ol")[0].iter("h2")] == dates[lang]
    before, now = ("Limited", "Substantial") if lang == "en" else ("Progrès limité", "Progrès important")
    text = plain(page)
    assert before in text
    assert now in text
    assert reason.text(lang) in text
    old = client.get(f"/{lang}/commitments/CA0058?edition=1")
    assert before in plain(old)
    assert old.find("section", class_="asof") is not None
    assert client.get(f"/{lang}/commitments/CA0058?edition=3").status == 404


def test_copy_of_a_version_has_the_hash_that_is_published(shown_app: App) -> None:
    client = shown_app.anonymous_client()
    answer = client.get("/data/commitments/CA0060/1/commitment.json")
    rows = json.loads(client.get("/data/publications.json").text)["rows"]
    (row,) = [row for row in rows if row["id"] == "commitment-CA0060-1"]
    assert sha256(answer.response.data).hexdigest() == row["sha256"]
    assert client.get("/data/commitments/CA0060/2/commitment.json").status == 404


def test_data_say_where_the_reviewer_differs_and_since_when(shown_app: App) -> None:
    client = shown_app.anonymous_client()
    items = json.loads(client.get("/v1/commitments?cycle=2016").text)["items"]
    values = {
        item["id"]: (item["own_completion"], item["review_completion"], item["differs"], item["differs_since"])
        for item in items
    }
    assert values == {
        "CA0058": ("complete", "limited", True, "2018-09-15"),
        "CA0060": ("complete", "complete", True, "2018-10"),
    }
    rows = json.loads(client.get("/v1/assessments?commitment=CA0060&limit=50").text)["items"]
    assert [(row["kind"], row["milestone"]) for row in rows if row["differs"]] == [("civil-society", "19.2")]
    assert json.loads(client.get("/v1/commitment-milestones?commitment=CA0060").text)["total"] == 2
    assert json.loads(client.get("/v1/indicators?commitment=CA0060").text)["total"] == 3


def test_unpublished_commitments_and_assessments_are_nowhere(changing_app: App) -> None:
    with Session(changing_app.engine) as session, write_transaction(session):
        add_commitment(session, "CA0099", Bilingual("CANARY commitment", "CANARI engagement"))
        commitment = session.query(Commitment).filter_by(identifier="CA0060").one()
        text = Bilingual("CANARY assessment", "CANARI évaluation")
        assess(session, commitment, AssessmentKind.SELF, "2020-08", Completion.LIMITED, text=text)
    client = changing_app.anonymous_client()
    assert client.get("/en/commitments/CA0099").status == 404
    pages = [
        *(f"/{lang}/commitments{rest}" for lang in ("en", "fr") for rest in ("", "/CA0060", "/CA0060/assessments", "?q=canar")),
        *("/data/commitments.csv", "/data/assessments.json", "/en/feeds/commitments.atom", "/sitemap.xml", "/v1/commitments"),
    ]
    shown = {path: client.get(path) for path in pages}
    assert {path: page.status for path, page in shown.items()} == dict.fromkeys(pages, 200)
    assert [path for path, page in shown.items() if "CANAR" in page.text or "CA0099" in page.text] == []


def test_withdrawn_commitment_is_gone_everywhere_but_for_the_notice(changing_app: App) -> None:
    withdraw(changing_app, "CA0060", PublicationKind.COMMITMENT)
    client = changing_app.anonymous_client()
    page = client.get("/en/commitments/CA0060")
    assert page.status == 410
    assert "It named a person." in plain(page)
    assert client.get("/en/commitments/CA0060/assessments").status == 410
    assert client.get("/data/commitments/CA0060/1/commitment.json").status == 404
    assert listed(client.get("/en/commitments")) == ["CA0073", "CA0058", "CA0041"]
    assert "CA0060" not in client.get("/data/commitments.csv").text
    assert "Withdrawn: commitment CA0060" in client.get("/en/feeds/commitments/CA0060.atom").text


def test_before_anything_is_published_the_pages_say_so(published_app: App) -> None:
    page = published_app.anonymous_client().get("/en/commitments")
    check_html(page, "en")
    assert "No commitment has been published yet." in plain(page)


@LANGS
def test_feeds_have_each_publication_with_its_verdict(shown_app: App, lang: str) -> None:
    client = shown_app.anonymous_client()
    assert client.get(f"/{lang}/feeds/commitments.atom").text.count("<entry>") == 4
    own = client.get(f"/{lang}/feeds/commitments/CA0060.atom").text
    assert own.count("<entry>") == 1
    every = client.get(f"/{lang}/feeds/commitments.atom").text
    titles = [entry.split("<title>")[1][:6] for entry in every.split("<entry>")[1:]]
    assert titles == ["CA0058", "CA0060", "CA0073", "CA0041"], "what says most first"
    assert IN_BRIEF[lang].partition(" (sample data)")[0].partition(" (données")[0] in own.replace("\u00a0", " ")
    assert client.get(f"/{lang}/feeds/commitments/CA0099.atom").status == 404


def test_sitemap_and_navigation_lead_to_the_commitments(shown_app: App) -> None:
    client = shown_app.anonymous_client()
    sitemap = client.get("/sitemap.xml").text
    assert all(f"/{lang}/commitments/CA0060{rest}<" in sitemap for lang in ("en", "fr") for rest in ("", "/assessments"))
    links = [a.get("href") for a in client.get("/fr/tracker").find("nav", class_="site-nav").iter("a")]
    assert "/fr/commitments" in links
