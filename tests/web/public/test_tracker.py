"""The tracker: the last published quarter, earlier ones as they were published, filters, search, and what was withdrawn."""

from __future__ import annotations

from datetime import date

import pytest

from cogwg.tracker.models import PublicationKind
from tests.web.conftest import MakeApp
from tests.web.public.publishing import (
    CORRECTED_TEXT,
    CORRECTION_REASON,
    DECK,
    WITHDRAWAL_REASON,
    correct_milestone,
    publish_deck,
    withdraw,
)
from tests.web_client import PUBLIC_URL, App, Page, text_of

SENTENCES = {
    "en": "6 of 21 activities were complete and 4 were overdue when Quarter 2 was published on July 31, 2020.",
    "fr": "6 activités sur 21 étaient réalisées et 4 étaient en retard lors de la publication du trimestre 2, "
    "le 31 juillet 2020.",
}


def plain_text(page: Page) -> str:
    return page.main_text.replace("\u00a0", " ")


def codes(page: Page) -> list[str]:
    """Return the codes of the activities that a page lists."""
    return [text_of(e) for e in page.find_all("span", class_="activity-number")]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_tracker_says_how_the_plan_stood_when_the_last_quarter_was_published(public_app: App, lang: str) -> None:
    page = public_app.anonymous_client().get(f"/{lang}/tracker")
    assert SENTENCES[lang] in plain_text(page)
    assert len(codes(page)) == 21
    assert [n for n, e in enumerate(page.find_all("h2"), 1) if text_of(e).startswith(f"{n}.")] == [1, 2, 3, 4, 5]


def test_tracker_shows_what_is_published_and_not_what_is_reported_since(public_app: App) -> None:
    page = public_app.anonymous_client().get("/en/tracker/activities/2.2")
    assert "Limited progress on July 31, 2020, when Quarter 2 was published" in plain_text(page)
    live = public_app.client_as("ontario").get("/en/plans/2020/activities/2.2")
    assert "Substantial progress" in live.main_text
    assert "Substantial progress" not in page.main_text


def test_earlier_quarter_is_shown_as_it_was_published(public_app: App) -> None:
    client = public_app.anonymous_client()
    page = client.get("/en/tracker?quarter=2020-03")
    assert "5 of 21 activities were complete when Quarter 1 was published on April 30, 2020. None was overdue." in plain_text(
        page
    )
    assert "Quarter 1 of 2020, as published on April 30, 2020" in plain_text(page)
    priority = next(a.get("href", "") for a in page.find_all("a") if "/priorities/3" in a.get("href", ""))
    assert priority == "/en/tracker/priorities/3?quarter=2020-03"
    assert "Quarter 2" not in text_of(client.get(priority).find("ul", class_="activity-list"))
    later = client.get("/en/tracker/activities/3.2?quarter=2020-03")
    assert "Three jurisdictions have sent their research" not in later.main_text, "reported in the next quarter"


@pytest.mark.parametrize(
    "query",
    ["quarter=2020-12", "quarter=2020-6", "quarter=x", "plan=2019", "plan=x", "plan=2021&quarter=2020-06", "edition=1"],
)
def test_quarter_that_is_not_published_is_not_found(public_app: App, query: str) -> None:
    page = public_app.anonymous_client().get(f"/fr/tracker?{query}")
    assert (page.status, page.h1) == (404, "Page introuvable")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("priority=4", ["4.1", "4.2", "4.3", "4.4"]),
        ("jurisdiction=sk", ["5.1", "5.2", "5.3", "5.4", "5.5"]),
        ("status=LP", ["2.2", "3.2", "3.3", "5.3"]),
        ("status=none&jurisdiction=sk", ["5.4", "5.5"]),
        ("due=overdue", ["1.2", "2.2", "3.2", "5.2"]),
        ("due=2020-10", ["5.4"]),
        ("due=2020-10&status=C", []),
    ],
)
def test_filters_in_the_address_choose_activities(public_app: App, query: str, expected: list[str]) -> None:
    page = public_app.anonymous_client().get(f"/en/tracker?{query}")
    assert codes(page) == expected
    removals = [a.get("href", "") for chip in page.find_all("li", class_="chip-filter") for a in chip.iter("a")]
    assert len(removals) == query.count("=")
    assert len(codes(public_app.anonymous_client().get(removals[0]))) >= len(expected)
    assert page.form("/tracker").values["priority"] == ("4" if "priority" in query else "")


@pytest.mark.parametrize("query", ["status=X", "priority=9", "jurisdiction=xx", "due=2019-01"])
def test_filter_that_the_plan_does_not_have_is_not_found(public_app: App, query: str) -> None:
    assert public_app.anonymous_client().get(f"/en/tracker?{query}").status == 404


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("forums", ["2.2"]),
        ("FORUMS moderator", ["2.2"]),
        ("repertoire", ["1.1", "1.4", "4.2"]),
        ("Répertoire  ressources", ["4.2"]),
        ("5.4", ["5.4"]),
        ("nowhere", []),
    ],
)
def test_search_finds_words_of_published_texts_in_either_language(public_app: App, words: str, expected: list[str]) -> None:
    page = public_app.anonymous_client().get(f"/en/tracker?q={words}")
    assert codes(page) == expected


def test_search_names_where_a_word_was_found(public_app: App) -> None:
    client = public_app.anonymous_client()
    page = client.get("/en/tracker?q=moderator")
    assert "Found in the report for Quarter 2: The forums have had no moderator since April." in plain_text(page)
    page = client.get("/fr/tracker?q=portail+yukon")
    assert codes(page) == []
    page = client.get("/fr/tracker?q=politique+site")
    assert "Autres résultats" in page.main_text
    links = [a.get("href") for a in page.find_all("a") if "#" in a.get("href", "") and "milestones" in a.get("href", "")]
    assert links == ["/fr/tracker/milestones#2020-02-nt-policy"]


def test_overdue_activities_say_why(public_app: App) -> None:
    page = public_app.anonymous_client().get("/en/tracker?due=overdue")
    text = plain_text(page)
    assert "Reason for the delay: The forums have had no moderator since April." in text
    assert text.count("Reason for the delay: no separate reason was given; see the report above.") == 2


def test_activity_shows_its_reports_over_the_quarters(public_app: App) -> None:
    page = public_app.anonymous_client().get("/en/tracker/activities/3.2")
    (second, first) = [e for e in page.find_all("li") if (e.get("id") or "").startswith("quarter-")]
    change = "Quarter 2 April to June 2020 Not started then Limited progress submitted June 28, 2020"
    assert text_of(second).replace("\u00a0", " ").startswith(change)
    assert "Form sent to members" in text_of(second)
    assert text_of(first).startswith("Quarter 1 January to March 2020 Not started")


def test_jurisdiction_shows_roles_activities_and_milestones(public_app: App) -> None:
    page = public_app.anonymous_client().get("/en/tracker/jurisdictions/sk")
    assert "1 of 5 activities was complete and 1 was overdue" in plain_text(page)
    assert codes(page) == ["5.1", "5.2", "5.3", "5.4", "5.5"]
    assert "Public engagement office being created" in page.main_text
    listed = public_app.anonymous_client().get("/en/tracker/jurisdictions")
    assert len(list(listed.find("tbody").iter("tr"))) == 14
    assert public_app.anonymous_client().get("/en/tracker/jurisdictions/zz").status == 404


def test_challenges_name_no_jurisdiction(public_app: App) -> None:
    page = public_app.anonymous_client().get("/en/tracker/challenges")
    assert "Too few people and too little funding in some jurisdictions" in page.main_text
    names = [text_of(row.find("th")) for row in public_app.anonymous_client().get("/en/tracker/jurisdictions").find("tbody")]
    listed = " ".join(text_of(e) for e in page.find_all("ul", class_="item-list"))
    assert "Too few people" in listed
    assert not [name for name in names if name in listed]


def test_correction_shows_what_was_published_first_and_why(published_app: App) -> None:
    correct_milestone(published_app)
    client = published_app.anonymous_client()
    page = client.get("/en/tracker/milestones")
    assert CORRECTED_TEXT.en in page.main_text
    corrected = "Corrected on September 24, 2020. First published as “Open data portal launched”. A typing error."
    assert corrected in plain_text(page)
    french = client.get("/fr/tracker/milestones")
    assert "Corrigé le 24 septembre 2020." in plain_text(french)
    assert CORRECTION_REASON.fr in french.main_text
    first = client.get("/en/tracker/milestones?quarter=2020-06&edition=1")
    assert CORRECTED_TEXT.en not in first.main_text
    assert "as it was before it was corrected on September 24, 2020" in plain_text(first)
    assert "Correction to Quarter 2 of 2020" in client.get("/en/tracker/publications").main_text


@pytest.mark.parametrize("path", ["/tracker", "/tracker/activities/5.4", "/tracker/milestones"])
def test_withdrawn_quarter_leaves_only_its_notice(published_app: App, path: str) -> None:
    client = published_app.anonymous_client()
    address = f"/fr{path}?quarter=2020-06"
    before = client.get(address)
    assert before.status == 200
    withdraw(published_app, "2020-06")
    page = client.get(address, If_None_Match=before.headers["ETag"])
    assert page.status == 410
    assert WITHDRAWAL_REASON.fr in page.main_text
    latest = client.get("/en/tracker")
    assert "when Quarter 1 was published on April 30, 2020" in plain_text(latest)
    assert "Quarter 2 of 2020, published on July 31, 2020, was withdrawn on September 24, 2020." in plain_text(latest)
    assert "Three jurisdictions have sent their research" not in client.get("/en/tracker/activities/3.2").main_text


def test_published_briefing_has_its_files_until_it_is_withdrawn(published_app: App) -> None:
    client = published_app.anonymous_client()
    assert client.get("/en/tracker/briefings/2020-02-27").status == 404
    publish_deck(published_app)
    assert "Briefing of February 27, 2020" in client.get("/en/tracker/briefings").main_text.replace("\u00a0", " ")
    page = client.get("/fr/tracker/briefings/2020-02-27")
    link = next(a.get("href", "") for a in page.find_all("a") if a.get("href", "").endswith(".pptx") and a.get("lang") == "fr")
    file = client.get(link)
    assert (file.status, file.response.data) == (200, DECK)
    assert file.headers["Content-Disposition"] == "attachment; filename=mise-a-jour.pptx"
    assert "Set-Cookie" not in file.headers
    assert client.get("/fr/tracker/briefings/2020-02-27/other.pptx").status == 404
    withdraw(published_app, "2020-02-27", PublicationKind.BRIEFING)
    assert [client.get(path).status for path in (link, "/fr/tracker/briefings/2020-02-27")] == [410, 410]


@pytest.mark.parametrize("path", ["tracker", "tracker/jurisdictions", "tracker/milestones", "tracker/challenges"])
def test_pages_say_so_when_nothing_is_published(read_only_app: App, path: str) -> None:
    page = read_only_app.anonymous_client().get(f"/en/{path}")
    assert page.status == 200
    assert "Nothing has been published yet." in page.main_text
    assert read_only_app.anonymous_client().get("/en/tracker/activities/5.4").status == 404


def test_citation_names_the_edition_that_is_shown(public_app: App) -> None:
    page = public_app.anonymous_client().get("/en/tracker/priorities/4")
    citation = text_of(page.find("p", class_="citation")).replace("\u00a0", " ")
    source = "Canada Open Government Working Group. Work plan 2020, priority 4, quarter 2. Published July 31, 2020."
    assert citation.startswith(source)
    address = citation.rpartition(" ")[2]
    assert public_app.anonymous_client().get(address.removeprefix(PUBLIC_URL)).h1 == page.h1


def test_citation_of_filtered_activities_leads_to_the_same_activities(public_app: App) -> None:
    client = public_app.anonymous_client()
    page = client.get("/en/tracker?due=overdue&q=forums")
    address = text_of(page.find("span", class_="citation-address"))
    assert codes(client.get(address.removeprefix(PUBLIC_URL))) == codes(page) == ["2.2"]


@pytest.mark.parametrize(
    ("lang", "words", "unneeded"),
    [
        ("en", "Reported by: Saskatchewan, Alberta", "Quarter 2 complete, no further report needed"),
        ("fr", "Rapport présenté par : Saskatchewan, Alberta", "Trimestre 2 réalisée, aucun autre rapport requis"),
    ],
)
def test_jurisdiction_names_who_else_reported_and_reports_that_were_not_needed(
    public_app: App, lang: str, words: str, unneeded: str
) -> None:
    text = plain_text(public_app.anonymous_client().get(f"/{lang}/tracker/jurisdictions/sk"))
    assert text.count(words) == 3
    assert unneeded in " ".join(text.split())


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("quarter=foo", "The quarter “foo” is not published. Published: 2020-03, 2020-06."),
        ("plan=1999", "The plan “1999” is not published. Published: 2020."),
        ("quarter=2020-06&edition=9", "Quarter 2020-06 has no version “9”."),
        ("priority=99", "Nothing in the plan matches “Priority: 99”. Choose from the lists on the tracker page."),
        ("status=ZZ", "Nothing in the plan matches “Status: ZZ”. Choose from the lists on the tracker page."),
    ],
)
def test_address_of_what_is_not_published_says_which_part_is_wrong(public_app: App, query: str, sentence: str) -> None:
    page = public_app.anonymous_client().get(f"/en/tracker?{query}")
    assert (page.status, sentence in page.main_text) == (404, True)


def test_filter_says_what_the_plan_calls_a_jurisdiction(public_app: App) -> None:
    client = public_app.anonymous_client()
    assert "Canada (TBS)" in text_of(client.get("/en/tracker").find("form", class_="filter-bar"))
    assert client.get("/fr/tracker/jurisdictions/ca").h1 == "Canada (SCT)"


def test_sample_reports_carry_their_mark_outside_the_demo_too(make_app: MakeApp) -> None:
    app = make_app("sqlite", "published", demo=False)
    for path in ("/en/tracker", "/en/tracker/priorities/5", "/en/tracker/jurisdictions/sk", "/en/tracker/milestones"):
        assert "Sample data: fictional reports" in app.anonymous_client().get(path).text
    empty = make_app("sqlite", "seeded", demo=False)
    assert "Sample data" not in empty.anonymous_client().get("/en/tracker").text


def test_embargoed_quarter_appears_on_its_day(make_app: MakeApp) -> None:
    before = make_app("sqlite", "published", day=date(2020, 7, 30))
    assert "when Quarter 1 was published" in before.anonymous_client().get("/en/tracker").main_text
    assert before.anonymous_client().get("/en/tracker?quarter=2020-06").status == 404
